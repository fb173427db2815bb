"""The mails that opinions owe. They name the opinion by its number and never say what was said, nor by whom.

What is given out to a ministry while the mail about another one has not left yet stands in that mail as well: its
people get one, with the list, and not one for each.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from ministries.directory import Directory
from ministries.models import User
from outbox.models import Delivery, Notice, Purpose
from outbox.owing import owe
from records.locking import lock_rows
from records.models import Event
from tasks import recipients

from ..models import Opinion, Transfer

TOGETHER = timedelta(hours=12)  # what is given out later is a mail of its own, however long the first one waits
ABOUT_GIVEN = "opinion/{pk}/given/"
ABOUT_TRANSFER = "opinion/{pk}/transfer/"


def given(opinion: Opinion, *, by: User, event: Event, had: int | None = None) -> None:
    """To the officers of the ministry that has to answer, or that has until another day. `had`: the ministry from which
    it goes; its people are told of that, and no more of what had not been sent to them yet."""
    unsent = _unsent({had, opinion.ministry_id})
    for notice in unsent:
        _take_out(notice, opinion.pk)
    if had is not None and had != opinion.ministry_id:
        _passed_on(opinion, had, by=by, event=event)
    if opinion.ministry_id is None or opinion.due_on is None:
        return
    told = {"pk": opinion.pk, "number": opinion.number, "due_at": moment_of(opinion.due_on)}
    recent = [row for row in unsent if row.pk and row.owed_at > event.at - TOGETHER]
    waiting = {row.to_id: row for row in recent if row.ministry_id == opinion.ministry_id}
    people: set[int | None] = {*recipients.officers(opinion.ministry_id, at=event.at)} or {None}
    for person in people & waiting.keys():
        notice = waiting[person]
        notice.facts = _listing([*_told(notice.facts), told], notice.facts)
        notice.save(update_fields=("facts",))
    rest = people - waiting.keys()
    if rest:
        facts = _listing([told], _deed(event, by))
        about = ABOUT_GIVEN.format(pk=opinion.pk) + str(event.seq)
        to = [person for person in rest if person is not None]
        owe(Purpose.OPINION_GIVEN, to, about=about, facts=facts, at=event.at, ministry=opinion.ministry_id)


def handed_back(opinion: Opinion, row: Transfer, *, event: Event) -> None:
    """To the office: which ministry says that it is not its own, and whose it might be. The reason stands in the
    portal. What had not been sent to the ministry yet is not sent any more."""
    for notice in _unsent({row.ministry_id}):
        _take_out(notice, opinion.pk)
    facts: dict[str, Any] = {"pk": opinion.pk, "number": opinion.number, **_deed(event, row.by)}
    facts |= {"whose": _ministry(row.ministry_id, event), "to": _ministry(row.to_id, event)}
    about = ABOUT_TRANSFER.format(pk=opinion.pk) + str(event.seq)
    owe(Purpose.OPINION_HANDED_BACK, recipients.coordinators(at=event.at), about=about, facts=facts, at=event.at)


def _passed_on(opinion: Opinion, had: int, *, by: User, event: Event) -> None:
    """To the officers of the ministry that has to answer no more."""
    facts: dict[str, Any] = {"pk": opinion.pk, "number": opinion.number, **_deed(event, by)}
    facts["to"] = _ministry(opinion.ministry_id, event)
    about = ABOUT_TRANSFER.format(pk=opinion.pk) + str(event.seq)
    people = recipients.officers(had, at=event.at)
    owe(Purpose.OPINION_PASSED_ON, people, about=about, facts=facts, at=event.at, ministry=had)


def _unsent(ministries: Iterable[int | None]) -> list[Notice]:
    """The mails about what was given out to these that `run_due` has not made an e-mail of, held until the end of the
    verb: a run that is at one of them is waited for."""
    rows = Notice.objects.filter(purpose=Purpose.OPINION_GIVEN, ministry__in=[pk for pk in ministries if pk])
    return lock_rows(rows.in_state(Delivery.OWED))


def _take_out(notice: Notice, opinion: int) -> None:
    """Say no more of the opinion; where the mail would say nothing else, owe it no more."""
    told = _told(notice.facts)
    left = [row for row in told if row["pk"] != opinion]
    if not left:
        notice.delete()
    elif left != told:
        notice.facts = _listing(left, notice.facts)
        notice.save(update_fields=("facts",))


def _told(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """The opinions that a mail tells of."""
    return [{name: facts[name] for name in ("pk", "number", "due_at")}, *facts.get("others", ())]


def _listing(told: list[dict[str, Any]], rest: dict[str, Any]) -> dict[str, Any]:
    """The facts of a mail about these: the one that is due first, and the others after it."""
    first, *others = sorted(told, key=lambda row: (row["due_at"], row["pk"]))
    return rest | first | {"others": others}


def _deed(event: Event, by: User) -> dict[str, Any]:
    holder = event.acting_for
    done: dict[str, Any] = {"happened_at": event.at.isoformat(), "by": _names(by)}
    return done | ({"holder": _names(holder)} if holder else {})


def due(ministry: int, code: str, due_on: date, number: int, *, step: str, at: datetime) -> None:
    """One mail for all opinions that the ministry has to answer until the same day."""
    facts = {"code": code, "number": number, "due_at": moment_of(due_on), "step": step}
    people = recipients.officers(ministry, at=at)
    owe(Purpose.OPINION_DUE, people, about=about_due(ministry, due_on, step), facts=facts, at=at, ministry=ministry)


def about_due(ministry: int, due_on: date, step: str) -> str:
    return f"opinions/{ministry}/due/{due_on.isoformat()}/{step}"


def moment_of(day: date) -> str:
    """The day as mails keep moments."""
    return datetime.combine(day, time.min, timezone.get_current_timezone()).isoformat()


def _names(person: User) -> dict[str, str]:
    return {"ko": person.name_ko or person.username, "en": person.name_en or person.username}


def _ministry(pk: int | None, event: Event) -> dict[str, str] | str:
    """Its name on the day, in both languages; nothing for none."""
    if pk is None:
        return ""
    name = Directory(timezone.localdate(event.at))[pk]
    return {"ko": name.name_ko, "en": name.name_en}
