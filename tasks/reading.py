"""A report prepared for the eye: its parts as words, what differs between two texts, the state's own word."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ministries.directory import Directory
from tfportal import dates

from . import content, numbers
from .diffing import Piece, compare
from .models import Attachment, Cause, Field, Indicator, Light, Milestone, Report, State


@dataclass(frozen=True)
class Part:
    """One field of a report in words; `light` where the field is the light, `files` where it is the attachments."""

    field: Field
    text: str
    light: Light | None = None
    files: tuple[Attachment, ...] = ()

    @property
    def is_ministry_text(self) -> bool:
        """Whether the words are the ministry's own, which stay in their language."""
        return self.field in (Field.RESULTS, Field.PLANS, Field.ISSUES)


@dataclass(frozen=True)
class Difference:
    """One field in two texts. Without a difference `pieces` holds the one text."""

    new: Part
    old: Part
    pieces: list[Piece]

    @property
    def field(self) -> Field:
        return self.new.field

    @property
    def changed(self) -> bool:
        return self.old.text != self.new.text or self.old.files != self.new.files

    @property
    def gone_files(self) -> list[Attachment]:
        return [file for file in self.old.files if file not in self.new.files]

    @property
    def added_files(self) -> list[Attachment]:
        return [file for file in self.new.files if file not in self.old.files]

    @property
    def same_files(self) -> list[Attachment]:
        return [file for file in self.new.files if file in self.old.files]


def light_of(value: str) -> Light | None:
    return Light(value) if value in Light.values else None


def parts(
    raw: content.Raw,
    milestones: list[Milestone],
    names: Directory,
    files: Mapping[str, Attachment],
    indicators: Iterable[Indicator] = (),
) -> list[Part]:
    """Every field of a text in words, in the order of the page; empty ones have an empty text. `files`: the report's
    own, of which the text names some; `indicators`: the task's."""
    light = light_of(raw["light"])
    light_text = str(light.label) if light else ""
    if light is Light.COMPLETED and raw["completed_on"]:
        light_text += f" ({_day(raw['completed_on'])})"
    codes = names.by_code()
    addressed = [names[codes[code].pk].abbr for code in raw["addressed_to"] if code in codes]
    attached = tuple(files[pk] for pk in raw["attachments"] if pk in files)
    texts: dict[Field, str] = {
        Field.LIGHT: light_text,
        Field.RESULTS: raw["results"],
        Field.PLANS: raw["plans"],
        Field.ISSUES: raw["issues"],
        Field.ADDRESSED_TO: ", ".join(addressed),
        Field.MILESTONES: "\n".join(_milestone(row, raw["milestones"].get(str(row.pk))) for row in milestones),
        Field.INDICATORS: "\n".join(
            _indicator(row, raw["indicators"][str(row.pk)]) for row in indicators if str(row.pk) in raw["indicators"]
        ),
        Field.ATTACHMENTS: "\n".join(file.name for file in attached),
        Field.PROGRESS: f"{raw['progress'].removesuffix('%')}%" if raw["progress"] else "",
    }
    return [
        Part(
            field,
            texts[field],
            light if field is Field.LIGHT else None,
            attached if field is Field.ATTACHMENTS else (),
        )
        for field in Field
    ]


def _day(text: Any) -> str:
    try:
        return dates.day(date.fromisoformat(str(text)), year=True)
    except ValueError:
        return str(text)


def _milestone(milestone: Milestone, answer: dict[str, str] | None) -> str:
    """`초안: 2021. 3. 31.(수) → 2021. 4. 16.(금) (예산: 사유)`."""
    was = date.fromisoformat(answer["old"]) if answer and "old" in answer else None
    exact = "day" if milestone.done_on and not was else milestone.precision
    text = f"{milestone.title}: {dates.period(was or milestone.done_on or milestone.current_on, exact)}"
    if answer and answer["choice"] == "done":
        return text + " → " + _("done %(day)s") % {"day": _day(answer["on"])}
    if answer and answer["choice"] == "move":
        cause = Cause(answer["cause"]).label if answer["cause"] in Cause.values else ""
        why = ": ".join(str(piece) for piece in (cause, answer["reason"]) if piece)
        return f"{text} → {_day(answer['on'])}" + (f" ({why})" if why else "")
    return text


def _indicator(indicator: Indicator, answer: dict[str, str]) -> str:
    """`보급 대수: 1,234.5 천 대 (비고)`; without a value `보급 대수: – (사유)`."""
    return f"{indicator.title}: {measured(indicator, answer)}"


def measured(indicator: Indicator, answer: dict[str, str]) -> str:
    """`1,234.5 천 대 (비고)`."""
    value = numbers.read(answer["value"])
    text = f"{numbers.shown(value)} {indicator.unit}" if value is not None else answer["value"] or "–"
    return text + (f" ({answer['note']})" if answer["note"] else "")


def differences(old: list[Part], new: list[Part]) -> list[Difference]:
    """Each field of two texts, side by side."""
    return [Difference(after, before, compare(before.text, after.text)) for before, after in zip(old, new, strict=True)]


def state_word(report: Report) -> str:
    """The state's word, where a derived one says more: resubmitted, no reply, frozen unreviewed."""
    if report.state == State.SUBMITTED and report.current and report.current.resolves.all():
        return _("Resubmitted")
    if report.round.frozen_at and report.current_id is None:
        return _("No reply")
    if report.round.frozen_at and report.state in (State.RETURNED, State.AWAITING):
        return pgettext("frozen state", "Returned, not resubmitted")
    return str(State(report.state).label)
