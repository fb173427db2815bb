"""Playing the demo's script: every step is a verb of the workflow, run by the person who would run it, at its moment of
2021. So the demo's receipts, chains and seal are as true as any."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from ministries.models import Ministry, Posting, User
from tasks import freezing, workflow
from tasks.content import Raw
from tasks.models import Correction, Extension, Field, Indicator, Light, Milestone, Report, Request, Round
from tasks.workflow import Item

SEOUL = ZoneInfo("Asia/Seoul")
SAMPLE = {"ko": " (예시)", "en": " (sample)"}
TEXTS = ("results", "plans", "issues")
TYPING = timedelta(minutes=10)  # a text is typed that long before it is sent
READING = timedelta(minutes=1)  # and the office reads it that long

Step = dict[str, Any]


def moment(text: str) -> datetime:
    """`2021-03-16 14:00`, in Seoul."""
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


def sample(lines: Sequence[str], language: str = "ko") -> str:
    """The lines as one text that says of itself that it is a sample; empty when there are none."""
    return "\n".join(lines) + SAMPLE[language] if lines else ""


class Player:
    """Plays steps one after the other. `texts`: what is reported, by number of the round and code of the task."""

    def __init__(self, people: dict[str, User], texts: dict[str, dict[str, Any]]) -> None:
        self.people, self.texts = people, texts
        self.verbs = 0

    def play(self, step: Step) -> None:
        """One step; its `do` names the method and the verb."""
        round_ = Round.objects.get(no=step["round"])
        getattr(self, step["do"])(step, round_, by=self.people[step["by"]], at=moment(step["at"]))

    def key(self) -> UUID:
        """The form's key: another one for each verb, the same ones each time the demo is loaded."""
        self.verbs += 1
        return uuid5(NAMESPACE_URL, f"demo/{self.verbs}")

    def prepare(self, step: Step, round_: Round, *, by: User, at: datetime) -> None:
        workflow.prepare(round_.pk, by=by, at=at, key=self.key())

    def freeze(self, step: Step, round_: Round, *, by: User, at: datetime) -> None:
        freezing.freeze(round_.pk, by=by, at=at, key=self.key(), head_seq=freezing.head_seq(round_))

    def save_draft(self, step: Step, round_: Round, *, by: User, at: datetime) -> None:
        for report in _reports(round_, step["tasks"]):
            raw = self.raw(report, step.get("mend", {}).get(report.task.code, {}))
            workflow.save_draft(report.pk, by=by, at=at, version=report.version, raw=raw)

    def submit(self, step: Step, round_: Round, *, by: User, at: datetime) -> None:
        self.save_draft(step, round_, by=by, at=at - TYPING)
        workflow.submit(_items(step, round_), by=by, at=at, key=self.key())

    def ask_sign_off(self, step: Step, round_: Round, *, by: User, at: datetime) -> None:
        self.save_draft(step, round_, by=by, at=at - TYPING)
        workflow.ask_sign_off(_items(step, round_), by=by, at=at, key=self.key())

    def sign_off(self, step: Step, round_: Round, *, by: User, at: datetime) -> None:
        workflow.sign_off(_items(step, round_), by=by, at=at, key=self.key())

    def accept(self, step: Step, round_: Round, *, by: User, at: datetime) -> None:
        """One after the other, each opened first. The office's light is the ministry's where `office` has no other."""
        for number, code in enumerate(step["tasks"]):
            accepted_at = at + 2 * number * READING
            report = self._opened(round_, code, by=by, at=accepted_at - READING)
            office = step.get("office", {}).get(code, {})
            workflow.accept(
                report.pk,
                by=by,
                at=accepted_at,
                key=self.key(),
                version=report.version,
                light=office.get("light") or (report.current.light if report.current else Light.ON_TRACK),
                reason=sample(office.get("reason", [])),
                book_text_ko=sample(office.get("book_text_ko", [])),
                book_text_en=sample(office.get("book_text_en", []), "en"),
            )

    def return_for_changes(self, step: Step, round_: Round, *, by: User, at: datetime) -> None:
        for code in step["tasks"]:
            report = self._opened(round_, code, by=by, at=at - READING)
            workflow.return_for_changes(
                report.pk,
                by=by,
                at=at,
                key=self.key(),
                version=report.version,
                comment=step["comment"],
                due_at=moment(step["due_at"]),
                fields=[Field(name) for name in step["fields"]],
            )

    def contribute(self, step: Step, round_: Round, *, by: User, at: datetime) -> None:
        """In the name of the ministry that the person works for."""
        (report,) = _reports(round_, step["tasks"])
        text, ministry = sample(step["text"]), _ministry_of(by)
        workflow.contribute(report.pk, by=by, at=at, key=self.key(), ministry=ministry, text=text)

    def answer_request(self, step: Step, round_: Round, *, by: User, at: datetime) -> None:
        """What the task's sent text asks of the person's ministry."""
        (report,) = _reports(round_, step["tasks"])
        asked = Request.objects.standing().asked_of([_ministry_of(by)]).get(revision__report=report)
        workflow.answer_request(asked.pk, by=by, at=at, key=self.key(), text=sample(step["text"]))

    def write_message(self, step: Step, round_: Round, *, by: User, at: datetime) -> None:
        (report,) = _reports(round_, step["tasks"])
        workflow.write_message(report.pk, by=by, at=at, key=self.key(), text=sample(step["text"]))

    def ask_correction(self, step: Step, round_: Round, *, by: User, at: datetime) -> None:
        (report,) = _reports(round_, step["tasks"])
        text, reason = sample(step["text"]), sample(step["reason"])
        workflow.ask_correction(report.pk, by=by, at=at, key=self.key(), field=step["field"], text=text, reason=reason)

    def decide_correction(self, step: Step, round_: Round, *, by: User, at: datetime) -> None:
        """On what is asked for of the task, and not decided on."""
        (report,) = _reports(round_, step["tasks"])
        asked = Correction.objects.filter(report=report).undecided().get()
        workflow.decide_correction(asked.pk, by=by, at=at, key=self.key(), approve=step["approve"])

    def assign(self, step: Step, round_: Round, *, by: User, at: datetime) -> None:
        """An officer takes tasks of their ministry: no approver is posted there."""
        posting = by.current_postings[0]
        given = [workflow.Given(code, posting.pk, None) for code in step["tasks"]]
        workflow.assign(posting.ministry_id or 0, given, by=by, at=at, key=self.key())

    def ask_extension(self, step: Step, round_: Round, *, by: User, at: datetime) -> None:
        ministry, until, reason = Ministry.objects.get(code=step["ministry"]), step["until"], sample(step["reason"])
        who = {"by": by, "at": at, "key": self.key()}
        workflow.ask_extension(round_.pk, ministry, until=moment(until), reason=reason, **who)  # type: ignore[arg-type]

    def grant_extension(self, step: Step, round_: Round, *, by: User, at: datetime) -> None:
        """What the ministry asked for, and nobody decided on."""
        asked = Extension.objects.filter(round=round_, ministry__code=step["ministry"]).waiting().get()
        workflow.grant_extension(asked.pk, by=by, at=at, key=self.key(), until=moment(step["until"]))

    def raw(self, report: Report, mend: dict[str, Any]) -> Raw:
        """The report as its officer types it; `mend` replaces parts of it."""
        text = self.texts[str(report.round.no)][report.task.code] | mend
        answers = text.get("milestones", {})
        milestones = Milestone.objects.filter(task=report.task, order__in=answers)
        values = text.get("indicators", {})
        indicators = Indicator.objects.filter(task=report.task, order__in=values)
        return {
            "light": text["light"],
            "progress": text.get("progress", ""),
            "completed_on": text.get("completed_on", ""),
            "addressed_to": text.get("addressed_to", []),
            **{name: sample(text.get(name, [])) for name in TEXTS},
            "milestones": {
                str(row.pk): answers[str(row.order)] | {"reason": sample(answers[str(row.order)]["reason"])}
                for row in milestones
            },
            "indicators": {
                str(row.pk): {
                    "value": values[str(row.order)]["value"],
                    "note": sample(values[str(row.order)].get("note", [])),
                }
                for row in indicators
            },
        }

    def _opened(self, round_: Round, code: str, *, by: User, at: datetime) -> Report:
        (report,) = _reports(round_, [code])
        workflow.open_for_review(report.pk, by=by, at=at, key=self.key(), version=report.version)
        (report,) = _reports(round_, [code])
        return report


def _reports(round_: Round, codes: Sequence[str]) -> Iterator[Report]:
    """The reports of these tasks as they now stand, in the order of the codes."""
    for code in codes:
        yield Report.objects.select_related("round", "task", "current").get(round=round_, task__code=code)


def _ministry_of(person: User) -> int:
    return Posting.objects.get(user=person, ministry__isnull=False).ministry_id or 0


def _items(step: Step, round_: Round) -> list[Item]:
    written = [Item(report.pk, report.version) for report in _reports(round_, step["tasks"])]
    unchanged = [
        Item(report.pk, report.version, unchanged=True) for report in _reports(round_, step.get("unchanged", []))
    ]
    return written + unchanged
