"""The whole life of an opinion in a real browser: sent by somebody without an account, admitted and given out by the
office, answered by the ministry, and looked up by its number."""

import re

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from meetings.models import Opinion, OpinionSender

from .conftest import Visit, Visitor, tab_to
from .test_pages import SIZES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "ㅇ 순환경제 이행계획에 재사용 목표를 담아 주시기 바람 (표본)"
ANSWER = "ㅇ 이행계획에 재사용 목표를 일부 담음 (표본)"
NAME, EMAIL = "표본 시민 1", "sample.citizen@example.org"


def send(citizen: Visitor) -> str:
    """As one types; once refused, because nobody was told whom it speaks for. Returns the number."""
    page = citizen.page
    page.goto("/accounts/login/")
    page.click("main a[href='/opinions/send/']")
    page.fill("#text", WORDS)
    page.click("#tasks details:has(input[value='ME-04']) summary")
    page.check("#tasks input[value='ME-04']")
    page.fill("#name", NAME)
    page.fill("#email", EMAIL)
    page.click("main form button.medium")
    expect(page.locator(".note-box.error")).to_be_visible()
    expect(page.locator("#text")).to_have_value(WORDS)
    page.check("[name=group][value=citizens]")
    page.check("#consents")
    page.click("main form button.medium")
    page.wait_for_url("**/opinions/sent/")
    return page.locator(".number-of").inner_text()


def look_up(citizen: Visitor, number: str) -> str:
    page = citizen.page
    page.goto("/opinions/lookup/")
    page.fill("#number", number)
    page.press("#number", "Enter")
    return page.locator(".found").inner_text()


def moderate(office: Visitor, number: str) -> None:
    """From the list of what waits to the ministry that answers."""
    page = office.page
    page.goto("/opinions/?state=waiting")
    page.locator("main a", has_text=number).or_(page.locator("main tr", has_text="표본").locator("a")).first.click()
    expect(page.locator(".moderation")).to_contain_text(EMAIL)
    page.click(".moderation form button")
    expect(page.locator("#messages")).to_be_visible()
    page.click("main a[href$='/change/']")
    page.select_option("[name=ministry]", "ME")
    page.fill("[name=due_on]", "2021-03-31")
    page.click("main form p.acts button")
    page.wait_for_url(re.compile(r"/opinions/\d+/$"))


def answer(ministry: Visitor, pk: int) -> None:
    page = ministry.page
    page.goto(f"/opinions/{pk}/")
    assert EMAIL not in page.content()
    page.check("[name=kind][value=partly]")
    page.fill("[name=reason]", ANSWER)
    page.click("main form button.krds-btn")
    expect(page.locator(".wrote")).to_contain_text(ANSWER)


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without"])
def test_the_life_of_an_opinion(demo_portal: LiveServer, visit: Visit, js: bool) -> None:
    citizen = visit(js=js)
    number = send(citizen)
    opinion = Opinion.objects.get(number=number)
    assert "국무조정실 확인 중" in look_up(citizen, number)
    ministry = visit(js=js).sign_in("me-officer")
    assert (gone := ministry.page.goto(f"/opinions/{opinion.pk}/"))
    assert gone.status == 404
    office = visit(js=js).sign_in("coordinator")
    moderate(office, number)
    answer(ministry, opinion.pk)
    told = look_up(citizen, number.lower().replace("-", ""))
    assert ANSWER in told
    assert "환경부" in told
    assert WORDS not in citizen.page.content()
    # Asked for by the number, the sender and the words go; the answer stays.
    office.page.goto(f"/opinions/{opinion.pk}/")
    office.page.click(".moderation a[href$='/remove/']")
    office.page.check("[name=words]")
    office.page.click("main form p.send button")
    office.page.wait_for_url(f"**/opinions/{opinion.pk}/")
    assert WORDS not in office.page.content()
    assert not OpinionSender.objects.filter(opinion=opinion).exists()
    assert ANSWER in look_up(citizen, number)


@pytest.mark.parametrize(("locale", "width"), SIZES)
def test_the_pages_are_good_to_look_at(demo_portal: LiveServer, visit: Visit, locale: str, width: int) -> None:
    """axe, the width and the headings: empty, refused, sent, looked up in vain and with success."""
    citizen = visit(width=width, locale=locale)
    page, wrong = citizen.page, []
    page.goto("/opinions/send/")
    wrong += citizen.look("send")
    page.click("main form button.medium")
    wrong += citizen.look("refused")
    number = send(citizen)
    wrong += citizen.look("sent")
    page.goto("/opinions/lookup/")
    wrong += citizen.look("look up")
    look = "main form button.medium"
    page.fill("#number", "P-0000-0000-0000")
    page.click(look)
    wrong += citizen.look("in vain")
    look_up(citizen, number)
    wrong += citizen.look("found")
    office = visit(width=width, locale=locale).sign_in("coordinator")
    pk = Opinion.objects.get(number=number).pk
    for path in ("", "reject/", "remove/"):
        office.page.goto(f"/opinions/{pk}/{path}")
        wrong += office.look(path or "opinion")
    assert wrong == []


def test_by_keyboard_alone(demo_portal: LiveServer, visit: Visit) -> None:
    """The trap is no stop on the way."""
    page = visit().page
    page.goto("/opinions/send/")
    tab_to(page, "[name=group]")
    page.keyboard.press("Space")
    tab_to(page, "#text")
    page.keyboard.type("표본 의견")
    tab_to(page, "main form button.medium")
    assert page.input_value("[name=second_homepage]") == ""
    page.keyboard.press("Enter")
    page.wait_for_url("**/opinions/sent/")
    assert Opinion.objects.get(words__text="표본 의견").group == "industry"
