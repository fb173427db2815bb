"""기술작업반: the office keeps its register. Each verb leaves one event in the group's chain, and no name in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ministries.models import User
from records.errors import Conflict, Invalid, WrongState
from records.locking import lock
from records.models import Receipt
from records.receipts import Attempt, once
from records.rows import tell
from tasks.problems import refuse

from ..contents import GROUP
from ..models import DivisionMeeting, Expert, WorkingGroup
from ..transitions import permit
from .seats import Held, Serving, Who, Written, add_expert, add_meeting, person_of, put_expert, put_meeting

IMPORT_LIMIT = 2_000  # rows of one workbook


def _locked() -> None:
    """There is one register, its keepers are few, and a number is given out in it."""
    lock("group:working")  # there is one


def _tell(attempt: Attempt, written: Written, holder: User | None, **data: Any) -> None:
    group = WorkingGroup.objects.get(divisions=written.row.division_id)
    tell(attempt, GROUP, group, written.row, rows=written.rows, gone=written.gone, acting_for=holder, **data)


def register_expert(who: Who, serving: Serving, *, by: User, at: datetime, key: UUID) -> Receipt:
    """A new seat in a division, from a day on, with who sits on it. Raises Invalid by field."""
    who = who.stored()
    body = [who.mark(), *serving.body()]
    with once("register_expert", by=by, at=at, key=key, target="working-group", body=body) as attempt:
        if not attempt.repeated:
            _locked()
            holder = permit(attempt.verb, by=by)
            _tell(attempt, add_expert(who, serving, by=by, acting_for=holder, at=at), holder)
    return _receipt(attempt)


def change_expert(
    expert_id: int, who: Who | None, serving: Serving, *, by: User, at: datetime, key: UUID, version: int
) -> Receipt:
    """The seat, put right. `who`: None where the personal data were removed."""
    who = who.stored() if who else None
    body = [who.mark() if who else None, *serving.body(), version]
    with once("change_expert", by=by, at=at, key=key, target=f"expert/{expert_id}", body=body) as attempt:
        if not attempt.repeated:
            _locked()
            expert = Expert.objects.get(pk=expert_id)
            holder = permit(attempt.verb, by=by)
            _require_version(expert, version)
            person = person_of(expert)
            if serving == Serving.of(expert) and (who is None or (person and who == Who.of(person))):
                raise Invalid({"__all__": [_("Nothing is different from what stands.")]})
            _tell(attempt, put_expert(expert, who, serving), holder)
    return _receipt(attempt)


def end_expert(expert_id: int, *, ends_on: date | None, by: User, at: datetime, key: UUID, version: int) -> Receipt:
    """The last day in the division, included; None takes an end back."""
    body = [ends_on and str(ends_on), version]
    with once("end_expert", by=by, at=at, key=key, target=f"expert/{expert_id}", body=body) as attempt:
        if not attempt.repeated:
            _locked()
            expert = Expert.objects.get(pk=expert_id)
            holder = permit(attempt.verb, by=by)
            _require_version(expert, version)
            if ends_on == expert.ends_on:
                raise Invalid({"ends_on": [_("Nothing is different from what stands.")]})
            _tell(attempt, put_expert(expert, None, replace(Serving.of(expert), ends_on=ends_on)), holder)
    return _receipt(attempt)


def forget_expert(expert_id: int, *, by: User, at: datetime, key: UUID, version: int) -> Receipt:
    """Remove the personal data for good. The seat stays, and with it every number; so does the digest, which says
    nothing without the salt that goes with the data."""
    with once("forget_expert", by=by, at=at, key=key, target=f"expert/{expert_id}", body=[version]) as attempt:
        if not attempt.repeated:
            _locked()
            expert = Expert.objects.get(pk=expert_id)
            holder = permit(attempt.verb, by=by)
            _require_version(expert, version)
            person = person_of(expert)
            if person is None:
                raise WrongState(_("The personal data were removed already."))
            person.delete()
            expert.version += 1
            expert.save(update_fields=("version",))
            _tell(attempt, Written(expert, [expert], []), holder)
    return _receipt(attempt)


def record_division_meeting(held: Held, *, by: User, at: datetime, key: UUID) -> Receipt:
    """A meeting that a division held, with who was there."""
    held = held.stored()
    body = held.body()
    with once("record_division_meeting", by=by, at=at, key=key, target="working-group", body=body) as attempt:
        if not attempt.repeated:
            _locked()
            holder = permit(attempt.verb, by=by)
            _tell(attempt, add_meeting(held, by=by, acting_for=holder, at=at), holder)
    return _receipt(attempt)


def change_division_meeting(meeting_id: int, held: Held, *, by: User, at: datetime, key: UUID, version: int) -> Receipt:
    """The meeting, put right: it is never taken away."""
    held = held.stored()
    target, body = f"divisionmeeting/{meeting_id}", [*held.body(), version]
    with once("change_division_meeting", by=by, at=at, key=key, target=target, body=body) as attempt:
        if not attempt.repeated:
            _locked()
            meeting = DivisionMeeting.objects.get(pk=meeting_id)
            holder = permit(attempt.verb, by=by)
            _require_version(meeting, version)
            if held == Held.of(meeting):
                raise Invalid({"__all__": [_("Nothing is different from what stands.")]})
            _tell(attempt, put_meeting(meeting, held, at=at), holder)
    return _receipt(attempt)


# A workbook


@dataclass(frozen=True)
class ExpertEntry:
    """One expert of a workbook. `pk` and `version`: of the row that it changes, none for a new one. `at`: where it
    stands in the workbook, which names it among the others; `places`: the cell of each field."""

    at: str
    serving: Serving
    who: Who | None
    pk: int | None = None
    version: int = 0
    places: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> list[Any]:
        return [self.at, self.pk, self.version, self.who and self.who.mark(), *self.serving.body()]


@dataclass(frozen=True)
class MeetingEntry:
    """One meeting of a workbook. `newcomers`: those who were there and are new in the workbook, by their places."""

    at: str
    held: Held
    newcomers: tuple[str, ...] = ()
    pk: int | None = None
    version: int = 0
    places: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> list[Any]:
        return [self.at, self.pk, self.version, list(self.newcomers), *self.held.body()]


Entry = ExpertEntry | MeetingEntry


def import_working_group(entries: Sequence[Entry], *, by: User, at: datetime, key: UUID) -> Receipt:
    """What a workbook brings, all or nothing, in one event: the experts first, then the meetings that they were at.
    Raises Invalid by cell of the workbook; Conflict where a row that it changes is another one by now."""
    body = [entry.body() for entry in entries]
    with once("import_working_group", by=by, at=at, key=key, target="working-group", body=body) as attempt:
        if not attempt.repeated:
            _locked()
            holder = permit(attempt.verb, by=by)
            if not entries:
                raise Invalid({"__all__": [_("There is nothing to take over from this workbook.")]})
            if len(entries) > IMPORT_LIMIT:
                raise Invalid({"__all__": [_("A workbook brings at most %(n)s rows.") % {"n": IMPORT_LIMIT}]})
            written, problems = write_all(entries, by=by, acting_for=holder, at=at)
            refuse(problems)
            rows = [row for one in written for row in one.rows]
            together = Written(written[0].row, rows, [name for one in written for name in one.gone])
            experts = [entry for entry in entries if isinstance(entry, ExpertEntry)]
            meetings = [entry for entry in entries if isinstance(entry, MeetingEntry)]
            _tell(attempt, together, holder, experts=_numbers(experts), meetings=_numbers(meetings))
    return _receipt(attempt)


def is_imported(*, by: User, key: UUID) -> bool:
    """Whether a form under this key has brought its workbook already, as after a second click."""
    return Receipt.objects.filter(user_id=by.pk, key=key, verb="import_working_group").exists()


def _numbers(entries: Sequence[Entry]) -> dict[str, int]:
    pks = [entry.pk for entry in entries]
    return {"new": pks.count(None), "changed": len(pks) - pks.count(None)}


def write_all(
    entries: Sequence[Entry], *, by: User, acting_for: User | None, at: datetime
) -> tuple[list[Written], dict[str, list[str]]]:
    """Writes what can be written, and says by cell what cannot: whoever calls it takes the whole back where there is
    any such. A dry run asks the rules by it."""
    written: list[Written] = []
    problems: dict[str, list[str]] = {}
    seats: dict[str, int] = {}  # of those who are new, by their places
    deed = {"by": by, "acting_for": acting_for, "at": at}
    for entry in sorted(entries, key=lambda one: isinstance(one, MeetingEntry)):
        if isinstance(entry, MeetingEntry) and not seats.keys() >= set(entry.newcomers):
            continue  # what is wrong with them is said of their own rows
        try:
            with transaction.atomic():
                one = _write_expert(entry, deed) if isinstance(entry, ExpertEntry) else _write_met(entry, seats, deed)
        except Invalid as error:
            for name, texts in error.problems.items():
                problems.setdefault(entry.places.get(name, entry.at), []).extend(texts)
            continue
        written.append(one)
        if isinstance(entry, ExpertEntry):
            seats[entry.at] = one.row.pk
    return written, problems


def _write_expert(entry: ExpertEntry, deed: dict[str, Any]) -> Written:
    if entry.pk is None:
        assert entry.who is not None  # noqa: S101 (a new row is read with its name or not at all)
        return add_expert(entry.who, entry.serving, **deed)
    expert = Expert.objects.get(pk=entry.pk)
    _require_version(expert, entry.version)
    return put_expert(expert, entry.who, entry.serving)


def _write_met(entry: MeetingEntry, seats: Mapping[str, int], deed: dict[str, Any]) -> Written:
    held = replace(entry.held, attended=entry.held.attended | {seats[place] for place in entry.newcomers})
    if entry.pk is None:
        return add_meeting(held, **deed)
    meeting = DivisionMeeting.objects.get(pk=entry.pk)
    _require_version(meeting, entry.version)
    return put_meeting(meeting, held, at=deed["at"])


def _require_version(row: Expert | DivisionMeeting, version: int) -> None:
    if row.version != version:
        raise Conflict(_("This was changed meanwhile. Look at it again."), obj=row)


def _receipt(attempt: Attempt) -> Receipt:
    assert attempt.receipt is not None  # noqa: S101 (once() leaves a receipt or raises)
    return attempt.receipt
