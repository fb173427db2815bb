"""Hostile and unlucky input: a clear answer, never a 500, nothing lost (quality.md 14, 18, 20). Both engines."""

import time
import unicodedata
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from ministries.models import MinistryName
from tasks.models import Draft, Report, Submission
from tests import builders
from tests.builders import fresh, kst
from tests.cast import TaskForce
from tests.pages import HTMX, Fields, filled, page, visitor

TEXTS = ("results", "plans", "issues", "also_reason", "progress", "completed_on", "light", "addressed_to")
MEGABYTE = "가" * 350_000  # as UTF-8
STRANGE = {
    "emoji": "🌱👩‍👩‍👧‍👦🇰🇷",
    "right to left": "\u202eabc\u200f",
    "private use": "\ue000\U0010ffff",
    "control": "\x01\x07\x1b[31m",
    "old Hangul": "ᄒᆞᆫ글",
    "zero width": "a\u200bb\ufeff",
    "sql": "'; DROP TABLE tasks_report; --",
    "format": "%s %(n)s {0} {{ x }} {% x %}",
    "formula": '=HYPERLINK("http://evil.example")',
}


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: datetime) -> None:
    """Tuesday 16 March 2021, 14:00."""


@pytest.fixture
def officer(me_officer) -> Client:
    return visitor(me_officer)


@pytest.fixture
def office(coordinator) -> Client:
    return visitor(coordinator)


@pytest.fixture
def opened(reports, me_officer, coordinator, at) -> Report:
    return builders.report_in("opened", reports["ME-05"], officer=me_officer, coordinator=coordinator, at=at)


def form_of(browser: Client, report: Report, **texts: str) -> Fields:
    whole = filled(page(browser.get("/my-tasks/")), "/my-tasks/")
    return whole | {f"r{report.pk}-{name}": [text] for name, text in texts.items()}


def kept(answer: Any, report: Report, name: str = "results") -> str:
    """What stands in a field of the page."""
    return page(answer).one("textarea", id=f"r{report.pk}-{name}").raw_text.removeprefix("\n")


# Length


def test_a_text_over_3000_characters_is_kept_and_not_sent(officer, reports):
    """The limit is on what is sent: the draft keeps the text, the check page and the field say by how much it is over."""
    report, text = reports["ME-05"], "가" * 3001
    valid = {"plans": "ㅇ 계획", "light": "on_track"}
    assert officer.post("/my-tasks/", form_of(officer, report, results=text, **valid)).status_code == 302
    assert Draft.objects.get().content["results"] == text
    found = page(officer.get("/my-tasks/"))
    assert "3,001 characters; at most 3,000" in found.one("p", id=f"r{report.pk}-results-error").text
    check = page(officer.get("/my-tasks/check/")).one("section", aria_labelledby="c3").text
    assert "3,001 characters" in check
    assert "ME-05" in check
    officer.post("/my-tasks/", form_of(officer, report, results=text[1:], **valid))
    assert "ME-05" in page(officer.get("/my-tasks/check/")).one("section", aria_labelledby="c1").text


@pytest.mark.either
@pytest.mark.parametrize("name", ["results", "plans", "issues"])
def test_a_text_over_20000_characters_stays_on_the_page(officer, reports, name):
    """Too long even for a draft: 422 with the whole text in its field, under htmx too."""
    report, text = reports["ME-01"], "가" * 20_001
    answer = officer.post("/my-tasks/", form_of(officer, report, **{name: text}))
    assert answer.status_code == 422
    assert kept(answer, report, name) == text
    assert "20,001 characters" in page(answer).one("p", id=f"r{report.pk}-{name}-error").text
    under_htmx = officer.post(f"/reports/{report.pk}/draft/", form_of(officer, report, **{name: text}), headers=HTMX)
    assert under_htmx.status_code == 422
    assert "20,001 characters" in page(under_htmx).one("div", id=f"trouble-{report.pk}").text  # the form stays as it is
    assert not Draft.objects.exists()
    assert officer.post("/my-tasks/", form_of(officer, report, **{name: text[1:]})).status_code == 302


def test_a_megabyte_of_korean_in_every_field(officer, office, reports, opened):
    """A clear answer in under five seconds: the text comes back where there is a field for it."""
    report, begin = reports["ME-01"], time.monotonic()
    answer = officer.post("/my-tasks/", form_of(officer, report, **dict.fromkeys(TEXTS, MEGABYTE)))
    assert (answer.status_code, kept(answer, report)) == (422, MEGABYTE)
    answer = officer.post("/my-tasks/submit/", {"letter_no": MEGABYTE, "ministry": "ME"})
    assert answer.status_code == 422
    data = {"version": opened.version, "comment": MEGABYTE, "reason": MEGABYTE, "light": MEGABYTE, "due_at": MEGABYTE}
    for verb in ("return", "accept"):
        answer = office.post(f"/review/{opened.pk}/{verb}/", data)
        assert answer.status_code == 422
        assert page(answer).one("textarea", id="say").raw_text.strip() == MEGABYTE
    for path in (
        f"/my-tasks/?ministry={MEGABYTE[:9000]}",
        f"/my-tasks/?open={MEGABYTE[:9000]}&state={MEGABYTE[:9000]}",
    ):
        assert officer.get(path).status_code in (200, 404)
    assert time.monotonic() - begin < 4 * 5
    assert not Draft.objects.exists()


def test_texts_of_nothing_but_line_ends_are_compared_in_time(officer, reports, me_officer_2):
    """Two people at one text of 10,000 equal lines: the page of the conflict compares both, in under five seconds."""
    report = reports["ME-01"]
    mine = form_of(officer, report, results="가\n" * 9_000 + "끝")
    other = visitor(me_officer_2)
    other.post("/my-tasks/", form_of(other, report, results="나\n가\n" * 4_900))
    begin = time.monotonic()
    answer = officer.post("/my-tasks/", mine)
    assert (answer.status_code, time.monotonic() - begin < 5) == (409, True)


# Addresses


@pytest.mark.either
@pytest.mark.parametrize("address", ["http://[bad", "http://[::1]x/?mine=1", "//", "?mine=%ff", "\x7f" * 3000])
def test_the_address_that_a_page_says_it_has_is_only_a_hint(officer, reports, address):
    """A malformed `HX-Current-URL` breaks nothing: what was typed is saved, and the answer says so."""
    htmx = HTMX | {"HX-Current-URL": address}
    for path in ("/my-tasks/", "/my-tasks/check/"):
        assert officer.get(path, headers=htmx).status_code == 200
    form = form_of(officer, reports["ME-01"], results="ㅇ 초안을 확정함")
    assert officer.post("/my-tasks/", form, headers=htmx).status_code < 400
    assert Draft.objects.get().content["results"] == "ㅇ 초안을 확정함"


# Characters


@pytest.mark.parametrize("name", TEXTS)
def test_a_null_character_is_refused_in_words(officer, reports, name):
    """PostgreSQL stores none: 422, and the rest of the text is still there."""
    report = reports["ME-01"]
    answer = officer.post("/my-tasks/", form_of(officer, report, **{"results": "ㅇ 실적", name: "ㅇ 실적\0"}))
    assert answer.status_code == 422
    assert "ME-01" in page(answer).one("div", class_="note-box error").text
    assert "ㅇ 실적" in kept(answer, report)
    assert not Draft.objects.exists()


def test_null_characters_elsewhere(officer, office, reports, opened, me_officer):
    """In milestones and their names, in keys, versions, numbers and addresses: an answer under 500 each time."""
    report, zero = reports["ME-02"], "\0"
    milestone = report.task.milestones.get().pk
    prefix = f"r{report.pk}-m"
    forged = [
        {f"{prefix}{milestone}-choice": "done", f"{prefix}{milestone}-on": "2021-03-01\0"},
        {
            f"{prefix}{milestone}-choice": "move\0",
            f"{prefix}{milestone}-reason": zero,
            f"{prefix}{milestone}-cause": zero,
        },
        {f"{prefix}{milestone}\0-choice": "done", f"{prefix}{milestone}\0-on": "2021-03-01"},
        {f"r{report.pk}-version": zero},
        {f"r{report.pk}-{zero}": zero, "do": zero, "key": zero},
    ]
    for fields in forged:
        answer = officer.post(
            "/my-tasks/", form_of(officer, report) | {name: [value] for name, value in fields.items()}
        )
        assert answer.status_code in (302, 409, 422), fields
        assert (
            officer.post("/my-tasks/submit/", fields | {"changed": f"{report.pk}\0:1", "letter_no": zero}).status_code
            == 422
        )
    for verb in ("open", "return", "accept", "reopen"):
        sent = {"version": zero, "comment": zero, "reason": zero, "light": zero, "due_at": zero, "key": zero}
        assert office.post(f"/review/{opened.pk}/{verb}/", sent | {"fields_returned": zero}).status_code in (
            409,
            422,
        ), verb
    for path in ("/my-tasks/?state=%00&open=%00", "/my-tasks/check/?leave=%00", f"/review/{opened.pk}/?against=%00"):
        assert (officer if "my-tasks" in path else office).get(path).status_code == 200
    for path in ("/my-tasks/?ministry=%00", "/submissions/%00/", "/submissions/2-ME-0001%00/", "/reports/%00/", "/%00"):
        assert officer.get(path).status_code == 404, path
    assert officer.post("/submissions/%00/withdraw/", {"key": zero}).status_code == 404
    for path in (
        "/board/?q=%00&state=%00&ministry=%00",
        "/board/poll/?seen=%00",
        "/rounds/1/record/?page=%00",
        "/review/?q=%00",
        "/slippage/?q=%00&round=",
        "/tasks/%00/",
        "/ministries/ME%00/?round=%00",
        "/rounds/compare/?from=%00&to=1&only=%00&page=%00",
        "/lights/?ministry=%00&said=%00",
        "/review/?order=%00&ministry=%00&light=%00&only=%00",
        "/review/unchanged/?leave=%00",
    ):
        assert office.get(path).status_code < 500, path
    assert visitor().post("/accounts/login/", {"login": zero, "password": zero, "next": zero}).status_code == 200
    assert visitor().post("/language/", {"language": zero, "next": zero}).status_code == 302


@pytest.mark.parametrize("name", STRANGE)
def test_strange_text_goes_through_unharmed(officer, reports, name):
    """Kept, sent, shown and compared as it was typed."""
    report, text = reports["ME-05"], f"ㅇ {STRANGE[name]} 끝"
    form = form_of(officer, report, results=text, plans=text, light="on_track")
    assert officer.post(f"/reports/{report.pk}/submit/", form).status_code == 302
    revision = report.revisions.get()
    assert revision.results == revision.plans == text
    assert escape(text) in officer.get(f"/reports/{report.pk}/").content.decode()


def test_decomposed_hangul_and_crlf_are_stored_one_way(officer, office, reports, opened):
    """macOS types NFD, browsers send CRLF: stored as NFC with LF, the office's texts too, or no search finds them."""
    loose, stored = unicodedata.normalize("NFD", "환경부\r\n예산 협의\r") + "끝 ", "환경부\n예산 협의\n끝"
    assert loose != stored
    officer.post("/my-tasks/", form_of(officer, reports["ME-01"], results=f"  {loose}"))
    assert Draft.objects.get().content["results"] == stored
    data = {"version": opened.version, "comment": loose, "due_at": "2021-03-18T12:00"}
    assert office.post(f"/review/{opened.pk}/return/", data).status_code == 302
    assert opened.returns.get().comment == stored
    once_more = form_of(officer, reports["ME-01"], results=stored)
    assert officer.post("/my-tasks/", once_more).status_code == 302
    assert fresh(reports["ME-01"]).version == reports["ME-01"].version + 1, "the same text in another form is no change"


# Addresses, versions, keys, names


@pytest.mark.either
@pytest.mark.parametrize(
    "pk", ["0", "9" * 18, "9" * 20, str(2**63 - 1), str(2**63), "9" * 5000, "-1", "1.5", "١", "x", "%00"]
)
def test_ids_that_are_none(officer, office, reports, pk):
    """404 for each address that takes one, whatever the method; no database is asked for what it cannot hold."""
    for path in ("", "form/", "draft/", "submit/"):
        assert officer.get(f"/reports/{pk}/{path}").status_code in (404, 405)
        assert officer.post(f"/reports/{pk}/{path}", {"key": "x"}).status_code in (404, 405)
    for path in ("", "open/", "return/", "accept/", "reopen/"):
        assert office.get(f"/review/{pk}/{path}").status_code in (404, 405)
        assert office.post(f"/review/{pk}/{path}", {"version": "1"}).status_code in (404, 405)
    for path in ("", "prepare/", "record/", "freeze/"):
        assert office.get(f"/rounds/{pk}/{path}").status_code == 404
        assert office.post(f"/rounds/{pk}/{path}").status_code in (404, 405)
    assert officer.post(f"/sign-off/{pk}/send-back/", {"reason": "x"}).status_code == 404
    assert officer.get(f"/submissions/{pk}/").status_code == 404


@pytest.mark.either
@pytest.mark.parametrize("version", ["", "-1", "1.0", "1e3", "9" * 40, "١", " 0", "NaN", "0\0"])
def test_versions_that_are_none(officer, office, reports, opened, version):
    """They match nothing: 409 with the text, or 422; never an overwriting, never a 500."""
    report = reports["ME-01"]
    answer = officer.post("/my-tasks/", form_of(officer, report, results="ㅇ 글", version=version))
    assert (answer.status_code, kept(answer, report)) == (409, "ㅇ 글")
    assert officer.post("/my-tasks/submit/", {"unchanged": f"{report.pk}:{version}"}).status_code in (409, 422)
    for verb in ("accept", "reopen"):
        data = {"version": version, "light": "on_track", "reason": "x", "comment": "x", "due_at": "2021-03-18T12:00"}
        assert office.post(f"/review/{opened.pk}/{verb}/", data).status_code == 409
    assert (fresh(report).version, fresh(opened).version) == (report.version, opened.version)


@pytest.mark.parametrize("key", ["", "x", "0" * 32, "{" + "0" * 32 + "}", "9" * 5000, "\0", "urn:uuid:" + "1" * 32])
def test_keys_that_are_none(officer, reports, key):
    """A form without a proper key counts as a new one: it is taken, and once."""
    first = Submission.objects.count()
    data = {"unchanged": f"{reports['ME-01'].pk}:{reports['ME-01'].version}", "ministry": "ME", "key": key}
    assert officer.post("/my-tasks/submit/", data).status_code == 302
    assert officer.post("/my-tasks/submit/", data).status_code in (302, 409)
    assert Submission.objects.count() == first + 1


@pytest.mark.either
def test_field_names_that_no_form_has(officer, reports):
    """Another task's milestone, one that does not exist, names that only look like a row's: told, or ignored."""
    report, other = reports["ME-01"], reports["ME-02"].task.milestones.get().pk
    for key in (other, 999, 10**30, "", "x", "-1", "../..", "m" * 800):
        name = f"r{report.pk}-m{key}"
        form = form_of(officer, report, results="ㅇ 글") | {f"{name}-choice": ["done"], f"{name}-on": ["2021-03-01"]}
        answer = officer.post(f"/reports/{report.pk}/submit/", form)
        assert answer.status_code == 422, key
        assert kept(answer, report) == "ㅇ 글"
    assert not report.revisions.exists()
    many = {f"r{report.pk}-m{number}-choice": "done" for number in range(1200)}
    assert officer.post(f"/reports/{report.pk}/draft/", many | {f"r{report.pk}-version": "0"}).status_code == 422
    assert officer.post("/my-tasks/", {f"x{number}": "" for number in range(5100)}).status_code == 400
    assert officer.post("/my-tasks/", {"r-version": "1", "rx-results": "ㅇ", "r٣-results": "ㅇ"}).status_code in (
        302,
        409,
    )


def test_bodies_that_are_no_forms(officer, reports):
    """Wrong types, broken parts: told in a page."""
    for body, kind in ((b"{", "application/json"), (b"--x", "multipart/form-data"), (b"\xff\xfe", "text/plain")):
        answer = officer.generic("POST", "/my-tasks/submit/", body, content_type=kind)
        assert answer.status_code in (400, 422), kind
    broken = officer.generic("POST", "/my-tasks/", b"--x\r\nbroken", content_type="multipart/form-data; boundary=x")
    assert broken.status_code in (302, 400)
    latin = officer.generic(
        "POST", "/my-tasks/submit/", b"changed=%FF%FE%ED%A0%80", "application/x-www-form-urlencoded"
    )
    assert latin.status_code == 422


@pytest.mark.parametrize(
    "bad", ["%ED%A0%80", "%FF", "%E0%80%80", "a%0d%0aX-Evil:%201", quote("가" * 3000), "%252e%252e%252f"]
)
def test_addresses_that_are_no_text(officer, office, reports, bad):
    for path in (f"/my-tasks/?ministry={bad}", f"/submissions/{bad}/", f"/{bad}"):
        answer = officer.get(path)
        assert answer.status_code == 404, path
        assert "X-Evil" not in answer.headers
    assert officer.get(f"/my-tasks/?state={bad}&open={bad}").status_code == 200
    assert office.get(f"/board/?q={bad}&ministry={bad}").status_code == 200


# Cross-site scripting


XSS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onfocus='alert(1)' autofocus='",
    "</textarea><svg/onload=alert(1)>",
    "</title><iframe src=javascript:alert(1)>",
    "{{ 7|add:7 }}{% debug %}",
    "<!--<details open ontoggle=alert(1)>",
]


def test_stored_scripts_are_text_on_every_page(task_force: TaskForce, at: datetime) -> None:
    """quality.md 20: the corpus in every text that a person can type, on every page that shows it, for every reader:
    no element and no attribute of it comes to life, and each text is there to be read."""
    people, reports = task_force.people, task_force.reports
    evil, office = "\n".join(XSS), people["coordinator"]
    one, two, three = reports["ME-01"], reports["ME-03"], reports["FSC-01"]
    task_force.people["me_officer"].name_en = people["coordinator"].name_en = XSS[1]
    people["me_officer"].save()
    people["coordinator"].save()
    MinistryName.objects.update(name_en=XSS[0], abbr_en=XSS[1])
    for task in (one.task, two.task, three.task):
        task.title_en, task.note_en = XSS[0], evil
        task.save()
        task.milestones.update(title_en=XSS[3])
    texts = {"results": evil, "plans": evil, "issues": evil, "light": "attention", "progress": "5"}
    (milestone,) = one.task.milestones.all()
    moves = builders.moved(milestone, reason=evil)
    builders.write(one, by=people["me_officer"], at=at, milestones=moves, addressed_to=["MSIT"], **texts)
    builders.submit(one, by=people["me_officer"], at=at)
    builders.open_for_review(one, by=office, at=at)
    builders.return_for_changes(one, by=office, at=at, comment=evil, fields=["results"])
    builders.write(one, by=people["me_officer"], at=at, **texts | {"results": evil + "x", "also_reason": evil})
    builders.submit(one, by=people["me_officer"], at=at)
    builders.open_for_review(one, by=office, at=at)
    builders.accept(one, by=office, at=at, light="on_track", reason=evil, book_text_ko=evil, book_text_en=evil)
    raw = texts | {"light": evil, "progress": XSS[1], "completed_on": XSS[2], "addressed_to": [XSS[1]]}
    builders.write(two, by=people["me_officer"], at=at, **raw)
    builders.write(three, by=people["fsc_officer"], at=at, **texts)
    builders.ask_sign_off(three, by=people["fsc_officer"], at=at)
    number = builders.submission_of(one).number
    paths = {
        "me_officer": ["/my-tasks/", "/my-tasks/?open=ME-03", "/my-tasks/check/", f"/submissions/{number}/"],
        "fsc_approver": ["/sign-off/"],
        "coordinator": ["/board/", "/review/", f"/review/{one.pk}/", f"/review/{one.pk}/?against=text", "/rounds/2/record/"],
        "reader": [f"/reports/{one.pk}/", "/board/?q=%3Cscript%3E", "/rounds/", "/rounds/1/"],
        "motie_officer": [f"/reports/{one.pk}/"],
        "administrator": ["/admin/", f"/admin/tasks/task/{one.task_id}/change/", "/admin/tasks/report/", "/admin/records/event/"],
    }  # fmt: skip
    shown = []
    for name, addresses in paths.items():
        browser = visitor(people[name])
        for address in addresses:
            answer = browser.get(address)
            assert answer.status_code == 200, address
            lifeless(answer, address)
            shown.append(answer.content.decode().count(escape("alert(1)")) > 0)
    assert sum(shown) > 12, "the corpus is not on the pages at all"
    answer = visitor(people["me_officer"]).post("/my-tasks/", {f"r{two.pk}-results": evil, f"r{two.pk}-version": "0"})
    assert answer.status_code == 409
    lifeless(answer, "the page of a conflict")
    lifeless(
        visitor().post("/my-tasks/", {"x": evil, '"><script>alert(1)</script>': "a b"}), "the page of a lost session"
    )
    builders.freeze(task_force.round_2, by=office, at=kst(2021, 3, 22, 10))
    for address in ("/rounds/2/", "/rounds/2/record/", f"/reports/{one.pk}/", "/rounds/"):
        lifeless(visitor(people["msit_officer"]).get(address), address)


def lifeless(answer: Any, where: str) -> None:
    """No script but from our own host, no handler, no frame, no address that runs."""
    for element in page(answer).walk():
        assert element.tag not in ("iframe", "object", "embed"), f"{element} on {where}"
        assert element.tag != "script" or element["src"].startswith(("/static/", "/admin/jsi18n/")), where
        assert element.tag != "img" or element["src"].startswith("/static/"), f"{element} on {where}"
        for name, value in element.attrs.items():
            assert not name.startswith("on"), f"{element} on {where}"
            assert "javascript:" not in (value or "") or name == "value", f"{element} on {where}"


FILLERS = ["\u3164", "\u115f\u1160", "\uffa0", "\u2800", "\u200b\u3164 \ufeff\u115f"]  # letters that no font draws


@pytest.mark.parametrize("text", ["\u200b", "\u2060\u202e \u00a0", "\ufeff\n\u200d", *FILLERS], ids=ascii)
def test_a_text_that_nobody_can_see_is_no_text(officer, reports, text):
    """Zero-width blanks, marks that turn the direction, fillers of Hangul: a required field that holds nothing else is empty."""
    report = reports["ME-03"]
    prefix = f"r{report.pk}-"
    form = {f"{prefix}version": "0", f"{prefix}light": "on_track", f"{prefix}results": text, f"{prefix}plans": text}
    answer = officer.post(f"/reports/{report.pk}/submit/", form)
    assert answer.status_code == 422
    assert not report.revisions.exists()
