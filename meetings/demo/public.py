"""Opinions of the public in the demo, so that the office has something to look at. Each says of itself that it is a
sample; nobody is named, and organisations have numbers for names."""

from uuid import NAMESPACE_URL, uuid5

from ministries.models import User

from .. import workflow
from ..models import Opinion
from .script import moment, sample

# Group, organisation, words, the task's code, and when it came.
WAITING = (
    (
        "industry",
        "표본 기업 8",
        "ㅇ 녹색분류체계의 업종별 적용 기준을 미리 알려 주시기 바람",
        "ME-05",
        "2021-03-14 18:20",
    ),
    (
        "civic",
        "표본 시민단체 7",
        "ㅇ 시나리오 초안을 확정하기 전에 시민 의견을 듣는 자리를 마련해 주시기 바람",
        "ME-02",
        "2021-03-15 20:05",
    ),
    (
        "citizens",
        "",
        "ㅇ 공동주택의 전기차 충전시설 설치 지원을 넓혀 주시기 바람",
        "ME-03",
        "2021-03-16 10:40",
    ),
)
NOT_ADMITTED = ("citizens", "", "ㅇ 저희 상품을 안내드림", "", "2021-03-15 08:10")
REASON = "상품 홍보이며 탄소중립 정책에 관한 의견이 아님"


def load(people: dict[str, User]) -> None:
    """Three that wait for the office, and one that was not admitted."""
    for row in WAITING:
        _sent(*row)
    advertised, key = _sent(*NOT_ADMITTED), uuid5(NAMESPACE_URL, "demo/public/rejected")
    reason, at = sample([REASON]), moment("2021-03-15 10:00")
    workflow.reject_opinion(advertised.pk, version=0, reason=reason, by=people["coordinator"], at=at, key=key)


def _sent(group: str, organisation: str, words: str, task: str, at_text: str) -> Opinion:
    """Without a sender: the demo keeps nobody's data."""
    key = uuid5(NAMESPACE_URL, f"demo/public/{at_text}")
    sent = workflow.Sent(group, sample([words]), organisation, tasks=tuple(task.split()))
    return workflow.opinion_of(workflow.send_opinion(sent, at=moment(at_text), key=key))
