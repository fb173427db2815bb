"""HTML: a placeholder until the writer is there."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from .blocks import Document


def render(document: Document) -> SafeString:
    return format_html('<div class="document">{}</div>', repr(document.blocks) + document.draft)
