"""What a press release lacks, and where what it says of figures and remarks comes from: for the office, beside the
draft."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ministries.models import Sourced

from ..figures import figure_in_words
from ..models import Figure, Meeting, Remark
from . import press_material
from .press_material import Material

SHORT = 24  # letters


@dataclass(frozen=True)
class Gap:
    """What the release lacks, in words. `page`: the name of the meeting's address where it is entered, or empty."""

    text: str
    page: str = ""


def missing(meeting: Meeting, *, at: datetime) -> list[Gap]:
    """What is not entered yet, or cannot be: in the reader's language, in the order of the release."""
    it = press_material.read(meeting, at=at)
    gaps = [*_gaps_of_plan(it), *_gaps_of_agenda(it), *_gaps_of_outcome(it)]
    gaps.append(Gap(_("When it is given out is filled in by whoever gives it out.")))
    return gaps


def _gaps_of_plan(it: Material) -> Iterator[Gap]:
    meeting = it.meeting
    if meeting.date is None:
        yield Gap(_("The day of the meeting is not known."), "change_meeting")
    elif meeting.date_note:
        yield Gap(_("The day of the meeting is not a fact: %(note)s.") % {"note": meeting.date_note}, "change_meeting")
    if not meeting.place:
        yield Gap(_("No place is entered."), "change_meeting")
    if not meeting.chair:
        yield Gap(_("Nobody is entered as chair."), "change_meeting")
    if not it.bodies:
        yield Gap(_("No ministry is invited."), "invite_ministries")
    elif not it.is_marked:
        text = ngettext(
            "Attendance is not marked for %(n)d ministry: the invited ministries are named.",
            "Attendance is not marked for %(n)d ministries: the invited ministries are named.",
            it.unmarked,
        )
        yield Gap(text % {"n": it.unmarked}, "run_meeting")
    if not it.office:
        yield Gap(_("The coordination office has no unit: enter one with a coordinator’s posting."))


def _gaps_of_agenda(it: Material) -> Iterator[Gap]:
    if not it.items:
        yield Gap(_("Nothing is on the agenda."), "edit_agenda")
        return
    if bare := [item.title for item in it.items if not (item.summary_ko or item.summary_en)]:
        yield Gap(_("Items that do not say what they are about: %(items)s") % {"items": _listed(bare)}, "edit_agenda")
    if not any(it.tasks.values()):
        yield Gap(_("No agenda item names a task."), "edit_agenda")
    if not any(item.figures.all() for item in it.items):
        yield Gap(_("No agenda item gives a figure."), "edit_agenda")
    if korean := [item.title for item in it.items if not item.title_en or (item.summary_ko and not item.summary_en)]:
        yield Gap(_("Items that stand in Korean only: %(items)s") % {"items": _listed(korean)}, "edit_agenda")
    figures = [figure for item in it.items for figure in item.figures.all()]
    if doubted := [figure_in_words(figure) for figure in figures if _is_unverified(figure)]:
        yield Gap(_("Figures marked as not verified: %(items)s") % {"items": _listed(doubted)}, "edit_agenda")
    tasks = [one for of in it.tasks.values() for one in of]
    if doubted := [one.task.code for one in tasks if _is_unverified(one.task)]:
        yield Gap(_("Tasks marked as not verified: %(items)s") % {"items": _listed(doubted)})
    if samples := [one.task.code for one in tasks if one.is_sample]:
        yield Gap(_("Tasks marked as samples: %(items)s") % {"items": _listed(samples)})


def _listed(texts: Iterable[str]) -> str:
    return " / ".join(texts)


def _is_unverified(row: Sourced) -> bool:
    """Whether the release marks it so."""
    return row.verified != Sourced.Verified.SEEN


def _gaps_of_outcome(it: Material) -> Iterator[Gap]:
    if not it.remarks:
        yield Gap(_("No remarks of the chair are entered."), "edit_remarks")
    if korean := [_begun(row.text) for row in it.remarks if not row.text_en]:
        yield Gap(_("Remarks that stand in Korean only: %(items)s") % {"items": _listed(korean)}, "edit_remarks")
    if doubted := [_begun(row.text) for row in it.remarks if _is_unverified(row)]:
        yield Gap(_("Remarks marked as not verified: %(items)s") % {"items": _listed(doubted)}, "edit_remarks")
    if it.undecided:
        text = ngettext(
            "%(n)d decision joins when the outcome is confirmed.",
            "%(n)d decisions join when the outcome is confirmed.",
            it.undecided,
        )
        yield Gap(text % {"n": it.undecided}, "show_outcome")
    if it.meeting.frozen_at is None:
        yield Gap(_("The outcome is not confirmed: this is a draft."), "show_outcome")


def _begun(text: str) -> str:
    """How a remark begins, to tell which one is meant."""
    line = " ".join(text.split())
    return line if len(line) <= SHORT else f"{line[:SHORT].rstrip()}…"


@dataclass(frozen=True)
class Source:
    """An address or a title, how many figures and remarks rest on it, and whether it was read."""

    text: str
    times: int
    verified: str


def sources(meeting: Meeting) -> list[Source]:
    """Those of the figures and remarks, in their order."""
    rows: list[Figure | Remark] = [*Figure.objects.filter(item__meeting=meeting).order_by("item__order", "order")]
    rows += Remark.objects.filter(meeting=meeting)
    lines = Counter((line, row.get_verified_display()) for row in rows for line in row.source.splitlines() if line)
    return [Source(line, times, verified) for (line, verified), times in lines.items()]
