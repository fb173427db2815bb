"""안건: the office draws up the agenda, takes what is suggested, puts it in order and shows it to the ministries."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from records.errors import Conflict, Refused
from records.models import Receipt
from tasks.forms import posted_key, posted_number
from tfportal.http import Request

from .. import agenda, item_pages, suggesting, workflow
from ..agenda_forms import Sheet, posted_draft, posted_order, sheet_of_draft, sheet_of_item, sheet_of_post
from ..models import AgendaItem, Meeting
from ..notices.agenda import is_awaited
from ..transitions import possible
from ..workflow.agenda import what_holds
from .common import REFUSED, get_meeting, only_office, show, who


@require_safe
@only_office
def edit_agenda(request: Request, no: int) -> HttpResponse:
    """The items in their order, and what is suggested beside them."""
    return _agenda(request, get_meeting(request, no))


def _agenda(request: Request, meeting: Meeting, error: Refused | None = None, *, partial: str = "") -> HttpResponse:
    """The page; after a refusal with its reason."""
    by, at = request.user, request.arrived_at
    read = agenda.read(meeting, user=by, at=at)
    context = {
        "agenda": read,
        "suggestions": cache(lambda: suggesting.read(meeting, user=by, at=at)),  # a part shows none
        "choices": item_pages.choices(meeting, read.names),
        "can_change": possible("add_item", meeting, by=by, at=at),
        "can_invite": possible("invite", meeting, by=by, at=at),
        "tells": is_awaited(meeting, at),
        "can_show": meeting.shown_at is None and possible("show_agenda", meeting, by=by, at=at),
    }
    return show(request, "meetings/edit_agenda.html", meeting, context, error=error, partial=partial)


@require_http_methods(["GET", "HEAD", "POST"])
@only_office
def add_item(request: Request, no: int) -> HttpResponse:
    """A new item; with `?take=` as a suggestion proposes it, which it then names as its reason."""
    meeting = get_meeting(request, no)
    key = request.POST.get("take", request.GET.get("take", ""))
    read = suggesting.read(meeting, user=request.user, at=request.arrived_at) if key else None
    taken = read.find(key) if read else None
    if request.method != "POST":
        sheet = sheet_of_draft(taken.draft) if taken else sheet_of_post(request.POST)
        return _form(request, meeting, None, sheet, taken=taken)
    try:
        draft = posted_draft(request.POST, reason=taken.reason if taken else None)
        receipt = workflow.add_item(meeting.pk, draft, **who(request))
    except REFUSED as error:
        return _form(request, meeting, None, sheet_of_post(request.POST), error, taken=taken)
    return _back(request, meeting, _("The item is on the agenda."), receipt)


@require_POST
@only_office
def take_suggestion(request: Request, no: int) -> HttpResponse:
    """Puts what is suggested on the agenda, just as the page showed it."""
    meeting = get_meeting(request, no)
    one = suggesting.read(meeting, user=request.user, at=request.arrived_at).find(request.POST.get("take", ""))
    said = _("The item is on the agenda.")
    if one is None or one.mark != request.POST.get("seen"):
        mine = Receipt.objects.filter(user=request.user, key=posted_key(request.POST))
        done = mine.filter(verb__in=("add_item", "extend_item")).first()
        if done is not None:  # the button was pressed twice
            return _back(request, meeting, said, done)
        changed = Conflict(_("What is suggested changed since you opened this page. Look at it again."))
        return _agenda(request, meeting, changed)
    if (item := one.extends) is not None:
        said = _("The item on the agenda takes these up as well.")
        return _do(request, meeting, said, lambda: workflow.extend_item(item.pk, one.reason, **_at(item, request)))
    return _do(request, meeting, said, lambda: workflow.add_item(meeting.pk, one.draft, **who(request)))


def _at(item: AgendaItem, request: Request) -> dict[str, Any]:
    return {"version": item.version, **who(request)}


@require_POST
@only_office
def order_items(request: Request, no: int) -> HttpResponse:
    """Moves one item up or down by one place."""
    meeting = get_meeting(request, no)
    seen, order = posted_order(request.POST)
    try:
        workflow.order_items(meeting.pk, order, seen=seen, **who(request))
    except REFUSED as error:
        return _agenda(request, meeting, error, partial="order")
    if request.htmx:
        return _agenda(request, meeting, partial="order")
    return redirect("edit_agenda", no=no)


@require_POST
@only_office
def show_agenda(request: Request, no: int) -> HttpResponse:
    """Shows the agenda to the invited ministries, who are told by mail."""
    meeting, version = get_meeting(request, no), posted_number(request.POST, "version")
    said = _("The agenda is shown to the ministries that are invited.")
    return _do(request, meeting, said, lambda: workflow.show_agenda(meeting.pk, version=version, **who(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@only_office
def change_item(request: Request, no: int, pk: int) -> HttpResponse:
    """What an item says, with its tasks and figures."""
    meeting = get_meeting(request, no)
    item = _item(meeting, pk)
    if request.method != "POST":
        if item is None:
            raise Http404
        return _form(request, meeting, item, _sheet(item))
    typed = sheet_of_post(request.POST)
    try:
        if item is None:  # what was typed comes back, and may become a new item
            raise Conflict(_("This item is not on the agenda any more."))
        draft, version = posted_draft(request.POST), posted_number(request.POST, "version")
        receipt = workflow.change_item(item.pk, draft, version=version, **who(request))
    except Conflict as error:
        return _form(request, meeting, _item(meeting, pk), typed, error)
    except REFUSED as error:
        return _form(request, meeting, item, typed, error)
    return _back(request, meeting, _("The item was changed."), receipt)


@require_POST
@only_office
def remove_item(request: Request, no: int, pk: int) -> HttpResponse:
    """Takes an item off the agenda."""
    meeting, version = get_meeting(request, no), posted_number(request.POST, "version")
    if pk >= 2**63 or AgendaItem.objects.filter(pk=pk).exclude(meeting=meeting).exists():
        raise Http404
    said = _("The item is off the agenda.")
    return _do(request, meeting, said, lambda: workflow.remove_item(pk, version=version, **who(request)))


def _do(request: Request, meeting: Meeting, said: str, verb: Callable[[], Receipt]) -> HttpResponse:
    """One verb, and back to the agenda; after a refusal the agenda with its reason."""
    try:
        verb()
    except REFUSED as error:
        return _agenda(request, get_meeting(request, meeting.no), error)
    return _back(request, meeting, said)


def _back(request: Request, meeting: Meeting, said: str, receipt: Receipt | None = None) -> HttpResponse:
    """To the agenda, where one is named to that item."""
    messages.success(request, said)
    address = reverse("edit_agenda", args=[meeting.no])
    return redirect(address + (f"#item-{receipt.event.object_id}" if receipt else ""))


def _item(meeting: Meeting, pk: int) -> AgendaItem | None:
    found = AgendaItem.objects.filter(meeting=meeting, pk=pk) if pk < 2**63 else AgendaItem.objects.none()
    parts = ("of_tasks__task", "of_candidates__candidate__call", "figures")
    return found.select_related("presenter").prefetch_related(*parts).first()


def _sheet(item: AgendaItem) -> Sheet:
    codes = [row.task.code for row in item.of_tasks.all()]
    return sheet_of_item(item, codes=codes, presenter=item.presenter.code if item.presenter else "")


def _form(
    request: Request,
    meeting: Meeting,
    item: AgendaItem | None,
    sheet: Sheet,
    error: Refused | None = None,
    *,
    taken: suggesting.Suggestion | None = None,
) -> HttpResponse:
    """The form of an item; after a refusal with what was typed, and where somebody else was faster with theirs."""
    page = item_pages.form(meeting, item, sheet)
    context: dict[str, Any] = {"page": page, "item": item, "sheet": sheet, "taken": taken}
    context["theirs"] = _sheet(item) if item and isinstance(error, Conflict) else None
    context["holds"] = what_holds(item) if item else ""
    context["can_change"] = possible("add_item", meeting, by=request.user, at=request.arrived_at)
    return show(request, "meetings/change_item.html", meeting, context, error=error)
