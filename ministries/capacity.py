"""In what office somebody acted: what an event kept, in the reader's words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tfportal.language import pick

from .directory import Directory
from .models import MinistryName, Role


@dataclass(frozen=True)
class Capacity:
    """One office held, or exercised for its holder. `ministry` is None for the coordination office, readers and
    administrators."""

    role: str
    unit: str
    ministry: MinistryName | None
    holder: str = ""  # whose office it is, where the person was the deputy


def capacities(kept: Iterable[Mapping[str, str]], names: Directory) -> list[Capacity]:
    """What `User.record_capacity` kept in an event (nothing in those from before it did), with the names of a day."""
    by_code = {name.ministry.code: name for name in names.by_id.values()}
    return [
        Capacity(
            role=str(Role(row["role"]).label) if row.get("role") in Role.values else "",
            unit=pick(row.get("unit_ko", ""), row.get("unit_en", "")),
            ministry=by_code.get(row.get("ministry", "")),
            holder=row.get("for", ""),
        )
        for row in kept
    ]
