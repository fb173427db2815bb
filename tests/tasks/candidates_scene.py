"""A call of the cast, with candidates: through the verbs, as its pages would."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from ministries.models import Ministry, User
from records.verify import Run
from tasks import workflow
from tasks.candidates.drafting import Adoption, CallDraft, CandidateDraft
from tasks.models import Call, Candidate, Task
from tests import builders
from tests.builders import key, kst
from tests.cast import AT, TaskForce

DUE = kst(2021, 3, 26, 18)
ENGLISH = "Carbon-neutral public buildings"


def draft(**more: Any) -> CallDraft:
    told: dict[str, Any] = {
        "title_ko": "탄소중립 과제 발굴",
        "title_en": "Call for tasks",
        "text": "신규 과제를 제안해 주시기 바람",
    }
    return CallDraft(**(told | {"due_at": DUE} | more))


def candidate_draft(title: str = "공공청사 에너지 절감", **more: Any) -> CandidateDraft:
    told: dict[str, Any] = {"kind": "new", "title_ko": title, "text": "ㅇ 공공청사를 고침", "sector": "GEN"}
    return CandidateDraft(**(told | more))


def adoption(**more: Any) -> Adoption:
    told: dict[str, Any] = {"title_ko": "공공청사 에너지 절감", "title_en": ENGLISH, "sector": "GEN"}
    return Adoption(**(told | more))


def outside(code: str = "MOIS") -> Ministry:
    """A ministry that leads no task, and is no member of the T/F."""
    names = {
        "ko": "행정안전부",
        "en": "Ministry of the Interior and Safety",
        "abbr_ko": "행안부",
        "abbr_en": "Interior",
    }
    return builders.ministry(code, tf_member=False, **names)


def call(*ministries: Ministry, by: User, at: datetime = AT, **more: Any) -> Call:
    """Those ministries are called on."""
    codes = [ministry.code for ministry in ministries]
    receipt = workflow.make_call(draft(**more), codes, by=by, at=at, key=key())
    return Call.objects.get(pk=receipt.event.object_id)


def propose(of: Call, ministry: Ministry, *, by: User, at: datetime = AT, **more: Any) -> Candidate:
    receipt = workflow.propose_candidate(of.pk, candidate_draft(**more), ministry=ministry.pk, by=by, at=at, key=key())
    return Candidate.objects.get(pk=receipt.event.object_id)


def none(of: Call, ministry: Ministry, *, by: User, at: datetime = AT, reason: str = "소관 업무 없음") -> None:
    workflow.answer_none(of.pk, ministry=ministry.pk, by=by, at=at, key=key(), reason=reason)


def fresh(row: Candidate) -> Candidate:
    return Candidate.objects.select_related("call").get(pk=row.pk)


def more(row: Candidate, by: User, at: datetime = AT) -> dict[str, Any]:
    """The arguments of a verb on one candidate, in the version that stands."""
    return {"by": by, "at": at, "key": key(), "version": fresh(row).version}


def adopt(row: Candidate, *, by: User, at: datetime = AT, **told: Any) -> Task:
    workflow.adopt_candidate(row.pk, adoption(**told), **more(row, by, at))
    task = row.verdicts.latest("pk").task
    assert task is not None
    return task


def ask_back(
    row: Candidate,
    *,
    by: User,
    at: datetime = AT,
    comment: str = "기대효과를 보완 바람",
    due_at: datetime | None = None,
) -> Candidate:
    workflow.ask_back_candidate(row.pk, comment=comment, due_at=due_at, **more(row, by, at))
    return fresh(row)


def decline(row: Candidate, *, by: User, at: datetime = AT, reason: str = "기존 과제와 중복") -> Candidate:
    workflow.decline_candidate(row.pk, reason=reason, **more(row, by, at))
    return fresh(row)


def revise(row: Candidate, *, by: User, at: datetime = AT, **told: Any) -> Candidate:
    workflow.revise_candidate(row.pk, candidate_draft(**told), **more(row, by, at))
    return fresh(row)


def withdraw(row: Candidate, *, by: User, at: datetime = AT) -> Candidate:
    workflow.withdraw_candidate(row.pk, **more(row, by, at))
    return fresh(row)


def close(of: Call, *, by: User, at: datetime = AT) -> Call:
    version = Call.objects.get(pk=of.pk).version
    workflow.close_call(of.pk, by=by, at=at, key=key(), version=version)
    return Call.objects.get(pk=of.pk)


def differences(of: Call) -> list[str]:
    """What the verification of the record finds in the call's chain."""
    run = Run(only=f"call/{of.pk}")
    for _progress in run.walk():
        pass
    assert run.checked[f"call/{of.pk}"]["events"], "nothing was verified"
    return [row.line() for row in run.findings if row.is_difference]


# For the table of addresses, and for what holds of every verb


def stand(task_force: TaskForce, place: str, *, at: datetime) -> None:
    """ME and MOTIE are called on, and ME proposes a candidate: `called`, `called_back` (asked back), `called_judged`
    (declined), `called_merged` (into a task of MSIT), `called_closed`."""
    office, officer, me = (
        *(task_force.people[name] for name in ("coordinator", "me_officer")),
        task_force.ministries["ME"],
    )
    made = call(me, task_force.ministries["MOTIE"], by=office, at=at)
    row = propose(made, me, by=officer, at=at)
    if place == "called_back":
        ask_back(row, by=office, at=at)
    if place == "called_judged":
        decline(row, by=office, at=at)
    if place == "called_merged":
        workflow.merge_candidate(row.pk, code="MSIT-01", reason="같은 내용", **more(row, office, at))
    if place == "called_closed":
        close(made, by=office, at=at)


OF_CALL = (
    "show_call", "export_call", "change_call", "call_on", "close_call", "reopen_call", "answer_call", "answer_none",
    "propose_candidate", "remind_of_call",
)  # fmt: skip
OF_CANDIDATE = (
    "show_candidate", "revise_candidate", "withdraw_candidate", "judge_candidate", "give_english_title", "check_adoption",
    "adopt_candidate",
    "merge_candidate", "ask_back_candidate", "decline_candidate",
)  # fmt: skip
ADDRESSES = ("list_calls", "make_call", "export_candidates", *OF_CALL, *OF_CANDIDATE)


def address(name: str) -> str:
    if name in OF_CANDIDATE:
        return reverse(name, args=[1, 1])
    if name in OF_CALL:
        return reverse(name, args=[1, "csv"] if name == "export_call" else [1])
    return reverse(name, args=["csv"] if name == "export_candidates" else [])


def body(name: str) -> dict[str, Any]:
    """What the page's form would send."""
    version, row = Call.objects.get().version, Candidate.objects.get()
    words = {"title_ko": "발굴", "title_en": "Call", "text": "제안 바람", "due_at": "2021-03-29T18:00"}
    proposed = {"kind": "new", "title_ko": "후보", "text": "ㅇ 내용", "sector": "GEN"}
    sent: dict[str, dict[str, Any]] = {
        "make_call": words | {"ministries": ["FSC"]},
        "change_call": words | {"version": version},
        "call_on": {"ministry": "FSC"},
        "remind_of_call": {"ministries": "MOTIE"},
        "close_call": {"version": version},
        "reopen_call": {"version": version},
        "answer_none": {"reason": "소관 없음"},
        "propose_candidate": proposed,
        "revise_candidate": proposed | {"version": row.version},
        "withdraw_candidate": {"version": row.version},
        "give_english_title": {"version": row.version, "title_en": "Candidate"},
        "check_adoption": {"version": row.version, "title_ko": "후보", "title_en": "Candidate", "sector": "GEN"},
        "adopt_candidate": {"version": row.version, "title_ko": "후보", "title_en": "Candidate", "sector": "GEN"},
        "merge_candidate": {"version": row.version, "task": "ME-01", "reason": "같은 내용"},
        "ask_back_candidate": {"version": row.version, "comment": "보완 바람"},
        "decline_candidate": {"version": row.version, "reason": "중복"},
    }
    return {"key": str(key())} | sent.get(name, {})


# Who of the cast may do each verb on what `stand` made, in which place.
VERBS: dict[str, tuple[str, str]] = {
    "make_call": ("called", "coordinator"),
    "change_call": ("called", "coordinator"),
    "call_on": ("called", "coordinator"),
    "remind_of_call": ("called", "coordinator"),
    "close_call": ("called", "coordinator"),
    "reopen_call": ("called_closed", "coordinator"),
    "answer_none": ("called", "motie_officer"),
    "propose_candidate": ("called", "me_officer"),
    "revise_candidate": ("called", "me_officer"),
    "withdraw_candidate": ("called", "me_officer"),
    "give_english_title": ("called", "coordinator"),
    "adopt_candidate": ("called", "coordinator"),
    "merge_candidate": ("called", "coordinator"),
    "ask_back_candidate": ("called", "coordinator"),
    "decline_candidate": ("called", "coordinator"),
}


def do(verb: str, **who: Any) -> object:
    """The verb, once, on what `stand` made; in the versions that stand there at first."""
    of, row = Call.objects.earliest("pk"), Candidate.objects.earliest("pk")
    seen = 1 if verb == "reopen_call" else 0
    me, motie = (Ministry.objects.get(code=code).pk for code in ("ME", "MOTIE"))
    verbs: dict[str, Callable[[], object]] = {
        "make_call": lambda: workflow.make_call(draft(), ["FSC"], **who),
        "change_call": lambda: workflow.change_call(of.pk, draft(due_at=DUE + timedelta(days=3)), version=seen, **who),
        "call_on": lambda: workflow.call_on(of.pk, "FSC", **who),
        "remind_of_call": lambda: workflow.remind_of_call(of.pk, ["MOTIE"], **who),
        "close_call": lambda: workflow.close_call(of.pk, version=seen, **who),
        "reopen_call": lambda: workflow.reopen_call(of.pk, version=seen, **who),
        "answer_none": lambda: workflow.answer_none(of.pk, ministry=motie, reason="없음", **who),
        "propose_candidate": lambda: workflow.propose_candidate(of.pk, candidate_draft("둘"), ministry=me, **who),
        "revise_candidate": lambda: workflow.revise_candidate(row.pk, candidate_draft("고침"), version=0, **who),
        "withdraw_candidate": lambda: workflow.withdraw_candidate(row.pk, version=0, **who),
        "give_english_title": lambda: workflow.give_english_title(row.pk, version=0, title_en=ENGLISH, **who),
        "adopt_candidate": lambda: workflow.adopt_candidate(row.pk, adoption(), version=0, **who),
        "merge_candidate": lambda: workflow.merge_candidate(row.pk, version=0, code="ME-01", reason="중복", **who),
        "ask_back_candidate": lambda: workflow.ask_back_candidate(row.pk, version=0, comment="보완 바람", **who),
        "decline_candidate": lambda: workflow.decline_candidate(row.pk, version=0, reason="중복", **who),
    }
    return verbs[verb]()
