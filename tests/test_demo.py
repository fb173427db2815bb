"""The demo: what its board shows, that its record is true, and that its accounts work nowhere else."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import override_settings

from meetings import demo, reference
from meetings.demo.script import moment
from meetings.models import Meeting
from ministries.models import Ministry, User
from ministries.public import USERNAME as PUBLIC
from records import clock
from records.chain import event_hash, sha256
from records.models import GENESIS, Event, Seal, Stream
from tasks import content, freezing
from tasks.models import Correction, Draft, Milestone, Report, Revision, Round, SignOff, Submission, Task

# What the second round's board shows: the state, the light (the office's, else the ministry's), last round's light.
BOARD = {
    "ME-01": ("draft", "", "on_track"),
    "ME-02": ("missing", "", "on_track"),
    "ME-03": ("returned", "attention", "on_track"),
    "ME-04": ("missing", "", "on_track"),
    "ME-05": ("missing", "", "not_started"),
    "ME-06": ("missing", "", "on_track"),
    "MOTIE-01": ("accepted", "on_track", "attention"),
    "MOTIE-02": ("submitted", "on_track", "on_track"),
    "MOTIE-03": ("submitted", "attention", "attention"),
    "MOTIE-04": ("missing", "", "on_track"),
    "MOTIE-05": ("missing", "", "on_track"),
    "MOE-01": ("submitted", "attention", "attention"),
    "MOE-02": ("draft", "", "on_track"),
    "MOEF-01": ("draft", "", "on_track"),
    "MOEF-02": ("submitted", "on_track", "on_track"),
    "FSC-01": ("submitted", "on_track", "on_track"),
    "FSC-02": ("accepted", "completed", "on_track"),
    "FSC-03": ("awaiting", "", "on_track"),
    "MAFRA-01": ("draft", "", "on_track"),
    "MOLIT-01": ("missing", "", "on_track"),
    "MOHW-01": ("missing", "", ""),
    "MOF-01": ("draft", "", "on_track"),
    "MSS-01": ("missing", "", ""),
    "MSIT-01": ("accepted", "on_track", "attention"),
    "MSIT-02": ("submitted", "review_needed", "review_needed"),
    "MOEL-01": ("submitted", "not_started", ""),
    "MOEL-02": ("submitted", "attention", "attention"),
    "KFS-01": ("accepted", "completed", "on_track"),
    "OPC-01": ("accepted", "on_track", "on_track"),
}
MARKS = (" (예시)", " (sample)")


@pytest.fixture
def demo_settings() -> Iterator[None]:
    with override_settings(DEMO=True):
        clock.shift.cache_clear()
        yield
    clock.shift.cache_clear()


def second(code: str) -> Any:
    """The task's report in the second round, with its texts."""
    return Report.objects.with_texts().get(round__no=2, task__code=code)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("load_demo", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="class")
def loaded(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """The demo, loaded once for a class of tests: each of them runs in a transaction inside this one."""
    with django_db_blocker.unblock(), override_settings(DEMO=True), transaction.atomic():
        clock.shift.cache_clear()
        assert demo.load()
        yield
        transaction.set_rollback(True)
    clock.shift.cache_clear()


@pytest.mark.usefixtures("loaded")
@pytest.mark.django_db
class TestLoaded:
    # The board

    def test_every_task_has_its_state_and_lights(self):
        reports = Report.objects.filter(round__no=2).select_related("task", "current")
        assert {
            report.task.code: (
                report.state,
                report.office_light or (report.current.light if report.current else ""),
                report.baseline_light,
            )
            for report in reports
        } == BOARD

    def test_all_bodies_stand_on_the_board_with_or_without_tasks(self):
        members = set(Ministry.objects.filter(tf_member=True).values_list("code", flat=True))
        leading = {code.rsplit("-", 1)[0] for code in BOARD}
        assert len(members) == 16
        assert members - leading == {"MOFA", "MCST"}
        assert {row.code for row in Ministry.objects.filter(tf_member=True).without_officer(clock.today())} == {
            "MOFA",
        }

    def test_new_tasks_join_the_second_roster_only(self):
        rosters = {no: set(Report.objects.filter(round__no=no).values_list("task__code", flat=True)) for no in (1, 2)}
        assert rosters[2] == set(BOARD)
        assert rosters[2] - rosters[1] == {"MOEL-01", "MOHW-01"}
        assert rosters[1] < rosters[2]

    def test_two_answers_say_no_change(self):
        unchanged = Report.objects.filter(round__no=2, current__unchanged=True)
        assert {report.task.code for report in unchanged} == {"MOTIE-02", "MOEF-02"}

    def test_nothing_is_late(self):
        assert not Report.objects.filter(late_by__isnull=False).exists()

    def test_one_sample_of_a_supplemented_task_says_so(self):
        report = Report.objects.get(round__no=2, kind="supplemented")
        assert report.task.code == "MOE-02"
        assert report.task.note_en == "The kind (supplemented) is a sample"

    # What is asked of ministries

    def test_the_returned_report_names_its_field_and_asks_another_ministry(self):
        report = second("ME-03")
        returned = content.open_return(report)
        assert returned is not None
        assert [row.field for row in returned.fields.all()] == ["results"]
        assert returned.comment == "추진실적의 기준일을 밝혀 주십시오"
        assert returned.due_at == moment("2021-03-18 12:00")
        assert report.current.results == "ㅇ 협의체 2회 개최 (예시)"
        assert [row.addressed_to.code for row in report.current.requests.all()] == ["MOTIE"]

    def test_a_milestone_has_come_and_another_is_asked_to_move(self):
        assert [row.current_on for row in content.due_milestones(second("ME-01"))] == [date(2021, 3, 2)]
        moved = second("MOE-01").current.milestone_changes.get()
        assert (moved.old_on, moved.new_on) == (date(2021, 3, 31), date(2021, 4, 16))
        assert moved.milestone.current_on == date(2021, 3, 31), "it takes effect when the office accepts"

    def test_sign_off_stands_between_officer_and_office(self):
        for submission in Submission.objects.filter(round__no=2, ministry__code="FSC"):
            assert submission.by.username == "fsc-approver"
            assert submission.approval_asked_at is not None
        assert SignOff.objects.filter(report__round__no=2).count() == 2

    def test_nobody_accepts_their_own(self):
        people = Event.objects.filter(verb="accept").values_list("actor__username", flat=True)
        assert set(people) == {"coordinator"}
        assert second("OPC-01").current.submission.by.username == "opc-officer"

    # Meetings and time

    def test_rounds_belong_to_their_meetings(self):
        first, next_ = Meeting.objects.get(round__no=1), Meeting.objects.get(round__no=2)
        assert (first.no, first.date, first.date_note_ko) == (1, date(2021, 1, 13), "")
        assert (next_.no, next_.date) == (2, date(2021, 3, 23))
        assert (next_.date_note_ko, next_.date_note_en) == ("시연", "demonstration")

    def test_the_clock_stands_at_the_demos_moment_and_runs_on(self):
        assert timedelta(0) <= clock.now() - demo.NOW < timedelta(minutes=10)

    def test_everything_happened_before_now_in_the_order_of_the_record(self):
        for stream in Stream.objects.all():
            moments = [event.at for event in stream.events.order_by("seq")]
            assert moments == sorted(moments)
            assert moments[-1] < demo.NOW
        assert not Draft.objects.filter(edited_at__gte=demo.NOW).exists()

    def test_what_was_done_later_is_not_done_yet(self):
        done = dict(Task.objects.filter(completed_on__isnull=False).values_list("code", "completed_on"))
        assert done == {"FSC-02": date(2021, 1, 25), "KFS-01": date(2021, 1, 20)}
        assert not Milestone.objects.filter(done_on__isnull=False).exists()

    # The record

    @pytest.mark.parametrize("number", [1, 2])
    def test_the_chain_of_each_round_is_whole(self, number):
        stream = Stream.objects.get(key=f"round/{number}")
        events, last = list(stream.events.order_by("seq")), GENESIS
        for seq, event in enumerate(events, 1):
            assert (event.seq, event.prev_hash) == (seq, last)
            assert event.hash == event_hash(event, stream.key)
            last = event.hash
        assert (stream.head_seq, stream.head_hash) == (len(events), last)

    def test_the_seal_proves_the_first_round(self):
        seal = Seal.objects.get()
        first = Round.objects.get(no=1)
        assert seal.stream.key == first.stream_key
        assert first.frozen_at == moment("2021-01-12 17:00")
        assert seal.root == sha256(seal.manifest)
        assert seal.manifest == freezing.manifest(first)
        assert len(seal.manifest["reports"]) == 27
        assert [entry["task"] for entry in seal.manifest["reports"] if entry["revision"] is None] == ["MSS-01"]

    def test_the_frozen_round_cannot_be_changed(self):
        with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
            Report.objects.filter(round__no=1).update(office_light="completed")

    def test_one_correction_stands_beside_the_sealed_text(self):
        row = Correction.objects.select_related("decision", "revision").get()
        assert (row.report.round.no, row.report.task.code, row.field, row.decision.no) == (1, "ME-03", "results", 1)
        assert row.revision.results == "ㅇ 협의체 구성 완료 (예시)"
        assert row.text == "ㅇ 협의체 구성 완료(1. 5.) (예시)"
        assert (row.asked_by.username, row.decision.by.username) == ("me-officer", "coordinator")

    # Samples

    def test_every_text_says_that_it_is_a_sample(self):
        texts = [getattr(row, name) for row in Revision.objects.all() for name in ("results", "plans", "issues")]
        texts += [draft.content[name] for draft in Draft.objects.all() for name in ("results", "plans", "issues")]
        for report in Report.objects.all():
            texts += [report.office_reason, report.book_text_ko, report.book_text_en]
            texts += [change.reason for row in report.revisions.all() for change in row.milestone_changes.all()]
        texts += [text for row in Correction.objects.all() for text in (row.text, row.reason)]
        written = [text for text in texts if text]
        assert len(written) > 100
        assert [text for text in written if not text.endswith(MARKS)] == []

    def test_sample_milestones_say_so_and_facts_name_their_source(self):
        for milestone in Milestone.objects.all():
            is_sample = milestone.title_ko.endswith(MARKS[0]) and milestone.title_en.endswith(MARKS[1])
            assert is_sample != bool(milestone.source), milestone

    def test_loading_the_reference_again_overwrites_nothing_of_the_demo(self):
        outcome = reference.load()
        assert {row.place for row in outcome.edited} == {"tasks[MOE-02]", "meetings[2]"}
        assert not any(tally.added or tally.changed for tally in outcome.tables.values())

    # Accounts

    @pytest.mark.parametrize("person", demo.accounts(), ids=lambda person: person["username"])
    def test_accounts_sign_in_under_demo_settings_only(self, person, settings):
        credentials = {"username": person["username"], "password": demo.PASSWORD}
        user = authenticate(**credentials)
        assert isinstance(user, User)
        assert user.is_demo
        settings.DEMO = False
        assert authenticate(**credentials) is None

    def test_the_cast_is_there_and_can_do_its_part(self):
        standing = {user.username: user.standing for user in User.objects.all()}
        assert [person["username"] for person in demo.accounts()] == [
            "me-officer",
            "fsc-officer",
            "fsc-approver",
            "msit-officer",
            "moel-officer",
            "mohw-officer",
            "opc-officer",
            "coordinator",
            "reader",
            "admin",
            "mois-officer",
        ]
        assert standing["coordinator"].is_coordinator
        assert not standing["coordinator"].ministries
        assert standing["reader"].is_reader
        assert standing["admin"].is_administrator
        assert standing["fsc-approver"].approver_of
        assert User.objects.get(is_staff=True).username == "admin"

    def test_other_people_of_the_demo_cannot_sign_in(self):
        others = User.objects.exclude(username__in=[person["username"] for person in demo.accounts()])
        others = others.exclude(username=PUBLIC)
        assert others.count() == 9
        assert all(user.is_demo and not user.has_usable_password() for user in others)

    # Loading again

    def test_loading_twice_does_nothing(self):
        before = (Event.objects.count(), User.objects.count(), Report.objects.count())
        assert not demo.load()
        assert len(run().splitlines()) == 1
        assert (Event.objects.count(), User.objects.count(), Report.objects.count()) == before


@pytest.mark.django_db
def test_other_settings_refuse_the_demo():
    for load in (demo.load, demo.start_over):
        with pytest.raises(demo.NotADemo):
            load()
    for arguments in ((), ("--fresh",), ("--accounts",)):
        with pytest.raises(CommandError, match="demo settings only"):
            run(*arguments)
    assert not Ministry.objects.exists()


@pytest.mark.django_db
def test_a_demo_that_fails_half_way_leaves_nothing(demo_settings, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("half-way")

    monkeypatch.setattr(freezing, "freeze", fail)
    with pytest.raises(RuntimeError, match="half-way"):
        demo.load()
    assert not User.objects.exists()
    assert not Ministry.objects.exists()


def test_the_accounts_are_printed_without_a_database(demo_settings):
    lines = run("--accounts").splitlines()
    assert demo.PASSWORD in lines[0]
    assert [line.split()[0] for line in lines[1:]] == [person["username"] for person in demo.accounts()]


@pytest.mark.django_db(transaction=True)
def test_starting_over_forgets_what_was_entered_and_guards_the_record_again(demo_settings):
    run()
    User.objects.create(username="visitor")
    Task.objects.filter(code="ME-01").update(title_en="Edited")
    run("--fresh")
    assert not User.objects.filter(username="visitor").exists()
    assert Task.objects.get(code="ME-01").title_en != "Edited"
    seal = Seal.objects.get()
    assert seal.root == sha256(seal.manifest)
    assert Report.objects.filter(round__no=2).count() == len(BOARD)
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM records_event")
