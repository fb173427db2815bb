"""이송: an opinion that was given out to the wrong ministry is handed back and passed on; several are given out at once."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from meetings import workflow
from meetings.models import Opinion, Transfer
from meetings.opinions import owing, register, reminding
from meetings.opinions.drafting import About
from meetings.opinions.entries import Standing
from meetings.opinions.looking_up import look_up
from meetings.opinions.register import by_pk
from ministries.models import Ministry
from outbox import sending
from outbox.letters import write
from outbox.models import Notice, Purpose
from records.errors import Conflict, Forbidden, Invalid, WrongState
from tests.builders import key, kst
from tests.cast import AT
from tests.pages import filled, page, visitor

from . import opinion_scene as scene
from .opinion_scene import DUE, LATER, NOT_OURS, OWED

pytestmark = pytest.mark.django_db


@pytest.fixture
def stand(task_force: Any, coordinator: Any, domain_time: Any) -> Any:
    """The mails about it have left."""
    made = scene.stand(coordinator, AT)
    sending.queue_owed()
    return made


def problems(call: Any) -> list[str]:
    with pytest.raises(Invalid) as refused:
        call()
    return [name for name, texts in refused.value.problems.items() if texts]


def told(purpose: Purpose) -> set[str]:
    return set(Notice.objects.filter(purpose=purpose, to__isnull=False).values_list("to__username", flat=True))


def errands(user: Any) -> list[str]:
    return [one.url for one in owing.errands(user, AT)]


def jobs(user: Any) -> dict[str, int]:
    return {job.url.partition("=")[2]: job.number for job in owing.jobs(user, AT)}


# handing back


def test_what_is_handed_back_lies_with_the_office_and_the_ministry_owes_nothing(
    stand, me_officer, coordinator, motie, me
):
    owed = scene.hand_back(stand[1], by=me_officer, at=AT, to=motie.pk)
    assert (owed.ministry, owed.due_on) == (None, None)
    made = owed.transfers.get()
    assert (made.kind, made.ministry, made.to, made.reason, made.by) == (
        "handed_back",
        me,
        motie,
        NOT_OURS,
        me_officer,
    )
    assert errands(me_officer) == []
    assert jobs(coordinator) == {"handed_back": 1, "loose": 1, "overdue": 0}
    entry = by_pk(owed.pk, user=coordinator, at=AT)
    assert entry is not None
    assert entry.standing is Standing.HANDED_BACK
    assert scene.differences() == []


def test_the_office_is_told_and_whose_it_might_be(stand, me_officer, motie):
    scene.hand_back(stand[1], by=me_officer, at=AT, to=motie.pk)
    assert told(Purpose.OPINION_HANDED_BACK) == {"coordinator", "coordinator_2"}
    letter = write(Notice.objects.filter(purpose=Purpose.OPINION_HANDED_BACK).earliest("pk"))
    assert "환경부" in letter.subject
    assert "산업통상자원부" in letter.body
    for text in (NOT_OURS, OWED):
        assert text not in letter.subject + letter.body


def test_a_mail_that_has_not_left_is_not_sent_of_what_was_handed_back(task_force, coordinator, me, me_officer):
    first, second = (scene.owed_to(me, by=coordinator, at=AT) for _each in range(2))
    scene.hand_back(first, by=me_officer, at=AT)
    facts = Notice.objects.filter(purpose=Purpose.OPINION_GIVEN).values_list("facts__pk", flat=True)
    assert set(facts) == {second.pk}
    scene.hand_back(second, by=me_officer, at=AT)
    assert not Notice.objects.filter(purpose=Purpose.OPINION_GIVEN).exists()


@pytest.mark.parametrize(
    ("more", "field"),
    [({"reason": " "}, "transfer"), ({"reason": "가" * 3001}, "transfer"), ({"to": 999}, "to"), ({"to": "ME"}, "to")],
    ids=str,
)
def test_what_handing_back_may_not_be(stand, me_officer, me, more, field):
    given = {name: me.pk if value == "ME" else value for name, value in more.items()}
    assert problems(lambda: scene.hand_back(stand[1], by=me_officer, at=AT, **given)) == [field]
    assert not Transfer.objects.exists()


@pytest.mark.parametrize("who", ["coordinator", "motie_officer", "reader", "stranger", "administrator"])
def test_nobody_hands_back_what_is_not_theirs(stand, task_force, who):
    person = task_force.people[who]
    for ministry in (*person.standing.ministries, stand[1].ministry_id, None):
        with pytest.raises(Forbidden):
            scene.hand_back(stand[1], by=person, at=AT, ministry=ministry)


def test_what_was_answered_is_neither_handed_back_nor_passed_on(stand, me_officer, coordinator, motie, me):
    owed = scene.dispose(stand[1], by=me_officer, at=AT)
    with pytest.raises(WrongState):
        scene.hand_back(owed, by=me_officer, at=AT)
    with pytest.raises(WrongState):
        scene.pass_on(owed, motie, by=coordinator, at=AT)
    assert scene.now(owed.pk).ministry == me


def test_who_is_overtaken_hands_nothing_back(stand, me_officer, coordinator, motie, me):
    scene.pass_on(stand[1], motie, by=coordinator, at=AT)
    with pytest.raises(Conflict):
        scene.hand_back(stand[1], by=me_officer, at=AT, ministry=me.pk, version=0)


# opening again


def test_a_wrong_answer_counts_no_more_and_the_right_ministry_gives_another(
    stand, coordinator, me_officer, motie, motie_officer, me
):
    owed = scene.dispose(stand[1], by=me_officer, at=AT, kind="not", reason="소관 아님")
    number = owed.number
    row = scene.reopen(owed, by=coordinator, at=LATER)
    assert (row.ministry, row.due_on, row.answer) == (None, None, None)
    assert told(Purpose.OPINION_PASSED_ON) == {"me_officer", "me_officer_2"}
    with translation.override("en"):
        found = look_up(number)
    assert found is not None
    assert (found.kind, found.reason, found.ministry) == ("", "", "")
    assert found.state == "It was answered, and is looked at once more"
    listed = register.known(coordinator)
    assert {row.pk for row in listed.filter(register.condition("loose", AT.date()))} == {stand[1].pk, stand[2].pk}
    assert not listed.filter(register.condition("answered", AT.date())).exists()
    again = scene.pass_on(row, motie, by=coordinator, at=LATER, due_on=date(2021, 3, 30))
    assert list(Opinion.objects.owed()) == [again]
    assert errands(motie_officer) == [f"/opinions/{row.pk}/"]
    done = scene.dispose(again, by=motie_officer, at=LATER, kind="partly")
    assert done.answer is not None
    assert (done.answer.kind, done.answer.ministry) == ("partly", motie)
    assert done.dispositions.count() == 2, "the first stays in the history"
    entry = by_pk(row.pk, user=me_officer, at=LATER)
    assert entry is not None, "who answered first sees what became of it"
    assert [one.row.kind for one in entry.transfers] == ["passed_on", "reopened"]
    assert scene.differences() == []


def test_whoever_answered_may_answer_the_same_again(stand, coordinator, me_officer, me):
    owed = scene.dispose(stand[1], by=me_officer, at=AT)
    scene.reopen(owed, by=coordinator, at=LATER)
    given = scene.pass_on(owed, me, by=coordinator, at=LATER, due_on=date(2021, 3, 30))
    assert scene.dispose(given, by=me_officer, at=LATER).answer is not None


def test_only_the_office_opens_again_and_only_what_is_answered(stand, coordinator, me_officer):
    owed = stand[1]
    with pytest.raises(WrongState):
        scene.reopen(owed, by=coordinator, at=LATER)
    scene.dispose(owed, by=me_officer, at=AT)
    with pytest.raises(Forbidden):
        scene.reopen(owed, by=me_officer, at=LATER)
    assert problems(lambda: scene.reopen(owed, by=coordinator, at=LATER, reason=" ")) == ["reason"]
    with pytest.raises(Conflict):
        scene.reopen(owed, by=coordinator, at=LATER, version=0)
    scene.reopen(owed, by=coordinator, at=LATER)
    with pytest.raises(WrongState):
        scene.reopen(owed, by=coordinator, at=LATER)
    assert Transfer.objects.count() == 1


def test_the_page_asks_why_and_leads_on_to_whom_it_is_given(stand, coordinator, me_officer):
    owed = scene.dispose(stand[1], by=me_officer, at=AT - timedelta(hours=1), kind="not", reason="소관 아님")
    own, office = f"/opinions/{owed.pk}/", visitor(coordinator)
    assert page(office.get(own)).all("a", href=f"{own}reopen/")
    assert not page(visitor(me_officer).get(own)).all("a", href=f"{own}reopen/")
    shown = page(office.get(f"{own}reopen/"))
    assert "소관 아님" in shown.text
    sent = filled(shown, f"{own}reopen/")
    refused = office.post(f"{own}reopen/", sent)
    assert refused.status_code == 422
    form = filled(page(refused), f"{own}reopen/") | {"reason": "산업부 소관임"}
    for _click in range(2):
        assert office.post(f"{own}reopen/", form).headers["Location"] == f"{own}pass-on/"
    assert filled(page(office.get(f"{own}pass-on/")), f"{own}pass-on/")["to"] == [""], (
        "who gave the answer is not proposed"
    )
    text = page(office.get(own)).text
    assert "산업부 소관임" in text
    assert "counts no more" in text


# passing on


def test_the_next_ministry_owes_it_and_both_are_told(stand, coordinator, me_officer, motie, motie_officer):
    owed = scene.pass_on(stand[1], motie, by=coordinator, at=AT, due_on=date(2021, 3, 25))
    assert (owed.ministry, owed.due_on) == (motie, date(2021, 3, 25))
    assert (errands(me_officer), errands(motie_officer)) == ([], [f"/opinions/{owed.pk}/"])
    assert told(Purpose.OPINION_PASSED_ON) == {"me_officer", "me_officer_2"}
    assert told(Purpose.OPINION_GIVEN) == {"me_officer", "me_officer_2", "motie_officer"}
    assert scene.differences() == []


def test_what_was_handed_back_goes_on_or_back_to_whom_it_came_from(stand, coordinator, me_officer, me, motie):
    scene.hand_back(stand[1], by=me_officer, at=AT, to=motie.pk)
    back = scene.pass_on(stand[1], me, by=coordinator, at=AT, reason="환경부 소관이 맞음")
    assert back.ministry == me
    assert list(back.transfers.values_list("kind", "ministry", "to")) == [
        ("handed_back", me.pk, motie.pk),
        ("passed_on", me.pk, me.pk),
    ]
    assert not Notice.objects.filter(purpose=Purpose.OPINION_PASSED_ON).exists()
    entry = by_pk(back.pk, user=me_officer, at=AT)
    assert entry is not None
    assert [one.row.kind for one in entry.transfers] == ["passed_on", "handed_back"]
    assert len({one.words for one in entry.transfers}) == 2
    on = scene.pass_on(stand[1], motie, by=coordinator, at=AT)
    assert jobs(coordinator) == {"handed_back": 0, "loose": 1, "overdue": 0}
    assert on.transfers.count() == 3
    assert scene.differences() == []


def test_the_office_takes_it_back_and_answers_itself(stand, coordinator):
    row = scene.pass_on(stand[1], None, by=coordinator, at=AT, due_on=None)
    assert (row.ministry, row.due_on) == (None, None)
    assert jobs(coordinator)["loose"] == 2
    assert told(Purpose.OPINION_PASSED_ON) == {"me_officer", "me_officer_2"}
    scene.dispose(row, by=coordinator, at=AT, ministry=None)
    assert scene.differences() == []


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"due_on": None}, "due_on"),
        ({"due_on": date(2021, 3, 15)}, "due_on"),
        ({"to": 999}, "to"),
        ({"to": "ME"}, "to"),
    ],
    ids=str,
)
def test_what_passing_on_may_not_be(stand, coordinator, motie, me, more, field):
    given = {name: me.pk if value == "ME" else value for name, value in more.items()}
    assert problems(lambda: scene.pass_on(stand[1], motie, by=coordinator, at=AT, **given)) == [field]


def test_reminders_follow_it(stand, coordinator, motie):
    """Given out on Tuesday at two, due on Thursday: Tuesday morning's step is none for the next ministry either."""
    scene.pass_on(stand[1], motie, by=coordinator, at=AT)
    reminding.remind(AT)
    assert not Notice.objects.filter(purpose=Purpose.OPINION_DUE).exists()
    reminding.remind(kst(2021, 3, 18, 9))
    assert told(Purpose.OPINION_DUE) == {"motie_officer"}


@pytest.mark.parametrize("wrong", [{"reason": ""}, {"kind": "handed_back", "ministry": None}], ids=str)
def test_no_row_says_nothing_of_why_or_of_who_handed_it_back(stand, me, me_officer, wrong):
    """Whatever wrote it: the table itself refuses."""
    row = {"kind": "passed_on", "ministry": me, "reason": NOT_OURS} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.create(opinion=stand[1], by=me_officer, at=AT, **row)


# pages


def test_an_officer_hands_it_back_on_the_page_and_the_office_passes_it_on(
    stand, me_officer, coordinator, motie_officer
):
    own, officer, office = f"/opinions/{stand[1].pk}/", visitor(me_officer), visitor(coordinator)
    sent = filled(page(officer.get(own)), f"{own}hand-back/")
    refused = officer.post(f"{own}hand-back/", sent | {"to": "MOTIE"})
    assert refused.status_code == 422
    again = page(refused)
    assert again.one("textarea", id="transfer")["aria-invalid"] == "true"
    assert filled(again, f"{own}hand-back/")["to"] == ["MOTIE"]
    form = filled(again, f"{own}hand-back/") | {"transfer": NOT_OURS}
    for _click in range(2):
        assert officer.post(f"{own}hand-back/", form).headers["Location"] == own
    assert Transfer.objects.count() == 1
    assert NOT_OURS in page(officer.get(own)).text, "who handed it back sees what becomes of it"
    listed = page(office.get("/opinions/?state=handed_back")).one("tbody")
    assert next(row["href"] for row in listed.all("a", class_="link")) == own
    on = filled(page(office.get(f"{own}pass-on/")), f"{own}pass-on/")
    assert (on["to"], on["due_on"]) == (["MOTIE"], ["2021-03-30"])
    refused = office.post(f"{own}pass-on/", on)
    assert refused.status_code == 422
    done = office.post(f"{own}pass-on/", filled(page(refused), f"{own}pass-on/") | {"reason": "산업부 소관임"})
    assert done.status_code == 302
    assert "산업부 소관임" in page(visitor(motie_officer).get(own)).text


def test_the_form_of_a_change_does_not_name_another_ministry(stand, coordinator):
    address = f"/opinions/{stand[1].pk}/change/"
    found = page(visitor(coordinator).get(address))
    assert not found.all("select", id="ministry")
    assert found.all("a", href=f"/opinions/{stand[1].pk}/pass-on/")
    sent = filled(found, address) | {"due_on": "2021-03-25"}
    assert visitor(coordinator).post(address, sent).status_code == 302
    assert scene.now(stand[1].pk).due_on == date(2021, 3, 25)


# several at once


@pytest.fixture
def loose(task_force: Any, coordinator: Any, domain_time: Any) -> list[Opinion]:
    """Three that nobody has to answer; the first two are about tasks of ME."""
    codes: Any = (("ME-01",), ("ME-02",), ())
    return [scene.enter(scene.said(about=About(codes=of)), by=coordinator, at=AT) for of in codes]


def test_several_are_given_out_by_one_form_and_told_in_one_mail(loose, coordinator, me):
    office = visitor(coordinator)
    shown = page(office.get("/opinions/?state=loose")).one("tbody").all("input", type="checkbox")
    assert {row["value"] for row in shown} == {str(row.pk) for row in loose}
    address = f"/opinions/give-out/?opinion={loose[0].pk}&opinion={loose[1].pk}&opinion=x"
    form = page(office.get(address))
    assert len(form.one("tbody").all("tr")) == 2
    sent = filled(form, "/opinions/give-out/")
    assert (sent["ministry"], sent["due_on"]) == (["ME"], ["2021-03-30"])
    for _click in range(2):
        assert office.post("/opinions/give-out/", sent).status_code == 302
    given = [scene.now(row.pk) for row in loose]
    assert [row.ministry for row in given] == [me, me, None]
    assert [row.version for row in given] == [1, 1, 0]
    mails = Notice.objects.filter(purpose=Purpose.OPINION_GIVEN)
    assert [len(mail.facts["others"]) for mail in mails] == [1, 1], "one for each officer"
    assert scene.differences() == []


def test_all_of_them_or_none(loose, coordinator, motie):
    office = visitor(coordinator)
    pks = "&".join(f"opinion={row.pk}" for row in loose)
    sent = filled(page(office.get(f"/opinions/give-out/?{pks}")), "/opinions/give-out/")
    assert sent["ministry"] == [""], "of no task nobody is proposed"
    refused = office.post("/opinions/give-out/", sent)
    assert refused.status_code == 422
    scene.change(loose[2], by=coordinator, at=AT, codes=("ME-03",))
    sent = filled(page(refused), "/opinions/give-out/") | {"ministry": ["MOTIE"]}
    overtaken = office.post("/opinions/give-out/", sent)
    assert overtaken.status_code == 409
    assert loose[2].number in overtaken.content.decode()
    assert not Opinion.objects.filter(ministry__isnull=False).exists()


def test_nothing_chosen_is_said(loose, coordinator):
    office = visitor(coordinator)
    empty = page(office.get("/opinions/give-out/?opinion=999999999")).one("div", class_="empty-page")
    assert empty.one("a")["href"] == "/opinions/?state=loose"
    form = {"ministry": "ME", "due_on": "2021-03-25", "key": str(key())}
    assert office.post("/opinions/give-out/", form).status_code == 422


def test_what_somebody_gave_out_meanwhile_is_not_given_again(loose, coordinator, me):
    scene.change(loose[0], by=coordinator, at=AT, ministry=me.pk, due_on=DUE)
    motie = Ministry.objects.get(code="MOTIE")
    given: Any = {"ministry": motie.pk, "due_on": DUE, "by": coordinator, "at": AT, "key": key()}
    with pytest.raises(Invalid):
        workflow.give_out_opinions({loose[0].pk: 1}, **given)
    assert scene.now(loose[0].pk).ministry == me
