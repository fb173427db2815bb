"""협조: what supporting ministries wrote for a report, who is silent, and what a ministry helps with. Read-only."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ministries.directory import Directory
from ministries.models import Ministry, MinistryName, User

from . import content, permissions, reading, requests
from .models import Contribution, Field, Light, Report, Round
from .requests import Asked
from .transitions import possible_beside

ASK_AGAIN_AFTER = timedelta(days=1)


def supporting(report: Report) -> list[int]:
    """The ministries (primary keys) that help with the task on the round's day."""
    ids = {row.ministry_id for row in report.task.supports.all()}
    return sorted(pk for pk in ids if permissions.supports(report, pk))


def written_by(report: Report, ministry_id: int) -> list[Contribution]:
    """What the ministry contributed in this round, the first one first."""
    rows = [row for row in report.contributions.all() if row.ministry_id == ministry_id]
    return sorted(rows, key=lambda row: row.no)


def asked_at(report: Report, ministry_id: int) -> datetime | None:
    """When the lead asked the ministry last."""
    calls = [row.at for row in report.contribution_calls.all() if row.ministry_id == ministry_id]
    return max(calls, default=None)


def is_awaited(report: Report, ministry_id: int) -> bool:
    """Whether the lead asked the ministry, and it wrote nothing since."""
    asked, written = asked_at(report, ministry_id), written_by(report, ministry_id)
    return asked is not None and (not written or written[-1].at < asked)


def to_call(report: Report, at: datetime) -> list[int]:
    """The silent ones that nobody asked within a day."""
    silent = [pk for pk in supporting(report) if not written_by(report, pk)]
    times = {pk: asked_at(report, pk) for pk in silent}
    return [pk for pk in silent if (asked := times[pk]) is None or at - asked >= ASK_AGAIN_AFTER]


def under_name(text: str, name: str) -> str:
    """A contribution as it stands in the lead's text, in Korean like it: each of its main points under the ministry's
    name (`ㅇ [산업부] …`), a text without points once."""
    bullet = content.BULLET.match(text)
    if not bullet:
        return f"[{name}] {text}"
    point = bullet.group()
    space = " +" if point in "*–-" else " *"
    return re.sub(rf"(?m)^{re.escape(point)}{space}", f"{point} [{name}] ", text)


# Beside a report


@dataclass(frozen=True)
class Supporter:
    """One supporting ministry beside a report. `taken`: what of its texts the report took over."""

    name: MinistryName
    written: list[Contribution]
    asked_at: datetime | None
    taken: frozenset[int]

    @property
    def last(self) -> Contribution | None:
        return self.written[-1] if self.written else None

    @property
    def earlier(self) -> list[Contribution]:
        return self.written[:-1]

    @property
    def is_taken(self) -> bool:
        """Whether its newest text was taken over."""
        return self.last is not None and self.last.pk in self.taken

    @property
    def is_news(self) -> bool:
        return self.last is not None and not self.is_taken


def beside(report: Report, names: Directory, taken: Iterable[int]) -> list[Supporter]:
    """Every supporting ministry, and whoever wrote while it was one, in the ministries' order. `taken`: the primary
    keys of the contributions of which something stands in the text at hand."""
    wrote = {row.ministry_id for row in report.contributions.all()}
    listed = sorted(names.named({*supporting(report), *wrote}), key=lambda name: name.ministry.order)
    known = frozenset(taken)
    return [
        Supporter(name, written_by(report, name.ministry_id), asked_at(report, name.ministry_id), known)
        for name in listed
    ]


def seen_by(user: User, report: Report, names: Directory) -> list[Supporter]:
    """As a reader of the report sees them: those who wrote, and for the lead and the office the silent ones too. What
    was taken over is told of the text that was sent, where that is open to the person."""
    sees_text = permissions.can_see_text(user, report)
    taken = {row.contribution_id for row in report.current.taken.all()} if report.current and sees_text else set()
    every = permissions.can_see_office_side(user, report)
    return [
        row
        for row in beside(report, names, taken)
        if (row.written or every) and permissions.can_see_contribution(user, report, row.name.ministry_id)
    ]


# On My tasks


@dataclass(frozen=True)
class Refused:
    """A text that was not accepted: of which form, what was typed, and why."""

    form: str  # such as `support-12` or `request-7`
    text: str
    problems: list[str] = field(default_factory=list)
    key: str = ""


@dataclass(frozen=True)
class Supported:
    """A task that the ministry helps with, in the open round: its own texts, never the lead's draft."""

    report: Report
    lead: MinistryName
    written: list[Contribution]
    asked_at: datetime | None
    is_asked: bool  # whether nothing was written since
    can_write: bool
    can_read: bool  # whether the lead's sent text is open to it
    refused: Refused | None

    @property
    def code(self) -> str:
        return self.report.task.code

    @property
    def form(self) -> str:
        return f"support-{self.report.pk}"

    @property
    def state_word(self) -> str:
        return reading.state_word(self.report)

    @property
    def last(self) -> Contribution | None:
        return self.written[-1] if self.written else None

    @property
    def texts(self) -> list[tuple[str, str]]:
        """Last round's frozen text: its light stands apart."""
        before = self.report.baseline
        names = (Field.RESULTS, Field.PLANS, Field.ISSUES) if before else ()
        return [(str(name.label), text) for name in names if (text := getattr(before, name.value))]

    @property
    def baseline_light(self) -> Light | None:
        return reading.light_of(self.report.baseline_light)

    @property
    def taken(self) -> set[int]:
        """Which of its texts the lead's sent text names, where that may be read."""
        if self.report.current is None or not self.can_read:
            return set()
        return {row.contribution_id for row in self.report.current.taken.all()}

    @property
    def typed(self) -> str:
        """What the box holds: a refused text, else what was sent last, to be mended and sent again."""
        if self.refused:
            return self.refused.text
        return self.last.text if self.last else ""


@dataclass(frozen=True)
class Exchange:
    """What a ministry has to do with the tasks of others: those it supports, and the issues that ask it."""

    ministry: Ministry
    supported: list[Supported]
    asked: list[Asked]
    refused: Refused | None = None

    @property
    def unanswered(self) -> list[Asked]:
        return [row for row in self.asked if not row.is_answered]

    @property
    def called(self) -> list[Supported]:
        """Where the lead waits for the ministry's text."""
        return [row for row in self.supported if row.is_asked and row.can_write]

    @property
    def forms(self) -> set[str]:
        """The forms of the page, which are also the addresses of its rows."""
        return {row.form for row in self.supported} | {f"request-{row.form_key}" for row in self.asked}

    @property
    def stray(self) -> Refused | None:
        """A refused text whose form is not there any more, as when nothing is asked by now."""
        shut = {row.form for row in self.supported if not row.can_write}
        return self.refused if self.refused and self.refused.form not in self.forms - shut else None

    @property
    def is_empty(self) -> bool:
        return not self.supported and not self.asked


def of_ministry(
    ministry: Ministry,
    round_: Round | None,
    *,
    user: User,
    at: datetime,
    refused: Refused | None = None,
    names: Directory | None = None,
    asked: list[Asked] | None = None,
) -> Exchange:
    """`round_`: the one that is being collected; between rounds only requests are left. Constant in queries. `names`,
    `asked`: those of the round's day, and what the ministry is asked, where they are at hand."""
    shown = round_ or Round.objects.last_frozen()
    if shown is None:
        return Exchange(ministry, [], [], refused)
    names = names or Directory(shown.as_of)
    supported = _supported(ministry, round_, names, user=user, at=at, refused=refused) if round_ else []
    asked = requests.asked_of(ministry, shown, names) if asked is None else asked
    return Exchange(ministry, supported, asked, refused)


def _supported(
    ministry: Ministry, round_: Round, names: Directory, *, user: User, at: datetime, refused: Refused | None
) -> list[Supported]:
    supported = Report.objects.in_round(round_).supported_by(ministry.pk)
    reports = list(supported.order_by("task__code").with_contributions())
    for report in reports:
        report.round = round_
    rows = [
        Supported(
            report,
            names[report.lead_id],
            written_by(report, ministry.pk),
            asked_at(report, ministry.pk),
            is_awaited(report, ministry.pk),
            possible_beside("contribute", report, by=user, at=at, ministry=ministry.pk),
            permissions.can_see_text(user, report),
            refused if refused and refused.form == f"support-{report.pk}" else None,
        )
        for report in reports
    ]
    return sorted(rows, key=lambda row: (not (row.is_asked and row.can_write), not row.can_write))
