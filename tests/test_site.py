"""What holds for every page: one heading, the right language, no inline code, forms that cannot be forged or sent
twice, and no page that fails in one of the round's phases."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from ministries.models import User
from tasks.models import Report
from tests import builders
from tests.builders import fresh, kst
from tests.cast import TaskForce
from tests.pages import HTMX, Element, dead_links, filled, page, visitor

ROOT = Path(settings.BASE_DIR)
HANGUL = re.compile("[가-힣]")
INLINE = {
    "a style attribute": re.compile(r"""\sstyle\s*="""),
    "a style element": re.compile(r"<style\b"),
    "a script without an address": re.compile(r"<script(?![^>]*\bsrc=)"),
    "a handler": re.compile(r"""\s(on[a-z]+|hx-on[:\w-]*)\s*="""),
    "code in an address": re.compile(r"(javascript|vbscript|data):", re.IGNORECASE),
    "code in a value": re.compile(r"""hx-(vals|vars|headers)\s*=\s*['"]js:"""),
    "another host": re.compile(r"""(?:https?:)?//(?!www\.w3\.org/)[\w-]+\.\w"""),
}
# Forms that change nothing in the record need no receipt.
WITHOUT_KEY = (
    "/language/",
    "/accounts/",
    "/admin/",
    "/my-tasks/workbook/",
    "/board/filters/",
    "/opinions/lookup/",
)  # drafts and conveniences leave no event


@pytest.fixture
def scene(task_force: TaskForce, domain_time: datetime) -> TaskForce:
    """A report of ME in every place, one of FSC before its approver."""
    people, reports = task_force.people, task_force.reports
    places = ("accepted", "", "opened", "submitted", "returned", "draft")
    for number, place in enumerate(places, 1):
        if place:
            builders.report_in(
                place,
                reports[f"ME-0{number}"],
                officer=people["me_officer"],
                coordinator=people["coordinator"],
                at=domain_time,
            )
    builders.ask_sign_off(reports["FSC-01"], by=people["fsc_officer"], at=domain_time, unchanged=True)
    builders.round_(3, opens_at=kst(2021, 6, 1), due_at=kst(2021, 6, 10))
    return task_force


def addresses(reports: dict[str, Report]) -> dict[str, list[str]]:
    """Every kind of page, by someone who may see it."""
    ids = {code: report.pk for code, report in reports.items()}
    return {
        "me_officer": [
            *("/my-tasks/", "/my-tasks/?open=ME-06", "/my-tasks/?state=awaiting", "/my-tasks/?state=draft"),
            *("/my-tasks/check/", f"/reports/{ids['ME-06']}/"),
            *(
                "/submissions/",
                "/submissions/?number=nothing",
                "/submissions/2-ME-0001/",
                "/submissions/2-ME-0003/",
                f"/reports/{ids['ME-01']}/",
                f"/reports/{ids['ME-05']}/",
            ),
        ],
        "motie_officer": [
            "/my-tasks/",
            f"/reports/{ids['ME-06']}/",
            "/tasks/ME-06/",
            "/ministries/ME/",
            "/rounds/compare/",
        ],
        "fsc_officer": ["/my-tasks/"],
        "fsc_approver": ["/sign-off/"],
        "coordinator": [
            *("/board/", "/board/?state=missing&ministry=ME", "/review/", "/review/?only=mine", "/review/unchanged/"),
            *("/board/charts/", "/board/charts/?ministry=ME&all=timeline", "/board/charts/?q=zzz", "/rounds/1/charts/"),
            *(f"/review/{ids[code]}/" for code in ("ME-01", "ME-02", "ME-03", "ME-04", "ME-05")),
            *("/board/remind/", "/board/remind/mail/", "/rounds/2/reminders/"),
            *("/rounds/", "/rounds/1/", "/rounds/1/record/", "/rounds/2/record/"),
            *("/board/filters/", "/board/filters/?ministry=ME&also=late", "/rounds/1/briefing/?page=2"),
            *("/rounds/3/prepare/", "/rounds/2/freeze/", "/rounds/1/freeze/"),
            *("/rounds/2/prepare/", "/rounds/2/roster/", "/rounds/1/roster/"),
            *("/rounds/3/dates/", "/rounds/2/dates/", "/rounds/1/dates/"),
            *("/tasks/ME-03/", "/tasks/ME-03/?round=1", "/ministries/ME/", "/ministries/MOTIE/?round=1"),
            *("/rounds/compare/", "/rounds/compare/?only=same", "/slippage/", "/lights/", "/lights/?round=1&scope=all"),
        ],
        "reader": [
            "/board/",
            "/rounds/",
            "/rounds/1/",
            "/rounds/1/briefing/",
            "/rounds/1/briefing/?page=all",
            f"/reports/{ids['ME-01']}/",
            "/nowhere/",
            "/my-tasks/",
        ],
        "administrator": [
            *("/admin/", "/admin/tasks/task/", "/admin/tasks/task/add/", "/admin/ministries/user/"),
            *("/accounts/password/", "/accounts/logout/", "/accounts/inactive/"),
        ],
        "stranger": ["/", "/my-tasks/submit/"],
        "": ["/accounts/login/", "/accounts/inactive/", "/opinions/send/", "/opinions/lookup/"],
    }


def answers(scene: TaskForce, language: str) -> Iterator[tuple[str, Any]]:
    """Every page in one language, and the pages of refusals."""
    for name, paths in addresses(scene.reports).items():
        browser = visitor(scene.people.get(name), language=language)
        for path in paths:
            answer = browser.get(path)
            if answer.status_code != 302:
                yield f"{path} as {name or 'nobody'}", answer
    yield from refusals(scene, language)


def refusals(scene: TaskForce, language: str) -> Iterator[tuple[str, Any]]:
    reports, people = scene.reports, scene.people
    officer = visitor(people["me_officer"], language=language)
    office = visitor(people["coordinator"], language=language)
    row = f"r{reports['ME-06'].pk}-"
    yield "422 on the list", officer.post("/my-tasks/", {f"{row}version": "1", f"{row}results": "가" * 20_001})
    yield "409 on the list", officer.post("/my-tasks/", {f"{row}version": "0", f"{row}results": "ㅇ 내 글"})
    yield (
        "422 of one report",
        officer.post(f"/reports/{reports['ME-02'].pk}/submit/", typed_in(officer, reports["ME-02"])),
    )
    yield "422 on the check page", officer.post("/my-tasks/submit/", {"ministry": "ME"})
    opened = fresh(reports["ME-03"])
    data = {"version": opened.version, "light": "attention", "comment": ""}
    yield "422 of a return", office.post(f"/review/{opened.pk}/return/", data)
    yield "422 of an acceptance", office.post(f"/review/{opened.pk}/accept/", data)
    yield "409 of an acceptance", office.post(f"/review/{opened.pk}/accept/", data | {"version": "0", "reason": "이견"})
    yield "422 of a sign-off", visitor(people["fsc_approver"], language=language).post("/sign-off/give/", {})
    yield "422 of a freeze", office.post("/rounds/2/freeze/", {})
    yield "422 of dates", office.post("/rounds/2/dates/", {"as_of": "x", "reason": "ㅇ"})
    yield "422 of a roster", office.post("/rounds/2/roster/add/", {"reason": "ㅇ"})
    yield "409 of an opening", office.post("/rounds/2/open/", {})
    yield "409 of a freeze", office.post("/rounds/2/freeze/", {"sure": "on", "head_seq": "0"})
    yield "401", visitor(language=language).post("/my-tasks/", {f"{row}results": "ㅇ 내 글"})
    strict = visitor(people["me_officer"], language=language, enforce_csrf_checks=True)
    yield "403 of an old page", strict.post("/my-tasks/", {"x": "ㅇ 글"}, headers={"origin": "http://testserver"})
    yield "403 of a stranger's form", strict.post("/my-tasks/", {"x": "ㅇ 글"})
    if language == settings.LANGUAGE_CODE:  # the host is refused before anyone asks for a language
        yield "400", visitor().get("/accounts/login/", headers={"host": "evil.example"})
        yield "400 of a form", visitor().post("/accounts/login/", {"x": "ㅇ 글"}, headers={"host": "evil.example"})


def typed_in(officer: Client, report: Report) -> Any:
    return filled(page(officer.get("/my-tasks/")), "/my-tasks/") | {f"r{report.pk}-light": ["attention"]}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_page(scene: TaskForce, language: str) -> None:
    """One h1, a title of its own, the language of the reader, Korean marked as such, nothing inline, forms that hold
    what they need, references that lead somewhere."""
    wrong: list[str] = []
    User.objects.update(language=language)
    for where, answer in answers(scene, language):
        found = page(answer)
        rules = (
            heading(found),
            spoken(found, answer, language),
            inline(answer),
            forms(found, answer.wsgi_request.path),
            references(found),
        )
        wrong += [f"{where}: {text}" for texts in rules for text in texts]
    assert not wrong, "\n".join(wrong)


def heading(found: Element) -> Iterator[str]:
    titles = [row.text for row in found.one("head").all("title")]  # those of pictures name their parts
    if len(found.all("h1")) != 1 or not found.one("h1").text:
        yield f"h1: {[row.text for row in found.all('h1')]}"
    if len(titles) != 1 or titles[0].startswith(("·", "|")):
        yield f"title: {titles}"


def spoken(found: Element, answer: Any, language: str) -> Iterator[str]:
    if found.one("html")["lang"] != language:
        yield f"lang {found.one('html')['lang']}"
    if answer.headers.get("Content-Language", language) != language:
        yield "Content-Language"
    if language == "en" and not answer.wsgi_request.path.startswith("/admin/"):
        yield from (f"Korean without lang: {text[:60]}" for text in unmarked(found.one("body"), "en"))


def unmarked(element: Element, language: str) -> Iterator[str]:
    """Hangul where the language is said to be another one."""
    language = element.attrs.get("lang") or language
    for child in element.children:
        if isinstance(child, Element):
            if "hidden" in child.attrs:
                continue
            yield from unmarked(child, language)
        elif language != "ko" and HANGUL.search(child):
            yield child.strip()


def inline(answer: Any) -> Iterator[str]:
    """What the content security policy would refuse, or should not have to."""
    html = re.sub(r"<(textarea|dd|blockquote|td|q)\b.*?</\1>", "", answer.content.decode(), flags=re.DOTALL)
    yield from (f"{name}: {match.group()}" for name, rule in INLINE.items() for match in rule.finditer(html))


def forms(found: Element, path: str) -> Iterator[str]:
    """A token in every form that changes something; in a verb's form a receipt key, and it goes once."""
    for form in found.all("form"):
        names = {control["name"] for control in form.all("input")}
        if form["method"].lower() != "post":
            continue
        if "csrfmiddlewaretoken" not in names:
            yield f"no token: {form}"
        if (form["action"] or path).startswith(WITHOUT_KEY) or form["class"] == "kept":
            continue
        if "key" not in names:
            yield f"no key: {form}"
        if "data-once" not in form and form["hx-sync"] != "this:drop":
            yield f"goes as often as it is pressed: {form}"


def references(found: Element) -> Iterator[str]:
    """Each id is there once, and whatever names one finds it."""
    ids = Counter(row["id"] for row in found.walk() if row["id"])
    yield from (f"id {name} {count} times" for name, count in ids.items() if count > 1)
    for row in found.walk():
        for name in ("for", "form", "aria-labelledby", "aria-describedby", "aria-controls"):
            yield from (f"{name}={target} of {row.tag}" for target in row[name].split() if target not in ids)
        if row.tag == "a" and row["href"].startswith("#") and row["href"] != "#" and row["href"][1:] not in ids:
            yield f"link to {row['href']}"
        if row.tag == "label" and not row["for"] and not row.all("input", "select", "textarea"):
            yield f"label of nothing: {row.text}"


@pytest.mark.either
def test_every_link_leads_somewhere(scene: TaskForce) -> None:
    """screens.md: every number links to its list; also from the pages of refusals, which stand at a form's address."""
    dead: list[str] = []
    for name, paths in addresses(scene.reports).items():
        browser, known = visitor(scene.people.get(name)), set[str]()
        for path in paths:
            answer = browser.get(path)
            if answer.status_code == 200:
                dead += [f"{text} as {name}" for text in dead_links(browser, answer, known=known)]
    assert not dead, "\n".join(sorted(set(dead)))


@pytest.mark.either
@pytest.mark.parametrize(
    ("moment", "frozen"),
    [
        (kst(2021, 3, 8, 8, 59), False),
        (kst(2021, 3, 8, 9), False),
        (kst(2021, 3, 19, 18), False),
        (kst(2021, 3, 19, 18, 1), False),
        (kst(2021, 5, 1), False),
        (kst(2021, 3, 22, 11), True),
    ],
    ids=["prepared", "just opened", "due now", "past due", "long past due", "frozen"],
)
def test_no_page_fails_in_any_phase(
    scene: TaskForce, monkeypatch: pytest.MonkeyPatch, moment: datetime, frozen: bool
) -> None:
    """Whatever the clock says, each page answers; past due it did not, and nobody could submit any more."""
    if frozen:
        builders.freeze(scene.round_2, by=scene.people["coordinator"], at=kst(2021, 3, 22, 10))
    monkeypatch.setattr("records.clock.now", lambda: moment)
    for name, paths in addresses(scene.reports).items():
        browser = visitor(scene.people.get(name))
        for path in paths:
            assert browser.get(path).status_code < 500, path
            if moment > kst(2021, 3, 19, 18) and not frozen:  # a part of a page differs when it is late, if at all
                assert browser.get(path, headers=HTMX).status_code < 500, path


TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
OWN_FILES = sorted([*(ROOT / "static" / "js").rglob("*.js"), *(ROOT / "static" / "css").rglob("*.css")])


@pytest.mark.either
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_holds_inline_code_or_another_host(path: Path) -> None:
    """quality.md 19: the policy refuses it in the browser; here it is refused before, branches that no test enters too."""
    source = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    source = re.sub(r"{%.*?%}", "", source)
    wrong = [f"{name}: {match.group()}" for name, rule in INLINE.items() for match in rule.finditer(source)]
    assert not wrong
    assert not re.search(r"\|safe\b|autoescape off|mark_safe", path.read_text(encoding="utf-8"))


@pytest.mark.either
@pytest.mark.parametrize("path", OWN_FILES, ids=lambda path: path.name)
def test_no_script_or_style_calls_another_host(path: Path) -> None:
    """quality.md 19: no request leaves for another host; nothing is evaluated."""
    source = path.read_text(encoding="utf-8")
    assert not INLINE["another host"].search(source)
    assert not re.search(r"\beval\(|new Function|document\.write", source)


@pytest.mark.either
def test_the_migrations_are_complete(db: None) -> None:
    """quality.md 12."""
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
