"""The daily work on a version: what is open at a glance, words of divisions row by row, sources that are of an earlier
value, what a publication left open, and one number for one sector everywhere."""

from typing import Any

import pytest
from django.utils import translation

from scenarios import charting, pathways, sums, trail
from scenarios.models import ScenarioVersion, SectorFigure, SignedOff
from tests.builders import kst
from tests.pages import dead_links, page, visitor
from tests.scenarios import pathway_scene as scene

pytestmark = [pytest.mark.django_db, pytest.mark.either, pytest.mark.usefixtures("domain_time")]
HERE = "/scenarios/2050-A/2/"
DAY = kst(2021, 3, 16, 14).date()


# Published with something left open


@pytest.mark.parametrize("who", ["coordinator", "me_officer", "reader"])
def test_what_was_open_stands_on_top_with_the_reason(task_force, at, who):
    office, version = task_force.people["coordinator"], scene.bring("commented", task_force, at=at)
    scene.publish(version, by=office, at=at, reason="일정상 앞당김")
    shown = page(visitor(task_force.people[who]).get(HERE))
    said = shown.one("div", class_="note-box left-open").text
    for text in (
        "Open when it was published",
        "1 comment of a ministry was not answered.",
        "2 divisions had not signed off.",
        "Ministries could still comment.",
        "Why it was published all the same 일정상 앞당김",
    ):
        assert text in said
    assert "Sign-off 0/2" in shown.text


def test_nothing_is_said_where_nothing_was_open(task_force, coordinator, at):
    scene.loaded()
    shown = page(visitor(coordinator).get("/scenarios/2050-A/1/"))
    assert "Open when it was published" not in shown.text
    assert "Sign-off of the divisions" not in shown.text, "what was loaded was not signed off here"


# Sources


def outdated(version: ScenarioVersion) -> list[str]:
    pks = trail.of_version(scene.fresh(version)).outdated_sources
    return [row.name_ko for row in SectorFigure.objects.filter(pk__in=pks)]


def put(version: ScenarioVersion, at: Any, office: Any, **more: Any) -> None:
    now = scene.stands(version)
    value = more.pop("value", str(now.figures[0].value))
    figures = (scene.row(version, value, **more), *now.figures[1:])
    scene.change(
        version, type(now)(now.note_ko, now.note_en, now.stated_total, now.stated_gross, figures), by=office, at=at
    )


def test_a_changed_figure_does_not_keep_its_source_silently(task_force, coordinator, at):
    version, office = scene.bring("draft", task_force, at=at), visitor(coordinator)
    assert outdated(version) == []
    put(version, at, coordinator, value="20.8")
    assert outdated(version) == ["전환"]
    for address in (HERE, f"/scenarios/versions/{version.pk}/figures/"):
        assert "source of an earlier figure" in page(office.get(address)).text
    put(version, at, coordinator, vintage_ko="2019년 인벤토리")
    assert outdated(version) == ["전환"], "another vintage is no other source"
    put(version, at, coordinator, source="https://example.org/new")
    assert outdated(version) == []
    assert "source of an earlier figure" not in page(office.get(HERE)).text


def test_seen_in_its_source_or_changed_back_it_is_that_ones_source(task_force, coordinator, at):
    version = scene.bring("draft", task_force, at=at)
    put(version, at, coordinator, value="20.8")
    put(version, at, coordinator, verified="V")
    assert outdated(version) == []
    put(version, at, coordinator, value="21.0")
    assert outdated(version) == ["전환"]
    put(version, at, coordinator, value="20.8")
    assert outdated(version) == []


# One number for one sector


def test_a_sector_has_its_number_and_fill_in_every_table(task_force, coordinator, at):
    scene.loaded()
    version = scene.bring_more(coordinator, at)
    every = pathways.columns(ScenarioVersion.objects.all(), DAY)
    together = {row.key: (row.no, row.css) for row in pathways.table(every).categories}
    assert len({no for no, _css in together.values()}) == len(together)
    for column in every:
        for row in pathways.table([column]).categories:
            assert (row.no, row.css) == together[row.key]
    assert together["·탈루 등"][0] == len(together), "what a draft alone states comes after what is published"
    drawn = charting.columns(pathways.table([pathways.column(version, DAY)]))
    assert drawn is not None


# Words


def test_before_it_is_published_a_total_is_stated():
    class Head:
        stated_total, stated_gross, is_published = sums.NOTHING, None, False

    with translation.override("en"):
        assert sums.of(Head(), []).net.text == "The figures sum exactly to the stated total."
    assert not sums.of(Head(), []).net.is_published
    Head.is_published = True
    assert sums.of(Head(), []).net.is_published


# Work at a glance


def test_publishing_is_second_until_nothing_is_left(task_force, coordinator, at):
    version, office = scene.bring("answered", task_force, at=at), visitor(coordinator)
    address = f"/scenarios/versions/{version.pk}/publish/"

    def button() -> str:
        [found] = [row for row in page(office.get(HERE)).all("a") if row["href"] == address]
        return found["class"]

    assert "tertiary" in button()
    for division in scene.divisions():
        scene.sign(version, division, by=coordinator, at=at)
    ScenarioVersion.objects.filter(pk=version.pk).update(comments_until=at.replace(year=at.year - 1))
    assert button() == "krds-btn xsmall"


def test_the_counts_lead_the_page_and_the_list(task_force, coordinator, me_officer, at):
    version = scene.bring("commented", task_force, at=at)
    first, second = scene.divisions()
    scene.sign(version, first, by=coordinator, at=at)
    scene.sign(version, second, by=coordinator, at=at, agrees=False, text="근거 부족")
    office = visitor(coordinator)
    said = "Sign-off 1/2 · Does not agree 1 Comments 1 1 to answer Not heard from 3"
    shown = " ".join(part.text for part in page(office.get(HERE)).all("dl", class_="facts"))
    assert said in shown
    answer = office.get("/scenarios/")
    assert said in page(answer).one("section", class_="note-box work screen").text
    assert dead_links(office, answer) == []
    ministry = page(visitor(me_officer).get("/scenarios/")).one("section", class_="note-box work screen").text
    assert "comments until" in ministry
    assert "Sign-off" not in ministry, "what others said is the office's"


def test_nothing_worked_on_has_no_strip(task_force, reader):
    scene.loaded()
    assert "Being worked on" not in page(visitor(reader).get("/scenarios/")).text


def test_a_division_signs_off_by_one_button_of_its_row(task_force, coordinator, at):
    version, office = scene.bring("draft", task_force, at=at), visitor(coordinator)
    address = f"/scenarios/versions/{version.pk}/sign-off/"
    first, second = scene.divisions()
    found = page(office.get(HERE))
    assert [row["value"] for row in found.all("input", name="division")] == [str(first.pk), str(second.pk)]
    sent = {"version": version.version, "division": first.pk, "agrees": "yes", "text": ""}
    answer = office.post(address, sent)
    assert answer.headers["Location"] == f"{HERE}#sign-off"
    assert SignedOff.objects.get().agrees


def test_a_refused_word_is_kept_in_its_row(task_force, coordinator, at):
    version, office = scene.bring("draft", task_force, at=at), visitor(coordinator)
    _first, second = scene.divisions()
    sent = {"version": version.version, "division": second.pk, "agrees": "no", "text": " "}
    answer = office.post(f"/scenarios/versions/{version.pk}/sign-off/", sent)
    assert answer.status_code == 422
    shown = page(answer)
    assert shown.one("textarea", id=f"word-{second.pk}")["aria-invalid"] == "true"
    assert shown.one("p", id="text-error").text == "Say what the division does not agree with."
