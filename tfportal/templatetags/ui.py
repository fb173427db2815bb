"""Tags that every page uses: dates in the reader's language, receipt keys, the language of a text."""

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tfportal import dates
from tfportal.language import is_korean

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    return dates.day(value) if value else "–"


@register.filter
def short_day(value: date | None) -> str:
    return dates.day(value, year=False) if value else "–"


@register.filter
def moment(value: datetime | None) -> str:
    return dates.moment(value) if value else "–"


@register.filter
def short_moment(value: datetime | None) -> str:
    return dates.moment(value, year=False) if value else "–"


@register.filter
def moment_seconds(value: datetime | None) -> str:
    return dates.moment(value, seconds=True) if value else "–"


@register.filter
def stamp(value: datetime | None) -> str:
    return dates.stamp(value) if value else "–"


@register.filter
def span(value: Any) -> str:
    return dates.span(value) if value is not None else ""


@register.filter
def period(value: date | None, precision: str) -> str:
    return dates.period(value, precision) if value else "–"


@register.filter
def grouped(value: int) -> str:
    """A number with its thousands apart: `1,163`."""
    return f"{value:,}"


@register.filter
def signed(value: int) -> str:
    """`+1,163`, `−12`; a plain `0`."""
    return f"{value:+,}".replace("-", "−") if value else "0"


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """`mapping[key]`, or an empty string."""
    return mapping.get(key, "") if mapping else ""


@register.simple_tag
def receipt_key(key: str = "", element_id: str = "") -> SafeString:
    """The hidden field that makes a form count once, however often it is sent. With an id, where the form stays on its
    page and gets the next key there."""
    named = format_html(' id="{}"', element_id) if element_id else ""
    return format_html('<input type="hidden" name="key" value="{}"{}>', key or uuid4(), named)


@register.simple_tag
def fresh_key() -> str:
    """A receipt key for a button whose verb is not that of the form it stands in."""
    return str(uuid4())


@register.simple_tag
def korean_text() -> SafeString:
    """The attribute of an element that holds a ministry's own text: it stays Korean whatever the page's language."""
    return SafeString("") if is_korean() else SafeString(' lang="ko"')
