"""안건: items come to the agenda, change, leave and move; it is shown to the ministries; papers are added to it.

`order` counts from one without gaps. Moving an item increases no version of any: what the order was is judged as a
whole, and whoever writes at an item meanwhile loses nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from ministries.models import User
from records.errors import Conflict, Forbidden, Invalid, WrongState
from records.models import Receipt
from records.receipts import once
from tasks import files

from ..contents import name_of
from ..drafting import Checked, FigureDraft, ItemDraft, check
from ..models import AgendaCandidate, AgendaItem, AgendaTask, Figure, Meeting, Note, Paper
from ..notices import agenda as notices
from ..reasons import Counted, Reason, of_plain
from ..transitions import permit
from .common import locked_item, locked_meeting, receipt_of, refuse, require_version, tell

ITEMS_LIMIT = 60
FILES_LIMIT = 50  # of one ministry for one item, with all versions: files stay for ever


def add_item(meeting_id: int, draft: ItemDraft, *, by: User, at: datetime, key: UUID) -> Receipt:
    """Put an item at the end of the agenda; who was shown it already is told. Raises Invalid with messages by field."""
    draft = draft.tidied()
    with once("add_item", by=by, at=at, key=key, target=f"meeting/{meeting_id}", body=draft.body) as attempt:
        if not attempt.repeated:
            meeting = locked_meeting(meeting_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            checked = _checked(draft)
            if draft.reason and _is_there(meeting, draft.reason, checked):
                raise WrongState(_("What is suggested here is on the agenda already."))
            count = meeting.items.count()
            if count >= ITEMS_LIMIT:
                raise Invalid({"__all__": [_("At most %(most)d items.") % {"most": ITEMS_LIMIT}]})
            item = AgendaItem(meeting=meeting, order=count + 1)
            item.reason = draft.reason.plain if draft.reason else {}
            _fill(item, draft, checked)
            item.save()
            rows: list[models.Model] = [item]
            rows += [AgendaTask.objects.create(item=item, task=task) for task in checked.tasks]
            rows += [AgendaCandidate.objects.create(item=item, candidate=row) for row in checked.candidates]
            rows += [_figure(Figure(item=item), no, one) for no, one in enumerate(draft.figures)]
            event = tell(attempt, meeting, item, rows=rows, acting_for=holder)
            notices.added(meeting, item, by=by, event=event)
    return receipt_of(attempt)


def change_item(item_id: int, draft: ItemDraft, *, by: User, at: datetime, key: UUID, version: int) -> Receipt:
    """Let the item say this. Why it was suggested stays with it. Raises Invalid with messages by field, Conflict where
    somebody changed it since that version."""
    draft, target = draft.tidied(), f"item/{item_id}"
    with once("change_item", by=by, at=at, key=key, target=target, body=[draft.body, version]) as attempt:
        if not attempt.repeated:
            meeting, item = locked_item(item_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            require_version(item, version)
            checked, presented = _checked(draft), item.presenter_id
            _fill(item, draft, checked)
            item.version += 1
            item.save()
            tasks, gone_tasks = _set_tasks(item, checked)
            figures, gone_figures = _set_figures(item, draft.figures)
            candidates, gone_candidates = _set_candidates(item, checked)
            rows = [item, *tasks, *candidates, *figures]
            gone = [*gone_tasks, *gone_candidates, *gone_figures]
            event = tell(attempt, meeting, item, rows=rows, gone=gone, acting_for=holder)
            if item.presenter_id != presented:
                notices.given(meeting, item, by=by, event=event)
    return receipt_of(attempt)


def extend_item(item_id: int, reason: Reason, *, by: User, at: datetime, key: UUID, version: int) -> Receipt:
    """Let the item take up the opinions that are suggested as well: what came later joins what it is about, and is no
    second item. Conflict where somebody changed it since that version."""
    target, body = f"item/{item_id}", [reason.plain, version]
    with once("extend_item", by=by, at=at, key=key, target=target, body=body) as attempt:
        if not attempt.repeated:
            meeting, item = locked_item(item_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            require_version(item, version)
            kept = of_plain(item.reason)
            if kept is not None and kept.kind != reason.kind:
                raise WrongState(_("The item is about something else: put these on the agenda as another one."))
            stood = kept.opinions if kept else ()
            if set(reason.opinions) <= set(stood):
                raise WrongState(_("What is suggested here is on the agenda already."))
            opinions = tuple(sorted({*stood, *reason.opinions}))
            item.reason = replace(reason, counted=(Counted(reason.kind, len(opinions)),), opinions=opinions).plain
            item.version += 1
            item.save()
            tell(attempt, meeting, item, rows=[item], acting_for=holder)
    return receipt_of(attempt)


def remove_item(item_id: int, *, by: User, at: datetime, key: UUID, version: int) -> Receipt:
    """Take an item off the agenda; those after it move up. WrongState where it holds what must not be lost."""
    with once("remove_item", by=by, at=at, key=key, target=f"item/{item_id}", body=[version]) as attempt:
        if not attempt.repeated:
            meeting, item = locked_item(item_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            require_version(item, version)
            if kept := what_holds(item):
                raise WrongState(kept)
            parts: list[models.Model] = [*item.of_tasks.all(), *item.of_candidates.all(), *item.figures.all()]
            gone = [name_of(row) for row in (*parts, item)]
            title = item.title_ko
            rest = [row for row in meeting.items.order_by("order", "pk") if row.pk != item.pk]
            item.delete()
            moved = _numbered(rest)
            tell(attempt, meeting, meeting, rows=moved, gone=gone, acting_for=holder, title=title)
    return receipt_of(attempt)


def what_holds(item: AgendaItem) -> str:
    """Why an item cannot leave the agenda: what hangs on it, in words; empty where it can."""
    if item.papers.exists():
        return _("This item has papers: it stays. Change it instead.")
    if item.decisions.exists():
        return _("This item has decisions: it stays. Change it instead.")
    if item.outcome_ko or item.outcome_en:
        return _("The outcome speaks of this item: it stays. Change it instead.")
    if Note.objects.filter(item=item).exclude(text="").exists():
        return _("Notes were taken of this item: it stays. Change it instead.")
    return ""


def order_items(
    meeting_id: int, order: Sequence[int], *, by: User, at: datetime, key: UUID, seen: Sequence[int]
) -> Receipt:
    """Put all items into this order (primary keys). Conflict where the agenda is another one than was `seen`."""
    body = [list(order), list(seen)]
    with once("order_items", by=by, at=at, key=key, target=f"meeting/{meeting_id}", body=body) as attempt:
        if not attempt.repeated:
            meeting = locked_meeting(meeting_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            items = {item.pk: item for item in meeting.items.order_by("order", "pk")}
            if list(items) != list(seen):
                raise Conflict(_("The agenda changed since you opened this page. Look at it again."))
            if sorted(order) != sorted(items):
                raise Invalid({"order": [_("Name each item once.")]})
            if list(order) == list(seen):
                raise Invalid({"order": [_("It stands there already.")]})
            moved = _numbered([items[pk] for pk in order])
            tell(attempt, meeting, meeting, rows=moved, acting_for=holder)
    return receipt_of(attempt)


def show_agenda(meeting_id: int, *, by: User, at: datetime, key: UUID, version: int) -> Receipt:
    """Show the agenda to the invited ministries from now on, and owe a mail to each of them. Once: what changes later
    they see as it changes. `version`: the meeting's, as it was seen."""
    with once("show_agenda", by=by, at=at, key=key, target=f"meeting/{meeting_id}", body=[version]) as attempt:
        if not attempt.repeated:
            meeting = locked_meeting(meeting_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            if meeting.shown_at is not None:
                raise WrongState(_("The agenda was shown already."))
            require_version(meeting, version)
            if not meeting.items.exists():
                raise Invalid({"__all__": [_("Nothing is on the agenda yet.")]})
            meeting.shown_at = at
            meeting.version += 1
            meeting.save(update_fields=["shown_at", "version"])
            event = tell(attempt, meeting, meeting, rows=[meeting], acting_for=holder)
            notices.shown(meeting, by=by, event=event)
    return receipt_of(attempt)


def add_paper(
    item_id: int,
    *,
    ministry: int | None,
    by: User,
    at: datetime,
    key: UUID,
    file: BinaryIO,
    name: str,
    replaces: UUID | None = None,
) -> Receipt:
    """Add a file to an item, in the name of a ministry or of the office (None): another paper, or the next version of
    the one that has the same name. `replaces`: the token of a paper whose next version it is under whatever name; it
    is then kept under that paper's.

    The file is judged, written and scanned before any lock is taken, as attachments are. Raises Invalid at `file` or at
    `replaces`, `files.NotKept` where it could not be kept, WrongState for a ministry after the agenda closed.
    """
    try:
        with files.arriving(file, name) as kept:
            body = [ministry, kept.name, kept.sha256, str(replaces or "")]
            with once("add_paper", by=by, at=at, key=key, target=f"item/{item_id}", body=body) as attempt:
                if not attempt.repeated:
                    meeting, item = locked_item(item_id)
                    holder = permit(attempt.verb, meeting, by=by, at=at, ministry=ministry)
                    if not AgendaItem.objects.visible_to(by).filter(pk=item.pk).exists():
                        raise Forbidden(_("This is not yours to do."))
                    paper = Paper(item=item, ministry_id=ministry)
                    paper.no, paper.name = _placed(item, ministry, kept, replaces)
                    paper.token, paper.kind = kept.token, kept.kind
                    paper.size, paper.sha256 = kept.size, kept.sha256
                    paper.by, paper.acting_for, paper.at = by, holder, at
                    paper.late = meeting.papers_due_at is not None and at > meeting.papers_due_at
                    paper.save()
                    tell(attempt, meeting, paper, rows=[paper], acting_for=holder)
    except Invalid as error:
        if "attachments" not in error.problems:
            raise
        raise Invalid({"file": error.problems["attachments"]}) from error
    return receipt_of(attempt)


def _placed(item: AgendaItem, ministry: int | None, kept: files.Kept, replaces: UUID | None) -> tuple[int, str]:
    """The file's running number, and the name that it is kept under."""
    there = item.papers.filter(ministry=ministry).order_by("no")
    name = kept.name if replaces is None else _replaced(there.filter(token=replaces).first(), kept).name
    versions = there.filter(name=name)
    last, newest = there.last(), versions.last()
    if newest is not None and newest.sha256 == kept.sha256:
        raise Invalid({"file": [_("This very file is there already, as version %(no)d.") % {"no": versions.count()}]})
    if last is not None and last.no >= FILES_LIMIT:
        raise Invalid({"file": [_("There are %(most)d files already. Ask the office.") % {"most": FILES_LIMIT}]})
    return (last.no + 1 if last else 1), name


def _replaced(paper: Paper | None, kept: files.Kept) -> Paper:
    """The paper that the file is the next version of; Invalid where it cannot be."""
    if paper is None:
        raise Invalid({"replaces": [_("Choose one of the papers that are there, or another paper.")]})
    if paper.kind != kept.kind:
        text = _("%(name)s is a file of another kind: add this one as another paper.")
        raise Invalid({"replaces": [text % {"name": paper.name}]})
    return paper


def _is_there(meeting: Meeting, reason: Reason, checked: Checked) -> bool:
    """Whether items that were suggested for the same cause speak already of all that this one speaks of: two took the
    same suggestion."""
    tasks, decisions = {task.pk for task in checked.tasks}, set(reason.decisions)
    candidates, opinions = {row.pk for row in checked.candidates}, set(reason.opinions)
    if not tasks and not decisions and not candidates and not opinions:
        return False
    for item in meeting.items.prefetch_related("of_tasks", "of_candidates"):
        other = of_plain(item.reason)
        if other is not None and other.kind == reason.kind:
            tasks -= {row.task_id for row in item.of_tasks.all()}
            decisions -= set(other.decisions)
            candidates -= {row.candidate_id for row in item.of_candidates.all()}
            opinions -= set(other.opinions)
    return not tasks and not decisions and not candidates and not opinions


def _checked(draft: ItemDraft) -> Checked:
    checked = check(draft)
    refuse(checked.problems)
    return checked


def _fill(item: AgendaItem, draft: ItemDraft, checked: Checked) -> None:
    item.kind, item.minutes, item.presenter = draft.kind, draft.minutes, checked.presenter
    item.title_ko, item.title_en = draft.title_ko, draft.title_en
    item.summary_ko, item.summary_en = draft.summary_ko, draft.summary_en


def _set_tasks(item: AgendaItem, checked: Checked) -> tuple[list[AgendaTask], list[str]]:
    """The rows that came, and the names of those that went."""
    wanted, there = {task.pk: task for task in checked.tasks}, {row.task_id: row for row in item.of_tasks.all()}
    gone = [row for pk, row in there.items() if pk not in wanted]
    names = [name_of(row) for row in gone]
    for row in gone:
        row.delete()
    made = [AgendaTask.objects.create(item=item, task=task) for pk, task in wanted.items() if pk not in there]
    return made, names


def _set_candidates(item: AgendaItem, checked: Checked) -> tuple[list[AgendaCandidate], list[str]]:
    """The same with candidates."""
    wanted = {row.pk: row for row in checked.candidates}
    there = {row.candidate_id: row for row in item.of_candidates.all()}
    gone = [row for pk, row in there.items() if pk not in wanted]
    names = [name_of(row) for row in gone]
    for row in gone:
        row.delete()
    new = [candidate for pk, candidate in wanted.items() if pk not in there]
    return [AgendaCandidate.objects.create(item=item, candidate=candidate) for candidate in new], names


def _set_figures(item: AgendaItem, wanted: Sequence[FigureDraft]) -> tuple[list[Figure], list[str]]:
    """The rows as they now stand, one after the other; and the names of those that went."""
    there = list(item.figures.all())
    extra = there[len(wanted) :]
    names = [name_of(row) for row in extra]
    for row in extra:
        row.delete()
    rows = [*there[: len(wanted)], *(Figure(item=item) for _one in wanted[len(there) :])]
    return [_figure(row, no, one) for no, (row, one) in enumerate(zip(rows, wanted, strict=True))], names


def _figure(row: Figure, no: int, one: FigureDraft) -> Figure:
    row.order = no
    for name, value in one.columns.items():
        setattr(row, name, value)
    row.save()
    return row


def _numbered(items: Sequence[AgendaItem]) -> list[AgendaItem]:
    """Number them from one; returns those whose number is another one now."""
    moved = []
    for no, item in enumerate(items, 1):
        if item.order != no:
            item.order = no
            item.save(update_fields=["order"])
            moved.append(item)
    return moved
