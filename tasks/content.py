"""The content of a report: from what was typed (`raw`, plain JSON) to what may be sent (`Content`), with its rules.

`raw` is a dict of strings, as a form sends it and as a draft keeps it:
light, progress, results, plans, issues, completed_on, also_reason: str; addressed_to: list of ministry codes;
milestones: {milestone id: {choice: keep|done|move, on, cause, reason}}; attachments and contributions: lists of ids,
which no form sends: files come and go by their own verbs, what a supporting ministry wrote is taken over by another.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ministries.directory import Directory
from records.chain import sha256
from records.errors import Invalid
from tfportal import dates
from tfportal.language import normalise

from .models import Attachment, Cause, Contribution, Field, Light, Milestone, Report, Return, Revision
from .models.reporting import TEXT_LIMIT

Raw = dict[str, Any]
Problems = dict[str, list[str]]

TEXTS = ("results", "plans", "issues")
STRINGS = ("light", "progress", *TEXTS, "completed_on", "also_reason")
MILESTONE_STRINGS = ("choice", "on", "cause", "reason")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL, and halves of surrogate pairs: no database takes them
UNTYPED = ("attachments", "contributions")  # what a text carries and no form sends: ids
FILES_LIMIT = 10  # of one report: what a reviewer still opens
STORED_LIMIT = 20_000  # characters of one text that a draft keeps; what is sent has TEXT_LIMIT


@dataclass(frozen=True)
class MilestoneAnswer:
    """What a report says of one milestone: done or moved to `on`. Kept ones have no answer."""

    milestone: Milestone
    done: bool
    on: date
    cause: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Content:
    """A report that keeps every rule. `progress` is a percentage, 0 to 100; `addressed_to` holds ministry codes."""

    light: Light
    results: str
    plans: str
    issues: str = ""
    progress: int | None = None
    completed_on: date | None = None
    addressed_to: tuple[str, ...] = ()
    milestones: tuple[MilestoneAnswer, ...] = ()
    also_reason: str = ""
    attachments: tuple[Attachment, ...] = ()
    contributions: tuple[Contribution, ...] = ()  # what of the supporting ministries' texts it took over

    def hashed(self) -> dict[str, Any]:
        """What a revision's SHA-256 covers: nothing in it depends on a database's keys. A text without attachments
        or contributions hashes as it did before there were any."""
        files = sorted((row.name, row.sha256) for row in self.attachments)
        attached = {"attachments": [{"name": name, "sha256": sha256} for name, sha256 in files]} if files else {}
        origins = sorted((row.ministry.code, row.no, sha256(row.text)) for row in self.contributions)
        taken = [{"ministry": code, "no": no, "sha256": digest} for code, no, digest in origins]
        return (
            attached
            | ({"contributions": taken} if taken else {})
            | {
                "light": self.light.value,
                "progress": self.progress,
                "results": self.results,
                "plans": self.plans,
                "issues": self.issues,
                "completed_on": self.completed_on,
                "addressed_to": sorted(self.addressed_to),
                "also_reason": self.also_reason,
                "milestones": [
                    {
                        "milestone": answer.milestone.order,
                        "was": answer.milestone.current_on,
                        "done": answer.done,
                        "on": answer.on,
                        "cause": answer.cause,
                        "reason": answer.reason,
                    }
                    for answer in self.milestones
                ],
            }
        )


@dataclass(frozen=True)
class Rules:
    """What the rules of one report depend on. `codes`: ministry code -> id, of every ministry that may be asked."""

    as_of: date
    milestones: tuple[Milestone, ...]
    codes: Mapping[str, int]
    returned: Return | None = None
    sent: Raw = field(default_factory=dict)  # the text that was returned
    files: Mapping[str, Attachment] = field(default_factory=dict)  # the report's own, by their ids
    contributions: Mapping[str, Contribution] = field(default_factory=dict)  # likewise

    @classmethod
    def of(cls, report: Report, codes: Mapping[str, int]) -> "Rules":
        """The rules of this report; reads its open milestones and its open return."""
        returned = open_return(report)
        return cls(
            as_of=report.round.as_of,
            milestones=tuple(open_milestones(report)),
            codes={code: pk for code, pk in codes.items() if pk != report.lead_id},
            returned=returned,
            sent=tidy(raw_of(report.current)) if returned and report.current else {},
            files=files_of(report),
            contributions={str(row.pk): row for row in report.contributions.all()},
        )


def files_of(report: Report) -> dict[str, Attachment]:
    """Every file that was ever attached to the report and is still there, by its id as a text carries it."""
    return {str(row.pk): row for row in report.attachments.all()}


def open_return(report: Report) -> Return | None:
    """The return that the ministry still owes an answer to."""
    return next((row for row in report.returns.all() if row.resolved_by_id is None), None)


def open_milestones(report: Report) -> list[Milestone]:
    """The task's milestones that are not done, in order."""
    return [row for row in report.task.milestones.all() if row.done_on is None]


def due_milestones(report: Report) -> list[Milestone]:
    """Open milestones whose date has come by the round's as-of date."""
    return [row for row in open_milestones(report) if row.current_on <= report.round.as_of]


def blank() -> Raw:
    return dict.fromkeys(STRINGS, "") | {"addressed_to": [], "milestones": {}} | no_ids()


def no_ids() -> Raw:
    """Of what no form sends: nothing."""
    return {name: [] for name in UNTYPED}


def tidy(raw: Mapping[str, Any]) -> Raw:
    """The known fields only, as normalised strings: whatever else was sent is ignored. Kept milestones are left out."""
    clean = blank()
    for name in STRINGS:
        value = raw.get(name, "")
        clean[name] = normalise(value) if isinstance(value, str) else ""
    codes = raw.get("addressed_to", [])
    clean["addressed_to"] = sorted({str(code) for code in codes}) if isinstance(codes, list) else []
    for name in UNTYPED:
        rows = raw.get(name, [])
        wanted = {str(pk) for pk in rows} if isinstance(rows, list) else set()
        clean[name] = sorted(wanted, key=lambda pk: (len(pk), pk))  # as numbers go
    milestones = raw.get("milestones", {})
    for key, answer in milestones.items() if isinstance(milestones, dict) else ():
        if isinstance(answer, dict) and str(answer.get("choice", "keep")) not in ("", "keep"):
            clean["milestones"][str(key)] = {name: normalise(str(answer.get(name, ""))) for name in MILESTONE_STRINGS}
    return clean


def raw_of(revision: Revision | None, *, with_dates: bool = True) -> Raw:
    """A sent text as form values. Without its dates, files and origins it is the start of the next round's text."""
    if revision is None:
        return blank()
    codes = sorted(row.addressed_to.code for row in revision.requests.all())
    milestones = {
        str(row.milestone_id): {
            "choice": "done" if row.done_on else "move",
            "on": str(row.done_on or row.new_on),
            "cause": row.cause,
            "reason": row.reason,
            "old": str(row.old_on),  # for reading: what the date was; tidy() drops it
        }
        for row in (revision.milestone_changes.all() if with_dates else ())
    }
    return blank() | {
        "light": revision.light,
        "progress": "" if revision.progress is None else str(revision.progress),
        "results": revision.results,
        "plans": revision.plans,
        "issues": revision.issues,
        "completed_on": str(revision.completed_on or ""),
        "also_reason": revision.also_reason if with_dates else "",
        "addressed_to": codes,
        "milestones": milestones,
        "attachments": [str(row.attachment_id) for row in (revision.attached.all() if with_dates else ())],
        "contributions": [str(row.contribution_id) for row in (revision.taken.all() if with_dates else ())],
    }


def hashed_of(revision: Revision) -> dict[str, Any]:
    """What the SHA-256 of a sent text covers, read from its rows: what `Content.hashed()` gave when it was sent. The
    milestones carry the dates that they had then. Raises ValueError for a light that there is not."""
    changes = sorted(revision.milestone_changes.all(), key=lambda row: row.milestone.order)
    answers = [
        MilestoneAnswer(
            Milestone(order=row.milestone.order, current_on=row.old_on),
            done=row.done_on is not None,
            on=row.done_on or row.new_on or row.old_on,  # by constraint one of the first two is there
            cause=row.cause,
            reason=row.reason,
        )
        for row in changes
    ]
    return Content(
        light=Light(revision.light),
        results=revision.results,
        plans=revision.plans,
        issues=revision.issues,
        progress=revision.progress,
        completed_on=revision.completed_on,
        addressed_to=tuple(row.addressed_to.code for row in revision.requests.all()),
        milestones=tuple(answers),
        also_reason=revision.also_reason,
        attachments=tuple(row.attachment for row in revision.attached.all()),
        contributions=tuple(row.contribution for row in revision.taken.all()),
    ).hashed()


def start_of(report: Report) -> Raw:
    """What the form shows before anyone typed: the returned text, else the baseline's, else nothing."""
    if report.current_id:
        return tidy(raw_of(report.current) | {"also_reason": ""})
    return baseline_of(report)


def baseline_of(report: Report) -> Raw:
    """The start of a report that nobody has touched: last round's text without its dates, files and origins."""
    return tidy(raw_of(report.baseline, with_dates=False))


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
    return problems


def too_long(length: int, limit: int) -> str:
    """Says by how much a text is over its limit."""
    return _("%(n)s characters; at most %(limit)s. Shorten the text.") % {"n": f"{length:,}", "limit": f"{limit:,}"}


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


class _Reader:
    """Reads one raw text and collects what is wrong with it."""

    def __init__(self, raw: Raw, rules: Rules, problems: Problems) -> None:
        self.raw, self.rules, self.problems = raw, rules, problems

    def wrong(self, name: str, message: str) -> None:
        self.problems.setdefault(name, []).append(message)

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
        if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= 100):
            self.wrong("progress", _("Enter a whole number from 0 to 100, or leave it empty."))
            return None
        return int(text)

    def day(self, name: str, text: str, *, until_as_of: bool) -> date | None:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            self.wrong(name, _("Enter a date such as %(example)s.") % {"example": self.rules.as_of.isoformat()})
            return None
        if until_as_of and day > self.rules.as_of:
            self.wrong(name, _("This lies after the as-of date, %(day)s.") % {"day": dates.day(self.rules.as_of)})
        elif not 2000 <= day.year <= 2100:
            self.wrong(name, _("Check the year."))
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
        on = self.day(name, answer["on"], until_as_of=done)
        if done:
            return MilestoneAnswer(milestone, True, on) if on else None
        if on and on <= self.rules.as_of:
            self.wrong(
                name, _("The new date must lie after the as-of date, %(day)s.") % {"day": dates.day(self.rules.as_of)}
            )
        if on and on == milestone.current_on:
            self.wrong(name, _("This is the date that already stands."))
        if answer["cause"] not in Cause.values:
            self.wrong(name, _("Choose the cause of the new date."))
        if not answer["reason"]:
            self.wrong(name, _("Give the reason for the new date."))
        if name in self.problems or on is None:
            return None
        return MilestoneAnswer(milestone, False, on, answer["cause"], answer["reason"])

    def attachments(self) -> tuple[Attachment, ...]:
        wanted, files = self.raw["attachments"], self.rules.files
        if any(pk not in files for pk in wanted):
            self.wrong("attachments", _("A file does not belong to this report. Remove it, and attach it again."))
        if len(wanted) > FILES_LIMIT:
            self.wrong("attachments", too_many_files())
        return tuple(files[pk] for pk in wanted if pk in files)

    def contributions(self) -> tuple[Contribution, ...]:
        known = self.rules.contributions  # rows that are never deleted: a draft names no others
        return tuple(known[pk] for pk in self.raw["contributions"] if pk in known)

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


def changed_fields(old: Raw, new: Raw) -> list[Field]:
    """The fields in which two texts differ, in the order of the page. The day of completion belongs to the light."""
    if not old:
        old = blank()
    names = {part: (part.value,) for part in Field} | {Field.LIGHT: ("light", "completed_on")}
    return [
        part for part in Field if any((old[name] or "") != (new[name] or "") for name in names[part] if name in new)
    ]


def not_taken(report: Report) -> list[Contribution]:
    """What supporting ministries wrote in this round, and the text that was sent last does not name as taken over."""
    taken = {row.contribution_id for row in report.current.taken.all()} if report.current else set()
    return [row for row in report.contributions.all() if row.pk not in taken]


def unchanged_refusal(report: Report, names: Directory | None = None) -> str:
    """Why "no change" is not possible for this report; empty when it is. The rules stand in `product.md`.
    `names`: those of the round's day, where they are at hand."""
    if open_return(report):
        return _("returned by the office")
    if report.baseline is None:
        return _("no earlier report to stand on")
    if due := due_milestones(report):
        return _("milestone due: %(title)s, %(day)s") % {
            "title": due[0].title,
            "day": dates.day(due[0].current_on, year=False),
        }
    if Light(report.baseline_light or report.baseline.light).needs_issue or Light(report.baseline.light).needs_issue:
        return _("light “%(light)s” last time") % {"light": Light(report.baseline_light or report.baseline.light).label}
    if written := not_taken(report):
        last = max(written, key=lambda row: row.at)
        return _("%(ministry)s wrote on %(day)s") % {
            "ministry": (names or Directory(report.round.as_of))[last.ministry_id].abbr,
            "day": dates.day(last.at, year=False),
        }
    return ""


def count_words(problems: Problems) -> str:
    """`2 things to mend`, for lists."""
    return ngettext("%(n)d thing to mend", "%(n)d things to mend", len(problems)) % {"n": len(problems)}
