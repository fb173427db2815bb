"""Filters of the scenarios' pages."""

from decimal import Decimal
from typing import Any

from django import template

from ministries.directory import Directory

from .. import sums

register = template.Library()


@register.filter
def mt(value: Any) -> str:
    """MtCO2eq to one decimal: `1,163.4`, `−55.1`; a dash where none is stated, or there is no figure that could."""
    return sums.written(value if isinstance(value, Decimal) else None)


@register.filter
def more(value: Decimal | None) -> str:
    """A difference: `+0.1`, `−21.5`."""
    return sums.written(value, sign=True)


@register.filter
def name_of(names: Directory, ministry: int) -> str:
    """A ministry's short name on the page's day."""
    return names[ministry].abbr if ministry in names else ""
