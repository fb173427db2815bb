"""What a ministry sends: "no change", lateness, numbers, withdrawal, drafts of two people (product.md "The cycle")."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from records.errors import Conflict, Forbidden, Invalid, WrongState
from records.models import Event, Receipt
from tasks import content, workflow
from tasks.models import Draft, Milestone, Report, Return, Revision, State, Submission
from tests import builders
from tests.builders import fresh, key, kst, raw, sent
from tests.cast import DUE

MICROSECOND = timedelta(microseconds=1)


def refusal(report: Report) -> str:
    """The reason why "no change" is not possible, in English; empty when it is."""
    with translation.override("en"):
        return content.unchanged_refusal(Report.objects.with_texts().get(pk=report.pk))


# No change


def test_no_change_sends_the_last_rounds_text_again(reports, me_officer, at):
    """A real answer of its own: the baseline's text, marked, without last round's dates."""
    report = reports["ME-01"]
    builders.submit(report, by=me_officer, at=at, unchanged=True)
    revision, baseline = sent(report), report.baseline
    assert (fresh(report).state, revision.unchanged) == (State.SUBMITTED, True)
    assert [getattr(revision, name) for name in ("light", "progress", "results", "plans", "issues")] == [
        getattr(baseline, name) for name in ("light", "progress", "results", "plans", "issues")
    ]
    assert not Draft.objects.filter(report=report).exists()


REFUSED = {
    "ME-02": "milestone due",  # on 26 February, before the as-of date
    "ME-03": "light",  # the office's *attention* over the ministry's *on track*
    "ME-05": "no earlier report",
    "ME-06": "light",  # the ministry's own *attention*
    "MSIT-02": "no earlier report",
}


@pytest.mark.parametrize("code", ["ME-01", "ME-04", "MSIT-01", "FSC-01", *REFUSED])
def test_no_change_is_refused_with_its_reason(reports, code):
    """ME-04's baseline was never accepted, and still is one."""
    reason = refusal(reports[code])
    assert reason.startswith(REFUSED[code]) if code in REFUSED else reason == ""


def test_no_change_is_refused_by_name_and_the_whole_answer_with_it(reports, me_officer, at):
    """One answer goes whole or not at all; every report that stands in its way is named."""
    chosen = [reports[code] for code in ("ME-01", "ME-02", "ME-05")]
    with pytest.raises(Invalid) as refused:
        builders.submit(*chosen, by=me_officer, at=at, unchanged=True)
    assert sorted(refused.value.problems) == ["ME-02", "ME-05"]
    assert {fresh(report).state for report in chosen} == {State.MISSING}
    builders.submit(reports["ME-01"], by=me_officer, at=at, unchanged=True)  # the control


@pytest.mark.parametrize(
    ("current_on", "done_on", "wanted"),
    [
        (date(2021, 3, 12), None, "milestone due"),  # by the as-of date, that day included
        (date(2021, 3, 13), None, ""),
        (date(2021, 3, 12), date(2021, 3, 5), ""),
    ],
)
def test_a_milestone_due_by_the_as_of_date_forbids_no_change(reports, current_on, done_on, wanted):
    """The as-of date decides, not the clock (16 March)."""
    Milestone.objects.filter(task=reports["ME-02"].task).update(current_on=current_on, done_on=done_on)
    assert refusal(reports["ME-02"])[: len("milestone due")] == wanted


@pytest.mark.parametrize(("shown", "wanted"), [("on_track", ""), ("attention", "light"), ("review_needed", "light")])
def test_a_light_of_worry_last_time_forbids_no_change(reports, shown, wanted):
    """Whoever showed it: the office (ME-03), or the ministry itself though the office shows better (ME-06)."""
    for code in ("ME-03", "ME-06"):
        Report.objects.filter(pk=reports[code].pk).update(baseline_light=shown)
    assert refusal(reports["ME-03"])[:5] == wanted
    assert refusal(reports["ME-06"])[:5] == "light"


def test_a_returned_report_cannot_be_no_change(reports, me_officer, coordinator, at):
    report = reports["ME-01"]
    builders.submit(report, by=me_officer, at=at, unchanged=True)
    builders.open_for_review(report, by=coordinator, at=at)
    assert refusal(report) == ""
    builders.return_for_changes(report, by=coordinator, at=at)
    assert refusal(report) == "returned by the office"
    with pytest.raises(Invalid):
        builders.submit(report, by=me_officer, at=at, unchanged=True)


def test_a_draft_stands_in_the_way_of_no_change(reports, me_officer, at):
    """Nobody's typing is passed over in silence: it is sent, or discarded first."""
    report = reports["ME-01"]
    builders.write(report, by=me_officer, at=at)
    with pytest.raises(Invalid):
        builders.submit(report, by=me_officer, at=at, unchanged=True)
    start = content.start_of(Report.objects.with_texts().get(pk=report.pk))
    workflow.save_draft(report.pk, by=me_officer, at=at, version=fresh(report).version, raw=start)
    assert fresh(report).state == State.MISSING
    builders.submit(report, by=me_officer, at=at, unchanged=True)


# Numbers


def test_each_ministrys_answers_are_numbered_without_gaps(reports, me_officer, msit_officer, at):
    """2-ME-0001: the round, the ministry, its answers in order. Refused ones take no number, withdrawn ones keep it."""
    for code in ("ME-01", "ME-03", "ME-04"):
        builders.write(reports[code], by=me_officer, at=at)
    assert builders.submit(reports["ME-01"], reports["ME-03"], by=me_officer, at=at).number == "2-ME-0001"
    builders.withdraw(reports["ME-01"], by=me_officer, at=at)
    with pytest.raises(Invalid):
        builders.submit(reports["ME-05"], by=me_officer, at=at)
    assert builders.submit(reports["ME-04"], by=me_officer, at=at).number == "2-ME-0002"
    assert builders.submit(reports["MSIT-01"], by=msit_officer, at=at, unchanged=True).number == "2-MSIT-0001"
    assert list(Submission.objects.filter(round__no=2).values_list("number", flat=True).order_by("number")) == [
        "2-ME-0001",
        "2-ME-0002",
        "2-MSIT-0001",
    ]
    assert Receipt.objects.get(number="2-ME-0001").event == Submission.objects.get(number="2-ME-0001").event


# Lateness


@pytest.mark.parametrize(
    ("received", "late_by"),
    [
        (DUE - MICROSECOND, None),
        (DUE, None),  # the due instant is still in time
        (DUE + MICROSECOND, MICROSECOND),
        (DUE + timedelta(days=2), timedelta(days=2)),
    ],
)
def test_late_begins_a_microsecond_after_the_due_instant(reports, me_officer, at, received, late_by):
    """quality.md 8. Past due one may still submit, and the report keeps by how much it was late."""
    builders.write(reports["ME-01"], by=me_officer, at=at)
    builders.submit(reports["ME-01"], by=me_officer, at=received)
    report = fresh(reports["ME-01"])
    assert (report.first_received_at, report.late_by) == (received, late_by)
    assert sent(report).due_then == DUE


def test_a_resubmission_is_judged_by_its_returns_due_time(reports, me_officer, coordinator, at):
    """Lateness is of the first receipt. The revision that mends a return carries the return's due, and resolves it."""
    report, own_due = reports["ME-01"], kst(2021, 3, 22, 12)
    builders.report_in("opened", report, officer=me_officer, coordinator=coordinator, at=at)
    builders.return_for_changes(report, by=coordinator, at=at, due_at=own_due)
    builders.write(report, by=me_officer, at=own_due, results="ㅇ 보완함")
    builders.submit(report, by=me_officer, at=own_due + timedelta(hours=1))
    now, returned = fresh(report), Return.objects.get(report=report)
    assert (now.state, now.first_received_at, now.late_by) == (State.SUBMITTED, at, None)
    assert (sent(report).no, sent(report).due_then) == (2, own_due)
    assert returned.resolved_by == sent(report)


# Withdrawal


def test_withdrawing_makes_the_text_a_draft_again(reports, me_officer, me_officer_2, at):
    """Until the office has opened it; by any officer of the ministry. Nothing is left of the receipt but its record."""
    report = reports["ME-01"]
    builders.write(report, by=me_officer, at=at, progress="40")
    builders.submit(report, by=me_officer, at=DUE + MICROSECOND)
    builders.withdraw(report, by=me_officer_2, at=DUE + 2 * MICROSECOND)
    now = fresh(report)
    assert (now.state, now.current, now.first_received_at, now.late_by) == (State.DRAFT, None, None, None)
    assert now.draft.content == content.tidy(raw(progress="40"))
    assert Revision.objects.filter(report=report).count() == 1
    builders.submit(report, by=me_officer, at=DUE + 3 * MICROSECOND)
    assert (sent(report).no, fresh(report).late_by) == (2, 3 * MICROSECOND)


def test_a_withdrawn_no_change_leaves_nothing(reports, me_officer, at):
    report = reports["ME-01"]
    builders.submit(report, by=me_officer, at=at, unchanged=True)
    builders.withdraw(report, by=me_officer, at=at)
    assert fresh(report).state == State.MISSING
    assert not Draft.objects.filter(report=report).exists()
    builders.submit(report, by=me_officer, at=at, unchanged=True)  # and it can be sent once more


def test_a_withdrawn_resubmission_is_returned_again(reports, me_officer, coordinator, at):
    """The return is open again, the office has the text that it returned, the mended one is the draft."""
    report = reports["ME-01"]
    builders.report_in("mended", report, officer=me_officer, coordinator=coordinator, at=at)
    returned_text, mended = sent(report), Draft.objects.get(report=report).content
    builders.submit(report, by=me_officer, at=at)
    builders.withdraw(report, by=me_officer, at=at)
    now = fresh(report)
    assert (now.state, now.current, now.first_received_at) == (State.RETURNED, returned_text, at)
    assert now.draft.content == mended
    assert Return.objects.get(report=report).resolved_by is None
    builders.submit(report, by=me_officer, at=at)
    assert (fresh(report).state, sent(report).no) == (State.SUBMITTED, 3)


def test_what_the_office_has_opened_stays(reports, me_officer, coordinator, at):
    """Of one answer the rest can still be withdrawn; when nothing is left, it says so."""
    first, second = reports["ME-01"], reports["ME-03"]
    for report in (first, second):
        builders.write(report, by=me_officer, at=at)
    builders.submit(first, second, by=me_officer, at=at)
    builders.open_for_review(first, by=coordinator, at=at)
    builders.withdraw(first, by=me_officer, at=at)
    assert (fresh(first).state, fresh(second).state) == (State.SUBMITTED, State.DRAFT)
    office = [{"ministry": "ME", "role": "officer"}]
    assert Event.objects.latest("pk").data == {"number": "2-ME-0001", "reports": ["ME-03"], "as": office}
    with pytest.raises(WrongState):
        builders.withdraw(first, by=me_officer, at=at)


def test_a_withdrawn_answer_cannot_take_back_the_next_one(reports, me_officer, at):
    """An old page's button names the first submission: the second, sent since, stays."""
    report = reports["ME-01"]
    builders.write(report, by=me_officer, at=at)
    builders.submit(report, by=me_officer, at=at)
    first = builders.submission_of(report)
    builders.withdraw(report, by=me_officer, at=at)
    builders.submit(report, by=me_officer, at=at)
    with pytest.raises(WrongState):
        workflow.withdraw(first, by=me_officer, at=at, key=key())
    assert fresh(report).state == State.SUBMITTED


# One ministry's answer


def test_a_ministry_answers_for_itself_alone(reports, me, msit, me_officer, at):
    """Not even a person who is posted in both puts two ministries into one answer."""
    both = builders.person("both", "officer", me)
    builders.posting(both, "officer", msit)
    with pytest.raises(Forbidden):
        builders.submit(reports["ME-01"], reports["MSIT-01"], by=both, at=at, unchanged=True)
    with pytest.raises(Forbidden):
        builders.submit(reports["MSIT-01"], by=me_officer, at=at, unchanged=True)
    builders.submit(reports["ME-01"], by=both, at=at, unchanged=True)  # the controls: one after the other
    builders.submit(reports["MSIT-01"], by=both, at=at, unchanged=True)


def test_an_empty_or_doubled_answer_is_refused(reports, me_officer, at):
    item = builders.item(reports["ME-01"], unchanged=True)
    for items in ([], [item, item]):
        with pytest.raises(Invalid):
            workflow.submit(items, by=me_officer, at=at, key=key())


def test_an_answer_holds_reports_of_one_round(task_force, reports, me_officer, at):
    items = [builders.item(reports["ME-01"], unchanged=True), builders.item(task_force.first["ME-05"])]
    with pytest.raises(WrongState):
        workflow.submit(items, by=me_officer, at=at, key=key())


def test_a_ministry_does_not_ask_itself(reports, me_officer, at):
    """An issue names other ministries."""
    report = reports["ME-01"]
    builders.write(report, by=me_officer, at=at, **builders.troubled(addressed_to=["ME"]))
    with pytest.raises(Invalid):
        builders.submit(report, by=me_officer, at=at)
    builders.write(report, by=me_officer, at=at, **builders.troubled(addressed_to=["MOTIE", "FSC"]))
    builders.submit(report, by=me_officer, at=at)
    assert [row.addressed_to.code for row in sent(report).requests.all()] == ["MOTIE", "FSC"]


def test_an_answer_names_its_version(reports, me_officer, me_officer_2, at):
    """What was checked is what goes: a report that someone else changed since is not sent unseen."""
    report = reports["ME-01"]
    builders.write(report, by=me_officer, at=at)
    seen = builders.item(report)
    builders.write(report, by=me_officer_2, at=at, results="ㅇ 다른 사람이 고침")
    with pytest.raises(Conflict):
        workflow.submit([seen], by=me_officer, at=at, key=key())
    builders.submit(report, by=me_officer, at=at)


# Two people, one draft


def test_the_second_of_two_is_shown_both_texts(reports, me_officer, me_officer_2, at):
    """Nothing is overwritten silently (quality.md 2)."""
    report = reports["ME-01"]
    seen = fresh(report).version
    workflow.save_draft(report.pk, by=me_officer, at=at, version=seen, raw=raw(results="ㅇ 하늘의 글"))
    with pytest.raises(Conflict) as conflict:
        workflow.save_draft(report.pk, by=me_officer_2, at=at, version=seen, raw=raw(results="ㅇ 바다의 글 "))
    assert conflict.value.mine["results"] == "ㅇ 바다의 글"
    assert conflict.value.theirs["results"] == "ㅇ 하늘의 글"
    assert Draft.objects.get(report=report).content["results"] == "ㅇ 하늘의 글"


def test_the_same_text_twice_is_no_conflict(reports, me_officer, me_officer_2, at):
    """A retried save, or two people with one text: in whatever version it was seen, nothing changes."""
    report = reports["ME-01"]
    builders.write(report, by=me_officer, at=at)
    before = fresh(report).version
    again = workflow.save_draft(report.pk, by=me_officer_2, at=at, version=0, raw=raw())
    assert (again.version, Draft.objects.get(report=report).edited_by) == (before, me_officer)


def test_a_draft_that_cannot_be_stored_is_refused(reports, me_officer, at):
    """quality.md 14: NUL and a megabyte get an answer; what merely cannot be sent yet is kept."""
    report = reports["ME-01"]
    for unstorable in ("가\x00", "가" * 1_000_000):
        with pytest.raises(Invalid):
            builders.write(report, by=me_officer, at=at, results=unstorable)
    builders.write(report, by=me_officer, at=at, results="가" * 3001, light="", progress="많이")
    assert Draft.objects.get(report=report).content["progress"] == "많이"
    with pytest.raises(Invalid):
        builders.submit(report, by=me_officer, at=at)
