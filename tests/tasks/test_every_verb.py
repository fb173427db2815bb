"""What holds of every verb: one event with its actor and office, one order of locks, and an answer in time."""

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from meetings import transitions
from meetings.models import Hearing, Meeting, Opinion
from meetings.opinions import transitions as opinion_transitions
from records import locking
from records.chain import lock_head
from records.errors import Busy, Refused
from records.models import Event, Receipt
from scenarios import transitions as scenario_transitions
from scenarios.models import Scenario, WorkingGroup
from tasks.candidates import transitions as candidates
from tasks.models import Call, Draft, Report
from tasks.transitions import BY_THE_OFFICE, EXTENSIONS, ROUNDS
from tests import builders, verbs
from tests.builders import fresh
from tests.pages import page, visitor
from tests.verbs import VERBS, WITHOUT_EVENT

PATIENCE = 15  # seconds after which a thread counts as stuck


def test_no_verb_is_missing_here():
    """A new verb needs its row in tests/verbs.py, and is then held to all that follows."""
    assert set(VERBS) == verbs.in_the_source()


# quality.md 23


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_leaves_one_event_with_its_actor_and_office(task_force, at, verb, domain_time):
    """And one receipt; saving drafts leaves neither. Carried out again under its key it leaves nothing more."""
    call, scene = verbs.ready(verb, task_force, at)
    before = Event.objects.count(), Receipt.objects.count()
    call()
    more = 0 if verb in WITHOUT_EVENT else 1
    assert (Event.objects.count(), Receipt.objects.count()) == (before[0] + more, before[1] + more)
    if verb not in WITHOUT_EVENT:
        event = Event.objects.latest("pk")
        assert (event.verb, event.actor, event.actor_name, event.at) == (verb, scene.by, scene.by.name_ko, at)
        held = [
            {"role": posting.role} | ({"ministry": posting.ministry.code} if posting.ministry else {})
            for posting in scene.by.postings.select_related("ministry")
        ]
        assert len(held) == (0 if verb in verbs.NOBODY else 1)
        assert event.data["as"] == held
        assert Receipt.objects.get(event=event).key == scene.key or verb == "end_personal_data"
    _again(call)
    assert (Event.objects.count(), Receipt.objects.count()) == (before[0] + more, before[1] + more)


def _again(call: Callable[[], object]) -> None:
    """The same key; the version that the page brings is a newer one by now, which makes it another form: refused."""
    try:
        call()
    except Refused as refusal:
        assert refusal.status in (409, 422)  # noqa: PT017 (either answer will do, an event will not)


# Locks: the order that records/locking.py promises, so that no two verbs wait for each other

ORDER = [
    "key",
    "group",
    "scenario",
    "call",
    "opinion",
    "hearing",
    "meeting",
    "rosters",
    "round",
    "report",
    "draft",
    "dates",
    "head",
    "mail",
]
ROWS = {
    "tasks_report": "report",
    "tasks_draft": "draft",  # nobody reaches one but through its report
    "tasks_task": "dates",
    "tasks_milestone": "dates",
    "records_stream": "head",
    "outbox_notice": "mail",  # one that has not left and tells of more than one deed; of several opinions, all are held before
}
# What a verb may change only while it holds which lock. Whoever holds the round exclusively holds all its reports.
HELD = {
    "tasks_round": {"round!"},
    "tasks_report": {"report", "round!"},
    "tasks_draft": {"report"},
    "tasks_workbookupload": {"report"},
    "tasks_return": {"report"},
    "tasks_extension": {"head"},  # it moves the due time that answers are judged by
    "tasks_milestonechange": {"report"},
    "tasks_task": {"dates"},
    "tasks_milestone": {"dates"},
    "records_stream": {"head"},
    "outbox_notice": {
        "head"
    },  # what a verb of the same chain owed; a run that sends has locked its row, and is waited for
    # the working group has one lock, each scenario its own
    **{f"scenarios_{table}": {"group"} for table in ("expert", "expertperson", "divisionmeeting", "seat")},
    **{f"scenarios_{table}": {"scenario"} for table in ("scenarioversion", "sectorfigure")},
    # stakeholders' opinions: each opinion and each hearing has a lock of its own
    **{f"meetings_{table}": {"opinion"} for table in ("opinion", "opiniontext", "opinionsender", "opiniontask")},
    **{f"meetings_{table}": {"hearing"} for table in ("hearing", "participant")},
    **{
        f"post_office_{table}": {"opinion"}
        for table in ("email", "log", "attachment_emails", "recipientdeliverystatus")
    },
    # Duties have no lock but the head of their own chain.
    "ministries_delegation": {"head"},
    "ministries_posting": {"head"},
    "tasks_assignment": {"head"},
    # calls for candidates
    "tasks_call": {"call"},
    "tasks_candidate": {"call"},
}


def lock_of(sql: str) -> str:
    """Which lock a statement takes by name or by FOR UPDATE; `!` for the round's exclusive one; empty for none."""
    if named := re.search(r"pg_advisory_xact_lock(_shared)?\(hashtextextended\('(\w+):", sql):
        shared, what = named.groups()
        names = {"receipt": "key", "round": "round" if shared else "round!"}
        names |= {name: name for name in ("group", "scenario", "call", "opinion", "hearing", "meeting", "rosters")}
        return names.get(what, f"unknown lock {what}")
    if "FOR UPDATE" in sql:
        table = re.search(r'FROM "(\w+)"', sql)
        return ROWS.get(table[1], f"unknown row of {table[1]}") if table else "unknown rows"
    return ""


def wrong_order(statements: list[str]) -> list[str]:
    """What of one verb's statements breaks the order of locks, or changes rows that it has not locked."""
    held: list[str] = []
    wrong = []
    for sql in statements:
        if lock := lock_of(sql):
            plain = lock.removesuffix("!")
            if plain not in ORDER:
                wrong.append(lock)
            elif any(ORDER.index(plain) < ORDER.index(one.removesuffix("!")) for one in held):
                wrong.append(f"{lock} after {held[-1]}")
            held.append(lock if plain in ORDER else "key")
        if change := re.match(r'(?:UPDATE|DELETE FROM) "(\w+)"', sql):
            needs = HELD.get(change[1], {"meeting"} if change[1].startswith("meetings_") else set())
            if not needs & set(held):
                wrong.append(f"{change[1]} is changed under {held}")
        if sql.startswith('INSERT INTO "records_event"') and held[-1:] != ["head"]:
            wrong.append("an event is written without the head")
    return wrong


@pytest.mark.postgres
@pytest.mark.parametrize("verb", VERBS)
def test_locks_are_taken_in_one_order(task_force, at, verb):
    """Receipt key, round, report rows, the dates that an acceptance moves, head; nothing is locked after the head, and
    nothing is changed that is not locked."""
    call, _scene = verbs.ready(verb, task_force, at)
    with CaptureQueriesContext(connection) as queries:
        call()
    statements = [row["sql"] for row in queries.captured_queries]
    assert wrong_order(statements) == []
    taken = [lock for sql in statements if (lock := lock_of(sql))]
    assert taken[0] == ("round" if verb in WITHOUT_EVENT else "key")
    assert ("head" in taken) == (verb not in WITHOUT_EVENT)


@pytest.mark.parametrize(
    ("taken", "wrong"),
    [
        (["key", "round", "report", "head"], []),
        (["key", "report", "round", "head"], ["round after report"]),
        (["key", "round", "head", "report"], ["report after head"]),
    ],
)
def test_another_order_is_noticed(taken, wrong):
    """The control of the test above."""
    sql = {
        "key": "SELECT pg_advisory_xact_lock(hashtextextended('receipt:1:2', 0))",
        "round": "SELECT pg_advisory_xact_lock_shared(hashtextextended('round:1', 0))",
        "report": 'SELECT 1 FROM "tasks_report" FOR UPDATE',
        "head": 'SELECT 1 FROM "records_stream" FOR UPDATE',
    }
    assert wrong_order([sql[lock] for lock in taken]) == wrong


# A lock that somebody holds


@contextmanager
def elsewhere(hold: Callable[[], object]) -> Iterator[None]:
    """Another connection has taken a lock, and keeps it until the block is left."""
    has, done = threading.Event(), threading.Event()

    def keep() -> None:
        try:
            with transaction.atomic():
                hold()
                has.set()
                assert done.wait(PATIENCE)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        kept = pool.submit(keep)
        try:
            assert has.wait(PATIENCE)
            yield
        finally:
            done.set()
        kept.result(PATIENCE)


def lock_all(meetings: list[Meeting]) -> None:
    for meeting in meetings:
        locking.lock(f"meeting:{meeting.pk}")


# What is only being entered is known to nobody yet, and has no lock of its own.
ENTERED = ("send_opinion", "enter_opinion", "record_hearing")
OF_THE_GROUP = [
    verb for verb in scenario_transitions.RULES if "expert" in verb or "division" in verb or "group" in verb
]
OF_OPINIONS = {*opinion_transitions.RULES, *opinion_transitions.OF_THE_PUBLIC, "end_personal_data"}


def lock_each(what: str, rows: list[int]) -> None:
    for pk in rows:
        locking.lock(f"{what}:{pk}")


def locks_of(what: str, model: Any, prefix: str) -> dict[str, Callable[[], object]]:
    """The lock of each row, and the head of its chain."""
    rows = list(model.objects.order_by("pk").values_list("pk", flat=True))
    return {
        what: lambda: lock_each(what, rows),
        "head": lambda: [lock_head(f"{prefix}/{pk}") for pk in rows],
    }


def opinion_locks(verb: str) -> dict[str, Callable[[], object]]:
    """Those of a hearing or of an opinion that is there already."""
    if verb == "record_hearing":
        return {"numbers": lambda: locking.lock("hearings")}
    if verb in ENTERED:
        return {}
    return (
        locks_of("hearing", Hearing, "hearing") if verb == "change_hearing" else locks_of("opinion", Opinion, "opinion")
    )


def holders(verb: str, scene: verbs.Scene) -> dict[str, Callable[[], object]]:
    round_, report = scene.report.round, scene.report
    if verb in verbs.DUTIES:
        return {"head": lambda: lock_head("duties")}
    if verb == "plan_meeting":  # a meeting that is not there yet has no lock, and no chain
        return {"numbers": lambda: locking.lock("meetings")}
    if verb == "make_call":  # a call that is not there yet has no lock, and no chain
        return {"numbers": lambda: locking.lock("calls")}
    if verb in scenario_transitions.RULES:
        if verb in OF_THE_GROUP:
            group = WorkingGroup.objects.get()
            return {
                "group": lambda: locking.lock("group:working"),
                "head": lambda: lock_head(f"working-group/{group.pk}"),
            }
        return locks_of("scenario", Scenario, "scenario")
    if verb in candidates.RULES:
        call = Call.objects.get()
        held: dict[str, Callable[[], object]] = {
            "call": lambda: locking.lock(f"call:{call.pk}"),
            "head": lambda: lock_head(f"call/{call.pk}"),
        }
        return held | ({"rosters": lambda: locking.lock("rosters:next")} if verb == "adopt_candidate" else {})
    if verb in OF_OPINIONS:
        return opinion_locks(verb)
    if verb in transitions.RULES:
        meetings = list(Meeting.objects.order_by("pk"))
        return {
            "meeting": lambda: lock_all(meetings),
            "head": lambda: [lock_head(meeting.stream_key) for meeting in meetings],
        }
    return {
        "round": lambda: locking.lock(f"round:{round_.pk}"),
        "report": lambda: list(Report.objects.select_for_update().filter(pk=report.pk).order_by("pk")),
        "head": lambda: lock_head(round_.stream_key),
    }


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "prepare"])
def test_whoever_meets_a_held_lock_is_asked_to_come_again(task_force, at, verb, monkeypatch):
    """Busy, which is 503, whatever the lock; nothing was written, and once it is free the same form goes through."""
    monkeypatch.setattr(locking, "LOCK_TIMEOUT", "50ms")
    call, scene = verbs.ready(verb, task_force, at)
    # A draft knows no head. The freeze knows no rows: it asks for the whole round, which it then has for itself.
    # What moves a due time touches no report; what fills drafts leaves no event.
    spared = {"save_draft": {"head"}, "fill_drafts": {"head"}, "freeze": {"report"}}
    spared |= {name: {"report"} for name in (*EXTENSIONS, *BY_THE_OFFICE)}
    # What changes a round has the whole of it: it asks for a report only where that leaves.
    spared |= {name: {"report"} for name in ROUNDS if name != "remove_from_roster"}
    for name, hold in holders(verb, scene).items():
        if name in spared.get(verb, set()):
            continue
        before = Event.objects.count()
        with elsewhere(hold), pytest.raises(Busy):
            call()
        assert (Event.objects.count(), fresh(scene.report).version) == (before, scene.report.version), name
    call()


TEXT = "ㅇ 협의체 2회 개최"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_page_of_a_busy_portal_keeps_the_text(task_force, reports, at, domain_time, monkeypatch):
    """503, when to come again, the text and the form's key; pressed once more, it is the submission."""
    monkeypatch.setattr(locking, "LOCK_TIMEOUT", "50ms")
    report, browser, sent = reports["ME-05"], visitor(task_force.people["me_officer"]), str(builders.key())
    prefix = f"r{report.pk}-"
    form = {f"{prefix}version": "0", f"{prefix}results": TEXT, f"{prefix}plans": TEXT, f"{prefix}light": "on_track"}
    opened = builders.report_in(
        "opened",
        reports["ME-01"],
        officer=task_force.people["me_officer"],
        coordinator=task_force.people["coordinator"],
        at=at,
    )
    office = visitor(task_force.people["coordinator"])
    verdict = {"version": str(opened.version), "comment": TEXT, "due_at": "2021-03-18T18:00", "key": sent}
    pages: list[tuple[Any, str, dict[str, str]]] = [
        (browser, "/my-tasks/", form | {"ministry": "ME", "do": "check"}),
        (browser, f"/reports/{report.pk}/draft/", form),
        (browser, f"/reports/{report.pk}/submit/", form | {"key": sent}),
        (office, f"/review/{opened.pk}/return/", verdict),
    ]
    with elsewhere(lambda: locking.lock(f"round:{report.round_id}")):
        for client, path, fields in pages:
            answer = client.post(path, fields)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5"), path
            assert TEXT in [row.text for row in page(answer).all("blockquote")], path
            keys = [row["value"] for row in page(answer).all("input", name="key")]
            assert keys == ([fields["key"]] if "key" in fields else []), path
    assert not Draft.objects.exists()
    answers = [client.post(path, fields).status_code for client, path, fields in pages[2:]]
    assert answers == [302, 302]
    assert fresh(report).state == "submitted"
