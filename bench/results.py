"""What a run found, as it is handed from the process that measured to the one that judges."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from .measuring import Measured, Times


@dataclass(frozen=True)
class Visit:
    """A page as the first one that a browser sees, and the files that came along, in compressed bytes."""

    name: str
    page: int
    files: int

    @property
    def total(self) -> int:
        return self.page + self.files


@dataclass(frozen=True)
class Export:
    """A file that was asked for. `size` in bytes, `ms` until its last byte was there."""

    address: str
    size: int
    ms: float


@dataclass(frozen=True)
class Worker:
    """The memory of one of gunicorn's workers, in MB: all that it holds, and with what it shares counted by part."""

    resident: float
    proportional: float


@dataclass(frozen=True)
class SurgeOutcome:
    """`acknowledged`: receipts that people got; `rows`: submissions that stand in the database for them."""

    number: int
    rate: float
    answered: float
    p50: float
    p95: float
    p99: float
    answers: dict[str, int]
    acknowledged: int
    rows: int


@dataclass
class Result:
    """What one run found on one engine at one size. `wrong`: what did not answer as it has to."""

    engine: str = ""
    size: str = ""
    measured: list[Measured] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    exports: list[Export] = field(default_factory=list)
    surge: SurgeOutcome | None = None
    workers: list[Worker] = field(default_factory=list)
    load: float = 0.0
    built_in: float = 0.0

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Self:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        found["measured"] = [
            Measured(**row | {"page": Times(**row["page"]), "below": Times(**row["below"])})
            for row in found["measured"]
        ]
        for name, kind in (("visits", Visit), ("exports", Export), ("workers", Worker)):
            found[name] = [kind(**row) for row in found[name]]
        found["surge"] = SurgeOutcome(**found["surge"]) if found["surge"] else None
        return cls(**found)
