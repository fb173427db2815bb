"""What the verbs share: items, locks, versions, the one event."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.utils.translation import gettext as _

from ministries.models import Ministry, User
from records import clock
from records.errors import Conflict, Invalid, WrongState
from records.locking import lock, lock_rows
from records.models import Event, Receipt
from records.receipts import Attempt

from .. import content, prefetching, rosters
from ..models import Draft, Report, Round, State
from ..models.reporting import TEXT_LIMIT
from ..querysets import ReportQuerySet
from ..transitions import acting_for


@dataclass(frozen=True)
class Item:
    """One report of an answer: which, in which version it was seen, and whether it goes as "no change"."""

    report_id: int
    version: int
    unchanged: bool = False

    def body(self) -> list[Any]:
        return [self.report_id, self.version, self.unchanged]


def lock_round(round_id: int, *, exclusive: bool = False) -> Round:
    """The round, read after its lock: shared for those who write into it, exclusive for the freeze."""
    lock(_name_of(round_id), exclusive=exclusive)
    return Round.objects.get(pk=round_id)


def lock_rosters(*, exclusive: bool = False) -> None:
    """Which rounds have their roster: whole for whoever fixes one, shared for whoever reads which will be the next. It
    comes before the lock of a round; one that nobody has entered yet has none."""
    lock("rosters:next", exclusive=exclusive)


def _name_of(round_id: int) -> str:
    return f"round:{round_id}"


def locked(report_ids: Iterable[int]) -> list[Report]:
    """The reports with their texts, their round locked in shared mode, their rows locked in the order of their keys."""
    return _locked(report_ids, Report.objects.with_texts())


def locked_to_send(report_ids: Iterable[int]) -> list[Report]:
    """The same with what decides whether they may go and what goes out alone, for an answer."""
    reports = _locked(report_ids, Report.objects.with_sending())
    prefetching.named_by_rules(reports)
    return reports


def locked_start(report_id: int) -> Report:
    """One report with the text that stands and its start, locked in the same way: for a draft that is saved."""
    (report,) = _locked([report_id], Report.objects.with_start())
    return report


def locked_place(report_id: int) -> Report:
    """One report that is moved and not read, locked in the same way."""
    (report,) = _locked([report_id], Report.objects.with_place())
    return report


def _locked(report_ids: Iterable[int], read: ReportQuerySet) -> list[Report]:
    ids = sorted(set(report_ids))
    rounds = set(Report.objects.filter(pk__in=ids).order_by().values_list("round_id", flat=True))
    if ids and not rounds:
        raise _off_the_roster(ids)
    if len(rounds) != 1:
        raise WrongState(_("These reports are not in one round."))
    lock(_name_of(rounds.pop()), exclusive=False)  # each report brings its round along, read after this
    lock_rows(Report.objects.filter(pk__in=ids).only("pk"))
    reports = list(read.filter(pk__in=ids).order_by("task__code"))
    if len(reports) != len(ids):
        raise _off_the_roster(set(ids) - {report.pk for report in reports})
    return reports


def _off_the_roster(report_ids: Collection[int]) -> WrongState:
    """Which tasks were taken off it, and why, as far as the record says so."""
    told = [str(one) for one in rosters.taken_off(report_ids).values()]
    return WrongState(" ".join(told) or _("A report is not on the roster any more."))


def require_version(report: Report, version: int) -> None:
    if report.version != version:
        raise Conflict(_("%(code)s was changed meanwhile. Look at it again.") % {"code": report.task.code}, obj=report)


def move(report: Report, state: State, **columns: Any) -> None:
    report.state = state
    report.version += 1
    for name, value in columns.items():
        setattr(report, name, value)
    report.save(update_fields=("state", "version", *columns))


def require_text(text: str, *, empty: str, limit: int = TEXT_LIMIT) -> None:
    """Raises Invalid for a normalised text that says nothing, cannot be stored, or is too long."""
    if problem := content.text_problem(text, limit, empty=empty):
        raise Invalid({"text": [problem]})


def draft_of(report: Report) -> Draft | None:
    return getattr(report, "draft", None)


def ministry_codes() -> dict[str, int]:
    """Code -> primary key of every ministry that an issue may ask."""
    return dict(Ministry.objects.existing_on(clock.today()).values_list("code", "pk"))


def record_for(
    attempt: Attempt, reports: Sequence[Report], data: dict[str, Any], *, ministry: int | None = None
) -> Event:
    """The one event of a verb: about the report where it is one, about the round where there are more. `ministry`: in
    whose name it is done, where that is not the leading one's."""
    attempt.lock_head(reports[0].round.stream_key)
    about = reports[0] if len(reports) == 1 else reports[0].round
    return attempt.record(about, data, acting_for=deputised(attempt, reports[0], ministry=ministry))


def deputised(attempt: Attempt, report: Report, *, ministry: int | None = None) -> User | None:
    """Whom the actor is the deputy of in this verb."""
    return acting_for(attempt.verb, report, by=cast("User", attempt.by), ministry=ministry)


def receipt_of(attempt: Attempt) -> Receipt:
    assert attempt.receipt is not None  # noqa: S101 (once() leaves a receipt or raises)
    return attempt.receipt
