"""Mail: what was sent, what failed and why, for the office; and in the demo, everyone's own."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from records.errors import WrongState
from tfportal.htmx import respond
from tfportal.http import Request

from . import reading, sending
from .models import Delivery, Notice
from .querysets import NoticeQuerySet

MAILS_ON_A_PAGE = 50


@require_safe
def list_mail(request: Request) -> HttpResponse:
    """Every mail that is or was owed, the newest first; `?state=` narrows it to one state."""
    if not request.user.standing.is_coordinator:
        raise PermissionDenied
    state = request.GET.get("state", "")
    notices = Notice.objects.in_state(state) if state in Delivery.values else Notice.objects.all()
    context = _page(request, notices) | {
        "counts": reading.counts(),
        "state": state if state in Delivery.values else "",
    }
    return respond(request, "outbox/list_mail.html", context)


@require_safe
def list_my_mail(request: Request) -> HttpResponse:
    """Demo only: no mail leaves the machine, so people read here what they would have got, the newest first."""
    if not settings.DEMO:
        raise Http404
    return respond(request, "outbox/list_my_mail.html", _page(request, Notice.objects.filter(to=request.user)))


@require_safe
def show_mail(request: Request, pk: int) -> HttpResponse:
    """One mail as text, as it was queued or would be written now; without it where it is kept inside a ministry."""
    notice = get_notice(request, pk)
    (line,) = reading.lines([notice], user=request.user)
    context = {
        "line": line,
        "letter": line.letter,
        "mine": not request.user.standing.is_coordinator,
    }
    return respond(request, "outbox/show_mail.html", context)


@require_POST
def send_mail_again(request: Request, pk: int) -> HttpResponse:
    """Queue a mail once more that failed, had no address or was dropped."""
    if not request.user.standing.is_coordinator:
        raise PermissionDenied
    notice = get_notice(request, pk)
    if not notice.address():
        raise WrongState(_("There is no e-mail address yet. Ask an administrator to enter one, then send again."))
    sending.send_again(notice.pk)
    messages.success(request, _("The mail is on its way again. It goes out with the next run."))
    return redirect("show_mail", pk=pk)


def get_notice(request: Request, pk: int) -> Notice:
    """The mail, if the person may read it; else 404."""
    if pk >= 2**63:  # beyond what a database can look for
        raise Http404
    notice: Notice = get_object_or_404(Notice.objects.visible_to(request.user).for_page(), pk=pk)
    return notice


def _page(request: Request, notices: NoticeQuerySet) -> dict[str, Any]:
    page = Paginator(notices.for_page().order_by("-owed_at", "-pk"), MAILS_ON_A_PAGE).get_page(request.GET.get("page"))
    return {"page": page, "lines": reading.lines(page.object_list, user=request.user)}
