"""The pages of the scenarios as each reader sees them, in both languages; their forms as a browser sends them."""

import csv
import io
from typing import Any

import pytest

from meetings import suggesting
from meetings.models import AgendaItem
from outbox.models import Notice
from scenarios.models import ScenarioComment, ScenarioVersion, SectorFigure
from tests import builders
from tests.meetings import agenda_scene
from tests.pages import dead_links, fields, filled, form, page, visitor
from tests.scenarios import pathway_scene as scene
from tests.tasks import candidates_scene

pytestmark = pytest.mark.usefixtures("domain_time")

LATER: dict[str, Any] = {"published_on": "2021-10-27", "precision": "day"}


@pytest.fixture
def pair(task_force):
    """Two scenarios published later than the tests' day, and the inventory."""
    scene.loaded("2018", stated_total="0.1")
    scene.loaded("2050-A", **LATER)
    second = scene.loaded("2050-B", **LATER)
    second.figures.filter(sector__code="TRN").update(value="30.7")
    second.figures.filter(sector__code="SNK").update(value="-81.8")
    type(second.scenario).objects.filter(code="2018").update(kind="inventory", year=2018)


def numbers(table: Any) -> dict[str, list[str]]:
    return {
        row.one("th").text: [cell.text.removesuffix("B").strip() for cell in row.all("td")]
        for row in table.all("tr")[1:]
    }


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_list_draws_and_lists_the_same_numbers(pair, reader, language):
    browser = visitor(reader, language=language)
    answer = browser.get("/scenarios/")
    shown = page(answer)
    figures = numbers(shown.one("table", class_="tb pathways many"))
    name = "전환" if language == "ko" else "Energy transition"
    assert figures[name] == ["20.7", "20.7", "30.7"]
    chart = shown.one("svg", class_="pathway")
    assert [title.text for title in chart.all("title") if title.text.startswith(name)][:1] == [f"{name}: 20.7"]
    for stands in ("117.3", "51.1"):
        assert stands not in chart["aria-label"], "no number of another data set"
    assert chart["aria-label"].count(":") == 3
    pairs = shown.one("figure", id="chart-pair")
    assert pairs.one("svg", role="img", aria_label=f"{name}: 20.7, 30.7") is not None
    behind = {row.one("th").text: [cell.text for cell in row.all("td")] for row in pairs.one("tbody").all("tr")}
    assert behind[name] == ["20.7", "30.7"]
    assert dead_links(browser, answer) == []


def test_what_is_published_later_is_shown_and_said(pair, reader):
    shown = page(visitor(reader).get("/scenarios/"))
    said = shown.one("div", class_="note-box later").text
    assert "Published later than today" in said
    assert "Scenario 2050-A version 1, Wed 27 Oct 2021" in said
    assert "2018" not in said
    one = page(visitor(reader).get("/scenarios/2050-A/"))
    assert "later than today" in one.one("p", class_="note-box later").text


def test_under_demo_settings_it_is_later_than_the_demos_day(pair, reader, settings):
    settings.DEMO = True
    assert "later than the demo’s day" in page(visitor(reader).get("/scenarios/2050-A/")).text


def test_a_sum_that_does_not_close_is_said_in_words(pair, reader):
    shown = page(visitor(reader).get("/scenarios/")).text
    assert "The figures sum to 0.0: 0.1 less than the stated 0.1. Rounding explains it: 3 figures" in shown


def test_background_knowledge_is_marked(pair, reader):
    table = page(visitor(reader).get("/scenarios/2050-A/")).one("table", class_="tb pathways")
    marked = {row.one("th").text for row in table.one("tbody").all("tr") if row.all("abbr", class_="b-mark")}
    assert marked == {"CCUS", "Carbon sinks"}


def test_no_page_has_a_style_or_a_script_of_its_own(pair, coordinator):
    for address in ("/scenarios/", "/scenarios/2050-A/", "/scenarios/compare/", "/scenarios/sectors/TRN/"):
        shown = page(visitor(coordinator).get(address))
        assert not [row for row in shown.walk() if "style" in row or row.tag == "style"], address
        assert not [row for row in shown.all("script") if "src" not in row], address
        assert shown.one("p", class_="letterhead") is not None, "what is printed says whose it is"


def test_any_two_versions_side_by_side(pair, reader):
    browser = visitor(reader)
    shown = page(browser.get("/scenarios/compare/?a=2018-1&b=2050-B-1"))
    rows = numbers(shown.one("table", class_="tb pathways many"))
    assert rows["Energy transition"] == ["20.7", "30.7", "+10.0"]
    assert rows["Carbon sinks"] == ["−71.8", "−81.8", "−10.0"]
    default = page(browser.get("/scenarios/compare/"))
    chosen = [row["value"] for row in default.all("option") if "selected" in row]
    assert chosen == ["2050-A-1", "2050-B-1"]
    assert browser.get("/scenarios/compare/?a=%00&b=nothing").status_code == 200


def test_before_there_is_any_version(task_force, reader, coordinator):
    for person in (reader, coordinator):
        for address in ("/scenarios/", "/scenarios/compare/", "/scenarios/sectors/CCU/"):
            assert visitor(person).get(address).status_code == 200
    assert "There is no version of a scenario yet" in page(visitor(reader).get("/scenarios/")).text


# A sector beside its tasks


def test_a_sectors_tasks_stand_beside_its_pathway(pair, reader, me_officer, task_force):
    ours = page(visitor(reader).get("/scenarios/sectors/CCU/"))
    assert [row.one("span", class_="code").text for row in ours.one("ul", class_="sector-tasks").all("li")] == [
        "MSIT-02"
    ]
    assert "Reporting round 2" in ours.text
    [link] = [row["href"] for row in ours.all("a") if row.text == "The same list on the board"]
    assert link == "/board/?sector=CCU"
    board = page(visitor(reader).get(link)).text
    assert "1 task" in board
    assert not ours.all("ul", class_="sector-tasks coming")
    theirs = page(visitor(me_officer).get("/scenarios/sectors/GEN/"))
    assert "Reporting round 1, as frozen" in theirs.text, "whoever has no board sees the last frozen round"
    codes = [row.one("span", class_="code").text for row in theirs.one("ul", class_="sector-tasks").all("li")]
    listed = [code for code, report in task_force.first.items() if report.sector.code == "GEN"]
    assert codes == sorted(listed, key=codes.index)
    assert set(codes) == set(listed)
    steps = numbers(ours.one("table"))
    assert [row[0] for row in steps.values()] == ["51.1", "51.1", "51.1"]


def test_what_was_adopted_stands_there_before_it_is_on_a_roster(pair, reader, coordinator, me_officer, task_force):
    mois = candidates_scene.outside()
    officer = builders.person("mois_officer", "officer", mois)
    call = candidates_scene.call(mois, by=coordinator)
    row = candidates_scene.propose(call, mois, by=officer, sector="CCU")
    here = "/scenarios/sectors/CCU/"
    assert not page(visitor(reader).get(here)).all("ul", class_="sector-tasks coming")
    candidates_scene.adopt(row, by=coordinator, sector="CCU")
    for user, codes in ((reader, ["MOIS-01"]), (me_officer, ["MOIS-01", "MSIT-02"])):
        coming = page(visitor(user).get(here)).one("ul", class_="sector-tasks coming")
        assert [one.text for one in coming.all("span", class_="code")] == codes, (
            "of round 2 for the office, of 1 for them"
        )
        assert "from round 3 MOIS-01 Carbon-neutral public buildings Ministry of the Interior" in coming.text
    assert not page(visitor(reader).get("/scenarios/sectors/TRN/")).all("ul", class_="sector-tasks coming")


def exported(browser: Any) -> str:
    """The file of all figures, as text."""
    return b"".join(browser.get("/scenarios/export.csv").streaming_content).decode("utf-8-sig")


# Who sees what


@pytest.mark.parametrize(
    ("stage", "seen"),
    [
        ("draft", "coordinator"),
        ("circulated", "coordinator me_officer fsc_approver"),
        ("withdrawn", "coordinator"),
        ("published", "coordinator me_officer fsc_approver reader"),
    ],
)
def test_who_sees_a_version(task_force, at, stage, seen):
    scene.bring(stage, task_force, at=at)
    for name in ("coordinator", "me_officer", "fsc_approver", "reader"):
        browser = visitor(task_force.people[name])
        sees = name in seen.split()
        assert browser.get("/scenarios/2050-A/2/").status_code == (200 if sees else 404), name
        listed = {row["href"] for row in page(browser.get("/scenarios/")).all("a")}
        assert ("/scenarios/2050-A/2/" in listed) == sees, name
        text = exported(browser)
        assert (text.count("\r\n") > 9) == sees, name


def test_a_ministry_reads_its_own_comments_and_no_others(task_force, me_officer, fsc_approver, coordinator, at):
    scene.bring("answered", task_force, at=at)
    for person, sees in ((me_officer, True), (coordinator, True), (fsc_approver, False)):
        shown = page(visitor(person).get("/scenarios/2050-A/2/")).text
        assert ("상향 검토" in shown) == sees
        assert ("자료 확인 뒤 반영" in shown) == sees


# Forms


def send(browser, address: str, action: str, **changed: Any) -> Any:
    return browser.post(action, filled(page(browser.get(address)), action) | changed)


def test_the_life_of_a_version_by_its_forms(task_force, coordinator, me_officer, at):
    office, officer = visitor(coordinator), visitor(me_officer)
    scene.loaded()
    scene.divisions()
    answer = send(office, "/scenarios/2050-A/draft/", "/scenarios/2050-A/draft/", note_ko="2차안")
    made = ScenarioVersion.objects.get(no=2)
    assert answer.headers["Location"] == f"/scenarios/versions/{made.pk}/figures/"
    figures = answer.headers["Location"]
    answer = send(office, figures, figures, **{"f0-value": "20.3", "f1-value": "51.8"})
    assert answer.status_code == 302
    changed = {
        "f0-value": "20.0",
        "f3-name_ko": "탈루 등",
        "f3-value": "0.7",
        "f3-vintage_ko": "2018",
        "f3-source": "가",
    }
    answer = send(office, figures, figures, **changed)
    assert answer.status_code == 302
    assert made.figures.count() == 4
    here = "/scenarios/2050-A/2/"
    sign_off, shown = f"/scenarios/versions/{made.pk}/sign-off/", page(office.get(here))
    rows = [fields(shown, row) for row in shown.all("form", action=sign_off)]
    assert len(rows) == len(scene.divisions())
    for row in rows:  # each row of the table is a form of its own
        assert office.post(sign_off, row | {"agrees": "yes"}).status_code == 302
    circulate = f"/scenarios/versions/{made.pk}/circulate/"
    assert send(office, here, circulate, until="2021-03-26T18:00").status_code == 302
    comment = f"/scenarios/versions/{made.pk}/comment/"
    answer = send(officer, here, comment, sector="SNK", text="흡수원 근거 보완")
    assert answer.headers["Location"] == f"{here}#comments"
    said = ScenarioComment.objects.get()
    respond = f"/scenarios/comments/{said.pk}/answer/"
    assert send(office, here, respond, kind="later", reason="중장기 검토").status_code == 302
    assert "Later" in page(officer.get(here)).one("article", id=f"comment-{said.pk}").text
    publish = f"/scenarios/versions/{made.pk}/publish/"
    answer = send(office, publish, publish)
    assert answer.status_code == 422
    assert "Tick this" in page(answer).text
    answer = send(office, publish, publish, sure="yes", reason="일정상 앞당김")
    assert answer.status_code == 302
    shown = page(officer.get(here))
    assert shown.all("span", class_="state st-ok")[0].text == "Published"
    assert "일정상 앞당김" in shown.text, "why it was published all the same stands in its history"
    assert scene.differences(made) == []


def test_a_refused_form_keeps_what_was_typed_and_says_where(task_force, coordinator, at):
    made = scene.bring("draft", task_force, at=at)
    address, office = f"/scenarios/versions/{made.pk}/figures/", visitor(coordinator)
    answer = send(office, address, address, **{"f0-value": "viel", "f1-source": "", "note_ko": "고친 설명"})
    assert answer.status_code == 422
    shown = page(answer)
    assert shown.one("input", name="f0-value")["value"] == "viel"
    assert shown.one("input", name="f0-value")["aria-invalid"] == "true"
    assert shown.one("p", id="f0-value-error").text == "Give a number."
    assert shown.one("textarea", name="note_ko").text == "고친 설명"
    assert SectorFigure.objects.get(of=made, order=1).value is not None


def test_somebody_else_was_faster(task_force, coordinator, coordinator_2, at):
    made = scene.bring("draft", task_force, at=at)
    address, office = f"/scenarios/versions/{made.pk}/figures/", visitor(coordinator)
    sent = filled(page(office.get(address)), address) | {"f0-value": "19.9"}
    scene.change(made, scene.with_value(made, "22.2"), by=coordinator_2, at=at)
    answer = office.post(address, sent)
    assert answer.status_code == 409
    shown = page(answer)
    assert "22.2" in shown.one("section", class_="note-box").text, "theirs"
    assert shown.one("input", name="f0-value")["value"] == "19.9", "mine"
    again = fields(shown, form(shown, address))
    assert office.post(address, again).status_code == 302
    assert made.figures.get(order=1).value == scene.row(made, "19.9").value


def test_too_late_and_a_mangled_form(task_force, me_officer, coordinator, at, monkeypatch):
    made = scene.bring("circulated", task_force, at=at)
    address = f"/scenarios/versions/{made.pk}/comment/"
    ScenarioVersion.objects.filter(pk=made.pk).update(comments_until=at.replace(hour=1))
    answer = visitor(me_officer).post(address, {"ministry": "ME", "text": "늦은 의견"})
    assert answer.status_code == 409
    assert "늦은 의견" in page(answer).text, "what was typed is not lost"
    for wrong in ({"ministry": "MSIT", "text": "남의 부처"}, {"ministry": "\0"}, {}):
        assert visitor(me_officer).post(address, wrong).status_code == 403
    office = visitor(coordinator)
    for name, sent in (
        ("sign-off", {"division": "x", "agrees": "maybe", "text": "\0"}),
        ("circulate", {"until": "bald", "seen": "gestern", "version": "1"}),
        ("circulate", {"until": "9999-12-31T23:59", "version": "1"}),
        ("withdraw", {"reason": "\0", "version": "1"}),
    ):
        assert office.post(f"/scenarios/versions/{made.pk}/{name}/", sent).status_code == 422, name
    assert office.post("/scenarios/comments/99999999999999999999/answer/", {}).status_code == 404
    assert office.get("/scenarios/versions/99999999999999999999/figures/").status_code == 404
    assert office.get("/scenarios/2050-A/99999/").status_code == 404
    assert not Notice.objects.filter(purpose="scenario_answered").exists()


def test_what_ministries_write_is_no_markup(task_force, me_officer, coordinator, at):
    made = scene.bring("circulated", task_force, at=at)
    scene.comment(made, task_force.ministries["ME"], by=me_officer, at=at, text="<script>alert(1)</script>")
    html = visitor(coordinator).get("/scenarios/2050-A/2/").content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_no_cell_of_the_export_is_a_formula(task_force, coordinator, at):
    made = scene.bring("draft", task_force, at=at)
    now = scene.stands(made)
    first = scene.row(made, "20.7", name_ko="=1+1", name_en="=1+1", source="@SUM(A1)")
    scene.change(made, type(now)(figures=(first, *now.figures[1:])), by=coordinator, at=at)
    text = exported(visitor(coordinator))
    rows = list(csv.reader(io.StringIO(text)))
    assert any("'=1+1" in row for row in rows)
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "@"))]
    book = visitor(coordinator).get("/scenarios/export.xlsx")
    assert book.status_code == 200
    assert visitor(coordinator).get("/scenarios/export.pdf").status_code == 404


# Where else it stands


def test_a_circulated_version_is_suggested_for_the_agenda_once(task_force, coordinator, me, at):
    scene.bring("commented", task_force, at=at)
    meeting = agenda_scene.meeting(task_force.round_2, me, by=coordinator, at=at)
    found = suggesting.read(meeting, user=coordinator, at=at)
    one = next(row for row in found.all if row.kind == "scenario")
    assert one.titles == ("2050-A안 검토", "Review of a scenario: Scenario 2050-A")
    assert [(row.what, row.number) for row in one.reason.counted] == [
        ("scenario_comments", 1),
        ("scenario_unanswered", 1),
    ]
    browser = visitor(coordinator)
    shown = page(browser.get("/meetings/2/agenda/"))
    assert "/scenarios/2050-A/2/" in {row["href"] for row in shown.all("a")}
    taken = browser.post("/meetings/2/agenda/take/", {"take": one.key, "seen": one.mark})
    assert taken.status_code == 302
    item = AgendaItem.objects.get(meeting=meeting)
    assert item.title_ko == "2050-A안 검토"
    assert not [row for row in suggesting.read(meeting, user=coordinator, at=at).all if row.kind == "scenario"]
    assert agenda_scene.differences(meeting) == []


def test_a_draft_is_not_suggested(task_force, coordinator, me, at):
    scene.bring("draft", task_force, at=at)
    meeting = agenda_scene.meeting(task_force.round_2, me, by=coordinator, at=at)
    assert not [row for row in suggesting.read(meeting, user=coordinator, at=at).all if row.kind == "scenario"]
