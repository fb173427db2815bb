"""회의결과: the page of an outcome, and the steps from its draft to its notice."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid5

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ministries.models import Ministry
from records.errors import Conflict, Invalid, Refused
from tasks.forms import posted_key, posted_number, problems_of_forms
from tfportal import dates
from tfportal.http import Request

from .. import outcomes, permissions, workflow
from ..models import Comment, Meeting, NotificationAnswer
from ..outcome_forms import TextForm, TimeForm, posted_choice, posted_texts, suggested_until
from ..transitions import possible
from .common import REFUSED, get_meeting, only_office, only_visitors, show, who

OFFICE = ("write_outcome", "circulate_outcome", "recall_outcome", "confirm_outcome", "notify_outcome")


@require_safe
@only_visitors
def show_outcome(request: Request, no: int) -> HttpResponse:
    """The draft for the office, what was circulated for invited ministries, what is confirmed for all."""
    return _show(request, get_meeting(request, no))


def _show(request: Request, meeting: Meeting, error: Refused | None = None, refused: str = "") -> HttpResponse:
    """The page; after a refusal of the form `refused` with what was typed into it."""
    outcome = outcomes.read(meeting, user=request.user, at=request.arrived_at)
    can = {name: possible(name, meeting, by=request.user, at=request.arrived_at) for name in OFFICE}
    context = {"outcome": outcome, "can": can, "refused": refused, "is_overtaken": isinstance(error, Conflict)}
    context["suggested_until"] = partial(suggested_until, request.arrived_at)  # asked for by the first circulation
    context["is_refused"] = error is not None and not isinstance(error, Invalid)  # its form may be gone by now
    return show(request, "meetings/show_outcome.html", meeting, context, error=error)


def _do(
    request: Request, no: int, refused: str, verb: Callable[[Meeting], object], said: str | Callable[[], str]
) -> HttpResponse:
    """One verb of the page, and back to it; after a refusal the page with what was typed."""
    meeting = get_meeting(request, no)
    try:
        verb(meeting)
    except REFUSED as error:
        return _show(request, get_meeting(request, no), error, refused)
    messages.success(request, said if isinstance(said, str) else said())
    return redirect("show_outcome", no=no)


@require_POST
@only_office
def write_outcome(request: Request, no: int) -> HttpResponse:
    """Keeps what the draft says of the items."""

    def write(meeting: Meeting) -> None:
        workflow.write_outcome(meeting.pk, posted_texts(request.POST), **who(request))

    return _do(request, no, "text", write, _("The draft outcome is saved."))


@require_POST
@only_office
def circulate_outcome(request: Request, no: int) -> HttpResponse:
    """Keeps what was typed and circulates it for comments until a time, or gives another time."""
    form = TimeForm(request.POST)

    def circulate(meeting: Meeting) -> None:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        # The page's other button saves under the same key: another deed.
        given = who(request) | {"key": uuid5(posted_key(request.POST), "circulate")}
        workflow.circulate_outcome(meeting.pk, texts=posted_texts(request.POST), **form.cleaned_data, **given)

    def said() -> str:
        until = dates.moment(form.cleaned_data["comments_until"], year=False)
        return _("The invited ministries can comment until %(when)s.") % {"when": until}

    return _do(request, no, "text", circulate, said)


@require_http_methods(["GET", "HEAD", "POST"])
@only_office
def recall_outcome(request: Request, no: int) -> HttpResponse:
    """What becomes of what was circulated, and the deed itself, with its reason."""
    meeting = get_meeting(request, no)
    if request.method != "POST":
        return _show_recall(request, meeting)
    try:
        version, reason = posted_number(request.POST, "version"), _text(request, "reason")
        workflow.recall_outcome(meeting.pk, version=version, reason=reason, **who(request))
    except REFUSED as error:
        return _show_recall(request, get_meeting(request, no), error)
    messages.success(request, _("The circulation is taken back. The outcome is a draft again."))
    return redirect("show_outcome", no=no)


def _show_recall(request: Request, meeting: Meeting, error: Refused | None = None) -> HttpResponse:
    outcome = outcomes.read(meeting, user=request.user, at=request.arrived_at)
    can = possible("recall_outcome", meeting, by=request.user, at=request.arrived_at)
    context: dict[str, Any] = {"outcome": outcome, "can_recall": can}
    return show(request, "meetings/recall_outcome.html", meeting, context, error=error)


@require_POST
@only_visitors
def comment_on_outcome(request: Request, no: int) -> HttpResponse:
    """A ministry's comment, or that it has none."""
    ministry = _own_ministry(request, no)
    has_none = request.POST.get("do") == "none"

    def comment(meeting: Meeting) -> None:
        workflow.comment_on_outcome(
            meeting.pk, ministry=ministry.pk, text=_text(request), has_none=has_none, **who(request)
        )

    said = _("The office knows that you have no comment.") if has_none else _("Your comment is with the office.")
    return _do(request, no, f"comment-{ministry.code}", comment, said)


def _own_ministry(request: Request, no: int) -> Ministry:
    """The ministry that the form speaks for, of a meeting that the person may see; 403 where it is not their own."""
    get_meeting(request, no)
    code = request.POST.get("ministry", "")
    ministry = None if "\0" in code else Ministry.objects.filter(code=code).first()
    if ministry is None or not permissions.can_answer_for(request.user, ministry.pk):
        raise PermissionDenied
    return ministry


def _text(request: Request, name: str = "text") -> str:
    form = TextForm({"text": request.POST.get(name, "")})
    if not form.is_valid():
        raise Invalid({name: problems_of_forms(form)["text"]})
    return str(form.cleaned_data["text"])


@require_POST
@only_office
def answer_comment(request: Request, no: int, pk: int) -> HttpResponse:
    """What the office did with a comment."""
    if pk >= 2**63:
        raise Http404
    comment = get_object_or_404(Comment, pk=pk, meeting=get_meeting(request, no))

    def answer(meeting: Meeting) -> None:
        taken_up = posted_choice(request.POST, "is_taken_up")
        workflow.answer_comment(comment.pk, is_taken_up=taken_up, text=_text(request), **who(request))

    return _do(request, no, f"answer-{pk}", answer, _("The comment is answered."))


@require_http_methods(["GET", "HEAD", "POST"])
@only_office
def confirm_outcome(request: Request, no: int) -> HttpResponse:
    """What will be sealed, and the last question before it."""
    meeting = get_meeting(request, no)
    if request.method != "POST":
        return _show_confirmation(request, meeting)
    try:
        if request.POST.get("sure") != "yes":
            raise Invalid({"sure": [_("Tick the box: what is sealed cannot be changed any more.")]})
        workflow.confirm_outcome(
            meeting.pk,
            head_seq=posted_number(request.POST, "head_seq"),
            is_early=request.POST.get("is_early") == "yes",
            reason=_text(request, "reason"),
            **who(request),
        )
    except REFUSED as error:
        return _show_confirmation(request, get_meeting(request, no), error)
    messages.success(request, _("The outcome is confirmed and sealed. Notify those whom it concerns."))
    return redirect(reverse("show_outcome", args=[no]) + "#notice")


def _show_confirmation(request: Request, meeting: Meeting, error: Refused | None = None) -> HttpResponse:
    """The page, always with what stands there now."""
    outcome = outcomes.read(meeting, user=request.user, at=request.arrived_at)
    can = possible("confirm_outcome", meeting, by=request.user, at=request.arrived_at)
    context: dict[str, Any] = {"outcome": outcome, "can_confirm": can, "is_overtaken": isinstance(error, Conflict)}
    return show(request, "meetings/confirm_outcome.html", meeting, context, error=error)


@require_POST
@only_office
def notify_outcome(request: Request, no: int) -> HttpResponse:
    """Notifies everybody whom the outcome concerns."""

    def notify(meeting: Meeting) -> None:
        workflow.notify_outcome(meeting.pk, **who(request))

    return _do(request, no, "notify", notify, _("The ministries are notified. They confirm or object here."))


@require_POST
@only_visitors
def answer_notification(request: Request, no: int) -> HttpResponse:
    """확인 or 이견 of a notified ministry."""
    ministry = _own_ministry(request, no)
    agrees = posted_choice(request.POST, "agrees")

    def answer(meeting: Meeting) -> None:
        workflow.answer_notification(
            meeting.pk, ministry=ministry.pk, agrees=agrees, text=_text(request), **who(request)
        )

    said = _("Your ministry has confirmed the outcome.") if agrees else _("Your objection is with the office.")
    return _do(request, no, f"notice-{ministry.code}", answer, said)


@require_POST
@only_office
def answer_objection(request: Request, no: int, pk: int) -> HttpResponse:
    """What the office answers to an objection."""
    if pk >= 2**63:
        raise Http404
    objection = get_object_or_404(NotificationAnswer, pk=pk, notification__meeting=get_meeting(request, no))

    def answer(meeting: Meeting) -> None:
        workflow.answer_objection(objection.pk, text=_text(request), **who(request))

    return _do(request, no, f"objection-{pk}", answer, _("The objection is answered. The ministry gets a mail."))
