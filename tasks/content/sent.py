"""A report that keeps every rule (`Content`), and what its SHA-256 covers."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from records.chain import sha256

from .. import numbers
from ..models import Attachment, Contribution, Indicator, Light, Milestone, Revision


@dataclass(frozen=True)
class MilestoneAnswer:
    """What a report says of one milestone: done or moved to `on`. Kept ones have no answer."""

    milestone: Milestone
    done: bool
    on: date
    cause: str = ""
    reason: str = ""


@dataclass(frozen=True)
class IndicatorAnswer:
    """What a report says of one indicator: its value, or in `note` why there is none yet."""

    indicator: Indicator
    value: Decimal | None
    note: str = ""


@dataclass(frozen=True)
class Content:
    """A report that keeps every rule. `progress` is a percentage, 0 to 100; `addressed_to` holds ministry codes."""

    light: Light
    results: str
    plans: str
    issues: str = ""
    progress: int | None = None
    completed_on: date | None = None
    addressed_to: tuple[str, ...] = ()
    milestones: tuple[MilestoneAnswer, ...] = ()
    also_reason: str = ""
    attachments: tuple[Attachment, ...] = ()
    indicators: tuple[IndicatorAnswer, ...] = ()
    contributions: tuple[Contribution, ...] = ()  # what of the supporting ministries' texts it took over

    def hashed(self) -> dict[str, Any]:
        """What a revision's SHA-256 covers: nothing in it depends on a database's keys. A text without attachments,
        indicators or contributions hashes as it did before there were any."""
        files = sorted((row.name, row.sha256) for row in self.attachments)
        attached = {"attachments": [{"name": name, "sha256": sha256} for name, sha256 in files]} if files else {}
        attached |= self._measured() | self._taken()
        return attached | {
            "light": self.light.value,
            "progress": self.progress,
            "results": self.results,
            "plans": self.plans,
            "issues": self.issues,
            "completed_on": self.completed_on,
            "addressed_to": sorted(self.addressed_to),
            "also_reason": self.also_reason,
            "milestones": [
                {
                    "milestone": answer.milestone.order,
                    "was": answer.milestone.current_on,
                    "done": answer.done,
                    "on": answer.on,
                    "cause": answer.cause,
                    "reason": answer.reason,
                }
                for answer in self.milestones
            ],
        }

    def _measured(self) -> dict[str, Any]:
        answers = [
            {
                "indicator": answer.indicator.order,
                "value": None if answer.value is None else numbers.plain(answer.value),
                "note": answer.note,
            }
            for answer in sorted(self.indicators, key=lambda answer: answer.indicator.order)
        ]
        return {"indicators": answers} if answers else {}

    def _taken(self) -> dict[str, Any]:
        origins = sorted((row.ministry.code, row.no, sha256(row.text)) for row in self.contributions)
        taken = [{"ministry": code, "no": no, "sha256": digest} for code, no, digest in origins]
        return {"contributions": taken} if taken else {}


def hashed_of(revision: Revision) -> dict[str, Any]:
    """What the SHA-256 of a sent text covers, read from its rows: what `Content.hashed()` gave when it was sent. The
    milestones carry the dates that they had then. Raises ValueError for a light that there is not."""
    changes = sorted(revision.milestone_changes.all(), key=lambda row: row.milestone.order)
    answers = [
        MilestoneAnswer(
            Milestone(order=row.milestone.order, current_on=row.old_on),
            done=row.done_on is not None,
            on=row.done_on or row.new_on or row.old_on,  # by constraint one of the first two is there
            cause=row.cause,
            reason=row.reason,
        )
        for row in changes
    ]
    return Content(
        light=Light(revision.light),
        results=revision.results,
        plans=revision.plans,
        issues=revision.issues,
        progress=revision.progress,
        completed_on=revision.completed_on,
        addressed_to=tuple(row.addressed_to.code for row in revision.requests.all()),
        milestones=tuple(answers),
        also_reason=revision.also_reason,
        attachments=tuple(row.attachment for row in revision.attached.all()),
        indicators=tuple(
            IndicatorAnswer(row.indicator, row.value, row.note) for row in revision.indicator_values.all()
        ),
        contributions=tuple(row.contribution for row in revision.taken.all()),
    ).hashed()
