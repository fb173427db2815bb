"""What calls ask of somebody's ministries, and what of them waits for the office."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from ministries.models import User

from ..models import Candidate, CandidateState, Verdict
from ..providers import Errand, Job
from . import answers


def errands(user: User, at: datetime) -> list[Errand]:
    """Open calls that the person's ministries have not answered, and candidates that were asked back. Three queries."""
    own = user.standing.ministries
    if not own:
        return []
    found = []
    rows = answers.unanswered().filter(call__closed_at__isnull=True, ministry__in=own)
    for row in rows.select_related("call", "ministry").order_by("call__due_at"):
        text = _("Answer the call for candidate tasks: %(title)s") % {"title": row.call.title}
        url = f"{reverse('answer_call', args=[row.call.no])}?ministry={row.ministry.code}"
        found.append(Errand(text, url, row.call.due_at, at > row.call.due_at))
    asked = Candidate.objects.filter(state=CandidateState.ASKED_BACK, ministry__in=own)
    due = dict(Verdict.objects.filter(candidate__in=asked).order_by("pk").values_list("candidate", "due_at"))
    for candidate in asked.select_related("call").order_by("call__no", "no"):
        text = _("Reword candidate %(number)s: %(title)s") % {"number": candidate.number, "title": candidate.title}
        url, due_at = reverse("revise_candidate", args=[candidate.call.no, candidate.no]), due.get(candidate.pk)
        found.append(Errand(text, url, due_at, due_at is not None and at > due_at))
    return found


def jobs(user: User, at: datetime) -> list[Job]:
    """Candidates to be judged, and ministries that are silent past the due time. Two queries."""
    if not user.standing.is_coordinator:
        return []
    to_judge = Candidate.objects.to_judge().count()
    late = list(answers.overdue(at).values_list("call__no", flat=True))
    one = set(late)
    where = reverse("show_call", args=[one.pop()]) + "?answer=silent" if len(one) == 1 else reverse("list_calls")
    return [
        Job(_("Candidates to judge"), reverse("list_calls") + "?state=submitted#candidates", to_judge),
        Job(_("Calls not answered in time"), where, len(late)),
    ]
