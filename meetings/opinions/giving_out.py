"""What the form proposes to the office that gives an opinion out: whoever leads its task, and ten working days."""

from datetime import date

from ministries import working_days
from ministries.directory import Directory
from tasks.models import Lead

from ..models import Opinion

DAYS = 10  # working days for an answer


def proposed(opinion: Opinion, day: date) -> dict[str, str]:
    """The values of the form's fields, by name. The ministry is that of the first task that somebody leads on the day;
    without one only the day is proposed."""
    until = {"due_on": working_days.calendar().shift(day, DAYS).isoformat()}
    tasks = opinion.of_tasks.values("task")
    leads = Lead.objects.in_force(day).filter(task__in=tasks).order_by("task__code", "-valid_from")
    lead = Directory(day).named(leads.values_list("ministry", flat=True)[:1])
    return until | ({"ministry": lead[0].ministry.code} if lead else {})
