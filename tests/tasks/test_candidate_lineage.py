"""Where a task comes from, for whoever carries it out: a candidate of another ministry that supplements their task, or
was merged into it, reaches them by mail, on the task's page and as a page of its own."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from ministries.models import User
from outbox.letters import write
from outbox.models import Notice, Purpose
from tasks import workflow
from tasks.models import Call, Candidate, Lead, Report, Task
from tests import builders
from tests.builders import kst
from tests.cast import AT
from tests.pages import dead_links, page, visitor
from tests.tasks import candidates_scene as scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("domain_time")]
ADDRESS, WHY = "/candidates/1/1/", "환경부 계획과 함께 추진함이 효율적임"


@pytest.fixture
def call(task_force, coordinator, mois, motie) -> Call:
    """ME, whose task it is about, is not called on."""
    return scene.call(mois, motie, by=coordinator)


@pytest.fixture
def supplement(call, mois, mois_officer) -> Candidate:
    return scene.propose(
        call,
        mois,
        by=mois_officer,
        kind="supplement",
        supplements="ME-01",
        title="공공청사 녹색 전환",
        text="ㅇ 공공청사 120동",
    )


def merge(row: Candidate, code: str, *, by: User) -> None:
    workflow.merge_candidate(row.pk, code=code, reason=WHY, **scene.more(row, by))


def take_up(verb: str, row: Candidate, *, by: User) -> None:
    if verb == "merge":
        merge(row, "ME-01", by=by)
    else:
        scene.adopt(row, by=by, reason=WHY)


def told(user: User) -> list[Notice]:
    return list(Notice.objects.filter(purpose=Purpose.CANDIDATE_JUDGED, to=user))


# The mail


@pytest.mark.parametrize(
    ("verb", "subject", "what"),
    [
        ("adopt", "Your task ME-01 is supplemented: 1-01", "as a supplement to a task that your ministry leads"),
        ("merge", "Merged into your task ME-01: 1-01", "into a task that your ministry leads"),
    ],
)
def test_who_leads_the_task_is_written_to_in_words_of_their_own(
    supplement, coordinator, me_officer, me_officer_2, mois_officer, motie_officer, verb, subject, what
):
    User.objects.update(language="en")
    take_up(verb, supplement, by=coordinator)
    (mail,) = told(me_officer)
    letter = write(mail)
    assert letter.subject.startswith(subject)
    assert what in letter.body
    assert "Proposed by: Ministry of the Interior and Safety" in letter.body
    assert "Task: ME-01 2021 plan" in letter.body
    assert "Ministry: Ministry of Environment" in letter.body
    assert f"https://portal.example{ADDRESS}" in letter.body
    assert WHY not in letter.body, "mails name things, the portal shows them"
    assert len(told(me_officer_2)) == 1
    (own,) = told(mois_officer)
    assert "of your ministry" in write(own).body
    assert told(motie_officer) == []


def test_a_ministry_that_supplements_its_own_task_is_written_to_once(call, coordinator, me, me_officer):
    workflow.call_on(call.pk, "ME", by=coordinator, at=AT, key=builders.key())
    row = scene.propose(call, me, by=me_officer, kind="supplement", supplements="ME-01")
    scene.adopt(row, by=coordinator)
    (mail,) = told(me_officer)
    assert "takes_up" not in mail.facts


@pytest.mark.parametrize("verb", ["decline", "ask_back", "new"])
def test_what_no_task_of_theirs_takes_up_is_not_told_them(
    supplement, call, mois, mois_officer, coordinator, me_officer, verb
):
    if verb == "new":
        scene.adopt(scene.propose(call, mois, by=mois_officer), by=coordinator)
    else:
        judged: dict[str, Any] = {"decline": scene.decline, "ask_back": scene.ask_back}
        judged[verb](supplement, by=coordinator)
    assert told(me_officer) == []


# Who may read it


@pytest.mark.parametrize("verb", ["adopt", "merge"])
def test_the_lead_reads_it_once_it_is_taken_up(
    supplement, coordinator, me_officer, mois_officer, motie_officer, msit_officer, verb
):
    me, others = visitor(me_officer), [visitor(motie_officer), visitor(msit_officer)]
    assert me.get(ADDRESS).status_code == 404, "proposed, it is between its ministry and the office"
    scene.ask_back(supplement, by=coordinator, comment="문구를 다듬어 주시기 바람")
    assert me.get(ADDRESS).status_code == 404
    take_up(verb, supplement, by=coordinator)
    answer = me.get(ADDRESS)
    shown = page(answer).text
    assert "ㅇ 공공청사 120동" in shown
    assert WHY in shown
    assert "문구를 다듬어" not in shown, "what went to and fro before is not theirs"
    assert str(mois_officer) not in shown
    assert dead_links(me, answer, known=set()) == [], "its call, for one"
    assert "Withdraw" not in shown
    assert [one.get(ADDRESS).status_code for one in others] == [404, 404]
    listed = page(me.get("/candidates/")).text
    assert "Your ministry is not called on" in listed, "no call is theirs"


def test_the_lead_judges_and_rewords_nothing(supplement, coordinator, me_officer):
    scene.adopt(supplement, by=coordinator)
    me = visitor(me_officer)
    for name in ("revise", "withdraw", "judge", "adopt", "merge", "decline", "ask-back"):
        answers = {me.get(f"{ADDRESS}{name}/").status_code, me.post(f"{ADDRESS}{name}/").status_code}
        assert answers <= {403, 404, 405}, name


def test_who_takes_the_task_over_reads_it_and_who_gave_it_away_no_more(
    supplement, coordinator, me_officer, msit, msit_officer
):
    scene.adopt(supplement, by=coordinator)
    Lead.objects.create(task=Task.objects.get(code="ME-01"), ministry=msit, valid_from=timezone.localdate(AT))
    assert visitor(msit_officer).get(ADDRESS).status_code == 200
    assert visitor(me_officer).get(ADDRESS).status_code == 404


# The task's page


def lineage(user: User) -> Any:
    return page(visitor(user).get("/tasks/ME-01/")).one("ul", class_="lineage")


@pytest.mark.parametrize(
    ("verb", "words"),
    [("adopt", "adopted Tue 16 Mar 2021 as a supplement to this task"), ("merge", "merged Tue 16 Mar")],
)
def test_the_page_of_the_task_says_what_it_took_up_and_why(
    supplement, coordinator, me_officer, motie_officer, msit_officer, reader, verb, words
):
    take_up(verb, supplement, by=coordinator)
    for user in (me_officer, coordinator, reader):
        shown = lineage(user)
        assert [link["href"] for link in shown.all("a")][-1] == ADDRESS
        assert "ㅇ 공공청사 120동" in shown.text
    for user in (me_officer, msit_officer, motie_officer):
        shown = lineage(user)
        assert words in shown.text
        assert "공공청사 녹색 전환" in shown.text
        assert WHY in shown.text
    others = lineage(msit_officer)
    assert others.all("a") == []
    assert "120동" not in others.text, "the text is for who may open it"


def test_a_supplemented_task_says_from_which_round_on(supplement, task_force, coordinator, me_officer, round_2):
    client = visitor(me_officer)

    def kind() -> str:
        return page(client.get("/tasks/ME-01/")).one("dl", class_="facts who").text

    assert "KindExisting" in kind()
    assert "from round" not in kind()
    scene.adopt(supplement, by=coordinator)
    assert "KindExisting Supplemented from round 3" in kind()
    following = builders.round_(3, as_of=date(2021, 6, 4), opens_at=kst(2021, 6, 1), due_at=kst(2021, 6, 10))
    builders.freeze(round_2, by=coordinator, at=AT)
    builders.prepare(following, by=coordinator, at=AT)
    assert Report.objects.get(round=following, task__code="ME-01").kind == "supplemented"
    assert "KindSupplemented" in kind()
    assert "from round" not in kind()
    as_of = page(client.get("/tasks/ME-01/?round=2")).one("dl", class_="facts who").text
    assert "from round" not in as_of
