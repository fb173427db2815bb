"""Papers: who adds them until when, in versions; what no paper can be; who reads them, before the agenda is shown and
after."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.utils import translation
from pytest_django.fixtures import Settings

from meetings import agenda, workflow
from meetings.models import AgendaItem, Meeting, Paper
from ministries.models import Ministry, User
from records.errors import Forbidden, Invalid, WrongState
from tasks import files, uploads
from tests import builders, documents
from tests.builders import key
from tests.cast import TaskForce
from tests.pages import filled, page, visitor

from . import agenda_scene as scene

pytestmark = pytest.mark.django_db
SECOND = documents.PDF + b"%\n"


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: datetime, settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.FILES_ROOT = tmp_path / "files"
    with translation.override("en"):
        yield


@pytest.fixture
def meeting(task_force: TaskForce, coordinator: User, me: Ministry, msit: Ministry, at: datetime) -> Meeting:
    return scene.meeting(task_force.round_2, me, msit, by=coordinator, at=at)


@pytest.fixture
def item(meeting: Meeting, coordinator: User, at: datetime) -> AgendaItem:
    """Presented by ME, about a task of MSIT as well."""
    return scene.add(meeting, by=coordinator, at=at, presenter="ME", tasks=("ME-01", "MSIT-01"))


def on_disk(settings: Settings) -> set[str]:
    return {path.name for path in Path(settings.FILES_ROOT).rglob("*") if path.is_file()}


# Versions and deadlines


def test_versions_count_for_each_ministry(item, meeting, me, msit, me_officer, msit_officer, coordinator, at, settings):
    scene.paper(item, me, by=me_officer, at=at)
    second = scene.paper(item, me, by=me_officer, at=at, content=SECOND)
    scene.paper(item, msit, by=msit_officer, at=at)
    scene.paper(item, by=coordinator, at=at)
    scene.paper(item, by=coordinator, at=at, content=SECOND)
    rows = [(row.ministry and row.ministry.code, row.no) for row in item.papers.order_by("pk")]
    assert rows == [("ME", 1), ("ME", 2), ("MSIT", 1), (None, 1), (None, 2)]
    assert (second.name, second.kind, second.size) == ("발표자료.pdf", "pdf", len(SECOND))
    current = {(row.ministry and row.ministry.code, row.no) for row in Paper.objects.current()}
    assert current == {("ME", 2), ("MSIT", 1), (None, 2)}
    assert on_disk(settings) == {row.token.hex for row in item.papers.all()}, "older versions stay"
    assert scene.differences(meeting) == []


def test_another_name_is_another_paper(item, me, me_officer, at, settings):
    """Neither hides the other: only what has the same name is a version of it."""
    for name, content in (("발표.pdf", documents.PDF), ("부록.pdf", documents.PDF), ("발표.pdf", SECOND)):
        scene.paper(item, me, by=me_officer, at=at, name=name, content=content)
    assert list(item.papers.order_by("pk").values_list("name", "no")) == [
        ("발표.pdf", 1),
        ("부록.pdf", 2),
        ("발표.pdf", 3),
    ]
    assert set(Paper.objects.current().values_list("name", "no")) == {("발표.pdf", 3), ("부록.pdf", 2)}
    entry = agenda.read(item.meeting, user=me_officer, at=at).entries[0]
    assert {paper.no for paper in entry.papers} == {2, 3}


def test_a_file_can_be_the_next_version_under_another_name(item, me, me_officer, at, settings, meeting):
    first = scene.paper(item, me, by=me_officer, at=at, name="발표.pdf")
    second = scene.paper(item, me, by=me_officer, at=at, name="발표_최종.pdf", content=SECOND, replaces=first)
    assert (second.name, second.no) == ("발표.pdf", 2)
    assert list(Paper.objects.current()) == [second]
    assert scene.differences(meeting) == []


def test_what_cannot_be_replaced(item, me, msit, me_officer, msit_officer, at, settings):
    """Another ministry's paper, and one of another kind: a table would be called a text."""
    theirs = scene.paper(item, msit, by=msit_officer, at=at)
    own = scene.paper(item, me, by=me_officer, at=at, name="발표.pdf")
    for replaced, content, name, said in (
        (theirs, SECOND, "발표.pdf", "Choose one of the papers"),
        (own, documents.png(), "표.png", "발표.pdf is a file of another kind"),
    ):
        with pytest.raises(Invalid) as refusal:
            scene.paper(item, me, by=me_officer, at=at, content=content, name=name, replaces=replaced)
        assert refusal.value.problems["replaces"][0].startswith(said)
    assert len(on_disk(settings)) == 2


def test_the_very_same_file_is_no_new_version(item, me, me_officer, at, settings):
    scene.paper(item, me, by=me_officer, at=at)
    with pytest.raises(Invalid) as refusal:
        scene.paper(item, me, by=me_officer, at=at)
    assert refusal.value.problems == {"file": ["This very file is there already, as version 1."]}
    assert len(on_disk(settings)) == 1


def test_a_double_click_adds_one_paper_and_one_file(item, me, me_officer, at, settings):
    sent: dict[str, Any] = {"ministry": me.pk, "by": me_officer, "at": at, "key": key(), "name": "자료.pdf"}
    for _click in range(2):
        workflow.add_paper(item.pk, file=io.BytesIO(documents.PDF), **sent)
    assert item.papers.count() == len(on_disk(settings)) == 1


def test_a_paper_after_the_due_time_is_late_by_a_microsecond(item, me, me_officer, coordinator, at):
    assert not scene.paper(item, me, by=me_officer, at=scene.DUE).late
    assert scene.paper(item, me, by=me_officer, at=scene.DUE + timedelta(microseconds=1), content=SECOND).late
    assert scene.paper(item, by=coordinator, at=scene.CLOSES).late


def test_after_the_agenda_closed_the_office_alone_adds_papers(item, me, me_officer, coordinator):
    after = scene.CLOSES + timedelta(microseconds=1)
    scene.paper(item, me, by=me_officer, at=scene.CLOSES)
    with pytest.raises(WrongState, match="closed"):
        scene.paper(item, me, by=me_officer, at=after, content=SECOND)
    scene.paper(item, by=coordinator, at=after)


def test_nobody_adds_in_anothers_name_or_to_what_they_do_not_see(
    item, meeting, me, fsc, me_officer, fsc_officer, coordinator, at, settings
):
    for by, ministry in ((me_officer, None), (fsc_officer, me), (coordinator, me), (fsc_officer, fsc)):
        with pytest.raises(Forbidden):
            scene.paper(item, ministry, by=by, at=at)
    office = scene.add(meeting, "국조실 안건", by=coordinator, at=at)
    with pytest.raises(Forbidden):
        scene.paper(office, me, by=me_officer, at=at)
    assert on_disk(settings) == set(), "what was refused leaves no file"


# What no paper can be


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "빈.pdf"),
        (documents.EXE, "실행.pdf"),
        (documents.SVG, "그림.svg"),
        (documents.HTML, "자료.html"),
        (documents.HTML, "자료.pdf"),
        (documents.docx(), "자료.docx"),
        (documents.bomb(), "폭탄.xlsx"),
        (documents.PDF, "자료.exe"),
    ],
)
def test_a_hostile_file_is_refused_at_its_field(item, me, me_officer, at, settings, content, name):
    with pytest.raises(Invalid) as refusal:
        scene.paper(item, me, by=me_officer, at=at, content=content, name=name)
    assert refusal.value.problems.keys() == {"file"}
    assert on_disk(settings) == set()
    assert not Paper.objects.exists()


def test_a_scanner_that_does_not_answer_keeps_nothing(item, me, me_officer, at, settings):
    settings.SCAN_COMMAND = "/nowhere/scan {path}"
    with pytest.raises(files.NotKept):
        scene.paper(item, me, by=me_officer, at=at)
    assert on_disk(settings) == set()


def test_no_row_no_file(item, me, me_officer, at, settings, monkeypatch):
    def fail(*_args: Any, **_more: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(Paper, "save", fail)
    with pytest.raises(DatabaseError):
        scene.paper(item, me, by=me_officer, at=at)
    assert on_disk(settings) == set()


def test_the_sweep_spares_papers(item, me, me_officer, at, settings):
    """The control: without its declaration in `stored.py` the file would go."""
    made = scene.paper(item, me, by=me_officer, at=at)
    orphan = files.path_of(builders.key())
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"x")
    assert files.sweep_files(older_than=timedelta(seconds=-1)) == 1
    assert on_disk(settings) == {made.token.hex}


# The page


def upload(content: bytes = documents.PDF, name: str = "자료.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_an_officer_adds_a_paper_and_reads_its_versions(item, me_officer, at):
    browser, address = visitor(me_officer), f"/meetings/2/items/{item.pk}/"
    form = filled(page(browser.get(address)), f"{address}papers/")
    assert form["ministry"] == ["ME"]
    for content in (documents.PDF, SECOND):
        form["key"] = [str(key())]
        answer = browser.post(f"{address}papers/", form | {"file": upload(content)})
        assert (answer.status_code, answer["Location"]) == (302, address)
    shown = page(browser.get(address))
    assert shown.one("section", aria_labelledby="papers").one("summary").text == "1 earlier version"
    assert [row.no for row in Paper.objects.order_by("pk")] == [1, 2]


def test_the_page_lists_each_paper_and_offers_its_next_version(
    item, me, msit, me_officer, msit_officer, coordinator, at
):
    scene.paper(item, me, by=me_officer, at=at, name="발표.pdf")
    scene.paper(item, msit, by=msit_officer, at=at, name="남의 자료.pdf")
    browser, address = visitor(me_officer), f"/meetings/2/items/{item.pk}/"
    form = filled(page(browser.get(address)), f"{address}papers/")
    browser.post(f"{address}papers/", form | {"file": upload(name="부록.pdf")})
    shown = page(browser.get(address))
    offered = [option.text for option in shown.one("select", id="paper-replaces").all("option")]
    assert offered == ["another paper", "version 2 of 발표.pdf", "version 2 of 부록.pdf"]
    seen_by_office = page(visitor(coordinator).get(address))
    assert "발표.pdf" in seen_by_office.one("main").text
    assert not seen_by_office.all("select", id="paper-replaces"), "each replaces its own"
    first = Paper.objects.get(name="발표.pdf")
    sent = filled(shown, f"{address}papers/") | {"replaces": [str(first.token)]}
    browser.post(f"{address}papers/", sent | {"file": upload(SECOND, "발표(수정).pdf")})
    assert Paper.objects.filter(name="발표.pdf", ministry=me).count() == 2
    refused = browser.post(f"{address}papers/", sent | {"key": [str(key())], "replaces": ["x"], "file": upload(SECOND)})
    assert refused.status_code == 422
    assert page(refused).one("a", href="#paper-replaces").text.startswith("This file is: Choose one of the papers")


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({}, 422, "Choose a file first."),
        ({"file": ("자료.pdf", documents.EXE)}, 422, "자료.pdf"),
        ({"file": ("자료.pdf", b"%PDF-" + b"x" * 2000)}, 422, "larger than"),
    ],
)
def test_a_refused_paper_says_why_at_its_field(item, me_officer, settings, monkeypatch, sent, status, said):
    monkeypatch.setattr(uploads, "FILE_LIMIT", 1500)
    posted = {name: upload(content, called) for name, (called, content) in sent.items()}
    address = f"/meetings/2/items/{item.pk}/papers/"
    answer = visitor(me_officer).post(address, {"ministry": "ME", "key": str(key())} | posted)
    assert answer.status_code == status
    assert said in page(answer).one("p", id="file-error").text
    assert page(answer).one("input", id="paper-file")["aria-describedby"] == "file-error"
    assert on_disk(settings) == set()


def test_no_room_is_507(item, me_officer, settings):
    settings.FILES_ROOT.parent.joinpath("files").write_bytes(b"a file where a folder should be")
    answer = visitor(me_officer).post(
        f"/meetings/2/items/{item.pk}/papers/", {"ministry": "ME", "key": str(key()), "file": upload()}
    )
    assert answer.status_code == 507
    settings.FILES_ROOT.unlink()


def test_a_paper_is_saved_and_never_shown_by_the_browser(item, me, me_officer, at):
    made = scene.paper(item, me, by=me_officer, at=at, name="발표 자료.pdf")
    answer: Any = visitor(me_officer).get(f"/papers/{made.token}/")
    assert b"".join(answer.streaming_content) == documents.PDF
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_after_the_agenda_closed_the_page_says_so(item, meeting, me_officer, at):
    Meeting.objects.filter(pk=meeting.pk).update(agenda_closes_at=at - timedelta(minutes=1))
    browser, address = visitor(me_officer), f"/meetings/2/items/{item.pk}/"
    shown = page(browser.get(address))
    assert not shown.all("input", type="file")
    assert any("The agenda closed" in row.text for row in shown.all("p", class_="note-box"))
    posted = {"ministry": "ME", "key": str(key()), "file": upload()}
    assert browser.post(f"{address}papers/", posted).status_code == 409


# Who reads what


@pytest.fixture
def everybodys(
    item: AgendaItem,
    me: Ministry,
    msit: Ministry,
    me_officer: User,
    msit_officer: User,
    coordinator: User,
    at: datetime,
) -> dict[str, Paper]:
    return {
        "ME": scene.paper(item, me, by=me_officer, at=at),
        "MSIT": scene.paper(item, msit, by=msit_officer, at=at),
        "office": scene.paper(item, by=coordinator, at=at),
    }


BEFORE = {
    "me_officer": {"ME", "office"},
    "msit_officer": {"MSIT", "office"},
    "fsc_officer": set(),
    "reader": set(),
    "coordinator": {"ME", "MSIT", "office"},
}
AFTER = BEFORE | {name: {"ME", "MSIT", "office"} for name in ("me_officer", "msit_officer", "reader")}


@pytest.mark.parametrize("shown", [False, True], ids=["before it is shown", "shown"])
def test_who_reads_which_papers(everybodys, meeting, task_force, coordinator, at, shown):
    """On the page and by its address: what the one does not list, the other does not give."""
    if shown:
        scene.show(meeting, by=coordinator, at=at)
    item = everybodys["ME"].item_id
    for name, wanted in (AFTER if shown else BEFORE).items():
        browser = visitor(task_force.people[name])
        given = {whose for whose, row in everybodys.items() if browser.get(f"/papers/{row.token}/").status_code == 200}
        assert given == wanted, name
        answer = browser.get(f"/meetings/2/items/{item}/")
        assert answer.status_code == (200 if wanted else 404), name
        listed = {whose for whose, row in everybodys.items() if f"/papers/{row.token}/" in answer.content.decode()}
        assert listed == wanted, name
