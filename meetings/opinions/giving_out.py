"""What the forms propose to the office that gives opinions out or passes one on: whoever leads their task, and ten
working days; and which opinions were chosen in the list."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.http import QueryDict
from django.utils import timezone

from ministries import working_days
from ministries.directory import Directory
from ministries.models import User
from tasks.models import Lead

from ..models import Opinion, OpinionTask, TransferKind
from .entries import Entry, Standing
from .forms import OFFICE
from .register import known, with_all

DAYS = 10  # working days for an answer
AT_ONCE = 50  # opinions that are given out together: a page of the list


def proposed(opinions: Sequence[Opinion], day: date) -> dict[str, str]:
    """The values of the form's fields, by name. The ministry is that of the first task that somebody leads on the day,
    where it is the same for each of them; else only the day is proposed."""
    first: dict[int, int] = {}
    of_tasks = OpinionTask.objects.filter(opinion__in=opinions).order_by("task__code").values_list("opinion", "task")
    leads = dict(Lead.objects.in_force(day).order_by("valid_from").values_list("task", "ministry"))
    for opinion, task in of_tasks:
        if task in leads:
            first.setdefault(opinion, leads[task])
    named = Directory(day).named(first.values()) if len(first) == len(opinions) else []
    return {"due_on": _until(day)} | ({"ministry": named[0].ministry.code} if len(named) == 1 else {})


def proposed_for(codes: Iterable[str], day: date) -> dict[str, str]:
    """The same of one that is not entered yet, by its tasks' codes; nothing where nobody leads any of them."""
    leads = Lead.objects.in_force(day).filter(task__code__in=[*codes])
    first = leads.order_by("task__code", "valid_from").values_list("ministry__code", flat=True).first()
    return {"due_on": _until(day), "ministry": first} if first else {}


def passing(opinion: Opinion, entry: Entry, day: date, asked: str = "") -> dict[str, str]:
    """Of the form that passes it on: the ministry that whoever handed it back named, and ten working days; of what was
    opened again whoever leads its task, unless that one gave the answer. `asked`: what the address names instead,
    where it is the office."""
    if asked == OFFICE and opinion.ministry_id is not None:
        return {"due_on": "", "to": OFFICE}
    last = entry.transfers[0].row if entry.transfers else None
    if last is not None and last.kind == TransferKind.REOPENED:
        lead = proposed([opinion], day).get("ministry", "")
        return {"due_on": _until(day), "to": "" if last.ministry and last.ministry.code == lead else lead}
    maybe = last.to_id if last is not None and last.kind == TransferKind.HANDED_BACK else None
    named = Directory(day).named([maybe]) if maybe is not None else []
    return {"due_on": _until(day), "to": named[0].ministry.code if named else ""}


def _until(day: date) -> str:
    return working_days.calendar().shift(day, DAYS).isoformat()


def asked(query: QueryDict) -> dict[int, int]:
    """The opinions (primary keys) that an address names, as often as a page has rows; their versions come later."""
    return dict.fromkeys(_numbers(query.getlist("opinion")), 0)


def posted(post: QueryDict) -> dict[int, int]:
    """The opinions that a form brings, each with the version that its page showed; what is no number is none."""
    versions: dict[int, int] = {}
    for text in post.getlist("opinion"):
        pk, _dot, version = text.partition(".")
        versions |= dict(zip(_numbers([pk]), _numbers([version]), strict=False))
    return dict(list(versions.items())[:AT_ONCE])


def _numbers(texts: Iterable[str]) -> list[int]:
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 10][:AT_ONCE]


def chosen(pks: Mapping[int, int], *, user: User, at: datetime) -> list[Entry]:
    """Those of them that the person may see and that nobody had to answer yet, the latest first."""
    day = timezone.localdate(at)
    rows = with_all(known(user).filter(pk__in=pks, transfers__isnull=True)).order_by("-received_at", "-pk")
    entries = [Entry(row, Directory(day), day) for row in rows]
    return [one for one in entries if one.standing is Standing.LOOSE]
