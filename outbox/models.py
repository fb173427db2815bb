"""What mail is owed to whom. One row for each purpose, person and object: so there is one mail, not two."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from post_office.models import STATUS, Email

from ministries.models import Ministry

from .querysets import NoticeQuerySet


class Purpose(models.TextChoices):
    """Why a mail is written. Each has its text in `templates/outbox/`, named by its value."""

    RECEIPT = "receipt", _("Receipt")
    SIGN_OFF_ASKED = "sign_off_asked", _("Sign-off requested")
    SENT_BACK = "sent_back", _("Sent back")
    RETURNED = "returned", _("Returned")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REOPENED = "reopened", _("Acceptance taken back")
    FROZEN = "frozen", _("Frozen")
    CORRECTION_ASKED = "correction_asked", _("Correction asked for")
    CORRECTION_DECIDED = "correction_decided", _("Correction decided on")
    REMINDER = "reminder", _("Reminder")
    EXTENSION_ASKED = "extension_asked", _("Extension asked for")
    EXTENSION_DECIDED = "extension_decided", _("Extension decided on")
    EXTENSION_REVOKED = "extension_revoked", _("Extension revoked")
    CONTRIBUTION_ASKED = "contribution_asked", _("Contribution asked for")
    CONTRIBUTED = "contributed", _("Contribution written")
    REQUESTED = "requested", _("Asked by an issue")
    ANSWERED = "answered", _("Request answered")
    MESSAGE = "message", _("Message")
    RECALLED = "recalled", _("Request for sign-off taken back")
    DEPUTY_NAMED = "deputy_named", _("Deputy named")
    ASSIGNED = "assigned", _("Task handed out")
    DATES_MOVED = "dates_moved", _("Due time moved")
    ROSTER_CHANGED = "roster_changed", _("Roster changed")
    FREEZE_WARNING = "freeze_warning", _("Freeze ahead")
    # meetings: the agenda
    AGENDA_SHOWN = "agenda_shown", _("Agenda shown")
    AGENDA_CHANGED = "agenda_changed", _("Agenda changed")
    # planning meetings
    MEETING_INVITED = "meeting_invited", _("Invited to a meeting")
    MEETING_MOVED = "meeting_moved", _("Meeting moved")
    MEETING_CANCELLED = "meeting_cancelled", _("Meeting cancelled")
    MEETING_UNINVITED = "meeting_uninvited", _("Not invited any more")
    # outcomes of meetings
    OUTCOME_CIRCULATED = "outcome_circulated", _("Outcome circulated for comments")
    OUTCOME_RECALLED = "outcome_recalled", _("Circulation of an outcome taken back")
    OUTCOME_NOTIFIED = "outcome_notified", _("Outcome notified")
    OUTCOME_OBJECTED = "outcome_objected", _("Objection to an outcome")
    DECISION_CLOSED = "decision_closed", _("Decision closed")
    # versions of scenarios
    SCENARIO_CIRCULATED = "scenario_circulated", _("Scenario circulated for comments")
    SCENARIO_RECALLED = "scenario_recalled", _("Circulation of a scenario taken back")
    SCENARIO_ANSWERED = "scenario_answered", _("Comment on a scenario answered")
    # calls for candidates
    CALL_MADE = "call_made", _("Called on for candidate tasks")
    CALL_CHANGED = "call_changed", _("Call for candidate tasks changed")
    CALL_REMINDER = "call_reminder", _("Reminder of a call")
    CANDIDATE_JUDGED = "candidate_judged", _("Candidate task judged")
    # stakeholders' opinions
    OPINION_GIVEN = "opinion_given", _("Opinion to answer")
    OPINION_DUE = "opinion_due", _("Opinions due")
    OPINION_HANDED_BACK = "opinion_handed_back", _("Opinion handed back")
    OPINION_PASSED_ON = "opinion_passed_on", _("Opinion passed on")
    OBJECTION_ANSWERED = "objection_answered", _("Objection answered")
    # reminders about outcomes and their decisions
    DECISION_DUE = "decision_due", _("Decision to carry out")
    OUTCOME_UNANSWERED = "outcome_unanswered", _("Notice without an answer")


# Signing off is kept inside the ministry: of these the office knows whether they arrive, and nothing else.
INSIDE_THE_MINISTRY = (Purpose.SIGN_OFF_ASKED, Purpose.SENT_BACK, Purpose.RECALLED, Purpose.ASSIGNED)


class Problem(models.TextChoices):
    """Why what is owed cannot become a mail."""

    NO_ADDRESS = "no_address", _("no e-mail address")
    BAD_ADDRESS = "bad_address", _("the e-mail address is not valid")
    CLOSED = "closed", _("the account is closed")
    NOT_WRITTEN = "not_written", _("the text could not be written: see the server's log")
    DROPPED = "dropped", _("not sent: dropped after a restore")


class Delivery(models.TextChoices):
    """How far a mail is. Derived from the notice and its queued e-mail, never stored."""

    OWED = "owed", _("To send")
    QUEUED = "queued", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    STUCK = "stuck", _("Cannot be sent")
    DROPPED = "dropped", _("Skipped")


class Notice(models.Model):
    """A mail that is owed. Written in the transaction of the verb that owes it; `run_due` turns it into an e-mail.

    `to` is empty where a ministry has nobody to write to: then it goes to the ministry's fall-back contact.
    """

    purpose = models.CharField(_("purpose"), max_length=30, choices=Purpose)
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name=_("to"),
    )
    ministry = models.ForeignKey(
        Ministry,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name=_("ministry"),
        help_text=_("Whose fall-back contact is written to where the person has no address"),
    )
    about = models.CharField(_("about"), max_length=80)
    facts = models.JSONField(_("facts"))  # names, numbers and times: never the text of a report
    owed_at = models.DateTimeField(_("owed at"))
    email = models.OneToOneField(
        Email, on_delete=models.PROTECT, null=True, blank=True, related_name="notice", verbose_name=_("e-mail")
    )
    problem = models.CharField(_("problem"), max_length=20, choices=Problem, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=("purpose", "to", "about"), name="one_mail_for_purpose_person_and_object"),
            models.UniqueConstraint(
                fields=("purpose", "ministry", "about"),
                condition=Q(to__isnull=True),
                name="one_mail_for_purpose_ministry_and_object",
            ),
            models.CheckConstraint(
                condition=Q(to__isnull=False) | Q(ministry__isnull=False), name="a_mail_is_owed_to_somebody"
            ),
            models.CheckConstraint(
                condition=Q(problem="") | Q(email__isnull=True), name="what_cannot_be_sent_has_no_mail"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} · {self.about}"

    @property
    def state(self) -> Delivery:
        if self.problem == Problem.DROPPED:
            return Delivery.DROPPED
        if self.email is None:
            return Delivery.STUCK if self.problem else Delivery.OWED
        if self.email.status == STATUS.sent:
            return Delivery.SENT
        return Delivery.QUEUED if self.email.status == STATUS.queued else Delivery.FAILED

    def address(self) -> str:
        """Where it would go to now: the person's own address, else the ministry's fall-back contact, else nowhere."""
        own = self.to.email if self.to else ""
        return own or (self.ministry.fallback_email if self.ministry else "")

    def language(self) -> str:
        """The reader's language; Korean where they chose none."""
        return (self.to.language if self.to else "") or settings.LANGUAGE_CODE
