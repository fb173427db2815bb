"""Mails about versions of scenarios. They name things; comments, answers and figures stand on the pages."""

from typing import Any

from django.utils import timezone

from ministries.directory import Directory
from ministries.models import Role, User
from outbox.models import Purpose
from outbox.owing import owe
from records.models import Event
from tasks import recipients

from .contents import SCENARIO
from .models import ScenarioComment, ScenarioVersion


def circulated(version: ScenarioVersion, *, is_changed: bool, by: User, event: Event) -> None:
    """To the officers and approvers of every ministry there is, each time that the time for comments is another one.
    `is_changed`: whether its figures are others than those that ministries were asked about before."""
    assert version.comments_until is not None  # noqa: S101 (it was given a moment ago)
    facts = _facts(version, by, event) | {"until_at": version.comments_until.isoformat()}
    facts |= {"is_changed": True} if is_changed else {}
    _to_all(Purpose.SCENARIO_CIRCULATED, version, facts, event)


def recalled(version: ScenarioVersion, *, by: User, event: Event) -> None:
    """To those who were asked to comment."""
    _to_all(Purpose.SCENARIO_RECALLED, version, _facts(version, by, event), event)


def _to_all(purpose: Purpose, version: ScenarioVersion, facts: dict[str, Any], event: Event) -> None:
    told: set[int] = set()
    ministries = [name.ministry_id for name in Directory(timezone.localdate(event.at)).in_order()]
    for ministry, people in sorted(recipients.posted([Role.OFFICER, Role.APPROVER], ministries, at=event.at).items()):
        if people - told or not people:  # who works for two ministries is written to once
            owe(
                purpose,
                people - told,
                about=_about(version, event),
                facts=facts,
                at=event.at,
                ministry=ministry,
            )
        told |= people


def answered(comment: ScenarioComment, *, by: User, event: Event) -> None:
    """To the officers and approvers of the ministry that commented."""
    people = recipients.posted([Role.OFFICER, Role.APPROVER], [comment.ministry_id], at=event.at)[comment.ministry_id]
    facts = _facts(comment.of, by, event) | {"comment": comment.pk}
    if comment.sector is not None:
        facts["sector"] = {"ko": comment.sector.name_ko, "en": comment.sector.name_en}
    about = _about(comment.of, event)
    owe(Purpose.SCENARIO_ANSWERED, people, about=about, facts=facts, at=event.at, ministry=comment.ministry_id)


def _about(version: ScenarioVersion, event: Event) -> str:
    return f"{SCENARIO.key(version.scenario)}/event/{event.seq}"


def _facts(version: ScenarioVersion, by: User, event: Event) -> dict[str, Any]:
    scenario, holder = version.scenario, event.acting_for
    return {
        "by": _names(by),
        **({"holder": _names(holder)} if holder else {}),
        "scenario": {"ko": scenario.name_ko, "en": scenario.name_en},
        "scenario_code": scenario.code,
        "no": version.no,
        "happened_at": event.at.isoformat(),
    }


def _names(person: User) -> dict[str, str]:
    return {"ko": person.name_ko or person.username, "en": person.name_en or person.username}
