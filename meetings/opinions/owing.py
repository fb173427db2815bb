"""What opinions owe the pages of tasks: errands of a ministry, jobs of the office, what was said about a task.

Read-only. Registered with `tasks.providers`, because tasks may not look upwards.
"""

from datetime import date, datetime, time
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ministries.directory import Directory
from ministries.models import User
from tasks.providers import Errand, Job, OpinionOn

from .. import permissions
from ..models import Opinion
from .entries import Entry
from .register import condition, known, with_all

ONE_BY_ONE = 5  # more of them are one errand, which leads to their list
LAST_MINUTE = time(23, 59)  # the whole day is in time


def errands(user: User, at: datetime) -> list[Errand]:
    """The opinions that the person's ministries have to answer. One query."""
    mine = user.standing.ministries
    if not mine:
        return []
    owed: dict[str, list[Opinion]] = {}
    rows = Opinion.objects.owed().filter(ministry__in=mine).select_related("ministry").order_by("due_on", "pk")
    for row in rows:
        assert row.ministry is not None  # noqa: S101 (owed() asks for one)
        owed.setdefault(row.ministry.code, []).append(row)
    day = timezone.localdate(at)
    return [errand for code, found in owed.items() for errand in _of_ministry(code, found, day)]


def _of_ministry(code: str, owed: list[Opinion], day: date) -> list[Errand]:
    """One each; of many one together, due with the first of them."""
    if len(owed) <= ONE_BY_ONE:
        text = _("A stakeholder opinion (%(whose)s): say what comes of it")
        return [
            Errand(
                text % {"whose": _whose(row)}, reverse("show_opinion", args=[row.pk]), _until(row), _is_late(row, day)
            )
            for row in owed
        ]
    text = _("%(n)d stakeholder opinions: say what comes of them") % {"n": len(owed)}
    address = f"{reverse('list_opinions')}?{urlencode({'state': 'owed', 'ministry': code})}"
    return [Errand(text, address, _until(owed[0]), _is_late(owed[0], day))]


def _is_late(row: Opinion, day: date) -> bool:
    return row.due_on is not None and row.due_on < day


def _whose(row: Opinion) -> str:
    """Its number, and who said it: many are of one group."""
    return f"{row.number}, {row.organisation or row.get_group_display()}"


def _until(row: Opinion) -> datetime | None:
    return timezone.make_aware(datetime.combine(row.due_on, LAST_MINUTE)) if row.due_on else None


def jobs(user: User, at: datetime) -> list[Job]:
    """What waits for the office: opinions that a ministry handed back, that nobody has to answer yet, and those
    whose answer is overdue."""
    if not permissions.can_run_meetings(user):
        return []
    day, address = timezone.localdate(at), reverse("list_opinions")
    seen = known(user)
    texts = {
        "handed_back": _("Opinions that ministries handed back"),
        "loose": _("Opinions to be given out"),
        "overdue": _("Opinions whose answer is overdue"),
    }
    return [
        Job(text, f"{address}?state={state}", seen.filter(condition(state, day)).count())
        for state, text in texts.items()
    ]


def on_task(task: int, user: User, at: datetime) -> list[OpinionOn]:
    """What was said about a task, as far as the person may see it, the latest first; admitted ones only."""
    day = timezone.localdate(at)
    rows = with_all(known(user).filter(of_tasks__task=task, state="admitted")).order_by("-said_on", "-pk")
    entries = [Entry(row, Directory(day), day) for row in rows]
    return [
        OpinionOn(
            number=entry.opinion.number,
            url=reverse("show_opinion", args=[entry.opinion.pk]),
            said_by=entry.said_by,
            said_on=entry.opinion.said_on,
            text=entry.text,
            outcome=entry.outcome,
            css=entry.css,
            reason=entry.last.reason if entry.last else "",
        )
        for entry in entries
    ]
