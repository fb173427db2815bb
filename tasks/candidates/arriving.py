"""What the poll of the office's board compares of calls, and what it reads out of answers that came. Read-only."""

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ministries.directory import Directory

from ..models import Candidate, CandidateState, NoCandidate

NAMED = 3  # so many are read out by name, more are counted


def counted() -> tuple[int, int]:
    """How many answers there are, of which none is ever taken away, and how many candidates wait for the office. Two
    queries."""
    waiting = Count("pk", filter=Q(state=CandidateState.SUBMITTED))
    rows = Candidate.objects.aggregate(all=Count("pk"), waiting=waiting)
    return rows["all"] + NoCandidate.objects.count(), rows["waiting"]


def news(since: int | None) -> str:
    """Who answered which call after so many answers: `행안부: answer to call 1`; a count where it is much. Empty where
    nobody did, or where nobody knows since when."""
    answers = counted()[0] - since if since is not None else 0
    if answers <= 0:
        return ""
    if answers > NAMED:
        return ngettext("%(n)d answer to calls", "%(n)d answers to calls", answers) % {"n": answers}
    rows = [
        row
        for model in (Candidate, NoCandidate)
        for row in model._default_manager.select_related("call").order_by("-at", "-pk")[:answers]
    ]
    last = sorted(rows, key=lambda row: row.at)[-answers:]
    names = Directory(timezone.localdate(last[-1].at))
    text = _("%(ministry)s: answer to call %(no)d")
    pairs = dict.fromkeys((names[row.ministry_id].abbr, row.call.no) for row in last)
    return ", ".join(text % {"ministry": ministry, "no": no} for ministry, no in pairs)
