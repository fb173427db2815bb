"""The last question before a freeze, and the pages of what was frozen."""

from datetime import datetime, timedelta

import pytest

from records import clock
from records.models import Event, Seal
from tasks import freezing
from tasks.models import Report, Round
from tests import builders
from tests.cast import TaskForce
from tests.pages import filled, page, visitor

pytestmark = pytest.mark.either

FREEZE = "/rounds/2/freeze/"


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: object) -> None:
    """Postings are in force in March 2021."""


@pytest.fixture
def mixed(task_force: TaskForce, at: datetime) -> Round:
    """Round 2 with a report of each outcome."""
    people, reports = task_force.people, task_force.reports
    for code, place in {
        "ME-01": "accepted",
        "ME-02": "draft",
        "ME-03": "submitted",
        "ME-04": "returned",
        "ME-05": "mended",
    }.items():
        builders.report_in(place, reports[code], officer=people["me_officer"], coordinator=people["coordinator"], at=at)
    builders.report_in(
        "awaiting_again",
        reports["FSC-01"],
        officer=people["fsc_officer"],
        approver=people["fsc_approver"],
        coordinator=people["coordinator"],
        at=at,
    )
    return task_force.round_2


def section(answer, name: str) -> str:
    return str(next(row for row in answer.all("section") if row["aria-labelledby"] == name).text)


def confirmed(browser, **more: str) -> dict[str, list[str]]:
    """The form as the page fills it, ticked."""
    given = filled(page(browser.get(FREEZE)), FREEZE) | {"sure": ["yes"]}
    return given | {name: [value] for name, value in more.items()}


def test_the_page_names_what_will_be_frozen_how(mixed, coordinator):
    """A half-mended return counts as returned, whoever it waits for; of drafts only the number is told."""
    answer = page(visitor(coordinator).get(FREEZE))
    assert "ME-03" in section(answer, "unreviewed")
    returned = section(answer, "returned")
    assert all(code in returned for code in ("ME-04", "ME-05", "FSC-01"))
    missing = section(answer, "no-reply")
    assert all(code in missing for code in ("ME-02", "ME-06", "MSIT-01", "MSIT-02", "FSC-02"))
    assert "Science and ICT" in missing
    assert "3 texts are written but not submitted" in answer.text
    numbers = [int(row.text) for row in answer.one("dl", class_="tally").all("dd")]
    assert numbers == [1, 1, 3, 5]
    assert sum(numbers) == Report.objects.in_round(mixed).count()


def test_nothing_of_a_draft_stands_on_the_page(task_force, coordinator, at):
    secret = "ㅇ 아직 밖에 내지 않은 문장"
    builders.write(task_force.reports["ME-01"], by=task_force.people["me_officer"], at=at, results=secret)
    assert secret not in visitor(coordinator).get(FREEZE).content.decode()


def test_the_tasks_lead_to_their_review(mixed, coordinator):
    browser = visitor(coordinator)
    links = [row["href"] for row in page(browser.get(FREEZE)).one("main").all("a") if "/review/" in row["href"]]
    assert len(links) == 9
    assert {browser.get(link).status_code for link in links} == {200}


def test_a_warning_while_ministries_are_in_time(mixed, coordinator, monkeypatch):
    """The due instant itself is still in time."""
    browser = visitor(coordinator)
    for moment, early in ((mixed.due_at, True), (mixed.due_at + timedelta(microseconds=1), False)):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        assert ("The round is not due yet" in page(browser.get(FREEZE)).text) is early


def test_freezing_leads_to_the_frozen_board_and_its_record(mixed, coordinator):
    browser = visitor(coordinator)
    answer = browser.post(FREEZE, confirmed(browser), follow=True)
    assert answer.redirect_chain == [("/rounds/2/", 302)]
    said = page(answer).one("div", id="messages")
    assert "Reporting round 2 is frozen." in said.text
    record = browser.get(said.one("a")["href"])
    assert Seal.objects.get(stream__key="round/2").root in page(record).text
    assert Event.objects.filter(stream__key="round/2", verb="freeze").count() == 1


def test_sending_twice_freezes_once(mixed, coordinator):
    browser = visitor(coordinator)
    form = confirmed(browser)
    for _ in range(2):
        assert browser.post(FREEZE, form).headers["Location"] == "/rounds/2/"
    assert Seal.objects.filter(stream__key="round/2").count() == 1


def test_without_the_tick_nothing_is_frozen(mixed, coordinator):
    browser = visitor(coordinator)
    form = confirmed(browser)
    answer = browser.post(FREEZE, {name: value for name, value in form.items() if name != "sure"})
    assert answer.status_code == 422
    box = page(answer).one("input", id="sure")
    assert box["aria-invalid"] == "true"
    assert page(answer).one("p", id=box["aria-describedby"]).text.startswith("Tick this")
    assert filled(page(answer), FREEZE)["key"] == form["key"], "a refused attempt keeps its key"
    mixed.refresh_from_db()
    assert mixed.frozen_at is None


def test_a_round_that_moved_is_shown_again(mixed, task_force, coordinator, at):
    """Someone submits between the page and the button: 409, the new state, and the next press counts."""
    browser = visitor(coordinator)
    form = confirmed(browser)
    builders.report_in(
        "submitted",
        task_force.reports["MSIT-01"],
        officer=task_force.people["msit_officer"],
        coordinator=coordinator,
        at=at,
    )
    answer = browser.post(FREEZE, form)
    assert answer.status_code == 409
    assert "The round changed since you opened this page" in page(answer).one("div", class_="note-box error").text
    assert "MSIT-01" in section(page(answer), "unreviewed")
    again = filled(page(answer), FREEZE)
    assert "sure" not in again, "what changed is confirmed anew"
    assert again["head_seq"] == [str(freezing.head_seq(mixed))]
    assert browser.post(FREEZE, again | {"sure": ["yes"]}).status_code == 302


@pytest.mark.parametrize("head_seq", ["", "-1", "nine", "9" * 40])
def test_a_damaged_confirmation_freezes_nothing(mixed, coordinator, head_seq):
    browser = visitor(coordinator)
    assert browser.post(FREEZE, confirmed(browser, head_seq=head_seq)).status_code == 409


def test_a_frozen_round_says_so_and_cannot_be_frozen_again(mixed, coordinator):
    browser = visitor(coordinator)
    form = confirmed(browser)
    browser.post(FREEZE, form)
    answer = browser.get(FREEZE)
    assert answer.status_code == 200
    assert page(answer).one("div", class_="empty-page").one("a")["href"] == "/rounds/2/record/"
    assert not [row for row in page(answer).all("form") if row["action"] == FREEZE]
    assert browser.post(FREEZE, form | {"key": [str(builders.key())]}).status_code == 409


def test_a_round_that_is_not_open_yet_cannot_be_frozen(task_force, coordinator, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: task_force.round_2.opens_at - timedelta(hours=1))
    browser = visitor(coordinator)
    assert "It can be frozen from then on" in page(browser.get(FREEZE)).text
    given = {"sure": "yes", "head_seq": str(freezing.head_seq(task_force.round_2))}
    assert browser.post(FREEZE, given).status_code == 409


@pytest.mark.parametrize("name", ["reader", "me_officer", "fsc_approver", "administrator", "stranger"])
def test_only_the_office_freezes(task_force, name):
    browser = visitor(task_force.people[name])
    assert browser.get(FREEZE).status_code == 403
    assert browser.post(FREEZE, {"sure": "yes", "head_seq": "1"}).status_code == 403


# The rounds and the record


def test_the_list_of_rounds(task_force):
    """Each person gets the links that open for them."""
    people = task_force.people
    root = Seal.objects.get(stream__key="round/1").root
    links = {}
    for name in ("coordinator", "reader", "me_officer"):
        answer = page(visitor(people[name]).get("/rounds/")).one("table")
        assert root[:8] in answer.text
        assert root not in answer.text
        links[name] = {row["href"] for row in answer.all("a")}
    assert links["coordinator"] == {
        *("/rounds/1/", "/rounds/1/record/", "/board/", "/rounds/2/record/"),
        *("/rounds/2/dates/", "/rounds/2/roster/", "/rounds/2/prepare/"),
    }
    assert links["reader"] == {"/rounds/1/", "/rounds/1/record/", "/board/"}
    assert links["me_officer"] == {"/rounds/1/", "/rounds/1/record/"}
    for name, paths in links.items():
        assert {visitor(people[name]).get(path).status_code for path in paths} == {200}, name
    assert visitor(people["administrator"]).get("/rounds/").status_code == 403


def test_a_planned_round_is_listed_with_its_preparation_alone(task_force, coordinator):
    builders.round_(3)
    rows = page(visitor(coordinator).get("/rounds/")).one("tbody").all("tr")
    assert {row["href"] for row in rows[0].all("a")} == {"/rounds/3/dates/", "/rounds/3/prepare/"}
    assert visitor(coordinator).get("/rounds/3/record/").status_code == 404


def test_the_record_shows_the_whole_root_and_its_numbers_lead_to_their_lists(task_force):
    browser = visitor(task_force.people["me_officer"])
    answer = page(browser.get("/rounds/1/record/"))
    assert Seal.objects.get(stream__key="round/1").root in answer.text
    for link in answer.one("dl", class_="tally").all("a"):
        behind = page(browser.get(link["href"]))
        assert len([row for row in behind.walk() if row["class"] == "tile" and row["id"]]) == int(link.text)


def test_the_events_are_the_offices_and_the_readers(task_force):
    people = task_force.people
    names = {row.actor.name_en for row in Event.objects.filter(stream__key="round/1") if row.actor}
    for name, sees in (("coordinator", True), ("reader", True), ("me_officer", False), ("fsc_approver", False)):
        answer = page(visitor(people[name]).get("/rounds/1/record/"))
        assert bool(answer.all("table")) is sees, name
        assert (any(actor in answer.one("main").text for actor in names - {people["coordinator"].name_en})) is sees
    assert visitor(people["administrator"]).get("/rounds/1/record/").status_code == 403


def test_the_record_of_an_open_round_is_the_offices(task_force):
    people = task_force.people
    assert "nothing is sealed yet" in page(visitor(people["coordinator"]).get("/rounds/2/record/")).text
    for name in ("reader", "me_officer"):
        assert visitor(people[name]).get("/rounds/2/record/").status_code == 404


def test_the_events_in_words_by_the_hundred(task_force, coordinator, monkeypatch):
    from tasks import rounds

    monkeypatch.setattr(rounds, "EVENTS_ON_A_PAGE", 5)
    browser = visitor(coordinator)
    total = Event.objects.filter(stream__key="round/1").count()
    seen = []
    for number in range(1, -(-total // 5) + 1):
        rows = page(browser.get(f"/rounds/1/record/?page={number}")).one("tbody").all("tr")
        seen += [int(row.one("th").text) for row in rows]
        for row in rows:
            assert "_" not in row.all("td")[2].text, "a verb without a word"
    assert seen == list(range(1, total + 1))
    for damaged in ("0", "-1", "nine", "%00", "9" * 40):
        assert browser.get(f"/rounds/1/record/?page={damaged}").status_code == 200


def test_every_verb_of_a_round_has_a_word():
    from tasks.models import VERBS
    from tasks.transitions import ADDITIONS, BESIDE, BY_THE_OFFICE, EXTENSIONS, ROUNDS, TRANSITIONS
    from tests.verbs import DUTIES

    known = (set(TRANSITIONS) - {"save_draft", "fill_drafts"}) | set(ADDITIONS) | set(EXTENSIONS) | set(BESIDE)
    known |= set(BY_THE_OFFICE) | set(ROUNDS)
    assert set(VERBS) == known | {"prepare", "freeze", *DUTIES}
