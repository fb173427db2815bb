"""What is wrong with posted fields, by field: the texts that every form has, and the refusal of them all at once."""

from records.errors import Invalid
from tfportal.fields import NOT_ONE_LINE, UNSEEMLY

from . import content
from .models.reporting import TEXT_LIMIT

Problems = dict[str, list[str]]


def text_problem(text: str, *, empty: str = "", limit: int = TEXT_LIMIT) -> list[str]:
    """What is wrong with a normalised text: nothing, or one message. `empty`: what to say where there is none; left
    out, it may be empty."""
    found = content.text_problem(text, limit, empty=empty)
    return [found] if found else []


def line_problem(text: str, limit: int, *, empty: str = "") -> list[str]:
    """The same for a text of one line."""
    found = text_problem(text, empty=empty, limit=limit)
    return found or ([str(NOT_ONE_LINE)] if UNSEEMLY.search(text) else [])


def refuse(problems: Problems) -> None:
    """Raises Invalid where any field has a problem."""
    found = {name: texts for name, texts in problems.items() if texts}
    if found:
        raise Invalid(found)
