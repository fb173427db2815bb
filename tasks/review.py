"""The office's reading: the queue, one report with its differences, what happened to it. Read-only."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ministries import working_days
from ministries.directory import Directory
from ministries.models import MinistryName, User
from records.models import Event

from . import content, conversations, earlier, permissions, reading, requests, teamwork
from .measures import Measure, Schedule, measures_of, schedules_of
from .models import CorrectionDecision, Draft, Field, Light, Report, Return, Revision, Round, State
from .queueing import Place, Queue
from .tiles import ACCEPTANCES, BETWEEN_VERBS, OPEN_VERBS, TEAM_VERBS, codes_of

ROUNDS_AT_HAND = 3  # how many of the last rounds stand beside a report under review


@dataclass
class Reading:
    """One report with its current text, ready to be compared."""

    report: Report
    names: Directory

    @property
    def code(self) -> str:
        return self.report.task.code

    @property
    def lead(self) -> MinistryName:
        return self.names[self.report.lead_id]

    @property
    def lead_name(self) -> str:
        """The lead's name: as it was copied at the freeze, else as of the round."""
        return self.report.lead_name or self.lead.name

    @property
    def supporters(self) -> list[MinistryName]:
        day = self.report.round.as_of
        return self.names.named(row.ministry_id for row in self.report.task.supports.all() if row.holds_on(day))

    @property
    def state_word(self) -> str:
        return reading.state_word(self.report)

    @cached_property
    def parts(self) -> list[reading.Part]:
        return self._parts(self.report.current)

    def _parts(self, revision: Revision | None) -> list[reading.Part]:
        return self._in_words(content.raw_of(revision))

    def _in_words(self, raw: content.Raw) -> list[reading.Part]:
        milestones = list(self.report.task.milestones.all())
        if self.report.round.frozen_at:
            # Dates that this report did not touch may have moved since: a frozen page shows only what it said itself.
            milestones = [row for row in milestones if str(row.pk) in raw["milestones"]]
        indicators = list(self.report.task.indicators.all())
        return reading.parts(raw, milestones, self.names, content.files_of(self.report), indicators)

    def measures(self, *, with_own: bool) -> list[Measure]:
        return measures_of(self.report, with_own=with_own)

    @property
    def schedules(self) -> list[Schedule]:
        """The milestones that were moved in earlier rounds."""
        return [row for row in schedules_of(self.report).values() if row.moves]

    @property
    def draft(self) -> Draft | None:
        """What the ministry has not sent. It is its own people's: nobody else's page may ask for it."""
        return getattr(self.report, "draft", None)

    @property
    def draft_parts(self) -> list[reading.Part]:
        return self._in_words(content.tidy(self.draft.content)) if self.draft else []

    @cached_property
    def is_asked_in_time(self) -> bool:
        """Whether the approver of a late report was asked in time."""
        if self.report.late_by is None:
            return False
        return Report.objects.asked_in_time().filter(pk=self.report.pk).exists()

    @cached_property
    def mended(self) -> Return | None:
        """The return that the current text answers."""
        if self.report.current_id is None:
            return None
        return next((row for row in self.report.returns.all() if row.resolved_by_id == self.report.current_id), None)

    @cached_property
    def since_return(self) -> list[reading.Difference]:
        """Each field against the text that was returned."""
        return reading.differences(self._parts(self.mended.revision), self.parts) if self.mended else []

    @cached_property
    def since_last_round(self) -> list[reading.Difference]:
        """Each field against the baseline."""
        return reading.differences(self._baseline_parts, self.parts)

    @property
    def _baseline_parts(self) -> list[reading.Part]:
        raw = content.raw_of(self.report.baseline, with_dates=False)
        milestones = [] if self.report.round.frozen_at else list(self.report.task.milestones.all())
        return reading.parts(raw, milestones, self.names, content.files_of(self.report))

    @property
    def baseline_parts(self) -> list[reading.Part]:
        return [part for part in self._baseline_parts if part.text and part.field is not Field.MILESTONES]

    def against(self, base: str) -> list[reading.Difference]:
        """The differences to show: `return`, `baseline`, or the plain text."""
        if base == "return" and self.mended:
            return self.since_return
        if base == "baseline" and self.report.baseline_id:
            return self.since_last_round
        return [reading.Difference(part, part, []) for part in self.parts]

    @property
    def changed_since_return(self) -> int:
        return sum(row.changed for row in self.since_return)

    @property
    def changed_since_baseline(self) -> int:
        return sum(row.changed for row in self.since_last_round)

    @property
    def default_base(self) -> str:
        """What a reviewer wants to see first: just what was mended, else what is new."""
        return "return" if self.mended else "baseline" if self.report.baseline_id else "text"


def read(report: Report) -> Reading:
    """The report with the names of its round's day."""
    return Reading(report, Directory(report.round.as_of))


@dataclass
class Sheet:
    """The review page of one report: its reading, and what the reviewer has beside it."""

    view: Reading
    user: User
    at: datetime
    queue: Queue

    @property
    def report(self) -> Report:
        return self.view.report

    @property
    def can_review(self) -> bool:
        return permissions.can_review(self.user, self.report)

    @property
    def takes_verdict(self) -> bool:
        """Whether this person can give a verdict now."""
        return self.can_review and self.is_mine and is_open(self.report)

    @property
    def is_mine(self) -> bool:
        """Whether this person has it open for review, in person or as a deputy."""
        return self.queue.is_mine(self.report)

    @property
    def is_anothers(self) -> bool:
        """Whether a colleague has it open: it can be taken over."""
        return is_open(self.report) and not self.is_mine

    @cached_property
    def place(self) -> Place:
        return self.queue.place_of(self.report)

    @property
    def list_query(self) -> str:
        """The way back to the page of the list on which the report stands."""
        return self.queue.wanted.on_page(self.place.page)

    @cached_property
    def rounds(self) -> list[earlier.Earlier]:
        """The last rounds of the task, the latest first."""
        return earlier.of_task(self.report, user=self.user, most=ROUNDS_AT_HAND, names=self.view.names)

    @property
    def has_other_baseline(self) -> bool:
        """Whether what it is compared with stands in none of these rounds."""
        baseline = self.report.baseline
        if baseline is None:
            return not self.rounds
        return baseline.report_id not in {one.report.pk for one in self.rounds}

    @cached_property
    def _events(self) -> list[Event]:
        return events_about(self.report)

    @cached_property
    def history(self) -> list["Step"]:
        return steps(self._events)

    @property
    def undone(self) -> dict[str, str]:
        """The light and the reason of an acceptance of this very text that was taken back: they stand in the form
        again. The wording for the book stays with the report. Empty where the text was never accepted by itself."""
        accepted = [event.data for event in self._events if event.verb == "accept"]
        if not accepted or self.report.current is None or accepted[-1]["revision"] != self.report.current.no:
            return {}
        return {name: str(accepted[-1][name]) for name in ("light", "reason")}

    @cached_property
    def measures(self) -> list[Measure]:
        return self.view.measures(with_own=True)

    @cached_property
    def talk(self) -> conversations.Conversation | None:
        return conversations.of_report(self.report, user=self.user, at=self.at)

    @cached_property
    def team(self) -> list[teamwork.Supporter]:
        return teamwork.seen_by(self.user, self.report, self.view.names)

    @cached_property
    def asked(self) -> list[requests.Asked]:
        return requests.seen_by(self.user, self.report, self.view.names)


@dataclass(frozen=True)
class Step:
    """One thing that happened to a report."""

    at: datetime
    verb: str
    who: str
    detail: str = ""


def history(report: Report, *, inside: bool = False) -> list[Step]:
    """What happened to the report, the oldest first: its own events and those of the answers it was part of.

    What went on between an officer and their approver is for those `inside` the lead ministry alone; a sign-off is
    open to all, since it is the submission.
    """
    return steps(events_about(report), inside=inside)


def steps(events: list[Event], *, inside: bool = False) -> list[Step]:
    """The same of events that were read already."""
    found = [event for event in events if event.verb not in BETWEEN_VERBS]  # it stands beside as a whole
    return [_step(event) for event in found if inside or event.verb in (*OPEN_VERBS, *TEAM_VERBS)]


def events_about(report: Report) -> list[Event]:
    """The events that a report has part in, the oldest first: its own, and those of answers that it was in."""
    events = Event.objects.filter(stream__key=report.round.stream_key)
    own = Q(object_type=Report._meta.label_lower, object_id=str(report.pk))
    # The database narrows it down to what contains the code, `codes_of` knows which of them are about the report.
    shared = Q(object_type=Round._meta.label_lower, data__reports__icontains=report.task.code)
    return [
        event
        for event in events.filter(own | shared).select_related("actor", "acting_for").order_by("at", "seq")
        if event.object_type == Report._meta.label_lower or report.task.code in codes_of(event)
    ]


def was_just_accepted(report: Report) -> bool:
    """Whether its acceptance is the last thing that the record says of the report."""
    events = events_about(report)
    return bool(events) and events[-1].verb in ACCEPTANCES


def _step(event: Event) -> Step:
    detail = event.data.get("number") or words_of(event)
    if event.verb == "decide_correction":
        decision = CorrectionDecision.Decision(event.data["decision"])
        numbered = _("Correction %(no)s") % {"no": event.data["no"]} if event.data["no"] else ""
        detail = " · ".join(str(part) for part in (decision.label, numbered, event.data["comment"]) if part)
    return Step(event.at, event.verb, event.who, str(detail))


def words_of(event: Event) -> str:
    """What was said with it; where that is nothing, what the portal knows of it."""
    data = event.data
    if data.get("undo"):
        return _("undone by whoever had accepted it, before anything else happened")
    if event.verb == "take_over_review" and data.get("from"):
        return _("taken over from %(name)s") % {"name": data["from"]}
    return str(data.get("comment") or data.get("reason") or "")


def proposed_due(round_: Round, at: datetime) -> datetime:
    """The due time that a return starts with: noon in two days, or of the working day after, never before now."""
    day = working_days.calendar().on_or_after(timezone.localdate(at) + timedelta(days=2))
    return timezone.make_aware(datetime.combine(day, time(12)))


def proposed_light(report: Report) -> Light | None:
    """The office's light to start with: its own, else the ministry's."""
    value = report.office_light or (report.current.light if report.current else "")
    return Light(value) if value else None


def is_open(report: Report) -> bool:
    """Whether a verdict can be given now."""
    collecting = report.round.frozen_at is None
    return collecting and report.state == State.SUBMITTED and report.opened_by_office_at is not None
