"""What one row of the working group's register may be, and how it is written: for a form that brings one, and for a
workbook that brings many. No function here leaves an event; the verbs do."""

import secrets
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Max
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from ministries.models import Ministry, User
from records.errors import Conflict, Invalid
from records.rows import name_of
from tasks.problems import refuse, text_problem
from tfportal import dates
from tfportal.language import normalise

from .. import naming
from ..models import Division, DivisionMeeting, Expert, ExpertPerson, Seat
from ..verification import digest_of

YEARS = range(2015, 2101)
MOST_OTHERS = 999
PERSONAL = ("name", "affiliation", "position", "email")


@dataclass(frozen=True)
class Who:
    """Personal data of an expert: nowhere but in `ExpertPerson`."""

    name: str
    affiliation: str = ""
    position: str = ""
    email: str = ""

    @classmethod
    def of(cls, person: ExpertPerson) -> "Who":
        return cls(person.name, person.affiliation, person.position, person.email)

    def stored(self) -> "Who":
        return Who(*(normalise(value) for value in astuple(self)))

    def mark(self) -> str:
        """What tells the same data from others, for a receipt: it says nothing without the portal's own secret, and
        receipts are kept after the data are removed."""
        return salted_hmac("scenarios.expert", "\n".join(astuple(self))).hexdigest()


@dataclass(frozen=True)
class Serving:
    """The seat: in which division, recommended by whom, from when until when."""

    division_id: int
    ministry_id: int
    starts_on: date
    ends_on: date | None = None

    @classmethod
    def of(cls, expert: Expert) -> "Serving":
        return cls(expert.division_id, expert.ministry_id, expert.starts_on, expert.ends_on)

    def body(self) -> list[Any]:
        return [self.division_id, self.ministry_id, str(self.starts_on), self.ends_on and str(self.ends_on)]

    def holds(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True)
class Held:
    """A division's meeting. `no`: None for the division's next. `attended`: experts, by primary key."""

    division_id: int
    held_on: date
    topic_ko: str
    topic_en: str = ""
    outcome: str = ""
    others: int = 0
    no: int | None = None
    attended: frozenset[int] = frozenset()

    @classmethod
    def of(cls, meeting: DivisionMeeting) -> "Held":
        texts = (meeting.topic_ko, meeting.topic_en, meeting.outcome)
        there = frozenset(meeting.seats.values_list("expert", flat=True))
        return cls(meeting.division_id, meeting.held_on, *texts, meeting.others, meeting.no, there)

    def stored(self) -> "Held":
        texts = {name: normalise(getattr(self, name)) for name in ("topic_ko", "topic_en", "outcome")}
        return Held(**{**self.__dict__, **texts})

    def body(self) -> list[Any]:
        texts = [self.topic_ko, self.topic_en, self.outcome]
        return [self.division_id, str(self.held_on), *texts, self.others, self.no, sorted(self.attended)]


@dataclass(frozen=True)
class Written:
    """What was written of one row, and the names of what was taken away, for the verb's event."""

    row: Any
    rows: list[models.Model]
    gone: list[str]


# Experts


def problems_of_who(who: Who) -> dict[str, list[str]]:
    """What is wrong with personal data, by field."""
    if not who.name:
        return {"name": [_("Give the name.")]}
    try:
        ExpertPerson(**who.__dict__).clean_fields(exclude=["expert", "salt"])
    except ValidationError as error:
        return {name: [str(text) for text in texts] for name, texts in error.message_dict.items()}
    return {}


def problems_of_serving(serving: Serving, expert: Expert | None = None) -> dict[str, list[str]]:
    """What is wrong with a seat; of an expert who is registered, also against the meetings that they were at."""
    problems: dict[str, list[str]] = {}
    if not Division.objects.filter(pk=serving.division_id).exists():
        problems["division"] = [_("Choose a division.")]
    known = Ministry.objects.existing_on(serving.starts_on).filter(pk=serving.ministry_id).exists()
    if not known and (expert is None or expert.ministry_id != serving.ministry_id):
        problems["ministry"] = [_("Choose a ministry.")]
    for name, day in (("starts_on", serving.starts_on), ("ends_on", serving.ends_on)):
        if day is not None and day.year not in YEARS:
            problems[name] = [_("Check the year.")]
    if serving.ends_on and serving.ends_on < serving.starts_on:
        problems.setdefault("ends_on", []).append(_("The last day lies before the first one."))
    return problems or (_against_meetings(serving, expert) if expert else {})


def _against_meetings(serving: Serving, expert: Expert) -> dict[str, list[str]]:
    there = [seat.meeting for seat in expert.seats.select_related("meeting").order_by("meeting__held_on")]
    if there and serving.division_id != expert.division_id:
        return {"division": [_("They were at a meeting of their division: they stay in it. End this seat instead.")]}
    for name, text, meetings in (
        ("starts_on", _("They were at the meeting on %(day)s: choose that day or an earlier one."), there[:1]),
        ("ends_on", _("They were at the meeting on %(day)s: choose that day or a later one."), there[-1:]),
    ):
        for meeting in meetings:
            is_out = meeting.held_on < serving.starts_on if name == "starts_on" else not _before_end(serving, meeting)
            if is_out:
                return {name: [text % {"day": dates.day(meeting.held_on)}]}
    return {}


def _before_end(serving: Serving, meeting: DivisionMeeting) -> bool:
    return serving.ends_on is None or meeting.held_on <= serving.ends_on


def add_expert(who: Who, serving: Serving, *, by: User, acting_for: User | None, at: datetime) -> Written:
    """A new seat with who sits on it; raises Invalid by field."""
    refuse(problems_of_who(who) | problems_of_serving(serving))
    person = ExpertPerson(**who.__dict__, salt=secrets.token_hex(32))
    deed = {"by": by, "acting_for": acting_for, "at": at}
    expert = Expert.objects.create(**serving.__dict__, digest=digest_of(person), **deed)
    person.expert = expert
    person.save()
    return Written(expert, [expert], [])


def put_expert(expert: Expert, who: Who | None, serving: Serving) -> Written:
    """The seat as it is to be. `who`: None where nobody knows who it is any more, or nothing changes of them."""
    refuse((problems_of_who(who) if who else {}) | problems_of_serving(serving, expert))
    person = person_of(expert)
    if who is not None:
        if person is None:
            raise Conflict(_("The personal data were removed: they are not entered again."))
        if who != Who.of(person):  # with a new salt: two digests of one seat cannot be compared
            for name in PERSONAL:
                setattr(person, name, getattr(who, name))
            person.salt = secrets.token_hex(32)
            person.save()
            expert.digest = digest_of(person)
    for name, value in serving.__dict__.items():
        setattr(expert, name, value)
    expert.version += 1
    expert.save()
    return Written(expert, [expert], [])


def person_of(expert: Expert) -> ExpertPerson | None:
    return ExpertPerson.objects.filter(expert=expert).first()


# Meetings


def problems_of_held(held: Held, at: datetime, meeting: DivisionMeeting | None = None) -> dict[str, list[str]]:
    """What is wrong with a division's meeting, by field."""
    problems: dict[str, list[str]] = {}
    if not Division.objects.filter(pk=held.division_id).exists():
        problems["division"] = [_("Choose a division.")]
    if held.held_on.year not in YEARS:
        problems["held_on"] = [_("Check the year.")]
    elif held.held_on > timezone.localdate(at):
        problems["held_on"] = [_("That day lies ahead: a meeting is entered once it was held.")]
    if not held.topic_ko and not held.topic_en:
        problems["topic_ko"] = [_("Say what it was about.")]
    for name in ("topic_ko", "topic_en"):
        try:
            _validated(name, getattr(held, name))
        except ValidationError as error:
            problems.setdefault(name, []).extend(str(text) for text in error.messages)
    if outcome := text_problem(held.outcome):
        problems["outcome"] = outcome
    if not 0 <= held.others <= MOST_OTHERS:
        problems["others"] = [_("Give a number from 0 to %(most)s.") % {"most": MOST_OTHERS}]
    texts = {name: getattr(held, name) for name in ("topic_ko", "topic_en", "outcome") if name not in problems}
    return problems | _number_problem(held, meeting) | _attendance_problem(held) | naming.problems(texts)


def _validated(name: str, text: str) -> None:
    """Raises ValidationError for a topic that its column does not take."""
    column: Any = DivisionMeeting._meta.get_field(name)
    column.run_validators(text)


def _number_problem(held: Held, meeting: DivisionMeeting | None) -> dict[str, list[str]]:
    if held.no is None:
        return {}
    if not 1 <= held.no <= MOST_OTHERS:
        return {"no": [_("Give a number from 1 to %(most)s.") % {"most": MOST_OTHERS}]}
    twin = DivisionMeeting.objects.filter(division=held.division_id, no=held.no)
    twin = twin.exclude(pk=meeting.pk) if meeting else twin
    return {"no": [_("The division has a meeting of this number already.")]} if twin.exists() else {}


def _attendance_problem(held: Held) -> dict[str, list[str]]:
    there = Expert.objects.filter(pk__in=held.attended, division=held.division_id).serving(held.held_on)
    if there.count() == len(held.attended):
        return {}
    return {"attended": [_("Somebody who is ticked was not in the division on that day. Look at the ticks again.")]}


def add_meeting(held: Held, *, by: User, acting_for: User | None, at: datetime) -> Written:
    """A meeting with who was there; raises Invalid by field."""
    refuse(problems_of_held(held, at))
    there = held.attended
    deed = {"by": by, "acting_for": acting_for, "at": at}
    meeting = DivisionMeeting.objects.create(**_columns(held, None), **deed)
    seats = [Seat.objects.create(meeting=meeting, expert_id=pk) for pk in sorted(there)]
    return Written(meeting, [meeting, *seats], [])


def put_meeting(meeting: DivisionMeeting, held: Held, *, at: datetime) -> Written:
    """The meeting as it is to be, with who was there."""
    refuse(problems_of_held(held, at, meeting))
    if held.division_id != meeting.division_id:
        raise Invalid({"division": [_("A meeting stays with its division.")]})
    for name, value in _columns(held, meeting).items():
        setattr(meeting, name, value)
    meeting.version += 1
    meeting.save()
    seats = {seat.expert_id: seat for seat in meeting.seats.all()}
    gone = [seats[pk] for pk in sorted(seats.keys() - held.attended)]
    names = [name_of(seat) for seat in gone]
    for seat in gone:
        seat.delete()
    added = [Seat.objects.create(meeting=meeting, expert_id=pk) for pk in sorted(held.attended - seats.keys())]
    return Written(meeting, [meeting, *added], names)


def _columns(held: Held, meeting: DivisionMeeting | None) -> dict[str, Any]:
    last = DivisionMeeting.objects.filter(division=held.division_id).aggregate(last=Max("no"))["last"] or 0
    no = held.no or (meeting.no if meeting else last + 1)
    return {name: value for name, value in held.__dict__.items() if name != "attended"} | {"no": no}
