"""One document of a meeting, made anew: which there are, whether it is final, and its bytes in one format."""

import hashlib
from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ministries.models import User
from tasks.files.names import clean_name
from tasks.models import Report

from ..decisions import addressees
from ..models import Decision, DocumentKind, Meeting
from . import apart, book, hwpx, letter, outcome, pdf, press_release, tables, words
from .blocks import Document
from .tables import Tables

Made = Document | Tables


class NotMade(Exception):
    """There is no such document: the meeting has no round, the decision nobody to write to, the format no writer."""


@dataclass(frozen=True)
class Wanted:
    """Which document is meant. `decision`: of a letter."""

    kind: DocumentKind
    meeting: Meeting
    language: str
    decision: Decision | None = None

    @property
    def is_final(self) -> bool:
        """Whether what it is made from is closed: the round for book and tables, else the outcome."""
        if self.kind in OF_THE_ROUND:
            return self.meeting.round is not None and self.meeting.round.frozen_at is not None
        return self.meeting.frozen_at is not None

    @property
    def stream_key(self) -> str:
        """The chain whose seal it is made from."""
        if self.kind in OF_THE_ROUND and self.meeting.round is not None:
            return self.meeting.round.stream_key
        return self.meeting.stream_key

    @property
    def formats(self) -> list[str]:
        """In which it can be had on this machine."""
        if self.kind == DocumentKind.TABLES:
            return ["xlsx"]
        return ["hwpx", *(["pdf"] if pdf.is_available() else [])]

    @cached_property
    def is_large(self) -> bool:
        """Whether its PDF takes longer than a page may. One query, for a book."""
        if self.kind != DocumentKind.BOOK or self.meeting.round is None:
            return False
        return Report.objects.in_round(self.meeting.round).count() > settings.PDF_TASKS_AT_ONCE

    @property
    def at_once(self) -> list[str]:
        """In which it is made while somebody waits."""
        return [ending for ending in self.formats if ending != "pdf" or not self.is_large]

    @property
    def name(self) -> str:
        """What it is called, in its own language."""
        with translation.override(self.language):
            if self.kind == DocumentKind.TABLES:
                return words.name_of_tables(self.meeting)
            if self.kind == DocumentKind.OUTCOME:
                return words.name_of_outcome(self.meeting)
            if self.kind == DocumentKind.PRESS_RELEASE:
                return _("Press release, %(meeting)s") % {"meeting": self.meeting.name}
            if self.kind == DocumentKind.LETTER and self.decision is not None:
                return words.name_of_letter(self.decision)
            return words.name_of_book(self.meeting)

    def file_name(self, ending: str) -> str:
        """`제2차 범부처 TF 회의자료.hwpx`; of a draft with the word in it."""
        with translation.override(self.language):
            mark = "" if self.is_final else f" ({words.draft()})"
        return f"{clean_name((self.name + mark).replace('/', ''))}.{ending}"


OF_THE_ROUND = (DocumentKind.BOOK, DocumentKind.TABLES)


def _book(wanted: Wanted, user: User, at: datetime) -> Made:
    return book.compose(wanted.meeting, language=wanted.language, user=user, at=at)


def _tables(wanted: Wanted, user: User, at: datetime) -> Made:
    round_ = wanted.meeting.round
    if round_ is None or round_.prepared_at is None:
        raise NotMade
    return tables.compose(wanted.meeting, round_, language=wanted.language, user=user, at=at)


def _outcome(wanted: Wanted, user: User, at: datetime) -> Made:
    return outcome.compose(wanted.meeting, language=wanted.language, at=at)


def _letter(wanted: Wanted, user: User, at: datetime) -> Made:
    if wanted.decision is None or not addressees(wanted.decision)[0]:
        raise NotMade
    return letter.compose(wanted.decision, language=wanted.language, at=at)


def _press_release(wanted: Wanted, user: User, at: datetime) -> Made:
    return press_release.compose(wanted.meeting, language=wanted.language, at=at)


COMPOSERS: dict[str, Callable[[Wanted, User, datetime], Made]] = {
    DocumentKind.BOOK: _book,
    DocumentKind.TABLES: _tables,
    DocumentKind.OUTCOME: _outcome,
    DocumentKind.LETTER: _letter,
    DocumentKind.PRESS_RELEASE: _press_release,
}


def compose(wanted: Wanted, *, user: User, at: datetime) -> Made:
    """Its blocks, or its lists. Raises NotMade."""
    return COMPOSERS[wanted.kind](wanted, user, at)


def write(made: Made, ending: str) -> bytes:
    """As a file. Raises NotMade for a format that it cannot be had in."""
    if isinstance(made, Tables):
        if ending != "xlsx":
            raise NotMade
        with tables.write(made) as file:
            return file.read()
    if ending == "hwpx":
        return hwpx.write_hwpx(made)
    if ending == "pdf" and pdf.is_available():
        return pdf.write_pdf(made)
    raise NotMade


def file_of(wanted: Wanted, made: Made, ending: str) -> bytes:
    """The same; by another process where the writer would take much memory: every PDF, and a large book as HWPX. A
    large book's PDF is made by a command, which is such a process, and may take longer than one answers for."""
    if isinstance(made, Document) and wanted.is_large == (ending != "pdf"):
        return apart.write(made, ending)
    return write(made, ending)


def digest(made: Made) -> str:
    """The SHA-256 of what a document says, whatever it is written as. A field that says nothing is no part of it: one
    that blocks get later changes no digest of a document that has no use for it."""
    return _sha256(_said(made))


def says_the_same(kept: str, made: Made) -> bool:
    """Whether the digest that was kept is this document's; the first ones were of all fields."""
    return kept in (digest(made), _sha256(made))


def _sha256(told: Any) -> str:
    return hashlib.sha256(repr(told).encode("utf-8", "replace")).hexdigest()


def _said(part: Any) -> Any:
    """The part with the fields that are not what they are where nothing is given."""
    if is_dataclass(part):
        given = ((one, getattr(part, one.name)) for one in fields(part))
        return (type(part).__name__, [(one.name, _said(value)) for one, value in given if value != _default(one)])
    if isinstance(part, list | tuple):
        return [_said(one) for one in part]
    return part


def root_of(wanted: Wanted) -> str:
    """The root of the seal that it is made from; empty while there is none. One query."""
    return words.root_of(wanted.stream_key)


def _default(one: Field[Any]) -> Any:
    return one.default if one.default_factory is MISSING else one.default_factory()


def too_large() -> str:
    """Why a book's PDF is not made while somebody waits."""
    text = _("A PDF of more than %(n)s tasks takes minutes: an administrator makes it with “manage.py keep_documents”.")
    return text % {"n": settings.PDF_TASKS_AT_ONCE}


def no_pdf() -> str:
    """Why there is no PDF here; empty where there is."""
    if pdf.is_available():
        return ""
    return pdf.why_not() or pgettext("PDF", "The system’s pango library is missing.")
