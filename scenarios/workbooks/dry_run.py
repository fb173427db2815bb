"""What a workbook that was read would do, against the register as it stands at this moment; nothing of it stays.

The rules are asked by doing it: every row goes through what the verb does, in a transaction that is taken back. So the
dry run knows no rule of its own, and what it lets pass the verb lets pass as well.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ministries.models import User
from records.chain import sha256
from tasks.workbooks.changes import Change, Comparing
from tasks.workbooks.opening import SHOWN_PROBLEMS, Problem
from tasks.workbooks.sheets import Sheet, signature
from tasks.workbooks.values import fold
from tfportal import dates

from ..workflow import ExpertEntry, Held, MeetingEntry, Serving, Who
from ..workflow.working_group import Entry as Writable
from ..workflow.working_group import write_all
from .columns import EXPERTS, MEETINGS, PERSONAL, WORDS, Fields, Register, identity, person_of
from .reading import Entry


@dataclass(frozen=True)
class Line:
    """One row of the workbook: new where nothing stands yet. `changes`: none for one that is as it stands."""

    sheet: str
    at: str
    who: str  # whom it is about, where it is an expert
    label: str
    row: int | None
    version: int
    changes: list[Change]
    fields: Fields  # as they would be
    places: dict[str, str]

    @property
    def is_new(self) -> bool:
        return self.row is None

    @property
    def is_conflict(self) -> bool:
        return any(change.theirs for change in self.changes)

    @property
    def take(self) -> str:
        """The name of the field with which a person chooses which side is to stay."""
        return f"take-{self.sheet}-{self.row}"


@dataclass(frozen=True)
class DryRun:
    """The rows that would be written, and what is wrong: with anything wrong, nothing is."""

    lines: list[Line]
    same: int
    problems: list[Problem] = field(default_factory=list)

    @property
    def new(self) -> list[Line]:
        return [line for line in self.lines if line.is_new]

    @property
    def changed(self) -> list[Line]:
        return [line for line in self.lines if not line.is_new and not line.is_conflict]

    @property
    def conflicts(self) -> list[Line]:
        return [line for line in self.lines if line.is_conflict]

    @property
    def shown_problems(self) -> list[Problem]:
        return self.problems[:SHOWN_PROBLEMS]

    @property
    def more(self) -> int:
        """How many problems a page does not show."""
        return len(self.problems) - len(self.shown_problems)

    @property
    def is_ready(self) -> bool:
        return bool(self.lines) and not self.problems

    @property
    def mark(self) -> str:
        """What tells whether a page that was shown is still so."""
        said = [
            [line.at, line.row, line.version, [[c.name, c.old, c.new, c.theirs] for c in line.changes]]
            for line in self.lines
        ]
        return sha256([said, self.same, [[problem.at, problem.text] for problem in self.problems]])


def dry_run(
    entries: Sequence[Entry], problems: Sequence[Problem], register: Register, *, by: User, at: datetime
) -> DryRun:
    """What the read rows would do. `problems`: what could not be read."""
    comparing = Comparing()
    lines = [_line(entry, register, comparing) for entry in entries if not entry["broken"]]
    found = [line for line in lines if line.changes]
    twice = _twice(lines)
    # Whose own row cannot be read is not told a second time where they were at a meeting.
    names = [entry["cells"].get("name", {}).get("value", "") for entry in entries if entry["broken"]]
    ready, wrong = _writable(found, register, {fold(name) for name in names if isinstance(name, str)})
    return DryRun(found, len(lines) - len(found), [*problems, *twice, *wrong, *_rehearse(ready, by=by, at=at)])


def _twice(lines: Sequence[Line]) -> list[Problem]:
    """Rows of the workbook that are about the same expert or meeting."""
    seen: dict[tuple[Any, ...], str] = {}
    found = []
    for line in lines:
        told = (line.sheet, line.row) if line.row is not None else identity(line.sheet, line.fields)
        if told and told in seen:
            said = _("This row stands twice, as row “%(first)s” as well. Delete one of them.")
            found.append(Problem(said % {"first": seen[told]}, line.places["division"]))
        seen.setdefault(told, line.at)
    return found


def writable(run: DryRun, register: Register, mine: Collection[str]) -> list[Writable]:
    """What is to be written: all without a conflict, and of those with one the ones of which the person chose the
    workbook's side (`Line.take`)."""
    kept = [line for line in run.lines if not line.is_conflict or line.take in mine]
    return _writable(kept, register)[0]


def _rehearse(entries: Sequence[Writable], *, by: User, at: datetime) -> list[Problem]:
    """What the rules say of it."""
    with transaction.atomic():
        _written, problems = write_all(entries, by=by, acting_for=None, at=at)
        transaction.set_rollback(True)
    return [Problem(text, place) for place, texts in problems.items() for text in texts]


def _line(entry: Entry, register: Register, comparing: Comparing) -> Line:
    sheet, values = entry["sheet"], {name: cell["value"] for name, cell in entry["cells"].items()}
    # A new row may be there already, as when a file is uploaded a second time.
    key = entry["row"] if entry["row"] is not None else register.by_identity.get(identity(sheet, values))
    what = EXPERTS if sheet == EXPERTS.key else MEETINGS
    standing = register.standing(sheet, key) if key is not None else _blank(what)
    if entry["row"] is None and key is not None and not values.get("no"):
        values.pop("no", None)  # the one of a number that is there already keeps it
    changes = []
    for name, value in values.items():
        if value == standing[name]:
            continue
        cell = entry["cells"][name]
        # One that was recognised and has no key of its own was never downloaded: there is nothing to compare it with.
        theirs = entry["row"] is not None and signature(entry["row"], name, standing[name]) != cell["was"]
        old, new = (_said(name, one, register) for one in (standing[name], value))
        label = what.columns[what.number(name) - 1].header
        changes.append(comparing.change(name, label, cell["at"], old, new, is_text=name in WORDS, theirs=theirs))
    fields = standing | values
    version = (register.experts if sheet == EXPERTS.key else register.meetings)[key].version if key is not None else 0
    who, label = _called(sheet, key, fields, register)
    return Line(sheet, entry["at"], who, label, key, version, changes, fields, entry["places"])


def _blank(what: Sheet) -> Fields:
    return {column.key: [] if column.key == "attended" else "" for _number, column in what.filled}


def _called(sheet: str, key: int | None, fields: Fields, register: Register) -> tuple[str, str]:
    """Whom a row is about, and where."""
    division = register.word_of_division(fields["division"])
    if sheet == MEETINGS.key:
        return "", f"{division} {_said('held_on', fields['held_on'], register)}".strip()
    return fields["name"] or (register.called(register.experts[key]) if key is not None else ""), division or "–"


def _said(name: str, value: Any, register: Register) -> str:
    """A value as people read it."""
    if name in ("starts_on", "ends_on", "held_on") and value:
        try:
            return dates.day(date.fromisoformat(value))
        except ValueError:
            return str(value)
    return str(register.shown(name, value))


# From lines to what the verb takes


def _writable(
    lines: Sequence[Line], register: Register, broken: Collection[str] = ()
) -> tuple[list[Writable], list[Problem]]:
    """The verb's arguments, and what is missing for them. `broken`: the names in rows that could not be read."""
    problems: list[Problem] = []
    experts = [_expert(line, register, problems) for line in lines if line.sheet == EXPERTS.key]
    seated = [entry for entry in experts if entry is not None]
    unfit = {fold(line.who) for line in lines if line.sheet == EXPERTS.key} - {
        fold(entry.who.name) for entry in seated if entry.who
    }
    people = _People(register, seated, {*broken, *unfit})
    met = [_meeting(line, register, people, problems) for line in lines if line.sheet == MEETINGS.key]
    return [*seated, *(entry for entry in met if entry is not None)], problems


def _required(line: Line, names: Sequence[tuple[str, str]], problems: list[Problem]) -> bool:
    missing = [Problem(said, line.places[name]) for name, said in names if not line.fields[name]]
    problems += missing
    return not missing


def _expert(line: Line, register: Register, problems: list[Problem]) -> ExpertEntry | None:
    known = register.experts.get(line.row) if line.row is not None else None
    forgotten = known is not None and person_of(known) is None
    names = [
        ("division", _("Choose a division.")),
        ("ministry", _("Choose a ministry.")),
        ("starts_on", _("Give a date.")),
    ]
    if not _required(line, names if forgotten else [*names, ("name", _("Give the name."))], problems):
        return None
    if forgotten and any(change.name in PERSONAL for change in line.changes):
        said = _("The personal data were removed: they are not entered again.")
        problems.append(Problem(said, line.places["name"]))
        return None
    fields = line.fields
    who = None if forgotten else Who(**{name: fields[name] for name in PERSONAL}).stored()
    ids = {row.code: row.pk for row in register.divisions}
    serving = Serving(
        ids[fields["division"]],
        register.names.by_code()[fields["ministry"]].pk,
        date.fromisoformat(fields["starts_on"]),
        date.fromisoformat(fields["ends_on"]) if fields["ends_on"] else None,
    )
    return ExpertEntry(line.at, serving, who, line.row, line.version, line.places)


def _meeting(line: Line, register: Register, people: "_People", problems: list[Problem]) -> MeetingEntry | None:
    names = [("division", _("Choose a division.")), ("held_on", _("Give a date."))]
    if not _required(line, names, problems):
        return None
    fields = line.fields
    division = next(row.pk for row in register.divisions if row.code == fields["division"])
    held = Held(
        division,
        date.fromisoformat(fields["held_on"]),
        topic_ko=fields["topic_ko"],
        topic_en=fields["topic_en"],
        outcome=fields["outcome"],
        others=int(fields["others"] or 0),
        no=int(fields["no"]) if fields["no"] else None,
    ).stored()
    if line.row is not None and all(change.name != "attended" for change in line.changes):
        seats = register.meetings[line.row].seats.all()
        there = frozenset(seat.expert_id for seat in seats)
        return MeetingEntry(line.at, replace(held, attended=there), (), line.row, line.version, line.places)
    found, wrong = people.find(fields["attended"], division, held.held_on)
    if len(found) < len(fields["attended"]):
        problems += [Problem(text, line.places["attended"]) for text in wrong]
        return None
    there = frozenset(one for one in found if isinstance(one, int))
    newcomers = tuple(sorted(one for one in found if isinstance(one, str)))
    return MeetingEntry(line.at, replace(held, attended=there), newcomers, line.row, line.version, line.places)


class _People:
    """Who may be meant by a name: those of the register as the workbook leaves them, and those who are new in it. They
    are found by primary key, or by their place in the workbook."""

    def __init__(self, register: Register, entries: Sequence[ExpertEntry], unfit: Collection[str]) -> None:
        self.unfit = unfit  # names whose own rows are wrong
        changed = {entry.pk: entry for entry in entries if entry.pk is not None}
        self.all: list[tuple[int | str, str, Serving]] = []
        for pk, expert in register.experts.items():
            person = person_of(expert)
            name, serving = person.name if person else "", Serving.of(expert)
            if entry := changed.get(pk):
                name, serving = entry.who.name if entry.who else name, entry.serving
            self.all.append((pk, name, serving))
        self.all += [(entry.at, entry.who.name, entry.serving) for entry in entries if entry.pk is None and entry.who]

    def find(self, words: Sequence[str], division: int, day: date) -> tuple[list[int | str], list[str]]:
        """Who was there, and what is wrong with the words."""
        found, wrong = [], []
        for word in words:
            name, mark, number = (part.strip() for part in word.rpartition("#"))
            if not mark or not number.isdecimal():
                name, number = word, ""
            meant = [
                key
                for key, called, serving in self.all
                if serving.division_id == division
                and serving.holds(day)
                and (str(key) == number if number else fold(called) == fold(name))
            ]
            if len(meant) == 1:
                found.append(meant[0])
            elif meant or fold(name) not in self.unfit:
                said = (
                    _("Several in the division are called “%(word)s”. Add the seat's number, such as “#12”.")
                    if meant
                    else _("“%(word)s” was not in the division on that day. Register them, or correct the name.")
                )
                wrong.append(said % {"word": word[:60]})
        return found, wrong
