"""The names of all ministries on a day, in one query: pages look names up here and never ask the database by row."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property

from .models import Ministry, MinistryName


def dated_names() -> Iterable[MinistryName]:
    """Every name that a ministry ever had, each ministry's oldest first."""
    return MinistryName.objects.select_related("ministry").order_by("ministry_id", "valid_from")


class Directory:
    """Ministry primary key -> its name in force on the day (its earliest name, where the day lies before all)."""

    def __init__(self, day: date, names: Iterable[MinistryName] | None = None) -> None:
        """`names`: all of them (`dated_names`), where somebody looks them up for several days."""
        self.day = day
        self.given = names

    @cached_property
    def by_id(self) -> dict[int, MinistryName]:
        """Read when the first name is asked for: a page that names no ministry asks the database for none."""
        found: dict[int, MinistryName] = {}
        for name in dated_names() if self.given is None else self.given:
            if name.ministry_id not in found or name.valid_from <= self.day:
                found[name.ministry_id] = name
        return found

    def __getitem__(self, ministry_id: int) -> MinistryName:
        return self.by_id[ministry_id]

    def __contains__(self, ministry_id: object) -> bool:
        return ministry_id in self.by_id

    def in_order(self) -> list[MinistryName]:
        """All names in the ministries' order, without those abolished by the day."""
        return list(self._existing)

    @cached_property
    def _existing(self) -> tuple[MinistryName, ...]:
        """Sorted once: a list of tasks asks for it again with each of them."""
        existing = [
            name
            for name in self.by_id.values()
            if not name.ministry.abolished_on or name.ministry.abolished_on > self.day
        ]
        return tuple(sorted(existing, key=lambda name: (name.ministry.order, name.ministry.code)))

    def named(self, ministry_ids: Iterable[int]) -> list[MinistryName]:
        """The names of these ministries, in the ministries' order."""
        wanted = set(ministry_ids)
        return [name for name in self._existing if name.ministry_id in wanted] if wanted else []

    def by_code(self) -> dict[str, Ministry]:
        return {name.ministry.code: name.ministry for name in self.by_id.values()}
