"""Plain builders. Each makes one thing with as little as it needs; whatever is not named is sensible and fixed.

The first half writes reference data, the second goes through the verbs only, as a page would: with the version that
stands in the database and with a new key. Where a test is about versions, keys or refusals, it calls the verb itself.
"""

import io
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from ministries.models import Delegation, Ministry, MinistryName, Posting, User
from records.models import Receipt
from tasks import content, freezing, moving, permissions, workflow
from tasks.models import (
    Answer,
    Assignment,
    Attachment,
    Contribution,
    Correction,
    CorrectionDecision,
    Extension,
    Indicator,
    Lead,
    Message,
    Milestone,
    Report,
    Request,
    Revision,
    Round,
    Sector,
    Submission,
    Support,
    Target,
    Task,
    WorkbookUpload,
)
from tasks.moving import Dates
from tests import documents

KST = ZoneInfo("Asia/Seoul")
SINCE = date(2020, 1, 1)  # from then on hold the names, postings, leads and supports of the tests


def kst(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment in Seoul."""
    return datetime(year, month, day, hour, minute, tzinfo=KST)


def key() -> uuid.UUID:
    """The key of a form that was just opened."""
    return uuid.uuid4()


# Content, as a form sends it


def raw(**overrides: Any) -> content.Raw:
    """The content of a report that keeps every rule, for a task without a milestone that fell due."""
    return (
        content.blank()
        | {"light": "on_track", "results": "ㅇ 이행계획 초안을 마련함", "plans": "ㅇ 관계부처 협의 후 확정 예정"}
        | overrides
    )


def troubled(**overrides: Any) -> content.Raw:
    """Valid content under the light *attention*."""
    return raw(light="attention", issues="ㅇ 예산 협의가 늦어짐", **overrides)


def moved(milestone: Milestone, on: str = "2021-07-31", **overrides: str) -> dict[str, dict[str, str]]:
    """The answer `milestones=` that moves one milestone, with cause and reason."""
    return {str(milestone.pk): {"choice": "move", "on": on, "cause": "budget", "reason": "예산 협의 지연"} | overrides}


def done(milestone: Milestone, on: str = "2021-03-10") -> dict[str, dict[str, str]]:
    """The answer `milestones=` that says that one milestone is done."""
    return {str(milestone.pk): {"choice": "done", "on": on, "cause": "", "reason": ""}}


# Reference data


def ministry(code: str, *, ko: str = "", en: str = "", abbr_ko: str = "", abbr_en: str = "", **more: Any) -> Ministry:
    """A ministry with one name, valid since ever."""
    made = Ministry.objects.create(code=code, **({"order": Ministry.objects.count() + 1} | more))
    ko, en = ko or f"{code}부", en or f"Ministry {code}"
    MinistryName.objects.create(
        ministry=made, valid_from=SINCE, name_ko=ko, name_en=en, abbr_ko=abbr_ko or ko, abbr_en=abbr_en or en
    )
    return made


def posting(user: User, role: str, ministry: Ministry | None = None, **more: Any) -> Posting:
    """A posting that began long ago and does not end."""
    return Posting.objects.create(user=user, role=role, ministry=ministry, **({"starts_on": SINCE} | more))


def deputy(of: User, to: User, role: str, *, on: date = date(2021, 3, 16), **more: Any) -> Delegation:
    """`to` is the deputy of `of` in the office of that role, on that day; with the other office of the ministry as
    their own, unless they have one there."""
    held = of.postings.get(role=role)
    if held.ministry and not to.postings.filter(ministry=held.ministry).exists():
        posting(to, "approver" if role == "officer" else "officer", held.ministry)
    return Delegation.objects.create(posting=held, to_user=to, **({"starts_on": on, "ends_on": on} | more))


def person(username: str, role: str = "", ministry: Ministry | None = None, **more: Any) -> User:
    """A person, with one posting where a role is named."""
    user = User.objects.create(username=username, **({"name_ko": f"{username} 님", "name_en": username} | more))
    if role:
        posting(user, role, ministry)
    return user


def sector(code: str = "GEN", *, ko: str = "총괄(공통)", en: str = "General") -> Sector:
    """The sector with that code, made where it is missing."""
    names = {"order": 1, "name_ko": ko, "name_en": en}
    return Sector.objects.get_or_create(code=code, defaults=names)[0]


def task(
    code: str,
    lead: Ministry,
    *,
    supports: Iterable[Ministry] = (),
    milestones: Iterable[date] = (),
    ko: str = "",
    en: str = "",
    **more: Any,
) -> Task:
    """A task with its lead, supporting ministries, and one milestone for each date."""
    made = Task.objects.create(
        code=code, title_ko=ko or f"과제 {code}", title_en=en or f"Task {code}", **({"sector": sector()} | more)
    )
    Lead.objects.create(task=made, ministry=lead, valid_from=SINCE)
    for supporter in supports:
        Support.objects.create(task=made, ministry=supporter, valid_from=SINCE)
    for order, day in enumerate(milestones, 1):
        titles = {"title_ko": f"세부일정 {order}", "title_en": f"Milestone {order}"}
        Milestone.objects.create(task=made, order=order, baseline_on=day, current_on=day, **titles)
    return made


def indicator(task: Task, *, targets: dict[int, str] | None = None, **more: Any) -> Indicator:
    """An indicator of the task, owed once a year, with its targets by year."""
    words = {"title_ko": "보급 대수", "title_en": "Vehicles", "unit_ko": "천 대", "unit_en": "thousand"}
    order = task.indicators.count() + 1
    made = Indicator.objects.create(task=task, **({"order": order} | words | more))
    for year, value in (targets or {}).items():
        Target.objects.create(indicator=made, year=year, value=Decimal(value))
    return made


def round_(
    no: int,
    *,
    as_of: date = date(2021, 3, 12),
    opens_at: datetime = kst(2021, 3, 8, 9),
    due_at: datetime = kst(2021, 3, 19, 18),
    **more: Any,
) -> Round:
    """A round that is planned, after the round numbered before it where there is one."""
    rest = {"previous": Round.objects.filter(no=no - 1).first(), "observes_from": as_of - timedelta(days=42)} | more
    return Round.objects.create(no=no, as_of=as_of, opens_at=opens_at, due_at=due_at, **rest)


# Through the verbs


def fresh(report: Report) -> Report:
    """The report as it stands in the database now."""
    return Report.objects.select_related("task", "round", "lead", "current__submission").get(pk=report.pk)


def sent(report: Report) -> Revision:
    """The text that the office has of the report now."""
    revision = fresh(report).current
    assert revision is not None, f"the office has no text of {report}"
    return revision


def item(report: Report, *, unchanged: bool = False) -> workflow.Item:
    """The report as one part of an answer, in the version that stands now."""
    return workflow.Item(report.pk, fresh(report).version, unchanged)


def prepare(planned: Round, *, by: User, at: datetime | None = None) -> dict[str, Report]:
    """Prepare the round, three days before it opens; returns its roster by task code."""
    workflow.prepare(planned.pk, by=by, at=at or planned.opens_at - timedelta(days=3), key=key())
    planned.refresh_from_db()
    return {report.task.code: report for report in Report.objects.in_round(planned).select_related("task")}


def move_dates(round_: Round, *, by: User, at: datetime, reason: str = "회의 연기", **dates: Any) -> Round:
    """Move some of the round's dates, from what stands now; returns the round as it is then."""
    round_ = Round.objects.get(pk=round_.pk)
    seen, meeting = Dates.of(round_), moving.plan(round_, at=at).meeting
    workflow.move_dates(
        round_.pk, replace(seen, **dates), by=by, at=at, key=key(), reason=reason, seen=seen.mark, meeting=meeting
    )
    return Round.objects.get(pk=round_.pk)


def add_to_roster(round_: Round, task: Task, *, by: User, at: datetime, reason: str = "신규 발굴") -> Report:
    """Put the task on the fixed roster; returns its report."""
    workflow.add_to_roster(round_.pk, task.pk, by=by, at=at, key=key(), reason=reason)
    return Report.objects.in_round(round_).select_related("task", "lead").get(task=task)


def remove_from_roster(report: Report, *, by: User, at: datetime, reason: str = "중복 과제") -> Receipt:
    """Take the task off the fixed roster, in the version that stands now."""
    seen: dict[str, Any] = {"version": fresh(report).version, "reason": reason}
    return workflow.remove_from_roster(report.round_id, report.task_id, by=by, at=at, key=key(), **seen)


def write(report: Report, *, by: User, at: datetime, **overrides: Any) -> Report:
    """Save `raw(**overrides)` as the report's draft."""
    return workflow.save_draft(report.pk, by=by, at=at, version=fresh(report).version, raw=raw(**overrides))


def fill(report: Report, *, by: User, at: datetime, version: int, **overrides: Any) -> int:
    """Fill the report's draft with `raw(**overrides)`, as from a workbook that the person uploaded in that moment."""
    mine = {"round": report.round, "ministry": report.lead, "by": by}
    upload, _made = WorkbookUpload.objects.get_or_create(**mine, defaults={"at": at, "name": "과제.xlsx", "rows": []})
    return workflow.fill_drafts(upload, [workflow.Filling(report.pk, version, raw(**overrides))], by=by, at=at)


def attach(
    report: Report, *, by: User, at: datetime, name: str = "근거.pdf", file: bytes = documents.PDF
) -> Attachment:
    """Attach a file to the report's draft."""
    version = fresh(report).version
    workflow.attach(report.pk, by=by, at=at, version=version, file=io.BytesIO(file), name=name)
    return Attachment.objects.filter(report=report).latest("pk")


def contribute(
    report: Report, *, by: User, at: datetime, ministry: str = "MOTIE", text: str = "ㅇ 산업부 소관 실적"
) -> Contribution:
    """A supporting ministry's text for the report."""
    whose = Ministry.objects.get(code=ministry)
    workflow.contribute(report.pk, by=by, at=at, key=key(), ministry=whose.pk, text=text)
    return Contribution.objects.filter(report=report, ministry=whose).order_by("no").last()  # type: ignore[return-value]


def call_contributions(report: Report, *, by: User, at: datetime) -> Receipt:
    return workflow.call_contributions(report.pk, by=by, at=at, key=key())


def take(contribution: Contribution, *, by: User, at: datetime, into: str = "results") -> Report:
    """Take a contribution over into the lead's draft."""
    version = fresh(contribution.report).version
    return workflow.take_contribution(contribution.pk, by=by, at=at, version=version, into=into)


def request_to(code: str, report: Report) -> Request:
    """What the report's sent text asks of the ministry."""
    return Request.objects.get(revision=sent(report), addressed_to__code=code)


def answer(request: Request, *, by: User, at: datetime, text: str = "ㅇ 4월 중 협의하겠음") -> Answer:
    workflow.answer_request(request.pk, by=by, at=at, key=key(), text=text)
    return Answer.objects.order_by("pk").last()  # type: ignore[return-value]


def ask_sign_off(*reports: Report, by: User, at: datetime, unchanged: bool = False) -> Receipt:
    items = [item(report, unchanged=unchanged) for report in reports]
    return workflow.ask_sign_off(items, by=by, at=at, key=key())


def sign_off(*reports: Report, by: User, at: datetime) -> Receipt:
    return workflow.sign_off([item(report) for report in reports], by=by, at=at, key=key())


def submit(*reports: Report, by: User, at: datetime, unchanged: bool = False, letter_no: str = "") -> Receipt:
    """Submit the drafts, or all of the reports as "no change"."""
    items = [item(report, unchanged=unchanged) for report in reports]
    return workflow.submit(items, by=by, at=at, key=key(), letter_no=letter_no)


def withdraw(report: Report, *, by: User, at: datetime) -> Receipt:
    """Take back the submission that the report came with last."""
    return workflow.withdraw(submission_of(report), by=by, at=at, key=key())


def submission_of(report: Report) -> Submission:
    """The submission that the report came with last."""
    last = report.revisions.select_related("submission").order_by("no").last()
    assert last is not None, f"{report} was never submitted"
    return last.submission


def open_for_review(report: Report, *, by: User, at: datetime) -> Receipt:
    return workflow.open_for_review(report.pk, by=by, at=at, key=key(), version=fresh(report).version)


def claim(report: Report, *, by: User, at: datetime) -> None:
    """Take the review over where somebody else of the office has it."""
    row = fresh(report)
    may = permissions.can_review(by, row) and row.state == "submitted" and row.opened_by_id is not None
    if may and not permissions.holds_claim(by, row):
        take_over_review(report, by=by, at=at)


def take_over_review(report: Report, *, by: User, at: datetime) -> Receipt:
    return workflow.take_over_review(report.pk, by=by, at=at, key=key(), version=fresh(report).version)


def release_review(report: Report, *, by: User, at: datetime) -> Receipt:
    return workflow.release_review(report.pk, by=by, at=at, key=key(), version=fresh(report).version)


def accept_unchanged(*reports: Report, by: User, at: datetime) -> Receipt:
    return workflow.accept_unchanged([item(report) for report in reports], by=by, at=at, key=key())


def return_for_changes(report: Report, *, by: User, at: datetime, **more: Any) -> Receipt:
    """Return a report that is open for review: as a whole, for a day, unless told otherwise."""
    claim(report, by=by, at=at)
    rest: dict[str, Any] = {"comment": "근거를 보완 바람", "due_at": at + timedelta(days=1)} | more
    return workflow.return_for_changes(report.pk, by=by, at=at, key=key(), version=fresh(report).version, **rest)


def recall(*reports: Report, by: User, at: datetime) -> Receipt:
    """Take the requests for sign-off back."""
    return workflow.recall([item(report) for report in reports], by=by, at=at, key=key())


def say(report: Report, text: str, *, by: User, at: datetime) -> Message:
    """Write into the conversation on the report."""
    workflow.write_message(report.pk, by=by, at=at, key=key(), text=text)
    return Message.objects.latest("pk")


def accept(report: Report, *, by: User, at: datetime, light: str = "", **more: Any) -> Receipt:
    """Accept a report that is open for review, with the ministry's own light unless told otherwise."""
    claim(report, by=by, at=at)
    rest: dict[str, Any] = {"light": light or sent(report).light} | more
    return workflow.accept(report.pk, by=by, at=at, key=key(), version=fresh(report).version, **rest)


def reopen(report: Report, *, by: User, at: datetime, reason: str = "오기 정정") -> Receipt:
    return workflow.reopen(report.pk, by=by, at=at, key=key(), version=fresh(report).version, reason=reason)


def freeze(round_: Round, *, by: User, at: datetime) -> Receipt:
    """Freeze the round as it stands now."""
    receipt = freezing.freeze(round_.pk, by=by, at=at, key=key(), head_seq=freezing.head_seq(round_))
    round_.refresh_from_db()
    return receipt


def ask_correction(report: Report, *, by: User, at: datetime, **more: Any) -> Correction:
    """Ask for another text of the results of a sealed report, unless told otherwise."""
    rest: dict[str, Any] = {"field": "results", "text": "ㅇ 바로잡은 실적", "reason": "수치 오기"} | more
    workflow.ask_correction(report.pk, by=by, at=at, key=key(), **rest)
    return Correction.objects.filter(report=report, field=rest["field"]).undecided().get()


def decide_correction(correction: Correction, *, by: User, at: datetime, approve: bool = True) -> CorrectionDecision:
    comment = "" if approve else "원문이 맞음"
    workflow.decide_correction(correction.pk, by=by, at=at, key=key(), approve=approve, comment=comment)
    return CorrectionDecision.objects.get(correction=correction)


def ask_extension(round_: Round, ministry: Ministry, *, by: User, at: datetime, **more: Any) -> Extension:
    """Ask for three days beyond the round's due time, unless told otherwise."""
    rest: dict[str, Any] = {"until": round_.due_at + timedelta(days=3), "reason": "자료 취합 지연"} | more
    workflow.ask_extension(round_.pk, ministry, by=by, at=at, key=key(), **rest)
    return Extension.objects.filter(round=round_, ministry=ministry).latest("pk")


def grant_extension(asked: Extension, *, by: User, at: datetime, **more: Any) -> Extension:
    """Grant what was asked for, unless told otherwise."""
    rest: dict[str, Any] = {"until": asked.asked_until, "comment": ""} | more
    workflow.grant_extension(asked.pk, by=by, at=at, key=key(), **rest)
    return Extension.objects.get(pk=asked.pk)


def decline_extension(asked: Extension, *, by: User, at: datetime, comment: str = "회의 일정상 곤란") -> Extension:
    workflow.decline_extension(asked.pk, by=by, at=at, key=key(), comment=comment)
    return Extension.objects.get(pk=asked.pk)


def extend(round_: Round, ministry: Ministry, *, by: User, at: datetime, until: datetime, **more: Any) -> Extension:
    """Give a ministry more time that did not ask for it."""
    rest: dict[str, Any] = {"reason": "국회 일정"} | more
    workflow.extend_unasked(round_.pk, ministry, by=by, at=at, key=key(), until=until, **rest)
    return Extension.objects.filter(round=round_, ministry=ministry).latest("pk")


def withdraw_extension(asked: Extension, *, by: User, at: datetime) -> Extension:
    workflow.withdraw_extension(asked.pk, by=by, at=at, key=key())
    return Extension.objects.get(pk=asked.pk)


def revoke_extension(given: Extension, *, by: User, at: datetime, reason: str = "회의가 앞당겨짐") -> Extension:
    workflow.revoke_extension(given.pk, by=by, at=at, key=key(), reason=reason)
    return Extension.objects.get(pk=given.pk)


def name_deputy(posting: Posting, deputy: User, *, by: User, at: datetime, **more: Any) -> Delegation:
    """Name a deputy of the posting for the three days that begin with today, unless told otherwise."""
    today = timezone.localdate(at)
    rest: dict[str, Any] = {"starts_on": today, "ends_on": today + timedelta(days=2), "reason": "국외 출장"} | more
    workflow.name_deputy(posting.pk, by=by, at=at, key=key(), to_user_id=deputy.pk, **rest)
    return Delegation.objects.latest("pk")


def deputise(holder: User, deputy: User, *, at: datetime, **more: Any) -> Delegation:
    """The holder makes someone the deputy of their only posting; neither of the two remembers what they could do."""
    row = name_deputy(holder.postings.get(), deputy, by=holder, at=at, **more)
    for person in (holder, deputy):
        forget(person)
    return row


def forget(person: User) -> User:
    """The person as another request would read them: what they may do is remembered for one."""
    for name in ("offices", "standing"):
        person.__dict__.pop(name, None)
    return person


def assign(task_codes: Mapping[str, Posting | None], ministry: Ministry, *, by: User, at: datetime) -> Receipt:
    """Hand out the tasks, from whoever does them now."""
    today = timezone.localdate(at)
    stands = dict(Assignment.objects.in_force(today).filter(ministry=ministry).values_list("task__code", "posting"))
    given = [workflow.Given(code, to.pk if to else None, stands.get(code)) for code, to in task_codes.items()]
    return workflow.assign(ministry.pk, given, by=by, at=at, key=key())


PLACES = (
    "missing",
    "draft",
    "awaiting",
    "submitted",
    "opened",  # submitted, and the office has opened it
    "returned",
    "mended",  # returned, with a draft that answers the return
    "awaiting_again",  # returned, mended, and awaiting sign-off
    "accepted",
)


def report_in(
    place: str, report: Report, *, officer: User, coordinator: User, at: datetime, approver: User | None = None
) -> Report:
    """Bring a report that nobody touched into one of PLACES, through the verbs; returns it as it then stands.

    With an approver it goes through their sign-off. `awaiting` and `awaiting_again` need one.
    """
    steps = PLACES.index(place)
    if steps >= PLACES.index("draft"):
        write(report, by=officer, at=at)
    if place == "awaiting":
        ask_sign_off(report, by=officer, at=at)
    if steps >= PLACES.index("submitted"):
        _send(report, officer=officer, approver=approver, at=at)
    if steps >= PLACES.index("opened"):
        open_for_review(report, by=coordinator, at=at)
    if place in ("returned", "mended", "awaiting_again"):
        return_for_changes(report, by=coordinator, at=at)
    if place in ("mended", "awaiting_again"):
        write(report, by=officer, at=at, results="ㅇ 이행계획 초안을 마련하고 근거를 덧붙임")
    if place == "awaiting_again":
        ask_sign_off(report, by=officer, at=at)
    if place == "accepted":
        accept(report, by=coordinator, at=at)
    return fresh(report)


def _send(report: Report, *, officer: User, approver: User | None, at: datetime) -> None:
    if approver is None:
        submit(report, by=officer, at=at)
    else:
        ask_sign_off(report, by=officer, at=at)
        sign_off(report, by=approver, at=at)
