"""The strategy, its tasks, who leads them, and their milestones."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ministries.models import Ministry, Sourced
from tfportal.fields import NameField
from tfportal.language import Bilingual

from ..querysets import DatedQuerySet, TaskQuerySet


class Sector(Sourced):
    code = models.CharField(_("code"), max_length=8, unique=True)
    order = models.PositiveSmallIntegerField(_("order"))
    name_ko = NameField(_("name (Korean)"), max_length=60)
    name_en = NameField(_("name (English)"), max_length=100)

    name = Bilingual()

    class Meta:
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        ordering = ("order",)

    def __str__(self) -> str:
        return self.name


class Strategy(Sourced):
    code = models.CharField(_("code"), max_length=20, unique=True)
    title_ko = NameField(_("title (Korean)"), max_length=200)
    title_en = NameField(_("title (English)"), max_length=200)
    decided_on = models.DateField(_("decided on"))

    title = Bilingual()

    class Meta:
        verbose_name = _("strategy")
        verbose_name_plural = _("strategies")

    def __str__(self) -> str:
        return self.title


class Direction(Sourced):
    strategy = models.ForeignKey(
        Strategy, on_delete=models.PROTECT, related_name="directions", verbose_name=_("strategy")
    )
    code = models.CharField(_("code"), max_length=8)
    order = models.PositiveSmallIntegerField(_("order"))
    tag_ko = NameField(_("keyword (Korean)"), max_length=20, blank=True)
    title_ko = NameField(_("title (Korean)"), max_length=200)
    title_en = NameField(_("title (English)"), max_length=200)

    title = Bilingual()

    class Meta:
        verbose_name = _("direction")
        verbose_name_plural = _("directions")
        ordering = ("strategy", "order")
        constraints = (models.UniqueConstraint(fields=("strategy", "code"), name="direction_code_once"),)

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class StrategyItem(Sourced):
    direction = models.ForeignKey(
        Direction, on_delete=models.PROTECT, related_name="items", verbose_name=_("direction")
    )
    code = models.CharField(_("code"), max_length=8)
    order = models.PositiveSmallIntegerField(_("order"))
    title_ko = NameField(_("title (Korean)"), max_length=200)
    title_en = NameField(_("title (English)"), max_length=200)

    title = Bilingual()

    class Meta:
        verbose_name = _("strategy item")
        verbose_name_plural = _("strategy items")
        ordering = ("direction", "order")
        constraints = (models.UniqueConstraint(fields=("direction", "code"), name="strategy_item_code_once"),)

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Kind(models.TextChoices):
    FIRST_COMPLETED = "first_completed", _("First-completed")
    SUPPLEMENTED = "supplemented", _("Supplemented")
    NEW = "new", _("New")
    EXISTING = "existing", _("Existing")


class Precision(models.TextChoices):
    """How exactly a date is known; the stored day is the period's last."""

    DAY = "day", _("Day")
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    HALF = "half", _("Half-year")
    YEAR = "year", _("Year")


class Task(Sourced):
    code = models.CharField(_("code"), max_length=20, unique=True)
    title_ko = NameField(_("title (Korean)"), max_length=200)
    title_en = NameField(_("title (English)"), max_length=250)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.EXISTING)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="tasks", verbose_name=_("sector"))
    direction = models.ForeignKey(
        Direction, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("direction")
    )
    item = models.ForeignKey(
        StrategyItem, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("item")
    )
    planned_from = models.DateField(_("planned from"), null=True, blank=True)
    planned_until = models.DateField(_("planned until"), null=True, blank=True)
    planned_precision = models.CharField(_("precision"), max_length=10, choices=Precision, default=Precision.DAY)
    completed_on = models.DateField(_("completed on"), null=True, blank=True)
    first_round_no = models.PositiveSmallIntegerField(
        _("reported from round"), default=1, help_text=_("The first round whose roster it joins")
    )
    origin = NameField(_("origin"), max_length=200, blank=True)
    note_ko = models.TextField(_("note (Korean)"), blank=True)
    note_en = models.TextField(_("note (English)"), blank=True)

    title = Bilingual()
    note = Bilingual()
    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(planned_from__isnull=True)
                | Q(planned_until__isnull=True)
                | Q(planned_from__lte=F("planned_until")),
                name="task_is_planned_forwards",
                violation_error_message=_("The planned end lies before the start."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Lead(models.Model):
    """주관. The next row ends the one before, so that there is one lead at every instant."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="leads", verbose_name=_("task"))
    ministry = models.ForeignKey(Ministry, on_delete=models.PROTECT, related_name="leads", verbose_name=_("ministry"))
    valid_from = models.DateField(_("from"))

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        ordering = ("task", "valid_from")
        constraints = (models.UniqueConstraint(fields=("task", "valid_from"), name="one_lead_from_a_day"),)

    def __str__(self) -> str:
        return f"{self.task.code} · {self.ministry.code}"


class Support(models.Model):
    """협조."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="supports", verbose_name=_("task"))
    ministry = models.ForeignKey(
        Ministry, on_delete=models.PROTECT, related_name="supports", verbose_name=_("ministry")
    )
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("supporting ministry")
        verbose_name_plural = _("supporting ministries")
        ordering = ("task", "ministry__order")
        constraints = (
            models.UniqueConstraint(fields=("task", "ministry", "valid_from"), name="support_once_from_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.task.code} · {self.ministry.code}"

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class Milestone(Sourced):
    """세부일정. `baseline_on` is the date once promised, `current_on` the one in force; accepting a report moves it."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="milestones", verbose_name=_("task"))
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    title_ko = NameField(_("title (Korean)"), max_length=150)
    title_en = NameField(_("title (English)"), max_length=150)
    baseline_on = models.DateField(_("baseline"))
    current_on = models.DateField(_("current"))
    precision = models.CharField(_("precision"), max_length=10, choices=Precision, default=Precision.DAY)
    done_on = models.DateField(_("done on"), null=True, blank=True)

    title = Bilingual()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ("task", "order")
        constraints = (models.UniqueConstraint(fields=("task", "order"), name="milestone_order_once"),)

    def __str__(self) -> str:
        return f"{self.task.code} · {self.title}"

    @property
    def answer_key(self) -> str:
        """The key of its answer in a report's raw text."""
        return str(self.pk)
