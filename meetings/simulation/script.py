"""What happens in each round of a simulated portal, decided from the seed: who writes what and when, what the office
makes of it, and where every task stands at the freeze.

The script keeps the portal's own rules (dates that have come are answered, what owes something is no "no change") by
following each task from round to round; the writers carry the deeds out, and refuse what breaks a rule.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

from tasks.models import Cause, Field, Indicator, Light

from . import words
from .deeds import (
    Accept,
    Answer,
    AskSignOff,
    AskTime,
    CallContributions,
    Contribute,
    DeclineTime,
    Deed,
    GiveBack,
    GrantTime,
    Measure,
    Open,
    Save,
    Say,
    Scene,
    SignOff,
    Step,
    Submit,
    Text,
)
from .plan import OFFICE, Body, Dates, Job, Jobs, Size, Temper, at, at_work, calendar

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class Course:
    """Where one task stands. `stands`: the text that the next round starts from, without its dates and values;
    `shown`: the light that the last board showed."""

    job: Job
    milestones: dict[int, date]  # those that are not done, by their place
    stands: Text | None = None
    shown: Light | None = None
    progress: int = 0
    measured: dict[int, set[int]] = field(default_factory=dict)  # indicator's place -> years with a value
    is_completed: bool = False

    def due(self, day: date) -> list[int]:
        return [order for order, on in self.milestones.items() if on <= day]

    def owes_value(self, year: int) -> bool:
        return any(
            every == Indicator.Every.ROUND or year not in self.measured.get(order, ())
            for order, every in enumerate(self.job.indicators, 1)
        )

    def may_stay_unchanged(self, day: date) -> bool:
        """Whether nothing forbids "no change"."""
        if self.stands is None or self.shown is None or self.due(day) or self.owes_value(day.year):
            return False
        lights = {self.shown, self.stands.light}
        return not any(light.needs_issue for light in lights) and Light.COMPLETED not in lights


@dataclass
class Sheet:
    """One report of one round while the script writes it: the text sent last, and the office's light on it."""

    course: Course
    draw: Random
    contributed: bool = False
    sent: Text | None = None
    accepted: Light | None = None


class Script:
    """The rounds of one portal, one after the other; what is decided in one is the ground of the next."""

    def __init__(self, size: Size, bodies: list[Body]) -> None:
        self.size, self.bodies = size, bodies
        self.jobs = Jobs(size, bodies)
        self.courses: list[Course] = []  # of the tasks that are on the roster

    def scenes(self) -> Iterator[Scene]:
        """Each round when its turn has come: only one is in memory. What was completed has left, and others join."""
        for dates in calendar(self.size):
            self.courses = [row for row in self.courses if not row.is_completed]
            joining = self.jobs.join(self.size.tasks - len(self.courses), dates)
            self.courses += [Course(job, dict(enumerate(job.milestones, 1))) for job in joining]
            led: dict[str, list[Course]] = {}
            for row in sorted(self.courses, key=lambda row: row.job.code):
                led.setdefault(row.job.lead.code, []).append(row)
            scene = Scene(dates, joining)
            for body in self.bodies:
                if body.has_officer and body.code in led:
                    scene.deeds.extend(_Collecting(self.size, self.bodies, body, dates).deeds(led[body.code]))
            scene.deeds.sort(key=lambda deed: deed.at)
            yield scene


class _Collecting:
    """One body in one round."""

    def __init__(self, size: Size, bodies: list[Body], body: Body, dates: Dates) -> None:
        self.size, self.bodies, self.body, self.dates = size, bodies, body, dates
        self.draw = size.random("collecting", dates.no, body.number)
        self.made: list[Deed] = []

    def deeds(self, led: list[Course]) -> list[Deed]:
        sheets = [Sheet(row, self.size.random("report", self.dates.no, row.job.number)) for row in led]
        due = self._more_time()
        sends = self._when(due)
        for sheet in sheets:
            self._contributions(sheet)
        share = 0.85 if self.body.temper == Temper.SLIPS else 0.9
        batches: tuple[list[Sheet], list[Sheet]] = ([], [])
        for sheet in sheets:
            if sheet.draw.random() < 0.97:
                batches[sheet.draw.random() > share].append(sheet)
        for batch, moment in zip(batches, (sends, at_work(sends + self.draw.randint(3, 40) * HOUR)), strict=True):
            self._answer(batch, moment)
        for sheet in sheets:
            self._settle(sheet)
        return self.made

    def _do(self, deed: Deed) -> bool:
        """Whether it happened: what lies after the end of the round has not."""
        if deed.at > self.dates.until:
            return False
        self.made.append(deed)
        return True

    # The due time

    def _more_time(self) -> datetime:
        draw, dates = self.draw, self.dates
        if draw.random() > 0.15:
            return dates.due_at
        asked = at_work(dates.opens_at + draw.randint(20, 200) * HOUR)
        until = dates.due_at + 3 * DAY
        ask = AskTime(asked, self.body.officer, self.body.code, until, words.said(draw, words.TIME_WANTED))
        decided, office = at_work(asked + draw.randint(2, 20) * HOUR), draw.choice(OFFICE)
        if not self._do(ask):
            return dates.due_at
        if draw.random() < 0.25:
            self._do(DeclineTime(decided, office, self.body.code, words.said(draw, words.OVERRULED)))
            return dates.due_at
        return until if self._do(GrantTime(decided, office, self.body.code, until)) else dates.due_at

    def _when(self, due: datetime) -> datetime:
        """When the body sends its answer: in time, as most do, or late."""
        draw = self.draw
        if draw.random() < 0.08:
            return at_work(due + draw.randint(1, 30) * HOUR + draw.randint(0, 59) * MINUTE)
        days = draw.randint(2, (due.date() - self.dates.monday).days)
        moment = at_work(at(self.dates.monday + days * DAY, draw.randint(9, 17), draw.randint(0, 59)))
        return min(moment, due - 3 * MINUTE)

    # What the ministries write

    def _contributions(self, sheet: Sheet) -> None:
        draw, job = sheet.draw, sheet.course.job
        if not job.supports or draw.random() > 0.4:
            return
        called = self.dates.opens_at + draw.randint(30, 400) * MINUTE
        self._do(CallContributions(called, self.body.officer, job.code))
        for helper in job.supports:
            if helper.has_officer and draw.random() < 0.6:
                text = words.said(draw, words.CONTRIBUTIONS)
                written = called + draw.randint(30, 900) * MINUTE
                self._do(Contribute(written, helper.officer, job.code, helper.code, text))
                sheet.contributed = True

    def _answer(self, batch: list[Sheet], moment: datetime) -> None:
        """One answer: its drafts, its sign-off where the body has one, and what the office makes of it."""
        texts: dict[str, Text] = {}
        written, unchanged = [], []
        ahead = self.draw.randint(60, 3000) if self.body.sign_off else 0
        for sheet in batch:
            course, code = sheet.course, sheet.course.job.code
            often = 0.5 if self.body.temper == Temper.GREEN else 0.3
            may = course.may_stay_unchanged(self.dates.as_of) and not sheet.contributed
            if may and course.stands and sheet.draw.random() < often:
                texts[code] = course.stands
                unchanged.append(code)
                continue
            texts[code] = self._text(sheet)
            earliest = self.dates.opens_at + 24 * HOUR  # after what the supporting ministries wrote
            typed = max(earliest, moment - (ahead + sheet.draw.randint(240, 3000)) * MINUTE)
            self._do(Save(typed, self.body.officer, code, texts[code]))
            written.append(code)
        if not batch or not self._send(moment, tuple(written), tuple(unchanged), ahead=ahead):
            return
        for sheet in batch:
            sheet.sent = texts[sheet.course.job.code]
            self._review(sheet, moment)

    def _send(
        self, moment: datetime, written: tuple[str, ...], unchanged: tuple[str, ...] = (), *, ahead: int = 60
    ) -> bool:
        """Whether it went out; sign-off is asked for so many minutes ahead."""
        draw, body = self.draw, self.body
        letter = f"모의-{self.dates.no}-{draw.randint(100, 999)}" if draw.random() < 0.4 else ""
        if not body.sign_off:
            return self._do(Submit(moment, body.officer, written, unchanged, letter))
        asked = max(moment - ahead * MINUTE, self.dates.opens_at + 25 * HOUR)
        together = tuple(sorted(written + unchanged))
        if not self._do(AskSignOff(asked, body.officer, written, unchanged)):
            return False
        return self._do(SignOff(moment, body.approver, together, (), letter))

    def _text(self, sheet: Sheet) -> Text:
        draw, course, day = sheet.draw, sheet.course, self.dates.as_of
        steps = self._steps(sheet)
        moved = any(row.choice == "move" for row in steps)
        is_done = not course.milestones.keys() - {row.order for row in steps if row.choice == "done"}
        light = Light.COMPLETED if is_done and draw.random() < 0.8 else self._light(sheet, moved=moved)
        gained = draw.randint(0, 6)
        asks = light.needs_issue or (draw.random() < 0.08 and self.body.temper != Temper.GREEN)
        others = [body.code for body in self.bodies if body is not self.body]
        asked = draw.sample(others, k=min(len(others), draw.choices((0, 1, 2), (55, 35, 10))[0])) if asks else []
        return Text(
            light=light,
            results=f"ㅇ 제{self.dates.no}차 점검\n{words.said(draw, words.RESULTS, draw.randint(1, 3))}",
            plans=words.said(draw, words.PLANS, draw.randint(1, 2)),
            issues=words.said(draw, words.ISSUES) if asks else "",
            progress=100 if light is Light.COMPLETED else min(95, course.progress + gained),
            completed_on=day - timedelta(days=draw.randint(0, 6)) if light is Light.COMPLETED else None,
            addressed_to=tuple(sorted(asked)),
            steps=tuple(steps),
            measures=tuple(self._measures(sheet)),
        )

    def _light(self, sheet: Sheet, *, moved: bool) -> Light:
        draw, course = sheet.draw, sheet.course
        if self.body.temper == Temper.GREEN:
            return Light.ON_TRACK
        if moved:
            return draw.choices((Light.ATTENTION, Light.REVIEW_NEEDED, Light.ON_TRACK), (60, 20, 20))[0]
        if course.stands is None:
            return draw.choices((Light.ON_TRACK, Light.NOT_STARTED, Light.ATTENTION), (70, 20, 10))[0]
        if course.stands.light is not Light.COMPLETED and draw.random() < 0.7:
            return course.stands.light
        return draw.choices((Light.ON_TRACK, Light.ATTENTION, Light.REVIEW_NEEDED), (78, 17, 5))[0]

    def _steps(self, sheet: Sheet) -> list[Step]:
        """Every date that has come is answered; now and then one that lies ahead is moved."""
        draw, day = sheet.draw, self.dates.as_of
        slips = {Temper.SLIPS: 0.7, Temper.GREEN: 0.05}.get(self.body.temper, 0.25)
        steps: list[Step] = []
        for order, on in sorted(sheet.course.milestones.items()):
            if on <= day and draw.random() >= slips:
                steps.append(
                    Step(order, "done", max(on - timedelta(days=draw.randint(0, 5)), self.dates.observes_from))
                )
            elif on <= day or draw.random() < slips * 0.05:
                later = max(on, day) + timedelta(days=draw.randint(20, 120))
                cause = draw.choice(list(Cause)).value
                steps.append(Step(order, "move", later, cause, f"{draw.choice(words.REASONS)} {words.MARK_KO}"))
        return steps

    def _measures(self, sheet: Sheet) -> Iterator[Measure]:
        for order, _every in enumerate(sheet.course.job.indicators, 1):
            if sheet.draw.random() < 0.85:
                yield Measure(order, str(sheet.draw.randint(1, 400) * 5 / 10).removesuffix(".0"))
            else:
                yield Measure(order, "", f"집계 중 {words.MARK_KO}")

    # What the office makes of it

    def _review(self, sheet: Sheet, received: datetime) -> None:
        draw, code = sheet.draw, sheet.course.job.code
        office, opened = draw.choice(OFFICE), at_work(received + draw.randint(90, 2400) * MINUTE)
        if draw.random() < 0.05 or not self._do(Open(opened, office, code)):
            return
        if draw.random() < 0.03 and self._do(Say(opened + MINUTE, office, code, words.said(draw, words.QUESTIONS))):
            reply = words.said(draw, words.REPLIES)
            self._do(Say(at_work(opened + draw.randint(10, 300) * MINUTE), self.body.officer, code, reply))
        decided, chance = at_work(opened + draw.randint(2, 40) * MINUTE), draw.random()
        if chance < 0.08:
            self._return(sheet, decided, office)
        elif chance < 0.96:
            self._accept(sheet, decided, office)

    def _return(self, sheet: Sheet, moment: datetime, office: str) -> None:
        draw, code = sheet.draw, sheet.course.job.code
        fields = draw.choice(((Field.RESULTS,), (Field.PLANS, Field.RESULTS), ()))
        due = at(moment.date() + 2 * DAY, 18)
        back = GiveBack(moment, office, code, words.said(draw, words.COMMENTS), due, fields)
        if not self._do(back) or draw.random() < 0.15 or sheet.sent is None:
            return
        mended = replace(sheet.sent, results=f"{sheet.sent.results}\nㅇ 기준일: {self.dates.as_of} {words.MARK_KO}")
        typed = at_work(moment + draw.randint(120, 1500) * MINUTE)
        sends = at_work(typed + draw.randint(240, 400) * MINUTE)
        if self._do(Save(typed, self.body.officer, code, mended)) and self._send(sends, (code,)):
            sheet.sent = mended
            opened, office = at_work(sends + draw.randint(60, 900) * MINUTE), draw.choice(OFFICE)
            if self._do(Open(opened, office, code)):
                self._accept(sheet, at_work(opened + draw.randint(2, 30) * MINUTE), office)

    def _accept(self, sheet: Sheet, moment: datetime, office: str) -> None:
        draw, text, code = sheet.draw, sheet.sent, sheet.course.job.code
        if text is None:
            return
        light = text.light
        if draw.random() < (0.1 if self.body.temper == Temper.GREEN else 0.06):
            light = draw.choice([other for other in _NEIGHBOURS[light] if other is not light])
        reason = words.said(draw, words.OVERRULED) if light is not text.light else ""
        book = ("", "")
        if draw.random() < 0.06:
            polished = text.results.splitlines()[-1].removesuffix(words.MARK_KO).strip()
            book = (f"{polished} {words.MARK_KO}", f"Progress as planned {words.MARK_EN}")
        if self._do(Accept(moment, office, code, light, reason, *book)):
            sheet.accepted = light
            self._answers(sheet, moment)

    def _answers(self, sheet: Sheet, moment: datetime) -> None:
        """What the ministries say that the text asks; some never do."""
        draw, asked = sheet.draw, sheet.sent.addressed_to if sheet.sent else ()
        for body in (body for body in self.bodies if body.code in asked and body.has_officer):
            if draw.random() < 0.5:
                text, when = words.said(draw, words.ANSWERS), at_work(moment + draw.randint(60, 2000) * MINUTE)
                self._do(Answer(when, body.officer, sheet.course.job.code, body.code, text))

    # How the round leaves the task

    def _settle(self, sheet: Sheet) -> None:
        course, text = sheet.course, sheet.sent
        if text is None:
            return
        course.stands = replace(text, steps=(), measures=())
        course.shown, course.progress = sheet.accepted or text.light, text.progress or 0
        for row in text.measures:
            if row.value:
                course.measured.setdefault(row.order, set()).add(self.dates.as_of.year)
        if sheet.accepted is None:
            return
        for step in text.steps:
            if step.choice == "done":
                del course.milestones[step.order]
            else:
                course.milestones[step.order] = step.on
        course.is_completed = sheet.accepted is Light.COMPLETED


_NEIGHBOURS = {
    Light.ON_TRACK: (Light.ATTENTION,),
    Light.ATTENTION: (Light.ON_TRACK, Light.REVIEW_NEEDED),
    Light.REVIEW_NEEDED: (Light.ATTENTION,),
    Light.COMPLETED: (Light.ON_TRACK,),
    Light.NOT_STARTED: (Light.ON_TRACK, Light.ATTENTION),
}
