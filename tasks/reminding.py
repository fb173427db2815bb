"""제출 독려 by hand, before it is sent: which ministries still owe something, who would hear of it, and the very mail
that each of them would read. Read-only; what is sent comes from the same functions (`owed`, `notices.reminder_facts`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from ministries.directory import Directory
from ministries.models import OF_A_MINISTRY, Delegation, Ministry, MinistryName, Posting, Role, User
from outbox import letters
from outbox.letters import Letter
from outbox.models import Notice, Purpose

from . import due_times, notices, owed
from .due_times import Deadline
from .models import Reminder, Report, Round, State
from .owed import Demand, Owing
from .transitions import COLLECTING

RECENT = timedelta(hours=12)  # who was reminded within them, or on the same day, is not chosen unasked


@dataclass(frozen=True)
class Asked:
    """What an address or a form asks for. `to`: the codes that were ticked; None where nobody ticked anything yet. Then
    the board's filters, a ministry or a state, say which ones are."""

    to: frozenset[str] | None = None
    ministry: str = ""
    state: str = ""
    tick: str = ""  # `all` or `none`
    sentence: str = ""
    see: str = ""  # whose mail is opened, such as `ME.12`

    def chooses(self, one: "Candidate") -> bool:
        """Whether the ministry is ticked. Unasked, none is that was reminded a short while ago."""
        if self.tick in ("all", "none"):
            return self.tick == "all"
        if self.to is not None:
            return one.code in self.to
        if self.ministry and self.ministry != one.code:
            return False
        if self.state and not one.has_state(self.state):
            return False
        return bool(self.ministry) or not one.is_recent


@dataclass(frozen=True)
class Recipient:
    """Who would get one mail. `user`: None for the ministry's fall-back contact; `offices`: in what capacity."""

    user: User | None
    offices: list[str]
    demand: Demand
    address: str

    @property
    def slug(self) -> str:
        return str(self.user.pk) if self.user else "contact"

    @property
    def name(self) -> str:
        return str(self.user) if self.user else _("Fall-back contact")


@dataclass(frozen=True)
class Candidate:
    """One ministry that still owes something."""

    name: MinistryName
    deadline: Deadline
    owing: Owing = field(repr=False)
    recipients: list[Recipient] = field(repr=False)
    last: Reminder | None

    @property
    def code(self) -> str:
        return self.name.ministry.code

    def in_state(self, state: State) -> list[Report]:
        return [report for report in self.owing.unsent if report.state == state]

    @property
    def owes_reports(self) -> bool:
        """Whether it has not handed in everything; else it owes an answer or a contribution alone."""
        return bool(self.owing.unsent or self.owing.sign_offs)

    def has_state(self, state: str) -> bool:
        return any(report.state == state for report in (*self.owing.unsent, *self.owing.sign_offs))

    @property
    def states(self) -> list[tuple[State, int]]:
        """How many of its reports stand where, for those states that are left to it."""
        rows = [(state, len(self.in_state(state))) for state in (State.RETURNED, State.MISSING, State.DRAFT)]
        return [row for row in rows if row[1]]

    @property
    def mend_by(self) -> datetime | None:
        """Until when the first of what was returned is to be mended."""
        open_ones = (row for report in self.in_state(State.RETURNED) for row in report.returns.all())
        return min((row.due_at for row in open_ones if row.resolved_by_id is None), default=None)

    @property
    def is_mending_late(self) -> bool:
        return self.mend_by is not None and self.mend_by < self.deadline.at

    @property
    def holders(self) -> list[str]:
        """Who may give the sign-off that its reports wait for."""
        return [str(signer) for signer in self.owing.holders]

    @property
    def is_recent(self) -> bool:
        return self.last is not None and (self.is_same_day or self.deadline.at - self.last.at < RECENT)

    @property
    def is_same_day(self) -> bool:
        return self.last is not None and timezone.localdate(self.last.at) == timezone.localdate(self.deadline.at)

    @property
    def unreached(self) -> list[Recipient]:
        """Those whom no mail can reach."""
        return [one for one in self.recipients if not one.address]

    @property
    def is_unreachable(self) -> bool:
        """Whether nobody at all of it would hear anything."""
        return len(self.unreached) == len(self.recipients)


@dataclass(frozen=True)
class Mail:
    """The mail of one recipient as they will read it."""

    recipient: Recipient
    letter: Letter
    language: str
    is_asked: bool  # whether somebody asked to see this very one


@dataclass(frozen=True)
class Choice:
    """The ministries of a round that still owe something, and which of them are chosen."""

    round: Round
    at: datetime
    asked: Asked
    candidates: list[Candidate] = field(repr=False)

    @property
    def is_collecting(self) -> bool:
        return self.round.phase(self.at) in COLLECTING

    @property
    def parts(self) -> list[tuple[str, str, list[Candidate]]]:
        """Who owes a report, whom the board's button counts, and who owes only something else: each part that there is,
        with its id and its heading."""
        reports = [one for one in self.candidates if one.owes_reports]
        besides = [one for one in self.candidates if not one.owes_reports]
        parts = [("reports", _("Owe a report"), reports), ("besides", _("Owe an answer or a contribution"), besides)]
        return [part for part in parts if part[2]]

    @property
    def chosen(self) -> list[Candidate]:
        return [one for one in self.candidates if self.asked.chooses(one)]

    @property
    def codes(self) -> list[str]:
        return [one.code for one in self.chosen]

    @property
    def mails(self) -> int:
        """How many mails the chosen ones would get, those without an address included."""
        return sum(len(one.recipients) for one in self.chosen)

    @property
    def recent(self) -> list[Candidate]:
        return [one for one in self.candidates if one.is_recent]

    @property
    def unreached(self) -> list[Candidate]:
        """Ministries with somebody whom no mail can reach."""
        return [one for one in self.candidates if one.unreached]

    @property
    def gone(self) -> list[str]:
        """The codes that were ticked and owe nothing any more."""
        return sorted((self.asked.to or frozenset()) - {one.code for one in self.candidates})


def choose(round_: Round, asked: Asked, *, at: datetime) -> Choice:
    """The page's list. A constant number of queries."""
    wanted, names = owed.owing_ministries(round_), Directory(round_.as_of)
    owing, deadlines = owed.of_all(round_, wanted, at=at), due_times.deadlines(round_, at=at)
    people, last = _recipients(owing, names, at=at), last_reminders(round_)
    ordered = sorted((names[pk] for pk in owing), key=lambda name: (name.ministry.order, name.ministry.code))
    found = [
        Candidate(name, deadlines[pk], owing[pk], people[pk], last.get(pk))
        for name in ordered
        if owing[pk := name.ministry_id].demands
    ]
    return Choice(round_, at, asked, found)


def last_reminders(round_: Round) -> dict[int, Reminder]:
    """The last reminder of each ministry (primary key) of which somebody was written to. One query."""
    rows = Reminder.objects.filter(round=round_, mails__gt=0).select_related("by", "acting_for").order_by("at", "pk")
    return {row.ministry_id: row for row in rows}


def _recipients(owing: dict[int, Owing], names: Directory, *, at: datetime) -> dict[int, list[Recipient]]:
    """By ministry: its people first, in the order of their names, then its fall-back contact. Three queries."""
    wanted = {person for one in owing.values() for person in one.demands if person is not None}
    users, offices = User.objects.in_bulk(wanted), _offices(wanted, owing, at=at)
    found: dict[int, list[Recipient]] = {}
    for pk, one in owing.items():
        contact = names[pk].ministry.fallback_email
        people = [
            Recipient(
                user := users[person] if person is not None else None,
                offices.get((pk, person), []) if person is not None else [],
                demand,
                (user.email if user else "") or contact,
            )
            for person, demand in one.demands.items()
        ]
        found[pk] = sorted(people, key=lambda row: (row.user is None, row.name))
    return found


def _offices(people: Iterable[int], ministries: Iterable[int], *, at: datetime) -> dict[tuple[int, int], list[str]]:
    """By ministry and person: the roles they have there, and whose deputy they are. Two queries."""
    day, wanted, ids = timezone.localdate(at), list(ministries), list(people)
    found: dict[tuple[int, int], list[str]] = {}
    own = Posting.objects.in_force(day).filter(user__in=ids, ministry__in=wanted, role__in=OF_A_MINISTRY)
    for row in own.order_by("role", "pk"):
        found.setdefault((row.ministry_id or 0, row.user_id), []).append(str(Role(row.role).label))
    lent = Delegation.objects.effective(day).filter(to_user__in=ids, posting__ministry__in=wanted)
    for deputy in lent.select_related("posting__user").order_by("pk"):
        word = _("deputy of %(name)s") % {"name": deputy.posting.user}
        found.setdefault((deputy.posting.ministry_id or 0, deputy.to_user_id), []).append(word)
    return found


def preview(choice: Choice, by: User) -> list[tuple[Candidate, Mail]]:
    """For each chosen ministry the mail of one recipient: the one that is asked for, else the first."""
    holder, names = by.acts_for((Role.COORDINATOR, None)), Directory(timezone.localdate(choice.at))
    code, _dot, slug = choice.asked.see.partition(".")
    made = []
    for one in choice.chosen:
        wanted = (row for row in one.recipients if (one.code, row.slug) == (code, slug))
        recipient = next(wanted, one.recipients[0])
        ministry: Ministry = one.name.ministry
        row = Reminder(
            round=choice.round,
            ministry=ministry,
            step=Reminder.Step.BY_HAND,
            due_at=one.deadline.due_at,
            at=choice.at,
            by=by,
            acting_for=holder,
            sentence=choice.asked.sentence,
        )
        facts = notices.reminder_facts(row, recipient.demand, one.deadline)
        notice = Notice(
            purpose=Purpose.REMINDER,
            to=recipient.user,
            ministry=ministry,
            about=row.about,
            facts=facts,
            owed_at=choice.at,
        )
        made.append((one, Mail(recipient, letters.write(notice, names), notice.language(), one.code == code)))
    return made
