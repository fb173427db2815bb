"""A document as HWPX."""

from hwpx import HwpxDocument

from .blocks import Boxed, Document, Heading, Paragraph, Table, Title
from .page import _text


def write_hwpx(document: Document) -> bytes:
    """The file."""
    written = HwpxDocument.new()
    for line in (document.header, document.draft, document.handling):
        if line:
            written.add_paragraph(line)
    for block in document.blocks:
        match block:
            case Title():
                written.add_paragraph(block.text)
                written.add_paragraph(block.under)
            case Heading():
                written.add_paragraph(block.text)
            case Paragraph():
                written.add_paragraph(f"{block.level.value} {_text(block.content)}".strip())
            case Boxed():
                for inner in block.blocks:
                    written.add_paragraph(_text(inner.content))
            case Table():
                for row in block.body:
                    written.add_paragraph(" ".join(_text(cell.content) for cell in row))
            case _:
                pass
    return bytes(written.to_bytes())
