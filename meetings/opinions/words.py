"""The words of an opinion: apart from all else, because they can be removed. What the record keeps of them is a digest
that says nothing without its salt, and the salt goes with the words."""

import secrets
from uuid import UUID

from django.utils.crypto import salted_hmac

from ..models import OpinionText
from .verification import digest_of


def sealed(text: str) -> tuple[OpinionText, str]:
    """The row of the words, not saved yet, and the digest that belongs to its opinion."""
    words = OpinionText(text=text, salt=secrets.token_hex(16))
    return words, digest_of(words)


def fingerprint(text: str, key: UUID) -> str:
    """What a receipt keeps of the words, to know the same form again: nobody without the server's secret can try out
    what they were, also when they have been removed."""
    return salted_hmac(f"opinion/{key}", text, algorithm="sha256").hexdigest()
