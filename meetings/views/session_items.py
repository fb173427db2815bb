"""What is written of one item at the meeting, its note and that it is finished; and what the chair said."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from records.errors import Conflict, Refused
from tasks.forms import posted_number
from tfportal.htmx import respond
from tfportal.http import Request

from .. import workflow
from ..models import AgendaItem, Meeting, Note
from ..session_forms import posted_remarks
from ..transitions import possible
from .common import REFUSED, get_meeting, only_office, show, typed, who
from .session import session_address, show_session

SPARE_ROWS = 2  # empty ones below the remarks that stand there


@require_POST
@only_office
def save_note(request: Request, no: int, pk: int) -> HttpResponse:
    """Keeps the note while it is typed. The answer touches what stands around the field, never the field."""
    meeting = get_meeting(request, no)
    item = _posted_item(meeting, pk)
    try:
        note = _save(request, item)
    except REFUSED as error:
        return _note_refused(request, meeting, item, error)
    if request.htmx:
        return respond(request, "meetings/note_saved.html", {"note": note, "item": item, "part": True})
    return redirect(session_address(meeting, item.pk, "#note"))


def _save(request: Request, item: AgendaItem) -> Note:
    """The note as it now stands. `over`: the version that the person decided to save theirs over."""
    over = posted_number(request.POST, "over")
    version = over if over >= 0 else posted_number(request.POST, "version")
    text = request.POST.get("text", "")
    return workflow.save_note(item.pk, by=request.user, at=request.arrived_at, version=version, text=text)


def _posted_item(meeting: Meeting, pk: int) -> AgendaItem:
    """The item of which the form spoke. One that is there no more is left to the verb, which says so: what was typed
    comes back then. That of another meeting is 404."""
    elsewhere = AgendaItem.objects.filter(pk=pk).exclude(meeting=meeting) if pk < 2**63 else None
    if elsewhere is None or elsewhere.exists():
        raise Http404
    return AgendaItem.objects.filter(pk=pk).first() or AgendaItem(pk=pk, meeting=meeting)


def _is_gone(item: AgendaItem) -> bool:
    return not AgendaItem.objects.filter(pk=item.pk).exists()


def _note_refused(request: Request, meeting: Meeting, item: AgendaItem, error: Refused) -> HttpResponse:
    gone = _is_gone(item)
    if not request.htmx:
        return show_session(request, meeting, item.pk, error, refused="gone" if gone else "note")
    note = None if gone else Note.objects.select_related("edited_by", "edited_for").filter(item=item).first()
    conflict = isinstance(error, Conflict) and not gone
    context = {"note": note, "item": item, "conflict": conflict, "part": True, **typed(request, error)}
    return respond(request, "meetings/note_trouble.html", context, status=error.status)


@require_POST
@only_office
def finish_item(request: Request, no: int, pk: int) -> HttpResponse:
    """안건 마침, and on to the next; or it is taken up again. A note that came along is kept first."""
    meeting = get_meeting(request, no)
    item, done = _posted_item(meeting, pk), request.POST.get("done") == "1"
    try:
        if "text" in request.POST:
            _save(request, item)
    except REFUSED as error:
        return show_session(request, meeting, item.pk, error, refused="gone" if _is_gone(item) else "note")
    try:
        version = posted_number(request.POST, "item_version")
        workflow.finish_item(item.pk, version=version, done=done, **who(request))
    except REFUSED as error:
        return show_session(request, meeting, item.pk, error, refused="gone" if _is_gone(item) else "finish")
    following = _next(meeting, item) if done else item
    return redirect(session_address(meeting, following.pk, "#now"))


def _next(meeting: Meeting, item: AgendaItem) -> AgendaItem:
    """The next item that is not finished, else the same."""
    rows = list(AgendaItem.objects.filter(meeting=meeting).order_by("order", "pk"))
    places = next((no for no, row in enumerate(rows) if row.pk == item.pk), 0)  # it may have left by now
    return next((row for row in rows[places + 1 :] + rows[:places] if row.finished_at is None), item)


@require_http_methods(["GET", "HEAD", "POST"])
@only_office
def edit_remarks(request: Request, no: int) -> HttpResponse:
    """의장 말씀: the whole list, in its order."""
    meeting = get_meeting(request, no)
    stands = workflow.remarks_of(meeting)
    if request.method != "POST":
        return _show_remarks(request, meeting, stands)
    given = posted_remarks(request.POST, stands)
    try:
        workflow.set_remarks(meeting.pk, given, seen=request.POST.get("seen", ""), **who(request))
    except REFUSED as error:
        return _show_remarks(request, meeting, [one for one in given if any(one.plain[:3])], error)
    messages.success(request, _("The chair’s remarks were saved."))
    return redirect("edit_remarks", no=no)


def _show_remarks(
    request: Request, meeting: Meeting, rows: list[workflow.Said], error: Refused | None = None
) -> HttpResponse:
    stands = workflow.remarks_of(meeting)
    conflict = isinstance(error, Conflict)
    spare = [workflow.Said("")] * (SPARE_ROWS if rows else SPARE_ROWS + 1)
    context: dict[str, Any] = {
        "rows": [*rows, *spare],
        "theirs": stands if conflict else None,
        "seen": workflow.mark_of(stands) if conflict or not error else request.POST.get("seen", ""),
        "can_write": possible("set_remarks", meeting, by=request.user, at=request.arrived_at),
    }
    return show(request, "meetings/edit_remarks.html", meeting, context, error=error)
