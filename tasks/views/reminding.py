"""제출 독려 by hand: choose, see the mail, send; then who was reached, and who has no contact."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ministries.directory import Directory
from records.errors import Invalid, KeyReused, Refused, WrongState
from records.models import Receipt
from tfportal.htmx import respond
from tfportal.http import Request
from tfportal.language import normalise

from .. import permissions, reminded, reminding, workflow
from ..forms import posted_key, posted_number
from ..models import Round
from ..reminding import Asked
from .common import allowed, get_round

only_office = allowed(permissions.can_coordinate)
MAILS_ON_A_PAGE = 100


def _asked(query: QueryDict) -> Asked:
    """What was ticked and typed, and the filters of the board's address."""
    ticked = frozenset(query.getlist("to"))
    words = {name: query.get(name, "") for name in ("ministry", "state", "tick", "see")}
    sentence = " ".join(normalise(query.get("sentence", "")).split())
    return Asked(ticked if ticked or "chosen" in query else None, sentence=sentence, **words)


@require_http_methods(["GET", "HEAD", "POST"])
@only_office
def remind_ministries(request: Request) -> HttpResponse:
    """Which ministries still owe something, all ticked but those reminded a short while ago; and the sending itself."""
    if request.method != "POST":
        return _show_choice(request, Round.objects.current(), _asked(request.GET))
    no, asked = posted_number(request.POST, "round"), _asked(request.POST)
    round_ = get_round(no) if no >= 0 else None
    try:
        if round_ is None:  # never one that nobody named
            raise Invalid({"__all__": [_("It is not said which round is meant. Open the page again.")]})
        who = {"by": request.user, "at": request.arrived_at, "key": posted_key(request.POST)}
        receipt = workflow.remind(round_.pk, asked.to or (), sentence=asked.sentence, **who)  # type: ignore[arg-type]
    except (Invalid, WrongState, KeyReused) as error:
        return _show_choice(request, round_ or Round.objects.current(), asked, error)
    return _to_result(request, round_, receipt)


def _to_result(request: Request, round_: Round, receipt: Receipt) -> HttpResponse:
    """Says how many were reminded and who was left out, and shows how far their mails are."""
    event = receipt.event
    n, mails = len(event.data["reminded"]), sum(row["mails"] for row in event.data["reminded"])
    said = ngettext(
        "%(n)s ministry is reminded, mails: %(mails)s.", "%(n)s ministries are reminded, mails: %(mails)s.", n
    )
    text = said % {"n": n, "mails": mails}
    if event.data["left_out"]:
        names = Directory(round_.as_of)
        left = ", ".join(name.abbr for name in names.in_order() if name.ministry.code in event.data["left_out"])
        text += " " + _("Left out, because everything has arrived: %(names)s.") % {"names": left}
    messages.success(request, text)
    run = int(event.at.timestamp()) * 1_000_000 + event.at.microsecond
    return redirect(f"{reverse('list_reminders', args=[round_.no])}?run={run}")


def _show_choice(request: Request, round_: Round | None, asked: Asked, error: Refused | None = None) -> HttpResponse:
    """The page; after a refusal with what was ticked and typed."""
    choice = reminding.choose(round_, asked, at=request.arrived_at) if round_ else None
    context: dict[str, Any] = {
        "choice": choice,
        "round": round_,
        "sentence_limit": workflow.SENTENCE_LIMIT,
        "problems": error.problems if isinstance(error, Invalid) else {"__all__": [str(error)]} if error else {},
    }
    return respond(request, "tasks/remind.html", context, status=error.status if error else 200)


@require_safe
@only_office
def preview_reminders(request: Request) -> HttpResponse:
    """The mails as they will be read, of one recipient of each chosen ministry; from here they are sent."""
    round_, asked = Round.objects.current(), _asked(request.GET)
    if round_ is None:
        return _show_choice(request, None, asked)
    choice = reminding.choose(round_, asked, at=request.arrived_at)
    problem = workflow.sentence_problem(asked.sentence)
    problems = {"sentence": [problem]} if problem else {}
    if not choice.chosen:
        problems["to"] = [_("Choose at least one ministry.")]
    if problems or not choice.is_collecting:
        return _show_choice(request, round_, asked, Invalid(problems) if problems else None)
    mails = reminding.preview(choice, request.user)
    return respond(request, "tasks/remind_mails.html", {"choice": choice, "round": round_, "mails": mails})


@require_safe
@only_office
def list_reminders(request: Request, no: int) -> HttpResponse:
    """Every reminder of the round: when, by whom, to whom, and how far each mail is."""
    round_ = get_round(no)
    found = reminded.read(round_, request.GET, user=request.user)
    page = Paginator(found.found, MAILS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"reminded": found, "round": round_, "page": page, "rows": page.object_list}
    return respond(request, "tasks/reminders.html", context)
