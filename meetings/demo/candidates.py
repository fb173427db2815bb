"""The demo's call for candidate tasks: on the members of the T/F that lead none, and on one ministry beside them.
Samples, all of them, and marked as such; through the verbs, at the moments at which people would carry them out.

One answered with two candidates, of which one was asked back, one has none and says why, and one is silent.
"""

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from ministries.models import Ministry, Posting, User
from tasks import workflow
from tasks.candidates.drafting import CallDraft, CandidateDraft
from tasks.models import Call, Candidate

from .script import moment, sample

ASKED = (
    "ㅇ 소관 업무 가운데 탄소중립 이행과제로 삼을 수 있는 것을 제안해 주시기 바람",
    "ㅇ 없으면 그 사유를 적어 주시기 바람",
)
BUILDINGS = ("공공청사 에너지 절감 이행계획", "Energy saving in public buildings")
COUNCILS = ("지역 탄소중립 협의체 운영", "Regional councils for carbon neutrality")
CALLED = ("MOFA", "MCST", "MOIS")


def load(people: dict[str, User]) -> None:
    """Played at the demo's clock, after its rounds and meetings."""
    office = people["coordinator"]
    mois, mcst = people["mois-officer"], people["mcst-officer"]
    made = workflow.make_call(
        CallDraft(
            sample(["2050 탄소중립 이행과제 발굴"]),
            sample(["Tasks for 2050 carbon neutrality"], "en"),
            sample(ASKED),
            moment("2021-03-15 18:00"),
        ),
        CALLED,
        **_who(office, "2021-03-04 10:00", 1),
    )
    call = Call.objects.get(pk=made.event.object_id)
    first = _propose(call, mois, 2, BUILDINGS, "BLD", "2021-03-10 15:20")
    _propose(call, mois, 3, COUNCILS, "GEN", "2021-03-10 15:40")
    reason = sample(["소관 업무 가운데 온실가스 감축과 직접 관련된 것이 없음"])
    ministry = Ministry.objects.get(code="MCST").pk
    workflow.answer_none(call.pk, ministry=ministry, reason=reason, **_who(mcst, "2021-03-15 17:10", 4))
    asked = {"comment": sample(["ㅇ 대상 청사의 수와 기대효과를 적어 주시기 바람"]), "version": first.version}
    workflow.ask_back_candidate(first.pk, **asked, **_who(office, "2021-03-16 09:30", 5))  # type: ignore[arg-type]


def _propose(call: Call, by: User, no: int, titles: tuple[str, str], sector: str, at: str) -> Candidate:
    text = sample(["ㅇ 추진 내용과 기대효과를 적은 글"])
    draft = CandidateDraft("new", sample([titles[0]]), text, sector, sample([titles[1]], "en"))
    ministry = Posting.objects.get(user=by).ministry_id or 0
    receipt = workflow.propose_candidate(call.pk, draft, ministry=ministry, **_who(by, at, no))
    return Candidate.objects.get(pk=receipt.event.object_id)


def _who(by: User, at: str, no: int) -> dict[str, Any]:
    return {"by": by, "at": moment(at), "key": _key(no)}


def _key(no: int) -> UUID:
    """The same each time the demo is loaded."""
    return uuid5(NAMESPACE_URL, f"demo/candidates/{no}")
