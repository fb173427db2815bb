"""What a hearing, an opinion, and what the office says of one are to be: as a form brings them, and what is wrong with
them. Reads the database for what they name, and writes nothing."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ministries.directory import Directory
from scenarios import naming
from scenarios.models import Scenario
from tasks.models import Task
from tasks.problems import Problems, line_problem, text_problem
from tfportal import dates
from tfportal.language import normalise

from ..models import Channel, Decision, Group, Hearing, Opinion, Participant
from . import subjects

YEARS = range(2000, 2101)
ROWS = 200  # organisations at one hearing, tasks of one opinion
PEOPLE = 30_000  # of one organisation
TEXTS = ("title_ko", "title_en", "place_ko", "place_en", "summary")  # of a hearing: every ministry reads them
TITLE, ENGLISH_TITLE, PLACE, ORGANISATION = 200, 300, 200, 150  # characters, as their columns hold


@dataclass(frozen=True)
class Came:
    """An organisation at a hearing. `field`: what the form calls its row."""

    group: str
    organisation: str
    number: int | None = 1
    field: str = "p0"

    @classmethod
    def of(cls, row: Participant) -> "Came":
        return cls(row.group, row.organisation, row.number)

    @property
    def plain(self) -> list[object]:
        return [self.group, self.organisation, self.number]


@dataclass(frozen=True)
class HearingDraft:
    """One hearing with who came."""

    title_ko: str
    title_en: str = ""
    held_on: date | None = None
    place_ko: str = ""
    place_en: str = ""
    summary: str = ""
    came: tuple[Came, ...] = ()

    COLUMNS: ClassVar[tuple[str, ...]] = ("title_ko", "title_en", "held_on", "place_ko", "place_en", "summary")

    @classmethod
    def of(cls, row: Hearing) -> "HearingDraft":
        """As it stands in the tables."""
        columns = {name: getattr(row, name) for name in cls.COLUMNS}
        return cls(**columns, came=tuple(Came.of(one) for one in row.participants.all()))

    @property
    def tidy(self) -> "HearingDraft":
        """With its texts as they are stored."""
        texts: dict[str, Any] = {name: normalise(getattr(self, name)) for name in self.COLUMNS if name != "held_on"}
        came = tuple(replace(one, organisation=normalise(one.organisation)) for one in self.came)
        return replace(self, **texts, came=came)

    @property
    def body(self) -> list[object]:
        """Everything that was posted, for the receipt."""
        return [
            *(str(getattr(self, name)) for name in self.COLUMNS),
            [one.plain for one in self.came],
        ]

    @property
    def as_it_stands(self) -> "HearingDraft":
        """Without what only the form calls its rows: to be compared."""
        return replace(self, came=tuple(replace(one, field="") for one in self.came))


def hearing_problems(draft: HearingDraft, *, at: datetime) -> Problems:
    """Of a tidied draft, by field."""
    problems = {
        "title_ko": line_problem(draft.title_ko, TITLE, empty=pgettext("hearing", "Give a title.")),
        "title_en": line_problem(draft.title_en, ENGLISH_TITLE),
        "held_on": _past_day_problem(draft.held_on, at, empty=_("Give the day.")),
        "place_ko": line_problem(draft.place_ko, PLACE),
        "place_en": line_problem(draft.place_en, PLACE),
        "summary": text_problem(draft.summary),
    }
    if len(draft.came) > ROWS:
        problems["came"] = [_("At most %(most)d organisations.") % {"most": ROWS}]
    seen: set[tuple[str, str]] = set()
    for one in draft.came[:ROWS]:
        name = one.field
        problems[f"{name}-group"] = _choice_problem(one.group, Group.values, _("Choose the group."))
        problems[f"{name}-organisation"] = line_problem(
            one.organisation, ORGANISATION, empty=_("Name the organisation.")
        )
        if (one.group, one.organisation) in seen:
            problems[f"{name}-organisation"] = [_("It is in the list already.")]
        seen.add((one.group, one.organisation))
        if one.number is None or not 1 <= one.number <= PEOPLE:
            problems[f"{name}-number"] = [_("Give how many came, from 1 to %(most)d.") % {"most": PEOPLE}]
    texts = {name: getattr(draft, name) for name in TEXTS} | {
        f"{one.field}-organisation": one.organisation for one in draft.came[:ROWS]
    }
    return problems | naming.problems({name: text for name, text in texts.items() if not problems[name]})


@dataclass(frozen=True)
class About:
    """What the office says of an opinion: what it is about, who answers, until when. Tasks and the scenario by their
    codes, the decision and the ministry by primary key."""

    codes: tuple[str, ...] = ()
    scenario: str = ""
    decision: int | None = None
    ministry: int | None = None
    due_on: date | None = None

    @classmethod
    def of(cls, row: Opinion) -> "About":
        """As it stands in the tables."""
        return cls(
            codes=tuple(sorted(row.of_tasks.values_list("task__code", flat=True))),
            scenario=row.scenario.code if row.scenario else "",
            decision=row.decision_id,
            ministry=row.ministry_id,
            due_on=row.due_on,
        )

    @property
    def tidy(self) -> "About":
        return replace(self, codes=tuple(sorted({normalise(code).upper() for code in self.codes} - {""})))

    @property
    def body(self) -> list[object]:
        due = self.due_on.isoformat() if self.due_on else None
        return [[*self.codes], self.scenario, self.decision, self.ministry, due]


@dataclass(frozen=True)
class Found:
    """What an `About` names, as it stands in the tables; and what is wrong with it, by field."""

    tasks: list[int]
    scenario: int | None
    problems: Problems


def find(
    about: About,
    *,
    at: datetime,
    stood: About | None = None,
    is_given: bool = False,
    is_answered: bool = False,
) -> Found:
    """Judges a tidied `About`. `stood`: as it was before, where it is changed; `is_given`: a ministry has it or had it;
    `is_answered`: a disposition stands. Four queries at the most."""
    stood = stood or About()
    codes = [code for code in about.codes if "\0" not in code]
    tasks = dict(Task.objects.filter(code__in=codes).values_list("code", "pk")) if len(codes) <= ROWS else {}
    scenario = Scenario.objects.filter(code=about.scenario).first() if about.scenario else None
    if scenario is not None and about.scenario != stood.scenario and scenario not in subjects.for_the_office():
        scenario = None
    problems: Problems = {"codes": _code_problems(about.codes, tasks)}
    if about.scenario and scenario is None:
        problems["scenario"] = [_("Choose a scenario from the list.")]
    if about.decision is not None and about.decision != stood.decision and not _confirmed(about.decision):
        problems["decision"] = [_("Choose a decision from the list.")]
    problems |= _answer_problems(about, stood, at=at, is_given=is_given, is_answered=is_answered)
    return Found(sorted(tasks.values()), scenario.pk if scenario else None, problems)


def _confirmed(decision: int) -> bool:
    """Whether an opinion may name the decision: what is being written yet may go again."""
    return Decision.objects.standing().filter(pk=decision, meeting__frozen_at__isnull=False).exists()


def _answer_problems(about: About, stood: About, *, at: datetime, is_given: bool, is_answered: bool) -> Problems:
    """Who answers has until a day; both or neither. Who was given it is another one only by being passed on."""
    moved = (about.ministry, about.due_on) != (stood.ministry, stood.due_on)
    if is_answered and moved:
        return {"ministry": [_("It was answered already: who answers and until when stay as they are.")]}
    if is_given and about.ministry != stood.ministry:
        return {"ministry": [_("It was given out already: pass it on, and say why.")]}
    problems: Problems = {}
    if about.ministry not in (None, stood.ministry):
        there = {name.ministry_id for name in Directory(timezone.localdate(at)).in_order()}
        if about.ministry not in there:
            problems["ministry"] = [_("Choose a ministry.")]
    if about.ministry is not None and about.due_on is None:
        problems["due_on"] = [_("Say until when the ministry has to answer.")]
    elif about.ministry is None and about.due_on is not None:
        problems["ministry"] = [_("Choose who has to answer until then.")]
    elif about.due_on is not None and moved:
        problems["due_on"] = day_problems(about.due_on, at)
    return problems


def day_problems(due_on: date | None, at: datetime) -> list[str]:
    """What is wrong with the day until which a ministry is to answer."""
    if due_on is None:
        return [_("Say until when the ministry has to answer.")]
    if due_on.year not in YEARS:
        return [_("Check the year.")]
    return [_("This day is past: choose today or a later one.")] if due_on < timezone.localdate(at) else []


@dataclass(frozen=True)
class Said:
    """An opinion as it is entered: who said it, how it came, and the words."""

    group: str
    channel: str
    text: str
    organisation: str = ""
    hearing: int | None = None
    said_on: date | None = None
    about: About = About()

    @property
    def tidy(self) -> "Said":
        return replace(
            self,
            organisation=normalise(self.organisation),
            text=normalise(self.text),
            hearing=self.hearing if self.channel == Channel.HEARING else None,
            about=self.about.tidy,
        )


ENTERED = (Channel.HEARING, Channel.LETTER)  # what comes through the portal is sent by the public itself


def said_problems(said: Said, hearing: Hearing | None, *, at: datetime) -> Problems:
    """Of a tidied one, by field; what it is about is judged by `find`."""
    needs = said.channel == Channel.HEARING
    return {
        "channel": _choice_problem(said.channel, ENTERED, _("Choose how it came.")),
        "hearing": [_("Choose the hearing.")] if needs and hearing is None else [],
        "said_on": _past_day_problem(said.said_on, at, empty="" if hearing or needs else _("Give the day."))
        or _before_problem(said.said_on, hearing),
        "group": _choice_problem(said.group, Group.values, _("Choose the group.")),
        "organisation": line_problem(said.organisation, ORGANISATION),
        "text": text_problem(said.text, empty=_("Write down what was said.")),
    }


def _choice_problem(value: str, choices: Collection[str], text: str) -> list[str]:
    return [] if value in choices else [text]


def _past_day_problem(day: date | None, at: datetime, *, empty: str) -> list[str]:
    if day is None:
        return [empty] if empty else []
    if day.year not in YEARS:
        return [_("Check the year.")]
    return [_("This day has not come yet.")] if day > timezone.localdate(at) else []


def _before_problem(day: date | None, hearing: Hearing | None) -> list[str]:
    """What was heard at a hearing was not said before it; later, it may have been handed in."""
    if day is None or hearing is None or day >= hearing.held_on:
        return []
    text = _("The hearing was held on %(day)s: choose that day or a later one, or leave it empty.")
    return [text % {"day": dates.day(hearing.held_on)}]


def _code_problems(codes: tuple[str, ...], tasks: dict[str, int]) -> list[str]:
    if len(codes) > ROWS:
        return [_("At most %(most)d tasks.") % {"most": ROWS}]
    unknown = [code.replace("\0", "") for code in codes if code not in tasks]
    return [_("No task has this code: %(codes)s.") % {"codes": ", ".join(unknown)[:200]}] if unknown else []
