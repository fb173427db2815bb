"""A document as HTML: a part of one of the portal's pages, and the body of a PDF. No styles in it, as the portal's
content security policy demands: `static/css/document.css` has them."""

import re
from collections.abc import Iterable, Sequence

from django.utils import translation
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .blocks import Align, Block, Boxed, Document, Heading, Inline, Level, Paragraph, Span, Table, Title
from .common import HANGUL, Placed, caption_of, clean, flow, place, shape_of, spans_of, split_cover

PAGE_SHARE = 0.09  # of an index, how wide the column of pages is beside the others
JOINER = "\u2060"
# Between two letters of which one is Korean, and on both sides of the blank in `2021. 3. 12.`
WITHIN = re.compile(r"(?<=[가-힣])(?=\w)|(?<=\w)(?=[가-힣])|(?<=\d\.)(?= \d)|(?<=\d\. )(?=\d)")

# Every text below goes through `escape`; what is marked safe is put together from escaped texts and our own tags.


def render(document: Document) -> SafeString:
    """The document in one element, for a page that has its own h1 and `document.css`: below it the title is an h2. The
    marks of each page stand once, above."""
    with translation.override(document.language):
        return _whole(document)


def _whole(document: Document) -> SafeString:
    marks = [
        format_html('<{} class="doc-{}"{}>{}</{}>', tag, name, _language(text, document.language), text, tag)
        for tag, name, text in (
            ("span", "header", clean(document.header)),
            ("b", "draft", clean(document.draft)),
            ("b", "handling", clean(document.handling)),
        )
        if text
    ]
    above = format_html('<p class="doc-marks">{}</p>', _joined(marks, " ")) if marks else ""
    return format_html(
        '<div class="document" lang="{}">{}{}</div>', document.language, above, body(document, title_level=2)
    )


def body(document: Document, *, title_level: int, is_paper: bool = False) -> SafeString:
    """The blocks alone. `title_level`: that of the title's heading; chapters and their parts stand below it.
    `is_paper`: for sheets with numbers, where an index gives pages, a cover has none, and words stay whole."""
    writer = _Writer(document.language, title_level, is_paper)
    cover, rest = split_cover(document.blocks) if is_paper else ((), document.blocks)
    front = format_html('<div class="doc-cover">\n{}</div>\n', writer.blocks(cover)) if cover else ""
    return _joined((front, writer.blocks(rest)))


def _joined(pieces: Iterable[str], between: str = "") -> SafeString:
    return mark_safe(between.join(pieces))  # noqa: S308 (the pieces are escaped)


def _language(text: str, around: str) -> SafeString:
    """Korean text in an English document says that it is Korean: it is read aloud, and drawn, as such."""
    return SafeString(' lang="ko"' if around != "ko" and HANGUL.search(text) else "")


def whole_words(text: str) -> str:
    """The text with a joiner, which has neither a width nor a letter, wherever a line may not end: within a Korean
    word, within a date. WeasyPrint knows no `word-break: keep-all`; what is too long for a line is broken all the
    same."""
    return WITHIN.sub(JOINER, text)


class _Writer:
    def __init__(self, language: str, title_level: int, is_paper: bool) -> None:
        self.language = language
        self.title_level = title_level
        self.is_paper = is_paper

    def blocks(self, blocks: Sequence[Block]) -> SafeString:
        return _joined(
            piece
            for block, breaks in flow(blocks)
            for piece in (SafeString('<hr class="doc-break">\n' if breaks else ""), self.block(block), "\n")
        )

    def block(self, block: Block) -> SafeString:
        match block:
            case Title():
                return self._title(block)
            case Heading():
                tag = f"h{min(6, self.title_level + block.level)}"
                name = "chapter" if block.level == 1 else "part"
                known = format_html(' id="{}"', block.name) if block.name else ""
                return format_html('<{} class="doc-{}"{}>{}</{}>', tag, name, known, self.plain(block.text), tag)
            case Paragraph():
                return self._paragraph(block)
            case Table():
                return self._table(block)
            case Boxed():
                return format_html('<div class="doc-box">{}</div>', _joined(map(self._paragraph, block.blocks)))
            case _:
                return SafeString("")

    def inline(self, content: Inline) -> SafeString:
        return _joined(map(self._span, spans_of(content)))

    def plain(self, text: str) -> SafeString:
        """A heading as it is: the outline repeats it, letter by letter."""
        shown = clean(text)
        return (
            format_html("<span{}>{}</span>", language, shown)
            if (language := _language(shown, self.language))
            else (SafeString(escape(shown)))
        )

    def _span(self, span: Span) -> SafeString:
        words = whole_words(span.text) if self.is_paper else span.text
        if span.light is None:
            text = SafeString(escape(words))
        else:
            shape, _colour = shape_of(span.light)
            text = format_html(
                '<span class="doc-light {}" aria-hidden="true">{}</span> {}', span.light.css, shape, words
            )
        language = _language(span.text, self.language)
        if span.is_struck:
            text = format_html("<del{}>{}</del>", language, text)
        if span.is_bold:
            return format_html("<b{}>{}</b>", "" if span.is_struck else language, text)
        return format_html("<span{}>{}</span>", language, text) if language and not span.is_struck else text

    def _title(self, title: Title) -> SafeString:
        tag = f"h{self.title_level}"
        under = format_html('<p class="doc-under">{}</p>', self.inline(title.under)) if title.under else ""
        return format_html(
            '<div class="doc-title"><{} class="doc-name">{}</{}>{}</div>', tag, self.inline(title.text), tag, under
        )

    def _paragraph(self, paragraph: Paragraph) -> SafeString:
        mark = ""
        if paragraph.level is not Level.TEXT:
            mark = format_html('<span class="doc-mark">{}</span> ', paragraph.level.value)
        align = "" if paragraph.align is Align.LEFT else f" {paragraph.align.value}"
        name = f"{paragraph.level.name.lower()}{align}"
        return format_html('<p class="doc-p {}">{}{}</p>', name, mark, self.inline(paragraph.content))

    def _table(self, table: Table) -> SafeString:
        grid, numbered = place(table), bool(table.pages) and self.is_paper
        widths = [*grid.widths, sum(grid.widths) * PAGE_SHARE] if numbered else grid.widths
        whole = sum(widths) or 1
        # An attribute, since no style may stand in the page; each table has widths of its own.
        columns = [format_html('<col width="{}%">', round(share * 100 / whole, 2)) for share in widths]
        head = [self._row(line) for line in grid.lines if line[0].in_head]
        rest = [self._row(line) for line in grid.lines if not line[0].in_head]
        caption = caption_of(table, knows_pages=self.is_paper)
        if numbered:
            head, rest = self._with_pages(table.pages, head, rest)
        return format_html(
            '<div class="doc-scroll" role="region" tabindex="0" aria-label="{}"><table class="doc-table">'
            "{}<colgroup>{}</colgroup>{}<tbody>{}</tbody></table></div>",
            caption or _("Table"),  # on a phone it is wider than the page, and keys have to reach it
            format_html('<caption class="seen">{}</caption>', self.inline(caption)) if caption else "",
            _joined(columns),
            format_html("<thead>{}</thead>", _joined(head)) if head else "",
            _joined(rest),
        )

    def _row(self, cells: list[Placed]) -> SafeString:
        return format_html("<tr>{}</tr>", _joined(map(self._cell, cells)))

    def _with_pages(
        self, names: Sequence[str], head: list[SafeString], rest: list[SafeString]
    ) -> tuple[list[SafeString], list[SafeString]]:
        """With a last column: the page of each row's heading, which `pdf.css` writes into the link to it."""
        title = format_html('<th scope="col" rowspan="{}">{}</th></tr>', len(head), pgettext("of an index", "Page"))
        links = [format_html('<td class="right"><a class="doc-page" href="#{}"></a></td></tr>', name) for name in names]
        ends = [title, *[SafeString("</tr>")] * (len(head) - 1)]
        return (
            [_joined((row.removesuffix("</tr>"), end)) for row, end in zip(head, ends, strict=True)],
            [_joined((row.removesuffix("</tr>"), link)) for row, link in zip(rest, links, strict=True)],
        )

    def _cell(self, placed: Placed) -> SafeString:
        tag, attributes = ("th" if placed.is_head else "td"), ""
        if placed.is_head:
            goes_on = placed.columns > 1 if placed.in_head else placed.rows > 1
            attributes += f' scope="{"col" if placed.in_head else "row"}{"group" if goes_on else ""}"'
        if placed.columns > 1:
            attributes += f' colspan="{placed.columns}"'
        if placed.rows > 1:
            attributes += f' rowspan="{placed.rows}"'
        if placed.cell.align is not Align.LEFT:
            attributes += f' class="{placed.cell.align.value}"'
        return format_html("<{}{}>{}</{}>", tag, SafeString(attributes), self.inline(placed.cell.content), tag)
