"""What the working group's workbook holds: experts and meetings, a row each, and empty rows for new ones."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from ministries.directory import Directory
from ministries.models import Ministry
from tasks.models.reporting import TEXT_LIMIT
from tasks.workbooks.sheets import Column, Kind, Sheet
from tasks.workbooks.values import Words, fold

from .. import groups
from ..models import Division, DivisionMeeting, Expert, ExpertPerson

FORMAT = 1
ABOUT = "working-group"  # what tells the workbook from a ministry's
EMPTY_ROWS = 150  # of each sheet, for new ones
KEY = "row"

EXPERTS = Sheet(
    "experts",
    pgettext_lazy("working group", "Experts"),
    (
        Column("division", gettext_lazy("Division"), 22, Kind.LISTED),
        Column("name", gettext_lazy("Name"), 16, Kind.TEXT, limit=80),
        Column("affiliation", gettext_lazy("Affiliation"), 30, Kind.TEXT, limit=150),
        Column("position", gettext_lazy("Position"), 18, Kind.TEXT, limit=100),
        Column("email", gettext_lazy("E-mail"), 28, Kind.TEXT, limit=254),
        Column("ministry", gettext_lazy("Recommending ministry"), 20, Kind.LISTED),
        Column("starts_on", gettext_lazy("First day"), 13, Kind.DATE),
        Column("ends_on", gettext_lazy("Last day"), 13, Kind.DATE),
        Column(KEY, "row", 8, Kind.HIDDEN),
    ),
    frozen=2,
)
MEETINGS = Sheet(
    "meetings",
    pgettext_lazy("working group", "Division meetings"),
    (
        Column("division", gettext_lazy("Division"), 22, Kind.LISTED),
        Column("no", pgettext_lazy("meeting", "Number"), 8, Kind.WHOLE),
        Column("held_on", pgettext_lazy("division meeting", "Held on"), 13, Kind.DATE),
        Column("topic_ko", gettext_lazy("Topic (Korean)"), 34, Kind.TEXT, limit=200),
        Column("topic_en", gettext_lazy("Topic (English)"), 34, Kind.TEXT, limit=300),
        Column("attended", gettext_lazy("Experts present"), 34, Kind.NAMES, limit=TEXT_LIMIT),
        Column("others", gettext_lazy("Others present"), 10, Kind.WHOLE),
        Column("outcome", pgettext_lazy("division meeting", "Outcome"), 50, Kind.TEXT, limit=TEXT_LIMIT),
        Column(KEY, "row", 8, Kind.HIDDEN),
    ),
    frozen=3,
)
SHEETS = (EXPERTS, MEETINGS)
PERSONAL = frozenset({"name", "affiliation", "position", "email"})
WORDS = PERSONAL | {"topic_ko", "topic_en", "outcome", "attended"}  # somebody's own, which stay in their language

Fields = dict[str, Any]


@dataclass
class Register:
    """Everything that stands in the register at this moment, as a workbook says it."""

    day: date

    @cached_property
    def names(self) -> Directory:
        return Directory(self.day)

    @cached_property
    def words(self) -> Words:
        return Words(self.names, self.day)

    @cached_property
    def ministries(self) -> dict[int, Ministry]:
        return {name.ministry_id: name.ministry for name in self.names.by_id.values()}

    @cached_property
    def divisions(self) -> list[Division]:
        return list(groups.divisions())

    @cached_property
    def division_codes(self) -> dict[str, str]:
        """Each name and code of a division, folded, to its code."""
        return {fold(word): row.code for row in self.divisions for word in (row.code, row.name_ko, row.name_en) if word}

    @cached_property
    def experts(self) -> dict[int, Expert]:
        return {
            row.pk: row for row in Expert.objects.select_related("division", "person").order_by("division__order", "pk")
        }

    @cached_property
    def meetings(self) -> dict[int, DivisionMeeting]:
        found = DivisionMeeting.objects.select_related("division").prefetch_related("seats")
        return {row.pk: row for row in found.order_by("division__order", "no")}

    @cached_property
    def _namesakes(self) -> Counter[tuple[int, str]]:
        people = ((row.division_id, person_of(row)) for row in self.experts.values())
        return Counter((division, fold(person.name)) for division, person in people if person)

    def called(self, expert: Expert) -> str:
        """The name, with the seat's number where two of the division share it; the number alone without a name."""
        person = person_of(expert)
        if person is None:
            return f"#{expert.pk}"
        is_alone = self._namesakes[expert.division_id, fold(person.name)] == 1
        return person.name if is_alone else f"{person.name} #{expert.pk}"

    def of_expert(self, expert: Expert) -> Fields:
        """What a row says of an expert."""
        person = person_of(expert)
        return {
            "division": expert.division.code,
            **{name: getattr(person, name) if person else "" for name in sorted(PERSONAL)},
            "ministry": self.ministries[expert.ministry_id].code,
            "starts_on": str(expert.starts_on),
            "ends_on": str(expert.ends_on or ""),
        }

    def of_meeting(self, meeting: DivisionMeeting) -> Fields:
        """What a row says of a meeting."""
        return {
            "division": meeting.division.code,
            "no": str(meeting.no),
            "held_on": str(meeting.held_on),
            "topic_ko": meeting.topic_ko,
            "topic_en": meeting.topic_en,
            "attended": sorted(self.called(self.experts[seat.expert_id]) for seat in meeting.seats.all()),
            "others": str(meeting.others or ""),
            "outcome": meeting.outcome,
        }

    @cached_property
    def by_identity(self) -> dict[tuple[str, ...], int]:
        """What tells that a row without a key is there already -> its key (see `identity`)."""
        found: dict[tuple[str, ...], int] = {}
        for sheet in SHEETS:
            for pk in self.known(sheet.key):
                fields = self.standing(sheet.key, pk)
                for told in (identity(sheet.key, fields), identity(sheet.key, fields | {"no": ""})):
                    found.setdefault(told, pk)
        return found

    def standing(self, sheet: str, pk: int) -> Fields:
        """What stands of the row with this key in a sheet."""
        return self.of_expert(self.experts[pk]) if sheet == EXPERTS.key else self.of_meeting(self.meetings[pk])

    def known(self, sheet: str) -> Collection[int]:
        return self.experts if sheet == EXPERTS.key else self.meetings

    def word_of_division(self, code: str) -> str:
        return next((row.name for row in self.divisions if row.code == code), code)

    def shown(self, name: str, value: Any) -> Any:
        """A value as a cell or a page shows it."""
        if name == "division":
            return self.word_of_division(value)
        if name == "ministry":
            return self.words.word_of_ministry(value)
        return ", ".join(value) if name == "attended" else value


def identity(sheet: str, fields: Fields) -> tuple[str, ...]:
    """By what a row is told without its key; empty where it cannot be: the same person in the same division from the
    same day; the division's meeting of that number, or of that day and topic."""
    said = {name: str(value) for name, value in fields.items()}
    if sheet == EXPERTS.key:
        named = fold(said.get("name", ""))
        return (sheet, said.get("division", ""), said.get("starts_on", ""), named) if named else ()
    of_day = (sheet, said.get("division", ""), said.get("held_on", ""), said.get("topic_ko", ""))
    return (sheet, said.get("division", ""), said["no"]) if said.get("no") else of_day


def person_of(expert: Expert) -> ExpertPerson | None:
    return getattr(expert, "person", None)
