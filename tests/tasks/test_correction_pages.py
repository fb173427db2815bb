"""정정 on the pages: markers beside the sealed text, the form that asks, 정정표 with what waits, counts and links."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ministries.models import User
from tasks import workflow
from tasks.models import Correction, CorrectionDecision, Report
from tests import builders
from tests.builders import kst
from tests.cast import TaskForce
from tests.pages import Fields, dead_links, filled, page, visitor

from .test_bad_input import MEGABYTE, STRANGE, XSS, lifeless

pytestmark = pytest.mark.either

AT = kst(2021, 3, 16, 14)
TABLE = "/rounds/1/corrections/"


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: datetime) -> None:
    """Tuesday 16 March 2021, 14:00."""


@pytest.fixture
def sealed(task_force: TaskForce) -> Report:
    return builders.fresh(task_force.first["ME-01"])


@pytest.fixture
def corrected(sealed: Report, me_officer: User, coordinator: User) -> CorrectionDecision:
    row = builders.ask_correction(
        sealed, by=me_officer, at=AT, text="ㅇ 추진계획을 세우고 2월에 착수함", reason="착수 시기가 빠짐"
    )
    return builders.decide_correction(row, by=coordinator, at=AT)


def ask_page(report: Report) -> str:
    return f"/reports/{report.pk}/correction/"


def form_of(user: User, report: Report, field: str = "results", **typed: str) -> Fields:
    """The form as the page fills it, with what was typed."""
    found = page(visitor(user).get(f"{ask_page(report)}?field={field}"))
    return filled(found, ask_page(report)) | {name: [text] for name, text in typed.items()}


# Asking


@pytest.mark.parametrize("language", ["en", "ko"])
def test_from_the_report_to_the_table(sealed, me_officer, coordinator, reader, language):
    """The whole way, by the links and forms of the pages."""
    officer, office = visitor(me_officer, language=language), visitor(coordinator, language=language)
    report = page(officer.get(f"/reports/{sealed.pk}/"))
    assert report.all("a", href=ask_page(sealed))
    form = form_of(me_officer, sealed)
    assert form["text"] == ["ㅇ 추진계획을 세우고 착수함"]  # what stands, to be put right
    answer = officer.post(
        ask_page(sealed), form | {"text": ["ㅇ 추진계획을 세움"], "reason": ["착수는 3월임"]}, follow=True
    )
    assert answer.redirect_chain == [(f"/reports/{sealed.pk}/", 302)]
    row = Correction.objects.get()
    waits = page(answer).one("article", id=f"asked-{row.pk}")
    assert "착수는 3월임" in waits.text
    table = page(office.get(TABLE))
    decide = f"/corrections/{row.pk}/decide/"
    answer = office.post(decide, filled(table, decide) | {"decision": ["approved"]}, follow=True)
    assert answer.redirect_chain == [(TABLE, 302)]
    (line,) = page(visitor(reader, language=language).get(TABLE)).all("tr", id="no-1")
    for words in ("ME-01", "착수는 3월임"):
        assert words in line.text
    cells = [cell.text.replace("removed: ", "").replace("삭제: ", "") for cell in line.all("td")]
    assert "ㅇ 추진계획을 세우고 착수함" in cells[1]
    assert line.all("del")
    assert line.all("ins")


@pytest.mark.parametrize("field", ["light", "results", "plans", "issues", "progress"])
def test_a_refused_form_keeps_what_was_typed(sealed, me_officer, field):
    """422 at the field, in the same form under the same key; mended, it goes once."""
    typed = {"light": "red", "progress": "백"}.get(field, "가" * 3001)
    form = form_of(me_officer, sealed, field, text=typed, reason="")
    answer = visitor(me_officer).post(ask_page(sealed), form)
    found = page(answer)
    assert answer.status_code == 422
    assert found.one("p", id="text-error").text
    assert "Give the reason." in found.one("p", id="reason-error").text
    again = filled(found, ask_page(sealed))
    assert (again["key"], again["field"]) == (form["key"], [field])
    if field != "light":  # a light that there is not cannot be ticked
        assert again["text"] == [typed]
    mended = again | {"text": [{"light": "attention", "progress": "30"}.get(field, "ㅇ 고침")], "reason": ["오기"]}
    for _click in range(2):
        assert visitor(me_officer).post(ask_page(sealed), mended).status_code == 302
    assert Correction.objects.count() == 1
    answer = visitor(me_officer).post(ask_page(sealed), mended | {"reason": ["다른 까닭"]})
    assert (answer.status_code, Correction.objects.count()) == (422, 1)


def test_a_field_that_waits_shows_no_form_and_keeps_a_late_text(sealed, me_officer, me_officer_2):
    late = form_of(me_officer_2, sealed, text="ㅇ 늦은 글", reason="늦은 까닭")
    builders.ask_correction(sealed, by=me_officer, at=AT)
    answer = visitor(me_officer_2).post(ask_page(sealed), late)
    assert answer.status_code == 409
    assert [quote.text for quote in page(answer).all("blockquote")] == ["ㅇ 늦은 글", "늦은 까닭"]
    assert not page(visitor(me_officer).get(ask_page(sealed))).all("textarea")
    assert len(page(visitor(me_officer).get(f"{ask_page(sealed)}?field=plans")).all("textarea", id="text")) == 1


def test_extra_fields_decide_nothing(sealed, me_officer, coordinator):
    form = form_of(me_officer, sealed, text="ㅇ 고침", reason="오기")
    form |= {"decision": ["approved"], "asked_by": [str(coordinator.pk)], "no": ["7"], "revision": ["1"]}
    visitor(me_officer).post(ask_page(sealed), form)
    assert (Correction.objects.get().asked_by, CorrectionDecision.objects.count()) == (me_officer, 0)


@pytest.mark.parametrize("name", STRANGE)
def test_strange_characters_are_kept_as_they_are(sealed, me_officer, name):
    form = form_of(me_officer, sealed, text=STRANGE[name], reason=STRANGE[name])
    assert visitor(me_officer).post(ask_page(sealed), form).status_code == 302
    assert STRANGE[name].strip() in visitor(me_officer).get(f"/reports/{sealed.pk}/").content.decode().replace(
        "&#x27;", "'"
    ).replace("&quot;", '"').replace("&gt;", ">")


@pytest.mark.parametrize("bad", [MEGABYTE, "\x00"], ids=["megabyte", "null"])
def test_bad_input_is_never_a_500(sealed, me_officer, coordinator, bad):
    row = builders.ask_correction(sealed, by=me_officer, at=AT, field="plans")
    for user, address in ((me_officer, ask_page(sealed)), (coordinator, f"/corrections/{row.pk}/decide/")):
        for name in ("field", "text", "reason", "decision", "comment", "key"):
            sent = {"field": "results", "text": "ㅇ", "reason": "", "decision": "declined"} | {name: bad}
            assert visitor(user).post(address, sent).status_code == 422, name
    for address in (f"{ask_page(sealed)}?field=", f"{TABLE}?x="):
        assert visitor(coordinator).get(address, {"field": bad}).status_code in (200, 302)
    for address in (f"/reports/{2**70}/correction/", "/rounds/99999999999/corrections/"):
        assert visitor(coordinator).get(address).status_code == 404
    assert visitor(coordinator).post(f"/corrections/{2**70}/decide/").status_code == 404


# Deciding


def test_a_refused_decision_keeps_the_comment(sealed, me_officer, coordinator):
    row = builders.ask_correction(sealed, by=me_officer, at=AT)
    decide = f"/corrections/{row.pk}/decide/"
    form = filled(page(visitor(coordinator).get(TABLE)), decide)
    for sent, problem in (
        ({"decision": ["declined"], "comment": [""]}, "comment-error"),
        ({"decision": ["approved"], "comment": ["가" * 1001]}, "comment-error"),
        ({"comment": ["버튼 없이 보냄"]}, "decision-error"),  # a form sent by Enter has no button
    ):
        answer = visitor(coordinator).post(decide, form | sent)
        assert answer.status_code == 422
        assert page(answer).one("p", id=problem).text
        again = filled(page(answer), decide)
        assert (again["comment"], again["key"]) == (sent["comment"], form["key"])
    assert not CorrectionDecision.objects.exists()


def test_whoever_comes_second_is_told_and_keeps_the_comment(sealed, me_officer, coordinator, coordinator_2):
    row = builders.ask_correction(sealed, by=me_officer, at=AT)
    builders.decide_correction(row, by=coordinator_2, at=AT)
    answer = visitor(coordinator).post(
        f"/corrections/{row.pk}/decide/", {"decision": "declined", "comment": "동의하지 않음"}
    )
    assert answer.status_code == 409
    found = page(answer)
    assert "Yoon Seul" in found.one("div", class_="note-box error").text
    assert found.one("blockquote").text == "동의하지 않음"


def test_ones_own_waits_without_buttons(sealed, coordinator, coordinator_2):
    row = builders.ask_correction(sealed, by=coordinator, at=AT)
    assert not page(visitor(coordinator).get(TABLE)).all("button", value="approved")
    assert len(page(visitor(coordinator_2).get(TABLE)).all("button", value="approved")) == 1
    answer = visitor(coordinator).post(f"/corrections/{row.pk}/decide/", {"decision": "approved"})
    assert answer.status_code == 403
    assert "yourself" in answer.content.decode()


# Reading


def test_the_sealed_text_stands_with_a_marker(sealed, corrected, reader):
    """The correction stands beside the sealed text, which is shown as it was."""
    found = page(visitor(reader).get(f"/reports/{sealed.pk}/"))
    mark = found.one("a", href="#correction-1")
    values = mark.parent.parent.one("div", class_="val")  # type: ignore[union-attr]
    assert values.text == "ㅇ 추진계획을 세우고 착수함"
    article = found.one("article", id="correction-1")
    assert [new.raw_text.removeprefix("added: ") for new in article.all("ins")] == ["2월에 "]
    for words in ("착수 시기가 빠짐", "Kim Haneul", "Cho Ara"):
        assert words in article.text
    assert dead_links(visitor(reader), visitor(reader).get(f"/reports/{sealed.pk}/")) == []


def test_a_correction_of_an_empty_field_is_marked_too(sealed, me_officer, coordinator, reader):
    row = builders.ask_correction(sealed, by=me_officer, at=AT, field="issues", text="ㅇ 빠진 애로")
    builders.decide_correction(row, by=coordinator, at=AT)
    found = page(visitor(reader).get(f"/reports/{sealed.pk}/"))
    mark = found.one("a", href="#correction-1")
    assert mark.parent.parent.one("div", class_="val").text == "–"  # type: ignore[union-attr]


def test_what_is_not_approved_is_seen_by_office_and_lead_alone(
    task_force, sealed, me_officer, coordinator, reader, msit_officer
):
    """On the report, in the table, in the record; the numbers of the others' pages do not count it either."""
    asked = builders.ask_correction(sealed, by=me_officer, at=AT, text="ㅇ 아직 모르는 글")
    declined = builders.ask_correction(sealed, by=me_officer, at=AT, field="plans", text="ㅇ 받지 않은 글")
    builders.decide_correction(declined, by=coordinator, at=AT, approve=False)
    for user, sees in ((me_officer, True), (coordinator, True), (reader, False), (msit_officer, False)):
        html = visitor(user).get(f"/reports/{sealed.pk}/").content.decode()
        assert ("아직 모르는" in html, "받지 않은" in html) == (sees, sees), user
        assert (f"asked-{asked.pk}" in html, "Declined" in html) == (sees, sees), user
    for user in (reader, msit_officer, me_officer):
        table = visitor(user).get(TABLE).content.decode()
        assert "Nothing of this round was corrected." in table
        assert "/decide/" not in table
        assert "corrections/" not in visitor(user).get("/rounds/").content.decode()
    rows = page(visitor(reader).get("/rounds/1/record/")).one("table").one("tbody").all("tr")[-3:]
    assert all("between ministry and office" in row.text and "ME-01" not in row.text for row in rows)
    rows = page(visitor(coordinator).get("/rounds/1/record/")).one("table").one("tbody").all("tr")[-3:]
    assert all("ME-01" in row.text for row in rows)


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("coordinator", {"people", "comment"}),
        ("me_officer", {"people", "comment"}),
        ("reader", {"people"}),
        ("msit_officer", set()),
    ],
)
def test_who_asked_and_who_decided_is_not_for_other_ministries(
    sealed, me_officer, coordinator_2, name, sees, request: pytest.FixtureRequest
):
    """People: the office, the readers and the lead. The office's comment: itself and the lead. The rest is everyone's."""
    row = builders.ask_correction(sealed, by=me_officer, at=AT, text="ㅇ 새 글", reason="오기")
    key, comment = builders.key(), "확인함"
    workflow.decide_correction(row.pk, by=coordinator_2, at=AT, key=key, approve=True, comment=comment)
    browser = visitor(request.getfixturevalue(name))
    body = page(browser.get(f"/reports/{sealed.pk}/")).one("article", id="correction-1")
    line = page(browser.get(TABLE)).one("tr", id="no-1")
    for shown in (body, line):
        assert len([time for time in shown.all("time") if time["datetime"].startswith("2021-03-16")]) == 2
        assert all(words in shown.text for words in ("오기", "새 글"))
        assert ["Kim Haneul" in shown.text, "Yoon Seul" in shown.text] == ["people" in sees] * 2
    assert (comment in body.text) == ("comment" in sees)
    assert (comment in browser.get(f"/reports/{sealed.pk}/").content.decode()) == ("comment" in sees)
    assert comment not in line.text


def test_counts_lead_to_the_table(sealed, corrected, me_officer, coordinator, reader):
    builders.ask_correction(sealed, by=me_officer, at=AT, field="plans")
    for user, words, menu in (
        (reader, "1 correction", "Rounds"),
        (coordinator, "1 correction · 1 waiting", "Rounds 1"),
    ):
        browser = visitor(user)
        rounds = page(browser.get("/rounds/"))
        assert words in " ".join(rounds.one("a", href=TABLE).text.split())
        assert rounds.one("nav", class_="gnb").one("a", aria_current="page").text == menu
        record = page(browser.get("/rounds/1/record/"))
        assert record.one("a", href=TABLE).text == "1"
        assert page(browser.get("/rounds/1/")).one("a", href=TABLE).text == "Corrections 1"
    assert dead_links(visitor(coordinator), visitor(coordinator).get(TABLE)) == []


@pytest.mark.parametrize(("language", "words"), [("en", "Nothing of this round was corrected."), ("ko", "")])
def test_an_empty_table_says_what_a_correction_is(reader, language, words):
    found = page(visitor(reader, language=language).get(TABLE))
    assert words in found.one("div", class_="empty-page").text
    assert not found.all("button", data_print="")
    assert found.one("div", class_="empty-page").one("a")["href"] == "/rounds/1/"


def test_the_history_tells_who_decided_what(sealed, corrected, me_officer):
    steps = page(visitor(me_officer).get(f"/reports/{sealed.pk}/")).one("ol", class_="steps").all("li")
    assert "Correction asked for" in steps[-2].text
    assert "Approved · Correction 1" in steps[-1].text


def test_stored_scripts_are_text(task_force, sealed, me_officer, coordinator, reader):
    """The corpus in text, reason and comment, before and after the decision, also in the refused forms."""
    evil = "\n".join(XSS)
    row = builders.ask_correction(sealed, by=me_officer, at=AT, text=evil, reason=evil)
    other = builders.ask_correction(sealed, by=me_officer, at=AT, field="plans", text=evil, reason=evil)
    readers: list[tuple[Any, list[str]]] = [
        (me_officer, [f"/reports/{sealed.pk}/"]),
        (coordinator, [TABLE, f"/reports/{sealed.pk}/", "/rounds/1/record/"]),
        (reader, [TABLE, f"/reports/{sealed.pk}/"]),
    ]
    visitor(coordinator).post(f"/corrections/{other.pk}/decide/", {"decision": "declined", "comment": evil})
    for _before_and_after in range(2):
        for user, addresses in readers:
            for address in addresses:
                lifeless(visitor(user).get(address), address)
        if not CorrectionDecision.objects.filter(correction=row).exists():
            builders.decide_correction(row, by=coordinator, at=AT)
    assert "alert(1)" in visitor(reader).get(TABLE).content.decode()
    lifeless(visitor(me_officer).get(ask_page(sealed)), "the form")
    sent = {"field": evil, "text": evil, "reason": evil * 9}
    lifeless(visitor(me_officer).post(ask_page(sealed), sent), "the refused form")
    late = {"decision": evil, "comment": evil}
    lifeless(visitor(coordinator).post(f"/corrections/{row.pk}/decide/", late), "the refused decision")


def test_a_page_asks_as_much_for_ten_as_for_one(task_force, me_officer, coordinator, reader):
    """quality.md 28: the number of queries does not grow with the number of corrections."""
    report = task_force.first["ME-01"]
    pages = ((reader, TABLE), (coordinator, TABLE), (reader, f"/reports/{report.pk}/"), (coordinator, "/rounds/"))

    def queries() -> list[int]:
        found = []
        for user, address in pages:
            browser = visitor(user)
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(address).status_code == 200
            found.append(len(asked))
        return found

    made = []
    for code in ("ME-01", "ME-02", "ME-03", "ME-04"):
        for turn in range(3):
            row = builders.ask_correction(report, by=me_officer, at=AT, text=f"ㅇ {code} {turn}")
            builders.decide_correction(row, by=coordinator, at=AT)
        builders.ask_correction(task_force.first[code], by=me_officer, at=AT, field="plans")
        made.append(queries())
    assert made[0] == made[-1]
