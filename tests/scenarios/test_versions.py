"""A version's life: drafted, changed, signed off, circulated, commented on, answered, published. Its refusals, and what the
record and the database hold of it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.utils import translation

from ministries.models import User
from outbox.letters import write
from outbox.models import Notice, Purpose
from records.errors import Conflict, Forbidden, Invalid, WrongState
from records.models import Event
from scenarios import errands, standing, workflow
from scenarios.models import CommentAnswer, ScenarioComment, ScenarioVersion, SectorFigure, SignedOff, Stage
from tests.builders import key, kst
from tests.scenarios import pathway_scene as scene


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time):
    with translation.override("en"):
        yield


def at_stage(stage, task_force, at) -> ScenarioVersion:
    return scene.bring(stage, task_force, at=at)


# Drafting


def test_a_draft_has_the_figures_of_the_last_version(task_force, coordinator, at):
    first = scene.loaded()
    made = scene.draft(first, by=coordinator, at=at)
    assert (made.no, made.code, made.stage, made.version) == (2, "2050-A-2", Stage.DRAFT, 1)
    assert made.loaded_digest == ""
    kept = ("order", "sector_id", "name_ko", "value", "vintage_ko", "source", "verified")
    assert list(made.figures.values_list(*kept)) == list(first.figures.values_list(*kept))
    event = Event.objects.get(verb="draft_version")
    assert (event.data["from"], event.data["version"]) == ("2050-A-1", "2050-A-2")
    assert scene.differences(made) == []


def test_a_withdrawn_version_is_not_copied_and_its_number_is_not_given_again(task_force, coordinator, at):
    second = at_stage("draft", task_force, at)
    scene.change(second, scene.with_value(second, "99.9"), by=coordinator, at=at)
    scene.withdraw(second, by=coordinator, at=at)
    third = scene.draft(second, by=coordinator, at=at)
    assert third.no == 3
    assert third.figures.get(sector__code="TRN").value == Decimal("20.7"), "the figures of version 1"


def test_the_same_click_twice_is_one_draft(task_force, coordinator, at):
    first, once = scene.loaded(), key()
    told: dict[str, Any] = {"by": coordinator, "at": at, "key": once}
    one = workflow.draft_version(first.scenario_id, scene.head(), **told)
    assert workflow.draft_version(first.scenario_id, scene.head(), **told) == one
    assert ScenarioVersion.objects.count() == 2


# Changing figures


def test_rows_are_changed_added_and_taken_out(task_force, coordinator, at):
    version = at_stage("draft", task_force, at)
    now = scene.stands(version)
    left = [one for one in now.figures if one.sector != "CCU"]
    more = replace(
        left[0], pk=None, sector="", name_ko="탈루 등", name_en="", value=Decimal("1.3"), field="f9", verified="B"
    )
    changed = replace(now, figures=(left[1], replace(left[0], value=Decimal("70.5")), more))
    scene.change(version, changed, by=coordinator, at=at)
    rows = list(version.figures.order_by("order").values_list("order", "name_ko", "name_en", "value"))
    assert rows == [
        (1, "흡수원", "Carbon sinks", Decimal("-71.8")),
        (2, "전환", "Energy transition", Decimal("70.5")),
        (3, "탈루 등", "탈루 등", Decimal("1.3")),
    ]
    assert scene.fresh(version).version == 2
    assert scene.differences(version) == [], "what left is told as gone"


def test_two_people_change_one_version(task_force, coordinator, coordinator_2, at):
    version = at_stage("draft", task_force, at)
    mine = scene.with_value(version, "21.0")
    scene.change(version, scene.with_value(version, "22.0"), by=coordinator_2, at=at)
    with pytest.raises(Conflict):
        scene.change(version, mine, by=coordinator, at=at, seen=1)
    assert version.figures.get(sector__code="TRN").value == Decimal("22.0")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"vintage_ko": ""}, "f0-vintage_ko"),
        ({"source": " "}, "f0-source"),
        ({"verified": "X"}, "f0-verified"),
        ({"sector": "NOT"}, "f0-sector"),
        ({"sector": "CCU"}, "f1-sector"),
        ({"sector": "", "name_ko": "", "name_en": ""}, "f0-name_ko"),
        ({"name_ko": "가" * 61}, "f0-name_ko"),
        ({"name_ko": "전환\n산업"}, "f0-name_ko"),
        ({"value": Decimal("1.25")}, "f0-value"),
        ({"value": Decimal(1000000)}, "f0-value"),
        ({"value": Decimal("NaN")}, "f0-value"),
    ],
)
def test_what_a_figure_may_not_be(task_force, coordinator, at, change, field):
    version = at_stage("draft", task_force, at)
    now = scene.stands(version)
    drafted = replace(now, figures=(replace(now.figures[0], **change), *now.figures[1:]))
    with pytest.raises(Invalid) as refused:
        scene.change(version, drafted, by=coordinator, at=at)
    assert list(refused.value.problems) == [field]
    assert scene.fresh(version).version == 1


def test_a_version_is_not_left_without_figures_and_not_changed_for_nothing(task_force, coordinator, at):
    version = at_stage("draft", task_force, at)
    with pytest.raises(Invalid) as refused:
        scene.change(version, replace(scene.stands(version), figures=()), by=coordinator, at=at)
    assert list(refused.value.problems) == ["figures"]
    with pytest.raises(Invalid):
        scene.change(version, scene.stands(version), by=coordinator, at=at)


def test_of_two_rows_that_claim_to_be_one_figure_none_is_lost(task_force, coordinator, at):
    """No page sends that: refused, not the one written over the other."""
    version = at_stage("draft", task_force, at)
    now = scene.stands(version)
    twice = replace(now.figures[1], pk=now.figures[0].pk, value=Decimal("1.0"))
    with pytest.raises(Invalid) as refused:
        scene.change(version, replace(now, figures=(now.figures[0], twice, now.figures[2])), by=coordinator, at=at)
    assert list(refused.value.problems) == ["figures"]
    assert scene.stands(version) == now


@pytest.mark.parametrize("stage", ["loaded", "circulated", "published", "withdrawn"])
def test_only_a_draft_is_changed(task_force, coordinator, at, stage):
    version = at_stage(stage, task_force, at)
    with pytest.raises(WrongState):
        scene.change(version, scene.with_value(version, "1.0"), by=coordinator, at=at)


# Sign-off


def test_a_sign_off_counts_for_the_figures_that_it_speaks_of(task_force, coordinator, at):
    version = at_stage("draft", task_force, at)
    first, second = scene.divisions()
    scene.sign(version, first, by=coordinator, at=at)
    scene.sign(version, second, by=coordinator, at=at, agrees=False, text="수치 근거 부족")
    stands = standing.read(scene.fresh(version), at=at)
    assert [(word.has_signed, word.objects) for word in stands.divisions] == [(True, False), (False, True)]
    scene.circulate(version, by=coordinator, at=at)
    assert standing.read(scene.fresh(version), at=at).signed == 1, "circulating changes no figure"
    scene.recall(version, by=coordinator, at=at)
    scene.change(version, scene.with_value(version, "20.8"), by=coordinator, at=at)
    assert standing.read(scene.fresh(version), at=at).signed == 0, "changed figures are signed off anew"
    assert SignedOff.objects.count() == 2
    assert scene.differences(version) == []


def test_the_last_word_of_a_division_counts(task_force, coordinator, at):
    version = at_stage("draft", task_force, at)
    first, _second = scene.divisions()
    scene.sign(version, first, by=coordinator, at=at)
    scene.sign(version, first, by=coordinator, at=at, agrees=False, text="재검토")
    assert standing.read(scene.fresh(version), at=at).signed == 0


def test_a_division_that_does_not_agree_says_why(task_force, coordinator, at):
    version = at_stage("draft", task_force, at)
    with pytest.raises(Invalid) as refused:
        scene.sign(version, scene.divisions()[0], by=coordinator, at=at, agrees=False)
    assert list(refused.value.problems) == ["text"]
    told: dict[str, Any] = {"agrees": True, "text": "", "version": 9}
    with pytest.raises(Conflict):
        workflow.sign_off_version(version.pk, scene.divisions()[0].pk, by=coordinator, at=at, key=key(), **told)


# Circulating and commenting


def test_circulating_tells_the_ministries_and_asks_them(task_force, coordinator, me_officer, fsc_approver, reader, at):
    User.objects.filter(pk=me_officer.pk).update(language="en")
    version = scene.circulate(at_stage("draft", task_force, at), by=coordinator, at=at)
    told = Notice.objects.filter(purpose=Purpose.SCENARIO_CIRCULATED)
    assert {row.to.username for row in told if row.to} == {
        *("me_officer", "me_officer_2", "msit_officer", "fsc_officer", "fsc_approver", "motie_officer")
    }
    letter = write(told.get(to=me_officer))
    assert letter.subject == "Scenario 2050-A, version 2: comments until Fri 19 Mar 2021, 14:00"
    assert "/scenarios/2050-A/2/" in letter.body
    [errand] = errands.owed(me_officer, at)
    assert (errand.url, errand.due_at) == ("/scenarios/2050-A/2/#comment", version.comments_until)
    assert len(errands.owed(fsc_approver, at)) == 1
    assert errands.owed(reader, at) == errands.owed(coordinator, at) == []
    assert errands.owed(me_officer, at + timedelta(days=4)) == [], "the time is over"
    scene.comment(version, task_force.ministries["ME"], by=me_officer, at=at)
    assert errands.owed(me_officer, at) == []
    assert len(errands.owed(fsc_approver, at)) == 1


def test_another_time_is_given_over_the_one_that_was_seen(task_force, coordinator, at):
    version = at_stage("circulated", task_force, at)
    told: dict[str, Any] = {"until": at + timedelta(days=9), "version": version.version, "seen": at}
    with pytest.raises(Conflict):
        workflow.circulate_version(version.pk, by=coordinator, at=at, key=key(), **told)
    later = scene.circulate(version, by=coordinator, at=at + timedelta(hours=1), until=at + timedelta(days=9))
    assert later.circulated_at == at
    for wrong in (at, later.comments_until):
        with pytest.raises(Invalid):
            scene.circulate(version, by=coordinator, at=at + timedelta(hours=1), until=wrong)


def test_the_last_moment_is_in_time_and_the_next_is_late(task_force, me_officer, me, at):
    version = at_stage("circulated", task_force, at)
    until = at + timedelta(days=3)
    assert version.comments_until == until
    scene.comment(version, me, by=me_officer, at=until)
    with pytest.raises(WrongState, match="ended Fri 19 Mar 2021, 14:00"):
        scene.comment(version, me, by=me_officer, at=until + timedelta(microseconds=1))
    assert ScenarioComment.objects.count() == 1


def test_who_may_comment(task_force, me_officer, coordinator, reader, me, motie, at):
    version = at_stage("circulated", task_force, at)
    for person in (coordinator, reader):
        with pytest.raises(Forbidden):
            scene.comment(version, me, by=person, at=at)
    with pytest.raises(Forbidden):
        scene.comment(version, motie, by=me_officer, at=at)
    for wrong, field in (({"text": " "}, "text"), ({"sector": "NOT"}, "sector"), ({"text": "가" * 3001}, "text")):
        with pytest.raises(Invalid) as refused:
            scene.comment(version, me, by=me_officer, at=at, **wrong)
        assert list(refused.value.problems) == [field]


@pytest.mark.parametrize("stage", ["draft", "published", "withdrawn", "loaded"])
def test_only_a_circulated_version_is_commented_on(task_force, me_officer, me, at, stage):
    with pytest.raises(WrongState):
        scene.comment(at_stage(stage, task_force, at), me, by=me_officer, at=at)


def test_a_comment_is_answered_and_its_ministry_told(task_force, coordinator, coordinator_2, me_officer, at):
    User.objects.filter(pk=me_officer.pk).update(language="en")
    version = at_stage("commented", task_force, at)
    said = ScenarioComment.objects.get()
    [job] = errands.waiting(coordinator, at)
    assert (job.number, job.url) == (1, "/scenarios/2050-A/2/#comments")
    assert errands.waiting(me_officer, at) == []
    scene.answer(said, by=coordinator, at=at)
    assert errands.waiting(coordinator, at) == []
    told = Notice.objects.filter(purpose=Purpose.SCENARIO_ANSWERED)
    assert {row.to.username for row in told if row.to} == {"me_officer", "me_officer_2"}
    letter = write(told.get(to=me_officer))
    assert letter.subject == "Scenario 2050-A, version 2: your comment is answered"
    assert "자료 확인" not in letter.body, "mails name things, the portal shows them"
    told_again: dict[str, Any] = {"kind": "not", "reason": "중복", "seen": 0}
    with pytest.raises(Conflict):
        workflow.answer_scenario_comment(said.pk, by=coordinator_2, at=at, key=key(), **told_again)
    scene.answer(said, by=coordinator_2, at=at, kind="not", reason="재검토 결과 미반영")
    [stands] = standing.read(version, at=at).comments
    assert [row.kind for row in stands.answers] == ["partly", "not"]
    assert stands.answer == stands.answers[-1]
    assert CommentAnswer.objects.count() == 2
    assert scene.differences(version) == []


@pytest.mark.parametrize(("wrong", "field"), [({"kind": "maybe"}, "kind"), ({"reason": ""}, "reason")])
def test_an_answer_says_what_and_why(task_force, coordinator, at, wrong, field):
    at_stage("commented", task_force, at)
    with pytest.raises(Invalid) as refused:
        scene.answer(ScenarioComment.objects.get(), by=coordinator, at=at, **wrong)
    assert list(refused.value.problems) == [field]


def test_taken_back_it_is_a_draft_and_what_was_said_stays(task_force, coordinator, me_officer, at):
    version = at_stage("commented", task_force, at)
    scene.recall(version, by=coordinator, at=at)
    assert scene.fresh(version).stage == Stage.DRAFT
    assert not ScenarioVersion.objects.visible_to(me_officer).filter(pk=version.pk).exists()
    assert ScenarioComment.objects.count() == 1
    scene.answer(ScenarioComment.objects.get(), by=coordinator, at=at)
    assert scene.differences(version) == []


# Publishing


def ready(task_force, at, *, total: str = "0.0") -> ScenarioVersion:
    """Circulated, with an answered comment, signed off by every division, its time for comments over a day later."""
    office = task_force.people["coordinator"]
    version = scene.draft(scene.loaded(), by=office, at=at, stated_total=Decimal(total))
    scene.circulate(version, by=office, at=at, until=at + timedelta(hours=1))
    said = scene.comment(version, task_force.ministries["ME"], by=task_force.people["me_officer"], at=at)
    scene.answer(said, by=office, at=at)
    for division in scene.divisions():
        scene.sign(version, division, by=office, at=at)
    return scene.fresh(version)


def test_what_is_whole_is_published_without_a_word(task_force, coordinator, reader, at):
    version, then = ready(task_force, at), at + timedelta(days=1)
    assert standing.read(version, at=then).open == []
    published = scene.publish(version, by=coordinator, at=then)
    assert (published.stage, published.frozen_at) == (Stage.PUBLISHED, then)
    assert published.published_on == kst(2021, 3, 17).date()
    assert ScenarioVersion.objects.visible_to(reader).filter(pk=version.pk).exists()
    assert scene.differences(version) == []


def test_publishing_waits_for_sums_comments_and_divisions_or_asks_why(task_force, coordinator, at):
    version, then = ready(task_force, at, total="436.6"), at + timedelta(days=1)
    stands = standing.read(version, at=then)
    assert stands.open == ["Net: The figures sum to 0.0: 436.6 less than the stated 436.6."]
    with pytest.raises(Invalid) as refused:
        scene.publish(version, by=coordinator, at=then)
    assert refused.value.problems == {"reason": ["Say why it is published all the same."]}
    scene.publish(version, by=coordinator, at=then, reason="총량은 별도 공표")
    event = Event.objects.get(verb="publish_version")
    assert event.data["reason"] == "총량은 별도 공표"
    assert event.data["open"] == ["net=-436.6"]


def test_everything_that_is_open_is_named(task_force, coordinator, at):
    version = at_stage("commented", task_force, at)
    assert standing.read(version, at=at).open == [
        "1 comment of a ministry is not answered.",
        "2 divisions of 2 have not signed off these figures.",
        "Ministries can still comment.",
    ]
    with pytest.raises(Invalid):
        scene.publish(version, by=coordinator, at=at)
    assert scene.fresh(version).stage == Stage.CIRCULATED


def test_a_comment_that_came_since_the_page_was_opened(task_force, coordinator, me_officer, me, at):
    version = at_stage("circulated", task_force, at)
    seen = standing.read(version, at=at).mark
    scene.comment(version, me, by=me_officer, at=at)
    told: dict[str, Any] = {"version": version.version, "seen": seen, "reason": "일정"}
    with pytest.raises(Conflict):
        workflow.publish_version(version.pk, by=coordinator, at=at, key=key(), **told)


def _refused(statement) -> bool:
    try:
        with transaction.atomic():
            statement()
    except (IntegrityError, OperationalError):
        return True
    return False


@pytest.mark.either
def test_the_database_itself_holds_reasons_and_the_end_of_comments(task_force, coordinator, me, at):
    version = at_stage("answered", task_force, at)
    said, by = ScenarioComment.objects.get(), {"by": coordinator, "at": at}
    objects: dict[str, Any] = {"of": version, "division": scene.divisions()[0], "version_no": 1, **by}
    assert _refused(lambda: CommentAnswer.objects.create(comment=said, kind="not", reason="", **by))
    assert _refused(lambda: SignedOff.objects.create(agrees=False, text="", **objects))
    versions = ScenarioVersion.objects.filter(pk=version.pk)
    assert _refused(lambda: versions.update(comments_until=None))
    assert _refused(lambda: versions.update(circulated_at=None))
    assert not _refused(lambda: SignedOff.objects.create(agrees=True, text="", **objects))
    assert not _refused(lambda: versions.update(comments_until=None, circulated_at=None))


def test_published_it_is_closed_for_ever_also_to_raw_updates(task_force, coordinator, me, at):
    version = at_stage("published", task_force, at)
    figures = SectorFigure.objects.filter(of=version)
    assert _refused(lambda: figures.update(value="1.0"))
    assert _refused(lambda: figures._raw_delete(using="default"))
    assert _refused(lambda: ScenarioVersion.objects.filter(pk=version.pk).update(stated_total="1.0"))
    row = {"of": version, "order": 9, "name_ko": "수송", "name_en": "Transport"}
    assert _refused(lambda: SectorFigure.objects.create(**row))
    said = {"of": version, "ministry": me, "text": "늦은 의견", "by": coordinator, "at": at}
    assert _refused(lambda: ScenarioComment.objects.create(**said))
    for verb in (
        lambda: scene.withdraw(version, by=coordinator, at=at),
        lambda: scene.circulate(version, by=coordinator, at=at, until=at + timedelta(days=30)),
        lambda: scene.publish(version, by=coordinator, at=at, reason="다시"),
        lambda: scene.sign(version, scene.divisions()[0], by=coordinator, at=at),
        lambda: scene.answer(ScenarioComment.objects.get(), by=coordinator, at=at),
    ):
        with pytest.raises(WrongState):
            verb()
    assert scene.differences(version) == []


def test_withdrawing_needs_its_reason(task_force, coordinator, me_officer, at):
    version = at_stage("circulated", task_force, at)
    with pytest.raises(Invalid):
        scene.withdraw(version, by=coordinator, at=at, reason="")
    scene.withdraw(version, by=coordinator, at=at)
    assert not ScenarioVersion.objects.visible_to(me_officer).filter(pk=version.pk).exists()
    assert ScenarioVersion.objects.visible_to(coordinator).filter(pk=version.pk).exists()
    assert scene.differences(version) == []


@pytest.mark.parametrize("verb", sorted(scene.VERBS))
def test_only_the_office_does_the_offices_verbs(task_force, at, verb):
    """And only a ministry's own people comment."""
    from tests.verbs import Scene

    stage, _by = scene.VERBS[verb]
    at_stage(stage, task_force, at)
    wrong = ("reader", "coordinator") if verb == "comment_on_version" else ("me_officer", "reader", "administrator")
    for name in wrong:
        with pytest.raises(Forbidden):
            scene.do(verb, Scene(task_force.reports["ME-01"], task_force.people[name], at, key()))
