"""What verbs owe: to whom, once, and only if they are done."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction

from outbox import owing
from outbox.models import Notice, Purpose
from records.errors import Invalid
from records.models import Seal
from tasks import recipients, workflow
from tests import builders
from tests.builders import kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]


def owed() -> set[tuple[str, str]]:
    """Purpose and person of everything that is owed."""
    rows = Notice.objects.select_related("to", "ministry")
    return {(row.purpose, row.to.username if row.to else str(row.ministry)) for row in rows}


def test_the_receipt_goes_to_the_sender(reports, me_officer, at):
    receipt = builders.submit(reports["ME-01"], by=me_officer, at=at, unchanged=True)
    notice = Notice.objects.get()
    assert (notice.purpose, notice.to, notice.about) == ("receipt", me_officer, f"submission/{receipt.number}")
    assert notice.owed_at == at
    assert [row["code"] for row in notice.facts["reports"]] == ["ME-01"]


def test_sign_off_is_asked_for_and_its_receipt_goes_to_both(reports, fsc_officer, fsc_approver, at):
    builders.write(reports["FSC-01"], by=fsc_officer, at=at)
    builders.ask_sign_off(reports["FSC-01"], by=fsc_officer, at=at)
    assert owed() == {("sign_off_asked", "fsc_approver")}
    builders.sign_off(reports["FSC-01"], by=fsc_approver, at=at)
    assert owed() == {("sign_off_asked", "fsc_approver"), ("receipt", "fsc_approver"), ("receipt", "fsc_officer")}


def test_what_is_sent_back_goes_to_who_asked_each_time(reports, fsc, fsc_officer, fsc_approver, at):
    builders.person("fsc_officer_2", "officer", fsc)
    for _ in range(2):
        builders.write(reports["FSC-01"], by=fsc_officer, at=at, results=f"ㅇ 고침 {_}")
        builders.ask_sign_off(reports["FSC-01"], by=fsc_officer, at=at)
        version = builders.fresh(reports["FSC-01"]).version
        workflow.send_back(
            reports["FSC-01"].pk, by=fsc_approver, at=at, key=builders.key(), version=version, comment="근거?"
        )
    assert [row.to for row in Notice.objects.filter(purpose="sent_back")] == [fsc_officer] * 2
    assert Notice.objects.filter(purpose="sign_off_asked", to=fsc_approver).count() == 2


def test_a_return_and_a_reopening_go_to_all_officers_of_the_lead(reports, me_officer, me_officer_2, coordinator, at):
    office = {"officer": me_officer, "coordinator": coordinator, "at": at}
    builders.report_in("returned", reports["ME-01"], **office)
    builders.report_in("accepted", reports["ME-03"], **office)
    Notice.objects.filter(purpose="receipt").delete()
    assert owed() == {("returned", "me_officer"), ("returned", "me_officer_2")}, "accepting owes nothing"
    builders.reopen(reports["ME-03"], by=coordinator, at=at)
    assert owed() >= {("reopened", "me_officer"), ("reopened", "me_officer_2")}
    assert Notice.objects.count() == 4


def test_withdrawing_tells_the_sender_if_someone_else_did_it(reports, me_officer, me_officer_2, at):
    for code, by in (("ME-01", me_officer), ("ME-03", me_officer_2)):
        builders.write(reports[code], by=me_officer, at=at)
        builders.submit(reports[code], by=me_officer, at=at)
        builders.withdraw(reports[code], by=by, at=at)
    assert [row.to for row in Notice.objects.filter(purpose="withdrawn")] == [me_officer]


def test_the_freeze_tells_everyone_once_with_the_roots_beginning(round_2, coordinator, me, at):
    builders.posting(coordinator, "officer", me)  # twice in the round, told once
    builders.freeze(round_2, by=coordinator, at=at)
    people = {"me_officer", "me_officer_2", "msit_officer", "fsc_officer", "fsc_approver", "coordinator"}
    assert owed() == {("frozen", name) for name in people | {"coordinator_2"}}
    assert {row.facts["root"] for row in Notice.objects.all()} == {Seal.objects.get(stream__key="round/2").root[:8]}


def test_who_has_gone_gets_nothing_and_the_ministry_does(reports, me, me_officer, me_officer_2, coordinator, at):
    """Nobody is posted any more: the mail is owed to the ministry, whose fall-back contact it goes to."""
    builders.write(reports["ME-01"], by=me_officer, at=at)
    builders.submit(reports["ME-01"], by=me_officer, at=at)
    builders.open_for_review(reports["ME-01"], by=coordinator, at=at)
    me_officer.postings.update(ends_on=kst(2021, 3, 15).date())
    me_officer_2.is_active = False
    me_officer_2.save()
    assert recipients.officers(me.pk, at=at) == set()
    builders.return_for_changes(reports["ME-01"], by=coordinator, at=at)
    assert owed() == {("receipt", "me_officer"), ("returned", "ME")}


def test_a_refused_verb_owes_nothing(reports, me_officer, at):
    with pytest.raises(Invalid):
        builders.submit(reports["ME-01"], by=me_officer, at=at)
    assert not Notice.objects.exists()


def test_a_verb_that_fails_after_owing_owes_nothing(reports, me_officer, at, monkeypatch):
    monkeypatch.setattr("records.receipts.Receipt.objects.create", lambda **_columns: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        builders.submit(reports["ME-01"], by=me_officer, at=at, unchanged=True)
    assert not Notice.objects.exists()


def owe(person: Any, about: str = "submission/2-ME-0001") -> None:
    owing.owe(Purpose.RECEIPT, [person.pk], about=about, facts={"number": "1"}, at=kst(2021, 3, 16))


def test_owing_twice_is_owing_once(me_officer, me_officer_2):
    for about in ("submission/1", "submission/1", "submission/2"):
        owe(me_officer, about)
        owe(me_officer_2, about)
    assert Notice.objects.count() == 4


def test_the_database_itself_keeps_it_to_one(me_officer, me):
    for twin in ({"to": me_officer}, {"to": None, "ministry": me}):
        row = {"purpose": "receipt", "about": "submission/2-ME-0001", "facts": {}, "owed_at": kst(2021, 3, 16)}
        Notice.objects.create(**row, **twin)
        with pytest.raises(IntegrityError), transaction.atomic():
            Notice.objects.create(**row, **twin)


def test_a_mail_is_owed_to_somebody():
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(purpose="receipt", about="x", facts={}, owed_at=kst(2021, 3, 16))


@pytest.mark.django_db(transaction=True)
def test_owing_needs_the_transaction_of_a_verb(me_officer):
    with pytest.raises(transaction.TransactionManagementError):
        owe(me_officer)


def race(person: Any) -> list[str]:
    """Two transactions owe the same at once; the names of what they raised."""
    barrier = threading.Barrier(2)

    def one() -> str:
        try:
            barrier.wait(10)
            with transaction.atomic():
                owe(person)
        except IntegrityError as error:
            return type(error).__name__
        else:
            return ""
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        return sorted(future.result(20) for future in [pool.submit(one) for _ in range(2)])


@pytest.mark.django_db(transaction=True)
def test_two_verbs_at_once_owe_one_mail(me_officer):
    assert race(me_officer) == ["", ""]
    assert Notice.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_passing_over_twins_the_second_verb_fails(me_officer, monkeypatch):
    """The control: the constraint alone keeps the count right, but at the price of a verb."""
    real = Notice.objects.bulk_create
    monkeypatch.setattr(Notice.objects, "bulk_create", lambda rows, **_more: real(rows))
    assert race(me_officer) == ["", "IntegrityError"]
    assert Notice.objects.count() == 1
