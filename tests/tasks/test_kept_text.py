"""What was typed is not lost when the session ends or a form's token grows old; a stranger's form gets nothing back."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.template import Engine
from django.test import Client

from tasks.models import Draft
from tests import builders
from tests.builders import fresh
from tests.pages import HTMX, Fields, filled, form, page, visitor

pytestmark = pytest.mark.either

LIST, ORIGIN = "/my-tasks/", "http://testserver"
TEXT = "ㅇ 협의체 2회 개최\r\n- 관계부처 <b>3곳</b> 참석"


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: datetime) -> None:
    """Tuesday 16 March 2021, 14:00."""


@pytest.fixture
def officer(me_officer) -> Client:
    """A browser that has to bring the token of each form, as a real one does."""
    return visitor(me_officer, enforce_csrf_checks=True)


@pytest.fixture
def typed(officer, reports) -> Fields:
    """The whole page with one text typed over."""
    fields = filled(page(officer.get(LIST)), LIST)
    return fields | {f"r{reports['ME-01'].pk}-results": [TEXT], "do": ["check"]}


def shown(answer: Any) -> list[str]:
    return [row.text for row in page(answer).all("blockquote")]


def holds(answer: Any, action: str, sent: Fields) -> None:
    """The page shows the text and holds every field, to be sent once more to where it went."""
    found = page(answer)
    assert "ㅇ 협의체 2회 개최 - 관계부처 <b>3곳</b> 참석" in shown(answer)
    assert "<b>3곳" not in answer.content.decode()
    again = filled(found, action)
    assert form(found, action)["method"] == "post"
    assert {name: value for name, value in again.items() if name != "csrfmiddlewaretoken"} == {
        name: value for name, value in sent.items() if name != "csrfmiddlewaretoken"
    }


def test_a_form_with_its_token_is_taken(officer, typed):
    """The control of all that follows: the token is what counts."""
    assert officer.post(LIST, typed, headers={"origin": ORIGIN}).status_code == 302
    assert Draft.objects.get().content["results"] == TEXT.replace("\r\n", "\n")


def test_the_session_ended_while_typing(officer, typed, reports, me_officer):
    """quality.md 7: 401 with the text and the way to sign in; signed in anew, one press sends it."""
    officer.cookies.pop("sessionid")
    answer = officer.post(LIST, typed, headers={"origin": ORIGIN})
    assert answer.status_code == 401
    holds(answer, LIST, typed)
    (to_sign_in,) = [row for row in page(answer).all("a") if row["href"] == "/accounts/login/"]
    assert (to_sign_in["target"], to_sign_in["rel"]) == ("_blank", "noopener")
    assert not Draft.objects.exists()
    kept = filled(page(answer), LIST)
    officer.force_login(me_officer)  # in the other tab; the token changes with it
    answer = officer.post(LIST, kept, headers={"origin": ORIGIN})
    if answer.status_code == 403:
        answer = officer.post(LIST, filled(page(answer), LIST), headers={"origin": ORIGIN})
    assert answer.status_code == 302
    assert fresh(reports["ME-01"]).draft.content["results"] == TEXT.replace("\r\n", "\n")


def test_the_session_ended_while_typing_under_htmx(officer, typed, reports):
    """The page is still there and holds the text itself: the answer is a part that says so, put where alerts stand."""
    officer.cookies.pop("sessionid")
    report = reports["ME-01"]
    own = {name: value for name, value in typed.items() if name.startswith((f"r{report.pk}-", "csrf"))}
    answer = officer.post(f"/reports/{report.pk}/draft/", own, headers=HTMX | {"origin": ORIGIN})
    assert answer.status_code == 401
    assert answer.headers["X-Part"] == "1"
    found = page(answer)
    assert not found.all("html", "form", "h1", "textarea")
    assert found.one("a")["href"] == "/accounts/login/"


def test_the_token_grew_old_while_typing(officer, typed, reports):
    """quality.md 7: another sign-in in another tab rotates the token; one press sends the same text again."""
    old = typed | {"csrfmiddlewaretoken": ["x" * 64]}
    answer = officer.post(LIST, old, headers={"origin": ORIGIN})
    assert answer.status_code == 403
    holds(answer, LIST, old)
    again = officer.post(LIST, filled(page(answer), LIST), headers={"origin": ORIGIN})
    assert again.status_code == 302
    assert fresh(reports["ME-01"]).draft.content["results"] == TEXT.replace("\r\n", "\n")


def test_the_token_grew_old_under_htmx(officer, typed, reports):
    answer = officer.post(
        f"/reports/{reports['ME-01'].pk}/draft/",
        typed | {"csrfmiddlewaretoken": ["x" * 64]},
        headers=HTMX | {"origin": ORIGIN},
    )
    assert (answer.status_code, answer.headers["X-Part"]) == (403, "1")
    assert not page(answer).all("html", "form")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver.evil.example"},
        {"referer": "https://evil.example/a?http://testserver/"},
        {"referer": "http://[::1"},
        {},
    ],
    ids=str,
)
def test_a_form_from_elsewhere_gets_nothing_back(officer, typed, headers):
    """A stranger's page can post anything here. Given back under a valid token and the button "Send again", one trusting
    press would send the stranger's text in the person's name: that page holds neither the text nor a form for it, and
    the person's own open pages keep their token."""
    token = officer.cookies["csrftoken"].value
    answer = officer.post(LIST, typed | {"csrfmiddlewaretoken": ["x" * 64]}, headers=headers)
    assert answer.status_code == 403
    assert "협의체 2회" not in answer.content.decode()
    assert not [row for row in page(answer).all("form") if row["action"] not in ("/language/", "/accounts/logout/")]
    assert officer.cookies["csrftoken"].value == token
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("address", "status"),
    [("/my-tasks/", 403), ("/reports/{0}/draft/", 404), ("/reports/{0}/submit/", 404), ("/reports/{0}/messages/", 404)],
)
def test_the_right_ended_while_typing(officer, typed, reports, me_officer, at, address, status):
    """The text stands there to be copied; there is no form, for it would be refused again."""
    me_officer.postings.update(ends_on=at.date() - timedelta(days=1))
    answer = officer.post(
        address.format(reports["ME-01"].pk), typed | {"text": ["ㅇ 전할 말"]}, headers={"origin": ORIGIN}
    )
    assert answer.status_code == status
    assert {" ".join(TEXT.split()), "ㅇ 전할 말"} <= set(shown(answer))
    assert not page(answer).all("textarea")
    assert "Copy it" in page(answer).one("main").text


def test_what_a_strangers_page_sends_to_no_address_of_ours_is_not_shown(officer, typed):
    """No token is asked for there."""
    answer = officer.post("/nowhere/", typed, headers={"origin": "https://evil.example"})
    assert answer.status_code == 404
    assert shown(answer) == []


@pytest.mark.parametrize("signed_in", [True, False])
def test_a_password_is_never_written_onto_a_page(me_officer, signed_in):
    """The kept fields of a refused form are shown; those of the password's page are not."""
    browser = visitor(me_officer if signed_in else None, enforce_csrf_checks=signed_in)
    secrets = {"oldpassword": "Alt geheim 1!", "password1": "Neu geheim 2!", "password2": "Neu geheim 2!"}
    answer = browser.post("/accounts/password/", secrets, headers={"origin": ORIGIN})
    assert answer.status_code == (403 if signed_in else 401)
    assert "geheim" not in answer.content.decode()
    if signed_in:
        answer = browser.post(
            "/accounts/login/", {"login": "a", "password": "Neu geheim 2!"}, headers={"origin": ORIGIN}
        )
        assert answer.status_code == 403
        assert "geheim" not in answer.content.decode()


def test_a_single_korean_word_is_shown_like_any_text(officer, typed, reports):
    """Codes and versions are kept unseen; a word that somebody wrote is not one of them."""
    old = typed | {f"r{reports['ME-01'].pk}-results": ["협의완료"], "csrfmiddlewaretoken": ["x" * 64]}
    texts = shown(officer.post(LIST, old, headers={"origin": ORIGIN}))
    assert "협의완료" in texts
    assert not {"ME", "on_track", "open:ME-01", "keep"} & set(texts)


def test_the_offices_text_is_kept_as_well(coordinator, reports, me_officer, at):
    """A verdict written in a session that ended: the comment stands on the page."""
    report = builders.report_in("opened", reports["ME-01"], officer=me_officer, coordinator=coordinator, at=at)
    comment = "기준일을 밝혀 주시기 바람"
    answer = visitor().post(f"/review/{report.pk}/return/", {"comment": comment, "version": report.version})
    assert answer.status_code == 401
    assert comment in shown(answer)
    assert fresh(report).state == "submitted"


def named(answer: Any) -> dict[str, str]:
    """The kept texts by the words above them."""
    return {row.one("figcaption").text: row.one("blockquote").text for row in page(answer).all("figure")}


def test_a_kept_text_is_called_by_its_fields_name(officer, typed):
    """Task and field, as the page calls them; not `r12-results`."""
    answer = officer.post(LIST, typed | {"csrfmiddlewaretoken": ["x" * 64]}, headers={"origin": ORIGIN})
    assert named(answer)["ME-01 Results"] == " ".join(TEXT.split())


def test_signed_out_the_field_alone_is_named(officer, typed):
    """Who is not signed in gets their words back, and no code that stands behind a number."""
    officer.cookies.pop("sessionid")
    answer = officer.post(LIST, typed, headers={"origin": ORIGIN})
    words = {caption.text for caption in page(answer).all("figcaption")}
    assert "Results" in words
    assert not [word for word in words if "ME-" in word]


def test_another_ministrys_code_is_not_given_away(officer, reports):
    """A row that was never on the person's page: the text comes back without the code."""
    sent = {
        f"r{reports['MSIT-02'].pk}-results": "남의 과제",
        "letter_no": "탄소중립 제1호",
        f"r{reports['FSC-02'].pk}-m7-reason": "협의 지연",
    }
    words = named(officer.post(LIST, sent, headers={"origin": ORIGIN}))
    assert words == {"Results": "남의 과제", "Letter number": "탄소중립 제1호", "Milestones: Reason": "협의 지연"}


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes every save end in an error, as a full disk or a mistake of ours would."""

    def break_with(error: Exception) -> None:
        def fail(*_: Any, **__: Any) -> None:
            raise error

        monkeypatch.setattr("tasks.views.common.save_draft", fail)

    return break_with


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("database or disk is full"), 503),
        (OSError(28, "No space left on device"), 500),
        (RuntimeError("a mistake of ours"), 500),
    ],
)
def test_an_error_of_the_server_gives_the_text_back(officer, typed, broken, error, status):
    """quality.md 15: an error page, the text kept, to be sent again with one press."""
    broken(error)
    officer.raise_request_exception = False
    answer = officer.post(LIST, typed, headers={"origin": ORIGIN})
    assert answer.status_code == status
    holds(answer, LIST, typed)
    if status != 503:  # without a database nobody knows which task a row was of: the field alone is named
        assert named(answer)["ME-01 Results"] == " ".join(TEXT.split())
    assert not Draft.objects.exists()


def test_the_text_comes_back_without_a_database(officer, typed, broken, monkeypatch):
    """Nothing can be read either, neither names nor menu: the text stands on the page all the same."""

    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("the server closed the connection")

    broken(OperationalError("the server closed the connection"))
    monkeypatch.setattr("tasks.labels._codes", away)
    monkeypatch.setattr(Engine.get_default(), "template_context_processors", (away,))
    answer = officer.post(LIST, typed, headers={"origin": ORIGIN})
    assert answer.status_code == 503
    holds(answer, LIST, typed)


@pytest.mark.parametrize("headers", [HTMX, {"x-sure": "1"}])
def test_the_script_gets_a_part_and_leaves_the_form_alone(officer, typed, broken, headers):
    broken(RuntimeError("a mistake of ours"))
    officer.raise_request_exception = False
    answer = officer.post(LIST, typed, headers={"origin": ORIGIN, **headers})
    assert (answer.status_code, answer.headers["X-Part"]) == (500, "1")
    assert "협의체" not in answer.content.decode()


def test_an_old_token_is_renewed_for_the_same_person_only(officer, typed, me_officer):
    """The script reads who is signed in, so that nothing goes out in another person's name."""
    old = typed | {"csrfmiddlewaretoken": ["x" * 64]}
    answer = officer.post(LIST, old, headers={"origin": ORIGIN, "x-sure": "1"})
    assert (answer.status_code, answer.headers["X-Person"]) == (403, str(me_officer.pk))
    renewed = typed | {"csrfmiddlewaretoken": [answer.headers["X-CSRF-Token"]]}
    answer = officer.post(LIST, renewed, headers={"origin": ORIGIN, "x-sure": "1"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/my-tasks/check/?ministry=ME")
    answer = officer.post(LIST, old, headers={"origin": "http://elsewhere.example", "x-sure": "1"})
    assert answer.status_code == 403
    assert "X-CSRF-Token" not in answer.headers


def test_sent_already_the_check_page_leads_to_the_receipt(officer, reports, me_officer, at):
    """The answer was lost and the page is opened anew, under a new key: all is sent, and here is its receipt."""
    mine = [report for code, report in reports.items() if code.startswith("ME-")]
    due = {"milestones": builders.done(reports["ME-02"].task.milestones.get())}
    for report in mine:
        builders.write(report, by=me_officer, at=at, **(due if report.task.code == "ME-02" else {}))
    builders.submit(*mine, by=me_officer, at=at)
    found = page(officer.get("/my-tasks/check/"))
    (box,) = found.all("p", class_="note-box success")
    assert "Everything is sent already." in box.text
    assert box.one("a")["href"] == "/submissions/2-ME-0001/"
    assert "2-ME-0001" in page(officer.get(LIST)).one("section", id="dock").text


def test_signing_out_clears_the_browser(officer):
    answer = officer.post(
        "/accounts/logout/", filled(page(officer.get(LIST)), "/accounts/logout/"), headers={"origin": ORIGIN}
    )
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in officer.get("/accounts/logout/").headers


@pytest.mark.parametrize("alone", [False, True])
def test_what_was_taken_off_the_roster_meanwhile(me_officer, reports, coordinator, at, alone):
    """Which task it was and why, with what was typed into it; the other rows of the page are saved. Where the button
    of that very row was pressed, all of it stands on the page of the refusal."""
    officer, gone = visitor(me_officer), reports["ME-05"]
    sent = filled(page(officer.get(LIST)), LIST)
    sent |= {f"r{gone.pk}-results": [TEXT], f"r{reports['ME-01'].pk}-results": ["ㅇ 남는 과제"], "do": ["check"]}
    builders.remove_from_roster(gone, by=coordinator, at=at, reason="과제 통합")
    answer = officer.post(f"/reports/{gone.pk}/submit/" if alone else LIST, sent)
    assert answer.status_code == 409
    assert "ME-05 is not on the roster any more. The office’s reason: 과제 통합" in page(answer).text
    assert any("협의체 2회 개최" in text for text in shown(answer))
    drafts = Draft.objects.filter(report=reports["ME-01"])
    assert ([row.content["results"] for row in drafts] == ["ㅇ 남는 과제"]) is not alone


def test_the_reason_is_for_the_ministry_that_led_it_alone(msit_officer, reports, coordinator, at):
    """To anybody else the row is one that never was."""
    gone, browser = reports["ME-05"], visitor(msit_officer)
    builders.remove_from_roster(gone, by=coordinator, at=at, reason="과제 통합")
    for path, status in ((LIST, 409), (f"/reports/{gone.pk}/submit/", 404)):
        answer = browser.post(path, {f"r{gone.pk}-results": TEXT, f"r{gone.pk}-version": "0"})
        assert answer.status_code == status
        assert "과제 통합" not in answer.content.decode()
