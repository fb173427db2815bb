"""The rules of a report: from what was typed to what may be sent."""

import re
from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from records.errors import Invalid
from tfportal import dates

from .. import numbers
from ..models import Attachment, Cause, Contribution, Indicator, Light, Milestone
from ..models.reporting import TEXT_LIMIT
from .origins import taken_over
from .raw import STRINGS, TEXTS, UNTYPED, Problems, Raw, changed_fields
from .rules import Rules
from .sent import Content, IndicatorAnswer, MilestoneAnswer

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL, and halves of surrogate pairs: no database takes them
FILES_LIMIT = 10  # of one report: what a reviewer still opens
NOTE_LIMIT = 500  # of why an indicator has no value, or how it was measured
STORED_LIMIT = 20_000  # characters of one text that a draft keeps; what is sent has TEXT_LIMIT


def unstorable(raw: Raw) -> Problems:
    """What cannot even be kept in a draft: characters that no database takes, and texts beyond all measure."""
    problems: Problems = {}
    for name in STRINGS:
        if UNSTORABLE.search(raw[name]):
            problems.setdefault(name, []).append(_("Remove the invisible null character: it cannot be stored."))
        limit = STORED_LIMIT if name in TEXTS else 2000
        if len(raw[name]) > limit:
            problems.setdefault(name, []).append(too_long(len(raw[name]), TEXT_LIMIT if name in TEXTS else limit))
    answers = raw["milestones"]
    rest = [*raw["addressed_to"], *(pk for name in UNTYPED for pk in raw[name]), *answers]
    rest += [text for answer in answers.values() for text in answer.values()]
    if any(UNSTORABLE.search(text) or len(text) > 2000 for text in rest) or len(rest) > 1000:
        problems.setdefault("milestones", []).append(_("This cannot be stored. Shorten it."))
    measured = [*raw["indicators"], *(text for answer in raw["indicators"].values() for text in answer.values())]
    if any(UNSTORABLE.search(text) or len(text) > 2000 for text in measured) or len(measured) > 1000:
        problems.setdefault("indicators", []).append(_("This cannot be stored. Shorten it."))
    return problems


def text_problem(text: str, limit: int, *, empty: str = "") -> str:
    """Why a normalised text cannot be taken: it says nothing (in the words `empty`, where it has to say something), no
    database stores it, or it is too long. Empty where it can."""
    if UNSTORABLE.search(text):
        return _("Remove the invisible null character: it cannot be stored.")
    if len(text) > limit:
        return too_long(len(text), limit)
    return "" if text else empty


def too_long(length: int, limit: int) -> str:
    """Says by how much a text is over its limit."""
    return _("%(n)s characters; at most %(limit)s. Shorten the text.") % {"n": f"{length:,}", "limit": f"{limit:,}"}


def is_percent(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= 100


def no_percent() -> str:
    return _("Enter a whole number from 0 to 100, or leave it empty.")


def no_number() -> str:
    """Of the value of an indicator."""
    words = _(
        "Enter a number such as 1,234.5, without its unit: "
        "at most %(whole)d digits before the point and %(places)d after it."
    )
    return words % {"whole": numbers.WHOLE, "places": numbers.AFTER}


def too_many_files() -> str:
    return _("At most %(limit)s files can be attached to a report.") % {"limit": FILES_LIMIT}


def check(raw: Raw, rules: Rules) -> Content:
    """The content, when it keeps every rule of `product.md`; raises Invalid with messages by field otherwise."""
    problems = unstorable(raw)
    reader = _Reader(raw, rules, problems)
    content = reader.content()
    if problems:
        raise Invalid(problems)
    assert content is not None  # noqa: S101 (without problems there is a light)
    return content


def problems_of(raw: Raw, rules: Rules) -> Problems:
    """Why the text cannot be sent yet; empty when it can."""
    try:
        check(raw, rules)
    except Invalid as error:
        return error.problems
    return {}


class Fault(str):
    """What is wrong with a field. `part`: of a milestone's or an indicator's answer, where it is about one of them."""

    __slots__ = ("part",)
    part: str

    def __new__(cls, text: str, part: str = "") -> "Fault":
        made = super().__new__(cls, text)
        made.part = part
        return made


class _Reader:
    """Reads one raw text and collects what is wrong with it."""

    def __init__(self, raw: Raw, rules: Rules, problems: Problems) -> None:
        self.raw, self.rules, self.problems = raw, rules, problems

    def wrong(self, name: str, message: str, part: str = "") -> None:
        self.problems.setdefault(name, []).append(Fault(message, part))

    def content(self) -> Content | None:
        light = self.light()
        texts = {name: self.text(name, required=name != "issues") for name in TEXTS}
        if light and light.needs_issue and not texts["issues"]:
            self.wrong("issues", _("With the light “%(light)s”, say what the issue is.") % {"light": light.label})
        fields = {
            "progress": self.progress(),
            "completed_on": self.completed_on(light),
            "addressed_to": self.addressed_to(texts["issues"]),
            "milestones": tuple(self.milestones()),
            "also_reason": self.also_reason(),
            "attachments": self.attachments(),
            "indicators": tuple(self.indicators()),
            "contributions": self.contributions(),
        }
        return Content(light=light, **texts, **fields) if light else None  # type: ignore[arg-type]

    def light(self) -> Light | None:
        if not self.raw["light"]:
            self.wrong("light", _("Choose a light."))
        elif self.raw["light"] not in Light.values:
            self.wrong("light", _("Choose one of the five lights."))
        else:
            return Light(self.raw["light"])
        return None

    def text(self, name: str, *, required: bool) -> str:
        text: str = self.raw[name]
        if required and not text:
            self.wrong(name, _("Enter the results.") if name == "results" else _("Enter the next steps."))
        if TEXT_LIMIT < len(text) <= STORED_LIMIT:
            self.wrong(name, too_long(len(text), TEXT_LIMIT))
        return text

    def progress(self) -> int | None:
        text = self.raw["progress"].removesuffix("%").strip()
        if not text:
            return None
        if not is_percent(text):
            self.wrong("progress", no_percent())
            return None
        return int(text)

    def day(self, name: str, text: str, *, until_as_of: bool, part: str = "") -> date | None:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            example = _("Enter a date such as %(example)s.") % {"example": self.rules.as_of.isoformat()}
            said = example if text else _("Enter the date.")
            self.wrong(name, said, part)
            return None
        if until_as_of and day > self.rules.as_of:
            said = _("This lies after the as-of date, %(day)s.") % {"day": dates.day(self.rules.as_of)}
            self.wrong(name, said, part)
        elif not 2000 <= day.year <= 2100:
            self.wrong(name, _("Check the year."), part)
        else:
            return day
        return None

    def completed_on(self, light: Light | None) -> date | None:
        if light is not Light.COMPLETED:
            return None
        if not self.raw["completed_on"]:
            self.wrong("completed_on", _("Enter the day on which it was completed."))
            return None
        return self.day("completed_on", self.raw["completed_on"], until_as_of=True)

    def addressed_to(self, issues: str) -> tuple[str, ...]:
        codes = self.raw["addressed_to"]
        if unknown := [code for code in codes if code not in self.rules.codes]:
            self.wrong("addressed_to", _("Unknown ministry: %(codes)s.") % {"codes": ", ".join(unknown)[:60]})
        elif codes and not issues:
            self.wrong("issues", _("Say what you ask of the ministries that you address."))
        return tuple(sorted(code for code in codes if code in self.rules.codes))

    def milestones(self) -> Iterable[MilestoneAnswer]:
        known = {str(row.pk): row for row in self.rules.milestones}
        answers = self.raw["milestones"]
        if any(key not in known for key in answers):
            self.wrong("milestones", _("A milestone is not one of this task's any more. Open the task again."))
        for key, milestone in known.items():
            name = f"milestone-{key}"
            if key not in answers:
                if milestone.current_on <= self.rules.as_of:
                    self.wrong(name, _("This date has come: say that it is done, or move it."))
                continue
            answer = self.milestone(name, milestone, answers[key])
            if answer:
                yield answer

    def milestone(self, name: str, milestone: Milestone, answer: dict[str, str]) -> MilestoneAnswer | None:
        if answer["choice"] not in ("done", "move"):
            self.wrong(name, _("Choose: as planned, done or moved."))
            return None
        done = answer["choice"] == "done"
        on = self.day(name, answer["on"], until_as_of=done, part="on")
        if done:
            return MilestoneAnswer(milestone, True, on) if on else None
        if on and on <= self.rules.as_of:
            said = _("The new date must lie after the as-of date, %(day)s.") % {"day": dates.day(self.rules.as_of)}
            self.wrong(name, said, "on")
        if on and on == milestone.current_on:
            self.wrong(name, _("This is the date that already stands."), "on")
        if answer["cause"] not in Cause.values:
            self.wrong(name, _("Choose the cause of the new date."), "cause")
        if not answer["reason"]:
            self.wrong(name, _("Give the reason for the new date."), "reason")
        if name in self.problems or on is None:
            return None
        return MilestoneAnswer(milestone, False, on, answer["cause"], answer["reason"])

    def indicators(self) -> Iterable[IndicatorAnswer]:
        known = {str(row.pk): row for row in self.rules.indicators}
        answers = self.raw["indicators"]
        if any(key not in known for key in answers):
            self.wrong("indicators", _("An indicator is not one of this task's any more. Open the task again."))
        for key, indicator in known.items():
            answer = answers.get(key)
            if answer is not None:
                yield from self.indicator(f"indicator-{key}", indicator, answer)
            elif indicator.pk in self.rules.owed:
                self.wrong(f"indicator-{key}", _("Enter the value, or say why there is none yet."))

    def indicator(self, name: str, indicator: Indicator, answer: dict[str, str]) -> Iterable[IndicatorAnswer]:
        value = numbers.read(answer["value"])
        if answer["value"] and value is None:
            self.wrong(name, no_number())
        elif NOTE_LIMIT < len(answer["note"]) <= STORED_LIMIT:
            self.wrong(name, too_long(len(answer["note"]), NOTE_LIMIT), "note")
        else:
            yield IndicatorAnswer(indicator, value, answer["note"])

    def attachments(self) -> tuple[Attachment, ...]:
        wanted, files = self.raw["attachments"], self.rules.files
        if any(pk not in files for pk in wanted):
            self.wrong("attachments", _("A file does not belong to this report. Remove it, and attach it again."))
        if len(wanted) > FILES_LIMIT:
            self.wrong("attachments", too_many_files())
        return tuple(files[pk] for pk in wanted if pk in files)

    def contributions(self) -> tuple[Contribution, ...]:
        return taken_over(self.raw, self.rules.contributions)

    def also_reason(self) -> str:
        """Fields that the office did not return may be mended too, with a reason."""
        reason: str = self.raw["also_reason"]
        if self.rules.returned is None:
            return ""
        changed = changed_fields(self.rules.sent, self.raw)
        also = [part for part in changed if part not in self.rules.returned.unlocked()]
        if also and not reason:
            names = ", ".join(str(part.label) for part in also)
            self.wrong(
                "also_reason", _("You also changed %(fields)s, which was not returned: say why.") % {"fields": names}
            )
        return reason if also else ""


def count_words(problems: Problems) -> str:
    """`2 things to mend`, for lists."""
    return ngettext("%(n)d thing to mend", "%(n)d things to mend", len(problems)) % {"n": len(problems)}
