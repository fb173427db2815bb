"""What is done with a version: by the office from its draft to its publication, by ministries that comment on it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ministries.models import Ministry
from records.errors import Conflict, Invalid, Refused
from tasks.forms import TextField, posted_number, problems_of_forms
from tasks.models import Sector
from tfportal.htmx import respond
from tfportal.http import Request

from .. import permissions, standing, trail, workflow
from ..drafting import draft_of
from ..models import Scenario, ScenarioComment, ScenarioVersion, SectorFigure
from ..pathway_forms import (
    Sheet,
    UntilForm,
    WordForm,
    counted_of_post,
    counted_of_version,
    posted_head,
    posted_version,
    sheet_of_draft,
    sheet_of_post,
)
from ..querysets import by_code
from ..transitions import possible
from .common import REFUSED, only_office, only_visitors, typed, who
from .pathways import find_recalled, get_version, show, show_recalled

FORM = ("GET", "HEAD", "POST")


@require_http_methods(FORM)
@only_office
def draft_version(request: Request, code: str) -> HttpResponse:
    """A new version, with the figures of the last one."""
    scenario = get_object_or_404(Scenario, code=code)
    if request.method != "POST":
        return _draft_form(request, scenario)
    try:
        receipt = workflow.draft_version(scenario.pk, posted_head(request.POST), **who(request))
    except REFUSED as error:
        return _draft_form(request, scenario, error)
    messages.success(request, _("The draft has the figures of the last version. Change what is another one."))
    return redirect("change_figures", pk=receipt.event.object_id)


def _draft_form(request: Request, scenario: Scenario, error: Refused | None = None) -> HttpResponse:
    versions = ScenarioVersion.objects.filter(scenario=scenario).order_by("no")
    last = versions.filter(withdrawn_at__isnull=True).last() or versions.last()
    stands = sheet_of_draft(draft_of(last, [])) if last else Sheet({}, [])
    sheet = sheet_of_post(request.POST) if error else Sheet(stands.head | {"note_ko": "", "note_en": ""}, [])
    context = {"scenario": scenario, "last": last, "sheet": sheet, **typed(request, error)}
    return respond(request, "scenarios/draft_version.html", context, status=error.status if error else 200)


@require_http_methods(FORM)
@only_office
def change_figures(request: Request, pk: int) -> HttpResponse:
    """The note, the totals and the figures of a draft."""
    version = get_version(request, pk)
    if request.method != "POST":
        return _figures_form(request, version, sheet_of_draft(draft_of(version, version.figures.all())))
    try:
        draft, seen = posted_version(request.POST), posted_number(request.POST, "version")
        receipt = workflow.change_figures(version.pk, draft, version=seen, **who(request))
    except REFUSED as error:
        return _figures_form(request, get_version(request, pk), sheet_of_post(request.POST), error)
    return _back(request, version, _said_of_change(version, receipt.event.data.get("unchecked", [])))


def _said_of_change(version: ScenarioVersion, unchecked: list[str]) -> str:
    """`unchecked`: the rows by their Korean names, as the event keeps them; said in the reader's language."""
    if not unchecked:
        return _("The figures were changed.")
    said = _("The figures were changed. Background knowledge until they are checked anew: %(names)s.")
    named = {row.name_ko: row.name for row in SectorFigure.objects.filter(of=version)}
    return said % {"names": ", ".join(named.get(name, name) for name in unchecked)}


@require_POST
@only_office
def check_sums(request: Request, pk: int) -> HttpResponse:
    """What the figures sum to as they were typed so far: as a part while somebody types, and with the whole form where
    no script runs. Writes nothing."""
    version = get_version(request, pk)
    return _figures_form(request, version, sheet_of_post(request.POST), partial="sums")


def _figures_form(
    request: Request, version: ScenarioVersion, sheet: Sheet, error: Refused | None = None, *, partial: str = ""
) -> HttpResponse:
    """The form; where somebody else was faster, with what stands now beside what was typed."""
    theirs = draft_of(version, version.figures.all()) if isinstance(error, Conflict) else None
    counted = counted_of_post(request.POST) if request.method == "POST" else counted_of_version(version)
    told = typed(request, error)
    problems = counted.problems | told["problems"]
    context: dict[str, Any] = {
        **told,
        "problems": problems,
        "version": version,
        # What is checked or mended keeps the version it was typed over, so that a newer one is met by the conflict.
        "seen": request.POST.get("version", version.version) if not theirs else version.version,
        "sheet": sheet,
        "named": sheet.named(problems),
        "unfolded": sheet.unfolded(problems),
        "theirs": sheet_of_draft(theirs) if theirs else None,
        "counted": counted,
        "outdated": {str(pk) for pk in trail.of_version(version).outdated_sources},
        "sectors": Sector.objects.order_by("order"),
        "can_change": possible("change_figures", version, by=request.user),
    }
    status = error.status if error else 200
    return respond(request, "scenarios/change_figures.html", context, partial=partial, status=status)


@require_POST
@only_office
def sign_off_version(request: Request, pk: int) -> HttpResponse:
    """What a division says of the figures, as the office enters it."""
    version = get_version(request, pk)

    def sign() -> object:
        form = WordForm(request.POST)
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        given = form.cleaned_data
        more = {"agrees": given["agrees"] == "yes", "text": given["text"], "version": _version(request)}
        return workflow.sign_off_version(version.pk, given["division"], **more, **who(request))

    return _do(request, version, sign, _("The division’s word is entered."), "sign-off", "#sign-off")


@require_POST
@only_office
def circulate_version(request: Request, pk: int) -> HttpResponse:
    """Asks the ministries for comments, or moves the time."""
    version = get_version(request, pk)

    def circulate() -> object:
        form = UntilForm(request.POST)
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        return workflow.circulate_version(version.pk, **form.cleaned_data, version=_version(request), **who(request))

    return _do(request, version, circulate, _("The ministries can comment, and are told by mail."), "circulate")


@require_POST
@only_office
def recall_version(request: Request, pk: int) -> HttpResponse:
    """Takes a circulated version back to be changed."""
    version = get_version(request, pk)

    def recall() -> object:
        reason = _text(request, "reason")
        return workflow.recall_version(version.pk, version=_version(request), reason=reason, **who(request))

    said = _("The version is a draft again. Ministries see the reason, and none of its figures; they are told by mail.")
    return _do(request, version, recall, said, "recall")


@require_POST
@only_visitors
def comment_on_version(request: Request, pk: int) -> HttpResponse:
    """A ministry's comment on a sector or the whole. One that came after the version was taken back is shown again."""
    if pk < 2**63 and (recalled := find_recalled(request, pk=pk)):
        return show_recalled(request, recalled, unsent=request.POST.get("text", "").replace("\0", "") or "–")
    version = get_version(request, pk)
    ministry = by_code(Ministry.objects.all(), request.POST.get("ministry", ""))
    if ministry is None or not permissions.can_comment_for(request.user, ministry.pk):
        raise PermissionDenied

    def comment() -> object:
        told: dict[str, Any] = {"sector": request.POST.get("sector", ""), "text": _text(request, "text")}
        return workflow.comment_on_version(version.pk, ministry=ministry.pk, **told, **who(request))

    return _do(request, version, comment, _("Your comment is with the office."), "comment", "#comments")


@require_POST
@only_office
def answer_scenario_comment(request: Request, pk: int) -> HttpResponse:
    """What the office does with a comment, and why."""
    if pk >= 2**63:
        raise Http404
    comment = get_object_or_404(ScenarioComment, pk=pk)
    version = get_version(request, comment.of_id)

    def answer() -> object:
        told: dict[str, Any] = {"kind": request.POST.get("kind", ""), "reason": _text(request, "reason")}
        seen = posted_number(request.POST, "seen")
        return workflow.answer_scenario_comment(comment.pk, **told, seen=seen, **who(request))

    said = _("The comment is answered; its ministry is told by mail.")
    return _do(request, version, answer, said, f"answer-{pk}", f"#comment-{pk}")


@require_http_methods(FORM)
@only_office
def publish_version(request: Request, pk: int) -> HttpResponse:
    """Asks once more, with what is still open; then publishes for ever."""
    version = get_version(request, pk)
    if request.method != "POST":
        return _publish_form(request, version)
    try:
        if request.POST.get("sure") != "yes":
            raise Invalid({"sure": [_("Tick this if you know that a published version cannot be changed any more.")]})
        told: dict[str, Any] = {"seen": request.POST.get("seen", "").split(), "reason": _text(request, "reason")}
        workflow.publish_version(version.pk, version=_version(request), **told, **who(request))
    except REFUSED as error:
        return _publish_form(request, get_version(request, pk), error)
    return _back(request, version, _("The version is published."))


def _publish_form(request: Request, version: ScenarioVersion, error: Refused | None = None) -> HttpResponse:
    stands = standing.read(version, at=request.arrived_at)
    can = possible("publish_version", version, by=request.user)
    context = {"version": version, "standing": stands, "can_publish": can, **typed(request, error)}
    return respond(request, "scenarios/publish_version.html", context, status=error.status if error else 200)


@require_POST
@only_office
def withdraw_version(request: Request, pk: int) -> HttpResponse:
    """Gives a version up."""
    version = get_version(request, pk)

    def withdraw() -> object:
        reason = _text(request, "reason")
        return workflow.withdraw_version(version.pk, version=_version(request), reason=reason, **who(request))

    return _do(request, version, withdraw, _("The version is withdrawn. Its number stays."), "withdraw")


def _do(
    request: Request,
    version: ScenarioVersion,
    verb: Callable[[], object],
    said: str,
    refused: str,
    place: str = "",
) -> HttpResponse:
    """One verb, and back to the version; after a refusal its page with what was typed."""
    try:
        verb()
    except REFUSED as error:
        return show(request, get_version(request, version.pk), error, refused)
    return _back(request, version, said, place)


def _back(request: Request, version: ScenarioVersion, said: str, place: str = "") -> HttpResponse:
    messages.success(request, said)
    return redirect(reverse("show_version", args=[version.scenario.code, version.no]) + place)


def _version(request: Request) -> int:
    return posted_number(request.POST, "version")


def _text(request: Request, name: str) -> str:
    """A text as it was typed; Invalid where it is none that a form can send, as with a NUL in it."""
    try:
        return str(TextField(required=False).clean(request.POST.get(name, "")))
    except ValidationError as error:
        raise Invalid({name: error.messages}) from error
