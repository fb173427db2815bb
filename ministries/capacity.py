"""In what office somebody acted: what an event kept, in the reader's words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from tfportal.language import pick

from .directory import Directory
from .models import MinistryName, Role


@dataclass(frozen=True)
class Capacity:
    """One office held. `ministry` is None for the coordination office, readers and administrators."""

    role: str
    unit: str
    ministry: MinistryName | None


def capacities(kept: Iterable[Mapping[str, str]], day: date) -> list[Capacity]:
    """What `User.record_capacity` kept, with the ministries' names of that day; one query."""
    rows = list(kept)
    by_code = {name.ministry.code: name for name in Directory(day).by_id.values()} if rows else {}
    return [
        Capacity(
            role=str(Role(row["role"]).label) if row.get("role") in Role.values else "",
            unit=pick(row.get("unit_ko", ""), row.get("unit_en", "")),
            ministry=by_code.get(row.get("ministry", "")),
        )
        for row in rows
    ]
