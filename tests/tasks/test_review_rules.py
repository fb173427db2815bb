"""What the office does with a report: return by field, accept with its own light, reopen (product.md "The cycle")."""

from datetime import date, timedelta

import pytest

from records.errors import Conflict, Forbidden, Invalid, KeyReused, WrongState
from tasks import workflow
from tasks.models import Field, Milestone, MilestoneChange, Report, Return, State, Task
from tests import builders
from tests.builders import fresh, key, sent


@pytest.fixture
def opened(reports, me_officer, coordinator, at) -> Report:
    """ME-01, submitted with a moved milestone, and open for review."""
    report = reports["ME-01"]
    milestone = Milestone.objects.get(task=report.task)
    builders.write(report, by=me_officer, at=at, milestones=builders.moved(milestone, "2021-07-31"))
    builders.submit(report, by=me_officer, at=at)
    builders.open_for_review(report, by=coordinator, at=at)
    return fresh(report)


# Who reviews


@pytest.mark.parametrize("verb", ["open_for_review", "return_for_changes", "accept", "reopen"])
def test_nobody_reviews_what_they_submitted(reports, me, coordinator, at, verb):
    """Not even where one person is officer and coordinator; another coordinator may."""
    both = builders.person("both", "coordinator")
    builders.posting(both, "officer", me)
    report = reports["ME-01"]
    builders.write(report, by=both, at=at)
    builders.submit(report, by=both, at=at)
    if verb != "open_for_review":
        builders.open_for_review(report, by=coordinator, at=at)
    if verb == "reopen":
        builders.accept(report, by=coordinator, at=at)
    step = getattr(builders, verb)
    with pytest.raises(Forbidden):
        step(report, by=both, at=at)
    step(report, by=coordinator, at=at)


def test_one_coordinator_opens_another_may_decide(opened, coordinator_2, at):
    """Opening claims a report for the queue; it locks nobody out."""
    with pytest.raises(WrongState):
        builders.open_for_review(opened, by=coordinator_2, at=at)
    builders.accept(opened, by=coordinator_2, at=at)


def test_what_is_returned_is_not_accepted(opened, coordinator, at):
    """The text that was found wanting is no more up for acceptance, whatever page is still open somewhere."""
    builders.return_for_changes(opened, by=coordinator, at=at)
    with pytest.raises(WrongState):
        builders.accept(opened, by=coordinator, at=at)
    assert fresh(opened).state == State.RETURNED


def test_a_verdict_on_an_old_version_is_a_conflict(opened, coordinator, at):
    """What the reviewer read is what is judged."""
    old = opened.version - 1
    for verb, rest in (
        (workflow.accept, {"light": "on_track"}),
        (workflow.return_for_changes, {"comment": "왜", "due_at": at + timedelta(days=1)}),
    ):
        with pytest.raises(Conflict):
            verb(opened.pk, by=coordinator, at=at, key=key(), version=old, **rest)


# Return


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"comment": ""}, ["comment"]),
        ({"comment": " \n"}, ["comment"]),
        ({"comment": "가" * 1001}, ["comment"]),
        ({"comment": "가\0나"}, ["comment"]),
        ({"due_at": None}, ["due_at"]),
        ({"due_at": timedelta(0)}, ["due_at"]),  # a due time lies ahead
        ({"comment": "", "due_at": timedelta(days=-1)}, ["comment", "due_at"]),
        ({"comment": "가" * 1000, "due_at": timedelta(microseconds=1)}, []),
    ],
)
def test_a_return_has_a_comment_and_a_due_time_ahead(opened, coordinator, at, changes, names):
    if isinstance(changes.get("due_at"), timedelta):
        changes = changes | {"due_at": at + changes["due_at"]}
    if not names:
        builders.return_for_changes(opened, by=coordinator, at=at, **changes)
        assert fresh(opened).state == State.RETURNED
        return
    with pytest.raises(Invalid) as refused:
        builders.return_for_changes(opened, by=coordinator, at=at, **changes)
    assert list(refused.value.problems) == names


def test_resubmitting_answers_the_return(opened, me_officer, coordinator, at):
    """The return points at the text that it spoke of and at the one that mended it; the next return is another one."""
    builders.return_for_changes(opened, by=coordinator, at=at, fields=[Field.RESULTS])
    first = Return.objects.get(report=opened)
    builders.write(
        opened, by=me_officer, at=at, results="ㅇ 보완함",
        milestones=builders.moved(Milestone.objects.get(task=opened.task), "2021-07-31"),
    )  # fmt: skip
    builders.submit(opened, by=me_officer, at=at)
    first.refresh_from_db()
    assert (first.revision.no, first.resolved_by, sent(opened).no) == (1, sent(opened), 2)
    assert fresh(opened).opened_by_office_at is None  # it may be withdrawn, until the office opens it again
    builders.open_for_review(opened, by=coordinator, at=at)
    builders.return_for_changes(opened, by=coordinator, at=at)
    assert Return.objects.filter(report=opened, resolved_by=None).count() == 1


def test_a_field_that_was_not_returned_changes_with_a_reason_only(opened, me_officer, coordinator, at):
    """ "Also change": refused without a reason, kept in the revision with one."""
    builders.return_for_changes(opened, by=coordinator, at=at, fields=[Field.RESULTS])
    moved = builders.moved(Milestone.objects.get(task=opened.task), "2021-07-31")
    mended = {"results": "ㅇ 보완함", "plans": "ㅇ 계획도 고침", "milestones": moved}
    builders.write(opened, by=me_officer, at=at, **mended)
    with pytest.raises(Invalid):
        builders.submit(opened, by=me_officer, at=at)
    builders.write(opened, by=me_officer, at=at, **mended, also_reason="일정 오기 발견")
    builders.submit(opened, by=me_officer, at=at)
    assert sent(opened).also_reason == "일정 오기 발견"


def test_a_reason_without_other_changes_is_not_kept(opened, me_officer, coordinator, at):
    builders.return_for_changes(opened, by=coordinator, at=at, fields=[Field.RESULTS])
    moved = builders.moved(Milestone.objects.get(task=opened.task), "2021-07-31")
    builders.write(opened, by=me_officer, at=at, results="ㅇ 보완함", milestones=moved, also_reason="그냥")
    builders.submit(opened, by=me_officer, at=at)
    assert sent(opened).also_reason == ""


def test_the_returned_text_itself_is_no_answer(opened, me_officer, coordinator, at):
    """Without a change there is no draft, so nothing can be sent."""
    builders.return_for_changes(opened, by=coordinator, at=at)
    with pytest.raises(Invalid):
        builders.submit(opened, by=me_officer, at=at)
    assert fresh(opened).state == State.RETURNED


# Accept


@pytest.mark.parametrize("light", ["", "green", "ON_TRACK"])
def test_the_offices_light_is_one_of_the_five(opened, coordinator, at, light):
    with pytest.raises(Invalid) as refused:
        workflow.accept(opened.pk, by=coordinator, at=at, key=key(), version=opened.version, light=light)
    assert list(refused.value.problems) == ["light"]


def test_another_light_than_the_ministrys_needs_a_reason(opened, coordinator, at):
    """The ministry sees it. Beside the ministry's own light there is none: what was typed is refused, not dropped."""
    for reason in ("", "  "):
        with pytest.raises(Invalid) as refused:
            builders.accept(opened, by=coordinator, at=at, light="attention", reason=reason)
        assert list(refused.value.problems) == ["reason"]
    builders.accept(opened, by=coordinator, at=at, light="attention", reason=" 이견이 남음 ")
    now = fresh(opened)
    assert (now.office_light, now.office_reason, sent(opened).light) == ("attention", "이견이 남음", "on_track")
    builders.reopen(opened, by=coordinator, at=at)
    with pytest.raises(Invalid) as refused:
        builders.accept(opened, by=coordinator, at=at, light="on_track", reason="이견이 남음")
    assert list(refused.value.problems) == ["reason"]
    builders.accept(opened, by=coordinator, at=at, light="on_track")
    assert (fresh(opened).office_light, fresh(opened).office_reason) == ("on_track", "")


def test_a_comment_for_a_return_is_not_dropped_by_an_acceptance(opened, coordinator, at):
    """Not even by the very form that was carried out before the comment was written."""
    verdict = {"by": coordinator, "at": at, "key": key(), "version": opened.version, "light": "on_track"}
    with pytest.raises(Invalid) as refused:
        workflow.accept(opened.pk, **verdict, comment=" 기준일을 밝혀 주시기 바람 ")
    assert list(refused.value.problems) == ["comment"]
    workflow.accept(opened.pk, **verdict, comment=" ")
    with pytest.raises(KeyReused):
        workflow.accept(opened.pk, **verdict, comment="기준일")


def test_what_goes_with_an_acceptance_is_not_dropped_by_a_return(opened, coordinator, at):
    """Not even by the very form that was carried out before it was written. Book wording of an acceptance that was
    taken back stands in the form, and is no new text."""
    builders.accept(opened, by=coordinator, at=at, book_text_ko="다듬은 문구")
    builders.reopen(opened, by=coordinator, at=at)
    verdict = {"by": coordinator, "at": at, "key": key(), "version": fresh(opened).version, "comment": "기준일 확인"}
    verdict |= {"due_at": at + timedelta(days=1), "book_text_ko": "다듬은 문구\r\n"}
    for name in ("reason", "book_text_ko", "book_text_en"):
        with pytest.raises(Invalid) as refused:
            workflow.return_for_changes(opened.pk, **verdict | {name: " 다른 글 "})
        assert list(refused.value.problems) == [name]
    workflow.return_for_changes(opened.pk, **verdict)
    assert fresh(opened).book_text_ko == "다듬은 문구"
    with pytest.raises(KeyReused):
        workflow.return_for_changes(opened.pk, **verdict | {"reason": "이견"})


@pytest.mark.parametrize("text", ["가" * 3001, "가\0나"], ids=["3001", "null"])
@pytest.mark.parametrize("name", ["reason", "book_text_ko", "book_text_en"])
def test_the_offices_texts_can_be_stored(opened, coordinator, at, name, text):
    """At most 3,000 characters, whichever form or file they come from."""
    with pytest.raises(Invalid) as refused:
        builders.accept(opened, by=coordinator, at=at, **{"light": "attention", "reason": "왜", name: text})
    assert list(refused.value.problems) == [name]
    builders.accept(opened, by=coordinator, at=at, **{"light": "attention", "reason": "왜", name: "가" * 3000})


def test_a_moved_date_takes_effect_with_the_acceptance(opened, coordinator, at):
    """Not before; and reopening moves it back. The baseline is never moved."""
    milestone, old, new = Milestone.objects.get(task=opened.task), date(2021, 6, 30), date(2021, 7, 31)

    def dates() -> tuple[date, date, bool]:
        milestone.refresh_from_db()
        change = MilestoneChange.objects.get(milestone=milestone)
        return milestone.baseline_on, milestone.current_on, change.applied_event is not None

    assert dates() == (old, old, False)
    receipt = builders.accept(opened, by=coordinator, at=at)
    assert dates() == (old, new, True)
    assert MilestoneChange.objects.get(milestone=milestone).applied_event == receipt.event
    builders.reopen(opened, by=coordinator, at=at)
    assert dates() == (old, old, False)
    builders.accept(opened, by=coordinator, at=at)
    assert dates() == (old, new, True)


def test_a_milestone_is_done_with_the_acceptance(reports, me_officer, coordinator, at):
    report = reports["ME-02"]
    milestone = Milestone.objects.get(task=report.task)
    builders.write(report, by=me_officer, at=at, milestones=builders.done(milestone, "2021-03-02"))
    builders.submit(report, by=me_officer, at=at)
    builders.open_for_review(report, by=coordinator, at=at)
    for step, done_on in ((builders.accept, date(2021, 3, 2)), (builders.reopen, None)):
        step(report, by=coordinator, at=at)
        milestone.refresh_from_db()
        assert (milestone.done_on, milestone.current_on) == (done_on, date(2021, 2, 26))


def test_a_task_is_completed_with_the_acceptance(reports, me_officer, coordinator, at):
    """By the office's light, on the day that the ministry named; the as-of date where it named none."""
    for code, light, completed_on in (
        ("ME-03", "completed", date(2021, 3, 5)),
        ("ME-04", "on_track", date(2021, 3, 12)),
    ):
        report = reports[code]
        builders.write(report, by=me_officer, at=at, light=light, completed_on="2021-03-05")
        builders.submit(report, by=me_officer, at=at)
        builders.open_for_review(report, by=coordinator, at=at)
        assert Task.objects.get(pk=report.task_id).completed_on is None
        why = "" if light == "completed" else "실적 확인"
        builders.accept(report, by=coordinator, at=at, light="completed", reason=why)
        assert Task.objects.get(pk=report.task_id).completed_on == completed_on
        builders.reopen(report, by=coordinator, at=at)
        assert Task.objects.get(pk=report.task_id).completed_on is None


def test_the_office_may_see_a_task_uncompleted(reports, me_officer, coordinator, at):
    """The ministry says completed, the office does not: the task goes on."""
    report = reports["ME-03"]
    builders.write(report, by=me_officer, at=at, light="completed", completed_on="2021-03-05")
    builders.submit(report, by=me_officer, at=at)
    builders.open_for_review(report, by=coordinator, at=at)
    builders.accept(report, by=coordinator, at=at, light="on_track", reason="후속 조치 남음")
    assert Task.objects.get(pk=report.task_id).completed_on is None


def test_reopening_takes_back_only_what_the_acceptance_did(reports, me_officer, coordinator, at):
    """A task that was completed before, and kept on the roster, stays completed."""
    report, day = reports["ME-03"], date(2021, 3, 5)
    Task.objects.filter(pk=report.task_id).update(completed_on=day)
    builders.report_in("accepted", report, officer=me_officer, coordinator=coordinator, at=at)
    builders.reopen(report, by=coordinator, at=at)
    assert Task.objects.get(pk=report.task_id).completed_on == day


# Reopen


def test_reopening_needs_a_reason_and_keeps_the_review_open(opened, coordinator, me_officer, at):
    """Submitted again, without the office's light; still open for review, so it cannot be withdrawn."""
    builders.accept(opened, by=coordinator, at=at, book_text_ko="다듬은 문구")
    for reason in ("", "   ", "가" * 1001, "가\0나"):
        with pytest.raises(Invalid) as refused:
            builders.reopen(opened, by=coordinator, at=at, reason=reason)
        assert list(refused.value.problems) == ["reason"]
    builders.reopen(opened, by=coordinator, at=at, reason="가" * 1000)
    now = fresh(opened)
    assert (now.state, now.accepted, now.office_light) == (State.SUBMITTED, None, "")
    assert now.book_text_ko == "다듬은 문구"  # the office's work is not thrown away
    with pytest.raises(WrongState):
        builders.withdraw(opened, by=me_officer, at=at)
