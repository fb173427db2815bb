"""What stands in the tables of one round, read in a constant number of queries and kept small: texts as hashes only."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from records.chain import sha256

from ..content import hashed_of
from ..models import (
    Correction,
    CorrectionDecision,
    Message,
    Report,
    Return,
    ReturnedField,
    Revision,
    Round,
    SignOff,
    Submission,
)

Row = Mapping[str, Any]
CHUNK = 500  # texts held in memory at once


@dataclass(frozen=True)
class Text:
    """One revision. `computed` is the hash of its content as it stands; empty where it cannot be read."""

    pk: int
    code: str
    no: int
    submission: int
    unchanged: bool
    stored: str
    computed: str
    due_then: datetime
    applied: frozenset[int | None]  # the events that its milestone changes took effect with


class Rows:
    """The rows of one round. What an event accounts for is taken out; what is left at the end has no event."""

    def __init__(self, round_: Round) -> None:
        self.round = round_
        self.reports: dict[str, Row] = {row["task__code"]: row for row in _reports(round_)}
        self.texts: dict[tuple[str, int], Text] = {}
        for revision in _revisions(round_):
            self.texts[revision.report.task.code, revision.no] = _text(revision)
        submissions = Submission.objects.filter(round=round_).order_by("pk")
        self.submissions: dict[int, Row] = {
            row["event_id"]: row
            for row in submissions.values(
                "pk", "number", "ministry__code", "by_id", "acting_for_id", "received_at", "approval_asked_at",
                "letter_no", "event_id",
            )
        }  # fmt: skip
        fields: defaultdict[int, list[str]] = defaultdict(list)
        named = ReturnedField.objects.filter(of__report__round=round_).order_by("pk")
        for of, name in named.values_list("of_id", "field"):
            fields[of].append(name)
        self.returns: dict[tuple[str, int], Row] = {
            (row["report__task__code"], row["revision_id"]): row | {"fields": sorted(fields[row["pk"]])}
            for row in Return.objects.filter(report__round=round_).order_by("pk").values(
                "pk", "report__task__code", "revision_id", "by_id", "at", "comment", "due_at", "resolved_by_id"
            )
        }  # fmt: skip
        self.resolved = {of: row["resolved_by_id"] for (_code, of), row in self.returns.items()}
        self.sign_offs: defaultdict[str, list[Row]] = defaultdict(list)
        for row in SignOff.objects.filter(report__round=round_).order_by("pk").values(
            "report__task__code", "asked_by_id", "asked_for_id", "asked_at", "by_id", "acting_for_id", "decision",
            "comment", "at",
        ):  # fmt: skip
            self.sign_offs[row["report__task__code"]].append(row)
        self.corrections, self.decisions = _corrections(round_), _decisions(round_)
        self.messages = _messages(round_)
        self.asked: dict[int, Row] = {}  # corrections that an event tells of and that nobody decided on yet


def _reports(round_: Round) -> Any:
    return (
        Report.objects.in_round(round_)
        .order_by("task__code")
        .values(
            "pk", "task__code", "lead__code", "kind", "sector_id", "item_id", "baseline_id", "baseline_light", "state",
            "current_id", "accepted_id", "office_light", "office_reason", "book_text_ko", "book_text_en",
            "opened_by_office_at", "opened_by_id", "opened_for_id", "first_received_at", "late_by", "lead_name_ko",
            "lead_name_en", "title_copied_ko", "title_copied_en", "draft__pk", "draft__asked_by_id",
            "draft__asked_for_id", "draft__asked_at",
        )
    )  # fmt: skip


def _revisions(round_: Round) -> Any:
    of_round = Revision.objects.filter(report__round=round_).select_related("report__task")
    with_rows = of_round.prefetch_related(
        "requests__addressed_to",
        "milestone_changes__milestone",
        "attached__attachment",
        "indicator_values__indicator",
        "taken__contribution__ministry",
    )
    return with_rows.order_by("report__task__code", "no").iterator(chunk_size=CHUNK)


def _text(revision: Revision) -> Text:
    changes = revision.milestone_changes.all()
    try:
        computed = sha256(hashed_of(revision))
    except ValueError:  # such as a light that there is not
        computed = ""
    tasks = {row.milestone.task_id for row in changes} | {
        row.indicator.task_id for row in revision.indicator_values.all()
    }
    if tasks - {revision.report.task_id}:
        computed = ""  # the hash covers the place of a milestone or an indicator in its task, not the task
    if any(row.contribution.report_id != revision.report_id for row in revision.taken.all()):
        computed = ""  # likewise, of a contribution it covers the ministry, its number and the text
    return Text(
        pk=revision.pk,
        code=revision.report.task.code,
        no=revision.no,
        submission=revision.submission_id,
        unchanged=revision.unchanged,
        stored=revision.sha256,
        computed=computed,
        due_then=revision.due_then,
        applied=frozenset(row.applied_event_id for row in changes),
    )


def _corrections(round_: Round) -> list[Row]:
    rows = Correction.objects.filter(report__round=round_).order_by("pk")
    columns = (
        "pk",
        "report__task__code",
        "revision_id",
        "field",
        "text",
        "reason",
        "asked_by_id",
        "asked_for_id",
        "asked_at",
    )
    return list(rows.values(*columns))


def _messages(round_: Round) -> list[Row]:
    rows = Message.objects.filter(report__round=round_).order_by("pk")
    return list(rows.values("report__task__code", "from_office", "text", "by_id", "acting_for_id", "at"))


def _decisions(round_: Round) -> dict[int, Row]:
    """By the correction: those on the round's corrections, and those that only claim to belong to the round."""
    rows = CorrectionDecision.objects.filter(Q(round=round_) | Q(correction__report__round=round_)).order_by("pk")
    columns = ("correction_id", "round_id", "decision", "no", "comment", "asked_by_id", "by_id", "acting_for_id", "at")
    return {row["correction_id"]: row for row in rows.values(*columns)}
