"""A document as a tagged PDF, by WeasyPrint: the same HTML and styles as the portal's page, laid out on A4.

WeasyPrint draws with the system's pango. Where that is missing the portal offers no PDF and says so to its
administrators; everything else works.
"""

from functools import cache
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

BASE = "http://static.invalid/"  # what stands below it is looked up among the project's own static files
LARGEST_MARK, ACROSS = 96, 560  # points
STYLES = ("css/document.css", "css/document_pdf.css")


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
def _problem() -> Exception | None:
    """What happens when WeasyPrint is loaded, which loads pango. Asked once in a process."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError) as problem:
        return problem
    return None


def write_pdf(document: Document) -> bytes:
    """The file. The same document gives the same bytes. Raises `Unavailable` where `is_available()` is false."""
    if not is_available():
        raise Unavailable(why_not())
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    fetcher = _fetcher()
    sheets = [
        CSS(string=_static(name).read_text("utf-8"), base_url=BASE + name, url_fetcher=fetcher, font_config=fonts)
        for name in STYLES
    ]
    sheets.append(CSS(string=_marks(document), font_config=fonts))
    page = HTML(string=_html(document), base_url=BASE, url_fetcher=fetcher)
    written: bytes = page.write_pdf(
        stylesheets=sheets, font_config=fonts, presentational_hints=True, pdf_variant="pdf/ua-1"
    )
    return written


def _html(document: Document) -> str:
    with translation.override(document.language):
        made_at = timezone.localtime(document.made_at, timezone.get_default_timezone())
        context = {
            "language": document.language,
            "title": clean(document.title),
            "author": clean(document.author),
            "subject": clean(document.subject),
            "made_at": made_at.replace(microsecond=0).isoformat(),
            "body": body(document, title_level=1),
        }
        return render_to_string("meetings/documents/document.html", context)


def _marks(document: Document) -> str:
    """The texts at the head of every page, in the boxes of its margin: there they are no part of the text, and a reader
    who has it read aloud hears them not on each page anew."""
    boxes = {"top-left": document.header, "top-center": document.draft, "top-right": document.handling}
    rules = [f"@{place} {{ content: {_quoted(text)}; }}" for place, text in boxes.items() if text]
    if document.draft:
        # As large as it can be across the sheet.
        size = min(LARGEST_MARK, ACROSS // max(1, sum(1 if char > "\u10ff" else 0.6 for char in document.draft)))
        rules.append(f"@left-middle {{ content: {_quoted(document.draft)}; font-size: {size}pt; }}")
    return f"@page {{ {' '.join(rules)} }}"


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
            return URLFetcherResponse(url, _static(url.removeprefix(BASE)).read_bytes())

    return OwnFilesOnly()


def _refuse(url: str) -> NoReturn:
    raise ValueError(f"A document opens no address: {url}")
