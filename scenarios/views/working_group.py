"""기술작업반: divisions, experts, meetings, and what was published of them."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ministries.directory import Directory
from ministries.models import Ministry
from records.errors import Conflict, Invalid, Refused
from tasks.exports import file_name
from tasks.forms import posted_number, problems_of_forms
from tasks.views.exporting import send_list
from tfportal import dates
from tfportal.htmx import respond
from tfportal.http import Request

from .. import counting, divisions, group_exports, groups, named_texts, permissions, workflow
from ..group_forms import EndForm, HeldForm, ServingForm, WhoForm, shown_expert, shown_meeting
from ..models import Division, DivisionMeeting, Expert
from ..querysets import by_code
from ..workflow import Held
from .common import REFUSED, only_office, only_visitors, typed, who

FORMS = ["GET", "HEAD", "POST"]


def as_of_asked(request: Request) -> date:
    """The day that the address names, else today."""
    return dates.asked(request.GET.get("as_of", "")) or timezone.localdate(request.arrived_at)


def frame(request: Request, **more: Any) -> dict[str, Any]:
    """What every page of the group knows: the day, and whether the reader keeps the register."""
    today, as_of = timezone.localdate(request.arrived_at), as_of_asked(request)
    return {
        "today": today,
        "as_of": as_of,
        "query": f"?as_of={as_of}" if as_of != today else "",
        "keeps": permissions.can_edit_scenarios(request.user),
        "sees": permissions.can_see_people(request.user),
        **more,
    }


@require_safe
@only_visitors
def show_working_group(request: Request) -> HttpResponse:
    """The group as of a day: its divisions, what was published beside what is counted, and where it is thin."""
    as_of, rows = as_of_asked(request), counting.by_division(as_of_asked(request))
    asked = request.GET.get("weeks", "")
    weeks = next((number for number in counting.WEEKS if str(number) == asked), counting.USUAL_WEEKS)
    context = frame(
        request,
        group=groups.working_group(),
        rows=rows,
        published=counting.published(timezone.localdate(request.arrived_at)),
        experts=counting.experts(as_of),
        meetings=counting.meetings(as_of),
        ministries=counting.ministries(as_of),
        divisions=counting.divisions(as_of),
        thin=counting.thin(as_of, weeks, rows),
        all_weeks=counting.WEEKS,
    )
    return respond(request, "scenarios/show_working_group.html", context)


@require_safe
@only_visitors
def show_division(request: Request, code: str) -> HttpResponse:
    """One division: for the office who is in it, for everybody else how many, and its meetings."""
    division = get_division(code)
    page = divisions.read(division, user=request.user, as_of=as_of_asked(request))
    return respond(request, "scenarios/show_division.html", frame(request, page=page, division=division))


@require_safe
@only_visitors
def export_working_group(request: Request, what: str, ending: str) -> HttpResponseBase:
    """One of the group's lists as a file; that of the experts for the office alone."""
    if what == "experts" and not permissions.can_see_people(request.user):
        raise PermissionDenied
    export = group_exports.EXPORTS.get(what)
    if export is None:
        raise Http404
    as_of, at = as_of_asked(request), request.arrived_at
    made = export(as_of, timezone.localdate(at))
    name = file_name(made.title, ending=ending, day=as_of)
    return send_list(ending, made.columns, made.rows, title=made.title, name=name, about=made.about, at=at)


def get_division(code: str) -> Division:
    """The division with that code, else 404."""
    found = by_code(Division.objects.select_related("group", "sector"), code)
    if found is None:
        raise Http404
    return found


# Experts


@require_safe
@only_office
def list_experts(request: Request) -> HttpResponse:
    """Everybody who is or was in a division, for the office alone; under the filters of the address."""
    as_of, found = as_of_asked(request), Expert.objects.all()
    division, ministry, state = (request.GET.get(name, "") for name in ("division", "ministry", "state"))
    found = found.filter(division=by_code(Division.objects.all(), division)) if division else found
    found = found.filter(ministry=by_code(Ministry.objects.all(), ministry)) if ministry else found
    found = found.serving(as_of) if state != "all" else found
    rows = divisions.seated(found, Directory(as_of))
    asked = {"division": division, "ministry": ministry, "state": state}
    named = named_texts.naming(one.expert for one in rows)
    context = frame(request, rows=rows, asked=asked, named=named, **choices(as_of))
    return respond(request, "scenarios/list_experts.html", context)


def choices(day: date) -> dict[str, Any]:
    """What a form about an expert lets choose."""
    return {"divisions": groups.divisions(), "names": Directory(day).in_order()}


@require_http_methods(FORMS)
@only_office
def register_expert(request: Request) -> HttpResponse:
    """A new seat with who sits on it."""
    if request.method != "POST":
        return _show_new_expert(request)
    person, seat = WhoForm(request.POST), ServingForm(request.POST)
    try:
        if not (person.is_valid() and seat.is_valid()):
            raise Invalid(problems_of_forms(person, seat))
        receipt = workflow.register_expert(person.who(), seat.serving(), **who(request))
    except REFUSED as error:
        return _show_new_expert(request, error)
    messages.success(request, _("The expert is in the register."))
    made = get_expert(int(receipt.event.object_id or 0))
    if named_texts.naming([made]):  # its page says which
        return redirect("change_expert", pk=made.pk)
    return redirect("show_division", code=request.POST.get("division", ""))


def _show_new_expert(request: Request, error: Refused | None = None) -> HttpResponse:
    start = {"division": request.GET.get("division", ""), "starts_on": str(timezone.localdate(request.arrived_at))}
    values = request.POST if error else start
    context = frame(request, values=values, **choices(as_of_asked(request)), **typed(request, error))
    return respond(request, "scenarios/register_expert.html", context, status=error.status if error else 200)


@require_http_methods(FORMS)
@only_office
def change_expert(request: Request, pk: int) -> HttpResponse:
    """One seat: put right, ended, or its personal data removed."""
    expert = get_expert(pk)
    if request.method != "POST":
        return _show_expert(request, expert)
    seat = ServingForm(request.POST)
    person = WhoForm(request.POST) if hasattr(expert, "person") else None
    try:
        if not seat.is_valid() or (person and not person.is_valid()):
            raise Invalid(problems_of_forms(seat, *([person] if person else [])))
        known = person.who() if person else None
        workflow.change_expert(pk, known, seat.serving(), **who(request), version=_version(request))
    except REFUSED as error:
        return _show_expert(request, get_expert(pk), error)
    messages.success(request, _("The register was put right."))
    return redirect("change_expert", pk=pk)


@require_POST
@only_office
def end_expert(request: Request, pk: int) -> HttpResponse:
    """The last day of an expert in the division, or no end any more."""
    get_expert(pk)
    form = EndForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        ends_on = form.cleaned_data["ends_on"]
        workflow.end_expert(pk, ends_on=ends_on, **who(request), version=_version(request))
    except REFUSED as error:
        return _show_expert(request, get_expert(pk), error, ending=True)
    messages.success(request, _("The last day is in the register.") if ends_on else _("The seat has no end any more."))
    return redirect("change_expert", pk=pk)


def _show_expert(
    request: Request, expert: Expert, error: Refused | None = None, *, ending: bool = False
) -> HttpResponse:
    """The page; after a refusal with what was typed, and with what stands where somebody was faster."""
    person = getattr(expert, "person", None)
    stands = shown_expert(expert, person)
    context = frame(
        request,
        expert=expert,
        version=_seen(request, expert, error),
        person=person,
        ministry=Directory(as_of_asked(request))[expert.ministry_id],
        named=named_texts.naming([expert]),
        stands=stands if isinstance(error, Conflict) else None,
        values=request.POST if error and not ending else stands,
        end=request.POST.get("ends_on", "") if ending else stands["ends_on"],
        ending=ending,
        seats=expert.seats.select_related("meeting").order_by("-meeting__held_on"),
        **choices(as_of_asked(request)),
        **typed(request, error),
    )
    return respond(request, "scenarios/change_expert.html", context, status=error.status if error else 200)


@require_http_methods(FORMS)
@only_office
def forget_expert(request: Request, pk: int) -> HttpResponse:
    """Asks first: personal data that are removed never come back."""
    expert, error = get_expert(pk), None
    if request.method == "POST":
        try:
            if request.POST.get("sure") != "on":
                raise Invalid({"sure": [_("Confirm that the data are to be removed.")]})
            workflow.forget_expert(pk, **who(request), version=_version(request))
        except REFUSED as refused:
            expert, error = get_expert(pk), refused
        else:
            messages.success(request, _("The personal data are removed. The seat stays in the register."))
            return redirect("show_division", code=expert.division.code)
    seen = {"person": getattr(expert, "person", None), "version": _seen(request, expert, error)}
    context = frame(request, expert=expert, **seen, **typed(request, error))
    return respond(request, "scenarios/forget_expert.html", context, status=error.status if error else 200)


def get_expert(pk: int) -> Expert:
    """The expert's seat, else 404."""
    found = Expert.objects.select_related("division", "ministry", "person", "by", "acting_for")
    expert: Expert | None = found.filter(pk=pk).first() if pk < 2**63 else None
    if expert is None:
        raise Http404
    return expert


def _version(request: Request) -> int:
    return posted_number(request.POST, "version")


def _seen(request: Request, row: Expert | DivisionMeeting | None, error: Refused | None) -> object:
    """The version that the form carries: after a refusal the one that was seen, unless the page shows the new one."""
    if row is None:
        return ""
    return request.POST.get("version", "") if error and not isinstance(error, Conflict) else row.version


# Meetings of a division


@require_http_methods(FORMS)
@only_office
def record_division_meeting(request: Request, code: str) -> HttpResponse:
    """A meeting that the division held, with ticks for those who were in it on that day."""
    division, form = get_division(code), HeldForm(request.POST)
    if request.method != "POST" or "look" in request.POST:
        return _show_meeting_form(request, division, None)
    try:
        workflow.record_division_meeting(_held(form, division), **who(request))
    except REFUSED as error:
        return _show_meeting_form(request, division, None, error)
    messages.success(request, _("The division meeting is in the register."))
    return redirect("show_division", code=code)


@require_http_methods(FORMS)
@only_office
def change_division_meeting(request: Request, pk: int) -> HttpResponse:
    """One meeting, put right."""
    meeting, form = get_division_meeting(pk), HeldForm(request.POST)
    if request.method != "POST" or "look" in request.POST:
        return _show_meeting_form(request, meeting.division, meeting)
    try:
        held = _held(form, meeting.division)
        workflow.change_division_meeting(pk, held, **who(request), version=_version(request))
    except REFUSED as error:
        return _show_meeting_form(request, meeting.division, get_division_meeting(pk), error)
    messages.success(request, _("The register was put right."))
    return redirect("show_division", code=meeting.division.code)


def _held(form: HeldForm, division: Division) -> Held:
    if not form.is_valid():
        raise Invalid(problems_of_forms(form))
    return form.held(division)


def _show_meeting_form(
    request: Request, division: Division, meeting: DivisionMeeting | None, error: Refused | None = None
) -> HttpResponse:
    """The form with the ticks of its day; after a refusal with what was typed."""
    posted, today = request.method == "POST", timezone.localdate(request.arrived_at)
    stands = shown_meeting(meeting) if meeting else {"held_on": str(today), "attended": set()}
    values = {**request.POST.dict(), "attended": set(request.POST.getlist("attended"))} if posted else stands
    day = dates.asked(str(values.get("held_on", ""))) or today
    context = frame(
        request,
        division=division,
        meeting=meeting,
        version=request.POST.get("version", "") if "look" in request.POST else _seen(request, meeting, error),
        stands=stands if isinstance(error, Conflict) else None,
        values=values,
        day=day,
        people=divisions.serving_on(division, day),
        **typed(request, error),
    )
    return respond(request, "scenarios/division_meeting.html", context, status=error.status if error else 200)


def get_division_meeting(pk: int) -> DivisionMeeting:
    """The meeting, else 404."""
    found = DivisionMeeting.objects.select_related("division", "by", "acting_for")
    meeting = found.filter(pk=pk).first() if pk < 2**63 else None
    if meeting is None:
        raise Http404
    return meeting
