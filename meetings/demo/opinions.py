"""The demo's opinions: samples, entered by the office through the verbs. Nobody said any of this: each text says of
itself that it is a sample, and the organisations have numbers for names."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from ministries.models import Ministry, User
from records.models import Receipt

from .. import workflow
from ..models import Hearing, Opinion
from ..opinions.drafting import About, Came, HearingDraft, Said
from .script import moment, sample

HEARINGS = (
    HearingDraft(
        title_ko="표본 산업계 간담회",
        title_en="Sample hearing of industry",
        held_on=date(2021, 2, 24),
        place_ko="표본 회의실",
        place_en="Sample room",
        summary=sample(["ㅇ 산업부문 감축수단과 지원방안에 대한 의견 청취"]),
        came=(
            Came("industry", "표본 단체 1", 3),
            Came("industry", "표본 단체 2", 2),
            Came("experts", "표본 연구기관 1", 2),
        ),
    ),
    HearingDraft(
        title_ko="표본 시민사회 간담회",
        title_en="Sample hearing of civic groups",
        held_on=date(2021, 3, 10),
        place_ko="표본 회의실(영상)",
        place_en="Sample room (video)",
        came=(
            Came("civic", "표본 단체 3", 4),
            Came("civic", "표본 단체 4", 1),
            Came("local", "표본 지방자치단체 1", 2),
        ),
    ),
)
# Group, organisation, number of the hearing, words, codes, ministry, due day.
OPINIONS: tuple[tuple[str, str, int, str, str, str, str], ...] = (
    (
        "industry",
        "표본 단체 1",
        1,
        "ㅇ 전환에 필요한 설비투자 지원 기준을 미리 알려 주기 바람",
        "ME-01",
        "ME",
        "2021-03-12",
    ),
    ("industry", "표본 단체 2", 1, "ㅇ 과제별 일정을 업계와 공유하는 창구가 필요함", "ME-03", "ME", "2021-03-19"),
    ("experts", "표본 연구기관 1", 1, "ㅇ 감축수단별 불확실성을 범위로 제시할 것", "ME-02", "ME", "2021-03-26"),
    ("civic", "표본 단체 3", 2, "ㅇ 시나리오 논의 자료를 쉬운 말로 공개할 것", "ME-02", "ME", "2021-03-24"),
    ("civic", "표본 단체 4", 2, "ㅇ 이행점검 결과를 회의 뒤 바로 공개할 것", "", "", ""),
    ("local", "표본 지방자치단체 1", 2, "ㅇ 지역 계획과 과제의 일정을 맞출 것", "", "", ""),
)
# Words by their place in OPINIONS: what came of it, by whom, when, with the reason.
DISPOSITIONS = (
    (1, "partly", "me-officer", "2021-03-15 11:00", "ㅇ 과제별 담당을 누리집에 공개하고, 정례 창구는 하반기에 검토함"),
    (4, "later", "coordinator", "2021-03-15 16:00", "ㅇ 공개 범위는 회의에서 정한 뒤 중장기로 검토함"),
)


def load(people: dict[str, User]) -> None:
    """Two hearings and a letter, with what was said, given out and answered."""
    keys, office = _keys(), people["coordinator"]
    hearings = [_recorded(draft, keys, by=office) for draft in HEARINGS]
    codes = dict(Ministry.objects.values_list("code", "pk"))
    entered: list[Opinion] = []
    for group, organisation, no, words, tasks, ministry, due in OPINIONS:
        hearing = hearings[no - 1]
        about = About(
            codes=tuple(tasks.split()),
            ministry=codes[ministry] if ministry else None,
            due_on=date.fromisoformat(due) if due else None,
        )
        said = Said(group, "hearing", sample([words]), organisation, hearing.pk, about=about)
        at = moment("2021-02-26 10:00" if no == 1 else "2021-03-11 10:00")
        entered.append(_opinion(workflow.enter_opinion(said, by=office, at=at, key=next(keys))))
    letter = Said(
        "experts",
        "letter",
        sample(["ㅇ 흡수원 산정 방법의 근거를 함께 밝힐 것"]),
        "표본 연구기관 2",
        None,
        date(2021, 3, 8),
    )
    workflow.enter_opinion(letter, by=office, at=moment("2021-03-12 10:00"), key=next(keys))
    for place, kind, who, at_text, reason in DISPOSITIONS:
        row = Opinion.objects.get(pk=entered[place].pk)
        given: dict[str, Any] = {"kind": kind, "reason": sample([reason]), "version": row.version}
        ministry_id = None if who == "coordinator" else row.ministry_id
        workflow.dispose_of_opinion(
            row.pk, **given, ministry=ministry_id, by=people[who], at=moment(at_text), key=next(keys)
        )


def _recorded(draft: HearingDraft, keys: Iterator[UUID], *, by: User) -> Hearing:
    at = moment(f"{draft.held_on} 18:00")
    receipt = workflow.record_hearing(draft, by=by, at=at, key=next(keys))
    return Hearing.objects.get(pk=receipt.event.object_id)


def _opinion(receipt: Receipt) -> Opinion:
    return Opinion.objects.get(pk=receipt.event.object_id)


def _keys() -> Iterator[UUID]:
    """The forms' keys: the same ones each time the demo is loaded."""
    number = 0
    while True:
        number += 1
        yield uuid5(NAMESPACE_URL, f"demo/opinions/{number}")
