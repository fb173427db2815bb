"""The number of an opinion: nobody guesses it, and however a person types it, it is found."""

import math

import pytest

from meetings.models import Opinion
from meetings.opinions.numbers import LENGTH, SIGNS, new_number, tidy

pytestmark = pytest.mark.either


def test_nobody_guesses_a_number() -> None:
    assert LENGTH * math.log2(len(SIGNS)) >= 60
    assert len({new_number() for _once in range(2000)}) == 2000


def test_no_two_signs_are_taken_for_each_other() -> None:
    assert not set("OILU") & set(SIGNS)
    assert len(set(SIGNS)) == len(SIGNS)


def test_it_fits_its_column_and_reads_as_itself() -> None:
    number = new_number()
    assert len(number) <= (Opinion._meta.get_field("number").max_length or 0)
    assert tidy(number) == number


@pytest.mark.parametrize(
    "typed",
    [
        "P-7K10-9QX2-4FTZ",
        "p-7k10-9qx2-4ftz",
        " P 7K10 9QX2 4FTZ ",
        "7K109QX24FTZ",
        "p7kio9qx24ftz",
        "P-7KLO-9QX2-4FTZ",
        "P\u20137K10\u20139QX2\u20134FTZ",
        "\uff30\uff0d\uff17\uff2b\uff11\uff10\uff0d\uff19\uff31\uff38\uff12\uff0d\uff14\uff26\uff34\uff3a",
    ],
)
def test_what_a_person_types_is_read(typed: str) -> None:
    assert tidy(typed) == "P-7K10-9QX2-4FTZ"


@pytest.mark.parametrize(
    "typed", ["", "P", "P-7K10-9QX2", "P-7K10-9QX2-4FTZ-1", "P-7K10-9QX2-4FTU", "의견" * 6, "x" * 10**6]
)
def test_what_cannot_be_a_number_is_none(typed: str) -> None:
    assert tidy(typed) == ""


def test_a_number_that_begins_like_its_prefix_is_read_without_it() -> None:
    assert tidy("PK109QX24FTZ") == "P-PK10-9QX2-4FTZ"
