"""협조부처 작성분: asked for, written, taken over, sent, and who sees it. Its races: test_contribution_races.py."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ministries.models import User
from outbox.models import Notice
from records.chain import sha256
from records.errors import Conflict, Forbidden, Frozen, Invalid, KeyReused, Refused, WrongState
from records.models import Event
from tasks import content, permissions, teamwork, workflow
from tasks.models import Contribution, ContributionCall, Draft, Report, Support
from tests import builders
from tests.builders import fresh, key
from tests.cast import TaskForce
from tests.pages import Element, filled, page, visitor
from tfportal.language import normalise

TEXT, TAKEN = "ㅇ 산업부 소관 실적 2건", "ㅇ [산업부] 산업부 소관 실적 2건"
SECRET = "ㅇ 아직 밖에 알릴 수 없는 문안"
LIST = "/my-tasks/?ministry=ME"


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: datetime) -> None:
    """Tuesday 16 March 2021, 14:00."""


@pytest.fixture
def report(reports: dict[str, Report]) -> Report:
    """ME-06, which MOTIE supports."""
    return reports["ME-06"]


def with_texts(report: Report) -> Report:
    return Report.objects.with_texts().get(pk=report.pk)


def owed(purpose: str) -> list[str]:
    rows = Notice.objects.filter(purpose=purpose).select_related("to", "ministry").order_by("pk")
    return [row.to.username if row.to else str(row.ministry) for row in rows]


# Who may, and when

# The places of builders.PLACES; ME-06's lead does not sign off, so that it never awaits.
WHEN = """
                    missing draft submitted opened returned mended accepted frozen
contribute          ok      ok    ok        ok     ok       ok     WrongState Frozen
call_contributions  ok      ok    WrongState WrongState ok  ok     WrongState Frozen
"""


@pytest.mark.parametrize("place", WHEN.split()[:8])
def test_when_a_supporter_writes_and_the_lead_asks(task_force: TaskForce, report, at, place):
    people = task_force.people
    known = "accepted" if place == "frozen" else place
    builders.report_in(known, report, officer=people["me_officer"], coordinator=people["coordinator"], at=at)
    if place == "frozen":
        builders.freeze(task_force.round_2, by=people["coordinator"], at=at)
    # A second one that stays silent, so that there is somebody to ask after the first has written.
    Support.objects.create(task=report.task, ministry=task_force.ministries["FSC"], valid_from=builders.SINCE)
    version, before = fresh(report).version, Event.objects.count()
    calls: dict[str, Callable[[], object]] = {
        "contribute": lambda: builders.contribute(report, by=people["motie_officer"], at=at),
        "call_contributions": lambda: builders.call_contributions(report, by=people["me_officer"], at=at),
    }
    rows = {verb: cells for verb, *cells in (line.split() for line in WHEN.strip().splitlines()[1:])}
    wanted = {verb: cells[WHEN.split().index(place)] for verb, cells in rows.items()}
    assert {verb: _outcome(call) for verb, call in calls.items()} == wanted
    assert fresh(report).version == version, "beside the text: the lead's open forms stay good"
    assert Event.objects.count() == before + list(wanted.values()).count("ok")


def _outcome(call: Callable[[], object]) -> str:
    try:
        call()
    except Refused as refusal:
        return type(refusal).__name__
    return "ok"


@pytest.mark.parametrize("name", ["me_officer", "msit_officer", "coordinator", "reader", "administrator", "stranger"])
def test_only_a_supporting_ministrys_officer_writes(task_force, report, motie, at, name):
    person = task_force.people[name]
    with pytest.raises(Forbidden):
        workflow.contribute(report.pk, by=person, at=at, key=key(), ministry=motie.pk, text=TEXT)
    assert not permissions.can_contribute(person, with_texts(report), motie.pk)
    assert not Contribution.objects.exists()


def test_support_that_has_ended_or_not_begun_by_the_rounds_day_writes_nothing(report, motie_officer, round_2, at):
    support = Support.objects.get(task=report.task)
    for dates in (
        {"valid_until": round_2.as_of - timedelta(days=1)},
        {"valid_from": round_2.as_of + timedelta(days=1), "valid_until": None},
    ):
        Support.objects.filter(pk=support.pk).update(**dates)
        with pytest.raises(Forbidden):
            builders.contribute(report, by=motie_officer, at=at)
        assert visitor(motie_officer).get("/my-tasks/").content.decode().count("ME-06") == 0
    Support.objects.filter(pk=support.pk).update(valid_from=round_2.as_of, valid_until=round_2.as_of)
    builders.contribute(report, by=motie_officer, at=at)


def test_in_the_name_of_another_ministry_nobody_writes(report, motie_officer, me, at):
    with pytest.raises(Forbidden):
        workflow.contribute(report.pk, by=motie_officer, at=at, key=key(), ministry=me.pk, text=TEXT)


# Writing


def test_each_text_is_numbered_told_and_mailed(report, motie_officer, me, at):
    """The event holds the text's hash, never the text."""
    first = builders.contribute(report, by=motie_officer, at=at, text=TEXT)
    second = builders.contribute(report, by=motie_officer, at=at, text="ㅇ 고친 글")
    assert [first.no, second.no] == [1, 2]
    event = Event.objects.filter(verb="contribute").order_by("seq")[0]
    told = {name: value for name, value in event.data.items() if name != "as"}
    assert told == {"report": "ME-06", "ministry": "MOTIE", "no": 1, "sha256": sha256(TEXT)}
    assert owed("contributed") == ["me_officer", "me_officer_2"] * 2
    assert not any(TEXT in str(row.facts) for row in Notice.objects.all())


@pytest.mark.parametrize("text", ["", " \n ​", "가\0나", "가" * 3001])
def test_what_cannot_be_kept_is_refused_at_the_field_with_the_text(report, motie_officer, text):
    browser, address = visitor(motie_officer), f"/reports/{report.pk}/contribution/"
    form = filled(page(browser.get("/my-tasks/")), address)
    answer = browser.post(address, form | {"text": text})
    assert answer.status_code == 422
    found = page(answer)
    field = found.one("textarea", id=f"text-{report.pk}")
    assert field["aria-invalid"] == "true"
    assert found.one("p", id=field["aria-describedby"]).text
    assert field.raw_text.removeprefix("\n") == normalise(text)
    again = filled(found, address)
    assert again["key"] == form["key"], "mended, it goes under the same key"
    for _click in range(2):
        assert browser.post(address, again | {"text": TEXT}).status_code == 302
    assert Contribution.objects.get().text == TEXT


def test_done_it_says_so_at_the_row_whose_box_holds_what_was_sent(report, motie_officer):
    """Without a script: the row is open, and nothing of it stands at the top of the page."""
    browser, address = visitor(motie_officer), f"/reports/{report.pk}/contribution/"
    sent = browser.post(address, filled(page(browser.get("/my-tasks/")), address) | {"text": TEXT}).headers["Location"]
    assert sent == f"/my-tasks/?ministry=MOTIE&open=support-{report.pk}#support-{report.pk}"
    found = page(browser.get(sent))
    (row,) = [one for one in found.all("details", class_="row team") if one.all("summary", id=f"support-{report.pk}")]
    assert "open" in row
    assert "ME-06 is with its lead" in row.one("p", class_="note-box told success").text
    assert not found.one("div", id="messages").text
    assert filled(found, address)["text"] == [TEXT], "to be mended and sent again"
    assert not page(browser.get("/my-tasks/")).all("p", class_="note-box told success"), "said once"


def _accept(report: Report, at: datetime, people: dict[str, User]) -> None:
    builders.report_in("accepted", report, officer=people["me_officer"], coordinator=people["coordinator"], at=at)


@pytest.mark.parametrize(("why", "status"), [("accepted", 409), ("frozen", 409), ("another text", 422)])
def test_what_is_refused_by_the_state_or_the_key_comes_back_on_the_same_page(task_force, report, at, why, status):
    """Its box is gone or stays; the text is there either way, and can go again only where that may help."""
    browser, address = visitor(task_force.people["motie_officer"]), f"/reports/{report.pk}/contribution/"
    form = filled(page(browser.get("/my-tasks/")), address)
    if why == "another text":
        browser.post(address, form | {"text": "ㅇ 먼저 보낸 글"})
    else:
        _accept(report, at, task_force.people)
    if why == "frozen":
        builders.freeze(task_force.round_2, by=task_force.people["coordinator"], at=at)
    answer = browser.post(address, form | {"text": SECRET})
    assert answer.status_code == status
    found = page(answer)
    assert found.one("h1").text.startswith("No round" if why == "frozen" else "Reporting round 2")
    if why == "another text":
        again = filled(found, address)
        assert again["text"] == [SECRET]
        assert again["key"] != form["key"]
    else:
        box = found.one("div", class_="note-box error kept")
        assert SECRET in box.one("blockquote").text
        assert box.one("b").text
        assert not found.all("form", action=address)


def test_the_same_text_again_is_refused_kindly(report, motie_officer, at):
    builders.contribute(report, by=motie_officer, at=at, text=TEXT)
    with pytest.raises(Invalid):
        builders.contribute(report, by=motie_officer, at=at, text=f" {TEXT}\r\n")
    assert Contribution.objects.count() == 1
    builders.contribute(report, by=motie_officer, at=at, text="ㅇ 다른 글")
    builders.contribute(report, by=motie_officer, at=at, text=TEXT)  # back to the first wording is news again
    assert Contribution.objects.count() == 3


def test_one_form_is_one_text(report, motie_officer, motie, at):
    sent, who = key(), {"by": motie_officer, "at": at, "ministry": motie.pk}
    for _ in range(2):
        workflow.contribute(report.pk, key=sent, text=TEXT, **who)
    with pytest.raises(KeyReused):
        workflow.contribute(report.pk, key=sent, text="ㅇ 다른 글", **who)
    assert Contribution.objects.count() == 1


# Asking


def test_the_silent_are_asked_once_a_day(task_force, report, me_officer, motie_officer, at):
    """A row and a mail for each silent ministry, one event; the mail goes to the ministry where nobody is posted."""
    fsc = task_force.ministries["FSC"]
    Support.objects.create(task=report.task, ministry=fsc, valid_from=builders.SINCE)
    task_force.people["fsc_officer"].postings.update(ends_on=at.date() - timedelta(days=1))
    builders.call_contributions(report, by=me_officer, at=at)
    assert set(ContributionCall.objects.values_list("ministry__code", flat=True)) == {"MOTIE", "FSC"}
    assert Event.objects.get(verb="call_contributions").data["ministries"] == ["FSC", "MOTIE"]
    assert sorted(owed("contribution_asked")) == ["FSC", "motie_officer"]
    with pytest.raises(WrongState):
        builders.call_contributions(report, by=me_officer, at=at + timedelta(hours=23))
    builders.contribute(report, by=motie_officer, at=at + timedelta(hours=23))
    builders.call_contributions(report, by=me_officer, at=at + timedelta(hours=24))
    assert list(ContributionCall.objects.order_by("pk").values_list("ministry__code", flat=True))[2:] == ["FSC"]
    msit = task_force.ministries["MSIT"]
    Support.objects.create(task=report.task, ministry=msit, valid_from=builders.SINCE)
    builders.call_contributions(report, by=me_officer, at=at + timedelta(hours=25))
    assert ContributionCall.objects.latest("pk").ministry == msit, "silence that is new is asked at once"


def test_who_works_for_two_of_the_silent_hears_of_both(task_force, report, me_officer, motie_officer, at):
    msit = task_force.ministries["MSIT"]
    Support.objects.create(task=report.task, ministry=msit, valid_from=builders.SINCE)
    builders.posting(motie_officer, "officer", msit)
    builders.call_contributions(report, by=me_officer, at=at)
    told = Notice.objects.filter(purpose="contribution_asked", to=motie_officer)
    assert {row.ministry.code for row in told if row.ministry} == {"MOTIE", "MSIT"}


def test_asking_from_the_page_keeps_what_was_typed(report, me_officer, motie_officer):
    browser = visitor(me_officer)
    found = page(browser.get(f"{LIST}&open=ME-06"))
    (button,) = found.all("button", formaction=f"/reports/{report.pk}/call/")
    form = filled(found, "/my-tasks/") | {f"r{report.pk}-results": ["ㅇ 쓰던 글"], "call_key": [button["value"]]}
    for _click in range(2):
        answer = browser.post(f"/reports/{report.pk}/call/", form)
        assert answer.headers["Location"] == f"{LIST}&open=ME-06#ME-06"
    assert Draft.objects.get(report=report).content["results"] == "ㅇ 쓰던 글"
    assert ContributionCall.objects.count() == 1
    found = page(browser.get(f"{LIST}&open=ME-06"))
    assert not found.all("button", formaction=f"/reports/{report.pk}/call/")
    assert "asked 16 Mar 14:00" in found.one("div", id=f"team-{report.pk}").text
    mine = page(visitor(motie_officer).get("/my-tasks/"))
    assert "asked 16 Mar 14:00" in mine.one("summary", id=f"support-{report.pk}").text


# Taking over


def test_what_is_taken_over_keeps_its_origin_to_the_seal(report, me_officer, motie_officer, coordinator, at):
    """Into the draft under the ministry's name, into the revision, its hash, and back when it is read again."""
    builders.write(report, by=me_officer, at=at)
    row = builders.contribute(report, by=motie_officer, at=at, text=TEXT)
    builders.take(row, by=me_officer, at=at)
    draft = Draft.objects.get(report=report).content
    assert draft["results"] == f"ㅇ 이행계획 초안을 마련함\n{TAKEN}"
    assert draft["contributions"] == [str(row.pk)]
    # No form carries the origin, and none takes it away.
    builders.write(report, by=me_officer, at=at, results=f"ㅇ 다시 씀\n{TAKEN}", contributions=["999"])
    assert Draft.objects.get(report=report).content["contributions"] == [str(row.pk)]
    builders.submit(report, by=me_officer, at=at)
    revision = builders.sent(report)
    assert [taken.contribution for taken in revision.taken.all()] == [row]
    origin = {"ministry": "MOTIE", "no": 1, "sha256": sha256(TEXT)}
    assert content.hashed_of(revision)["contributions"] == [origin]
    assert sha256(content.hashed_of(revision)) == revision.sha256
    assert content.raw_of(revision)["contributions"] == [str(row.pk)]
    builders.open_for_review(report, by=coordinator, at=at)
    builders.return_for_changes(report, by=coordinator, at=at)
    builders.write(report, by=me_officer, at=at, results="ㅇ 보완함")
    builders.submit(report, by=me_officer, at=at)
    assert builders.sent(report).taken.count() == 0, "the text is gone, and with it where it came from"


@pytest.mark.parametrize(
    ("written", "stands", "is_taken"),
    [
        ("ㅇ 가\nㅇ 나", "ㅇ [산업부] 가\nㅇ [산업부] 나", True),
        ("ㅇ 가\nㅇ 나", "ㅇ 앞글\nㅇ [산업부] 나", True),
        ("ㅇ 가", "- 가", True),
        ("가", "ㅇ [산업부] 가", True),
        ("[별첨] 가", "[산업부] [별첨] 가", True),
        ("[별첨]", "[산업부] [별첨]", True),
        ("ㅇ 가", "ㅇ [산업부] 가를 함", False),
        ("ㅇ 가\n\nㅇ", "ㅇ\n\nㅇ 다", False),
        ("-5% 감축", "5% 감축", False),
        ("ㅇ 가", "", False),
    ],
)
def test_taken_over_is_what_stands_there_line_by_line(written, stands, is_taken):
    row = Contribution(pk=7, text=written)
    for name in content.TEXTS:
        raw = builders.raw(**{name: stands}) | {"contributions": ["7", "8"]}
        assert content.taken_over(raw, {"7": row, "9": row}) == ((row,) if is_taken else ())
    assert content.taken_over(builders.raw(results=stands), {"7": row}) == (), "nobody took it over"


def test_a_text_without_contributions_hashes_as_ever(reports, me_officer, at):
    builders.submit(reports["ME-01"], by=me_officer, at=at, unchanged=True)
    assert "contributions" not in content.hashed_of(builders.sent(reports["ME-01"]))


@pytest.mark.parametrize("into", ["results", "plans", "issues"])
def test_one_click_takes_it_into_the_field_that_the_button_names(report, me_officer, motie_officer, at, into):
    row = builders.contribute(report, by=motie_officer, at=at, text=TEXT)
    browser, address = visitor(me_officer), f"/contributions/{row.pk}/take/"
    found = page(browser.get(f"{LIST}&open=ME-06"))
    assert [button["value"] for button in found.all("button", formaction=address)] == ["results", "plans", "issues"]
    form = filled(found, "/my-tasks/") | {f"r{report.pk}-{into}": ["ㅇ 쓰던 글"], "into": [into]}
    for _click in range(2):  # the second one is an old form: its work is done
        assert browser.post(address, form).headers["Location"] == f"{LIST}&open=ME-06#ME-06"
        assert Draft.objects.get(report=report).content[into] == f"ㅇ 쓰던 글\n{TAKEN}"
    found = page(browser.get(f"{LIST}&open=ME-06"))
    assert "taken over" in found.one("div", id=f"team-{report.pk}").text
    told = [row.text for row in found.one("details", id=f"row-{report.pk}").all("p", class_="note-box told success")]
    assert len(told) == 2
    assert {text.partition(" stands under ")[0] for text in told} == {"The text of Industry"}


def test_it_can_be_taken_once_more_when_the_text_is_gone_and_into_a_second_field(report, me_officer, motie_officer, at):
    row = builders.contribute(report, by=motie_officer, at=at, text=TEXT)

    def take(into: str, **typed: str) -> dict[str, str]:
        builders.write(report, by=me_officer, at=at, **typed)
        builders.take(row, by=me_officer, at=at, into=into)
        return {name: Draft.objects.get(report=report).content[name] for name in ("results", "plans")}

    assert take("results", results="", plans="ㅇ 계획")["results"] == TAKEN
    assert take("plans", results=TAKEN, plans="ㅇ 계획") == {"results": TAKEN, "plans": f"ㅇ 계획\n{TAKEN}"}
    assert take("results", results="ㅇ 그 문장을 지움")["results"] == f"ㅇ 그 문장을 지움\n{TAKEN}"
    assert take("results", results=f"{TAKEN}에 더 씀")["results"] == f"{TAKEN}에 더 씀\n{TAKEN}"
    assert Draft.objects.get(report=report).content["contributions"] == [str(row.pk)]
    for results, is_taken in ((f"ㅇ 앞글\n{TAKEN}", True), ("ㅇ 그 문장을 지움", False)):
        builders.write(report, by=me_officer, at=at, results=results)
        found = page(visitor(me_officer).get(f"{LIST}&open=ME-06"))
        assert len(found.all("button", formaction=f"/contributions/{row.pk}/take/")) == 3
        assert ("taken over" in found.one("div", id=f"team-{report.pk}").text) is is_taken


@pytest.mark.parametrize(
    ("text", "under"),
    [
        ("ㅇ 가\n  - 나\nㅇ다", "ㅇ [산업부] 가\n  - 나\nㅇ [산업부] 다"),
        ("- 가\n-5% 감축", "- [산업부] 가\n-5% 감축"),
        ("-5% 감축", "[산업부] -5% 감축"),
        ("가\nㅇ 나", "[산업부] 가\nㅇ 나"),
    ],
)
def test_each_point_stands_under_its_ministrys_name(text, under):
    assert teamwork.under_name(text, "산업부") == under


def test_of_a_form_that_comes_twice_only_what_others_changed_is_a_conflict(reports, task_force, report, at):
    me_officer, me_officer_2, motie_officer = (
        task_force.people[name] for name in ("me_officer", "me_officer_2", "motie_officer")
    )
    row = builders.contribute(report, by=motie_officer, at=at, text=TEXT)
    browser = visitor(me_officer)
    form = filled(page(browser.get(f"{LIST}&open=ME-06")), "/my-tasks/") | {f"r{report.pk}-results": ["ㅇ 내 글"]}
    browser.post(f"/contributions/{row.pk}/take/", form | {"into": ["results"]})
    builders.write(reports["ME-01"], by=me_officer_2, at=at, results="ㅇ 남의 글")
    form |= {f"r{reports['ME-01'].pk}-results": ["ㅇ 내 다른 글"], "into": ["results"]}
    answer = browser.post(f"/contributions/{row.pk}/take/", form)
    assert answer.status_code == 409
    (both,) = page(answer).all("section", class_="note-box error conflict")
    assert both["aria-labelledby"] == f"conflict-{reports['ME-01'].pk}"
    assert Draft.objects.get(report=report).content["results"] == f"ㅇ 내 글\n{TAKEN}"


def test_a_newer_text_is_offered_again(report, me_officer, motie_officer, at):
    builders.take(builders.contribute(report, by=motie_officer, at=at), by=me_officer, at=at)
    newer = builders.contribute(report, by=motie_officer, at=at, text="ㅇ 고친 글")
    found = page(visitor(me_officer).get(f"{LIST}&open=ME-06"))
    assert len(found.all("button", formaction=f"/contributions/{newer.pk}/take/")) == 3


def test_over_somebodys_newer_draft_nothing_is_taken(report, me_officer, me_officer_2, motie_officer, at):
    """409 with both texts, from the verb and on the page."""
    row = builders.contribute(report, by=motie_officer, at=at, text=TEXT)
    browser = visitor(me_officer)
    form = filled(page(browser.get(f"{LIST}&open=ME-06")), "/my-tasks/") | {f"r{report.pk}-results": ["ㅇ 내 글"]}
    builders.write(report, by=me_officer_2, at=at, results="ㅇ 남의 글")
    with pytest.raises(Conflict) as caught:
        workflow.take_contribution(row.pk, by=me_officer, at=at, version=0)
    assert caught.value.theirs["results"] == "ㅇ 남의 글"
    answer = browser.post(f"/contributions/{row.pk}/take/", form | {"into": ["results"]})
    assert answer.status_code == 409
    both = page(answer).one("dl", class_="both").text
    assert "ㅇ 내 글" in both
    assert "ㅇ 남의 글" in both
    assert Draft.objects.get(report=report).content["contributions"] == []


def test_taking_over_is_the_leads_and_only_while_it_writes(task_force, report, round_2, at):
    people = task_force.people
    row = builders.contribute(report, by=people["motie_officer"], at=at)
    for name in ("motie_officer", "coordinator", "msit_officer"):
        with pytest.raises(Forbidden):
            builders.take(row, by=people[name], at=at)
    builders.write(report, by=people["me_officer"], at=at)
    builders.submit(report, by=people["me_officer"], at=at)
    with pytest.raises(WrongState):
        builders.take(row, by=people["me_officer"], at=at)
    builders.freeze(round_2, by=people["coordinator"], at=at)
    with pytest.raises(Frozen):
        builders.take(row, by=people["me_officer"], at=at)


# "No change"


def test_no_change_is_refused_by_name_where_a_supporter_wrote(task_force, reports, me_officer, at):
    """From the moment it was written, whatever the lead had seen before."""
    report = reports["ME-01"]
    Support.objects.create(task=report.task, ministry=task_force.ministries["MOTIE"], valid_from=builders.SINCE)
    assert content.unchanged_refusal(with_texts(report)) == ""
    item = builders.item(report, unchanged=True)
    builders.contribute(report, by=task_force.people["motie_officer"], at=at)
    with pytest.raises(Invalid, match=r"산업부.*3\. 16\."):
        workflow.submit([item], by=me_officer, at=at, key=key())
    found = page(visitor(me_officer).get("/my-tasks/check/?ministry=ME"))
    assert "Industry wrote on Tue 16 Mar" in found.text


def test_no_sign_off_sends_no_change_over_a_supporters_text(task_force, reports, at):
    """Asked for as "no change", written by a supporter since: the approver cannot let it go as such any more."""
    people, report = task_force.people, reports["FSC-01"]
    Support.objects.create(task=report.task, ministry=task_force.ministries["MOTIE"], valid_from=builders.SINCE)
    builders.ask_sign_off(report, by=people["fsc_officer"], at=at, unchanged=True)
    builders.contribute(report, by=people["motie_officer"], at=at)
    with pytest.raises(Invalid, match="산업부"):
        builders.sign_off(report, by=people["fsc_approver"], at=at)


# Who sees what

# T: the supporter's text. –: a page without it.
SEEN = """
            other supporting officer approver coordinator reader
missing     404   T          T       T        T           404
submitted   404   T          T       T        T           –
accepted    –     T          T       T        T           –
frozen      T     T          T       T        T           T
"""
PEOPLE = {
    "other": "msit_officer",
    "supporting": "motie_officer",
    "officer": "me_officer",
    "approver": "me_approver",
    "coordinator": "coordinator",
    "reader": "reader",
}


@pytest.mark.parametrize("row", SEEN.strip().splitlines()[1:], ids=lambda row: row.split()[0])
def test_who_reads_a_contribution(task_force: TaskForce, report, at, row):
    """Lead, the supporting ministry itself and the office; everyone of the T/F once it is frozen."""
    place, *cells = row.split()
    people = task_force.people | {
        "me_approver": builders.person("me_approver", "approver", task_force.ministries["ME"]),
        "fsc": task_force.people["fsc_officer"],
    }
    builders.contribute(report, by=people["motie_officer"], at=at, text=TEXT)
    known = "accepted" if place == "frozen" else place
    builders.report_in(known, report, officer=people["me_officer"], coordinator=people["coordinator"], at=at)
    if place == "frozen":
        builders.freeze(task_force.round_2, by=people["coordinator"], at=at)
    for actor, wanted in zip(SEEN.split()[:6], cells, strict=True):
        answer = visitor(people[PEOPLE[actor]]).get(f"/reports/{report.pk}/")
        shown = "T" if TEXT in answer.content.decode() else "–"
        assert (shown if answer.status_code == 200 else str(answer.status_code)) == wanted, actor


def test_another_supporting_ministry_does_not_read_it_before_the_freeze(task_force, report, fsc_officer, at):
    Support.objects.create(task=report.task, ministry=task_force.ministries["FSC"], valid_from=builders.SINCE)
    builders.contribute(report, by=task_force.people["motie_officer"], at=at, text=TEXT)
    browser = visitor(fsc_officer)
    for address in ("/my-tasks/", f"/reports/{report.pk}/"):
        html = browser.get(address).content.decode()
        assert "ME-06" in html
        assert TEXT not in html


@pytest.mark.parametrize("place", ["missing", "draft", "returned", "mended"])
def test_a_supporter_sees_no_draft(task_force, report, me_officer, motie_officer, coordinator, at, place):
    """Not on its list, not on the report's page, and not what the draft took over: only the state."""
    builders.report_in(place, report, officer=me_officer, coordinator=coordinator, at=at)
    row = builders.contribute(report, by=motie_officer, at=at, text=TEXT)
    if place in ("draft", "mended"):
        builders.write(report, by=me_officer, at=at, results=SECRET)
        builders.take(row, by=me_officer, at=at)
    browser = visitor(motie_officer)
    for address in ("/my-tasks/", f"/reports/{report.pk}/"):
        text = page(browser.get(address)).text
        assert TEXT in text
        assert SECRET not in text
        assert "taken over" not in text.replace("not taken over", "")
    assert browser.get(f"/reports/{report.pk}/form/").status_code == 403


def test_the_board_of_a_reader_tells_nothing_of_it(task_force, report, motie_officer, reader, coordinator, at):
    before = _board(reader)
    builders.contribute(report, by=motie_officer, at=at + timedelta(minutes=1))
    assert _board(reader) == before
    seen = page(visitor(reader).get("/board/")).one("input", id="board-seen")["value"]
    builders.contribute(report, by=motie_officer, at=at, text="ㅇ 또 한 글")
    for person in (reader, coordinator):
        answer = visitor(person).get("/board/poll/", {"seen": seen}, headers={"HX-Request": "true"})
        assert "ME-06 " not in page(answer).one("p", id="board-news").text if answer.status_code == 200 else True


def _board(user: User) -> str:
    return page(visitor(user).get("/board/")).one("div", id="board-table").text


# The page of a ministry


def test_a_ministry_that_only_supports_reaches_its_tasks(report, motie_officer, me_officer, coordinator, at):
    """Instead of the empty page; with last round's text, the state of the lead, and its own earlier texts."""
    browser = visitor(motie_officer)
    found = page(browser.get("/my-tasks/"))
    assert [row["id"] for row in _team(found)] == [f"support-{report.pk}", *_others(found, report)]
    assert "ㅇ 예산 협의가 늦어짐" in found.one("section", id="supported").text, "the text that round 1 froze"
    assert "There is nothing to report." not in found.text
    builders.contribute(report, by=motie_officer, at=at, text=TEXT)
    builders.report_in("accepted", report, officer=me_officer, coordinator=coordinator, at=at)
    found = page(browser.get("/my-tasks/"))
    assert TEXT in found.one("section", id="supported").text
    assert not found.all("textarea", id=f"text-{report.pk}"), "accepted: nothing can be added"


def _team(found: Element) -> list[Element]:
    return [row.all("summary")[0] for row in found.one("section", id="supported").all("details")]


def _others(found: Element, report: Report) -> list[str]:
    return [row["id"] for row in _team(found) if row["id"] != f"support-{report.pk}"]


def test_a_ministry_without_any_of_it_sees_no_empty_section(fsc_officer):
    found = page(visitor(fsc_officer).get("/my-tasks/"))
    assert not found.all("section", id="supported")
    assert not found.all("section", id="asked")


def test_queries_do_not_grow_with_what_is_supported_or_written(task_force, reports, motie, motie_officer, at):
    browser, counts = visitor(motie_officer), []
    for turn, codes in enumerate((["ME-01", "ME-02"], ["ME-03", "ME-04", "MSIT-02"])):
        for code in codes:
            Support.objects.create(task=reports[code].task, ministry=motie, valid_from=builders.SINCE)
            builders.contribute(reports[code], by=motie_officer, at=at)
            builders.contribute(reports[code], by=motie_officer, at=at, text=f"ㅇ {turn}")
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/my-tasks/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] < 30


def test_a_deputy_writes_for_the_one_who_is_away(report, motie_officer, task_force, at):
    deputy = task_force.people["stranger"]
    builders.deputy(motie_officer, deputy, "officer", on=at.date())
    row = builders.contribute(report, by=deputy, at=at)
    event = Event.objects.get(verb="contribute")
    assert (row.by, row.acting_for, event.acting_for) == (deputy, motie_officer, motie_officer)
