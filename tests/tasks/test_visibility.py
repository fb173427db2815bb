"""Who sees what of a report: the table of model.md, for every place of a report and every actor."""

from datetime import date

import pytest

from ministries.models import User
from tasks import permissions
from tasks.models import Report, Support
from tests import builders
from tests.builders import kst
from tests.cast import TaskForce

# What each actor gets. `–`: nothing, it is a 404. `state`: the state only. `text`: what was submitted. `own`: the same
# and the draft. `+`: also the office's side, its returns and notes.
OPEN = """
                own_officer own_approver supporting other   coordinator reader  administrator stranger
missing         own+        own+         state      –       state+      –       –             –
draft           own+        own+         state      –       state+      –       –             –
awaiting        own+        own+         state      –       state+      –       –             –
submitted       own+        own+         text       –       text+       state   –             –
opened          own+        own+         text       –       text+       state   –             –
returned        own+        own+         text       –       text+       state   –             –
mended          own+        own+         text       –       text+       state   –             –
accepted        own+        own+         text       text    text+       text    –             –
"""
FROZEN = """
                own_officer own_approver supporting other   coordinator reader  administrator stranger
missing         own+        own+         state      state   state+      state   –             –
draft           own+        own+         state      state   state+      state   –             –
awaiting        own+        own+         state      state   state+      state   –             –
submitted       own+        own+         text       text    text+       text    –             –
opened          own+        own+         text       text    text+       text    –             –
returned        own+        own+         text       text    text+       text    –             –
mended          own+        own+         text       text    text+       text    –             –
accepted        own+        own+         text       text    text+       text    –             –
"""
ACTORS = {
    "own_officer": "fsc_officer",
    "own_approver": "fsc_approver",
    "supporting": "motie_officer",
    "other": "msit_officer",
    "coordinator": "coordinator",
    "reader": "reader",
    "administrator": "administrator",
    "stranger": "stranger",
}


def table(text: str) -> dict[str, dict[str, str]]:
    """Place -> actor -> what they see."""
    head, *rows = [line.split() for line in text.strip().splitlines()]
    return {place: dict(zip(head, cells, strict=True)) for place, *cells in rows}


def seen(user: User, report: Report) -> str:
    """What the person sees, in the words of the table."""
    found = Report.objects.visible_to(user).with_texts().filter(pk=report.pk).first()
    if found is None:
        hidden = Report.objects.with_texts().get(pk=report.pk)
        assert not permissions.can_see_text(user, hidden)
        assert not permissions.can_see_office_side(user, hidden)
        return "–"
    side = "+" if permissions.can_see_office_side(user, found) else ""
    if permissions.works_for_lead(user, found):
        assert permissions.can_see_text(user, found) is (found.current_id is not None)
        return "own" + side
    return ("text" if permissions.can_see_text(user, found) else "state") + side


@pytest.fixture
def report(task_force: TaskForce) -> Report:
    """A report of a ministry with sign-off, supported by MOTIE. One from the office's own history stands before it."""
    report = task_force.reports["FSC-01"]
    Support.objects.create(task=report.task, ministry=task_force.ministries["MOTIE"], valid_from=builders.SINCE)
    return report


@pytest.mark.parametrize("place", table(OPEN))
def test_who_sees_what(task_force, report, at, place):
    """Text that was not submitted is shown to its ministry alone; what is frozen is open to everyone with a part in
    the T/F, without the office's notes; administrators keep no records and see none."""
    people = {actor: task_force.people[name] for actor, name in ACTORS.items()}
    office, officer = people["coordinator"], people["own_officer"]
    builders.report_in(place, report, officer=officer, approver=people["own_approver"], coordinator=office, at=at)
    assert {actor: seen(user, report) for actor, user in people.items()} == table(OPEN)[place]
    builders.freeze(task_force.round_2, by=office, at=kst(2021, 3, 22, 10))
    assert {actor: seen(user, report) for actor, user in people.items()} == table(FROZEN)[place]


def test_the_tables_hold_every_place_a_report_can_be_in():
    """A state added later has to be decided here. `awaiting_again` is awaiting for all who see no draft: below."""
    assert set(table(OPEN)) == set(table(FROZEN)) == set(builders.PLACES) - {"awaiting_again"}


def test_a_mended_text_shows_nobody_outside_more_than_was_submitted(task_force, report, at):
    """Returned, mended and awaiting sign-off again: the text first submitted stays as open as it was; what was written
    since is the ministry's own."""
    people = {actor: task_force.people[name] for actor, name in ACTORS.items()}
    builders.report_in(
        "awaiting_again",
        report,
        officer=people["own_officer"],
        approver=people["own_approver"],
        coordinator=people["coordinator"],
        at=at,
    )
    views = {actor: seen(user, report) for actor, user in people.items()}
    assert views["other"] == views["reader"] == views["administrator"] == views["stranger"] == "–"
    assert (views["supporting"], views["coordinator"]) == ("text", "text+")
    shown = builders.fresh(report).current
    assert shown is not None
    assert "덧붙임" not in shown.results


def test_support_counts_on_the_as_of_date(task_force, report, at):
    """A ministry whose support ended before the round's as-of date is another ministry like any other."""
    builders.write(report, by=task_force.people["fsc_officer"], at=at)
    support = Support.objects.get(task=report.task)
    motie = task_force.people["motie_officer"]
    for first, last, wanted in (
        (date(2021, 3, 12), date(2021, 3, 12), "state"),
        (date(2021, 3, 13), None, "–"),
        (date(2020, 1, 1), date(2021, 3, 11), "–"),
    ):
        support.valid_from, support.valid_until = first, last
        support.save()
        assert seen(motie, report) == wanted


def test_two_postings_show_what_either_shows(task_force, report, at):
    """A reader who is also a ministry's officer loses nothing by it: neither their drafts nor the reader's states."""
    auditor = builders.person("auditor", "reader")
    builders.posting(auditor, "officer", task_force.ministries["FSC"])
    builders.write(report, by=task_force.people["fsc_officer"], at=at)
    other = task_force.reports["ME-03"]
    builders.write(other, by=task_force.people["me_officer"], at=at)
    assert (seen(auditor, report), seen(auditor, other)) == ("own+", "–")
    builders.submit(other, by=task_force.people["me_officer"], at=at)
    assert seen(auditor, other) == "state"


@pytest.mark.parametrize("role", ["officer", "approver", "reader"])
def test_an_administrators_other_posting_counts_by_itself(task_force, report, role):
    """Being an administrator neither opens nor closes what another posting decides."""
    ministry = task_force.ministries["FSC"] if role != "reader" else None
    both = builders.person("both", "administrator")
    assert seen(both, report) == "–"
    builders.posting(both, role, ministry)
    both = User.objects.get(pk=both.pk)  # postings are read once for each request
    assert seen(both, report) == ("–" if role == "reader" else "own+")


def test_a_posting_that_ended_shows_nothing_any_more(task_force, report, domain_time):
    """quality.md 22: ending a posting ends the access at once; its last day still counts."""
    officer = task_force.people["fsc_officer"]
    officer.postings.update(ends_on=domain_time.date())
    assert seen(User.objects.get(pk=officer.pk), report) == "own+"
    officer.postings.update(ends_on=date(2021, 3, 15))
    assert seen(User.objects.get(pk=officer.pk), report) == "–"


def test_the_list_is_the_same_as_one_by_one(task_force, at):
    """`visible_to` on the whole roster: MSIT sees its own, what was accepted, and nothing of the rest; each once."""
    people = task_force.people
    for place, code in (("accepted", "ME-03"), ("submitted", "ME-04"), ("draft", "ME-01")):
        builders.report_in(
            place, task_force.reports[code], officer=people["me_officer"], coordinator=people["coordinator"], at=at
        )

    def codes(name: str) -> list[str]:
        found = Report.objects.visible_to(people[name]).in_round(task_force.round_2)
        return list(found.order_by("task__code").values_list("task__code", flat=True))

    assert codes("msit_officer") == ["ME-03", "MSIT-01", "MSIT-02"]
    assert codes("motie_officer") == ["ME-03", "ME-06", "MSIT-01"]
    assert codes("reader") == ["ME-03", "ME-04"]
    assert codes("coordinator") == sorted(task_force.reports)
    assert codes("administrator") == codes("stranger") == []
