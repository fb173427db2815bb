"""What anybody may open without an account: sending an opinion, and looking up what came of it."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from records.errors import Invalid, Refused
from tasks.forms import posted_key
from tfportal.htmx import respond
from tfportal.http import Request

from .. import workflow
from ..models import Group
from ..opinions import contact, looking_up, subjects
from ..opinions.numbers import new_number
from . import limits
from .common import REFUSED, typed

# A field that no person sees: whatever fills it in is a machine. It is answered like everybody, and nothing is kept.
TRAP = "second_homepage"
SENT = "opinion_sent"  # in the session: what the page after sending shows


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def send_opinion(request: Request) -> HttpResponse:
    """The form, and taking in what it brings."""
    if request.method != "POST":
        return _show_form(request)
    try:
        request.session[SENT] = _receive(request)
    except (*REFUSED, limits.TooMany) as error:
        return _show_form(request, error)
    return redirect("opinion_sent")


@login_not_required
@require_safe
def opinion_sent(request: Request) -> HttpResponse:
    """The number of the opinion that this browser sent last; for whoever sent none, the form."""
    sent = request.session.get(SENT)
    return respond(request, "public/opinion_sent.html", {"sent": sent}) if sent else redirect("send_opinion")


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def look_up_opinion(request: Request) -> HttpResponse:
    """What came of an opinion, by its number. The number comes in a form: in an address it would stand in logs."""
    found, error = None, None
    if request.method == "POST":
        try:
            found = _looked_up(request)
        except (Invalid, limits.TooMany) as refusal:
            error = refusal
    context = {"found": found, "contact": contact.of_office()}
    return _answer(request, "public/look_up_opinion.html", context, error)


def _receive(request: Request) -> dict[str, Any]:
    """Carries the verb out, at most so often; returns what the next page shows."""
    key, sent = posted_key(request.POST), _sent(request)
    if request.POST.get(TRAP):
        limits.spend_address(request)
        return {"number": new_number(), "mailed": False}
    went: list[bool] = []  # whether a mail did, where this is the form's first time

    def allow(email: str) -> bool:
        limits.spend_opinion(request)
        went.append(limits.may_mail(request, email))
        return went[0]

    receipt = workflow.send_opinion(sent, at=request.arrived_at, key=key, allow=allow)
    before = request.session.get(SENT, {})
    number = workflow.opinion_of(receipt).number
    return {"number": number, "mailed": any(went) or (before.get("number") == number and before["mailed"])}


def _sent(request: Request) -> workflow.Sent:
    names = ("group", "text", "organisation", "name", "email", "scenario")
    texts = {name: request.POST.get(name, "") for name in names}
    tasks, consents = tuple(request.POST.getlist("tasks")), "consents" in request.POST
    return workflow.Sent(**texts, tasks=tasks, consents=consents, language=get_language() or "ko")


def _show_form(request: Request, error: Refused | None = None) -> HttpResponse:
    ticked = set(request.POST.getlist("tasks")) if error else set()
    sectors = [
        (name, [(task, task.code in ticked) for task in of], sum(task.code in ticked for task in of))
        for name, of in subjects.by_sector()
    ]
    choices = {"groups": Group.choices, "sectors": sectors, "scenarios": subjects.scenarios()}
    kept = {"trap": TRAP, "longest": workflow.LONGEST, "days": settings.OPINION_SENDER_DAYS}
    kept |= {"unanswered": settings.OPINION_UNANSWERED_DAYS}
    return _answer(request, "public/send_opinion.html", kept | choices, error)


def _looked_up(request: Request) -> looking_up.Found:
    """One answer for every wrong number, whether it could be one or not."""
    limits.may_look_up(request)
    found = looking_up.look_up(request.POST.get("number", ""))
    if found is None:
        limits.count_wrong(request)
        raise Invalid({"number": [_("There is no opinion of this number. Compare it with what you wrote down.")]})
    return found


def _answer(request: Request, template: str, context: dict[str, Any], error: Refused | None) -> HttpResponse:
    """The page; after a refusal with its status and what was typed."""
    response = respond(request, template, typed(request, error) | context, status=error.status if error else 200)
    if isinstance(error, limits.TooMany):
        response.headers["Retry-After"] = "3600"
    return response
