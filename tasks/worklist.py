"""*My tasks*: the reports of one ministry in the open round, with what is asked of each. Read-only."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ministries.directory import Directory
from ministries.models import Ministry, MinistryName, User
from records import clock
from records.chain import sha256
from tfportal import dates

from . import assignments, content, due_times, permissions, reading, requests, teamwork
from .conversations import Conversation, of_reports
from .due_times import Deadline
from .measures import Measure, Schedule, measures_of, schedules_of
from .models import Attachment, Draft, Field, Light, Milestone, Report, Return, Round, SignOff, State, Submission
from .models.indicators import Indicator
from .requests import Asked
from .signers import Signer, able, of_ministry
from .teamwork import Supporter
from .transitions import possible, possible_beside


@dataclass(frozen=True)
class Todo:
    """What is asked of the ministry: a strong word and its detail; `urgent` where something must be mended."""

    strong: str = ""
    detail: str = ""
    urgent: bool = False


@dataclass
class Row:
    """One report as its ministry sees it."""

    report: Report
    names: Directory
    codes: dict[str, int]
    user: User
    at: datetime
    raw: content.Raw = field(init=False)
    problems: content.Problems = field(init=False)
    conflict: content.Raw | None = None  # what someone else saved meanwhile
    gone: str = ""  # why it cannot be written any more, with the texts that were typed
    asked: list[Asked] = field(default_factory=list)  # whom the last sent text asks, and what they answered
    typed: list[str] = field(default_factory=list)
    refused_files: list[str] = field(default_factory=list)  # why files that came with the form were not attached
    signers: list[Signer] = field(default_factory=list)  # who may sign it off, where it awaits that
    talk: Conversation | None = None  # what the office and the ministry said about it
    doer: assignments.Doer | None = None  # to whom of the ministry the task is handed out
    is_mine: bool = False
    editor_left: date | None = None  # the last day of whoever wrote last on the draft, where they are gone
    left: set[str] = field(default_factory=set)  # the milestones' slots that one has gone on from
    seen_version: int | None = None  # the one that a refused form was written in, where it is not the one that stands

    def __post_init__(self) -> None:
        self.raw = content.tidy(self.draft.content) if self.draft else content.start_of(self.report)
        self.problems = content.problems_of(self.raw, self.rules) if self.draft else {}

    @property
    def error_slots(self) -> list[str]:
        """The names of all places in the form where a message may stand."""
        fields = ["light", "completed_on", *content.TEXTS, "addressed_to", "milestones", "attachments", "progress"]
        if self.returned_fields:
            fields.append("also_reason")
        fields += ["indicators", *(f"indicator-{row.pk}" for row in self.rules.indicators)]
        return fields + [f"milestone-{row.pk}" for row in self.milestones]

    @property
    def live_problems(self) -> content.Problems:
        """What is worth saying while someone types: not that a field is still empty which they have not come to yet."""
        empty = {name for name in content.STRINGS if not self.raw[name]} - {"issues"}
        unfinished = {
            f"milestone-{key}"
            for key, answer in self.raw["milestones"].items()
            if not answer["on"] or (answer["choice"] == "move" and not (answer["cause"] and answer["reason"]))
        }
        unfinished |= {
            f"indicator-{row.pk}" for row in self.rules.indicators if not self.raw["indicators"].get(str(row.pk))
        }
        silent = empty | (unfinished - self.left)
        return {name: texts for name, texts in self.problems.items() if name not in silent}

    @cached_property
    def draft(self) -> Draft | None:
        return getattr(self.report, "draft", None)

    @cached_property
    def rules(self) -> content.Rules:
        return content.Rules.of(self.report, self.codes)

    @property
    def code(self) -> str:
        return self.report.task.code

    @property
    def version(self) -> int:
        """The version that the form is about."""
        return self.report.version if self.seen_version is None else self.seen_version

    @property
    def prefix(self) -> str:
        """The names of this row's form fields begin with it."""
        return f"r{self.report.pk}-"

    @property
    def editable(self) -> bool:
        return possible("save_draft", self.report, by=self.user, at=self.at) and self.report.state != State.AWAITING

    @property
    def returned(self) -> Return | None:
        return content.open_return(self.report)

    @property
    def sent_back(self) -> SignOff | None:
        """The approver's comment that is not answered yet: nothing was asked again since."""
        last = max(self.report.sign_offs.all(), key=lambda row: row.at, default=None)
        waits = self.report.state in (State.MISSING, State.DRAFT, State.RETURNED)
        return last if last and waits and last.decision == SignOff.Decision.SENT_BACK else None

    @property
    def is_as_sent_back(self) -> bool:
        """Whether the approver's comment stands and the text is the very one that they sent back."""
        if not (back := self.sent_back):
            return False
        return sha256(self.draft.content) == back.draft_sha256 if self.draft else self.goes_as == "unchanged"

    @property
    def returned_fields(self) -> set[str]:
        return {row.field for row in self.returned.fields.all()} if self.returned else set()

    @property
    def due(self) -> list[Milestone]:
        return content.due_milestones(self.report)

    @property
    def milestones(self) -> list[Milestone]:
        return content.open_milestones(self.report)

    @cached_property
    def refusal(self) -> str:
        """Why "no change" is not possible; empty when it is."""
        return content.unchanged_refusal(self.report, self.names)

    @property
    def goes_as(self) -> str:
        """`changed`, `unchanged` or empty: what would be sent of this row now."""
        if not self.editable:
            return ""
        if self.draft:
            return "" if self.problems else "changed"
        if self.refusal or self.report.state != State.MISSING:
            return ""
        return "" if content.problems_of(self.raw, self.rules) else "unchanged"

    @property
    def stays_because(self) -> str:
        """Why nothing of this row goes out now."""
        if not self.editable or self.goes_as:
            return ""
        if self.draft:
            return " ".join(dict.fromkeys(text for texts in self.problems.values() for text in texts))
        return self.refusal or " ".join(
            text for texts in content.problems_of(self.raw, self.rules).values() for text in texts
        )

    @property
    def twice_unchanged(self) -> bool:
        return bool(self.report.baseline and self.report.baseline.unchanged)

    @property
    def shown_light(self) -> tuple[Light | None, bool]:
        """The light in the row's head, and whether it is last round's."""
        if self.draft or self.report.current_id:
            return reading.light_of(self.raw["light"]), False
        return reading.light_of(self.report.baseline_light), True

    @property
    def state_word(self) -> str:
        return reading.state_word(self.report)

    @cached_property
    def before(self) -> dict[str, reading.Part]:
        """Last round's text by field."""
        raw = content.raw_of(self.report.baseline, with_dates=False)
        # Dates stand as they are now: moved ones show what they were in the milestone's own line.
        return {
            part.field.value: part
            for part in reading.parts(raw, self.all_milestones, self.names, self.rules.files, self.indicators)
        }

    @cached_property
    def parts(self) -> list[reading.Part]:
        """This round's text in words."""
        return reading.parts(self.raw, self.all_milestones, self.names, self.rules.files, self.indicators)

    @property
    def all_milestones(self) -> list[Milestone]:
        return list(self.report.task.milestones.all())

    @cached_property
    def measures(self) -> list[Measure]:
        """The indicators that this report is asked for."""
        asked = {row.pk for row in self.rules.indicators}
        return [row for row in measures_of(self.report) if row.indicator.pk in asked]

    @cached_property
    def schedules(self) -> dict[int, Schedule]:
        return schedules_of(self.report)

    @property
    def indicators(self) -> list[Indicator]:
        """The task's, those that have ended, too: earlier texts speak of them."""
        return list(self.report.task.indicators.all())

    @property
    def base(self) -> content.Raw:
        """What the differences are against: the returned text, else last round's."""
        if self.returned:
            return content.raw_of(self.report.current)
        return content.raw_of(self.report.baseline, with_dates=False)

    @cached_property
    def differences(self) -> list[reading.Difference]:
        """The fields that differ from last round, or from the text that was returned."""
        old = reading.parts(self.base, self.all_milestones, self.names, self.rules.files, self.indicators)
        return [row for row in reading.differences(old, self.parts) if row.changed]

    @cached_property
    def theirs(self) -> list[reading.Difference]:
        """Where the text that someone else saved differs from what was typed here."""
        if self.conflict is None:
            return []
        old = reading.parts(self.conflict, self.all_milestones, self.names, self.rules.files, self.indicators)
        found = reading.differences(old, self.parts)
        # Files come and go by their own verbs: neither of the two texts takes them along.
        return [row for row in found if row.changed and row.new.field is not Field.ATTACHMENTS]

    @property
    def files(self) -> list[Attachment]:
        """What is attached to the text, as it stands in the database: no form carries it."""
        standing = content.tidy(self.draft.content) if self.draft else content.start_of(self.report)
        return [self.rules.files[pk] for pk in standing["attachments"] if pk in self.rules.files]

    @cached_property
    def team(self) -> list[Supporter]:
        """What the supporting ministries wrote, beside the text as it stands in the database: no form carries it."""
        standing = content.tidy(self.draft.content) if self.draft else content.start_of(self.report)
        return teamwork.beside(self.report, self.names, teamwork.taken_in(standing))

    @property
    def contributed(self) -> int:
        """How many supporting ministries wrote something that is not taken over."""
        return sum(row.is_news for row in self.team)

    @property
    def to_call(self) -> list[int]:
        """The supporting ministries that can be asked for their text now."""
        possible = possible_beside(
            "call_contributions", self.report, by=self.user, at=self.at, ministry=self.report.lead_id
        )
        return teamwork.to_call(self.report, self.at) if possible else []

    @property
    def supporters(self) -> list[MinistryName]:
        day = self.report.round.as_of
        return self.names.named(row.ministry_id for row in self.report.task.supports.all() if row.holds_on(day))

    @property
    def addressable(self) -> list[MinistryName]:
        """The ministries that an issue may ask."""
        return [name for name in self.names.in_order() if name.ministry.code in self.rules.codes]

    @property
    def last_line(self) -> str:
        """The last line of the results, for lists."""
        lines = [line for line in self.raw["results"].splitlines() if line.strip()]
        return lines[-1] if lines else ""

    @property
    def first_line(self) -> str:
        return next((line for line in self.raw["results"].splitlines() if line.strip()), "")

    @property
    def next_milestone(self) -> Milestone | None:
        return min(self.milestones, key=lambda row: row.current_on, default=None)

    @property
    def todo(self) -> Todo:
        """What the row asks for, most pressing first."""
        if self.returned and self.report.state == State.RETURNED:
            until = _("until %(when)s") % {"when": dates.moment(self.returned.due_at, year=False)}
            return Todo(pgettext("to do", "Mend"), until, True)
        if self.report.state == State.AWAITING:
            if not self.signers:
                return Todo(_("Nobody can sign it off"), urgent=True)
            return Todo(detail=_("with %(names)s") % {"names": ", ".join(map(str, self.signers))})
        if State(self.report.state).was_sent:
            submission = self.report.current.submission if self.report.current else None
            return Todo(detail=submission.number if submission else "")
        if not self.editable:
            return Todo()
        if self.sent_back and (self.draft or self.is_as_sent_back):
            return Todo(_("Approver's comment"), _("nothing changed since") if self.is_as_sent_back else "", True)
        if self.draft:
            if self.due and any(name.startswith("milestone-") for name in self.problems):
                return Todo(_("Milestone due"), dates.day(self.due[0].current_on, year=False), True)
            if self.problems:
                return Todo(content.count_words(self.problems), urgent=True)
            return Todo(detail=_("ready to send"))
        if self.due:
            return Todo(_("Milestone due"), dates.day(self.due[0].current_on, year=False))
        if self.refusal:
            return Todo(_("Write"), self.refusal)
        return Todo(detail=_("can go as “no change”"))


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
    def returned(self) -> list[Row]:
        return [row for row in self.rows if row.report.state == State.RETURNED]


def build(
    ministry: Ministry, round_: Round, *, user: User, at: datetime, codes: dict[str, int], only_mine: bool = False
) -> Worklist:
    """The ministry's reports: returned ones first, then those whose milestone is due, then the rest by code."""
    names, duties = Directory(round_.as_of), assignments.of_ministry(ministry.pk, timezone.localdate(at))
    reports = list(Report.objects.in_round(round_).led_by([ministry.pk]).order_by("task__code").with_texts())
    asked = requests.of_revisions([pk for report in reports if (pk := report.current_id or report.baseline_id)], names)
    rows = [
        Row(
            report,
            names,
            codes,
            user,
            at,
            asked=asked.get(report.current_id or report.baseline_id or 0, []),
            doer=duties.by_task.get(report.task_id),
            is_mine=duties.is_mine(report.task_id, user),
            editor_left=duties.left_on(getattr(report, "draft", None)),
        )
        for report in reports
    ]
    _name_holders(rows)
    talks = of_reports(reports, user=user, at=at)
    for row in rows:
        row.talk = talks.get(row.report.pk)
    rows.sort(
        key=lambda row: (
            row.report.state != State.RETURNED,
            not row.sent_back,
            not (row.editable and row.due),
            row.code,
        )
    )
    return Worklist(round_, ministry, names, rows, at, duties.is_used, only_mine)


def of_report(report: Report, *, user: User, at: datetime, codes: dict[str, int]) -> Row:
    """One report as a row."""
    names, sent = Directory(report.round.as_of), report.current_id or report.baseline_id
    asked = requests.of_revisions([sent], names)[sent] if sent else []
    row = Row(report, names, codes, user, at, asked=asked)
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
