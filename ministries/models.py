"""Who: ministries with their names over time, people, postings and deputies."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from records import clock
from tfportal.fields import NameField
from tfportal.language import Bilingual

from .querysets import DelegationQuerySet, MinistryQuerySet, PostingQuerySet


class Sourced(models.Model):
    """Reference data with its source. `loaded_digest` is what the reference file last wrote: a row that no longer
    matches it was edited here, and the next load leaves it alone."""

    class Verified(models.TextChoices):
        SEEN = "V", _("Seen in a stored page")
        BACKGROUND = "B", _("Background knowledge")

    source = models.TextField(_("source"), blank=True, help_text=_("Addresses or titles, one a line"))
    verified = models.CharField(_("verified"), max_length=1, choices=Verified, default=Verified.BACKGROUND)
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True


class Ministry(Sourced):
    """A body of the T/F. It has no name of its own: names are dated, see MinistryName and `directory.py`."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    sign_off = models.BooleanField(
        _("sign-off"), default=False, help_text=_("Reports go out only after the ministry's approver signed them off")
    )
    fallback_email = models.EmailField(
        _("fall-back contact"), blank=True, help_text=_("Who is written to when nobody answers for a task")
    )
    tf_member = models.BooleanField(
        _("member of the T/F"), default=True, help_text=_("Members stand on the board, with or without tasks")
    )
    abolished_on = models.DateField(_("abolished on"), null=True, blank=True)

    objects = MinistryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ministry")
        verbose_name_plural = _("ministries")
        ordering = ("order", "code")

    def __str__(self) -> str:
        return self.code


class MinistryName(Sourced):
    """How a ministry is called from a day on; the first name's day may lie before anyone knows."""

    ministry = models.ForeignKey(Ministry, on_delete=models.CASCADE, related_name="names", verbose_name=_("ministry"))
    valid_from = models.DateField(_("valid from"))
    name_ko = NameField(_("name (Korean)"), max_length=100)
    name_en = NameField(_("name (English)"), max_length=150)
    abbr_ko = NameField(_("short name (Korean)"), max_length=30)
    abbr_en = NameField(_("short name (English)"), max_length=60)

    name = Bilingual()
    abbr = Bilingual()

    class Meta:
        verbose_name = _("name of a ministry")
        verbose_name_plural = _("names of ministries")
        ordering = ("ministry", "valid_from")
        constraints = (
            models.UniqueConstraint(fields=("ministry", "valid_from"), name="one_name_of_a_ministry_from_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.valid_from:%Y-%m-%d})"


class Role(models.TextChoices):
    OFFICER = "officer", _("Officer")
    APPROVER = "approver", _("Approver")
    COORDINATOR = "coordinator", _("Coordinator")
    READER = "reader", _("Reader")
    ADMINISTRATOR = "administrator", _("Administrator")


OF_A_MINISTRY = (Role.OFFICER, Role.APPROVER)


@dataclass(frozen=True)
class Standing:
    """What a person may do today, from the postings in force: their own, and those they are the deputy of."""

    officer_of: frozenset[int] = frozenset()
    approver_of: frozenset[int] = frozenset()
    is_coordinator: bool = False
    is_reader: bool = False
    is_administrator: bool = False

    @property
    def ministries(self) -> frozenset[int]:
        """Primary keys of the ministries that the person works for."""
        return self.officer_of | self.approver_of


class User(AbstractUser):
    """A person who signs in. What they may do comes from their postings alone."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    username = models.CharField(_("user name"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()])
    name_ko = NameField(_("name (Korean)"), max_length=100, blank=True)
    name_en = NameField(_("name (English)"), max_length=100, blank=True)
    language = models.CharField(
        _("language"), max_length=2, blank=True, choices=settings.LANGUAGES, help_text=_("Empty: the browser's")
    )
    is_demo = models.BooleanField(_("demo account"), default=False, help_text=_("Can sign in under demo settings only"))

    name = Bilingual()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("username",)

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    def record_name(self) -> str:
        """The name as the record keeps it: Korean first, whatever language the reader has."""
        return self.name_ko or self.name_en or self.username

    def record_capacity(self) -> list[dict[str, str]]:
        """The offices held today, as the record keeps them: role, ministry's code and unit, without what is empty."""
        held = [
            {
                "role": row.role,
                "ministry": row.ministry.code if row.ministry else "",
                "unit_ko": row.unit_ko,
                "unit_en": row.unit_en,
                "for": row.user.record_name() if row.user_id != self.pk else "",
            }
            for row in sorted(self.offices, key=lambda row: row.pk)
        ]
        return [{name: text for name, text in one.items() if text} for one in held]

    @cached_property
    def offices(self) -> list["Posting"]:
        """Postings by which the person may act today, with their ministries: their own first, then those that they are
        the deputy of. Read once for each request; those of deputies only where there are any."""
        day = clock.today()
        rows = list(Posting.objects.held_by(self, day).select_related("user", "ministry"))
        if any(row.deputises for row in rows):
            rows = list(Posting.objects.exercised_by(self, day).select_related("user", "ministry"))
        return sorted(rows, key=lambda row: (row.user_id != self.pk, row.pk))

    @property
    def current_postings(self) -> list["Posting"]:
        """The person's own postings in force today."""
        return [row for row in self.offices if row.user_id == self.pk]

    def acts_for(self, *offices: tuple[str, int | None]) -> "User | None":
        """For whom the person acts who needs one of these offices, each a role and a ministry (None: in any): nobody
        else where they hold one themselves, else whoever made them the deputy."""
        wanted = [
            row
            for row in self.offices
            if any(row.role == role and ministry in (None, row.ministry_id) for role, ministry in offices)
        ]
        return wanted[0].user if wanted and wanted[0].user_id != self.pk else None

    @cached_property
    def standing(self) -> Standing:
        """What the person may do today."""
        roles: dict[str, set[int]] = {}
        for posting in self.offices:
            roles.setdefault(posting.role, set()).add(posting.ministry_id or 0)
        return Standing(
            officer_of=frozenset(roles.get(Role.OFFICER, ())),
            approver_of=frozenset(roles.get(Role.APPROVER, ())),
            is_coordinator=Role.COORDINATOR in roles,
            is_reader=Role.READER in roles,
            is_administrator=self.is_superuser or Role.ADMINISTRATOR in roles,
        )

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return self.is_active and (self.standing.is_administrator or super().has_perm(perm, obj))

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and (self.standing.is_administrator or super().has_module_perms(app_label))


class Posting(models.Model):
    """Who does what, where, and from when to when. People rotate; nothing they did is lost."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="postings", verbose_name=_("person"))
    ministry = models.ForeignKey(
        Ministry, on_delete=models.PROTECT, null=True, blank=True, related_name="postings", verbose_name=_("ministry")
    )
    unit_ko = NameField(_("unit (Korean)"), max_length=100, blank=True)
    unit_en = NameField(_("unit (English)"), max_length=100, blank=True)
    telephone = NameField(_("telephone"), max_length=40, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True, help_text=_("The last day, included"))
    introduced_at = models.DateTimeField(null=True, blank=True, editable=False)  # when its hand-over was read
    deputises: bool  # only where `held_by` asked for it

    unit = Bilingual()
    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ("ministry", "role", "starts_on")
        constraints = (
            models.CheckConstraint(
                condition=~Q(role__in=OF_A_MINISTRY) | Q(ministry__isnull=False),
                name="officers_and_approvers_have_a_ministry",
                violation_error_message=_("An officer or approver needs a ministry."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="posting_ends_after_it_starts",
                violation_error_message=_("The last day lies before the first."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}" + (f" · {self.ministry}" if self.ministry else "")

    def is_in_force(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


class Delegation(models.Model):
    """업무대행. A deputy for dated days; the record then reads "A for B". It gives the deputy the posting's office, and
    with it neither more nor the right to name another deputy."""

    posting = models.ForeignKey(
        Posting, on_delete=models.PROTECT, related_name="delegations", verbose_name=_("posting")
    )
    to_user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="delegated", verbose_name=_("deputy"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), help_text=_("The last day, included"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    named_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("named by")
    )
    cancelled_at = models.DateTimeField(_("ended early"), null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        ordering = ("starts_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")),
                name="delegation_ends_after_it_starts",
                violation_error_message=_("The last day lies before the first."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.posting.user} → {self.to_user}"

    def clean(self) -> None:
        """A rule over two tables, which no constraint can hold."""
        if self.posting_id and self.to_user_id and self.posting.user_id == self.to_user_id:
            raise ValidationError({"to_user": _("A deputy is someone else than the person who is away.")})


class SpecialDay(models.Model):
    """A day on which South Korea's calendar of the `holidays` library is put right: a holiday that the government
    declared since, or a working day that it takes for a holiday."""

    day = models.DateField(_("day"), unique=True)
    is_working_day = models.BooleanField(_("working day"), default=False)
    name_ko = NameField(_("name (Korean)"), max_length=100)
    name_en = NameField(_("name (English)"), max_length=100, blank=True)

    name = Bilingual()

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ("-day",)

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.name}"
