"""지시·결정사항, as they are recorded while the meeting goes on. Two note-takers never get one number: it is given out
under the meeting's lock, and kept for ever, also by what is withdrawn."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import models
from django.db.models import Max
from django.utils.translation import gettext as _

from ministries.directory import Directory
from ministries.models import User
from records.errors import Conflict, WrongState
from records.models import Receipt
from records.receipts import once
from tasks.models import Task
from tasks.problems import line_problem
from tfportal import dates
from tfportal.language import normalise

from ..contents import name_of
from ..decisions import day_of, number_of
from ..models import AgendaItem, Decision, DecisionKind, DecisionTask, Meeting, Supporting
from ..transitions import permit
from .common import ROW_LIMIT, locked_meeting, receipt_of, refuse, tell
from .session import with_the_meeting

SENTENCE_LIMIT = 1000  # characters: one sentence, not a report


@dataclass(frozen=True)
class Decided:
    """What is decided, as a form brings it: ministries by primary key, tasks by code, the item by primary key."""

    kind: str
    text_ko: str
    text_en: str = ""
    lead: int | None = None
    due_on: date | None = None
    supporting: tuple[int, ...] = ()
    codes: tuple[str, ...] = ()
    item: int | None = None

    @classmethod
    def of(cls, row: Decision) -> "Decided":
        """As it stands in the tables."""
        return cls(
            kind=row.kind,
            text_ko=row.text_ko,
            text_en=row.text_en,
            lead=row.lead_id,
            due_on=row.due_on,
            supporting=tuple(sorted(row.supporting.values_list("ministry", flat=True))),
            codes=tuple(sorted(row.of_tasks.values_list("task__code", flat=True))),
            item=row.item_id,
        )

    @property
    def tidy(self) -> "Decided":
        """Texts as they are stored, every ministry and task once; who leads does not also support."""
        return replace(
            self,
            text_ko=normalise(self.text_ko),
            text_en=normalise(self.text_en),
            supporting=tuple(sorted(set(self.supporting) - {self.lead})),
            codes=tuple(sorted({normalise(code).upper() for code in self.codes} - {""})),
        )

    @property
    def body(self) -> list[object]:
        """For the receipt: everything that was posted."""
        due = self.due_on.isoformat() if self.due_on else None
        return [self.kind, self.text_ko, self.text_en, self.lead, due, [*self.supporting], [*self.codes], self.item]


def record_decision(meeting_id: int, decided: Decided, *, by: User, at: datetime, key: UUID) -> Receipt:
    """A decision under the meeting's next number. Raises Invalid with messages by field."""
    decided = decided.tidy
    with once("record_decision", by=by, at=at, key=key, target=f"meeting/{meeting_id}", body=decided.body) as attempt:
        if not attempt.repeated:
            meeting = locked_meeting(meeting_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            tasks = _check(meeting, decided)
            last: int = Decision.objects.filter(meeting=meeting).aggregate(last=Max("no"))["last"] or 0
            row = Decision(meeting=meeting, no=last + 1, by=by, acting_for=holder, at=at)
            _write(row, decided)
            parts, _gone = _set_parts(row, decided, tasks)
            number = number_of(meeting, row.no)
            rows = with_the_meeting(meeting, row, *parts)
            tell(attempt, meeting, row, rows=rows, acting_for=holder, number=number)
    return receipt_of(attempt)


def change_decision(
    decision_id: int, decided: Decided, *, by: User, at: datetime, key: UUID, version: int, restore: bool = False
) -> Receipt:
    """Another wording, owner or day; with `restore`, what was withdrawn stands again. Conflict, with both texts, where
    somebody changed it since the page was opened."""
    decided = decided.tidy
    body = [*decided.body, version, restore]
    with once("change_decision", by=by, at=at, key=key, target=f"decision/{decision_id}", body=body) as attempt:
        if not attempt.repeated:
            meeting, row = _locked(decision_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            if row.version != version:
                text = _("Somebody else changed this decision meanwhile. Both are shown below.")
                raise Conflict(text, mine=decided, theirs=Decided.of(row), obj=row)
            if (row.withdrawn_at is not None) != restore:
                raise WrongState(_("This decision was withdrawn.") if not restore else _("This decision stands."))
            tasks = _check(meeting, decided)
            row.version, row.withdrawn_at = version + 1, None
            _write(row, decided)
            parts, gone = _set_parts(row, decided, tasks)
            number = number_of(meeting, row.no)
            tell(attempt, meeting, row, rows=[row, *parts], gone=gone, acting_for=holder, number=number)
    return receipt_of(attempt)


def withdraw_decision(decision_id: int, *, by: User, at: datetime, key: UUID, version: int) -> Receipt:
    """Takes the decision back. Its number stays with it: the next one gets the next."""
    with once("withdraw_decision", by=by, at=at, key=key, target=f"decision/{decision_id}", body=[version]) as attempt:
        if not attempt.repeated:
            meeting, row = _locked(decision_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            if row.version != version or row.withdrawn_at is not None:
                raise Conflict(_("This was changed meanwhile. Look at it again."), theirs=Decided.of(row), obj=row)
            row.withdrawn_at, row.version = at, version + 1
            row.save(update_fields=("withdrawn_at", "version"))
            tell(attempt, meeting, row, rows=[row], acting_for=holder, number=number_of(meeting, row.no))
    return receipt_of(attempt)


def _locked(decision_id: int) -> tuple[Meeting, Decision]:
    """The decision, read after its meeting's lock."""
    meeting_id: int = Decision.objects.values_list("meeting", flat=True).get(pk=decision_id)
    meeting = locked_meeting(meeting_id)
    return meeting, Decision.objects.get(pk=decision_id)


def _write(row: Decision, decided: Decided) -> None:
    row.kind, row.text_ko, row.text_en = decided.kind, decided.text_ko, decided.text_en
    row.lead_id, row.due_on, row.item_id = decided.lead, decided.due_on, decided.item
    row.save()


def _set_parts(row: Decision, decided: Decided, tasks: dict[str, int]) -> tuple[list[models.Model], list[str]]:
    """The rows of supporting ministries and of tasks as they are to be: those that came, and the names of those that
    went."""
    made: list[models.Model] = []
    gone: list[str] = []
    ministries, wanted = set(decided.supporting), set(tasks.values())
    for helper in row.supporting.all():
        if helper.ministry_id not in ministries:
            gone.append(name_of(helper))
            helper.delete()
        ministries.discard(helper.ministry_id)
    for named in row.of_tasks.all():
        if named.task_id not in wanted:
            gone.append(name_of(named))
            named.delete()
        wanted.discard(named.task_id)
    made += [Supporting.objects.create(decision=row, ministry_id=pk) for pk in sorted(ministries)]
    made += [DecisionTask.objects.create(decision=row, task_id=pk) for pk in sorted(wanted)]
    return made, gone


def _check(meeting: Meeting, decided: Decided) -> dict[str, int]:
    """The tasks by code; raises Invalid where the decision breaks a rule."""
    there = {name.ministry_id for name in Directory(day_of(meeting)).in_order()}
    codes = [code for code in decided.codes if "\0" not in code]
    tasks = dict(Task.objects.filter(code__in=codes).values_list("code", "pk")) if len(codes) <= ROW_LIMIT else {}
    refuse(
        {
            "kind": [] if decided.kind in DecisionKind.values else [_("Choose what kind of decision it is.")],
            "text_ko": line_problem(decided.text_ko, SENTENCE_LIMIT, empty=_("Write down what was decided.")),
            "text_en": line_problem(decided.text_en, SENTENCE_LIMIT),
            "supporting": [_("Choose ministries from the list.")] if set(decided.supporting) - there else [],
            "codes": _unknown(decided.codes, tasks),
            "item": _item_problem(meeting, decided),
            **_owner_problems(meeting, decided, there),
        }
    )
    return tasks


def _owner_problems(meeting: Meeting, decided: Decided, there: set[int]) -> dict[str, list[str]]:
    """추진 has a lead and a day; 당부 has neither."""
    if decided.kind == DecisionKind.EXHORTATION:
        none = [_("An exhortation has neither a lead nor a due date.")]
        return {"lead": none if decided.lead is not None else [], "due_on": none if decided.due_on else []}
    needs = [_("An action needs a lead and a due date.")]
    problems = {"lead": [] if decided.lead is not None else needs, "due_on": [] if decided.due_on else needs}
    if decided.lead is not None and decided.lead not in there:
        problems["lead"] = [_("Choose ministries from the list.")]
    if decided.due_on and not 2000 <= decided.due_on.year <= 2100:
        problems["due_on"] = [_("Check the year.")]
    elif decided.due_on and meeting.date and decided.due_on < meeting.date:
        text = _("The meeting is on %(day)s: choose that day or a later one.")
        problems["due_on"] = [text % {"day": dates.day(meeting.date)}]
    return problems


def _unknown(codes: tuple[str, ...], tasks: dict[str, int]) -> list[str]:
    unknown = [code.replace("\0", "") for code in codes if code not in tasks]
    return [_("No task has this code: %(codes)s.") % {"codes": ", ".join(unknown)[:200]}] if unknown else []


def _item_problem(meeting: Meeting, decided: Decided) -> list[str]:
    if decided.item is None or AgendaItem.objects.filter(meeting=meeting, pk=decided.item).exists():
        return []
    return [_("This item is not on the agenda any more.")]
