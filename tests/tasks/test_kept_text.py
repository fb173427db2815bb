"""What was typed is not lost when the session ends or a form's token grows old; a stranger's form gets nothing back."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from tasks.models import Draft
from tests import builders
from tests.builders import fresh
from tests.pages import HTMX, Fields, filled, form, page, visitor

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
