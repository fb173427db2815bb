"""Where things stand in the charts, and that their colours can be told from what lies behind them."""

import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from tasks.charting import axis, bars, elapsed, timeline

pytestmark = pytest.mark.either

AS_OF = date(2021, 3, 12)


# Bars


@pytest.mark.parametrize("counts", [[10, 2, 0, 1, 3], [1], [0, 0, 7], [333, 333, 334], [1, 1, 1]])
@pytest.mark.parametrize("longest", [None, 2000])
def test_the_parts_of_a_bar_stand_side_by_side(counts, longest):
    whole = longest or sum(counts)
    spans = bars.stack(counts, whole)
    assert spans[0].x == 0
    for left, right in pairwise(spans):
        assert right.x == pytest.approx(left.x + left.width, abs=0.002)
    widest = max(range(len(counts)), key=lambda place: counts[place])
    for place, (count, span) in enumerate(zip(counts, spans, strict=True)):
        if count and place != widest:  # the widest one gives what the narrow ones need
            least = bars.LEAST_OF_HALF
            assert span.width == pytest.approx(max(100 * count / whole, least), abs=0.002)
        elif not count:
            assert span.width == 0


def test_every_light_keeps_its_shape_and_the_bar_its_length():
    """A number goes before the shape does: each part is wide enough for that on a phone."""
    wide, narrow, sliver = bars.stack([300, 17, 3], 320)
    assert narrow.width == pytest.approx(5.312, abs=0.002)
    assert sliver.width == bars.LEAST_OF_HALF
    assert wide.width + narrow.width + sliver.width == pytest.approx(100, abs=0.002)
    assert bars.LEAST_OF_HALF / 100 * 318 >= 15.9, "at 390 pixels"
    assert [span.number for span in (wide, narrow, sliver)] == [bars.ALWAYS, bars.NEVER, bars.NEVER]
    equal = bars.stack([1, 1], 100)  # there is nobody to take from
    assert [span.width for span in equal] == [bars.LEAST_OF_HALF] * 2
    below = [
        span.number for span in bars.stack([24, 16, 8, 300], 348, upright=True)
    ]  # not beside it, and all the width
    assert below == [bars.WHEN_WIDE, bars.WHEN_FULL, bars.WHEN_WIDE, bars.ALWAYS], "two digits need more than one"
    assert [span.width for span in bars.stack([0, 0], 0)] == [0, 0]


# The axis of months


@pytest.mark.parametrize("months", [0, 1, 5, 11, 30, 200])
def test_the_axis_holds_what_is_drawn_and_says_its_months(months):
    far = AS_OF + timedelta(days=31 * months)
    found = axis.around([far, AS_OF - timedelta(days=20 * months)], AS_OF)
    for day in (AS_OF, far, found.start, found.end):
        assert axis.INSET <= found.place(day) <= 100 - axis.INSET
    assert found.start <= AS_OF < found.end
    ticks = found.ticks
    assert 1 <= len(ticks) <= axis.TICKS + 1
    assert all(tick.day.day == 1 and found.start <= tick.day < found.end for tick in ticks)
    assert ticks[0].starts_year
    for left, right in pairwise(ticks):
        assert left.x < right.x
        assert right.starts_year == (right.day.year != left.day.year)


def test_what_lies_far_off_stands_at_the_edge():
    far = date(2050, 12, 31)
    found = axis.around([far], AS_OF)
    assert found.is_beyond(far)
    assert found.place(far) == 100 - axis.INSET
    assert found.end.year == AS_OF.year + axis.AHEAD // 12


# The timeline


def promise(key: int, current: date, *, baseline: date | None = None, done: date | None = None, moves: int = 0):
    return timeline.Promise(key, baseline or current, current, done, moves)


def test_a_milestone_is_done_or_late_or_ahead():
    day = timedelta(days=1)
    rows = [
        promise(1, AS_OF - day),
        promise(2, AS_OF),  # on the as-of date itself it is still in time
        promise(3, AS_OF - day, done=AS_OF),
        promise(4, AS_OF + 40 * day, baseline=AS_OF - 40 * day, moves=2),
        promise(5, AS_OF + 10 * day, baseline=AS_OF + 40 * day, moves=1),
    ]
    _axis, found = timeline.courses(rows, AS_OF)
    assert [row.shape for row in found] == ["late", "ahead", "done", "ahead", "ahead"]
    assert [row.goes_back for row in found] == [False, False, False, False, True]
    later = found[3]
    assert later.baseline_x < later.current_x == later.mark_x
    assert found[2].current_x < found[2].mark_x  # the mark stands on the day it was done
    assert later.words_left, "there is no room right of the last mark"
    assert later.words_x == later.baseline_x


def test_the_timeline_keeps_to_what_concerns_the_reader():
    years = timedelta(days=800)
    far, moved, late = promise(1, AS_OF + years), promise(2, AS_OF + years, moves=1), promise(3, AS_OF - years)
    old = promise(4, AS_OF - years, done=AS_OF - years)
    assert timeline.chosen([far, moved, late, old], AS_OF) == [moved, late]
    assert timeline.chosen([far, moved, late, old], AS_OF, show_all=True) == [far, moved, late, old]
    many = [promise(10 + n, AS_OF + timedelta(days=n)) for n in range(100)]
    kept = timeline.chosen([*many, moved, late], AS_OF)
    assert len(kept) == timeline.SHOWN
    assert kept[-2:] == [moved, late], "what moved or is late goes before what is only near, in the order given"
    assert kept[:-2] == many[: timeline.SHOWN - 2]
    overdue = [promise(200 + n, AS_OF - timedelta(days=n + 1)) for n in range(100)]
    often = [promise(400 + n, AS_OF + years, moves=n + 1) for n in range(100)]
    third = timeline.SHOWN // 3
    kept = timeline.chosen([*many, *overdue, *often], AS_OF)
    shares = [sum(row in rows for row in kept) for rows in (many, overdue, often)]
    assert sum(shares) == timeline.SHOWN
    assert all(share >= third for share in shares), "none of the three keeps the others out"
    assert often[-1] in kept, "what moved most often"


# Progress


@pytest.mark.parametrize(
    ("as_of", "percent"),
    [
        (date(2020, 12, 31), 0),
        (date(2021, 1, 1), 1),
        (date(2021, 2, 19), 50),
        (date(2021, 4, 10), 100),
        (date(2022, 1, 1), 100),
    ],
)
def test_the_share_of_a_hundred_days_that_has_passed(as_of, percent):
    assert elapsed.elapsed(date(2021, 1, 1), date(2021, 4, 10), as_of) == percent


def test_behind_is_more_than_ten_points_below():
    plans = [elapsed.Plan(n, date(2021, 1, 1), date(2021, 4, 10), progress) for n, progress in enumerate((60, 40, 39))]
    rows = elapsed.gaps(plans, date(2021, 2, 19))
    assert [(row.plan.key, row.points, row.is_behind) for row in rows] == [
        (2, -11, True),
        (1, -10, False),
        (0, 10, False),
    ]
    assert [row.points_text for row in rows] == ["−11", "−10", "+10"]


# Colours

TEXT, GRAPHIC = 4.5, 3.0  # WCAG AA


@pytest.fixture(scope="module")
def colours() -> dict[str, dict[str, str]]:
    """selector -> property -> colour, as charts.css says it for screens."""
    tokens: dict[str, str] = {}
    for path in (finders.find("krds/css/token/krds_tokens.css"), Path(settings.BASE_DIR, "static/css/portal.css")):
        tokens |= dict(re.findall(r"(--[\w-]+): *(#[0-9a-f]{3,6}|var\(--[\w-]+\))", Path(str(path)).read_text("utf-8")))
    css = Path(settings.BASE_DIR, "static/css/charts.css").read_text("utf-8").split("@media")[0]
    found: dict[str, dict[str, str]] = {}
    for selectors, rules in re.findall(r"([^{}/*]+)\{([^{}]*)\}", css):
        for name, value in re.findall(r"(fill|stroke|color): *([^;]+);", rules):
            while value.startswith("var("):
                value = tokens[value[4:-1]]
            for selector in selectors.split(","):
                found.setdefault(selector.strip(), {})[name] = value
    return found


def contrast(one: str, other: str) -> float:
    lights = sorted((luminance(one), luminance(other)), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


def luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_part_of_a_bar_can_be_told_apart_without_its_colour_alone(colours):
    """Its number is read on its fill, its shape stands out from the fill, its edge from the paper."""
    ink = colours[".stack text"]["fill"]
    for css in ("on", "at", "re", "do", "no"):
        fill = colours[f".f-{css}"]["fill"]
        mark = colours[f".m-{css}"]
        assert contrast(ink, fill) >= TEXT, css
        assert contrast(mark.get("fill") or mark["stroke"], fill) >= GRAPHIC, css
        assert contrast(colours[f".e-{css}"]["fill"], "#fff") >= GRAPHIC, css


def test_marks_and_their_words_stand_out_from_the_paper(colours):
    for selector in (".tick", ".said", ".points", ".points.behind"):
        rule = colours[selector]
        assert contrast(rule.get("fill") or rule["color"], "#fff") >= TEXT, selector
    for selector in (".was", ".shift", ".today", ".gone", ".between", ".between.behind", ".done"):
        assert contrast(colours[selector]["stroke"], "#fff") >= GRAPHIC, selector
    for selector in (".ahead", ".late", ".tip"):
        assert contrast(colours[selector]["fill"], "#fff") >= GRAPHIC, selector
