"""승인: what waits for one approver in one ministry, and by whom it was asked. Read-only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from ministries.models import Ministry, MinistryName, Role, User
from tfportal.language import on_behalf

from . import signers
from .models import Draft, Report, Round, State
from .rows import Row
from .worklist import Worklist


@dataclass(frozen=True)
class Asked:
    """The reports that one person put before the approver in one moment, and who may sign them off."""

    who: str
    at: datetime
    rows: list[Row]

    @property
    def holders(self) -> list[str]:
        """Who may sign off at least one of them."""
        return list(dict.fromkeys(str(signer) for row in self.rows for signer in row.signers))

    @property
    def has_no_holder(self) -> bool:
        return not all(row.signers for row in self.rows)

    @property
    def items(self) -> str:
        """As a button carries them: `report:version`, with blanks between."""
        return " ".join(f"{row.report.pk}:{row.report.version}" for row in self.rows)


def requests(rows: Iterable[Row]) -> list[Asked]:
    """What awaits sign-off, as it was asked for, the earliest first."""
    found: dict[tuple[datetime, str], list[Row]] = {}
    for row in rows:
        if row.draft and row.draft.asked_at:
            found.setdefault((row.draft.asked_at, asker(row.draft)), []).append(row)
    return [Asked(who, at, found[at, who]) for at, who in sorted(found)]


def asker(draft: Draft) -> str:
    """Who asked: "A", or "A for B"."""
    return on_behalf(draft.asked_by, draft.asked_for) if draft.asked_by else ""


@dataclass(frozen=True)
class Waiting:
    """One report that waits. `bar`: why this person is not the one to sign it off."""

    row: Row
    bar: signers.Bar | None
    at: datetime
    round_due_at: datetime  # the ministry's, with its extension

    @property
    def report(self) -> Report:
        return self.row.report

    @property
    def asked_by(self) -> str:
        return asker(self.row.draft) if self.row.draft else ""

    @property
    def asked_at(self) -> datetime | None:
        return self.row.draft.asked_at if self.row.draft else None

    @property
    def is_unchanged(self) -> bool:
        return bool(self.row.draft and self.row.draft.unchanged)

    @property
    def due_at(self) -> datetime:
        """The due time in force: of the return that it answers, else of the round."""
        return self.row.returned.due_at if self.row.returned else self.round_due_at

    @property
    def is_past_due(self) -> bool:
        return self.at > self.due_at

    @property
    def is_asked_in_time(self) -> bool:
        return self.asked_at is not None and self.asked_at <= self.due_at


@dataclass
class Desk:
    """The page of one approver: their ministries, the chosen one's reports, and what of them waits."""

    user: User
    round: Round
    at: datetime
    ministry: Ministry
    work: Worklist
    marked: set[int] | None = None  # the reports (primary keys) that a refused form had ticked

    @property
    def name(self) -> MinistryName:
        return self.work.name

    @cached_property
    def waiting(self) -> list[Waiting]:
        holder = self.user.acts_for((Role.APPROVER, self.ministry.pk))
        rows = sorted(self.work.awaiting, key=lambda row: row.code)
        return [
            Waiting(
                row,
                signers.bar(row.draft, self.user.pk, holder.pk if holder else None),
                self.at,
                self.work.deadline.due_at,
            )
            for row in rows
        ]

    @property
    def changed(self) -> list[Waiting]:
        return [one for one in self.waiting if one.bar is None and not one.is_unchanged]

    @property
    def unchanged(self) -> list[Waiting]:
        return [one for one in self.waiting if one.bar is None and one.is_unchanged]

    @property
    def barred(self) -> list[Waiting]:
        return [one for one in self.waiting if one.bar is not None]

    @property
    def ticked(self) -> set[int]:
        """Whose boxes are ticked: everything that is theirs to sign off, or of that what a refused form had ticked."""
        own = {one.report.pk for one in self.waiting if one.bar is None}
        return own if self.marked is None else own & self.marked

    @property
    def counts(self) -> dict[str, int]:
        """How many of the ticked ones go as changed, and how many as "no change": what the button says."""
        return {
            "changed": sum(one.report.pk in self.ticked for one in self.changed),
            "unchanged": sum(one.report.pk in self.ticked for one in self.unchanged),
        }

    def holds(self, report: Report) -> bool:
        """Whether the report still waits here."""
        return any(one.report.pk == report.pk for one in self.waiting)

    @property
    def past_due(self) -> list[Waiting]:
        return [one for one in self.waiting if one.is_past_due]

    @property
    def requests(self) -> list[Asked]:
        return requests(one.row for one in self.waiting)

    @property
    def others(self) -> list[Row]:
        return [row for row in self.work.rows if row.report.state != State.AWAITING]
