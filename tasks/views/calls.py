"""발굴: calls on ministries, by the office; who has answered and who is silent."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ministries.directory import Directory
from ministries.models import User
from records.errors import Conflict, Invalid, Refused
from tfportal.htmx import respond
from tfportal.http import Request

from .. import permissions, workflow
from ..candidates import notices, reading, registers
from ..candidates.forms import CallForm
from ..candidates.transitions import possible
from ..exports import candidates as exports
from ..exports import file_name
from ..forms import posted_number, problems_of_forms
from ..models import Call
from .common import REFUSED, allowed, typed, who
from .exporting import send_list

ON_A_PAGE = 50
OFFICE = "OPC"  # the ministry to which the coordination office belongs: it does not call on itself unasked
only_office = allowed(permissions.can_coordinate)


def _sees_calls(user: User) -> bool:
    standing = user.standing
    return standing.is_coordinator or standing.is_reader or bool(standing.ministries)


only_visitors = allowed(_sees_calls)


def get_call(request: Request, no: int) -> Call:
    """The call that the person may see, else 404."""
    found = Call.objects.visible_to(request.user).filter(no=no).first() if no < 2**15 else None
    if found is None:
        raise Http404
    return found


@require_safe
@only_visitors
def list_calls(request: Request) -> HttpResponse:
    """Every call that the person may see, and under them every candidate, under the filters of the address."""
    found = registers.read(request.GET, user=request.user, at=request.arrived_at)
    context = {
        "calls": reading.calls(request.user, at=request.arrived_at),
        "register": found,
        "page": Paginator(found.found, ON_A_PAGE).get_page(request.GET.get("page")),
        "runs": permissions.can_coordinate(request.user),
        "reads": request.user.standing.is_reader and not permissions.can_coordinate(request.user),
    }
    return respond(request, "tasks/list_calls.html", context)


@require_safe
@only_visitors
def export_candidates(request: Request, ending: str) -> HttpResponseBase:
    """The same candidates as a file, under the same filters."""
    found = registers.read(request.GET, user=request.user, at=request.arrived_at)
    title, day = _("Candidate tasks"), timezone.localdate(request.arrived_at)
    return send_list(
        ending,
        exports.columns(),
        exports.rows(found.found),
        title=title,
        name=file_name(title, ending=ending, day=day),
        about=[(_("As of"), request.arrived_at)],
        at=request.arrived_at,
    )


@require_safe
@only_visitors
def show_call(request: Request, no: int) -> HttpResponse:
    """What is asked, and who has answered how; a ministry sees its own answer."""
    return _show_call(request, get_call(request, no))


def _show_call(request: Request, call: Call, error: Refused | None = None) -> HttpResponse:
    """The board of the call; after a refusal with its reason."""
    at, by = request.arrived_at, request.user
    board = reading.board(call, request.GET.get("answer", ""), user=by, at=at)
    others = reading.not_called(call, at=at) if possible("call_on", call, by=by) else []
    shown = [row.name.ministry_id for row in board.rows] if board.is_whole and board.is_open else []
    nobody = notices.unreached([*shown, *(name.ministry_id for name in others)], at=at)
    context = {
        "board": board,
        "call": call,
        "nobody": nobody,
        "unreached": [row.name for row in board.rows if row.name.ministry_id in nobody],
        "runs": permissions.can_coordinate(by),
        "reads": by.standing.is_reader and not permissions.can_coordinate(by),
        "others": others,
        **typed(request, error),
    }
    return respond(request, "tasks/show_call.html", context, status=error.status if error else 200)


@require_safe
@only_visitors
def export_call(request: Request, no: int, ending: str) -> HttpResponseBase:
    """The board of the call as a file: who is silent stands in it as well."""
    call = get_call(request, no)
    board = reading.board(call, request.GET.get("answer", ""), user=request.user, at=request.arrived_at)
    title = _("Answers to call %(no)d") % {"no": no}
    return send_list(
        ending,
        exports.columns(of_call=True),
        exports.rows_of_call(board),
        title=title,
        name=file_name(title, ending=ending, day=timezone.localdate(request.arrived_at)),
        about=[(_("Title of the call"), call.title), (_("Due"), call.due_at), (_("As of"), request.arrived_at)],
        at=request.arrived_at,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@only_office
def make_call(request: Request) -> HttpResponse:
    """발굴 요청: unless told otherwise on all members of the T/F that lead no task."""
    if request.method != "POST":
        return _form(request, None)
    form = CallForm(request.POST)
    try:
        _require_valid(form)
        receipt = workflow.make_call(form.draft, request.POST.getlist("ministries"), **who(request))
    except REFUSED as error:
        return _form(request, None, error)
    call = Call.objects.get(pk=receipt.event.object_id)
    _tell_called(request, call.addressees.values_list("ministry", flat=True), _("The ministries are called on."))
    return redirect("show_call", no=call.no)


def _tell_called(request: Request, ministries: Iterable[int], said: str) -> None:
    """Says that they are called on, that the mails go out, and in which of them there is nobody to write to."""
    called = set(ministries)
    silent = notices.unreached(called, at=request.arrived_at)
    if called - silent:
        said += " " + _("The mails go out.")
    messages.success(request, said)
    if silent:
        names = [name.abbr for name in Directory(timezone.localdate(request.arrived_at)).named(silent)]
        messages.warning(request, _("No mail reaches anybody in: %(names)s.") % {"names": ", ".join(names)})


@require_http_methods(["GET", "HEAD", "POST"])
@only_office
def change_call(request: Request, no: int) -> HttpResponse:
    """What is asked, and until when, becomes another one."""
    call = get_call(request, no)
    if request.method != "POST":
        return _form(request, call)
    form = CallForm(request.POST)
    try:
        _require_valid(form)
        workflow.change_call(call.pk, form.draft, version=posted_number(request.POST, "version"), **who(request))
    except REFUSED as error:
        return _form(request, get_call(request, no), error)
    messages.success(request, _("The call was changed."))
    return redirect("show_call", no=no)


def _require_valid(form: CallForm) -> None:
    if not form.is_valid():
        raise Invalid(problems_of_forms(form))


def _form(request: Request, call: Call | None, error: Refused | None = None) -> HttpResponse:
    """The form of a call; after a refusal with what was typed, and where somebody was faster with what stands now."""
    day = timezone.localdate(request.arrived_at)
    names, outside = Directory(day).in_order(), reading.in_no_task(day)
    default = {
        name.ministry.code
        for name in names
        if name.ministry.tf_member and name.ministry_id in outside and name.ministry.code != OFFICE
    }
    stands = CallForm.values_of(call) if call else {}
    context: dict[str, Any] = {
        "call": call,
        "values": request.POST if error else stands,
        "theirs": call if isinstance(error, Conflict) else None,
        "ticked": set(request.POST.getlist("ministries")) if error else default,
        "outside": [name for name in names if name.ministry_id in outside],
        "inside": [name for name in names if name.ministry_id not in outside],
        "nobody": notices.unreached([name.ministry_id for name in names], at=request.arrived_at) if not call else set(),
        "can_change": possible("change_call", call, by=request.user),
        **typed(request, error),
    }
    return respond(request, "tasks/call_form.html", context, status=error.status if error else 200)


@require_POST
@only_office
def call_on(request: Request, no: int) -> HttpResponse:
    """One ministry more."""
    call = get_call(request, no)
    try:
        workflow.call_on(call.pk, request.POST.get("ministry", ""), **who(request))
    except REFUSED as error:
        return _show_call(request, call, error)
    called = call.addressees.filter(ministry__code=request.POST.get("ministry", ""))
    _tell_called(request, called.values_list("ministry", flat=True), _("The ministry is called on."))
    return redirect("show_call", no=no)


@require_POST
@only_office
def close_call(request: Request, no: int) -> HttpResponse:
    """From now on no ministry answers any more."""
    call = get_call(request, no)
    try:
        workflow.close_call(call.pk, version=posted_number(request.POST, "version"), **who(request))
    except REFUSED as error:
        return _show_call(request, get_call(request, no), error)
    messages.success(request, _("The call is closed. What was proposed can still be judged."))
    return redirect("show_call", no=no)


@require_POST
@only_office
def reopen_call(request: Request, no: int) -> HttpResponse:
    """Ministries may answer again."""
    call = get_call(request, no)
    try:
        workflow.reopen_call(call.pk, version=posted_number(request.POST, "version"), **who(request))
    except REFUSED as error:
        return _show_call(request, get_call(request, no), error)
    messages.success(request, _("The call is open again. Who has not answered is told by mail."))
    return redirect("show_call", no=no)


def require_ministry(request: Request, call: Call) -> int:
    """In whose name the person answers the call: the ministry that the address or the form names, else their first that
    is called on. 403 for those who answer for none."""
    own = request.user.standing.ministries
    rows = call.addressees.filter(ministry__in=own).order_by("ministry__order", "ministry__code")
    pairs = list(rows.values_list("ministry__code", "ministry"))
    wanted = request.POST.get("ministry") or request.GET.get("ministry")
    found = next((pk for code, pk in pairs if not wanted or code == wanted), None)
    if found is None:
        raise PermissionDenied
    return found
