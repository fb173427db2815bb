"""What the board draws hundreds of times: a tile, and a light with its number. Written here and not in templates, where
each of their parts would be looked up anew: at 500 tasks that was half of the page's time."""

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from tasks.board import Board
from tasks.models import Light
from tasks.selecting import Number
from tasks.tiles import Since, Tile

register = template.Library()

SHAPES = {
    (light, was): format_html(
        '<svg class="lt {0}{1}" aria-hidden="true" focusable="false"><use href="#l-{0}"/></svg>',
        light.css,
        " was" if was else "",
    )
    for light in Light
    for was in (False, True)
}
DOWN = format_html(' class="{}"', "down")
CHOSEN = format_html("{}", " selected")
HERE = format_html(' aria-current="{}"', "true")
UNLIT = format_html('<span class="unlit" aria-hidden="true">{}</span>', "–")


def _shape(light: Light | None, *, was: bool = False) -> SafeString:
    return SHAPES[light, was] if light else UNLIT


@register.simple_tag
def lit(number: Number, of: str) -> str:
    """A light's number within a row, as the link to its list; `of` names the row."""
    html = '<a href="{}" aria-label="{}, {}: {}">{}{}</a>'
    return format_html(html, number.query, of, number.label, number.count, _shape(number.light), number.count)


@register.simple_tag
def options(choices: list[tuple[str, str]], chosen: str) -> SafeString:
    """The options of a filter's field, the chosen one marked."""
    marked = ((value, CHOSEN if value == chosen else "", text) for value, text in choices)
    return format_html_join("", '<option value="{}"{}>{}</option>', marked)


@register.simple_tag
def turned(one: Number) -> str:
    """What a row's tasks are since the last round, as the link to these; what got worse stands out."""
    down = DOWN if one.filters.since == Since.WORSE else ""
    return format_html('<a id="s-{}" href="{}"{}>{} {}</a>', one.slug, one.query, down, one.label, one.count)


@register.simple_tag
def number(one: Number, board: Board) -> str:
    """A number of the board as the link to its list, marked where that is the list that stands there."""
    said = ngettext("%(label)s: %(count)s task", "%(label)s: %(count)s tasks", one.count)
    label = said % {"label": one.label, "count": one.count}
    here = HERE if board.is_filtered and one.filters == board.filters else ""
    html = '<a id="n-{}" href="{}" aria-label="{}"{}>{}</a>'
    return format_html(html, one.slug, one.query, label, here, one.count)


@register.simple_tag
def tile(one: Tile, *, whole_code: bool = False) -> str:
    """A task as the board shows it: number, light, state; a link where there is a page behind it for the reader.
    `whole_code`: where the row does not name the ministry."""
    label = one.label
    inner = format_html(
        '{}{}<i class="{}">{}</i>',
        one.code if whole_code else one.number,
        _shape(one.light, was=one.was),
        one.state.css,
        one.letter,
    )
    if not one.opens:
        return format_html('<span class="tile" role="img" aria-label="{}" title="{}">{}</span>', label, label, inner)
    address = reverse("review_report" if one.opens == "review" else "show_report", args=[one.pk])
    html = '<a class="tile" id="t-{}" href="{}" aria-label="{}" title="{}">{}</a>'
    return format_html(html, one.code, address, label, label, inner)


@register.simple_tag
def strip(tiles: list[Tile]) -> SafeString:
    """The shapes of a row's lights in a line, where the row is folded on a phone."""
    return format_html_join("", "{}", ((SHAPES[one.light, one.was] if one.light else "–",) for one in tiles))
