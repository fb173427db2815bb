"""What ministries have to carry out, as the pages of tasks show it. Read-only.

Registered with `tasks.providers`, because tasks may not look upwards.
"""

from collections.abc import Collection
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ministries.directory import Directory
from ministries.models import User
from tasks.models import Round
from tasks.providers import Job, OwedDecision
from tfportal import dates

from . import registers
from .models import Decision, Progress
from .registers import Entry, Standing


class Decided:
    """The decisions of confirmed outcomes."""

    def of_ministries(self, ministries: Collection[int], *, round_: Round | None, at: datetime) -> list[OwedDecision]:
        """The open ones that these ministries lead, the earliest due first."""
        rows = registers.with_all(Decision.objects.open().owed_by(list(ministries)))
        day = timezone.localdate(at)
        return [_owed(row, round_, day) for row in rows.order_by("due_on", "meeting__no", "no")]

    def on_task(self, task: int, *, round_: Round | None, user: User, at: datetime) -> list[OwedDecision]:
        """Those about a task that the person may see, open ones first; confirmed ones only."""
        seen = Decision.objects.visible_to(user).actions().filter(of_tasks__task=task)
        rows = registers.with_all(seen).order_by("due_on", "meeting__no", "no")
        day = timezone.localdate(at)
        return sorted((_owed(row, round_, day) for row in rows), key=lambda row: row.is_closed)


def jobs(user: User, at: datetime) -> list[Job]:
    """What waits for the office: decisions past their day."""
    number = Decision.objects.overdue(timezone.localdate(at)).count()
    return [Job(_("Overdue decisions"), f"{reverse('list_decisions')}?state=overdue", number, "decisions")]


def _owed(decision: Decision, round_: Round | None, day: date) -> OwedDecision:
    entry = Entry(decision, Directory(day), day)
    last = entry.last
    return OwedDecision(
        number=entry.number,
        text=decision.text,
        lead=decision.lead_id or 0,
        due_on=decision.due_on or day,
        is_overdue=entry.is_overdue,
        is_closed=entry.standing == Standing.CLOSED,
        url=reverse("show_decision", args=[decision.pk]),
        answer_url=reverse("follow_up", args=[decision.pk]),
        codes=tuple(entry.codes),
        last=f"{last.get_progress_display()}, {dates.stamp(last.at)}" if last else "",
        last_text=last.text if last else "",
        owes_now=round_ is not None and (last is None or last.at < round_.opens_at),
        choices=tuple((choice.value, str(choice.label)) for choice in Progress),
    )


PROVIDER = Decided()
