"""A report's text as it is typed and kept (`Raw`): plain JSON, as a form sends it and as a draft keeps it.

light, progress, results, plans, issues, completed_on, also_reason: str; addressed_to: list of ministry codes;
milestones: {milestone id: {choice: keep|done|move, on, cause, reason}}; indicators: {indicator id: {value, note}};
attachments and contributions: lists of ids, which no form sends: files come and go by their own verbs, and what a
supporting ministry wrote is taken over by another, whatever is typed meanwhile. What the text still holds of it:
origins.py.
"""

from collections.abc import Mapping
from typing import Any

from tfportal.language import normalise

from .. import numbers
from ..models import Field, Report, Revision

Raw = dict[str, Any]
Problems = dict[str, list[str]]

TEXTS = ("results", "plans", "issues")
STRINGS = ("light", "progress", *TEXTS, "completed_on", "also_reason")
MILESTONE_STRINGS = ("choice", "on", "cause", "reason")
INDICATOR_STRINGS = ("value", "note")
UNTYPED = ("attachments", "contributions")  # what a text carries and no form sends: ids


def blank() -> Raw:
    return dict.fromkeys(STRINGS, "") | {"addressed_to": [], "milestones": {}, "indicators": {}} | no_ids()


def no_ids() -> Raw:
    """Of what no form sends: nothing."""
    return {name: [] for name in UNTYPED}


def tidy(raw: Mapping[str, Any]) -> Raw:
    """The known fields only, as normalised strings: whatever else was sent is ignored. Kept milestones and
    indicators without a word are left out."""
    clean = blank()
    for name in STRINGS:
        value = raw.get(name, "")
        clean[name] = normalise(value) if isinstance(value, str) else ""
    codes = raw.get("addressed_to", [])
    clean["addressed_to"] = sorted({str(code) for code in codes}) if isinstance(codes, list) else []
    for name in UNTYPED:
        rows = raw.get(name, [])
        wanted = {str(pk) for pk in rows} if isinstance(rows, list) else set()
        clean[name] = sorted(wanted, key=lambda pk: (len(pk), pk))  # as numbers go
    milestones = raw.get("milestones", {})
    for key, answer in milestones.items() if isinstance(milestones, dict) else ():
        if isinstance(answer, dict) and str(answer.get("choice", "keep")) not in ("", "keep"):
            clean["milestones"][str(key)] = {name: normalise(str(answer.get(name, ""))) for name in MILESTONE_STRINGS}
    clean["indicators"] = _tidy_indicators(raw.get("indicators", {}))
    return clean


def _tidy_indicators(given: Any) -> dict[str, dict[str, str]]:
    """The answers that say anything; a number that can be read as one is written in one way."""
    clean = {}
    for key, answer in given.items() if isinstance(given, dict) else ():
        if isinstance(answer, dict):
            value, note = (normalise(str(answer.get(name, ""))) for name in INDICATOR_STRINGS)
            number = numbers.read(value)
            value = value if number is None else numbers.plain(number)
            if value or note:
                clean[str(key)] = {"value": value, "note": note}
    return clean


def raw_of(revision: Revision | None, *, with_dates: bool = True) -> Raw:
    """A sent text as form values. Without its dates, values, files and origins it starts the next round's text."""
    if revision is None:
        return blank()
    codes = sorted(row.addressed_to.code for row in revision.requests.all())
    milestones = milestones_of(revision) if with_dates else {}
    indicators = {
        str(row.indicator_id): {"value": "" if row.value is None else numbers.plain(row.value), "note": row.note}
        for row in (revision.indicator_values.all() if with_dates else ())
    }
    return blank() | {
        "light": revision.light,
        "progress": "" if revision.progress is None else str(revision.progress),
        "results": revision.results,
        "plans": revision.plans,
        "issues": revision.issues,
        "completed_on": str(revision.completed_on or ""),
        "also_reason": revision.also_reason if with_dates else "",
        "addressed_to": codes,
        "milestones": milestones,
        "indicators": indicators,
        "attachments": [str(row.attachment_id) for row in (revision.attached.all() if with_dates else ())],
        "contributions": [str(row.contribution_id) for row in (revision.taken.all() if with_dates else ())],
    }


def milestones_of(revision: Revision) -> dict[str, dict[str, str]]:
    """What a sent text says of the milestones, as form values."""
    return {
        str(row.milestone_id): {
            "choice": "done" if row.done_on else "move",
            "on": str(row.done_on or row.new_on),
            "cause": row.cause,
            "reason": row.reason,
            "old": str(row.old_on),  # for reading: what the date was; tidy() drops it
        }
        for row in revision.milestone_changes.all()
    }


def start_of(report: Report) -> Raw:
    """What the form shows before anyone typed: the returned text, else the baseline's, else nothing."""
    if report.current_id:
        return tidy(raw_of(report.current) | {"also_reason": ""})
    return baseline_of(report)


def baseline_of(report: Report) -> Raw:
    """The start of a report that nobody has touched: last round's text without its dates, values, files and origins."""
    return tidy(raw_of(report.baseline, with_dates=False))


def changed_fields(old: Raw, new: Raw) -> list[Field]:
    """The fields in which two texts differ, in the order of the page. The day of completion belongs to the light."""
    if not old:
        old = blank()
    names = {part: (part.value,) for part in Field} | {Field.LIGHT: ("light", "completed_on")}
    return [
        part for part in Field if any((old[name] or "") != (new[name] or "") for name in names[part] if name in new)
    ]
