"""What an agenda item is to say: as a form or a suggestion brings it, and what is wrong with it. Reads the database for
the tasks and the presenter that it names, and writes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ministries.models import Ministry
from tasks.models import Candidate, Task
from tasks.problems import line_problem, text_problem
from tfportal.language import normalise

from .models import Figure, ItemKind
from .reasons import Reason

TASKS_LIMIT = 200
TITLE_LIMIT, ENGLISH_TITLE_LIMIT, COUNTS_LIMIT = 200, 300, 200  # characters, as their columns hold
FIGURES_LIMIT = 20
LONGEST = 600  # minutes
PRECISIONS = ("day", "month", "unknown")
NUMBER_BELOW = Decimal(10) ** 12  # 15 digits, three of them behind the point: SQLite keeps no more
YEARS = range(2000, 2101)  # as of a round's days


@dataclass(frozen=True)
class FigureDraft:
    """One figure. `number` may be missing where the text says it all. `field`: what the form calls its row."""

    text_ko: str = ""
    text_en: str = ""
    number: Decimal | None = None
    since: date | None = None
    until: date | None = None
    precision: str = "day"
    source: str = ""
    verified: str = Figure.Verified.BACKGROUND
    field: str = "f0"

    def tidied(self) -> "FigureDraft":
        """As it is stored: there is one nought, without a sign."""
        number = Decimal(0) if self.number is not None and self.number.is_zero() else self.number
        return replace(self, number=number, **_normalised(self, "text_ko", "text_en", "source"))

    @property
    def columns(self) -> dict[str, Any]:
        names = ("text_ko", "text_en", "number", "since", "until", "precision", "source", "verified")
        return {name: getattr(self, name) for name in names}

    @property
    def plain(self) -> list[str]:
        return [str(value) for value in self.columns.values()]


@dataclass(frozen=True)
class ItemDraft:
    """One item. `tasks`: their codes, `presenter`: the ministry's code, empty for the office. `candidates`: their
    numbers, such as `1-03`."""

    kind: str
    title_ko: str
    title_en: str = ""
    summary_ko: str = ""
    summary_en: str = ""
    presenter: str = ""
    minutes: int | None = None
    tasks: tuple[str, ...] = ()
    figures: tuple[FigureDraft, ...] = ()
    reason: Reason | None = field(default=None, compare=False)
    candidates: tuple[str, ...] = ()

    def tidied(self) -> "ItemDraft":
        """With its texts as they are stored."""
        texts = _normalised(self, "title_ko", "title_en", "summary_ko", "summary_en")
        figures = tuple(one.tidied() for one in self.figures)
        codes = tuple(dict.fromkeys(code for text in self.tasks if (code := normalise(text))))
        numbers = tuple(dict.fromkeys(self.candidates))
        return replace(self, figures=figures, tasks=codes, candidates=numbers, **texts)

    @property
    def body(self) -> list[Any]:
        """Everything that was posted, for the receipt."""
        texts = [self.kind, self.title_ko, self.title_en, self.summary_ko, self.summary_en, self.presenter]
        reason = self.reason.plain if self.reason else None
        rest = [self.minutes, list(self.tasks), [one.plain for one in self.figures], reason]
        return [*texts, *rest, list(self.candidates)]


def _normalised(draft: ItemDraft | FigureDraft, *names: str) -> dict[str, Any]:
    return {name: normalise(getattr(draft, name)) for name in names}


@dataclass(frozen=True)
class Checked:
    """What the draft names, found; and the problems by field."""

    tasks: list[Task]
    presenter: Ministry | None
    problems: dict[str, list[str]]
    candidates: list[Candidate] = field(default_factory=list)


def check(draft: ItemDraft) -> Checked:
    """Judges a tidied draft. Two queries, and one for candidates."""
    problems = {
        "kind": [] if draft.kind in ItemKind.values else [_("Choose a kind.")],
        "title_ko": line_problem(draft.title_ko, TITLE_LIMIT, empty=_("Give a title.")),
        "title_en": line_problem(draft.title_en, ENGLISH_TITLE_LIMIT),
        "summary_ko": text_problem(draft.summary_ko),
        "summary_en": text_problem(draft.summary_en),
    }
    if draft.minutes is not None and not 1 <= draft.minutes <= LONGEST:
        problems["minutes"] = [_("Give minutes from 1 to %(most)d, or none.") % {"most": LONGEST}]
    presenter = Ministry.objects.filter(code=draft.presenter).first() if draft.presenter else None
    if draft.presenter and presenter is None:
        problems["presenter"] = [_("Choose a ministry.")]
    tasks = list(Task.objects.filter(code__in=draft.tasks).order_by("code"))
    problems["tasks"] = _task_problems(draft.tasks, tasks)
    if len(draft.figures) > FIGURES_LIMIT:
        problems["figures"] = [_("At most %(most)d figures.") % {"most": FIGURES_LIMIT}]
    for one in draft.figures:
        problems |= _figure_problems(one)
    candidates = _candidates(draft.candidates)
    if len(candidates) != len(draft.candidates):
        problems["candidates"] = [_("Choose candidates that stand.")]
    return Checked(tasks, presenter, problems, candidates)


def _candidates(numbers: Iterable[str]) -> list[Candidate]:
    """Those of these numbers, in their order. What was withdrawn is not discussed."""
    wanted = set(numbers)
    if not wanted:
        return []
    calls = {int(call) for number in wanted if (call := number.partition("-")[0]).isdecimal() and len(call) < 6}
    rows = Candidate.objects.standing().filter(call__no__in=calls).select_related("call")
    return [row for row in rows.order_by("call__no", "no") if row.number in wanted]


def _task_problems(codes: Iterable[str], found: list[Task]) -> list[str]:
    known = {task.code for task in found}
    unknown = [code[:20] for code in codes if code not in known]
    if unknown:
        text = ngettext("There is no task %(codes)s.", "There are no tasks %(codes)s.", len(unknown))
        return [text % {"codes": ", ".join(unknown[:10])}]
    if len(found) > TASKS_LIMIT:
        return [_("At most %(most)d tasks.") % {"most": TASKS_LIMIT}]
    return []


def _figure_problems(one: FigureDraft) -> dict[str, list[str]]:
    name = one.field
    problems = {
        f"{name}-text_ko": line_problem(one.text_ko, COUNTS_LIMIT, empty=_("Say what the figure counts.")),
        f"{name}-text_en": line_problem(one.text_en, COUNTS_LIMIT),
        f"{name}-source": text_problem(one.source),
    }
    if one.number is not None and (problem := _number_problem(one.number)):
        problems[f"{name}-number"] = [problem]
    for part, day in (("since", one.since), ("until", one.until)):
        if day is not None and day.year not in YEARS:
            problems[f"{name}-{part}"] = [_("Check the year.")]
    if one.since and one.until and one.since > one.until:
        problems[f"{name}-until"] = [_("It ends before it begins.")]
    if one.precision not in PRECISIONS:
        problems[f"{name}-precision"] = [_("Choose how exact the day is.")]
    if one.verified not in Figure.Verified.values:
        problems[f"{name}-verified"] = [_("Choose whether it was seen in its source.")]
    return problems


def _number_problem(number: Decimal) -> str:
    """Why its column does not hold it, on any of the databases; empty where it does."""
    if not number.is_finite() or number.copy_abs() >= NUMBER_BELOW:
        return _("Give a number of at most twelve digits before the point.")
    if number != number.quantize(Decimal("0.001")):
        return _("Give a number with at most three places behind the point.")
    return ""
