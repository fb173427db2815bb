"""A row in each table by which the strategy grows: calls with candidates, hearings with opinions, the working group, the
scenarios. Written as they are, without verbs: what is tested with them is the database and the record."""

from dataclasses import dataclass
from typing import Any

from django.db import models

from meetings.models import (
    AgendaItem,
    Disposition,
    Hearing,
    Meeting,
    Opinion,
    OpinionTask,
    OpinionText,
    Participant,
    Transfer,
)
from meetings.opinions import contents as opinions
from meetings.opinions.verification import digest_of as digest_of_words
from records.receipts import once
from records.rows import Told, tell
from scenarios import contents as scenarios
from scenarios.models import (
    CommentAnswer,
    Division,
    DivisionMeeting,
    Expert,
    ExpertPerson,
    PublishedFigure,
    Scenario,
    ScenarioComment,
    ScenarioVersion,
    Seat,
    SectorFigure,
    SignedOff,
    WorkingGroup,
)
from scenarios.verification import digest_of
from tasks.candidates.contents import TOLD as CALL
from tasks.models import Call, CallAddressee, Candidate, NoCandidate, Task, Verdict
from tests.builders import key, kst
from tests.cast import TaskForce

AT = kst(2021, 3, 16, 14)
DAY = AT.date()
KINDS: tuple[Told, ...] = (CALL, opinions.OPINION, opinions.HEARING, scenarios.GROUP, scenarios.SCENARIO)
LABELS = [model._meta.label for told in KINDS for model in told.paths]


@dataclass(frozen=True)
class Grown:
    """The roots by the prefix of their chains, and every row by the label of its table."""

    roots: dict[str, models.Model]
    rows: dict[str, Any]


def whole(task_force: TaskForce, *, no: int = 1, published: bool = False) -> Grown:
    """A row in each table. `no` keeps two of them apart; `published`: the scenario's version is."""
    by, ministry = task_force.people["coordinator"], task_force.ministries["MSIT" if no % 2 else "ME"]
    task: Task = task_force.reports["ME-01" if no % 2 else "ME-02"].task
    deed: dict[str, Any] = {"by": by, "at": AT}
    call = Call.objects.create(no=no, title_ko="발굴 요청", due_at=AT, **deed)
    candidate = Candidate.objects.create(
        call=call, ministry=ministry, no=1, kind="new", title_ko="후보", sector=task.sector, text="내용", **deed
    )
    hearing = Hearing.objects.create(no=no, title_ko="간담회", held_on=DAY, **deed)
    opinion = Opinion.objects.create(
        number=f"P-{no}",
        group="civic",
        channel="hearing",
        hearing=hearing,
        said_on=DAY,
        received_at=AT,
        state="admitted",
    )
    words = OpinionText.objects.create(opinion=opinion, text="더 일찍 시작할 것", salt="a" * 32)
    Opinion.objects.filter(pk=opinion.pk).update(digest=digest_of_words(words))
    group, _made = WorkingGroup.objects.get_or_create(  # there is one
        defaults={"code": "G", "name_ko": "기술작업반", "name_en": "Working group"}
    )
    division = Division.objects.create(group=group, code=f"G{no}-1", order=no, name_ko="총괄 분과", name_en="General")
    expert = Expert.objects.create(division=division, ministry=ministry, starts_on=DAY, **deed)
    person = ExpertPerson.objects.create(expert=expert, name="홍길동", affiliation="연구원", salt="b" * 32)
    Expert.objects.filter(pk=expert.pk).update(digest=digest_of(person))
    met = DivisionMeeting.objects.create(division=division, no=1, held_on=DAY, topic_ko="착수", **deed)
    scenario = Scenario.objects.create(
        code=f"S{no}", order=no, kind="scenario", year=2050, name_ko="시나리오", name_en="Scenario"
    )
    version = ScenarioVersion.objects.create(scenario=scenario, code=f"S{no}-1", no=1, stated_total="0.0")
    comment = ScenarioComment.objects.create(of=version, ministry=ministry, text="의견", **deed)
    made: list[models.Model] = [
        call,
        CallAddressee.objects.create(call=call, ministry=ministry),
        NoCandidate.objects.create(call=call, ministry=ministry, reason="없음", **deed),
        candidate,
        Verdict.objects.create(candidate=candidate, kind="decline", reason="중복", **deed),
        hearing,
        Participant.objects.create(hearing=hearing, group="civic", organisation="시민모임", number=3),
        opinion,
        OpinionTask.objects.create(opinion=opinion, task=task),
        Disposition.objects.create(opinion=opinion, ministry=ministry, kind="taken_up", reason="반영함", **deed),
        Transfer.objects.create(opinion=opinion, kind="handed_back", ministry=ministry, reason="소관 아님", **deed),
        group,
        division,
        PublishedFigure.objects.create(
            group=group,
            code=f"G{no}-F",
            order=1,
            counts="experts",
            number=82,
            occasion_ko="회의",
            occasion_en="Meeting",
        ),
        expert,
        met,
        Seat.objects.create(meeting=met, expert=expert),
        scenario,
        version,
        SectorFigure.objects.create(
            of=version, order=1, sector=task.sector, name_ko="산업", name_en="Industry", value="51.1"
        ),
        SignedOff.objects.create(of=version, division=division, agrees=True, version_no=1, **deed),
        comment,
        CommentAnswer.objects.create(comment=comment, kind="taken_up", reason="반영", **deed),
    ]
    if published:
        published_then = {"is_published": True, "published_on": DAY, "frozen_at": AT, "circulated_at": AT}
        published_then["comments_until"] = AT
        ScenarioVersion.objects.filter(pk=version.pk).update(**published_then)
    for row in made:
        row.refresh_from_db()
    roots: list[models.Model] = [call, opinion, hearing, group, scenario]
    return Grown(
        {told.prefix: root for told, root in zip(KINDS, roots, strict=True)},
        {row._meta.label: row for row in made if row._meta.label in LABELS},
    )


def told(task_force: TaskForce, grown: Grown) -> None:
    """An event in each chain that tells of all its rows."""
    for kind in KINDS:
        root = grown.roots[kind.prefix]
        rows = kind.rows_of(root).values()
        body: dict[str, Any] = {"at": AT, "key": key(), "target": kind.prefix, "body": []}
        with once("change_figures", by=task_force.people["coordinator"], **body) as attempt:
            tell(attempt, kind, root, root, rows=rows)


def agenda_item() -> AgendaItem:
    """An item for a candidate to stand in."""
    meeting = Meeting.objects.create(no=99, name_ko="회의", name_en="Meeting")
    return AgendaItem.objects.create(meeting=meeting, order=1, kind="discussion", title_ko="발굴")
