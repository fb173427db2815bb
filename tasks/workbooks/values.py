"""From a report's raw values to what stands in a cell, and back: lights, dates, ministries and answers in words.

Both languages are read, whichever the workbook was written in. What a value in a cell means is said here; whether it
may be sent is said by `content`, as for a text that was typed on the page.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ministries.directory import Directory
from tfportal.dates import MONTHS_EN
from tfportal.language import normalise

from .. import content, numbers
from ..models import Cause, Light
from .package import TEXT_LIMIT, Cell, day_of

SEPARATORS = re.compile(r"[,;、，\n]")
LONGEST_NAME = 5  # parts of a ministry's name that has commas itself
NUMBERS = re.compile(r"(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[.일]?\s*(?:\([월화수목금토일]\))?")
SHORT = re.compile(r"['’](\d{2})\s*\.\s*(\d{1,2})\s*\.\s*(\d{1,2})\s*\.?\s*(?:\([월화수목금토일]\))?")
PLAIN = re.compile(r"(\d{4})(\d{2})(\d{2})")
DAY_FIRST = re.compile(r"(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})\s+([A-Za-z]{3,9})\.?,?\s+(\d{4})")
MONTH_FIRST = re.compile(r"(?:[A-Za-z]{3,9},?\s+)?([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})")
SPREADSHEET_DIGITS = 15  # of a number: what Excel keeps
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)

Read = tuple[Any, str]  # the value, and what is wrong with the cell; empty where nothing is


def fold(text: str) -> str:
    """A word as it is compared: without blanks, in small letters."""
    return "".join(normalise(text).split()).casefold()


def answers() -> list[tuple[str, str]]:
    """What may be said of a milestone: the stored value with its word. Not saying anything is `keep` as well."""
    return [("keep", _("as planned")), ("done", _("done")), ("move", pgettext("milestone", "moved"))]


def _lights() -> list[tuple[str, str]]:
    return [(light.value, str(light.label)) for light in Light]


def _causes() -> list[tuple[str, str]]:
    return [(cause.value, str(cause.label)) for cause in Cause]


def _in_all_languages(choices: Callable[[], Iterable[tuple[str, str]]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            found |= {fold(name): value for value, word in choices() for name in (value, word)}
    return found


def lights_in_words() -> list[str]:
    return [word for _value, word in _lights()]


def causes_in_words() -> list[str]:
    return [word for _value, word in _causes()]


def answers_in_words() -> list[str]:
    return [word for _value, word in answers()]


def word_of_light(value: str) -> str:
    return dict(_lights()).get(value, value)


def word_of_cause(value: str) -> str:
    return dict(_causes()).get(value, value)


def word_of_answer(value: str) -> str:
    return dict(answers()).get(value, value)


def day_in(text: str) -> date | None:
    """A date in one of the forms in which both languages write it."""
    year: str | int
    if found := NUMBERS.fullmatch(text) or PLAIN.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := SHORT.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
        year += 2000
    elif found := DAY_FIRST.fullmatch(text):
        day, month, year = int(found[1]), _month(found[2]), int(found[3])
    elif found := MONTH_FIRST.fullmatch(text):
        month, day, year = _month(found[1]), int(found[2]), int(found[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(name: str) -> int:
    """1 to 12, or 0 for no month."""
    return next((no for no, short in enumerate(MONTHS_EN, 1) if short.casefold() == name[:3].casefold()), 0)


def as_day(text: str) -> date | str | None:
    """What stands in a date's cell: a real date, where the raw text is one."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text or None
    return day if str(day) == text and FIRST_DAY <= day <= LAST_DAY else text


def as_percent(text: str) -> int | str | None:
    """What stands in the cell of the progress: a number, where the raw text is one."""
    is_number = text.isascii() and text.isdigit() and len(text) <= 3 and str(int(text)) == text
    return int(text) if is_number else text or None


def as_number(text: str) -> float | str | None:
    """What stands in the cell of a value: a number, where a spreadsheet keeps every digit of it."""
    number = numbers.read(text)
    is_exact = number is not None and numbers.plain(number) == text and _digits(float(number)) == number
    return float(text) if is_exact else text or None


def _digits(value: float) -> Decimal:
    """The number that a spreadsheet shows: of 15 digits, so that 0.1 + 0.2 is 0.3."""
    return Decimal(f"{value:.{SPREADSHEET_DIGITS}g}")


def number_word(value: float) -> str:
    """`45`, `45.5`."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def text_in(cell: Cell | None) -> str:
    """Whatever stands in the cell, as a text that the portal would store."""
    if cell is None or cell.value is None:
        return ""
    if isinstance(cell.value, bool):
        return str(cell.value).upper()
    if isinstance(cell.value, float):
        value = round(cell.value * 100, 8) if cell.is_percent and abs(cell.value) < 1e15 else cell.value
        return number_word(value) + ("%" if cell.is_percent else "")
    return normalise(str(cell.value))


@dataclass
class Words:
    """Reads the cells of one ministry's workbook."""

    names: Directory
    as_of: date

    def __post_init__(self) -> None:
        self.lights = _in_all_languages(_lights)
        self.causes = _in_all_languages(_causes)
        self.answers = _in_all_languages(answers)
        self.ministries = self._ministries()

    def _ministries(self) -> dict[str, str]:
        """Each name, short name and code of a ministry, to its code; without those that two of them share."""
        owners: dict[str, set[str]] = {}
        for name in self.names.by_id.values():
            words = (name.abbr_ko, name.abbr_en, name.name_ko, name.name_en)
            for word in words:
                owners.setdefault(fold(word), set()).add(name.ministry.code)
        found = {word: next(iter(codes)) for word, codes in owners.items() if len(codes) == 1 and word}
        return found | {fold(code): code for code in self.names.by_code()}

    def word_of_ministry(self, code: str) -> str:
        """Its short name, where that says which one it is."""
        ministry = self.names.by_code().get(code)
        abbr = self.names[ministry.pk].abbr if ministry else ""
        return abbr if self.ministries.get(fold(abbr)) == code else code

    def light(self, cell: Cell | None) -> Read:
        return self._choice(
            cell, self.lights, lights_in_words(), _("“%(value)s” is no light. Choose one of: %(words)s.")
        )

    def cause(self, cell: Cell | None) -> Read:
        return self._choice(
            cell, self.causes, causes_in_words(), _("“%(value)s” is no cause. Choose one of: %(words)s.")
        )

    def answer(self, cell: Cell | None) -> Read:
        said = _("“%(value)s” is no answer. Choose one of: %(words)s.")
        value, wrong = self._choice(cell, self.answers, answers_in_words(), said)
        return value or "keep", wrong

    def _choice(self, cell: Cell | None, known: dict[str, str], words: list[str], wrong: str) -> Read:
        text = text_in(cell)
        if not text or fold(text) in known:
            return known.get(fold(text), ""), ""
        return text, wrong % {"value": text[:40], "words": ", ".join(words)}

    def addressed_to(self, cell: Cell | None) -> Read:
        """The codes, sorted as a draft has them; words that nobody is called by stay among them."""
        parts = [part.strip() for part in SEPARATORS.split(text_in(cell)) if part.strip()]
        codes, unknown = set(), []
        while parts:
            for length in range(min(LONGEST_NAME, len(parts)), 0, -1):
                if code := self.ministries.get(fold(",".join(parts[:length]))):
                    codes.add(code)
                    break
            else:
                length = 1
                codes.add(parts[0])
                unknown.append(parts[0])
            del parts[:length]
        said = _(
            "No ministry is called “%(names)s”. Write short names or codes with commas between, such as %(example)s."
        )
        example = ", ".join(name.abbr for name in self.names.in_order()[:2])
        wrong = said % {"names": ", ".join(unknown)[:60], "example": example} if unknown else ""
        return sorted(codes), wrong

    def percent(self, cell: Cell | None) -> Read:
        text = text_in(cell)
        if cell and isinstance(cell.value, float):
            text = text.removesuffix("%")  # it is how the cell shows the number
        is_sound = not text or content.is_percent(text.removesuffix("%").strip())
        return text, "" if is_sound else content.no_percent()

    def number(self, cell: Cell | None) -> Read:
        """The value of an indicator, in the one writing that a draft has for a number. 45% says 45."""
        text = text_in(cell)
        if cell and isinstance(cell.value, float) and abs(cell.value) < 1e15:
            text = numbers.plain(_digits(cell.value * 100 if cell.is_percent else cell.value))
        number = numbers.read(text)
        return (text, content.no_number() if text else "") if number is None else (numbers.plain(number), "")

    def day(self, cell: Cell | None) -> Read:
        """The day as YYYY-MM-DD."""
        value = cell.value if cell else None
        if isinstance(value, date):
            return str(value), ""
        found = None
        if isinstance(value, float) and not isinstance(value, bool):
            found = day_in(number_word(value)) or day_of(value)
        text = text_in(cell)
        found = found or day_in(text)
        if not text or (found and FIRST_DAY <= found <= LAST_DAY):
            return str(found or ""), ""
        said = _("“%(value)s” is no date that can be told for sure. Write it such as %(example)s.")
        return text, said % {"value": text[:40], "example": self.as_of}

    def text(self, cell: Cell | None) -> Read:
        """A text; too long a one is not read any further."""
        if cell and isinstance(cell.value, str) and len(cell.value) > TEXT_LIMIT:
            return "\0", content.too_long(len(cell.value), TEXT_LIMIT)
        return text_in(cell), ""
