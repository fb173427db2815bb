"""The words of the board: what a task is since the last round, what else it may be, which verbs a board tells of."""

from django.db import models
from django.utils.translation import gettext_lazy, pgettext_lazy

# What happens between an officer and their approver stays in the ministry: readers do not see when it happened either.
OFFICE_VERBS = ("open_for_review", "take_over_review", "release_review", "return_for_changes", "reopen")
ACCEPTANCES = ("accept", "accept_unchanged")
OPEN_VERBS = ("submit", "sign_off", "withdraw", *OFFICE_VERBS, *ACCEPTANCES)
INNER_VERBS = ("ask_sign_off", "send_back", "recall")
BETWEEN_VERBS = ("write_message",)  # between the office and the lead: neither the board nor a record's reader is told
TEAM_VERBS = ("call_contributions", "contribute", "answer_request")  # between ministries: the report stays as it is
LATER_VERBS = ("ask_correction", "decide_correction")  # after the freeze: the board as frozen does not know of them


class Since(models.TextChoices):
    """지난 점검 대비. A newly completed task is *completed*, not also *better*."""

    BETTER = "better", gettext_lazy("Better")
    WORSE = "worse", gettext_lazy("Worse")
    MOVED = "moved", gettext_lazy("Dates moved")
    NEW = "new", pgettext_lazy("since last round", "New")
    COMPLETED = "completed", pgettext_lazy("since last round", "Completed")
    NO_REPLY = "no_reply", gettext_lazy("No reply last time")


class Also(models.TextChoices):
    """What else a task may be, whatever its state."""

    UNCHANGED = "unchanged", gettext_lazy("No change")
    LATE = "late", pgettext_lazy("sent after the due time", "Late")
    ASKED_IN_TIME = "asked_in_time", gettext_lazy("Late, sign-off asked in time")
    ASKS = "request", pgettext_lazy("task that asks a ministry", "Requests")
    ANSWERED = "request_answered", pgettext_lazy("request", "Answered")
    UNANSWERED = "request_open", gettext_lazy("Not answered")
    BEHIND = "behind", gettext_lazy("Date passed")  # a date in force lies before the as-of date, and is not done
    DIFFERS = "differs", gettext_lazy("Office's light differs")
    OVERDUE = "overdue", gettext_lazy("Returned, past due")
    NO_OFFICER = "no_officer", gettext_lazy("Without an officer")
    EXTENDED = "extended", pgettext_lazy("due time", "Extended")
