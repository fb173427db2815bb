"""Beside *my tasks*: earlier rounds and texts, the guide, the length of a text, and the list on paper."""

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ministries.models import Posting, User
from records import triggers
from tasks import earlier
from tasks.models import MilestoneChange, Report, Return, Round
from tasks.models.reporting import LINES_WANTED, NEAR_LIMIT, TEXT_LIMIT
from tests import builders
from tests.builders import kst
from tests.pages import HTMX, Element, dead_links, page, visitor

pytestmark = pytest.mark.either

HISTORY, GUIDE, PRINT, LIST = "/my-tasks/history/", "/my-tasks/guide/", "/my-tasks/print/", "/my-tasks/?ministry=ME"


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time) -> None:
    """Tuesday 16 March 2021, 14:00."""


@pytest.fixture
def spoken_of(task_force) -> Report:
    """ME-03 of round 1, as if the office had returned it once and given a wording: written past the closed round."""
    report: Report = builders.fresh(task_force.first["ME-03"])
    triggers.drop_all(connection)
    assert report.current is not None
    Return.objects.create(
        report=report,
        revision=report.current,
        by=task_force.people["coordinator"],
        at=kst(2021, 2, 4),
        comment="회의록을 붙여 주십시오",
        due_at=kst(2021, 2, 5),
        resolved_by=report.current,
    )
    Report.objects.filter(pk=report.pk).update(book_text_ko="ㅇ 회의자료에 실린 문구")
    return report


def earlier_of(report: Report) -> str:
    return f"/reports/{report.pk}/earlier/"


# The ministry's earlier rounds


@pytest.mark.parametrize("name", ["me_officer", "fsc_approver"])
def test_the_ministry_finds_its_own_frozen_rounds(task_force, spoken_of, name):
    """Lights of both, states, receipts, and what the office said; of its own tasks alone, by links that lead somewhere."""
    browser = visitor(task_force.people[name])
    answer = browser.get(HISTORY)
    shown = page(answer)
    codes = {row.text for row in shown.all("span", class_="code")}
    if name == "fsc_approver":
        assert codes == {"FSC-01", "FSC-02"}
        assert "회의록을" not in shown.text
        return
    assert codes == {"ME-01", "ME-02", "ME-03", "ME-04", "ME-05", "ME-06"}
    row = next(row for row in shown.all("tr") if "ME-03" in row.text)
    for words in ("On track", "Attention", "Accepted", "1-ME-0001", "관계부처 이견", "회의록을 붙여", "ㅇ 회의자료에"):
        assert words in row.text
    assert "No reply" in next(row for row in shown.all("tr") if "ME-05" in row.text).text
    assert "Reporting round 2" not in shown.text, "it is not frozen"
    assert dead_links(browser, answer) == []


def test_another_ministry_cannot_be_named(me_officer):
    """The person's own alone: whatever stands in the address."""
    for address in (HISTORY, PRINT):
        assert visitor(me_officer).get(f"{address}?ministry=FSC").status_code == 404
        assert visitor(me_officer).get(f"{address}?ministry=%00").status_code == 404


def test_before_the_first_freeze_it_says_so(task_force, motie_officer):
    shown = page(visitor(motie_officer).get(HISTORY))
    assert shown.one("div", class_="empty-page").one("h2").text == "No round of your ministry was frozen yet."


def test_many_rounds_are_paged_and_only_the_last_one_stands_open(task_force, me_officer, coordinator):
    """As many queries for three rounds as for two, but for each round's names."""
    browser, counts = visitor(me_officer), []
    at = kst(2021, 3, 22, 10)
    for no in range(2, 11):
        opens = at + timedelta(days=no)
        dates: dict[str, Any] = {"as_of": opens.date(), "opens_at": opens, "due_at": opens + timedelta(hours=5)}
        round_ = Round.objects.filter(no=no).first() or builders.round_(no, **dates)
        if round_.prepared_at is None:
            builders.prepare(round_, by=coordinator)
        builders.freeze(round_, by=coordinator, at=round_.opens_at + timedelta(hours=6))
        with CaptureQueriesContext(connection) as queries:
            shown = page(browser.get(HISTORY))
        counts.append(len(queries))
    chapters = shown.all("details", class_="chapter")
    assert [row["id"] for row in chapters] == [f"round-{no}" for no in range(10, 2, -1)]
    assert ["open" in row for row in chapters] == [True] + [False] * 7
    assert [row["id"] for row in page(browser.get(f"{HISTORY}?page=2")).all("details", class_="chapter")] == [
        "round-2",
        "round-1",
    ]
    steps = {after - before for before, after in itertools.pairwise(counts)}
    assert max(steps) <= 1, f"more than a query for each further round: {counts}"


# The earlier texts of one task


def test_each_phrase_of_earlier_texts_can_be_copied(task_force, spoken_of, me_officer):
    """In the panel into the text being written, on the page of its own onto the clipboard, each by a button; without a
    script the page says how. The ministry's rounds have the texts as well, to be opened where they stand."""
    report, browser = task_force.reports["ME-03"], visitor(me_officer)
    panel = page(browser.get(earlier_of(report), headers=HTMX))
    assert panel.all("h1") == []
    assert [row["data-copy"] for row in panel.all("button")] == [
        "ㅇ 추진계획을 세우고 착수함",
        "ㅇ 관계부처 협의 후 확정 예정",
    ]
    assert all("hidden" in row for row in panel.all("button")), "until there is a script"
    answer = browser.get(earlier_of(report))
    whole = page(answer)
    assert not [row for row in whole.all("button") if "data-copy" in row]
    clips = [row["data-clip"] for row in whole.all("button") if "data-clip" in row]
    assert clips == ["ㅇ 추진계획을 세우고 착수함", "ㅇ 관계부처 협의 후 확정 예정"]
    texts = next(row for row in page(browser.get(HISTORY)).all("tr", class_="texts") if "ME-03" in row.text)
    assert "open" not in texts.one("details")
    assert [row["data-clip"] for row in texts.all("button")] == clips
    assert "Copy what you want to use" in whole.text
    assert "회의록을 붙여 주십시오" in whole.text
    assert dead_links(browser, answer) == []


def test_an_approved_correction_stands_beside_what_was_sealed(task_force, me_officer, coordinator, at):
    sealed = builders.fresh(task_force.first["ME-01"])
    asked = builders.ask_correction(sealed, by=me_officer, at=at, text="ㅇ 바로잡은 실적")
    address = earlier_of(task_force.reports["ME-01"])
    assert "바로잡은" not in page(visitor(me_officer).get(address)).text, "nobody has approved it"
    builders.decide_correction(asked, by=coordinator, at=at)
    shown = page(visitor(me_officer).get(address)).text
    texts = next(row for row in page(visitor(me_officer).get(HISTORY)).all("tr", class_="texts") if "ME-01" in row.text)
    for found in (shown, texts.text):
        assert "Correction 1" in found
        assert found.index("착수함") < found.index("바로잡은 실적")


def test_a_new_lead_reads_the_predecessors_texts_but_not_what_the_office_told_them(task_force, spoken_of, msit_officer):
    report = task_force.reports["ME-03"]
    Report.objects.filter(pk=report.pk).update(lead=task_force.ministries["MSIT"])
    shown = page(visitor(msit_officer).get(earlier_of(report))).text
    assert "ㅇ 추진계획을 세우고 착수함" in shown
    assert "Ministry of Environment" in shown
    for words in ("회의록을 붙여 주십시오", "관계부처 이견", "ㅇ 회의자료에 실린 문구"):
        assert words not in shown


def test_texts_of_open_rounds_are_not_earlier_ones(task_force, me_officer, at):
    report = task_force.reports["ME-01"]
    builders.write(report, by=me_officer, at=at, results="ㅇ 아직 쓰는 글")
    assert "ㅇ 아직 쓰는 글" not in page(visitor(me_officer).get(earlier_of(report))).text
    first = page(visitor(me_officer).get(earlier_of(task_force.first["ME-01"])))
    assert "This task has no earlier report." in first.text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", []),
        ("ㅇ 하나", ["ㅇ 하나"]),
        ("ㅇ 하나\n\n\nㅇ 둘", ["ㅇ 하나", "ㅇ 둘"]),
        ("ㅇ 하나\n  - 아래\n- 더\n※ 비고\nㅇ 둘", ["ㅇ 하나\n  - 아래\n- 더\n※ 비고", "ㅇ 둘"]),
        ("  들여 쓴 첫 줄\nㅇ 둘", ["  들여 쓴 첫 줄", "ㅇ 둘"]),
    ],
)
def test_a_phrase_is_an_item_with_the_lines_below_it(text, wanted):
    assert earlier.paragraphs(text) == wanted


# The guide


def test_the_guide_begins_with_the_offices_words_for_the_round(task_force, me_officer, coordinator):
    Round.objects.filter(no=2).update(guide_ko="기준일을 밝혀 주십시오.\n<b>꼭</b>", guide_en="")
    Posting.objects.filter(role="coordinator", user=coordinator).update(telephone="044-000-0000", unit_ko="총괄과")
    answer = visitor(me_officer).get(GUIDE)
    shown = page(answer)
    sections = shown.one("div", class_="guide").all("section")
    assert "기준일을 밝혀 주십시오." in sections[0].text
    assert "<b>꼭</b>" in sections[0].text, "as it was typed, and no markup"
    assert "044-000-0000" in sections[-1].text
    assert f"{TEXT_LIMIT:,}" in shown.text
    assert dead_links(visitor(me_officer), answer) == []
    part = page(visitor(me_officer).get(GUIDE, headers=HTMX))
    assert part.all("h1") == []


def test_between_rounds_the_guide_stands_without_the_offices_words(task_force, me_officer, coordinator):
    Round.objects.filter(no=2).update(guide_ko="이번 회차의 말", guide_en="")
    builders.freeze(task_force.round_2, by=coordinator, at=kst(2021, 3, 22, 10))
    assert "이번 회차의 말" not in page(visitor(me_officer).get(GUIDE)).text


# How long a text is


@pytest.mark.parametrize(
    ("text", "shown", "over"),
    [
        ("ㅇ 하나", f"1/{LINES_WANTED} lines", False),
        ("ㅇ 하나\r\nㅇ 둘\n", f"2/{LINES_WANTED} lines", False),
        ("\n".join("12345"), f"5/{LINES_WANTED} lines", False),
        ("\n".join("123456"), f"6/{LINES_WANTED} lines", True),
        ("가" * NEAR_LIMIT, f"{NEAR_LIMIT}/{TEXT_LIMIT} characters", False),
    ],
)
def test_the_length_stands_beside_its_field(task_force, me_officer, at, text, shown, over):
    """A hint: more lines than wanted are sent all the same."""
    report = task_force.reports["ME-01"]
    builders.write(report, by=me_officer, at=at, results=text)
    found = page(visitor(me_officer).get(LIST))
    area = found.one("textarea", id=f"r{report.pk}-results")
    hint = found.one("span", id=f"r{report.pk}-results-length")
    assert hint["id"] in area["aria-describedby"].split()
    assert hint.text == shown
    assert ("over" in hint["class"].split()) is over
    builders.submit(report, by=me_officer, at=at)


# On paper


def sheet_of(found: Element, report: Report) -> Element:
    return next(row for row in found.all("article") if row["aria-labelledby"] == f"s-{report.pk}")


def test_all_tasks_stand_on_one_paper_each_in_its_state(task_force, me_officer, coordinator, at):
    """Written, submitted, returned, untouched: what is no more than a draft says so, what nobody wrote is not claimed."""
    reports = task_force.reports
    builders.write(reports["ME-01"], by=me_officer, at=at, results="ㅇ 초안 글")
    builders.report_in("returned", reports["ME-03"], officer=me_officer, coordinator=coordinator, at=at)
    builders.report_in("accepted", reports["ME-04"], officer=me_officer, coordinator=coordinator, at=at)
    answer = visitor(me_officer).get(PRINT)
    shown = page(answer)
    assert [row.one("h2").text[:5] for row in shown.all("article")] == [f"ME-0{no}" for no in range(1, 7)]
    written = sheet_of(shown, reports["ME-01"]).text
    assert "Draft — not submitted" in written
    assert "ㅇ 초안 글" in written
    assert "ㅇ 추진계획을 세우고 착수함" in written, "last round's beside it"
    assert "2-ME-0001" in sheet_of(shown, reports["ME-03"]).text
    assert "Accepted" in sheet_of(shown, reports["ME-04"]).text
    untouched = sheet_of(shown, reports["ME-02"])
    assert "Nothing written yet" in untouched.text
    results = next(row for row in untouched.all("tr") if row.all("th")[0].text == "Results")
    assert [cell.text for cell in results.all("td")] == ["–", "ㅇ 추진계획을 세우고 착수함"]
    assert "Fri 12 Mar 2021" in shown.text
    assert shown.all("textarea", "select") == []
    assert dead_links(visitor(me_officer), answer) == []


def test_the_paper_says_when_it_was_completed_what_the_dates_were_and_what_could_go_as_it_stands(
    task_force, me_officer, at
):
    """Each state once; the line of an indicator inside the table; the dates as the last text moved them."""
    reports = task_force.reports
    triggers.drop_all(connection)
    milestone, before = reports["ME-02"].task.milestones.get(), reports["ME-02"].baseline
    MilestoneChange.objects.create(
        revision=before, milestone=milestone, old_on=date(2021, 1, 31), new_on=milestone.current_on, cause="budget",
        reason="ㅇ 예산 협의",
    )  # fmt: skip
    builders.indicator(reports["ME-01"].task, targets={2021: "15"})
    builders.write(reports["ME-01"], by=me_officer, at=at, light="completed", completed_on="2021-03-02")
    shown = page(visitor(me_officer).get(PRINT))
    done, due, free = (sheet_of(shown, reports[code]) for code in ("ME-01", "ME-02", "ME-04"))
    assert "Completed (Tue 2 Mar 2021)" in done.all("tbody")[0].text
    assert "Target 2021: 15" in done.all("tbody")[0].text
    assert done.text.count("Draft") == 1
    assert "Last round (Round 1)" in done.text
    assert "can go as “no change”" in free.text
    assert "can go as “no change”" not in due.text, "its milestone is due"
    dates = next(row for row in due.all("tr") if row.all("th")[0].text == "Milestones").all("td")
    assert [cell.text for cell in dates] == [
        f"{milestone.title_en}: Fri 26 Feb 2021",
        f"{milestone.title_en}: Sun 31 Jan 2021 → Fri 26 Feb 2021 (Budget: ㅇ 예산 협의)",
    ]


def test_the_approver_reads_the_paper_too_and_nobody_elses(task_force, fsc_officer, fsc_approver, at):
    builders.write(task_force.reports["FSC-01"], by=fsc_officer, at=at, results="ㅇ 승인 전의 글")
    builders.ask_sign_off(task_force.reports["FSC-01"], by=fsc_officer, at=at)
    shown = page(visitor(fsc_approver).get(PRINT)).text
    assert "Awaiting sign-off — not submitted" in shown
    assert "ㅇ 승인 전의 글" in shown
    assert "ME-0" not in shown


def test_between_rounds_there_is_nothing_to_print(task_force, me_officer, coordinator):
    builders.freeze(task_force.round_2, by=coordinator, at=kst(2021, 3, 22, 10))
    assert visitor(me_officer).get(PRINT)["Location"] == "/my-tasks/"


def more(user: User, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert visitor(user).get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("address", [PRINT, HISTORY])
def test_queries_do_not_grow_with_the_tasks(task_force, me_officer, address: str):
    counts: list[Any] = []
    for _ in range(2):
        for no in (1, 2):
            round_ = Round.objects.get(no=no)
            for _task in range(3):
                triggers.drop_all(connection)
                task = builders.task(f"NEW-{Report.objects.count()}", task_force.ministries["ME"])
                Report.objects.create(
                    round=round_, task=task, lead=task_force.ministries["ME"], kind=task.kind, sector=task.sector
                )
        counts.append(more(me_officer, address))
    assert counts[0] == counts[1]
