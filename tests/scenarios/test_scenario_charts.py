"""The scenarios' charts: where their parts stand, that each number is the table's, and that nothing in them is told by its
colour alone."""

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from scenarios import charting, pathways
from scenarios.charting import Scale
from scenarios.models import ScenarioVersion
from tests.scenarios import pathway_scene as scene
from tests.tasks.test_charting import GRAPHIC, TEXT, contrast

DAY = date(2021, 3, 16)


@pytest.fixture
def table(task_force) -> pathways.Table:
    scene.loaded("2018", stated_total="100.0")
    scene.loaded("2050-A")
    ScenarioVersion.objects.get(code="2018-1").figures.filter(sector__code="SNK").update(value="-2.3")
    return pathways.table(pathways.columns(ScenarioVersion.objects.all(), DAY))


def test_columns_stand_on_nought_and_hang_below_it(table):
    drawn = charting.columns(table)
    assert drawn is not None
    for stack in drawn.stacks:
        up = [part for part in stack.parts if part.value > 0]
        down = [part for part in stack.parts if part.value < 0]
        assert up[0].y + up[0].height == pytest.approx(drawn.zero_y, abs=0.2)
        assert down[0].y == pytest.approx(drawn.zero_y, abs=0.2)
        for lower, upper in pairwise(up):
            assert upper.y + upper.height == pytest.approx(lower.y, abs=0.2)
        assert stack.top_y == pytest.approx(up[-1].y, abs=0.2)
        assert all(part.y + part.height <= drawn.height for part in stack.parts)


def test_heights_are_to_scale_and_the_net_mark_is_the_net(table):
    drawn = charting.columns(table)
    assert drawn is not None
    scale = charting.HEIGHT / (71.8 + 71.8)
    for stack in drawn.stacks:
        for part in stack.parts:
            assert part.height == pytest.approx(abs(float(part.value)) * scale, abs=0.1)
            assert part.value == stack.column.value(part.category.key)
        net = float(stack.column.sums.net.computed)
        assert drawn.zero_y - stack.net_y == pytest.approx(net * scale, abs=0.2)


def test_ticks_are_whole_and_stand_within_the_picture(table):
    drawn = charting.columns(table)
    assert drawn is not None
    assert 0 in [tick.value for tick in drawn.ticks]
    assert len(drawn.ticks) <= charting.TICKS + 1
    assert all(0 <= tick.y <= drawn.height for tick in drawn.ticks)
    assert [tick.text for tick in drawn.ticks if tick.value < 0] == ["−60", "−40", "−20"]


@pytest.mark.parametrize("places", [[10, 11, 12], [200, 200, 200, 200], [5], [], [430, 431, 432], [300, 20, 25]])
def test_labels_stand_apart_within_the_picture_and_in_their_order(places):
    found = charting.apart(places, 16, 440)
    assert len(found) == len(places)
    ordered = sorted(zip(places, found, strict=True), key=lambda pair: pair[1])
    assert [place for place, _label in ordered] == sorted(places)
    for (_one, above), (_other, below) in pairwise(ordered):
        assert below - above >= 16 - 0.1
    assert all(0 <= label <= 440 for label in found)


def test_bars_begin_at_nought_and_leave_room_for_their_numbers():
    from decimal import Decimal

    values = [Decimal("51.1"), Decimal("-84.6"), Decimal("0.0"), None]
    scale = Scale.of(values)
    right, left, nothing, unstated = (scale.bar(value) for value in values)
    assert (right.x, left.end) == (scale.zero, left.x)
    assert left.x + left.width == pytest.approx(scale.zero, abs=0.01)
    assert left.x >= charting.NAME_ROOM - 0.01
    assert right.x + right.width <= 100 - charting.NAME_ROOM + 0.01
    assert left.width / right.width == pytest.approx(84.6 / 51.1, abs=0.01)
    assert (nothing.width, nothing.text, unstated.width, unstated.text) == (0, "0.0", 0, "–")
    assert Scale.of([Decimal(3)]).zero == 0, "nothing is below nought"


def test_nothing_is_drawn_of_nothing(task_force):
    version = scene.loaded()
    version.figures.all().delete()
    assert charting.columns(pathways.table(pathways.columns(ScenarioVersion.objects.all(), DAY))) is None


def test_rows_are_told_apart_by_number_and_what_is_below_nought_by_its_place(table):
    numbers = [row.no for row in table.categories]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [row.removes for row in table.categories] == sorted(row.removes for row in table.categories)
    assert len({row.css for row in table.categories}) == len(numbers)


# Colours


@pytest.fixture(scope="module")
def colours() -> dict[str, dict[str, str]]:
    """selector -> property -> colour, as strategy.css says it for screens."""
    tokens: dict[str, str] = {}
    for path in (finders.find("krds/css/token/krds_tokens.css"), Path(settings.BASE_DIR, "static/css/portal.css")):
        tokens |= dict(re.findall(r"(--[\w-]+): *(#[0-9a-f]{3,6}|var\(--[\w-]+\))", Path(str(path)).read_text("utf-8")))
    css = Path(settings.BASE_DIR, "static/css/strategy.css").read_text("utf-8")
    css = css[css.index("/* scenarios -") :].split("@media")[0]
    found: dict[str, dict[str, str]] = {}
    for selectors, rules in re.findall(r"([^{}/*]+)\{([^{}]*)\}", css):
        for name, value in re.findall(r"(?<![\w-])(fill|stroke|color): *([^;]+);", rules):
            while value.startswith("var("):
                value = tokens[value[4:-1]]
            for selector in selectors.split(","):
                found.setdefault(selector.strip(), {})[name] = value
    return found


FILLS = [f"e{n}" for n in range(1, 9)] + [f"r{n}" for n in range(1, 5)]


@pytest.mark.parametrize("css", FILLS)
def test_every_part_can_be_read_and_told_from_its_neighbour_without_its_colour(colours, css):
    """Its number is read on it, and its edge stands out from it and from the paper: a neighbour begins where an edge is,
    whatever colours somebody sees."""
    fill, edge = colours[f".{css}"]["fill"], colours[".part"]["stroke"]
    assert contrast(colours[".part-no"]["fill"], fill) >= TEXT
    assert contrast(edge, fill) >= GRAPHIC
    assert contrast(edge, "#fff") >= GRAPHIC


def test_patterns_lines_and_words_stand_out(colours):
    for selector in (".hatch", ".lead", ".zero-line", ".net", ".pair-0", ".pair-1"):
        assert contrast(colours[selector]["stroke"], "#fff") >= GRAPHIC, selector
    for css in FILLS:
        assert contrast(colours[".hatch"]["stroke"], colours[f".{css}"]["fill"]) >= GRAPHIC, css
    assert contrast(colours[".closes"]["color"], "#f4f5f6") >= TEXT
    assert contrast(colours[".b-mark"]["color"], "#fff") >= TEXT
    assert contrast(colours[".pair-0"]["stroke"], colours[".pair-0"]["fill"]) >= GRAPHIC
