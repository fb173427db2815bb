"""담당 배정: who hands out the tasks of a ministry, what stands then, and where it shows."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ministries.models import Posting, User
from outbox.models import Notice
from records.errors import Conflict, Forbidden, Invalid
from records.models import Event
from tasks import workflow
from tasks.models import Assignment
from tasks.workflow import Given
from tests import builders
from tests.builders import fresh, key
from tests.pages import HTMX, Element, filled, page, visitor

YESTERDAY = date(2021, 3, 15)


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: datetime) -> None:
    """Tuesday 16 March 2021, 14:00."""


@pytest.fixture
def mine(me_officer: User) -> Posting:
    return me_officer.postings.get()


@pytest.fixture
def theirs(me_officer_2: User) -> Posting:
    return me_officer_2.postings.get()


def again(person: User) -> User:
    return User.objects.get(pk=person.pk)


def stands(ministry: str = "ME") -> dict[str, str]:
    """Task code -> whose it is, as the rows say."""
    rows = Assignment.objects.in_force(date(2021, 3, 16)).filter(ministry__code=ministry)
    return dict(rows.values_list("task__code", "posting__user__username"))


# The verb


def test_one_form_is_one_event(me, me_officer, mine, theirs, at):
    """Several at once; what does not change leaves nothing; nobody's is nobody's."""
    builders.assign({"ME-01": mine, "ME-02": theirs}, me, by=me_officer, at=at)
    assert stands() == {"ME-01": "me_officer", "ME-02": "me_officer_2"}
    builders.assign({"ME-01": mine, "ME-02": None, "ME-03": theirs}, me, by=me_officer, at=at + timedelta(days=1))
    assert stands() == {"ME-01": "me_officer", "ME-03": "me_officer_2"}
    first, second = Event.objects.filter(stream__key="duties").order_by("seq")
    assert [row["code"] for row in first.data["tasks"]] == ["ME-01", "ME-02"]
    assert second.data["tasks"] == [{"code": "ME-02", "posting": None}, {"code": "ME-03", "posting": theirs.pk}]
    assert Assignment.objects.count() == 3, "what is taken away ends, and stays"
    assert Assignment.objects.get(task__code="ME-02").ends_on == date(2021, 3, 17)


def test_what_a_supporting_ministry_does_is_its_own(task_force, me, motie, mine, motie_officer, me_officer, at):
    """ME-06: led by ME, supported by MOTIE. Each hands out its own part."""
    builders.assign({"ME-06": mine}, me, by=me_officer, at=at)
    builders.assign({"ME-06": motie_officer.postings.get()}, motie, by=motie_officer, at=at)
    assert (stands()["ME-06"], stands("MOTIE")["ME-06"]) == ("me_officer", "motie_officer")


@pytest.mark.parametrize(
    ("code", "to", "where"),
    [
        ("FSC-01", "me_officer", "__all__"),  # another ministry's task
        ("XX-99", "me_officer", "__all__"),
        ("ME-01", "msit_officer", "ME-01"),
        ("ME-01", "coordinator", "ME-01"),
        ("ME-01", "me_gone", "ME-01"),
        ("ME-01", "me_approver", "ME-01"),
    ],
)
def test_to_whom_and_what(task_force, me, me_officer, at, code, to, where):
    builders.posting(builders.person("me_gone"), "officer", me, ends_on=YESTERDAY)
    builders.posting(builders.person("me_approver"), "approver", me, ends_on=YESTERDAY)
    with pytest.raises(Invalid) as refused:
        builders.assign({code: Posting.objects.get(user__username=to)}, me, by=me_officer, at=at)
    assert set(refused.value.problems) == {where}
    assert not Assignment.objects.exists()


def test_a_form_that_changes_nothing_leaves_nothing(me, me_officer, mine, at):
    builders.assign({"ME-01": mine}, me, by=me_officer, at=at)
    for again_ in ({"ME-01": mine}, {"ME-02": None}, {}):
        with pytest.raises(Invalid):
            builders.assign(again_, me, by=me_officer, at=at)
    assert Event.objects.filter(verb="assign").count() == 1


def test_who_hands_out(task_force, me, me_officer, mine, me_officer_2, motie_officer, coordinator, at):
    """The approver; where none is posted today, the officers; a deputy in the name of whose office it is."""
    approver = builders.person("me_approver", "approver", me)
    for by in (me_officer, motie_officer, coordinator):
        with pytest.raises(Forbidden):
            builders.assign({"ME-01": mine}, me, by=again(by), at=at)
    builders.assign({"ME-01": mine}, me, by=approver, at=at)
    builders.deputise(approver, me_officer_2, at=at)
    builders.assign({"ME-02": mine}, me, by=again(me_officer_2), at=at)
    assert Event.objects.latest("pk").acting_for == approver
    approver.postings.update(ends_on=YESTERDAY)
    builders.assign({"ME-03": mine}, me, by=again(me_officer), at=at)
    for by in (motie_officer, coordinator, approver):
        with pytest.raises(Forbidden):
            builders.assign({"ME-04": mine}, me, by=again(by), at=at)


def test_what_someone_else_handed_out_meanwhile_is_not_overwritten(me, me_officer, mine, theirs, at):
    builders.assign({"ME-01": theirs}, me, by=me_officer, at=at)
    with pytest.raises(Conflict):
        workflow.assign(me.pk, [Given("ME-01", mine.pk, None)], by=me_officer, at=at, key=key())
    assert stands() == {"ME-01": "me_officer_2"}


def test_whoever_gets_tasks_is_told_once(me, me_officer, me_officer_2, mine, theirs, at):
    """All of them in one mail; not of what one gave to oneself, nor of what was taken away."""
    builders.assign({"ME-01": mine, "ME-02": theirs, "ME-03": theirs}, me, by=me_officer, at=at)
    notice = Notice.objects.get(purpose="assigned")
    assert notice.to == me_officer_2
    assert [row["code"] for row in notice.facts["reports"]] == ["ME-02", "ME-03"]
    builders.assign({"ME-02": None}, me, by=me_officer, at=at)
    assert Notice.objects.filter(purpose="assigned").count() == 1


def test_the_deputy_of_whoever_gets_tasks_is_told_too(me, me_officer, me_officer_2, theirs, at):
    stand_in = builders.person("stand_in", "officer", me)
    builders.deputise(me_officer_2, stand_in, at=at)
    builders.assign({"ME-02": theirs}, me, by=me_officer, at=at)
    told = Notice.objects.filter(purpose="assigned").values_list("to__username", flat=True)
    assert set(told) == {"me_officer_2", "stand_in"}


def test_who_has_some_of_their_own_and_some_as_a_deputy_is_told_of_all(me, me_officer, me_officer_2, mine, theirs, at):
    """In one mail."""
    builders.deputise(me_officer, me_officer_2, at=at)
    boss = builders.person("boss", "approver", me)
    builders.assign({"ME-01": mine, "ME-02": theirs}, me, by=boss, at=at)
    told = {row.to: [one["code"] for one in row.facts["reports"]] for row in Notice.objects.filter(purpose="assigned")}
    assert told == {me_officer: ["ME-01"], me_officer_2: ["ME-01", "ME-02"]}


# The page


def test_the_page_hands_out(me, me_officer, me_officer_2, theirs, at):
    browser = visitor(me_officer)
    form = filled(page(browser.get("/assignments/")), "/assignments/")
    assert browser.post("/assignments/", form | {"task-ME-02": [str(theirs.pk)]}).status_code == 302
    found = page(browser.get("/assignments/"))
    assert [row["value"] for row in found.one("select", name="task-ME-02").all("option") if "selected" in row] == [
        str(theirs.pk)
    ]
    empty = browser.post("/assignments/", filled(found, "/assignments/"))
    assert empty.status_code == 422
    assert "Nothing was changed." in page(empty).one("main").text


def test_a_conflict_shows_both(me, me_officer, me_officer_2, mine, theirs, at):
    """Whose it is by now, and what was chosen here; sent again, it is meant so."""
    browser = visitor(me_officer)
    form = filled(page(browser.get("/assignments/")), "/assignments/") | {"task-ME-02": [str(mine.pk)]}
    builders.assign({"ME-02": theirs}, me, by=me_officer_2, at=at)
    answer = browser.post("/assignments/", form)
    assert answer.status_code == 409
    found = page(answer)
    row = next(row for row in found.all("tr") if "ME-02" in row.text)
    assert "Lee Bada" in row.all("td")[0].text
    assert browser.post("/assignments/", filled(found, "/assignments/")).status_code == 302
    assert stands() == {"ME-02": "me_officer"}


def test_an_officer_only_reads_where_an_approver_gives(me, me_officer):
    builders.person("me_approver", "approver", me)
    found = page(visitor(me_officer).get("/assignments/"))
    assert not found.all("select")
    assert "The ministry's approver hands out its tasks." in found.one("main").text


def test_what_was_somebodys_who_left_is_nobodys(me, me_officer, mine, theirs, at):
    builders.assign({"ME-01": mine, "ME-02": theirs}, me, by=me_officer, at=at)
    Posting.objects.filter(pk=theirs.pk).update(ends_on=YESTERDAY)
    assert stands() == {"ME-01": "me_officer"}
    browser = visitor(me_officer)
    row = next(row for row in page(browser.get("/assignments/")).all("tr") if "ME-02" in row.text)
    assert "was Lee Bada until Mon 15 Mar" in row.text
    assert filled(page(browser.get("/assignments/")), "/assignments/")["task-ME-02"] == [""]
    builders.assign({"ME-02": mine}, me, by=me_officer, at=at)
    assert stands()["ME-02"] == "me_officer"


@pytest.mark.parametrize("damage", [{"task-ME-01": "x"}, {"task-ME-01": "9" * 30}, {"was-ME-01": "-1"}, {"task-": "1"}])
def test_a_damaged_form_is_refused(me, me_officer, reports, damage):
    form = filled(page(visitor(me_officer).get("/assignments/")), "/assignments/")
    assert visitor(me_officer).post("/assignments/", form | damage).status_code == 422


@pytest.mark.parametrize("path", ["/assignments/", "/my-tasks/?mine=1"])
def test_no_more_queries_for_more_tasks(me, me_officer, mine, theirs, reports, at, path):
    browser, counts = visitor(me_officer), []
    for codes in (["ME-01"], ["ME-02", "ME-03", "ME-04"]):
        builders.assign(
            dict.fromkeys(codes, mine) | {"ME-06": theirs if len(codes) > 1 else mine}, me, by=me_officer, at=at
        )
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# On My tasks


def codes_of(found: Element) -> list[str]:
    return sorted(row["id"] for row in found.all("summary") if row["id"])


def whose(found: Element) -> dict[str, str]:
    """The segment: its words with their numbers' links."""
    (bar,) = [row for row in found.all("nav") if row["aria-label"] == "Whose tasks"]
    return {link.text: link["href"] for link in bar.all("a")}


def test_the_list_is_narrowed_to_ones_own_and_links_keep_it(me, me_officer, mine, theirs, reports, at):
    """Whole by default: nothing hides work. Each number leads to just as many rows."""
    browser = visitor(me_officer)
    assert not [row for row in page(browser.get("/my-tasks/")).all("nav") if row["aria-label"] == "Whose tasks"]
    builders.assign({"ME-01": mine, "ME-03": mine, "ME-04": theirs}, me, by=me_officer, at=at)
    builders.write(reports["ME-03"], by=me_officer, at=at)
    whole = page(browser.get("/my-tasks/"))
    assert len(codes_of(whole)) == 6
    links = whose(whole)
    assert list(links) == ["Mine 2", "Whole ministry 6"]
    narrowed = page(browser.get(links["Mine 2"]))
    assert codes_of(narrowed) == ["ME-01", "ME-03"]
    told = {box.one("dt").text: box.one("a") for box in narrowed.one("dl", id="counts").all("div")}
    assert {label: link.text for label, link in told.items() if link.text != "0"} == {
        "All": "2", "Draft": "1", "Missing": "1",
    }  # fmt: skip
    for link in told.values():
        assert len(codes_of(page(browser.get(link["href"])))) == int(link.text), link["href"]
    assert codes_of(page(browser.get("/my-tasks/?ministry=ME&mine=1&state=draft&open=ME-03"))) == ["ME-03"]
    assert codes_of(page(browser.get("/my-tasks/?ministry=ME&mine=1&open=ME-04"))) == ["ME-01", "ME-03"]


def test_saving_leaves_the_list_narrowed(me, me_officer, mine, reports, at):
    browser = visitor(me_officer)
    builders.assign({"ME-01": mine}, me, by=me_officer, at=at)
    address = "/my-tasks/?ministry=ME&mine=1"
    form = filled(page(browser.get(address)), "/my-tasks/")
    answer = browser.post("/my-tasks/", form | {"do": "open:ME-01"})
    assert answer.headers["Location"] == f"{address}&open=ME-01#ME-01"
    report = reports["ME-01"]
    own = {name: values for name, values in form.items() if name.startswith(f"r{report.pk}-")}
    own[f"r{report.pk}-version"] = [str(fresh(report).version)]
    own[f"r{report.pk}-results"] = ["ㅇ 새 실적"]  # a draft from now on: the row is counted otherwise
    headers = HTMX | {"HX-Current-URL": f"http://testserver{address}"}
    part = page(browser.post(f"/reports/{report.pk}/draft/", own, headers=headers))
    assert part.one("dl", id="counts").all("a")[0].text == "1"


def test_a_deputy_finds_what_is_theirs_to_do_today(me, me_officer, me_officer_2, mine, reports, at):
    builders.assign({"ME-01": mine}, me, by=me_officer, at=at)
    browser = visitor(me_officer_2)
    assert list(whose(page(browser.get("/my-tasks/")))) == ["Mine 0", "Whole ministry 6"]
    builders.deputise(me_officer, me_officer_2, at=at)
    assert list(whose(page(browser.get("/my-tasks/")))) == ["Mine 1", "Whole ministry 6"]


def test_a_row_says_who_does_the_task(me, me_officer, mine, theirs, reports, at):
    Posting.objects.filter(pk=theirs.pk).update(unit_en="Climate Division")
    builders.assign({"ME-01": mine, "ME-02": theirs}, me, by=me_officer, at=at)
    notes = {
        row.all("summary")[0]["id"]: [note.text for note in row.all("span", class_="note doer")]
        for row in page(visitor(me_officer).get("/my-tasks/")).all("details", class_="row")
    }
    assert (notes["ME-01"], notes["ME-02"], notes["ME-03"]) == (["mine"], ["Lee Bada · Climate Division"], [])


def test_a_draft_says_that_its_writer_has_left(me_officer, me_officer_2, reports, at):
    builders.write(reports["ME-01"], by=me_officer_2, at=at)
    browser = visitor(me_officer)
    assert "left on" not in page(browser.get("/my-tasks/")).one("main").text
    me_officer_2.postings.update(ends_on=YESTERDAY)
    text = page(browser.get("/my-tasks/?open=ME-01")).one("main").text
    assert "draft of Lee Bada, who left on Mon 15 Mar" in text
    assert "by Lee Bada (left on Mon 15 Mar)" in text


# The board


def test_the_board_names_the_ministry_without_an_officer(
    task_force, msit, msit_officer, fsc_officer, coordinator, reader
):
    """With whom to write to. A deputy of a posting that has ended is nobody; readers are told nothing of it."""
    office: Client = visitor(coordinator)
    assert not page(office.get("/board/")).all("span", class_="lacks")
    builders.deputise(msit_officer, builders.person("msit_approver", "approver", msit), at=task_force_at())
    msit_officer.postings.update(ends_on=YESTERDAY)
    msit.fallback_email = "climate@msit.example"
    msit.save()
    found = page(office.get("/board/"))
    assert [row.text for row in found.all("span", class_="lacks")] == ["no officer climate@msit.example"]
    (job,) = [row for row in found.one("section", id="board-jobs").all("a") if "without an officer" in row.text]
    assert job.text.endswith("1")
    assert len(page(office.get(f"/board/{job['href']}")).all("span", class_="lacks")) == 1
    assert not page(visitor(reader).get("/board/")).all("span", class_="lacks")


def task_force_at() -> datetime:
    return builders.kst(2021, 3, 16, 14)
