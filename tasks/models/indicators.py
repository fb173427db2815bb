"""이행지표: what a task is measured by, its targets by year, and its value in each report."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ministries.models import Sourced
from tfportal.fields import NameField
from tfportal.language import Bilingual

from .reporting import Revision
from .strategy import Task

DIGITS, PLACES = 16, 4  # of a value: up to 999,999,999,999.9999


class Indicator(Sourced):
    """A measure of one task. Targets and values are in its unit."""

    class Every(models.TextChoices):
        ROUND = "round", _("Each round")
        YEAR = "year", _("Once a year")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="indicators", verbose_name=_("task"))
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    title_ko = NameField(_("title (Korean)"), max_length=150)
    title_en = NameField(_("title (English)"), max_length=150)
    unit_ko = NameField(_("unit of measure (Korean)"), max_length=40)
    unit_en = NameField(_("unit of measure (English)"), max_length=40)
    every = models.CharField(_("owed"), max_length=10, choices=Every, default=Every.YEAR)
    ended_on = models.DateField(_("ended on"), null=True, blank=True, help_text=_("From then on it is not asked for"))

    title = Bilingual()
    unit = Bilingual()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ("task", "order")
        constraints = (models.UniqueConstraint(fields=("task", "order"), name="indicator_order_once"),)

    def __str__(self) -> str:
        return f"{self.task.code} · {self.title}"


class Target(models.Model):
    """What an indicator is to reach by the end of a year."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="targets")
    year = models.PositiveSmallIntegerField(_("year"))
    value = models.DecimalField(_("value"), max_digits=DIGITS, decimal_places=PLACES)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ("indicator", "year")
        constraints = (
            models.UniqueConstraint(fields=("indicator", "year"), name="one_target_of_a_year"),
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2100),
                name="target_year_is_a_year",
                violation_error_message=_("Check the year."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.year}"


class IndicatorValue(models.Model):
    """What a sent text says of an indicator: a value, or why there is none yet. Insert-only."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="indicator_values")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="values")
    value = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("value of an indicator")
        verbose_name_plural = _("values of indicators")
        ordering = ("revision", "indicator__order")
        constraints = (
            models.UniqueConstraint(fields=("revision", "indicator"), name="indicator_once_in_a_revision"),
            models.CheckConstraint(condition=Q(value__isnull=False) | ~Q(note=""), name="indicator_value_or_why_none"),
        )

    def __str__(self) -> str:
        return f"{self.revision_id} {self.indicator_id}"
