"""What the sender of an opinion, or whoever has its number, may know of it: what it is about, how far it is, what came
of it, and what of its personal data was removed. Neither what was said nor who said it."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from ministries.directory import Directory

from ..models import Disposition, Opinion, OpinionState
from . import removals, subjects
from .numbers import tidy
from .removals import Removal


@dataclass(frozen=True)
class Found:
    """`state`: in words; `kind`: of a disposition; `ministry`: whose answer it is, or is waited for; `decided_on`: the
    day of the disposition; `about`: tasks and scenario, as far as they are public."""

    number: str
    received_at: datetime
    state: str
    kind: str = ""
    reason: str = ""
    ministry: str = ""
    decided_on: date | None = None
    about: tuple[str, ...] = ()
    removals: tuple[Removal, ...] = ()


def look_up(typed: str) -> Found | None:
    """The opinion of the number as a person types it; None where there is none, and where it cannot be a number."""
    number = tidy(typed)
    opinion = Opinion.objects.filter(number=number).first() if number else None
    if opinion is None:
        return None
    return replace(_found(opinion), about=_about(opinion), removals=tuple(removals.of(opinion)))


def _about(opinion: Opinion) -> tuple[str, ...]:
    """What it is about: by this somebody with two numbers tells them apart. What the office added and nobody outside
    knows yet is not told."""
    tasks = subjects.public().filter(opinions__opinion=opinion)
    scenarios = subjects.scenarios().filter(pk=opinion.scenario_id) if opinion.scenario_id else ()
    return (*(f"{task.code} {task.title}" for task in tasks), *(row.name for row in scenarios))


def _found(opinion: Opinion) -> Found:
    if opinion.state == OpinionState.WAITING:
        return Found(opinion.number, opinion.received_at, _("The coordination office is looking at it"))
    if opinion.state == OpinionState.REJECTED:
        told = _("Not admitted, because it does not meet the rules for publishing")
        return Found(opinion.number, opinion.received_at, told, reason=opinion.state_reason)
    if (answer := opinion.answer) is not None:
        return _answered(opinion, answer)
    if opinion.dispositions.exists():
        state = _("It was answered, and is looked at once more")
        whose = _named(opinion.ministry_id, timezone.localdate(opinion.received_at)) if opinion.ministry_id else ""
        return Found(opinion.number, opinion.received_at, state, ministry=whose)
    if opinion.ministry_id is None:
        return Found(opinion.number, opinion.received_at, _("Admitted; the ministry that answers is being named"))
    whose = _named(opinion.ministry_id, timezone.localdate(opinion.received_at))
    return Found(opinion.number, opinion.received_at, _("The ministry in charge is looking at it"), ministry=whose)


def _answered(opinion: Opinion, answer: Disposition) -> Found:
    day = timezone.localdate(answer.at)
    return Found(
        opinion.number,
        opinion.received_at,
        str(answer.get_kind_display()),
        kind=answer.kind,
        reason=answer.reason,
        ministry=_named(answer.ministry_id, day) if answer.ministry_id else _("Coordination office"),
        decided_on=day,
    )


def _named(ministry_id: int, day: date) -> str:
    return Directory(day)[ministry_id].name
