"""The reference data of a simulated portal as rows: bodies and their names, people, the strategy, tasks; and each round
with its meeting. Every name says that it is simulated."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.hashers import make_password

from meetings.models import Meeting
from ministries.models import Ministry, MinistryName, Posting, Role, User
from tasks.models import (
    Direction,
    Indicator,
    Lead,
    Milestone,
    Round,
    Sector,
    Strategy,
    StrategyItem,
    Support,
    Target,
    Task,
)

from . import words
from .plan import DIRECTIONS, OFFICE, SECTORS, Body, Dates, Job, Size

PASSWORD = "demo-2050"  # noqa: S105 (printed when it is done; the accounts are refused outside demo settings)
SINCE = date(2020, 1, 1)
SECTOR_NAMES = (
    ("총괄", "General coordination"),
    ("전환", "Energy transition"),
    ("산업", "Industry"),
    ("수송", "Transport"),
    ("건물", "Buildings"),
    ("농축수산", "Agriculture, livestock and fisheries"),
    ("폐기물", "Waste"),
    ("흡수원", "Carbon sinks"),
    ("CCUS", "Carbon capture, utilisation and storage"),
    ("수소", "Hydrogen"),
)
SOURCE = "manage.py simulate"


def build(bodies: list[Body]) -> None:
    """Everything that stands before the first round, but the tasks."""
    _people(bodies, _ministries(bodies))
    _sectors()
    _strategy()


def add_round(dates: Dates) -> Round:
    """A round and its meeting, after the round before; as the database gives it back."""
    round_ = Round.objects.create(
        no=dates.no,
        previous=Round.objects.filter(no=dates.no - 1).first(),
        observes_from=dates.observes_from,
        as_of=dates.as_of,
        opens_at=dates.opens_at,
        due_at=dates.due_at,
        guide_ko=f"모의 데이터의 회차입니다. {words.MARK_KO}",
        guide_en=f"A round of simulated data. {words.MARK_EN}",
    )
    Meeting.objects.create(
        no=dates.no,
        name_ko=f"제{dates.no}차 모의 회의",
        name_en=f"Simulated meeting {dates.no}",
        date=dates.frozen_at.date(),
        date_note_ko="모의",
        date_note_en="simulated",
        source=SOURCE,
        round=round_,
    )
    round_.refresh_from_db()  # moments as they come from the database: a seal quotes them so
    return round_


def people() -> dict[str, User]:
    return {user.username: user for user in User.objects.all()}


def _ministries(bodies: list[Body]) -> dict[str, Ministry]:
    made = Ministry.objects.bulk_create(
        Ministry(
            code=body.code,
            order=body.number,
            sign_off=body.sign_off,
            fallback_email=f"{body.code.lower()}@simulated.example",
            source=SOURCE,
        )
        for body in bodies
    )
    ministries = {row.code: row for row in made}
    MinistryName.objects.bulk_create(
        MinistryName(
            ministry=ministries[body.code],
            valid_from=since,
            name_ko=f"모의{body.number:03d}부{new_ko}",
            name_en=f"Simulated Ministry {body.number:03d}{new_en}",
            abbr_ko=f"모의{body.number:03d}{new_ko}",
            abbr_en=f"Sim {body.number:03d}{new_en}",
            source=SOURCE,
        )
        for body in bodies
        for since, new_ko, new_en in _names(body)
    )
    return ministries


def _names(body: Body) -> Iterable[tuple[date, str, str]]:
    yield SINCE, "", ""
    if body.renamed_on:
        yield body.renamed_on, "(개편)", " (renamed)"


def _people(bodies: list[Body], ministries: dict[str, Ministry]) -> None:
    """One hash for all: making it takes longer than all their rows."""
    password = make_password(PASSWORD)
    posts: list[tuple[str, str, str, str, Ministry | None]] = [
        (name, f"모의 총괄 {no}", f"Simulated coordinator {no}", Role.COORDINATOR, None)
        for no, name in enumerate(OFFICE, 1)
    ]
    posts.append(("reader", "모의 열람자", "Simulated reader", Role.READER, None))
    posts.append(("admin", "모의 관리자", "Simulated administrator", Role.ADMINISTRATOR, None))
    for body in bodies:
        no, ministry = f"{body.number:03d}", ministries[body.code]
        if body.has_officer:
            posts.append((body.officer, f"모의 담당 {no}", f"Simulated officer {no}", Role.OFFICER, ministry))
        if body.sign_off:
            posts.append((body.approver, f"모의 승인 {no}", f"Simulated approver {no}", Role.APPROVER, ministry))
    users = User.objects.bulk_create(
        User(
            username=username,
            name_ko=ko,
            name_en=en,
            email=f"{username}@simulated.example",
            password=password,
            is_demo=True,
            is_staff=role == Role.ADMINISTRATOR,
        )
        for username, ko, en, role, _ministry in posts
    )
    Posting.objects.bulk_create(
        Posting(user=user, ministry=ministry, role=role, starts_on=SINCE, unit_ko="모의과", unit_en="Simulated unit")
        for user, (_username, _ko, _en, role, ministry) in zip(users, posts, strict=True)
    )


def _sectors() -> None:
    Sector.objects.bulk_create(
        Sector(code=code, order=order, name_ko=ko, name_en=en, source=SOURCE)
        for order, (code, (ko, en)) in enumerate(zip(SECTORS, SECTOR_NAMES, strict=True), 1)
    )


def _strategy() -> None:
    strategy = Strategy.objects.create(
        code="SIM",
        title_ko="모의 추진전략",
        title_en="Simulated strategy",
        decided_on=SINCE,
        source=SOURCE,
    )
    for order, (code, count) in enumerate(DIRECTIONS.items(), 1):
        direction = Direction.objects.create(
            strategy=strategy,
            code=code,
            order=order,
            title_ko=f"모의 방향 {code}",
            title_en=f"Simulated direction {code}",
            source=SOURCE,
        )
        for number in range(1, count + 1):
            StrategyItem.objects.create(
                direction=direction,
                code=f"{code}{number}",
                order=number,
                title_ko=f"모의 분류 {code}{number}",
                title_en=f"Simulated item {code}{number}",
                source=SOURCE,
            )


def add_tasks(size: Size, jobs: list[Job]) -> None:
    """Tasks with their leads, supports, milestones and indicators, in the order in which they join."""
    ministries = {row.code: row for row in Ministry.objects.all()}
    sectors = {row.code: row for row in Sector.objects.all()}
    items = {row.code: row for row in StrategyItem.objects.select_related("direction")}
    titles = [words.title(size.random("title", job.number), job.number) for job in jobs]
    made = Task.objects.bulk_create(
        Task(
            code=job.code,
            title_ko=ko,
            title_en=en,
            kind=job.kind,
            sector=sectors[job.sector],
            direction=items[job.item].direction,
            item=items[job.item],
            planned_from=job.planned_from,
            planned_until=job.planned_until,
            first_round_no=job.first_round,
            origin="모의",
            note_ko="모의 과제입니다",
            note_en="A simulated task",
            source=SOURCE,
        )
        for job, (ko, en) in zip(jobs, titles, strict=True)
    )
    pairs = list(zip(made, jobs, strict=True))
    Lead.objects.bulk_create(
        Lead(task=task, ministry=ministries[job.lead.code], valid_from=SINCE) for task, job in pairs
    )
    Support.objects.bulk_create(
        Support(task=task, ministry=ministries[body.code], valid_from=SINCE)
        for task, job in pairs
        for body in job.supports
    )
    Milestone.objects.bulk_create(
        Milestone(
            task=task,
            order=order,
            title_ko=f"{ko} {words.MARK_KO}",
            title_en=f"{en} {words.MARK_EN}",
            baseline_on=on,
            current_on=on,
            source=SOURCE,
        )
        for task, job in pairs
        for order, (on, (ko, en)) in enumerate(zip(job.milestones, words.STEPS, strict=False), 1)
    )
    _indicators(pairs)


def _indicators(pairs: list[tuple[Task, Job]]) -> None:
    rows: list[Any] = []
    for task, job in pairs:
        for order, every in enumerate(job.indicators, 1):
            ko, en, unit_ko, unit_en = words.MEASURES[order - 1]
            rows.append(
                Indicator(
                    task=task,
                    order=order,
                    title_ko=f"{ko} {words.MARK_KO}",
                    title_en=f"{en} {words.MARK_EN}",
                    unit_ko=unit_ko,
                    unit_en=unit_en,
                    every=every,
                    source=SOURCE,
                )
            )
    made = Indicator.objects.bulk_create(rows)
    Target.objects.bulk_create(
        Target(indicator=row, year=year, value=Decimal(50 * (year - 2019)))
        for row in made
        for year in (2021, 2022, 2023)
    )
