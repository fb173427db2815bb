"""A meeting of the cast with an agenda: through the verbs of the agenda, as its pages would."""

import io
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from meetings import workflow
from meetings.drafting import ItemDraft
from meetings.models import AgendaItem, Attendance, Meeting, Paper
from meetings.reasons import Counted, Reason
from ministries.models import Ministry, User
from records.receipts import once
from records.verify import Run
from tasks.models import Round
from tests import documents
from tests.builders import key, kst

DUE, CLOSES = kst(2021, 3, 18, 18), kst(2021, 3, 22, 18)


def meeting(round_: Round | None, *invited: Ministry, by: User, at: datetime, **more: Any) -> Meeting:
    """A planned meeting with its invited ministries, told in its chain like any."""
    from meetings.workflow.common import locked_meeting, tell

    columns: dict[str, Any] = {"no": 2, "name_ko": "제2차 범부처 T/F 회의", "name_en": "Second T/F meeting"}
    columns |= {"date": date(2021, 3, 23), "starts_at": time(14), "papers_due_at": DUE, "agenda_closes_at": CLOSES}
    made = Meeting.objects.create(round=round_, version=1, **(columns | more))
    rows = [Attendance.objects.create(meeting=made, ministry=ministry) for ministry in invited]
    with once("plan_meeting", by=by, at=at, key=key(), target="meetings", body=[made.no]) as attempt:
        tell(attempt, locked_meeting(made.pk), made, rows=[made, *rows])
    return made


def draft(title: str = "시나리오 추진 현황", **more: Any) -> ItemDraft:
    return ItemDraft(**({"kind": "report", "title_ko": title} | more))


def add(of: Meeting, title: str = "시나리오 추진 현황", *, by: User, at: datetime, **more: Any) -> AgendaItem:
    receipt = workflow.add_item(of.pk, draft(title, **more), by=by, at=at, key=key())
    return AgendaItem.objects.get(pk=receipt.event.object_id)


def show(of: Meeting, *, by: User, at: datetime) -> Meeting:
    of.refresh_from_db()
    workflow.show_agenda(of.pk, by=by, at=at, key=key(), version=of.version)
    of.refresh_from_db()
    return of


def paper(
    item: AgendaItem,
    ministry: Ministry | None = None,
    *,
    by: User,
    at: datetime,
    content: bytes = documents.PDF,
    name: str = "발표자료.pdf",
    replaces: Paper | None = None,
) -> Paper:
    given: dict[str, Any] = {"file": io.BytesIO(content), "name": name, "replaces": replaces and replaces.token}
    whose = ministry.pk if ministry else None
    receipt = workflow.add_paper(item.pk, ministry=whose, by=by, at=at, key=key(), **given)
    return Paper.objects.get(pk=receipt.event.object_id)


def order(of: Meeting) -> list[str]:
    """The titles in their order."""
    return [item.title_ko for item in of.items.order_by("order")]


def differences(of: Meeting) -> list[str]:
    """What the verification of the record finds in the meeting's chain."""
    run = Run(only=of.stream_key)
    for _progress in run.walk():
        pass
    assert run.checked[of.stream_key]["events"], "nothing was verified"
    return [row.line() for row in run.findings if row.is_difference]


# For the table of addresses


def stand(round_: Round, *invited: Ministry, by: User, at: datetime, shown: bool) -> None:
    """A meeting with two items: the first is presented by the first ministry, with a paper of the office."""
    made = meeting(round_, *invited, by=by, at=at)
    first = add(made, by=by, at=at, presenter=invited[0].code, tasks=("ME-01",))
    add(made, "과제별 이행 현황", by=by, at=at)
    paper(first, by=by, at=at)
    if shown:
        show(made, by=by, at=at)


ADDRESSES = (
    "edit_agenda", "add_item", "take_suggestion", "order_items", "show_agenda", "change_item", "remove_item",
    "show_item", "add_paper", "download_paper",
)  # fmt: skip


def address(name: str) -> str:
    if name == "download_paper":
        return reverse(name, args=[Paper.objects.get().token])
    of = Meeting.objects.get(no=2)
    if name in ("change_item", "remove_item", "show_item", "add_paper"):
        return reverse(name, args=[of.no, of.items.get(order=1).pk])
    return reverse(name, args=[of.no])


def body(name: str) -> dict[str, Any]:
    """What the page's form would send."""
    of = Meeting.objects.get(no=2)
    first, second = of.items.order_by("order")
    sent: dict[str, dict[str, Any]] = {
        "add_item": {"kind": "report", "title_ko": "새 안건"},
        "take_suggestion": {"take": "attention", "seen": "ME-03,ME-06"},
        "order_items": {"seen": f"{first.pk},{second.pk}", "move": f"down-{first.pk}"},
        "show_agenda": {"version": of.version},
        "change_item": {"kind": "report", "title_ko": "고친 안건", "version": first.version},
        "remove_item": {"version": first.version},
        "add_paper": {"ministry": "ME", "file": SimpleUploadedFile("자료.pdf", documents.PDF)},
    }
    return {"key": str(key())} | sent.get(name, {})


# For what holds of every verb


def call(verb: str, **who: Any) -> object:
    """The verb, once, on what `stand` made."""
    of = Meeting.objects.get(no=2)
    first = AgendaItem.objects.filter(meeting=of).earliest("pk")
    second = first.pk + 1  # gone, once it was taken off
    seen = [first.pk, second]
    file: dict[str, Any] = {"ministry": None, "name": "표.pdf"}
    verbs: dict[str, Callable[[], object]] = {
        "add_item": lambda: workflow.add_item(of.pk, draft("새 안건"), **who),
        "change_item": lambda: workflow.change_item(first.pk, draft("고친 안건"), version=0, **who),
        "extend_item": lambda: workflow.extend_item(
            first.pk, Reason("opinions", (Counted("opinions", 1),), opinions=(1,)), version=0, **who
        ),
        "remove_item": lambda: workflow.remove_item(second, version=0, **who),
        "order_items": lambda: workflow.order_items(of.pk, seen[::-1], seen=seen, **who),
        "show_agenda": lambda: workflow.show_agenda(of.pk, version=1, **who),
        "add_paper": lambda: workflow.add_paper(first.pk, file=io.BytesIO(documents.PDF + b"%"), **file, **who),
    }
    return verbs[verb]()
