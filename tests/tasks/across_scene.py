"""Three rounds of the cast. Round 2 tells of a moved date, of another light of the office, of an indicator, and of a text
that nobody reviewed. After its freeze ministries and people are called otherwise, tasks have other titles, kinds and leads,
and round 3, which is open, moves a date again, completes a task and gives another value."""

from datetime import date

from ministries.models import Ministry, MinistryName, User
from tasks.models import Lead, Milestone, Report, Round, Support, Task
from tests import builders, cast
from tests.builders import kst
from tests.snapshot import Snapshot

BEFORE, FROZEN, LATER = kst(2021, 3, 18, 10), kst(2021, 3, 22, 10), kst(2021, 4, 14, 10)
CODES = ("ME-01", "ME-02", "ME-03", "ME-04", "ME-06", "MSIT-01")
NAMES = {"ME": "기후에너지환경부", "MOTIE": "산업통상부", "MSIT": "과학부"}


def people() -> dict[str, User]:
    return {row.username: row for row in User.objects.all()}


def ministries() -> dict[str, Ministry]:
    return {row.code: row for row in Ministry.objects.all()}


def roster(no: int) -> dict[str, Report]:
    return {row.task.code: row for row in Report.objects.filter(round__no=no).select_related("task")}


def tell() -> None:
    """Round 2, up to the moment before its freeze."""
    cast.set_up()
    who, reports = people(), roster(2)
    officer, office = who["me_officer"], who["coordinator"]
    first = builders.indicator(reports["ME-03"].task, targets={2021: "10"}, every="round")
    texts = {
        "ME-01": {"milestones": builders.moved(reports["ME-01"].task.milestones.get())},
        "ME-02": {"milestones": builders.done(reports["ME-02"].task.milestones.get())},
        "ME-03": {"indicators": {str(first.pk): {"value": "4", "note": ""}}},
        "ME-04": {},
        "ME-06": builders.troubled(addressed_to=["MSIT"], results="ㅇ 공청회를 마침"),
    }
    for code, more in texts.items():
        builders.write(reports[code], by=officer, at=BEFORE, **more)
        builders.submit(reports[code], by=officer, at=BEFORE)
    for code in ("ME-01", "ME-02", "ME-03", "ME-06"):
        builders.open_for_review(reports[code], by=office, at=BEFORE)
        worse = {"light": "attention", "reason": "관계부처 이견"} if code == "ME-03" else {}
        builders.accept(reports[code], by=office, at=BEFORE, **worse)
    builders.report_in("accepted", reports["MSIT-01"], officer=who["msit_officer"], coordinator=office, at=BEFORE)


def go_on() -> None:
    """The freeze of round 2, and whatever came later."""
    who, bodies = people(), ministries()
    builders.freeze(Round.objects.get(no=2), by=who["coordinator"], at=FROZEN)
    everything_changes(who, bodies)


def everything_changes(who: dict[str, User], bodies: dict[str, Ministry]) -> None:
    for code, name in NAMES.items():
        words = {"name_ko": name, "name_en": f"New {code}", "abbr_ko": f"{name}(약)", "abbr_en": f"N-{code}"}
        MinistryName.objects.create(ministry=bodies[code], valid_from=date(2021, 4, 1), **words)
    User.objects.filter(username="me_officer").update(name_ko="새이름", name_en="New Name")
    other = {"title_ko": "고친 과제명", "title_en": "Retitled", "kind": "new"}
    Task.objects.filter(code__in=CODES).update(sector=builders.sector("CCU"), **other)
    Lead.objects.create(task=Task.objects.get(code="ME-06"), ministry=bodies["MOTIE"], valid_from=date(2021, 4, 1))
    Support.objects.filter(task__code="MSIT-01").update(valid_until=date(2021, 4, 1))
    third = builders.round_(3, as_of=date(2021, 4, 9), opens_at=kst(2021, 4, 5, 9), due_at=kst(2021, 4, 16, 18))
    reports, me = builders.prepare(third, by=who["coordinator"]), who["me_officer"]
    again = builders.moved(Milestone.objects.get(task__code="ME-01"), "2021-09-30", cause="legislation")
    value = {str(reports["ME-03"].task.indicators.get().pk): {"value": "9", "note": ""}}
    builders.write(reports["ME-01"], by=me, at=LATER, milestones=again)
    builders.write(reports["ME-03"], by=me, at=LATER, indicators=value)
    builders.write(reports["ME-04"], by=me, at=LATER, light="completed", completed_on="2021-04-08")
    for code in ("ME-01", "ME-03", "ME-04"):
        builders.submit(reports[code], by=me, at=LATER)
        builders.open_for_review(reports[code], by=who["coordinator"], at=LATER)
        builders.accept(reports[code], by=who["coordinator"], at=LATER)


def _all() -> None:
    tell()
    go_on()


TOLD, THREE = Snapshot(tell), Snapshot(_all)
