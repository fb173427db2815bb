"""What the views share: guards that fetch, and the way of a draft from the page to the workflow."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from functools import wraps
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from ministries.models import Ministry, User
from records.errors import Conflict, Frozen, Invalid, KeyReused, Refused, WrongState
from tfportal.http import Request

from .. import files, rosters, worklist
from ..content import Raw
from ..forms import has_row, posted_key, posted_number, posted_over, posted_raw, posted_rows
from ..models import Report, Round
from ..querysets import RoundQuerySet
from ..rosters import TakenOff
from ..workflow import attach, save_draft

View = Callable[..., HttpResponseBase]
REFUSED = (Invalid, WrongState, Conflict, KeyReused)  # what a form answers with its page


def allowed(predicate: Callable[[User], bool]) -> Callable[[View], View]:
    """The view for those for whom the predicate holds; 403 for all others."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not predicate(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def who(request: Request) -> dict[str, Any]:
    """The arguments that every verb takes."""
    return {"by": request.user, "at": request.arrived_at, "key": posted_key(request.POST)}


def typed(request: Request, error: Refused | None) -> dict[str, Any]:
    """What a refused form brought along, with its messages by field. It keeps its key, so that it counts once."""
    problems = error.problems if isinstance(error, Invalid) else {"__all__": [str(error)]} if error else {}
    key = "" if isinstance(error, KeyReused) else request.POST.get("key", "")
    return {"problems": problems, "posted": request.POST if error else {}, "key": key}


def get_report(request: Request, pk: int, *, texts: bool = True) -> Report:
    """The report if the person may see at least its state, else 404; without its texts where no page shows them."""
    if pk >= 2**63:  # beyond what a database can look for
        raise Http404
    visible = Report.objects.visible_to(request.user)
    report: Report | None = (visible.with_texts() if texts else visible.with_place()).filter(pk=pk).first()
    if report is not None:
        return report
    if request.method == "POST":
        for one in off_rosters_of(request, [pk]).values():  # what was typed comes back on the page of the refusal
            raise WrongState(str(one))
    raise Http404


def get_led(request: Request, pk: int) -> Report:
    """The same for a draft, which comes every few seconds: of one's own ministry only whose it is and in which round,
    because the verb reads the report again behind its lock."""
    own = Report.objects.led_by(request.user.standing.ministries).select_related("round", "lead")
    found = own.filter(pk=pk).first() if pk < 2**63 else None
    return found or get_report(request, pk, texts=False)


def get_round(no: int) -> Round:
    """A prepared round by its number; 404 for any other."""
    return _numbered(Round.objects.prepared(), no)


def get_entered_round(no: int) -> Round:
    """A round by its number, prepared or only planned."""
    return _numbered(Round.objects.all(), no)


def _numbered(rounds: RoundQuerySet, no: int) -> Round:
    if no > 32767:  # beyond what the column can hold
        raise Http404
    return get_object_or_404(rounds.select_related("previous"), no=no)


def my_ministry(request: Request) -> Ministry:
    """The ministry whose tasks the page shows: the chosen one of the person's own, else their first."""
    own = worklist.ministries_of(request.user)
    wanted = request.POST.get("ministry") or request.GET.get("ministry")
    chosen = next((row for row in own if row.code == wanted), own[0] if own and not wanted else None)
    if chosen is None:
        raise Http404
    return chosen


def list_address(ministry: Ministry, opened: str) -> str:
    """*My tasks* with this row open: a code, or the form of one for another ministry."""
    return f"{reverse('list_my_tasks')}?ministry={ministry.code}&open={opened}"


def tell(request: Request, text: str, place: str) -> None:
    """Says that something was done, at the row (its address on the page) that the person lands on."""
    messages.success(request, text, extra_tags=place)


def told(request: Request, places: Collection[str]) -> dict[str, list[Message]]:
    """What is to be said at these rows. Anything else stands at the top of the page (components/messages.html)."""
    found: defaultdict[str, list[Message]] = defaultdict(list)
    for message in messages.get_messages(request):
        if message.extra_tags in places:
            found[message.extra_tags].append(message)
    return dict(found)


class Unsaved(Exception):
    """Rows of a posted page that could not be saved, with what was typed."""

    def __init__(self) -> None:
        self.invalid: dict[int, tuple[Raw, dict[str, list[str]]]] = {}
        self.conflicts: dict[int, tuple[Raw, Raw]] = {}
        self.gone: dict[int, tuple[Raw, WrongState]] = {}  # sent or taken over meanwhile: not to be written any more
        self.off: dict[int, tuple[Raw, TakenOff]] = {}  # taken off the roster meanwhile: no row of the page any more
        self.versions: dict[int, int] = {}  # mended, they are judged on the text that was seen
        self.files: dict[int, list[str]] = {}  # files that were not attached; the text of these rows is saved
        self.file_status = 422
        self.unsent = ""  # the task whose text is saved, but which could not go out

    @property
    def status(self) -> int:
        if self.conflicts or self.gone or self.off:
            return 409
        return 422 if self.invalid else self.file_status

    @property
    def reports(self) -> set[int]:
        return {*self.invalid, *self.conflicts, *self.gone, *self.off, *self.files}


def require_on_page(request: Request, reports: list[Report]) -> dict[int, TakenOff]:
    """Raises WrongState where a row came that the page does not hold any more, as after the freeze: its text would be
    dropped without a word. Returns those that were taken off the roster, which says what became of them."""
    strays = posted_rows(request.POST) - {str(report.pk) for report in reports}
    found = off_rosters_of(request, {int(pk) for pk in strays if len(pk) < 19}) if strays else {}
    if strays - {str(pk) for pk in found}:
        raise WrongState(_("A report is not on the roster any more."))
    return found


def off_rosters_of(request: Request, report_ids: Collection[int]) -> dict[int, TakenOff]:
    """Those of the reports that were taken off a roster and that the person's own ministries led: the office's reason
    is for these alone."""
    own = {row.code for row in worklist.ministries_of(request.user)}
    return {pk: one for pk, one in rosters.taken_off(report_ids).items() if one.lead in own}


def save_posted_page(request: Request, reports: list[Report]) -> dict[int, int]:
    """Save a page of all of a ministry's reports, as `save_posted_rows`. What was typed into a row that was taken off
    the roster meanwhile comes back with Unsaved; the other rows are saved."""
    return save_posted_rows(request, reports, require_on_page(request, reports))


def save_posted_rows(
    request: Request, reports: list[Report], off: Mapping[int, TakenOff] = MappingProxyType({})
) -> dict[int, int]:
    """Save every row that the page sent, each for itself and with its files: what can be kept is kept. Raises Unsaved
    for the rest, and for what is `off` the roster.

    Returns the version that each saved row has now, by the report's primary key.
    """
    unsaved = Unsaved()
    unsaved.off = {pk: (posted_raw(request.POST, f"r{pk}-"), one) for pk, one in off.items()}
    posted = [report for report in reports if has_row(request.POST, f"r{report.pk}-")]
    saved = {report.pk: _save_row(request, report, unsaved) for report in posted}
    if unsaved.reports:
        raise unsaved
    return saved


def save_page_of(request: Request, report: Report) -> int:
    """Keep every row that came along with a deed on this report; returns the version it has now. Raises Unsaved."""
    reports = list(Report.objects.in_round(report.round).led_by([report.lead_id]))
    return save_posted_page(request, reports).get(report.pk, posted_number(request.POST, f"r{report.pk}-version"))


def _save_row(request: Request, report: Report, unsaved: Unsaved) -> int:
    """The version that the row has now; the one that was seen where it could not be saved, which is noted."""
    pk, prefix = report.pk, f"r{report.pk}-"
    raw, version = posted_raw(request.POST, prefix), posted_number(request.POST, f"{prefix}version")
    if (over := posted_over(request.POST, pk)) >= 0:
        version = over
    unsaved.versions[pk] = version
    try:
        kept = save_draft(pk, by=request.user, at=request.arrived_at, version=version, raw=raw)
        return attach_posted(request, report, kept.version, unsaved)
    except Invalid as error:
        unsaved.invalid[pk] = (raw, error.problems)
    except Conflict as error:
        unsaved.conflicts[pk] = (raw, error.theirs)
    except Frozen:
        raise
    except WrongState as error:
        unsaved.gone[pk] = (raw, error)
    return version


def attach_posted(request: Request, report: Report, version: int, unsaved: Unsaved) -> int:
    """Attach the files that a row brought along; returns the report's version after them. Those that cannot be kept are
    noted in `unsaved`, by their names."""
    for upload in request.FILES.getlist(f"r{report.pk}-file"):
        try:
            if problem := getattr(upload, "problem", ""):
                raise files.no_room() if problem == "no room" else files.refuse(str(upload.name), files.too_big())
            version = attach(
                report.pk,
                by=request.user,
                at=request.arrived_at,
                version=version,
                file=upload,  # type: ignore[arg-type]
                name=str(upload.name),
            ).version
        except Invalid as error:
            unsaved.files.setdefault(report.pk, []).extend(error.problems["attachments"])
        except (files.NotKept, Conflict) as error:
            unsaved.file_status = error.status
            unsaved.files.setdefault(report.pk, []).append(str(error))
            if isinstance(error, files.NotKept):
                break  # a full disk or a silent scanner is no better with the next file, and the person waits
    return version
