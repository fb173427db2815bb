"""How a round is collected: extended due times, reminders that went out, workbooks that came in."""

from datetime import UTC
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ministries.models import Ministry

from ..querysets import ExtensionQuerySet, WorkbookUploadQuerySet
from .reporting import Round

PERSON = settings.AUTH_USER_MODEL


class Extension(models.Model):
    """제출기한 연장. Asked for by a ministry, or given by the office unasked. Granted, it runs until `until`, and ends
    there by itself, or when it is revoked. `decided_by`: of what was withdrawn, who withdrew it."""

    class Decision(models.TextChoices):
        GRANTED = "granted", _("Granted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("extension", "Withdrawn")  # by the ministry, before the office decided

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="extensions")
    ministry = models.ForeignKey(Ministry, on_delete=models.PROTECT, related_name="extensions")
    reason = models.TextField(_("reason"))
    asked_until = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_for = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(blank=True)
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_for = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    revoked_because = models.TextField(blank=True)
    revoked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    revoked_for = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ("round", "ministry__order", "pk")
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_a_reason"),
            models.CheckConstraint(
                condition=Q(decision="", until__isnull=True, decided_at__isnull=True, asked_at__isnull=False)
                | Q(decision="granted", until__isnull=False, decided_at__isnull=False)
                | Q(decision="withdrawn", until__isnull=True, decided_at__isnull=False, asked_at__isnull=False)
                | (Q(decision="declined", until__isnull=True, decided_at__isnull=False) & ~Q(comment="")),
                name="extension_is_asked_for_granted_withdrawn_or_declined_with_a_comment",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_because="")
                | (Q(decision="granted", revoked_at__isnull=False) & ~Q(revoked_because="")),
                name="only_granted_extensions_are_revoked_with_a_reason",
            ),
            models.UniqueConstraint(
                fields=("round", "ministry"), condition=Q(decision=""), name="one_open_ask_for_an_extension"
            ),
        )

    def __str__(self) -> str:
        return f"{self.round_id} {self.ministry_id}"


class Reminder(models.Model):
    """제출 독려. That one step of the ladder was carried out for a ministry, towards one due time: it is not again. Or
    that the office reminded it by hand, as often as it did, with a sentence of its own or none."""

    class Step(models.TextChoices):
        OPENING = "opening", _("Opening")
        FIVE_DAYS = "five_days", _("Five working days before")
        TWO_DAYS = "two_days", _("Two working days before")
        MORNING = "morning", _("The morning of the day")
        OVERDUE = "overdue", _("Overdue")
        BY_HAND = "by_hand", _("By hand")
        FREEZE = "freeze", _("A day before the freeze")  # `due_at` is then the planned freeze

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="reminders")
    ministry = models.ForeignKey(Ministry, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=12, choices=Step)
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    mails = models.PositiveSmallIntegerField(default=0)  # to how many people something was owed
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    acting_for = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sentence = models.TextField(blank=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ("round", "ministry__order", "at")
        constraints = (
            models.UniqueConstraint(
                fields=("round", "ministry", "step", "due_at"),
                condition=~Q(step="by_hand"),
                name="a_step_of_reminding_once",
            ),
            models.UniqueConstraint(
                fields=("round", "ministry", "at"), condition=Q(step="by_hand"), name="one_reminder_by_hand_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(step="by_hand", by__isnull=False)
                | (~Q(step="by_hand") & Q(by__isnull=True, acting_for__isnull=True, sentence="")),
                name="somebody_reminds_by_hand_and_nobody_by_the_ladder",
            ),
        )

    def __str__(self) -> str:
        return f"{self.round_id} {self.ministry_id} {self.step}"

    @property
    def how(self) -> str:
        """What it was, in a list of what was sent: beside a moment, "five working days before" reads as that moment."""
        words = {
            self.Step.OPENING: gettext("automatic, at the opening"),
            self.Step.FIVE_DAYS: gettext("automatic, 5 working days before the deadline"),
            self.Step.TWO_DAYS: gettext("automatic, 2 working days before the deadline"),
            self.Step.MORNING: gettext("automatic, on the morning of the deadline"),
            self.Step.OVERDUE: gettext("automatic, after the deadline"),
        }
        return words.get(self.Step(self.step)) or str(self.get_step_display())

    @property
    def about(self) -> str:
        """What its mails are about, in the outbox: the step and its due time, or the moment of a reminder by hand."""
        by_hand = self.step == self.Step.BY_HAND
        when = self.at.astimezone(UTC).isoformat() if by_hand else str(timezone.localdate(self.due_at))
        return f"{self.round.stream_key}/{self.ministry.code}/{self.step}/{when}"


class WorkbookUpload(models.Model):
    """A workbook as it was read, waiting for its dry run to be confirmed. Seen by whoever uploaded it; swept away."""

    token = models.UUIDField(unique=True, default=uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="+")
    ministry = models.ForeignKey(Ministry, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    name = models.CharField(max_length=200)
    rows = models.JSONField()
    applied_at = models.DateTimeField(null=True, blank=True)

    objects = WorkbookUploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("uploaded workbook")
        verbose_name_plural = _("uploaded workbooks")
        ordering = ("-at",)

    def __str__(self) -> str:
        return self.name
