"""Addresses of the working group, scenarios, candidates, opinions, hearings and meetings that nobody was given: an answer
to each, never a 500 (quality.md 14). Which addresses there are is read from the portal itself. Both engines."""

from datetime import datetime
from urllib.parse import urlencode

import pytest
from django.urls import URLResolver, get_resolver

from tests import grown
from tests.cast import TaskForce
from tests.pages import visitor

PARTS = ("working-group/", "scenarios/", "candidates/", "opinions/", "hearings/", "meetings/", "decisions/")
TEXTS = ("%00", "G1-1%00", "x" * 300)
NUMBERS = ("0", "32768", str(2**63))
ASKED = """
    as_of weeks division ministry state a b S1 2050-A group channel disposition task hearing since q page kind month answer
    round sentence lead due_on take field seen open decision scenario sector no number order only by call
""".split()
VALUES = ("x\0", "0001-01-01", "9999-12-31", "9" * 40)


def routes() -> list[str]:
    """Every route of these parts, as it is written in the portal's addresses."""
    found: list[str] = []

    def walk(resolver: URLResolver, before: str) -> None:
        for one in resolver.url_patterns:
            route = before + str(one.pattern)
            if isinstance(one, URLResolver):
                walk(one, route)
            elif route.startswith(PARTS):
                found.append(route)

    walk(get_resolver(), "")
    return sorted(found)


def filled(route: str, text: str, number: str) -> str:
    """The route as an address, the one value for each text in it, the other for each number."""
    parts = []
    for part in route.replace("<", "\n<").replace(">", ">\n").split("\n"):
        kind = part.strip("<>").split(":")[0] if part.startswith("<") else ""
        parts.append({"": part, "int": number, "uuid": "0" * 8 + "-0000-4000-8000-" + "0" * 12}.get(kind, text))
    return "/" + "".join(parts)


@pytest.fixture
def portal(task_force: TaskForce, domain_time: datetime) -> TaskForce:
    """A row in each table."""
    grown.whole(task_force, published=True)
    return task_force


def test_the_addresses_are_found() -> None:
    found = routes()
    assert {route.split("/")[0] + "/" for route in found} == set(PARTS)
    assert len(found) > 60


def test_parts_of_an_address_that_are_none(portal: TaskForce) -> None:
    """NUL and other words in place of codes; numbers beyond what a column holds, or a database can look for."""
    browser = visitor(portal.people["coordinator"], raise_request_exception=False)
    wrong = []
    for route in routes():
        text = "csv" if "ending" in route else "S1"
        tried = {filled(route, strange, "1") for strange in TEXTS} | {filled(route, text, number) for number in NUMBERS}
        answers = {path: browser.get(path).status_code for path in sorted(tried)}
        wrong += [f"{path[:80]}: {status}" for path, status in answers.items() if status >= 500]
    assert not wrong, "\n".join(wrong)


def test_what_is_asked_for_is_none(portal: TaskForce) -> None:
    """Filters of every page: all at once, and on lists each alone, because the first may hide what the next one does."""
    browser = visitor(portal.people["coordinator"], raise_request_exception=False)
    wrong = []
    for route in routes():
        path = filled(route, "csv" if "ending" in route else "S1", "1")
        if browser.get(path).status_code != 200:
            continue
        queries = [dict.fromkeys(ASKED, value) for value in VALUES]
        if "<" not in route:
            queries += [{one: VALUES[0]} for one in ASKED]
        answers = [(query, browser.get(path, query).status_code) for query in queries]
        wrong += [f"{path}?{urlencode(query)[:60]}: {status}" for query, status in answers if status >= 500]
    assert not wrong, "\n".join(wrong)
