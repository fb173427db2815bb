"""Personal data of the public: nowhere in the record, gone on request or when its time is over, and the record holds."""

import json
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone, translation
from post_office.models import Email, Log

from meetings import workflow
from meetings.models import Disposition, Opinion, OpinionSender, OpinionText
from meetings.opinions import retention
from meetings.opinions.looking_up import look_up
from outbox import due, outsiders, sending
from outbox.models import Notice
from records.errors import Invalid, WrongState
from records.models import Event, Receipt
from records.verify import Run
from tasks.models import Task
from tests.builders import key
from tests.meetings import opinion_scene
from tests.meetings import public_scene as scene
from tests.pages import page, visitor

PERSONAL = (scene.WORDS, scene.NAME, scene.EMAIL, scene.ORGANISATION)


@pytest.fixture(autouse=True)
def _in_the_domain(task_force, domain_time):
    """The cast, on Tuesday 16 March 2021 at 14:00."""


def everything() -> str:
    """Every row of every table, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [json.dumps(row, default=str, ensure_ascii=False) for row in cursor.fetchall()]
    return "\n".join(found).replace("\\\\u", "\\u").encode().decode("unicode_escape", "ignore") + "\n".join(found)


def removed(opinion: Opinion, *, by: Any, at: Any, words: bool = True, organisation: bool = True) -> None:
    workflow.remove_personal_data(opinion.pk, words=words, organisation=organisation, by=by, at=at, key=key())


def whole_record_holds() -> bool:
    run = Run(every=True)
    for _progress in run.walk():
        pass
    return not [row for row in run.findings if row.is_difference]


def test_a_removal_is_told_under_the_number_and_to_the_office(at, coordinator):
    opinion = scene.admitted(coordinator, at=at)
    own, office = f"/opinions/{opinion.pk}/", visitor(coordinator)
    assert "Removed" not in page(office.get(own)).text
    removed(opinion, by=coordinator, at=at, words=False, organisation=False)
    shown = page(office.get(own)).one("section", class_="what moderation")
    for text in ("Removed", "name and e-mail address", "16 Mar 2021", "on request"):
        assert text in shown.text
    assert "the words" not in shown.text
    removed(opinion, by=coordinator, at=at)
    with translation.override("en"):
        found = look_up(opinion.number)
        assert found is not None
        assert [one.what for one in found.removals] == ["name and e-mail address", "the words, the organisation"]
    told = page(visitor(None).post(scene.LOOK_UP, {"number": opinion.number})).one("section", class_="found").text
    assert "the words, the organisation" in told
    assert not any(text in told for text in PERSONAL)


def test_the_look_up_says_what_it_is_about_as_far_as_that_is_public(at, coordinator):
    """Two numbers of one sender are told apart; a task that nobody outside knows is not told."""
    opinion = scene.admitted(coordinator, at=at)  # about ME-01
    Task.objects.filter(code="MSIT-02").update(source="")
    opinion_scene.change(opinion, by=coordinator, at=at, codes=("ME-01", "MSIT-02"))
    found = look_up(opinion.number)
    assert found is not None
    assert [one.partition(" ")[0] for one in found.about] == ["ME-01"]


def test_what_was_heard_has_no_sender_to_speak_of(at, coordinator, me_officer):
    _hearing, owed, letter = opinion_scene.stand(coordinator, at)
    heard, written = (visitor(coordinator).get(f"/opinions/{row.pk}/").content.decode() for row in (owed, letter))
    assert "Remove personal data" not in heard
    assert "Remove personal data" in written
    assert "neither name nor" not in written
    assert "Whoever said it reads" not in visitor(me_officer).get(f"/opinions/{owed.pk}/").content.decode()


def test_everything_of_it_goes_and_the_record_holds(at, coordinator):
    """From every table; what stays is that there was an opinion, and that personal data were removed."""
    opinion = scene.admitted(coordinator, at=at)
    before = everything()
    assert all(text in before for text in PERSONAL)
    removed(opinion, by=coordinator, at=at)
    after = everything()
    assert [text for text in PERSONAL if text in after] == []
    assert (OpinionText.objects.get().salt, OpinionText.objects.get().removed_at) == ("", at)
    assert scene.differences(opinion) == []
    assert whole_record_holds()
    event = Event.objects.latest("pk")
    assert (event.verb, event.data["removed"]) == ("remove_personal_data", ["sender", "words", "organisation"])
    assert Opinion.objects.filter(number=opinion.number, group="civic").exists()


def test_without_the_tick_the_words_stay(at, coordinator):
    opinion = scene.admitted(coordinator, at=at)
    removed(opinion, by=coordinator, at=at, words=False, organisation=False)
    assert OpinionText.objects.get().text == scene.WORDS
    assert Opinion.objects.get().organisation == scene.ORGANISATION
    assert not OpinionSender.objects.exists()
    assert scene.differences(opinion) == []


def test_words_that_vanish_otherwise_are_found(at, coordinator):
    """The control: only what says when it was removed passes."""
    opinion = scene.admitted(coordinator, at=at)
    OpinionText.objects.update(text="", salt="")
    assert any("words are not those" in line for line in scene.differences(opinion))


def test_what_is_gone_cannot_be_removed_again(at, coordinator):
    opinion = scene.admitted(coordinator, at=at)
    removed(opinion, by=coordinator, at=at)
    with pytest.raises(Invalid):
        removed(opinion, by=coordinator, at=at)


def test_a_mail_that_waits_does_not_go_out_any_more(at, coordinator, mailoutbox):
    opinion = scene.sent(at=at)
    assert Email.objects.filter(to=scene.EMAIL).exists()
    removed(opinion, by=coordinator, at=at)
    sending.send_due()
    assert mailoutbox == []


def test_a_mail_that_was_sent_or_refused_is_forgotten_with_what_the_server_said(at, coordinator, settings):
    other = scene.sent(at=at)
    opinion = scene.sent(at=at)
    settings.EMAIL_BACKEND = "nowhere.Backend"
    sending.send_due()
    assert Log.objects.exists() or Email.objects.filter(status__isnull=False).exists()
    removed(opinion, by=coordinator, at=at)
    mails = Email.objects.filter(notice__isnull=True)
    assert [mail.headers[outsiders.MARK] for mail in mails] == [other.number]


def test_a_restored_database_writes_to_nobody_anew(at, mailoutbox):
    scene.sent(at=at)
    assert sending.forget(timezone.now() + timedelta(seconds=1)) >= 1
    sending.send_due()
    assert scene.EMAIL not in [address for mail in mailoutbox for address in mail.to]


def test_no_mail_to_a_colleague_is_forgotten(at, coordinator, task_force):
    """The control: only what was written about this opinion, to an outsider."""
    notices = Notice.objects.count()
    opinion = scene.sent(at=at)
    sending.queue_owed()
    queued = Email.objects.filter(notice__isnull=False).count()
    removed(opinion, by=coordinator, at=at)
    assert (Notice.objects.count(), Email.objects.filter(notice__isnull=False).count()) == (notices, queued)


def test_nothing_of_it_is_logged(at, caplog, monkeypatch):
    """Not when it is refused, nor when the portal fails on it."""
    scene.browser().post(scene.SEND, scene.typed(group=""))
    scene.browser().post(scene.SEND, scene.typed())
    scene.browser().post(scene.LOOK_UP, {"number": Opinion.objects.get().number})
    client = scene.browser(raise_request_exception=False)
    monkeypatch.setattr(workflow, "send_opinion", lambda *_args, **_more: 1 / 0)
    assert client.post(scene.SEND, scene.typed()).status_code == 500
    logged = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    for text in (*PERSONAL, Opinion.objects.get().number):
        assert text not in logged


def test_the_number_stands_in_no_address(at):
    client = scene.browser()
    client.post(scene.SEND, scene.typed())
    number = Opinion.objects.get().number
    for path in (scene.SENT, scene.LOOK_UP):
        html = page(client.get(path))
        assert not [row for row in html.all("a", "form") if number in row["href"] + row["action"]]


def test_no_receipt_holds_a_digest_of_it(at, coordinator):
    scene.admitted(coordinator, at=at)
    bodies = {row.body_sha256 for row in Receipt.objects.filter(verb="send_opinion")}
    scene.sent(at=at, text="ㅇ 다른 글", name="다른 이", email="", organisation="")
    assert {row.body_sha256 for row in Receipt.objects.filter(verb="send_opinion")} == bodies


# When its time is over


YEAR = timedelta(days=settings.OPINION_SENDER_DAYS)
LONGEST = timedelta(days=settings.OPINION_UNANSWERED_DAYS)


def disposed(opinion: Opinion, by: Any, at: Any, ministry: Any = None) -> None:
    Disposition.objects.create(opinion=opinion, ministry=ministry, kind="taken_up", reason="반영", by=by, at=at)


def test_a_sender_is_let_go_some_time_after_the_last_answer(at, coordinator):
    opinion = scene.admitted(coordinator, at=at)
    workflow.dispose_of_opinion(
        opinion.pk, kind="taken_up", reason="반영함", by=coordinator, at=at, key=key(), version=1
    )
    assert retention.end(at + YEAR) == ""
    assert OpinionSender.objects.exists()
    later = at + YEAR + timedelta(seconds=1)
    assert retention.end(later) == "senders of opinions: 1 let go"
    assert retention.end(later) == ""
    assert not OpinionSender.objects.exists()
    assert not Email.objects.filter(to=scene.EMAIL).exists()
    event = Event.objects.latest("pk")
    assert (event.verb, event.actor_name, event.data["removed"]) == ("end_personal_data", "국민 의견 접수", ["sender"])
    assert OpinionText.objects.get().text == scene.WORDS
    assert scene.differences(opinion) == []


def test_a_newer_answer_counts_anew(at, coordinator):
    opinion = scene.admitted(coordinator, at=at)
    disposed(opinion, coordinator, at)
    disposed(opinion, coordinator, at + timedelta(days=100))
    assert retention.ended(at + YEAR + timedelta(days=1)) == []
    assert retention.ended(at + YEAR + timedelta(days=101)) == [opinion.pk]


def test_whoever_waits_for_an_answer_is_kept_longer_but_not_for_ever(at, coordinator, me):
    """Whether nobody looked at it, nobody was given it, or nobody answered."""
    found = [scene.sent(at=at), scene.admitted(coordinator, at=at), scene.admitted(coordinator, at=at)]
    opinion_scene.change(found[2], by=coordinator, at=at, ministry=me.pk, due_on=at.date())
    assert retention.ended(at + LONGEST) == []
    later = at + LONGEST + timedelta(seconds=1)
    assert retention.ended(later) == [row.pk for row in found]
    assert retention.end(later) == "senders of opinions: 3 let go"
    assert retention.end(later) == ""
    assert not OpinionSender.objects.exists()
    assert [words.text for words in OpinionText.objects.all()] == [scene.WORDS] * 3, "what they said is still looked at"
    assert all(scene.differences(row) == [] for row in found)


def test_the_words_of_what_was_not_admitted_go_with_their_time(at, coordinator):
    opinion = scene.sent(at=at, name="", email="", consents=False)
    workflow.reject_opinion(opinion.pk, reason="비방임", by=coordinator, at=at, key=key(), version=0)
    assert retention.end(at + YEAR) == ""
    later = at + YEAR + timedelta(seconds=1)
    assert retention.end(later) == "senders of opinions: words of 1 not admitted let go"
    assert retention.end(later) == ""
    opinion.refresh_from_db()
    assert (opinion.organisation, opinion.state, opinion.state_reason) == ("", "rejected", "비방임")
    assert (OpinionText.objects.get().text, OpinionText.objects.get().salt) == ("", "")
    assert Event.objects.latest("pk").data["removed"] == ["words", "organisation"]
    assert scene.differences(opinion) == []
    shown = page(visitor(coordinator).get(f"/opinions/{opinion.pk}/")).text
    assert "on request" not in shown


def test_a_sender_who_went_first_does_not_keep_the_words(at, coordinator):
    """Let go while nobody had looked at it, and not admitted after that."""
    opinion, later = scene.sent(at=at), at + LONGEST + timedelta(days=1)
    assert "1 let go" in retention.end(later)
    workflow.reject_opinion(opinion.pk, reason="비방임", by=coordinator, at=later, key=key(), version=0)
    assert retention.end(later) == "senders of opinions: words of 1 not admitted let go"
    assert retention.end(later) == ""


def test_what_was_admitted_after_all_keeps_its_words(at, coordinator):
    opinion = scene.admitted(coordinator, at=at)
    with pytest.raises(WrongState):
        workflow.end_personal_data(opinion.pk, at=at, words=True)
    assert OpinionText.objects.get().text == scene.WORDS


def test_of_what_was_not_admitted_the_receipt_counts(at, coordinator):
    opinion = scene.sent(at=at)
    workflow.reject_opinion(opinion.pk, reason="홍보물임", by=coordinator, at=at, key=key(), version=0)
    assert retention.ended(at + YEAR) == []
    assert retention.ended(at + YEAR + timedelta(days=1)) == [opinion.pk]


def test_no_form_of_the_public_keeps_a_sender_from_being_let_go(at, coordinator):
    """Their keys come under the same account: the portal's own cannot be made up, and one failure stops no other."""
    first, second = scene.sent(at=at), scene.sent(at=at)
    for opinion in (first, second):
        disposed(opinion, coordinator, at)
        made_up = uuid5(NAMESPACE_URL, f"opinion/{opinion.pk}/end_personal_data")
        assert scene.browser().post(scene.SEND, scene.typed(key=str(made_up), tasks="")).status_code == 302
    assert "2 let go" in retention.end(at + YEAR + timedelta(days=1))
    assert not OpinionSender.objects.filter(opinion__in=(first, second)).exists()


def test_one_that_cannot_be_let_go_keeps_no_other(at, coordinator, monkeypatch):
    first, second = scene.sent(at=at), scene.sent(at=at)
    disposed(first, coordinator, at)
    disposed(second, coordinator, at)
    monkeypatch.setattr(retention, "ended", lambda at: [0, first.pk, second.pk])  # no opinion has the key 0
    assert retention.end(at + timedelta(days=4000)) == "senders of opinions: 2 let go, 1 FAILED: 0"


def test_it_is_done_with_what_is_due():
    assert due._registered["senders of opinions"] is retention.end


# The page


def test_the_page_says_what_goes_and_what_stays(at, coordinator):
    opinion, office = scene.admitted(coordinator, at=at), visitor(coordinator)
    own = f"/opinions/{opinion.pk}/"
    shown = page(office.get(f"{own}remove/"))
    assert len(shown.all("h2")) >= 2
    assert [row["name"] for row in shown.all("input", type="checkbox")] == ["words", "organisation"]
    form = {"words": "on", "key": str(key())}
    assert office.post(f"{own}remove/", form).headers["Location"] == own
    assert office.post(f"{own}remove/", form).headers["Location"] == own  # a second click
    assert Event.objects.filter(verb="remove_personal_data").count() == 1
    for path in (own, "/opinions/", "/opinions/export.csv", "/tasks/ME-01/"):
        for text in (scene.WORDS, scene.NAME, scene.EMAIL):
            assert text not in scene.raw(office.get(path)).decode("utf-8", "replace"), path
    assert office.post(f"{own}remove/", {"key": str(key())}).status_code == 422
