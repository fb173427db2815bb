"""The words of reporting. A light's shape and colour, a state's letter and look are declared here and nowhere else."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Light(models.TextChoices):
    """신호등. The shape and the text always stand with the colour."""

    ON_TRACK = "on_track", _("On track")
    ATTENTION = "attention", _("Attention")
    REVIEW_NEEDED = "review_needed", _("Review needed")
    COMPLETED = "completed", _("Completed")
    NOT_STARTED = "not_started", pgettext_lazy("light", "Not started")

    @property
    def css(self) -> str:
        """The class that carries shape (`#l-on` in the sprite) and colour."""
        return {"on_track": "on", "attention": "at", "review_needed": "re", "completed": "do"}.get(self.value, "no")

    @property
    def rank(self) -> int:
        """The order of worry: a higher rank is better. None is worse than *review needed*."""
        return {"review_needed": 0, "attention": 1, "not_started": 2, "on_track": 2, "completed": 3}[self.value]

    @property
    def needs_issue(self) -> bool:
        """Attention and review needed demand a text on what is wrong."""
        return self in (Light.ATTENTION, Light.REVIEW_NEEDED)


class State(models.TextChoices):
    """이행현황의 상태. What can be derived is not here: late, resubmitted, no reply after the freeze."""

    MISSING = "missing", _("Missing")
    DRAFT = "draft", _("Draft")
    AWAITING = "awaiting", _("Awaiting sign-off")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    ACCEPTED = "accepted", _("Accepted")

    @property
    def css(self) -> str:
        return {
            "missing": "st-none",
            "draft": "st-draft",
            "awaiting": "st-wait",
            "submitted": "st-sent",
            "returned": "st-back",
        }.get(self.value, "st-ok")

    @property
    def letter(self) -> str:
        """The state's letter in a tile of the board."""
        return str(_LETTERS[self.value])

    @property
    def was_sent(self) -> bool:
        """Whether the office holds a text of this report."""
        return self in (State.SUBMITTED, State.RETURNED, State.ACCEPTED)


_LETTERS = {
    "missing": pgettext_lazy("tile letter", "Mi"),
    "draft": pgettext_lazy("tile letter", "Dr"),
    "awaiting": pgettext_lazy("tile letter", "Wa"),
    "submitted": pgettext_lazy("tile letter", "Su"),
    "returned": pgettext_lazy("tile letter", "Re"),
    "accepted": pgettext_lazy("tile letter", "Ac"),
}


class Phase(models.TextChoices):
    """Where a round stands; derived from its dates and the clock, never stored."""

    PLANNED = "planned", _("Planned")
    PREPARED = "prepared", _("Prepared")
    OPEN = "open", _("Open")
    PAST_DUE = "past_due", _("Past due")
    FROZEN = "frozen", _("Frozen")


class Field(models.TextChoices):
    """The parts of a report, in the order of the page: what differs, and what is returned, is named by them."""

    LIGHT = "light", _("Light")
    RESULTS = "results", _("Results")
    PLANS = "plans", _("Next steps")
    ISSUES = "issues", _("Issues and requests")
    ADDRESSED_TO = "addressed_to", _("Addressed to")
    MILESTONES = "milestones", _("Milestones")
    INDICATORS = "indicators", _("Indicators")
    ATTACHMENTS = "attachments", _("Attachments")
    PROGRESS = "progress", _("Progress")

    @property
    def unlocks(self) -> frozenset["Field"]:
        """The fields that open with this one when it is returned: those that its rules depend on."""
        with_light = {Field.LIGHT, Field.ISSUES, Field.ADDRESSED_TO, Field.MILESTONES}
        return frozenset(
            {
                Field.LIGHT: with_light,
                Field.RESULTS: {Field.RESULTS, Field.ATTACHMENTS},  # what proves a result is a file
                Field.ISSUES: {Field.ISSUES, Field.ADDRESSED_TO},
                Field.MILESTONES: {Field.MILESTONES, Field.LIGHT, Field.ISSUES, Field.ADDRESSED_TO},
            }.get(self, {self})
        )


class Cause(models.TextChoices):
    """Why a date moved."""

    COORDINATION = "coordination", _("Coordination between ministries")
    LEGISLATION = "legislation", _("Legislation")
    BUDGET = "budget", _("Budget")
    CONTRACT = "contract", _("Contract or procurement")
    STAKEHOLDERS = "stakeholders", _("Stakeholders' views")
    SCOPE = "scope", _("Change of scope")
    OTHER = "other", _("Other")


# What the record's verbs are called when they have happened.
VERBS = {
    "prepare": _("Roster fixed"),
    "add_to_roster": _("Added to the roster"),
    "remove_from_roster": _("Taken off the roster"),
    "open_early": _("Opened early"),
    "move_dates": _("Round’s dates moved"),
    "ask_sign_off": _("Sign-off asked"),
    "sign_off": _("Signed off and submitted"),
    "send_back": _("Sent back by the approver"),
    "recall": _("Request for sign-off taken back"),
    "submit": pgettext_lazy("what happened", "Submitted"),
    "withdraw": _("Withdrawn"),
    "open_for_review": _("Opened for review"),
    "take_over_review": _("Review taken over"),
    "release_review": _("Review given back"),
    "return_for_changes": _("Returned"),
    "accept": _("Accepted"),
    "accept_unchanged": _("Accepted from the list of unchanged ones"),
    "reopen": _("Acceptance reopened"),
    "write_message": _("Message"),
    "call_contributions": _("Contributions asked for"),
    "contribute": _("Contribution written"),
    "answer_request": _("Request answered"),
    "freeze": _("Frozen"),
    "ask_correction": _("Correction asked for"),
    "decide_correction": _("Correction decided on"),
    "ask_extension": _("Extension asked for"),
    "withdraw_extension": _("Request for an extension withdrawn"),
    "grant_extension": _("Extension granted"),
    "decline_extension": _("Extension declined"),
    "revoke_extension": _("Extension revoked"),
    "remind": _("Ministries reminded"),
    "name_deputy": _("Deputy named"),
    "end_deputy": _("Deputy ended early"),
    "assign": _("Tasks handed out"),
    "take_over": _("Hand-over read"),
}
