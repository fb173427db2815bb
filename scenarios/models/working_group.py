"""기술작업반: its divisions, the experts in them, the meetings they held, and what was published of their number."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ministries.models import Ministry, Sourced
from tasks.models import Act, Precision, Sector
from tfportal.fields import NameField
from tfportal.language import Bilingual

from ..querysets import ExpertQuerySet


class WorkingGroup(Sourced):
    """The one technical working group, and who leads it."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    name_ko = NameField(_("name (Korean)"), max_length=100)
    name_en = NameField(_("name (English)"), max_length=150)
    led_by_ko = NameField(_("led by (Korean)"), max_length=150, blank=True)
    led_by_en = NameField(_("led by (English)"), max_length=200, blank=True)
    ministry = models.ForeignKey(
        Ministry, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ministry")
    )

    name = Bilingual()
    led_by = Bilingual()

    class Meta:
        verbose_name = _("technical working group")
        verbose_name_plural = _("technical working groups")
        ordering = ("code",)
        constraints = (
            # Unique is what is the same of all rows: so there is one.
            models.UniqueConstraint(
                models.Value(1),
                name="one_working_group",
                violation_error_message=_("There is one technical working group already."),
            ),
        )

    def __str__(self) -> str:
        return self.name


class Division(Sourced):
    """분과: one for each sector."""

    group = models.ForeignKey(WorkingGroup, on_delete=models.PROTECT, related_name="divisions", verbose_name=_("group"))
    code = models.CharField(_("code"), max_length=12, unique=True)
    order = models.PositiveSmallIntegerField(_("order"))
    name_ko = NameField(_("name (Korean)"), max_length=60)
    name_en = NameField(_("name (English)"), max_length=100)
    sector = models.OneToOneField(
        Sector, on_delete=models.PROTECT, null=True, blank=True, related_name="division", verbose_name=_("sector")
    )

    name = Bilingual()

    class Meta:
        verbose_name = _("division")
        verbose_name_plural = _("divisions")
        ordering = ("order",)

    def __str__(self) -> str:
        return self.name


class Expert(Act):
    """전문가: one seat in a division, from a day on. Who it is stands apart (`ExpertPerson`), and in no event: `digest`
    is the salted digest of it, which proves what stood there as long as it stands."""

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="experts", verbose_name=_("division"))
    ministry = models.ForeignKey(
        Ministry, on_delete=models.PROTECT, related_name="+", verbose_name=_("recommending ministry")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    digest = models.CharField(max_length=64, editable=False)
    version = models.PositiveIntegerField(default=0)

    objects = ExpertQuerySet.as_manager()

    class Meta:
        verbose_name = _("expert")
        verbose_name_plural = _("experts")
        ordering = ("division__order", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="an_expert_serves_forwards"
            ),
        )

    def __str__(self) -> str:
        return f"{self.division_id} {self.pk}"


class ExpertPerson(models.Model):
    """Personal data of an expert, for the coordination office only; in no event, and removed on request."""

    expert = models.OneToOneField(Expert, on_delete=models.CASCADE, related_name="person")
    name = NameField(_("name"), max_length=80)
    affiliation = NameField(_("affiliation"), max_length=150, blank=True)
    position = NameField(_("position"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    salt = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("expert’s personal data")
        verbose_name_plural = _("experts’ personal data")

    def __str__(self) -> str:
        return f"{self.expert_id}"


class DivisionMeeting(Act):
    """분과회의: held on a day, on a topic, with what came of it."""

    division = models.ForeignKey(
        Division, on_delete=models.PROTECT, related_name="meetings", verbose_name=_("division")
    )
    no = models.PositiveSmallIntegerField(_("number"))
    held_on = models.DateField(_("date"))
    topic_ko = NameField(_("topic (Korean)"), max_length=200)
    topic_en = NameField(_("topic (English)"), max_length=300, blank=True)
    outcome = models.TextField(_("outcome"), blank=True)
    others = models.PositiveSmallIntegerField(
        _("others present"), default=0, help_text=_("Guests and officials who are no experts of the division")
    )
    version = models.PositiveIntegerField(default=0)

    topic = Bilingual()

    class Meta:
        verbose_name = _("division meeting")
        verbose_name_plural = _("division meetings")
        ordering = ("-held_on", "-pk")
        constraints = (models.UniqueConstraint(fields=("division", "no"), name="one_division_meeting_of_a_number"),)

    def __str__(self) -> str:
        return f"{self.division_id} {self.no}"


class Seat(models.Model):
    """That an expert was at a division's meeting."""

    meeting = models.ForeignKey(DivisionMeeting, on_delete=models.CASCADE, related_name="seats")
    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="seats")

    class Meta:
        ordering = ("meeting", "expert")
        constraints = (models.UniqueConstraint(fields=("meeting", "expert"), name="an_expert_is_there_once"),)

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.expert_id}"


class PublishedFigure(Sourced):
    """A number that was published of the working group, with its day and source. Beside it pages show how many rows are
    registered as of that day: no row is invented to reach it."""

    class Counts(models.TextChoices):
        EXPERTS = "experts", pgettext_lazy("working group", "Experts")
        MEETINGS = "meetings", pgettext_lazy("working group", "Division meetings")
        DIVISIONS = "divisions", pgettext_lazy("working group", "Divisions")
        INSTITUTES = "institutes", pgettext_lazy("working group", "Institutes")
        MINISTRIES = "ministries", pgettext_lazy("working group", "Ministries")

    group = models.ForeignKey(WorkingGroup, on_delete=models.PROTECT, related_name="figures", verbose_name=_("group"))
    code = models.CharField(_("code"), max_length=30, unique=True)
    order = models.PositiveSmallIntegerField(_("order"))
    counts = models.CharField(_("what it counts"), max_length=12, choices=Counts)
    number = models.PositiveIntegerField(_("number"))
    since = models.DateField(_("since"), null=True, blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    precision = models.CharField(_("precision"), max_length=10, choices=Precision, default=Precision.DAY)
    occasion_ko = NameField(_("published at (Korean)"), max_length=150)
    occasion_en = NameField(_("published at (English)"), max_length=200)

    occasion = Bilingual()

    class Meta:
        verbose_name = _("published figure")
        verbose_name_plural = _("published figures")
        ordering = ("order",)

    def __str__(self) -> str:
        return f"{self.code} {self.number}"
