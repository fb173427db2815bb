"""The objects that the pages are measured on: found in the database, never named in advance."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import is_password_usable
from django.db.models import Count

from ministries.models import Posting, Role, User
from records import clock
from tasks.models import Report, Round, State

from .serving import Browser

SENDABLE = (State.MISSING, State.DRAFT)


class Unfit(Exception):
    """The database lacks something that is measured."""


@dataclass(frozen=True)
class Subject:
    """Who is measured for, and on what. `places`: what stands for the names in the addresses."""

    people: dict[str, User]
    places: dict[str, str]
    draft: Report  # of the officer, still to be sent
    sendable: list[Report]  # of others, each of which may be written and sent on its own

    def address(self, pattern: str) -> str:
        return pattern.format(**self.places)


def find() -> Subject:
    """The office, a reader, and the officer with the most tasks to report."""
    round_ = Round.objects.current()
    if round_ is None or round_.previous is None:
        raise Unfit("There is no open round after a frozen one.")
    frozen, reports = round_.previous, Report.objects.in_round(round_).select_related("lead", "task")
    officers = officers_by_ministry()
    sendable = [row for row in reports.order_by("task__code") if row.state in SENDABLE and row.lead_id in officers]
    sendable = [row for row in sendable if not row.lead.sign_off]
    if not sendable:
        raise Unfit("No report of the open round is still to be sent.")
    most = reports.filter(lead__in={row.lead_id for row in sendable}).values_list("lead").annotate(n=Count("pk"))
    lead = most.order_by("-n", "lead__code")[0][0]
    draft = next(row for row in sendable if row.lead_id == lead)
    old = Report.objects.in_round(frozen)
    places: dict[str, Any] = {
        "open": round_.no,
        "frozen": frozen.no,
        "ministry": draft.lead.code,
        "task": draft.task.code,
        "draft": draft.pk,
        "waiting": _first(reports.waiting_for_review(), "submitted"),
        "accepted": _first(old.filter(state=State.ACCEPTED), "accepted"),
    }
    people = {"coordinator": _person(Role.COORDINATOR), "reader": _person(Role.READER), "officer": officers[lead]}
    rest = [row for row in sendable if row.pk != draft.pk]
    return Subject(people, {name: str(value) for name, value in places.items()}, draft, rest)


def officers_by_ministry() -> dict[int, User]:
    """For each ministry somebody who may report for it today."""
    rows = Posting.objects.in_force(clock.today()).filter(role=Role.OFFICER).select_related("user").order_by("-pk")
    return {row.ministry_id: row.user for row in rows if row.ministry_id and is_password_usable(row.user.password)}


def _person(role: str) -> User:
    rows: Iterable[Posting] = Posting.objects.in_force(clock.today()).filter(role=role).select_related("user")
    found = next((row.user for row in rows if is_password_usable(row.user.password)), None)
    if found is None:
        raise Unfit(f"There is no {role} who can sign in.")
    return found


def _first(reports: Any, state: str) -> int:
    pk = reports.values_list("pk", flat=True).first()
    if pk is None:
        raise Unfit(f"There is no {state} report.")
    return int(pk)


def seen_on_board(browser: Browser) -> dict[str, str]:
    """The position that the person's board shows now, and one a single event older."""
    found = re.search(r'id="board-seen"[^>]*value="([^"]+)"', browser.get("/board/").text)
    if found is None:
        raise Unfit("The board does not poll.")
    seen = found.group(1)
    no, head, rest = seen.split("-", 2)
    return {"seen": seen, "older": f"{no}-{int(head) - 1}-{rest}"}
