"""Sums of versions: those of the published figures, and what is said of one that does not close."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from meetings import reference
from records import clock
from scenarios import book_facts, figure_exports, pathways, sums
from scenarios.models import ScenarioVersion
from scenarios.sums import Check, Closing
from tests.builders import kst

AT = kst(2021, 3, 16, 14)


@dataclass(frozen=True)
class Figure:
    value: Decimal | None


@pytest.fixture
def columns(db, monkeypatch) -> dict[str, pathways.Column]:
    """The versions of the reference data by their codes, in the demo's March 2021."""
    monkeypatch.setattr(clock, "now", lambda: AT)
    reference.load()
    return {one.version.code: one for one in pathways.columns(ScenarioVersion.objects.all(), AT.date())}


def test_a_and_b_close_to_nought_and_both_targets_to_their_total(columns):
    for code, stated in (("2050-A-1", "0.0"), ("2050-B-1", "0.0"), ("2030-1", "436.6"), ("2030-2", "436.6")):
        found = columns[code].sums
        assert found.net.computed == found.net.stated == Decimal(stated), code
        assert found.net.closing is Closing.EXACT
        assert found.closes
        assert found.open == []


def test_2018_is_as_stated_and_the_rounding_is_said(columns):
    found = columns["2018-1"].sums
    assert (found.gross.stated, found.net.stated) == (Decimal("727.6"), Decimal("686.3"))
    assert (found.gross.computed, found.net.computed) == (Decimal("727.7"), Decimal("686.4"))
    assert found.gross.difference == found.net.difference == Decimal("0.1")
    assert found.gross.closing is found.net.closing is Closing.ROUNDING
    assert not found.closes
    with translation.override("en"):
        net, gross = found.open
    assert net == (
        "Net: The figures sum to 686.4: 0.1 more than the stated 686.3. "
        "Rounding explains it: 8 figures, each rounded to one decimal."
    )
    assert "727.7: 0.1 more than the stated 727.6" in gross


def test_gross_and_sinks_make_the_net(columns):
    for one in columns.values():
        assert sums.gross(one.figures) + sums.sinks(one.figures) == sums.net(one.figures)
    assert columns["2050-B-1"].sums.sinks == Decimal("-117.3")


@pytest.mark.parametrize(
    ("computed", "stated", "number", "closing"),
    [
        ("0.0", "0.0", 10, Closing.EXACT),
        ("0.1", "0.0", 1, Closing.ROUNDING),  # one figure and the total, each by half a step
        ("0.2", "0.0", 1, Closing.DIFFERS),
        ("-0.5", "0.0", 9, Closing.ROUNDING),
        ("-0.6", "0.0", 9, Closing.DIFFERS),
        ("5.0", None, 2, Closing.UNSTATED),
    ],
)
def test_how_far_rounding_reaches(computed, stated, number, closing):
    found = Check(Decimal(computed), None if stated is None else Decimal(stated), number)
    assert found.closing is closing
    assert found.closes == (closing in (Closing.EXACT, Closing.UNSTATED))


def test_a_sum_that_does_not_close_says_by_how_much():
    with translation.override("en"):
        assert Check(Decimal("3.4"), Decimal("0.0"), 4).text == (
            "The figures sum to 3.4: 3.4 more than the stated 0.0."
        )
        assert "3.4 less than the stated 6.8" in Check(Decimal("3.4"), Decimal("6.8"), 4).text


def test_what_is_not_stated_is_no_nought():
    figures = [Figure(None), Figure(Decimal("2.0")), Figure(Decimal("-0.5"))]
    assert (sums.gross(figures), sums.sinks(figures), sums.net(figures)) == (
        Decimal("2.0"),
        Decimal("-0.5"),
        Decimal("1.5"),
    )
    assert sums.change(None, Decimal(1)) is None
    assert sums.change(Decimal(1), Decimal(0)) is None
    assert sums.change(Decimal("51.1"), Decimal("260.5")) == Decimal("-80.4")
    assert sums.change(Decimal("-26.7"), Decimal("-41.3")) == Decimal("-35.4"), "a sink that takes up less"
    assert sums.difference(Decimal("1.0"), None) is None


@pytest.mark.parametrize(
    ("value", "text", "signed"),
    [("1163.4", "1,163.4", "+1,163.4"), ("-55.1", "−55.1", "−55.1"), ("0.0", "0.0", "0.0"), ("-0.0", "0.0", "0.0")],
)
def test_numbers_have_a_true_minus(value, text, signed):
    assert sums.written(Decimal(value)) == text
    assert sums.written(Decimal(value), sign=True) == signed
    assert sums.written(None) == "–"


# The same numbers everywhere


def test_the_export_says_what_the_table_says(columns):
    with translation.override("en"):
        rows = list(figure_exports.rows(columns.values()))
    for one in columns.values():
        of = [row for row in rows if (row["year"], row["version"], row["scenario"]) == _named(one)]
        figures = {row["name"]: row["value"] for row in of if row["row"] == "Figure"}
        assert figures == {figure.name_en: figure.value for figure in one.figures}
        totals = {row["name"]: row["value"] for row in of if row["row"] == "Sum"}
        assert totals["Net"] == one.sums.net.computed
        assert totals["Gross"] == one.sums.gross.computed
        assert totals["Below zero"] == one.sums.sinks
        assert totals["Stated total, net"] == one.version.stated_total


def _named(one: pathways.Column) -> tuple[int, int, str]:
    with translation.override("en"):
        return one.scenario.year, one.version.no, one.scenario.name


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_book_has_the_versions_in_force_with_sums_and_marks(columns, language):
    with translation.override(language):
        made, early = book_facts.pathway_table(date(2022, 1, 3)), book_facts.pathway_table(AT.date())
    assert made is not None
    assert early is not None
    assert len(made.heads) == 4
    assert len(early.heads) == 1, "three of the four were published later than that day"
    rows = dict(made.rows)
    assert rows["전환" if language == "ko" else "Energy transition"] == ("269.6", "149.9", "0.0", "20.7")
    assert rows["건물" if language == "ko" else "Buildings"][0] == "52.1*", "derived, and marked so"
    net = dict(made.sums)["순배출량" if language == "ko" and "순배출량" in dict(made.sums) else "Net"]
    assert net == ("686.4", "436.6", "0.0", "0.0")
    assert any("727.7" in note for note in made.notes), "the rounding is said"


def test_before_anything_is_published_the_book_has_none(db):
    assert book_facts.pathway_table(AT.date()) is None


def test_the_version_in_force_is_the_last_published_one_by_the_day(columns):
    both = [columns["2030-1"], columns["2030-2"]]
    assert pathways.in_force(both) is both[0], "before both of them, the first that comes"
    later = [pathways.column(one.version, kst(2024, 5, 1).date()) for one in both]
    assert pathways.in_force(later) is later[1]


# As they were published: copied here once more, so that a slip in the reference file fails

FIGURES = """
                     2018    2030    A       B       2030 of 2023
전환                 269.6   149.9   0.0     20.7    145.9
산업                 260.5   222.6   51.1    51.1    230.7
건물                 52.1    35.0    6.2     6.2     35.0
수송                 98.1    61.0    2.8     9.2     61.0
농축수산             24.7    18.0    15.4    15.4    18.0
폐기물               17.1    9.1     4.4     4.4     9.1
수소                 –       7.6     0.0     9.0     8.4
탈루 등              5.6     3.9     0.5     1.3     3.9
흡수원               -41.3   -26.7   -25.3   -25.3   -26.7
CCUS                 –       -10.3   -55.1   -84.6   -11.2
직접공기포집(DAC)    –       –       0.0     -7.4    –
국외감축             –       -33.5   –       –       -37.5
"""
PUBLISHED = ("2018-1", "2030-1", "2050-A-1", "2050-B-1", "2030-2")


@pytest.mark.either
def test_every_figure_is_the_published_one(columns):
    lines = [line.rsplit(maxsplit=len(PUBLISHED)) for line in FIGURES.strip().splitlines()[1:]]
    assert set(columns) == set(PUBLISHED)
    for place, code in enumerate(PUBLISHED, 1):
        wanted = {line[0].strip(): Decimal(line[place]) for line in lines if line[place] != "–"}
        loaded = {figure.name_ko: figure.value for figure in columns[code].figures if figure.value is not None}
        assert loaded == wanted, code
