"""의견조회 that is asked again: what was said of earlier figures is told apart from what is said of these, and a ministry
knows where it is while the office changes a version."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from outbox.letters import write
from outbox.models import Notice, Purpose
from records.errors import Invalid
from scenarios import errands, trail
from scenarios.models import ScenarioComment, ScenarioVersion
from tests.pages import dead_links, page, visitor
from tests.scenarios import pathway_scene as scene

pytestmark = [pytest.mark.django_db, pytest.mark.either, pytest.mark.usefixtures("domain_time")]
HERE = "/scenarios/2050-A/2/"


def again(task_force: Any, at: Any, value: str = "20.8") -> ScenarioVersion:
    """Commented on by ME, taken back, changed, and circulated again."""
    office, version = task_force.people["coordinator"], scene.bring("commented", task_force, at=at)
    scene.sign(version, scene.divisions()[0], by=office, at=at)
    scene.recall(version, by=office, at=at + timedelta(minutes=1))
    if value != "20.7":
        drafted = scene.with_value(version, value)
        scene.change(version, drafted, by=office, at=at + timedelta(minutes=2))
    later = at + timedelta(minutes=3)
    return scene.circulate(version, by=office, at=later, until=at + timedelta(days=5))


def test_changed_figures_are_asked_about_again(task_force, me_officer, fsc_officer, at):
    version, now = again(task_force, at), at + timedelta(minutes=4)
    with translation.override("en"):
        [errand], [other] = errands.owed(me_officer, now), errands.owed(fsc_officer, now)
    assert errand.text.startswith("Figures changed, asked again: comment on")
    assert "asked again" not in other.text, "who said nothing yet is asked as before"
    scene.comment(version, task_force.ministries["ME"], by=me_officer, at=now)
    assert errands.owed(me_officer, now + timedelta(minutes=1)) == []
    assert scene.differences(version) == []


def test_the_same_figures_are_not_asked_about_again(task_force, me_officer, at):
    again(task_force, at, "20.7")
    assert errands.owed(me_officer, at + timedelta(minutes=4)) == []


def test_the_mail_says_that_figures_changed(task_force, me_officer, at):
    again(task_force, at)
    first, second = Notice.objects.filter(purpose=Purpose.SCENARIO_CIRCULATED, to=me_officer).order_by("pk")
    assert "so that the office asks again" not in write(first).body
    me_officer.language = "en"
    me_officer.save()
    second.refresh_from_db()
    assert "so that the office asks again" in write(second).body


@pytest.mark.parametrize("who", ["coordinator", "me_officer"])
def test_what_was_said_of_earlier_figures_is_marked(task_force, at, who):
    again(task_force, at)
    shown = page(visitor(task_force.people[who]).get(HERE))
    said = shown.one("article", id=f"comment-{ScenarioComment.objects.get().pk}").text
    assert "On earlier figures 1 figure has changed since" in said
    assert "Energy transition 20.7 → 20.8" in said


def test_the_office_sees_who_is_asked_again_and_what_changed(task_force, coordinator, at):
    again(task_force, at)
    shown = page(visitor(coordinator).get(HERE))
    assert "On earlier figures only, asked again: Environment" in shown.text
    assert "Of earlier figures 1 figure has changed since" in shown.one("section", id="sign-off").text
    assert "Figures changed" in shown.text
    assert shown.text.count("Energy transition 20.7 → 20.8") == 3, "at the comment, at the sign-off, in the history"


def test_a_figure_that_is_changed_back_has_not_changed(task_force, me_officer, coordinator, at):
    version = again(task_force, at)
    scene.recall(version, by=coordinator, at=at + timedelta(minutes=4))
    scene.change(version, scene.with_value(version, "20.7"), by=coordinator, at=at + timedelta(minutes=5))
    assert trail.of_version(scene.fresh(version)).since(ScenarioComment.objects.get()) == []


# While it is taken back


def test_taking_back_asks_for_a_reason(task_force, coordinator, at):
    version = scene.bring("circulated", task_force, at=at)
    with pytest.raises(Invalid) as refused:
        scene.recall(version, by=coordinator, at=at, reason=" ")
    assert list(refused.value.problems) == ["reason"]
    assert scene.fresh(version).circulated_at is not None


def test_ministries_are_told_by_mail(task_force, me_officer, at):
    me_officer.language = "en"
    me_officer.save()
    scene.bring("recalled", task_force, at=at)
    told = Notice.objects.filter(purpose=Purpose.SCENARIO_RECALLED)
    asked = Notice.objects.filter(purpose=Purpose.SCENARIO_CIRCULATED)
    assert {row.to_id for row in told} == {row.to_id for row in asked} != set()
    letter = write(told.get(to=me_officer))
    assert letter.subject == "Scenario 2050-A, version 2: taken back to be changed"
    assert HERE in letter.body


def test_a_ministry_reads_why_and_what_it_had_said(task_force, me_officer, fsc_officer, coordinator, at):
    version = scene.bring("answered", task_force, at=at)
    scene.recall(version, by=coordinator, at=at)
    scene.change(version, scene.with_value(version, "20.8"), by=coordinator, at=at)
    browser = visitor(me_officer)
    answer = browser.get(HERE)
    shown = page(answer)
    for text in ("The office is changing this version", "전환 수치 재산정", "상향 검토", "자료 확인 뒤 반영"):
        assert text in shown.text
    assert "20.8" not in shown.text, "a draft's figures are the office's"
    assert dead_links(browser, answer) == []
    other = page(visitor(fsc_officer).get(HERE)).text
    assert "The office is changing this version" in other
    assert "상향 검토" not in other
    assert "Your ministry had not commented on it." in other


def test_a_comment_that_comes_too_late_is_shown_again(task_force, me_officer, at):
    version = scene.bring("recalled", task_force, at=at)
    sent = {"ministry": "ME", "text": "늦은 의견"}
    answer = visitor(me_officer).post(f"/scenarios/versions/{version.pk}/comment/", sent)
    assert answer.status_code == 409
    assert "늦은 의견" in page(answer).text
    assert not ScenarioComment.objects.exists()


def test_a_draft_that_was_never_circulated_and_one_that_was_withdrawn_are_nobody_elses(
    task_force, me_officer, coordinator, at
):
    version = scene.bring("draft", task_force, at=at)
    assert visitor(me_officer).get(HERE).status_code == 404
    scene.circulate(version, by=coordinator, at=at)
    scene.recall(version, by=coordinator, at=at)
    scene.withdraw(version, by=coordinator, at=at)
    assert visitor(me_officer).get(HERE).status_code == 404
