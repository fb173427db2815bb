"""The demo's working group: a few experts and two division meetings, each of them a sample and called one.

They are far fewer than were published, and stay so: no row is made up to reach a number.
"""

from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from ministries.models import Ministry, User
from scenarios import workflow
from scenarios.models import Division, Expert
from scenarios.workflow import Held, Serving, Who

from .script import moment, sample

AT = "2021-03-16 11:30"
EXPERTS = (  # division, recommending ministry, first day, last day
    ("TWG-TRN", "MOTIE", date(2020, 12, 14), None),
    ("TWG-IND", "MOTIE", date(2020, 12, 14), None),
    ("TWG-IND", "ME", date(2021, 1, 11), None),
    ("TWG-TRA", "MOLIT", date(2021, 1, 11), None),
    ("TWG-SNK", "ME", date(2020, 12, 14), date(2021, 2, 28)),
)
MEETINGS = (  # division, day, topic, what came of it
    ("TWG-TRN", date(2021, 2, 18), ("전환 부문 감축수단 검토", "Ways of reduction in energy transition")),
    ("TWG-IND", date(2021, 3, 9), ("산업 부문 전망 전제 검토", "Assumptions of the outlook for industry")),
)
OUTCOME = ["ㅇ 검토 결과를 다음 분과회의에서 다시 논의"]


def load(people: dict[str, User]) -> None:
    """Each row through its verb, by the office, at the demo's moment."""
    who: dict[str, Any] = {"by": people["coordinator"], "at": moment(AT)}
    divisions = dict(Division.objects.values_list("code", "pk"))
    ministries = dict(Ministry.objects.values_list("code", "pk"))
    for no, (division, ministry, first, last) in enumerate(EXPERTS, 1):
        person = Who(f"표본 전문가 {no}", f"표본 기관 {no}")
        serving = Serving(divisions[division], ministries[ministry], first, last)
        workflow.register_expert(person, serving, **who, key=_key(f"expert/{no}"))
    for no, (division, day, (topic_ko, topic_en)) in enumerate(MEETINGS, 1):
        there = Expert.objects.filter(division__code=division).serving(day).values_list("pk", flat=True)
        held = Held(
            divisions[division],
            day,
            topic_ko=sample([topic_ko]),
            topic_en=sample([topic_en], "en"),
            outcome=sample(OUTCOME),
            others=2,
            attended=frozenset(there),
        )
        workflow.record_division_meeting(held, **who, key=_key(f"meeting/{no}"))


def _key(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"demo/working-group/{name}")
