"""The public's form and the look-up: what is kept, what is refused, floods, machines and hostile input."""

import json
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections
from django.urls import reverse
from post_office.models import Email

from meetings import workflow
from meetings.models import Disposition, Opinion, OpinionSender, OpinionText
from meetings.opinions import looking_up, subjects
from ministries import public
from ministries.backends import PostedPeople
from ministries.models import User
from outbox import sending
from records.errors import KeyReused
from records.models import Event, Receipt
from tests.builders import key
from tests.meetings import public_scene as scene
from tests.pages import page, visitor
from tests.tasks import candidates_scene
from tests.tasks.test_bad_input import MEGABYTE, STRANGE
from tfportal.settings import base


@pytest.fixture(autouse=True)
def _in_the_domain(task_force, domain_time):
    """The cast, on Tuesday 16 March 2021 at 14:00: round 1 is frozen, so its tasks can be named."""


@pytest.fixture
def limited(settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS
    cache.clear()


def shown(answer: Any, name: str) -> str:
    """What stands in a field of the page."""
    field = page(answer).one("input", "textarea", "select", id=name)
    if field.tag == "select":
        return next((row["value"] for row in field.all("option") if "selected" in row), "")
    return field.raw_text.removeprefix("\n") if field.tag == "textarea" else field["value"]


def ticked(answer: Any) -> list[str]:
    """The tasks that are chosen; a sector with one of them is open."""
    opened = [one for one in page(answer).one("div", id="tasks").all("details") if "open" in one.attrs]
    return [box["value"] for one in opened for box in one.all("input") if "checked" in box.attrs]


def number_of(client: Any) -> str:
    return page(client.get(scene.SENT)).one("p", class_="number-of").text


# What is kept


def test_an_opinion_waits_for_the_office_and_its_sender_gets_a_number(at):
    client = scene.browser()
    answer = client.post(scene.SEND, scene.typed())
    assert (answer.status_code, answer.headers["Location"]) == (302, scene.SENT)
    opinion = Opinion.objects.get()
    assert (opinion.state, opinion.channel, opinion.said_on, opinion.received_at) == (
        "waiting",
        "portal",
        at.date(),
        at,
    )
    assert [row.task.code for row in opinion.of_tasks.all()] == ["ME-01"]
    assert (opinion.words.text, opinion.sender.name, opinion.sender.email) == (scene.WORDS, scene.NAME, scene.EMAIL)
    assert opinion.sender.consented_at == at
    assert number_of(client) == opinion.number
    assert scene.differences(opinion) == []


def test_whoever_gives_no_name_is_not_kept():
    client = scene.browser()
    client.post(scene.SEND, scene.typed(name="", email="", consents=None))
    assert Opinion.objects.count() == 1
    assert not OpinionSender.objects.exists()
    assert not Email.objects.exists()
    assert "on its way" not in page(client.get(scene.SENT)).text


def test_the_number_is_mailed_and_nothing_else(mailoutbox):
    client = scene.browser()
    client.post(scene.SEND, scene.typed())
    assert "on its way" in page(client.get(scene.SENT)).text
    sending.send_due()
    (mail,) = mailoutbox
    assert mail.to == [scene.EMAIL]
    assert Opinion.objects.get().number in mail.body
    for typed in (scene.WORDS, scene.NAME, scene.ORGANISATION):
        assert typed not in mail.body + mail.subject


def test_nothing_of_it_stands_in_the_record():
    """Neither in events nor in receipts, and no digest that somebody who guesses could check."""
    scene.browser().post(scene.SEND, scene.typed())
    kept = json.dumps([row.data for row in Event.objects.filter(verb="send_opinion")], ensure_ascii=False)
    for typed in (scene.WORDS, scene.NAME, scene.EMAIL, scene.ORGANISATION):
        assert typed not in kept
    assert len({row.body_sha256 for row in Receipt.objects.filter(verb="send_opinion")}) == 1
    scene.browser().post(scene.SEND, scene.typed(text="ㅇ 다른 의견 (표본)"))
    assert len({row.body_sha256 for row in Receipt.objects.filter(verb="send_opinion")}) == 1
    assert len({row.digest for row in Opinion.objects.all()}) == 2


def test_the_page_after_sending_is_ones_own():
    scene.browser().post(scene.SEND, scene.typed())
    assert scene.browser().get(scene.SENT).headers["Location"] == scene.SEND


def test_only_what_was_published_can_be_named():
    """MSIT-02 is new in the open round, and stands on no page of the public."""
    form = page(scene.browser().get(scene.SEND))
    codes = [row["value"] for row in form.one("div", id="tasks").all("input")]
    assert "ME-01" in codes
    assert "MSIT-02" not in codes
    assert scene.browser().post(scene.SEND, scene.typed(tasks="MSIT-02")).status_code == 422
    assert scene.browser().post(scene.SEND, scene.typed(scenario="S1")).status_code == 422
    assert not Opinion.objects.exists()


def test_an_opinion_is_about_several_tasks_of_several_sectors(at):
    sent = scene.typed() | {"tasks": ["FSC-01", "ME-02", "ME-01", "ME-01"]}
    client = scene.browser()
    for _click in range(2):
        assert client.post(scene.SEND, sent).status_code == 302
    opinion = Opinion.objects.get()
    assert [row.task.code for row in opinion.of_tasks.all()] == ["FSC-01", "ME-01", "ME-02"]
    assert scene.differences(opinion) == []


def test_too_many_tasks_are_refused_and_stay_ticked():
    codes = [f"ME-{number:02}" for number in range(1, 22)]
    answer = scene.browser().post(scene.SEND, scene.typed() | {"tasks": codes})
    assert answer.status_code == 422
    assert page(answer).one("p", id="tasks-error").text
    assert "ME-01" in ticked(answer)


# What is refused, with what was typed


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("group", ""),
        ("group", "everybody"),
        ("text", " \u200b "),
        ("text", "가" * 5_001),
        ("text", "a\x00b"),
        ("organisation", "a\nb"),
        ("organisation", "가" * 151),
        ("name", "홍\x00"),
        ("name", "\u202egnoH"),
        ("email", "nobody"),
        ("email", "a@example.org,b@example.org"),
        ("email", '"a,b"@example.org'),
        ("email", "a@example.org\nBcc: b@example.org"),
        ("email", "a" * 400 + "@example.org"),
        ("tasks", "a\x00b"),
        ("tasks", "ME-99"),
        ("scenario", "없음"),
        ("consents", None),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(name, value):
    sent = scene.typed(**{name: value})
    answer = scene.browser().post(scene.SEND, sent)
    assert answer.status_code == 422
    assert page(answer).one("p", id=f"{name}-error").text
    for field in {"text", "organisation", "name", "email"} - {name}:
        assert shown(answer, field) == sent[field]
    assert ticked(answer) == ([] if name == "tasks" else ["ME-01"])
    if name in ("text", "organisation", "name", "email"):
        assert shown(answer, name) == sent[name].replace("\r\n", "\n")
    assert page(answer).one("input", name="key")["value"] == sent["key"]
    assert not Opinion.objects.exists()
    assert not Event.objects.filter(verb="send_opinion").exists()


def test_a_refused_form_is_mended_under_its_key():
    client, sent = scene.browser(), scene.typed(group="")
    client.post(scene.SEND, sent)
    assert client.post(scene.SEND, sent | {"group": "civic"}).status_code == 302
    assert Opinion.objects.count() == 1


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE.keys())
def test_strange_texts_are_kept_as_they_are(text):
    answer = scene.browser().post(scene.SEND, scene.typed(text=f"ㅇ {text}"))
    assert answer.status_code == 302
    assert OpinionText.objects.get().text == unicodedata.normalize("NFC", f"ㅇ {text}").strip()


def test_decomposed_hangul_and_other_line_ends_are_stored_as_everywhere():
    scene.browser().post(scene.SEND, scene.typed(text=unicodedata.normalize("NFD", "첫째 줄\r\n둘째 줄")))
    assert OpinionText.objects.get().text == "첫째 줄\n둘째 줄"


def test_a_megabyte_in_every_field():
    for name in ("text", "organisation", "name", "email", "group", "tasks", "scenario", "key", "consents"):
        answer = scene.browser().post(scene.SEND, scene.typed(**{name: MEGABYTE}))
        assert answer.status_code == (302 if name in ("key", "consents") else 422), name
    assert scene.browser().post(scene.LOOK_UP, {"number": MEGABYTE}).status_code == 422
    assert Opinion.objects.count() == 2


def test_fields_that_the_form_does_not_have_are_ignored(me):
    more = {"state": "admitted", "ministry": str(me.pk), "number": "P-1", "version": "7", "channel": "letter"}
    scene.browser().post(scene.SEND, scene.typed(**more))
    opinion = Opinion.objects.get()
    assert (opinion.state, opinion.ministry, opinion.version, opinion.channel) == ("waiting", None, 0, "portal")


def test_a_form_from_elsewhere_is_refused():
    client = scene.browser(enforce_csrf_checks=True)
    answer = client.post(scene.SEND, scene.typed(), headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert scene.WORDS not in answer.content.decode()
    assert not Opinion.objects.exists()


def test_an_old_token_keeps_the_text():
    client = scene.browser(enforce_csrf_checks=True)
    answer = client.post(scene.SEND, scene.typed(), headers={"Origin": "http://testserver"})
    assert answer.status_code == 403
    assert scene.WORDS in answer.content.decode()


# Twice


def test_a_second_click_is_the_same_opinion(limited):
    client, sent = scene.browser(), scene.typed()
    for _click in range(8):  # more than an address may send within an hour
        assert client.post(scene.SEND, sent).status_code == 302
    opinion = Opinion.objects.get()
    assert number_of(client) == opinion.number
    assert "on its way" in page(client.get(scene.SENT)).text
    assert Email.objects.filter(to=scene.EMAIL).count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_are_one_opinion_and_none_is_told_otherwise(limited):
    """Each press of an impatient finger arrives by itself; the limit counts forms, not presses."""
    sent = scene.typed()

    def press(_no: int) -> int:
        try:
            return scene.browser().post(scene.SEND, sent).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(press, range(8))) == {302}
    assert Opinion.objects.count() == 1
    for _more in range(4):
        assert scene.browser().post(scene.SEND, scene.typed()).status_code == 302, "one was counted, not eight"


@pytest.mark.parametrize(
    "change", [{"text": "ㅇ 다른 글"}, {"name": "다른 이"}, {"tasks": "ME-02"}, {"group": "experts"}]
)
def test_the_same_key_with_something_else_is_refused(change):
    client, sent = scene.browser(), scene.typed()
    client.post(scene.SEND, sent)
    answer = client.post(scene.SEND, sent | change)
    assert answer.status_code == 422
    assert page(answer).one("input", name="key")["value"] not in ("", sent["key"])
    assert Opinion.objects.count() == 1


def test_a_late_repetition_is_still_known_after_the_words_are_gone(at, coordinator):
    sent, same = workflow.Sent(**scene.WHOLE), key()
    opinion = workflow.opinion_of(workflow.send_opinion(sent, at=at, key=same))
    workflow.remove_personal_data(opinion.pk, words=True, organisation=True, by=coordinator, at=at, key=key())
    assert workflow.opinion_of(workflow.send_opinion(sent, at=at, key=same)) == opinion


def test_somebody_elses_key_gives_nothing_away(at):
    same = key()
    workflow.send_opinion(workflow.Sent(**scene.WHOLE), at=at, key=same)
    with pytest.raises(KeyReused):
        workflow.send_opinion(workflow.Sent(**scene.WHOLE | {"text": "?"}), at=at, key=same)


# Floods and machines


def test_one_address_sends_five_an_hour_and_others_go_on(limited):
    answers = [scene.browser().post(scene.SEND, scene.typed(text=f"ㅇ {n}")) for n in range(7)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429] * 2
    assert shown(answers[-1], "text") == "ㅇ 6"
    assert "in an hour" in page(answers[-1]).one("div", class_="note-box error").text
    assert answers[-1].headers["Retry-After"] == "3600"
    assert Opinion.objects.count() == 5
    assert scene.browser("203.0.113.2").post(scene.SEND, scene.typed()).status_code == 302
    assert scene.browser().get(scene.SEND).status_code == 200
    assert scene.browser().post("/accounts/login/", {"login": "x", "password": "y"}).status_code == 200


def test_what_is_refused_anyway_counts_for_nobody(limited):
    for _try in range(9):
        assert scene.browser().post(scene.SEND, scene.typed(group="")).status_code == 422
    assert scene.browser().post(scene.SEND, scene.typed()).status_code == 302


def test_there_is_a_ceiling_for_all_together(limited, settings):
    settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS | {"send_opinion_by_all": "3/h/key"}
    answers = [scene.browser(f"203.0.113.{n}").post(scene.SEND, scene.typed()) for n in range(1, 6)]
    assert [answer.status_code for answer in answers] == [302] * 3 + [429] * 2
    assert shown(answers[-1], "text") == scene.WORDS


def test_an_address_of_ipv6_is_its_network(limited):
    """Whoever has a network has more addresses than there are opinions."""
    answers = [scene.browser(f"2001:db8::{n}").post(scene.SEND, scene.typed()) for n in range(1, 8)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429] * 2


def test_nobody_is_flooded_with_mail(limited):
    """Somebody else's address in the form: three mails a day, whoever sends; the opinions are taken all the same."""
    for n in range(1, 6):
        scene.browser(f"203.0.113.{n}").post(
            scene.SEND, scene.typed(email=scene.EMAIL.upper() if n % 2 else scene.EMAIL)
        )
    assert (Opinion.objects.count(), Email.objects.filter(notice__isnull=True).count()) == (5, 3)


def test_behind_a_proxy_the_address_is_the_one_that_it_names(limited, settings):
    """A forged entry counts for nothing: the proxy's own is the last."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    answers = []
    for n in range(7):
        passed_on = {"X-Forwarded-For": f"198.51.100.{n}, 192.0.2.7"}
        answers.append(scene.browser("127.0.0.1").post(scene.SEND, scene.typed(), headers=passed_on).status_code)
    assert answers == [302] * 5 + [429] * 2
    other = scene.browser("127.0.0.1").post(scene.SEND, scene.typed(), headers={"X-Forwarded-For": "192.0.2.8"})
    assert other.status_code == 302


def test_what_fills_in_the_hidden_field_is_answered_and_not_kept(limited):
    client = scene.browser()
    answer = client.post(scene.SEND, scene.typed(second_homepage="https://spam.example"))
    assert (answer.status_code, answer.headers["Location"]) == (302, scene.SENT)
    assert number_of(client).startswith("P-")
    assert not Opinion.objects.exists()
    assert not Email.objects.exists()
    answers = [client.post(scene.SEND, scene.typed(second_homepage="x")).status_code for _more in range(6)]
    assert answers[-1] == 429


# The look-up


def looked_up(number: str, client: Any = None) -> Any:
    return (client or scene.browser()).post(scene.LOOK_UP, {"number": number})


def test_each_state_in_words_and_never_what_was_said(at, coordinator, me):
    opinion = scene.sent(at=at)
    told = [page(looked_up(opinion.number.lower().replace("-", " "))).text]
    workflow.reject_opinion(opinion.pk, reason="반복하여 보낸 의견임", by=coordinator, at=at, key=key(), version=0)
    told.append(page(looked_up(opinion.number)).text)
    workflow.admit_opinion(opinion.pk, by=coordinator, at=at, key=key(), version=1)
    told.append(page(looked_up(opinion.number)).text)
    Opinion.objects.filter(pk=opinion.pk).update(ministry=me, due_on=at.date())
    told.append(page(looked_up(opinion.number)).text)
    deed: dict[str, Any] = {"opinion": opinion, "ministry": me, "by": coordinator, "at": at}
    Disposition.objects.create(kind="later", reason="중장기 과제로 검토함", **deed)
    told.append(page(looked_up(opinion.number)).text)
    Disposition.objects.create(kind="partly", reason="이행계획에 일부 담음", **deed)
    told.append(page(looked_up(opinion.number)).text)
    wanted = [
        "office is looking at it",
        "반복하여",
        "is being named",
        "in charge is looking",
        "중장기 과제로",
        "일부 담음",
    ]
    for text, words in zip(told, wanted, strict=True):
        assert words in text
        assert "Tue 16 Mar 2021" in text
        for kept in (scene.WORDS, scene.NAME, scene.EMAIL, scene.ORGANISATION):
            assert kept not in text
    assert "Ministry of Environment" in told[-1]
    assert "반복하여" not in told[2]


def test_every_wrong_number_is_told_the_same(at):
    opinion = scene.sent(at=at)
    other = opinion.number[:-1] + ("0" if opinion.number[-1] != "0" else "1")
    answers = [looked_up(number) for number in (other, "P-0000-0000-0000", "1", "", "가", "' OR 1=1 --", "\x00")]
    assert {answer.status_code for answer in answers} == {422}
    assert len({page(answer).one("div", class_="note-box error").text for answer in answers}) == 1


def test_trying_numbers_ends_and_others_go_on(limited, at):
    """Twenty wrong ones an hour, of 2⁶⁰; then even a right one is not told, so that nothing is learnt."""
    opinion, client = scene.sent(at=at), scene.browser()
    assert {looked_up(f"P-0000-0000-{n:04}", client).status_code for n in range(20)} == {422}
    assert [looked_up(number, client).status_code for number in ("P-0000-0000-0000", opinion.number)] == [429, 429]
    assert looked_up(opinion.number, scene.browser("203.0.113.9")).status_code == 200


def test_right_numbers_are_not_counted(limited, at):
    opinion = scene.sent(at=at)
    assert {looked_up(opinion.number).status_code for _n in range(25)} == {200}


def test_what_may_be_known_holds_no_words():
    """The control: a column added to the answer has to be thought about."""
    names = set(looking_up.Found.__dataclass_fields__)
    assert names == {"number", "received_at", "state", "kind", "reason", "ministry", "decided_on", "about", "removals"}


# The account


def test_nobody_signs_in_with_the_publics_account(administrator):
    account = public.account()
    assert account == public.account()
    assert not account.is_active
    assert not account.has_usable_password()
    User.objects.filter(pk=account.pk).update(is_active=True)
    account.refresh_from_db()
    assert PostedPeople().get_user(account.pk) is None
    assert not PostedPeople().user_can_authenticate(account)
    assert visitor(account).get("/").status_code == 302


def test_nobody_makes_it_an_officer(administrator):
    account, client = public.account(), visitor(administrator)
    for path in ("/admin/ministries/posting/add/", "/admin/ministries/delegation/add/"):
        answer = client.get(path)
        assert answer.status_code in (200, 403)
        assert public.USERNAME not in answer.content.decode()
    assert public.USERNAME not in client.get("/admin/ministries/user/").content.decode()
    assert client.get(reverse("admin:ministries_user_change", args=[account.pk])).status_code == 302
    posted = {"user": account.pk, "role": "coordinator", "starts_on": "2021-01-01"}
    assert client.post("/admin/ministries/posting/add/", posted).status_code == 200
    assert not account.postings.exists()


def test_no_person_can_be_given_its_name(administrator):
    form = {"username": public.USERNAME, "usable_password": "false", "postings-TOTAL_FORMS": 0}
    form |= {"postings-INITIAL_FORMS": 0}
    answer = visitor(administrator).post("/admin/ministries/user/add/", form)
    assert answer.status_code == 200
    assert not User.objects.filter(username=public.USERNAME).exists()


def test_the_sign_in_page_leads_to_the_form():
    assert page(scene.browser().get("/accounts/login/")).all("a", href=scene.SEND)


def test_what_was_adopted_since_is_not_public_until_a_round_told_of_it(me, me_officer, coordinator):
    """Its source is the portal's own call, which nobody outside has read."""
    call = candidates_scene.call(me, by=coordinator)
    task = candidates_scene.adopt(candidates_scene.propose(call, me, by=me_officer), by=coordinator)
    assert task.source
    assert task not in subjects.tasks()
    assert scene.browser().post(scene.SEND, scene.typed(tasks=task.code)).status_code == 422
