"""The names of all ministries on a day, in one query: pages look names up here and never ask the database by row."""

from collections.abc import Iterable
from datetime import date

from .models import Ministry, MinistryName


def dated_names() -> Iterable[MinistryName]:
    """Every name that a ministry ever had, each ministry's oldest first."""
    return MinistryName.objects.select_related("ministry").order_by("ministry_id", "valid_from")


class Directory:
    """Ministry primary key -> its name in force on the day (its earliest name, where the day lies before all)."""

    def __init__(self, day: date, names: Iterable[MinistryName] | None = None) -> None:
        """`names`: all of them (`dated_names`), where somebody looks them up for several days."""
        self.day = day
        self.by_id: dict[int, MinistryName] = {}
        for name in dated_names() if names is None else names:
            if name.ministry_id not in self.by_id or name.valid_from <= day:
                self.by_id[name.ministry_id] = name

    def __getitem__(self, ministry_id: int) -> MinistryName:
        return self.by_id[ministry_id]

    def __contains__(self, ministry_id: object) -> bool:
        return ministry_id in self.by_id

    def in_order(self) -> list[MinistryName]:
        """All names in the ministries' order, without those abolished by the day."""
        existing = [
            name
            for name in self.by_id.values()
            if not name.ministry.abolished_on or name.ministry.abolished_on > self.day
        ]
        return sorted(existing, key=lambda name: (name.ministry.order, name.ministry.code))

    def named(self, ministry_ids: Iterable[int]) -> list[MinistryName]:
        """The names of these ministries, in the ministries' order."""
        wanted = set(ministry_ids)
        return [name for name in self.in_order() if name.ministry_id in wanted]

    def by_code(self) -> dict[str, Ministry]:
        return {name.ministry.code: name.ministry for name in self.by_id.values()}
