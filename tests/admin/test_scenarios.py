"""Scenarios and the working group in the admin: what was loaded changes there, and leaves an event; drafts do not stand there."""

import pytest
from django.test import Client

from meetings import reference
from records.models import REFERENCE, Event
from scenarios.models import ScenarioVersion, SectorFigure
from tests.cast import TaskForce

from .common import address, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("task_force", "domain_time"), pytest.mark.either]


@pytest.fixture(autouse=True)
def loaded(task_force: TaskForce) -> None:
    reference.load()


@pytest.mark.parametrize("name", ["workinggroup", "publishedfigure", "scenario", "scenarioversion"])
def test_each_opens(admin_client: Client, name: str) -> None:
    listed = admin_client.get(address(f"scenarios_{name}_changelist"))
    assert listed.status_code == 200
    assert "82" in words(listed) or name != "publishedfigure"


def test_a_draft_is_not_there(admin_client: Client) -> None:
    published = ScenarioVersion.objects.get(code="2050-A-1")
    draft = ScenarioVersion.objects.create(scenario=published.scenario, code="2050-A-2", no=2)
    assert admin_client.get(address("scenarios_scenarioversion_change", draft.pk)).status_code == 302
    assert admin_client.get(address("scenarios_scenarioversion_change", published.pk)).status_code == 200


def test_a_change_leaves_an_event(admin_client: Client) -> None:
    published = ScenarioVersion.objects.get(code="2050-A-1")
    figures = list(SectorFigure.objects.filter(of=published).order_by("order"))
    names = ("order", "sector", "name_ko", "name_en", "value", "vintage_ko", "vintage_en", "source", "verified")
    form = {
        "stated_total": "0.0", "stated_gross": "", "published_on": "2021-10-27", "precision": "day",
        "note_ko": "정정", "note_en": "", "source": published.source, "verified": "V",
        "figures-TOTAL_FORMS": len(figures), "figures-INITIAL_FORMS": len(figures),
    }  # fmt: skip
    for number, row in enumerate(figures):
        values = {name: getattr(row, f"{name}_id" if name == "sector" else name) for name in names}
        form |= {f"figures-{number}-{name}": "" if value is None else value for name, value in values.items()}
        form[f"figures-{number}-id"] = row.pk
    assert admin_client.post(address("scenarios_scenarioversion_change", published.pk), form).status_code == 302
    published.refresh_from_db()
    assert published.note_ko == "정정"
    event = Event.objects.filter(stream__key=REFERENCE).last()
    assert event is not None
    assert (event.verb, event.object_type) == ("reference_changed", "scenarios.scenarioversion")
