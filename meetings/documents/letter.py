"""결정사항 통보: one decision as an official letter to the ministry that carries it out, and to those who support it;
an exhortation to all that it speaks to.

Its parts and their order are those of the rules on official documents: 수신, 참조, 경유, 제목, items 1. 가., "끝.".
Where there are several addressees the head says so, and they stand at the end.
The office's own document system adds number, signatures and dispatch.
"""

from collections.abc import Iterator
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ministries.directory import Directory
from tfportal import dates

from ..decisions import addressees, day_of
from ..models import Decision
from . import words
from .blocks import Block, Document, Paragraph, Span, Title


def compose(decision: Decision, *, language: str, at: datetime) -> Document:
    """The letter on a decision; a draft until the meeting's outcome is confirmed."""
    meeting = decision.meeting
    with translation.override(language):
        return Document(
            title=words.name_of_letter(decision),
            language=language,
            author=words.office(),
            made_at=at,
            blocks=tuple(_blocks(decision)),
            subject=_("Letter on a decision"),
            draft="" if meeting.frozen_at else words.draft(),
        )


def _blocks(decision: Decision) -> Iterator[Block]:
    meeting, names = decision.meeting, Directory(day_of(decision.meeting))
    to, copied = (_names(of, names) for of in addressees(decision))
    yield Title(words.office())
    yield _line(pgettext("letter", "To"), _("see the addressees below") if len(to) > 1 else "".join(to))
    if copied:
        yield _line(pgettext("letter", "Copy to"), ", ".join(copied))
    yield _line(pgettext("letter", "(Via)"), "")
    yield _line(pgettext("letter", "Subject"), words.name_of_letter(decision))
    yield Paragraph("")
    yield Paragraph(
        "1. " + _("Related: %(meeting)s, %(when)s") % {"meeting": meeting.name, "when": words.when(meeting)}
    )
    if decision.due_on:
        asked = _(
            "2. The meeting above decided as follows. Please carry it out by the day named, and enter what became of"
            " it on the portal."
        )
    else:
        asked = _("2. The meeting above decided as follows. Please take it into account.")
    if copied:
        asked += " " + _("The supporting ministries are asked to help.")
    yield Paragraph(asked)
    yield from _points(decision, names, ends=not meeting.frozen_at)
    if meeting.frozen_at:
        root = words.root_of(meeting.stream_key)[:8]
        told = _("3. Root of the sealed outcome, its first eight characters: %(root)s") % {"root": root}
        yield Paragraph(told + _end())
    yield Paragraph("")
    yield words.centred(pgettext("letter", "Minister for Government Policy Coordination"), is_bold=True)
    if len(to) > 1:
        yield Paragraph("")
        yield _line(pgettext("letter", "Addressees"), ", ".join(to))


def _names(ministries: list[int], names: Directory) -> list[str]:
    """Their names, in the ministries' order."""
    return [name.name for name in names.named(ministries) or [names[pk] for pk in ministries]]


def _end() -> str:
    """The mark after the last letter, two blanks before it: nothing can be added unseen."""
    return "  " + pgettext("mark at the end of a letter", "End.")


def _line(label: str, text: str) -> Paragraph:
    return Paragraph([Span(f"{label}  ", is_bold=True), Span(text)])


def _points(decision: Decision, names: Directory, *, ends: bool) -> Iterator[Paragraph]:
    """가. 나. 다.: number, sentence, who helps, until when, which tasks."""
    points = [
        (pgettext("decision", "Number"), words.number_of(decision)),
        (pgettext("meeting", "Decision"), words.sentence_of(decision)),
        (_("Lead"), names[decision.lead_id].name if decision.lead_id else ""),
        (
            _("Supporting") if decision.lead_id else pgettext("letter", "Speaks to"),
            words.supporters_of(decision, names),
        ),
        (_("Until"), dates.day(decision.due_on) if decision.due_on else ""),
        (_("Tasks"), ", ".join(f"{row.task.code} {row.task.title}" for row in decision.of_tasks.all())),
    ]
    told = [(label, text) for label, text in points if text]
    letters = "가나다라마바" if words.language() == "ko" else "abcdef"
    for mark, (label, text) in zip(letters, told, strict=False):
        last = ends and (label, text) == told[-1]
        yield Paragraph(f"    {mark}. {label}: {text}" + (_end() if last else ""))
