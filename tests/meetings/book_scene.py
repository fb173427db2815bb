"""A second meeting with its round: in trouble, worded by the office, unsent, unanswered; and what the first one decided."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from meetings.documents.blocks import Block, Boxed, Cell, Document, Heading, Inline, Paragraph, Span, Table, Title
from meetings.documents.making import Wanted
from meetings.models import (
    AgendaItem,
    Attendance,
    Closing,
    Decision,
    DocumentKind,
    Figure,
    FollowUp,
    KeptDocument,
    Meeting,
    Remark,
    Supporting,
)
from meetings.workflow import keep_document
from meetings.workflow.common import tell
from ministries.models import Ministry, User
from records.models import Seal, Stream
from records.receipts import once
from tasks.models import Round
from tests import builders
from tests.builders import kst
from tests.cast import TaskForce

UNSENT = "ㅇ 보내지 않은 글"
NOT_THEIRS = "국조실만 아는 까닭"
WORDING = "ㅇ 국조실이 다듬은 문구"
ISSUE = "ㅇ 실증 부지 협의 필요"
EVERYBODYS = (DocumentKind.BOOK, DocumentKind.TABLES, DocumentKind.OUTCOME, DocumentKind.LETTER)


def meeting(no: int = 2, round_: Round | None = None, **more: Any) -> Meeting:
    """A meeting as the reference file loads it: with names in both languages, and its round."""
    names = {"name_ko": f"제{no}차 범부처 T/F 회의", "name_en": f"Meeting {no} of the T/F"}
    day = {"date": date(2021, 3, 23), "date_note_ko": "시연", "date_note_en": "demonstration"}
    return Meeting.objects.create(no=no, round=round_, **(names | day | more))


def invite(meeting: Meeting, *ministries: Ministry, present: bool = True) -> None:
    for ministry in ministries:
        Attendance.objects.create(meeting=meeting, ministry=ministry, is_present=present, position_ko="차관")


def confirmed(meeting: Meeting, *, by: User, at: datetime) -> Meeting:
    """The outcome sealed, with an event in its chain, as its own verb leaves it."""
    with once("confirm_outcome", by=by, at=at, key=builders.key(), target="", body=[]) as attempt:
        tell(attempt, meeting, meeting)
    circulated = {"circulated_at": at - timedelta(days=2), "comments_until": at - timedelta(days=1)}
    Meeting.objects.filter(pk=meeting.pk).update(**circulated, frozen_at=at)
    stream, _ = Stream.objects.get_or_create(key=meeting.stream_key)
    Seal.objects.create(stream=stream, manifest={"rows": {}}, root="c0ffee" * 10 + "abcd", format=1, at=at, by=by)
    meeting.refresh_from_db()
    return meeting


def kept(meeting: Meeting, *, by: User, at: datetime) -> KeptDocument:
    """The book in Korean as HWPX, given out."""
    found = Meeting.objects.select_related("round__previous").get(pk=meeting.pk)
    keep_document(Wanted(DocumentKind.BOOK, found, "ko"), "hwpx", by=by, at=at, key=builders.key())
    return KeptDocument.objects.latest("pk")


def given_out(
    meeting: Meeting, *, by: User, at: datetime, kinds: Iterable[str] = EVERYBODYS, language: str = "ko"
) -> None:
    """Final documents kept in one language, as one file each; of letters those of all decisions."""
    found = Meeting.objects.select_related("round__previous").get(pk=meeting.pk)
    for kind in kinds:
        decided = found.decisions.select_related("meeting").filter(withdrawn_at=None)
        for of in decided if kind == DocumentKind.LETTER else [None]:
            ending = "xlsx" if kind == DocumentKind.TABLES else "hwpx"
            keep_document(Wanted(DocumentKind(kind), found, language, of), ending, by=by, at=at, key=builders.key())


def decision(meeting: Meeting, no: int, lead: Ministry, *, by: User, at: datetime, **more: Any) -> Decision:
    rest = {"kind": "action", "text_ko": f"결정 {no}", "due_on": date(2021, 3, 31), "lead": lead} | more
    return Decision.objects.create(meeting=meeting, no=no, by=by, at=at, **rest)


def first_meeting(scene: TaskForce) -> dict[str, Decision]:
    """The first meeting, confirmed after its round was frozen (10 February): one decision open and in difficulty, one
    closed before the second freeze, one closed for long, one withdrawn."""
    office, me, msit = scene.people["coordinator"], scene.ministries["ME"], scene.ministries["MSIT"]
    first, at = meeting(1, scene.round_1, date=date(2021, 1, 29)), kst(2021, 2, 8, 9)
    made = {
        "open": decision(first, 1, me, by=office, at=at, text_ko="부지 협의를 마칠 것", due_on=date(2021, 3, 1)),
        "closed": decision(first, 2, msit, by=office, at=at, text_ko="로드맵을 확정할 것"),
        "long_closed": decision(first, 3, me, by=office, at=at, text_ko="오래전에 끝난 일"),
        "withdrawn": decision(first, 4, me, by=office, at=at, text_ko="거두어들인 일", withdrawn_at=at),
    }
    Supporting.objects.create(decision=made["open"], ministry=msit)
    confirmed(first, by=office, at=kst(2021, 2, 9, 9))
    officer = scene.people["me_officer"]
    told = {"ministry": me, "by": officer, "text": "ㅇ 주민 설명회를 열었음", "progress": "difficult"}
    FollowUp.objects.create(decision=made["open"], at=kst(2021, 3, 2), **told)
    Closing.objects.create(decision=made["long_closed"], closes=True, by=office, at=kst(2021, 2, 9, 12))
    Closing.objects.create(decision=made["closed"], closes=True, by=office, at=kst(2021, 3, 5))
    return made


def write_round(scene: TaskForce, at: datetime) -> None:
    """ME-03 at *review needed* with the office's own wording and a reason that is not for all; ME-06 at *attention*
    asks MSIT, which answered, and MOTIE, which did not; ME-04 holds a draft that was never sent."""
    people, reports, office = scene.people, scene.reports, scene.people["coordinator"]
    officer = people["me_officer"]
    builders.write(reports["ME-03"], by=officer, at=at, results="ㅇ 원문 실적\n- 세부 실적\n그 밖의 글")
    builders.submit(reports["ME-03"], by=officer, at=at)
    builders.open_for_review(reports["ME-03"], by=office, at=at)
    builders.accept(reports["ME-03"], by=office, at=at, light="review_needed", reason=NOT_THEIRS, book_text_ko=WORDING)
    asking = {"light": "attention", "issues": ISSUE, "addressed_to": ["MSIT", "MOTIE"]}
    builders.write(reports["ME-06"], by=officer, at=at, **asking)
    builders.submit(reports["ME-06"], by=officer, at=at)
    builders.answer(builders.request_to("MSIT", reports["ME-06"]), by=people["msit_officer"], at=at)
    moved = builders.moved(reports["ME-01"].task.milestones.get())
    builders.write(reports["ME-01"], by=officer, at=at, milestones=moved)
    builders.submit(reports["ME-01"], by=officer, at=at)
    builders.open_for_review(reports["ME-01"], by=office, at=at)
    builders.accept(reports["ME-01"], by=office, at=at)
    builders.write(reports["ME-04"], by=officer, at=at, **builders.troubled(results=UNSENT))


def correct(scene: TaskForce, at: datetime, code: str = "ME-06", **more: Any) -> None:
    """One correction of a sealed text, asked for and approved."""
    asked = builders.ask_correction(scene.reports[code], by=scene.people["me_officer"], at=at, **more)
    builders.decide_correction(asked, by=scene.people["coordinator_2"], at=at)


# Documents


def again(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_related("round__previous").get(pk=meeting.pk)


def held(meeting: Meeting, scene: TaskForce, at: datetime) -> dict[str, Decision]:
    """What the meeting came to, not confirmed yet: an item with a figure, decisions, a remark, who was there."""
    office, ministries = scene.people["coordinator"], scene.ministries
    invite(meeting, ministries["ME"])
    invite(meeting, ministries["MSIT"], present=False)
    item = AgendaItem.objects.create(
        meeting=meeting, order=1, kind="report", title_ko="시나리오 추진 현황", outcome_ko="ㅇ 보고받음"
    )
    Figure.objects.create(item=item, number=82, text_ko="전문가 #명", until=date(2021, 3, 2))
    made = {
        "action": decision(meeting, 1, ministries["ME"], by=office, at=at, text_ko="부지를 확정할 것"),
        "withdrawn": decision(meeting, 2, ministries["ME"], by=office, at=at, text_ko="거두어들인 일", withdrawn_at=at),
        "exhortation": Decision.objects.create(
            meeting=meeting, no=3, kind="exhortation", text_ko="서로 협력할 것", by=office, at=at
        ),
    }
    Supporting.objects.create(decision=made["action"], ministry=ministries["MSIT"])
    Remark.objects.create(meeting=meeting, order=1, text_ko="차질 없이 이행하기 바람")
    return made


def keep(wanted: Wanted, ending: str, scene: TaskForce, at: datetime, who: str = "coordinator") -> Any:
    return keep_document(wanted, ending, by=scene.people[who], at=at, key=builders.key())


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


# Reading blocks


def words(content: Inline) -> str:
    return content if isinstance(content, str) else "".join(span.text for span in content)


def spans(content: Inline) -> list[Span]:
    """The pieces of a line, for what stands beside their words."""
    assert not isinstance(content, str)
    return list(content)


def text_of(block: Block) -> str:
    """Everything that a block says."""
    match block:
        case Title():
            return f"{block.text}\n{block.under}"
        case Heading():
            return block.text
        case Paragraph():
            return f"{block.level} {words(block.content)}".strip()
        case Boxed():
            return "\n".join(text_of(one) for one in block.blocks)
        case Table():
            rows = [*block.head, *block.body]
            return "\n".join([block.caption, *(" | ".join(words(cell.content) for cell in row) for row in rows)])
        case _:
            return ""


def whole(document: Document) -> str:
    return "\n".join([document.title, document.header, *map(text_of, document.blocks)])


def tables(document: Document, heading: str) -> list[Table]:
    """The tables of the chapter whose heading ends so."""
    found, inside = [], False
    for block in document.blocks:
        if isinstance(block, Heading):
            inside = block.text.endswith(heading)
        elif inside and isinstance(block, Table):
            found.append(block)
    return found


def cells(table: Table, label: str) -> list[str]:
    """The words of the row that begins with the label."""
    found = [row for row in table.body if words(row[0].content) == label]
    assert len(found) == 1, f"{len(found)} rows {label}"
    return [words(cell.content) for cell in found[0]]


def width(row: list[Cell]) -> int:
    return sum(cell.columns for cell in row)
