"""One answer of one ministry: the check page, what goes out and what stays, one receipt, and the way back."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ministries.models import Ministry
from records.models import Event, Receipt
from tasks.models import Draft, Milestone, Report, Revision, Submission
from tests import builders
from tests.builders import fresh, kst
from tests.pages import Element, Fields, dead_links, filled, page, visitor

CHECK, SEND = "/my-tasks/check/", "/my-tasks/submit/"


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: datetime) -> None:
    """Tuesday 16 March 2021, 14:00."""


@pytest.fixture
def officer(me_officer) -> Client:
    return visitor(me_officer)


@pytest.fixture
def first() -> int:
    """How many submissions round 1 left behind."""
    return Submission.objects.count()


def group(found: Element, number: int) -> Element:
    """A section of the check page: 1 changed, 2 no change, 3 not sent."""
    return found.one("section", aria_labelledby=f"c{number}")


def codes(section: Element) -> list[str]:
    return [row.text for row in section.all("span", class_="code")]


def button(found: Element) -> str:
    return found.one("section", aria_label="Send").one("button").text


def going(fields: Fields) -> tuple[int, int]:
    return len(fields.get("changed", [])), len(fields.get("unchanged", []))


def alert(answer: Any) -> str:
    return page(answer).one("div", class_="note-box error").text


@pytest.fixture
def written(reports, me_officer, at) -> dict[str, Report]:
    """ME-05 may go, ME-03 lacks its issue text; ME-01 and ME-04 may go as "no change", ME-02 and ME-06 may not."""
    builders.write(reports["ME-05"], by=me_officer, at=at)
    builders.write(reports["ME-03"], by=me_officer, at=at, light="attention")
    roster: dict[str, Report] = reports
    return roster


# The check page


def test_the_check_page_says_what_goes_and_what_stays(officer, written):
    """screens.md A: changed with differences, no change, not going with the reason; the button says both numbers."""
    found = page(officer.get(CHECK))
    changed, same, staying = (group(found, number) for number in (1, 2, 3))
    assert codes(changed) == ["ME-05"]
    assert [row.text for row in changed.all("ins")] != []
    assert codes(same) == ["ME-01", "ME-04"]
    assert "착수함" in same.text
    assert "30 Jun" in same.text
    why = {code: row.text for code, row in zip(codes(staying), staying.all("tr")[1:], strict=True)}
    assert set(why) == {"ME-02", "ME-03", "ME-06"}
    assert "milestone due: Milestone 1, Fri 26 Feb" in why["ME-02"]
    assert "say what the issue is" in why["ME-03"]
    assert "light “Attention” last time" in why["ME-06"]
    assert button(found) == "Submit 1 changed, 2 unchanged"
    assert going(filled(found, SEND)) == (1, 2)


def test_a_row_is_left_out_and_taken_in_by_its_address(officer, written):
    """No ticks: the page lists what will go, and each row has a link that leaves it out or sends it too."""
    found = page(officer.get(CHECK))
    (leave,) = [row for row in group(found, 2).all("a") if row.text == "Leave out ME-04"]
    found = page(officer.get(leave["href"]))
    assert codes(group(found, 2)) == ["ME-01"]
    assert "left out by you" in group(found, 3).text
    assert button(found) == "Submit 1 changed, 1 unchanged"
    fields = filled(found, SEND)
    assert (going(fields), fields["leave"]) == ((1, 1), ["ME-04"])
    (back,) = [row for row in group(found, 3).all("a") if row.text == "Send it too ME-04"]
    assert going(filled(page(officer.get(back["href"])), SEND)) == (1, 2)
    unknown = page(officer.get(CHECK, {"leave": ["MSIT-01", "\0", "ME-99"]}))
    assert going(filled(unknown, SEND)) == (1, 2)


def test_an_overdue_milestone_takes_its_row_out(officer, reports, first):
    """product.md: "no change" is refused, with the reason and by name, where a milestone fell due. The control: the same
    task with the date ahead goes. A forged answer is refused as a whole, and nothing of it is sent."""
    Milestone.objects.filter(task__code="ME-02").update(current_on=date(2021, 3, 13))
    found = page(officer.get(CHECK))
    assert button(found) == "Submit 3 unchanged"
    Milestone.objects.filter(task__code="ME-02").update(current_on=date(2021, 3, 12))
    found = page(officer.get(CHECK))
    assert button(found) == "Submit 2 unchanged"
    assert "milestone due: Milestone 1, Fri 12 Mar" in group(found, 3).text
    forged = filled(found, SEND)
    forged["unchanged"] += [f"{reports['ME-02'].pk}:{reports['ME-02'].version}"]
    answer = officer.post(SEND, forged)
    assert answer.status_code == 422
    assert "ME-02" in alert(answer)
    assert "milestone due: Milestone 1, Fri 12 Mar" in alert(answer)
    assert Submission.objects.count() == first
    assert dead_links(officer, answer) == []
    assert filled(page(answer), SEND)["key"] == forged["key"], "a refused form keeps its key"


# The answer and its receipt


def test_one_answer_gets_one_receipt(officer, written, me_officer, at):
    """product.md: one receipt with number and seconds; it says how many of how many, and what was sent."""
    form = filled(page(officer.get(CHECK)), SEND)
    answer = officer.post(SEND, form | {"letter_no": [" 기후전략과-123 "]})
    submission = Submission.objects.latest("pk")
    assert answer.headers["Location"] == f"/submissions/{submission.number}/"
    assert (submission.number, submission.letter_no, submission.by) == ("2-ME-0001", "기후전략과-123", me_officer)
    assert submission.received_at == at
    found = page(officer.get(answer.headers["Location"]))
    assert found.one("h1").text == "3 reports received"
    for text in ("2-ME-0001", "Tue 16 Mar 2021, 14:00:00", "Ministry of Environment", "Kim Haneul", "기후전략과-123"):
        assert text in found.one("section", class_="receipt").text
    assert codes(found) == ["ME-01", "ME-04", "ME-05"]
    assert {fresh(written[code]).state for code in codes(found)} == {"submitted"}
    assert fresh(written["ME-03"]).state == "draft"
    assert Revision.objects.filter(submission=submission, unchanged=True).count() == 2


def test_a_late_answer_says_so(officer, written, monkeypatch):
    """product.md: past due one may still submit, marked late. The receipt does not hide it."""
    form = filled(page(officer.get(CHECK)), SEND)
    monkeypatch.setattr("records.clock.now", lambda: kst(2021, 3, 19, 18, 30))
    assert "30 minutes past due" in page(officer.get(CHECK)).text
    found = page(officer.get(officer.post(SEND, form).headers["Location"]))
    assert [row.text for row in found.all("span", class_="flag")] == ["late"] * 3


def test_a_form_sent_twice_is_one_answer(officer, written, first):
    """quality.md 3: a double click, a retry: one submission, one revision each, the same receipt page."""
    form = filled(page(officer.get(CHECK)), SEND)
    pages = {officer.post(SEND, form).headers["Location"] for _ in range(3)}
    assert pages == {"/submissions/2-ME-0001/"}
    assert Submission.objects.count() == first + 1
    assert written["ME-05"].revisions.count() == 1


def test_the_same_key_with_another_body_is_refused(officer, written, first):
    """quality.md 3. The page then brings a new key: the next press is about what stands there now."""
    form = filled(page(officer.get(CHECK)), SEND)
    officer.post(SEND, form)
    answer = officer.post(SEND, form | {"unchanged": form["unchanged"][:1]})
    assert answer.status_code == 422
    assert "already sent with other content" in alert(answer)
    assert Submission.objects.count() == first + 1
    again = officer.post("/submissions/2-ME-0001/withdraw/", {"key": form["key"]})
    assert again.status_code == 422, "a key belongs to one verb"
    assert fresh(written["ME-05"]).state == "submitted"


def test_a_refused_answer_is_mended_under_its_key(officer, written, first):
    """quality.md 3: a key is used up by what it carried out, not by what was refused. From then on it is: back in the
    browser's history and pressed anew, the mended form leads to its receipt, the refused one to nothing."""
    form = filled(page(officer.get(CHECK)), SEND)
    refused = form | {"letter_no": ["가" * 61]}
    answer = officer.post(SEND, refused)
    assert (answer.status_code, Submission.objects.count()) == (422, first)
    mended = filled(page(answer), SEND) | {"letter_no": ["기후전략과-1"]}
    assert mended["key"] == form["key"]
    for _ in range(2):
        assert officer.post(SEND, mended).headers["Location"] == "/submissions/2-ME-0001/"
    assert officer.post(SEND, form).status_code == 422, "the same key without its letter is another answer"
    assert (Submission.objects.count(), Receipt.objects.filter(key=form["key"][0]).count()) == (first + 1, 1)


def test_one_task_sent_alone_and_twice(officer, reports, coordinator, at, first):
    """product.md: a single task can be sent alone; quality.md 3 holds for it as well. Another text under the key of the
    one that went is refused, and comes back."""
    report = reports["ME-05"]
    send, name = f"/reports/{report.pk}/submit/", f"r{report.pk}-results"
    form = filled(page(officer.get("/my-tasks/")), "/my-tasks/")
    form |= {name: ["ㅇ 지침서 마련"], f"r{report.pk}-plans": ["ㅇ 확정"], f"r{report.pk}-light": ["on_track"]}
    pages = {officer.post(send, form).headers["Location"] for _ in range(2)}
    assert pages == {"/submissions/2-ME-0001/"}
    assert Submission.objects.count() == first + 1
    answer = officer.post(send, form | {name: ["ㅇ 나중에 고친 글"]})
    assert answer.status_code == 422
    assert "ㅇ 나중에 고친 글" in page(answer).text
    assert "key" not in filled(page(answer), send), "under its key it would be refused for ever"
    assert report.revisions.count() == 1
    builders.open_for_review(report, by=coordinator, at=at)
    builders.return_for_changes(report, by=coordinator, at=at)
    late = officer.post(send, form)
    assert late.headers["Location"] == "/submissions/2-ME-0001/", "a retry that comes after the return mends nothing"
    assert fresh(report).state == "returned"


@pytest.mark.parametrize("way", ["submit", "ask_sign_off"])
def test_under_a_used_key_other_rows_are_kept_or_shown(task_force, officer, reports, at, way):
    """Sent, gone back, another row changed, the same button: the one stays sent, and the other one's text is saved, or
    stands on the page with what is in its way. A form without news leads to the receipt, after the freeze, too."""
    one, two = reports["ME-01"], reports["ME-02"]
    Ministry.objects.filter(code="ME").update(sign_off=way == "ask_sign_off")
    send, name, first = f"/reports/{one.pk}/submit/", f"r{two.pk}-results", Submission.objects.count()
    form = filled(page(officer.get("/my-tasks/?open=ME-01")), "/my-tasks/") | {f"r{one.pk}-results": ["ㅇ 마련함"]}
    form |= {f"r{one.pk}-plans": ["ㅇ 확정"], f"r{one.pk}-light": ["on_track"], "way": [way]}
    there = officer.post(send, form).headers["Location"]
    assert there == ("/submissions/2-ME-0001/" if way == "submit" else "/my-tasks/?ministry=ME&state=awaiting")
    said = "ME-01 was sent: receipt 2-ME-0001." if way == "submit" else "ME-01 was put before your approver."
    answer = officer.post(send, form | {name: ["ㅇ 둘째 글"]}, follow=True)
    assert answer.redirect_chain == [("/my-tasks/?ministry=ME&open=ME-02#ME-02", 302)]
    assert f"{said} What you typed into other tasks is saved." in page(answer).text
    assert Draft.objects.get(report=two).content["results"] == "ㅇ 둘째 글"
    answer = officer.post(send, form | {name: ["ㅇ 셋째 글"]})
    assert answer.status_code == 409
    assert page(answer).one("section", class_="note-box error conflict")["aria-labelledby"] == f"conflict-{two.pk}"
    assert "ㅇ 셋째 글" in page(answer).text
    assert said in page(answer).text
    assert officer.post(send, form | {name: ["ㅇ 둘째 글"]}).headers["Location"] == there
    if way == "submit":  # a row that is gone, and that the form brings along as it found it
        builders.write(reports["ME-06"], by=task_force.people["me_officer"], at=at)
        builders.submit(reports["ME-06"], by=task_force.people["me_officer"], at=at)
    builders.freeze(one.round, by=task_force.people["coordinator"], at=at)
    assert officer.post(send, form).headers["Location"] == there
    assert Submission.objects.count() == first + (2 if way == "submit" else 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("code", ["ME-03", "ME-04", "ME-05"])
def test_two_presses_that_arrive_at_once(reports, me_officer, first, code):
    """quality.md 3, the hard way: two workers have the same form in hand at the same moment. Both lead to the one receipt."""
    report, start = reports[code], threading.Barrier(2)
    browsers = [visitor(me_officer) for _ in range(2)]
    form = filled(page(browsers[0].get("/my-tasks/")), "/my-tasks/")
    texts = {"results": "ㅇ 마련", "plans": "ㅇ 확정", "light": "on_track"}
    form |= {f"r{report.pk}-{name}": [text] for name, text in texts.items()}

    def press(browser: Client) -> str:
        start.wait()
        try:
            answer = browser.post(f"/reports/{report.pk}/submit/", form)
            return f"{answer.status_code} {answer.headers.get('Location')}"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as workers:
        assert set(workers.map(press, browsers)) == {"302 /submissions/2-ME-0001/"}
    assert Submission.objects.count() == first + 1
    assert report.revisions.count() == 1


def test_one_task_that_is_not_ready_stays_with_its_messages(officer, reports, first):
    """422 with the message at the field; what was typed is kept as a draft and stands in the form."""
    report = reports["ME-05"]
    form = filled(page(officer.get("/my-tasks/")), "/my-tasks/") | {f"r{report.pk}-light": ["attention"]}
    answer = officer.post(f"/reports/{report.pk}/submit/", form | {f"r{report.pk}-results": ["ㅇ 지침서"]})
    assert answer.status_code == 422
    found = page(answer)
    assert "With the light" in found.one("p", id=f"r{report.pk}-issues-error").text
    told = found.one("div", class_="note-box error").text
    assert told.startswith("ME-05 was not sent. Your text is saved as a draft; please look at this:")
    assert "data-refused" not in found.one("main"), "nothing is on this device alone"
    described = found.one("textarea", id=f"r{report.pk}-issues")["aria-describedby"].split()
    assert f"r{report.pk}-issues-error" in described
    assert "지침서" in found.one("textarea", id=f"r{report.pk}-results").raw_text
    assert (Submission.objects.count(), Draft.objects.get().content["results"]) == (first, "ㅇ 지침서")
    assert dead_links(officer, answer) == []


def test_somebody_changed_a_row_after_the_check(officer, written, me_officer_2, at, first):
    """What goes out is what was seen: 409, nothing sent, and the page shows what stands now."""
    form = filled(page(officer.get(CHECK)), SEND)
    builders.write(written["ME-05"], by=me_officer_2, at=at, results="ㅇ 다른 담당자가 고침")
    answer = officer.post(SEND, form)
    assert answer.status_code == 409
    assert "ME-05" in alert(answer)
    assert "다른 담당자가 고침" in group(page(answer), 1).text
    assert dead_links(officer, answer) == []
    assert Submission.objects.count() == first
    assert officer.post(SEND, filled(page(answer), SEND)).status_code == 302


def test_what_no_form_offers_is_ignored(officer, written, me_officer, coordinator, at):
    """quality.md 18: extra fields change nothing, neither the state nor the author, nor whose answer it is."""
    extra: dict[str, Any] = {
        "state": "accepted", "lead": "MSIT", "by": coordinator.pk, "author": coordinator.pk, "number": "9-ME-9999",
        "office_light": "completed", "received_at": "2020-01-01", "late_by": "0", "version": "999", "current": "1",
        "is_superuser": "on", "acting_for": coordinator.pk, "round": "1",
    }  # fmt: skip
    report = written["ME-05"]
    list_form = filled(page(officer.get("/my-tasks/")), "/my-tasks/")
    row = {f"r{report.pk}-{name}": [str(value)] for name, value in extra.items() if name != "version"}
    assert officer.post("/my-tasks/", list_form | row | extra | {"do": "save"}).status_code == 302
    assert set(Draft.objects.get(report=report).content) == set(builders.raw())
    form = filled(page(officer.get(CHECK)), SEND)
    assert officer.post(SEND, form | extra).headers["Location"] == "/submissions/2-ME-0001/"
    now, submission = fresh(report), Submission.objects.latest("pk")
    assert (now.state, now.office_light, now.late_by, now.lead.code) == ("submitted", "", None, "ME")
    assert (submission.by, submission.received_at, submission.acting_for) == (me_officer, at, None)
    event = Event.objects.latest("pk")
    assert (event.verb, event.actor, event.acting_for) == ("submit", me_officer, None)


@pytest.mark.parametrize("ministry", ["ME", "MSIT", ""])
def test_another_ministrys_report_is_refused(officer, reports, msit_officer, at, first, ministry):
    """Nobody answers for another ministry: not among the own, not alone, whatever ministry the form names."""
    builders.write(reports["MSIT-01"], by=msit_officer, at=at)
    own, other = fresh(reports["ME-01"]), fresh(reports["MSIT-01"])
    for fields in (
        {"changed": [f"{other.pk}:{other.version}"]},
        {"changed": [f"{other.pk}:{other.version}"], "unchanged": [f"{own.pk}:{own.version}"]},
    ):
        answer = officer.post(SEND, fields | {"ministry": ministry, "key": str(builders.key())})
        assert answer.status_code in (403, 404)
    assert officer.post(f"/reports/{other.pk}/submit/", {"key": str(builders.key())}).status_code == 404
    assert Submission.objects.count() == first
    assert fresh(other).state == "draft"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"changed": ""},
        {"changed": "x:1"},
        {"changed": ["1:1", "1:1"]},
        {"unchanged": "1:-1"},
        {"changed": "9" * 30 + ":1"},
    ],
)
def test_an_empty_or_damaged_answer_is_refused(officer, reports, first, fields):
    """It says so on the check page: nothing is sent, nothing breaks."""
    answer = officer.post(SEND, fields | {"ministry": "ME", "key": str(builders.key())})
    assert answer.status_code in (409, 422)
    assert alert(answer)
    assert Submission.objects.count() == first


def test_a_letter_number_that_is_too_long_comes_back(officer, written, first):
    form = filled(page(officer.get(CHECK)), SEND)
    answer = officer.post(SEND, form | {"letter_no": ["가" * 61]})
    assert (answer.status_code, Submission.objects.count()) == (422, first)
    assert filled(page(answer), SEND)["letter_no"] == ["가" * 61]
    assert officer.post(SEND, filled(page(answer), SEND) | {"letter_no": ["가" * 60]}).status_code == 302


# The way back


def test_an_answer_is_withdrawn_as_far_as_the_office_has_not_opened_it(officer, written, coordinator, at):
    """product.md: until the office has opened it. What was opened stays submitted; the receipt tells both apart."""
    receipt = officer.post(SEND, filled(page(officer.get(CHECK)), SEND)).headers["Location"]
    builders.open_for_review(written["ME-01"], by=coordinator, at=at)
    found = page(officer.get(receipt))
    form = filled(found, f"{receipt}withdraw/")
    asked = found.one("details", id="withdraw")
    assert "open" not in asked, "a second step, without a script too"
    assert "Withdraw 2 reports" in asked.one("form").text
    assert officer.post(f"{receipt}withdraw/", form).headers["Location"] == "/my-tasks/?ministry=ME"
    said = page(officer.get("/my-tasks/?ministry=ME")).one("div", id="messages").text
    assert said == "2 reports of receipt 2-ME-0001 were withdrawn. They are not submitted any more."
    states = {code: fresh(written[code]).state for code in ("ME-01", "ME-04", "ME-05")}
    assert states == {"ME-01": "submitted", "ME-04": "missing", "ME-05": "draft"}
    found = page(officer.get(receipt))
    assert found.one("tbody").text.count("withdrawn") == 2
    assert not found.all("form", action=f"{receipt}withdraw/")
    assert officer.post(f"{receipt}withdraw/", form).status_code == 302, "sent twice it is one withdrawal"
    assert officer.post(f"{receipt}withdraw/", {"key": str(builders.key())}).status_code == 409
    assert Receipt.objects.filter(verb="withdraw").count() == 1


def test_a_ministry_with_sign_off_asks_and_does_not_submit(fsc_officer, reports, first):
    """product.md: waiting is not submitted. The page says so and names who holds it; no receipt is given."""
    officer = visitor(fsc_officer)
    found = page(officer.get(CHECK))
    assert button(found) == "Request sign-off: 2 unchanged"
    form = filled(found, SEND)
    answers = [officer.post(SEND, form) for _ in range(2)]
    assert {answer.headers["Location"] for answer in answers} == {"/my-tasks/?ministry=FSC&state=awaiting"}
    waiting = page(officer.get(answers[0].headers["Location"]))
    assert "It is not submitted yet." in waiting.text
    assert {fresh(reports[code]).state for code in ("FSC-01", "FSC-02")} == {"awaiting"}
    assert Submission.objects.count() == first


def test_the_receipts_queries_do_not_grow(officer, reports, me_officer, at):
    """quality.md 28: a receipt of one report and one of three."""
    counts = []
    for names in (["ME-01"], ["ME-03", "ME-04", "ME-05"]):
        for code in names:
            builders.write(reports[code], by=me_officer, at=at)
        builders.submit(*(reports[code] for code in names), by=me_officer, at=at)
        with CaptureQueriesContext(connection) as queries:
            assert officer.get(f"/submissions/{Submission.objects.latest('pk').number}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] < 25
