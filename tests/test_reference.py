"""The reference data: what the file holds, and that loading it neither half-works nor overwrites anybody's edits."""

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from meetings import reference
from meetings.models import Meeting
from ministries.models import Ministry, MinistryName
from scenarios.models import WorkingGroup
from tasks.models import Lead, Milestone, StrategyItem, Support, Task

pytestmark = pytest.mark.django_db


def content() -> Any:
    return json.loads(reference.REFERENCE.read_text(encoding="utf-8"))


def row_of(listed: Any, code: str, name: str = "code") -> Any:
    return next(row for row in listed if row[name] == code)


@pytest.fixture
def changed(tmp_path):
    """Writes a copy of the file after `change(content)`, or what that returns; returns the copy's path."""

    def write(change):
        path = tmp_path / "reference.json"
        copy = content()
        other = change(copy)
        path.write_text(json.dumps(copy if other is None else other), encoding="utf-8")
        return path

    return write


def totals(outcome: reference.Outcome) -> dict[str, int]:
    return {
        what: sum(getattr(tally, what) for tally in outcome.tables.values())
        for what in ("added", "changed", "left_alone", "edited_here")
    }


# What the file holds


def test_every_task_body_and_meeting_is_there():
    reference.load()
    bodies = Ministry.objects.filter(tf_member=True)
    assert " ".join(body.code for body in bodies) == (
        "ME MOTIE MOE MOEF FSC MAFRA MOLIT MOHW MOF MSS MSIT MOEL KFS OPC MOFA MCST"
    )
    assert set(Ministry.objects.filter(tf_member=False).values_list("code", flat=True)) == {"MOIS", "KMA"}
    assert Task.objects.count() == 29
    assert Lead.objects.count() == 29
    assert StrategyItem.objects.count() == 10
    assert [meeting.no for meeting in Meeting.objects.all()] == [0, 1, 2]


def test_named_tasks_have_the_kinds_of_the_press_release():
    reference.load()
    kinds = dict(Task.objects.values_list("code", "kind"))
    assert {code for code, kind in kinds.items() if kind == "first_completed"} == {"FSC-01", "MSIT-01"}
    assert {code for code, kind in kinds.items() if kind == "new"} == {"MOEL-01", "MOHW-01"}
    assert "supplemented" not in kinds.values()
    late_starters = Task.objects.filter(first_round_no=2)
    assert {task.code for task in late_starters} == {"MOEL-01", "MOHW-01"}


def test_what_is_not_known_stays_unknown():
    reference.load()
    second = Meeting.objects.get(no=2)
    assert second.date is None
    assert (second.not_before, second.not_after) == (date(2021, 2, 1), date(2021, 3, 30))
    assert MinistryName.objects.get(ministry__code="ME").valid_from == date(1900, 1, 1)


def test_facts_that_came_later_are_not_loaded_as_done():
    reference.load()
    assert not Task.objects.filter(completed_on__isnull=False).exists()
    assert not Milestone.objects.filter(done_on__isnull=False).exists()
    assert not any("2021-10-27" in task.note_en for task in Task.objects.all())


def test_planned_dates_become_milestones_no_more_exact_than_they_are_known():
    reference.load()
    milestones = {row.task.code: row for row in Milestone.objects.select_related("task")}
    assert set(milestones) == {task["code"] for task in content()["tasks"] if task["planned_until"]}
    quarter = milestones["FSC-01"]
    assert (quarter.current_on, quarter.precision) == (date(2021, 3, 31), "quarter")
    assert quarter.task.planned_from == date(2021, 1, 1)


def test_every_row_names_its_source_and_its_mark():
    reference.load()
    for model in (Ministry, MinistryName, Task, Milestone, Meeting):
        assert not model.objects.filter(source="").exists()
    assert MinistryName.objects.get(ministry__code="KMA").verified == "B"


def test_a_ministry_keeps_its_earlier_name():
    reference.load()
    names = MinistryName.objects.filter(ministry__code="MOEF").order_by("valid_from")
    assert [name.name_en for name in names] == ["Ministry of Strategy and Finance", "Ministry of Economy and Finance"]
    assert names[1].valid_from == date(2018, 8, 1)


# Loading again


def test_loading_twice_changes_nothing():
    first, second = reference.load(), reference.load()
    assert totals(second) == {"added": 0, "changed": 0, "left_alone": totals(first)["added"], "edited_here": 0}


def test_a_row_changed_in_the_file_is_updated(changed):
    reference.load()

    def change(file):
        task = row_of(file["tasks"], "ME-04")
        task.update(title_ko="새 이름", ministry="MOTIE", co_ministries=["ME", "MOF"])
        row_of(file["milestones"], "ME-03", "task")["baseline_on"] = "2022-01-31"

    outcome = reference.load(changed(change))
    assert totals(outcome) | {"left_alone": 0} == {"added": 0, "changed": 2, "left_alone": 0, "edited_here": 0}
    task = Task.objects.get(code="ME-04")
    assert task.title_ko == "새 이름"
    assert [lead.ministry.code for lead in task.leads.all()] == ["MOTIE"]
    assert {support.ministry.code for support in task.supports.all()} == {"ME", "MOF"}
    assert Milestone.objects.get(task__code="ME-03").current_on == date(2022, 1, 31)


def test_a_milestone_moved_by_reports_keeps_its_date(changed):
    reference.load()
    Milestone.objects.filter(task__code="ME-03").update(current_on=date(2022, 2, 28))
    outcome = reference.load(
        changed(lambda file: row_of(file["milestones"], "ME-03", "task").update(baseline_on="2022-01-31"))
    )
    assert outcome.tables["milestones"].changed == 1
    milestone = Milestone.objects.get(task__code="ME-03")
    assert (milestone.baseline_on, milestone.current_on) == (date(2022, 1, 31), date(2022, 2, 28))


def test_a_row_edited_here_is_kept_and_reported(changed):
    reference.load()
    Task.objects.filter(code="ME-03").update(title_en="Edited in the admin")
    outcome = reference.load(changed(lambda file: row_of(file["tasks"], "ME-03").update(kind="supplemented")))
    assert Task.objects.get(code="ME-03").title_en == "Edited in the admin"
    assert outcome.edited == [reference.Edited("tasks[ME-03]", ("title_en", "kind"))]
    assert totals(outcome)["edited_here"] == 1


@pytest.mark.parametrize("model", [Lead, Support])
def test_a_dated_lead_or_support_added_here_is_kept(model, changed):
    reference.load()
    task = Task.objects.get(code="ME-03")
    model.objects.create(task=task, ministry=Ministry.objects.get(code="MOLIT"), valid_from=date(2021, 7, 1))
    before = list(model.objects.filter(task=task).values_list("pk", "ministry", "valid_from"))
    outcome = reference.load(changed(lambda file: row_of(file["tasks"], "ME-03").update(ministry="KFS")))
    assert [row.place for row in outcome.edited] == ["tasks[ME-03]"]
    assert list(model.objects.filter(task=task).values_list("pk", "ministry", "valid_from")) == before


def test_a_row_saved_in_a_browser_unchanged_is_not_edited():
    reference.load()
    meeting = Meeting.objects.get(no=2)
    Meeting.objects.filter(no=2).update(
        agenda_ko=meeting.agenda_ko.replace("\n", "\r\n"), source=meeting.source.replace("\n", "\r\n")
    )
    assert "\r\n" in Meeting.objects.get(no=2).source
    assert reference.load().edited == []


def test_what_installations_decide_is_not_the_files_business():
    reference.load()
    Ministry.objects.filter(code="FSC").update(sign_off=True, fallback_email="desk@example.org")
    Task.objects.filter(code="FSC-02").update(completed_on=date(2021, 1, 25))
    assert totals(reference.load())["edited_here"] == 0
    assert Ministry.objects.get(code="FSC").sign_off


def test_an_edit_that_the_file_takes_over_is_the_files_again(changed):
    reference.load()
    Task.objects.filter(code="ME-03").update(title_en="Better title")
    taken_over = changed(lambda file: row_of(file["tasks"], "ME-03").update(title_en="Better title"))
    assert totals(reference.load(taken_over))["edited_here"] == 0
    assert totals(reference.load())["changed"] == 1


def test_rows_that_the_file_does_not_know_are_left_alone(changed):
    reference.load()
    outcome = reference.load(changed(lambda file: file["meetings"].pop() and None))
    assert outcome.tables["meetings"].left_alone == 2
    assert Meeting.objects.count() == 3


# A file that contradicts itself

CONTRADICTIONS = {
    "unknown lead": (
        lambda file: row_of(file["tasks"], "ME-03").update(ministry="XX"),
        "tasks[ME-03]: ministry 'XX' is not in ministries",
    ),
    "unknown support": (
        lambda file: row_of(file["tasks"], "ME-03").update(co_ministries=["XX"]),
        "tasks[ME-03]: co_ministries 'XX' is not in ministries",
    ),
    "unknown sector": (
        lambda file: row_of(file["tasks"], "ME-03").update(sector="XX"),
        "tasks[ME-03]: sector 'XX' is not in sectors",
    ),
    "task twice": (
        lambda file: file["tasks"].append(file["tasks"][0]),
        "tasks[ME-01]: this row stands here twice",
    ),
    "planned backwards": (
        lambda file: row_of(file["tasks"], "ME-02").update(planned_from="2021-07-01"),
        "tasks[ME-02]: planned_from 2021-07-01 lies after planned_until 2021-06-30",
    ),
    "not the end of its period": (
        lambda file: row_of(file["tasks"], "ME-03").update(planned_until="2021-12-24"),
        "tasks[ME-03]: planned_until 2021-12-24 is not the last day of its month",
    ),
    "unknown kind": (
        lambda file: row_of(file["tasks"], "ME-03").update(kind="q1_due"),
        "tasks[ME-03]: 'kind' is 'q1_due', which is none of",
    ),
    "unknown precision": (
        lambda file: row_of(file["milestones"], "ME-03", "task").update(precision="week"),
        "milestones[ME-03/10]: 'precision' is 'week', which is none of",
    ),
    "unknown mark": (
        lambda file: file["sectors"][0].update(verified="maybe"),
        "sectors[GEN]: 'verified' is 'maybe', which is none of V, B",
    ),
    "two names from one day": (
        lambda file: row_of(file["ministries"], "MOEF")["names"][1].update(valid_from="2008-01-01"),
        "ministries[MOEF].names[2008-01-01]: two names of one ministry from one day",
    ),
    "no name": (
        lambda file: row_of(file["ministries"], "MOEF").update(names=[]),
        "ministries[MOEF]: has no names",
    ),
    "seen without a source": (
        lambda file: file["meetings"][1].update(source=[]),
        "meetings[1]: is marked V (seen) without a source",
    ),
    "milestone before the plan": (
        lambda file: row_of(file["milestones"], "FSC-01", "task").update(baseline_on="2020-12-31"),
        "milestones[FSC-01/10]: baseline_on 2020-12-31 lies before the task's planned_from 2021-01-01",
    ),
    "item of another direction": (
        lambda file: row_of(file["tasks"], "ME-03").update(direction="2"),
        "tasks[ME-03]: item '1-3' belongs to direction '1', not '2'",
    ),
    "leads and supports": (
        lambda file: row_of(file["tasks"], "ME-03").update(co_ministries=["ME"]),
        "tasks[ME-03]: ME both leads and supports",
    ),
    "meeting outside its bounds": (
        lambda file: file["meetings"][2].update(date="2021-04-01"),
        "meetings[2]: date 2021-04-01 lies outside its bounds",
    ),
    "bounds backwards": (
        lambda file: file["meetings"][2].update(not_before="2021-05-01"),
        "meetings[2]: not_before 2021-05-01 lies after not_after 2021-03-30",
    ),
    "number as text": (
        lambda file: file["meetings"][1].update(no="1"),
        "meetings[1]: 'no' must be a whole number",
    ),
    "truth as number": (
        lambda file: file["ministries"][0].update(tf_member=1),
        "ministries[ME]: 'tf_member' must be true or false",
    ),
    "text as list": (
        lambda file: row_of(file["tasks"], "ME-03").update(title_ko=["미래차"]),
        "tasks[ME-03]: 'title_ko' must be text",
    ),
    "empty text": (
        lambda file: row_of(file["tasks"], "ME-03").update(title_ko=" "),
        "tasks[ME-03]: 'title_ko' may not be empty",
    ),
    "no such day": (
        lambda file: row_of(file["tasks"], "ME-03").update(led_from="2021-02-30"),
        "tasks[ME-03]: 'led_from' must be a day such as 2021-03-31, not '2021-02-30'",
    ),
    "too long": (
        lambda file: file["sectors"][0].update(code="GENERALLY"),
        "sectors[GENERALLY]: 'code' has 9 characters, more than 8",
    ),
    "missing column": (
        lambda file: row_of(file["tasks"], "ME-03").pop("title_en") and None,
        "tasks[ME-03]: 'title_en' is missing",
    ),
    "misspelt column": (
        lambda file: row_of(file["tasks"], "ME-03").update(titel_en="x"),
        "tasks[ME-03]: nothing is called 'titel_en'",
    ),
    "second working group": (
        lambda file: file["working_groups"].append(file["working_groups"][0] | {"code": "TWG-2"}),
        "working_groups: there can be one row alone, and the file has 2",
    ),
    "missing table": (lambda file: file.pop("sectors") and None, "sectors: must be a list of rows"),
    "unknown table": (lambda file: file.update(sektors=[]), "sektors: no such table"),
    "row that is none": (lambda file: file["tasks"].append("ME-03"), "tasks[#30]: must be an object"),
    "not an object": (lambda file: [file], 'must be an object with "format": 1'),
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_a_contradictory_file_is_refused_with_the_row_and_nothing_loads(case, changed):
    change, message = CONTRADICTIONS[case]
    path = changed(change)
    with pytest.raises(reference.ReferenceFileError) as caught:
        reference.load(path)
    assert any(message in problem for problem in caught.value.problems), caught.value.problems
    assert not Ministry.objects.exists()
    assert not Task.objects.exists()


def test_every_contradiction_is_named_at_once(changed):
    def change(file):
        row_of(file["tasks"], "ME-03").update(ministry="XX", kind="old")
        file["meetings"][1].update(source=[])

    with pytest.raises(reference.ReferenceFileError) as caught:
        reference.load(changed(change))
    assert len(caught.value.problems) == 3


def test_a_working_group_of_another_code_is_refused_beside_the_one_that_stands(changed):
    reference.load()
    with pytest.raises(reference.ReferenceFileError, match="there can be one row alone, and 'TWG' is here already"):
        reference.load(changed(_renamed))
    assert WorkingGroup.objects.count() == 1


def _renamed(file):
    file["working_groups"][0]["code"] = "OTHER"
    for table in ("divisions", "published_figures"):
        for row in file[table]:
            row["group"] = "OTHER"


@pytest.mark.parametrize("text", ["", "{", '{"format": 1, "format": 1}', "\udcff"])
def test_a_file_that_cannot_be_read_is_refused(text, tmp_path):
    path = tmp_path / "reference.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(reference.ReferenceFileError, match=r"reference\.json"):
        reference.load(path)


def test_a_load_that_fails_half_way_leaves_nothing(monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("half-way")

    monkeypatch.setattr(Support.objects, "bulk_create", fail)
    with pytest.raises(RuntimeError, match="half-way"):
        reference.load()
    assert not Ministry.objects.exists()


# The command


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("load_reference", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_a_table():
    lines = run().splitlines()
    assert lines[0].split() == ["added", "changed", "left", "alone", "edited", "here"]
    assert next(line for line in lines if line.startswith("tasks")).split() == ["tasks", "29", "0", "0", "0"]


def test_the_command_names_what_was_edited_here():
    run()
    Task.objects.filter(code="ME-03").update(title_en="Edited in the admin")
    assert "  tasks[ME-03]: title_en" in run().splitlines()


def test_the_command_refuses_a_contradictory_file(changed):
    path = changed(lambda file: row_of(file["tasks"], "ME-03").update(ministry="XX"))
    with pytest.raises(CommandError, match=r"tasks\[ME-03\]: ministry 'XX' is not in ministries") as caught:
        run("--file", str(path))
    assert caught.value.returncode == 1
    assert not Task.objects.exists()
