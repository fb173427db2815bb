"""Reporting: rounds, the roster of reports, what ministries sent, what the office answered."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ministries.models import Ministry
from records.models import Event
from tfportal.language import Bilingual, pick

from ..querysets import ReportQuerySet, RequestQuerySet, RoundQuerySet, SubmissionQuerySet
from .strategy import Kind, Milestone, Sector, StrategyItem, Task
from .vocabulary import Cause, Field, Light, Phase, State

TEXT_LIMIT = 3000  # characters of one text; some two pages of a report
NEAR_LIMIT = 2700  # from here on the form counts characters
LINES_WANTED = 5  # of one text, as the guide asks; more are warned of, never refused
PERSON = settings.AUTH_USER_MODEL


class Round(models.Model):
    """제N차 이행점검. `as_of` decides what is overdue and which names hold; the clock decides open, due and late."""

    no = models.PositiveSmallIntegerField(_("number"), unique=True)
    previous = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="next", verbose_name=_("previous round")
    )
    observes_from = models.DateField(_("observes from"))
    as_of = models.DateField(_("as of"))
    opens_at = models.DateTimeField(_("opens"))
    due_at = models.DateTimeField(_("due"))
    freeze_at = models.DateTimeField(_("planned freeze"), null=True, blank=True)
    planned_for = models.DateField(null=True, blank=True)  # the meeting's day when somebody last fixed these dates
    due_moved_at = models.DateTimeField(null=True, blank=True)  # when `due_at` last became another one, and how often
    due_moves = models.PositiveSmallIntegerField(default=0)
    prepared_at = models.DateTimeField(_("prepared"), null=True, blank=True)
    frozen_at = models.DateTimeField(_("frozen"), null=True, blank=True)
    guide_ko = models.TextField(_("guide of this round (Korean)"), blank=True)
    guide_en = models.TextField(_("guide of this round (English)"), blank=True)

    guide = Bilingual()
    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("reporting round")
        verbose_name_plural = _("reporting rounds")
        ordering = ("no",)
        constraints = (
            models.CheckConstraint(condition=Q(opens_at__lt=F("due_at")), name="round_opens_before_it_is_due"),
            models.CheckConstraint(
                condition=Q(frozen_at__isnull=True) | Q(prepared_at__isnull=False), name="round_frozen_once_prepared"
            ),
            models.CheckConstraint(
                condition=Q(freeze_at__isnull=True) | Q(freeze_at__gt=F("due_at")),
                name="round_is_to_be_frozen_after_it_is_due",
            ),
        )

    def __str__(self) -> str:
        return f"{self.no}"

    @property
    def stream_key(self) -> str:
        """The key of the round's chain of events."""
        return f"round/{self.no}"

    def phase(self, at: datetime) -> Phase:
        """Where the round stands at that instant. The due instant itself is still in time."""
        if self.frozen_at is not None:
            return Phase.FROZEN
        if self.prepared_at is None:
            return Phase.PLANNED
        if at < self.opens_at:
            return Phase.PREPARED
        return Phase.OPEN if at <= self.due_at else Phase.PAST_DUE


class Submission(models.Model):
    """접수. One answer of one ministry, of one or more reports. Insert-only."""

    round = models.ForeignKey(
        Round, on_delete=models.PROTECT, related_name="submissions", verbose_name=_("reporting round")
    )
    ministry = models.ForeignKey(Ministry, on_delete=models.PROTECT, related_name="submissions")
    number = models.CharField(_("receipt number"), max_length=40, unique=True)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="submissions", verbose_name=_("by"))
    acting_for = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("acting for")
    )
    received_at = models.DateTimeField()
    approval_asked_at = models.DateTimeField(null=True, blank=True)
    letter_no = models.CharField(_("letter number"), max_length=60, blank=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="submission")

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ("-received_at",)

    def __str__(self) -> str:
        return self.number


class Report(models.Model):
    """이행현황. One task in one round: a row of the roster, with lead, kind, sector and baseline copied."""

    round = models.ForeignKey(
        Round, on_delete=models.PROTECT, related_name="reports", verbose_name=_("reporting round")
    )
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="reports", verbose_name=_("task"))
    lead = models.ForeignKey(Ministry, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="+", verbose_name=_("sector"))
    item = models.ForeignKey(StrategyItem, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    baseline = models.ForeignKey("Revision", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    baseline_light = models.CharField(max_length=20, choices=Light, blank=True)  # as the last round's board showed it
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.MISSING)
    version = models.PositiveIntegerField(default=0)
    current = models.ForeignKey("Revision", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    accepted = models.ForeignKey("Revision", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    office_light = models.CharField(max_length=20, choices=Light, blank=True)
    office_reason = models.TextField(blank=True)
    book_text_ko = models.TextField(blank=True)
    book_text_en = models.TextField(blank=True)
    opened_by_office_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opened_for = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    first_received_at = models.DateTimeField(null=True, blank=True)
    late_by = models.DurationField(null=True, blank=True)
    lead_name_ko = models.CharField(max_length=100, blank=True)
    lead_name_en = models.CharField(max_length=150, blank=True)
    title_copied_ko = models.CharField(max_length=200, blank=True)  # this and the lead's name: as at the freeze
    title_copied_en = models.CharField(max_length=250, blank=True)

    lead_name = Bilingual()
    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("status report")
        verbose_name_plural = _("status reports")
        ordering = ("round", "task__code")
        constraints = (
            models.UniqueConstraint(fields=("round", "task"), name="one_report_of_a_task_in_a_round"),
            models.CheckConstraint(
                condition=~Q(state__in=(State.SUBMITTED, State.RETURNED, State.ACCEPTED)) | Q(current__isnull=False),
                name="sent_reports_have_a_revision",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.ACCEPTED) | (Q(accepted=F("current")) & ~Q(office_light="")),
                name="accepted_is_the_current_revision_with_a_light",
            ),
        )
        indexes = (models.Index(fields=("round", "lead"), name="report_by_round_and_lead"),)

    def __str__(self) -> str:
        return f"{self.task.code}/{self.round_id}"

    @property
    def title(self) -> str:
        """The task's title: as it was copied at the freeze, else as it is."""
        return pick(self.title_copied_ko or self.task.title_ko, self.title_copied_en or self.task.title_en)


class Draft(models.Model):
    """What a ministry is typing: raw form values, mutable, seen by its own people only."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="draft")
    content = models.JSONField()
    edited_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    edited_for = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    edited_at = models.DateTimeField()
    unchanged = models.BooleanField(default=False)  # awaits sign-off as "no change"
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_for = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"draft of {self.report_id}"


class Revision(models.Model):
    """One text of one report, as it was sent. Insert-only; `sha256` is of its canonical content."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="revisions")
    no = models.PositiveSmallIntegerField()
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="revisions")
    light = models.CharField(max_length=20, choices=Light)
    progress = models.PositiveSmallIntegerField(null=True, blank=True)
    results = models.TextField()
    plans = models.TextField()
    issues = models.TextField(blank=True)
    completed_on = models.DateField(null=True, blank=True)
    unchanged = models.BooleanField(default=False)
    also_reason = models.TextField(blank=True)  # why fields changed that the office had not returned
    due_then = models.DateTimeField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("report", "no")
        constraints = (
            models.UniqueConstraint(fields=("report", "no"), name="revision_no_once"),
            models.CheckConstraint(
                condition=Q(progress__isnull=True) | Q(progress__lte=100), name="progress_is_a_percentage"
            ),
        )

    def __str__(self) -> str:
        return f"{self.report_id} #{self.no}"


class Request(models.Model):
    """건의 대상. A ministry that an issue asks. Insert-only."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="requests")
    addressed_to = models.ForeignKey(Ministry, on_delete=models.PROTECT, related_name="requests")

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ("revision", "addressed_to__order")
        constraints = (models.UniqueConstraint(fields=("revision", "addressed_to"), name="request_once"),)

    def __str__(self) -> str:
        return f"{self.revision_id} → {self.addressed_to_id}"


class MilestoneChange(models.Model):
    """일정변경. A date done or moved in a revision; it takes effect when the office accepts (`applied_event`)."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="milestone_changes")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="changes")
    old_on = models.DateField()
    new_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    cause = models.CharField(max_length=20, choices=Cause, blank=True)
    reason = models.TextField(blank=True)
    applied_event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("revision", "milestone__order")
        constraints = (
            models.UniqueConstraint(fields=("revision", "milestone"), name="milestone_changes_once_in_a_revision"),
            models.CheckConstraint(
                condition=Q(done_on__isnull=False, new_on__isnull=True)
                | (Q(done_on__isnull=True, new_on__isnull=False) & ~Q(cause="") & ~Q(reason="")),
                name="milestone_is_done_or_moved_with_cause_and_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.milestone_id} {self.old_on}"


class SignOff(models.Model):
    """승인. What the approver decided on the draft with this hash. Insert-only."""

    class Decision(models.TextChoices):
        APPROVED = "approved", _("Signed off")
        SENT_BACK = "sent_back", _("Sent back")

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="sign_offs")
    draft_sha256 = models.CharField(max_length=64)
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    asked_for = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="sign_offs")
    acting_for = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decision = models.CharField(max_length=10, choices=Decision)
    comment = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(asked_by=F("by")), name="nobody_signs_off_their_own_report"),
            models.CheckConstraint(
                condition=~Q(asked_for=F("by")) & ~Q(asked_by=F("acting_for")) & ~Q(asked_for=F("acting_for")),
                name="no_deputy_signs_off_for_whoever_asked",
            ),
        )

    def __str__(self) -> str:
        return f"{self.report_id} {self.decision}"


class Return(models.Model):
    """보완요청. Open until a revision resolves it; one open for each report."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="returns")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="returns")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    comment = models.TextField()
    due_at = models.DateTimeField()
    resolved_by = models.ForeignKey(Revision, on_delete=models.PROTECT, null=True, blank=True, related_name="resolves")

    class Meta:
        ordering = ("report", "at")
        constraints = (
            models.UniqueConstraint(
                fields=("report",), condition=Q(resolved_by__isnull=True), name="one_open_return_of_a_report"
            ),
        )

    def __str__(self) -> str:
        return f"{self.report_id} {self.due_at:%Y-%m-%d}"

    def unlocked(self) -> frozenset[Field]:
        """The fields that may be mended without a further reason: all of them where the whole report is returned."""
        named = [Field(row.field) for row in self.fields.all()]
        return frozenset(Field) if not named else frozenset().union(*(field.unlocks for field in named))


class ReturnedField(models.Model):
    of = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="fields")
    field = models.CharField(max_length=20, choices=Field)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("of", "field"), name="field_returned_once"),)

    def __str__(self) -> str:
        return self.field
