"""A document as a tagged PDF, by WeasyPrint: the same HTML and styles as the portal's page, laid out on A4.

WeasyPrint draws with the system's pango. Where that is missing the portal offers no PDF and says so to its
administrators; everything else works.
"""

import os
from ctypes import CDLL
from ctypes.util import find_library
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from .blocks import Document
from .common import clean
from .page import body

LIBRARIES = ("gobject-2.0", "pango-1.0", "harfbuzz", "fontconfig", "pangoft2-1.0")  # what WeasyPrint cannot do without
BASE = "http://static.invalid/"  # what stands below it is looked up among the project's own static files
LARGEST_MARK, ACROSS, SHEET = 96, 540, 595  # points
WIDE, NARROW = 0.87, 0.5  # how wide letters of Pretendard are, in ems
STYLES = "css/document.css"  # of the page too
SHEETS = Path(__file__).with_name("pdf.css")  # of the PDF alone, and so among no files that are served


class Unavailable(Exception):
    """There is nothing on this machine that writes PDF."""


def is_available() -> bool:
    """Whether this machine can write PDF."""
    return settings.PDF_WRITER != "off" and _problem() is None


def why_not() -> str:
    """In words, for an administrator, why there is no PDF; empty where there is."""
    if settings.PDF_WRITER == "off":
        return _(
            "Documents cannot be had as PDF: the setting PDF_WRITER is “off”. They are there as HWPX and as pages."
        )
    if _problem() is not None:
        return _(
            "Documents cannot be had as PDF: the library pango is missing on this server (docs/operations.md). "
            "They are there as HWPX and as pages."
        )
    return ""


@cache
def _problem() -> OSError | None:
    """What happens when the system's libraries are loaded that WeasyPrint draws with; without WeasyPrint itself, which
    takes some 45 MB: every page with a button for a PDF asks, and few write one. Asked once in a process."""
    try:
        for name in LIBRARIES:
            CDLL(find_library(name) or name)
    except OSError as problem:
        return problem
    return None


def write_pdf(document: Document) -> bytes:
    """The file. The same document gives the same bytes. Raises `Unavailable` where `is_available()` is false."""
    if not is_available():
        raise Unavailable(why_not())
    # Where it has to change a font, one with coloured emoji say, the machine's clock would get into the file.
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    fetcher = _fetcher()
    sheets = [
        CSS(string=path.read_text("utf-8"), base_url=BASE + STYLES, url_fetcher=fetcher, font_config=fonts)
        for path in (_static(STYLES), SHEETS)
    ]
    sheets.append(CSS(string=_marks(document), font_config=fonts))
    page = HTML(string=_html(document), base_url=BASE, url_fetcher=fetcher)
    written: bytes = page.write_pdf(
        stylesheets=sheets,
        font_config=fonts,
        presentational_hints=True,
        pdf_variant="pdf/ua-1",
        finisher=_name_heads,
    )
    return written


def _name_heads(_: Any, made: Any) -> None:
    """Each head cell says whether it heads a column or a row. WeasyPrint lists the heads of each cell instead, and
    counts wrongly where cells are merged: a reader would hear the head of another column."""
    elements = {element.reference: element for element in made.objects if hasattr(element, "keys")}
    for part in elements.values():
        if part.get("S") in ("/THead", "/TBody"):
            for cell in (elements[cell] for row in part["K"] for cell in elements[row]["K"]):
                cell["A"].pop("Headers", None)
                if cell["S"] == "/TH":
                    cell["A"]["Scope"] = "/Column" if part["S"] == "/THead" else "/Row"


def _html(document: Document) -> str:
    with translation.override(document.language):
        made_at = timezone.localtime(document.made_at, timezone.get_default_timezone())
        context = {
            "language": document.language,
            "title": clean(document.title),
            "author": clean(document.author),
            "subject": clean(document.subject),
            "made_at": made_at.replace(microsecond=0).isoformat(),
            "body": body(document, title_level=1, is_paper=True),
        }
        return render_to_string("meetings/documents/document.html", context)


def _marks(document: Document) -> str:
    """The texts at the head of every page, in the boxes of its margin: there they are no part of the text, and a reader
    who has it read aloud hears them not on each page anew."""
    boxes = {"top-left": document.header, "top-center": document.draft, "top-right": document.handling}
    rules = [f"@{place} {{ content: {_quoted(text)}; }}" for place, text in boxes.items() if text]
    if not document.draft:  # nothing stands in the middle
        rules += ["@top-left { width: 64%; }", "@top-center { width: 0; }"]
    else:
        rules.append(f"@left-middle {{ {_across(clean(document.draft))} }}")
    return f"@page {{ {' '.join(rules)} }}"


def _across(text: str) -> str:
    """The draft's mark, as large as it can be, turned about the middle of the sheet: it begins at its left edge, and
    is moved by half of what is left."""
    ems = sum(WIDE if char > "\u10ff" else NARROW for char in text)
    size = min(LARGEST_MARK, int(ACROSS / max(1, ems)))
    middle = size * ems / 2
    turned = f"transform: translate({SHEET / 2 - middle:.0f}pt, 0) rotate(-35deg); transform-origin: {middle:.0f}pt 50%"
    return f"content: {_quoted(text)}; font-size: {size}pt; {turned}"


def _quoted(text: str) -> str:
    """The text as a CSS string in which nothing can end it."""
    return '"' + "".join(char if char.isalnum() else f"\\{ord(char):x} " for char in clean(text)) + '"'


def _static(name: str) -> Path:
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return Path(found)


def _fetcher() -> Any:
    """Gives WeasyPrint the project's own static files, and nothing else: no address is ever opened."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFilesOnly(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith(BASE):
                _refuse(url)
            name = url.removeprefix(BASE)
            return URLFetcherResponse(url, _font(name) if name.endswith(".woff") else _static(name).read_bytes())

    return OwnFilesOnly()


@cache
def _font(name: str) -> bytes:
    """The font unpacked. WeasyPrint would do it too, each time anew, and write the machine's clock into it."""
    from fontTools.ttLib import TTFont

    font, unpacked = TTFont(_static(name), recalcTimestamp=False), BytesIO()
    font.flavor = None
    font.save(unpacked)
    return unpacked.getvalue()


def _refuse(url: str) -> NoReturn:
    raise ValueError(f"A document opens no address: {url}")
