"""Final documents that were given out: kept once, with their hash, and answered with whatever is corrected later."""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import make_dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation

from meetings.documents import keeping, making
from meetings.documents.making import Wanted
from meetings.models import DocumentKind, KeptDocument, Meeting
from records.errors import Forbidden, WrongState
from records.models import Event
from records.verify import Run
from tests import builders
from tests.cast import TaskForce
from tests.meetings import book_scene
from tests.meetings.book_scene import again, content, held, keep
from tests.pages import page, visitor

pytestmark = pytest.mark.either

BOOK, TABLES, OUTCOME, LETTER = (
    DocumentKind.BOOK,
    DocumentKind.TABLES,
    DocumentKind.OUTCOME,
    DocumentKind.LETTER,
)


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: datetime) -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def draft(task_force: TaskForce, at: datetime) -> Meeting:
    """The second meeting, with ME and MSIT invited, while its round is collected."""
    book_scene.write_round(task_force, at)
    return book_scene.meeting(2, task_force.round_2)


@pytest.fixture
def final(draft: Meeting, task_force: TaskForce, at: datetime) -> Meeting:
    builders.freeze(task_force.round_2, by=task_force.people["coordinator"], at=at)
    return again(draft)


def test_what_was_given_out_stays_the_same_after_a_correction(final, task_force, at):
    office, wanted = visitor(task_force.people["coordinator"]), Wanted(BOOK, final, "ko")
    keep(wanted, "hwpx", task_force, at)
    row = KeptDocument.objects.get()
    given = content(office.get("/meetings/2/book.hwpx?language=ko"))
    assert (hashlib.sha256(given).hexdigest(), len(given)) == (row.sha256, row.size)
    assert row.root == making.root_of(wanted)
    book_scene.correct(task_force, at + timedelta(hours=1))
    assert content(office.get("/meetings/2/book.hwpx?language=ko")) == given
    assert "1 correction was approved since" in office.get("/meetings/2/documents/?language=ko").content.decode()
    keep(wanted, "hwpx", task_force, at + timedelta(hours=2))
    newer = content(office.get("/meetings/2/book.hwpx?language=ko"))
    assert newer != given
    assert content(office.get(f"/documents/{row.token}/")) == given, "the older one is still to be had"
    assert [one.pk for one in keeping.of_meeting(final)] == [KeptDocument.objects.latest("pk").pk, row.pk]


@pytest.mark.parametrize(("kind", "ending"), [(BOOK, "hwpx"), (BOOK, "pdf"), (TABLES, "xlsx")])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_what_says_the_same_is_not_kept_twice(final, task_force, at, kind, ending, language):
    """Whenever it is made: the moment of the making is no reason for another version."""
    wanted = Wanted(kind, final, language)
    assert keep(wanted, ending, task_force, at) is not None
    assert keep(wanted, ending, task_force, at + timedelta(days=1)) is None
    assert (
        keep(Wanted(kind, again(final), language), ending, task_force, at + timedelta(days=2), "coordinator_2") is None
    )
    assert KeptDocument.objects.count() == 1
    assert Event.objects.filter(verb="keep_document").count() == 1


def test_a_field_that_says_nothing_is_no_part_of_what_is_said(final, task_force, at):
    """What was kept before blocks had one more field is kept no second time; nor what was kept by a digest of all."""
    made = making.compose(Wanted(BOOK, final, "ko"), user=task_force.people["coordinator"], at=at)
    grown = make_dataclass(
        "Document", [("more", str, "")], bases=(type(made),), frozen=True, namespace={"__module__": "later"}
    )
    assert making.digest(grown(**vars(made))) == making.digest(made)
    assert making.digest(grown(**vars(made), more="말")) != making.digest(made)
    of_all = hashlib.sha256(repr(made).encode("utf-8", "replace")).hexdigest()
    assert making.says_the_same(of_all, made)
    assert not making.says_the_same("", made)


def test_of_two_who_keep_the_same_at_once_one_does(final, task_force, at, monkeypatch):
    """Another press was faster while this one was making its file: judged again under the lock, no file is left."""
    from pathlib import Path

    from django.conf import settings

    wanted, write, others = Wanted(BOOK, final, "ko"), making.write, [at]
    before = {path.name for path in Path(settings.FILES_ROOT).rglob("*") if path.is_file()}

    def overtaken(made: making.Made, ending: str) -> bytes:
        if others:
            keep(wanted, ending, task_force, others.pop() + timedelta(seconds=1), "coordinator_2")
        return write(made, ending)

    monkeypatch.setattr(making, "write", overtaken)
    assert keep(wanted, "hwpx", task_force, at) is None
    row = KeptDocument.objects.get()
    assert row.by == task_force.people["coordinator_2"]
    assert Event.objects.filter(verb="keep_document").count() == 1
    left = {path.name for path in Path(settings.FILES_ROOT).rglob("*") if path.is_file()}
    assert left - before == {row.token.hex}


def test_keeping_leaves_one_event_with_the_hash_and_the_record_verifies(final, task_force, at):
    keep(Wanted(BOOK, final, "ko"), "hwpx", task_force, at)
    keep(Wanted(TABLES, final, "en"), "xlsx", task_force, at)
    rows = list(KeptDocument.objects.order_by("pk"))
    events = list(Event.objects.filter(verb="keep_document").order_by("seq"))
    assert [event.data["sha256"] for event in events] == [row.sha256 for row in rows]
    run = Run(every=True)
    list(run.walk())
    assert run.findings == []


@pytest.mark.parametrize("harm", ["altered", "gone"])
def test_a_kept_file_that_is_not_what_was_given_out_is_named(final, task_force, at, harm):
    from tasks.files import path_of

    keep(Wanted(BOOK, final, "ko"), "hwpx", task_force, at)
    row = KeptDocument.objects.get()
    if harm == "gone":
        path_of(row.token).unlink()
    else:
        path_of(row.token).write_bytes(b"another")
    run = Run(only=final.stream_key)
    list(run.walk())
    assert [finding.kind for finding in run.findings] == ["meetings.keptdocument"]


def test_nothing_is_kept_of_what_is_not_final_or_by_anybody_else(draft, task_force, at):
    with pytest.raises(WrongState):
        keep(Wanted(BOOK, draft, "ko"), "hwpx", task_force, at)
    with pytest.raises(WrongState):
        keep(Wanted(OUTCOME, draft, "ko"), "hwpx", task_force, at)
    with pytest.raises(Forbidden):
        keep(Wanted(BOOK, draft, "ko"), "hwpx", task_force, at, "reader")
    answer = post(visitor(task_force.people["coordinator"]), "book")
    assert answer.status_code == 409
    assert "not frozen yet" in answer.content.decode()
    assert not KeptDocument.objects.exists()


def post(browser: Client, kind: str, **more: Any) -> Any:
    given = {"kind": kind, "language": "ko", "key": str(builders.key())}
    return browser.post("/meetings/2/documents/keep/", given | more)


def test_the_button_keeps_every_format_once_and_says_so(final, task_force):
    browser, key = visitor(task_force.people["coordinator"]), str(builders.key())
    for _twice in range(2):
        assert post(browser, "book", key=key).status_code == 302
    assert sorted(KeptDocument.objects.values_list("format", flat=True)) == ["hwpx", "pdf"]
    found = page(browser.get("/meetings/2/documents/?language=ko"))
    listed = found.one("table", class_="tb stack named kept")
    assert len(listed.all("tr")) == 3
    assert all(row.sha256 in listed.text for row in KeptDocument.objects.all())
    for kind in ("nothing", "letter", ""):
        assert post(browser, kind).status_code == 404


def test_a_letter_is_kept_for_its_decision_and_read_by_those_it_names(draft, task_force, at):
    decided = held(draft, task_force, at)["action"]
    book_scene.confirmed(draft, by=task_force.people["coordinator"], at=at)
    assert post(visitor(task_force.people["coordinator"]), "letter", decision=decided.pk).status_code == 302
    row = KeptDocument.objects.get(format="hwpx")
    assert row.decision == decided
    statuses = {
        who: visitor(task_force.people[who]).get(f"/documents/{row.token}/").status_code
        for who in ("me_officer", "msit_officer", "reader", "fsc_officer")
    }
    assert statuses == {"me_officer": 200, "msit_officer": 200, "reader": 404, "fsc_officer": 404}


def test_a_file_that_is_gone_from_the_disk_is_told_of(final, task_force, at):
    from tasks.files import path_of

    keep(Wanted(BOOK, final, "ko"), "hwpx", task_force, at)
    path_of(KeptDocument.objects.get().token).unlink()
    assert visitor(task_force.people["reader"]).get("/meetings/2/book.hwpx?language=ko").status_code == 410


def test_a_refused_keeping_leaves_no_file(final, task_force, at, monkeypatch):
    """The meeting was cancelled between the page and the press."""
    from pathlib import Path

    from django.conf import settings

    Meeting.objects.filter(pk=final.pk).update(cancelled_at=at)
    before = set(Path(settings.FILES_ROOT).rglob("*"))
    with pytest.raises(WrongState):
        keep(Wanted(BOOK, final, "ko"), "hwpx", task_force, at)
    assert {path for path in Path(settings.FILES_ROOT).rglob("*") if path.is_file()} <= before


def test_the_command_keeps_book_and_tables_outside_of_a_request(final, task_force):
    said = io.StringIO()
    call_command("keep_documents", "2", "--by", "coordinator", stdout=said)
    kept = {(row.kind, row.format, row.language) for row in KeptDocument.objects.all()}
    books = {("book", ending, language) for ending in ("hwpx", "pdf") for language in ("ko", "en")}
    assert kept == books | {("tables", "xlsx", "ko"), ("tables", "xlsx", "en")}
    call_command("keep_documents", "2", "--by", "coordinator", stdout=said)
    assert KeptDocument.objects.count() == 6
    for arguments in (["2", "--by", "reader"], ["7", "--by", "coordinator"], ["2", "--by", "nobody"]):
        with pytest.raises(CommandError):
            call_command("keep_documents", *arguments)


def test_the_command_keeps_no_draft(draft):
    with pytest.raises(CommandError, match="not frozen yet"):
        call_command("keep_documents", "2", "--by", "coordinator")
