"""Reading the reference file: all of it is checked before anything is loaded, and every contradiction is named with its
row."""

import calendar
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.db import models

from tfportal.language import normalise

from .reference_tables import BY_NAME, TABLES, Field, Table, Values, table_of

FORMAT = 1
NOTE = "note"  # any row may carry one for the readers of the file; it is not loaded
SMALL_INTEGER = 32767  # what PostgreSQL's smallint holds
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


class ReferenceFileError(Exception):
    """The file contradicts itself; `problems` names each place. Nothing was loaded."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Row:
    """One row of the file: `place` names it to people, `values` holds what could be read, dates parsed."""

    place: str
    values: Values

    def get(self, name: str) -> Any:
        return self.values.get(name)


Rows = dict[str, list[Row]]


def read(path: Path) -> Rows:
    """The file's rows by table; raises ReferenceFileError with every contradiction that is found."""
    content = _parsed(path)
    problems: list[str] = []
    rows: Rows = {}
    for table in TABLES:
        if table.name == "names":
            rows["names"] = list(_names(content, problems))
            continue
        rows[table.name] = list(_rows(table, content.get(table.name), problems))
    problems += [f"{key}: no such table" for key in content if key not in {*rows, "format"} or key == "names"]
    for rule in (_doubles, _dangling, _rules):
        problems += rule(rows)
    if problems:
        raise ReferenceFileError(problems)
    return rows


def _parsed(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_each_once)
    except (OSError, UnicodeDecodeError) as error:
        raise ReferenceFileError([f"{path.name}: cannot be read: {error}"]) from error
    except ValueError as error:
        raise ReferenceFileError([f"{path.name}: is not sound JSON: {error}"]) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ReferenceFileError([f'{path.name}: must be an object with "format": {FORMAT}'])
    return content


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON lets the last of two equal names win silently; here they are a contradiction."""
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise ValueError(f"a name stands twice in one object: {', '.join(names)}")
    return dict(pairs)


def _names(content: dict[str, Any], problems: list[str]) -> Iterator[Row]:
    """The names stand inside their ministries."""
    ministries = content.get("ministries")
    for ministry in ministries if isinstance(ministries, list) else []:
        if not isinstance(ministry, dict):
            continue
        names, place = ministry.get("names"), f"ministries[{ministry.get('code')}]"
        if not isinstance(names, list) or not names:
            problems.append(f"{place}: has no names")
            continue
        whole = [name | {"ministry": ministry.get("code")} if isinstance(name, dict) else name for name in names]
        yield from _rows(BY_NAME["names"], whole, problems, prefix=f"{place}.")


def _rows(table: Table, listed: Any, problems: list[str], prefix: str = "") -> Iterator[Row]:
    if not isinstance(listed, list):
        problems.append(f"{table.name}: must be a list of rows")
        return
    inside = {"names"} if table.name == "ministries" else set()
    for number, raw in enumerate(listed, 1):
        if not isinstance(raw, dict):
            problems.append(f"{prefix}{table.name}[#{number}]: must be an object")
            continue
        place = f"{prefix}{table.name}[{_label(table, raw, number)}]"
        problems += [f"{place}: '{name}' is missing" for name in table.fields if name not in raw]
        known = {*table.fields, *inside, NOTE}
        problems += [f"{place}: nothing is called '{name}'" for name in raw if name not in known]
        row = Row(place, {})
        for name, field in table.fields.items():
            if name not in raw:
                continue
            try:
                row.values[name] = _value(table, name, field, raw[name])
            except ValueError as error:
                problems.append(f"{place}: '{name}' {error}")
        yield row


def _label(table: Table, raw: dict[str, Any], number: int) -> str:
    """How the row is called in messages; by its place in the list while it lacks what names it."""
    if any(name not in raw for name in table.label):
        return f"#{number}"
    return "/".join("null" if raw[name] is None else str(raw[name]) for name in table.label)


def _value(table: Table, name: str, field: Field, value: Any) -> Any:
    """The value as it is stored; raises ValueError that says what is wrong with it."""
    if name in table.lists:
        return _listed(field, value)
    if value is None:
        if name in table.null_means:
            return table.null_means[name]
        if field.null:
            return None
        raise ValueError("may not be null")
    if isinstance(field, models.BooleanField):
        return _of_type(bool, value, "must be true or false")
    if isinstance(field, models.DateField):
        return _day(value)
    if isinstance(field, models.DecimalField):
        return _decimal(field, value)
    if isinstance(field, models.IntegerField):
        number = _of_type(int, value, "must be a whole number")
        if isinstance(value, bool) or not 0 <= number <= SMALL_INTEGER:
            raise ValueError(f"must be a whole number from 0 to {SMALL_INTEGER}")
        return number
    return _text(field, value)


def _of_type(kind: type, value: Any, otherwise: str) -> Any:
    if not isinstance(value, kind):
        raise ValueError(otherwise)
    return value


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(_of_type(str, value, ""))
    except ValueError:
        raise ValueError(f"must be a day such as 2021-03-31, not {value!r}") from None


def _decimal(field: "models.DecimalField[Any, Any]", value: Any) -> Decimal:
    """As text in the file: JSON's numbers are not decimal."""
    try:
        number = Decimal(_of_type(str, value, ""))
    except (ValueError, InvalidOperation):
        raise ValueError(f'must be a number in quotes, such as "269.6", not {value!r}') from None
    exact = number.quantize(Decimal(1).scaleb(-field.decimal_places)) if number.is_finite() else None
    if exact is None or exact != number or len(exact.as_tuple().digits) > field.max_digits:
        raise ValueError(f"must have at most {field.decimal_places} decimals, not {value!r}")
    return exact + 0  # a nought has no sign


def _text(field: Field, value: Any) -> str:
    text = normalise(_of_type(str, value, "must be text"))
    if "\0" in text:
        raise ValueError("holds a NUL")
    if not text and not field.blank:
        raise ValueError("may not be empty")
    if field.choices and text not in (allowed := [value for value, _ in field.flatchoices]):
        raise ValueError(f"is {text!r}, which is none of {', '.join(map(str, allowed))}")
    if not field.is_relation and field.max_length and len(text) > field.max_length:
        raise ValueError(f"has {len(text)} characters, more than {field.max_length}")
    return text


def _listed(field: Field, value: Any) -> Any:
    """A list of texts: lines of one text, or codes of other rows."""
    listed = _of_type(list, value, "must be a list of texts")
    entries = [normalise(_of_type(str, entry, "must be a list of texts")) for entry in listed]
    if not all(entries):
        raise ValueError("holds an empty entry")
    if len(set(entries)) < len(entries):
        raise ValueError("names something twice")
    return entries if field.is_relation else "\n".join(entries)


def _doubles(rows: Rows) -> Iterator[str]:
    """Two rows of one key; directions and items need codes of their own, because tasks name them by code alone."""
    for table in TABLES:
        key = ("code",) if "code" in table.key else table.key
        seen: set[tuple[Any, ...]] = set()
        for row in rows[table.name]:
            names = tuple(row.get(name) for name in key)
            if None in names:
                continue
            if names in seen:
                same = (
                    "two names of one ministry from one day" if table.name == "names" else "this row stands here twice"
                )
                yield f"{row.place}: {same}"
            seen.add(names)


def _dangling(rows: Rows) -> Iterator[str]:
    """Codes that name no row of the file."""
    codes = {name: {row.get("code") for row in listed} for name, listed in rows.items()}
    for table in TABLES:
        for name, field in table.fields.items():
            if not field.is_relation or (table.name, name) == ("names", "ministry"):
                continue
            target = table_of(field)
            for row in rows[table.name]:
                value = row.get(name)
                for code in value if isinstance(value, list) else [value]:
                    if code is not None and code not in codes[target]:
                        yield f"{row.place}: {name} '{code}' is not in {target}"


def _rules(rows: Rows) -> Iterator[str]:
    """What the columns of one row, or a row and the one it belongs to, must agree on."""
    rules: dict[str, Callable[[Row, Rows], Iterator[str]]] = {
        "tasks": _task,
        "milestones": _milestone,
        "meetings": _meeting,
    }
    for name, listed in rows.items():
        if BY_NAME[name].is_single and len(listed) > 1:
            yield f"{name}: there can be one row alone, and the file has {len(listed)}"
        for row in listed:
            if row.get("verified") == "V" and row.get("source") == "":
                yield f"{row.place}: is marked V (seen) without a source"
            if name in rules:
                for problem in rules[name](row, rows):
                    yield f"{row.place}: {problem}"


def _task(row: Row, rows: Rows) -> Iterator[str]:
    begins, ends, precision = row.get("planned_from"), row.get("planned_until"), row.get("planned_precision")
    if begins and ends and begins > ends:
        yield f"planned_from {begins} lies after planned_until {ends}"
    elif ends and precision and not _ends_period(ends, precision):
        yield f"planned_until {ends} is not the last day of its {precision}"
    if row.get("ministry") in (row.get("co_ministries") or ()):
        yield f"{row.get('ministry')} both leads and supports"
    item = next((item for item in rows["items"] if item.get("code") == row.get("item")), None)
    if item is not None and item.get("direction") != row.get("direction"):
        yield f"item '{row.get('item')}' belongs to direction '{item.get('direction')}', not '{row.get('direction')}'"


def _milestone(row: Row, rows: Rows) -> Iterator[str]:
    day, precision = row.get("baseline_on"), row.get("precision")
    task = next((task for task in rows["tasks"] if task.get("code") == row.get("task")), None)
    begins = task.get("planned_from") if task else None
    if day and begins and day < begins:
        yield f"baseline_on {day} lies before the task's planned_from {begins}"
    if day and precision and not _ends_period(day, precision):
        yield f"baseline_on {day} is not the last day of its {precision}"


def _meeting(row: Row, rows: Rows) -> Iterator[str]:
    day, lower, upper = row.get("date"), row.get("not_before"), row.get("not_after")
    if lower and upper and lower > upper:
        yield f"not_before {lower} lies after not_after {upper}"
    elif day and ((lower and day < lower) or (upper and day > upper)):
        yield f"date {day} lies outside its bounds"


def _ends_period(day: date, precision: str) -> bool:
    """Whether the day is the last of a month, quarter, half-year or year: so vague dates are stored."""
    if precision not in MONTHS:
        return True
    return day.month % MONTHS[precision] == 0 and day.day == calendar.monthrange(day.year, day.month)[1]
