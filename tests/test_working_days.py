"""The calendar of working days: week-ends, public holidays with their substitutes, and what an administrator put right."""

from datetime import date

import pytest
from django.utils import timezone, translation

from ministries import working_days
from ministries.models import SpecialDay
from tasks import review
from tests.builders import kst

pytestmark = [pytest.mark.either, pytest.mark.django_db]

DAYS = """
2021-03-12  working
2021-03-13  week-end
2021-03-14  week-end
2021-03-01  Independence Movement Day    삼일절
2021-02-11  The day preceding Korean New Year        설날 전날
2021-02-12  Korean New Year              설날
2021-02-13  The second day of Korean New Year  설날 다음날
2021-02-15  working
2021-08-15  Liberation Day               광복절
2021-08-16  Alternative holiday for Liberation Day         광복절 대체 휴일
2021-10-04  Alternative holiday for National Foundation Day  개천절 대체 휴일
2021-05-01  week-end
"""


@pytest.mark.parametrize("line", DAYS.strip().splitlines(), ids=lambda line: line.split()[0])
def test_days_and_why_nobody_works_on_them(line):
    day, told = date.fromisoformat(line.split()[0]), line[10:].strip()
    calendar = working_days.calendar()
    assert calendar.is_working_day(day) == (told == "working")
    with translation.override("en"):
        english = calendar.day_off(day)
    with translation.override("ko"):
        korean = calendar.day_off(day)
    if told == "working":
        assert (english, korean) == ("", "")
    elif told == "week-end":
        assert english == "week-end"
    else:
        assert f"{english}  {korean}".split() == told.split()


@pytest.mark.parametrize(
    ("day", "number", "before"),
    [
        (date(2021, 3, 19), 0, date(2021, 3, 19)),
        (date(2021, 3, 19), 5, date(2021, 3, 12)),
        (date(2021, 3, 5), 5, date(2021, 2, 25)),  # over the holiday of 1 March
        (date(2021, 2, 16), 2, date(2021, 2, 10)),  # over the New Year
        (date(2021, 8, 17), 1, date(2021, 8, 13)),  # over a substitute holiday
        (date(2021, 3, 21), 1, date(2021, 3, 19)),
    ],
)
def test_working_days_before_a_day(day, number, before):
    assert working_days.calendar().working_days_before(day, number) == before


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2021, 3, 19), date(2021, 3, 22)),
        (date(2021, 2, 26), date(2021, 3, 2)),
        (date(2021, 2, 10), date(2021, 2, 15)),
        (date(2021, 12, 31), date(2022, 1, 3)),
    ],
)
def test_the_next_working_day(day, following):
    assert working_days.calendar().next_working_day(day) == following


def test_a_special_day_counts_from_the_moment_it_is_entered():
    """The table is read each time: a declared holiday, and a holiday that is worked on."""
    day, holiday = date(2021, 3, 19), date(2021, 3, 1)
    assert working_days.calendar().is_working_day(day)
    SpecialDay.objects.create(day=day, name_ko="임시공휴일", name_en="Special holiday")
    SpecialDay.objects.create(day=holiday, name_ko="근무", is_working_day=True)
    assert not working_days.calendar().is_working_day(day)
    assert working_days.calendar().is_working_day(holiday)
    assert working_days.calendar().next_working_day(date(2021, 3, 18)) == date(2021, 3, 22)
    with translation.override("en"):
        assert working_days.calendar().day_off(day) == "Special holiday"


def test_a_country_that_never_works_is_noticed():
    """A table that leaves no working day does not keep the portal looking for one for ever."""
    days = [date.fromordinal(date(2021, 1, 1).toordinal() + n) for n in range(working_days.FARTHEST + 1)]
    never = working_days.Calendar({day: SpecialDay(day=day, name_ko="휴일") for day in days})
    with pytest.raises(ValueError, match="No working day"):
        never.next_working_day(date(2021, 1, 1))


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (kst(2021, 3, 16, 14), kst(2021, 3, 18, 12)),
        (kst(2021, 3, 18, 14), kst(2021, 3, 22, 12)),
        (kst(2021, 2, 9, 14), kst(2021, 2, 15, 12)),  # the New Year lies in between
        (kst(2021, 2, 27, 9), kst(2021, 3, 2, 12)),
    ],
)
def test_the_due_time_that_a_return_starts_with(round_2, at, due):
    assert timezone.localtime(review.proposed_due(round_2, at)) == due
