"""What a meeting speaks of: its items, with their tasks, figures and papers, and the note that is taken of each."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ministries.models import Ministry, Sourced
from tasks.models import Candidate, FileKind, Task
from tfportal.fields import NameField
from tfportal.language import Bilingual

from ..querysets import AgendaItemQuerySet, PaperQuerySet
from .deeds import Deed
from .planning import Meeting


class ItemKind(models.TextChoices):
    REVIEW = "review", pgettext_lazy("kind of agenda item", "Review")
    DISCUSSION = "discussion", pgettext_lazy("kind of agenda item", "Discussion")
    REPORT = "report", pgettext_lazy("kind of agenda item", "Report")


class AgendaItem(models.Model):
    """One item. `reason` is why it was suggested (`suggesting.py`); empty where the office thought of it itself.
    `outcome` is what the circulated outcome says of it, apart from the decisions and from the office's own note."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    order = models.PositiveSmallIntegerField(_("order"))
    kind = models.CharField(_("kind"), max_length=12, choices=ItemKind)
    title_ko = NameField(_("title (Korean)"), max_length=200)
    title_en = NameField(_("title (English)"), max_length=300, blank=True)
    summary_ko = models.TextField(_("what it is about (Korean)"), blank=True)
    summary_en = models.TextField(_("what it is about (English)"), blank=True)
    presenter = models.ForeignKey(
        Ministry, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("presenter")
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    reason = models.JSONField(_("why it was suggested"), default=dict, blank=True)
    outcome_ko = models.TextField(_("outcome (Korean)"), blank=True)
    outcome_en = models.TextField(_("outcome (English)"), blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    title = Bilingual()
    summary = Bilingual()
    outcome = Bilingual()

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ("meeting", "order", "pk")

    def __str__(self) -> str:
        return f"{self.order} {self.title}"


class AgendaTask(models.Model):
    """That an item is about a task."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="of_tasks")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="on_agendas")

    class Meta:
        ordering = ("item", "task__code")
        constraints = (models.UniqueConstraint(fields=("item", "task"), name="a_task_stands_once_in_an_item"),)

    def __str__(self) -> str:
        return f"{self.item_id} {self.task_id}"


class AgendaCandidate(models.Model):
    """That an item is about a candidate task."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="of_candidates")
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="on_agendas")

    class Meta:
        ordering = ("item", "candidate__call", "candidate__no")
        constraints = (
            models.UniqueConstraint(fields=("item", "candidate"), name="a_candidate_stands_once_in_an_item"),
        )

    def __str__(self) -> str:
        return f"{self.item_id} {self.candidate_id}"


class Figure(Sourced):
    """A figure that an item gives: "82 experts", with the day or the time that it speaks of. `until` alone is the day
    that it is as of; with `since`, the time in which it was counted."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="figures")
    order = models.PositiveSmallIntegerField(default=0)
    number = models.DecimalField(_("number"), max_digits=16, decimal_places=3, null=True, blank=True)
    text_ko = NameField(_("what it counts (Korean)"), max_length=200)
    text_en = NameField(_("what it counts (English)"), max_length=200, blank=True)
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("as of"), null=True, blank=True)
    precision = models.CharField(
        max_length=8, default="day", choices=(("day", _("day")), ("month", _("month")), ("unknown", _("not known")))
    )

    text = Bilingual()

    class Meta:
        ordering = ("item", "order", "pk")
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        constraints = (
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(since__lte=models.F("until")),
                name="a_figure_is_counted_forwards",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.text}"


class Note(models.Model):
    """메모: what is noted while the item is spoken of. The office's own: mutable, without events, as a draft is."""

    item = models.OneToOneField(AgendaItem, on_delete=models.CASCADE, related_name="note")
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    edited_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    edited_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.item_id}"


class Paper(Deed):
    """A file for an item. Insert-only: what a ministry hands in under the same `name` is a newer version, which stands
    beside the older and takes its place; another name is another paper. `no` counts all of the ministry's files for the
    item, in the order in which they came."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="papers")
    ministry = models.ForeignKey(
        Ministry, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ministry")
    )  # None: the office's
    no = models.PositiveSmallIntegerField(_("version"))
    token = models.UUIDField(unique=True, default=uuid4, editable=False)
    name = models.CharField(_("file name"), max_length=200)
    kind = models.CharField(_("kind of file"), max_length=8, choices=FileKind)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    late = models.BooleanField(_("after the papers' due time"), default=False)

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ("item", "ministry__order", "pk")
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        constraints = (
            models.UniqueConstraint(fields=("item", "ministry", "no"), name="one_version_of_a_ministrys_papers"),
            models.UniqueConstraint(
                fields=("item", "no"), condition=Q(ministry__isnull=True), name="one_version_of_the_offices_papers"
            ),
        )

    def __str__(self) -> str:
        return self.name
