"""현황표: the round as a workbook for people who count on. One sheet for each list, the same rows as on the pages.

The same for everybody who may have it: the office's reasons are not in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ministries.directory import Directory
from ministries.models import User
from tasks import requests
from tasks.across import slippage
from tasks.across.standpoint import stand
from tasks.exports import board as board_export
from tasks.exports import slippage as slippage_export
from tasks.exports.writing import Column, Kind, Listed, Row, Value, write_sheets
from tasks.models import Cause, Field, Light, Precision, Round
from tfportal import dates

from ..models import Meeting, Progress
from . import followed, sources, words
from .sources import Sources

LEFT_OUT = ("office_reason",)  # the office's and the lead's own
ASKED = Field.ISSUES


@dataclass(frozen=True)
class Tables:
    """The lists of one round, read; `language`: what their heads are in."""

    title: str
    language: str
    made_at: datetime
    sheets: tuple[Listed, ...]
    about: tuple[tuple[str, Value], ...]
    draft: str = ""


def compose(meeting: Meeting, round_: Round, *, language: str, user: User, at: datetime) -> Tables:
    """Every list. Before the freeze each sheet says that it is a draft. A constant number of queries."""
    with translation.override(language):
        read = sources.read(meeting, round_, user=user, at=at)
        note = "" if read.is_final else _note()
        lists = (_lights(read), _tasks(read), _milestones(read), _slippage(read, user, at), _requests(read))
        sheets = [*lists, _decisions(meeting, read.board.names, at), _corrections(read)]
        return Tables(
            title=words.name_of_tables(meeting),
            language=language,
            made_at=at,
            sheets=tuple(Listed(one.title, one.columns, list(one.rows), note) for one in sheets),
            about=tuple(_about(read, at)),
            draft="" if read.is_final else words.draft(),
        )


def write(tables: Tables) -> IO[bytes]:
    """The workbook, open at its beginning."""
    with translation.override(tables.language):
        return write_sheets(tables.sheets, tables.title, about=tables.about, at=tables.made_at)


def _note() -> str:
    return _("Draft before the freeze: what was submitted by now, as it would be sealed.")


def _about(read: Sources, at: datetime) -> Iterator[tuple[str, Value]]:
    yield _("Meeting"), f"{read.meeting.name} · {words.when(read.meeting)}"
    yield _("Round"), _("Reporting round %(no)s") % {"no": read.round.no}
    yield _("As of"), read.round.as_of
    if read.round.frozen_at is not None:
        yield _("Frozen"), read.round.frozen_at
        yield _("Root"), read.briefing.root
    else:
        yield _("State"), _note()
    yield _("Handling"), words.handling()
    yield _("Made"), at
    if settings.DEMO:
        yield _("Demo"), _("Tasks and ministries are real; lights, results and dates are samples.")


# The lists


def _lights(read: Sources) -> Listed:
    last = _("last round")
    columns = [
        Column("ministry", _("Ministry"), width=24),
        Column("tasks", _("Tasks"), Kind.NUMBER, 9),
        *(Column(light.value, str(light.label), Kind.NUMBER, 12) for light in Light),
        Column("none", _("No light yet"), Kind.NUMBER, 12),
        *(Column(f"last_{light.value}", f"{light.label} ({last})", Kind.NUMBER, 14) for light in Light),
    ]
    rows: list[Row] = []
    for row in (*read.briefing.rows, read.briefing.total):
        made: dict[str, Value] = {"ministry": row.title, "tasks": row.all.count, "none": row.unlit.count}
        made |= {one.light.value: one.count for one in row.lights if one.light}
        rows.append(made | {f"last_{light.value}": row.last.get(light, 0) for light in Light})
    return Listed(_("Lights by ministry"), columns, rows)


def _tasks(read: Sources) -> Listed:
    columns = [column for column in board_export.columns() if column.key not in LEFT_OUT]
    kept = {column.key for column in columns}
    rows = [{key: value for key, value in row.items() if key in kept} for row in board_export.rows(read.board)]
    return Listed(_("Tasks"), columns, rows)


def _milestones(read: Sources) -> Listed:
    columns = [
        Column("code", _("Code"), width=11),
        Column("title", _("Task"), width=36),
        Column("ministry", _("Ministry"), width=16),
        Column("milestone", _("Milestone"), width=34),
        Column("baseline", pgettext("milestone", "Baseline"), Kind.DATE, 14),
        Column("current", pgettext("milestone", "Current"), Kind.DATE, 14),
        Column("done", pgettext("milestone", "Done"), Kind.DATE, 14),
    ]
    rows: list[Row] = []
    for tile in read.board.tiles:
        for row in read.milestones.get(tile.task_id, ()):
            then = read.dates[row.pk]
            exact = row.precision == Precision.DAY
            baseline: Value = row.baseline_on if exact else dates.period(row.baseline_on, row.precision)
            rows.append(
                {
                    "code": tile.code,
                    "title": tile.title,
                    "ministry": tile.lead_name,
                    "milestone": row.title,
                    "baseline": baseline,
                    "current": baseline if then.current_on == row.baseline_on else then.current_on,
                    "done": then.done_on,
                }
            )
    return Listed(_("Milestones"), columns, rows)


def _slippage(read: Sources, user: User, at: datetime) -> Listed:
    asked = read.round if read.is_final else None
    ledger = slippage.read({}, stand(user, at, asked))
    accepted = Column("accepted", _("Accepted by the office"), width=16)
    rows: list[Row] = [row | {"accepted": pgettext("moved date", "accepted")} for row in slippage_export.rows(ledger)]
    return Listed(_("Slippage"), [*slippage_export.columns(), accepted], [*rows, *_asked_moves(read)])


def _asked_moves(read: Sources) -> Iterator[Row]:
    """The moves that this round's texts ask for and the office has not accepted: the board counts them too. The date in
    force is the old one still; the one that is asked for stands with its reason."""
    tiles = {tile.pk: tile for tile in read.board.tiles}
    titles = {row.pk: row for rows in read.milestones.values() for row in rows}
    for report in read.reports.values():
        for move in report.current.milestone_changes.all() if report.current else ():
            if move.new_on is None or move.applied_event_id is not None:
                continue
            tile, milestone = tiles[report.pk], titles[move.milestone_id]
            exact = milestone.precision == Precision.DAY
            yield {
                "ministry": read.board.names[tile.ministry_id].abbr,
                "code": tile.code,
                "title": tile.title,
                "sector": read.sectors.get(tile.sector, tile.sector),
                "kind": str(report.get_kind_display()),
                "milestone": milestone.title,
                "baseline": milestone.baseline_on
                if exact
                else dates.period(milestone.baseline_on, milestone.precision),
                "current": read.dates[milestone.pk].current_on,
                "causes": str(Cause(move.cause).label),
                "round": read.round.no,
                "reason": move.reason,
                "history": f"{read.round.no}: {move.old_on} → {move.new_on} {Cause(move.cause).label}: {move.reason}",
                "accepted": pgettext("moved date", "not accepted"),
            }


def _requests(read: Sources) -> Listed:
    columns = [
        Column("code", _("Code"), width=11),
        Column("title", _("Task"), width=34),
        Column("lead", _("Asking ministry"), width=16),
        Column("asked", str(Field.ADDRESSED_TO.label), width=16),
        Column("issues", str(ASKED.label), width=48),
        Column("since", _("Asked since"), Kind.MOMENT, 17),
        Column("state", _("State"), width=12),
        Column("answer", pgettext("request", "Answer"), width=48),
        Column("answered", _("Answered at"), Kind.MOMENT, 17),
    ]
    sent = [report.current_id for report in read.reports.values() if report.current_id]
    asked = requests.of_revisions(sent, read.board.names)
    tiles = {tile.pk: tile for tile in read.board.tiles}
    rows: list[Row] = []
    for report in read.reports.values():
        for one in asked.get(report.current_id or 0, ()):
            last = one.last
            rows.append(
                {
                    "code": one.code,
                    "title": tiles[report.pk].title,
                    "lead": one.lead.abbr,
                    "asked": one.name.abbr,
                    "issues": one.issues,
                    "since": one.since,
                    "state": pgettext("request", "Answered") if one.is_answered else _("Not answered"),
                    "answer": last.answer.text if last else "",
                    "answered": last.answer.at if last else None,
                }
            )
    return Listed(pgettext("sheet of a workbook", "Requests"), columns, rows)


def _decisions(meeting: Meeting, names: Directory, at: datetime) -> Listed:
    columns = [
        Column("no", _("No."), width=9),
        Column("meeting", _("Meeting"), width=22),
        Column("text", pgettext("meeting", "Decision"), width=48),
        Column("lead", _("Lead"), width=16),
        Column("supporting", _("Supporting"), width=18),
        Column("due", _("Until"), Kind.DATE, 13),
        Column("tasks", _("Tasks"), width=16),
        Column("progress", _("Follow-up"), width=14),
        Column("said", _("What was said last"), width=44),
        Column("state", _("State"), width=20),
        Column("closed", _("Closed on"), Kind.DATE, 13),
    ]
    rows: list[Row] = []
    for one in followed.standing_on(meeting, at=at):
        decision, last = one.decision, one.last
        rows.append(
            {
                "no": words.number_of(decision),
                "meeting": decision.meeting.name,
                "text": words.sentence_of(decision),
                "lead": names[decision.lead_id].abbr if decision.lead_id else "",
                "supporting": words.supporters_of(decision, names),
                "due": decision.due_on,
                "tasks": ", ".join(row.task.code for row in decision.of_tasks.all()),
                "progress": str(Progress(last.progress).label) if last else "",
                "said": last.text if last else "",
                "state": one.state,
                "closed": one.closed_on,
            }
        )
    return Listed(_("Follow-up of decisions"), columns, rows)


def _corrections(read: Sources) -> Listed:
    columns = [
        Column("no", _("No."), Kind.NUMBER, 7),
        Column("code", _("Code"), width=11),
        Column("title", _("Task"), width=34),
        Column("field", _("Field"), width=16),
        Column("sealed", _("As sealed"), width=48),
        Column("corrected", _("Corrected"), width=48),
        Column("reason", _("Reason"), width=30),
        Column("approved", _("Approved on"), Kind.MOMENT, 17),
        Column("replaced", _("Replaced by no."), Kind.NUMBER, 10),
    ]
    rows: list[Row] = [
        {
            "no": entry.no,
            "code": entry.report.task.code,
            "title": entry.report.title,
            "field": str(entry.field.label),
            "sealed": entry.difference.old.text,
            "corrected": entry.difference.new.text,
            "reason": entry.correction.reason,
            "approved": entry.decision.at if entry.decision else None,
            "replaced": entry.replaced_by or None,
        }
        for entry in read.corrections
    ]
    return Listed(_("Table of corrections"), columns, rows)
