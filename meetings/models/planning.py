"""A meeting, and the ministries that are invited to it."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ministries.models import Ministry, Sourced
from tasks.models import Round
from tfportal.fields import NameField
from tfportal.language import Bilingual

from ..querysets import AttendanceQuerySet, MeetingQuerySet


class Stage(models.TextChoices):
    """Where a meeting stands. Derived from its own moments, never stored."""

    PREPARING = "preparing", pgettext_lazy("meeting", "In preparation")
    CIRCULATED = "circulated", _("Outcome circulated for comments")
    CONFIRMED = "confirmed", _("Outcome confirmed")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "Cancelled")


class Meeting(Sourced):
    """`date` stays empty while nobody knows it; `date_note` says where a shown date comes from (such as the demo).

    `frozen_at` is the moment in which the outcome was confirmed and sealed; from then on the meeting's rows are closed
    as those of a frozen round are (`guards.py`). `version` counts what the office changed of this row.
    """

    no = models.PositiveSmallIntegerField(_("number"), unique=True)
    name_ko = NameField(_("name (Korean)"), max_length=100)
    name_en = NameField(_("name (English)"), max_length=150)
    date = models.DateField(_("date"), null=True, blank=True)
    starts_at = models.TimeField(pgettext_lazy("meeting", "begins at"), null=True, blank=True)
    date_note_ko = NameField(_("note on the date (Korean)"), max_length=200, blank=True)
    date_note_en = NameField(_("note on the date (English)"), max_length=200, blank=True)
    not_before = models.DateField(_("not before"), null=True, blank=True)
    not_after = models.DateField(_("not after"), null=True, blank=True)
    place_ko = NameField(_("place (Korean)"), max_length=200, blank=True)
    place_en = NameField(_("place (English)"), max_length=200, blank=True)
    video_link = models.URLField(_("video link"), max_length=500, blank=True)
    chair = NameField(_("chair"), max_length=100, blank=True)
    chair_en = NameField(_("chair (English)"), max_length=150, blank=True)
    rank_ko = NameField(_("rank of the members (Korean)"), max_length=100, blank=True)
    rank_en = NameField(_("rank of the members (English)"), max_length=100, blank=True)
    agenda_ko = models.TextField(_("agenda (Korean)"), blank=True)
    round = models.OneToOneField(
        Round, on_delete=models.PROTECT, null=True, blank=True, related_name="meeting", verbose_name=_("round")
    )
    papers_due_at = models.DateTimeField(_("papers due at"), null=True, blank=True)
    agenda_closes_at = models.DateTimeField(_("agenda closes at"), null=True, blank=True)
    shown_at = models.DateTimeField(_("agenda shown to ministries at"), null=True, blank=True, editable=False)
    moves = models.PositiveSmallIntegerField(_("times moved"), default=0, editable=False)  # SEQUENCE of the .ics
    version = models.PositiveIntegerField(default=0, editable=False)
    circulated_at = models.DateTimeField(_("circulated at"), null=True, blank=True, editable=False)
    comments_until = models.DateTimeField(_("comments until"), null=True, blank=True, editable=False)
    frozen_at = models.DateTimeField(_("confirmed at"), null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True, editable=False)
    cancelled_reason = models.TextField(_("reason of the cancelling"), blank=True, editable=False)

    name = Bilingual()
    date_note = Bilingual()
    place = Bilingual()
    rank = Bilingual()

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ("no",)
        constraints = (
            models.CheckConstraint(
                condition=Q(not_before__isnull=True) | Q(not_after__isnull=True) | Q(not_before__lte=F("not_after")),
                name="meeting_bounds_in_order",
            ),
            models.CheckConstraint(
                condition=Q(circulated_at__isnull=True) | Q(comments_until__gt=F("circulated_at")),
                name="comments_end_after_they_began",
            ),
            models.CheckConstraint(
                condition=Q(frozen_at__isnull=True) | Q(circulated_at__isnull=False),
                name="an_outcome_is_circulated_before_it_is_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | Q(circulated_at__isnull=True, frozen_at__isnull=True),
                name="a_meeting_that_was_held_is_not_cancelled",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def stream_key(self) -> str:
        """Its chain of events. By the primary key: a meeting may get another number while nothing of it is sealed."""
        return f"meeting/{self.pk}"

    @property
    def stage(self) -> Stage:
        if self.cancelled_at is not None:
            return Stage.CANCELLED
        if self.frozen_at is not None:
            return Stage.CONFIRMED
        return Stage.CIRCULATED if self.circulated_at is not None else Stage.PREPARING

    def agenda_is_closed(self, at: datetime) -> bool:
        """From that moment on ministries add nothing; the office still does what the meeting itself asks for."""
        return self.agenda_closes_at is not None and at > self.agenda_closes_at


class Attendance(models.Model):
    """One invited ministry: whom it sends, and whether they were there."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    ministry = models.ForeignKey(Ministry, on_delete=models.PROTECT, related_name="attendances")
    position_ko = NameField(_("delegate's position (Korean)"), max_length=100, blank=True)
    position_en = NameField(_("delegate's position (English)"), max_length=100, blank=True)
    is_deputy = models.BooleanField(_("in the member's place"), default=False)
    is_present = models.BooleanField(_("present"), null=True, blank=True)  # None: nobody has looked yet
    version = models.PositiveIntegerField(default=0)

    position = Bilingual()

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ("meeting", "ministry__order", "ministry__code")
        constraints = (models.UniqueConstraint(fields=("meeting", "ministry"), name="a_ministry_is_invited_once"),)

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.ministry_id}"
