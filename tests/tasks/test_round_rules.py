"""Rounds: preparing fixes the roster, the freeze seals what was submitted (model.md "What the rows mean")."""

import json
from datetime import UTC, date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ministries.models import MinistryName
from records.chain import sha256
from records.errors import Conflict, Frozen, WrongState
from records.models import Event, Seal
from tasks import freezing, workflow
from tasks.models import Lead, Milestone, Phase, Report, Round, Task
from tests import builders
from tests.builders import fresh, key, kst, sent
from tests.cast import DUE

TICK = timedelta(microseconds=1)
THIRD: dict[str, Any] = {"as_of": date(2021, 6, 4), "opens_at": kst(2021, 6, 1, 9), "due_at": kst(2021, 6, 10, 18)}


@pytest.fixture
def freeze_and_prepare(task_force, coordinator):
    """Freezes round 2 as it stands, and prepares round 3; returns its roster by task code."""

    def go(**more) -> dict[str, Report]:
        builders.freeze(task_force.round_2, by=coordinator, at=kst(2021, 3, 22, 10))
        return builders.prepare(builders.round_(3, **(THIRD | more)), by=coordinator)

    return go


# The roster


def test_the_roster_copies_what_the_task_is_then(task_force, msit, freeze_and_prepare):
    """Lead as of the as-of date, kind, sector: what a task becomes later does not change an earlier round."""
    task = Task.objects.get(code="ME-01")
    Lead.objects.create(task=task, ministry=msit, valid_from=THIRD["as_of"])
    Lead.objects.create(task=task, ministry=task_force.ministries["FSC"], valid_from=date(2021, 6, 5))
    Task.objects.filter(pk=task.pk).update(kind="supplemented", sector=builders.sector("CCU"))
    report = freeze_and_prepare()["ME-01"]
    assert (report.lead.code, report.kind, report.sector.code) == ("MSIT", "supplemented", "CCU")
    earlier = fresh(task_force.reports["ME-01"])
    assert (earlier.lead.code, earlier.kind, earlier.sector.code) == ("ME", "existing", "GEN")


def test_the_baseline_is_what_was_accepted_or_else_was_shown_last(task_force, reports):
    """In round 2 after round 1: accepted, accepted under another light, unreviewed, no reply, new."""
    first = task_force.first
    for code in ("ME-01", "ME-03", "ME-04"):
        assert reports[code].baseline == fresh(first[code]).current
    assert [reports[code].baseline_light for code in ("ME-01", "ME-03", "ME-04")] == [
        "on_track",
        "attention",
        "on_track",
    ]
    for code in ("ME-05", "MSIT-02"):
        assert (reports[code].baseline, reports[code].baseline_light) == (None, "")


def test_without_a_reply_the_baseline_before_stands(
    task_force, reports, me_officer, coordinator, at, freeze_and_prepare
):
    """Nothing came in for ME-01 and ME-03; of ME-04 a text was returned and never mended: the last submitted counts."""
    builders.report_in("mended", reports["ME-04"], officer=me_officer, coordinator=coordinator, at=at)
    third = freeze_and_prepare()
    assert third["ME-01"].baseline == reports["ME-01"].baseline
    assert third["ME-03"].baseline_light == "attention"
    assert third["ME-04"].baseline == fresh(reports["ME-04"]).current
    assert third["ME-05"].baseline is None


def test_a_completed_task_leaves_the_next_roster(reports, me_officer, coordinator, at, freeze_and_prepare):
    """product.md: completed tasks leave it. (Completed by the day from which the round observes.)"""
    for code, light in (("ME-03", "completed"), ("ME-04", "on_track")):
        builders.write(reports[code], by=me_officer, at=at, light=light, completed_on="2021-03-05")
        builders.submit(reports[code], by=me_officer, at=at)
        builders.open_for_review(reports[code], by=coordinator, at=at)
        builders.accept(reports[code], by=coordinator, at=at)
    third = freeze_and_prepare()
    assert "ME-03" not in third
    assert len(third) == len(reports) - 1


def test_a_task_joins_from_its_first_round_on(task_force):
    assert "MSIT-02" not in task_force.first
    assert "MSIT-02" in task_force.reports


def test_a_task_without_a_lead_stops_the_preparation(task_force, coordinator, me):
    """Named, and nothing is half prepared."""
    task = Task.objects.create(code="ME-90", title_ko="주관 없음", title_en="No lead", sector=builders.sector())
    Lead.objects.create(task=task, ministry=me, valid_from=date(2021, 6, 5))  # the day after the as-of date
    builders.freeze(task_force.round_2, by=coordinator, at=kst(2021, 3, 22))
    third = builders.round_(3, **THIRD)
    with pytest.raises(WrongState, match="ME-90"):
        builders.prepare(third, by=coordinator)
    assert not third.reports.exists()
    Lead.objects.filter(task=task).update(valid_from=THIRD["as_of"])
    assert "ME-90" in builders.prepare(third, by=coordinator)


def test_a_round_is_prepared_after_the_freeze_of_the_one_before(task_force, coordinator):
    """Its baselines are what that freeze shows."""
    third = builders.round_(3, **THIRD)
    with pytest.raises(WrongState):
        builders.prepare(third, by=coordinator)
    builders.freeze(task_force.round_2, by=coordinator, at=kst(2021, 3, 22))
    builders.prepare(third, by=coordinator)


# Phases


@pytest.mark.parametrize(
    ("at", "phase"),
    [
        (kst(2021, 3, 8, 9) - TICK, Phase.PREPARED),
        (kst(2021, 3, 8, 9), Phase.OPEN),
        (DUE, Phase.OPEN),  # the due instant is still in time
        (DUE + TICK, Phase.PAST_DUE),
        (DUE.astimezone(ZoneInfo("Pacific/Kiritimati")), Phase.OPEN),  # an instant is one, wherever its clock hangs
        (DUE.astimezone(UTC) + TICK, Phase.PAST_DUE),
    ],
)
def test_open_and_past_due_are_told_by_the_clock(task_force, coordinator, at, phase):
    """Derived, never stored; a frozen round is frozen at every instant, an unprepared one is planned."""
    assert task_force.round_2.phase(at) is phase
    assert task_force.round_1.phase(at) is Phase.FROZEN
    assert builders.round_(3).phase(at) is Phase.PLANNED


# The freeze


def manifest_of(round_: Round) -> dict[str, Any]:
    """What the seal of the round holds."""
    return dict(Seal.objects.get(stream__key=round_.stream_key).manifest)


def entry(round_: Round, code: str) -> dict[str, Any]:
    """One report in the seal."""
    return next(row for row in manifest_of(round_)["reports"] if row["task"] == code)


def test_the_freeze_seals_every_row_of_the_roster(task_force, reports, me_officer, coordinator, at):
    """Its root is the hash of the manifest, and the manifest can be made again from the rows."""
    round_ = task_force.round_2
    builders.report_in("accepted", reports["ME-03"], officer=me_officer, coordinator=coordinator, at=at)
    receipt = builders.freeze(round_, by=coordinator, at=at)
    seal = Seal.objects.get(stream__key="round/2")
    assert [row["task"] for row in seal.manifest["reports"]] == sorted(reports)
    assert seal.root == sha256(freezing.manifest(Round.objects.get(no=2))) == sha256(seal.manifest)
    assert receipt.event.data["root"] == seal.root
    assert Round.objects.get(no=2).frozen_at == seal.at == at


@pytest.mark.parametrize(
    ("place", "sealed"),
    [("missing", None), ("draft", None), ("submitted", 1), ("returned", 1), ("mended", 1), ("accepted", 1)],
)
def test_the_freeze_seals_the_last_submitted_text_and_never_a_draft(
    task_force, reports, me_officer, coordinator, at, place, sealed
):
    """Text never submitted is never sealed; a half-mended return is sealed as it was returned."""
    builders.report_in(place, reports["ME-03"], officer=me_officer, coordinator=coordinator, at=at)
    builders.freeze(task_force.round_2, by=coordinator, at=at)
    row = entry(task_force.round_2, "ME-03")
    assert (row["revision"] or {}).get("no") == sealed
    assert row["accepted"] is (place == "accepted")
    if sealed:
        assert row["revision"]["sha256"] == sent(reports["ME-03"]).sha256
        assert row["revision"]["submission"] == "2-ME-0001"
    assert "덧붙임" not in json.dumps(manifest_of(task_force.round_2), ensure_ascii=False)


def test_a_withdrawn_text_is_not_sealed(task_force, reports, me_officer, coordinator, at):
    """Taken back in time, it was not submitted."""
    builders.report_in("submitted", reports["ME-03"], officer=me_officer, coordinator=coordinator, at=at)
    builders.withdraw(reports["ME-03"], by=me_officer, at=at)
    builders.freeze(task_force.round_2, by=coordinator, at=at)
    assert entry(task_force.round_2, "ME-03")["revision"] is None


def test_a_round_that_moved_since_the_page_was_shown_is_not_frozen(task_force, reports, me_officer, coordinator, at):
    """The confirmation carries the head's sequence: 409, and the page is shown again."""
    round_ = task_force.round_2
    shown = freezing.head_seq(round_)
    builders.submit(reports["ME-01"], by=me_officer, at=at, unchanged=True)
    with pytest.raises(Conflict) as refused:
        freezing.freeze(round_.pk, by=coordinator, at=at, key=key(), head_seq=shown)
    assert refused.value.status == 409
    assert (Round.objects.get(no=2).frozen_at, Event.objects.latest("pk").verb) == (None, "submit")
    freezing.freeze(round_.pk, by=coordinator, at=at, key=key(), head_seq=freezing.head_seq(round_))
    with pytest.raises(Frozen):
        freezing.freeze(round_.pk, by=coordinator, at=at, key=key(), head_seq=freezing.head_seq(round_))


def test_names_are_copied_as_of_the_rounds_day(task_force, me, coordinator, at):
    """A reorganisation rewrites no history: the name of the as-of date, whatever the clock says and comes later."""
    names = {"abbr_ko": "기후부", "abbr_en": "Climate"}
    for day, ko, en in ((date(2021, 3, 12), "기후환경부", "Climate Ministry"), (date(2021, 3, 13), "다음부", "Next")):
        MinistryName.objects.create(ministry=me, valid_from=day, name_ko=ko, name_en=en, **names)
    builders.freeze(task_force.round_2, by=coordinator, at=at)
    Task.objects.filter(code="ME-01").update(title_ko="다른 제목", title_en="Another title")
    report = fresh(task_force.reports["ME-01"])
    assert (report.lead_name_ko, report.lead_name_en) == ("기후환경부", "Climate Ministry")
    assert report.title_copied_ko == "2021년 탄소중립 이행계획"
    assert freezing.manifest(task_force.round_2) == manifest_of(task_force.round_2)
    assert entry(task_force.round_2, "ME-01")["lead_name_ko"] == "기후환경부"
    assert entry(task_force.round_1, "ME-01")["lead_name_ko"] == "환경부"


def test_the_next_round_leaves_the_sealed_one_as_it_was(
    task_force, reports, me_officer, coordinator, at, freeze_and_prepare
):
    """Accepting a moved date, completing a task in round 3: the manifest of round 2 can still be made again."""
    builders.report_in("accepted", reports["ME-03"], officer=me_officer, coordinator=coordinator, at=at)
    third, later = freeze_and_prepare(), kst(2021, 6, 2)
    milestone = Milestone.objects.get(task__code="ME-01")
    for code, rest in (
        ("ME-01", {"milestones": builders.moved(milestone, "2021-12-31")}),
        ("ME-03", {"light": "completed", "completed_on": "2021-06-01"}),
    ):
        builders.write(third[code], by=me_officer, at=later, **rest)
        builders.submit(third[code], by=me_officer, at=later)
        builders.open_for_review(third[code], by=coordinator, at=later)
        builders.accept(third[code], by=coordinator, at=later)
    for round_ in (task_force.round_1, task_force.round_2):
        assert freezing.manifest(Round.objects.get(pk=round_.pk)) == manifest_of(round_)


def test_a_sealed_lateness_tells_a_microsecond_from_none(task_force, reports, me_officer, coordinator):
    """quality.md 8: a microsecond late is late, in the sealed record as well."""
    for code, received in (("ME-01", DUE), ("ME-04", DUE + TICK)):
        workflow.submit([builders.item(reports[code], unchanged=True)], by=me_officer, at=received, key=key())
    builders.freeze(task_force.round_2, by=coordinator, at=DUE + 2 * TICK)
    assert [entry(task_force.round_2, code)["late_microseconds"] for code in ("ME-01", "ME-04")] == [0, 1]
