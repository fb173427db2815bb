"""The form of a version's figures: its sums while somebody types, with and without a script, and what a refusal keeps."""

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from ministries.models import User
from records.models import Event, Receipt
from scenarios.models import ScenarioVersion
from tasks import numbers
from tests.cast import TaskForce
from tests.pages import HTMX, dead_links, fields, filled, form, page, visitor
from tests.scenarios import pathway_scene as scene

pytestmark = [pytest.mark.django_db, pytest.mark.either, pytest.mark.usefixtures("domain_time")]


@pytest.fixture
def draft(task_force: TaskForce, at) -> ScenarioVersion:
    return scene.bring("draft", task_force, at=at)


@pytest.fixture
def office(coordinator: User) -> Client:
    return visitor(coordinator)


def figures(version: ScenarioVersion) -> str:
    return f"/scenarios/versions/{version.pk}/figures/"


def sums(version: ScenarioVersion) -> str:
    return f"/scenarios/versions/{version.pk}/sums/"


def typed(office: Client, version: ScenarioVersion, **changed: str) -> dict[str, Any]:
    """What the form sends after somebody typed this into it."""
    return filled(page(office.get(figures(version))), figures(version)) | changed


def test_the_form_shows_its_sums_and_a_row_for_each_figure(draft, office):
    answer = office.get(figures(draft))
    shown = page(answer)
    bar = shown.one("div", id="sums-now")
    assert (bar["hx-post"], bar["hx-include"]) == (sums(draft), "#figures-form")
    assert "Net 0.0 stated 0.0" in bar.text
    assert [row.text for row in shown.one("tbody").all("label", for_="f0-value")] == ["Energy transition"]
    assert not [row for row in shown.one("tbody").all("details") if "open" in row], "nothing is unfolded unasked"
    assert dead_links(office, answer) == []


def test_a_typed_value_moves_the_sums_and_writes_nothing(draft, office):
    sent = typed(office, draft, **{"f0-value": "20.8", "f1-source": "", "note_ko": "\0"})
    before = (Event.objects.count(), Receipt.objects.count(), scene.stands(draft))
    answer = office.post(sums(draft), sent, headers=HTMX)
    assert answer.status_code == 200
    shown = page(answer)
    assert not shown.all("form"), "the part alone"
    assert "Net 0.1 stated 0.0 Difference +0.1" in shown.text
    assert (Event.objects.count(), Receipt.objects.count(), scene.stands(draft)) == before


@pytest.mark.parametrize("wrong", ["viel", "NaN", "1e999", "20.75", "-Infinity", "１２", "\0"])
def test_what_is_no_number_is_said_and_not_summed(draft, office, wrong):
    answer = office.post(sums(draft), typed(office, draft, **{"f1-value": wrong}), headers=HTMX)
    assert answer.status_code == 200
    if wrong == "１２":  # full-width digits are digits
        assert "err" not in answer.content.decode()
    else:
        assert "1 field is no number of one decimal" in page(answer).text


def test_a_row_taken_out_is_not_summed(draft, office):
    answer = office.post(sums(draft), typed(office, draft, **{"f2-gone": "1"}), headers=HTMX)
    assert "Below zero 0.0" in page(answer).text


def test_without_a_script_the_button_shows_the_same_and_keeps_what_was_typed(draft, office):
    shown = page(office.get(figures(draft)))
    [button] = [row for row in shown.all("button") if row["formaction"]]
    assert button["formaction"] == sums(draft)
    sent = typed(
        office, draft, **{"f0-value": "20.8", "f1-source": "다른 출처", "f3-value": "x", "note_ko": "고친 설명"}
    )
    answer = office.post(sums(draft), sent)
    assert answer.status_code == 200
    shown = page(answer)
    assert {row.text for row in shown.all("a", aria_current="page")} >= {"Scenarios"}, "one is where one was"
    assert "Net 0.1 stated 0.0 Difference +0.1" in shown.one("div", id="sums-now").text
    kept = fields(shown, form(shown, figures(draft)))
    for name in ("f0-value", "f1-source", "f3-value", "note_ko", "version", "key"):
        assert kept[name] == [sent[name]] if isinstance(sent[name], str) else sent[name], name
    assert shown.one("p", id="f3-value-error").text == "Give a number."
    assert shown.one("input", id="f3-value")["aria-invalid"] == "true"


def test_a_check_does_not_hide_that_somebody_else_was_faster(draft, office, coordinator_2, at):
    sent = typed(office, draft, **{"f0-value": "19.9"})
    scene.change(draft, scene.with_value(draft, "22.2"), by=coordinator_2, at=at)
    for address, more in ((sums(draft), {}), (figures(draft), {"f1-value": "viel"})):
        shown = page(office.post(address, sent | more))
        kept = fields(shown, form(shown, figures(draft)))
        answer = office.post(figures(draft), kept | {"f1-value": "51.1"})
        assert answer.status_code == 409, address


def test_a_refusal_names_the_row_and_opens_it(draft, office):
    sent = typed(office, draft, **{"f1-source": "", "f0-value": "viel"})
    answer = office.post(figures(draft), sent)
    assert answer.status_code == 422
    shown = page(answer)
    said = shown.one("div", class_="note-box error").one("ul")
    assert {(row.one("a")["href"], row.one("a").text) for row in said.all("li")} >= {("#f0-value", "Energy transition")}
    shown = page(office.post(figures(draft), sent | {"f0-value": "20.8"}))
    [unfolded] = [row for row in shown.one("tbody").all("details") if "open" in row]
    assert unfolded.one("textarea", id="f1-source").text == ""
    assert shown.one("p", id="f1-source-error").text == "Give the figure’s source."


@pytest.mark.parametrize(("language", "name"), [("ko", "전환"), ("en", "Energy transition")])
def test_the_rows_to_check_anew_are_named_in_the_readers_language(draft, coordinator, language, name):
    browser = visitor(coordinator, language=language)
    answer = browser.post(figures(draft), typed(browser, draft, **{"f0-value": "20.8"}), follow=True)
    said = page(answer).one("div", id="messages").text
    assert said.rstrip(".").endswith(name)


@pytest.mark.parametrize("text", ["52,1", "1,0", "1,00,0", "1,163,4", ",5", "5,"])
def test_a_comma_that_groups_no_thousands_is_refused_at_its_field(draft, office, text):
    """Kept without its comma, 52,1 would be 521."""
    before = scene.stands(draft)
    shown = page(office.post(figures(draft), typed(office, draft, **{"f0-value": text, "stated_gross": text})))
    for name in ("f0-value", "stated_gross"):
        assert "decimal point as a point" in shown.one("p", id=f"{name}-error").text
        assert shown.one("input", id=name)["value"] == text
    assert scene.stands(draft) == before


@pytest.mark.parametrize(
    ("text", "value"), [("1,163.4", "1163.4"), ("−1,163", "-1163"), (" 52.1 ", "52.1"), ("12,345,6", None)]
)
def test_numbers_are_read_as_they_are_written_and_copied(text, value):
    if value is None:
        with translation.override("en"), pytest.raises(ValueError, match="commas only between thousands"):
            numbers.ungrouped(text)
    else:
        assert numbers.ungrouped(text) == value
