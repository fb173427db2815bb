"""What people write: drafts that are saved while one types, submissions alone, and all at once."""

import re
from collections.abc import Iterator
from itertools import count
from typing import Any
from uuid import uuid4

from django.conf import settings

from ministries.models import User
from records import clock
from tasks import content, workflow
from tasks.models import Report

from .pages import HTMX, INSERT
from .serving import Answer, Browser
from .sessions import session_of
from .surge import Press

COUNTED = re.compile(r'id="counted-\d+" value="([^"]*)"')
RESULTS = (
    "ㅇ 이행계획 초안을 마련하고 관계부처 의견을 들어 보완함 (2차 회의 결과 반영)\n- 전문가 자문 3회, 현장 점검 1회\n"
    * 3
)


def text_of(report: Report, codes: dict[str, int]) -> content.Raw:
    """A text that may be sent: light, results, plans, and something on whatever the report owes."""
    rules = content.Rules.of(report, codes)
    due = {"choice": "done", "on": f"{rules.as_of:%Y-%m-%d}", "cause": "", "reason": ""}
    return content.blank() | {
        "light": "on_track",
        "results": RESULTS,
        "plans": "ㅇ 관계부처 협의 후 확정 예정",
        "milestones": {str(row.pk): due for row in rules.milestones if row.current_on <= rules.as_of},
        "indicators": {str(pk): {"value": "", "note": "집계 중"} for pk in rules.owed},
    }


def prepare(reports: list[Report], officers: dict[int, User], number: int) -> list[Report]:
    """So many of the reports with a draft that may go."""
    codes = workflow.ministry_codes()
    ready: list[Report] = []
    for report in reports:
        if len(ready) == number:
            break
        raw = text_of(report, codes)
        if content.problems_of(raw, content.Rules.of(report, codes)):
            continue
        by = officers[report.lead_id]
        ready.append(workflow.save_draft(report.pk, by=by, at=clock.now(), version=report.version, raw=raw))
    return ready


def presses(reports: list[Report], officers: dict[int, User]) -> list[Press]:
    """Each report sent on its own from the check page, by an officer of its ministry who is signed in."""
    people = {report.lead_id: officers[report.lead_id] for report in reports}
    cookies = {lead: {settings.SESSION_COOKIE_NAME: session_of(user)} for lead, user in people.items()}
    return [Press("/my-tasks/submit/", sending(report), with_token(cookies[report.lead_id])) for report in reports]


def sending(report: Report) -> dict[str, str]:
    """The form by which one report goes out alone."""
    return {"changed": f"{report.pk}:{report.version}", "key": str(uuid4()), "ministry": report.lead.code}


def with_token(cookies: dict[str, str]) -> dict[str, str]:
    return cookies | {settings.CSRF_COOKIE_NAME: "t" * 32}


class Typist:
    """Saves one draft again and again, as the page does while somebody types: all of the row's fields, each time with
    another text, and the version that the last answer brought."""

    def __init__(self, browser: Browser, report: Report) -> None:
        self.browser, self.report, self.version = browser, report, report.version
        self.texts, self.counted = self._texts(), ""

    def _texts(self) -> Iterator[str]:
        return (f"{RESULTS}- {number}" for number in count())

    def fields(self) -> dict[str, Any]:
        prefix = f"r{self.report.pk}-"
        raw = content.blank() | {"light": "on_track", "plans": "ㅇ 협의 예정", "results": next(self.texts)}
        return {f"{prefix}{name}": raw[name] for name in content.STRINGS} | {
            f"{prefix}version": str(self.version),
            f"{prefix}counted": self.counted,
        }

    def save(self, **headers: str) -> Answer:
        address = f"/reports/{self.report.pk}/draft/"
        answer = self.browser.post_multipart(address, self.fields(), **HTMX, **headers)
        self.version += 1
        # As the page does, the next save says how the row is counted there.
        if said := COUNTED.search(answer.text):
            self.counted = said[1]
        return answer

    def insert(self) -> Answer:
        """The floor: the same form, into one bare row."""
        return self.browser.post_multipart(INSERT, self.fields())
