"""A document as PDF."""

from .blocks import Document


def is_available() -> bool:
    """Whether this machine can write PDF."""
    return False


def write_pdf(document: Document) -> bytes:
    """The file."""
    raise NotImplementedError
