"""The disk is full while people work (quality.md 15): an error page with the text, nothing half done, and the same form
goes through once there is room."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection

from records.models import Event, Receipt
from tasks.models import Draft, Revision, Submission
from tests import builders, record
from tests.builders import fresh
from tests.pages import filled, page, visitor

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "ㅇ 협의체 2회 개최\n" + "가" * 2900  # more than the free pages of a small database hold


@contextmanager
def no_room_in_sqlite() -> Iterator[None]:
    """SQLite's own limit: the file may not grow by a single page, and answers as on a full disk."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")


@contextmanager
def no_room_in_postgresql() -> Iterator[None]:
    """PostgreSQL cannot be made to run out of disk here: a trigger gives the server's answer, disk_full, instead."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full', MESSAGE = 'could not extend file'; END $$"
        )
        for table in ("tasks_revision", "tasks_draft"):
            cursor.execute(f"CREATE TRIGGER no_room BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION no_room()")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION no_room CASCADE")


@contextmanager
def no_room() -> Iterator[None]:
    with no_room_in_sqlite() if connection.vendor == "sqlite" else no_room_in_postgresql():
        yield


def rows() -> list[int]:
    return [model.objects.count() for model in (Event, Receipt, Submission, Revision, Draft)]


def test_there_is_no_room(task_force, reports, me_officer, at):
    """The control: writing fails as it does on a full disk, with what the engine says then."""

    def write_much() -> None:
        for code in ("ME-01", "ME-02", "ME-03", "ME-04", "ME-05"):
            builders.write(reports[code], by=me_officer, at=at, results=LONG, plans=LONG)

    with no_room(), pytest.raises(OperationalError, match=r"full|extend"):
        write_much()


@pytest.mark.parametrize("button", ["draft", "submit"])
def test_a_full_disk_keeps_the_text_on_the_page(task_force, reports, me_officer, at, domain_time, button):
    report, browser = reports["ME-05"], visitor(me_officer)
    address = f"/reports/{report.pk}/{button}/"
    form = filled(page(browser.get("/my-tasks/")), "/my-tasks/")
    typed = {"results": LONG, "plans": LONG, "issues": LONG, "light": "attention"}
    form |= {f"r{report.pk}-{name}": [text] for name, text in typed.items()}
    if button == "submit":  # the draft is there already: it is the submission that finds no room
        builders.write(report, by=me_officer, at=at, **typed)
        form |= {f"r{report.pk}-version": [str(fresh(report).version)]}
    before, version = rows(), fresh(report).version
    with no_room():
        answer = browser.post(address, form)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        given_back = filled(page(answer), address)
    assert (rows(), fresh(report).version, record.damage()) == (before, version, [])
    assert given_back[f"r{report.pk}-results"] == [LONG.replace("\n", "\r\n")]
    again = browser.post(address, given_back | {"csrfmiddlewaretoken": form["csrfmiddlewaretoken"]})
    assert again.status_code == 302
    assert record.damage() == []
    assert fresh(report).state == ("submitted" if button == "submit" else "draft")
