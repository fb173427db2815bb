"""The two languages: nothing untranslated, nothing mixed, every date in the reader's own way."""

import ast
import calendar
import os
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polib
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation.template import templatize

from tests import builders
from tests.cast import TaskForce
from tests.pages import Element, page, parse, visitor
from tfportal import dates

pytestmark = pytest.mark.either

pytest_plugins = ["tests.cast"]

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "locale/ko/LC_MESSAGES/django.po"
MO = PO.with_suffix(".mo")
GLOSSARY = ROOT / "docs/glossary.md"

Key = tuple[str, str, str]  # context, text, plural; empty where there is none


def key_of(entry: polib.POEntry) -> Key:
    return (entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def korean_of(entry: polib.POEntry) -> str:
    return str(entry.msgstr_plural[0] if entry.msgid_plural else entry.msgstr)


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(PO))


# The catalogue


def test_every_text_has_its_korean(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue if entry.fuzzy or entry.obsolete or not korean_of(entry)] == []
    assert catalogue.metadata["Plural-Forms"] == "nplurals=1; plural=0;"


def test_the_compiled_catalogue_is_that_of_the_texts(catalogue: polib.POFile) -> None:
    compiled = polib.mofile(str(MO))
    assert {key_of(entry): korean_of(entry) for entry in compiled} == {
        key_of(entry): korean_of(entry) for entry in catalogue
    }


def test_nothing_in_the_catalogue_changes_without_a_text(catalogue: polib.POFile) -> None:
    """No line numbers, no dates, no addresses: a difference in the file is a difference in a text."""
    assert not {"POT-Creation-Date", "PO-Revision-Date", "Report-Msgid-Bugs-To"} & set(catalogue.metadata)
    assert not any(entry.occurrences for entry in catalogue)


KEPT = re.compile(r"\S+@\S+|\.ics|\.xlsx")  # addresses and kinds of files read the same in both languages
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%")


def test_the_korean_inserts_the_same_values(catalogue: polib.POFile) -> None:
    wrong = {
        entry.msgid: korean_of(entry)
        for entry in catalogue
        if set(PLACEHOLDER.findall(korean_of(entry))) != set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
    }
    assert wrong == {}


PARTICLE = re.compile(
    r"(?:%\(\w+\)[sd]|\{\w+\})[\"”’]?(?:은|는|이|가|을|를|와|과|로|으로|이나|나|이랑|랑|아|야)(?:[\s,.)]|$)"
    r"|[을은이](?:\(를\)|\(는\)|\(가\)|/를|/는|/가)|\(으\)로"
)


def test_no_particle_hangs_on_an_inserted_value(catalogue: polib.POFile) -> None:
    """`%(name)s을` is right for some names and wrong for the others: the sentence has to be turned."""
    assert [korean_of(entry) for entry in catalogue if PARTICLE.search(korean_of(entry))] == []


def test_who_stands_in_for_whom_reads_the_same_everywhere(catalogue: polib.POFile) -> None:
    """A(B 업무대행), as the record keeps it: on pages, in mails and where it is explained."""
    other = [entry.msgid for entry in catalogue if re.search(r"(?<!업무)대행\)", korean_of(entry))]
    assert not other, "\n".join(other)


def test_the_glossary_says_what_the_portal_says(catalogue: polib.POFile) -> None:
    known: dict[str, set[str]] = {}
    for entry in catalogue:
        known.setdefault(entry.msgid, set()).add(korean_of(entry))
    pairs = list(glossary_pairs())
    assert [
        (english, korean, known[english]) for english, korean in pairs if korean not in known.get(english, korean)
    ] == []
    assert len([english for english, _ in pairs if english in known]) > 60


def glossary_pairs() -> Iterator[tuple[str, str]]:
    for line in GLOSSARY.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 4 and cells[1] not in ("English", "---"):
            english, korean = cells[1].split(" / "), cells[2].split(" / ")
            assert len(english) == len(korean), f"does not pair up: {line}"
            yield from zip(english, korean, strict=True)


# What the sources say

MARKS = {  # which arguments of a call are the context, the text and the plural
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
STRING = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
MARKED = re.compile(rf"(?<!\w)(_|n?p?gettext)\(\s*{STRING}(?:,\s*{STRING})?(?:,\s*{STRING})?")


def python_sources() -> list[Path]:
    packages = [path.parent for path in ROOT.glob("*/__init__.py") if path.parent != ROOT / "tests"]
    return sorted(path for package in packages for path in package.rglob("*.py"))


def marked_in_python(path: Path) -> Iterator[Key]:
    """The texts that one module hands to gettext, under whatever name it imported it."""
    tree = ast.parse(path.read_text())
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in MARKS
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name):
            mark = names.get(node.func.id)
        else:
            mark = node.func.attr if isinstance(node.func, ast.Attribute) and node.func.attr in MARKS else None
        if mark:
            yield key_from(MARKS[mark], [literal(argument, path) for argument in node.args[:3]])


def literal(argument: ast.expr, path: Path) -> str:
    """What is not written out cannot be translated (the number of a plural is no text)."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    return f"<not a literal in {path.name}, line {argument.lineno}>"


def key_from(places: tuple[int | None, int, int | None], texts: list[str]) -> Key:
    context, text, plural = (texts[place] if place is not None else "" for place in places)
    return (context, text, plural)


def marked_in_template(text: str, origin: str) -> Iterator[Key]:
    """The texts of a template, as Django itself hands them to xgettext."""
    for match in MARKED.finditer(templatize(text, origin=origin)):
        mark, *texts = match.groups()
        found = [ast.literal_eval(text) for text in texts if text is not None]
        yield key_from(MARKS["gettext" if mark == "_" else mark], found)


def used() -> dict[Key, str]:
    """Every text of the portal with a file that says it."""
    found: dict[Key, str] = {}
    for path in python_sources():
        found |= dict.fromkeys(marked_in_python(path), str(path.relative_to(ROOT)))
    for path in sorted((ROOT / "templates").rglob("*.*")):
        name = str(path.relative_to(ROOT))
        found |= dict.fromkeys(marked_in_template(path.read_text(), name), name)
    return found


def test_every_text_of_the_sources_is_in_the_catalogue(catalogue: polib.POFile) -> None:
    said, listed = used(), {key_of(entry) for entry in catalogue}
    assert {key: where for key, where in said.items() if key not in listed} == {}, "run makemessages, then translate"
    assert listed - said.keys() == set(), "nothing says these any more: run makemessages"


def test_texts_are_found_in_every_way_of_saying_them(tmp_path: Path) -> None:
    """The test of the tool: what it overlooks would be missing without anybody noticing."""
    module = tmp_path / "module.py"
    module.write_text(
        "from django.utils.translation import gettext as _, ngettext, pgettext_lazy as p\n"
        "from django.utils import translation\n"
        "_('one ' 'text')\nngettext('a', 'b', n)\np('context', 'word')\ntranslation.gettext('far')\nother('not this')\n"
    )
    assert set(marked_in_python(module)) == {
        ("", "one text", ""),
        ("", "a", "b"),
        ("context", "word", ""),
        ("", "far", ""),
    }
    template = (
        '{% load i18n %}{% translate "it\'s" %}{% translate "due" context "milestone" %}<a title="{% translate \'x y\' %}">'
        "{% blocktranslate with a=b %}by {{ a }}{% endblocktranslate %}{{ _('given') }}"
        "{% blocktranslate count n=m %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}"
    )
    assert set(marked_in_template(template, "t.html")) == {
        ("", "it's", ""),
        ("milestone", "due", ""),
        ("", "x y", ""),
        ("", "by %(a)s", ""),
        ("", "given", ""),
        ("", "%(n)s day", "%(n)s days"),
    }


# What pages show

LATIN_WORD, HANGUL = re.compile("[a-z]{3,}"), re.compile("[\uac00-\ud7a3]")
NOT_READ = ("script", "style", "code", "kbd", "meta", "link")
READ_OUT = (
    "aria-label",
    "title",
    "placeholder",
    "alt",
    "data-l",
    "data-lost",
    "data-failed",
    "data-late",
    "data-unsaved",
)

PAGES: dict[str, tuple[str, str]] = {  # who opens which address
    "sign in": ("", "/accounts/login/"),
    "no such page": ("", "/nowhere/"),
    "my tasks": ("me_officer", "/my-tasks/?ministry=ME&open=ME-01"),
    "check": ("me_officer", "/my-tasks/check/?ministry=ME"),
    "my report": ("me_officer", "/reports/{ME-01}/"),
    "not for officers": ("me_officer", "/review/"),
    "sign-off": ("fsc_approver", "/sign-off/"),
    "receipt": ("msit_officer", "/submissions/2-MSIT-0001/"),
    "board": ("coordinator", "/board/"),
    "board, filtered": ("coordinator", "/board/?state=missing&also=unchanged"),
    "charts": ("coordinator", "/board/charts/?ministry=ME&also=unchanged"),
    "frozen charts": ("reader", "/rounds/1/charts/"),
    "queue": ("coordinator", "/review/"),
    "review": ("coordinator", "/review/{MSIT-01}/"),
    "rounds": ("coordinator", "/rounds/"),
    "frozen board": ("reader", "/rounds/1/"),
    "task": ("reader", "/tasks/ME-01/"),
    "task as of": ("coordinator", "/tasks/ME-06/?round=1"),
    "ministry": ("coordinator", "/ministries/ME/"),
    "two rounds": ("coordinator", "/rounds/compare/"),
    "slippage": ("me_officer", "/slippage/"),
    "both lights": ("coordinator", "/lights/?round=1&scope=all"),
    "record": ("coordinator", "/rounds/1/record/"),
    "freeze": ("coordinator", "/rounds/2/freeze/"),
    "mail": ("coordinator", "/mail/"),
    "no posting": ("stranger", "/"),
}


def read_out(element: Element, language: str) -> Iterator[str]:
    """Every text that somebody reads or hears in the page's own language; other languages are marked as such."""
    if element.tag in NOT_READ or (element["lang"] or language) != language:
        return
    yield from (element[name] for name in READ_OUT if element[name])
    if element.tag == "input" and element["type"] in ("submit", "button", "reset"):
        yield element["value"]
    for child in element.children:
        if isinstance(child, str):
            yield " ".join(child.split())
        else:
            yield from read_out(child, language)


@pytest.fixture
def at_work(task_force: TaskForce, domain_time: datetime) -> TaskForce:
    """The second round in full swing: drafts, a sign-off that is asked for, an answer that is under review."""
    people, reports = task_force.people, task_force.reports
    builders.write(reports["ME-01"], by=people["me_officer"], at=domain_time, results="")
    for code in ("FSC-01", "FSC-02"):
        builders.write(reports[code], by=people["fsc_officer"], at=domain_time)
    builders.ask_sign_off(reports["FSC-01"], by=people["fsc_officer"], at=domain_time)
    builders.write(reports["MSIT-01"], by=people["msit_officer"], at=domain_time)
    builders.submit(reports["MSIT-01"], by=people["msit_officer"], at=domain_time)
    builders.open_for_review(reports["MSIT-01"], by=people["coordinator"], at=domain_time)
    return task_force


def open_page(who: str, address: str, language: str, task_force: TaskForce) -> Element:
    """The page as this person sees it in this language; `{ME-01}` in an address is that task's report."""
    path = re.sub(r"\{(.+)\}", lambda match: str(task_force.reports[match[1]].pk), address)
    response = visitor(task_force.people.get(who), language=language).get(path)
    assert response.status_code in (200, 403, 404), f"{path}: {response.status_code}"
    return page(response).one("html")


@pytest.mark.parametrize(("who", "address"), PAGES.values(), ids=PAGES)
def test_a_korean_page_is_korean(at_work: TaskForce, catalogue: polib.POFile, who: str, address: str) -> None:
    shown = open_page(who, address, "ko", at_work)
    english, texts = {entry.msgid for entry in catalogue}, list(read_out(shown, "ko"))
    assert shown["lang"] == "ko"
    assert [text for text in texts if text in english or LATIN_WORD.search(KEPT.sub("", text))] == []
    assert any(HANGUL.search(text) for text in texts)


@pytest.mark.parametrize(("who", "address"), PAGES.values(), ids=PAGES)
def test_an_english_page_is_english(at_work: TaskForce, who: str, address: str) -> None:
    shown = open_page(who, address, "en", at_work)
    texts = list(read_out(shown, "en"))
    assert shown["lang"] == "en"
    assert [text for text in texts if HANGUL.search(text)] == []
    assert any(LATIN_WORD.search(text) for text in texts)


def test_another_language_is_passed_over_only_where_it_is_marked() -> None:
    """The test of the tool: a text in the wrong language is found wherever somebody would meet it."""
    shown = parse(
        "<main>나 <b>One</b><p lang=ko>둘<i>셋</i></p><img alt=Four><code>five</code>"
        "<input type=submit value=Six><input type=text value=seven></main>"
    )
    assert [text for text in read_out(shown, "en") if text] == ["나", "One", "Four", "Six"]


@pytest.mark.parametrize(
    ("language", "name"), [("ko", "탄소중립 T/F 과제관리"), ("en", "Carbon Neutrality T/F Portal")]
)
def test_the_chosen_language_stays(client: Client, db: None, language: str, name: str) -> None:
    """The choice goes before the browser's wish, and before the portal's own language."""
    other = {"ko": "en", "en": "ko"}[language]
    client.post(reverse("set_language"), {"language": language, "next": "/accounts/login/"})
    page = client.get("/accounts/login/", headers={"accept-language": other}).content.decode()
    assert f'<html lang="{language}">' in page
    assert f"· {name}</title>" in page


# Dates

FRIDAY = datetime(2021, 3, 19, 9, 0, 5, tzinfo=UTC)  # 18:00:05 in Seoul
NIGHT = datetime(2020, 12, 31, 15, 30, tzinfo=UTC)  # in Seoul the new year has begun
WEEK = [date(2021, 3, day) for day in range(15, 22)]  # Monday to Sunday

DATES = {
    "day": (dates.day, (date(2021, 3, 19),), {}, "2021. 3. 19.(금)", "Fri 19 Mar 2021"),
    "day without its year": (dates.day, (date(2021, 3, 19),), {"year": False}, "3. 19.(금)", "Fri 19 Mar"),
    "day in December": (dates.day, (date(2021, 12, 31),), {}, "2021. 12. 31.(금)", "Fri 31 Dec 2021"),
    "day of a moment": (dates.day, (FRIDAY,), {}, "2021. 3. 19.(금)", "Fri 19 Mar 2021"),
    "day of a moment at night": (dates.day, (NIGHT,), {}, "2021. 1. 1.(금)", "Fri 1 Jan 2021"),
    "moment": (dates.moment, (FRIDAY,), {}, "2021. 3. 19.(금) 18:00", "Fri 19 Mar 2021, 18:00"),
    "moment without its year": (dates.moment, (FRIDAY,), {"year": False}, "3. 19.(금) 18:00", "Fri 19 Mar, 18:00"),
    "moment, to the second": (
        *(dates.moment, (FRIDAY,), {"seconds": True}),
        *("2021. 3. 19.(금) 18:00:05", "Fri 19 Mar 2021, 18:00:05"),
    ),
    "moment at night": (dates.moment, (NIGHT,), {}, "2021. 1. 1.(금) 00:30", "Fri 1 Jan 2021, 00:30"),
    "stamp": (dates.stamp, (FRIDAY,), {}, "3. 19. 18:00", "19 Mar 18:00"),
    "stamp at night": (dates.stamp, (NIGHT,), {}, "1. 1. 00:30", "1 Jan 00:30"),
    "exact period": (dates.period, (date(2021, 3, 31), "day"), {}, "2021. 3. 31.(수)", "Wed 31 Mar 2021"),
    "month": (dates.period, (date(2021, 12, 1), "month"), {}, "2021. 12.", "Dec 2021"),
    "first quarter": (dates.period, (date(2021, 3, 31), "quarter"), {}, "2021년 1분기", "Q1 2021"),
    "second quarter": (dates.period, (date(2021, 4, 1), "quarter"), {}, "2021년 2분기", "Q2 2021"),
    "last quarter": (dates.period, (date(2021, 12, 31), "quarter"), {}, "2021년 4분기", "Q4 2021"),
    "first half": (dates.period, (date(2021, 6, 30), "half"), {}, "2021년 상반기", "H1 2021"),
    "second half": (dates.period, (date(2021, 7, 1), "half"), {}, "2021년 하반기", "H2 2021"),
    "year": (dates.period, (date(2050, 1, 1), "year"), {}, "2050년", "2050"),
    "span": (dates.span, (timedelta(days=3, hours=4),), {}, "3일 4시간", "3 days 4 hours"),
    "span of ones": (dates.span, (timedelta(days=1, hours=1),), {}, "1일 1시간", "1 day 1 hour"),
    "span within a day": (dates.span, (timedelta(hours=23, minutes=59),), {}, "23시간 59분", "23 hours 59 minutes"),
    "span in whole days": (dates.span, (timedelta(days=2),), {}, "2일", "2 days"),
    "span, rounded to the hour": (
        dates.span,
        (timedelta(days=1, hours=22, minutes=50),),
        {},
        "1일 23시간",
        "1 day 23 hours",
    ),
    "span, rounded to the day": (dates.span, (timedelta(days=1, hours=23, minutes=50),), {}, "2일", "2 days"),
    "span that has passed": (dates.span, (-timedelta(hours=2),), {}, "2시간", "2 hours"),
    "shortest span": (dates.span, (timedelta(seconds=1),), {}, "1분", "1 minute"),
}


@pytest.fixture(params=["Asia/Seoul", "UTC", "America/New_York", "Pacific/Kiritimati"])
def zone(request: pytest.FixtureRequest) -> Iterator[None]:
    """The time zone of the process: it says nothing about the reader."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield
    os.environ.pop("TZ")
    os.environ |= {"TZ": before} if before else {}
    time.tzset()


@pytest.mark.parametrize(("write", "arguments", "options", "korean", "english"), DATES.values(), ids=DATES)
def test_dates_in_both_languages(
    zone: None,
    write: Callable[..., str],
    arguments: tuple[Any, ...],
    options: dict[str, bool],
    korean: str,
    english: str,
) -> None:
    for language, expected in (("ko", korean), ("en", english)):
        with translation.override(language):
            assert write(*arguments, **options) == expected


@pytest.mark.parametrize(
    ("language", "weekdays"), [("ko", ["월", "화", "수", "목", "금", "토", "일"]), ("en", list(calendar.day_abbr))]
)
def test_weekdays(language: str, weekdays: list[str]) -> None:
    with translation.override(language):
        written = [dates.day(day, year=False) for day in WEEK]
    assert all(weekday in text for weekday, text in zip(weekdays, written, strict=True))
    assert len(set(written)) == 7
