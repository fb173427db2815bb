"""A meeting's outcome as its pages show it: draft, comments, seal, notices, and what became of it. Read-only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ministries.directory import Directory
from ministries.models import MinistryName, User
from records.models import Event, Seal, Stream
from records.verify import SHORT_ROOT

from . import adopted, outcome_steps, permissions, planning, registers, waiting
from .models import (
    AgendaItem,
    Comment,
    Decision,
    DecisionKind,
    Meeting,
    Notification,
    NotificationAnswer,
    Remark,
    Stage,
)
from .registers import Entry

# The verbs after which a ministry reads another draft than before; circulating once more is one where it brought texts.
CHANGES = (
    *("write_outcome", "circulate_outcome", "set_remarks", "add_item", "change_item", "remove_item"),
    *("record_decision", "change_decision", "withdraw_decision"),
)


def owners(meeting: Meeting, decisions: Iterable[Decision]) -> set[int]:
    """Whom the outcome is notified to: who leads or supports a decision or is named by an exhortation; all who are
    invited where an exhortation names nobody. `decisions`: those that were not withdrawn."""
    found: set[int] = set()
    for decision in decisions:
        named = {row.ministry_id for row in decision.supporting.all()}
        named |= {decision.lead_id} if decision.lead_id else set()
        if not named and decision.kind == DecisionKind.EXHORTATION:
            named = set(meeting.attendances.values_list("ministry", flat=True))
        found |= named
    return found


def _named(entry: Entry) -> set[int]:
    """The ministries that lead or support it."""
    lead = {entry.decision.lead_id} if entry.decision.lead_id else set()
    return lead | {row.ministry_id for row in entry.decision.supporting.all()}


def is_before_its_day(meeting: Meeting, at: datetime) -> bool:
    """Whether the meeting was certainly not held yet."""
    return meeting.date is not None and timezone.localdate(at) < meeting.date


def is_undated(meeting: Meeting, at: datetime) -> bool:
    """Whether nobody knows if it was held: it has no day, and none after which it cannot be."""
    latest = meeting.not_after
    return meeting.date is None and (latest is None or timezone.localdate(at) <= latest)


def to_answer(meeting: Meeting) -> QuerySet[Comment]:
    """The comments that wait for the office: not those whose ministry said afterwards that it has none."""
    return waiting.comments().filter(meeting=meeting)


@dataclass(frozen=True)
class Told:
    """One notified ministry and what it said last."""

    notification: Notification
    name: MinistryName

    @cached_property
    def last(self) -> NotificationAnswer | None:
        answers = list(self.notification.answers.all())
        return answers[-1] if answers else None

    @property
    def agrees(self) -> bool:
        return self.last is not None and self.last.agrees

    @property
    def objects(self) -> bool:
        return self.last is not None and not self.last.agrees

    @property
    def waits(self) -> bool:
        """Whether it objects and the office has not answered."""
        return self.objects and not hasattr(self.last, "answer")

    @property
    def answered(self) -> list[NotificationAnswer]:
        """Its objections that the office answered, the earliest first."""
        return [row for row in self.notification.answers.all() if hasattr(row, "answer")]


@dataclass(frozen=True)
class Said:
    """One comment with the name of its ministry. `counts`: that it says what the ministry says now; an opinion is taken
    back by "no comment", and that by an opinion. `is_outdated`: that the draft became another one since."""

    comment: Comment
    name: MinistryName
    counts: bool = True
    is_outdated: bool = False

    @property
    def waits(self) -> bool:
        return self.counts and bool(self.comment.text) and not hasattr(self.comment, "answer")


@dataclass
class Outcome:
    """The outcome as one person sees it."""

    meeting: Meeting
    user: User
    at: datetime
    names: Directory

    @property
    def runs(self) -> bool:
        return permissions.can_run_meetings(self.user)

    @property
    def stage(self) -> Stage:
        return self.meeting.stage

    @property
    def is_confirmed(self) -> bool:
        return self.meeting.frozen_at is not None

    @property
    def is_circulated(self) -> bool:
        return self.meeting.circulated_at is not None

    @cached_property
    def is_readable(self) -> bool:
        """The office reads the draft, invited ministries what was circulated, everybody else what is confirmed."""
        return self.runs or self.is_confirmed or (self.is_circulated and bool(self.own))

    @cached_property
    def invited(self) -> list[MinistryName]:
        return self.names.named(self.meeting.attendances.values_list("ministry", flat=True))

    @cached_property
    def own(self) -> list[MinistryName]:
        """The person's own ministries among those that are invited."""
        return [name for name in self.invited if name.ministry_id in self.user.standing.ministries]

    @cached_property
    def items(self) -> list[AgendaItem]:
        return list(AgendaItem.objects.filter(meeting=self.meeting).order_by("order", "pk"))

    @cached_property
    def remarks(self) -> list[Remark]:
        return list(Remark.objects.filter(meeting=self.meeting))

    @cached_property
    def decisions(self) -> list[Entry]:
        rows = Decision.objects.standing().filter(meeting=self.meeting)
        return registers.entries_of(rows, self.names, timezone.localdate(self.at))

    def of_item(self, item: AgendaItem) -> list[Entry]:
        return [entry for entry in self.decisions if entry.decision.item_id == item.pk]

    @property
    def parts(self) -> list[tuple[AgendaItem, list[Entry]]]:
        """Each item with what was decided there."""
        return [(item, self.of_item(item)) for item in self.items]

    @property
    def drafts(self) -> list[adopted.Draft]:
        """Each item of the draft, with what is proposed of the candidates that the meeting adopted."""
        lines = adopted.lines(self.meeting)
        return [adopted.Draft(item, entries, lines.get(item.pk, [])) for item, entries in self.parts]

    @property
    def besides(self) -> list[Entry]:
        """Decided apart from any item."""
        return [entry for entry in self.decisions if entry.decision.item_id is None]

    @cached_property
    def _comments_ever(self) -> list[Comment]:
        """All of them for the office; a ministry reads its own, with the office's answer."""
        rows = Comment.objects.filter(meeting=self.meeting).select_related("answer", "answer__by", "by", "acting_for")
        if not self.runs:
            rows = rows.filter(ministry__in=[name.ministry_id for name in self.own])
        return list(rows.order_by("pk"))

    def _is_of_this(self, comment: Comment) -> bool:
        """Whether it was said of what is circulated now, and not of a circulation that was taken back."""
        since = self.meeting.circulated_at
        return since is not None and comment.at >= since

    @cached_property
    def recalls(self) -> list[Event]:
        """Each time that the office took a circulation back, the last one first, for those who read it."""
        if not (self.runs or self.own):
            return []
        events = Event.objects.filter(stream__key=self.meeting.stream_key, verb="recall_outcome")
        return list(events.select_related("actor", "acting_for").order_by("-seq"))

    @cached_property
    def said_before(self) -> list[Said]:
        """What was said of circulations that were taken back: it is kept, and counts no more."""
        rows = [row for row in self._comments_ever if not self._is_of_this(row)]
        return [Said(row, self.names[row.ministry_id], counts=False) for row in rows]

    @cached_property
    def comments(self) -> list[Said]:
        """Those on what is circulated now."""
        listed = [row for row in self._comments_ever if self._is_of_this(row)]
        last = {row.ministry_id: row for row in listed}
        last_none = dict.fromkeys(last, 0) | {row.ministry_id: row.pk for row in listed if not row.text}
        changed = self.changed_at if listed and not self.is_confirmed else None
        return [
            Said(
                row,
                self.names[row.ministry_id],
                counts=row == last[row.ministry_id] or bool(row.text and last_none[row.ministry_id] < row.pk),
                is_outdated=row == last[row.ministry_id] and changed is not None and row.at < changed,
            )
            for row in listed
        ]

    @property
    def current(self) -> list[Said]:
        """What counts."""
        return [said for said in self.comments if said.counts]

    @property
    def opinions(self) -> list[Said]:
        """What counts and says something."""
        return [said for said in self.current if said.comment.text]

    @property
    def nones(self) -> list[Said]:
        """The ministries that have no comment, as they said."""
        return [said for said in self.current if not said.comment.text]

    @property
    def earlier(self) -> list[Said]:
        """What a ministry said before it said something else."""
        return [said for said in self.comments if not said.counts]

    @property
    def outdated(self) -> list[Said]:
        """What was last said by whom before the draft became another one."""
        return [said for said in self.comments if said.is_outdated]

    @cached_property
    def changed_at(self) -> datetime | None:
        """When what was circulated became another one for the last time."""
        events = Event.objects.filter(stream__key=self.meeting.stream_key, verb__in=CHANGES).order_by("-seq")
        for at, verb, rows in events.values_list("at", "verb", "data__rows"):
            if verb != "circulate_outcome" or any(name.startswith("agendaitem/") for name in rows):
                return at
        return None

    @cached_property
    def early_reason(self) -> str:
        """Why the office did not wait with the confirmation; empty where it did."""
        confirmed = Event.objects.filter(stream__key=self.meeting.stream_key, verb="confirm_outcome")
        return str(confirmed.values_list("data__early", flat=True).first() or "") if self.is_confirmed else ""

    @property
    def is_ahead(self) -> bool:
        return is_before_its_day(self.meeting, self.at)

    @property
    def is_undated(self) -> bool:
        return is_undated(self.meeting, self.at)

    @cached_property
    def unmarked(self) -> int:
        """Of how many invited ministries nobody said whether they were there."""
        return self.meeting.attendances.filter(is_present=None).count()

    @property
    def unanswered(self) -> list[Said]:
        return [said for said in self.comments if said.waits]

    @property
    def silent(self) -> list[MinistryName]:
        """The invited ministries that said nothing yet, not even that they have no comment. The office's own is asked
        only where a decision names it: it does not answer itself."""
        named = {pk for entry in self.decisions for pk in _named(entry)}
        asked = [row for row in self.invited if row.ministry.code != planning.OFFICE or row.ministry_id in named]
        return [name for name in asked if name.ministry_id not in self.heard]

    @property
    def answers(self) -> str:
        """How many commented, said that they have no comment, and said nothing."""
        counted = {"said": len(self.opinions), "none": len(self.nones), "silent": len(self.silent)}
        return _("comments %(said)d · no comment %(none)d · not answered %(silent)d") % counted

    @property
    def takes_comments(self) -> bool:
        until = self.meeting.comments_until
        return self.stage == Stage.CIRCULATED and until is not None and self.at <= until

    @property
    def heard(self) -> set[int]:
        """The ministries (primary keys) that said something of the draft, as far as the person sees it."""
        return {said.comment.ministry_id for said in self.comments}

    @property
    def comments_ended(self) -> datetime | None:
        """When comments could be made no more: at their time, or before it when nobody waited for it."""
        ends = [moment for moment in (self.meeting.comments_until, self.meeting.frozen_at) if moment is not None]
        return min(ends, default=None)

    @cached_property
    def told(self) -> list[Told]:
        """All notified ministries for the office; a ministry sees its own row."""
        said = ("by", "acting_for", "answer__by", "answer__acting_for")
        answers = NotificationAnswer.objects.select_related(*said).order_by("pk")
        rows = Notification.objects.filter(meeting=self.meeting).prefetch_related(Prefetch("answers", answers))
        if not self.runs:
            rows = rows.filter(ministry__in=self.user.standing.ministries)
        by_ministry = {row.ministry_id: row for row in rows}
        return [Told(by_ministry[name.ministry_id], name) for name in self.names.named(by_ministry)]

    @property
    def agreed(self) -> int:
        return sum(row.agrees for row in self.told)

    @property
    def objections(self) -> list[Told]:
        return [row for row in self.told if row.objects]

    @cached_property
    def to_notify(self) -> list[MinistryName]:
        """Who is to be notified."""
        return self.names.named(owners(self.meeting, [entry.decision for entry in self.decisions]))

    @property
    def mine(self) -> list[Entry]:
        """What the person's own ministries lead or support, and what exhorts them, be it with all others."""
        own = self.user.standing.ministries
        to_all = {name.ministry_id for name in self.invited}
        return [entry for entry in self.decisions if own & (_named(entry) or to_all)]

    @cached_property
    def root(self) -> str:
        """The first eight characters of the seal's root: they help to notice another record, and prove nothing."""
        seal = Seal.objects.filter(stream__key=self.meeting.stream_key).values_list("root", flat=True).first()
        return (seal or "")[:SHORT_ROOT]

    @cached_property
    def head_seq(self) -> int:
        """The sequence of the meeting's last event; 0 before the first."""
        stream = Stream.objects.filter(key=self.meeting.stream_key).values_list("head_seq", flat=True).first()
        return stream or 0

    @property
    def written(self) -> int:
        return sum(bool(item.outcome_ko or item.outcome_en) for item in self.items)

    @property
    def steps(self) -> list[outcome_steps.Step]:
        """회의결과(안) → 의견조회 → 확정 → 통보 → 조치상황, for the office."""
        return outcome_steps.steps_of(self)

    @property
    def can_confirm_now(self) -> bool:
        """Whether nothing is left to wait for."""
        waits = self.takes_comments or self.unanswered or self.is_ahead or self.is_undated
        return self.is_circulated and not self.is_confirmed and not waits


def read(meeting: Meeting, *, user: User, at: datetime) -> Outcome:
    """The outcome of a meeting that the person may see."""
    return Outcome(meeting, user, at, Directory(timezone.localdate(at)))
