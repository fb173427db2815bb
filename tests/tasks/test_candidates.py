"""발굴: who answers a call and how, what the office decides, and what an adoption writes into the strategy."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from outbox.letters import write
from outbox.models import Notice, Purpose
from records.errors import Conflict, Forbidden, Invalid, Refused, WrongState
from records.models import Event
from tasks import providers, workflow
from tasks.candidates import answers, owed, reading, reminding
from tasks.models import Call, CallAddressee, Candidate, Lead, NoCandidate, Report, Task, Verdict
from tasks.providers import Errand
from tests import builders
from tests.builders import key, kst
from tests.cast import AT
from tests.tasks import candidates_scene as scene
from tests.tasks.candidates_scene import DUE

pytestmark = pytest.mark.django_db


@pytest.fixture
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def board(call: Call, user: Any, at: Any = AT, asked: str = "") -> list[tuple[str, str]]:
    found = reading.board(Call.objects.get(pk=call.pk), asked, user=user, at=at).found
    return [(row.name.ministry.code, row.answer.value) for row in found]


# The call


def test_a_call_is_numbered_told_and_kept(call, coordinator, mois, fsc_approver, fsc_officer):
    assert (call.no, call.due_at, call.by) == (1, DUE, coordinator)
    assert CallAddressee.objects.filter(call=call).count() == 3
    mails = Notice.objects.filter(purpose=Purpose.CALL_MADE)
    assert {(row.to, row.ministry.code) for row in mails if row.ministry and row.ministry.code == "FSC"} == {
        (fsc_officer, "FSC"),
        (fsc_approver, "FSC"),
    }
    assert mails.get(ministry=mois).to is None, "nobody is posted there: its fall-back contact"
    letter = write(mails.filter(to=fsc_officer).get())
    assert "과제" in letter.subject or "Call" in letter.subject
    assert "/candidates/1/answer/" in letter.body
    assert call.text not in letter.body, "mails name things, the portal shows them"
    assert scene.differences(call) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title_ko": " "}, "title_ko"),
        ({"text": ""}, "text"),
        ({"due_at": None}, "due_at"),
        ({"due_at": AT}, "due_at"),
        ({"title_ko": "가\n나"}, "title_ko"),
    ],
)
def test_a_call_without_what_it_needs_is_refused(task_force, coordinator, wrong, field):
    with pytest.raises(Invalid) as refusal:
        workflow.make_call(scene.draft(**wrong), ["FSC"], by=coordinator, at=AT, key=key())
    assert list(refusal.value.problems) == [field]
    assert not Call.objects.exists()


@pytest.mark.parametrize("codes", [[], ["NONE"], ["FSC", "NONE"], ["FSC\0"]])
def test_a_call_is_on_ministries_that_are_there(task_force, coordinator, codes):
    with pytest.raises(Invalid) as refusal:
        workflow.make_call(scene.draft(), codes, by=coordinator, at=AT, key=key())
    assert "ministries" in refusal.value.problems


def test_a_changed_due_time_is_told_to_whom_it_still_concerns(call, coordinator, motie, motie_officer):
    scene.none(call, motie, by=motie_officer)
    later = DUE + timedelta(days=3)
    workflow.change_call(call.pk, scene.draft(due_at=later), by=coordinator, at=AT, key=key(), version=0)
    assert Call.objects.get().due_at == later
    told = Notice.objects.filter(purpose=Purpose.CALL_CHANGED)
    assert {row.ministry.code for row in told if row.ministry} == {"MOIS", "FSC"}, "MOTIE has answered"
    assert "→" in write(told.filter(to__isnull=False)[0]).body
    with pytest.raises(Conflict):
        workflow.change_call(call.pk, scene.draft(), by=coordinator, at=AT, key=key(), version=0)
    assert scene.differences(call) == []


def test_one_ministry_more_is_called_on_once(call, coordinator, me):
    workflow.call_on(call.pk, "ME", by=coordinator, at=AT, key=key())
    assert Notice.objects.filter(purpose=Purpose.CALL_MADE, ministry=me).exists()
    with pytest.raises(WrongState):
        workflow.call_on(call.pk, "ME", by=coordinator, at=AT, key=key())


def test_a_closed_call_takes_no_answer_until_it_is_opened_again(call, coordinator, motie, motie_officer):
    scene.close(call, by=coordinator)
    for answer in (
        lambda: scene.none(call, motie, by=motie_officer),
        lambda: scene.propose(call, motie, by=motie_officer),
        lambda: workflow.call_on(call.pk, "ME", by=coordinator, at=AT, key=key()),
    ):
        with pytest.raises(WrongState):
            answer()
    workflow.reopen_call(call.pk, by=coordinator, at=AT, key=key(), version=1)
    scene.none(call, motie, by=motie_officer)
    assert scene.differences(call) == []


# The answers


def test_none_with_a_reason_is_an_answer_and_silence_is_not(call, candidate, coordinator, motie, motie_officer):
    """The heart of the board: the three are told apart, and silence is overdue past the due time alone."""
    scene.none(call, motie, by=motie_officer)
    assert board(call, coordinator) == [("MOTIE", "none"), ("FSC", "silent"), ("MOIS", "candidates")]
    assert board(call, coordinator, asked="silent") == [("FSC", "silent")]
    assert board(call, coordinator, asked="none") == [("MOTIE", "none")]
    assert board(call, coordinator, DUE, "overdue") == [], "the due instant itself is in time"
    assert board(call, coordinator, DUE + timedelta(microseconds=1), "overdue") == [("FSC", "silent")]
    numbers = {row.label: row.count for row in reading.board(call, "", user=coordinator, at=AT).numbers}
    assert list(numbers.values()) == [3, 1, 1, 1]
    assert answers.silent(call) == {CallAddressee.objects.get(ministry__code="FSC").ministry_id}


def test_having_none_needs_a_reason_and_no_candidate(call, candidate, mois, mois_officer, motie, motie_officer):
    with pytest.raises(Invalid):
        scene.none(call, motie, by=motie_officer, reason=" ")
    with pytest.raises(WrongState):
        scene.none(call, mois, by=mois_officer)
    scene.withdraw(candidate, by=mois_officer)
    scene.none(call, mois, by=mois_officer)
    assert NoCandidate.objects.get().ministry == mois


def test_a_ministry_speaks_for_itself_and_where_it_is_called_on(call, mois, me, me_officer, motie_officer):
    for ministry, by in ((mois, motie_officer), (me, me_officer)):
        with pytest.raises(Forbidden):
            scene.propose(call, ministry, by=by)
        with pytest.raises(Forbidden):
            scene.none(call, ministry, by=by)


def test_a_late_answer_is_taken_and_marked(call, mois, mois_officer, coordinator):
    late = DUE + timedelta(hours=2)
    scene.propose(call, mois, by=mois_officer, at=late)
    (row,) = (row for row in reading.board(call, "", user=coordinator, at=late).rows if row.name.ministry == mois)
    assert row.late_by == timedelta(hours=2)
    assert [one.name.ministry.code for one in reading.board(call, "late", user=coordinator, at=late).found] == ["MOIS"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title_ko": ""}, "title_ko"),
        ({"text": ""}, "text"),
        ({"sector": "?"}, "sector"),
        ({"kind": "other"}, "kind"),
        ({"kind": "supplement"}, "supplements"),
        ({"kind": "supplement", "supplements": "XX-99"}, "supplements"),
        ({"planned_until": date(1021, 1, 1)}, "planned_until"),
    ],
)
def test_a_candidate_without_what_it_needs_is_refused(call, mois, mois_officer, wrong, field):
    told = scene.candidate_draft(**wrong)
    with pytest.raises(Invalid) as refusal:
        workflow.propose_candidate(call.pk, told, ministry=mois.pk, by=mois_officer, at=AT, key=key())
    assert list(refusal.value.problems) == [field]


def test_numbers_count_within_the_call_and_are_not_given_out_again(call, candidate, mois, mois_officer):
    scene.withdraw(candidate, by=mois_officer)
    second = scene.propose(call, mois, by=mois_officer)
    assert (candidate.number, second.number) == ("1-01", "1-02")


def test_a_double_click_is_one_candidate(call, mois, mois_officer):
    sent = key()
    for _click in range(2):
        told = scene.candidate_draft()
        workflow.propose_candidate(call.pk, told, ministry=mois.pk, by=mois_officer, at=AT, key=sent)
    assert Candidate.objects.count() == 1


# What the office decides

# Of a candidate in each state: who may still do what.
STATES = """
              submitted  asked_back  adopted  merged  declined  withdrawn
revise        yes        yes         no       no      no        no
withdraw      yes        yes         no       no      no        no
adopt         yes        yes         no       no      yes       no
merge         yes        yes         no       no      yes       no
ask_back      yes        no          no       no      no        no
decline       yes        yes         no       no      no        no
title         yes        yes         no       no      yes       no
"""


def bring(row: Candidate, state: str, office: Any, officer: Any) -> None:
    if state == "asked_back":
        scene.ask_back(row, by=office)
    elif state == "adopted":
        scene.adopt(row, by=office)
    elif state == "merged":
        workflow.merge_candidate(row.pk, code="ME-01", reason="같은 내용", **scene.more(row, office))
    elif state == "declined":
        scene.decline(row, by=office)
    elif state == "withdrawn":
        scene.withdraw(row, by=officer)


def _title(row: Candidate, by: Any, title: str = scene.ENGLISH, **told: Any) -> Candidate:
    workflow.give_english_title(row.pk, title_en=title, **(scene.more(row, by) | told))
    return scene.fresh(row)


@pytest.mark.parametrize("line", STATES.strip().splitlines()[1:], ids=lambda line: line.split()[0])
def test_what_can_be_done_in_each_state(call, mois, mois_officer, coordinator, line):
    verb, *cells = line.split()
    for state, wanted in zip(STATES.split()[:6], cells, strict=True):
        row = scene.propose(call, mois, by=mois_officer)
        bring(row, state, coordinator, mois_officer)
        calls: dict[str, Any] = {
            "revise": lambda row=row: scene.revise(row, by=mois_officer, title="고친 이름"),
            "withdraw": lambda row=row: scene.withdraw(row, by=mois_officer),
            "adopt": lambda row=row: scene.adopt(row, by=coordinator),
            "merge": lambda row=row: bring(row, "merged", coordinator, mois_officer),
            "ask_back": lambda row=row: scene.ask_back(row, by=coordinator),
            "decline": lambda row=row: scene.decline(row, by=coordinator),
            "title": lambda row=row: _title(row, coordinator),
        }
        try:
            calls[verb]()
            came = "yes"
        except WrongState:
            came = "no"
        assert came == wanted, state
    assert scene.differences(call) == []


def test_only_the_office_judges_and_only_its_ministry_rewords(candidate, mois_officer, motie_officer, coordinator):
    for judged in (scene.adopt, scene.decline, scene.ask_back):
        with pytest.raises(Forbidden):
            judged(candidate, by=mois_officer)
    for by in (motie_officer, coordinator):
        with pytest.raises(Forbidden):
            scene.revise(candidate, by=by)


def test_a_candidate_that_is_asked_back_comes_again(candidate, coordinator, mois_officer):
    row = scene.ask_back(candidate, by=coordinator)
    assert row.state == "asked_back"
    mail = Notice.objects.get(purpose=Purpose.CANDIDATE_JUDGED, to=mois_officer)
    assert "/candidates/1/1/revise/" in write(mail).body
    assert "기대효과" not in write(mail).body, "what is asked stands in the portal"
    with pytest.raises(Conflict):
        workflow.revise_candidate(
            row.pk, scene.candidate_draft(), by=mois_officer, at=AT, key=key(), version=row.version - 1
        )
    assert scene.revise(row, by=mois_officer, text="ㅇ 120동, 연 1만 톤").state == "submitted"


@pytest.mark.parametrize("verb", ["decline", "ask_back", "merge"])
def test_a_verdict_without_its_reason_is_refused(candidate, coordinator, verb):
    told = scene.more(candidate, coordinator)
    calls: dict[str, Any] = {
        "decline": lambda: workflow.decline_candidate(candidate.pk, reason=" ", **told),
        "ask_back": lambda: workflow.ask_back_candidate(candidate.pk, comment="", **told),
        "merge": lambda: workflow.merge_candidate(candidate.pk, code="XX-01", reason="", **told),
    }
    with pytest.raises(Invalid):
        calls[verb]()
    assert not Verdict.objects.exists()


def test_an_adopted_candidate_becomes_a_task_of_the_next_round(candidate, coordinator, mois, mois_officer, call):
    task = scene.adopt(candidate, by=coordinator, planned_until=date(2022, 12, 31))
    assert (task.code, task.kind, task.first_round_no, task.title_en) == ("MOIS-01", "new", 3, scene.ENGLISH)
    assert Lead.objects.get(task=task).ministry == mois
    assert candidate.number in task.origin
    event = Event.objects.latest("pk")
    assert event.data["task"]["code"] == "MOIS-01"
    assert (event.data["task"]["lead"], event.data["task"]["title_en"]) == ("MOIS", scene.ENGLISH)
    assert not Report.objects.filter(task=task).exists(), "the open round’s roster stays as it is"
    second = scene.propose(call, mois, by=mois_officer, title="둘째")
    assert scene.adopt(second, by=coordinator).code == "MOIS-02"
    assert scene.differences(call) == []


def test_a_new_task_needs_an_english_title(candidate, coordinator):
    with pytest.raises(Invalid) as refusal:
        scene.adopt(candidate, by=coordinator, title_en="")
    assert list(refusal.value.problems) == ["title_en"]
    assert not Task.objects.filter(code__startswith="MOIS").exists()


def test_the_office_gives_the_english_title_that_is_missing(candidate, coordinator, mois_officer, call):
    """Without a verdict, so that the state stays; once, and not over what the ministry wrote."""
    for wrong in (" ", "a" * 251):
        with pytest.raises(Invalid) as refusal:
            _title(candidate, coordinator, wrong)
        assert list(refusal.value.problems) == ["title_en"]
    with pytest.raises(Forbidden):
        _title(candidate, mois_officer)
    with pytest.raises(Conflict):
        _title(candidate, coordinator, version=7)
    asked = scene.ask_back(candidate, by=coordinator)
    row = _title(asked, coordinator)
    assert (row.title_en, row.state, row.version) == (scene.ENGLISH, "asked_back", asked.version + 1)
    with pytest.raises(WrongState):
        _title(row, coordinator, "Another")
    assert scene.differences(call) == []


def test_the_task_stands_on_the_roster_of_the_next_round(candidate, coordinator, round_2):
    """Also where that round speaks of a day before the adoption: its lead reaches back to it."""
    planned = builders.round_(3, as_of=date(2021, 3, 15), opens_at=kst(2021, 6, 1), due_at=kst(2021, 6, 10))
    scene.adopt(candidate, by=coordinator)
    builders.freeze(round_2, by=coordinator, at=AT)
    assert "MOIS-01" in builders.prepare(planned, by=coordinator, at=AT)


def test_a_supplement_makes_its_task_a_supplemented_one(call, mois, mois_officer, coordinator):
    row = scene.propose(call, mois, by=mois_officer, kind="supplement", supplements="ME-01")
    task = scene.adopt(row, by=coordinator, title_en="")
    assert (task.code, task.kind) == ("ME-01", "supplemented")
    assert Event.objects.latest("pk").data["task"] == {"code": "ME-01", "kind": "supplemented"}


def refusal_of(call: Any, *args: Any, **more: Any) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refusal:
        call(*args, **more)
    return refusal.value.problems


@pytest.mark.usefixtures("_in_english")
def test_a_completed_task_takes_nothing_up(call, candidate, mois, mois_officer, coordinator):
    """It is on no roster any more: what were adopted into it would be reported by nobody."""
    row = scene.propose(call, mois, by=mois_officer, kind="supplement", supplements="ME-01")
    Task.objects.filter(code="ME-01").update(completed_on=date(2021, 3, 1))
    said = ["This task is completed: ME-01. Choose one that is still being carried out."]
    supplement = {"kind": "supplement", "supplements": "me-01"}
    assert refusal_of(scene.propose, call, mois, by=mois_officer, **supplement) == {"supplements": said}
    assert refusal_of(scene.revise, row, by=mois_officer, **supplement) == {"supplements": said}
    assert refusal_of(scene.adopt, row, by=coordinator) == {"supplements": said}
    merged = scene.more(candidate, coordinator) | {"code": "ME-01", "reason": "같은 내용"}
    assert refusal_of(workflow.merge_candidate, candidate.pk, **merged) == {"task": said}
    assert not Verdict.objects.exists()
    assert Task.objects.get(code="ME-01").kind != "supplemented"
    assert scene.revise(row, by=mois_officer, kind="supplement", supplements="ME-02").state == "submitted"


def test_what_supplements_a_task_joins_no_round(call, mois, mois_officer, coordinator):
    """The task is reported as before; a wish that nobody would fulfil is refused."""
    row = scene.propose(call, mois, by=mois_officer, kind="supplement", supplements="ME-01")
    assert list(refusal_of(scene.adopt, row, by=coordinator, joins=2, reason="회의 결정에 따라")) == ["joins"]
    assert not Verdict.objects.exists()


def test_a_meeting_that_did_not_speak_of_it_cannot_have_decided(candidate, coordinator):
    with pytest.raises(Invalid) as refusal:
        scene.adopt(candidate, by=coordinator, meeting_no=2)
    assert list(refusal.value.problems) == ["meeting_no"]


# Reminders


def steps(call: Call) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(purpose=Purpose.CALL_REMINDER).order_by("pk")
    return [(row.facts["step"], row.ministry.code) for row in rows if row.ministry]


def test_the_silent_are_reminded_by_the_ladder_and_nobody_else(call, candidate, motie, motie_officer, fsc_approver):
    """26 March is a Friday: five working days before is the 19th, two the 24th."""
    Notice.objects.all().delete()
    assert reminding.remind(kst(2021, 3, 18, 12)) == ""
    assert "2 ministries" in reminding.remind(kst(2021, 3, 19, 9))
    assert set(steps(call)) == {("five_days", "MOTIE"), ("five_days", "FSC")}, "MOIS has answered"
    assert reminding.remind(kst(2021, 3, 19, 10)) == "", "each step once"
    scene.none(call, motie, by=motie_officer)
    reminding.remind(kst(2021, 3, 24, 9))
    reminding.remind(kst(2021, 3, 26, 9))
    reminding.remind(kst(2021, 3, 29, 9))
    later = [row for row in steps(call) if row[0] != "five_days"]
    assert set(later) == {("two_days", "FSC"), ("morning", "FSC"), ("overdue", "FSC")}
    overdue = Notice.objects.filter(to=fsc_approver).latest("pk")
    assert "/candidates/1/answer/" in write(overdue).body


def test_nobody_is_reminded_of_a_closed_call(call, coordinator):
    scene.close(call, by=coordinator)
    assert reminding.remind(kst(2021, 3, 26, 9)) == ""


# What is owed


def test_errands_of_a_ministry_and_jobs_of_the_office(
    call, candidate, coordinator, mois_officer, fsc_officer, me_officer
):
    (errand,) = owed.errands(fsc_officer, AT)
    assert (errand.url, errand.due_at, errand.is_overdue) == ("/candidates/1/answer/?ministry=FSC", DUE, False)
    assert owed.errands(me_officer, AT) == []
    assert owed.errands(mois_officer, AT) == []
    assert [job.number for job in owed.jobs(coordinator, AT)] == [1, 0]
    assert [job.number for job in owed.jobs(coordinator, DUE + timedelta(hours=1))] == [1, 2]
    scene.ask_back(candidate, by=coordinator)
    assert [errand.url for errand in owed.errands(mois_officer, AT)] == ["/candidates/1/1/revise/"]
    assert owed.jobs(coordinator, AT)[0].number == 0


def test_a_refused_verb_leaves_nothing(call, candidate, coordinator):
    before = Event.objects.count(), Notice.objects.count()
    with pytest.raises(Refused):
        scene.adopt(candidate, by=coordinator, title_ko="")
    assert (Event.objects.count(), Notice.objects.count()) == before


def test_what_may_be_left_comes_after_what_must_be_done():
    """A comment that a ministry need not write never stands above what it owes, however late that is due."""
    rows = [
        Errand("comment", "/a/", AT, is_optional=True),
        Errand("reword", "/b/"),
        Errand("answer", "/c/", AT + timedelta(days=9)),
        Errand("overdue", "/d/", AT - timedelta(days=1), is_overdue=True),
    ]
    assert [row.text for row in providers.in_order(rows)] == ["overdue", "answer", "reword", "comment"]


def test_what_is_asked_back_may_be_due_and_is_overdue_then(call, candidate, coordinator, mois_officer):
    """The ministry reads until when in its list and in the mail; the last asking counts, and late it is still taken."""
    first, second = AT + timedelta(days=1), AT + timedelta(days=3)
    with pytest.raises(Invalid) as refusal:
        scene.ask_back(candidate, by=coordinator, due_at=AT)
    assert list(refusal.value.problems) == ["due_at"]
    scene.ask_back(candidate, by=coordinator, due_at=first)
    scene.revise(candidate, by=mois_officer)
    scene.ask_back(candidate, by=coordinator, due_at=second)

    def due(at: datetime) -> list[tuple[datetime | None, bool]]:
        return [(row.due_at, row.is_overdue) for row in owed.errands(mois_officer, at)]

    assert due(first + timedelta(hours=1)) == [(second, False)]
    assert due(second + timedelta(minutes=1)) == [(second, True)]
    mail = Notice.objects.filter(purpose=Purpose.CANDIDATE_JUDGED, to=mois_officer).latest("pk")
    assert "보완기한: 2021. 3. 19." in write(mail).body
    assert scene.revise(candidate, by=mois_officer, at=second + timedelta(days=1)).state == "submitted"
    assert scene.differences(call) == []


def test_without_a_due_time_nothing_is_due(call, candidate, coordinator, mois_officer):
    scene.ask_back(candidate, by=coordinator)
    assert [(row.due_at, row.is_overdue) for row in owed.errands(mois_officer, AT)] == [(None, False)]
