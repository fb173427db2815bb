"""첨부: coming to a draft and leaving it, going out with a text, read where the text is read (quality.md 13, 15, 21)."""

import io
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client
from pytest_django.fixtures import Settings

from records.chain import sha256
from records.errors import Conflict, Forbidden, Frozen, Invalid, WrongState
from records.models import Event, Receipt, Seal
from tasks import content, files, freezing, uploads, workflow
from tasks.models import Attached, Attachment, Draft, Report, State
from tests import builders, documents
from tests.builders import fresh, kst
from tests.pages import HTMX, filled, page, visitor
from tests.tasks.test_races import at_once, kinds

LIST = "/my-tasks/?ministry=ME&open=ME-01"


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: datetime, settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"


@pytest.fixture
def officer(me_officer) -> Client:
    return visitor(me_officer)


def on_disk(settings: Settings) -> set[str]:
    return {path.name for path in Path(settings.FILES_ROOT).rglob("*") if path.is_file()}


def attached(report: Report) -> list[str]:
    """The ids that the draft carries."""
    draft = Draft.objects.filter(report=report).first()
    return list(draft.content["attachments"]) if draft else []


# The verbs


def test_a_file_makes_a_draft_and_its_removal_unmakes_it(reports, me_officer, at, settings):
    """Neither leaves an event or a receipt; the file itself is left to the sweep."""
    report, before = reports["ME-01"], (Event.objects.count(), Receipt.objects.count())
    made = builders.attach(report, by=me_officer, at=at)
    assert (fresh(report).state, attached(report)) == (State.DRAFT, [str(made.pk)])
    assert (made.name, made.kind, made.size) == ("근거.pdf", "pdf", len(documents.PDF))
    workflow.detach(made, by=me_officer, at=at, version=fresh(report).version)
    assert (fresh(report).state, attached(report)) == (State.MISSING, [])
    assert not Attachment.objects.exists()
    assert on_disk(settings) == {made.token.hex}
    assert (Event.objects.count(), Receipt.objects.count()) == before


def test_typing_never_takes_a_file_away(reports, me_officer, at):
    """A text without its files, as every form sends it, keeps them."""
    report = reports["ME-01"]
    made = builders.attach(report, by=me_officer, at=at)
    builders.write(report, by=me_officer, at=at, results="ㅇ 다시 씀")
    builders.write(report, by=me_officer, at=at, attachments=["999"])
    assert attached(report) == [str(made.pk)]


def test_another_version_is_a_conflict_and_keeps_no_file(reports, me_officer, at, settings):
    """Two officers attach to what both of them saw."""
    report, version = reports["ME-01"], fresh(reports["ME-01"]).version
    workflow.attach(report.pk, by=me_officer, at=at, version=version, file=io.BytesIO(documents.PDF), name="1.pdf")
    with pytest.raises(Conflict):
        workflow.attach(report.pk, by=me_officer, at=at, version=version, file=io.BytesIO(documents.JPG), name="2.jpg")
    made = Attachment.objects.get()
    assert on_disk(settings) == {made.token.hex}
    with pytest.raises(Conflict):
        workflow.detach(made, by=me_officer, at=at, version=version)
    assert attached(report) == [str(made.pk)]


def test_the_same_file_again_changes_nothing(reports, me_officer, at, settings):
    """A form that came twice."""
    made = builders.attach(reports["ME-01"], by=me_officer, at=at)
    version = fresh(reports["ME-01"]).version
    assert builders.attach(reports["ME-01"], by=me_officer, at=at) == made
    assert fresh(reports["ME-01"]).version == version
    assert on_disk(settings) == {made.token.hex}


def test_the_eleventh_file_is_refused(reports, me_officer, at, settings):
    for number in range(10):
        builders.attach(reports["ME-01"], by=me_officer, at=at, name=f"{number}.pdf")
    with pytest.raises(Invalid):
        builders.attach(reports["ME-01"], by=me_officer, at=at, name="11.pdf")
    assert (len(attached(reports["ME-01"])), Attachment.objects.count(), len(on_disk(settings))) == (10, 10, 10)


def test_a_row_that_cannot_be_written_leaves_no_file(reports, me_officer, at, settings, monkeypatch):
    """The database refuses the row: a kind that is longer than its column, or a constraint."""
    builders.attach(reports["ME-01"], by=me_officer, at=at)
    taken, stored = Attachment.objects.get(), on_disk(settings)
    monkeypatch.setattr(Attachment, "save", lambda self, **more: _twice(self, taken))
    with pytest.raises(DatabaseError):
        builders.attach(reports["ME-01"], by=me_officer, at=at, name="2.jpg", file=documents.JPG)
    assert on_disk(settings) == stored


def _twice(row: Attachment, taken: Attachment) -> None:
    """Insert it really, over the primary key of another one."""
    row.pk = taken.pk
    row.save_base(force_insert=True)


@pytest.mark.parametrize("place", ["submitted", "opened", "accepted"])
def test_what_was_sent_takes_no_file_and_gives_none_back(reports, me_officer, coordinator, at, place, settings):
    report = reports["ME-01"]
    made = builders.attach(report, by=me_officer, at=at)
    builders.report_in(place, report, officer=me_officer, coordinator=coordinator, at=at)
    with pytest.raises(WrongState):
        builders.attach(report, by=me_officer, at=at, name="2.jpg", file=documents.JPG)
    with pytest.raises(WrongState):
        workflow.detach(made, by=me_officer, at=at, version=fresh(report).version)
    assert on_disk(settings) == {made.token.hex}
    assert [row.attachment for row in Attached.objects.all()] == [made]


def test_a_frozen_round_takes_no_file_and_gives_none_back(reports, me_officer, coordinator, at, round_2, settings):
    made = builders.attach(reports["ME-01"], by=me_officer, at=at)
    builders.freeze(round_2, by=coordinator, at=at)
    with pytest.raises(Frozen):
        builders.attach(reports["ME-01"], by=me_officer, at=at, name="2.jpg", file=documents.JPG)
    with pytest.raises(Frozen):
        workflow.detach(made, by=me_officer, at=at, version=fresh(reports["ME-01"]).version)
    assert on_disk(settings) == {made.token.hex}


def test_only_the_lead_attaches(reports, motie_officer, at, settings):
    with pytest.raises(Forbidden):
        builders.attach(reports["ME-01"], by=motie_officer, at=at)
    assert on_disk(settings) == set()


def test_a_returned_report_starts_with_what_was_sent(reports, me_officer, coordinator, at):
    """Removing a sent file only leaves it out of the next text; an own reason is asked for unless it was returned."""
    report = reports["ME-01"]
    sent = builders.attach(report, by=me_officer, at=at)
    builders.report_in("opened", report, officer=me_officer, coordinator=coordinator, at=at)
    builders.return_for_changes(report, by=coordinator, at=at, fields=["attachments"])
    assert content.start_of(fresh(report))["attachments"] == [str(sent.pk)]
    added = builders.attach(report, by=me_officer, at=at, name="2.jpg", file=documents.JPG)
    workflow.detach(sent, by=me_officer, at=at, version=fresh(report).version)
    builders.submit(report, by=me_officer, at=at)
    assert [[row.attachment for row in text.attached.all()] for text in report.revisions.order_by("no")] == [
        [sent],
        [added],
    ]


def test_what_is_withdrawn_comes_back_with_its_files(reports, me_officer, at):
    report = reports["ME-01"]
    made = builders.attach(report, by=me_officer, at=at)
    builders.submit(report, by=me_officer, at=at)
    builders.withdraw(report, by=me_officer, at=at)
    assert attached(report) == [str(made.pk)]
    workflow.detach(made, by=me_officer, at=at, version=fresh(report).version)
    assert Attachment.objects.get() == made, "the withdrawn text still carries it"


def test_attaching_voids_a_request_for_sign_off(reports, fsc_officer, at):
    report = reports["FSC-01"]
    builders.write(report, by=fsc_officer, at=at)
    builders.ask_sign_off(report, by=fsc_officer, at=at)
    builders.attach(report, by=fsc_officer, at=at)
    assert fresh(report).state == State.DRAFT


def test_the_next_round_starts_without_files(task_force, reports, me_officer, coordinator, at, round_2):
    """And "no change" carries none."""
    report = reports["ME-01"]
    builders.attach(report, by=me_officer, at=at)
    builders.report_in("accepted", report, officer=me_officer, coordinator=coordinator, at=at)
    builders.freeze(round_2, by=coordinator, at=at)
    later = builders.round_(3, as_of=date(2021, 6, 4), opens_at=kst(2021, 6, 1), due_at=kst(2021, 6, 10))
    following = builders.prepare(later, by=coordinator)["ME-01"]
    assert content.start_of(fresh(following))["attachments"] == []
    builders.submit(following, by=me_officer, at=kst(2021, 6, 2), unchanged=True)
    assert not builders.sent(following).attached.exists()


# The seal


def test_the_seal_names_what_was_attached(reports, me_officer, at, round_2, coordinator):
    made = builders.attach(reports["ME-01"], by=me_officer, at=at)
    builders.submit(reports["ME-01"], by=me_officer, at=at)
    builders.freeze(round_2, by=coordinator, at=at)
    seal = Seal.objects.get(stream__key=round_2.stream_key)
    (entry,) = [row for row in seal.manifest["reports"] if row["task"] == "ME-01"]
    assert entry["revision"]["attachments"] == [{"name": made.name, "size": made.size, "sha256": made.sha256}]
    assert (seal.format, seal.manifest["format"], seal.root) == (2, 2, sha256(freezing.manifest(round_2, seal.format)))


def test_seals_from_before_attachments_are_made_again_as_they_were(round_1):
    """Format 1 had no attachments; its root from before they came stands here."""
    old = freezing.manifest(round_1, 1)
    assert old["format"] == 1
    assert all("attachments" not in row["revision"] for row in old["reports"] if row["revision"])
    new = freezing.manifest(round_1, 2)
    for row in new["reports"]:
        if row["revision"]:
            assert row["revision"].pop("attachments") == []
    assert new | {"format": 1} == old


# The page


def typed(officer: Client, report: Report, **more: Any) -> dict[str, Any]:
    """The whole list's form with another text in one row, and with files where they are named."""
    whole: dict[str, Any] = dict(filled(page(officer.get(LIST)), "/my-tasks/"))
    return whole | {f"r{report.pk}-{name}": value for name, value in ({"results": "ㅇ 쓰던 글"} | more).items()}


def pdf(name: str = "근거.pdf", content: bytes = documents.PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/html")


def test_attaching_without_a_script_keeps_all_that_was_typed(officer, reports):
    report, other = reports["ME-01"], reports["ME-04"]
    form = typed(officer, report, file=[pdf(), pdf("2.jpg", documents.JPG)]) | {f"r{other.pk}-results": "ㅇ 딴 줄"}
    answer = officer.post(f"/reports/{report.pk}/attachments/", form)
    assert answer.headers["Location"].endswith("open=ME-01#ME-01")
    assert [row.name for row in report.attachments.all()] == ["근거.pdf", "2.jpg"]
    assert [row.content["results"] for row in Draft.objects.order_by("report__task__code")] == [
        "ㅇ 쓰던 글",
        "ㅇ 딴 줄",
    ]
    found = page(officer.get(LIST))
    for row in report.attachments.all():
        assert found.all("a", href=f"/attachments/{row.token}/")
        assert found.all("button", formaction=f"/attachments/{row.token}/remove/")


@pytest.mark.parametrize("address", ["/my-tasks/", "/reports/{}/draft/", "/reports/{}/submit/"])
def test_a_chosen_file_is_attached_by_whatever_button_is_pressed(officer, reports, address):
    report = reports["ME-01"]
    answer = officer.post(address.format(report.pk), typed(officer, report, file=pdf()))
    assert answer.status_code == 302
    assert report.attachments.get().name == "근거.pdf"


def test_removing_without_a_script_keeps_all_that_was_typed(officer, reports, me_officer, at):
    made = builders.attach(reports["ME-01"], by=me_officer, at=at)
    answer = officer.post(f"/attachments/{made.token}/remove/", typed(officer, reports["ME-01"]))
    assert (answer.status_code, attached(reports["ME-01"])) == (302, [])
    assert Draft.objects.get().content["results"] == "ㅇ 쓰던 글"


HOSTILE = {
    "a program": pdf("계획.pdf", documents.EXE),
    "svg": pdf("그림.svg", documents.SVG),
    "html": pdf("안내.html", documents.HTML),
    "double ending": pdf("계획.pdf.exe"),
    "a bomb": pdf("표.xlsx", documents.bomb()),
    "21 MB": pdf("큰 파일.pdf", documents.PDF + bytes(21 * 1024 * 1024)),
    "empty": pdf("빈 파일.pdf", b""),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_refused_file_leaves_the_text_saved_and_says_why(officer, reports, what, settings):
    report, upload = reports["ME-01"], HOSTILE[what]
    upload.seek(0)
    answer = officer.post(f"/reports/{report.pk}/attachments/", typed(officer, report, file=upload))
    found = page(answer)
    assert answer.status_code == 422
    error = found.one("p", id=f"r{report.pk}-attachments-error").text
    assert error.startswith(str(upload.name)), error
    assert found.one("textarea", id=f"r{report.pk}-results").raw_text.strip() == "ㅇ 쓰던 글"
    assert Draft.objects.get().content["results"] == "ㅇ 쓰던 글"
    assert on_disk(settings) == set()


def test_of_several_files_the_good_ones_are_kept(officer, reports):
    form = typed(officer, reports["ME-01"], file=[pdf(), pdf("a.exe", documents.EXE)])
    answer = officer.post(f"/reports/{reports['ME-01'].pk}/attachments/", form)
    assert answer.status_code == 422
    assert reports["ME-01"].attachments.get().name == "근거.pdf"


def test_no_file_was_chosen(officer, reports):
    answer = officer.post(f"/reports/{reports['ME-01'].pk}/attachments/", typed(officer, reports["ME-01"]))
    assert answer.status_code == 422
    assert "Choose a file first." in page(answer).one("p", id=f"r{reports['ME-01'].pk}-attachments-error").text


@pytest.mark.parametrize(
    "name",
    ["../../../x.pdf", "a\\..\\b.pdf", 'a"; filename="b.pdf', "가" * 400 + ".pdf", "a%0d%0aX: 1.pdf", "a\x00.pdf"],
)
def test_hostile_names_never_break_a_page_or_a_header(officer, reports, name):
    """Neither on the way in nor on the way out."""
    report = reports["ME-01"]
    answer = officer.post(
        f"/reports/{report.pk}/attachments/", typed(officer, report, file=pdf("x.pdf", documents.PDF))
    )
    assert answer.status_code == 302
    made = report.attachments.get()
    boundary = "xyz"
    body = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"{extra}\r\n\r\n'.encode() + value + b"\r\n"
        for field, extra, value in (
            (f"r{report.pk}-version", "", str(fresh(report).version).encode()),
            (f"r{report.pk}-file", f'; filename="{name}"', documents.JPG),
        )
    )
    raw = officer.post(
        f"/reports/{report.pk}/attachments/",
        body + f"--{boundary}--\r\n".encode(),
        content_type=f"multipart/form-data; boundary={boundary}",
    )
    assert raw.status_code in (302, 400, 422)
    download = officer.get(f"/attachments/{made.token}/")
    assert "\r" not in download.headers["Content-Disposition"]


def test_under_htmx_only_what_stands_around_the_form_comes_back(officer, reports):
    report = reports["ME-01"]
    prefix = f"r{report.pk}-"
    row = {name: value for name, value in typed(officer, report, file=pdf()).items() if name.startswith(prefix)}
    answer = officer.post(f"/reports/{report.pk}/attachments/", row, headers=HTMX)
    found = page(answer)
    assert answer.status_code == 200
    assert found.one("ul", id=f"files-{report.pk}")["hx-swap-oob"] == "true"
    assert found.one("input", id=f"version-{report.pk}")["value"] == str(fresh(report).version)
    assert not found.all("textarea")
    refused = officer.post(
        f"/reports/{report.pk}/attachments/", row | {f"{prefix}file": pdf("a.exe", documents.EXE)}, headers=HTMX
    )
    assert refused.status_code == 422
    assert "a.exe" in page(refused).one("p", id=f"{prefix}attachments-error").text


def test_a_conflict_of_texts_keeps_both_and_attaches_nothing(officer, reports, me_officer_2, at, settings):
    form = typed(officer, reports["ME-01"], file=pdf())
    builders.write(reports["ME-01"], by=me_officer_2, at=at, results="ㅇ 먼저 저장한 글")
    answer = officer.post(f"/reports/{reports['ME-01'].pk}/attachments/", form)
    assert answer.status_code == 409
    assert "ㅇ 쓰던 글" in answer.content.decode()
    assert on_disk(settings) == set()


# No room


@contextmanager
def full_disk(left: int) -> Iterator[None]:
    """The kernel lets no file grow beyond so many bytes; the database's own stay below."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (left, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("in_memory", [0, 20_000_000], ids=["while it arrives", "while it is stored"])
def test_a_full_disk_is_an_error_page_with_the_text_kept(officer, reports, settings, monkeypatch, in_memory):
    """quality.md 15: no row without its file, no file without its row."""
    monkeypatch.setattr(uploads, "IN_MEMORY", in_memory or uploads.IN_MEMORY)
    report, form = (
        reports["ME-01"],
        typed(officer, reports["ME-01"], file=pdf("큰.pdf", documents.PDF + bytes(19_000_000))),
    )
    with full_disk(15_000_000):
        answer = officer.post(f"/reports/{report.pk}/attachments/", form)
    assert answer.status_code == 507
    found = page(answer)
    assert "no room" in found.one("p", id=f"r{report.pk}-attachments-error").text
    assert found.one("textarea", id=f"r{report.pk}-results").raw_text.strip() == "ㅇ 쓰던 글"
    assert Draft.objects.get().content["results"] == "ㅇ 쓰던 글"
    assert not Attachment.objects.exists()
    assert on_disk(settings) == set()


def test_a_scanner_that_is_away_keeps_the_text_too(officer, reports, settings):
    settings.SCAN_COMMAND = "/nowhere/scan {path}"
    answer = officer.post(f"/reports/{reports['ME-01'].pk}/attachments/", typed(officer, reports["ME-01"], file=pdf()))
    assert answer.status_code == 507
    assert Draft.objects.get().content["results"] == "ㅇ 쓰던 글"
    assert not Attachment.objects.exists()


# Reading


def test_a_download_is_the_same_bytes_and_never_a_page(officer, reports, me_officer, at):
    made = builders.attach(reports["ME-01"], by=me_officer, at=at, name="2021년 계획 (안).pdf")
    answer = officer.get(f"/attachments/{made.token}/")
    assert b"".join(answer.streaming_content) == documents.PDF
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''2021%EB%85%84%20")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "no-store, private"


def test_a_file_that_is_gone_is_a_page_that_says_so(officer, reports, me_officer, at, caplog):
    made = builders.attach(reports["ME-01"], by=me_officer, at=at)
    files.path_of(made.token).unlink()
    answer = officer.get(f"/attachments/{made.token}/")
    assert answer.status_code == 410
    assert "it is in the backup" in answer.content.decode()
    assert str(made.token) in caplog.text


def test_what_was_withdrawn_is_the_ministrys_own_again(reports, me_officer, coordinator, at):
    made = builders.attach(reports["ME-06"], by=me_officer, at=at)
    builders.write(reports["ME-06"], by=me_officer, at=at)
    builders.submit(reports["ME-06"], by=me_officer, at=at)
    office = visitor(coordinator)
    assert office.get(f"/attachments/{made.token}/").status_code == 200
    builders.withdraw(reports["ME-06"], by=me_officer, at=at)
    assert office.get(f"/attachments/{made.token}/").status_code == 404
    assert visitor(me_officer).get(f"/attachments/{made.token}/").status_code == 200


def test_a_draft_after_a_return_shows_its_new_file_to_nobody_else(reports, me_officer, coordinator, at):
    report = reports["ME-01"]
    sent = builders.attach(report, by=me_officer, at=at)
    builders.report_in("returned", report, officer=me_officer, coordinator=coordinator, at=at)
    added = builders.attach(report, by=me_officer, at=at, name="2.jpg", file=documents.JPG)
    office = visitor(coordinator)
    assert [office.get(f"/attachments/{row.token}/").status_code for row in (sent, added)] == [200, 404]
    assert "2.jpg" not in office.get(f"/review/{report.pk}/").content.decode()


def test_files_stand_wherever_the_text_stands(officer, reports, me_officer, coordinator, at):
    report = reports["ME-01"]
    made = builders.attach(report, by=me_officer, at=at)
    assert made.name in page(officer.get("/my-tasks/check/?ministry=ME")).one("section", aria_labelledby="c1").text
    assert made.name in officer.get(f"/reports/{report.pk}/").content.decode()
    builders.submit(report, by=me_officer, at=at)
    builders.open_for_review(report, by=coordinator, at=at)
    link, office = f'href="/attachments/{made.token}/"', visitor(coordinator)
    for browser, address in (
        (office, f"/review/{report.pk}/"),
        (office, f"/review/{report.pk}/?against=text"),
        (office, f"/reports/{report.pk}/"),
        (officer, "/my-tasks/?ministry=ME"),
    ):
        assert link in browser.get(address).content.decode(), address
    receipt = officer.get(f"/submissions/{builders.submission_of(report).number}/").content.decode()
    assert f"{made.name} · " in receipt
    assert made.sha256[:8] in receipt


@pytest.mark.django_db(transaction=True)
def test_of_two_who_attach_at_once_one_wins(reports, me_officer, me_officer_2, at, settings):
    """In threads on the real engine, over the version that both of them saw: one file, one conflict, no stray file."""
    report = reports["ME-01"]
    for turn in range(3):
        version, before = fresh(report).version, len(attached(report))
        calls = [
            partial(
                workflow.attach, report.pk, by=by, at=at, version=version,
                file=io.BytesIO(documents.PDF + str((turn, by.pk)).encode()), name=f"{turn}-{by.pk}.pdf",
            )
            for by in (me_officer, me_officer_2)
        ]  # fmt: skip
        assert kinds(at_once(*calls)) == ["Conflict", "Report"]
        assert len(attached(report)) == before + 1
    assert on_disk(settings) == {row.token.hex for row in Attachment.objects.all()}
