"""Lights and states as every page draws them."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tasks.models import VERBS, Light, State
from tasks.models.reporting import LINES_WANTED, NEAR_LIMIT, TEXT_LIMIT
from tfportal.language import on_behalf

register = template.Library()


@register.filter
def as_light(value: str) -> Light | None:
    """The stored value as a Light with `.label` and `.css`; None for an empty one."""
    return Light(value) if value else None


@register.filter
def as_state(value: str) -> State | None:
    return State(value) if value else None


# Lights and states are on every line of every list: written here, they cost a tenth of what a template does.
WARNED = {Light.ATTENTION: " warn", Light.REVIEW_NEEDED: " stop"}


@register.simple_tag
def light(value: Any, *, was: bool = False, bare: bool = False) -> SafeString:
    """A light: shape, colour and words; `was` draws last round's pale, `bare` hides the words."""
    if not value:
        none = '<span class="light none"><span aria-hidden="true">–</span><span class="sr-only">{}</span></span>'
        return format_html(none, _("no light yet"))
    shown = Light(value)
    earlier = format_html('<span class="sr-only">{} </span>', _("last round")) if was else ""
    return format_html(
        '<span class="light{}"><svg class="lt {}{}" aria-hidden="true" focusable="false"><use href="#l-{}"/></svg>'
        "{}<span{}>{}</span></span>",
        "" if was else WARNED.get(shown, ""),
        shown.css,
        " was" if was else "",
        shown.css,
        earlier,
        SafeString(' class="sr-only"') if bare else "",
        shown.label,
    )


@register.simple_tag
def state(value: Any, label: str = "") -> SafeString:
    """A state's badge; `label` where a derived state has its own word (resubmitted, no reply)."""
    return format_html('<span class="state {}">{}</span>', State(value).css, label or State(value).label)


@register.inclusion_tag("components/length.html")
def length_hint(text: str, of: str) -> dict[str, Any]:
    """How long a text is, beside its field with the id `of`: lines as typed, characters near their limit."""
    text = text.strip()
    return {
        "of": of,
        "lines": text.count("\n") + 1 if text else 0,
        "characters": len(text),
        "wanted": LINES_WANTED,
        "near": NEAR_LIMIT,
        "limit": TEXT_LIMIT,
    }


@register.filter
def verb_word(verb: str) -> str:
    """An event's verb as a word for people."""
    return str(VERBS.get(verb, verb))


@register.filter
def stream_word(key: str) -> str:
    """What people call a stream: its round, or the reference data."""
    area, _slash, number = key.partition("/")
    named = {"duties": _("Duties"), "reference": _("Reference data")}
    return _("Reporting round %(no)s") % {"no": number} if area == "round" else named.get(area, key)


@register.simple_tag
def person(who: Any, holder: Any = None) -> str:
    """Who did something: "A", or "A for B" where A was B's deputy."""
    return on_behalf(who, holder)


@register.filter
def day_off(plan: Any, day: Any) -> str:
    """Why nobody works on the day of a round's plan, a date or a moment; empty where somebody does."""
    if day is None:
        return ""
    return str(plan.calendar.day_off(timezone.localdate(day) if isinstance(day, datetime) else day))


@register.simple_tag
def error_places(prefix: str, places: list[str], problems: dict[str, list[str]]) -> SafeString:
    """`components/error.html` for each place of a row, out of band: what a saved draft is answered with, by the dozen
    and every few seconds."""
    html = '<p class="err" id="{}{}-error" hx-swap-oob="true">{}</p>\n'
    return format_html_join("", html, ((prefix, place, " ".join(problems.get(place, ()))) for place in places))


# What stands around a row's form, on the page and, out of band, in the answer to a saved draft (`part`).


def _around(name: str, row: Any, part: Any, css: str, inner: SafeString) -> SafeString:
    swap = SafeString(' hx-swap-oob="true"') if part else ""
    return format_html('<span{} id="{}-{}"{}>{}</span>', SafeString(css), name, row.report.pk, swap, inner)


@register.simple_tag
def row_light(row: Any, part: Any = "") -> SafeString:
    shown, was = row.shown_light
    return _around("light", row, part, "", light(shown, was=was))


@register.simple_tag
def row_state(row: Any, part: Any = "") -> SafeString:
    return _around("state", row, part, "", state(row.report.state, row.state_word))


@register.simple_tag
def row_todo(row: Any, part: Any = "") -> SafeString:
    todo = row.todo
    strong = format_html("<b>{}</b> ", todo.strong) if todo.strong else ""
    css = ' class="todo urgent"' if todo.urgent else ' class="todo"'
    return _around("todo", row, part, css, format_html("{}{}", strong, todo.detail))
