"""What the admin leaves in the record: records are to be looked at, what has some is not deleted, each change is an event."""

from datetime import date, datetime
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from ministries import working_days
from ministries.models import Ministry, SpecialDay, User
from records.chain import event_hash
from records.models import Stream
from tasks.models import Report, Task
from tests import builders
from tests.cast import TaskForce

from .common import address, end, ends, events, fields_of, rename, rows, said, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("task_force", "domain_time")]

READ_ONLY = (
    "records_stream",
    "records_event",
    "records_receipt",
    "records_seal",
    "tasks_report",
    "tasks_submission",
    "tasks_assignment",
    "ministries_delegation",
    "outbox_notice",
)

# The record is to be looked at


@pytest.mark.parametrize("name", READ_ONLY)
def test_records_are_read_only(admin_client: Client, task_force: TaskForce, at: datetime, name: str) -> None:
    officer = task_force.people["me_officer"]
    builders.assign({"ME-01": officer.postings.get()}, task_force.ministries["ME"], by=officer, at=at)
    builders.deputise(officer, task_force.people["me_officer_2"], at=at)
    model = next(m for m in admin.site._registry if f"{m._meta.app_label}_{m._meta.model_name}" == name)
    row, before = model._default_manager.first(), model._default_manager.count()
    assert row is not None
    assert admin_client.get(address(f"{name}_change", row.pk)).status_code == 200
    for page in (address(f"{name}_add"), address(f"{name}_change", row.pk), address(f"{name}_delete", row.pk)):
        assert admin_client.post(page, {"post": "yes", "key": "changed"}).status_code == 403
    listed = admin_client.post(
        address(f"{name}_changelist"), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    )
    assert listed.status_code == 200  # the list, unmoved: it has no actions
    assert model._default_manager.count() == before


def test_no_word_of_a_report_is_shown(admin_client: Client, reports: dict[str, Report]) -> None:
    """Not its texts, its lights, its drafts; not the manifest of a seal, nor what events of a round say."""
    Report.objects.filter(pk=reports["ME-01"].pk).update(book_text_ko="비밀 문구", office_reason="비밀 사유")
    builders.write(reports["ME-01"], by=User.objects.get(username="me_officer"), at=builders.kst(2021, 3, 16, 13))
    shown = ""
    for name in (*READ_ONLY, "tasks_round"):
        model = next(m for m in admin.site._registry if f"{m._meta.app_label}_{m._meta.model_name}" == name)
        shown += admin_client.get(address(f"{name}_changelist")).content.decode()
        for row in model._default_manager.all():
            shown += admin_client.get(address(f"{name}_change", row.pk)).content.decode()
    assert "ME-01" in shown
    for secret in ("비밀", "추진계획을 세우고", "ㅇ ", "attention", "on_track", "Attention", "manifest"):
        assert secret not in shown, secret


# Deleting


@pytest.mark.parametrize(
    ("name", "which", "reasons", "instead"),
    [
        ("ministries_ministry", {"code": "ME"}, ["Leads: 6", "Postings: 2"], "day of its abolition"),
        ("ministries_user", {"username": "me_officer"}, ["Postings: 1", "Events: "], "can no longer sign in"),
        ("tasks_task", {"code": "ME-01"}, ["Status reports: 2"], "Its reports stay"),
        ("tasks_sector", {"code": "CCU"}, ["Tasks: 1"], ""),
    ],
)
def test_deleting_what_has_records_is_refused_with_the_reason(
    admin_client: Client, name: str, which: dict[str, str], reasons: list[str], instead: str
) -> None:
    model = next(m for m in admin.site._registry if f"{m._meta.app_label}_{m._meta.model_name}" == name)
    row = model._default_manager.get(**which)
    ticked = {"action": "delete_selected", "_selected_action": [row.pk], "index": "0"}
    for response in (
        admin_client.get(address(f"{name}_delete", row.pk)),
        admin_client.post(address(f"{name}_delete", row.pk), {"post": "yes"}),
        admin_client.post(address(f"{name}_changelist"), ticked),
        admin_client.post(address(f"{name}_changelist"), ticked | {"post": "yes"}),
    ):
        page = words(response)
        for reason in (*reasons, instead):
            assert reason in page
    assert model._default_manager.filter(pk=row.pk).exists()
    assert events() == []


def test_refusing_many_names_each(admin_client: Client, task_force: TaskForce) -> None:
    unused = builders.ministry("NEW")
    ticked = [unused.pk, task_force.ministries["ME"].pk, task_force.ministries["MOTIE"].pk]
    sent = {"action": "delete_selected", "_selected_action": ticked, "post": "yes"}
    page = words(admin_client.post(address("ministries_ministry_changelist"), sent))
    assert "Nothing was deleted" in page
    assert "Ministry of Environment (ME) Status reports: 1" in page
    assert "(NEW)" not in page
    assert Ministry.objects.filter(pk=unused.pk).exists()


def test_what_nobody_needs_can_be_deleted(admin_client: Client) -> None:
    unused = builders.ministry("NEW")
    deleted = admin_client.post(address("ministries_ministry_delete", unused.pk), {"post": "yes"})
    assert deleted.status_code == 302
    assert not Ministry.objects.filter(code="NEW").exists()
    [event] = events("reference_deleted")
    assert (event.object_id, said(event)) == (str(unused.pk), {"object": "NEW"})


# What is left in the record


def test_changes_leave_events_in_a_chain(admin_client: Client, administrator: User, at: datetime) -> None:
    sector = Task.objects.get(code="ME-01").sector
    page = address("tasks_sector_change", sector.pk)
    sent = fields_of(admin_client.get(page))
    assert admin_client.post(page, sent).status_code == 302  # nothing changed: no event
    assert events() == []
    admin_client.post(page, sent | {"name_en": "Cross-cutting"})
    new = {"code": "X", "order": "99", "name_ko": "새", "name_en": "New", "verified": "B"}
    admin_client.post(address("tasks_sector_add"), new)
    changed, added = events()
    assert (changed.verb, changed.data["fields"], changed.at) == ("reference_changed", ["name_en"], at)
    assert (added.verb, added.seq, added.prev_hash) == ("reference_added", 2, changed.hash)
    assert {changed.actor, added.actor} == {administrator}
    assert added.hash == event_hash(added, "reference")
    assert Stream.objects.get(key="reference").head_seq == 2


def test_special_days_are_kept_and_recorded(admin_client: Client) -> None:
    """A declared holiday, corrected and deleted again: each time the calendar obeys at once, and an event says so."""
    page, day = address("ministries_specialday_add"), date(2021, 3, 19)
    sent = {"day": "2021-03-19", "name_ko": "임시공휴일", "name_en": "Special holiday"}
    assert admin_client.post(page, sent).status_code == 302
    assert not working_days.calendar().is_working_day(day)
    assert admin_client.post(page, sent).status_code == 200, "one row for a day"
    row = SpecialDay.objects.get()
    change = address("ministries_specialday_change", row.pk)
    admin_client.post(change, fields_of(admin_client.get(change)) | {"is_working_day": "on"})
    assert working_days.calendar().is_working_day(day)
    listed = words(admin_client.get(address("ministries_specialday_changelist") + "?when=ahead"))
    assert "Fri 19 Mar 2021임시공휴일Special holidayworking day" in listed, "with what it would be without the row"
    assert rows(admin_client.get(address("ministries_specialday_changelist") + "?when=past")) == []
    admin_client.post(address("ministries_specialday_delete", row.pk), {"post": "yes"})
    verbs = ["reference_added", "reference_changed", "reference_deleted"]
    assert [(event.verb, event.data["object"]) for event in events()] == [
        (verb, "2021-03-19 임시공휴일") for verb in verbs
    ]


def test_refused_form_leaves_no_event(admin_client: Client) -> None:
    assert admin_client.post(address("tasks_sector_add"), {"code": "X"}).status_code == 200
    assert events() == []


def test_no_event_no_change(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both stand in one transaction: where the event cannot be written, the change is not made either."""

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("no event")

    monkeypatch.setattr("records.admin.append", broken)
    unused = builders.ministry("NEW")
    with pytest.raises(RuntimeError, match="no event"):
        rename(admin_client, unused, "2021-03-20", confirmed="1")
    with pytest.raises(RuntimeError, match="no event"):
        end(admin_client, ["reader"], "end_today", confirmed="1")
    sent = {"action": "delete_selected", "_selected_action": [unused.pk], "post": "yes"}
    with pytest.raises(RuntimeError, match="no event"):
        admin_client.post(address("ministries_ministry_changelist"), sent)
    assert unused.names.count() == 1
    assert ends("reader") == [None]
