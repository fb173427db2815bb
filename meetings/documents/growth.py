"""전략 보완: the book's part on how the strategy grows: candidate tasks, stakeholders' opinions, the working group and
the scenarios. Candidates, opinions and the register of the working group as they stood when the round was frozen,
played from the record: nothing that came later is in it. Numbers are as of the round's day."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ministries.directory import Directory
from records.rows import Content, rows_at
from scenarios.book_facts import pathway_table
from scenarios.contents import SCENARIO
from scenarios.facts import working_group_facts
from scenarios.models import Scenario
from tasks.candidates.contents import TOLD as CALL
from tasks.models import CandidateKind, CandidateState, Task
from tfportal import dates
from tfportal.language import pick

from ..models import AgendaCandidate, AgendaItem, Group, Meeting
from ..reasons import of_plain
from . import heard, words
from .blocks import Align, Block, Cell, Heading, Inline, Level, Paragraph, Table
from .sources import agenda
from .words import head, item, note, number, topic

Rows = Mapping[str, Content]


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
    blocks = [*_candidates(moment, names), *_opinions(moment), *_working_group(moment), *_scenarios(moment, meeting)]
    if blocks:
        yield Heading(_("Growing the strategy"))
        said = {"when": dates.moment(moment.at), "day": dates.day(moment.day)}
        yield note(_("Answers and opinions as of %(when)s, numbers as of %(day)s.") % said)
        yield from blocks


# Candidates


def _candidates(moment: Moment, names: Directory) -> Iterator[Block]:
    chains = sorted(rows_at(CALL, moment.at).values(), key=lambda rows: _first(rows, "call")["no"])
    if not chains:
        return
    yield topic(_("Candidate tasks"))
    for rows in chains:
        yield item(_answers(rows))
    codes = dict(Task.objects.filter(pk__in=_tasks(chains)).values_list("pk", "code"))
    found = [
        _candidate(_first(rows, "call")["no"], candidate, _last_verdict(rows, candidate), names, codes)
        for rows in chains
        for candidate in sorted(_standing(rows), key=lambda row: row["no"])
    ]
    if found:
        labels = [_("No."), _("Ministry"), _("Candidate task"), pgettext("candidate", "Kind"), _("State"), _("Reason")]
        yield words.table("", labels, found, (8, 14, 32, 12, 12, 22))


def on_agenda(items: Iterable[AgendaItem], names: Directory, moment: Moment) -> Iterator[Block]:
    """What the candidates say that the items are about, item by item: the meeting discusses them with the book in its
    hands. As they stood, without those that were taken back. One query where there are none."""
    of: dict[int, list[int]] = {}
    rows = AgendaCandidate.objects.filter(item__in=[one.pk for one in items]).order_by(
        "candidate__call__no", "candidate__no"
    )
    for item_id, candidate in rows.values_list("item", "candidate"):
        of.setdefault(item_id, []).append(candidate)
    if not of:
        return
    chains = list(rows_at(CALL, moment.at).values())
    codes = dict(Task.objects.filter(pk__in=_tasks(chains)).values_list("pk", "code"))
    stood = {row["pk"]: (_first(chain, "call")["no"], row) for chain in chains for row in _standing(chain)}
    for no, one in enumerate(items, 1):
        told = [stood[pk] for pk in of.get(one.pk, []) if pk in stood]
        if told:
            yield topic(_("Candidate tasks of item %(no)s: %(title)s") % {"no": no, "title": one.title})
        for call_no, row in told:
            yield item(_named(call_no, row, names, codes))
            yield from words.ministry_text(row["text"], Level.DETAIL)


def _named(call_no: int, row: Content, names: Directory, codes: Mapping[int, str]) -> str:
    """`1-02 Title (Interior, supplement to ME-01)`."""
    more = [names[row["ministry_id"]].abbr]
    if row["supplements_id"]:
        more.append(_("supplement to %(code)s") % {"code": codes[row["supplements_id"]]})
    title = pick(row["title_ko"], row["title_en"])
    return f"{call_no}-{row['no']:02} {title} ({', '.join(more)})"


def _of_kind(rows: Rows, kind: str) -> list[Content]:
    """The rows of one table, each with its key."""
    of = ((name.partition("/"), row) for name, row in rows.items())
    return [row | {"pk": int(pk)} for (table, _slash, pk), row in of if table == kind]


def _first(rows: Rows, kind: str) -> Content:
    return _of_kind(rows, kind)[0]


def _standing(rows: Rows) -> list[Content]:
    """The candidates that their ministries had not taken back."""
    return [row for row in _of_kind(rows, "candidate") if row["state"] != CandidateState.WITHDRAWN]


def _last_verdict(rows: Rows, candidate: Content) -> Content | None:
    found = [row for row in _of_kind(rows, "verdict") if row["candidate_id"] == candidate["pk"]]
    return max(found, key=lambda row: row["pk"], default=None)


def _tasks(chains: Iterable[Rows]) -> set[int]:
    """The tasks that candidates became, and those that they supplement."""
    named = [row["task_id"] for rows in chains for row in _of_kind(rows, "verdict")]
    named += [row["supplements_id"] for rows in chains for row in _of_kind(rows, "candidate")]
    return {pk for pk in named if pk}


def _answers(rows: Rows) -> str:
    call = _first(rows, "call")
    asked = {row["ministry_id"] for row in _of_kind(rows, "calladdressee")}
    proposed = {row["ministry_id"] for row in _standing(rows)}
    none = {row["ministry_id"] for row in _of_kind(rows, "nocandidate")} - proposed
    said = _(
        "Call %(no)s, %(title)s (due %(day)s): %(asked)s asked, "
        "%(with)s with candidates, %(none)s with none, %(silent)s silent"
    )
    return said % {
        "no": call["no"],
        "title": pick(call["title_ko"], call["title_en"]),
        "day": dates.day(datetime.fromtimestamp(call["due_at"], UTC)),
        "asked": len(asked),
        "with": len(proposed),
        "none": len(none),
        "silent": len(asked - proposed - none),
    }


def _candidate(
    call_no: int, row: Content, last: Content | None, names: Directory, codes: Mapping[int, str]
) -> list[Cell | Inline]:
    """As it stood. What the office asked back of one ministry is not read out to all of them."""
    state = CandidateState(row["state"])
    is_decided = last is not None and state.is_decided
    became = f"→ {codes[last['task_id']]}\n" if last and is_decided and last["task_id"] else ""
    kind = str(CandidateKind(row["kind"]).label)
    if row["supplements_id"]:
        kind += f"\n({codes[row['supplements_id']]})"
    return [
        f"{call_no}-{row['no']:02}",
        names[row["ministry_id"]].abbr,
        pick(row["title_ko"], row["title_en"]),
        kind,
        str(state.label),
        (became + last["reason"]).strip() or words.NOTHING if last and is_decided else words.NOTHING,
    ]


# Opinions


def _opinions(moment: Moment) -> Iterator[Block]:
    """How many, by who said it and what came of it. No word of them: these are read on the portal."""
    counted = heard.counted(moment.at)
    if not counted:
        return
    columns = heard.outcome_heads()
    yield topic(_("Stakeholder opinions"))
    body = [
        [head(str(group.label)), *(number(counted[group.value, kind]) for kind in columns)]
        for group in Group
        if any(counted[group.value, kind] for kind in columns)
    ]
    totals = [sum(counted[group.value, kind] for group in Group) for kind in columns]
    body.append([head(_("Together")), *(number(total, is_bold=True) for total in totals)])
    caption = _("Opinions %(n)s") % {"n": counted.total()}
    labels = [pgettext("stakeholder", "Group"), *columns.values()]
    yield Table(caption, [[head(label) for label in labels]], body, (25, *[15] * len(columns)))


# The working group and the scenarios


def _working_group(moment: Moment) -> Iterator[Block]:
    facts = working_group_facts(moment.day, moment.at)
    if not any(fact.number for fact in facts):
        return
    unseen = " [" + _("not verified") + "]"
    yield topic(_("Technical working group"))
    for fact in facts:
        yield Paragraph(fact.words + ("" if fact.is_verified else unseen), Level.ITEM)


def _scenarios(moment: Moment, meeting: Meeting) -> Iterator[Block]:
    """What is published, and below it the versions that ministries were asked about: these have no figures here, for
    they are no facts yet."""
    table, asked = pathway_table(moment.day), list(_asked_about(moment, meeting))
    if table is not None:
        yield topic(table.title)
        rows = [[head(name), *map(_right, cells)] for name, cells in (*table.rows, *table.sums)]
        widths = (28, *[18] * len(table.heads))
        yield words.table("", [_("Sector"), *table.heads], rows, widths)
        for text in table.notes:
            yield note(text.removeprefix("* "))
    if asked:
        yield topic(_("Scenarios under discussion"))
        for text in asked:
            yield item(text)


def _asked_about(moment: Moment, meeting: Meeting) -> Iterator[str]:
    """Each version that was circulated and neither published nor withdrawn by then, with how many comments it got, and
    which item of the agenda takes it up."""
    names = {f"{SCENARIO.prefix}{row.pk}": row.name for row in Scenario.objects.all()}
    said = _("%(scenario)s, version %(no)s: circulated until %(until)s, comments %(n)s")
    taken_up = _taken_up(meeting)
    for key, rows in sorted(rows_at(SCENARIO, moment.at).items()):
        for row in _of_kind(rows, "scenarioversion"):
            if row["circulated_at"] and not row["is_published"] and not row["withdrawn_at"]:
                number_said = sum(one["of_id"] == row["pk"] for one in _of_kind(rows, "scenariocomment"))
                until = dates.moment(datetime.fromtimestamp(row["comments_until"], UTC))
                text = said % {"scenario": names.get(key, key), "no": row["no"], "until": until, "n": number_said}
                item_no = taken_up.get(row["pk"])
                spoken_of = _("agenda item %(no)s") % {"no": item_no}  # an f-string's texts are found by no catalogue
                yield f"{text} ({spoken_of})" if item_no else text


def _taken_up(meeting: Meeting) -> dict[int, int]:
    """Versions (primary keys) to the number of the item that takes them up, on an agenda that everybody may see."""
    listed = enumerate(agenda(meeting, for_office=False), 1)
    read = ((no, of_plain(item.reason)) for no, item in listed)
    return {pk: no for no, reason in read if reason for pk in reason.versions}


def _right(text: str) -> Cell:
    return Cell(text, align=Align.RIGHT)
