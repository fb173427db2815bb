"""이해관계자 의견: the office enters what was said and gives it out; whoever owes the answer says what comes of it.

The words stand in `OpinionText` alone. No event holds them: it tells of the opinion's row, which carries their salted
digest.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from ministries.models import User
from records.errors import Conflict, Forbidden, Invalid, WrongState
from records.locking import lock, waiting
from records.models import Receipt
from records.receipts import once
from records.rows import name_of, tell
from scenarios.models import Uptake
from tfportal.language import normalise

from ..models import Disposition, Hearing, Opinion, OpinionState, OpinionTask
from ..opinions import notices
from ..opinions.contents import OPINION
from ..opinions.drafting import About, Found, Said, find, said_problems
from ..opinions.numbers import new_number
from ..opinions.transitions import permit
from ..opinions.words import fingerprint, sealed
from .common import problem_of, receipt_of, refuse


def enter_opinion(said: Said, *, by: User, at: datetime, key: UUID) -> Receipt:
    """What was heard at a hearing or came in a letter: admitted as it is entered, and given out where a ministry is
    named. Raises Invalid with messages by field. The receipt's event is about the opinion."""
    said = said.tidy
    day = said.said_on.isoformat() if said.said_on else None
    posted = [said.group, said.organisation, said.channel, said.hearing, day, said.about.body]
    body = [posted, fingerprint(said.text, key)]
    with once("enter_opinion", by=by, at=at, key=key, target="opinions", body=body) as attempt:
        if not attempt.repeated:
            holder = permit(attempt.verb, None, by=by)
            hearing = Hearing.objects.filter(pk=said.hearing).first() if said.hearing is not None else None
            found = find(said.about, at=at)
            refuse(said_problems(said, hearing, at=at) | found.problems)
            row = Opinion(
                number=new_number(),
                group=said.group,
                organisation=said.organisation,
                channel=said.channel,
                hearing=hearing,
                received_at=at,
                state=OpinionState.ADMITTED,
            )
            given = said.said_on or (hearing.held_on if hearing else None)
            assert given is not None  # noqa: S101 (said_problems looked)
            words, row.digest = sealed(said.text)
            row.said_on = given
            _place(row, said.about, found)
            words.opinion = row
            words.save()
            of_tasks = [OpinionTask.objects.create(opinion=row, task_id=pk) for pk in found.tasks]
            event = tell(attempt, OPINION, row, row, rows=[row, *of_tasks], acting_for=holder)
            notices.given(row, by=by, event=event)
    return receipt_of(attempt)


def change_opinion(opinion_id: int, about: About, *, by: User, at: datetime, key: UUID, version: int) -> Receipt:
    """What it is about, who answers and until when; its words stay. Once a ministry was given it, `pass_on_opinion`
    alone names another. Conflict, with both, where somebody changed it meanwhile."""
    about = about.tidy
    body = [about.body, version]
    with once("change_opinion", by=by, at=at, key=key, target=f"opinion/{opinion_id}", body=body) as attempt:
        if not attempt.repeated:
            row = locked_opinion(opinion_id)
            holder = permit(attempt.verb, row, by=by)
            stood = About.of(row)
            if row.version != version:
                text = _("Somebody else changed this opinion meanwhile. Both are shown below.")
                raise Conflict(text, mine=about, theirs=stood, obj=row)
            is_given = row.ministry_id is not None or row.transfers.exists()
            found = find(about, at=at, stood=stood, is_given=is_given, is_answered=row.answer is not None)
            refuse(found.problems)
            if about == stood:
                raise Invalid({"__all__": [_("Nothing is another one than before.")]})
            row.version = version + 1
            _place(row, about, found)
            made, gone = _name_tasks(row, found)
            event = tell(attempt, OPINION, row, row, rows=[row, *made], gone=gone, acting_for=holder)
            if (about.ministry, about.due_on) != (stood.ministry, stood.due_on):
                notices.given(row, by=by, event=event)
    return receipt_of(attempt)


def give_out_opinions(
    chosen: Mapping[int, int], *, ministry: int | None, due_on: date | None, by: User, at: datetime, key: UUID
) -> int:
    """Several opinions (primary keys, each with the version that was seen) to one ministry until one day: all of them,
    or none. Each is changed by an event of its own, under a key of its own that comes from the form's. How many."""
    if not chosen:
        raise Invalid({"__all__": [_("Choose opinions from the list.")]})
    with waiting(), transaction.atomic():
        for pk in sorted(chosen):  # all of them before the first mail is looked at, which others may wait for
            lock(f"opinion:{pk}")
        rows = list(Opinion.objects.filter(pk__in=chosen).select_related("scenario").order_by("pk"))
        for row in rows:
            about = replace(About.of(row), ministry=ministry, due_on=due_on)
            try:
                change_opinion(row.pk, about, by=by, at=at, key=uuid5(key, str(row.pk)), version=chosen[row.pk])
            except Conflict as error:
                text = _("%(number)s was changed meanwhile: look at the list again. None was given out.")
                raise WrongState(text % {"number": row.number}) from error
    return len(rows)


def dispose_of_opinion(
    opinion_id: int,
    *,
    kind: str,
    reason: str,
    by: User,
    at: datetime,
    key: UUID,
    version: int,
    ministry: int | None = None,
) -> Receipt:
    """Says what comes of it, and why: the ministry (primary key) that owes the answer, or the office where none does.
    Another one takes the place of the last, which stays in the record. Conflict where the opinion moved on since the
    page was opened."""
    reason = normalise(reason)
    body = [kind, reason, version, ministry]
    with once("dispose_of_opinion", by=by, at=at, key=key, target=f"opinion/{opinion_id}", body=body) as attempt:
        if not attempt.repeated:
            row = locked_opinion(opinion_id)
            holder = permit(attempt.verb, row, by=by, ministry=ministry)
            if ministry is not None and ministry != row.ministry_id:
                raise Forbidden(_("This is not yours to do."))
            last = row.dispositions.last()
            if row.version != version:
                raise Conflict(_("This was changed meanwhile. Look at it again."), theirs=last, obj=row)
            refuse(
                {
                    "kind": [] if kind in Uptake.values else [_("Choose what comes of it.")],
                    "reason": problem_of(reason, empty=_("Give the reason.")),
                }
            )
            if (
                row.answer is not None
                and last is not None
                and (last.kind, last.reason, last.ministry_id) == (kind, reason, ministry)
            ):
                raise Invalid({"__all__": [_("Nothing is another one than before.")]})
            made = Disposition.objects.create(
                opinion=row, ministry_id=ministry, kind=kind, reason=reason, by=by, acting_for=holder, at=at
            )
            row.version = version + 1
            row.save(update_fields=("version",))
            tell(attempt, OPINION, row, row, rows=[row, made], acting_for=holder)
    return receipt_of(attempt)


def locked_opinion(opinion_id: int) -> Opinion:
    """The opinion, read after its lock."""
    lock(f"opinion:{opinion_id}")
    return Opinion.objects.select_related("scenario").get(pk=opinion_id)


def _place(row: Opinion, about: About, found: Found) -> None:
    row.scenario_id, row.decision_id = found.scenario, about.decision
    row.ministry_id, row.due_on = about.ministry, about.due_on
    row.save()


def _name_tasks(row: Opinion, found: Found) -> tuple[list[OpinionTask], list[str]]:
    """The tasks as they are to be: the rows that came, and the names of those that went."""
    wanted, gone = set(found.tasks), []
    for named in row.of_tasks.all():
        if named.task_id not in wanted:
            gone.append(name_of(named))
            named.delete()
        wanted.discard(named.task_id)
    return [OpinionTask.objects.create(opinion=row, task_id=pk) for pk in sorted(wanted)], gone
