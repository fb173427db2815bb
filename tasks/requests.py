"""건의: whom the issues of reports ask, and what was answered. Read-only.

A request is answered when its ministry answered this very wording, in this round or an earlier one. The rule stands in
`RequestQuerySet.with_answered` for those who count, and here, over the same rows, for those who read.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from ministries.directory import Directory
from ministries.models import Ministry, MinistryName, User

from . import permissions
from .models import Answer, Report, Request, Round


@dataclass(frozen=True)
class Said:
    """One answer. `is_earlier`: to an earlier wording of the issue."""

    answer: Answer
    is_earlier: bool


@dataclass(frozen=True)
class Asked:
    """One ministry that the issue of a sent text asks. `since`: when it was first asked in these words."""

    request: Request
    name: MinistryName
    lead: MinistryName
    since: datetime
    answers: list[Said]

    @property
    def report(self) -> Report:
        return self.request.revision.report

    @property
    def code(self) -> str:
        return self.report.task.code

    @property
    def form_key(self) -> str:
        """Tells its form from the others on the page."""
        return str(self.request.pk)

    @property
    def issues(self) -> str:
        return self.request.revision.issues

    @property
    def is_answered(self) -> bool:
        return any(not row.is_earlier for row in self.answers)

    @property
    def last(self) -> Said | None:
        """The answer that counts: the last one to this wording, else the last one to an earlier one."""
        fitting = [row for row in self.answers if not row.is_earlier]
        return next(iter([*self.answers, *fitting][::-1]), None)


def of_revisions(revisions: Collection[int], names: Directory) -> dict[int, list[Asked]]:
    """Whom each of these sent texts (primary keys) asks, with the answers up to its round. At most three queries."""
    return _read(_of(revisions), names) if revisions else {}


def asked_of(ministry: Ministry, round_: Round, names: Directory) -> list[Asked]:
    """What the ministry is asked: all that it has not answered, and of the round at hand also what it has; the open
    ones first, the oldest first. At most three queries."""
    return _to_answer(_read(_to(ministry), names), round_)


def both_ways(
    revisions: Collection[int], ministry: Ministry, round_: Round, names: Directory
) -> tuple[dict[int, list[Asked]], list[Asked]]:
    """`of_revisions` and `asked_of` for a page that shows both. At most four queries."""
    ours, theirs = _read_all([_of(revisions), _to(ministry)], names)
    return ours, _to_answer(theirs, round_)


def _of(revisions: Collection[int]) -> QuerySet[Request]:
    return Request.objects.filter(revision__in=revisions)


def _to(ministry: Ministry) -> QuerySet[Request]:
    return Request.objects.of_latest_texts().asked_of([ministry.pk])


def _to_answer(found: dict[int, list[Asked]], round_: Round) -> list[Asked]:
    rows = [row for rows in found.values() for row in rows]
    rows = [row for row in rows if not row.is_answered or row.report.round_id == round_.pk]
    return sorted(rows, key=lambda row: (row.is_answered, row.since, row.code))


def seen_by(user: User, report: Report, names: Directory) -> list[Asked]:
    """Whom the report's sent text asks, as far as what they answered is the reader's to know."""
    asked = of_revisions([report.current_id], names).get(report.current_id, []) if report.current_id else []
    return [row for row in asked if permissions.can_see_answer(user, report, row.name.ministry_id)]


TEXTS = ("results", "plans", "also_reason")  # of the texts around an issue nothing is said here


def _read(wanted: QuerySet[Request], names: Directory) -> dict[int, list[Asked]]:
    return _read_all([wanted], names)[0]


def _read_all(wanted: Iterable[QuerySet[Request]], names: Directory) -> list[dict[int, list[Asked]]]:
    named = ("revision__report__task", "revision__report__round", "revision__submission", "addressed_to")
    lists = [
        list(
            requests.select_related(*named)
            .defer(*(f"revision__{name}" for name in TEXTS))
            .order_by("revision__report__task__code", "addressed_to__order")
        )
        for requests in wanted
    ]
    rows = [row for requests in lists for row in requests]
    if not rows:
        return [defaultdict(list) for _ in lists]
    tasks = {row.revision.report.task_id for row in rows}
    answers: defaultdict[tuple[int, int], list[Answer]] = defaultdict(list)
    said = Answer.objects.filter(request__revision__report__task__in=tasks).order_by("at", "pk")
    read = said.select_related("request__revision__report__round", "by", "acting_for")
    for answer in read.defer(*(f"request__revision__{name}" for name in TEXTS)):
        answers[answer.request.revision.report.task_id, answer.request.addressed_to_id].append(answer)
    first = _first_asked(tasks, {row.revision.issues for row in rows})
    return [_asked(requests, names, answers, first) for requests in lists]


def _asked(
    rows: Iterable[Request],
    names: Directory,
    answers: Mapping[tuple[int, int], list[Answer]],
    first: Mapping[tuple[int, int, str], datetime],
) -> dict[int, list[Asked]]:
    found: defaultdict[int, list[Asked]] = defaultdict(list)
    for row in rows:
        of, no = row.revision, row.revision.report.round.no
        key = (of.report.task_id, row.addressed_to_id)
        upto = [answer for answer in answers.get(key, []) if answer.request.revision.report.round.no <= no]
        found[of.pk].append(
            Asked(
                row,
                names[row.addressed_to_id],
                names[of.report.lead_id],
                min(first.get((*key, of.issues), of.submission.received_at), of.submission.received_at),
                [Said(answer, answer.request.revision.issues != of.issues) for answer in upto],
            )
        )
    return found


def _first_asked(tasks: Collection[int], wordings: Collection[str]) -> dict[tuple[int, int, str], datetime]:
    """When each task first asked each ministry in these words."""
    rows = Request.objects.filter(revision__report__task__in=tasks, revision__issues__in=wordings)
    named = rows.order_by("-revision__submission__received_at").values_list(
        "revision__report__task", "addressed_to", "revision__issues", "revision__submission__received_at"
    )
    return {(task, ministry, issues): at for task, ministry, issues, at in named}
