"""Experts named in texts. Who they are is for the office alone, and in no event; what the office writes about the
working group, about scenarios and about hearings is read by every ministry, and stands in events for ever.

The one rule is `is_named`. It is asked twice: of a text that is about to be entered, which is refused (`problems`), and
of the texts that stand already when somebody is registered (`texts_naming`), of which the office is told. Higher apps
register theirs.

What ministries and the public write is not held against the register: a refusal would tell them who is in it. Nor are
affiliations, since an institute is no person, nor the sources of figures, where an author is named as such.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from tfportal.language import is_seen

from .models import ExpertPerson

SHORTEST_NAME = 2  # letters; shorter ones are no names, and stand in every text
HANGUL, HAN = "가-힣", "㐀-䶿一-鿿豈-﫿"
WHOLE = re.compile(f"[{HANGUL}]{{3,}}|[{HAN}]{{3,}}")
OTHER_LETTER = rf"[^\W{HANGUL}]"  # of a word, and no Hangul


def is_named(name: str, text: str, email: str = "") -> bool:
    """Whether the text names the person.

    A name of three letters or more in Hangul, or in Han, is found wherever it stands, also written apart. Every other
    one is found as a word of its own, since it stands in too many others: one in Hangul where a word begins with it,
    one in Latin letters or in Han where no more of these follow. Hangul may: `John Smith가`, `金哲洙의`. The last or
    the first word of several may have changed its place (`Smith, John`), hyphens and capitals do not count, nor does
    what nobody sees. An e-mail address is found as it is, whatever particle follows.

    Not found are initials, nicknames, a part of a name, a name in another script or spelling than the registered one,
    and an address that is written in words.
    """
    return Marks(name, email).found_in(folded(text)) != ""


def folded(text: str) -> str:
    """As texts are compared: without what nobody sees, wide letters as narrow ones, without capitals."""
    seen = "".join(char for char in text if char.isspace() or is_seen(char) or unicodedata.combining(char))
    return unicodedata.normalize("NFKC", seen).casefold()


@dataclass(frozen=True)
class Marks:
    """By what somebody is told in a text."""

    name: str
    email: str = ""

    @cached_property
    def _patterns(self) -> list[tuple[str, re.Pattern[str]]]:
        found, name = [], folded(self.name).strip()
        if len(name) >= SHORTEST_NAME:
            found.append((self.name, _of_name(name)))
        if self.email:
            found.append((self.email, _of_email(folded(self.email))))
        return found

    def found_in(self, text: str) -> str:
        """The name or the address that stands in the folded text; else empty."""
        return next((mark for mark, pattern in self._patterns if pattern.search(text)), "")


def _of_name(name: str) -> re.Pattern[str]:
    words = name.split()
    together = "".join(words)
    if WHOLE.fullmatch(together):
        return re.compile(r"\s*".join(together))
    orders = {tuple(words), (words[-1], *words[:-1]), (*words[1:], words[0])}
    return re.compile("|".join(_as_words(order) for order in sorted(orders)))


def _as_words(words: tuple[str, ...]) -> str:
    first, last = words[0][0], words[-1][-1]
    begins = r"(?<!\w)" if re.match(f"[{HANGUL}]", first) else f"(?<!{OTHER_LETTER})"
    ends = "" if re.match(f"[{HANGUL}]", last) else f"(?!{OTHER_LETTER})"
    return begins + r"[\s,]+".join(re.escape(word).replace(r"\-", r"[-\s]?") for word in words) + ends


def _of_email(email: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z0-9._%+-]){re.escape(email)}(?![a-z0-9-]|\.[a-z0-9])")


def everybody() -> list[Marks]:
    """All whose personal data are kept. One query."""
    return [Marks(name, email) for name, email in ExpertPerson.objects.order_by("name").values_list("name", "email")]


# A text that is about to be entered


def problems(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """What is wrong with texts that others read, by field: that one names an expert, of whatever division."""
    if not any(texts.values()):
        return {}
    people, said = everybody(), _("It names an expert (%(name)s): only the office may read names.")
    found = {}
    for field, text in texts.items():
        stands = folded(text)
        mark = next((mark for one in people if (mark := one.found_in(stands))), "")
        if mark:
            found[field] = [said % {"name": mark}]
    return found


def problem(text: str) -> list[str]:
    """The same of one text."""
    return problems({"text": text}).get("text", [])


# Texts that stand already


@dataclass(frozen=True)
class Text:
    """A text that somebody entered: what it is, where the office finds it, and its words."""

    what: str
    url: str
    words: str


Texts = Callable[[], Iterable[Text]]
_texts: list[Texts] = []


def register(provider: Texts) -> None:
    """Add texts in which experts are looked for; called once from an AppConfig's ready()."""
    if provider not in _texts:
        _texts.append(provider)


@dataclass(frozen=True)
class Named:
    """A text that stands, and the names in it."""

    text: Text
    names: list[str]


def texts_naming(people: Iterable[Marks]) -> list[Named]:
    """The texts that name any of these people. A few queries, whatever their number."""
    known = list(people)
    if not known:
        return []
    found = []
    for text in (text for provider in _texts for text in provider()):
        stands = folded(text.words)
        if names := list(dict.fromkeys(one.name for one in known if one.found_in(stands))):
            found.append(Named(text, names))
    return found
