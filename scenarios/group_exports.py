"""The working group's lists as files. Names stand in the one of the experts alone, which only the office may fetch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ministries.directory import Directory
from tasks.exports import Column, Kind, Value
from tasks.exports.writing import Row
from tfportal import dates

from . import counting, divisions
from .models import Expert


@dataclass(frozen=True)
class Export:
    """One list: its heading, columns and rows, and what stands on the sheet beside it."""

    title: str
    columns: Sequence[Column]
    rows: list[Row]
    about: list[tuple[str, Value]]


def of_divisions(as_of: date, today: date) -> Export:
    """The divisions as the page counts them."""
    columns = [
        Column("code", _("Code"), width=12),
        Column("division", _("Division"), width=30),
        Column("experts", pgettext("working group", "Experts"), Kind.NUMBER, width=10),
        Column("ministries", _("Recommending ministries"), width=40),
        Column("meetings", pgettext("working group", "Division meetings"), Kind.NUMBER, width=12),
        Column("last", _("Last meeting"), Kind.DATE, width=14),
    ]
    rows: list[Row] = [
        {
            "code": row.division.code,
            "division": row.division.name,
            "experts": row.experts,
            "ministries": " · ".join(f"{name.abbr} {number}" for name, number in row.recommending),
            "meetings": row.meetings,
            "last": row.last.held_on if row.last else None,
        }
        for row in counting.by_division(as_of)
    ]
    return Export(_("Technical working group"), columns, rows, about(as_of, today))


def of_meetings(as_of: date, today: date) -> Export:
    """The divisions' meetings: how many were there, not who."""
    columns = [
        Column("division", _("Division"), width=24),
        Column("no", _("No."), Kind.NUMBER, width=8),
        Column("held_on", pgettext("division meeting", "Held on"), Kind.DATE, width=14),
        Column("topic", _("Topic"), width=40),
        Column("present", _("Experts present"), Kind.NUMBER, width=10),
        Column("expected", _("Experts of the division"), Kind.NUMBER, width=10),
        Column("others", _("Others present"), Kind.NUMBER, width=10),
        Column("outcome", pgettext("division meeting", "Outcome"), width=60),
    ]
    rows: list[Row] = [
        {
            "division": one.meeting.division.name,
            "no": one.meeting.no,
            "held_on": one.meeting.held_on,
            "topic": one.meeting.topic,
            "present": one.present,
            "expected": one.expected,
            "others": one.meeting.others,
            "outcome": one.meeting.outcome,
        }
        for one in divisions.met(None, as_of=as_of, sees=False)
    ]
    return Export(_("Division meetings"), columns, rows, about(as_of, today))


def of_experts(as_of: date, today: date) -> Export:
    """Everybody who is or was in a division, by name: for the office alone."""
    columns = [
        Column("division", _("Division"), width=24),
        Column("name", _("Name"), width=16),
        Column("affiliation", _("Affiliation"), width=28),
        Column("position", _("Position"), width=18),
        Column("email", _("E-mail"), width=26),
        Column("ministry", _("Recommending ministry"), width=18),
        Column("starts_on", pgettext("expert", "From"), Kind.DATE, width=12),
        Column("ends_on", pgettext("expert", "Until"), Kind.DATE, width=12),
        Column("times", _("Meetings attended"), Kind.NUMBER, width=10),
    ]
    rows: list[Row] = [
        {
            "division": one.expert.division.name,
            "name": one.person.name if one.person else _("personal data removed"),
            "affiliation": one.person.affiliation if one.person else "",
            "position": one.person.position if one.person else "",
            "email": one.person.email if one.person else "",
            "ministry": one.ministry.name,
            "starts_on": one.expert.starts_on,
            "ends_on": one.expert.ends_on,
            "times": one.times,
        }
        for one in divisions.seated(Expert.objects.all(), Directory(as_of))
    ]
    return Export(_("Experts of the working group"), columns, rows, about(as_of, today))


def about(as_of: date, today: date) -> list[tuple[str, Value]]:
    """The day, and what was published beside what is counted."""
    lines: list[tuple[str, Value]] = [(_("As of"), as_of)]
    for one in counting.published(today):
        numbers = {"number": one.figure.number, "counted": one.counted, "day": dates.day(one.as_of)}
        said = _("%(number)s published; %(counted)s registered as of %(day)s") % numbers
        lines.append((f"{one.figure.get_counts_display()} ({one.figure.occasion}, {one.when})", said))
    return lines


EXPORTS: dict[str, Callable[[date, date], Export]] = {
    "divisions": of_divisions,
    "meetings": of_meetings,
    "experts": of_experts,
}
