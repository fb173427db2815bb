"""진행: the workspace of those who take the notes, with everything that they write in it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import reswap

from ministries.directory import Directory
from records.errors import Conflict, Invalid, Refused
from tasks.forms import posted_number, problems_of_forms
from tfportal.htmx import respond
from tfportal.http import Request

from .. import decisions, reading, session, workflow
from ..models import AgendaItem, Decision, Meeting
from ..session_forms import DecisionForm, blank, of_decided, of_decision, of_post, posted_item, posted_marks
from ..transitions import possible
from .common import REFUSED, get_meeting, only_office, show, typed, who


@require_safe
@only_office
def run_meeting(request: Request, no: int) -> HttpResponse:
    """The workspace with one item of the agenda open (`?item=`), else with the first that is not finished."""
    return show_session(request, get_meeting(request, no), posted_number(request.GET, "item"))


def show_session(
    request: Request, meeting: Meeting, item: int, error: Refused | None = None, *, refused: str = ""
) -> HttpResponse:
    """The page; after a refusal of the form `refused` with what was typed into it."""
    work = session.read(meeting, user=request.user, at=request.arrived_at, item=item)
    context = {
        "work": work,
        "refused": refused,
        "seconds": settings.MEETING_POLL_SECONDS,
        "can_write": possible("record_decision", meeting, by=request.user, at=request.arrived_at),
        "can_invite": possible("invite", meeting, by=request.user, at=request.arrived_at),
        "theirs": error.theirs if isinstance(error, Conflict) else None,
        **_form(request, work.names, refused == "decision"),
    }
    return show(request, "meetings/run_meeting.html", meeting, context, error=error)


def _form(request: Request, names: Directory, is_refused: bool = False) -> dict[str, Any]:
    """What the form of a decision shows."""
    return {"f": of_post(request.POST) if is_refused else blank(request.GET), **_choices(names)}


def _choices(names: Directory) -> dict[str, Any]:
    return {"choices": session.choices(names), "task_codes": session.codes()}


def session_address(meeting: Meeting, item: int | None, place: str = "", **kept: Any) -> str:
    """The workspace with that item open; `kept`: what the next decision starts with."""
    query = urlencode(({"item": item} if item else {}) | {name: kept[name] for name in kept if kept[name]}, doseq=True)
    return reverse("run_meeting", args=[meeting.no]) + (f"?{query}" if query else "") + place


# What others wrote


@require_safe
@only_office
def poll_session(request: Request, no: int) -> HttpResponse:
    """204 while nothing changed, else the parts around the forms, and what to read out."""
    meeting, seen = get_meeting(request, no), request.GET.get("seq", "")
    if session.position(meeting) == seen:
        return HttpResponse(status=204)
    work = session.read(meeting, user=request.user, at=request.arrived_at, item=posted_number(request.GET, "item"))
    context = _live(request, meeting, work) | {
        "news": session.news(meeting, session.seen_event(seen), user=request.user),
        "note_seen": posted_number(request.GET, "version"),
    }
    return respond(request, "meetings/session_live.html", context)


def _live(request: Request, meeting: Meeting, work: session.Workspace) -> dict[str, Any]:
    can = {
        name: possible(verb, meeting, by=request.user, at=request.arrived_at)
        for name, verb in (("can_write", "record_decision"), ("can_invite", "invite"))
    }
    return {"work": work, "meeting": meeting, "head": reading.head(meeting, user=request.user), "part": True, **can}


# Decisions


@require_POST
@only_office
def record_decision(request: Request, no: int) -> HttpResponse:
    """One more. The form stays where it is, with its lead and its day; the rest of it is empty again."""
    meeting, item = get_meeting(request, no), posted_item(request.POST)
    try:
        decided = _posted_decision(request, meeting, item)
        receipt = workflow.record_decision(meeting.pk, decided, **who(request))
    except REFUSED as error:
        return _decision_refused(request, meeting, item, error)
    number = receipt.event.data["number"]
    if request.htmx:
        work = session.read(meeting, user=request.user, at=request.arrived_at, item=item)
        said = _("%(number)s was recorded.") % {"number": number}
        context = _live(request, meeting, work) | {"news": said, "recorded": True}
        return reswap(respond(request, "meetings/session_live.html", context), "none")
    messages.success(request, _("%(number)s was recorded.") % {"number": number})
    typed_in = of_post(request.POST)
    kept = {name: typed_in[name] for name in ("kind", "lead", "due_on")}
    return redirect(session_address(meeting, item, "#decide", **kept))


def _posted_decision(request: Request, meeting: Meeting, item: int | None) -> workflow.Decided:
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise Invalid(problems_of_forms(form))
    names = Directory(decisions.day_of(meeting))
    return form.decided(names, request.POST.getlist("supporting"), item)


def _decision_refused(request: Request, meeting: Meeting, item: int | None, error: Refused) -> HttpResponse:
    if not request.htmx:
        return show_session(request, meeting, item or -1, error, refused="decision")
    names = Directory(decisions.day_of(meeting))
    if not AgendaItem.objects.filter(meeting=meeting, pk=item or 0).exists():
        item = None  # sent again it is about none, as the message says
    context = {"meeting": meeting, "item": item, "part": True, **typed(request, error), **_form(request, names, True)}
    return respond(request, "meetings/decision_card.html", context, status=error.status)


def get_decision(meeting: Meeting, pk: int) -> Decision:
    """The meeting's decision, withdrawn or not, else 404."""
    found = Decision.objects.filter(meeting=meeting, pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@only_office
def change_decision(request: Request, no: int, pk: int) -> HttpResponse:
    """One decision: its wording, owner, day. What was withdrawn can be put back here."""
    meeting = get_meeting(request, no)
    row = get_decision(meeting, pk)
    if request.method != "POST":
        return _show_decision(request, meeting, row)
    seen: dict[str, Any] = {
        "version": posted_number(request.POST, "version"),
        "restore": request.POST.get("restore") == "1",
    }
    try:
        decided = _posted_decision(request, meeting, posted_item(request.POST))
        receipt = workflow.change_decision(row.pk, decided, **seen, **who(request))
    except REFUSED as error:
        return _show_decision(request, meeting, get_decision(meeting, pk), error)
    messages.success(request, _("%(number)s was changed.") % {"number": receipt.event.data["number"]})
    return redirect(session_address(meeting, row.item_id, f"#decision-{pk}"))


@require_POST
@only_office
def withdraw_decision(request: Request, no: int, pk: int) -> HttpResponse:
    """Takes it back; the number stays with it."""
    meeting = get_meeting(request, no)
    row = get_decision(meeting, pk)
    try:
        version = posted_number(request.POST, "version")
        receipt = workflow.withdraw_decision(row.pk, version=version, **who(request))
    except REFUSED as error:
        return _show_decision(request, meeting, get_decision(meeting, pk), error, typed_in=False)
    messages.success(request, _("%(number)s was withdrawn.") % {"number": receipt.event.data["number"]})
    return redirect(session_address(meeting, row.item_id, "#decisions"))


def _show_decision(
    request: Request, meeting: Meeting, row: Decision, error: Refused | None = None, *, typed_in: bool = True
) -> HttpResponse:
    """The page; after a refusal with what was typed, and with what stands there where that is another one by now."""
    names = Directory(decisions.day_of(meeting))
    stands = of_decision(row, names)
    theirs = of_decided(error.theirs, names) if isinstance(error, Conflict) and error.theirs and typed_in else None
    version = posted_number(request.POST, "version") if error and typed_in and theirs is None else row.version
    context = {
        "row": decisions.rows_of(meeting, [row], names)[0],
        "f": of_post(request.POST) if error and typed_in else stands,
        **_choices(names),
        "theirs": theirs,
        "version": version,
        "items": AgendaItem.objects.filter(meeting=meeting).order_by("order", "pk"),
        "item": posted_item(request.POST) if error and typed_in else row.item_id,
        "can_write": possible("change_decision", meeting, by=request.user, at=request.arrived_at),
    }
    return show(request, "meetings/change_decision.html", meeting, context, error=error)


# Who is there


@require_POST
@only_office
def mark_attendance(request: Request, no: int) -> HttpResponse:
    """One ministry by its own request, or the whole list at once: what came otherwise than it was shown is written."""
    meeting = get_meeting(request, no)
    names = Directory(decisions.day_of(meeting))
    marks = posted_marks(request.POST, session.people(meeting, names))
    try:
        if marks:
            workflow.mark_attendance(meeting.pk, marks, **who(request))
    except REFUSED as error:
        if not request.htmx:
            return show_session(request, meeting, posted_number(request.POST, "item"), error, refused="people")
        return _people_again(request, meeting, names, error)
    if request.htmx:
        return _people_again(request, meeting, names, None)
    if marks:
        messages.success(request, _("The attendance is saved."))
    return redirect(session_address(meeting, posted_number(request.POST, "item"), "#people"))


def _people_again(request: Request, meeting: Meeting, names: Directory, error: Refused | None) -> HttpResponse:
    """What stands around the boxes that were ticked; after a conflict these boxes as they stand now."""
    listed = session.people(meeting, names)
    sent = [person for person in listed if f"{person.prefix}version" in request.POST]
    context = {
        "meeting": meeting,
        "head": reading.head(meeting, user=request.user),
        "people": sent,
        "error": str(error) if error else "",
        "anew": error is not None and not isinstance(error, Invalid),
        "part": True,
    }
    return respond(request, "meetings/people_saved.html", context, status=error.status if error else 200)
