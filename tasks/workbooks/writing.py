"""The workbook of one ministry, written: its tasks with last round's text beside, its milestones and indicators, a
guide, a signature.

Sheets are protected against slips and not against anybody: there is no password, and what comes back is judged.
"""

import json

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils.datetime import WINDOWS_EPOCH
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ministries.models import MinistryName
from tfportal import dates

from .. import content, numbers
from ..files.names import clean_name
from ..measures import Measure
from ..models import Field, Milestone, Precision
from ..models.reporting import TEXT_LIMIT
from ..rows import Row
from ..worklist import Worklist
from . import values
from .columns import FORMAT, INDICATORS, MILESTONES, SHEETS, TASKS, fields_of
from .painting import Line, Value, close, fill, guide, sign
from .sheets import Column, Kind, signature

ALSO = frozenset({"also_reason"})  # of reports that were returned alone


def file_name(work: Worklist) -> str:
    """Such as `제2차 이행점검 환경부.xlsx`."""
    return clean_name(_heading(work)) + ".xlsx"


def _heading(work: Worklist) -> str:
    return _("Reporting round %(no)s %(ministry)s") % {"no": work.round.no, "ministry": work.name.name}


def write(work: Worklist) -> bytes:
    """The workbook in the reader's language, of the ministry's tasks as they stand now."""
    book = Workbook()
    words = values.Words(work.names, work.round.as_of)
    assert book.active is not None  # noqa: S101 (a new workbook has one sheet)
    first: Worksheet = book.active
    rows = sorted(work.rows, key=lambda row: row.code)
    unseen = frozenset[str]() if any(row.returned for row in rows) else ALSO
    lines = [Line(_task(row, words), row.editable, frozenset() if row.returned else ALSO) for row in rows]
    fill(first, TASKS, lines, _validation, unseen=unseen)
    answers = [Line(_milestone(row, one), row.editable) for row in rows for one in row.milestones]
    fill(book.create_sheet(), MILESTONES, answers, _validation)
    measured = [Line(_indicator(row, one), row.editable) for row in rows for one in row.measures]
    fill(book.create_sheet(), INDICATORS, measured, _validation)
    guide(book.create_sheet(), _("How to fill it in"), _guide(work))
    head = {"round": work.round.no, "ministry": work.ministry.code}
    sign(book.create_sheet(), FORMAT, SHEETS, head, [_signed(row) for row in rows])
    return close(book)


def _task(row: Row, words: values.Words) -> dict[str, Value]:
    raw, before = row.raw, content.raw_of(row.report.baseline, with_dates=False)
    return {
        "code": row.code,
        "title": row.report.title,
        "state": row.state_word,
        "was-light": values.word_of_light(row.report.baseline_light),
        **{f"was-{name}": before[name] for name in content.TEXTS},
        "light": values.word_of_light(raw["light"]),
        **{name: raw[name] for name in content.TEXTS},
        "addressed_to": ", ".join(words.word_of_ministry(code) for code in raw["addressed_to"]),
        "progress": values.as_percent(raw["progress"]),
        "completed_on": values.as_day(raw["completed_on"]),
        "also_reason": raw["also_reason"],
        "report": row.report.pk,
        "version": row.report.version,
    }


def _milestone(row: Row, milestone: Milestone) -> dict[str, Value]:
    answer = row.raw["milestones"].get(milestone.answer_key, {})
    exact = milestone.precision == Precision.DAY
    return {
        "code": row.code,
        "title": row.report.title,
        "milestone": milestone.title,
        "current": milestone.current_on if exact else dates.period(milestone.current_on, milestone.precision),
        "choice": values.word_of_answer(answer.get("choice", "keep")),
        "on": values.as_day(answer.get("on", "")),
        "cause": values.word_of_cause(answer.get("cause", "")),
        "reason": answer.get("reason", ""),
        "report": row.report.pk,
        "key": milestone.pk,
    }


def _indicator(row: Row, measure: Measure) -> dict[str, Value]:
    answer, last, aim = row.raw["indicators"].get(measure.key, {}), measure.last, measure.aim
    aimed = _("target of %(year)s: %(value)s") % {"year": aim.year, "value": measure.aim_text} if aim else ""
    told = _("round %(no)s: %(value)s") % {"no": last.no, "value": last.text} if last else ""
    return {
        "code": row.code,
        "title": row.report.title,
        "indicator": measure.indicator.title,
        "unit": measure.indicator.unit,
        "target": aimed,
        "last": told,
        "owed": _("required") if measure.is_owed else _("optional"),
        "value": values.as_number(answer.get("value", "")),
        "note": answer.get("note", ""),
        "report": row.report.pk,
        "key": measure.indicator.pk,
    }


def _validation(column: Column) -> DataValidation | None:
    lists = {
        Kind.LIGHT: values.lights_in_words,
        Kind.CHOICE: values.answers_in_words,
        Kind.CAUSE: values.causes_in_words,
    }
    if choices := lists.get(column.kind):
        listed = ",".join(choices())  # at most 255 characters, or it has to stand in cells
        return DataValidation("list", formula1=f'"{listed}"', allow_blank=True, error=_("Choose from the list."))
    if column.kind is Kind.PERCENT:
        return DataValidation("whole", "0", "100", operator="between", allow_blank=True, error=content.no_percent())
    if column.kind is Kind.NUMBER:
        most = "9" * numbers.WHOLE + "." + "9" * numbers.AFTER
        return DataValidation(
            "decimal", f"-{most}", most, operator="between", allow_blank=True, error=content.no_number()
        )
    if column.kind is Kind.DATE:
        first, final = (str((day - WINDOWS_EPOCH.date()).days) for day in (values.FIRST_DAY, values.LAST_DAY))
        error = _("Enter a date such as %(example)s.") % {"example": "2021-03-12"}
        return DataValidation("date", first, final, operator="between", allow_blank=True, error=error)
    if column.kind is Kind.MINISTRIES:
        tip = _("Short names or codes of ministries, with commas between them. They are listed in the guide.")
        made = DataValidation("textLength", "500", operator="lessThanOrEqual", allow_blank=True, error=tip)
        made.promptTitle, made.prompt, made.showInputMessage = column.header[:32], tip, True
        return made
    error = _("At most %(limit)s characters.") % {"limit": f"{column.limit:,}"}
    return DataValidation("textLength", str(column.limit), operator="lessThanOrEqual", allow_blank=True, error=error)


# What stands beside


def _guide(work: Worklist) -> list[tuple[str, str]]:
    """How to fill it in, in words, and what the ministries are called."""
    day, due = dates.day(work.round.as_of), dates.moment(work.round.due_at)
    if work.deadline.is_extended:
        due = _("%(due)s, extended until %(until)s") % {"due": due, "until": dates.moment(work.deadline.due_at)}
    limit = {"limit": f"{TEXT_LIMIT:,}"}
    return [
        (_heading(work), _("As of %(day)s. Due %(due)s.") % {"day": day, "due": due}),
        ("", ""),
        (_("What to do"), _("Fill in the white cells, save the file, and upload it under “Excel” on “My tasks”.")),
        ("", _("You see each change before it is taken over. Uploading fills drafts; it does not submit them.")),
        (_("White cells"), _("What stands in them becomes the draft; an empty cell becomes an empty text.")),
        ("", _("A cell that you leave alone changes nothing, even if a colleague writes on the portal meanwhile.")),
        (_("Grey cells"), _("They are locked: last round's text, and tasks that cannot be written at this moment.")),
        (str(Field.LIGHT.label), ", ".join(values.lights_in_words())),
        ("", _("With “Attention” and “Review needed”, write what the issue is. With “Completed”, enter the day.")),
        (_("Texts"), _("At most %(limit)s characters. Alt+Enter begins a new line.") % limit),
        ("", _("Type values and texts, no formulas. Attachments are added on the portal.")),
        (_("Date"), _("Such as %(example)s.") % {"example": work.round.as_of}),
        (MILESTONES.title, ", ".join(values.answers_in_words())),
        ("", _("A date that has come is done or moved; a moved one needs its new date, the cause and the reason.")),
        (INDICATORS.title, _("The number alone, without its unit. Where there is none yet, write why into the note.")),
        ("", ""),
        (_("Code"), _("Ministry")),
        *((name.ministry.code, _called(name)) for name in work.names.in_order()),
    ]


def _called(name: MinistryName) -> str:
    """`금융위 (금융위원회)`; once where the two are one."""
    return name.name if name.abbr == name.name else f"{name.abbr} ({name.name})"


def _signed(row: Row) -> tuple[Value, ...]:
    """The report, its version, and for each field what tells whether it was changed."""
    report = row.report
    fields = fields_of(row.raw, row.milestones, row.rules.indicators)
    signed = {name: signature(report.pk, name, value) for name, value in fields.items()}
    return report.pk, report.version, json.dumps(signed)
