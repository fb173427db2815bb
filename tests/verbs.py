"""Every verb once, ready to be carried out: for what must hold of all of them, the next one included."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from meetings import workflow as meeting_workflow
from meetings import workflow as meetings
from meetings import workflow as meetings_workflow
from meetings.documents.making import Wanted
from meetings.models import Decision, DocumentKind, Meeting
from ministries.models import Delegation, User
from tasks import freezing, workflow
from tasks.models import Correction, Extension, Report, Task
from tasks.moving import Dates
from tests import builders
from tests.builders import fresh, key, kst
from tests.cast import TaskForce
from tests.meetings import agenda_scene, opinion_scene, outcome_scene, planning_scene, public_scene, session_scene
from tests.scenarios import group_scene, pathway_scene
from tests.tasks import candidates_scene

ROOT = Path(__file__).resolve().parent.parent
WITHOUT_EVENT = frozenset({"save_draft", "fill_drafts"})  # both save drafts: neither event nor receipt
APPS = ("records", "ministries", "outbox", "tasks", "scenarios", "meetings")


@dataclass(frozen=True)
class Scene:
    """One verb on one report, in the place that it starts from."""

    report: Report
    by: User
    at: datetime
    key: UUID

    @property
    def item(self) -> workflow.Item:
        return builders.item(self.report)

    def more(self) -> dict[str, Any]:
        """The arguments of a verb on one report."""
        return {"by": self.by, "at": self.at, "key": self.key, "version": fresh(self.report).version}

    def who(self) -> dict[str, Any]:
        return {"by": self.by, "at": self.at, "key": self.key}


def _save_draft(it: Scene) -> object:
    version = fresh(it.report).version
    return workflow.save_draft(it.report.pk, by=it.by, at=it.at, version=version, raw=builders.raw())


def _return(it: Scene) -> object:
    return workflow.return_for_changes(it.report.pk, comment="왜?", due_at=it.at + timedelta(days=1), **it.more())


def _freeze(it: Scene) -> object:
    return freezing.freeze(it.report.round_id, head_seq=freezing.head_seq(it.report.round), **it.who())


def _prepare(it: Scene) -> object:
    return workflow.prepare(it.report.round.next.pk, **it.who())


def _open_early(it: Scene) -> object:
    return workflow.open_early(it.report.round_id, **it.who())


def _move_dates(it: Scene) -> object:
    stand = Dates.of(it.report.round)
    moved: dict[str, Any] = {"seen": stand.mark, "meeting": None, "reason": "회의 연기"}
    dates = replace(stand, due_at=stand.due_at + timedelta(days=3))
    return workflow.move_dates(it.report.round_id, dates, **moved, **it.who())


def _add_to_roster(it: Scene) -> object:
    task = Task.objects.get(code="ME-90")
    return workflow.add_to_roster(it.report.round_id, task.pk, reason="신규 발굴", **it.who())


def _remove_from_roster(it: Scene) -> object:
    seen: dict[str, Any] = {"version": it.report.version, "reason": "중복 과제"}
    return workflow.remove_from_roster(it.report.round_id, it.report.task_id, **seen, **it.who())


def _ask_correction(it: Scene) -> object:
    return workflow.ask_correction(it.report.pk, field="plans", text="ㅇ 다른 계획", reason="오기", **it.who())


def _decide_correction(it: Scene) -> object:
    asked = Correction.objects.get(report=it.report)
    return workflow.decide_correction(asked.pk, approve=True, **it.who())


def _ask_extension(it: Scene) -> object:
    until = it.report.round.due_at + timedelta(days=3)
    return workflow.ask_extension(it.report.round_id, it.report.lead, until=until, reason="자료 취합 지연", **it.who())


def _grant_extension(it: Scene) -> object:
    asked = Extension.objects.get()
    return workflow.grant_extension(asked.pk, until=asked.asked_until, **it.who())


def _decline_extension(it: Scene) -> object:
    return workflow.decline_extension(Extension.objects.get().pk, comment="회의 일정상 곤란", **it.who())


def _revoke_extension(it: Scene) -> object:
    return workflow.revoke_extension(Extension.objects.get().pk, reason="회의가 앞당겨짐", **it.who())


def _withdraw_extension(it: Scene) -> object:
    return workflow.withdraw_extension(Extension.objects.get().pk, **it.who())


def _remind(it: Scene) -> object:
    return workflow.remind(it.report.round_id, [it.report.lead.code], sentence="내일까지 부탁드림", **it.who())


def _name_deputy(it: Scene) -> object:
    deputy, day = User.objects.get(username="me_officer_2"), it.at.date()
    days: dict[str, Any] = {"starts_on": day, "ends_on": day, "reason": "연가"}
    return workflow.name_deputy(it.by.postings.get().pk, to_user_id=deputy.pk, **days, **it.who())


def _end_deputy(it: Scene) -> object:
    return workflow.end_deputy(Delegation.objects.latest("pk").pk, **it.who())


def _assign(it: Scene) -> object:
    given = [workflow.Given("ME-01", it.by.postings.get().pk, None)]
    return workflow.assign(it.report.lead_id, given, **it.who())


def _take_over(it: Scene) -> object:
    return workflow.take_over(it.by.postings.get().pk, with_tasks=True, **it.who())


# The verbs of duties: no report, no round, one lock.
DUTIES = ("name_deputy", "end_deputy", "assign", "take_over")


def _contribute(it: Scene) -> object:
    motie = it.by.postings.get().ministry_id or 0
    return workflow.contribute(it.report.pk, ministry=motie, text="ㅇ 산업부 소관 실적", **it.who())


def _answer_request(it: Scene) -> object:
    asked = builders.request_to("MSIT", it.report)
    return workflow.answer_request(asked.pk, text="ㅇ 협의하겠음", **it.who())


# The verbs of an agenda.
AGENDA = ("add_item", "change_item", "extend_item", "remove_item", "order_items", "show_agenda", "add_paper")


def _agenda(verb: str) -> Callable[[Scene], object]:
    return lambda it: agenda_scene.call(verb, **it.who())


# press release


def _load_meeting(it: Scene) -> object:
    meeting = Meeting.objects.get(no=LOADED)
    content: dict[str, Any] = {"invited": ["ME"], "items": [{"kind": "review", "title_ko": "안건", "tasks": ["ME-01"]}]}
    return meeting_workflow.load_meeting(meeting.pk, content, **it.who())


LOADED = 62  # the number of a meeting that nothing was entered of


def _planning(verb: str) -> Callable[[Scene], object]:
    return lambda it: planning_scene.call(verb, **it.who())


# the working group
def _working_group(verb: str) -> Callable[[Scene], object]:
    return lambda it: group_scene.call(verb, **it.who())


# stakeholders' opinions


def _of_opinions(verb: str) -> Callable[[Scene], object]:
    return lambda it: opinion_scene.call(verb, **it.who())


# at the meeting


def _at_meeting(it: Scene, verb: str) -> object:
    meeting = Meeting.objects.get(no=2)
    first, said = session_scene.item(meeting, 1), session_scene.exhortation()
    pk = Decision.objects.filter(meeting=meeting).earliest("no").pk
    mark = meetings.Mark(session_scene.attendance(meeting, "ME").ministry_id, 0, True)
    return {
        "record_decision": lambda: meetings.record_decision(meeting.pk, said, **it.who()),
        "change_decision": lambda: meetings.change_decision(pk, said, version=0, **it.who()),
        "withdraw_decision": lambda: meetings.withdraw_decision(pk, version=0, **it.who()),
        "mark_attendance": lambda: meetings.mark_attendance(meeting.pk, [mark], **it.who()),
        "finish_item": lambda: meetings.finish_item(first.pk, version=0, **it.who()),
        "set_remarks": lambda: meetings.set_remarks(
            meeting.pk, [meetings.Said("함께 갑시다")], seen=meetings.mark_of([]), **it.who()
        ),
    }[verb]()


AT_MEETING = (
    "record_decision",
    "change_decision",
    "withdraw_decision",
    "mark_attendance",
    "finish_item",
    "set_remarks",
)


# the public: what it sends, and what is done without anybody, is done by the portal's own account

NOBODY = ("send_opinion", "end_personal_data")
PUBLIC = {verb: "" if verb in NOBODY else "coordinator" for verb in public_scene.VERBS}


def _of_the_public(it: Scene, verb: str) -> object:
    return public_scene.call(verb, **it.who())


@dataclass(frozen=True)
class Row:
    """`place`: one of builders.PLACES, `code` the report that is brought there, `by` whoever of the cast may go on."""

    code: str
    place: str
    by: str
    call: Callable[[Scene], object]


def _keep_document(it: Scene) -> object:
    """The book of the meeting whose round was frozen."""
    meeting = Meeting.objects.select_related("round__previous").get(no=2)
    return meetings_workflow.keep_document(Wanted(DocumentKind.BOOK, meeting, "ko"), "hwpx", **it.who())


# calls for candidates


def _called(verb: str) -> Callable[[Scene], object]:
    return lambda it: candidates_scene.do(verb, **it.who())


VERBS: dict[str, Row] = {
    "save_draft": Row("ME-01", "missing", "me_officer", _save_draft),
    "fill_drafts": Row(
        "ME-01",
        "missing",
        "me_officer",
        lambda it: builders.fill(it.report, by=it.by, at=it.at, version=it.report.version),
    ),
    "submit": Row("ME-01", "draft", "me_officer", lambda it: workflow.submit([it.item], **it.who())),
    "withdraw": Row(
        "ME-01",
        "submitted",
        "me_officer",
        lambda it: workflow.withdraw(builders.submission_of(it.report), **it.who()),
    ),
    "ask_sign_off": Row("FSC-01", "draft", "fsc_officer", lambda it: workflow.ask_sign_off([it.item], **it.who())),
    "sign_off": Row("FSC-01", "awaiting", "fsc_approver", lambda it: workflow.sign_off([it.item], **it.who())),
    "send_back": Row(
        "FSC-01",
        "awaiting",
        "fsc_approver",
        lambda it: workflow.send_back(it.report.pk, comment="다시", **it.more()),
    ),
    "recall": Row("FSC-01", "awaiting", "fsc_officer", lambda it: workflow.recall([it.item], **it.who())),
    "write_message": Row(
        "ME-01",
        "draft",
        "me_officer",
        lambda it: workflow.write_message(it.report.pk, text="기준일을 알려 주기 바람", **it.who()),
    ),
    "open_for_review": Row(
        "ME-01", "submitted", "coordinator", lambda it: workflow.open_for_review(it.report.pk, **it.more())
    ),
    "take_over_review": Row(
        "ME-01", "opened", "coordinator_2", lambda it: workflow.take_over_review(it.report.pk, **it.more())
    ),
    "release_review": Row(
        "ME-01", "opened", "coordinator", lambda it: workflow.release_review(it.report.pk, **it.more())
    ),
    "return_for_changes": Row("ME-01", "opened", "coordinator", _return),
    "accept": Row(
        "ME-01",
        "opened",
        "coordinator",
        lambda it: workflow.accept(it.report.pk, light="completed", **it.more()),
    ),
    "accept_unchanged": Row(
        "ME-01", "missing", "coordinator", lambda it: workflow.accept_unchanged([it.item], **it.who())
    ),
    "reopen": Row(
        "ME-01", "accepted", "coordinator", lambda it: workflow.reopen(it.report.pk, reason="오기", **it.more())
    ),
    "freeze": Row("ME-01", "submitted", "coordinator", _freeze),
    "prepare": Row("ME-01", "missing", "coordinator", _prepare),
    "open_early": Row("ME-01", "missing", "coordinator", _open_early),
    "move_dates": Row("ME-01", "missing", "coordinator", _move_dates),
    "add_to_roster": Row("ME-01", "missing", "coordinator", _add_to_roster),
    "remove_from_roster": Row("ME-01", "missing", "coordinator", _remove_from_roster),
    "call_contributions": Row(
        "ME-06", "missing", "me_officer", lambda it: workflow.call_contributions(it.report.pk, **it.who())
    ),
    "contribute": Row("ME-06", "draft", "motie_officer", _contribute),
    "answer_request": Row("ME-01", "missing", "msit_officer", _answer_request),
    "ask_correction": Row("ME-01", "submitted", "me_officer", _ask_correction),
    "decide_correction": Row("ME-01", "submitted", "coordinator", _decide_correction),
    "ask_extension": Row("ME-01", "missing", "me_officer", _ask_extension),
    "withdraw_extension": Row("ME-01", "missing", "me_officer", _withdraw_extension),
    "grant_extension": Row("ME-01", "missing", "coordinator", _grant_extension),
    "decline_extension": Row("ME-01", "missing", "coordinator", _decline_extension),
    "revoke_extension": Row("ME-01", "missing", "coordinator", _revoke_extension),
    "remind": Row("ME-01", "missing", "coordinator", _remind),
    "name_deputy": Row("ME-01", "missing", "me_officer", _name_deputy),
    "end_deputy": Row("ME-01", "missing", "me_officer", _end_deputy),
    "assign": Row("ME-01", "missing", "me_officer", _assign),
    "take_over": Row("ME-01", "missing", "me_officer", _take_over),
    # the agenda
    **{verb: Row("ME-01", "missing", "coordinator", _agenda(verb)) for verb in AGENDA},
    # press release
    "load_meeting": Row("ME-01", "missing", "coordinator", _load_meeting),
    # planning a meeting
    **{verb: Row("ME-01", "missing", "coordinator", _planning(verb)) for verb in planning_scene.VERBS[:-1]},
    "name_delegate": Row("ME-01", "missing", "me_officer", _planning("name_delegate")),
    # stakeholders' opinions
    **{verb: Row("ME-01", "missing", "coordinator", _of_opinions(verb)) for verb in opinion_scene.VERBS},
    **{verb: Row("ME-01", "missing", "me_officer", _of_opinions(verb)) for verb in opinion_scene.ANSWERED},
    # at the meeting
    **{name: Row("ME-01", "missing", "coordinator", partial(_at_meeting, verb=name)) for name in AT_MEETING},
    # documents
    "keep_document": Row("ME-01", "submitted", "coordinator", _keep_document),
    # the outcome of a meeting and its decisions
    **{
        verb: Row("ME-01", "missing", by, partial(outcome_scene.do, verb))
        for verb, (_place, by) in outcome_scene.VERBS.items()
    },
    # the working group
    **{verb: Row("ME-01", "missing", "coordinator", _working_group(verb)) for verb in group_scene.VERBS},
    # calls for candidates
    **{verb: Row("ME-01", "missing", by, _called(verb)) for verb, (_place, by) in candidates_scene.VERBS.items()},
    # the public
    **{verb: Row("ME-01", "missing", by, partial(_of_the_public, verb=verb)) for verb, by in PUBLIC.items()},
    # scenarios
    **{
        verb: Row("ME-01", "missing", by, partial(pathway_scene.do, verb))
        for verb, (_stage, by) in pathway_scene.VERBS.items()
    },
}


def in_the_source() -> set[str]:
    """The verbs that the application holds: drafts, and whatever is done once under a receipt's key."""
    code = "".join(path.read_text() for app in APPS for path in (ROOT / app).rglob("*.py"))
    return {*WITHOUT_EVENT, *re.findall(r'\bonce\(\s*"(\w+)"', code)}


def ready(verb: str, task_force: TaskForce, at: datetime) -> tuple[Callable[[], object], Scene]:
    """The verb, to be called without anything, once; and what it is about. Calling it again is the same form again."""
    row, people = VERBS[verb], task_force.people
    report, signing = task_force.reports[row.code], row.code.startswith("FSC")
    officer = people["fsc_officer" if signing else "me_officer"]
    if verb in ("accept", "reopen"):
        _complete(report, officer, people["coordinator"], at)
    if verb == "reopen":
        builders.accept(report, by=people["coordinator"], at=at)
    elif verb == "prepare":
        builders.freeze(task_force.round_2, by=people["coordinator"], at=at)
        builders.round_(3, opens_at=kst(2021, 6, 1), due_at=kst(2021, 6, 10))
    elif verb == "open_early":
        builders.freeze(task_force.round_2, by=people["coordinator"], at=at)
        planned = builders.round_(3, opens_at=kst(2021, 6, 1), due_at=kst(2021, 6, 10))
        report = builders.prepare(planned, by=people["coordinator"], at=at)[row.code]
    elif verb == "add_to_roster":
        builders.task("ME-90", task_force.ministries["ME"])
    elif verb in ("ask_correction", "decide_correction"):
        builders.report_in(row.place, report, officer=officer, coordinator=people["coordinator"], at=at)
        builders.freeze(task_force.round_2, by=people["coordinator"], at=at)
        if verb == "decide_correction":
            builders.ask_correction(report, by=officer, at=at)
    elif verb == "keep_document":
        builders.report_in(row.place, report, officer=officer, coordinator=people["coordinator"], at=at)
        builders.freeze(task_force.round_2, by=people["coordinator"], at=at)
        names = {"name_ko": "제2차 범부처 T/F 회의", "name_en": "Meeting 2 of the T/F"}
        Meeting.objects.create(no=2, round=task_force.round_2, **names)
    elif verb == "answer_request":
        builders.write(report, by=officer, at=at, **builders.troubled(addressed_to=["MSIT"]))
        builders.submit(report, by=officer, at=at)
    elif verb == "accept_unchanged":
        builders.submit(report, by=officer, at=at, unchanged=True)
    elif verb in ("withdraw_extension", "grant_extension", "decline_extension", "revoke_extension"):
        asked = builders.ask_extension(report.round, report.lead, by=officer, at=at)
        if verb == "revoke_extension":
            builders.grant_extension(asked, by=people["coordinator"], at=at)
    elif verb == "end_deputy":
        builders.deputise(people["me_officer"], people["me_officer_2"], at=at)
    elif verb == "load_meeting":
        Meeting.objects.create(no=LOADED, name_ko="회의", name_en="Meeting")
    elif verb in (*opinion_scene.VERBS, *opinion_scene.ANSWERED):
        earlier = at - timedelta(hours=1)
        _hearing, owed, _letter = opinion_scene.stand(people["coordinator"], earlier)
        if verb == "reopen_opinion":
            opinion_scene.dispose(owed, by=people["me_officer"], at=earlier)
    elif verb in planning_scene.VERBS:
        planning_scene.with_two(task_force, at)
    elif verb == "take_over":
        before, me = builders.person("me_before"), task_force.ministries["ME"]
        builders.posting(before, "officer", me, ends_on=date(2021, 3, 1))
    elif verb in AGENDA:
        me, msit = (task_force.ministries[name] for name in ("ME", "MSIT"))
        agenda_scene.stand(task_force.round_2, me, msit, by=people["coordinator"], at=at, shown=False)
    elif verb in AT_MEETING:
        session_scene.hold(by=people["coordinator"], at=at, shown=False)
    elif verb in group_scene.VERBS:
        group_scene.stand(people["coordinator"])
    elif verb in candidates_scene.VERBS:
        candidates_scene.stand(task_force, candidates_scene.VERBS[verb][0], at=at)
    elif verb in pathway_scene.VERBS:
        pathway_scene.bring(pathway_scene.VERBS[verb][0], task_force, at=at)
    elif verb in outcome_scene.VERBS:
        outcome_scene.bring(outcome_scene.VERBS[verb][0], task_force, at=at)
    elif verb in PUBLIC and verb != "send_opinion":
        public_scene.sent(at=at)
    elif verb != "accept":
        approver = people["fsc_approver"] if signing else None
        builders.report_in(
            row.place, report, officer=officer, approver=approver, coordinator=people["coordinator"], at=at
        )
    scene = Scene(fresh(report), people[row.by] if row.by else public_scene.of_nobody(), at, key())
    return lambda: row.call(scene), scene


def _complete(report: Report, officer: User, coordinator: User, at: datetime) -> None:
    """Submitted and opened with a moved date and a completion: an acceptance then writes the task and its milestone."""
    moved = builders.moved(report.task.milestones.get())
    completed = {"light": "completed", "completed_on": "2021-03-10"}
    builders.write(report, by=officer, at=at, milestones=moved, **completed)
    builders.submit(report, by=officer, at=at)
    builders.open_for_review(report, by=coordinator, at=at)
