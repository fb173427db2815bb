"""One report as its ministry sees it: the row of *My tasks*, of the workbook, of the paper. Read-only."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ministries.directory import Directory
from ministries.models import MinistryName, User
from records.chain import sha256
from tfportal import dates

from . import assignments, content, reading, teamwork
from .conversations import Conversation
from .measures import Measure, Schedule, measures_of, schedules_of
from .models import Attachment, Draft, Field, Light, Milestone, Report, Return, SignOff, State
from .models.indicators import Indicator
from .providers import Owed, OwedDecision
from .requests import Asked
from .signers import Signer
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
    owed: Owed | None = None  # what its ministry has to carry out by decisions of meetings
    seen_version: int | None = None  # the one that a refused form was written in, where it is not the one that stands

    @cached_property
    def standing(self) -> content.Raw:
        """The text as it stands in the database: the draft's, else its start. Read when it is asked for: whoever only
        counts rows needs no text of those that were sent."""
        return content.tidy(self.draft.content) if self.draft else content.start_of(self.report)

    @cached_property
    def raw(self) -> content.Raw:
        """The text as the form shows it: the one that stands; what was typed, after a refusal."""
        return self.standing

    @cached_property
    def problems(self) -> content.Problems:
        """What is to be mended in what was written, by the place in the form."""
        return content.problems_of(self.standing, self.rules) if self.draft else {}

    @property
    def error_slots(self) -> list[str]:
        """The names of all places in the form where a message may stand."""
        fields = ["light", "completed_on", *content.TEXTS, "addressed_to", "milestones", "attachments", "progress"]
        if self.returned_fields:
            fields.append("also_reason")
        fields += ["indicators", *(f"indicator-{row.pk}" for row in self.rules.indicators)]
        return fields + [f"milestone-{row.pk}" for row in self.milestones]

    @property
    def named_problems(self) -> list[tuple[str, str, list[str]]]:
        """What is to be mended, in the order of the page: the place in the form, its name, what is said there."""
        names = {f"milestone-{row.pk}": row.title for row in self.milestones}
        names |= {f"indicator-{row.pk}": row.title for row in self.rules.indicators}
        names |= {field.value: str(field.label) for field in Field}
        names |= {"completed_on": _("Completed on"), "also_reason": _("Also changed")}
        places = [*self.error_slots, *(name for name in self.problems if name not in self.error_slots)]
        return [(name, names.get(name, ""), self.problems[name]) for name in places if self.problems.get(name)]

    @property
    def live_problems(self) -> content.Problems:
        """What is worth saying while someone types: not that a field is still empty which they have not come to yet."""
        empty = {name for name in content.STRINGS if not self.raw[name]} - {"issues", "also_reason"}
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

    @cached_property
    def editable(self) -> bool:
        return possible("save_draft", self.report, by=self.user, at=self.at) and self.report.state != State.AWAITING

    @property
    def returned(self) -> Return | None:
        return content.open_return(self.report)

    @cached_property
    def sent_back(self) -> SignOff | None:
        """The approver's comment that is not answered yet: nothing was asked again since."""
        last = max(self.report.sign_offs.all(), key=lambda row: row.at, default=None)
        waits = self.report.state in (State.MISSING, State.DRAFT, State.RETURNED)
        return last if last and waits and last.decision == SignOff.Decision.SENT_BACK else None

    @property
    def is_demanded(self) -> bool:
        """Whether somebody gave it back, the office or the approver, and waits for it."""
        return self.report.state == State.RETURNED or self.sent_back is not None

    @cached_property
    def is_as_sent_back(self) -> bool:
        """Whether the approver's comment stands and the text is the very one that they sent back."""
        if not (back := self.sent_back):
            return False
        # Asked for as "no change" it left no draft behind; last round's text put back in its place leaves none either.
        return sha256(self.draft.content if self.draft else content.start_of(self.report)) == back.draft_sha256

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
        return content.unchanged_refusal(self.report, self.names, unsaid=self.owed.unsaid if self.owed else None)

    @property
    def decisions(self) -> list[OwedDecision]:
        """The open decisions about the task that its ministry carries out."""
        return self.owed.on(self.report) if self.owed else []

    @property
    def goes_as(self) -> str:
        """`changed`, `unchanged` or empty: what would be sent of this row now."""
        if not self.editable:
            return ""
        if self.draft:
            return "" if self.problems else "changed"
        if self.report.state != State.MISSING or self.refusal:
            return ""
        return "" if self.start_problems else "unchanged"

    @property
    def standing_mark(self) -> str:
        """All of this row that the page's counts and its bar depend on: a save that leaves it leaves them as well."""
        return f"{self.report.state}-{self.goes_as}-{int(self.is_as_sent_back)}"

    @cached_property
    def start_problems(self) -> content.Problems:
        """Why a text that nobody wrote on could not go as it is."""
        return content.problems_of(self.raw, self.rules)

    @property
    def stays_because(self) -> str:
        """Why nothing of this row goes out now."""
        if not self.editable or self.goes_as:
            return ""
        if self.draft:
            return " ".join(dict.fromkeys(text for texts in self.problems.values() for text in texts))
        return self.refusal or " ".join(text for texts in self.start_problems.values() for text in texts)

    @property
    def twice_unchanged(self) -> bool:
        return bool(self.report.baseline and self.report.baseline.unchanged)

    @cached_property
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
        return [self.rules.files[pk] for pk in self.standing["attachments"] if pk in self.rules.files]

    @cached_property
    def team(self) -> list[Supporter]:
        """What the supporting ministries wrote, beside the text as it stands in the database: no form carries it."""
        taken = content.taken_over(self.standing, self.rules.contributions)
        return teamwork.beside(self.report, self.names, [row.pk for row in taken])

    @cached_property
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

    @cached_property
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

    @cached_property
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
