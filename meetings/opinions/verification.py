"""Verifying opinions: their rows against the events; and their words, as long as they are kept, against the digest."""

from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from records.chain import sha256
from records.findings import Finding
from records.rows import RowsChecker
from records.verify import Area

from ..models import OpinionText
from .contents import HEARING, OPINION


def digest_of(words: OpinionText) -> str:
    """The salted SHA-256 of what was said, as the event keeps it: without the salt it tells nothing."""
    return sha256([words.salt, words.text])


class OpinionChecker(RowsChecker):
    """One opinion's stream."""

    def __init__(self, key: str) -> None:
        super().__init__(OPINION, key)

    def end(self) -> Iterator[Finding]:
        yield from super().end()
        pk = self.key.removeprefix(OPINION.prefix)
        words = (
            OpinionText.objects.filter(opinion=int(pk)).select_related("opinion").first() if pk.isdecimal() else None
        )
        if words is None:
            yield self.finding(f"opiniontext/{pk}", _("It is missing."))
        elif words.removed_at is None and digest_of(words) != words.opinion.digest:
            yield self.finding(f"opiniontext/{words.pk}", _("The words are not those that were entered."))


AREAS = (Area(OPINION.prefix, OPINION.keys, OpinionChecker), HEARING.area())
