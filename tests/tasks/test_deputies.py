"""업무대행: who may be whose deputy, what they may do then, that the record names both, and that nobody decides on what
they, or whom they stand in for, have asked."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError

from ministries.models import Delegation, Ministry, Posting, Role, User
from outbox.models import Notice
from records import clock, receipts
from records.errors import Forbidden, Invalid, WrongState
from records.models import Event, Stream
from tasks import permissions, recipients, workflow
from tasks.models import Draft, Message, Report, SignOff, Submission
from tasks.transitions import TRANSITIONS
from tasks.workflow import duties
from tests import builders, verbs
from tests.builders import fresh, key, kst
from tests.pages import filled, page, visitor
from tests.tasks.test_races import at_once, kinds

TODAY = date(2021, 3, 16)


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: datetime) -> None:
    """Tuesday 16 March 2021, 14:00."""


@pytest.fixture
def fsc_officer_2(fsc: Ministry) -> User:
    return builders.person("fsc_officer_2", "officer", fsc)


@pytest.fixture
def fsc_approver_2(fsc: Ministry) -> User:
    return builders.person("fsc_approver_2", "approver", fsc)


def again(person: User) -> User:
    """The person as their next request has them."""
    return User.objects.get(pk=person.pk)


# Naming


@dataclass(frozen=True)
class Case:
    """What is named, beside me_officer's own deputy me_officer_2 for today and tomorrow; and the field it is refused
    at, empty where it is not."""

    refused_at: str = ""
    deputy: str = "me_officer_2"
    first: date = TODAY
    last: date = TODAY + timedelta(days=1)
    reason: str = "국외 출장"


CASES = {
    "for today and tomorrow": Case(),
    "for one day": Case(last=TODAY),
    "for a week in summer": Case(first=date(2021, 7, 1), last=date(2021, 7, 7)),
    "by an approver of the ministry": Case(deputy="me_approver"),
    "by oneself": Case("to_user", deputy="me_officer"),
    "by someone of another ministry": Case("to_user", deputy="msit_officer"),
    "by a coordinator": Case("to_user", deputy="coordinator"),
    "by somebody without a posting": Case("to_user", deputy="stranger"),
    "by somebody whose posting has ended": Case("to_user", deputy="me_gone"),
    "by somebody whose account is closed": Case("to_user", deputy="me_closed"),
    "by somebody who comes later, before that": Case("to_user", deputy="me_later"),
    "by somebody who comes later, from then on": Case(deputy="me_later", first=date(2021, 4, 1), last=date(2021, 4, 2)),
    "last day before the first": Case("ends_on", last=TODAY - timedelta(days=1)),
    "all in the past": Case("ends_on", first=date(2021, 3, 1), last=date(2021, 3, 15)),
    "begun in the past": Case("starts_on", first=TODAY - timedelta(days=1)),
    "without a reason": Case("reason", reason="  "),
    "with a reason that is too long": Case("reason", reason="가" * 201),
    "with a reason that cannot be stored": Case("reason", reason="출\0장"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_rules_of_naming(task_force, me, me_officer, at, case):
    builders.person("me_approver", "approver", me)
    builders.posting(builders.person("me_gone"), "officer", me, ends_on=TODAY - timedelta(days=1))
    builders.person("me_closed", "officer", me, is_active=False)
    builders.posting(builders.person("me_later"), "officer", me, starts_on=date(2021, 4, 1))
    deputy, events = User.objects.get(username=case.deputy), Event.objects.count()
    name = partial(
        builders.name_deputy,
        me_officer.postings.get(),
        deputy,
        by=me_officer,
        at=at,
        starts_on=case.first,
        ends_on=case.last,
        reason=case.reason,
    )
    if case.refused_at:
        with pytest.raises(Invalid) as refused:
            name()
        assert set(refused.value.problems) == {case.refused_at}
        assert (Delegation.objects.count(), Event.objects.count()) == (0, events)
        return
    row = name()
    assert (row.to_user, row.starts_on, row.ends_on, row.named_by) == (deputy, case.first, case.last, me_officer)
    event = Event.objects.latest("pk")
    assert (event.stream.key, event.verb, event.object_id) == ("duties", "name_deputy", str(row.pk))
    assert case.reason not in str(event.data), "why somebody is away is not for all who read the chain"


@pytest.mark.parametrize(
    ("first", "last", "allowed"),
    [(15, 17, False), (10, 10, False), (18, 21, False), (14, 25, False), (21, 22, True), (8, 9, True)],
)
def test_two_deputies_of_one_posting_share_no_day(me_officer, me_officer_2, me, at, first, last, allowed):
    """The first one is there from 10 to 20 April. Another posting's days do not count, nor do those of one ended."""
    april, other = partial(date, 2021, 4), builders.person("me_officer_3", "officer", me)
    builders.name_deputy(
        me_officer_2.postings.get(), me_officer, by=me_officer_2, at=at, starts_on=april(1), ends_on=april(30)
    )
    row = builders.deputise(me_officer, me_officer_2, at=at, starts_on=april(10), ends_on=april(20))
    second = partial(builders.deputise, me_officer, other, at=at, starts_on=april(first), ends_on=april(last))
    if allowed:
        second()
        return
    with pytest.raises(Invalid) as refused:
        second()
    assert set(refused.value.problems) == {"starts_on"}
    workflow.end_deputy(row.pk, by=me_officer, at=at, key=key())
    second()


# Who names, of the officer's posting (me), of the approver's, and of the coordinator's
WHO = """
                 me_officer me_officer_2 me_approver deputy_of_the_approver motie_officer coordinator coordinator_2
me_officer       yes        no           yes         no                     no            no          no
me_approver      no         no           yes         no                     no            no          no
coordinator      no         no           no          no                     no            yes         no
reader           no         no           no          no                     no            no          no
"""


@pytest.mark.parametrize("row", WHO.strip().splitlines()[1:], ids=lambda row: row.split()[0])
def test_who_names_and_ends_a_deputy(task_force, me, at, row):
    """Oneself, or the ministry's approver in person: a deputy names no deputy, and so makes no chain."""
    holder, *cells = row.split()
    approver = builders.person("me_approver", "approver", me)
    builders.deputise(approver, builders.person("deputy_of_the_approver", "officer", me), at=at)
    posting = Posting.objects.get(user__username=holder)
    for name, cell in zip(WHO.split()[:7], cells, strict=True):
        by = User.objects.get(username=name)
        assert permissions.can_name_deputy(by, posting) == (cell == "yes"), name
        if cell == "no":
            with pytest.raises(Forbidden):
                builders.name_deputy(posting, task_force.people["me_officer_2"], by=by, at=at)
            end = Delegation.objects.create(
                posting=posting, to_user=task_force.people["stranger"], starts_on=TODAY, ends_on=TODAY
            )
            with pytest.raises(Forbidden):
                workflow.end_deputy(end.pk, by=by, at=at, key=key())


def test_a_coordinators_deputy_is_another_coordinator(coordinator, coordinator_2, reader, at):
    for wrong in (reader, coordinator):
        with pytest.raises(Invalid):
            builders.deputise(coordinator, wrong, at=at)
    builders.deputise(coordinator, coordinator_2, at=at)


def test_what_has_ended_is_not_ended_again(me_officer, me_officer_2, at):
    row = builders.deputise(me_officer, me_officer_2, at=at, ends_on=TODAY)
    with pytest.raises(WrongState):
        workflow.end_deputy(row.pk, by=me_officer, at=at + timedelta(days=1), key=key())
    workflow.end_deputy(row.pk, by=me_officer, at=at, key=key())
    with pytest.raises(WrongState):
        workflow.end_deputy(row.pk, by=me_officer, at=at, key=key())


def both_name(posting: Posting, first: tuple[User, User], second: tuple[User, User], at: datetime) -> list[Any]:
    """Two who name a deputy of one posting at the same moment."""
    return at_once(
        *(lambda by=by, to=to: builders.name_deputy(posting, to, by=by, at=at) for by, to in (first, second))
    )


@pytest.mark.django_db(transaction=True)
def test_of_two_named_at_once_one_is_the_deputy(task_force, me, me_officer, me_officer_2, at):
    approver = builders.person("me_approver", "approver", me)
    results = both_name(me_officer.postings.get(), (me_officer, me_officer_2), (approver, approver), at)
    assert kinds(results) == ["Delegation", "Invalid"]
    assert Delegation.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_other_one_learns_nothing(task_force, me, me_officer, me_officer_2, at, monkeypatch):
    """The control: both look before either writes. Then the chain itself lets one in, and the other gets an error that
    says nothing."""
    approver, meet, create = (
        builders.person("me_approver", "approver", me),
        threading.Barrier(2),
        Delegation.objects.create,
    )
    Stream.objects.create(key=duties.STREAM)

    def together(**columns: Any) -> Delegation:
        meet.wait(15)
        return create(**columns)

    monkeypatch.setattr(receipts, "lock_head", lambda key: Stream.objects.get(key=key))
    monkeypatch.setattr(Delegation.objects, "create", together)
    with pytest.raises(IntegrityError):
        both_name(me_officer.postings.get(), (me_officer, me_officer_2), (approver, approver), at)


# Acting


def deputy_of(holder: User, at: datetime) -> User:
    """Somebody who may act for the holder, and not in the same office by themselves."""
    posting = holder.postings.get()
    if posting.role == "coordinator":
        return with_office(posting, builders.person("deputy", "coordinator"))
    other = {"officer": "approver", "approver": "officer"}[posting.role]
    deputy = builders.person("deputy", other, posting.ministry)
    builders.deputise(holder, deputy, at=at)
    return again(deputy)


def with_office(posting: Posting, deputy: User) -> User:
    """The person as if they had this office alone, and that from its holder. So they never have the office's: whoever
    stands in for a coordinator is one. The verbs need not rest on that."""
    deputy = again(deputy)
    deputy.__dict__["offices"] = [posting]
    return deputy


@pytest.mark.parametrize(
    "verb", [*TRANSITIONS, "call_contributions", "decide_correction", "prepare", "freeze", "assign"]
)
def test_every_verb_of_a_deputy_names_both(task_force, at, verb):
    """The event has whose office it was, and keeps in which one the deputy stood."""
    holder = task_force.people[verbs.VERBS[verb].by]
    if verb == "decide_correction":
        holder = task_force.people["coordinator"]
    _call, scene = verbs.ready(verb, task_force, at)
    deputy = deputy_of(holder, at)
    if verb == "write_message":  # any office of a side may speak, and whoever can be a deputy has one of their own
        deputy = with_office(holder.postings.get(), deputy)
    if verb == "assign":  # an approver is posted there now: it is theirs to give
        deputy.postings.update(role="officer")
        Posting.objects.filter(pk=holder.postings.get().pk).update(role="approver")
        builders.posting(deputy, "officer", task_force.ministries["ME"])
        assert permissions.can_assign(again(deputy), task_force.ministries["ME"].pk, has_approver=True)
        given = [workflow.Given("ME-01", deputy.postings.first().pk, None)]  # type: ignore[union-attr]
        workflow.assign(task_force.ministries["ME"].pk, given, by=again(deputy), at=at, key=key())
    else:
        verbs.VERBS[verb].call(replace(scene, by=deputy))
    if verb in verbs.WITHOUT_EVENT:
        draft = Draft.objects.get(report=scene.report)
        assert (draft.edited_by, draft.edited_for) == (deputy, holder)
        return
    event = Event.objects.latest("pk")
    assert (event.verb, event.actor, event.acting_for) == (verb, deputy, holder)
    assert event.data["for"] == holder.record_name()
    assert holder.record_name() in [office.get("for") for office in event.data["as"]]
    assert event.who == f"{deputy.record_name()}({holder.record_name()} 업무대행)"


def test_who_holds_the_office_acts_in_their_own_name(reports, me_officer, me_officer_2, at):
    """An officer who stands in for another one of the same ministry needs nobody's office."""
    builders.deputise(me_officer, me_officer_2, at=at)
    builders.write(reports["ME-01"], by=again(me_officer_2), at=at)
    builders.submit(reports["ME-01"], by=again(me_officer_2), at=at)
    assert Event.objects.latest("pk").acting_for is None
    assert Submission.objects.latest("pk").acting_for is None


def test_whose_own_office_may_speak_stands_in_for_nobody(reports, me_officer, at):
    """An approver who stands in for an officer calls for contributions in the officer's name, and speaks in their own."""
    deputy, report = deputy_of(me_officer, at), reports["ME-06"]
    for verb, holder in (("call_contributions", me_officer), ("write_message", None)):
        verbs.VERBS[verb].call(verbs.Scene(report, deputy, at, key()))
        event = Event.objects.latest("pk")
        assert (event.verb, event.acting_for) == (verb, holder)
    assert Message.objects.get().acting_for is None


def test_the_receipt_reads_a_for_b(task_force, reports, fsc_officer, fsc_approver, fsc_officer_2, coordinator, at):
    """On the page, in the list, in the mail, on the record and in the history; and the mail goes to both."""
    builders.deputise(fsc_approver, fsc_officer_2, at=at)
    builders.write(reports["FSC-01"], by=fsc_officer, at=at)
    builders.ask_sign_off(reports["FSC-01"], by=fsc_officer, at=at)
    number = builders.sign_off(reports["FSC-01"], by=again(fsc_officer_2), at=at).number
    both = "fsc_officer_2 for Jung Maru"
    browser = visitor(fsc_officer)
    for address in (f"/submissions/{number}/", "/submissions/"):
        assert both in page(browser.get(address)).text, address
    assert both in page(visitor(coordinator).get("/rounds/2/record/")).text
    assert both in page(browser.get(f"/reports/{reports['FSC-01'].pk}/history/")).text
    mails = Notice.objects.filter(about=f"submission/{number}")
    assert {row.to.username for row in mails if row.to} == {"fsc_officer", "fsc_officer_2", "fsc_approver"}
    assert "Done by: fsc_officer_2 for Jung Maru" in letter(mails[0])


def letter(notice: Notice) -> str:
    from outbox.letters import write

    User.objects.update(language="en")
    return write(Notice.objects.get(pk=notice.pk)).body


def test_the_approvers_page_says_for_whom_it_was_asked(reports, fsc_officer, fsc_approver, fsc_approver_2, at):
    builders.deputise(fsc_officer, fsc_approver_2, at=at)
    builders.write(reports["FSC-01"], by=again(fsc_approver_2), at=at)
    builders.ask_sign_off(reports["FSC-01"], by=again(fsc_approver_2), at=at)
    assert "fsc_approver_2 for Choi Sol asked" in page(visitor(fsc_approver).get("/sign-off/")).text


# Separation of duties


def asked(report: Report, *, by: User, at: datetime) -> Report:
    builders.write(report, by=again(by), at=at)
    builders.ask_sign_off(report, by=again(by), at=at)
    return fresh(report)


def sign(report: Report, *, by: User, at: datetime) -> Callable[[], object]:
    return lambda: workflow.sign_off([builders.item(report)], by=again(by), at=at, key=key())


def give_back(report: Report, *, by: User, at: datetime) -> Callable[[], object]:
    version = fresh(report).version
    return lambda: workflow.send_back(report.pk, by=again(by), at=at, key=key(), version=version, comment="다시")


def test_who_asked_does_not_sign_off_as_the_approvers_deputy(reports, fsc_officer, fsc_approver, fsc_officer_2, at):
    builders.deputise(fsc_approver, fsc_officer, at=at)
    report = asked(reports["FSC-01"], by=fsc_officer, at=at)
    for verb in (sign, give_back):
        with pytest.raises(Forbidden):
            verb(report, by=fsc_officer, at=at)()
    assert not SignOff.objects.filter(report=report).exists()
    sign(report, by=fsc_approver, at=at)()


def test_for_whom_was_asked_does_not_sign_off(reports, fsc, fsc_officer, fsc_approver, fsc_approver_2, at):
    """An officer who is an approver as well is away; their deputy asks in their name. Neither of the two signs off, nor
    the one who stands in for them as an approver."""
    builders.posting(fsc_officer, "approver", fsc)
    officers = fsc_officer.postings.get(role="officer")
    builders.name_deputy(officers, fsc_approver_2, by=again(fsc_officer), at=at)
    report = asked(reports["FSC-01"], by=fsc_approver_2, at=at)
    draft = Draft.objects.get(report=report)
    assert (draft.asked_by, draft.asked_for) == (fsc_approver_2, fsc_officer)
    third = builders.person("fsc_officer_3", "officer", fsc)
    approvers = fsc_officer.postings.get(role="approver")
    builders.name_deputy(approvers, third, by=again(fsc_officer), at=at)
    for person in (fsc_officer, fsc_approver_2, third):
        for verb in (sign, give_back):
            with pytest.raises(Forbidden):
                verb(report, by=person, at=at)()
    sign(report, by=fsc_approver, at=at)()


def test_of_what_they_may_not_give_nobody_is_told(reports, fsc, fsc_officer, fsc_approver, fsc_approver_2, at):
    builders.posting(fsc_officer, "approver", fsc)
    builders.name_deputy(fsc_officer.postings.get(role="officer"), fsc_approver_2, by=again(fsc_officer), at=at)
    asked(reports["FSC-01"], by=fsc_approver_2, at=at)
    told = Notice.objects.filter(purpose="sign_off_asked").values_list("to__username", flat=True)
    assert set(told) == {"fsc_approver"}


def test_who_sent_or_for_whom_does_not_review(reports, me, me_officer, coordinator, at):
    """A report sent by a deputy is reviewed neither by them nor by whom they stood in for, should they be of the office
    as well; nor by who stands in for one of the two there."""
    deputy = builders.person("both", "approver", me)
    builders.posting(deputy, "coordinator")
    builders.posting(me_officer, "coordinator")
    builders.name_deputy(me_officer.postings.get(role="officer"), deputy, by=again(me_officer), at=at)
    builders.write(reports["ME-01"], by=again(deputy), at=at)
    builders.submit(reports["ME-01"], by=again(deputy), at=at)
    report = Report.objects.with_texts().get(pk=reports["ME-01"].pk)
    lent = me_officer.postings.get(role="coordinator")
    stand_in = with_office(lent, builders.person("stand_in", "coordinator"))
    for person in (again(deputy), again(me_officer), stand_in):
        assert not permissions.can_review(person, report)
        with pytest.raises(Forbidden):
            builders.open_for_review(report, by=person, at=at)
    assert permissions.can_review(again(coordinator), report)


def test_who_asked_for_a_correction_or_for_whom_does_not_decide(reports, me, me_officer, coordinator, round_2, at):
    builders.posting(me_officer, "coordinator")
    builders.write(reports["ME-01"], by=again(me_officer), at=at)
    builders.submit(reports["ME-01"], by=again(me_officer), at=at)
    builders.freeze(round_2, by=coordinator, at=at)
    lent = me_officer.postings.get(role="coordinator")
    deputy = with_office(lent, builders.person("deputy", "coordinator"))
    correction = builders.ask_correction(reports["ME-01"], by=deputy, at=at)
    assert (correction.asked_by, correction.asked_for) == (deputy, me_officer)
    for person in (deputy, again(me_officer)):
        with pytest.raises(Forbidden):
            builders.decide_correction(correction, by=person, at=at)
    builders.decide_correction(correction, by=coordinator, at=at)


# When it ends


@pytest.mark.parametrize(
    ("day", "may"), [("2021-03-16", False), ("2021-03-17", True), ("2021-03-19", True), ("2021-03-20", False)]
)
def test_a_deputy_acts_on_the_days_named(reports, me, fsc_approver, fsc_officer_2, at, monkeypatch, day, may):
    """First and last day included: on the day after, the very same person may not."""
    builders.deputise(fsc_approver, fsc_officer_2, at=at, starts_on=date(2021, 3, 17), ends_on=date(2021, 3, 19))
    then = datetime.combine(date.fromisoformat(day), at.timetz())
    monkeypatch.setattr(clock, "now", lambda: then)
    assert bool(again(fsc_officer_2).standing.approver_of) is may
    assert (fsc_officer_2.pk in approvers(reports["FSC-01"].lead_id, at=then)) is may
    assert visitor(fsc_officer_2).get("/sign-off/").status_code == (200 if may else 403)


def approvers(ministry: int, *, at: datetime) -> set[int]:
    """Whom mails to the ministry's approvers reach."""
    return recipients.posted([Role.APPROVER], [ministry], at=at)[ministry]


def _cancelled(row: Delegation, at: datetime) -> None:
    workflow.end_deputy(row.pk, by=again(row.posting.user), at=at, key=key())


ENDS: dict[str, Callable[[Delegation, datetime], object]] = {
    "ended early": _cancelled,
    "the holder's posting ended": lambda row, at: Posting.objects.filter(pk=row.posting_id).update(
        ends_on=TODAY - timedelta(days=1)
    ),
    "the holder's account closed": lambda row, at: User.objects.filter(pk=row.posting.user_id).update(is_active=False),
    "the deputy's own posting ended": lambda row, at: Posting.objects.filter(user=row.to_user_id).update(
        ends_on=TODAY - timedelta(days=1)
    ),
    "the deputy moved to another ministry": lambda row, at: Posting.objects.filter(user=row.to_user_id).update(
        ministry=Ministry.objects.get(code="ME")
    ),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_deputy_ends_at_once(reports, fsc, fsc_officer, fsc_approver, fsc_officer_2, at, end):
    """In the same browser, with the next request."""
    report = asked(reports["FSC-01"], by=fsc_officer, at=at)
    row = builders.deputise(fsc_approver, fsc_officer_2, at=at)
    browser = visitor(fsc_officer_2)
    form = filled(page(browser.get("/sign-off/")), "/sign-off/give/")
    end(row, at)
    assert browser.post("/sign-off/give/", form).status_code == 403
    with pytest.raises(Forbidden):
        sign(report, by=fsc_officer_2, at=at)()
    assert fsc_officer_2.pk not in approvers(fsc.pk, at=at)


@pytest.mark.parametrize(("role", "ministry"), [("officer", "ME"), ("reader", ""), ("administrator", "")])
def test_whoever_leaves_the_office_stands_in_for_nobody_there(
    task_force, coordinator, coordinator_2, at, role, ministry
):
    """A coordinator's deputy is a coordinator: with another posting the office's drafts are no business of theirs."""
    builders.deputise(coordinator, coordinator_2, at=at)
    coordinator_2.postings.update(ends_on=TODAY - timedelta(days=1))
    builders.posting(coordinator_2, role, task_force.ministries.get(ministry), starts_on=TODAY)
    assert not again(coordinator_2).standing.is_coordinator
    assert coordinator_2.pk not in recipients.coordinators(at=at)


# Mails and pages


def test_the_deputy_gets_the_mails_too(reports, fsc_officer, fsc_approver, fsc_officer_2, at):
    builders.deputise(fsc_approver, fsc_officer_2, at=at)
    asked(reports["FSC-01"], by=fsc_officer, at=at)
    told = Notice.objects.filter(purpose="sign_off_asked").values_list("to__username", flat=True)
    assert set(told) == {"fsc_approver", "fsc_officer_2"}


@pytest.mark.parametrize(
    ("by", "told"), [("fsc_officer", {"fsc_officer_2"}), ("fsc_approver", {"fsc_officer_2", "fsc_officer"})]
)
def test_who_is_named_is_told_and_whose_posting_it_is(task_force, fsc_officer, fsc_officer_2, at, by, told):
    builders.name_deputy(fsc_officer.postings.get(), fsc_officer_2, by=task_force.people[by], at=at, reason="병가")
    mails = list(Notice.objects.filter(purpose="deputy_named"))
    assert {row.to.username for row in mails if row.to} == told
    body = letter(mails[0])
    assert "fsc_officer_2 stands in for Choi Sol" in body
    assert "Tue 16 Mar 2021" in body
    assert "병가" not in body


def test_the_page_names_and_ends(task_force, fsc_approver, fsc_officer, fsc_officer_2, at):
    """An officer for themselves; the approver sees it, and ends it."""
    browser = visitor(fsc_officer)
    form = filled(page(browser.get("/deputies/")), "/deputies/")
    typed = form | {"to_user": [str(fsc_officer_2.pk)], "ends_on": ["2021-03-15"], "reason": ["국내 출장"]}
    answer = browser.post("/deputies/", typed)
    assert answer.status_code == 422
    found = page(answer)
    assert "The last day lies before the first." in found.one("p", id="ends_on-error").text
    kept = filled(found, "/deputies/")
    assert {name: kept[name] for name in typed if name != "csrfmiddlewaretoken"} == {
        name: value for name, value in typed.items() if name != "csrfmiddlewaretoken"
    }
    assert browser.post("/deputies/", typed | {"ends_on": ["2021-03-18"]}).status_code == 302
    row = Delegation.objects.get()
    shown = page(browser.get("/deputies/")).one("tr", id=f"deputy-{row.pk}").text
    for words in ("fsc_officer_2", "16 Mar 2021", "18 Mar 2021", "국내 출장", "today"):
        assert words in shown
    approver = visitor(fsc_approver)
    assert "국내 출장" in page(approver.get("/deputies/")).one("tr", id=f"deputy-{row.pk}").text
    end = f"/deputies/{row.pk}/end/"
    assert approver.post(end, filled(page(approver.get("/deputies/")), end)).status_code == 302
    assert "ended early" in page(browser.get("/deputies/")).one("tr", id=f"deputy-{row.pk}").text


def test_what_is_over_does_not_count_and_what_never_began_is_taken_back(fsc_officer, fsc_officer_2, at):
    """The number beside the title is of those who stand in, now or later."""
    browser, april = visitor(fsc_officer), date(2021, 4, 1)
    over = builders.deputise(fsc_officer, fsc_officer_2, at=at)
    workflow.end_deputy(over.pk, by=fsc_officer, at=at, key=key())
    coming = builders.deputise(fsc_officer, fsc_officer_2, at=at, starts_on=april, ends_on=april)
    found = page(browser.get("/deputies/"))
    assert found.one("h2", id="for-me").one("span", class_="num").text == "1"
    assert "Take it back" in found.one("tr", id=f"deputy-{coming.pk}").text
    end = f"/deputies/{coming.pk}/end/"
    found = page(browser.post(end, filled(found, end), follow=True))
    assert "The naming was taken back." in found.text
    assert found.one("h2", id="for-me").one("span", class_="num").text == "0"
    rows = [found.one("tr", id=f"deputy-{row.pk}").text for row in (over, coming)]
    assert ["ended early" in text for text in rows] == [True, False]
    assert "taken back 16 Mar" in rows[1]


def test_who_reads_the_page_is_offered_for_others_alone(fsc_officer, fsc_officer_2, fsc_approver):
    """An approver, who names deputies of the officers as well, comes last and is marked; an officer is not offered."""
    offered = [
        page(visitor(person).get("/deputies/")).one("select", name="to_user") for person in (fsc_approver, fsc_officer)
    ]
    texts = [[option.text for option in select.all("option")][1:] for select in offered]
    assert texts == [["Choi Sol", "fsc_officer_2", "Jung Maru (me, for somebody else)"], ["Jung Maru", "fsc_officer_2"]]


def test_of_other_ministries_deputies_nobody_learns(me_officer, me_officer_2, fsc_approver, coordinator, at):
    row = builders.deputise(me_officer, me_officer_2, at=at)
    for stranger in (fsc_approver, coordinator):
        assert str(me_officer_2) not in page(visitor(stranger).get("/deputies/")).one("main").text
        assert visitor(stranger).post(f"/deputies/{row.pk}/end/", {}).status_code == 404


def test_whose_deputy_one_is_today_stands_on_every_page(fsc_approver, fsc_officer_2, at):
    browser = visitor(fsc_officer_2)
    assert "Jung Maru" not in page(browser.get("/my-tasks/")).one("header").text
    builders.deputise(fsc_approver, fsc_officer_2, at=at)
    assert "for Jung Maru" in page(browser.get("/my-tasks/")).one("header").text


def test_no_more_queries_for_more_deputies(me, fsc, fsc_approver, fsc_officer_2, at, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser, postings = visitor(fsc_approver), fsc_approver.postings
    builders.deputise(fsc_approver, fsc_officer_2, at=at)
    with CaptureQueriesContext(connection) as few:
        browser.get("/deputies/")
    for number in range(4):
        day = kst(2021, 4, number + 1).date()
        builders.person(f"fsc_{number}", "officer", fsc)
        builders.name_deputy(postings.get(), fsc_officer_2, by=again(fsc_approver), at=at, starts_on=day, ends_on=day)
    with django_assert_num_queries(len(few)):
        browser.get("/deputies/")
