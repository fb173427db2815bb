"""Numbers as people type them, as texts keep them, and as pages show them."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from .models.indicators import DIGITS, PLACES

WHOLE, AFTER = DIGITS - PLACES, PLACES  # digits before and after the point
_NUMBER = re.compile(r"[-\u2212]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?", re.ASCII)


def read(text: str) -> Decimal | None:
    """`1,234.5` as a number; None for anything else, and for what is too long to be kept."""
    if not _NUMBER.fullmatch(text):
        return None
    whole, _point, places = text.lstrip("-\u2212").replace(",", "").partition(".")
    if len(whole.lstrip("0")) > WHOLE or len(places.rstrip("0")) > AFTER:
        return None
    return Decimal(text.replace(",", "").replace("\u2212", "-")) + 0  # no negative zero


def ungrouped(text: str) -> str:
    """What people type or copy as a number, as `Decimal` reads it: `1,163.4` without its comma, a true minus as a
    hyphen. Raises ValueError where a comma does not group thousands: `52,1` means 52.1 and would be kept as 521."""
    text = text.strip().replace("\u2212", "-")
    if "," in text and not _NUMBER.fullmatch(text):
        raise ValueError(_("Write the decimal point as a point, and commas only between thousands: 52.1 or 1,163.4."))
    return text.replace(",", "")


def plain(value: Decimal) -> str:
    """`1234.5`: one writing for each number, whatever the database's is."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown(value: Decimal) -> str:
    """`1,234.5`."""
    whole, point, places = plain(value).partition(".")
    return f"{int(whole):,}{point}{places}" if whole != "-0" else f"-0{point}{places}"
