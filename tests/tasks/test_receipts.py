"""Doing a verb once (quality.md 3): whatever clicks, retries and tunnels do, one key gives one answer."""

from collections.abc import Callable
from typing import Any

import pytest

from records.errors import Conflict, Forbidden, Invalid, KeyReused
from records.models import Event, Receipt
from tasks import freezing, workflow
from tasks.models import Revision, Round, State
from tests import builders
from tests.builders import fresh, key, kst


@pytest.fixture
def item(reports, me_officer, at) -> workflow.Item:
    """ME-01 with a draft that can be sent."""
    builders.write(reports["ME-01"], by=me_officer, at=at)
    return builders.item(reports["ME-01"])


def test_the_same_form_sent_twice_gives_the_same_receipt(reports, me_officer, at, item):
    """One submission, one revision, one event; the second answer is the first one, though the version is an old one by
    now and whatever the time is."""
    sent = key()
    first = workflow.submit([item], by=me_officer, at=at, key=sent)
    events = Event.objects.count()
    again = workflow.submit([item], by=me_officer, at=kst(2021, 3, 20), key=sent)
    assert (again, again.number) == (first, "2-ME-0001")
    assert Event.objects.count() == events
    assert Revision.objects.filter(report=reports["ME-01"]).count() == 1


def test_the_receipt_can_be_had_again_after_the_freeze(task_force, me_officer, coordinator, at, item):
    """A browser that was offline learns that its answer arrived, not that the round is frozen."""
    sent = key()
    first = workflow.submit([item], by=me_officer, at=at, key=sent)
    builders.freeze(task_force.round_2, by=coordinator, at=at)
    assert workflow.submit([item], by=me_officer, at=at, key=sent) == first


@pytest.mark.parametrize("other", ["letter", "version", "unchanged", "more reports"])
def test_a_key_with_another_body_is_refused(reports, me_officer, at, item, other):
    """422, and nothing is sent twice."""
    sent = key()
    workflow.submit([item], by=me_officer, at=at, key=sent)
    before = Event.objects.count()
    second = {
        "letter": ([item], {"letter_no": "기후경제과-1"}),
        "version": ([workflow.Item(item.report_id, item.version + 1)], {}),
        "unchanged": ([workflow.Item(item.report_id, item.version, unchanged=True)], {}),
        "more reports": ([item, builders.item(reports["MSIT-01"])], {}),
    }
    items, rest = second[other]
    with pytest.raises(KeyReused) as refused:
        workflow.submit(items, by=me_officer, at=at, key=sent, **rest)
    assert refused.value.status == 422
    assert Event.objects.count() == before


def test_a_key_belongs_to_one_verb_on_one_object(reports, me_officer, coordinator, at, item):
    """Another verb, or the same verb on another report, is another form."""
    sent = key()
    workflow.submit([item], by=me_officer, at=at, key=sent)
    with pytest.raises(KeyReused):
        workflow.withdraw(builders.submission_of(reports["ME-01"]), by=me_officer, at=at, key=sent)
    builders.report_in("submitted", reports["ME-03"], officer=me_officer, coordinator=coordinator, at=at)
    opening = key()
    for code, expected in (("ME-01", None), ("ME-03", KeyReused)):
        report = fresh(reports[code])
        call = {"by": coordinator, "at": at, "key": opening, "version": report.version}
        if expected is None:
            workflow.open_for_review(report.pk, **call)
        else:
            with pytest.raises(expected):
                workflow.open_for_review(report.pk, **call)


def test_the_order_of_the_rows_is_no_other_body(reports, me_officer, at, item):
    builders.write(reports["ME-03"], by=me_officer, at=at)
    items, sent = [item, builders.item(reports["ME-03"])], key()
    first = workflow.submit(items, by=me_officer, at=at, key=sent)
    assert workflow.submit(items[::-1], by=me_officer, at=at, key=sent) == first


def test_keys_of_two_people_do_not_meet(reports, me_officer, msit_officer, at, item):
    """Nobody can be kept from sending, or be shown another's receipt, by a key that was guessed or copied."""
    sent = key()
    mine = workflow.submit([item], by=me_officer, at=at, key=sent)
    theirs = builders.item(reports["MSIT-01"], unchanged=True)
    assert workflow.submit([theirs], by=msit_officer, at=at, key=sent) != mine


def test_a_refused_attempt_is_mended_and_sent_under_the_same_key(reports, me_officer, at):
    """A key is consumed only when its verb commits. Each kind of refusal leaves it free."""
    sent, report = key(), reports["ME-01"]
    with pytest.raises(Invalid):
        workflow.submit([builders.item(report)], by=me_officer, at=at, key=sent)  # nothing written yet
    builders.write(report, by=me_officer, at=at)
    stale = workflow.Item(report.pk, 0)
    with pytest.raises(Conflict):
        workflow.submit([stale], by=me_officer, at=at, key=sent)
    with pytest.raises(Forbidden):
        workflow.submit([builders.item(report), builders.item(reports["MSIT-01"])], by=me_officer, at=at, key=sent)
    assert not Receipt.objects.filter(key=sent).exists()
    assert workflow.submit([builders.item(report)], by=me_officer, at=at, key=sent).number == "2-ME-0001"


def test_every_verb_of_the_office_is_done_once(reports, me_officer, coordinator, at):
    """Each sent twice under one key: the same receipt, one step of the version."""
    report = builders.report_in("submitted", reports["ME-01"], officer=me_officer, coordinator=coordinator, at=at)
    steps: tuple[tuple[Callable[..., Receipt], dict[str, Any], State], ...] = (
        (workflow.open_for_review, {}, State.SUBMITTED),
        (workflow.accept, {"light": "on_track"}, State.ACCEPTED),
        (workflow.reopen, {"reason": "오기"}, State.SUBMITTED),
        (workflow.return_for_changes, {"comment": "왜", "due_at": kst(2021, 3, 18)}, State.RETURNED),
    )
    for verb, rest, state in steps:
        version, sent = fresh(report).version, key()
        call = {"by": coordinator, "at": at, "key": sent, "version": version, **rest}
        assert verb(report.pk, **call) == verb(report.pk, **call)
        assert (fresh(report).version, fresh(report).state) == (version + 1, state)


def test_sign_off_and_rounds_are_done_once(task_force, reports, fsc_officer, fsc_approver, coordinator, at):
    builders.write(reports["FSC-01"], by=fsc_officer, at=at)
    for verb, person in ((workflow.ask_sign_off, fsc_officer), (workflow.sign_off, fsc_approver)):
        items, sent = [builders.item(reports["FSC-01"])], key()
        assert verb(items, by=person, at=at, key=sent) == verb(items, by=person, at=at, key=sent)
    round_, sent = task_force.round_2, key()
    head = freezing.head_seq(round_)
    frozen = freezing.freeze(round_.pk, by=coordinator, at=at, key=sent, head_seq=head)
    assert freezing.freeze(round_.pk, by=coordinator, at=at, key=sent, head_seq=head) == frozen
    third, sent = builders.round_(3, opens_at=kst(2021, 6, 1), due_at=kst(2021, 6, 10)), key()
    prepared = workflow.prepare(third.pk, by=coordinator, at=at, key=sent)
    assert workflow.prepare(third.pk, by=coordinator, at=at, key=sent) == prepared
    assert Round.objects.get(no=3).reports.count() == 10
