"""제출 독려: the ladder under a moving clock, whom it reaches, and that two runs at once owe each mail once."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from ministries.models import Ministry, Posting, SpecialDay
from ministries.working_days import calendar
from outbox.letters import write
from outbox.models import Notice, Purpose
from tasks import due_times, owed, reminders
from tasks.models import Assignment, Contribution, ContributionCall, Reminder, Report, Round
from tasks.workflow.common import lock_round
from tests import builders
from tests.builders import kst
from tests.cast import AT, DUE
from tests.pages import visitor

from .test_races import PATIENCE, at_once

OPENS = kst(2021, 3, 8, 9)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def mails(task_force: Any) -> type[Notice]:
    """The outbox without what the cast's first round owed."""
    Notice.objects.all().delete()
    return Notice


def steps(ministry: str = "ME") -> list[str]:
    rows = Reminder.objects.filter(ministry__code=ministry).order_by("pk")
    return [f"{row.step} {timezone.localtime(row.at):%m-%d %H:%M}" for row in rows]


def to(person: str, step: str) -> Notice:
    return Notice.objects.get(purpose=Purpose.REMINDER, to__username=person, facts__step=step)


def told() -> set[tuple[str, str]]:
    """Who was owed which step; the ministry's own contact as `contact`."""
    rows = Notice.objects.filter(purpose=Purpose.REMINDER)
    return {(row.to.username if row.to else "contact", row.facts["step"]) for row in rows.select_related("to")}


# When: each step of the ladder, by the dates of a round. Hours that are not told are 09:00.

LADDERS = """
opens         due           special                 opening       five_days  two_days  morning  overdue
03-08T09:00   03-19T18:00   –                       03-08T09:00   03-12      03-17     03-19    03-22
03-08T00:00   03-19T18:00   –                       03-08T09:00   03-12      03-17     03-19    03-22
03-05T22:00   03-19T18:00   –                       03-08T09:00   03-12      03-17     03-19    03-22
03-06T10:00   03-19T18:00   –                       03-08T09:00   03-12      03-17     03-19    03-22
03-08T13:30   03-19T18:00   –                       03-08T13:30   03-12      03-17     03-19    03-22
02-22T09:00   03-05T18:00   –                       02-22T09:00   02-25      03-03     03-05    03-08
02-01T09:00   02-15T18:00   –                       02-01T09:00   02-04      02-09     02-15    02-16
02-01T09:00   02-13T12:00   –                       02-01T09:00   02-04      02-09     02-10    02-15
08-02T09:00   08-16T18:00   –                       08-02T09:00   08-09      08-12     08-13    08-17
03-08T09:00   03-21T12:00   –                       03-08T09:00   03-15      03-18     03-19    03-22
03-08T09:00   03-19T08:00   –                       03-08T09:00   03-12      03-17     03-18    03-22
03-08T09:00   03-19T18:00   03-17off                03-08T09:00   03-11      03-16     03-19    03-22
03-08T09:00   03-19T18:00   03-20work               03-08T09:00   03-12      03-17     03-19    03-20
03-16T09:00   03-19T18:00   –                       03-16T09:00   –          03-17     03-19    03-22
"""


def moment(cell: str) -> datetime | None:
    if cell == "–":
        return None
    made = datetime.fromisoformat(f"2021-{cell}" + ("" if "T" in cell else "T09:00"))
    return made.replace(tzinfo=builders.KST)


@pytest.mark.either
@pytest.mark.parametrize("line", LADDERS.strip().splitlines()[1:], ids=lambda line: "-".join(line.split()[:3]))
def test_the_ladder(db, line):
    opens, due, special, *cells = line.split()
    if special != "–":
        day = date.fromisoformat(f"2021-{special[:5]}")
        SpecialDay.objects.create(day=day, name_ko="지정", is_working_day=special.endswith("work"))
    due_at, opens_at = moment(due), moment(opens)
    assert due_at
    assert opens_at
    found = dict(reminders.ladder(Round(no=9, opens_at=opens_at, due_at=due_at), due_at, calendar()))
    names = LADDERS.split()[3:8]
    assert {name: found.get(reminders.Step(name)) for name in names} == dict(
        zip(names, map(moment, cells), strict=True)
    )


# What is carried out


def hours(first: datetime, last: datetime) -> Iterator[datetime]:
    """Of each day those at which a step can come, and the ones around it."""
    for day in range((last.date() - first.date()).days + 1):
        for hour in (8, 9, 10):
            at = datetime.combine(first.date() + timedelta(days=day), time(hour), builders.KST)
            if first <= at <= last:
                yield at


def test_each_step_is_carried_out_once_however_often_it_is_asked(mails):
    """From before the opening until after the last step."""
    for at in hours(OPENS - timedelta(hours=20), kst(2021, 3, 24, 9)):
        reminders.remind(at)
        reminders.remind(at)
    ladder = [
        "opening 03-08 09:00",
        "five_days 03-12 09:00",
        "two_days 03-17 09:00",
        "morning 03-19 09:00",
        "overdue 03-22 09:00",
    ]
    assert steps("ME") == steps("MSIT") == steps("FSC") == ladder
    assert mails.objects.filter(to__username="me_officer", purpose="reminder").count() == 5
    assert steps("MOTIE") == []  # leads nothing, and nobody asked it


def test_what_was_missed_is_left_out(mails):
    """Nothing ran for days: the latest step alone, then the next in its time."""
    assert reminders.remind(kst(2021, 3, 18, 3)) == "reminders: 4 mails"
    assert steps() == ["two_days 03-18 03:00"]
    reminders.remind(kst(2021, 3, 19, 9))
    assert steps()[1:] == ["morning 03-19 09:00"]


def test_the_instant_of_a_step_counts(mails):
    reminders.remind(kst(2021, 3, 12, 9) - timedelta(microseconds=1))
    reminders.remind(kst(2021, 3, 12, 9))
    assert [line.split()[0] for line in steps()] == ["opening", "five_days"]


def test_nothing_before_the_opening_and_nothing_once_it_is_frozen(mails, round_2, coordinator):
    assert reminders.remind(OPENS - timedelta(microseconds=1)) == ""
    builders.freeze(round_2, by=coordinator, at=AT)
    Notice.objects.all().delete()
    for at in hours(AT, kst(2021, 3, 22, 9)):
        reminders.remind(at)
    assert (Reminder.objects.count(), told()) == (0, set())


def test_it_stops_with_the_last_report(mails, reports, me_officer, me_officer_2):
    """Who owes nothing any more hears nothing any more; the step counts as done."""
    reminders.remind(kst(2021, 3, 12, 9))
    for code in (f"ME-0{no}" for no in range(1, 7)):
        milestone = reports[code].task.milestones.filter(current_on__lt=AT.date()).first()
        moved = {"milestones": builders.moved(milestone)} if milestone else {}
        builders.write(reports[code], by=me_officer, at=AT, **moved)
        builders.submit(reports[code], by=me_officer, at=AT)
    reminders.remind(kst(2021, 3, 17, 9))
    assert [who for who, step in told() if step == "two_days" and who.startswith("me_")] == []
    assert Reminder.objects.get(ministry__code="ME", step="two_days").mails == 0
    assert ("msit_officer", "two_days") in told()


def test_an_extension_begins_the_rest_anew(mails, round_2, me, coordinator):
    """In the middle of the ladder: what the ministry was just told is not told again, the old due time says nothing."""
    for at in hours(OPENS, kst(2021, 3, 18, 14)):
        reminders.remind(at)
    builders.extend(round_2, me, by=coordinator, at=kst(2021, 3, 18, 14) + MINUTE, until=kst(2021, 3, 25, 12))
    for at in hours(kst(2021, 3, 18, 15), kst(2021, 3, 29, 9)):
        reminders.remind(at)
    assert steps("ME") == [
        "opening 03-08 09:00",
        "five_days 03-12 09:00",
        "two_days 03-17 09:00",
        "two_days 03-23 09:00",
        "morning 03-25 09:00",
        "overdue 03-26 09:00",
    ]
    assert steps("MSIT")[3:] == ["morning 03-19 09:00", "overdue 03-22 09:00"]
    facts = to("me_officer", "overdue").facts
    assert (datetime.fromisoformat(facts["standing_at"]), facts["is_extended"]) == (kst(2021, 3, 25, 12), True)


def test_after_a_revocation_the_rounds_own_ladder_goes_on(mails, round_2, me, coordinator):
    given = builders.extend(round_2, me, by=coordinator, at=AT, until=kst(2021, 3, 25, 12))
    builders.revoke_extension(given, by=coordinator, at=kst(2021, 3, 18, 10))
    for at in hours(kst(2021, 3, 18, 10), kst(2021, 3, 22, 9)):
        reminders.remind(at)
    assert steps("ME") == ["morning 03-19 09:00", "overdue 03-22 09:00"]


def test_an_extension_that_comes_in_between_stops_the_step(mails, round_2, me, coordinator, monkeypatch):
    """Granted after the run had read the due times: nothing is owed towards the old one."""
    real = lock_round

    def granted_meanwhile(round_id: int) -> Round:
        if due_times.due_of(round_2, me.pk, at=AT) == DUE:
            builders.extend(round_2, me, by=coordinator, at=AT, until=kst(2021, 3, 25, 12))
        return real(round_id)

    monkeypatch.setattr("tasks.reminders.lock_round", granted_meanwhile)
    reminders.remind(kst(2021, 3, 19, 9))
    assert steps("ME") == []
    assert steps("MSIT") == ["morning 03-19 09:00"]


# To whom


DAYS: dict[str, Any] = {"on": date(2021, 3, 1), "ends_on": date(2021, 3, 31)}


def assign(report: Report, person: str, **more: Any) -> Assignment:
    posting = Posting.objects.get(user__username=person)
    rest = {"starts_on": date(2021, 3, 1), "given_by": posting.user, "given_at": OPENS} | more
    return Assignment.objects.create(task=report.task, ministry=report.lead, posting=posting, **rest)


def codes(person: str, step: str = "two_days", of: str = "reports") -> list[str]:
    return [row["code"] for row in to(person, step).facts[of]]


AT_STEP = kst(2021, 3, 17, 9)


def test_everyone_where_nothing_was_handed_out(mails):
    reminders.remind(AT_STEP)
    both = [f"ME-0{no}" for no in range(1, 7)]
    assert codes("me_officer") == codes("me_officer_2") == both


def test_only_whoever_has_the_task_and_their_deputy(mails, reports, me_officer, stranger):
    """What was taken away counts for nothing from that moment on, as in the list."""
    assign(reports["ME-01"], "me_officer")
    assign(reports["ME-02"], "me_officer_2")
    assign(reports["ME-03"], "me_officer", ends_on=AT_STEP.date())
    builders.deputy(me_officer, stranger, "officer", **DAYS)
    reminders.remind(AT_STEP)
    assert codes("me_officer") == codes("stranger") == ["ME-01", "ME-03", "ME-04", "ME-05", "ME-06"]
    assert codes("me_officer_2") == ["ME-02", "ME-03", "ME-04", "ME-05", "ME-06"]


def test_a_task_whose_person_has_left_is_everyones(mails, reports):
    assign(reports["ME-01"], "me_officer_2")
    Posting.objects.filter(user__username="me_officer_2").update(ends_on=date(2021, 3, 16))
    reminders.remind(AT_STEP)
    assert codes("me_officer")[0] == "ME-01"
    assert "me_officer_2" not in {who for who, _step in told()}


@pytest.mark.parametrize(
    ("more", "moved_to"),
    [({"ends_on": date(2021, 3, 16)}, "ME"), ({"cancelled_at": AT}, "ME"), ({}, "MOTIE")],
    ids=["over", "ended early", "works elsewhere by now"],
)
def test_a_deputy_who_may_do_nothing_hears_nothing(mails, task_force, me_officer, stranger, more, moved_to):
    """The first of them held nothing but the approver's office, and nothing awaits that."""
    builders.deputy(me_officer, stranger, "officer", **(DAYS | more))
    stranger.postings.update(ministry=task_force.ministries[moved_to])
    reminders.remind(AT_STEP)
    assert "stranger" not in {who for who, _step in told()}


def test_a_returned_report_says_until_when(mails, reports, me_officer, coordinator):
    due = kst(2021, 3, 18, 12)
    report = builders.report_in("opened", reports["ME-01"], officer=me_officer, coordinator=coordinator, at=AT)
    builders.return_for_changes(report, by=coordinator, at=AT, due_at=due)
    reminders.remind(AT_STEP)
    row = to("me_officer", "two_days").facts["reports"][0]
    assert (row["state"], datetime.fromisoformat(row["mend_by_at"])) == ("returned", due)
    letter = write(to("me_officer", "two_days")).body
    assert "ME-01" in letter


def test_an_approver_hears_what_awaits_them_and_the_officer_what_does_not(mails, reports, fsc_officer):
    builders.report_in("draft", reports["FSC-01"], officer=fsc_officer, coordinator=fsc_officer, at=AT)
    builders.ask_sign_off(reports["FSC-01"], by=fsc_officer, at=AT)
    reminders.remind(AT_STEP)
    assert codes("fsc_officer") == ["FSC-02"]
    (waiting,) = to("fsc_approver", "two_days").facts["sign_offs"]
    assert (waiting["code"], datetime.fromisoformat(waiting["asked_at"])) == ("FSC-01", AT)
    assert "/sign-off/" in write(to("fsc_approver", "two_days")).body


def test_without_anyone_to_sign_off_the_ministrys_contact_hears(mails, reports, fsc_officer):
    builders.report_in("draft", reports["FSC-01"], officer=fsc_officer, coordinator=fsc_officer, at=AT)
    builders.ask_sign_off(reports["FSC-01"], by=fsc_officer, at=AT)
    Posting.objects.filter(user__username="fsc_approver").update(ends_on=date(2021, 3, 16))
    reminders.remind(AT_STEP)
    contact = Notice.objects.get(to=None, ministry__code="FSC", purpose="reminder")
    assert [row["code"] for row in contact.facts["sign_offs"]] == ["FSC-01"]


@pytest.mark.parametrize("wrote", ["both", "fsc_officer"])
def test_who_may_not_sign_it_off_is_not_reminded_of_it(mails, reports, fsc, fsc_officer, fsc_approver, wrote):
    """Neither who typed last, nor who stands in for whoever asked: then the ministry's contact hears."""
    fsc_approver.postings.update(ends_on=date(2021, 3, 15))
    both, deputy = builders.person("both", "officer", fsc), builders.person("deputy", "officer", fsc)
    builders.posting(both, "approver", fsc)
    if wrote == "fsc_officer":
        builders.deputy(both, deputy, "approver", **DAYS)
    writer, asker = (both, fsc_officer) if wrote == "both" else (fsc_officer, both)
    builders.write(reports["FSC-01"], by=writer, at=AT)
    builders.ask_sign_off(reports["FSC-01"], by=asker, at=AT)
    reminders.remind(AT_STEP)
    rows = Notice.objects.filter(purpose="reminder", ministry=fsc)
    assert {row.to and row.to.username for row in rows if row.facts["sign_offs"]} == {None}


def test_a_ministry_without_an_officer_is_written_to_itself(mails, msit):
    Ministry.objects.filter(pk=msit.pk).update(fallback_email="contact@msit.example")
    Posting.objects.filter(ministry=msit).update(ends_on=date(2021, 3, 10))
    reminders.remind(AT_STEP)
    contact = Notice.objects.get(to=None, ministry=msit)
    assert contact.address() == "contact@msit.example"
    assert [row["code"] for row in contact.facts["reports"]] == ["MSIT-01", "MSIT-02"]


def test_who_was_asked_for_a_text_hears_until_it_came(mails, reports, motie, motie_officer, me_officer):
    called = {"report": reports["ME-06"], "ministry": motie, "by": me_officer}
    ContributionCall.objects.create(at=OPENS, **called)
    reminders.remind(kst(2021, 3, 12, 9))
    assert codes("motie_officer", "five_days", "contributions") == ["ME-06"]
    Contribution.objects.create(report=reports["ME-06"], ministry=motie, no=1, text="ㅇ", by=motie_officer, at=AT)
    reminders.remind(AT_STEP)
    assert ("motie_officer", "two_days") not in told()
    ContributionCall.objects.create(at=AT_STEP, **called)  # asked once more, after it came
    reminders.remind(kst(2021, 3, 19, 9))
    assert codes("motie_officer", "morning", "contributions") == ["ME-06"]


def test_who_is_asked_by_an_issue_hears_how_many(mails, reports, me_officer):
    for code in ("ME-01", "ME-03"):
        builders.write(reports[code], by=me_officer, at=AT, **builders.troubled(addressed_to=["MOTIE"]))
        builders.submit(reports[code], by=me_officer, at=AT)
    builders.withdraw(reports["ME-03"], by=me_officer, at=AT)
    reminders.remind(AT_STEP)
    facts = to("motie_officer", "two_days").facts
    assert (facts["requests"], facts["reports"], facts["number"]) == (1, [], 1)


def test_an_answer_holds_for_the_same_issue_in_a_mended_report(mails, reports, me_officer, motie_officer, coordinator):
    """Answered, returned, sent again in the same words: nothing is open, on the pages and in the mail."""
    report, issue = reports["ME-01"], {"addressed_to": ["MOTIE"]}
    builders.write(report, by=me_officer, at=AT, **builders.troubled(**issue))
    builders.submit(report, by=me_officer, at=AT)
    builders.answer(builders.request_to("MOTIE", report), by=motie_officer, at=AT)
    builders.open_for_review(report, by=coordinator, at=AT)
    builders.return_for_changes(report, by=coordinator, at=AT)
    builders.write(report, by=me_officer, at=AT, **builders.troubled(results="ㅇ 고침", **issue))
    builders.submit(report, by=me_officer, at=AT)
    reminders.remind(AT_STEP)
    assert ("motie_officer", "two_days") not in told()


def test_what_an_earlier_round_asked_is_listed_as_on_the_page(mails, domain_time, msit_officer):
    """ME-06 asked MSIT in round 1, and nobody has answered."""
    reminders.remind(AT_STEP)
    assert to("msit_officer", "two_days").facts["requests"] == 1
    page = visitor(msit_officer).get("/my-tasks/").context["exchange"]
    assert len(page.unanswered) == 1


# When one goes wrong


def test_one_ministry_that_fails_stops_no_other(mails, monkeypatch, caplog):
    """It is named, and tried again with the next run."""
    real = owed.read

    def broken(round_: Round, ministry: Ministry, **more: Any) -> Any:
        if ministry.code == "FSC":
            raise ValueError("broken")
        return real(round_, ministry, **more)

    with monkeypatch.context() as patch:
        patch.setattr("tasks.owed.read", broken)
        assert reminders.remind(AT_STEP) == "reminders: 3 mails; failed for FSC, see the log"
        assert "Reminding FSC failed" in caplog.text
    assert (steps("MSIT"), steps("FSC")) == (["two_days 03-17 09:00"], [])
    assert reminders.remind(AT_STEP) == "reminders: 1 mails"


# The mail


@pytest.mark.parametrize("step_at", [OPENS, AT_STEP, kst(2021, 3, 22, 9)], ids=["opening", "two days", "overdue"])
def test_the_mail_says_all_and_leads_to_the_list(mails, round_2, me, coordinator, me_officer, step_at):
    """In Korean, where nobody chose a language: with the due time in force, and links that work after the sign-in."""
    if step_at == kst(2021, 3, 22, 9):
        builders.extend(round_2, me, by=coordinator, at=AT, until=kst(2021, 3, 20, 12))
    me_officer.language = "en"
    me_officer.save()
    reminders.remind(step_at)
    notice = Notice.objects.get(purpose="reminder", to=me_officer)
    letter = write(notice)
    assert "ME-05" in letter.body
    assert ("extended Sat 20 Mar 2021, 12:00" in letter.body) == (step_at == kst(2021, 3, 22, 9))
    assert "None" not in letter.subject + letter.body
    for link in [line for line in letter.body.splitlines() if line.startswith(settings.PORTAL_URL)]:
        path = link.removeprefix(settings.PORTAL_URL)
        asked = Client().get(path)
        assert asked.status_code == 302
        assert asked.headers["Location"].startswith("/accounts/login/?next=")
        assert visitor(me_officer).get(path).status_code == 200, path


# Two at once


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_owe_each_mail_once(mails):
    for turn, at in enumerate((OPENS, AT_STEP, kst(2021, 3, 22, 9)), 1):
        results = at_once(*[partial(reminders.remind, at)] * 3)
        assert Reminder.objects.count() == 3 * turn
        done = [int(text.split()[1]) for text in results if text]
        assert (
            sum(done)
            == mails.objects.filter(owed_at=at).count()
            == sum(Reminder.objects.filter(at=at).values_list("mails", flat=True))
        )


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_constraint_both_runs_think_it_theirs(mails, monkeypatch):
    """The control: both look before either writes, and nothing decides between them."""
    name = "a_step_of_reminding_once"
    (constraint,) = [row for row in Reminder._meta.constraints if row.name == name]
    with connection.schema_editor() as editor:
        editor.remove_constraint(Reminder, constraint)
    meet, real = Barrier(2), Reminder.objects.get_or_create

    def together(**named: Any) -> Any:
        named.pop("defaults")
        found = Reminder.objects.filter(**named).first()
        meet.wait(PATIENCE)
        return (found, False) if found else (Reminder.objects.create(at=AT_STEP, **named), True)

    monkeypatch.setattr("tasks.owed.ministries", lambda round_: {Ministry.objects.get(code="ME").pk})
    monkeypatch.setattr(type(Reminder.objects), "get_or_create", lambda self, **named: together(**named))
    try:
        results = at_once(*[partial(reminders.remind, AT_STEP)] * 2)
    finally:
        monkeypatch.setattr(type(Reminder.objects), "get_or_create", lambda self, **named: real(**named))
        Reminder.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Reminder, constraint)
    assert results == ["reminders: 2 mails"] * 2
