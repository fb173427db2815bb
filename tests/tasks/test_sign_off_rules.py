"""Sign-off inside a ministry: nobody signs off their own, every edit voids the request (product.md, model.md "SignOff")."""

from datetime import timedelta

import pytest

from ministries.models import User
from records.chain import sha256
from records.errors import Conflict, Forbidden, Invalid, WrongState
from tasks import workflow
from tasks.models import Draft, Report, SignOff, State
from tests import builders
from tests.builders import fresh, key, sent
from tests.cast import DUE


@pytest.fixture
def asked(reports, fsc_officer, at) -> Report:
    """FSC-01, awaiting sign-off."""
    builders.write(reports["FSC-01"], by=fsc_officer, at=at)
    builders.ask_sign_off(reports["FSC-01"], by=fsc_officer, at=at)
    return fresh(reports["FSC-01"])


@pytest.fixture
def both(fsc) -> User:
    """Officer and approver of FSC in one person."""
    person = builders.person("both", "officer", fsc)
    builders.posting(person, "approver", fsc)
    return person


def test_waiting_is_not_submitted(asked):
    """The office has nothing yet."""
    assert (asked.state, asked.current, asked.first_received_at) == (State.AWAITING, None, None)


def test_signing_off_submits(asked, fsc_approver, at):
    """In that moment, with the time at which it was asked; and keeps what was signed, by its hash."""
    digest = sha256(Draft.objects.get(report=asked).content)
    later = at + timedelta(hours=3)
    receipt = builders.sign_off(asked, by=fsc_approver, at=later)
    submission = builders.submission_of(asked)
    assert (receipt.number, submission.by) == ("2-FSC-0001", fsc_approver)
    assert (submission.received_at, submission.approval_asked_at) == (later, at)
    kept = SignOff.objects.get(report=asked)
    assert (kept.decision, kept.draft_sha256, kept.asked_at, kept.at) == ("approved", digest, at, later)
    assert not Draft.objects.filter(report=asked).exists()


def test_asked_in_time_and_signed_off_late_is_late_and_says_so(reports, fsc_officer, fsc_approver):
    """Marked as just that: lateness counts from the receipt, the time of asking stands beside it."""
    report = reports["FSC-01"]
    builders.write(report, by=fsc_officer, at=DUE)
    builders.ask_sign_off(report, by=fsc_officer, at=DUE)
    builders.sign_off(report, by=fsc_approver, at=DUE + timedelta(hours=2))
    assert fresh(report).late_by == timedelta(hours=2)
    assert builders.submission_of(report).approval_asked_at == DUE


@pytest.mark.parametrize("verb", ["sign_off", "send_back"])
def test_nobody_decides_on_what_they_asked_for(reports, both, fsc_approver, at, verb):
    """Another approver may."""
    report = reports["FSC-01"]
    builders.write(report, by=both, at=at)
    builders.ask_sign_off(report, by=both, at=at)
    item = builders.item(report)

    def decide(by: User) -> None:
        if verb == "sign_off":
            workflow.sign_off([item], by=by, at=at, key=key())
        else:
            workflow.send_back(report.pk, by=by, at=at, key=key(), version=item.version, comment="다시")

    with pytest.raises(Forbidden):
        decide(both)
    assert fresh(report).state == State.AWAITING
    decide(fsc_approver)


def test_an_approver_does_not_sign_off_another_ministrys(asked, me, at):
    approver = builders.person("me_approver", "approver", me)
    with pytest.raises(Forbidden):
        builders.sign_off(asked, by=approver, at=at)


def test_an_edit_voids_the_request(asked, fsc_officer, fsc_approver, at):
    """What is signed is what was asked: with the text changed, the approver has nothing to sign until asked again."""
    builders.write(asked, by=fsc_officer, at=at, results="ㅇ 한 번 더 고침")
    draft = Draft.objects.get(report=asked)
    assert (fresh(asked).state, draft.asked_by, draft.asked_at) == (State.DRAFT, None, None)
    with pytest.raises(WrongState):
        builders.sign_off(asked, by=fsc_approver, at=at)
    builders.ask_sign_off(asked, by=fsc_officer, at=at)
    builders.sign_off(asked, by=fsc_approver, at=at)
    assert sent(asked).results == "ㅇ 한 번 더 고침"


def test_what_the_approver_read_is_what_goes(asked, fsc_officer, fsc_approver, at):
    """Edited and asked again while the approver read: the old page signs nothing."""
    seen = builders.item(asked)
    builders.write(asked, by=fsc_officer, at=at, results="ㅇ 한 번 더 고침")
    builders.ask_sign_off(asked, by=fsc_officer, at=at)
    with pytest.raises(Conflict):
        workflow.sign_off([seen], by=fsc_approver, at=at, key=key())


def test_saving_the_same_text_voids_nothing(asked, fsc_officer, at):
    """An officer who only looked, and whose page saved by itself, does not take the request back."""
    builders.write(asked, by=fsc_officer, at=at)
    assert (fresh(asked).state, fresh(asked).version) == (State.AWAITING, asked.version)


def test_a_report_that_breaks_a_rule_cannot_be_asked_for(reports, fsc_officer, at):
    """The approver is shown only what could go."""
    report = reports["FSC-01"]
    builders.write(report, by=fsc_officer, at=at, results="")
    with pytest.raises(Invalid):
        builders.ask_sign_off(report, by=fsc_officer, at=at)
    assert fresh(report).state == State.DRAFT


def test_sending_back_needs_a_comment_and_keeps_it(asked, fsc_approver, at):
    """The text is the officer's draft again."""
    for comment in ("", "  ", "가" * 1001, "가\0나"):
        with pytest.raises(Invalid) as refused:
            workflow.send_back(asked.pk, by=fsc_approver, at=at, key=key(), version=asked.version, comment=comment)
        assert list(refused.value.problems) == ["comment"]
    workflow.send_back(asked.pk, by=fsc_approver, at=at, key=key(), version=asked.version, comment=" 수치 확인 ")
    kept = SignOff.objects.get(report=asked)
    assert (kept.decision, kept.comment, kept.by) == ("sent_back", "수치 확인", fsc_approver)
    assert (fresh(asked).state, Draft.objects.get(report=asked).asked_by) == (State.DRAFT, None)


def test_no_change_goes_through_sign_off_as_no_change(reports, fsc_officer, fsc_approver, at):
    """What was asked as "no change" is signed off as such; sent back, it leaves no draft behind."""
    first, second = reports["FSC-01"], reports["FSC-02"]
    builders.ask_sign_off(first, second, by=fsc_officer, at=at, unchanged=True)
    builders.sign_off(first, by=fsc_approver, at=at)
    assert (fresh(first).state, sent(first).unchanged) == (State.SUBMITTED, True)
    workflow.send_back(second.pk, by=fsc_approver, at=at, key=key(), version=fresh(second).version, comment="다시")
    assert fresh(second).state == State.MISSING
    assert not Draft.objects.filter(report=second).exists()


def test_one_answer_of_several_reports_carries_the_earliest_asking(reports, fsc_officer, fsc_approver, at):
    first, second = reports["FSC-01"], reports["FSC-02"]
    for report, moment in ((second, at), (first, at + timedelta(hours=1))):
        builders.write(report, by=fsc_officer, at=moment)
        builders.ask_sign_off(report, by=fsc_officer, at=moment)
    builders.sign_off(first, second, by=fsc_approver, at=at + timedelta(hours=2))
    submission = builders.submission_of(first)
    assert submission == builders.submission_of(second)
    assert submission.approval_asked_at == at


def test_a_mended_return_goes_through_sign_off_again(reports, fsc_officer, fsc_approver, coordinator, at):
    """Sent back, it is returned still, not a first draft."""
    report = reports["FSC-01"]
    people = {"officer": fsc_officer, "approver": fsc_approver, "coordinator": coordinator}
    builders.report_in("awaiting_again", report, at=at, **people)
    workflow.send_back(report.pk, by=fsc_approver, at=at, key=key(), version=fresh(report).version, comment="더")
    assert fresh(report).state == State.RETURNED
    builders.ask_sign_off(report, by=fsc_officer, at=at)
    builders.sign_off(report, by=fsc_approver, at=at)
    assert (fresh(report).state, sent(report).no) == (State.SUBMITTED, 2)
    assert report.returns.get().resolved_by == fresh(report).current


def test_a_ministry_works_in_one_way(reports, me_officer, fsc_officer, at):
    """With sign-off nobody submits past the approver; without it there is nobody to ask: 409, nothing was done."""
    builders.write(reports["FSC-01"], by=fsc_officer, at=at)
    builders.write(reports["ME-01"], by=me_officer, at=at)
    with pytest.raises(workflow.Switched):
        builders.submit(reports["FSC-01"], by=fsc_officer, at=at)
    with pytest.raises(workflow.Switched):
        builders.ask_sign_off(reports["ME-01"], by=me_officer, at=at)
