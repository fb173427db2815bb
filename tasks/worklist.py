"""*My tasks*: the reports of one ministry in the open round, with what is asked of each. Read-only."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils import timezone

from ministries.directory import Directory
from ministries.models import Ministry, MinistryName, User
from records import clock

from . import assignments, due_times, permissions, prefetching, requests
from .conversations import of_reports
from .due_times import Deadline
from .models import Report, Round, State, Submission
from .providers import Owed, OwedDecision
from .querysets import ReportQuerySet
from .requests import Asked
from .rows import Row
from .signers import able, of_ministry


@dataclass
class Worklist:
    """All rows of one ministry in one round, in the order of work."""

    round: Round
    ministry: Ministry
    names: Directory
    rows: list[Row]
    at: datetime
    hands_out: bool = False  # whether the ministry has given any of its tasks to one of its officers
    only_mine: bool = False
    asked: list[Asked] | None = None  # what others ask of the ministry, where it was read along
    owed: Owed | None = None  # what it has to carry out by decisions of meetings

    @property
    def name(self) -> MinistryName:
        return self.names[self.ministry.pk]

    @property
    def mine(self) -> list[Row]:
        """The tasks that are handed out to the person."""
        return [row for row in self.rows if row.is_mine]

    @property
    def shown(self) -> list[Row]:
        """The rows that the page is about: all, unless the person asked for theirs."""
        return self.mine if self.only_mine else self.rows

    @property
    def query(self) -> str:
        """The address of the list, so far: what is narrowed further goes behind it."""
        return f"?ministry={self.ministry.code}" + ("&mine=1" if self.only_mine else "")

    @property
    def decisions(self) -> list[OwedDecision]:
        """What the ministry has to carry out, the earliest due first."""
        return self.owed.rows if self.owed else []

    @property
    def late_decisions(self) -> int:
        """How many of them are past their day."""
        return sum(row.is_overdue for row in self.decisions)

    @property
    def counts(self) -> list[tuple[State, int]]:
        """How many reports stand in each state, in the order of the page; *awaiting* only where there is sign-off."""
        order = [State.RETURNED, State.DRAFT, State.MISSING, State.AWAITING, State.SUBMITTED, State.ACCEPTED]
        number = {state: sum(row.report.state == state for row in self.shown) for state in order}
        return [
            (state, number[state]) for state in order if state is not State.AWAITING or number[state] or self.signs_off
        ]

    @cached_property
    def deadline(self) -> Deadline:
        """The ministry's due time in force, and what was asked of it. One query, for the pages that show it."""
        return due_times.deadline(self.round, self.ministry.pk, at=self.at)

    @property
    def holders(self) -> list[str]:
        """Who may sign off what awaits it."""
        return list(dict.fromkeys(str(signer) for row in self.awaiting for signer in row.signers))

    @property
    def is_held_up(self) -> bool:
        """Whether something waits that nobody can sign off."""
        return not all(row.signers for row in self.awaiting)

    @property
    def signs_off(self) -> bool:
        return self.ministry.sign_off

    def going(self, kind: str) -> list[Row]:
        return [row for row in self.rows if row.goes_as == kind]

    @property
    def changed(self) -> list[Row]:
        return self.going("changed")

    @property
    def unchanged(self) -> list[Row]:
        return self.going("unchanged")

    @property
    def staying(self) -> list[Row]:
        """Rows that could be written but do not go out now."""
        return [row for row in self.rows if row.editable and not row.goes_as]

    @property
    def to_do(self) -> list[Row]:
        """Rows that ask for something before they go: to be written or mended, or sent back and not touched since."""
        return [row for row in self.rows if row.editable and (not row.goes_as or row.is_as_sent_back)]

    @property
    def sent(self) -> list[Row]:
        return [row for row in self.rows if State(row.report.state).was_sent and row.report.state != State.RETURNED]

    @property
    def last_submission(self) -> Submission | None:
        """The newest answer that still stands, for those who do not know whether theirs arrived."""
        came = [row.report.current.submission for row in self.sent if row.report.current]
        return max(came, key=lambda row: (row.received_at, row.pk), default=None)

    @property
    def awaiting(self) -> list[Row]:
        return [row for row in self.rows if row.report.state == State.AWAITING]

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to write or to send."""
        return not any(row.editable for row in self.rows)

    @property
    def demanded(self) -> list[Row]:
        """What somebody gave back and waits for."""
        return [row for row in self.rows if row.is_demanded]


def build(
    ministry: Ministry,
    round_: Round,
    *,
    user: User,
    at: datetime,
    codes: dict[str, int],
    only_mine: bool = False,
    with_asked: bool = False,
    with_forms: bool = True,
) -> Worklist:
    """The ministry's reports: returned ones first, then those whose milestone is due, then the rest by code.
    `with_asked`: and what others ask of the ministry; `with_forms`: and what stands beside the fields of each form."""
    names, duties = Directory(round_.as_of), assignments.of_ministry(ministry.pk, timezone.localdate(at))
    reports = list(Report.objects.with_list_texts(round_).led_by([ministry.pk]).order_by("task__code"))
    for report in reports:
        report.round, report.lead = round_, ministry
    if with_forms:
        prefetching.forms(reports)
    sent = [pk for report in reports if (pk := report.current_id or report.baseline_id)]
    if with_asked:
        ours, theirs = requests.both_ways(sent, ministry, round_, names)
    else:
        ours, theirs = requests.of_revisions(sent, names), None
    owed = Owed([ministry.pk], round_, at)
    rows = [
        Row(
            report,
            names,
            codes,
            user,
            at,
            asked=ours.get(report.current_id or report.baseline_id or 0, []),
            doer=duties.by_task.get(report.task_id),
            is_mine=duties.is_mine(report.task_id, user),
            editor_left=duties.left_on(getattr(report, "draft", None)),
            owed=owed,
        )
        for report in reports
    ]
    _name_holders(rows)
    talks = of_reports(reports, user=user, at=at, names=names)
    for row in rows:
        row.talk = talks.get(row.report.pk)
    rows.sort(key=_place)
    return Worklist(round_, ministry, names, rows, at, duties.is_used, only_mine, theirs, owed)


def _place(row: Row) -> tuple[object, ...]:
    """Where a row stands in the order of work."""
    return row.report.state != State.RETURNED, not row.sent_back, not (row.editable and row.due), row.code


def around(
    report: Report, *, user: User, at: datetime, codes: dict[str, int], only_mine: bool = False
) -> tuple[Worklist, Row]:
    """The list and the report's row in it, as far as its numbers and what a row says of itself need them: for the
    answer to a draft. Nothing is read that stands beside the texts."""
    round_, ministry = report.round, report.lead
    names, duties = Directory(round_.as_of), None
    if only_mine:
        duties = assignments.of_ministry(ministry.pk, timezone.localdate(at))
    rows = _by_rules(report, Report.objects.led_by([ministry.pk]), names, user=user, at=at, codes=codes)
    for row in rows:
        row.is_mine = bool(duties and duties.is_mine(row.report.task_id, user))
    mine = next(row for row in rows if row.report.pk == report.pk)
    _name_holders([mine])
    rows.sort(key=_place)
    return Worklist(round_, ministry, names, rows, at, bool(duties and duties.is_used), only_mine), mine


def alone(report: Report, *, user: User, at: datetime, codes: dict[str, int], only_mine: bool = False) -> Row:
    """The report's row by itself, read as `around` reads it: for the answer to a draft that changes no number, which is
    what comes every few seconds."""
    names, own = Directory(report.round.as_of), Report.objects.filter(pk=report.pk)
    (row,) = _by_rules(report, own, names, user=user, at=at, codes=codes)
    _name_holders([row])
    return row


def _by_rules(
    report: Report, wanted: ReportQuerySet, names: Directory, *, user: User, at: datetime, codes: dict[str, int]
) -> list[Row]:
    reports = list(wanted.with_rules(report.round).order_by("task__code"))
    prefetching.named_by_rules(reports)
    for one in reports:
        one.round, one.lead = report.round, report.lead
    owed = Owed([report.lead_id], report.round, at)
    return [Row(one, names, codes, user, at, owed=owed) for one in reports]


def of_report(report: Report, *, user: User, at: datetime, codes: dict[str, int]) -> Row:
    """One report as a row."""
    names, sent = Directory(report.round.as_of), report.current_id or report.baseline_id
    asked = requests.of_revisions([sent], names)[sent] if sent else []
    row = Row(report, names, codes, user, at, asked=asked, owed=Owed([report.lead_id], report.round, at))
    _name_holders([row])
    return row


def _name_holders(rows: list[Row]) -> None:
    """Who may sign off what awaits it, of one ministry; two queries where something does."""
    awaiting = [row for row in rows if row.report.state == State.AWAITING]
    present = of_ministry(awaiting[0].report.lead_id, clock.today()) if awaiting else []
    for row in awaiting:
        row.signers = able(present, row.draft)


def ministries_of(user: User) -> list[Ministry]:
    """The ministries for which the person reports or approves, officers' first."""
    seen: dict[int, Ministry] = {}
    for posting in sorted(user.offices, key=lambda row: row.role != "officer"):
        if posting.ministry and posting.ministry_id in user.standing.ministries:
            seen.setdefault(posting.ministry_id, posting.ministry)
    return list(seen.values())


def may_write(user: User, ministry: Ministry) -> bool:
    return permissions.can_report(user) and ministry.pk in user.standing.officer_of
