"""대화: writing into the conversation on a report, from any of the pages that show it."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from records.errors import Invalid, KeyReused
from tfportal.htmx import respond
from tfportal.http import Request

from .. import conversations, permissions, workflow
from ..forms import MessageForm, posted_key, problems_of_forms
from ..models import Report
from .common import get_report, list_address, tell
from .reports import show_report_again


@require_POST
def write_message(request: Request, pk: int) -> HttpResponse:
    """Appends what was written where it was written; back to that page where there is no script."""
    report, form = get_report(request, pk), MessageForm(request.POST)
    if not permissions.can_converse(request.user, report):
        raise PermissionDenied
    key = posted_key(request.POST)
    try:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        workflow.write_message(pk, by=request.user, at=request.arrived_at, key=key, text=form.cleaned_data["text"])
    except (Invalid, KeyReused) as error:
        texts = error.problems["text"] if isinstance(error, Invalid) else [str(error)]
        return _refused(request, report, texts, error.status, uuid4() if isinstance(error, KeyReused) else key)
    if request.htmx:
        return _part(request, report, {"sent_at": request.arrived_at, "key": uuid4()})
    return redirect(_way_back(request, report))


def _refused(request: Request, report: Report, texts: list[str], status: int, key: Any) -> HttpResponse:
    """The text stays in its field, with the reason beside it."""
    if request.htmx:
        return _part(request, report, {"problems": texts, "key": key}, status=status)
    typed = {"text": request.POST.get("text", ""), "problems": texts, "key": str(key)}
    return show_report_again(request, report, typed, status=status)


def _part(request: Request, report: Report, more: dict[str, Any], *, status: int = 200) -> HttpResponse:
    talk = conversations.of_report(report, user=request.user, at=request.arrived_at)
    context = {"talk": talk, "report": report, "part": True, **more}
    return respond(request, "tasks/talk_sent.html", context, status=status)


def _way_back(request: Request, report: Report) -> str:
    """The page on which it was written, at the conversation; it says that the message was sent."""
    said = _("Your message was sent.")
    if request.POST.get("from") == "tasks" and permissions.can_edit(request.user, report):
        place = f"talk-{report.task.code}"
        tell(request, said, place)
        return f"{list_address(report.lead, report.task.code)}#{place}"
    messages.success(request, said)
    if request.POST.get("from") == "review" and permissions.can_coordinate(request.user):
        return f"{reverse('review_report', args=[report.pk])}#conversation"
    return f"{reverse('show_report', args=[report.pk])}#conversation"
