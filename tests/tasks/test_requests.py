"""건의: an issue asks a ministry, which answers it; what counts as answered, who learns of it, and when it is over."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ministries.directory import Directory
from ministries.models import User
from outbox.models import Notice
from records.chain import sha256
from records.errors import Forbidden, Invalid, KeyReused, WrongState
from records.models import Event
from tasks import board, requests, workflow
from tasks.models import Answer, Report, Request, Round
from tests import builders
from tests.builders import fresh, key, kst
from tests.cast import TaskForce
from tests.pages import filled, page, visitor

ISSUE, OTHER_ISSUE = "ㅇ 실증 부지 협의 필요", "ㅇ 실증 부지와 재원 협의 필요"
SAID = "ㅇ 4월 중 부지 후보를 회신하겠음"
RESULTS = "ㅇ 이행계획 초안을 마련함"


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: datetime) -> None:
    """Tuesday 16 March 2021, 14:00."""


@pytest.fixture
def report(reports: dict[str, Report]) -> Report:
    return reports["ME-01"]


def ask(report: Report, *codes: str, by: User, at: Any, issues: str = ISSUE, **more: Any) -> Request:
    """Send the report with an issue that asks these ministries; returns the request to the first one."""
    text = builders.raw(light="attention", issues=issues, addressed_to=sorted(codes), **more)
    builders.write(report, by=by, at=at, **text)
    builders.submit(report, by=by, at=at)
    return builders.request_to(codes[0], report)


def mend(report: Report, *codes: str, by: User, office: User, at: Any, issues: str) -> Request:
    builders.open_for_review(report, by=office, at=at)
    builders.return_for_changes(report, by=office, at=at)
    return ask(report, *codes, by=by, at=at, issues=issues, results="ㅇ 보완한 실적")


def open_ones(round_: Round) -> set[str]:
    rows = Request.objects.standing().open().filter(revision__report__round=round_)
    return {f"{row.revision.report.task.code} {row.addressed_to.code}" for row in rows}


def owed(purpose: str) -> list[str]:
    """To whom, since round 1, in which ME-06 asked MSIT."""
    rows = Notice.objects.filter(purpose=purpose, facts__round__gt=1).select_related("to").order_by("pk")
    return [row.to.username if row.to else str(row.ministry) for row in rows]


# What counts as answered


def test_the_rule_of_answered(task_force, report, me_officer, msit_officer, coordinator, at):
    """An answer of the ministry to this very wording. Another wording opens it again; the old one back closes it."""
    office, round_ = coordinator, task_force.round_2
    first = ask(report, "MSIT", "FSC", by=me_officer, at=at)
    assert open_ones(round_) == {"ME-01 FSC", "ME-01 MSIT"}
    builders.answer(first, by=msit_officer, at=at, text=SAID)
    assert open_ones(round_) == {"ME-01 FSC"}, "of one ministry it says nothing for another"
    mend(report, "MSIT", by=me_officer, office=office, at=at, issues=OTHER_ISSUE)
    assert open_ones(round_) == {"ME-01 MSIT"}
    (row,) = _asked(report)
    assert row.last is not None
    assert (row.is_answered, row.last.is_earlier, row.last.answer.text) == (False, True, SAID)
    mend(report, "MSIT", by=me_officer, office=office, at=at, issues=ISSUE)
    assert open_ones(round_) == set()
    (row,) = _asked(report)
    assert row.last is not None
    assert (row.is_answered, row.last.is_earlier) == (True, False)


def _asked(report: Report) -> list[requests.Asked]:
    sent = builders.sent(report)
    return requests.of_revisions([sent.pk], Directory(report.round.as_of))[sent.pk]


def test_those_who_count_and_those_who_read_have_one_rule(task_force, reports, me_officer, msit_officer, at):
    """The query's annotation and the read model agree, on answers before and after, here and in other rounds."""
    for code in ("ME-01", "ME-03", "ME-06"):
        row = ask(reports[code], "MSIT", by=me_officer, at=at)
        if code != "ME-03":
            builders.answer(row, by=msit_officer, at=at)
    every = Request.objects.with_answered()
    read = requests.of_revisions(list(every.values_list("revision", flat=True)), Directory(date(2021, 3, 12)))
    told = {row.request.pk: row.is_answered for rows in read.values() for row in rows}
    assert told == {row.pk: row.is_answered for row in every}  # type: ignore[attr-defined]
    assert sorted(told.values()) == [False, False, True, True]  # round 1's of ME-06 among them


def test_an_answer_of_a_later_round_is_none_in_an_earlier_one(task_force, report, me_officer, msit_officer, at):
    """A board as of a round shows what was answered up to it; the same wording needs no second answer."""
    people = task_force.people
    ask(report, "MSIT", by=me_officer, at=at)
    builders.freeze(task_force.round_2, by=people["coordinator"], at=at)
    opens = at + timedelta(hours=1)
    third = builders.round_(3, as_of=date(2021, 6, 4), opens_at=opens, due_at=kst(2021, 6, 10))
    again = builders.prepare(third, by=people["coordinator"], at=at)["ME-01"]
    request = ask(again, "MSIT", by=me_officer, at=opens, results="ㅇ 다음 실적")
    builders.answer(request, by=msit_officer, at=opens)
    assert (open_ones(task_force.round_2), open_ones(third)) == ({"ME-01 MSIT"}, set())
    assert _count(task_force.round_2, people["coordinator"], opens) == {"request": 1, "request_open": 1}
    assert _count(third, people["coordinator"], opens) == {"request": 1, "request_answered": 1}


def test_an_answer_of_an_earlier_round_holds_for_the_same_wording(task_force, report, me_officer, msit_officer, at):
    people = task_force.people
    builders.answer(ask(report, "MSIT", by=me_officer, at=at), by=msit_officer, at=at)
    builders.freeze(task_force.round_2, by=people["coordinator"], at=at)
    opens = at + timedelta(hours=1)
    third = builders.round_(3, as_of=date(2021, 6, 4), opens_at=opens, due_at=kst(2021, 6, 10))
    again = builders.prepare(third, by=people["coordinator"], at=at)["ME-01"]
    Notice.objects.all().delete()
    ask(again, "MSIT", by=me_officer, at=opens, results="ㅇ 다음 실적")
    assert open_ones(third) == set()
    assert owed("requested") == [], "nothing new is asked"


# Who answers, and until when


@pytest.mark.parametrize("name", ["me_officer", "fsc_officer", "coordinator", "reader", "administrator", "stranger"])
def test_only_the_asked_ministrys_officer_answers(task_force, report, me_officer, at, name):
    row = ask(report, "MSIT", by=me_officer, at=at)
    with pytest.raises(Forbidden):
        builders.answer(row, by=task_force.people[name], at=at)
    assert not Answer.objects.exists()


def test_it_can_be_answered_in_every_state_and_after_the_freeze(task_force, report, me_officer, msit_officer, at):
    """The report, its version and what was frozen stay as they are; each answer is one event with its hash."""
    office = task_force.people["coordinator"]
    row = ask(report, "MSIT", by=me_officer, at=at)
    steps: tuple[Callable[[], object], ...] = (
        lambda: None,
        lambda: builders.open_for_review(report, by=office, at=at),
        lambda: builders.accept(report, by=office, at=at),
        lambda: builders.freeze(task_force.round_2, by=office, at=at),
    )
    for number, step in enumerate(steps):
        step()
        before = fresh(report).version
        builders.answer(row, by=msit_officer, at=at, text=f"{SAID} {number}")
        assert fresh(report).version == before
    assert Answer.objects.filter(request=row).count() == 4
    event = Event.objects.filter(verb="answer_request").order_by("seq").last()
    assert event is not None
    told = {name: value for name, value in event.data.items() if name != "as"}
    assert told == {"report": "ME-01", "ministry": "MSIT", "revision": 1, "sha256": sha256(f"{SAID} 3")}
    assert owed("answered") == ["me_officer", "me_officer_2"] * 4
    assert not any(SAID in str(row.facts) or ISSUE in str(row.facts) for row in Notice.objects.all())


@pytest.mark.parametrize("way", ["withdrawn", "other wording", "other ministry", "next round"])
def test_what_is_not_asked_any_more_is_not_answered(task_force, report, me_officer, msit_officer, coordinator, at, way):
    """Refused with the text given back; nothing is left behind."""
    office, row, when = coordinator, ask(report, "MSIT", by=me_officer, at=at), at
    if way == "withdrawn":
        builders.withdraw(report, by=me_officer, at=at)
    elif way == "other wording":
        mend(report, "MSIT", by=me_officer, office=office, at=at, issues=OTHER_ISSUE)
    elif way == "other ministry":
        mend(report, "FSC", by=me_officer, office=office, at=at, issues=ISSUE)
    else:
        builders.freeze(task_force.round_2, by=office, at=at)
        third = builders.round_(3, as_of=date(2021, 6, 4), opens_at=at, due_at=kst(2021, 6, 10))
        again = builders.prepare(third, by=office, at=at)["ME-01"]
        builders.write(again, by=me_officer, at=at)
        builders.submit(again, by=me_officer, at=at)
    with pytest.raises(WrongState):
        builders.answer(row, by=msit_officer, at=when)
    answer = visitor(msit_officer).post(f"/requests/{row.pk}/answer/", {"text": SAID, "key": str(key())})
    assert answer.status_code == 409
    assert [quote.text for quote in page(answer).all("blockquote")] == [SAID]
    assert not Answer.objects.exists()


def test_mended_in_other_fields_the_old_form_still_answers(report, me_officer, msit_officer, coordinator, at):
    """The issue stands word for word: what is typed into a page from before is an answer to what stands now."""
    old = ask(report, "MSIT", by=me_officer, at=at)
    now = mend(report, "MSIT", by=me_officer, office=coordinator, at=at, issues=ISSUE)
    assert old.pk != now.pk
    assert builders.answer(old, by=msit_officer, at=at).request == now


@pytest.mark.parametrize("text", ["", " \n", "가\0나", "가" * 3001, SAID])
def test_a_refused_answer_keeps_what_was_typed(report, me_officer, msit_officer, at, text):
    """422 at the field, the same form under the same key; the last one is what was answered already."""
    row = ask(report, "MSIT", by=me_officer, at=at)
    builders.answer(row, by=msit_officer, at=at, text=SAID)
    browser, address = visitor(msit_officer), f"/requests/{row.pk}/answer/"
    form = filled(page(browser.get("/my-tasks/")), address)
    answer = browser.post(address, form | {"text": text})
    assert answer.status_code == 422
    found = page(answer)
    field = found.one("textarea", id=f"answer-text-{row.pk}")
    assert found.one("p", id=field["aria-describedby"]).text
    assert field.raw_text.removeprefix("\n") == text.strip()
    again = filled(found, address)
    assert again["key"] == form["key"]
    for _click in range(2):
        assert browser.post(address, again | {"text": "ㅇ 덧붙임"}).status_code == 302
    assert Answer.objects.count() == 2
    with pytest.raises(KeyReused):
        workflow.answer_request(row.pk, by=msit_officer, at=at, key=UUID(again["key"][0]), text="ㅇ 또 다른 글")


def test_a_deputy_answers_for_the_one_who_is_away(task_force, report, me_officer, msit_officer, at):
    deputy = task_force.people["stranger"]
    builders.deputy(msit_officer, deputy, "officer", on=at.date())
    row = builders.answer(ask(report, "MSIT", by=me_officer, at=at), by=deputy, at=at)
    assert (row.by, row.acting_for) == (deputy, msit_officer)
    assert Event.objects.get(verb="answer_request").acting_for == msit_officer


# Mail


def test_who_is_asked_is_told_once_for_each_wording(task_force, report, me_officer, coordinator, at):
    """Not again for the same words, be it after a mending, a withdrawal or with another ministry beside it."""
    ask(report, "MSIT", by=me_officer, at=at)
    assert owed("requested") == ["msit_officer"]
    mend(report, "MSIT", "FSC", by=me_officer, office=coordinator, at=at, issues=ISSUE)
    assert owed("requested") == ["msit_officer", "fsc_officer"]
    builders.withdraw(report, by=me_officer, at=at)
    builders.submit(report, by=me_officer, at=at)
    assert owed("requested") == ["msit_officer", "fsc_officer"]
    mend(report, "MSIT", by=me_officer, office=coordinator, at=at, issues=OTHER_ISSUE)
    assert owed("requested") == ["msit_officer", "fsc_officer", "msit_officer"]


def test_who_works_for_two_that_are_asked_hears_of_both(task_force, report, me_officer, msit_officer, at):
    builders.posting(msit_officer, "officer", task_force.ministries["MOTIE"])
    ask(report, "MSIT", "MOTIE", by=me_officer, at=at)
    assert sorted(owed("requested")) == ["motie_officer", "msit_officer", "msit_officer"]


def test_one_answer_with_two_issues_is_one_mail_to_each(reports, me_officer, at):
    for code in ("ME-03", "ME-05"):
        text = builders.raw(light="attention", issues=ISSUE, addressed_to=["MSIT"])
        builders.write(reports[code], by=me_officer, at=at, **text)
    builders.submit(reports["ME-03"], reports["ME-05"], by=me_officer, at=at)
    notice = Notice.objects.get(purpose="requested", facts__round=2)
    assert [row["code"] for row in notice.facts["reports"]] == ["ME-03", "ME-05"]


# Who sees what

# I: the issue, A: the answer, R: another text of the report, on the report's page; on the asked ministry's My tasks.
SEEN = """
            asked  lead  coordinator  reader  other  asked-list
submitted   404    IAR   IAR          –       404    IA
accepted    IAR    IAR   IAR          IAR     IAR    IA
frozen      IAR    IAR   IAR          IAR     IAR    IA
"""


@pytest.mark.parametrize("row", SEEN.strip().splitlines()[1:], ids=lambda row: row.split()[0])
def test_who_reads_the_issue_and_its_answer(task_force: TaskForce, report, me_officer, msit_officer, at, row):
    """The asked ministry sees the issue and nothing else of the report, until the report itself is open to it."""
    place, *cells = row.split()
    people = task_force.people
    builders.answer(ask(report, "MSIT", by=me_officer, at=at), by=msit_officer, at=at, text=SAID)
    if place != "submitted":
        builders.open_for_review(report, by=people["coordinator"], at=at)
        builders.accept(report, by=people["coordinator"], at=at)
    if place == "frozen":
        builders.freeze(task_force.round_2, by=people["coordinator"], at=at)
    who = ("msit_officer", "me_officer", "coordinator", "reader", "fsc_officer", "msit_officer")
    for number, (name, wanted) in enumerate(zip(who, cells, strict=True)):
        address = "/my-tasks/" if number == 5 else f"/reports/{report.pk}/"
        answer = visitor(people[name]).get(address)
        html = answer.content.decode()
        found = "".join(letter for letter, words in (("I", ISSUE), ("A", SAID), ("R", RESULTS)) if words in html) or "–"
        assert (found if answer.status_code == 200 else str(answer.status_code)) == wanted, (name, address)


def test_a_supporter_that_reads_the_text_does_not_read_anothers_answer(
    task_force, reports, me_officer, motie_officer, msit_officer, at
):
    """Submitted: its text is open to MOTIE, which supports it; what MSIT answered is not, until it is accepted."""
    report = reports["ME-06"]
    row = ask(report, "MSIT", "MOTIE", by=me_officer, at=at)
    builders.answer(row, by=msit_officer, at=at, text=SAID)
    builders.answer(builders.request_to("MOTIE", report), by=motie_officer, at=at, text="ㅇ 산업부 답변")
    html = visitor(motie_officer).get(f"/reports/{report.pk}/").content.decode()
    assert ISSUE in html
    assert "ㅇ 산업부 답변" in html
    assert SAID not in html


def test_a_draft_asks_nobody(report, me_officer, msit_officer, at):
    text = builders.raw(light="attention", issues=ISSUE, addressed_to=["MSIT"])
    builders.write(report, by=me_officer, at=at, **text)
    html = visitor(msit_officer).get("/my-tasks/").content.decode()
    assert ISSUE not in html
    assert owed("requested") == []


def test_what_was_withdrawn_is_gone_from_the_asked_ministrys_page(report, me_officer, msit_officer, at):
    ask(report, "MSIT", by=me_officer, at=at)
    browser = visitor(msit_officer)
    assert ISSUE in browser.get("/my-tasks/").content.decode()
    builders.withdraw(report, by=me_officer, at=at)
    assert ISSUE not in browser.get("/my-tasks/").content.decode()


def test_the_answer_stands_beside_the_issue_wherever_it_is_read(report, me_officer, msit_officer, coordinator, at):
    row = ask(report, "MSIT", by=me_officer, at=at)
    builders.answer(row, by=msit_officer, at=at, text=SAID)
    pages = [
        (coordinator, f"/review/{report.pk}/"),
        (coordinator, f"/reports/{report.pk}/"),
        (me_officer, "/my-tasks/?ministry=ME&open=ME-01"),
    ]
    for person, address in pages:
        (shown,) = [
            one for one in page(visitor(person).get(address)).all("ul", class_="wrote answers") if SAID in one.text
        ]
        assert "Answered" in shown.text
    mend(report, "MSIT", by=me_officer, office=coordinator, at=at, issues=OTHER_ISSUE)
    shown = page(visitor(coordinator).get(f"/review/{report.pk}/")).one("ul", class_="wrote answers")
    assert "Not answered" in shown.text
    assert "to an earlier wording" in shown.text


def test_between_rounds_what_is_asked_can_still_be_answered(task_force, report, me_officer, msit_officer, at):
    row = ask(report, "MSIT", by=me_officer, at=at)
    builders.freeze(task_force.round_2, by=task_force.people["coordinator"], at=at)
    browser, address = visitor(msit_officer), f"/requests/{row.pk}/answer/"
    found = page(browser.get("/my-tasks/"))
    assert found.one("h1").text == "No round is being collected"
    assert browser.post(address, filled(found, address) | {"text": ""}).status_code == 422
    assert browser.post(address, filled(found, address) | {"text": SAID}).status_code == 302
    assert "Answered" in page(browser.get("/my-tasks/")).one("summary", id=f"request-{row.pk}").text


def test_the_number_to_answer_stands_at_the_top_and_leads_there(reports, me_officer, msit_officer, at):
    """ME-06 asked in round 1, and nothing was sent of it since: that waits as well."""
    rows = [ask(reports[code], "MSIT", by=me_officer, at=at) for code in ("ME-03", "ME-05")]
    builders.answer(rows[0], by=msit_officer, at=at)
    found = page(visitor(msit_officer).get("/my-tasks/"))
    (link,) = found.all("a", href="#asked")
    assert link.text.endswith("2")
    listed = [row["id"] for row in found.one("section", id="asked").all("summary")]
    assert len(listed) == 3
    assert listed[-1] == f"request-{rows[0].pk}", "the open ones first"
    assert found.one("h2", id="asked-head").text.startswith("Asked of your ministry 3 to answer 2 of 3")


def test_done_it_says_so_at_the_row(report, me_officer, msit_officer, at):
    row = ask(report, "MSIT", by=me_officer, at=at)
    browser, address = visitor(msit_officer), f"/requests/{row.pk}/answer/"
    sent = browser.post(address, filled(page(browser.get("/my-tasks/")), address) | {"text": SAID}).headers["Location"]
    assert sent == f"/my-tasks/?ministry=MSIT&open=request-{row.pk}#request-{row.pk}"
    found = page(browser.get(sent))
    (told,) = found.one("section", id="asked").all("p", class_="note-box told success")
    assert told.parent is not None
    assert "open" in told.parent
    assert not found.one("div", id="messages").text


def test_what_is_not_asked_any_more_comes_back_with_its_text(report, me_officer, msit_officer, at):
    """409 on the page itself, whose box is gone."""
    row = ask(report, "MSIT", by=me_officer, at=at)
    browser, address = visitor(msit_officer), f"/requests/{row.pk}/answer/"
    form = filled(page(browser.get("/my-tasks/")), address)
    builders.withdraw(fresh(report), by=me_officer, at=at)
    answer = browser.post(address, form | {"text": SAID})
    assert answer.status_code == 409
    box = page(answer).one("div", class_="note-box error kept")
    assert "does not ask this any more" in box.text
    assert SAID in box.one("blockquote").text


# The board


def _count(round_: Round, user: User, at: Any) -> dict[str, int]:
    found = board.build(round_, {}, user=user, at=at)
    names = ("request", "request_answered", "request_open")
    counted = {name: sum(name in tile.also for tile in found.tiles) for name in names}
    return {name: number for name, number in counted.items() if number}


def test_the_boards_numbers_lead_to_their_lists(task_force, reports, me_officer, msit_officer, coordinator, reader, at):
    rows = [ask(reports[code], "MSIT", by=me_officer, at=at) for code in ("ME-03", "ME-05", "ME-06")]
    builders.answer(rows[0], by=msit_officer, at=at)
    office = visitor(coordinator)
    found = page(office.get("/board/"))
    for name, wanted in {"n-also-request": 3, "n-also-request_answered": 1, "j-also-request_open": 2}.items():
        link = found.one("a", id=name)
        assert link.all("b")[0].text if name.startswith("j") else link.text == str(wanted)
        listed = page(office.get(f"/board/{link['href']}"))
        assert len(listed.all("a", class_="tile")) == wanted, name
    assert _count(task_force.round_2, reader, at) == {}, "the others learn of it when it is accepted"
    builders.open_for_review(reports["ME-03"], by=coordinator, at=at)
    builders.accept(reports["ME-03"], by=coordinator, at=at)
    assert _count(task_force.round_2, reader, at) == {"request": 1, "request_answered": 1}


def test_an_answer_after_the_freeze_moves_no_last_change(task_force, report, me_officer, msit_officer, coordinator, at):
    row = ask(report, "MSIT", by=me_officer, at=at)
    builders.freeze(task_force.round_2, by=coordinator, at=at)
    before = board.build(task_force.round_2, {}, user=coordinator, at=at).tiles
    builders.answer(row, by=msit_officer, at=at + timedelta(days=1))
    after = board.build(task_force.round_2, {}, user=coordinator, at=at + timedelta(days=1)).tiles
    assert [tile.touched_at for tile in before] == [tile.touched_at for tile in after]


def test_queries_do_not_grow_with_requests_and_answers(reports, me_officer, msit_officer, coordinator, at):
    pages = [
        (msit_officer, "/my-tasks/"),
        (me_officer, "/my-tasks/"),
        (coordinator, "/board/"),
        (coordinator, f"/review/{reports['ME-03'].pk}/"),
    ]
    counts: list[list[int]] = []
    for codes in (["ME-03"], ["ME-04", "ME-05", "ME-06"]):
        for code in codes:
            row = ask(reports[code], "MSIT", "FSC", by=me_officer, at=at)
            builders.answer(row, by=msit_officer, at=at)
        counts.append([_queries(person, address) for person, address in pages])
    assert counts[0] == counts[1]


def _queries(person: User, address: str) -> int:
    browser = visitor(person)
    browser.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


def test_an_empty_answer_is_invalid_for_the_verb_too(report, me_officer, msit_officer, at):
    with pytest.raises(Invalid):
        builders.answer(ask(report, "MSIT", by=me_officer, at=at), by=msit_officer, at=at, text=" ")
