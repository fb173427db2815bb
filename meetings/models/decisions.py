"""지시·결정사항: what was decided, who carries it out until when, and what became of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ministries.models import Ministry
from tasks.models import Round, Task

from ..querysets import DecisionQuerySet
from .agenda import AgendaItem
from .deeds import Deed
from .planning import Meeting


class DecisionKind(models.TextChoices):
    """추진: somebody does it until a day. 당부: an exhortation, without owner or day."""

    ACTION = "action", pgettext_lazy("kind of decision", "Action")
    EXHORTATION = "exhortation", pgettext_lazy("kind of decision", "Exhortation")


class Decision(Deed):
    """One sentence. Its number counts within the meeting: `2-01`. Withdrawn ones keep their number, and stay away."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    no = models.PositiveSmallIntegerField(_("number"))
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    kind = models.CharField(_("kind"), max_length=12, choices=DecisionKind)
    text_ko = models.TextField(_("decision (Korean)"))
    text_en = models.TextField(_("decision (English)"), blank=True)
    lead = models.ForeignKey(
        Ministry, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("lead")
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ("meeting", "no")
        constraints = (
            models.UniqueConstraint(fields=("meeting", "no"), name="one_decision_of_a_number"),
            models.CheckConstraint(
                condition=Q(kind="exhortation") | Q(lead__isnull=False, due_on__isnull=False),
                name="an_action_has_a_lead_and_a_day",
            ),
            models.CheckConstraint(
                condition=Q(kind="action") | Q(due_on__isnull=True),
                name="an_exhortation_is_never_due",
            ),
        )

    def __str__(self) -> str:
        return f"{self.meeting_id}-{self.no:02}"

    @property
    def text(self) -> str:
        """As it was decided: in Korean, unless it was written in English only."""
        return self.text_ko or self.text_en


class Supporting(models.Model):
    """That a ministry supports a decision, or is the one that an exhortation speaks to. Exhortations that name nobody
    speak to all."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="supporting")
    ministry = models.ForeignKey(Ministry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("decision", "ministry__order", "ministry__code")
        constraints = (
            models.UniqueConstraint(fields=("decision", "ministry"), name="a_ministry_supports_a_decision_once"),
        )

    def __str__(self) -> str:
        return f"{self.decision_id} {self.ministry_id}"


class DecisionTask(models.Model):
    """That a decision is about a task: it stands in that task's report until it is closed."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="of_tasks")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="decisions")

    class Meta:
        ordering = ("decision", "task__code")
        constraints = (models.UniqueConstraint(fields=("decision", "task"), name="a_decision_names_a_task_once"),)

    def __str__(self) -> str:
        return f"{self.decision_id} {self.task_id}"


class Progress(models.TextChoices):
    """How far its owner says it is."""

    UNDER_WAY = "under_way", pgettext_lazy("follow-up", "Under way")
    DONE = "done", pgettext_lazy("follow-up", "Carried out")
    DIFFICULT = "difficult", pgettext_lazy("follow-up", "In difficulty")


class FollowUp(Deed):
    """조치상황: what the owner says became of it. Insert-only; `round` is the one that was collected at the time."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="follow_ups")
    ministry = models.ForeignKey(Ministry, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    progress = models.CharField(_("progress"), max_length=12, choices=Progress)
    text = models.TextField()

    class Meta:
        ordering = ("decision", "pk")
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")

    def __str__(self) -> str:
        return f"{self.decision_id} {self.at:%Y-%m-%d}"


class Closing(Deed):
    """종결, or its being taken back. Insert-only: the last one of a decision counts."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="closings")
    closes = models.BooleanField()
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        ordering = ("decision", "pk")
        verbose_name = _("closing")
        verbose_name_plural = _("closings")

    def __str__(self) -> str:
        return f"{self.decision_id} {self.closes}"
