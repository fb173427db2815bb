"""The demo: real tasks and ministries, sample texts, known passwords, and a clock that stands in March 2021.

`data/demo.json` holds the people, the rounds, the texts and the script; the verbs of the workflow do the rest.
"""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection, transaction

from ministries.models import Ministry, Posting, Role, User
from records import clock
from records.triggers import drop_all
from tasks.models import Indicator, Kind, Milestone, Round, Target, Task

from .. import reference
from ..models import Meeting
from . import candidates, meeting, opinions, public, scenarios, working_group
from .script import Player, moment, sample

SCRIPT = settings.BASE_DIR / "data" / "demo.json"
NOW = moment("2021-03-16 14:00")  # inside the second meeting's known bounds
AFTER_MEETING = moment("2021-03-23 15:00")  # on the day that the demo gives it
PASSWORD = "demo-2050"  # noqa: S105 (printed at every start; the accounts are refused outside demo settings)
WITHOUT_ADDRESS = "kfs-officer"  # so that the page of the mail shows what cannot be sent
GROWING = (candidates, opinions, public, working_group, scenarios)  # how the strategy grows
POSTED_FROM = date(2020, 12, 1)
SECOND_MEETING_ON = date(2021, 3, 23)  # a demonstration: nobody knows the real day


class NotADemo(Exception):
    """The settings are not the demo's: its accounts and texts have no place there."""

    def __init__(self) -> None:
        super().__init__("The demo is loaded under demo settings only.")


def script() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(SCRIPT.read_text(encoding="utf-8"))
    return content


def is_loaded() -> bool:
    """Whether there is anything that the demo would be in the way of."""
    return Round.objects.exists()


def load(*, at_clock: bool = True, after_meeting: bool = False) -> bool:
    """Load reference data and demo, all or nothing; False where rounds stand already, and then nothing is touched.

    `at_clock`: let the domain's clock stand at the demo's moment. `after_meeting`: go on until the second meeting was
    held: its round is frozen, its attendance marked, its remarks and decisions entered, its outcome not yet circulated.
    Raises NotADemo under other settings.
    """
    if not settings.DEMO:
        raise NotADemo
    if is_loaded():
        return False
    with transaction.atomic():
        if at_clock:
            clock.start_at(AFTER_MEETING if after_meeting else NOW)
        reference.load()
        content = script()
        player = Player(_people(content["people"]), content["texts"])
        Ministry.objects.filter(code="FSC").update(sign_off=True)
        _milestones(content["milestones"])
        _indicators(content["indicators"])
        rounds = _rounds(content["rounds"])
        for round_ in rounds:
            if round_.previous is not None:
                _mark_a_task_supplemented()
            for step in content["steps"]:
                if step["round"] == round_.no:
                    player.play(step)
        meeting.load(content["meetings"], player.people)
        for part in GROWING:
            part.load(player.people)
        if after_meeting:
            for step in content["after_meeting"]["steps"]:
                player.play(step)
            meeting.load(content["after_meeting"]["meetings"], player.people)
    return True


def start_over(*, after_meeting: bool = False) -> None:
    """Empty the database, records included, and load everything anew."""
    if not settings.DEMO:
        raise NotADemo
    drop_all(connection)  # emptying tables is what the triggers refuse; the flush ends by installing them again
    call_command("flush", interactive=False, verbosity=0)
    clock.shift.cache_clear()
    load(after_meeting=after_meeting)


def accounts() -> list[dict[str, Any]]:
    """The people who can sign in with the demo's password."""
    return [person for person in script()["people"] if person["signs_in"]]


def _people(listed: list[dict[str, Any]]) -> dict[str, User]:
    """People and their postings, by user name. The password is hashed once: that takes longer than all the rest."""
    ministries = {ministry.code: ministry for ministry in Ministry.objects.all()}
    password, nobody = make_password(PASSWORD), make_password(None)
    people = {}
    for person in listed:
        user = User.objects.create(
            username=person["username"],
            name_ko=person["name_ko"],
            name_en=person["name_en"],
            email="" if person["username"] == WITHOUT_ADDRESS else f"{person['username']}@demo.example",
            password=password if person["signs_in"] else nobody,
            is_demo=True,
            is_staff=person["role"] == Role.ADMINISTRATOR,
        )
        ministry = ministries[person["ministry"]] if person["ministry"] else None
        telephone = person.get("telephone", "")  # nobody's: whom to call stands on pages of the public
        Posting.objects.create(
            user=user, ministry=ministry, role=person["role"], starts_on=POSTED_FROM, telephone=telephone
        )
        people[user.username] = user
    return people


def _milestones(listed: list[dict[str, Any]]) -> None:
    for row in listed:
        task = Task.objects.get(code=row["task"])
        on = date.fromisoformat(row["on"])
        Milestone.objects.create(
            task=task,
            order=1,
            title_ko=sample([row["title_ko"]]) if row["sample"] else row["title_ko"],
            title_en=sample([row["title_en"]], "en") if row["sample"] else row["title_en"],
            baseline_on=on,
            current_on=on,
            source="" if row["sample"] else task.source,
            verified="B" if row["sample"] else task.verified,
        )


def _indicators(listed: list[dict[str, Any]]) -> None:
    """Samples, all of them."""
    for row in listed:
        indicator = Indicator.objects.create(
            task=Task.objects.get(code=row["task"]),
            title_ko=sample([row["title_ko"]]),
            title_en=sample([row["title_en"]], "en"),
            unit_ko=row["unit_ko"],
            unit_en=row["unit_en"],
            every=row["every"],
        )
        Target.objects.bulk_create(
            Target(indicator=indicator, year=int(year), value=Decimal(value)) for year, value in row["targets"].items()
        )


def _rounds(listed: list[dict[str, Any]]) -> list[Round]:
    """The rounds, each bound to its meeting."""
    rounds: dict[int, Round] = {}
    for row in listed:
        rounds[row["no"]] = Round.objects.create(
            no=row["no"],
            previous=rounds.get(row["previous"]),
            observes_from=date.fromisoformat(row["observes_from"]),
            as_of=date.fromisoformat(row["as_of"]),
            opens_at=moment(row["opens_at"]),
            due_at=moment(row["due_at"]),
            guide_ko=sample(row.get("guide_ko", [])),
            guide_en=sample(row.get("guide_en", []), "en"),
        )
        Meeting.objects.filter(no=row["meeting"]).update(round=rounds[row["no"]])
    Meeting.objects.filter(no=2).update(date=SECOND_MEETING_ON, date_note_ko="시연", date_note_en="demonstration")
    return list(rounds.values())


def _mark_a_task_supplemented() -> None:
    """No page names a supplemented task; the board has to show one."""
    Task.objects.filter(code="MOE-02").update(
        kind=Kind.SUPPLEMENTED,
        note_ko="구분(보완과제)은 예시입니다",
        note_en="The kind (supplemented) is a sample",
    )
