"""Before a meeting: the list, the calendar, planning it, inviting to it, and its first page."""

from datetime import date as Day  # noqa: N812 (as the form of a meeting calls it)
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ministries.directory import Directory
from ministries.models import Ministry
from records.errors import Conflict, Invalid, Refused
from tasks.forms import posted_number, problems_of_forms
from tfportal.htmx import respond
from tfportal.http import Request

from .. import agenda, calendars, decisions, months, permissions, planning, preparation, standing, workflow
from ..models import Attendance, Meeting
from ..planning import Plan
from ..planning_forms import DelegateForm, PlanForm, shown
from ..transitions import possible
from ..workflow.planning import committed
from .common import REFUSED, get_meeting, only_office, only_visitors, show, typed, who

FORMS = ["GET", "HEAD", "POST"]


@require_safe
@only_visitors
def list_meetings(request: Request) -> HttpResponse:
    """Every meeting that the person may see: those that lie ahead, and those that are over."""
    context = {
        "listing": standing.listing(request.user, at=request.arrived_at),
        "runs": permissions.can_run_meetings(request.user),
    }
    return respond(request, "meetings/list_meetings.html", context)


@require_safe
@only_visitors
def show_calendar(request: Request) -> HttpResponse:
    """One month with everything that has a day; this one, unless the address names another."""
    today = timezone.localdate(request.arrived_at)
    first = months.first_of(request.GET.get("month", ""), today)
    month = months.read(first, user=request.user, at=request.arrived_at)
    context = {"month": month, "runs": permissions.can_run_meetings(request.user)}
    return respond(request, "meetings/show_calendar.html", context)


@require_safe
@only_visitors
def show_meeting(request: Request, no: int) -> HttpResponse:
    """When and where it is, what is missing before it, who is invited, what is on its agenda."""
    meeting, user = get_meeting(request, no), request.user
    context = {
        "page": preparation.read(meeting, user=user, at=request.arrived_at),
        "agenda": agenda.read(meeting, user=user, at=request.arrived_at),
        "decisions": decisions.read(meeting, user=user),
    }
    return show(request, "meetings/show_meeting.html", meeting, context)


@require_safe
@only_visitors
def meeting_calendar(request: Request, no: int) -> HttpResponse:
    """The meeting as a file for a calendar; 404 while its day is not known."""
    meeting = get_meeting(request, no)
    if meeting.date is None:
        raise Http404
    may_enter = permissions.can_enter(request.user, meeting)
    file = calendars.meeting_calendar(meeting, at=request.arrived_at, with_link=may_enter)
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="meeting-{meeting.no}.ics"'
    return response


@require_http_methods(FORMS)
@only_office
def plan_meeting(request: Request) -> HttpResponse:
    """A new meeting: its number, day, place and round."""
    if request.method != "POST":
        return _show_plan(request, planning.next_plan())
    form = PlanForm(request.POST, today=_today(request))
    try:
        if not form.is_valid():
            raise Invalid(form.problems())
        receipt = workflow.plan_meeting(form.plan(), **who(request))
    except REFUSED as error:
        return _show_plan(request, planning.next_plan(), error, doubtful=form.doubtful)
    meeting = Meeting.objects.get(pk=receipt.event.object_id)
    messages.success(request, _("%(meeting)s is planned, and the members of the T/F are invited.") % _named(meeting))
    return redirect("show_meeting", no=meeting.no)


def _today(request: Request) -> Day:
    return timezone.localdate(request.arrived_at)


def _named(meeting: Meeting) -> dict[str, str]:
    return {"meeting": meeting.name}


def _show_plan(
    request: Request, plan: Plan, error: Refused | None = None, *, doubtful: Day | None = None
) -> HttpResponse:
    day = _today(request)
    context = {
        "values": request.POST if error else shown(plan),
        "doubtful": doubtful,
        "usual": planning.named(plan.no),
        "rounds": planning.free_rounds(),
        "members": planning.members(day).count(),
        **typed(request, error),
    }
    return respond(request, "meetings/plan_meeting.html", context, status=error.status if error else 200)


@require_http_methods(FORMS)
@only_office
def change_meeting(request: Request, no: int) -> HttpResponse:
    """Another number, day, place, chair or round; with the reason, where people have to know it."""
    meeting = get_meeting(request, no)
    if request.method != "POST":
        return _show_change(request, meeting)
    form = PlanForm(request.POST, today=_today(request), stood=meeting.date)
    try:
        if not form.is_valid():
            raise Invalid(form.problems(meeting))
        more = {"version": posted_number(request.POST, "version"), "reason": form.cleaned_data["reason"]}
        workflow.change_meeting(meeting.pk, form.plan(), **more, **who(request))
    except REFUSED as error:
        return _show_change(request, _again(meeting), error, doubtful=form.doubtful)
    meeting = _again(meeting)
    messages.success(request, _("%(meeting)s was changed.") % _named(meeting))
    if standing.has_to_follow(meeting):
        messages.warning(request, _("The dates of its round do not follow by themselves: look at what is proposed."))
    return redirect("show_meeting", no=meeting.no)


def _again(meeting: Meeting) -> Meeting:
    """As it stands now: a refused form, and a renumbered meeting, are shown from that."""
    return Meeting.objects.select_related("round").get(pk=meeting.pk)


def _show_change(
    request: Request, meeting: Meeting, error: Refused | None = None, *, doubtful: Day | None = None
) -> HttpResponse:
    """The page; after a refusal with what was typed. Where somebody changed it meanwhile, what stands now is shown
    beside, and sending again is meant to write over it."""
    keeps = planning.keeps_its_round(meeting)
    context = {
        "values": request.POST if error else shown(Plan.of(meeting)),
        "doubtful": doubtful,
        "stands": shown(Plan.of(meeting)) if isinstance(error, Conflict) else None,
        "version": _version(request, meeting, error),
        "rounds": planning.free_rounds(meeting),
        "keeps": keeps,
        "may": _possible(request, meeting, "change_meeting"),
        "may_cancel": not keeps and _possible(request, meeting, "cancel_meeting"),
    }
    return show(request, "meetings/change_meeting.html", meeting, context, error=error)


def _version(request: Request, row: Meeting | Attendance, error: Refused | None) -> Any:
    """The one that the form brings along: after a refusal the one that was seen, unless the page shows what stands."""
    return request.POST.get("version", "") if error and not isinstance(error, Conflict) else row.version


def _possible(request: Request, meeting: Meeting, verb: str) -> bool:
    return possible(verb, meeting, by=request.user, at=request.arrived_at)


@require_http_methods(FORMS)
@only_office
def cancel_meeting(request: Request, no: int) -> HttpResponse:
    """Calls it off, with the reason."""
    meeting = get_meeting(request, no)
    if request.method != "POST":
        return _show_cancel(request, meeting)
    version, reason = posted_number(request.POST, "version"), request.POST.get("reason", "")
    try:
        workflow.cancel_meeting(meeting.pk, version=version, reason=reason, **who(request))
    except REFUSED as error:
        return _show_cancel(request, _again(meeting), error)
    messages.success(request, _("%(meeting)s is cancelled.") % _named(meeting))
    return redirect("show_meeting", no=no)


def _show_cancel(request: Request, meeting: Meeting, error: Refused | None = None) -> HttpResponse:
    keeps = planning.keeps_its_round(meeting)
    context = {
        "keeps": keeps,
        "may": not keeps and _possible(request, meeting, "cancel_meeting"),
        "version": _version(request, meeting, error),
    }
    return show(request, "meetings/cancel_meeting.html", meeting, context, error=error)


@require_http_methods(FORMS)
@only_office
def invite_ministries(request: Request, no: int) -> HttpResponse:
    """Which ministries are invited."""
    meeting = get_meeting(request, no)
    if request.method != "POST":
        return _show_invitations(request, meeting)
    codes, known = set(request.POST.getlist("ministries")), dict(Ministry.objects.values_list("code", "pk"))
    try:
        if codes - known.keys():
            raise Invalid({"ministries": [_("Choose ministries that exist on the day of the meeting.")]})
        version = posted_number(request.POST, "version")
        workflow.invite(meeting.pk, [known[code] for code in codes], version=version, **who(request))
    except REFUSED as error:
        return _show_invitations(request, _again(meeting), error)
    messages.success(request, _("The list of the invited ministries was changed."))
    return redirect("show_meeting", no=no)


def _show_invitations(request: Request, meeting: Meeting, error: Refused | None = None) -> HttpResponse:
    """Whoever is to be there because their candidates are on the agenda, ticked beforehand; then the members of the
    T/F, then the others. After a refusal as it was ticked."""
    names = Directory(meeting.date or timezone.localdate(request.arrived_at)).in_order()
    invited = set(Attendance.objects.filter(meeting=meeting).values_list("ministry__code", flat=True))
    bound, numbers = committed(meeting), planning.proposed(meeting)
    proposed = [name for name in names if name.ministry_id in numbers]
    rest = [name for name in names if name.ministry_id not in numbers]
    ticked = set(request.POST.getlist("ministries")) if error else invited | {name.ministry.code for name in proposed}
    context = {
        "proposed": [(name, ", ".join(numbers[name.ministry_id])) for name in proposed],
        "members": [name for name in rest if name.ministry.tf_member],
        "others": [name for name in rest if not name.ministry.tf_member],
        "ticked": ticked,
        "invited": len(invited),
        "committed": bound,
        "version": _version(request, meeting, error),
        "may": _possible(request, meeting, "invite"),
    }
    return show(request, "meetings/invite_ministries.html", meeting, context, error=error)


@require_http_methods(FORMS)
@only_visitors
def name_delegate(request: Request, no: int) -> HttpResponse:
    """Whom the ministry sends, and whether in its member's place."""
    meeting = get_meeting(request, no)
    row = _own_row(request, meeting)
    if request.method != "POST":
        return _show_delegate(request, meeting, row)
    form = DelegateForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        version = posted_number(request.POST, "version")
        workflow.name_delegate(meeting.pk, row.ministry_id, version=version, **form.cleaned_data, **who(request))
    except REFUSED as error:
        return _show_delegate(request, meeting, _own_row(request, meeting), error)
    messages.success(request, _("Your delegate is named. Until the meeting you can name another one."))
    return redirect("show_meeting", no=no)


def _own_row(request: Request, meeting: Meeting) -> Attendance:
    """The invitation of the ministry that the address or the form names, of the person's own; else of their first one.
    403 for those who work for none that is invited."""
    own = list(Attendance.objects.of(request.user).filter(meeting=meeting).select_related("ministry"))
    wanted = request.POST.get("ministry") or request.GET.get("ministry")
    found = next((row for row in own if row.ministry.code == wanted), own[0] if own and not wanted else None)
    if found is None:
        raise Http404 if own else PermissionDenied
    return found


def _show_delegate(request: Request, meeting: Meeting, row: Attendance, error: Refused | None = None) -> HttpResponse:
    own = Attendance.objects.of(request.user).filter(meeting=meeting).select_related("ministry")
    names = Directory(meeting.date or timezone.localdate(request.arrived_at))
    verb: dict[str, Any] = {"by": request.user, "at": request.arrived_at, "ministry": row.ministry_id}
    context: dict[str, Any] = {
        "row": row,
        "name": names[row.ministry_id],
        "others": names.named(other.ministry_id for other in own if other.pk != row.pk),
        "values": request.POST if error else row,
        "stands": row if isinstance(error, Conflict) else None,
        "version": _version(request, row, error),
        "may": row.is_present is None and possible("name_delegate", meeting, **verb),
    }
    return show(request, "meetings/name_delegate.html", meeting, context, error=error)
