"""Tags of the pages on which a meeting is planned and its agenda drawn up."""

from typing import Any

from django import template

from .. import field_words
from ..agenda_forms import FIELDS

register = template.Library()


@register.simple_tag
def problem_names(row: str) -> dict[str, str]:
    """The names of one figure's fields in the form, by field: `{"number": "f0-number", …}`."""
    return {name: f"{row}-{name}" for name in FIELDS}


@register.simple_tag(takes_context=True)
def problem_lines(context: template.Context) -> list[Any]:
    """The problems of the page's form, each with the name of its field; `fields_of` is its name, where it is one of
    calls or candidates."""
    told = {"form": context.get("fields_of") or "", "verdict": context.get("verdict") or ""}
    return list(field_words.lines(context.get("problems") or {}, context.get("posted") or {}, **told))
