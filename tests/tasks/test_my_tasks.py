"""My tasks: the list in its order of work, drafts while they are typed, two people at one text, text that is never
lost. What is sent of it: test_answers.py."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tasks.models import Draft, Report, Round, Task
from tests import builders
from tests.builders import fresh, kst
from tests.pages import HTMX, Element, Fields, dead_links, filled, page, parse, visitor

pytestmark = pytest.mark.either

LIST = "/my-tasks/?ministry=ME"
MINE, THEIRS = "ㅇ 제가 쓴 추진실적", "ㅇ 다른 담당자가 쓴 추진실적"


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: datetime) -> None:
    """Tuesday 16 March 2021, 14:00."""


@pytest.fixture
def officer(me_officer) -> Client:
    return visitor(me_officer)


def row_of(found: Element, code: str) -> Element:
    """A task's row on the list."""
    return next(row for row in found.all("details", class_="row") if head(row)["id"] == code)


def head(row: Element) -> Element:
    """What stands of a row while it is closed."""
    return row.all("summary")[0]


def typed(browser: Client, report: Report, **texts: str) -> Fields:
    """The fields of one row, as the page brings them and as the script sends them alone, with texts typed over."""
    prefix = f"r{report.pk}-"
    whole = filled(page(browser.get(LIST)), "/my-tasks/")
    assert f"{prefix}version" in whole, "the page brings the row's form"
    own = {name: values for name, values in whole.items() if name.startswith(prefix)}
    return own | {f"{prefix}{name}": [text] for name, text in texts.items()}


def more_tasks(ministry: Any, number: int, **more: Any) -> list[Report]:
    """New tasks on the roster of the open round."""
    round_, begin, made = Round.objects.get(no=2), Task.objects.count(), []
    for index in range(begin, begin + number):
        task = builders.task(f"NEW-{index}", ministry, **more)
        made.append(Report.objects.create(round=round_, task=task, lead=ministry, kind=task.kind, sector=task.sector))
    return made


def texts_of(found: Element) -> list[Element]:
    """The fields of the reports' forms; a conversation's field is beside them."""
    return [row for row in found.all("textarea") if row["name"] != "text"]


def text_of(found: Element, report: Report, name: str = "results") -> str:
    return found.one("textarea", id=f"r{report.pk}-{name}").raw_text.removeprefix("\n")


def given_back(answer: Any) -> set[str]:
    """The texts that a page of refusal shows."""
    return {row.text for row in page(answer).all("blockquote")}


def save(browser: Client, report: Report, fields: Any, **headers: str) -> Any:
    return browser.post(f"/reports/{report.pk}/draft/", fields, headers=headers)


# The list


def test_the_order_is_the_order_of_work(officer, reports, me_officer, coordinator, at):
    """screens.md A: returned first and open, then milestones that fell due, then the rest by code."""
    builders.report_in("returned", reports["ME-05"], officer=me_officer, coordinator=coordinator, at=at)
    found = page(officer.get(LIST))
    rows = found.all("details", class_="row")
    assert [head(row)["id"] for row in rows] == ["ME-05", "ME-02", "ME-01", "ME-03", "ME-04", "ME-06"]
    assert [head(row)["id"] for row in rows if "open" in row] == ["ME-05"]
    assert "근거를 보완 바람" in rows[0].text
    assert "17 Mar, 14:00" in head(rows[0]).text


def test_every_number_leads_to_its_list(officer, reports, me_officer, coordinator, at):
    """screens.md: every number links to its list, and the list holds just as many."""
    for code, place in {"ME-01": "draft", "ME-04": "returned", "ME-03": "submitted", "ME-06": "accepted"}.items():
        builders.report_in(place, reports[code], officer=me_officer, coordinator=coordinator, at=at)
    counts = page(officer.get(LIST)).one("dl", id="counts")
    told = {box.one("dt").text: box.one("a") for box in counts.all("div")}
    assert {label: link.text for label, link in told.items()} == {
        "All": "6", "Returned": "1", "Draft": "1", "Missing": "2", "Submitted": "1", "Accepted": "1",
    }  # fmt: skip
    for link in told.values():
        assert len(page(officer.get(link["href"])).all("details", class_="row")) == int(link.text), link["href"]


@pytest.mark.parametrize("place", ["draft", "submitted", "accepted"])
def test_an_address_opens_its_row_without_a_script(officer, reports, me_officer, coordinator, at, place):
    builders.report_in(place, reports["ME-01"], officer=me_officer, coordinator=coordinator, at=at)
    found = page(officer.get("/my-tasks/?open=ME-01"))
    assert [row["id"] for row in found.all("details", class_="row") if "open" in row] == [f"row-{reports['ME-01'].pk}"]


def test_a_ministry_sees_its_own_tasks_alone(officer, msit_officer, reports):
    """Supporting another ministry's task does not bring it onto the list; a foreign ministry's list is not there."""
    found = page(visitor(msit_officer).get("/my-tasks/"))
    assert [head(row)["id"] for row in found.all("details", class_="row")] == ["MSIT-01", "MSIT-02"]
    assert officer.get("/my-tasks/?ministry=MSIT").status_code == 404
    assert officer.get("/my-tasks/?state=nonsense&open=MSIT-01").status_code == 200


def test_more_than_ten_tasks_bring_their_forms_when_opened(officer, me, reports):
    """architecture.md: a long list brings one form, the opened one; each row's link brings its own, with and without
    a script."""
    found = page(officer.get(LIST))
    assert len(texts_of(found)) == 6 * 3
    report = more_tasks(me, 5)[-1]
    code = report.task.code
    found = page(officer.get(f"{LIST}&open={code}"))
    assert {row["name"].partition("-")[0] for row in texts_of(found)} == {f"r{report.pk}"}
    address = f"/reports/{report.pk}/form/"
    assert officer.get(address).headers["Location"] == f"{LIST}&open={code}#{code}"
    part = page(officer.get(address, headers=HTMX))
    assert not part.all("html", "h1")
    assert part.one("div", class_="panel").one("textarea", name=f"r{report.pk}-results").tag == "textarea"


# Drafts


def test_a_draft_saves_around_the_form_and_never_touches_it(officer, reports):
    """model.md: the answer to a draft's save replaces version, state, counts and bar only; nothing that is typed in."""
    report = reports["ME-01"]
    answer = save(officer, report, typed(officer, report, results=MINE), **HTMX)
    assert answer.status_code == 200
    part = parse(answer.content.decode())
    pieces = [row for row in part.children if isinstance(row, Element)]
    names = ("version", "counted", "saved", "light", "todo", "state", "trouble", "mend")
    around = {*(f"{name}-{report.pk}" for name in names), "counts", "ready"}
    assert {row["id"] for row in pieces if not row["id"].endswith("-error")} == around
    assert {row["hx-swap-oob"] for row in pieces} == {"true"}
    assert not part.all("form", "textarea", "details", "select")
    assert not [row for row in part.all("input") if row["type"] != "hidden"]
    assert (
        part.one("input", id=f"version-{report.pk}")["value"] == str(report.version + 1) == str(fresh(report).version)
    )
    assert "saved 14:00" in part.one("span", id=f"saved-{report.pk}").text
    assert part.one("span", id=f"state-{report.pk}").text == "Draft"
    assert "Draft1" in part.one("dl", id="counts").text
    assert "Changed1" in part.one("dl", id="ready").text
    assert Draft.objects.get().content["results"] == MINE


def test_counts_come_along_when_the_row_is_counted_otherwise(reports, me_officer):
    """The page says how it counts the row; as long as that holds, a save brings its numbers no second time."""
    report, officer = reports["ME-05"], visitor(me_officer)
    prefix = f"r{report.pk}-"
    form = {f"{prefix}{name}": value for name, value in builders.raw().items() if isinstance(value, str)}

    def saved(counted: str, version: int, **typed: str):
        typed = {f"{prefix}{name}": text for name, text in typed.items()}
        sent = form | typed | {f"{prefix}version": version, f"{prefix}counted": counted}
        answer = page(officer.post(f"/reports/{report.pk}/draft/", sent, headers=HTMX))
        return answer.one("input", id=f"counted-{report.pk}")["value"], len(answer.all("dl", id="counts"))

    first = page(officer.get(f"{LIST}&open=ME-05")).one("input", id=f"counted-{report.pk}")["value"]
    written, brought = saved(first, 0)
    assert (written != first, brought) == (True, 1)
    assert saved(written, 1, results="ㅇ 더 씀") == (written, 0)
    unfit, brought = saved(written, 2, light="attention")
    assert (unfit != written, brought) == (True, 1), "without an issue it cannot go: the bar has to say so"


def test_the_same_text_again_is_no_change(officer, reports):
    """Opening a row and leaving it, or saving twice, makes neither a draft nor a version."""
    report = reports["ME-01"]
    untouched = typed(officer, report)
    assert save(officer, report, untouched, **HTMX).status_code == 200
    assert not Draft.objects.exists()
    mine = typed(officer, report, results=MINE)
    for _ in range(2):  # the second one comes in the version before the first
        assert save(officer, report, mine, **HTMX).status_code == 200
    assert fresh(report).version == report.version + 1
    assert (
        save(officer, report, typed(officer, report) | _only(untouched, report, "results"), **HTMX).status_code == 200
    )
    assert not Draft.objects.exists(), "the starting text is no draft"
    assert fresh(report).state == "missing"


def _only(fields: Fields, report: Report, name: str) -> Fields:
    return {f"r{report.pk}-{name}": fields[f"r{report.pk}-{name}"]}


@pytest.mark.parametrize(
    ("button", "target"),
    [
        ("open:ME-03", f"{LIST}&open=ME-03#ME-03"),
        ("check", "/my-tasks/check/?ministry=ME"),
        ("save", LIST),
        ("x", LIST),
    ],
)
def test_without_a_script_the_page_saves_and_goes_on(officer, reports, button, target):
    """screens.md: each page works with JavaScript off; one button keeps every row and leads on."""
    one, two = reports["ME-01"], reports["ME-03"]
    fields = filled(page(officer.get(LIST)), "/my-tasks/")
    fields |= {f"r{one.pk}-results": [MINE], f"r{two.pk}-plans": ["ㅇ 계획"], "do": [button]}
    answer = officer.post("/my-tasks/", fields)
    assert (answer.status_code, answer.headers["Location"]) == (302, target)
    found = page(officer.get(LIST))
    assert text_of(found, one) == MINE
    assert text_of(found, two, "plans") == "ㅇ 계획"
    assert Draft.objects.count() == 2


def test_one_row_saved_without_a_script_leads_back_to_it(officer, reports):
    """Same address, same button: a redirect instead of a swap."""
    report = reports["ME-04"]
    answer = save(officer, report, typed(officer, report, results=MINE))
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{LIST}&open=ME-04#ME-04")


# Two people at one text


@pytest.fixture
def crossed(officer, me_officer_2, reports) -> Fields:
    """What one officer typed into ME-01 while another one saved another text of it."""
    report = reports["ME-01"]
    mine = typed(officer, report, results=MINE)
    other = visitor(me_officer_2)
    assert save(other, report, typed(other, report, results=THEIRS), **HTMX).status_code == 200
    return mine


def test_two_people_at_one_report_see_both_texts(officer, reports, crossed):
    """quality.md 2: the second one gets 409 with both texts; nothing is overwritten. Here under htmx, where the other
    text comes above the form, and the form in which someone is typing is left alone."""
    report = reports["ME-01"]
    answer = save(officer, report, crossed, **HTMX)
    assert answer.status_code == 409
    part = page(answer)
    assert not part.all("html", "h1", "form", "textarea", "details")
    assert part.one("div", id=f"trouble-{report.pk}")["hx-swap-oob"] == "true"
    assert MINE in part.text
    assert THEIRS in part.text
    assert Draft.objects.get(report=report).content["results"] == THEIRS


def test_two_people_at_one_report_see_both_texts_without_a_script(officer, reports, crossed):
    """quality.md 2, from both places that take a whole page; what else was on it is kept."""
    report, beside = reports["ME-01"], reports["ME-03"]
    whole = crossed | typed(officer, beside, results="ㅇ 다른 과제의 실적") | {"ministry": ["ME"], "do": ["check"]}
    for address in ("/my-tasks/", f"/reports/{report.pk}/submit/", f"/reports/{report.pk}/draft/"):
        answer = officer.post(address, whole | {"key": [str(builders.key())]})
        assert answer.status_code == 409, address
        found = page(answer)
        _both_are_there(row_of(found, "ME-01"), report)
        assert "ME-01" in found.one("div", class_="note-box error").text
        assert dead_links(officer, answer) == []
    assert fresh(beside).draft.content["results"] == "ㅇ 다른 과제의 실적"
    assert not report.revisions.exists()


def _both_are_there(found: Element, report: Report) -> None:
    assert text_of(found, report) == MINE
    assert THEIRS in found.one("dl", class_="both").text
    assert "Lee Bada" in found.text
    assert Draft.objects.get(report=report).content["results"] == THEIRS


def test_mine_goes_over_theirs_only_when_i_say_so(officer, reports, crossed, me_officer_2, at):
    """The form goes on being about the version that its writer saw; one button says over which one mine is to go. It
    does not go over a third text that nobody has seen."""
    report = reports["ME-01"]
    found = page(officer.post("/my-tasks/", crossed))
    (button,) = found.all("button", name="over")
    assert (button.text, button["value"]) == ("Save mine instead", f"{report.pk}:{fresh(report).version}")
    assert officer.post("/my-tasks/", filled(found, "/my-tasks/")).status_code == 409, "merely sent again"
    decided = filled(found, "/my-tasks/") | {"over": [button["value"]]}
    builders.write(report, by=me_officer_2, at=at, results="ㅇ 그사이 또 고친 글")
    assert officer.post("/my-tasks/", decided).status_code == 409
    assert Draft.objects.get().content["results"] == "ㅇ 그사이 또 고친 글"
    for damaged in (
        "",
        ":",
        f"{report.pk}:",
        f"{report.pk}:-1",
        f"{report.pk}:{'9' * 30}",
        f"999:{fresh(report).version}",
    ):
        assert officer.post("/my-tasks/", crossed | {"over": [damaged]}).status_code == 409, damaged
    (button,) = page(officer.post("/my-tasks/", crossed)).all("button", name="over")
    answer = officer.post("/my-tasks/", decided | {"over": [button["value"]]})
    assert answer.headers["Location"] == f"{LIST}&open=ME-01#ME-01"
    assert Draft.objects.get().content["results"] == MINE


def test_mending_a_refused_text_does_not_bury_anothers(officer, reports, crossed):
    """A text that cannot be stored is refused before versions are compared: mended, it still belongs to the version
    that its writer saw. Otherwise the other one's text would be gone without a word."""
    report = reports["ME-01"]
    name = f"r{report.pk}-results"
    answer = officer.post("/my-tasks/", crossed | {name: [f"{MINE}\0"]})
    assert answer.status_code == 422
    mended = filled(page(answer), "/my-tasks/") | {name: [MINE]}
    assert officer.post("/my-tasks/", mended).status_code == 409
    assert Draft.objects.get().content["results"] == THEIRS


def test_a_report_that_went_meanwhile_blocks_no_other(officer, reports, me_officer_2, at):
    """A colleague sent two reports of the page. What was typed into one of them comes back as text; the one that nobody
    touched says nothing; the other rows are kept."""
    sent, untouched, other = reports["ME-01"], reports["ME-04"], reports["ME-03"]
    fields = filled(page(officer.get(LIST)), "/my-tasks/")
    fields |= {f"r{sent.pk}-results": [MINE], f"r{other.pk}-results": ["ㅇ 다른 과제의 실적"], "do": ["check"]}
    builders.submit(sent, untouched, by=me_officer_2, at=at, unchanged=True)
    answer = officer.post("/my-tasks/", fields)
    assert answer.status_code == 409
    told = page(answer).one("div", class_="note-box error")
    assert [row.text for row in told.all("a")] == ["ME-01"]
    assert MINE in given_back(answer)
    assert fresh(other).draft.content["results"] == "ㅇ 다른 과제의 실적"
    assert [fresh(report).state for report in (sent, untouched)] == ["submitted", "submitted"]


def test_a_row_without_its_version_is_not_dropped(officer, reports):
    """A page that lost a field on its way: the text comes back, it is neither stored blindly nor thrown away."""
    report = reports["ME-01"]
    answer = officer.post("/my-tasks/", {f"r{report.pk}-results": MINE, f"r{report.pk}-light": "on_track"})
    assert answer.status_code == 409
    assert text_of(page(answer), report) == MINE


def test_what_cannot_be_stored_does_not_hide_what_else_is_to_be_mended(officer, me_officer, reports, coordinator, at):
    """A returned report: another field than the returned one was changed without a reason, and the progress is none."""
    report = builders.report_in("opened", reports["ME-01"], officer=me_officer, coordinator=coordinator, at=at)
    builders.return_for_changes(report, by=coordinator, at=at, fields=["results"])
    fields = typed(officer, report, plans="ㅇ 다른 계획", progress="150")
    part = page(save(officer, report, fields, **HTMX))
    said = {row["id"].partition("-")[2] for row in part.all("p", class_="err") if row.text}
    assert {"progress-error", "also_reason-error"} <= said


# What was typed is never lost


def test_the_freeze_came_while_typing(officer, reports, round_2, coordinator, at):
    """The whole page, one row, one report to send: each says that the round is over and gives the text back."""
    report = reports["ME-01"]
    fields = typed(officer, report, results=MINE) | {"ministry": ["ME"], "do": ["check"]}
    builders.freeze(round_2, by=coordinator, at=kst(2021, 3, 16, 13))
    for address in ("/my-tasks/", f"/reports/{report.pk}/draft/", f"/reports/{report.pk}/submit/"):
        answer = officer.post(address, fields)
        assert answer.status_code == 409, address
        assert MINE in given_back(answer)
    under_htmx = save(officer, report, fields, **HTMX)
    assert (under_htmx.status_code, under_htmx.headers["HX-Retarget"]) == (409, "#alerts")
    assert not Draft.objects.exists()


def test_a_new_round_began_while_the_old_page_was_open(officer, reports, round_2, coordinator, at):
    """The rows of the old page are not those of the new round: 409 with the text, not a silent redirect."""
    report = reports["ME-01"]
    fields = typed(officer, report, results=MINE) | {"ministry": ["ME"], "do": ["check"]}
    builders.freeze(round_2, by=coordinator, at=kst(2021, 3, 16, 13))
    opens = kst(2021, 3, 16, 13, 30)
    builders.prepare(builders.round_(3, opens_at=opens, due_at=kst(2021, 6, 1)), by=coordinator, at=opens)
    answer = officer.post("/my-tasks/", fields)
    assert answer.status_code == 409
    assert MINE in given_back(answer)


@pytest.mark.parametrize("path", ["/my-tasks/", "/my-tasks/check/", "/sign-off/"])
def test_the_number_of_queries_does_not_grow(task_force, reports, at, path):
    """quality.md 28: no more for a longer page. Three more tasks or six, written and due, some before the approver. Nine
    tasks bring their forms along, which take two queries more than the twelve that do not."""
    people = task_force.people
    browser = visitor(people["fsc_approver" if path == "/sign-off/" else "me_officer"])
    counts = []
    for _ in range(2):
        for code, name in (("ME", "me_officer"), ("FSC", "fsc_officer")):
            new = more_tasks(task_force.ministries[code], 3, milestones=[at.date()])
            for report in new[:2]:
                done = builders.done(report.task.milestones.get())
                builders.write(report, by=people[name], at=at, milestones=done)
            if code == "FSC":
                builders.ask_sign_off(*new[:2], by=people[name], at=at)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] - counts[1] == (2 if path == "/my-tasks/" else 0)
    assert counts[0] < 40  # five of them for what else the ministry owes: meetings, opinions, scenarios, calls
