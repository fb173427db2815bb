"""이해관계자 의견: what stakeholders said, who answers, and what came of it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ministries.directory import Directory
from records.errors import Conflict, Invalid, Refused
from scenarios.models import Uptake
from tasks.exports import file_name
from tasks.forms import posted_number, problems_of_forms
from tasks.models import Task
from tasks.views.exporting import send_list
from tfportal.htmx import respond
from tfportal.http import Request

from .. import permissions, workflow
from ..models import Channel, Decision, Group, Hearing, Opinion, Participant
from ..opinions import contact, exporting, giving_out, register, subjects
from ..opinions.drafting import ENTERED, ROWS, About
from ..opinions.entries import Entry, Standing
from ..opinions.forms import CODES, AboutForm, DispositionForm, OpinionForm, codes_of, shown_about
from ..opinions.transitions import possible
from .common import REFUSED, only_office, only_visitors, typed, who

FORMS = ["GET", "HEAD", "POST"]
ON_A_PAGE = 50


@require_safe
@only_visitors
def list_opinions(request: Request) -> HttpResponse:
    """Every opinion that the person may see, under the filters of the address, in pages."""
    found = register.read(request.GET, user=request.user, at=request.arrived_at)
    page = Paginator(found.found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"register": found, "page": page, "entries": found.entries(page)}
    context["can_choose"] = found.runs and found.filters.state == Standing.LOOSE
    return respond(request, "meetings/list_opinions.html", context)


@require_safe
@only_visitors
def export_opinions(request: Request, ending: str) -> HttpResponseBase:
    """The same rows as a file, under the same filters; no personal data."""
    found = register.read(request.GET, user=request.user, at=request.arrived_at)
    title, day = _("Stakeholder opinions"), timezone.localdate(request.arrived_at)
    return send_list(
        ending,
        exporting.columns(),
        exporting.rows(found.entries(found.found)),
        title=title,
        name=file_name(title, ending=ending, day=day),
        about=[(_("As of"), request.arrived_at)],
        at=request.arrived_at,
    )


def get_opinion(request: Request, pk: int) -> Entry:
    """The opinion that the person may see, else 404."""
    entry = register.by_pk(pk, user=request.user, at=request.arrived_at)
    if entry is None:
        raise Http404
    return entry


@require_safe
@only_visitors
def show_opinion(request: Request, pk: int) -> HttpResponse:
    """What was said, about what, who answers until when, and what came of it."""
    return show(request, get_opinion(request, pk))


def show(request: Request, entry: Entry, error: Refused | None = None) -> HttpResponse:
    """The page; after a refusal with what was typed."""
    row, user = entry.opinion, request.user
    answers = _answers_for(request, row)
    is_admitted = entry.standing not in (Standing.WAITING, Standing.REJECTED)
    gives_out = _gives_out(request, entry)
    context: dict[str, Any] = {
        "entry": entry,
        "opinion": row,
        "runs": permissions.can_run_meetings(user),
        "answers_as": answers,
        "can_dispose": (answers is not None or permissions.can_run_meetings(user))
        and possible("dispose_of_opinion", row, by=user, ministry=answers),
        "can_change": possible("change_opinion", row, by=user),
        "can_reopen": possible("reopen_opinion", row, by=user),
        "can_hand_back": answers is not None and possible("hand_back_opinion", row, by=user, ministry=answers),
        "can_pass_on": (row.ministry_id is not None or bool(entry.transfers))
        and possible("pass_on_opinion", row, by=user),
        "ministries": entry.names.in_order() if answers is not None or gives_out else (),
        "gives_out": gives_out,
        "f": giving_out.proposed([row], entry.day) if gives_out else {},
        "is_admitted": is_admitted,
        "contact": contact.of_office() if answers is not None else None,
        "choices": Uptake,
        "version": _version(request, row, error),
        **typed(request, error),
    }
    return respond(request, "meetings/show_opinion.html", context, status=error.status if error else 200)


def _gives_out(request: Request, entry: Entry) -> bool:
    """Whether the person says whom it goes to: nobody had it, and nobody answered."""
    row = entry.opinion
    is_new = row.ministry_id is None and not entry.transfers and entry.last is None
    return is_new and possible("change_opinion", row, by=request.user)


def _answers_for(request: Request, row: Opinion) -> int | None:
    """The ministry in whose name the person answers; None for the office, and for whoever cannot."""
    return row.ministry_id if permissions.can_answer_for(request.user, row.ministry_id) else None


def _version(request: Request, row: Opinion, error: Refused | None) -> Any:
    """The one that the form brings along: after a refusal the one that was seen, unless the page shows what stands."""
    return request.POST.get("version", "") if error and not isinstance(error, Conflict) else row.version


@require_http_methods(FORMS)
@only_office
def enter_opinion(request: Request) -> HttpResponse:
    """What was said at a hearing or came in a letter."""
    if request.method != "POST":
        return _show_entering(request, _suggested(request))
    if "propose" in request.POST:
        return _show_entering(request, request.POST.dict() | _proposed(request, request.POST.get("codes", "")))
    form = OpinionForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        receipt = workflow.enter_opinion(form.said, **who(request))
    except REFUSED as error:
        return _show_entering(request, request.POST, error)
    row = Opinion.objects.get(pk=receipt.event.object_id)
    messages.success(request, _("The opinion was entered under the number %(number)s.") % {"number": row.number})
    if "another" in request.POST:
        hearing = f"?hearing={row.hearing.no}" if row.hearing else "?channel=letter"
        return redirect(f"{reverse('enter_opinion')}{hearing}")
    return redirect("show_opinion", pk=row.pk)


def _suggested(request: Request) -> dict[str, str]:
    """What the address brings along: the hearing it was said at, the task it is about."""
    asked = {name: request.GET.get(name, "")[:40] for name in ("hearing", "channel", "codes")}
    asked["channel"] = "hearing" if asked["hearing"] else asked["channel"]
    return asked | _proposed(request, asked["codes"])


def _proposed(request: Request, codes: str) -> dict[str, str]:
    """Who leads these tasks, and ten working days."""
    tidy = About(codes=codes_of(codes.replace("\0", "")[:CODES])).tidy.codes
    return giving_out.proposed_for(tidy[:ROWS], timezone.localdate(request.arrived_at))


def _show_entering(request: Request, values: Any, error: Refused | None = None) -> HttpResponse:
    context = {
        "f": values,
        "groups": Group,
        "channels": ENTERED,
        "hearings": Hearing.objects.all(),
        "participants": _participants(values.get("hearing", "")),
        **_about_choices(request),
        **typed(request, error),
    }
    return respond(request, "meetings/enter_opinion.html", context, status=error.status if error else 200)


def _participants(no: str) -> list[Participant]:
    """Who came to the hearing that is chosen."""
    is_number = no.isascii() and no.isdigit() and len(no) < 6
    return [*Participant.objects.filter(hearing__no=int(no))] if is_number else []


def _about_choices(request: Request, row: Opinion | None = None) -> dict[str, Any]:
    """What an opinion can be about, or is about already, and who can answer."""
    scenarios = [*subjects.for_the_office()]
    if row is not None and row.scenario is not None and row.scenario not in scenarios:
        scenarios.append(row.scenario)
    decisions = Decision.objects.standing().filter(meeting__frozen_at__isnull=False).select_related("meeting")
    return {
        "ministries": Directory(timezone.localdate(request.arrived_at)).in_order(),
        "scenarios": scenarios,
        "decisions": decisions.order_by("-meeting__no", "no"),
        "task_codes": Task.objects.order_by("code").values_list("code", flat=True),
    }


@require_http_methods(FORMS)
@only_office
def change_opinion(request: Request, pk: int) -> HttpResponse:
    """What it is about, who answers and until when."""
    entry = get_opinion(request, pk)
    if request.method != "POST":
        return _show_change(request, entry)
    form = AboutForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        version = posted_number(request.POST, "version")
        workflow.change_opinion(entry.opinion.pk, form.about, version=version, **who(request))
    except REFUSED as error:
        return _show_change(request, get_opinion(request, pk), error)
    is_given = form.about.ministry is not None and entry.opinion.ministry_id is None
    messages.success(request, _("The ministry that answers was named.") if is_given else _("The opinion was changed."))
    return redirect("show_opinion", pk=pk)


def _show_change(request: Request, entry: Entry, error: Refused | None = None) -> HttpResponse:
    row = entry.opinion
    may = possible("change_opinion", row, by=request.user)
    is_given = row.ministry_id is not None or bool(entry.transfers)
    gives_out = _gives_out(request, entry)
    proposed = giving_out.proposed([row], timezone.localdate(request.arrived_at)) if gives_out and not error else {}
    context = {
        "entry": entry,
        "opinion": row,
        "f": request.POST if error else shown_about(row) | proposed,
        "gives_out": gives_out,
        "proposes": bool(proposed),
        "is_changed_meanwhile": isinstance(error, Conflict),
        "may": may,
        "is_given": is_given,
        "is_answered": entry.last is not None,
        "version": _version(request, row, error),
        **_about_choices(request, row),
        **typed(request, error),
    }
    return respond(request, "meetings/change_opinion.html", context, status=error.status if error else 200)


@require_POST
@only_visitors
def dispose_of_opinion(request: Request, pk: int) -> HttpResponse:
    """What comes of it, and why."""
    entry = get_opinion(request, pk)
    ministry = _answers_for(request, entry.opinion)
    if ministry is None and not permissions.can_run_meetings(request.user):
        raise PermissionDenied
    form = DispositionForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        version = posted_number(request.POST, "version")
        workflow.dispose_of_opinion(
            entry.opinion.pk, ministry=ministry, version=version, **form.cleaned_data, **who(request)
        )
    except REFUSED as error:
        return show(request, get_opinion(request, pk), error)
    if entry.opinion.channel == Channel.PORTAL:
        messages.success(request, _("What comes of the opinion is recorded. Its sender finds it by its number."))
    else:
        messages.success(request, _("What comes of the opinion is recorded."))
    return redirect("show_opinion", pk=pk)
