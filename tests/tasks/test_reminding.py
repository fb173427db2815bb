"""제출 독려 by hand: who still owes something, the mail that is seen and the one that is sent, and what came of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ministries.models import Ministry, User
from outbox import sending
from outbox.letters import write
from outbox.models import Notice
from records.errors import Invalid, WrongState
from records.models import Event, Receipt
from records.verify import Run
from tasks import freeze_warnings, owed, reminders, reminding, workflow
from tasks.models import Reminder, Report, Round
from tests import builders
from tests.builders import key, kst
from tests.cast import AT
from tests.pages import page, visitor

pytestmark = [pytest.mark.either, pytest.mark.usefixtures("domain_time")]

CHOOSE, SEE = "/board/remind/", "/board/remind/mail/"


def remind(*codes: str, by: User, at: Any = AT, **more: Any) -> Receipt:
    round_ = Round.objects.get(no=2)
    return workflow.remind(round_.pk, codes, by=by, at=at, **({"key": key()} | more))


def submit_all(reports: dict[str, Report], *prefixes: str, by: User) -> None:
    """Everything of these ministries arrives."""
    for code, report in reports.items():
        if code.startswith(prefixes):
            milestone = report.task.milestones.filter(current_on__lt=AT.date()).first()
            moved = {"milestones": builders.moved(milestone)} if milestone else {}
            builders.write(report, by=by, at=AT, **moved)
            builders.submit(report, by=by, at=AT)


@pytest.fixture
def msit_answered(msit_officer: User) -> None:
    """MSIT owes no answer to what round 1 asked."""
    builders.answer(
        builders.request_to("MSIT", Report.objects.get(task__code="ME-06", round__no=1)), by=msit_officer, at=AT
    )


def kinds_found() -> list[str]:
    """What verification finds wrong, by table."""
    run = Run(every=True)
    for _ in run.walk():
        pass
    return [finding.kind for finding in run.findings]


# The verb


def test_everyone_who_owes_something_is_told_once(reports, coordinator, me_officer):
    """One event, one mail a person with the sentence, however often the same form arrives."""
    Notice.objects.all().delete()
    form = key()
    first = remind("FSC", "ME", by=coordinator, key=form, sentence=" 내일\n오전까지 ")
    assert remind("ME", "FSC", by=coordinator, key=form, sentence="내일 오전까지") == first
    rows = Notice.objects.filter(purpose="reminder")
    assert sorted(row.to.username for row in rows if row.to) == ["fsc_officer", "me_officer", "me_officer_2"]
    event = Event.objects.get(verb="remind")
    told = {row["ministry"]: row["mails"] for row in event.data["reminded"]}
    assert told == {"ME": 2, "FSC": 1}
    assert (event.data["left_out"], event.data["sentence"], event.actor) == ([], "내일 오전까지", coordinator)
    letter = write(Notice.objects.get(purpose="reminder", to=me_officer)).body
    assert "내일 오전까지" in letter
    assert "ME-05" in letter
    assert kinds_found() == []


def test_who_has_sent_everything_meanwhile_is_left_out_and_named(reports, coordinator, me_officer):
    submit_all(reports, "ME", by=me_officer)
    event = remind("ME", "FSC", by=coordinator).event
    assert (event.data["left_out"], [row["ministry"] for row in event.data["reminded"]]) == (["ME"], ["FSC"])
    with pytest.raises(WrongState):
        remind("ME", by=coordinator)
    assert not Notice.objects.filter(purpose="reminder", ministry__code="ME").exists()


@pytest.mark.parametrize(
    ("codes", "sentence", "field"),
    [
        ((), "", "to"),
        (("XX",), "", "to"),
        (("ME",), "가" * 201, "sentence"),
        (("ME",), "내일까지\u202e부탁", "sentence"),
    ],
)
def test_what_is_refused(coordinator, codes, sentence, field):
    with pytest.raises(Invalid) as refused:
        remind(*codes, by=coordinator, sentence=sentence)
    assert list(refused.value.problems) == [field]
    assert not Event.objects.filter(verb="remind").exists()


def test_two_of_the_office_at_one_instant(coordinator, coordinator_2):
    """The second is told that it was done just now; a moment later it is another reminder."""
    remind("ME", by=coordinator)
    with pytest.raises(WrongState, match="ME"):
        remind("FSC", "ME", by=coordinator_2)
    remind("FSC", by=coordinator_2)
    remind("ME", by=coordinator_2, at=AT + timedelta(microseconds=1))
    assert kinds_found() == []


@pytest.mark.parametrize(("no", "status"), [({}, 422), ({"round": "zwei"}, 422), ({"round": 0}, 404)])
def test_a_form_that_names_no_round_reminds_nobody(coordinator, no, status):
    """Not the current one in its place; what was typed stands there again."""
    answer = visitor(coordinator).post(CHOOSE, {"to": "ME", "sentence": "부탁드림", **no})
    assert answer.status_code == status
    assert not Event.objects.filter(verb="remind").exists()
    assert status == 404 or page(answer).one("input", name="sentence")["value"] == "부탁드림"


def test_a_warning_of_the_freeze_is_listed_with_what_came_of_it(coordinator, round_2):
    """*Last reminded* counts it, and so the round's list shows it."""
    builders.move_dates(round_2, by=coordinator, at=AT, freeze_at=kst(2021, 3, 23, 18))
    at = kst(2021, 3, 22, 9)
    assert freeze_warnings.warn(at)
    last = reminding.last_reminders(Round.objects.get(no=2))
    assert {row.step for row in last.values()} == {"freeze"}
    found = visitor(coordinator).get("/rounds/2/reminders/").context["reminded"]
    (run,) = found.runs
    assert {row.step for row in run.reminders} == {"freeze"}
    assert {told.name.ministry_id for told in found.mails} == set(last)
    assert len(found.mails) == Notice.objects.filter(purpose="freeze_warning").count() == found.numbers[0].count


def test_by_hand_and_by_the_ladder_stand_beside_each_other(coordinator):
    """Several by hand on one day, and no step of the ladder is held back by them."""
    for minutes in (0, 5):
        remind("ME", by=coordinator, at=AT + timedelta(minutes=minutes))
    reminders.remind(kst(2021, 3, 17, 9))
    assert list(Reminder.objects.filter(ministry__code="ME").order_by("at").values_list("step", flat=True)) == [
        "by_hand",
        "by_hand",
        "two_days",
    ]
    row = Reminder.objects.filter(step="by_hand").earliest("at")
    for wrong in ({"by": None}, {"step": "overdue"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Reminder.objects.filter(pk=row.pk).update(**wrong)


@pytest.mark.parametrize("column", ["mails", "sentence", "due_at", "by"])
def test_verification_names_what_was_altered(coordinator, coordinator_2, column):
    remind("ME", by=coordinator, sentence="부탁드림")
    other = {"mails": 9, "sentence": "다른 말", "due_at": AT, "by": coordinator_2}
    Reminder.objects.update(**{column: other[column]})
    assert kinds_found() == ["tasks.Reminder"]


def test_verification_misses_and_finds_rows(coordinator):
    remind("ME", by=coordinator)
    row = Reminder.objects.get()
    row.delete()
    assert kinds_found() == ["tasks.Reminder"]
    row.pk, row.at = None, AT + timedelta(hours=1)
    row.save()
    assert kinds_found() == ["tasks.Reminder"] * 2


# Choosing


def test_the_number_of_the_board_is_the_list_of_the_page(reports, coordinator, me_officer, motie_officer):
    """Those that owe reports, a sign-off, a contribution or an answer: the same whoever counts them."""
    builders.call_contributions(reports["ME-06"], by=me_officer, at=AT)
    round_ = Round.objects.get(no=2)
    choice = visitor(coordinator).get(CHOOSE).context["choice"]
    assert [one.code for one in choice.candidates] == choice.codes
    assert len(owed.owing_ministries(round_)) == len(choice.candidates) == 4
    submit_all(reports, "ME", by=me_officer)
    choice = visitor(coordinator).get(CHOOSE).context["choice"]
    assert len(owed.owing_ministries(round_)) == len(choice.candidates)
    assert "ME" not in choice.codes
    every = owed.of_all(round_, Ministry.objects.values_list("pk", flat=True), at=AT)
    assert {pk for pk, one in every.items() if one.demands} == owed.owing_ministries(round_)


@pytest.mark.parametrize(
    ("query", "ticked"),
    [("", {"MSIT", "FSC"}), ("?ministry=ME", {"ME"}), ("?state=draft", {"FSC"}), ("?chosen=1", set()), ("?tick=all", {"ME", "MSIT", "FSC"}), ("?to=ME&to=FSC", {"ME", "FSC"})],
)  # fmt: skip
def test_what_is_ticked(reports, coordinator, fsc_officer, query, ticked):
    """Everyone but whoever was reminded a short while ago; the board's filters, or what was ticked before."""
    builders.write(reports["FSC-01"], by=fsc_officer, at=AT)
    remind("ME", by=coordinator, at=AT - timedelta(hours=3))
    answer = visitor(coordinator).get(CHOOSE + query)
    boxes = page(answer).all("input", name="to")
    assert {box.attrs["value"] for box in boxes if "checked" in box.attrs} == ticked


def test_who_has_no_contact_is_flagged_before_and_after(coordinator, msit):
    """Without an address of their own and without a fall-back contact: the mail is noted, and told as such."""
    User.objects.filter(username="msit_officer").update(email="")
    Ministry.objects.filter(pk=msit.pk).update(fallback_email="")
    choice = visitor(coordinator).get(CHOOSE).context["choice"]
    assert [one.code for one in choice.unreached] == ["MSIT"]
    answer = visitor(coordinator).post(CHOOSE, {"round": 2, "to": ["MSIT", "ME"], "key": str(key())}, follow=True)
    found = answer.context["reminded"]
    assert {told.name.ministry.code: str(told.outcome) for told in found.mails} == {
        "MSIT": "no_contact",
        "ME": "under_way",
    }
    sending.queue_owed()
    sending.send_due()
    found = visitor(coordinator).get(answer.redirect_chain[-1][0]).context["reminded"]
    counts = {number.outcome: number.count for number in found.numbers}
    assert (counts["no_contact"], counts["sent"], counts["under_way"]) == (1, 2, 0)
    for number in found.numbers:
        listed = visitor(coordinator).get(f"/rounds/2/reminders/{number.query}").context["reminded"].found
        assert len(listed) == number.count


# The mail


def test_the_mail_that_is_seen_is_the_mail_that_is_sent(coordinator, me_officer, me_officer_2):
    """For each recipient, in their own language."""
    me_officer_2.language = "en"
    me_officer_2.save()
    query = "?to=ME&to=FSC&sentence=%EB%B6%80%ED%83%81"
    seen = {}
    for person in (me_officer, me_officer_2):
        mails = visitor(coordinator).get(f"{SEE}{query}&see=ME.{person.pk}").context["mails"]
        assert [one.code for one, _mail in mails] == ["ME", "FSC"]
        seen[person] = mails[0][1].letter
    assert seen[me_officer] != seen[me_officer_2]
    remind("ME", "FSC", by=coordinator, sentence="부탁")
    for person, letter in seen.items():
        assert write(Notice.objects.get(purpose="reminder", to=person, facts__step="by_hand")) == letter


def test_nothing_typed_is_lost_by_a_refusal(coordinator):
    """At the preview and at the sending: the sentence and the ticks stand there again."""
    long = "가" * 201
    for answer in (
        visitor(coordinator).get(SEE, {"to": "ME", "sentence": long}),
        visitor(coordinator).post(CHOOSE, {"round": 2, "to": "ME", "sentence": long}),
    ):
        assert answer.status_code == 422
        seen = page(answer)
        assert seen.all("input", name="sentence")[0].attrs["value"] == long
        assert [box.attrs["value"] for box in seen.all("input", name="to") if "checked" in box.attrs] == ["ME"]
    assert visitor(coordinator).get(SEE, {"chosen": "1"}).status_code == 422


def test_when_nobody_owes_anything(
    reports, coordinator, me_officer, msit_officer, fsc_officer, fsc_approver, msit_answered
):
    submit_all(reports, "ME", by=me_officer)
    submit_all(reports, "MSIT", by=msit_officer)
    for code in ("FSC-01", "FSC-02"):
        builders.write(reports[code], by=fsc_officer, at=AT)
        builders.ask_sign_off(reports[code], by=fsc_officer, at=AT)
        builders.sign_off(reports[code], by=fsc_approver, at=AT)
    assert "Every report has arrived" in page(visitor(coordinator, language="en").get(CHOOSE)).text
    assert len(owed.owing_ministries(Round.objects.get(no=2))) == 0


def test_the_pages_ask_the_same_number_of_queries_however_many_they_are(task_force, coordinator):
    """The list, the mails and what came of them."""

    def counted() -> list[int]:
        found = []
        for path in (f"{CHOOSE}?tick=all", f"{SEE}?tick=all", "/rounds/2/reminders/?run=all"):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert visitor(coordinator).get(path).status_code == 200
            found.append(len(queries))
        return found

    remind("ME", by=coordinator)
    before, round_ = counted(), Round.objects.get(no=2)
    template = Report.objects.get(round=round_, task__code="ME-01")
    for no in range(8):
        ministry = builders.ministry(f"M{no}X")
        builders.person(f"officer_{no}", "officer", ministry)
        task = builders.task(f"M{no}X-01", ministry)
        Report.objects.create(round=round_, task=task, lead=ministry, kind=task.kind, sector=template.sector)
    remind("ME", *(f"M{no}X" for no in range(8)), by=coordinator, at=AT + timedelta(minutes=1))
    assert counted() == before
