"""Opinions of the public, as the page sends them; for the tests of the form, of moderation and of personal data."""

from datetime import datetime
from typing import Any

from django.test import Client
from django.urls import reverse

from meetings import workflow
from meetings.models import Opinion
from meetings.opinions.contents import OPINION
from ministries import public
from ministries.models import User
from records.verify import Run
from tests.builders import key

SEND, SENT, LOOK_UP = "/opinions/send/", "/opinions/sent/", "/opinions/lookup/"
WORDS = "ㅇ 감축 목표를 앞당겨 주시기 바람 (표본)"
NAME, EMAIL, ORGANISATION = "표본 시민 1", "sample.citizen@example.org", "표본시민모임"
WHOLE: dict[str, Any] = {
    "group": "civic",
    "text": WORDS,
    "organisation": ORGANISATION,
    "name": NAME,
    "email": EMAIL,
    "consents": True,
    "tasks": ("ME-01",),
}


def typed(**more: str | None) -> dict[str, str]:
    """What the form sends: with a sender who agrees."""
    boxes = {"consents": "on", "tasks": "ME-01"}
    given = WHOLE | boxes | {"scenario": "", "key": str(key()), "second_homepage": ""} | more
    return {name: value for name, value in given.items() if value is not None}


def browser(address: str = "203.0.113.1", **options: Any) -> Client:
    """Somebody without an account, at a network address."""
    client = Client(REMOTE_ADDR=address, **options)
    client.cookies["django_language"] = "en"
    return client


def sent(*, at: datetime, **more: Any) -> Opinion:
    """An opinion that waits for the office."""
    return workflow.opinion_of(workflow.send_opinion(workflow.Sent(**WHOLE | more), at=at, key=key()))


def admitted(by: User, *, at: datetime, **more: Any) -> Opinion:
    opinion = sent(at=at, **more)
    workflow.admit_opinion(opinion.pk, by=by, at=at, key=key(), version=0)
    opinion.refresh_from_db()
    return opinion


def raw(answer: Any) -> bytes:
    """What was answered, a page or a file."""
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def differences(opinion: Opinion) -> list[str]:
    """What the opinion's chain and its tables do not agree on."""
    run = Run(only=OPINION.key(opinion), every=True)
    for _progress in run.walk():
        pass
    return [row.line() for row in run.findings if row.is_difference]


# For the tables of verbs and of permissions: one opinion that waits, sent through the page.

ADDRESSES = ("admit_opinion", "reject_opinion", "remove_personal_data")
OPEN = ("send_opinion", "opinion_sent", "look_up_opinion")
VERBS = ("send_opinion", *ADDRESSES, "end_personal_data")


def address(name: str) -> str:
    return reverse(name, args=[Opinion.objects.latest("pk").pk] if name in ADDRESSES else [])


def body(name: str) -> dict[str, str]:
    """What the page's form would send."""
    if name == "send_opinion":
        return typed()
    if name == "look_up_opinion":
        return {"number": "P-0000-0000-0000"}
    return {"version": "0", "reason": "반복 민원", "words": "on", "key": str(key())}


def call(verb: str, *, by: User, at: datetime, key: Any) -> object:
    who: dict[str, Any] = {"by": by, "at": at, "key": key}
    opinion = Opinion.objects.order_by("pk").first()
    if verb == "send_opinion":
        return workflow.send_opinion(workflow.Sent(**WHOLE), at=at, key=key)
    assert opinion is not None
    return {
        "admit_opinion": lambda: workflow.admit_opinion(opinion.pk, version=0, **who),
        "reject_opinion": lambda: workflow.reject_opinion(opinion.pk, version=0, reason="반복 민원", **who),
        "remove_personal_data": lambda: workflow.remove_personal_data(opinion.pk, words=True, organisation=True, **who),
        "end_personal_data": lambda: workflow.end_personal_data(opinion.pk, at=at),
    }[verb]()


def of_nobody() -> User:
    """The account in whose name the public's opinions stand."""
    return public.account()
