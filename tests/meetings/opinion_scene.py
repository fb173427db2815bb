"""Hearings and opinions as tests need them: through the verbs, with what a page would have sent.

The stand: a hearing with two organisations; at it `OWED` was said about ME-06 (ME leads it, MOTIE supports it), and given
out to ME until Thursday 18 March; `LOOSE` came in a letter and is given out to nobody.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from meetings import workflow
from meetings.models import Hearing, Meeting, Opinion
from meetings.opinions.contents import OPINION
from meetings.opinions.drafting import About, Came, HearingDraft, Said
from meetings.opinions.words import sealed
from ministries.models import Ministry, User
from records.receipts import once
from records.rows import tell
from records.verify import Run
from tests.builders import key, kst

HELD = date(2021, 3, 10)
DUE = date(2021, 3, 18)
NOT_OURS = "충전기 기준은 산업부 소관임"
OWED, LOOSE = "충전소 설치 기준을 미리 알려 줄 것", "산정 근거를 함께 밝힐 것"
HEARING = HearingDraft(
    title_ko="산업계 간담회",
    held_on=HELD,
    place_ko="회의실",
    came=(Came("industry", "한 협회", 3), Came("civic", "한 모임", 2)),
)


def said(text: str = OWED, **more: Any) -> Said:
    """A letter of a civic group, unless told otherwise."""
    rest: dict[str, Any] = {"group": "civic", "channel": "letter", "said_on": HELD, "organisation": "한 모임"} | more
    return Said(text=text, **rest)


def hearing(by: User, at: datetime, draft: HearingDraft = HEARING) -> Hearing:
    receipt = workflow.record_hearing(draft, by=by, at=at, key=key())
    return Hearing.objects.get(pk=receipt.event.object_id)


def enter(given: Said, *, by: User, at: datetime) -> Opinion:
    receipt = workflow.enter_opinion(given, by=by, at=at, key=key())
    return now(receipt.event.object_id)


def now(pk: Any) -> Opinion:
    return Opinion.objects.get(pk=pk)


def owed_to(ministry: Ministry, *, by: User, at: datetime, due_on: date = DUE, **more: Any) -> Opinion:
    """An opinion that the ministry has to answer."""
    about = About(codes=more.pop("codes", ()), ministry=ministry.pk, due_on=due_on)
    return enter(said(about=about, **more), by=by, at=at)


def dispose(row: Opinion, *, by: User, at: datetime, kind: str = "taken_up", **more: Any) -> Opinion:
    """In the name of the ministry that owes it, unless `ministry` is told."""
    given: dict[str, Any] = {"kind": kind, "reason": "기준을 4월에 공개함", "ministry": row.ministry_id} | more
    workflow.dispose_of_opinion(row.pk, **given, version=now(row.pk).version, by=by, at=at, key=key())
    return now(row.pk)


def hand_back(row: Opinion, *, by: User, at: datetime, **more: Any) -> Opinion:
    """In the name of the ministry that owes it, unless `ministry` is told."""
    given: dict[str, Any] = {"reason": NOT_OURS, "to": None, "ministry": now(row.pk).ministry_id} | more
    workflow.hand_back_opinion(row.pk, **{"version": now(row.pk).version} | given, by=by, at=at, key=key())
    return now(row.pk)


def pass_on(row: Opinion, to: Ministry | None, /, *, by: User, at: datetime, **more: Any) -> Opinion:
    given: dict[str, Any] = {"to": to.pk if to else None, "due_on": DUE, "reason": "소관 부처로 이송함"} | more
    workflow.pass_on_opinion(row.pk, **{"version": now(row.pk).version} | given, by=by, at=at, key=key())
    return now(row.pk)


def change(row: Opinion, *, by: User, at: datetime, **more: Any) -> Opinion:
    stands = now(row.pk)
    about = replace(About.of(stands), **more)
    workflow.change_opinion(row.pk, about, by=by, at=at, key=key(), version=stands.version)
    return now(row.pk)


def reopen(row: Opinion, *, by: User, at: datetime, **more: Any) -> Opinion:
    given: dict[str, Any] = {"reason": "산업부 소관으로 확인됨", "version": now(row.pk).version} | more
    workflow.reopen_opinion(row.pk, **given, by=by, at=at, key=key())
    return now(row.pk)


def sent(by: User, at: datetime, state: str = "waiting", text: str = "공개 바람") -> Opinion:
    """What the public sent through the portal, told in its chain: not looked at yet, or not admitted."""
    words, digest = sealed(text)
    with once("send_opinion", by=by, at=at, key=key(), target="opinions", body=[]) as attempt:
        row = Opinion.objects.create(
            number=f"P-{Opinion.objects.count():04}-0000-0000",
            group="citizens",
            channel="portal",
            said_on=at.date(),
            received_at=at,
            state=state,
            digest=digest,
        )
        words.opinion = row
        words.save()
        tell(attempt, OPINION, row, row, rows=[row])
    return row


def stand(by: User, at: datetime) -> tuple[Hearing, Opinion, Opinion]:
    """As the module's docstring tells it."""
    held, me = hearing(by, at), Ministry.objects.get(code="ME")
    about = About(codes=("ME-06",), ministry=me.pk, due_on=DUE)
    at_hearing = said(OWED, group="industry", channel="hearing", hearing=held.pk, organisation="한 협회", about=about)
    return held, enter(at_hearing, by=by, at=at), enter(said(LOOSE), by=by, at=at)


def differences() -> list[str]:
    """What the record says of hearings and opinions that the tables do not, and the other way round."""
    found = []
    for row in Opinion.objects.all():
        found += _differences(f"opinion/{row.pk}")
    for held in Hearing.objects.all():
        found += _differences(f"hearing/{held.pk}")
    return found


def _differences(stream: str) -> list[str]:
    run = Run(only=stream)
    for _progress in run.walk():
        pass
    return [row.line() for row in run.findings if row.is_difference]


def meeting(no: int = 2, **more: Any) -> Meeting:
    return Meeting.objects.create(no=no, name_ko="회의", name_en="Meeting", **more)


# Every verb, ready to be carried out (tests/verbs.py), and every address (tests/test_permissions.py)

VERBS = ("record_hearing", "change_hearing", "enter_opinion", "change_opinion", "pass_on_opinion", "reopen_opinion")
ANSWERED = ("dispose_of_opinion", "hand_back_opinion")  # by the ministry that owes it
LATER = kst(2021, 3, 25, 10)


def call(verb: str, **who: Any) -> object:
    """The verb, on the stand."""
    if verb == "record_hearing":
        return workflow.record_hearing(HEARING, **who)
    if verb == "enter_opinion":
        return workflow.enter_opinion(said(), **who)
    if verb == "change_hearing":
        row = Hearing.objects.get()
        return workflow.change_hearing(row.pk, replace(HEARING, place_ko="세종청사"), version=row.version, **who)
    opinion = owed()
    if verb == "change_opinion":
        about = replace(About.of(opinion), codes=("ME-01",))
        return workflow.change_opinion(opinion.pk, about, version=opinion.version, **who)
    if verb == "hand_back_opinion":
        back: dict[str, Any] = {"reason": NOT_OURS, "to": None, "ministry": opinion.ministry_id}
        return workflow.hand_back_opinion(opinion.pk, **back, version=opinion.version, **who)
    if verb == "pass_on_opinion":
        on: dict[str, Any] = {"to": Ministry.objects.get(code="MOTIE").pk, "due_on": DUE, "reason": "산업부 소관임"}
        return workflow.pass_on_opinion(opinion.pk, **on, version=opinion.version, **who)
    if verb == "reopen_opinion":
        return workflow.reopen_opinion(opinion.pk, reason="산업부 소관으로 확인됨", version=opinion.version, **who)
    given: dict[str, Any] = {"kind": "partly", "reason": "일부만 가능함", "ministry": opinion.ministry_id}
    return workflow.dispose_of_opinion(opinion.pk, **given, version=opinion.version, **who)


def owed() -> Opinion:
    return Opinion.objects.get(hearing__isnull=False)


def loose() -> Opinion:
    return Opinion.objects.get(channel="letter")


ADDRESSES = (
    *("list_opinions", "export_opinions", "enter_opinion", "show_opinion", "change_opinion", "dispose_of_opinion"),
    *("list_hearings", "record_hearing", "show_hearing", "change_hearing"),
    *("hand_back_opinion", "pass_on_opinion", "reopen_opinion", "give_out_opinions"),
)


def address(name: str, place: str = "") -> str:
    """Where the page of the stand is; of the letter's opinion in the place `opinions_loose`."""
    of_one = ("show_opinion", "change_opinion", "dispose_of_opinion", "hand_back_opinion", "pass_on_opinion")
    if name in (*of_one, "reopen_opinion"):
        row = loose() if place == "opinions_loose" else owed()
        return reverse(name, args=[row.pk])
    if name in ("show_hearing", "change_hearing"):
        return reverse(name, args=[1])
    return reverse(name, args=["csv"] if name == "export_opinions" else [])


def body(name: str) -> dict[str, Any]:
    """What the page's form would send."""
    hearing_form = {"title_ko": "공청회", "held_on": "2021-03-15", "p0-group": "civic", "p0-organisation": "한 모임"}
    opinion_form = {"group": "experts", "channel": "letter", "said_on": "2021-03-15", "text": "ㅇ 의견"}
    return {
        "hand_back_opinion": {"transfer": NOT_OURS, "to": "MOTIE", "ministry": "ME", "version": "0"},
        "pass_on_opinion": {"to": "MOTIE", "due_on": "2021-03-25", "reason": "산업부 소관임", "version": "0"},
        "reopen_opinion": {"reason": "산업부 소관으로 확인됨", "version": "0"},
        "give_out_opinions": {"opinion": f"{loose().pk}.0", "ministry": "ME", "due_on": "2021-03-25"},
        "record_hearing": hearing_form | {"p0-number": "2"},
        "change_hearing": hearing_form | {"p0-number": "2", "version": "0"},
        "enter_opinion": opinion_form,
        "change_opinion": {"codes": "ME-01", "ministry": "ME", "due_on": "2021-03-18", "version": "0"},
        "dispose_of_opinion": {"kind": "later", "reason": "중장기로 검토함", "version": "0"},
    }.get(name, {})
