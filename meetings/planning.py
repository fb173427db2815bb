"""What is planned of a meeting, and what about it cannot be. Read-only; the verbs stand in `workflow/planning.py`."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date as Day  # noqa: N812 (a column is called `date`)
from datetime import datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ministries import working_days
from ministries.models import Ministry
from tasks.models import CandidateState, Round
from tfportal.language import normalise

from .models import AgendaCandidate, Meeting

HIGHEST_NO = 999
OFFICE = "OPC"  # the ministry to which the coordination office belongs
YEARS = range(2000, 2101)  # beyond these, some days cannot even be written in UTC
RANK_KO, RANK_EN = "차관급", "Vice-minister level"
ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")
TEXTS = ("name_ko", "name_en", "place_ko", "place_en", "video_link", "chair", "chair_en", "rank_ko", "rank_en")
WHEN = ("date", "starts_at")
WHERE = ("place_ko", "place_en", "video_link")
MOMENTS = ("papers_due_at", "agenda_closes_at")

Problems = dict[str, list[str]]


@dataclass(frozen=True)
class Plan:
    """The columns of a meeting that the office plans. `round_id`: the round that is collected for it. Empty names are
    those of its number."""

    no: int
    name_ko: str = ""
    name_en: str = ""
    date: Day | None = None
    starts_at: time | None = None
    place_ko: str = ""
    place_en: str = ""
    video_link: str = ""
    chair: str = ""
    chair_en: str = ""
    rank_ko: str = RANK_KO
    rank_en: str = RANK_EN
    round_id: int | None = None
    papers_due_at: datetime | None = None
    agenda_closes_at: datetime | None = None

    @classmethod
    def of(cls, meeting: Meeting) -> "Plan":
        return cls(**{name: getattr(meeting, name) for name in COLUMNS})

    def stored(self, before: "Plan | None" = None) -> "Plan":
        """As the table keeps it: texts normalised, names filled in. A name that said the old number says the new."""
        texts: dict[str, Any] = {name: normalise(getattr(self, name)) for name in TEXTS}
        for language in ("name_ko", "name_en"):
            usual = before and getattr(named(before.no), language)
            if not texts[language] or (before and before.no != self.no and texts[language] == usual):
                texts[language] = getattr(named(self.no), language)
        return replace(self, **texts)

    def body(self) -> list[Any]:
        """What was posted, as plain JSON."""
        return [plain(getattr(self, name)) for name in COLUMNS]

    def changed_from(self, before: "Plan") -> dict[str, list[Any]]:
        """Each column that is another one, as it was and as it is: plain JSON."""
        pairs = {name: (getattr(before, name), getattr(self, name)) for name in COLUMNS}
        return {name: [plain(was), plain(now)] for name, (was, now) in pairs.items() if was != now}


COLUMNS = tuple(field.name for field in fields(Plan))


@dataclass(frozen=True)
class Names:
    """How the meeting of a number is called."""

    name_ko: str
    name_en: str


def named(no: int) -> Names:
    """The usual names of the meeting of that number."""
    return Names(f"제{no}차 범부처 T/F 회의", f"{_ordinal(no)} pan-ministerial T/F meeting")


def _ordinal(no: int) -> str:
    if 1 <= no <= len(ORDINALS):
        return ORDINALS[no - 1]
    ending = {1: "st", 2: "nd", 3: "rd"}.get(no % 10, "th") if no % 100 not in (11, 12, 13) else "th"
    return f"{no}{ending}"


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, Day | time) else value


def needs_reason(before: Plan, after: Plan) -> bool:
    """Whether a number, a known day or a known time becomes another one. To say what nobody knew needs no reason."""
    known = [name for name in WHEN if getattr(before, name) is not None]
    return any(getattr(before, name) != getattr(after, name) for name in (*known, "no"))


def moves(before: Plan, after: Plan) -> bool:
    """Whether what stands in people's calendars is right no more."""
    return before.date is not None and any(getattr(before, name) != getattr(after, name) for name in (*WHEN, *WHERE))


def problems(plan: Plan, meeting: Meeting | None = None) -> Problems:
    """What is wrong with it, by field. `meeting`: the one that is to become so, with its round; None for a new one."""
    return {
        "no": _number_problems(plan, meeting),
        **{name: _text_problems(name, getattr(plan, name)) for name in TEXTS},
        "date": [] if plan.date is None or plan.date.year in YEARS else [_("Check the year.")],
        "starts_at": [_("Give the day as well.")] if plan.starts_at and plan.date is None else [],
        "round": _round_problems(plan, meeting),
        **{name: _moment_problems(plan, getattr(plan, name)) for name in MOMENTS},
    }


def keeps_its_round(meeting: Meeting) -> bool:
    """Whether the round that is collected for it is frozen: number and round stand in its book."""
    return meeting.round is not None and meeting.round.frozen_at is not None


def _number_problems(plan: Plan, meeting: Meeting | None) -> list[str]:
    if meeting is not None and plan.no == meeting.no:
        return []
    if meeting is not None and keeps_its_round(meeting):
        return [_("Its round is frozen, and the number stands in its book: the meeting keeps it.")]
    if not 1 <= plan.no <= HIGHEST_NO:
        return [_("Give a number from 1 to %(last)d.") % {"last": HIGHEST_NO}]
    taken = Meeting.objects.filter(no=plan.no).first()
    if taken is None:
        return []
    if taken.cancelled_at is not None:
        return [_("A meeting of this number was cancelled, and keeps it. Choose another one.")]
    return [_("There is a meeting of this number already.")]


def _text_problems(name: str, text: str) -> list[str]:
    try:
        Meeting._meta.get_field(name).run_validators(text)  # type: ignore[union-attr]
    except ValidationError as error:
        return list(error.messages)
    if name == "video_link" and text and not text.startswith(("https://", "http://")):
        return [_("Give an address that begins with https://.")]
    return []


def _round_problems(plan: Plan, meeting: Meeting | None) -> list[str]:
    if meeting is not None and plan.round_id == meeting.round_id:
        return []
    if meeting is not None and keeps_its_round(meeting):
        return [_("Its round is frozen: the meeting keeps it.")]
    if plan.round_id is None:
        return []
    if not Round.objects.filter(pk=plan.round_id).exists():
        return [_("Choose a round.")]
    other = Meeting.objects.filter(round=plan.round_id).first()
    return [_("This round is collected for meeting %(no)d.") % {"no": other.no}] if other else []


def _moment_problems(plan: Plan, moment: datetime | None) -> list[str]:
    if moment is None:
        return []
    if timezone.localtime(moment).year not in YEARS:
        return [_("Check the year.")]
    if plan.date is None or plan.date.year not in YEARS:
        return []
    end = timezone.make_aware(datetime.combine(plan.date, plan.starts_at or time(23, 59)))
    return [_("That is after the meeting begins.")] if moment > end else []


def doubts(day: Day | None, *, today: Day) -> list[str]:
    """What speaks against a day that can be meant all the same: everybody is told of it at once, so it is asked about
    first. A day outside `YEARS` is refused anyway."""
    if day is None or day.year not in YEARS:
        return []
    found = []
    calendar = working_days.calendar()
    if not calendar.is_working_day(day):
        found.append(_("This is no working day: %(why)s.") % {"why": calendar.day_off(day)})
    if day < today:
        found.append(_("This day has passed already."))
    return found


def members(day: Day) -> "QuerySet[Ministry]":
    """Who is invited to a new meeting: the members of the T/F that exist on the day, besides the office itself."""
    return Ministry.objects.filter(tf_member=True).existing_on(day).exclude(code=OFFICE)


def proposed(meeting: Meeting) -> dict[int, list[str]]:
    """Who is not invited though the agenda speaks of their candidates: the numbers of these, by ministry (primary key).
    One query."""
    rows = AgendaCandidate.objects.filter(item__meeting=meeting).exclude(candidate__state=CandidateState.WITHDRAWN)
    rows = rows.exclude(candidate__ministry__in=meeting.attendances.values("ministry"))
    rows = rows.exclude(candidate__ministry__code=OFFICE).select_related("candidate__call")
    found: dict[int, list[str]] = {}
    for row in rows.order_by("candidate__call__no", "candidate__no"):
        numbers = found.setdefault(row.candidate.ministry_id, [])
        numbers += [row.candidate.number] if row.candidate.number not in numbers else []
    return found


def free_rounds(meeting: Meeting | None = None) -> list[Round]:
    """The rounds that may be collected for the meeting: those of no other one, the latest first. What is cancelled has
    let go of its round."""
    free = Q(meeting__isnull=True)
    if meeting is not None:
        free |= Q(meeting=meeting)
    return list(Round.objects.filter(free).order_by("-no"))


def next_plan() -> Plan:
    """What the page of a new meeting proposes: the next number, the first free round that is not frozen, and chair,
    place and rank as they were last time."""
    last = Meeting.objects.order_by("-no").first()
    latest = Meeting.objects.standing().order_by("-no").first()
    waiting = [row for row in free_rounds() if row.frozen_at is None]
    plan = Plan(no=min(last.no + 1 if last else 1, HIGHEST_NO), round_id=waiting[-1].pk if waiting else None)
    if latest is None:
        return plan
    kept: dict[str, Any] = {name: getattr(latest, name) for name in ("chair", "chair_en", "place_ko", "place_en")}
    if latest.rank:
        kept |= {"rank_ko": latest.rank_ko, "rank_en": latest.rank_en}
    return replace(plan, **kept)


def names_of_columns(names: Iterable[str]) -> list[str]:
    """How the pages call these columns."""
    return [str(Meeting._meta.get_field(name.removesuffix("_id")).verbose_name) for name in names]  # type: ignore[union-attr]
