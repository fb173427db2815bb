"""The pages of calls and candidates as each role sees them, and what a refused form keeps."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tasks.models import Call, Candidate, NoCandidate, Task
from tests import builders
from tests.cast import AT
from tests.pages import dead_links, filled, page, visitor
from tests.tasks import candidates_scene as scene

pytestmark = [pytest.mark.either, pytest.mark.django_db, pytest.mark.usefixtures("domain_time")]


def answers(client: Any, query: str = "") -> dict[str, str]:
    """By ministry what its row says of its answer."""
    table = page(client.get(f"/candidates/1/{query}")).one("table", class_="tb stack named of-call")
    rows = [row for row in table.all("tr") if row.all("td")]
    return {row.one("th").text: row.all("td")[0].text for row in rows}


def test_a_call_is_made_on_the_page_by_default_on_those_without_tasks(task_force, coordinator, mois):
    office = visitor(coordinator)
    sent = filled(page(office.get("/candidates/make/")), "/candidates/make/")
    assert sent["ministries"] == ["MOTIE"], "a member of the T/F that leads no task; MOIS is no member"
    words = {"title_ko": ["과제 발굴"], "text": ["제안 바람"], "due_at": ["2021-03-26T18:00"]}
    refused = office.post("/candidates/make/", sent | words | {"title_ko": [""], "ministries": ["MOTIE", "MOIS"]})
    assert refused.status_code == 422
    again = filled(page(refused), "/candidates/make/")
    assert (again["text"], again["ministries"], again["key"]) == (["제안 바람"], ["MOTIE", "MOIS"], sent["key"])
    assert office.post("/candidates/make/", again | words).status_code == 302
    assert [row.ministry.code for row in Call.objects.get().addressees.all()] == ["MOTIE", "MOIS"]


def test_the_board_tells_none_and_silence_apart(call, candidate, coordinator, reader, motie, motie_officer):
    scene.none(call, motie, by=motie_officer)
    office = visitor(coordinator)
    assert answers(office) == {
        "Industry": "None",
        "Financial Services": "Not answered",
        "Interior": "1 candidate",
    }
    assert list(answers(office, "?answer=silent")) == ["Financial Services"]
    assert "소관 업무 없음" in page(office.get("/candidates/1/?answer=none")).text
    assert answers(visitor(reader)) == answers(office) | {"Interior": "With candidates"}, (
        "none is in a reader's list yet"
    )


def test_silence_past_the_due_time_is_overdue(call, coordinator, monkeypatch):
    from records import clock

    monkeypatch.setattr(clock, "now", lambda: scene.DUE + timedelta(days=3))
    assert answers(visitor(coordinator))["Industry"] == "Not answered 3 days overdue"


def test_a_ministry_answers_on_its_page(call, motie_officer):
    mine, address = visitor(motie_officer), "/candidates/1/answer/"
    assert list(answers(mine).values()) == ["Not answered"], "its own row alone"
    sent = filled(page(mine.get(address)), f"{address}none/")
    refused = mine.post(f"{address}none/", sent | {"reason": " "})
    assert refused.status_code == 422
    assert "Say why there is none." in page(refused).text
    assert mine.post(f"{address}none/", sent | {"reason": "소관 없음"}).status_code == 302
    assert NoCandidate.objects.get().reason == "소관 없음"
    propose = "/candidates/1/propose/"
    sent = filled(page(mine.get(propose)), propose)
    typed = {"kind": "supplement", "title_ko": "보완 과제", "text": "ㅇ 내용", "sector": "GEN", "supplements": "XX-1"}
    refused = mine.post(propose, sent | typed)
    assert refused.status_code == 422
    assert filled(page(refused), propose)["title_ko"] == ["보완 과제"]
    groups = page(refused).one("select", name="supplements").all("optgroup")
    assert next(one["label"] for one in groups) == "Ministry of Environment"
    assert "ME-01 2021 plan" in next(option.text for option in groups[0].all("option"))
    assert mine.post(propose, filled(page(refused), propose) | {"supplements": "ME-01"}).status_code == 302
    row = Candidate.objects.get()
    assert (row.number, row.supplements and row.supplements.code) == ("1-01", "ME-01")


def test_who_reads_what_of_a_candidate(call, candidate, coordinator, reader, mois_officer, motie_officer):
    address = "/candidates/1/1/"
    seen = {user.username: visitor(user).get(address).status_code for user in (coordinator, reader, motie_officer)}
    assert seen == {"coordinator": 200, "reader": 404, "motie_officer": 404}
    assert visitor(mois_officer).get(address).status_code == 200
    assert "1-01" not in visitor(reader).get("/candidates/").content.decode()
    assert "1-01" not in visitor(motie_officer).get("/candidates/1/").content.decode()
    scene.decline(candidate, by=coordinator)
    assert visitor(reader).get(address).status_code == 200
    assert "기존 과제와 중복" in page(visitor(mois_officer).get(address)).text, "with the reason"
    assert visitor(motie_officer).get(address).status_code == 404


def test_every_number_of_a_call_is_that_of_the_readers_own_list(
    call, candidate, coordinator, reader, mois, mois_officer, motie, motie_officer
):
    """Of MOIS one waits, one is declined, one was taken back; MOTIE's waits: a reader's lists hold what is decided."""
    scene.decline(scene.propose(call, mois, by=mois_officer, title="둘째"), by=coordinator)
    scene.withdraw(scene.propose(call, mois, by=mois_officer, title="셋째"), by=mois_officer)
    scene.propose(call, motie, by=motie_officer, title="넷째")
    wanted = {"coordinator": [4, 1, 3], "reader": [1, 1], "mois_officer": [3, 3], "motie_officer": [1, 1]}
    for user in (coordinator, reader, mois_officer, motie_officer):
        browser, counted = visitor(user), []
        for address, number in (
            (r"/candidates/?call=1#", r"^(\d+)$"),
            (r"/candidates/?call=1&ministry=", r"^(\d+) cand"),
        ):
            shown = page(browser.get("/candidates/" if number.endswith("$") else "/candidates/1/"))
            for link in shown.all("a"):
                if link["href"].startswith(address) and (found := re.search(number, link.text)):
                    listed = page(browser.get(link["href"].partition("#")[0])).one("p", class_="result").text
                    assert int(found[1]) == int(listed.split()[0]), (user.username, link["href"])
                    counted.append(int(found[1]))
        assert counted == wanted[user.username], user.username
    table = answers(visitor(reader))
    assert (table["Industry"], table["Interior"]) == ("With candidates", "1 candidate")


def test_completed_tasks_are_not_offered_and_the_page_says_so(call, mois, mois_officer, coordinator):
    scene.propose(call, mois, by=mois_officer, kind="supplement", supplements="ME-01")
    office, address = visitor(coordinator), "/candidates/1/1/"
    shown = page(office.get(f"{address}judge/"))
    assert "It is on the roster of the open round 2 already." in shown.text
    sent = filled(shown, f"{address}check/")
    Task.objects.filter(code="ME-01").update(completed_on="2021-03-01")
    for user, place in ((coordinator, f"{address}judge/"), (mois_officer, "/candidates/1/propose/")):
        name = "task" if user == coordinator else "supplements"
        codes = [option["value"] for option in page(visitor(user).get(place)).one("select", name=name).all("option")]
        assert "ME-01" not in codes
        assert "ME-02" in codes
    refused = office.post(f"{address}adopt/", sent)
    assert refused.status_code == 422
    assert "This task is completed: ME-01." in page(refused).one("p", id="supplements-error").text
    assert "it cannot be supplemented any more" in page(refused).text


def test_the_office_judges_beside_what_is_like_it(call, mois, mois_officer, coordinator):
    scene.propose(call, mois, by=mois_officer, title="지역 순환경제 이행계획")
    office, address = visitor(coordinator), "/candidates/1/1/"
    found = page(office.get(f"{address}judge/"))
    assert "ME-04" in found.one("ul", class_="similar").text, "K-순환경제"
    merge = found.one("select", name="task")
    assert filled(found, f"{address}merge/")["task"] == [""], "nothing is merged by one press"
    assert "ME-04" in merge.all("optgroup")[0].text
    assert merge.all("optgroup")[0]["label"] == "Like it"
    sent = filled(found, f"{address}check/")
    assert sent["title_ko"] == ["지역 순환경제 이행계획"]
    refused = office.post(f"{address}check/", sent | {"title_en": ""})
    assert refused.status_code == 422
    shown = page(refused)
    assert "Give the task an English title." in shown.text
    ids = [element["id"] for element in shown.walk() if element["id"]]
    assert len(ids) == len(set(ids)), "what is wrong is said in one of the four forms"
    checked = office.post(f"{address}check/", filled(shown, f"{address}check/") | {"title_en": "Plan"})
    assert office.post(f"{address}adopt/", filled(page(checked), f"{address}adopt/")).status_code == 302
    task = page(office.get("/tasks/MOIS-01/")).text
    assert "From call 1, candidate 1-01 of Ministry of the Interior and Safety, adopted Tue 16 Mar 2021" in task
    assert "without a meeting" in task


def test_enter_in_a_field_of_the_judge_page_adopts_nothing(call, candidate, coordinator):
    """No form of the page with a line to type in leads to a verdict; what an adoption would make is shown before it,
    and can be mended from there. Nothing that was typed is lost on the way."""
    office, address = visitor(coordinator), "/candidates/1/1/"
    found = page(office.get(f"{address}judge/"))
    lines = [one for one in found.one("main").all("form") if one.all("input", type="text")]
    assert {one["action"] for one in lines} == {f"{address}check/", f"{address}english/"}
    sent = filled(found, f"{address}check/") | {"title_en": ["Greener halls"], "reason": ["가\r\n나"]}
    answer = office.post(f"{address}check/", sent)
    checked = page(answer)
    assert (answer.status_code, scene.fresh(candidate).state, Task.objects.filter(code="MOIS-01").count()) == (
        200,
        "submitted",
        0,
    )
    for words in ("MOIS-01", "Greener halls", "round 3", "Ministry of the Interior and Safety"):
        assert words in checked.one("dl", class_="told-of").text
    back = page(office.post(f"{address}check/", filled(checked, f"{address}check/") | {"back": "1"}))
    again = filled(back, f"{address}check/")
    assert {name: again[name] for name in sent if name != "csrfmiddlewaretoken"} == {
        name: value for name, value in sent.items() if name != "csrfmiddlewaretoken"
    }
    assert office.post(f"{address}adopt/", filled(checked, f"{address}adopt/")).status_code == 302
    assert candidate.verdicts.get().reason == "가\n나"


def test_what_was_judged_meanwhile_is_not_checked(call, candidate, coordinator):
    office, address = visitor(coordinator), "/candidates/1/1/"
    sent = filled(page(office.get(f"{address}judge/")), f"{address}check/") | {"title_en": ["Greener halls"]}
    scene.decline(candidate, by=coordinator)
    assert office.post(f"{address}check/", sent).status_code == 409


def test_a_missing_english_title_is_asked_before_the_verdict(call, candidate, coordinator, mois_officer):
    """Where the candidate is judged, apart from the verdicts; from then on it stands in the form of the adoption. The
    ministry's form says that it may leave it out."""
    office, address, here = visitor(coordinator), "/candidates/1/1/english/", "/candidates/1/1/judge/"
    found = page(office.get(here))
    refused = office.post(address, filled(found, address))
    assert (refused.status_code, bool(page(refused).all("input", id="e-title_en", aria_invalid="true"))) == (422, True)
    assert office.post(address, filled(found, address) | {"title_en": ["Cleaner halls"]}).status_code == 302
    found = page(office.get(here))
    assert not found.all("form", action=address)
    assert found.one("input", id="a-title_en")["value"] == "Cleaner halls"
    form_of = page(visitor(mois_officer).get("/candidates/1/propose/?ministry=MOIS"))
    assert "if you leave it out, the office gives it" in form_of.one("main").text


def test_ticked_it_joins_the_open_round_with_its_reason(call, candidate, coordinator, round_2):
    office, address = visitor(coordinator), "/candidates/1/1/"
    sent = filled(page(office.get(f"{address}judge/")), f"{address}check/")
    sent |= {"title_en": ["Public buildings"], "joins": ["2"]}
    assert office.post(f"{address}check/", sent).status_code == 422, "without a reason"
    assert office.post(f"{address}adopt/", sent).status_code == 422, "without a reason"
    answer = office.post(f"{address}adopt/", sent | {"reason": "회의 결정에 따라"}, follow=True)
    assert "It is on the roster of round 2." in page(answer).text
    task = Task.objects.get(code="MOIS-01")
    assert (task.first_round_no, task.reports.get().round) == (2, round_2)


def test_asked_back_shows_what_was_reworded(call, candidate, coordinator, mois_officer):
    office, mine, address = visitor(coordinator), visitor(mois_officer), "/candidates/1/1/"
    sent = filled(page(office.get(f"{address}judge/")), f"{address}ask-back/")
    office.post(f"{address}ask-back/", sent | {"comment": "대상 수를 적을 것"})
    assert "대상 수를 적을 것" in page(mine.get(f"{address}revise/")).text
    typed = filled(page(mine.get(f"{address}revise/")), f"{address}revise/") | {"text": "ㅇ 공공청사 120동을 고침"}
    assert mine.post(f"{address}revise/", typed).status_code == 302
    shown = page(office.get(f"{address}judge/"))
    assert "120" in " ".join(element.text for element in shown.all("ins"))
    assert mine.post(f"{address}revise/", typed | {"key": str(builders.key())}).status_code == 409


def test_after_a_verdict_the_next_one_is_a_press_away(call, candidate, coordinator, mois, mois_officer):
    for title in ("둘째", "셋째"):
        scene.propose(call, mois, by=mois_officer, title=title)
    office, declining = visitor(coordinator), "/candidates/1/2/decline/"
    sent = filled(page(office.get("/candidates/1/2/judge/")), declining) | {"reason": "중복"}
    said = page(office.post(declining, sent, follow=True)).one("div", id="messages")
    assert [(link["href"], link.text) for link in said.all("a")] == [("/candidates/1/3/judge/", "Next: 1-03")]
    scene.decline(Candidate.objects.get(no=3), by=coordinator)
    checking, adopting = "/candidates/1/1/check/", "/candidates/1/1/adopt/"
    sent = filled(page(office.get("/candidates/1/1/judge/")), checking) | {"title_en": "One"}
    deed = filled(page(office.post(checking, sent)), adopting)
    said = page(office.post(adopting, deed, follow=True)).one("div", id="messages")
    assert not said.all("a"), "nothing waits any more"


def test_a_rewording_is_told_with_its_time_and_what_changed(call, candidate, coordinator, reader, mois_officer):
    other = builders.person("mois_approver", "approver", candidate.ministry, name_en="Second Hand")
    scene.ask_back(candidate, by=coordinator)
    scene.revise(candidate, by=other, at=AT + timedelta(hours=3), text="ㅇ 공공청사 120동을 고침")
    for user in (coordinator, mois_officer):
        shown = page(visitor(user).get("/candidates/1/1/"))
        assert "Reworded" in shown.one("dl", class_="facts").text
        assert "Second Hand" in shown.one("dl", class_="facts").text
        assert "120동을" in " ".join(element.text for element in shown.all("ins"))
    row = page(visitor(coordinator).get("/candidates/1/")).one("table", class_="tb stack named of-call")
    told = next(one.text for one in row.all("tr") if "Interior" in one.text)
    assert "last reworded Tue 16 Mar 2021" in told
    assert "Second Hand" in told
    scene.decline(candidate, by=coordinator)
    assert not page(visitor(reader).get("/candidates/1/1/")).all("ins"), "what went to and fro is theirs"


def test_the_list_is_filtered_by_its_address_and_exported(
    call, candidate, mois, mois_officer, coordinator, motie, motie_officer
):
    second = scene.propose(call, mois, by=mois_officer, title="=HYPERLINK(1)")
    scene.decline(candidate, by=coordinator)
    scene.none(call, motie, by=motie_officer)
    office = visitor(coordinator)
    assert "1 candidate" in page(office.get("/candidates/?state=submitted")).one("p", class_="result").text
    rows = list(csv.DictReader(io.StringIO(_text(office.get("/candidates/export.csv?state=submitted")))))
    assert [(row["Ministry"], row["No."], row["Task title"]) for row in rows] == [
        ("Interior", second.number, "'=HYPERLINK(1)")
    ], "nothing is computed by a spreadsheet"
    of_call = list(csv.DictReader(io.StringIO(_text(office.get("/candidates/1/export.csv")))))
    assert [(row["Ministry"], row["Answer"], row["No."]) for row in of_call] == [
        ("Industry", "None, with the reason", ""),
        ("Financial Services", "Not answered", ""),
        ("Interior", "With candidates", "1-01"),
        ("Interior", "With candidates", "1-02"),
    ]
    assert office.get("/candidates/1/export.xlsx").status_code == 200
    assert office.get("/candidates/1/export.pdf").status_code == 404


def _text(answer: Any) -> str:
    content: bytes = b"".join(answer.streaming_content)
    return content.decode().removeprefix("\ufeff")


def calls_on_board(client: Any, address: str = "/board/") -> dict[str, list[str]]:
    """What the rows say of calls, by ministry."""
    rows = page(client.get(address)).one("table", class_="tb board").all("tr")
    links = {one.one("th", scope="row").text: one.all("a") for one in rows if one.all("th", scope="row")}
    found = {name: [link.text for link in of if "/candidates/" in link["href"]] for name, of in links.items()}
    return {name: texts for name, texts in found.items() if texts}


def test_the_board_of_the_round_says_how_each_body_answered_each_call(
    call, coordinator, mois, mois_officer, motie, motie_officer, task_force, round_2
):
    """Of bodies with tasks, such as FSC, of those without, and of those outside the T/F; one that is not called on,
    such as ME, carries nothing."""
    office, silent = visitor(coordinator), ["Call 1: not answered"]
    assert calls_on_board(office) == {"Industry": silent, "Financial Services": silent, "Interior": silent}
    scene.none(call, motie, by=motie_officer)
    second = scene.call(motie, mois, by=coordinator)
    for title in ("하나", "둘"):
        scene.propose(call, mois, by=mois_officer, title=title)
    told = {
        "Industry": ["Call 1: none to propose", "Call 2: not answered"],
        "Financial Services": silent,
        "Interior": ["Call 1: 2 candidates", "Call 2: not answered"],
    }
    assert calls_on_board(office) == told
    row = next(one for one in page(office.get("/board/")).all("tr") if "Interior" in one.text)
    assert "outside the T/F" in row.text
    assert calls_on_board(office, "/board/?ministry=MOIS") == {"Interior": told["Interior"]}
    scene.close(second, by=coordinator)
    assert calls_on_board(office) == told, "closed in this round's time: the silence stays known"
    briefed = page(office.get("/rounds/2/briefing/"))
    assert "Interior" not in briefed.text, "it is no member of the T/F"
    builders.freeze(round_2, by=coordinator, at=AT)
    assert calls_on_board(office, "/rounds/2/") == {}


def test_the_board_is_read_as_often_for_many_calls_and_bodies_as_for_few(call, coordinator, mois, me, motie):
    office = visitor(coordinator)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert office.get("/board/").status_code == 200
        return len(asked)

    queries()
    few = queries()
    for code in ("AAA", "BBB", "CCC"):
        scene.call(mois, me, motie, builders.ministry(code, tf_member=False), by=coordinator)
    assert queries() == few


def test_pages_take_as_many_queries_for_many_as_for_few(call, candidate, coordinator, mois, mois_officer):
    office = visitor(coordinator)
    for address in ("/candidates/", "/candidates/1/", "/candidates/1/1/judge/"):
        office.get(address)
        with CaptureQueriesContext(connection) as few:
            office.get(address)
        for no in range(4):
            scene.propose(call, mois, by=mois_officer, title=f"후보 {no}")
        with CaptureQueriesContext(connection) as many:
            office.get(address)
        assert len(many) == len(few), address


def test_no_link_leads_nowhere(call, candidate, coordinator, mois_officer, reader):
    known: dict[str, set[str]] = {}
    for user in (coordinator, mois_officer, reader):
        client, seen = visitor(user), known.setdefault(user.username, set())
        for address in ("/candidates/", "/candidates/1/", "/candidates/1/answer/", "/candidates/1/1/"):
            answer = client.get(address)
            if answer.status_code == 200:
                assert dead_links(client, answer, known=seen) == []


def test_a_call_that_does_not_exist_is_not_found(task_force, coordinator):
    office = visitor(coordinator)
    for address in ("/candidates/7/", "/candidates/99999999999999999999/", "/candidates/7/99999999999999999999/"):
        assert office.get(address).status_code == 404
