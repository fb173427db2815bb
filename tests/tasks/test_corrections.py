"""정정: who may ask and decide, when, on what; what the record keeps of it, and what stays as it was sealed.

product.md: corrections after the freeze, by two people, with reason, beside the sealed text, never in its place.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from ministries.directory import Directory
from ministries.models import User
from records.chain import event_hash, sha256
from records.errors import Forbidden, Invalid, KeyReused, Refused, WrongState
from records.models import GENESIS, Event, Receipt, Seal, Stream
from tasks import corrections, freezing, workflow
from tasks.models import Correction, CorrectionDecision, Field, Report, Revision, Round
from tasks.tiles import Viewer, read_tiles
from tests import builders
from tests.builders import key, kst
from tests.cast import TaskForce

AT = kst(2021, 3, 16, 14)
ROUND_2_FROZEN = kst(2021, 3, 22, 10)


@pytest.fixture
def sealed(task_force: TaskForce) -> Report:
    """ME-01 of the frozen first round: on track, 20 %, accepted."""
    return builders.fresh(task_force.first["ME-01"])


@pytest.fixture
def people(task_force: TaskForce) -> dict[str, User]:
    """The cast, and an approver in the lead ministry."""
    return task_force.people | {"me_approver": builders.person("me_approver", "approver", task_force.ministries["ME"])}


def ask(report: Report, by: User, **more: Any) -> Receipt:
    asked: dict[str, Any] = {"field": "results", "text": "ㅇ 바로잡음", "reason": "오기", "key": key(), "at": AT} | more
    return workflow.ask_correction(report.pk, by=by, **asked)


def decide(row: Correction, by: User, **more: Any) -> Receipt:
    decided: dict[str, Any] = {"approve": True, "comment": "", "key": key(), "at": AT} | more
    return workflow.decide_correction(row.pk, by=by, **decided)


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Event, Receipt, Correction, CorrectionDecision))


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def outcome(call: Any) -> str:
    """`done` with exactly one event and one receipt, or the refusal's name with nothing left behind."""
    before = counts()
    with undone():
        try:
            call()
        except Refused as refusal:
            assert counts() == before, "a refusal left something behind"
            return type(refusal).__name__
        assert [now - then for now, then in zip(counts()[:2], before[:2], strict=True)] == [1, 1]
        return "done"


# Who, in which phase


MATRIX = """
                ask:missing ask:submitted ask:frozen decide:frozen
me_officer      WrongState  WrongState    done       Forbidden
me_officer_2    WrongState  WrongState    done       Forbidden
me_approver     WrongState  WrongState    done       Forbidden
coordinator     WrongState  WrongState    done       done
coordinator_2   WrongState  WrongState    done       done
msit_officer    Forbidden   Forbidden     Forbidden  Forbidden
motie_officer   Forbidden   Forbidden     Forbidden  Forbidden
fsc_approver    Forbidden   Forbidden     Forbidden  Forbidden
reader          Forbidden   Forbidden     Forbidden  Forbidden
administrator   Forbidden   Forbidden     Forbidden  Forbidden
stranger        Forbidden   Forbidden     Forbidden  Forbidden
"""


def test_who_asks_and_who_decides_in_which_phase(people, reports, me_officer, coordinator, round_2):
    """The lead's people and the office ask, the office decides; neither before the freeze."""
    head, *lines = [line.split() for line in MATRIX.strip().splitlines()]
    wanted = {(who, column): cell for who, *cells in lines for column, cell in zip(head, cells, strict=True)}
    report, came = reports["ME-06"], {}
    for phase in ("missing", "submitted", "frozen"):
        if phase == "submitted":
            builders.report_in("submitted", report, officer=me_officer, coordinator=coordinator, at=AT)
        if phase == "frozen":
            builders.freeze(round_2, by=coordinator, at=ROUND_2_FROZEN)
        for who, *_cells in lines:
            came[who, f"ask:{phase}"] = outcome(lambda who=who: ask(report, people[who]))
    row = builders.ask_correction(report, by=me_officer, at=AT)
    for who, *_cells in lines:
        came[who, "decide:frozen"] = outcome(lambda who=who: decide(row, people[who]))
    assert came == wanted


def test_a_report_without_a_sealed_text_has_nothing_to_correct(task_force, me_officer):
    with pytest.raises(WrongState, match="ME-05"):
        ask(task_force.first["ME-05"], me_officer)


def test_nobody_decides_on_what_they_asked_for(sealed, coordinator, coordinator_2):
    """403 with the reason in words; and the database refuses it too."""
    row = builders.ask_correction(sealed, by=coordinator, at=AT)
    with pytest.raises(Forbidden, match="본인이 요청한"):
        decide(row, coordinator)
    with pytest.raises(IntegrityError), transaction.atomic():
        CorrectionDecision.objects.create(
            correction=row,
            round=sealed.round,
            decision="approved",
            no=1,
            asked_by=coordinator,
            by=coordinator,
            at=AT,
        )
    assert builders.decide_correction(row, by=coordinator_2, at=AT).no == 1


# What may be asked


BAD = {
    "no field": ({"field": ""}, "field"),
    "unknown field": ({"field": "state"}, "field"),
    "many rows, not one text": ({"field": "milestones"}, "field"),
    "addressed ministries": ({"field": "addressed_to", "text": "MSIT"}, "field"),
    "empty results": ({"text": " \n"}, "text"),
    "empty plans": ({"field": "plans", "text": ""}, "text"),
    "as sealed": ({"text": "ㅇ 추진계획을 세우고 착수함"}, "text"),
    "as sealed, but for blanks and line ends": ({"text": "\r\nㅇ 추진계획을 세우고 착수함  "}, "text"),
    "too long": ({"text": "가" * 3001}, "text"),
    "null character": ({"text": "가\x00나"}, "text"),
    "half a surrogate pair": ({"text": "가\ud800"}, "text"),
    "no light": ({"field": "light", "text": "green"}, "text"),
    "the same light": ({"field": "light", "text": "on_track"}, "text"),
    "over 100": ({"field": "progress", "text": "101"}, "text"),
    "below 0": ({"field": "progress", "text": "-1"}, "text"),
    "half a percent": ({"field": "progress", "text": "2.5"}, "text"),
    "the same number": ({"field": "progress", "text": "020 %"}, "text"),
    "issues empty already": ({"field": "issues", "text": ""}, "text"),
    "no reason": ({"reason": "  "}, "reason"),
    "long reason": ({"reason": "가" * 1001}, "reason"),
    "null in the reason": ({"reason": "가\x00"}, "reason"),
}


@pytest.mark.parametrize(("more", "at_field"), BAD.values(), ids=BAD)
def test_what_is_refused_at_its_field(sealed, me_officer, more, at_field):
    before = counts()
    with pytest.raises(Invalid) as refused:
        ask(sealed, me_officer, **more)
    assert list(refused.value.problems) == [at_field]
    assert counts() == before


GOOD = {
    "results": ("가" * 3000, "가" * 3000),
    "plans": ("ㅇ 한글\r\nㅇ 둘", "ㅇ 한글\nㅇ 둘"),
    "issues": ("ㅇ 빠진 애로", "ㅇ 빠진 애로"),
    "light": ("attention", "attention"),
    "progress": ("35%", "35"),
}


@pytest.mark.parametrize("field", GOOD)
def test_each_field_is_kept_as_a_report_keeps_it(sealed, me_officer, field):
    typed, kept = GOOD[field]
    ask(sealed, me_officer, field=field, text=typed)
    assert Correction.objects.get().text == kept


def test_a_progress_can_be_taken_away(sealed, me_officer):
    ask(sealed, me_officer, field="progress", text="")
    assert Correction.objects.get().text == ""


def test_one_of_a_field_waits_at_a_time(sealed, me_officer, coordinator, coordinator_2):
    """Another field may be asked for; the same one again once it is decided, and then against what stands."""
    row = builders.ask_correction(sealed, by=me_officer, at=AT, text="ㅇ 첫 정정")
    with pytest.raises(WrongState, match="이미 요청된 정정"):
        ask(sealed, coordinator)
    ask(sealed, me_officer, field="plans")
    builders.decide_correction(row, by=coordinator, at=AT)
    with pytest.raises(Invalid, match="지금 내용과 같습니다"):
        ask(sealed, me_officer, text="ㅇ 첫 정정")
    again = builders.ask_correction(sealed, by=me_officer, at=AT, text="ㅇ 둘째 정정")
    assert builders.decide_correction(again, by=coordinator_2, at=AT).no == 2
    first, second = corrections.table(sealed.round)
    assert (first.replaced_by, second.replaced_by) == (2, 0)
    assert corrections.standing_text(sealed, Field.RESULTS) == "ㅇ 둘째 정정"


def test_a_wrong_correction_is_corrected_back_to_the_sealed_text(sealed, me_officer, coordinator):
    """Nothing is undone: the way back is one more correction."""
    original = builders.sent(sealed).results
    builders.decide_correction(builders.ask_correction(sealed, by=me_officer, at=AT), by=coordinator, at=AT)
    back = builders.ask_correction(sealed, by=me_officer, at=AT, text=original)
    assert builders.decide_correction(back, by=coordinator, at=AT).no == 2
    assert corrections.standing_text(sealed, Field.RESULTS) == original


def test_a_declined_one_has_no_number_and_needs_a_comment(sealed, me_officer, coordinator):
    row = builders.ask_correction(sealed, by=me_officer, at=AT)
    for comment in ("", " \n", "가" * 1001, "가\x00"):
        with pytest.raises(Invalid) as refused:
            decide(row, coordinator, approve=False, comment=comment)
        assert list(refused.value.problems) == ["comment"]
    assert builders.decide_correction(row, by=coordinator, at=AT, approve=False).no is None
    assert corrections.table(sealed.round) == []
    with pytest.raises(WrongState, match="이미 처리된 정정"):
        decide(row, coordinator)
    again = builders.ask_correction(sealed, by=me_officer, at=AT)  # may be asked for once more
    assert builders.decide_correction(again, by=coordinator, at=AT).no == 1


# Once


def test_the_same_key_is_one_correction(sealed, me_officer, coordinator):
    sent = key()
    first, second = ask(sealed, me_officer, key=sent), ask(sealed, me_officer, key=sent, text="ㅇ 바로잡음\r\n")
    assert (first.pk, Correction.objects.count()) == (second.pk, 1)
    for other in ({"text": "ㅇ 또 다름"}, {"reason": "다른 까닭"}, {"field": "plans"}):
        with pytest.raises(KeyReused):
            ask(sealed, me_officer, key=sent, **other)
    row, sent = Correction.objects.get(), key()
    assert decide(row, coordinator, key=sent).pk == decide(row, coordinator, key=sent).pk
    with pytest.raises(KeyReused):
        decide(row, coordinator, key=sent, approve=False, comment="아님")
    assert CorrectionDecision.objects.count() == 1


# The record


def test_the_events_tell_all_that_the_rows_hold(sealed, me_officer, coordinator):
    """A verifier compares row and event: what, of which sealed text, why, by whom, with which outcome."""
    row = builders.ask_correction(sealed, by=me_officer, at=AT)
    builders.decide_correction(row, by=coordinator, at=AT)
    asked, decided = Event.objects.filter(stream__key="round/1").order_by("-seq")[:2][::-1]
    revision = builders.sent(sealed)
    words = {"report": "ME-01", "revision": revision.no, "sha256": revision.sha256}
    words |= {
        "field": "results",
        "text": row.text,
        "reason": row.reason,
        "asked_at": "2021-03-16T05:00:00.000000+00:00",
    }
    told = [{name: value for name, value in event.data.items() if name != "as"} for event in (asked, decided)]
    assert told == [words, words | {"decision": "approved", "no": 1, "comment": ""}]
    assert [(event.verb, event.actor_id, event.object_id) for event in (asked, decided)] == [
        ("ask_correction", me_officer.pk, str(sealed.pk)),
        ("decide_correction", coordinator.pk, str(sealed.pk)),
    ]


def test_sealed_rows_root_and_board_stay_as_they_were(task_force, sealed, me_officer, coordinator, round_1):
    """The chain goes on after the freeze's own event; nothing that was sealed moves, nor any light of the board."""

    def frozen() -> tuple[Any, ...]:
        rows = [list(model.objects.order_by("pk").values_list()) for model in (Round, Report, Revision)]
        board = [
            read_tiles(round_1, Viewer(user, AT, closed=True), Directory(round_1.as_of))
            for user in (coordinator, me_officer)
        ]
        return rows, board, Seal.objects.get(stream__key="round/1").root

    before = frozen()
    for field, text in (("light", "review_needed"), ("results", "ㅇ 바로잡음")):
        row = builders.ask_correction(sealed, by=me_officer, at=AT, field=field, text=text)
        builders.decide_correction(row, by=coordinator, at=AT)
    builders.ask_correction(sealed, by=me_officer, at=AT, field="plans")
    assert frozen() == before
    seal = Seal.objects.get(stream__key="round/1")
    assert sha256(freezing.manifest(round_1)) == seal.root
    events, last = list(Event.objects.filter(stream__key="round/1").order_by("seq")), GENESIS
    for seq, event in enumerate(events, 1):
        assert (event.seq, event.prev_hash, event.hash) == (seq, last, event_hash(event, "round/1"))
        last = event.hash
    verbs = [event.verb for event in events]
    assert verbs[verbs.index("freeze") + 1 :] == ["ask_correction", "decide_correction"] * 2 + ["ask_correction"]
    assert Stream.objects.get(key="round/1").head_hash == last


def test_the_next_round_stands_on_the_sealed_text(task_force, sealed, me_officer, coordinator, round_2):
    """A correction moves nothing: round 3's baseline is what round 2 sealed."""
    report = task_force.reports["ME-01"]
    builders.report_in("accepted", report, officer=me_officer, coordinator=coordinator, at=AT)
    builders.freeze(round_2, by=coordinator, at=ROUND_2_FROZEN)
    row = builders.ask_correction(report, by=me_officer, at=ROUND_2_FROZEN, field="light", text="attention")
    builders.decide_correction(row, by=coordinator, at=ROUND_2_FROZEN)
    opens: datetime = kst(2021, 6, 1)
    roster = builders.prepare(
        builders.round_(3, as_of=opens.date(), opens_at=opens, due_at=kst(2021, 6, 9)), by=coordinator
    )
    assert (roster["ME-01"].baseline, roster["ME-01"].baseline_light) == (builders.sent(report), "on_track")


# Who sees what


SEEN = """
                asked declined approved
me_officer      yes   yes      yes
me_approver     yes   yes      yes
coordinator     yes   yes      yes
msit_officer    –     –        yes
motie_officer   –     –        yes
reader          –     –        yes
administrator   –     –        –
stranger        –     –        –
"""


def test_who_sees_a_correction(people, sealed, me_officer, coordinator):
    head, *lines = [line.split() for line in SEEN.strip().splitlines()]
    rows = {name: builders.ask_correction(sealed, by=me_officer, at=AT, field=field) for name, field in
            (("asked", "results"), ("declined", "plans"), ("approved", "issues"))}  # fmt: skip
    builders.decide_correction(rows["declined"], by=coordinator, at=AT, approve=False)
    builders.decide_correction(rows["approved"], by=coordinator, at=AT)
    for who, *cells in lines:
        visible = set(Correction.objects.visible_to(people[who]).values_list("pk", flat=True))
        assert ["yes" if rows[name].pk in visible else "–" for name in head] == cells, who
