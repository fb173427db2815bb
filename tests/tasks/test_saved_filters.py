"""Filters that a person keeps: their own alone, as the board reads them, and leading nowhere else."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from tasks import saved_filters
from tasks.models import SavedFilter
from tests.cast import TaskForce
from tests.pages import page, visitor

pytestmark = pytest.mark.either
FILTERS = "/board/filters/"


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: object) -> Iterator[None]:
    with translation.override("en"):
        yield


def kept(name: str = "") -> list[tuple[str, str]]:
    rows = SavedFilter.objects.order_by("name", "user__username")
    return list((rows.filter(user__username=name) if name else rows).values_list("name", "query"))


def test_what_is_kept_is_what_the_board_reads(task_force: TaskForce):
    """Unknown values, other hosts and a second address in the query come to nothing."""
    office = visitor(task_force.people["coordinator"])
    hostile = "?ministry=ME&light=purple&also=late&also=unchanged&also=x&next=//evil.example/&q=%00 환경&by=sector"
    answer = office.post(FILTERS, {"name": "  환경부 ", "query": hostile, "round": "1"})
    wanted = "?ministry=ME&also=late%2Cunchanged&q=%ED%99%98%EA%B2%BD&by=sector"
    assert answer.headers["Location"] == f"/rounds/1/{wanted}"
    assert kept() == [("환경부", wanted)]
    answer = office.post(
        FILTERS, {"name": "환경부", "query": "//evil.example/?ministry=MSIT", "round": "//evil.example"}
    )
    assert answer.status_code == 422  # "//evil.example/?ministry" names no filter
    assert (
        office.post(FILTERS, {"name": "환경부", "query": "ministry=MSIT"}).headers["Location"]
        == "/board/?ministry=MSIT"
    )
    assert kept() == [("환경부", "?ministry=MSIT")], "the same name is saved anew, not twice"
    found = page(office.get(FILTERS))
    (row,) = found.one("tbody").all("tr")
    assert (row.one("a")["href"], row.all("td")[0].text) == ("/board/?ministry=MSIT", "Ministry: Science and ICT")


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ({"name": " ", "query": "?ministry=ME"}, "Give it a name."),
        ({"name": "가" * 41, "query": "?ministry=ME"}, "at most 40 characters"),
        ({"name": "a\u202eb", "query": "?ministry=ME"}, "in one line"),
        ({"name": "x", "query": "?ministry=NOBODY"}, "Nothing is filtered"),
        ({"name": "one too many", "query": "?ministry=ME"}, "You have 30 saved filters."),
    ],
)
def test_a_refusal_keeps_what_was_typed(task_force: TaskForce, at, posted, said):
    user = task_force.people["reader"]
    full = saved_filters.MOST if posted["name"] == "one too many" else 1
    for number in range(full):
        SavedFilter.objects.create(user=user, name=f"n{number}", query="?kind=new", at=at)
    answer = visitor(user).post(FILTERS, posted)
    assert answer.status_code == 422
    found = page(answer)
    assert said in found.one("div", class_="note-box error").text
    if "NOBODY" not in posted["query"]:
        assert (found.one("input", id="name")["value"], found.one("input", name="query")["value"]) == (
            posted["name"],
            "?ministry=ME",
        )
    assert len(kept("reader")) == full
    if full == saved_filters.MOST:
        assert visitor(user).post(FILTERS, posted | {"name": "n0"}).status_code == 302, "in place of one there is room"


def test_they_are_ones_own(task_force: TaskForce, at):
    people = task_force.people
    row = SavedFilter.objects.create(user=people["reader"], name="내 것", query="?kind=new", at=at)
    SavedFilter.objects.create(user=people["coordinator"], name="내 것", query="?ministry=ME", at=at)
    office, reader = visitor(people["coordinator"]), visitor(people["reader"])
    assert page(office.get(FILTERS)).one("tbody").one("a")["href"] == "/board/?ministry=ME"
    assert office.post(f"{FILTERS}{row.pk}/delete/").status_code == 404
    assert reader.post(f"{FILTERS}{row.pk}/delete/").headers["Location"].startswith(f"{FILTERS}?kind=new&name=")
    assert kept() == [("내 것", "?ministry=ME")]
