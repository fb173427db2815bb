"""A working group of two divisions, for tests: built as reference data is, and filled through the verbs."""

from collections.abc import Callable
from datetime import date
from typing import Any

from ministries.models import Ministry, User
from records.verify import Run
from scenarios import workflow
from scenarios.contents import GROUP
from scenarios.models import Division, DivisionMeeting, Expert, PublishedFigure, WorkingGroup
from scenarios.workflow import ExpertEntry, Held, Serving, Who
from tests.builders import key, kst

AT = kst(2021, 3, 16, 14)
DAY = AT.date()
SINCE = date(2021, 1, 11)
LOADED = "0" * 64  # as the reference file leaves its rows, of which no event tells
HONG = Who("홍길동", "가나다연구원", "책임연구원", "hong@example.org")


def group() -> WorkingGroup:
    """The group with its divisions for industry and transport, and two published figures."""
    made = WorkingGroup.objects.create(
        code="TWG",
        name_ko="기술작업반",
        name_en="Technical working group",
        led_by_ko="온실가스종합정보센터",
        led_by_en="GIR",
        loaded_digest=LOADED,
    )
    for order, (code, ko, en) in enumerate((("IND", "산업 분과", "Industry"), ("TRA", "수송 분과", "Transport")), 1):
        Division.objects.create(
            group=made, code=f"TWG-{code}", order=order, name_ko=ko, name_en=en, loaded_digest=LOADED
        )
    meeting = {
        "occasion_ko": "제2차 회의",
        "occasion_en": "Second meeting",
        "source": "https://a.example\nhttps://b.example",
    }
    for order, (code, counts, number, since, as_of, precision) in enumerate(
        (
            ("TF2-EXPERTS", "experts", 82, None, date(2021, 3, 31), "quarter"),
            ("TF2-MEETINGS", "meetings", 36, date(2020, 12, 1), date(2021, 2, 28), "month"),
            ("FINAL-EXPERTS", "experts", 72, date(2021, 1, 1), date(2021, 6, 30), "month"),
        )
    ):
        PublishedFigure.objects.create(
            group=made, code=code, order=order, counts=counts, number=number, since=since, as_of=as_of,
            precision=precision, verified="V", loaded_digest=LOADED, **meeting,
        )  # fmt: skip
    return made


def division(code: str = "IND") -> Division:
    return Division.objects.get(code=f"TWG-{code}")


def serving(code: str = "IND", ministry: str = "ME", starts_on: date = SINCE, ends_on: date | None = None) -> Serving:
    return Serving(division(code).pk, Ministry.objects.get(code=ministry).pk, starts_on, ends_on)


def deed(by: User) -> dict[str, Any]:
    return {"by": by, "at": AT, "key": key()}


def expert(by: User, who: Who = HONG, **seat: Any) -> Expert:
    workflow.register_expert(who, serving(**seat), **deed(by))
    return Expert.objects.latest("pk")


def held(code: str = "IND", on: date = date(2021, 3, 9), topic: str = "전망 전제", **more: Any) -> Held:
    return Held(division(code).pk, on, topic_ko=topic, **more)


def meeting(by: User, *there: Expert, **more: Any) -> DivisionMeeting:
    workflow.record_division_meeting(held(attended=frozenset(one.pk for one in there), **more), **deed(by))
    return DivisionMeeting.objects.latest("pk")


def findings() -> list[str]:
    """What verification says of the group's chain."""
    root = WorkingGroup.objects.get()
    run = Run(only=GROUP.key(root), every=True)
    for _progress in run.walk():
        pass
    return [finding.line() for finding in run.findings if finding.is_difference]


# Every verb, ready to be carried out (tests/verbs.py), and what the pages' forms send (tests/test_permissions.py)

VERBS = (
    *("register_expert", "change_expert", "end_expert", "forget_expert", "record_division_meeting"),
    *("change_division_meeting", "import_working_group"),
)
ADDRESSES: dict[str, Callable[[], list[Any]]] = {
    "show_working_group": list,
    "show_division": lambda: ["TWG-IND"],
    "list_experts": list,
    "register_expert": list,
    "change_expert": lambda: [Expert.objects.get().pk],
    "end_expert": lambda: [Expert.objects.get().pk],
    "forget_expert": lambda: [Expert.objects.get().pk],
    "record_division_meeting": lambda: ["TWG-IND"],
    "change_division_meeting": lambda: [DivisionMeeting.objects.get().pk],
    "export_working_group": lambda: ["divisions", "csv"],
    "upload_working_group": list,
    "import_working_group": list,
    "download_working_group": list,
}


def stand(by: User) -> None:
    """The group with one expert, who was at one meeting."""
    group()
    meeting(by, expert(by))


def call(verb: str, **who: Any) -> object:
    """The verb, on the group as `stand` leaves it."""
    if verb == "register_expert":
        return workflow.register_expert(Who("임꺽정"), serving(), **who)
    if verb == "record_division_meeting":
        return workflow.record_division_meeting(held(), **who)
    if verb == "import_working_group":
        return workflow.import_working_group([ExpertEntry("Experts 2", serving(), Who("임꺽정"))], **who)
    seat, met = Expert.objects.get(), DivisionMeeting.objects.get()
    if verb == "change_expert":
        return workflow.change_expert(seat.pk, Who("홍길순"), serving(), **who, version=seat.version)
    if verb == "end_expert":
        return workflow.end_expert(seat.pk, ends_on=DAY, **who, version=seat.version)
    if verb == "forget_expert":
        return workflow.forget_expert(seat.pk, **who, version=seat.version)
    put_right = held(topic="바로잡은 주제", no=1)
    return workflow.change_division_meeting(met.pk, put_right, **who, version=met.version)


def body(name: str) -> dict[str, Any]:
    """What the page's form would send."""
    seat: dict[str, Any] = {"name": "임꺽정", "division": "TWG-IND", "ministry": "ME", "starts_on": "2021-01-11"}
    met = {"held_on": "2021-03-09", "topic_ko": "바로잡은 주제"}
    sent = {
        "register_expert": seat,
        "change_expert": seat,
        "end_expert": {"ends_on": "2021-03-16"},
        "forget_expert": {"sure": "on"},
        "record_division_meeting": met,
        "change_division_meeting": met,
    }.get(name, {})
    return {**sent, "version": "0", "key": str(key())}
