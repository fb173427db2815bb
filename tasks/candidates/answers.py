"""Who has answered a call and who is silent: a candidate that stands is an answer, and so is that there is none.
Queries alone."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ..models import Call, CallAddressee, Candidate, NoCandidate


def unanswered() -> QuerySet[CallAddressee]:
    """The ministries that are called on and silent, in all calls."""
    here = {"call": OuterRef("call"), "ministry": OuterRef("ministry")}
    proposed = Candidate.objects.standing().filter(**here)
    return CallAddressee.objects.exclude(Exists(proposed)).exclude(Exists(NoCandidate.objects.filter(**here)))


def silent(call: Call) -> set[int]:
    """The ministries (primary keys) that have not answered this call."""
    return set(unanswered().filter(call=call).values_list("ministry", flat=True))


@dataclass(frozen=True)
class Told:
    """How one ministry answered one call. `candidates`: how many of its own stand."""

    call: Call
    candidates: int
    is_none: bool

    @property
    def is_silent(self) -> bool:
        return not self.candidates and not self.is_none

    @property
    def asked(self) -> str:
        """The list of the call's board in which the ministry stands."""
        return "candidates" if self.candidates else "none" if self.is_none else "silent"

    @property
    def words(self) -> str:
        """`Call 1: none`, `Call 2: not answered`."""
        if self.candidates:
            said = ngettext("%(n)d candidate", "%(n)d candidates", self.candidates) % {"n": self.candidates}
        else:
            said = pgettext("candidates", "none to propose") if self.is_none else pgettext("call", "not answered")
        return _("Call %(no)d: %(said)s") % {"no": self.call.no, "said": said}


def by_ministry(since: datetime | None) -> dict[int, list[Told]]:
    """Whoever is called on, by the ministry's primary key: how it answered each call that is open, or was until after
    that moment. One query."""
    own = Q(call__candidates__ministry=F("ministry")) & ~Q(call__candidates__state="withdrawn")
    lasting = Q(call__closed_at__isnull=True) | Q(call__closed_at__gte=since) if since else Q()
    rows = CallAddressee.objects.filter(lasting).annotate(
        proposed=Count("call__candidates", filter=own, distinct=True),
        is_none=Exists(NoCandidate.objects.filter(call=OuterRef("call"), ministry=OuterRef("ministry"))),
    )
    found: dict[int, list[Told]] = {}
    for row in rows.select_related("call").order_by("call__no"):
        found.setdefault(row.ministry_id, []).append(Told(row.call, row.proposed, row.is_none))
    return found


def overdue(at: datetime) -> QuerySet[CallAddressee]:
    """Those who are silent past the due time of an open call."""
    return unanswered().filter(call__closed_at__isnull=True, call__due_at__lt=at)
