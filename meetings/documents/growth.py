"""전략 보완: the book's part on how the strategy grows: candidate tasks, stakeholders' opinions, the working group and
the scenarios, as they stood when the round was frozen; before that, as they stand."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ministries.directory import Directory
from scenarios.book_facts import pathway_table
from scenarios.facts import working_group_facts
from scenarios.models import Uptake
from tasks.models import Call, Candidate, CandidateState, Verdict, VerdictKind
from tfportal import dates

from ..models import Disposition, Group, Meeting, Opinion
from . import words
from .blocks import Align, Block, Cell, Heading, Inline, Level, Paragraph, Table
from .words import head, item, note, number, topic

VERDICTS = {
    VerdictKind.ADOPT: CandidateState.ADOPTED,
    VerdictKind.MERGE: CandidateState.MERGED,
    VerdictKind.ASK_BACK: CandidateState.ASKED_BACK,
    VerdictKind.DECLINE: CandidateState.DECLINED,
}


@dataclass(frozen=True)
class Moment:
    """Until when the rows are read, and as of which day the numbers are."""

    at: datetime
    day: date

    @classmethod
    def of(cls, meeting: Meeting, at: datetime) -> "Moment":
        round_ = meeting.round
        if round_ is None or round_.prepared_at is None:
            return cls(at, timezone.localdate(at))
        return cls(round_.frozen_at or at, round_.as_of)


def part(meeting: Meeting, names: Directory, *, at: datetime) -> Iterator[Block]:
    """The part with its heading; nothing where there is nothing to say. Constant in queries."""
    moment = Moment.of(meeting, at)
    blocks = [*_candidates(moment, names), *_opinions(moment), *_working_group(moment), *_scenarios(moment)]
    if blocks:
        yield Heading(_("Growing the strategy"))
        yield from blocks


# Candidates


def _candidates(moment: Moment, names: Directory) -> Iterator[Block]:
    calls = list(
        Call.objects.filter(at__lte=moment.at)
        .order_by("no")
        .prefetch_related("addressees", "nones", Prefetch("candidates", _standing(moment)))
    )
    if not calls:
        return
    yield topic(_("Candidate tasks"))
    for call in calls:
        yield item(_answers(call, moment))
    found = [candidate for call in calls for candidate in call.candidates.all()]
    if found:
        labels = [_("No."), _("Ministry"), _("Candidate task"), pgettext("candidate", "Kind"), _("State"), _("Reason")]
        rows = [_candidate(candidate, names) for candidate in found]
        yield words.table("", labels, rows, (8, 14, 32, 12, 12, 22))


def _standing(moment: Moment) -> QuerySet[Candidate]:
    """Those that stood, each with what was decided on it by then."""
    verdicts = Verdict.objects.filter(at__lte=moment.at).select_related("task").order_by("pk")
    rows = Candidate.objects.standing().filter(at__lte=moment.at).select_related("call", "supplements")
    return rows.order_by("no").prefetch_related(Prefetch("verdicts", verdicts))


def _answers(call: Call, moment: Moment) -> str:
    asked = {row.ministry_id for row in call.addressees.all()}
    proposed = {row.ministry_id for row in call.candidates.all()}
    none = {row.ministry_id for row in call.nones.all() if row.at <= moment.at} - proposed
    said = _(
        "Call %(no)s, %(title)s (due %(day)s): %(asked)s asked, "
        "%(with)s with candidates, %(none)s with none, %(silent)s silent"
    )
    return said % {
        "no": call.no,
        "title": call.title,
        "day": dates.day(call.due_at),
        "asked": len(asked),
        "with": len(proposed),
        "none": len(none),
        "silent": len(asked - proposed - none),
    }


def _candidate(candidate: Candidate, names: Directory) -> list[Cell | Inline]:
    last = ([None, *candidate.verdicts.all()])[-1]
    state = VERDICTS[VerdictKind(last.kind)] if last else CandidateState.SUBMITTED
    became = f"→ {last.task.code}\n" if last and last.task else ""
    kind = str(candidate.get_kind_display())
    if candidate.supplements is not None:
        kind += f"\n({candidate.supplements.code})"
    return [
        candidate.number,
        names[candidate.ministry_id].abbr,
        candidate.title,
        kind,
        str(state.label),
        (became + last.reason).strip() or words.NOTHING if last else words.NOTHING,
    ]


# Opinions


def _opinions(moment: Moment) -> Iterator[Block]:
    """How many, by who said it and what came of it. No word of them: these are read on the portal."""
    last = Disposition.objects.filter(at__lte=moment.at).order_by("pk")
    rows = list(
        Opinion.objects.filter(state="admitted", received_at__lte=moment.at).prefetch_related(
            Prefetch("dispositions", last)
        )
    )
    if not rows:
        return
    counted: Counter[tuple[str, str]] = Counter()
    for row in rows:
        answers = list(row.dispositions.all())
        counted[row.group, answers[-1].kind if answers else ""] += 1
    columns = [*Uptake.values, ""]
    heads = [*(str(kind.label) for kind in Uptake), pgettext("opinion", "Not answered yet")]
    yield topic(_("Stakeholder opinions"))
    body = [
        [head(str(group.label)), *(number(counted[group.value, kind]) for kind in columns)]
        for group in Group
        if any(counted[group.value, kind] for kind in columns)
    ]
    caption = _("Opinions %(n)s") % {"n": len(rows)}
    labels = [pgettext("stakeholder", "Group"), *heads]
    yield Table(caption, [[head(label) for label in labels]], body, (25, *[15] * len(columns)))


# The working group and the scenarios


def _working_group(moment: Moment) -> Iterator[Block]:
    facts = working_group_facts(moment.day)
    if not any(fact.number for fact in facts):
        return
    unseen = " [" + _("not verified") + "]"
    yield topic(_("Technical working group"))
    for fact in facts:
        yield Paragraph(fact.words + ("" if fact.is_verified else unseen), Level.ITEM)


def _scenarios(moment: Moment) -> Iterator[Block]:
    table = pathway_table(moment.day)
    if table is None:
        return
    yield topic(table.title)
    rows = [[head(name), *map(_right, cells)] for name, cells in (*table.rows, *table.sums)]
    widths = (28, *[18] * len(table.heads))
    yield words.table("", [_("Sector"), *table.heads], rows, widths)
    for text in table.notes:
        yield note(text)


def _right(text: str) -> Cell:
    return Cell(text, align=Align.RIGHT)
