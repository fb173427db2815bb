"""Tags of the agenda's pages."""

from django import template

from ..agenda_forms import FIELDS

register = template.Library()


@register.simple_tag
def problem_names(row: str) -> dict[str, str]:
    """The names of one figure's fields in the form, by field: `{"number": "f0-number", …}`."""
    return {name: f"{row}-{name}" for name in FIELDS}
