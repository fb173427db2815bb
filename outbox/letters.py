"""From facts to the text of a mail. Facts go in literally: nothing in them is markup, and none of them has lines."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone, translation

from ministries.directory import Directory
from tfportal.language import pick

from .models import Notice

LONGEST_SUBJECT = 150  # characters


@dataclass(frozen=True)
class Letter:
    """A mail's text. The subject is one line."""

    subject: str
    body: str


class Unwritable(Exception):
    """A text that cannot be made of its facts: a fault of ours."""


def write(notice: Notice, names: Directory | None = None) -> Letter:
    """The mail in its reader's language. The first line of the template is the subject, the rest is the body. `names`:
    those of the day on which it is owed, where many are written at once.

    Raises Unwritable, whatever is wrong with template or facts: one bad text must not keep all others back.
    """
    try:
        with translation.override(notice.language()):
            template: Any = get_template(f"outbox/{notice.purpose}.txt")
            text = template.template.render(Context(_context(notice, names), autoescape=False))
    except DatabaseTrouble:
        raise
    except Exception as error:
        raise Unwritable from error
    subject, _, body = text.strip().partition("\n")
    lines = "\n".join(line.rstrip() for line in body.splitlines())
    return Letter(_shortened(one_line(subject)), re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n")


def one_line(text: str) -> str:
    """The text without control characters, and with single blanks instead of lines and tabs."""
    printable = "".join(char for char in text if char.isspace() or unicodedata.category(char) != "Cc")
    return " ".join(printable.split())


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SUBJECT else text[: LONGEST_SUBJECT - 1].rstrip() + "…"


def _context(notice: Notice, names: Directory | None) -> dict[str, Any]:
    ministry = ""
    if notice.ministry_id:
        names = names or Directory(timezone.localdate(notice.owed_at))
        ministry = one_line(names[notice.ministry_id].name)
    return {
        **readable(notice.facts),
        "ministry": ministry,
        "name": one_line(str(notice.to)) if notice.to else ministry,
        "portal": settings.PORTAL_URL,
        "owed_at": notice.owed_at,
    }


def readable(value: Any, name: str = "") -> Any:
    """Facts as a template reads them: texts on one line and in the reader's language, moments as such."""
    if isinstance(value, str):
        return datetime.fromisoformat(value) if name.endswith("_at") and value else one_line(value)
    if isinstance(value, list):
        return [readable(item) for item in value]
    if isinstance(value, dict):
        if value.keys() == {"ko", "en"}:
            return one_line(pick(value["ko"], value["en"]))
        return {key: readable(item, key) for key, item in value.items()}
    return value
