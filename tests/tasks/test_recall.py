"""승인 요청 취소, and switching sign-off while a round is open (ADR 14)."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from ministries.models import Ministry, User
from outbox.letters import write
from outbox.models import Notice, Problem
from records.models import Event
from tasks import workflow
from tasks.models import Draft, Report, Submission
from tests import builders
from tests.builders import fresh, key
from tests.pages import Fields, filled, form, page, visitor

MINE, RECALL, SUBMIT = "/my-tasks/", "/sign-off/recall/", "/my-tasks/submit/"
TEXT = "ㅇ 감독 추진계획 확정"


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: datetime) -> None:
    """Tuesday 16 March 2021, 14:00."""


@pytest.fixture
def officer(fsc_officer: User) -> Client:
    return visitor(fsc_officer)


@pytest.fixture
def asked(reports: dict[str, Report], fsc_officer: User, at: datetime) -> list[Report]:
    """FSC-01 with a text and FSC-02 as "no change", put before the approver in one request."""
    one, two = reports["FSC-01"], reports["FSC-02"]
    builders.write(one, by=fsc_officer, at=at, results=TEXT)
    items = [builders.item(one), builders.item(two, unchanged=True)]
    workflow.ask_sign_off(items, by=fsc_officer, at=at, key=key())
    return [fresh(one), fresh(two)]


def states(*reports: Report) -> list[str]:
    return [fresh(report).state for report in reports]


def press(browser: Client, *reports: Report, **more: Any) -> Any:
    """The button that takes the requests of these reports back, on the list as it stands."""
    found = page(browser.get(MINE))
    wanted = " ".join(f"{report.pk}:{fresh(report).version}" for report in reports)
    assert wanted in [row["value"] for row in found.all("button", name="recall")], "no such button"
    return browser.post(RECALL, filled(found, MINE) | {"recall": [wanted]} | more)


def test_a_request_is_taken_back_whole(officer, asked, fsc_approver):
    """The text is a draft again, "no change" leaves none; the approver has nothing to sign, and is told."""
    answer = press(officer, *asked)
    assert answer.headers["Location"] == "/my-tasks/?ministry=FSC"
    assert states(*asked) == ["draft", "missing"]
    draft = Draft.objects.get()
    assert (draft.content["results"], draft.asked_by, draft.asked_at) == (TEXT, None, None)
    assert Event.objects.latest("pk").data["reports"] == ["FSC-01", "FSC-02"]
    assert "Nothing waits for your sign-off." in page(visitor(fsc_approver).get("/sign-off/")).text
    notice = Notice.objects.get(purpose="recalled")
    letter = write(notice)
    assert (notice.to, TEXT in letter.body) == (fsc_approver, False)
    assert "FSC-02" in letter.body


def test_one_report_of_a_request_is_taken_back(officer, asked):
    assert press(officer, asked[0]).status_code == 302
    assert states(*asked) == ["draft", "awaiting"]


def test_what_was_typed_beside_it_is_kept(officer, asked, reports, fsc, at):
    """The button sits in the form of the whole list: another row's text goes along, and is saved first."""
    third = builders.task("FSC-03", fsc)
    report = Report.objects.create(round=asked[0].round, task=third, lead=fsc, kind=third.kind, sector=third.sector)
    answer = press(officer, asked[0], **{f"r{report.pk}-results": ["ㅇ 쓰던 글"]})
    assert answer.status_code == 302
    assert fresh(report).draft.content["results"] == "ㅇ 쓰던 글"


def test_the_approver_was_first(officer, asked, fsc_approver, at):
    """409, on the list, which says what became of it."""
    found = page(officer.get(MINE))
    wanted = f"{asked[0].pk}:{asked[0].version} {asked[1].pk}:{asked[1].version}"
    builders.sign_off(*asked, by=fsc_approver, at=at)
    answer = officer.post(RECALL, filled(found, MINE) | {"recall": [wanted]})
    assert answer.status_code == 409
    assert "FSC-01 is “Submitted” by now" in page(answer).one("div", class_="note-box error").text
    assert states(*asked) == ["submitted", "submitted"]


@pytest.mark.parametrize("wrong", ["", "x", "1:2:3", "9" * 30 + ":1"])
def test_a_damaged_button_takes_nothing_back(officer, asked, wrong):
    answer = officer.post(RECALL, filled(page(officer.get(MINE)), MINE) | {"recall": [wrong]})
    assert answer.status_code == 422
    assert states(*asked) == ["awaiting", "awaiting"]


def test_only_who_was_told_hears_of_it(reports, fsc, fsc_officer, fsc_approver, at):
    """Not an approver who came later, nor one whom no mail could reach; the fall-back contact where that was told."""
    report = reports["FSC-01"]
    builders.ask_sign_off(report, by=fsc_officer, at=at, unchanged=True)
    builders.person("newcomer", "approver", fsc)
    Notice.objects.filter(purpose="sign_off_asked").update(problem=Problem.NO_ADDRESS)
    builders.recall(report, by=fsc_officer, at=at)
    assert not Notice.objects.filter(purpose="recalled").exists()
    builders.ask_sign_off(report, by=fsc_officer, at=at.replace(minute=5), unchanged=True)
    builders.recall(report, by=fsc_officer, at=at)
    told = Notice.objects.filter(purpose="recalled").order_by("to__username")
    assert [row.to.username for row in told if row.to] == ["fsc_approver", "newcomer"]


def test_it_stays_inside_the_ministry(asked, officer, fsc_officer, coordinator, at):
    """The record shows that there is an event, and no more; the history is the lead's own people's."""
    builders.recall(*asked, by=fsc_officer, at=at)
    office = visitor(coordinator)
    event = Event.objects.latest("pk")
    line = page(office.get("/rounds/2/record/")).one("tr", id=f"event-{event.seq}").text
    assert "inside the ministry" in line
    assert "taken back" not in line
    address = f"/reports/{asked[0].pk}/history/"
    assert "Request for sign-off taken back" in page(officer.get(address)).text
    assert "Request for sign-off taken back" not in page(office.get(address)).text
    notice = Notice.objects.filter(purpose="recalled").latest("pk")
    assert "FSC-01" not in page(office.get("/mail/")).one("main").text
    assert office.get(f"/mail/{notice.pk}/").status_code == 200


# Switching sign-off while the round is open


def switch(*, on: bool) -> None:
    Ministry.objects.filter(code="FSC").update(sign_off=on)


@pytest.mark.parametrize("end", ["sign_off", "send_back", "recall", "save_draft"])
def test_what_waits_when_it_is_switched_off_goes_on_waiting(asked, fsc_officer, fsc_approver, at, end):
    """It can be signed off, sent back, taken back or edited, as before."""
    switch(on=False)
    report, text = asked[0], {"results": "ㅇ 고침"}
    ends: dict[str, Any] = {
        "sign_off": lambda: builders.sign_off(report, by=fsc_approver, at=at),
        "send_back": lambda: workflow.send_back(
            report.pk, by=fsc_approver, at=at, key=key(), version=report.version, comment="다시"
        ),
        "recall": lambda: builders.recall(report, by=fsc_officer, at=at),
        "save_draft": lambda: builders.write(report, by=fsc_officer, at=at, **text),
    }
    ends[end]()
    assert states(report) == ["submitted" if end == "sign_off" else "draft"]
    if end != "sign_off":
        builders.submit(report, by=fsc_officer, at=at)
        assert states(report) == ["submitted"]


def pressed(officer: Client, one: Report, where: str) -> tuple[str, Fields]:
    """The form that sends one report, with its button: from the check page, or from its row."""
    if where == "check":
        return SUBMIT, filled(page(officer.get("/my-tasks/check/?leave=FSC-02")), SUBMIT) | {"letter_no": ["기후-7"]}
    address, found = f"/reports/{one.pk}/submit/", page(officer.get(f"{MINE}?open=FSC-01"))
    (button,) = form(found, MINE).all("button", formaction=address)
    return address, filled(found, MINE) | {button["name"]: [button["value"]]}


@pytest.mark.parametrize("where", ["check", "row"])
@pytest.mark.parametrize("on", [True, False], ids=["on", "off"])
def test_a_page_of_the_other_setting_does_nothing_else_instead(officer, reports, fsc_officer, at, where, on):
    """409 with the reason and the new button, the text saved; pressed once more, it goes."""
    report, before = reports["FSC-01"], Submission.objects.count()
    switch(on=not on)
    builders.write(report, by=fsc_officer, at=at, results=TEXT)
    address, old = pressed(officer, report, where)
    switch(on=on)
    answer = officer.post(address, old)
    assert (answer.status_code, states(report), Submission.objects.count()) == (409, ["draft"], before)
    found = page(answer)
    words = "works with sign-off by now" if on else "works without sign-off by now"
    assert words in found.one("div", class_="note-box error").text
    assert fresh(report).draft.content["results"] == TEXT
    if where == "check":
        assert found.one("form", id="go").all("button")[-1].text.startswith("Request sign-off" if on else "Submit")
        assert filled(found, SUBMIT)["letter_no"] == ["기후-7"]
        again = officer.post(address, filled(found, SUBMIT))
    else:
        _address, now = pressed(officer, report, where)
        again = officer.post(address, now)
    assert again.status_code == 302
    assert states(report) == ["awaiting" if on else "submitted"]


@pytest.mark.parametrize("where", ["check", "row"])
def test_a_form_that_arrived_before_the_switch_gets_its_receipt_again(officer, reports, fsc_officer, at, where):
    """The answer was lost, the setting changed, the browser sends the very same form again: the same receipt."""
    report = reports["FSC-01"]
    switch(on=False)
    builders.write(report, by=fsc_officer, at=at, results=TEXT)
    address, sent = pressed(officer, report, where)
    first = officer.post(address, sent)
    switch(on=True)
    second = officer.post(address, sent)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.headers["Location"] == second.headers["Location"]
    assert states(report) == ["submitted"]
