"""A document as HTML: a part of one of the portal's pages."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .blocks import Block, Boxed, Document, Heading, Inline, Paragraph, Table, Title


def render(document: Document) -> SafeString:
    """The document in one element, for a page that has its own h1."""
    inner = format_html_join("\n", "{}", ((_block(block),) for block in document.blocks))
    marks = " ".join(filter(None, (document.header, document.draft, document.handling)))
    return format_html(
        '<div class="document" lang="{}"><p class="doc-marks">{}</p>{}</div>', document.language, marks, inner
    )


def _block(block: Block) -> SafeString:
    match block:
        case Title():
            return format_html("<h2>{}</h2><p>{}</p>", block.text, block.under)
        case Heading():
            return format_html("<h3>{}</h3>", block.text)
        case Paragraph():
            return format_html("<p>{} {}</p>", block.level.value, _text(block.content))
        case Boxed():
            return format_html_join("", "{}", ((_block(inner),) for inner in block.blocks))
        case Table():
            rows = format_html_join(
                "",
                "<tr>{}</tr>",
                (
                    (format_html_join("", "<td>{}</td>", ((_text(cell.content),) for cell in row)),)
                    for row in (*block.head, *block.body)
                ),
            )
            return format_html("<table><caption>{}</caption><tbody>{}</tbody></table>", block.caption, rows)
        case _:
            return SafeString("")


def _text(content: Inline) -> str:
    return content if isinstance(content, str) else "".join(span.text for span in content)
