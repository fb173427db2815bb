"""The pages of the agenda, as each of their readers sees them: the office draws it up, ministries see theirs early."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from meetings import agenda
from meetings.models import AgendaItem, Figure, Meeting
from ministries.models import Ministry, User
from tests import builders
from tests.builders import key
from tests.cast import TaskForce
from tests.pages import HTMX, Element, filled, page, visitor

from . import agenda_scene as scene
from .test_agenda import EXPERTS, SITTINGS

pytestmark = [pytest.mark.django_db, pytest.mark.either]
EDIT, ADD = "/meetings/2/agenda/", "/meetings/2/agenda/add/"


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: datetime) -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def meeting(task_force: TaskForce, coordinator: User, me: Ministry, msit: Ministry, at: datetime) -> Meeting:
    return scene.meeting(task_force.round_2, me, msit, by=coordinator, at=at)


@pytest.fixture
def items(meeting: Meeting, coordinator: User, at: datetime) -> dict[str, AgendaItem]:
    """The office's own, one that ME presents, and one about a task of MSIT."""
    who: dict[str, Any] = {"by": coordinator, "at": at}
    return {
        "office": scene.add(meeting, "국조실 안건", minutes=10, **who),
        "ME": scene.add(meeting, "환경부 안건", presenter="ME", minutes=25, figures=(EXPERTS, SITTINGS), **who),
        "MSIT": scene.add(meeting, "과기정통부 과제", tasks=("MSIT-01",), **who),
        "both": scene.add(meeting, "두 부처", presenter="ME", tasks=("MSIT-01", "ME-01"), **who),
    }


def titles(read: agenda.Agenda) -> list[str]:
    return [entry.title for entry in read.entries]


# Who sees what


EARLY = {
    "coordinator": ["국조실 안건", "환경부 안건", "과기정통부 과제", "두 부처"],
    "me_officer": ["환경부 안건", "두 부처"],
    "msit_officer": ["과기정통부 과제", "두 부처"],
    "fsc_officer": [],
    "reader": [],
}


@pytest.mark.parametrize("shown", [False, True], ids=["before it is shown", "shown"])
def test_who_sees_which_items(items, meeting, task_force, coordinator, at, shown):
    if shown:
        scene.show(meeting, by=coordinator, at=at)
    for name, early in EARLY.items():
        user = task_force.people[name]
        wanted = EARLY["coordinator"] if shown and name != "fsc_officer" else early
        assert titles(agenda.read(meeting, user=user, at=at)) == wanted, name
        browser = visitor(user)
        for item in items.values():
            status = browser.get(f"/meetings/2/items/{item.pk}/").status_code
            assert status == (200 if item.title_ko in wanted else 404), (name, item)


def test_numbers_and_times_count_what_the_reader_does_not_see(items, meeting, me_officer, msit_officer, at):
    entry, other = agenda.read(meeting, user=me_officer, at=at).entries
    assert (entry.no, entry.begins) == (2, time(14, 10))
    assert (other.no, other.begins) == (4, None), "the one before it has no length"
    first = agenda.read(meeting, user=msit_officer, at=at).entries[0]
    assert (first.no, first.begins) == (3, time(14, 35))


def test_a_ministry_does_not_learn_why_before_the_freeze(meeting, task_force, coordinator, me_officer, reader, at):
    """The reason tells lights of an open round that nobody accepted: the office alone knows them."""
    from meetings import suggesting, workflow

    one = suggesting.read(meeting, user=coordinator, at=at).find("attention")
    assert one is not None
    workflow.add_item(meeting.pk, one.draft, by=coordinator, at=at, key=key())
    scene.show(meeting, by=coordinator, at=at)
    pk = meeting.items.get().pk

    def sees(user: User) -> bool:
        return "Why suggested" in visitor(user).get(f"/meetings/2/items/{pk}/").content.decode()

    assert (sees(coordinator), sees(reader), sees(me_officer)) == (True, False, False)
    builders.freeze(task_force.round_2, by=coordinator, at=at)
    assert (sees(me_officer), sees(reader)) == (True, True)


def test_a_light_that_is_not_accepted_is_not_told_on_the_agenda(
    items, meeting, task_force, me_officer, msit_officer, at
):
    """As the board: of another ministry's open report nobody but the office knows the new light."""
    report = task_force.reports["MSIT-01"]
    builders.write(report, by=msit_officer, at=at, **builders.troubled())
    builders.submit(report, by=msit_officer, at=at)

    def light(user: User) -> Any:
        entry = agenda.read(meeting, user=user, at=at, only=items["both"].pk).entries[0]
        return next((row.light, row.was) for row in entry.tasks if row.code == "MSIT-01")

    assert light(task_force.people["coordinator"]) == ("attention", False)
    assert light(me_officer) == ("on_track", True)


def test_the_queries_of_an_agenda_stay_as_many(items, meeting, coordinator, at, django_assert_num_queries):
    agenda.read(meeting, user=coordinator, at=at)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        agenda.read(meeting, user=coordinator, at=at)
    for no in range(6):
        made = scene.add(meeting, f"안건 {no}", by=coordinator, at=at, tasks=("ME-02", "ME-03"), figures=(EXPERTS,))
        scene.paper(made, by=coordinator, at=at)
    with django_assert_num_queries(len(few)):
        agenda.read(meeting, user=coordinator, at=at)


def test_an_item_shows_its_figures_tasks_and_their_source(items, meeting, me_officer, at):
    shown = page(visitor(me_officer).get(f"/meetings/2/items/{items['ME'].pk}/"))
    figures = [row.text for row in shown.one("section", aria_labelledby="figures").all("li")]
    assert figures[0] == "82 experts (Feb 2021) Source: https://example.go.kr/82"
    assert figures[1] == "36 meetings (Dec 2020–Feb 2021) without a source"


# The office's page


def test_an_item_is_added_with_what_was_typed(meeting, coordinator):
    browser = visitor(coordinator)
    form = filled(page(browser.get(ADD)), ADD)
    form |= {"title_ko": ["시나리오"], "kind": ["report"], "presenter": ["ME"], "minutes": ["15"]}
    form |= {"add_tasks": ["me-01, ME-02"], "f0-number": ["1,163.5"], "f0-text_ko": ["명"], "f0-until": ["2021-02-28"]}
    form |= {"f1-text_ko": ["전국"], "f1-precision": ["month"]}
    answer = browser.post(ADD, form)
    item = meeting.items.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{EDIT}#item-{item.pk}")
    assert [row.task.code for row in item.of_tasks.all()] == ["ME-01", "ME-02"]
    figures = [(row.number, row.text_ko, row.until, row.precision) for row in item.figures.all()]
    assert figures == [(Decimal("1163.5"), "명", date(2021, 2, 28), "day"), (None, "전국", None, "month")]


def test_a_refused_item_comes_back_as_it_was_typed(meeting, coordinator):
    browser = visitor(coordinator)
    form = filled(page(browser.get(ADD)), ADD)
    form |= {"title_ko": [""], "minutes": ["한 시간"], "add_tasks": ["ME-99"], "task": ["ME-01"]}
    form |= {"f1-number": ["여든둘"], "f1-text_ko": ["명"], "f1-until": ["2021-02-30"]}
    answer = browser.post(ADD, form)
    shown = page(answer)
    assert answer.status_code == 422
    assert {row["id"] for row in shown.all("p", class_="err")} == {"minutes-error", "f1-number-error", "f1-until-error"}
    assert shown.one("input", id="f1-number")["value"] == "여든둘"
    form |= {"minutes": ["60"], "f1-number": ["82"], "f1-until": ["2021-02-28"]}
    again = browser.post(ADD, form)
    shown = page(again)
    assert {row["id"] for row in shown.all("p", class_="err")} == {"title_ko-error", "tasks-error"}
    sent = filled(shown, ADD)
    assert (sent["add_tasks"], sent["task"], sent["minutes"]) == (["ME-99"], ["ME-01"], ["60"])
    assert sent["f1-number"] == ["82"]
    assert sent["key"] == form["key"], "mended, it is the same form"
    assert not meeting.items.exists()


def test_an_item_is_changed_and_an_emptied_figure_leaves(items, coordinator):
    item = items["ME"]
    browser, address = visitor(coordinator), f"/meetings/2/agenda/{item.pk}/"
    form = filled(page(browser.get(address)), address)
    assert (form["f0-number"], form["f0-until"], form["version"]) == (["82"], ["2021-02-28"], ["0"])
    for name in ("number", "text_ko", "text_en", "since", "until", "source"):
        form[f"f0-{name}"] = [""]
    assert browser.post(address, form).status_code == 302
    assert list(Figure.objects.filter(item=item).values_list("text_ko", flat=True)) == ["회의"]


def test_two_change_an_item_and_the_second_sees_both(items, meeting, coordinator, coordinator_2):
    item = items["ME"]
    address = f"/meetings/2/agenda/{item.pk}/"
    first, second = visitor(coordinator), visitor(coordinator_2)
    forms = [filled(page(browser.get(address)), address) for browser in (first, second)]
    assert first.post(address, forms[0] | {"title_ko": ["첫째"]}).status_code == 302
    answer = second.post(address, forms[1] | {"title_ko": ["둘째"]})
    shown = page(answer)
    assert answer.status_code == 409
    assert "첫째" in shown.one("section", aria_labelledby="theirs").text
    mine = filled(shown, address)
    assert mine["title_ko"] == ["둘째"]
    assert second.post(address, mine).status_code == 302, "seen, it is theirs to decide"
    item.refresh_from_db()
    assert item.title_ko == "둘째"


def test_what_was_typed_for_an_item_that_is_gone_may_become_a_new_one(items, coordinator, at):
    from meetings import workflow

    item = items["office"]
    browser, address = visitor(coordinator), f"/meetings/2/agenda/{item.pk}/"
    form = filled(page(browser.get(address)), address) | {"title_ko": ["고친 국조실 안건"]}
    workflow.remove_item(item.pk, by=coordinator, at=at, key=key(), version=0)
    answer = browser.post(address, form)
    assert answer.status_code == 409
    again = filled(page(answer), ADD)
    assert again["title_ko"] == ["고친 국조실 안건"]
    assert browser.get(address).status_code == 404


def test_items_move_by_plain_buttons_and_by_parts(items, meeting, coordinator):
    browser = visitor(coordinator)
    order, first = f"{EDIT}order/", items["office"]
    form = filled(page(browser.get(EDIT)), order)
    assert browser.post(order, form | {"move": [f"down-{first.pk}"]})["Location"] == EDIT
    assert scene.order(meeting)[:2] == ["환경부 안건", "국조실 안건"]
    stale = browser.post(order, form | {"move": [f"down-{first.pk}"], "key": [str(key())]}, headers=HTMX)
    assert stale.status_code == 409
    assert not page(stale).all("h1"), "a part"
    assert "changed" in page(stale).one("div", class_="note-box error").text
    fresh = filled(page(stale), order)
    answer = browser.post(order, fresh | {"move": [f"down-{first.pk}"]}, headers=HTMX)
    places = [row["data-place"] for row in page(answer).all("li") if row["data-item"] == str(first.pk)]
    assert places == ["국조실 안건: number 3 of 4"]
    nowhere = browser.post(order, filled(page(answer), order) | {"move": ["up-99"]})
    assert nowhere.status_code == 422


def test_an_item_with_papers_says_why_it_stays(items, coordinator, at):
    item = items["ME"]
    scene.paper(item, by=coordinator, at=at)
    browser, address = visitor(coordinator), f"/meetings/2/agenda/{item.pk}/"
    answer = browser.post(f"{address}remove/", {"version": 0, "key": str(key())})
    assert answer.status_code == 409
    assert "papers" in page(answer).one("div", class_="note-box error").text
    gone = browser.post(f"/meetings/2/agenda/{items['office'].pk}/remove/", {"version": 0, "key": str(key())})
    assert gone.status_code == 302


def test_the_agenda_is_shown_by_a_button_once(items, meeting, coordinator):
    browser = visitor(coordinator)
    form = filled(page(browser.get(EDIT)), f"{EDIT}show/")
    for _click in range(2):
        assert browser.post(f"{EDIT}show/", form).status_code == 302
    assert not page(browser.get(EDIT)).all("form", action=f"{EDIT}show/")
    assert browser.post(f"{EDIT}show/", form | {"key": [str(key())]}).status_code == 409


def test_ids_that_no_database_knows_are_404(items, coordinator):
    browser, far = visitor(coordinator), 2**70
    for path in (f"{EDIT}{far}/", f"/meetings/2/items/{far}/"):
        assert browser.get(path).status_code == 404
    for path in (f"{EDIT}{far}/remove/", f"/meetings/2/items/{far}/papers/"):
        assert browser.post(path, {"version": 0}).status_code == 404


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("address", [EDIT, ADD, f"{ADD}?take=nothing"])
def test_an_empty_agenda_has_its_pages(meeting, coordinator, language, address):
    answer = visitor(coordinator, language=language).get(address)
    assert answer.status_code == 200
    shown: Element = page(answer)
    labelled = {row["for"] for row in shown.all("label")}
    wrapped = {box["id"] for label in shown.all("label") for box in label.all("input")}
    controls = [row for row in shown.all("input", "select", "textarea") if row["type"] not in ("hidden", "submit")]
    assert all(row["id"] in labelled | wrapped for row in controls if "data-name" not in row), "each has its label"


# What an item's page offers


def test_an_item_that_holds_something_is_not_offered_to_be_taken_off(items, coordinator):
    item = items["ME"]
    path = f"{EDIT}{item.pk}/"
    assert page(visitor(coordinator).get(path)).all("form", action=f"{path}remove/")
    AgendaItem.objects.filter(pk=item.pk).update(outcome_ko="결과")
    shown = page(visitor(coordinator).get(path))
    assert not shown.all("form", action=f"{path}remove/")
    assert "The outcome speaks of this item: it stays." in shown.text


def test_an_item_of_a_confirmed_meeting_is_only_read(items, meeting, coordinator, at):
    item = items["ME"]
    assert "disabled" not in page(visitor(coordinator).get(f"{EDIT}{item.pk}/")).one("fieldset", class_="whole")
    columns = {"circulated_at": at, "comments_until": at + timedelta(days=1), "frozen_at": at + timedelta(days=2)}
    Meeting.objects.filter(pk=meeting.pk).update(**columns)
    shown = page(visitor(coordinator).get(f"{EDIT}{item.pk}/"))
    assert "disabled" in shown.one("fieldset", class_="whole")
    assert "it cannot be changed any more" in shown.text
    assert not shown.one("form", id="item-form").all("button")


def test_a_presenter_who_is_not_invited_is_pointed_out_to_the_office(items, meeting, coordinator, at):
    item = scene.add(meeting, "금융위 안건", presenter="FSC", by=coordinator, at=at)
    shown = page(visitor(coordinator).get(EDIT))
    row = shown.one("li", id=f"item-{item.pk}")
    assert "Not invited" in row.text
    assert [a["href"] for a in row.all("a") if a["href"].endswith("/invite/")] == ["/meetings/2/invite/"]
    assert "Not invited" not in shown.one("li", id=f"item-{items['ME'].pk}").text


def test_the_office_presents_under_one_name(meeting, coordinator):
    builders.ministry("OPC")
    shown = page(visitor(coordinator).get(ADD)).one("select", id="presenter")
    values = [option["value"] for option in shown.all("option")]
    assert values.count("") == 1
    assert "OPC" not in values


@pytest.mark.parametrize("day", ["٢٠٢١-01-01", "0001-01-01", "9999-12-31"])
def test_a_figures_day_is_one_of_our_time(meeting, coordinator, day):
    sent = {"kind": "report", "title_ko": "안건", "f0-text_ko": "전문가 #명", "f0-until": day, "key": str(key())}
    answer = visitor(coordinator).post(ADD, sent)
    assert answer.status_code == 422
    assert page(answer).one("p", id="f0-until-error").text in ("Give a date.", "Check the year.")
    assert not meeting.items.exists()
