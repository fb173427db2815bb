"""The officer's home: the list, the check page, the answer and its receipt."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ministries.models import Ministry
from records.errors import Invalid, KeyReused, Refused, WrongState
from tfportal.htmx import respond
from tfportal.http import Request

from .. import content, permissions, prefetching, signing, teamwork, workflow, worklist
from ..content import TEXTS
from ..forms import LetterForm, posted_items, posted_key, posted_way, problems_of_forms
from ..models import Report, Round, State, Submission
from ..providers import decisions_of, errands_of
from ..rosters import TakenOff
from ..rows import Row
from .common import (
    Unsaved,
    allowed,
    get_led,
    get_report,
    list_address,
    my_ministry,
    save_posted_page,
    save_posted_rows,
    told,
)

SHIPPED_FORMS = 10  # up to so many tasks the page brings all forms along; beyond, a row fetches its own


def _list(request: Request, ministry: Ministry, round_: Round, *, with_asked: bool = True) -> worklist.Worklist:
    """The list; what forms show beside their fields is read for those that the page brings along."""
    return worklist.build(ministry, round_, with_asked=with_asked, with_forms=False, **_who(request))


def _who(request: Request) -> dict[str, Any]:
    """For whom a list is read, and what it is narrowed to."""
    codes = SimpleLazyObject(workflow.ministry_codes)  # asked for where an issue names a ministry
    return {"user": request.user, "at": request.arrived_at, "codes": codes, "only_mine": _only_mine(request)}


def _only_mine(request: Request) -> bool:
    """Whether the list is narrowed to the person's own tasks; of a part of the page its address says so."""
    shown = (request.htmx.current_url or "").partition("?")[2] if request.htmx else ""
    of_page = parse_qs(shown.partition("#")[0])
    return "1" in (request.GET.get("mine"), request.POST.get("mine"), *of_page.get("mine", []))


def _context(
    request: Request,
    work: worklist.Worklist,
    refused: teamwork.Refused | None = None,
    *,
    ships_forms: bool = False,
) -> dict[str, Any]:
    """What the list's page shows; `open` names the row that stands open, `state` filters. `ships_forms`: all of them,
    however many."""
    state = request.GET.get("state", "")
    rows = [row for row in work.shown if row.report.state == state] if state in State.values else work.shown
    wanted = request.GET.get("open", "")
    opened = next((row.code for row in rows if row.code == wanted), "")
    if not opened and not wanted and rows and rows[0].is_demanded:
        opened = rows[0].code
    exchange = _exchange(request, work.ministry, work.round, refused, work)
    ships_forms = ships_forms or len(rows) <= SHIPPED_FORMS
    prefetching.forms([row.report for row in work.rows if ships_forms or row.code == opened])
    places = ["", "talk-"] if ships_forms else [""]  # a conversation that is not on the page has no place for a word
    return _shown(request, exchange, [place + row.code for row in rows for place in places]) | {
        "work": work,
        "rows": rows,
        "opened": opened,
        "state": state if state in State.values else "",
        "ships_forms": ships_forms,
        "ministries": worklist.ministries_of(request.user),
        "may_write": worklist.may_write(request.user, work.ministry),
        "asked": signing.requests(work.awaiting),
        "errands": errands_of(request.user, at=request.arrived_at),
        **_deadline(work),
    }


def _shown(request: Request, exchange: teamwork.Exchange, places: list[str]) -> dict[str, Any]:
    """What ministries do for each other; `told`: what was done, at the rows, of which `wanted` stands open."""
    told_at = told(request, {*places, *exchange.forms})
    return {"exchange": exchange, "told": told_at, "wanted": request.GET.get("open", "")}


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(permissions.can_report)
def list_my_tasks(request: Request) -> HttpResponse:
    """The list. A POST keeps every row that the page sent, then goes where its button says."""
    ministry, round_ = my_ministry(request), Round.objects.current()
    if request.method == "POST":
        if round_ is None:
            raise WrongState(_("No round is being collected."))
        return _save_all(request, ministry, round_)
    return show_my_tasks(request, ministry, round_)


def show_my_tasks(
    request: Request,
    ministry: Ministry,
    round_: Round | None,
    refused: teamwork.Refused | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The page; `refused`: with a text for another ministry's report that was not accepted."""
    if round_ is None:
        return _show_nothing(request, ministry, refused, status=status)
    context = _context(request, _list(request, ministry, round_), refused)
    return respond(request, "tasks/my_tasks.html", context, status=status)


def _exchange(
    request: Request,
    ministry: Ministry,
    round_: Round | None,
    refused: teamwork.Refused | None,
    work: worklist.Worklist | None = None,
) -> teamwork.Exchange:
    who: dict[str, Any] = {"user": request.user, "at": request.arrived_at}
    read: dict[str, Any] = {"names": work.names, "asked": work.asked} if work else {}
    return teamwork.of_ministry(ministry, round_, refused=refused, **who, **read)


def _show_nothing(
    request: Request, ministry: Ministry, refused: teamwork.Refused | None, *, status: int
) -> HttpResponse:
    """Between rounds: what comes next, and the last receipts."""
    context = _shown(request, _exchange(request, ministry, None, refused), []) | {
        "next_round": Round.objects.filter(prepared_at__isnull=True).order_by("no").first(),
        "last_round": Round.objects.last_frozen(),
        "submissions": Submission.objects.filter(ministry=ministry).select_related("round")[:5],
        "decisions": decisions_of([ministry.pk], round_=None, at=request.arrived_at),
        "errands": errands_of(request.user, at=request.arrived_at),
        "may_write": worklist.may_write(request.user, ministry),
    }
    return respond(request, "tasks/no_round.html", context, status=status)


def _save_all(request: Request, ministry: Ministry, round_: Round) -> HttpResponse:
    reports = list(Report.objects.in_round(round_).led_by([ministry.pk]))
    try:
        save_posted_page(request, reports)
    except Unsaved as unsaved:
        return show_unsaved(request, ministry, round_, unsaved)
    target = request.POST.get("do", "")
    here = reverse("list_my_tasks") + f"?ministry={ministry.code}" + ("&mine=1" if _only_mine(request) else "")
    if target == "check":
        return redirect(reverse("check_answer") + f"?ministry={ministry.code}")
    codes = {str(pk): code for pk, code in Report.objects.in_round(round_).values_list("pk", "task__code")}
    code = codes.get(request.POST.get("over", "").partition(":")[0]) or target.removeprefix("open:")
    return redirect(f"{here}&open={code}#{code}" if code in codes.values() else here)


@dataclass(frozen=True)
class Off:
    """A row that the list has no more, with what was typed into it."""

    off: TakenOff
    typed: list[str]


def show_unsaved(request: Request, ministry: Ministry, round_: Round, unsaved: Unsaved) -> HttpResponse:
    """The list again, with what was typed, both texts where someone else saved meanwhile: 409, else 422."""
    work = _list(request, ministry, round_)
    work.only_mine = False  # what could not be saved is shown, whosever it is
    apply_unsaved(work.rows, unsaved)
    context = _context(request, work, ships_forms=True)
    bad = [row for row in work.rows if row.report.pk in unsaved.reports]
    off = [Off(one, [raw[name] for name in TEXTS if raw[name]]) for raw, one in unsaved.off.values()]
    opened = bad[0].code if bad else context["opened"]
    context |= {"rows": work.rows, "opened": opened, "bad_rows": [*bad, *off], "state": ""}
    context["unsent"] = unsaved.unsent
    return respond(request, "tasks/my_tasks.html", context, status=unsaved.status)


def list_again(
    request: Request, ministry: Ministry, round_: Round, error: Refused, *, opened: str = ""
) -> HttpResponse:
    """The list as it now stands, and why what was pressed was not done. What was typed is saved."""
    context = _context(request, _list(request, ministry, round_)) | {"refusal": str(error)}
    context |= {"opened": opened} if opened else {}
    return respond(request, "tasks/my_tasks.html", context, status=error.status)


def apply_unsaved(rows: list[Row], unsaved: Unsaved) -> None:
    """Put what was typed back into the rows, with its messages or with the other text."""
    for row in rows:
        if row.report.pk in unsaved.reports:
            row.seen_version = unsaved.versions.get(row.report.pk)
        if row.report.pk in unsaved.invalid:
            row.raw, refused = unsaved.invalid[row.report.pk]
            row.problems = content.problems_of(row.raw, row.rules) | refused
        if row.report.pk in unsaved.files:
            row.problems = row.problems | {"attachments": unsaved.files[row.report.pk]}
            row.refused_files = unsaved.files[row.report.pk]
        if row.report.pk in unsaved.conflicts:
            row.raw, row.conflict = unsaved.conflicts[row.report.pk]
        if row.report.pk in unsaved.gone:
            raw, error = unsaved.gone[row.report.pk]
            row.gone, row.typed = str(error), [raw[name] for name in TEXTS if raw[name]]


@require_POST
def save_report_draft(request: Request, pk: int) -> HttpResponse:
    """Keeps one row while it is being typed. The answer touches what stands around the form, never the form."""
    report = get_led(request, pk)
    if not permissions.can_edit(request.user, report):
        raise PermissionDenied
    try:
        save_posted_rows(request, [report])
    except Unsaved as unsaved:
        return row_again(request, report, unsaved)
    return row_saved(request, report)


def row_saved(
    request: Request, report: Report, unsaved: Unsaved | None = None, *, with_files: bool = False
) -> HttpResponse:
    """What stands around the form of a row that was saved, `with_files` the list of its files; `unsaved` where some of
    these were refused. The page's counts and its bar come along where this row counts otherwise than the page says."""
    if not request.htmx:
        return redirect(f"{list_address(report.lead, report.task.code)}#{report.task.code}")
    work, row = None, worklist.alone(report, **_who(request))
    if request.POST.get(f"{row.prefix}counted") != row.standing_mark:
        work, row = worklist.around(report, **_who(request))
    row.left = set(request.POST.getlist(f"{row.prefix}left"))
    apply_unsaved([row], unsaved or Unsaved())
    context = {"work": work, "row": row, "saved_at": request.arrived_at, "part": True, "with_files": with_files}
    return respond(request, "tasks/my_tasks_saved.html", context, status=unsaved.status if unsaved else 200)


def row_again(request: Request, report: Report, unsaved: Unsaved, *, with_files: bool = False) -> HttpResponse:
    """What is in the way of one row: the other text (409), or the messages (422). Under htmx it appears above the form,
    which is left alone: someone is typing in it."""
    if not request.htmx:
        return show_unsaved(request, report.lead, report.round, unsaved)
    if report.pk in unsaved.gone:
        raise unsaved.gone[report.pk][1]
    for _raw, one in unsaved.off.values():
        raise WrongState(str(one))
    if report.pk in unsaved.files:  # the text is saved
        return row_saved(request, report, unsaved, with_files=with_files)
    row = row_of(request, report.pk)
    apply_unsaved([row], unsaved)
    return respond(request, "tasks/my_tasks_trouble.html", {"row": row, "part": True}, status=unsaved.status)


def row_of(request: Request, pk: int) -> Row:
    """One report as a row, as it now stands."""
    return worklist.of_report(
        get_report(request, pk), user=request.user, at=request.arrived_at, codes=workflow.ministry_codes()
    )


@require_safe
def show_report_form(request: Request, pk: int) -> HttpResponse:
    """One row's form, for lists too long to bring all along; the whole list opened at it where there is no script."""
    report = get_report(request, pk)
    if not permissions.can_edit(request.user, report):
        raise PermissionDenied
    if not request.htmx:
        return redirect(f"{list_address(report.lead, report.task.code)}#{report.task.code}")
    row = row_of(request, pk)
    return respond(request, "tasks/my_tasks_panel.html", {"row": row})


@require_safe
@allowed(permissions.can_report)
def check_answer(request: Request) -> HttpResponse:
    """What would go out now: changed, no change, what stays and why. Rows can be left out by the address."""
    ministry, round_ = my_ministry(request), Round.objects.current()
    if round_ is None:
        return redirect("list_my_tasks")
    return show_check(request, _list(request, ministry, round_, with_asked=False))


def show_check(
    request: Request,
    work: worklist.Worklist,
    *,
    problems: dict[str, list[str]] | None = None,
    status: int = 200,
    key: str = "",
) -> HttpResponse:
    """The check page; `problems` by task code or field after a refused answer."""
    leave = _left_out(request, work)
    left_out = [row for row in work.changed + work.unchanged if row.code in leave]
    context = {
        "work": work,
        "changed": [row for row in work.changed if row.code not in leave],
        "unchanged": [row for row in work.unchanged if row.code not in leave],
        "left_out": left_out,
        "staying": work.staying,
        "not_sent": len(left_out) + len(work.staying),
        "leave": sorted(leave),
        "problems": problems or {},
        "letter_no": request.POST.get("letter_no", ""),
        "key": key,
        **_deadline(work),
    }
    return respond(request, "tasks/check_answer.html", context, status=status)


def _left_out(request: Request, work: worklist.Worklist) -> set[str]:
    """The rows that the person leaves out, by the address or the form."""
    query = request.POST if request.method == "POST" else request.GET
    return set(query.getlist("leave")) & {row.code for row in work.rows}


def _deadline(work: worklist.Worklist) -> dict[str, Any]:
    """What components/deadline.html shows."""
    return {"deadline": work.deadline, "left": work.deadline.left, "phase": work.deadline.phase}


@require_POST
@allowed(permissions.can_report)
def submit_answer(request: Request) -> HttpResponse:
    """Sends the answer, or asks for sign-off; back to the check page with the reasons where it is refused."""
    ministry, round_ = my_ministry(request), Round.objects.current()
    letter, key = LetterForm(request.POST), posted_key(request.POST)
    try:
        if not letter.is_valid():
            raise Invalid(problems_of_forms(letter))
        return _send(request, ministry, letter.cleaned_data["letter_no"].strip())
    except (Invalid, WrongState, KeyReused) as error:
        if round_ is None:
            raise
        problems = error.problems if isinstance(error, Invalid) else {"__all__": [str(error)]}
        fresh = "" if isinstance(error, KeyReused) else str(key)
        work = _list(request, ministry, round_, with_asked=False)
        return show_check(request, work, problems=problems, status=error.status, key=fresh)


def _send(request: Request, ministry: Ministry, letter_no: str) -> HttpResponse:
    items, key = posted_items(request.POST), posted_key(request.POST)
    who = {"by": request.user, "at": request.arrived_at, "key": key}
    if way_of(request, ministry) == "ask_sign_off":
        workflow.ask_sign_off(items, **who)  # type: ignore[arg-type]
        messages.success(request, _("Your approver was asked to sign off. Nothing is submitted before that."))
        return redirect(f"{reverse('list_my_tasks')}?ministry={ministry.code}&state={State.AWAITING}")
    receipt = workflow.submit(items, letter_no=letter_no, **who)  # type: ignore[arg-type]
    return redirect("show_submission", number=receipt.number)


def way_of(request: Request, ministry: Ministry) -> str:
    """What the pressed button said that it does; the verb refuses where the ministry works the other way by now."""
    return posted_way(request.POST) or ("ask_sign_off" if ministry.sign_off else "submit")
