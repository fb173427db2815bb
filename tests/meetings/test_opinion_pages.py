"""The pages of opinions and hearings: who sees what, numbers that equal their lists, forms that keep what was typed."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from meetings.models import Hearing, Opinion, OpinionText
from meetings.opinions import owing, register
from meetings.opinions.drafting import About
from records.errors import Invalid
from scenarios.models import Scenario, ScenarioVersion
from tasks.models import Lead, Support, Task
from tests.builders import key
from tests.cast import AT
from tests.pages import Element, fields, filled, form, page, visitor

from . import opinion_scene as scene
from .opinion_scene import DUE, LATER, LOOSE, OWED, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def stand(task_force: Any, coordinator: Any, domain_time: Any) -> Any:
    """With one that waits, and one that was not admitted."""
    made = scene.stand(coordinator, AT)
    scene.sent(coordinator, AT, "waiting", "대기 중인 말")
    scene.sent(coordinator, AT, "rejected", "거절된 말")
    return made


def listed(user: Any, query: str = "", **more: Any) -> list[str]:
    """The numbers of the opinions in the list."""
    found = page(visitor(user, **more).get(f"/opinions/{query}"))
    links = [link for table in found.all("table") for link in table.one("tbody").all("a")]
    pks = [link["href"].split("/")[2] for link in links if link["href"].startswith("/opinions/")]
    return [Opinion.objects.get(pk=pk).number for pk in pks]


def table(user: Any, query: str = "") -> str:
    return " ".join(row.text for row in page(visitor(user).get(f"/opinions/{query}")).all("tbody"))


def test_who_sees_which_opinions(stand, coordinator, reader, me_officer, motie_officer, msit_officer):
    """The office all; readers what is admitted; a ministry what it owes and what is about its tasks."""
    _held, owed, loose = stand
    assert len(listed(coordinator)) == 4
    assert set(listed(reader)) == {owed.number, loose.number}
    assert [listed(user) for user in (me_officer, motie_officer, msit_officer)] == [[owed.number], [owed.number], []]


def test_who_handed_a_task_over_reads_no_new_opinion(
    task_force, domain_time, coordinator, me_officer, motie_officer, msit, msit_officer, fsc, fsc_officer
):
    """ME led ME-06 and MOTIE supported it: since the 15th that is MSIT, with FSC; from tomorrow on others may again."""
    row = scene.enter(said(about=About(codes=("ME-06",))), by=coordinator, at=AT)
    users = (me_officer, motie_officer, msit_officer, fsc_officer)
    assert [listed(user) for user in users] == [[row.number], [row.number], [], []]
    task = Task.objects.get(code="ME-06")
    Lead.objects.create(task=task, ministry=msit, valid_from=date(2021, 3, 15))
    task.supports.update(valid_until=date(2021, 3, 15))
    Support.objects.create(task=task, ministry=fsc, valid_from=date(2021, 3, 16))
    assert [listed(user) for user in users] == [[], [], [row.number], [row.number]]
    assert visitor(me_officer).get(f"/opinions/{row.pk}/").status_code == 404
    Lead.objects.create(task=task, ministry=me_officer.postings.get().ministry, valid_from=date(2021, 3, 17))
    assert listed(me_officer) == [], "not before it leads"


@pytest.mark.parametrize("who", ["reader", "me_officer"])
def test_what_nobody_looked_at_is_on_no_page_of_others(stand, task_force, who):
    browser = visitor(task_force.people[who])
    row = Opinion.objects.get(state="waiting")
    assert browser.get(f"/opinions/{row.pk}/").status_code == 404
    for path in ("/opinions/", "/opinions/?state=waiting", "/opinions/?q=대기", "/opinions/export.csv?q=대기"):
        answer = browser.get(path)
        body = b"".join(answer) if answer.streaming else answer.content
        assert "대기 중인 말" not in body.decode()
        assert row.number not in body.decode()


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("?state=owed", [OWED]),
        ("?state=loose", [LOOSE]),
        ("?state=admitted", [LOOSE, OWED]),
        ("?state=waiting", ["대기 중인 말"]),
        ("?state=rejected", ["거절된 말"]),
        ("?state=handed_back", []),
        ("?state=overdue", []),
        ("?state=answered", []),
        ("?group=industry", [OWED]),
        ("?channel=letter", [LOOSE]),
        ("?channel=portal", ["대기 중인 말", "거절된 말"]),
        ("?ministry=ME", [OWED]),
        ("?task=ME-06", [OWED]),
        ("?task=me-06", [OWED]),
        ("?hearing=1", [OWED]),
        ("?hearing=x", []),
        ("?since=2021-03-17", []),
        ("?since=2021-03-16&state=owed", [OWED]),
        ("?since=16", []),
        ("?since=0001-01-01", []),
        ("?since=1999-12-31", []),
        ("?since=2000-01-01&state=owed", [OWED]),
        ("?since=2021-W11-2", []),
        ("?q=충전소", [OWED]),
        ("?q=충전소 기준을", [OWED]),
        ("?q=충전소 근거를", []),
        ("?q=한 협회", [OWED]),
        ("?q=me-06", [OWED]),
        ("?q=%00", ["대기 중인 말", LOOSE, OWED, "거절된 말"]),
        ("?group=x", []),
        ("?state=x", []),
        ("?disposition=x", []),
    ],
)
def test_the_filters(stand, coordinator, query, wanted):
    words = OpinionText.objects.in_bulk(field_name="opinion_id")
    numbers = listed(coordinator, query)
    assert [words[Opinion.objects.get(number=number).pk].text for number in numbers] == wanted


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2021-W11-2", "\0"])
def test_an_export_since_a_day_that_none_can_mean_is_empty(stand, coordinator, day):
    answer = visitor(coordinator).get("/opinions/export.csv", {"since": day})
    assert answer.status_code == 200
    body = b"".join(answer).decode()
    # A NUL is dropped, as everywhere in this list, and asks for nothing.
    assert (stand[1].number in body) == (day == "\0")


def test_a_number_is_found_however_it_is_typed(stand, coordinator):
    number = stand[1].number
    assert listed(coordinator, f"?q={number.lower().replace('-', '')}") == [number]


def test_every_number_is_the_count_of_its_list(stand, coordinator, me_officer, reader, motie):
    """Of each role, without filters and under one; by state and by what came of it."""
    _held, owed, loose = stand
    scene.dispose(loose, by=coordinator, at=AT, kind="later")
    scene.owed_to(motie, by=coordinator, at=AT, due_on=date(2021, 3, 16), codes=("ME-06",))
    late = scene.owed_to(owed.ministry, by=coordinator, at=AT)
    Opinion.objects.filter(pk=late.pk).update(due_on=date(2021, 3, 15))
    checked = 0
    for user in (coordinator, me_officer, reader):
        for query in ("", "?group=civic", "?disposition=later", "?state=owed", "?q=한"):
            found = page(visitor(user).get(f"/opinions/{query}"))
            links = [link for row in found.all("dl") for link in row.all("a")]
            for link in links:
                assert len(listed(user, link["href"].removeprefix("/opinions/"))) == int(link.text), link["href"]
                checked += int(link.text) > 0
    assert checked > 30


def test_what_waits_stands_before_what_is_done_and_each_the_newest_first(stand, coordinator, me_officer, me):
    _held, owed, loose = stand
    newest = scene.owed_to(me, by=coordinator, at=LATER, due_on=LATER.date())
    scene.dispose(owed, by=me_officer, at=AT)
    waiting, rejected = (Opinion.objects.get(state=state) for state in ("waiting", "rejected"))
    order = [newest, waiting, loose, rejected, owed]
    assert listed(coordinator) == [row.number for row in order]


def test_the_list_in_pages_and_its_queries(stand, coordinator, django_assert_max_num_queries):
    for number in range(60):
        scene.enter(said(f"의견 {number}"), by=coordinator, at=AT)
    browser = visitor(coordinator)
    browser.get("/opinions/")
    with django_assert_max_num_queries(24):
        first = page(browser.get("/opinions/"))
    assert len(first.one("tbody").all("tr")) == 50
    assert len(listed(coordinator, "?page=2")) == 14


def test_one_opinion_says_who_answers_and_what_came_of_it(stand, coordinator, me_officer):
    _held, owed, _loose = stand
    scene.dispose(owed, by=me_officer, at=AT, kind="later", reason="하반기에 검토함")
    scene.dispose(owed, by=me_officer, at=LATER, kind="partly", reason="일부만 반영함")
    text = page(visitor(coordinator).get(f"/opinions/{owed.pk}/")).text
    for words in (
        OWED,
        "Ministry of Environment",
        "Partly taken up",
        "일부만 반영함",
        "하반기에 검토함",
        "7 days late",
    ):
        assert words in text
    assert text.index("일부만 반영함") < text.index("하반기에 검토함")
    assert "replaced" in text


def test_two_of_one_group_are_told_apart_by_number_and_first_words(stand, coordinator, me_officer):
    owed, browser = stand[1], visitor(coordinator)
    found = page(browser.get(f"/opinions/{owed.pk}/"))
    assert (owed.number in found.one("h1").text, OWED[:20] in found.one("h1").text) == (True, True)
    OpinionText.objects.filter(opinion=owed).update(text="", salt="", removed_at=AT)
    assert found.one("h1").text != page(browser.get(f"/opinions/{owed.pk}/")).one("h1").text
    rows = Opinion.objects.values_list("number", "pk")
    links = {
        row.text.strip(): row["href"] for row in page(browser.get("/opinions/")).one("tbody").all("a", class_="link")
    }
    assert {number: f"/opinions/{pk}/" for number, pk in rows}.items() <= links.items()
    assert owed.number in page(visitor(me_officer).get("/tasks/ME-06/")).text
    (errand,) = owing.errands(me_officer, AT)
    assert owed.number in errand.text


def test_in_korean(stand, coordinator, me_officer):
    owed = scene.dispose(stand[1], by=me_officer, at=AT, kind="partly")
    text = page(visitor(coordinator, language="ko").get(f"/opinions/{owed.pk}/")).text
    assert "환경부" in text
    assert "2021. 3. 18.(목)" in text


def test_words_that_were_removed_are_on_no_page(stand, coordinator):
    owed = stand[1]
    OpinionText.objects.filter(opinion=owed).update(text="", salt="", removed_at=AT)
    browser = visitor(coordinator)
    for path in (f"/opinions/{owed.pk}/", "/opinions/", f"/opinions/{owed.pk}/change/", "/tasks/ME-06/"):
        assert "removed on request" in page(browser.get(path)).text


def test_an_officer_answers_on_the_page(stand, me_officer, me):
    owed, browser = stand[1], visitor(me_officer)
    sent = filled(page(browser.get(f"/opinions/{owed.pk}/")), f"/opinions/{owed.pk}/disposition/")
    answer = browser.post(f"/opinions/{owed.pk}/disposition/", sent | {"kind": "taken_up", "reason": ""})
    assert answer.status_code == 422
    again = page(answer)
    typed = fields(again, form(again, f"/opinions/{owed.pk}/disposition/"))
    assert typed["kind"] == ["taken_up"]
    assert again.one("textarea", id="reason")["aria-invalid"] == "true"
    assert browser.post(f"/opinions/{owed.pk}/disposition/", typed | {"reason": "반영함"}).status_code == 302
    assert owed.dispositions.get().ministry == me


def test_the_office_takes_it_back_before_it_answers(stand, coordinator):
    owed, browser = stand[1], visitor(coordinator)
    own = f"/opinions/{owed.pk}/"
    shown = page(browser.get(own))
    assert not shown.all("textarea", id="reason")
    back = f"{own}pass-on/?to=-"
    assert shown.all("a", href=back)
    sent = filled(page(browser.get(back)), f"{own}pass-on/")
    assert sent["to"] == ["-"]
    answer = {"kind": "not", "reason": "국조실의 말", "version": "0", "key": str(key())}
    refused = browser.post(f"{own}disposition/", answer)
    assert refused.status_code == 409
    assert "국조실의 말" in page(refused).text
    assert browser.post(f"{own}pass-on/", sent | {"reason": "국조실에서 답변"}).status_code == 302
    assert page(browser.get(own)).all("textarea", id="reason")


def test_who_is_overtaken_keeps_what_they_typed(stand, me_officer, me_officer_2):
    owed, browser = stand[1], visitor(me_officer)
    sent = filled(page(browser.get(f"/opinions/{owed.pk}/")), f"/opinions/{owed.pk}/disposition/")
    scene.dispose(owed, by=me_officer_2, at=AT, kind="later", reason="중장기로 검토함")
    answer = browser.post(f"/opinions/{owed.pk}/disposition/", sent | {"kind": "not", "reason": "이미 시행 중임"})
    assert answer.status_code == 409
    text = page(answer)
    assert "중장기로 검토함" in text.text
    assert "이미 시행 중임" in text.one("textarea", id="reason").raw_text


def test_entering_keeps_what_was_typed_and_goes_on_with_the_same_hearing(stand, coordinator):
    browser = visitor(coordinator)
    sent = filled(page(browser.get("/opinions/enter/?hearing=1")), "/opinions/enter/")
    assert (sent["channel"], sent["hearing"]) == (["hearing"], ["1"])
    typed = sent | {"group": "experts", "text": "ㅇ 새 의견", "codes": "me-01, ME-03", "ministry": "ME", "due_on": ""}
    refused = browser.post("/opinions/enter/", typed)
    assert refused.status_code == 422
    again = page(refused)
    assert "ㅇ 새 의견" in again.one("textarea", id="text").raw_text
    mended = filled(again, "/opinions/enter/") | {"due_on": "2021-03-25", "another": "1"}
    answer = browser.post("/opinions/enter/", mended)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/opinions/enter/?hearing=1")
    row = Opinion.objects.latest("pk")
    assert [one.task.code for one in row.of_tasks.all()] == ["ME-01", "ME-03"]


def test_who_came_to_the_hearing_is_chosen_and_who_answers_is_proposed(stand, coordinator):
    browser, came = visitor(coordinator), stand[0].participants.get(organisation="한 모임")
    sent: Any = filled(page(browser.get("/opinions/enter/?hearing=1")), "/opinions/enter/")
    sent |= {"came": str(came.pk), "text": "ㅇ 다른 말", "codes": "me-01, ME-02"}
    proposed = browser.post("/opinions/enter/", sent | {"propose": "1"})
    assert (proposed.status_code, Opinion.objects.count()) == (200, 4), "nothing is entered"
    form_ = filled(page(proposed), "/opinions/enter/")
    assert (form_["ministry"], form_["due_on"]) == (["ME"], ["2021-03-30"])
    assert form_["came"] == [str(came.pk)]
    both = browser.post("/opinions/enter/", form_ | {"organisation": "다른 단체", "group": "civic"})
    assert both.status_code == 422
    assert page(both).one("select", id="came")["aria-invalid"] == "true"
    assert browser.post("/opinions/enter/", form_ | {"came": "999999"}).status_code == 422
    assert browser.post("/opinions/enter/", form_).status_code == 302
    row = Opinion.objects.latest("pk")
    assert (row.group, row.organisation, row.hearing) == ("civic", "한 모임", stand[0])
    asked = filled(page(browser.get("/opinions/enter/?codes=ME-03")), "/opinions/enter/")
    assert asked["ministry"] == ["ME"]


def test_a_change_that_met_another_shows_both(stand, coordinator, coordinator_2):
    owed, browser = stand[1], visitor(coordinator)
    address = f"/opinions/{owed.pk}/change/"
    sent = filled(page(browser.get(address)), address)
    scene.change(owed, by=coordinator_2, at=AT, codes=("ME-01",))
    answer = browser.post(address, sent | {"codes": "ME-03"})
    assert answer.status_code == 409
    shown = page(answer)
    assert "ME-01" in shown.text
    assert filled(shown, address)["codes"] == ["ME-03"]
    assert browser.post(address, filled(shown, address)).status_code == 302


def test_a_hearing_is_recorded_and_changed_by_its_form(stand, coordinator):
    browser = visitor(coordinator)
    sent = filled(page(browser.get("/hearings/record/")), "/hearings/record/")
    first = {"title_ko": "공청회", "held_on": "2021-03-15", "p0-group": "civic", "p0-organisation": "한 모임"}
    refused = browser.post("/hearings/record/", sent | first)
    assert refused.status_code == 422
    shown = page(refused)
    assert shown.one("input", id="p0-number")["aria-invalid"] == "true"
    assert (
        browser.post("/hearings/record/", filled(shown, "/hearings/record/") | {"p0-number": "12"}).status_code == 302
    )
    made = Hearing.objects.get(no=2)
    assert made.participants.get().number == 12
    address = "/hearings/2/change/"
    changed = filled(page(browser.get(address)), address) | {"p0-organisation": "", "p0-group": "", "p0-number": ""}
    assert browser.post(address, changed).status_code == 302
    assert not made.participants.exists()
    conflict = browser.post(address, changed | {"place_ko": "서울", "key": ""})
    assert conflict.status_code == 409
    assert filled(page(conflict), address)["place_ko"] == ["서울"]


@pytest.mark.parametrize("row", ["p99999999999", "p10000", "p01", "p１", "px", "p"], ids=ascii)
def test_a_row_that_no_page_has_is_refused_and_not_left_out(stand, coordinator, row):
    browser, address = visitor(coordinator), "/hearings/record/"
    sent = {"title_ko": "공청회", "held_on": "2021-03-15", "p0-group": "civic", "p0-organisation": "한 모임"}
    stray = {f"{row}-organisation": "다른 모임", f"{row}-group": "civic", f"{row}-number": "3"}
    answer = browser.post(address, sent | {"p0-number": "2"} | stray)
    assert answer.status_code == 422
    assert "cannot be read" in page(answer).one("p", id="came-error").text
    assert not Hearing.objects.filter(no=2).exists()
    empty = dict.fromkeys(stray, " ")
    assert browser.post(address, sent | {"p0-number": "2"} | empty).status_code == 302, "nothing stands in it"


def test_a_row_without_its_organisation_is_refused(stand, coordinator):
    sent = {"title_ko": "공청회", "held_on": "2021-03-15", "p3-group": "civic", "p3-number": "2"}
    assert visitor(coordinator).post("/hearings/record/", sent).status_code == 422


def test_the_hearing_shows_what_each_may_see_of_what_was_said(stand, coordinator, msit_officer, me_officer):
    assert OWED in page(visitor(me_officer).get("/hearings/1/")).text
    assert OWED not in page(visitor(msit_officer).get("/hearings/1/")).text
    row = page(visitor(me_officer).get("/hearings/")).one("tbody")
    assert row.one("a", href="/opinions/?hearing=1").text == "1"
    assert not page(visitor(msit_officer).get("/hearings/")).one("tbody").all("a", href="/opinions/?hearing=1")


def test_a_hearing_that_is_not_there(stand, coordinator):
    browser = visitor(coordinator)
    assert {
        browser.get(path).status_code for path in ("/hearings/9/", f"/hearings/{10**12}/", f"/opinions/{2**70}/")
    } == {404}


def test_a_task_shows_what_was_said_about_it(stand, coordinator, me_officer, motie_officer, msit_officer):
    scene.dispose(stand[1], by=me_officer, at=AT, kind="not", reason="중복된 의견임")
    for user in (coordinator, motie_officer):
        text = page(visitor(user).get("/tasks/ME-06/")).text
        assert OWED in text
        assert "중복된 의견임" in text
    assert OWED not in page(visitor(msit_officer).get("/tasks/ME-06/")).text
    assert OWED not in page(visitor(coordinator).get("/tasks/ME-06/?round=1")).text


# scenarios


@pytest.fixture
def scenarios(stand: Any) -> dict[str, Scenario]:
    """An inventory and a pathway that were published, a pathway of which a draft went round, one that nobody saw, and one
    whose draft was withdrawn."""
    made = {}
    circulated = {"circulated_at": AT, "comments_until": LATER}
    kinds: Any = {
        "2018": ("inventory", {"is_published": True}),
        "A": ("scenario", {"is_published": True}),
        "B": ("scenario", circulated),
        "C": ("scenario", {}),
        "D": ("scenario", circulated | {"withdrawn_at": LATER}),
    }
    for order, (code, (kind, stage)) in enumerate(kinds.items(), 1):
        made[code] = Scenario.objects.create(
            code=code, order=order, kind=kind, year=2050, name_ko=f"{code}안", name_en=f"Scenario {code}"
        )
        ScenarioVersion.objects.create(scenario=made[code], code=f"{code}-1", no=1, stated_total="0.0", **stage)
    return made


def test_only_pathways_that_stakeholders_know_can_be_spoken_about(scenarios, coordinator):
    def offered(browser: Any, path: str) -> list[str]:
        return [row["value"] for row in page(browser.get(path)).one("select", id="scenario").all("option")]

    assert offered(visitor(coordinator), "/opinions/enter/") == ["", "A", "B"]
    assert offered(visitor(None), "/opinions/send/") == ["", "A"]
    for code in ("2018", "C", "D"):
        with pytest.raises(Invalid):
            scene.enter(said(about=About(scenario=code)), by=coordinator, at=AT)
    row = scene.enter(said(about=About(scenario="B")), by=coordinator, at=AT)
    ScenarioVersion.objects.filter(scenario=scenarios["B"]).update(withdrawn_at=LATER)
    assert offered(visitor(coordinator), f"/opinions/{row.pk}/change/") == ["", "A", "B"], "what it is about stays"
    assert scene.change(row, by=coordinator, at=AT, codes=("ME-01",)).scenario == scenarios["B"]


# files


def test_the_file_holds_what_the_list_shows(stand, coordinator):
    answer = visitor(coordinator).get("/opinions/export.csv?state=owed")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert [(row["Number"], row["Opinion"], row["Tasks"]) for row in rows] == [(stand[1].number, OWED, "ME-06")]


def test_no_file_holds_what_the_public_wrote_nor_a_formula(stand, coordinator):
    scene.enter(said("=1+1", organisation="+82"), by=coordinator, at=AT)
    browser = visitor(coordinator)
    text = b"".join(browser.get("/opinions/export.csv")).decode("utf-8-sig")
    assert "대기 중인 말" not in text
    assert "거절된 말" not in text
    assert "'=1+1" in text
    sheet = load_workbook(io.BytesIO(b"".join(browser.get("/opinions/export.xlsx")))).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "=1+1" in [cell.value for cell in cells]
    assert not [cell for cell in cells if "대기 중인 말" in str(cell.value)]


def test_the_register_takes_a_constant_number_of_queries(stand, coordinator, django_assert_num_queries):
    def whole() -> Element | None:
        found = register.read({}, user=coordinator, at=AT)
        entries = found.entries(found.found)
        assert [(entry.said_by, entry.codes, entry.outcome, entry.decision_number) for entry in entries]
        return None

    coordinator.standing  # noqa: B018 (asked for once in a request)
    with django_assert_num_queries(3):
        whole()
    for number in range(5):
        scene.owed_to(stand[1].ministry, by=coordinator, at=AT, text=f"의견 {number}", codes=("ME-01",), due_on=DUE)
    with django_assert_num_queries(3):
        whole()


# hostile input


@pytest.mark.parametrize("hostile", ["\0", "가" * 300_000, "<script>alert(1)</script>" * 2000, "\u202e" * 5000])
def test_hostile_input_is_refused_at_its_field(stand, coordinator, me_officer, hostile):
    owed, office, officer = stand[1], visitor(coordinator), visitor(me_officer)
    words = {"group": "civic", "channel": "letter", "said_on": "2021-03-15", "text": hostile, "codes": hostile}
    first = {
        "title_ko": hostile,
        "held_on": hostile,
        "p0-group": hostile,
        "p0-organisation": hostile,
        "p0-number": hostile,
    }
    changed = {"codes": hostile, "ministry": hostile, "scenario": hostile, "due_on": hostile, "version": "0"}
    answers = [
        office.post("/opinions/enter/", words | {"organisation": hostile, "hearing": hostile, "decision": hostile}),
        office.post(f"/opinions/{owed.pk}/change/", changed),
        office.post("/hearings/record/", first),
        officer.post(f"/opinions/{owed.pk}/disposition/", {"kind": hostile, "reason": hostile, "version": "0"}),
    ]
    assert [answer.status_code for answer in answers] == [422] * 4
    for answer in answers:
        assert "<script>alert" not in answer.content.decode()


def test_scripts_that_were_entered_are_text_on_every_page(stand, coordinator):
    script = "<script>alert(1)</script>"
    row = scene.enter(said(script, organisation=script), by=coordinator, at=AT)
    browser = visitor(coordinator)
    for path in ("/opinions/", f"/opinions/{row.pk}/", f"/opinions/{row.pk}/change/", "/opinions/?q=<script>alert"):
        assert script not in browser.get(path).content.decode()


def test_extra_fields_are_ignored(stand, coordinator, me_officer):
    owed = stand[1]
    more = {"state": "rejected", "number": "P-1", "by": "1", "ministry": "MOTIE", "due_on": "2021-03-30"}
    given = {"kind": "later", "reason": "중장기로 검토함", "version": "0"}
    assert visitor(me_officer).post(f"/opinions/{owed.pk}/disposition/", given | more).status_code == 302
    now = scene.now(owed.pk)
    assert (now.state, now.number, now.ministry_id, now.due_on) == ("admitted", owed.number, owed.ministry_id, DUE)
