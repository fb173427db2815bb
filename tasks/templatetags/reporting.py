"""Lights and states as every page draws them."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from tasks.models import Light, State

register = template.Library()


@register.filter
def as_light(value: str) -> Light | None:
    """The stored value as a Light with `.label` and `.css`; None for an empty one."""
    return Light(value) if value else None


@register.filter
def as_state(value: str) -> State | None:
    return State(value) if value else None


@register.inclusion_tag("components/light.html")
def light(value: Any, *, was: bool = False, bare: bool = False) -> dict[str, Any]:
    """A light: shape, colour and words; `was` draws last round's pale, `bare` hides the words."""
    return {"light": Light(value) if value else None, "was": was, "bare": bare}


@register.inclusion_tag("components/state.html")
def state(value: Any, label: str = "") -> dict[str, Any]:
    """A state's badge; `label` where a derived state has its own word (resubmitted, no reply)."""
    return {"state": State(value), "label": label or State(value).label}


@register.filter
def verb_word(verb: str) -> str:
    """An event's verb as a word for people."""
    words = {
        "prepare": _("Roster fixed"),
        "submit": _("Submitted"),
        "ask_sign_off": _("Sign-off requested"),
        "sign_off": _("Signed off and submitted"),
        "send_back": _("Sent back by the approver"),
        "withdraw": _("Withdrawn"),
        "open_for_review": _("Opened for review"),
        "return_for_changes": _("Returned"),
        "accept": _("Accepted"),
        "reopen": _("Acceptance taken back"),
        "freeze": _("Frozen"),
    }
    return words.get(verb, verb)
