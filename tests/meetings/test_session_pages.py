"""The pages at the meeting: who sees what, what a refused form keeps."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from meetings import workflow
from meetings.models import AgendaItem, Decision, Meeting, Note, Remark
from records.models import Event
from tests.builders import key, kst
from tests.meetings.session_scene import (
    NOTE,
    SENTENCE,
    action,
    attendance,
    begin,
    differences,
    exhortation,
    item,
    note,
    record,
    typed,
)
from tests.pages import HTMX, Element, filled, page, visitor

pytestmark = pytest.mark.either

SESSION = "/meetings/2/session/"


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: object) -> Iterator[None]:
    """Postings are in force in March 2021."""
    with translation.override("en"):
        yield


@pytest.fixture
def meeting(task_force, coordinator, at) -> Meeting:
    return begin(by=coordinator, at=at, round_=task_force.round_2, codes=("ME-01", "ME-06"))


@pytest.fixture
def office(meeting, coordinator):
    return visitor(coordinator)


def errors(answer: Element) -> dict[str, str]:
    return {row["id"]: row.text for row in answer.all("p", class_="err") if row.text}


# The workspace


def test_the_workspace_shows_the_item_that_is_spoken_of(meeting, office, coordinator, at):
    first, second = item(meeting, 1), item(meeting, 2)
    workflow.finish_item(first.pk, by=coordinator, at=at, key=key(), version=0)
    record(meeting, action(), by=coordinator, at=at)
    shown = page(office.get(SESSION))
    steps = {row["id"]: row for row in shown.one("ol", id="session-agenda").all("a")}
    assert [row.text for row in steps.values()] == [
        "1 Progress of the scenarios finished",
        "2 Progress by task 14:10~",
        "3 New tasks 14:30~",
    ]
    assert steps[f"step-{second.pk}"]["aria-current"] == "true"
    assert shown.one("h2", id="now-title").text == "2. Progress by task"
    assert [row.text for row in shown.one("details", id="tasks").all("a")] == ["ME-01", "ME-06"]
    assert shown.one("section", id="decisions").one("th", scope="row").text == "2-01"
    assert shown.one("a", id="people-count").text == "0/4"
    other = page(office.get(f"{SESSION}?item={first.pk}"))
    assert other.one("h2", id="now-title").text == "1. Progress of the scenarios"
    assert other.one("ul", class_="told-figures").text == "82 experts (Tue 16 Mar 2021)"


@pytest.mark.parametrize("query", ["", "?item=0", "?item=99999999999999999999", "?item=x", "?item=999"])
def test_an_item_that_is_not_there_is_passed_over(office, query):
    assert page(office.get(SESSION + query)).one("h2", id="now-title").text == "1. Progress of the scenarios"


def test_a_meeting_without_agenda_and_ministries_says_what_comes_next(task_force, coordinator, at):
    Meeting.objects.create(no=7, name_ko="제7차 회의", name_en="Meeting 7")
    shown = page(visitor(coordinator).get("/meetings/7/session/"))
    assert "Nothing is on the agenda yet." in shown.text
    assert "No ministry is invited yet." in shown.text


def test_numbers_lead_to_the_boards_list_where_it_is_the_same(meeting, office, coordinator, at):
    """ME-06 is at *attention* since the last round, and so is ME-03, which the item is not about."""
    lights = (
        page(office.get(f"{SESSION}?item={item(meeting, 2).pk}")).one("section", id="now").all("a", class_="light warn")
    )
    assert [(row.text, row["href"]) for row in lights] == [("Attention 1", "#tasks")]


def test_the_page_asks_no_more_of_a_longer_meeting(meeting, office, coordinator, at):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert office.get(f"{SESSION}?item={item(meeting, 2).pk}").status_code == 200
        return len(asked)

    record(meeting, action(codes=("ME-01",)), by=coordinator, at=at)
    note(meeting, coordinator, at, 2)
    office.get(SESSION)
    before = queries()
    for no in range(4, 9):
        AgendaItem.objects.create(meeting=meeting, order=no, kind="report", title_ko=f"안건 {no}")
        record(meeting, action(codes=("ME-01", "ME-06")), by=coordinator, at=at)
    assert queries() == before


PLACES = {
    "run_meeting": SESSION,
    "poll_session": SESSION + "poll/",
    "edit_remarks": "/meetings/2/remarks/",
}


@pytest.mark.parametrize("path", PLACES.values())
def test_the_workspace_is_the_offices(task_force, meeting, path):
    """Who takes no notes does not read them."""
    for name in ("me_officer", "fsc_approver", "reader", "administrator"):
        answer = visitor(task_force.people[name]).get(path)
        assert answer.status_code in (403, 404), name


# A decision


def test_a_decision_is_added_and_the_form_keeps_the_owner(meeting, office, coordinator, at):
    second = item(meeting, 2)
    form = filled(page(office.get(f"{SESSION}?item={second.pk}")), "/meetings/2/decisions/")
    answer = office.post("/meetings/2/decisions/", form | typed(key=form["key"]))
    assert answer.status_code == 302
    row = Decision.objects.get()
    assert (row.item, row.lead and row.lead.code, str(row.due_on)) == (second, "ME", "2021-04-09")
    assert [one.task.code for one in row.of_tasks.all()] == ["ME-01", "ME-06"]
    shown = page(office.get(answer.headers["Location"].partition("#")[0]))
    again = filled(shown, "/meetings/2/decisions/")
    assert (again["lead"], again["due_on"]) == (["ME"], ["2021-04-09"])
    assert "supporting" not in again, "an exhortation after it would speak to them unseen"
    assert (again["text_ko"], again["codes"], again["item"]) == ([""], [""], [str(second.pk)])
    assert "2-01 was recorded." in shown.text
    assert differences(meeting) == []


def test_under_htmx_the_table_comes_and_the_form_stays(office, meeting):
    answer = office.post("/meetings/2/decisions/", typed(), headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Reswap"]) == (200, "none")
    shown = page(answer)
    assert not shown.all("form", "textarea", "select")
    assert shown.one("section", id="decisions").one("th", scope="row").text == "2-01"
    assert shown.one("p", id="session-news").text == "2-01 was recorded."
    assert shown.one("a", id="count-decisions").text == "1"
    fresh = shown.one("input", id="decision-key")["value"]
    assert office.post("/meetings/2/decisions/", typed(key=fresh), headers=HTMX).status_code == 200
    assert Decision.objects.count() == 2


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "part"])
def test_a_refused_decision_keeps_what_was_typed(office, meeting, headers):
    """추진 사항은 주관과 기한이 필요합니다."""
    answer = office.post("/meetings/2/decisions/", typed(lead="", due_on="", codes="ME-01 XX-9"), headers=headers)
    assert answer.status_code == 422
    shown = page(answer)
    assert errors(shown) == {
        "lead-error": "An action needs a lead and a due date.",
        "codes-error": "No task has this code: XX-9.",
    }
    assert len(shown.one("div", id="decision-problems").all("li")) == 2, "each thing is said once"
    form = filled(shown, "/meetings/2/decisions/")
    assert (form["text_ko"], form["codes"], form["supporting"]) == ([SENTENCE], ["ME-01 XX-9"], ["MOTIE"])
    for name in ("lead", "due_on", "codes"):
        control = next(row for row in shown.all("input", "select") if row["id"] == name)
        assert control["aria-invalid"] == "true"
        assert [row for row in shown.walk() if row["id"] == control["aria-describedby"]], name
    assert not Decision.objects.exists()


def test_an_exhortation_leaves_out_what_its_form_hides(office, meeting):
    answer = office.post("/meetings/2/decisions/", typed(kind="exhortation"))
    assert answer.status_code == 302
    row = Decision.objects.get()
    assert (row.lead, row.due_on, [one.ministry.code for one in row.supporting.all()]) == (None, None, ["MOTIE"])


def test_extra_fields_are_ignored(office, meeting, coordinator):
    office.post("/meetings/2/decisions/", typed(no="77", by="1", withdrawn_at="2021-01-01", version="9", at="x"))
    row = Decision.objects.get()
    assert (row.no, row.by, row.version, row.withdrawn_at) == (1, coordinator, 0, None)


def test_a_bad_date_says_so(office, meeting):
    answer = page(office.post("/meetings/2/decisions/", typed(due_on="9. 4.")))
    assert errors(answer) == {"due_on-error": "Give a date."}


# One decision's own page


def test_a_decision_is_changed_withdrawn_and_put_back(office, meeting, coordinator, at):
    row = record(meeting, action(item=item(meeting, 2).pk), by=coordinator, at=at)
    here = f"/meetings/2/decisions/{row.pk}/"
    form = filled(page(office.get(here)), here)
    assert (form["text_ko"], form["lead"], form["version"]) == ([SENTENCE], ["ME"], ["0"])
    assert office.post(here, form | {"text_ko": "새 문장"}).status_code == 302
    shown = page(office.get(here))
    assert office.post(f"{here}withdraw/", filled(shown, f"{here}withdraw/")).status_code == 302
    assert "Withdrawn" in page(office.get(SESSION)).one("section", id="decisions").text
    back = filled(page(office.get(here)), here)
    assert back["restore"] == ["1"]
    assert office.post(here, back).status_code == 302
    row = Decision.objects.get()
    assert (row.text_ko, row.withdrawn_at, row.item_id) == ("새 문장", None, item(meeting, 2).pk)
    assert differences(meeting) == []


def test_a_conflict_shows_both_texts_and_mine_can_go_over_it(office, meeting, coordinator, coordinator_2, at):
    row = record(meeting, action(), by=coordinator, at=at)
    here = f"/meetings/2/decisions/{row.pk}/"
    form = filled(page(office.get(here)), here)
    workflow.change_decision(row.pk, action(text_ko="그들의 문장"), by=coordinator_2, at=at, key=key(), version=0)
    answer = office.post(here, form | {"text_ko": "나의 문장"})
    assert answer.status_code == 409
    shown = page(answer)
    assert "그들의 문장" in shown.one("section", class_="note-box error conflict").text
    again = filled(shown, here)
    assert (again["text_ko"], again["version"]) == (["나의 문장"], ["1"])
    assert office.post(here, again).status_code == 302
    assert Decision.objects.get().text_ko == "나의 문장"


def test_the_decision_of_another_meeting_is_not_here(office, meeting, coordinator, at):
    other = Meeting.objects.create(no=7, name_ko="제7차 회의", name_en="Meeting 7")
    row = record(other, exhortation(), by=coordinator, at=at)
    for path in (f"/meetings/2/decisions/{row.pk}/", f"/meetings/2/decisions/{2**70}/", "/meetings/99999/session/"):
        assert office.get(path).status_code == 404, path
    assert office.post(f"/meetings/2/decisions/{row.pk}/withdraw/", {"version": "0"}).status_code == 404


def test_what_is_confirmed_is_only_read(office, meeting, coordinator, at):
    row = record(meeting, action(), by=coordinator, at=at)
    Meeting.objects.filter(pk=meeting.pk).update(circulated_at=at, comments_until=kst(2021, 4, 1))
    Meeting.objects.filter(pk=meeting.pk).update(frozen_at=kst(2021, 4, 2))
    shown = page(office.get(SESSION))
    assert not shown.all("form", id="decide")
    assert not shown.all("a", class_="link", href=f"/meetings/2/decisions/{row.pk}/")
    assert not page(office.get(f"/meetings/2/decisions/{row.pk}/")).all("form", id="change")
    assert not page(office.get("/meetings/2/remarks/")).all("form", id="remarks")
    assert office.post("/meetings/2/decisions/", typed()).status_code == 409


# The note


def save(office: Any, meeting: Meeting, text: str, version: int, **headers: str) -> Any:
    path = f"/meetings/2/session/items/{item(meeting, 1).pk}/note/"
    return office.post(path, {"text": text, "version": version}, headers=headers)


def test_a_saved_note_answers_around_its_field(office, meeting):
    answer = save(office, meeting, NOTE, 0, **HTMX)
    shown = page(answer)
    assert answer.status_code == 200
    assert not shown.all("textarea", "form")
    assert (shown.one("input", id="note-version")["value"], shown.one("span", id="note-saved").text) == (
        "1",
        "Saved 14:00",
    )
    assert not Event.objects.filter(verb="save_note").exists()
    assert save(office, meeting, NOTE + "!", 1).status_code == 302
    field = page(office.get(SESSION)).one("textarea", id="note-text")
    assert field.raw_text.removeprefix("\n") == NOTE + "!"


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "part"])
def test_a_note_in_conflict_shows_both_texts(office, meeting, coordinator_2, at, headers):
    note(meeting, coordinator_2, at)
    answer = save(office, meeting, "나의 메모", 0, **headers)
    assert answer.status_code == 409
    shown = page(answer)
    assert shown.one("blockquote").text == NOTE
    if not headers:
        assert shown.one("textarea", id="note-text").raw_text.removeprefix("\n") == "나의 메모"
    over = shown.one("button", name="over")["value"]
    first = item(meeting, 1)
    sent = {"text": "나의 메모", "version": "0", "over": over}
    assert office.post(f"/meetings/2/session/items/{first.pk}/note/", sent).status_code == 302
    assert Note.objects.get().text == "나의 메모"


def test_a_note_that_cannot_be_stored_is_refused_and_kept(office, meeting):
    answer = save(office, meeting, "가" * 20_001, 0)
    assert answer.status_code == 422
    assert "가" * 20_001 in page(answer).one("textarea", id="note-text").raw_text
    assert save(office, meeting, "가\0", 0, **HTMX).status_code == 422


def test_finishing_keeps_the_note_and_goes_on(office, meeting):
    first, second = item(meeting, 1), item(meeting, 2)
    sent = {"text": NOTE, "version": "0", "item_version": "0", "done": "1", "key": str(key())}
    answer = office.post(f"/meetings/2/session/items/{first.pk}/finish/", sent)
    assert answer.headers["Location"] == f"{SESSION}?item={second.pk}#now"
    assert (Note.objects.get().text, item(meeting, 1).finished_at is not None) == (NOTE, True)
    again = office.post(f"/meetings/2/session/items/{first.pk}/finish/", {"item_version": "0", "done": "0"})
    assert again.status_code == 409
    office.post(f"/meetings/2/session/items/{first.pk}/finish/", {"item_version": "1", "done": "0"})
    assert item(meeting, 1).finished_at is None


# Attendance


def test_one_ministry_is_marked_by_its_own_request(office, meeting, me):
    p = f"p{me.pk}-"
    sent = {f"{p}version": "0", f"{p}was": "00", f"{p}present": "on", f"{p}deputy": "on", f"{p}position": "국장"}
    answer = office.post("/meetings/2/session/attendance/", sent, headers=HTMX)
    shown = page(answer)
    assert answer.status_code == 200
    assert not shown.all("input", type="checkbox")
    assert (shown.one("input", id=f"{p}version")["value"], shown.one("span", id=f"{p}sent").text) == (
        "1",
        "deputy · 국장",
    )
    assert (shown.one("a", id="people-count").text, shown.one("a", id="count-deputies").text) == ("1/4", "1")
    count = Event.objects.count()
    assert office.post("/meetings/2/session/attendance/", sent, headers=HTMX).status_code == 200
    assert Event.objects.count() == count, "an answer that was lost, and sent once more, marks nothing"
    other = {f"{p}version": "0", f"{p}was": "00", f"{p}present": "on", f"{p}position": ""}
    answer = office.post("/meetings/2/session/attendance/", other, headers=HTMX)
    assert answer.status_code == 409
    assert "checked" in page(answer).one("input", id=f"{p}deputy")


def test_without_a_script_the_whole_list_goes_at_once(office, meeting, coordinator_2, at, me, msit):
    """What somebody else marked meanwhile, and I left alone, is no conflict."""
    form = filled(page(office.get(SESSION)), "/meetings/2/session/attendance/")
    workflow.mark_attendance(meeting.pk, [workflow.Mark(me.pk, 0, True)], by=coordinator_2, at=at, key=key())
    answer = office.post("/meetings/2/session/attendance/", form | {f"p{msit.pk}-present": "on"})
    assert answer.status_code == 302
    assert page(office.get(SESSION)).one("div", id="messages").text == "The attendance is saved."
    assert (attendance(meeting, "ME").is_present, attendance(meeting, "MSIT").is_present) == (True, True)
    assert attendance(meeting, "FSC").is_present is None
    stale = office.post("/meetings/2/session/attendance/", form | {f"p{me.pk}-deputy": "on", "key": str(key())})
    assert stale.status_code == 409
    wrong = office.post(
        "/meetings/2/session/attendance/",
        form | {f"p{msit.pk}-position": "가" * 101, f"p{msit.pk}-version": "1", "key": str(key())},
    )
    assert wrong.status_code == 422


# Remarks


def test_remarks_are_written_and_seen_again(office, meeting):
    form = filled(page(office.get("/meetings/2/remarks/")), "/meetings/2/remarks/")
    sent = form | {"remark-2-ko": "함께 갑시다", "remark-2-en": "Let us go together", "remark-2-source": "보도자료"}
    assert office.post("/meetings/2/remarks/", sent).status_code == 302
    row = Remark.objects.get()
    assert (row.order, row.text_ko, row.source) == (1, "함께 갑시다", "보도자료")
    answer = office.post("/meetings/2/remarks/", form | {"remark-1-ko": "다른 말", "key": str(key())})
    assert answer.status_code == 409
    shown = page(answer)
    assert "함께 갑시다" in shown.one("section", class_="note-box error conflict").text
    assert filled(shown, "/meetings/2/remarks/")["remark-1-ko"] == ["다른 말"]
    assert office.post("/meetings/2/remarks/", sent | {"remark-3-en": "x", "key": str(key())}).status_code == 409
