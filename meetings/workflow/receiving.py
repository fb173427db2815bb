"""What the public sends without an account. It stands in the name of the portal's own account for it; no event and no
receipt holds a word of it, nor who sent it, not even as a digest that could be guessed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ministries import public
from outbox import outsiders
from records.errors import KeyReused
from records.models import Receipt
from records.receipts import once
from records.rows import tell
from tfportal.fields import NOT_ONE_LINE, UNSEEMLY
from tfportal.language import normalise

from ..models import Channel, Group, Opinion, OpinionSender, OpinionState, OpinionTask, OpinionText
from ..opinions import subjects
from ..opinions.contents import OPINION
from ..opinions.numbers import new_number
from ..opinions.verification import digest_of
from ..opinions.words import sealed
from .common import problem_of, receipt_of, refuse

Allow = Callable[[str], bool]

LONGEST = 5_000  # characters of an opinion
LONGEST_CODE = 20
MOST_TASKS = 20  # of one opinion
LETTER = "public/opinion_received.txt"


@dataclass(frozen=True)
class Sent:
    """What the form of the public brings. `tasks`: codes, `scenario`: a code; `language`: of a mail to the sender."""

    group: str
    text: str
    organisation: str = ""
    name: str = ""
    email: str = ""
    consents: bool = False
    tasks: tuple[str, ...] = ()
    scenario: str = ""
    language: str = "ko"

    def tidied(self) -> "Sent":
        """As the portal stores it."""
        texts: dict[str, Any] = {
            name: normalise(getattr(self, name)) for name in ("text", "organisation", "name", "email")
        }
        return replace(self, **texts, tasks=tuple(sorted(set(self.tasks) - {""})))

    @property
    def names_somebody(self) -> bool:
        return bool(self.name or self.email)


def send_opinion(sent: Sent, *, at: datetime, key: UUID, allow: Allow = lambda email: bool(email)) -> Receipt:
    """Keep an opinion for the office to look at; nobody else sees it until it is admitted. The sender is kept, and is
    mailed the number, only where they agreed. `allow`: asked once for a form, however often and at once it arrives;
    says whether a mail may go to the address, or raises what refuses the form."""
    sent, by = sent.tidied(), public.account()
    with once("send_opinion", by=by, at=at, key=key, target="opinions", body=[]) as attempt:
        if not attempt.repeated:
            check_opinion(sent)
            mails = allow(sent.email)
            opinion, tasks = _stored(sent, at)
            if sent.email and mails:
                outsiders.write_to(
                    sent.email, LETTER, {"number": opinion.number}, about=opinion.number, language=sent.language
                )
            tell(attempt, OPINION, opinion, opinion, rows=[opinion, *tasks])
    receipt = receipt_of(attempt)
    if attempt.repeated and not _is_same(sent, opinion_of(receipt)):
        raise KeyReused
    return receipt


def check_opinion(sent: Sent) -> None:
    """Raises Invalid with what is wrong, by field; writes nothing."""
    refuse(_problems(sent.tidied()))


def opinion_of(receipt: Receipt) -> Opinion:
    """The opinion that a receipt of `send_opinion` is about."""
    return Opinion.objects.select_related("words", "scenario").get(pk=receipt.event.object_id)


def _stored(sent: Sent, at: datetime) -> tuple[Opinion, list[OpinionTask]]:
    words, digest = sealed(sent.text)
    opinion = words.opinion = Opinion.objects.create(
        number=new_number(),
        group=sent.group,
        organisation=sent.organisation,
        channel=Channel.PORTAL,
        said_on=timezone.localdate(at),
        received_at=at,
        state=OpinionState.WAITING,
        scenario=subjects.scenarios().filter(code=sent.scenario).first() if sent.scenario else None,
        digest=digest,
    )
    words.save()
    if sent.names_somebody:
        OpinionSender.objects.create(opinion=opinion, name=sent.name, email=sent.email, consented_at=at)
    named = subjects.tasks().filter(code__in=sent.tasks)
    return opinion, [OpinionTask.objects.create(opinion=opinion, task=task) for task in named]


def _is_same(sent: Sent, opinion: Opinion) -> bool:
    """Whether a form that comes again under its key says what it said before, as far as that is still kept. No digest
    of it is: who has the database could try out names and addresses on one."""
    words = opinion.words
    if words.removed_at is None and digest_of(OpinionText(salt=words.salt, text=sent.text)) != opinion.digest:
        return False
    if opinion.version:  # the office has put it right since
        return True
    sender = OpinionSender.objects.filter(opinion=opinion).first() or OpinionSender()
    stands = (opinion.group, opinion.organisation, opinion.scenario.code if opinion.scenario else "")
    tasks = tuple(sorted(opinion.of_tasks.values_list("task__code", flat=True)))
    brought = (sent.group, sent.organisation, sent.scenario)
    return (*stands, tasks, sender.name, sender.email) == (*brought, sent.tasks, sent.name, sent.email)


def _problems(sent: Sent) -> dict[str, list[str]]:
    """What is wrong, by field."""
    found = {
        "group": [] if sent.group in Group.values else [_("Choose whom you speak for.")],
        "text": problem_of(sent.text, empty=_("Write your opinion."), limit=LONGEST),
        "organisation": _name_problem(sent.organisation, 150),
        "name": _name_problem(sent.name, 80),
        "email": _email_problem(sent.email),
        "consents": [],
        "tasks": _tasks_problem(sent.tasks),
        "scenario": [],
    }
    if sent.names_somebody and not sent.consents:
        found["consents"] = [_("Tick that you agree, or leave name and e-mail address empty.")]
    if sent.scenario and not _is_of(sent.scenario, subjects.scenarios()):
        found["scenario"] = [_("Choose a scenario of the list.")]
    return found


def _tasks_problem(codes: tuple[str, ...]) -> list[str]:
    if len(codes) > MOST_TASKS:
        return [_("At most %(most)d tasks.") % {"most": MOST_TASKS}]
    if not all(_can_be_code(code) for code in codes):
        return [_("Choose tasks of the list.")]
    known = subjects.tasks().filter(code__in=codes).count() if codes else 0
    return [] if known == len(codes) else [_("Choose tasks of the list.")]


def _can_be_code(text: str) -> bool:
    """Whether it could be one: not every text is one that a database can look for."""
    return len(text) <= LONGEST_CODE and text.isprintable()


def _is_of(code: str, rows: QuerySet[Any]) -> bool:
    """Whether the code is one of these."""
    return _can_be_code(code) and rows.filter(code=code).exists()


def _name_problem(text: str, limit: int) -> list[str]:
    if found := problem_of(text, limit=limit):
        return found
    return [str(NOT_ONE_LINE)] if UNSEEMLY.search(text) else []


def _email_problem(text: str) -> list[str]:
    """A list of addresses would be written to each of them: there is one sender."""
    if not text:
        return []
    wrong = [_("Enter an address such as name@example.com, or leave it empty.")]
    try:
        validate_email(text)
    except ValidationError:
        return wrong
    return wrong if len(text) > 254 or "," in text or not text.isascii() else []
