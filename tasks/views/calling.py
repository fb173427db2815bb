"""제출 독려 of a call by hand: the office chooses among the silent ministries, sees the mail, and sends it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ministries.directory import Directory
from records.errors import Refused
from tfportal.htmx import respond
from tfportal.http import Request

from .. import workflow
from ..candidates import answers, notices
from ..candidates.transitions import possible
from ..models import Call
from .calls import get_call, only_office
from .common import REFUSED, typed, who


@require_http_methods(["GET", "HEAD", "POST"])
@only_office
def remind_of_call(request: Request, no: int) -> HttpResponse:
    """Who is silent, all of them ticked but those who were reminded today; and the sending itself."""
    call = get_call(request, no)
    if request.method != "POST":
        return _show_choice(request, call)
    try:
        receipt = workflow.remind_of_call(call.pk, request.POST.getlist("ministries"), **who(request))
    except REFUSED as error:
        return _show_choice(request, get_call(request, no), error)
    n, left = len(receipt.event.data["reminded"]), receipt.event.data["left_out"]
    said = ngettext("%(n)s ministry is reminded.", "%(n)s ministries are reminded.", n) % {"n": n}
    if left:
        said += " " + _("Left out, because they answered meanwhile: %(codes)s.") % {"codes": ", ".join(left)}
    messages.success(request, said)
    return redirect("show_call", no=no)


def _show_choice(request: Request, call: Call, error: Refused | None = None) -> HttpResponse:
    """The page; after a refusal with what was ticked."""
    at, day = request.arrived_at, timezone.localdate(request.arrived_at)
    last, silent = notices.reminders_of(call), answers.silent(call)
    rows = [(name, last.get(name.ministry_id)) for name in Directory(day).named(silent)]
    today = {name.ministry.code for name, when in rows if when and timezone.localdate(when) == day}
    letter, language = notices.preview(call, by=request.user, at=at)
    context: dict[str, Any] = {
        "call": call,
        "rows": rows,
        "ticked": set(request.POST.getlist("ministries")) if error else {row[0].ministry.code for row in rows} - today,
        "today": today,
        "nobody": notices.unreached(silent, at=at),
        "letter": letter,
        "language": language,
        "can_remind": possible("remind_of_call", call, by=request.user),
        **typed(request, error),
    }
    return respond(request, "tasks/remind_of_call.html", context, status=error.status if error else 200)
