"""The approver's page: what goes out in the ministry's name, all of it or some, or back to the officer."""

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from ministries.models import Ministry, User
from records.models import Event, Receipt
from tasks import content, signers
from tasks.models import Milestone, Report, Submission
from tests import builders
from tests.builders import fresh
from tests.pages import Element, Fields, dead_links, filled, page, visitor

pytestmark = pytest.mark.either

LIST, GIVE = "/sign-off/", "/sign-off/give/"


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: datetime) -> None:
    """Tuesday 16 March 2021, 14:00."""


@pytest.fixture
def approver(fsc_approver) -> Client:
    return visitor(fsc_approver)


@pytest.fixture
def asked(reports, fsc_officer, at) -> list[Report]:
    """FSC-01 with a new text and FSC-02 as "no change", both before the approver."""
    one, two = reports["FSC-01"], reports["FSC-02"]
    builders.write(one, by=fsc_officer, at=at, results="ㅇ 감독 추진계획 확정", progress="40")
    builders.ask_sign_off(one, by=fsc_officer, at=at)
    builders.ask_sign_off(two, by=fsc_officer, at=at, unchanged=True)
    return [fresh(one), fresh(two)]


@pytest.fixture
def first() -> int:
    """How many submissions round 1 left behind."""
    return Submission.objects.count()


def ticks(found: Element) -> dict[str, bool]:
    """Which boxes are ticked, by the report's primary key."""
    boxes = found.all("input", type="checkbox", name="changed")
    return {box["value"].partition(":")[0]: "checked" in box for box in boxes}


def button(found: Element) -> str:
    """What the button says."""
    (words,) = [
        row
        for row in found.one("form", id="give").one("button").all("span")
        if "data-way" in row and "hidden" not in row
    ]
    return words.text


def only(form: Fields, report: Report) -> Fields:
    return form | {"changed": [value for value in form["changed"] if value.startswith(f"{report.pk}:")]}


def send_back(browser: Client, report: Report, reason: str, form: Fields | None = None) -> Any:
    address = f"/sign-off/{report.pk}/send-back/"
    return browser.post(address, (form or filled(page(browser.get(LIST)), address)) | {"reason": [reason]})


def alert(answer: Any) -> str:
    return page(answer).one("div", class_="note-box error").text


def states(*reports: Report) -> list[str]:
    return [fresh(report).state for report in reports]


def test_what_waits_is_shown_as_differences(approver, asked):
    """screens.md: what waits, as differences; all of it ticked. "No change" is shown as such, with its light."""
    found = page(approver.get(LIST))
    for section, code in (("s1", "FSC-01"), ("s2", "FSC-02")):
        waiting = found.one("section", aria_labelledby=section)
        assert [row.text for row in waiting.all("span", class_="code")] == [code]
    assert "확정" in " ".join(row.text for row in found.one("section", aria_labelledby="s1").all("ins"))
    assert "No change 1" in found.one("section", aria_labelledby="s2").text
    assert found.one("ul", class_="asked").text.startswith("Choi Sol asked Tue 16 Mar, 14:00 2 reports")
    assert button(found) == "Sign off and submit 1 changed, 1 unchanged"
    assert ticks(found) == {str(report.pk): True for report in asked}


def test_all_go_out_as_one_answer(approver, asked, fsc_approver, at):
    """The approver submits: one receipt in the ministry's name, with the moment of the asking."""
    form = filled(page(approver.get(LIST)), GIVE) | {"letter_no": ["금융정책과-7"]}
    answers = {approver.post(GIVE, form).headers["Location"] for _ in range(2)}
    assert answers == {"/submissions/2-FSC-0001/"}
    submission = Submission.objects.latest("pk")
    assert (submission.by, submission.approval_asked_at, submission.letter_no) == (fsc_approver, at, "금융정책과-7")
    assert states(*asked) == ["submitted", "submitted"]
    assert [row.unchanged for row in submission.revisions.order_by("report__task__code")] == [False, True]
    found = page(approver.get("/submissions/2-FSC-0001/"))
    assert found.one("h1").text == "2 reports received"
    assert "Sign-off asked" in found.text
    assert not found.all("form", action="/submissions/2-FSC-0001/withdraw/"), "withdrawing is the officer's"


def test_what_is_not_ticked_stays(approver, asked):
    form = filled(page(approver.get(LIST)), GIVE)
    assert approver.post(GIVE, only(form, asked[0])).status_code == 302
    assert states(*asked) == ["submitted", "awaiting"]
    found = page(approver.get(LIST))
    assert (ticks(found), button(found)) == ({str(asked[1].pk): True}, "Sign off and submit 1 unchanged")


@pytest.mark.parametrize("wrong", ["letter", "nothing"])
def test_a_refused_sign_off_keeps_the_ticks(approver, asked, first, wrong):
    """What the approver took out must not be ticked again behind their back by an error in another field."""
    form = only(filled(page(approver.get(LIST)), GIVE), asked[0])
    form |= {"letter_no": ["가" * 61]} if wrong == "letter" else {"changed": []}
    answer = approver.post(GIVE, form)
    assert (answer.status_code, Submission.objects.count()) == (422, first)
    found = page(answer)
    assert ticks(found) == {str(asked[0].pk): wrong == "letter", str(asked[1].pk): False}
    assert button(found) == "Sign off and submit" + (" 1 changed" if wrong == "letter" else "")
    assert wrong == "letter" or "Tick at least one report" in alert(answer)
    assert filled(page(answer), GIVE)["letter_no"] == form["letter_no"]
    assert dead_links(approver, answer) == []


def test_what_the_approver_read_is_what_goes(approver, asked, fsc_officer, at, first):
    """An edit voids the request: the form of the older text gets 409, and nothing of it goes out."""
    form = filled(page(approver.get(LIST)), GIVE)
    builders.write(asked[0], by=fsc_officer, at=at, results="ㅇ 나중에 바꾼 글")
    answer = approver.post(GIVE, form)
    assert (answer.status_code, Submission.objects.count()) == (409, first)
    assert "FSC-01" in alert(answer)
    assert states(*asked) == ["draft", "awaiting"]
    builders.ask_sign_off(asked[0], by=fsc_officer, at=at)
    assert approver.post(GIVE, form).status_code == 409, "asked for anew, it is another version"


def test_the_same_key_with_other_ticks_is_refused(approver, asked, first):
    form = filled(page(approver.get(LIST)), GIVE)
    approver.post(GIVE, only(form, asked[0]))
    answer = approver.post(GIVE, form)
    assert (answer.status_code, Submission.objects.count()) == (422, first + 1)
    assert "already sent with other content" in alert(answer)
    assert states(*asked) == ["submitted", "awaiting"]


def test_one_report_goes_back_with_a_comment(approver, asked, fsc_officer):
    """The officer finds it as a draft again, and what is to be mended."""
    address = f"/sign-off/{asked[0].pk}/send-back/"
    form = filled(page(approver.get(LIST)), address)
    answers = {send_back(approver, asked[0], "수치를 확인 바람", form).headers["Location"] for _ in range(2)}
    assert answers == {f"{LIST}?ministry=FSC"}
    assert states(*asked) == ["draft", "awaiting"]
    assert Event.objects.filter(verb="send_back").count() == 1
    assert fresh(asked[0]).draft.content["results"] == "ㅇ 감독 추진계획 확정"
    officer = visitor(fsc_officer)
    assert "수치를 확인 바람" in page(officer.get(f"/reports/{asked[0].pk}/")).text
    assert send_back(approver, asked[1], "다시 봐 주기 바람").status_code == 302
    assert states(*asked) == ["draft", "missing"], "a request for no change leaves no draft behind"


@pytest.mark.parametrize(
    ("reason", "words"),
    [("", "Say what is to be mended"), ("가" * 1001, "1000"), ("가\0", "Null")],
    ids=["", "long", "null"],
)
def test_a_comment_that_is_missing_or_too_long_comes_back(approver, asked, reason, words):
    """422, nothing changed, and the comment stands in its field; the boxes above are as they were."""
    answer = send_back(approver, asked[0], reason)
    assert answer.status_code == 422
    assert alert(answer).startswith("FSC-01 was not sent back.")
    assert words in alert(answer)
    found = page(answer)
    assert found.one("textarea", id=f"why-{asked[0].pk}").raw_text.removeprefix("\n") == reason
    assert set(ticks(found).values()) == {True}
    assert states(*asked) == ["awaiting", "awaiting"]
    assert dead_links(approver, answer) == []


def test_a_comment_on_a_report_that_moved_on_is_kept(approver, asked, fsc_officer, at):
    """409: the officer took it back to mend it. The comment stands on the page although its form is gone."""
    form = filled(page(approver.get(LIST)), f"/sign-off/{asked[0].pk}/send-back/")
    builders.write(asked[0], by=fsc_officer, at=at, results="ㅇ 나중에 바꾼 글")
    answer = send_back(approver, asked[0], "수치를 확인 바람", form)
    assert answer.status_code == 409
    assert [row.text for row in page(answer).all("blockquote")] == ["수치를 확인 바람"]


def test_a_used_key_does_not_open_the_page_to_others(asked, fsc_officer):
    """403 for whoever sees the report and is no approver, also under a key of their own that was used before."""
    used = Receipt.objects.filter(user=fsc_officer).latest("pk").key
    answer = send_back(visitor(fsc_officer), asked[0], "고쳐 주기 바람", {"key": [str(used)], "version": ["1"]})
    assert answer.status_code == 403
    assert states(asked[0]) == ["awaiting"]


def test_a_sign_off_that_meets_a_new_rule_names_the_task(approver, asked, first):
    """The milestone was entered after the asking, and its day has come: each task that cannot go is named."""
    for report in asked:
        day, words = date(2021, 3, 1), {"title_ko": "법안 발의", "title_en": "Bill"}
        Milestone.objects.create(task=report.task, order=1, baseline_on=day, current_on=day, **words)
    answer = approver.post(GIVE, filled(page(approver.get(LIST)), GIVE))
    assert (answer.status_code, Submission.objects.count()) == (422, first)
    assert [row.text[:6] for row in page(answer).one("div", class_="note-box error").all("li")] == ["FSC-01", "FSC-02"]


def test_what_was_sent_back_and_stands_as_it_was_says_so(approver, asked, fsc_officer, at):
    """It is counted among what is to do, and the check page says that nothing was changed; mended, neither."""
    officer, two = visitor(fsc_officer), asked[1]
    for report in asked:
        send_back(approver, report, "수치를 확인 바람")

    def look() -> tuple[str, int]:
        mine, check = page(officer.get("/my-tasks/")), page(officer.get("/my-tasks/check/"))
        return mine.one("dl", id="ready").text, check.text.count("nothing was changed since it was sent back")

    assert look() == ("Changed1 No change1 To do2", 2)
    assert (
        page(officer.get("/my-tasks/")).one("span", id=f"todo-{two.pk}").text
        == "Approver's comment nothing changed since"
    )
    builders.write(asked[0], by=fsc_officer, at=at, **content.start_of(asked[0]))  # last round's text, put back
    assert look() == ("Changed0 No change2 To do1", 1), "no draft is not what was sent back"
    for report in asked:
        builders.write(report, by=fsc_officer, at=at, results="ㅇ 수치를 확인함")
    assert look() == ("Changed2 No change0 To do0", 0)
    builders.ask_sign_off(*asked, by=fsc_officer, at=at)
    assert states(*asked) == ["awaiting", "awaiting"]


def test_nobody_signs_off_what_they_asked_for(reports, fsc, fsc_officer, at, first):
    """product.md: somebody else decides. An officer who is an approver as well may neither sign off nor send back."""
    builders.posting(fsc_officer, "approver", fsc)
    both = User.objects.get(pk=fsc_officer.pk)
    builders.write(reports["FSC-01"], by=both, at=at)
    builders.ask_sign_off(reports["FSC-01"], by=both, at=at)
    browser, report = visitor(both), fresh(reports["FSC-01"])
    found = page(browser.get(LIST))
    assert ticks(found) == {}
    assert "You asked for this sign-off yourself" in found.one("section", aria_labelledby="s0").text
    forged = {"changed": f"{report.pk}:{report.version}", "key": str(builders.key())}
    assert browser.post(GIVE, forged).status_code == 403
    assert send_back(browser, report, "내가 내게", {"version": [str(report.version)]}).status_code == 403
    assert states(reports["FSC-01"]) == ["awaiting"]
    assert Submission.objects.count() == first


def test_the_pages_counts_are_what_the_menu_says(reports, fsc, fsc_officer, me_officer, at, task_force):
    """What this person may sign, by ministry; the page opens where something waits for them."""
    me = task_force.ministries["ME"]
    Ministry.objects.filter(pk=me.pk).update(sign_off=True)
    for ministry in (fsc, me):
        builders.posting(fsc_officer, "approver", ministry)
    both = User.objects.get(pk=fsc_officer.pk)
    builders.ask_sign_off(reports["FSC-02"], by=both, at=at, unchanged=True)
    builders.write(reports["ME-01"], by=me_officer, at=at)
    builders.ask_sign_off(reports["ME-01"], by=me_officer, at=at)
    found = page(visitor(both).get(LIST))
    assert {row.text for row in found.one("nav", class_="seg").all("a")} == {"FSC 0", "ME 1"}
    assert found.one("nav", class_="seg").one("a", aria_current="true").text == "ME 1"
    assert signers.number_waiting(User.objects.get(pk=both.pk)) == 1


def test_an_approver_decides_for_their_own_ministry_alone(approver, asked, reports, me_officer, at, first):
    """Forged ticks: another ministry's report, one that nobody asked for, both kinds beside an own one."""
    builders.write(reports["ME-05"], by=me_officer, at=at)
    foreign = fresh(reports["ME-05"])
    own = f"{asked[0].pk}:{asked[0].version}"
    for given, expected in (
        ([f"{foreign.pk}:{foreign.version}"], 403),
        ([own, f"{foreign.pk}:{foreign.version}"], 403),
    ):
        answer = approver.post(GIVE, {"changed": given, "key": str(builders.key())})
        assert answer.status_code == expected
    assert send_back(approver, foreign, "남의 것", {"version": [str(foreign.version)]}).status_code == 404
    assert Submission.objects.count() == first
    assert states(foreign, asked[0]) == ["draft", "awaiting"]


def test_after_the_freeze_nothing_is_signed_off(approver, asked, round_2, coordinator, at, first):
    """409 for both verbs; the page says that no round is being collected."""
    found = page(approver.get(LIST))
    form, back = filled(found, GIVE), filled(found, f"/sign-off/{asked[0].pk}/send-back/")
    builders.freeze(round_2, by=coordinator, at=at)
    for answer in (approver.post(GIVE, form), send_back(approver, asked[0], "늦은 의견", back)):
        assert answer.status_code == 409
        assert "frozen" in alert(answer)
    assert states(*asked) == ["awaiting", "awaiting"]
    assert Submission.objects.count() == first
    assert "No round is being collected" in page(approver.get(LIST)).text


def test_the_offices_view_of_what_waits_is_its_state(asked, coordinator):
    """model.md: a text that awaits sign-off is seen by its ministry alone; the office sees the state."""
    office = visitor(coordinator)
    for path in (f"/reports/{asked[0].pk}/", f"/review/{asked[0].pk}/"):
        found = page(office.get(path))
        assert "Awaiting sign-off" in found.text
        assert "감독 추진계획 확정" not in found.text
