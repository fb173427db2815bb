"""보도자료: the draft of a press release, from what stands in the meeting's rows and from nothing else. What nobody has
entered is left out; `press_gaps` says what that is."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ministries.models import MinistryName, Sourced
from tasks.models import Candidate, Kind, Precision, Task, VerdictKind
from tfportal import dates
from tfportal.language import is_korean, pick

from .. import figures
from ..decisions import number_of
from ..models import AgendaItem, Decision, DecisionKind, Figure, Meeting
from . import press_material
from .blocks import Align, Block, Cell, Document, Heading, Level, Paragraph, Span, Table, Title
from .press_material import Material, TaskOnAgenda
from .words import draft, ministry_text, running_head


def compose(meeting: Meeting, *, language: str, at: datetime) -> Document:
    """The release in one language, a draft until the outcome is confirmed. Texts that exist in one language only stand
    there in that one."""
    with translation.override(language):
        material = press_material.read(meeting, at=at)
        is_draft = meeting.frozen_at is None
        return Document(
            title=headline(material),
            language=language,
            author=", ".join(dict.fromkeys(name.name for name, _posting in material.office)),
            made_at=at,
            blocks=tuple(_blocks(material)),
            subject=_("Press release"),
            draft=draft() if is_draft else "",
            handling=_("Internal until it is given out") if is_draft else "",
            header=running_head(meeting, draft()) if is_draft else _joined(meeting.name, dated(meeting)),
        )


def headline(material: Material) -> str:
    text = _("%(meeting)s held") if material.is_held else _("%(meeting)s to be held")
    return text % {"meeting": material.meeting.name}


def dated(meeting: Meeting) -> str:
    """The meeting's day; a day that is not a fact never without the note that says so. Empty while it is not known."""
    if meeting.date is None:
        return ""
    return " ".join(filter(None, (dates.day(meeting.date), _note(meeting))))


def _note(meeting: Meeting) -> str:
    return f"[{meeting.date_note}]" if meeting.date_note else ""


def _plain_day(day: date) -> str:
    """A day within brackets, without its weekday: `2020. 12. 7.`, `7 Dec 2020`."""
    return f"{day.year}. {day.month}. {day.day}." if is_korean() else f"{day.day} {dates.month(day, year=True)}"


def chair_of(meeting: Meeting) -> str:
    return pick(meeting.chair, meeting.chair_en)


def _joined(*parts: str) -> str:
    return " · ".join(filter(None, parts))


def _blocks(it: Material) -> Iterator[Block]:
    yield Paragraph([Span(_("Press release"), is_bold=True)], align=Align.CENTER)
    yield _head(it)
    yield Title(headline(it), under=_about(it))
    yield from _opening(it)
    if it.items:
        yield Heading(_("What was reviewed") if it.is_held else _("On the agenda"))
        for item in it.items:
            yield from _item(it, item)
    if any(it.tasks.values()):
        yield Heading(_("Tasks by kind"))
        for kind, tasks in it.tasks.items():
            yield from _tasks_of(kind, tasks)
    if it.remarks:
        chair = chair_of(it.meeting)
        yield Heading(_with(_("From the chair"), chair) if chair else _("From the chair"))
        for remark in it.remarks:
            yield from ministry_text(remark.text + _unverified(remark), Level.ITEM)
    if it.decisions:
        yield Heading(_("Decisions"))
        for decision in it.decisions:
            yield from ministry_text(_decision(it, decision), Level.ITEM)


def _head(it: Material) -> Table:
    """The head of the form, with what is known; the time of its giving out is for whoever gives it out."""
    rows = [
        (_("Given out"), _("to be filled in")),
        (_("Unit in charge"), "\n".join(_units(it))),
        (_("Meeting"), it.meeting.name),
        (_("When"), _joined(dated(it.meeting), f"{it.meeting.starts_at:%H:%M}" if it.meeting.starts_at else "")),
        (_("Place"), it.meeting.place),
        (_("Chair"), chair_of(it.meeting)),
    ]
    body = [(Cell(label, is_head=True), Cell(text)) for label, text in rows if text]
    return Table("", head=(), body=body, widths=(1, 4))


def _units(it: Material) -> Iterator[str]:
    for name, posting in it.office:
        yield _joined(" ".join(filter(None, (name.name, posting.unit))), posting.telephone)


def _about(it: Material) -> str:
    """What stands under the headline: the strategies that the meeting's tasks come from."""
    titles = ", ".join(row.title for row in it.strategies)
    return _("How the %(strategy)s is carried out") % {"strategy": titles} if titles else ""


def _opening(it: Material) -> Iterator[Block]:
    """Which meeting, when, by whom, after which other one, for what, and who takes part."""
    meeting, chair = it.meeting, chair_of(it.meeting)
    words = {"meeting": meeting.name, "chair": chair, "day": dated(meeting)}
    yield Paragraph((_held(it) if it.is_held else _planned(it)) % words, Level.TOPIC)
    if it.strategies:
        named = ", ".join(_with(row.title, _plain_day(row.decided_on)) for row in it.strategies)
        yield Paragraph(
            _("Its purpose: to review how the %(strategy)s is carried out") % {"strategy": named}, Level.ITEM
        )
    if it.before is not None:
        day = _plain_day(it.before.date) if it.before.date else ""
        text = _with(it.before.name, " ".join(filter(None, (day, _note(it.before))))) if day else it.before.name
        yield Paragraph(_("The meeting before it: %(meeting)s") % {"meeting": text}, Level.ITEM)
    if it.bodies:
        label = _("Participating ministries") if it.is_marked else _("Invited ministries")
        number = ngettext("%(n)d body", "%(n)d bodies", len(it.bodies)) % {"n": len(it.bodies)}
        about = ", ".join(filter(None, (number, meeting.rank)))
        yield Paragraph(f"{_with(label, about)}: {_names(it.bodies)}", Level.NOTE)


def _held(it: Material) -> str:
    if chair_of(it.meeting) and it.meeting.date:
        return _("The %(meeting)s was held on %(day)s, chaired by %(chair)s.")
    if chair_of(it.meeting):
        return _("The %(meeting)s was held, chaired by %(chair)s.")
    return _("The %(meeting)s was held on %(day)s.") if it.meeting.date else _("The %(meeting)s was held.")


def _planned(it: Material) -> str:
    if chair_of(it.meeting) and it.meeting.date:
        return _("The %(meeting)s is to be held on %(day)s, chaired by %(chair)s.")
    if chair_of(it.meeting):
        return _("The %(meeting)s is to be held, chaired by %(chair)s.")
    return _("The %(meeting)s is to be held on %(day)s.") if it.meeting.date else _("The %(meeting)s is to be held.")


def _item(it: Material, item: AgendaItem) -> Iterator[Block]:
    yield Paragraph([Span(item.title, is_bold=True), Span(f" [{item.get_kind_display()}]")], Level.TOPIC)
    yield from ministry_text(item.summary, Level.ITEM)
    for figure in item.figures.all():
        yield Paragraph(_figure(figure) + _unverified(figure), Level.NOTE)
    for link in item.of_candidates.all():
        if _is_adopted_at(it.meeting, link.candidate):
            yield Paragraph(_adopted(it, link.candidate), Level.NOTE)
    if item.pk == it.of_opinions and it.opinions:
        yield Paragraph(it.opinions, Level.NOTE)
    yield from ministry_text(item.outcome, Level.ITEM)


def _is_adopted_at(meeting: Meeting, candidate: Candidate) -> bool:
    """Whether this meeting took it up: what a later one did with it is that one's news."""
    return any(row.kind == VerdictKind.ADOPT and row.meeting_no == meeting.no for row in candidate.verdicts.all())


def _adopted(it: Material, candidate: Candidate) -> str:
    """`Taken up from the ministries' candidates: title (ministry)`. What was not adopted is no news."""
    named = _with(candidate.title, it.names[candidate.ministry_id].name)
    return _("Taken up from the ministries’ candidates: %(candidate)s") % {"candidate": named}


def _figure(figure: Figure) -> str:
    """`82 experts, as of Feb 2021`, `36 meetings, Dec 2020–Feb 2021`: never without the time that it speaks of."""
    when = figures.when(figure)
    if figure.until and not figure.since and figure.precision != "unknown":
        when = _("as of %(day)s") % {"day": when}
    return f"{figures.counted(figure)}, {when}"


def _tasks_of(kind: Kind, tasks: list[TaskOnAgenda]) -> Iterator[Block]:
    if not tasks:
        return
    label = pgettext("of a kind", "%(kind)s tasks") % {"kind": kind.label}
    yield Paragraph([Span(label, is_bold=True)], Level.ITEM)
    for one in tasks:
        yield Paragraph(_task(one) + _unverified(one.task), Level.DETAIL)
        if one.is_sample:
            yield Paragraph(one.task.note, Level.NOTE)


def _task(one: TaskOnAgenda) -> str:
    """`title (lead · with support · due Q1 2021)`. Whether it is completed is what its reports say, not its kind."""
    task = one.task
    about = [one.lead.name] if one.lead else []
    if one.supports:
        about.append(pgettext("supporting ministries", "with %(names)s") % {"names": _names(one.supports)})
    if task.completed_on:
        about.append(_("completed %(day)s") % {"day": _plain_day(task.completed_on)})
    elif task.planned_until:
        about.append(_("due %(day)s") % {"day": _due(task)})
    return _with(task.title, _joined(*about)) if about else task.title


def _due(task: Task) -> str:
    """No more exact than it is known."""
    if task.planned_until is None:
        return ""
    exact = task.planned_precision == Precision.DAY
    return _plain_day(task.planned_until) if exact else dates.period(task.planned_until, task.planned_precision)


def _names(bodies: Iterable[MinistryName]) -> str:
    """English names have commas of their own."""
    return (", " if is_korean() else "; ").join(name.name for name in bodies)


def _decision(it: Material, decision: Decision) -> str:
    """`2-01 text (Action · lead · due day)`; an exhortation that names nobody speaks to all."""
    text = pick(decision.text_ko, decision.text_en)
    about = [str(DecisionKind(decision.kind).label)]
    about += [it.names[decision.lead_id].name] if decision.lead_id else []
    others = _names(it.names.named(row.ministry_id for row in decision.supporting.all()))
    about += [others] if others else []
    about += [_("due %(day)s") % {"day": _plain_day(decision.due_on)}] if decision.due_on else []
    return f"{number_of(it.meeting, decision.no)} {_with(text, _joined(*about))}"


def _with(text: str, more: str) -> str:
    """What belongs to a text, in brackets: after a blank in English, without one in Korean."""
    return f"{text}({more})" if is_korean() else f"{text} ({more})"


def _unverified(row: Sourced) -> str:
    """The mark of what nobody has read in a source: background knowledge is never printed as a fact."""
    unseen = _("not verified")  # xgettext reads no text inside an f-string
    return "" if row.verified == Sourced.Verified.SEEN else f" [{unseen}]"
