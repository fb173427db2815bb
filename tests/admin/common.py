"""How the tests of the admin read its pages, and the forms that several of them send."""

from datetime import date
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags

from ministries.models import Ministry, MinistryName, Posting
from records.models import Event

TODAY = date(2021, 3, 16)


def address(name: str, *args: Any) -> str:
    return reverse(f"admin:{name}", args=args)


def words(response: Any) -> str:
    """The page as a person reads it."""
    return " ".join(unescape(strip_tags(response.content.decode())).split())


def rows(response: Any) -> list[str]:
    """What a list shows, by the objects' names."""
    with translation.override("en"):
        return [str(row) for row in response.context["cl"].result_list]


def fields_of(response: Any) -> dict[str, Any]:
    """What a browser would send back from a change page on which nobody typed."""
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    sent: dict[str, Any] = {}
    for form in forms:
        for bound in form:
            value = bound.value()
            if not bound.field.disabled and value is not None and value is not False:
                sent[bound.html_name] = value.isoformat() if isinstance(value, date) else value
    return sent


def events(verb: str = "") -> list[Event]:
    found = Event.objects.filter(stream__key="reference").order_by("seq")
    return list(found.filter(verb=verb) if verb else found)


def said(event: Event) -> dict[str, Any]:
    """What an event says beside the office that its actor held."""
    assert event.data["as"] == [{"role": "administrator"}]
    return {name: value for name, value in event.data.items() if name != "as"}


def rename(client: Client, ministry: Ministry, day: str = "2021-03-01", **more: str) -> Any:
    sent = {
        "valid_from": day,
        "name_ko": "기후환경부",
        "name_en": "Ministry of Climate",
        "abbr_ko": "기후부",
        "abbr_en": "Climate",
    }
    return client.post(address("ministries_ministry_rename", ministry.pk), sent | more)


def add_name(ministry: Ministry, day: date) -> MinistryName:
    return MinistryName.objects.create(
        ministry=ministry,
        valid_from=day,
        name_ko="기후환경부",
        name_en="Ministry of Climate",
        abbr_ko="기후부",
        abbr_en="Climate",
    )


def end(client: Client, users: list[str], action: str = "end_on", **more: str) -> Any:
    ticked = list(Posting.objects.filter(user__username__in=users).values_list("pk", flat=True))
    return client.post(address("ministries_posting_changelist"), {"action": action, "_selected_action": ticked, **more})


def ends(*users: str) -> list[date | None]:
    return [Posting.objects.get(user__username=name).ends_on for name in users]
