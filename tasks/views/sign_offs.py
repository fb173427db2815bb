"""The approver's home: what waits for sign-off, as differences."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from records.errors import Invalid, KeyReused, WrongState
from tfportal.htmx import respond
from tfportal.http import Request

from .. import workflow, worklist
from ..forms import LetterForm, ReasonForm, posted_items, posted_key, posted_number, problems_of_forms
from ..models import Report, Round, State
from .common import allowed, get_report


def _show(
    request: Request,
    *,
    problems: dict[str, list[str]] | None = None,
    status: int = 200,
    sent_back: Report | None = None,
) -> HttpResponse:
    """The page; after a refusal with the same boxes ticked, or with what was to be said of the report `sent_back`."""
    round_ = Round.objects.current()
    work = [
        worklist.build(ministry, round_, user=request.user, at=request.arrived_at, codes=workflow.ministry_codes())
        for ministry in worklist.ministries_of(request.user)
        if round_ is not None and ministry.pk in request.user.standing.approver_of
    ]
    rows = [row for one in work for row in one.rows]
    waiting = [row for row in rows if row.report.state == State.AWAITING]
    if request.method == "POST" and sent_back is None:
        ticked = {text.partition(":")[0] for text in request.POST.getlist("changed")}
    else:
        ticked = {str(row.report.pk) for row in waiting}
    context = {
        "round": round_,
        "work": work,
        "dues": [{"ministry": one.ministry, "deadline": one.deadline} for one in work],
        "waiting": waiting,
        "ticked": {row.report.pk for row in waiting if str(row.report.pk) in ticked},
        "others": [row for row in rows if row.report.state != State.AWAITING],
        "problems": problems or {},
        "letter_no": request.POST.get("letter_no", ""),
        "reasons": {sent_back.pk: request.POST.get("reason", "")} if sent_back else {},
        "sent_back": sent_back,
        "is_placed": sent_back is None or any(row.report.pk == sent_back.pk for row in waiting),
    }
    return respond(request, "tasks/sign_offs.html", context, status=status)


@require_safe
@allowed(lambda user: bool(user.standing.approver_of))
def list_sign_offs(request: Request) -> HttpResponse:
    """What waits, what went out, what is still with the officers."""
    return _show(request)


@require_POST
@allowed(lambda user: bool(user.standing.approver_of))
def give_sign_off(request: Request) -> HttpResponse:
    """승인: the ticked reports are submitted in this moment."""
    letter = LetterForm(request.POST)
    try:
        if not letter.is_valid():
            raise Invalid(problems_of_forms(letter))
        receipt = workflow.sign_off(
            posted_items(request.POST),
            by=request.user,
            at=request.arrived_at,
            key=posted_key(request.POST),
            letter_no=letter.cleaned_data["letter_no"].strip(),
        )
    except (Invalid, WrongState, KeyReused) as error:
        problems = error.problems if isinstance(error, Invalid) else {"__all__": [str(error)]}
        return _show(request, problems=problems, status=error.status)
    return redirect("show_submission", number=receipt.number)


@require_POST
def send_back_report(request: Request, pk: int) -> HttpResponse:
    """Back to the officer, with a comment."""
    report = get_report(request, pk)
    form = ReasonForm(request.POST)
    try:
        workflow.send_back(
            report.pk,
            by=request.user,
            at=request.arrived_at,
            key=posted_key(request.POST),
            version=posted_number(request.POST, "version"),
            comment=form.cleaned_data["reason"] if form.is_valid() else "",
        )
    except (Invalid, WrongState, KeyReused) as error:
        texts = problems_of_forms(form).get("reason", []) if isinstance(error, Invalid) else [str(error)]
        return _show(request, problems={report.task.code: texts}, status=error.status, sent_back=report)
    return redirect("list_sign_offs")
