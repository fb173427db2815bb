"""One round of a simulated portal, played in memory: its reports as sheets, the chain of its events, and the writing of
all of it at once."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ministries.directory import Directory
from ministries.models import Ministry, User
from records.chain import sha256
from records.models import Event, Seal
from tasks import content
from tasks.content import Raw
from tasks.freezing import MANIFEST_FORMAT, manifest
from tasks.models import (
    Draft,
    Extension,
    Indicator,
    Milestone,
    MilestoneChange,
    Report,
    Request,
    Return,
    Round,
    State,
    Support,
    Task,
)
from tasks.workflow.roster import copied
from tasks.workflow.rounds import dates_of, mark_prepared, roster_of

from . import world
from .keys import Keys
from .ledger import BATCH, Chain, Ledger
from .plan import OFFICE, Size


class Portal:
    """What lasts from round to round."""

    def __init__(self, size: Size) -> None:
        self.size, self.keys, self.people = size, Keys(size.seed), world.people()
        self.ministries = {row.code: row for row in Ministry.objects.all()}
        self.ledger = Ledger()
        self.stands: dict[int, Raw] = {}  # task -> the raw text of its baseline


@dataclass
class Sheet:
    """One report while its round is played. `start`: the raw text that it began with; `raw`: what was sent last."""

    report: Report
    milestones: list[Milestone]
    indicators: list[Indicator]
    start: Raw
    raw: Raw | None = None
    draft: Draft | None = None
    texts: int = 0  # how many revisions it has
    open_return: Return | None = None
    requests: list[Request] = field(default_factory=list)  # of the current text
    changes: list[MilestoneChange] = field(default_factory=list)  # likewise
    contributions: Counter[int] = field(default_factory=Counter)  # ministry -> how many

    def move(self, state: State, **columns: Any) -> None:
        self.report.state = state
        self.report.version += 1
        for name, value in columns.items():
            setattr(self.report, name, value)

    def open_milestones(self) -> list[Milestone]:
        return [row for row in self.milestones if row.done_on is None]


class Playing:
    """One round while it is played."""

    def __init__(self, portal: Portal, round_: Round) -> None:
        self.portal, self.round = portal, round_
        self.ledger, self.people = portal.ledger, portal.people
        self.chain = Chain(self.ledger, round_)
        self.sheets: dict[str, Sheet] = {}
        self.supports: dict[int, list[Support]] = {}  # by the task
        self.answers: Counter[str] = Counter()  # ministry -> its submissions
        self.extensions: dict[str, list[Extension]] = {}
        self.moved_milestones: dict[int, Milestone] = {}
        self.completed: list[Task] = []

    # The round itself

    def prepare(self, at: datetime) -> None:
        """Fix the roster, as `workflow.prepare` does."""
        round_, by = self.round, self.people[OFFICE[0]]
        milestones = by_task(Milestone.objects.order_by("task", "order"))
        indicators = by_task(Indicator.objects.order_by("task", "order"))
        self.supports = by_task(Support.objects.select_related("ministry"))
        reports = [self.ledger.add(report) for report in roster_of(round_)]
        for report in reports:
            task = report.task_id
            start = self.portal.stands.get(task) or content.tidy(content.blank())
            own = indicators.get(task, [])
            self.sheets[report.task.code] = Sheet(report, milestones.get(task, []), own, start)
        mark_prepared(round_, at)
        data = {"round": round_.no, "dates": dates_of(round_), "roster": list(self.sheets)}
        data["copied"] = {report.task.code: copied(report) for report in reports}
        self.record("prepare", by, at, f"round/{round_.pk}", [], data)

    def write(self, *, is_frozen: bool) -> None:
        """Everything that was played, with the copies that the freeze makes, before the round bears its mark."""
        names = Directory(self.round.as_of)
        for sheet in self.sheets.values():
            report = sheet.report
            if is_frozen:
                name = names[report.lead_id]
                report.lead_name_ko, report.lead_name_en = name.name_ko, name.name_en
                report.title_copied_ko, report.title_copied_en = report.task.title_ko, report.task.title_en
            if sheet.draft:
                self.ledger.keep(sheet.draft)
            if sheet.raw is not None:
                kept = {"milestones": {}, "indicators": {}, "also_reason": ""}
                self.portal.stands[report.task_id] = sheet.raw | kept
        self.ledger.flush()
        Milestone.objects.bulk_update(self.moved_milestones.values(), ("current_on", "done_on"), batch_size=BATCH)
        Task.objects.bulk_update(self.completed, ("completed_on",), batch_size=BATCH)

    def freeze(self, at: datetime) -> None:
        """Seal what was written; to be called after `write`."""
        round_, by = self.round, self.people[OFFICE[0]]
        entries = manifest(round_)
        root, seq = sha256(entries), self.chain.stream.head_seq
        data = {"round": round_.no, "root": root, "reports": len(entries["reports"])}
        self.record("freeze", by, at, f"round/{round_.pk}", [seq], data)
        sealed = Seal(stream=self.chain.stream, manifest=entries, root=root, format=MANIFEST_FORMAT, at=at, by=by)
        self.ledger.add(sealed)
        self.ledger.flush()
        round_.frozen_at = at
        round_.save(update_fields=("frozen_at",))

    def record(
        self,
        verb: str,
        by: User,
        at: datetime,
        target: str,
        body: Any,
        data: dict[str, Any],
        *,
        about: Report | None = None,
        number: str | None = None,
    ) -> Event:
        """The verb's event, about the round unless it is about one report, and its receipt."""
        key, obj = self.portal.keys.next(), about or self.round
        return self.chain.record(
            verb, by=by, at=at, key=key, target=target, body=body, about=obj, data=data, number=number
        )

    def of_report(self, verb: str, sheet: Sheet, by: User, at: datetime, body: Any, data: dict[str, Any]) -> Event:
        report = sheet.report
        data = {"report": report.task.code} | data
        return self.record(verb, by, at, f"report/{report.pk}", body, data, about=report)


def by_task(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.task_id, []).append(row)
    return found
