"""시나리오: what each sector emits in a year, as counted, as aimed at, or as one scenario draws it; in versions."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ministries.models import Ministry, Sourced
from tasks.models import Act, Precision, Sector
from tfportal.fields import NameField
from tfportal.language import Bilingual

from ..querysets import ScenarioVersionQuerySet
from .working_group import Division


class ScenarioKind(models.TextChoices):
    INVENTORY = "inventory", pgettext_lazy("scenario", "Inventory")
    TARGET = "target", pgettext_lazy("scenario", "Target")
    SCENARIO = "scenario", pgettext_lazy("scenario", "Scenario")


class Scenario(Sourced):
    """One column of figures: the inventory of 2018, the target of 2030, scenario A or B of 2050."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    order = models.PositiveSmallIntegerField(_("order"))
    kind = models.CharField(_("kind"), max_length=12, choices=ScenarioKind)
    year = models.PositiveSmallIntegerField(_("year"))
    name_ko = NameField(_("name (Korean)"), max_length=100)
    name_en = NameField(_("name (English)"), max_length=150)

    name = Bilingual()

    class Meta:
        verbose_name = _("scenario")
        verbose_name_plural = _("scenarios")
        ordering = ("order",)

    def __str__(self) -> str:
        return self.name


class Stage(models.TextChoices):
    """Where a version stands. Derived from its own moments, never stored."""

    DRAFT = "draft", pgettext_lazy("scenario version", "Draft")
    CIRCULATED = "circulated", pgettext_lazy("scenario version", "Circulated")
    PUBLISHED = "published", pgettext_lazy("scenario version", "Published")
    WITHDRAWN = "withdrawn", pgettext_lazy("scenario version", "Withdrawn")


class ScenarioVersion(Sourced):
    """안: one version of a scenario. Published ones are closed; those that were published here, and not loaded, by
    `frozen_at` (`guards.py`). `published_on` stays empty where nobody knows the day. `stated_total` is what its authors
    say the figures sum to."""

    scenario = models.ForeignKey(
        Scenario, on_delete=models.PROTECT, related_name="versions", verbose_name=_("scenario")
    )
    code = models.CharField(_("code"), max_length=30, unique=True)
    no = models.PositiveSmallIntegerField(_("number"))
    note_ko = models.TextField(_("note (Korean)"), blank=True)
    note_en = models.TextField(_("note (English)"), blank=True)
    stated_total = models.DecimalField(
        _("stated total"), max_digits=8, decimal_places=1, null=True, blank=True, help_text=_("MtCO₂eq, net")
    )
    stated_gross = models.DecimalField(
        _("stated gross total"),
        max_digits=8,
        decimal_places=1,
        null=True,
        blank=True,
        help_text=_("MtCO₂eq, before sinks"),
    )
    is_published = models.BooleanField(_("published"), default=False, editable=False)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    precision = models.CharField(_("precision"), max_length=10, choices=Precision, default=Precision.DAY)
    circulated_at = models.DateTimeField(_("circulated at"), null=True, blank=True, editable=False)
    comments_until = models.DateTimeField(_("comments until"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)
    frozen_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    note = Bilingual()

    objects = ScenarioVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a scenario")
        verbose_name_plural = _("versions of scenarios")
        ordering = ("scenario__order", "no")
        constraints = (
            models.UniqueConstraint(fields=("scenario", "no"), name="one_version_of_a_number"),
            models.CheckConstraint(
                condition=Q(frozen_at__isnull=True)
                | Q(is_published=True, published_on__isnull=False, withdrawn_at__isnull=True),
                name="a_published_version_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(circulated_at__isnull=True, comments_until__isnull=True)
                | Q(circulated_at__isnull=False, comments_until__isnull=False),
                name="a_circulated_version_has_its_end_of_comments",
            ),
        )

    def __str__(self) -> str:
        return f"{self.scenario} {self.no}"

    @property
    def stage(self) -> Stage:
        if self.is_published:
            return Stage.PUBLISHED
        if self.withdrawn_at is not None:
            return Stage.WITHDRAWN
        return Stage.CIRCULATED if self.circulated_at is not None else Stage.DRAFT


class SectorFigure(Sourced):
    """What a sector emits (above zero) or takes up (below) in the scenario's year, in MtCO2eq. No `value`: not stated.
    `sector` is empty for what is no sector: fugitive emissions, direct air capture, reductions abroad. `vintage` says
    from which inventory the figure is, because inventories are restated."""

    of = models.ForeignKey(ScenarioVersion, on_delete=models.CASCADE, related_name="figures")
    order = models.PositiveSmallIntegerField(_("order"))
    sector = models.ForeignKey(
        Sector, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sector")
    )
    name_ko = NameField(_("name (Korean)"), max_length=60)
    name_en = NameField(_("name (English)"), max_length=100)
    value = models.DecimalField(_("MtCO₂eq"), max_digits=8, decimal_places=1, null=True, blank=True)
    vintage_ko = NameField(_("inventory vintage (Korean)"), max_length=150, blank=True)
    vintage_en = NameField(_("inventory vintage (English)"), max_length=200, blank=True)

    name = Bilingual()
    vintage = Bilingual()

    class Meta:
        verbose_name = _("sector’s figure")
        verbose_name_plural = _("sectors’ figures")
        ordering = ("of", "order")
        constraints = (models.UniqueConstraint(fields=("of", "order"), name="a_figure_has_its_place"),)

    def __str__(self) -> str:
        return f"{self.name} {self.value}"


class SignedOff(Act):
    """분과 승인: that a division signed a version off, or takes that back. Insert-only: the last one of a division
    counts, and only while the version is the one that it speaks of (`version_no`)."""

    of = models.ForeignKey(ScenarioVersion, on_delete=models.PROTECT, related_name="sign_offs")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+", verbose_name=_("division"))
    agrees = models.BooleanField()
    text = models.TextField(_("remark"), blank=True)
    version_no = models.PositiveIntegerField()

    class Meta:
        ordering = ("of", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(agrees=True) | ~Q(text=""), name="a_division_that_objects_says_why"),
        )

    def __str__(self) -> str:
        return f"{self.of_id} {self.division_id}"


class ScenarioComment(Act):
    """What a ministry says of a circulated version, about one sector or the whole. Insert-only."""

    of = models.ForeignKey(ScenarioVersion, on_delete=models.PROTECT, related_name="comments")
    ministry = models.ForeignKey(Ministry, on_delete=models.PROTECT, related_name="+", verbose_name=_("ministry"))
    sector = models.ForeignKey(
        Sector, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sector")
    )
    text = models.TextField(_("comment"))

    class Meta:
        ordering = ("of", "pk")
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="a_scenario_comment_says_something"),)

    def __str__(self) -> str:
        return f"{self.of_id} {self.ministry_id}"


class Uptake(models.TextChoices):
    """반영 여부, as for stakeholders' opinions."""

    TAKEN_UP = "taken_up", pgettext_lazy("disposition", "Taken up")
    PARTLY = "partly", pgettext_lazy("disposition", "Partly taken up")
    LATER = "later", pgettext_lazy("disposition", "Later")
    NOT = "not", pgettext_lazy("disposition", "Not taken up")


class CommentAnswer(Act):
    """What the office did with a comment, with the reason. Insert-only: the last one counts."""

    comment = models.ForeignKey(ScenarioComment, on_delete=models.PROTECT, related_name="answers")
    kind = models.CharField(_("disposition"), max_length=12, choices=Uptake)
    reason = models.TextField(_("reason"))

    class Meta:
        ordering = ("comment", "pk")
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="an_answered_scenario_comment_has_its_reason"),
        )

    def __str__(self) -> str:
        return f"{self.comment_id} {self.kind}"
