"""Two languages side by side, and text as it is stored."""

import unicodedata
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

# Blanks, formats such as zero-width ones and those that turn the direction, combining marks without a letter. Controls
# are left: what no database takes is refused in words, not passed over.
UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cf", "Mn"})
# Letters and signs by their category that no font draws: the fillers of Hangul, and the Braille pattern without a dot.
BLANK_SIGNS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def is_korean() -> bool:
    """Whether the reader's language is Korean."""
    return (translation.get_language() or "ko").startswith("ko")


def pick(korean: str, english: str) -> str:
    """The text in the reader's language; the other one where it is missing, never an empty string for want of one."""
    return (korean or english) if is_korean() else (english or korean)


def is_seen(char: str) -> bool:
    """Whether a reader sees the character; of a combining mark by itself the reader sees nothing."""
    return not (char.isspace() or char in BLANK_SIGNS or unicodedata.category(char) in UNSEEN)


def normalise(text: str) -> str:
    """Text as the portal stores it: composed Hangul (macOS sends it decomposed, and then no search finds it), LF line
    ends, no blanks around it; nothing at all where nothing of it can be seen."""
    stored = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return stored if any(is_seen(char) for char in stored) else ""


class Bilingual:
    """`title = Bilingual()` reads title_ko or title_en, in the reader's language."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type) -> str:
        if instance is None:
            return self.name
        return pick(getattr(instance, f"{self.name}_ko"), getattr(instance, f"{self.name}_en"))


def on_behalf(who: object, holder: object = None) -> str:
    """Who did something, wherever it is told: "A", or "A for B" where A was B's deputy."""
    return _("%(name)s for %(holder)s") % {"name": who, "holder": holder} if holder else str(who)
