"""What the last verifications found: kept by the command, read by pages."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from .findings import Finding
from .models import Verification
from .verify import WHOLE_ROOT, Run


def keep(run: Run) -> Verification:
    """Write down the outcome of a run that is through, in real time (see the model)."""
    return Verification.objects.create(
        at=timezone.now(),
        scope=run.only,
        roots=run.compared if run.roots else {},
        ok=run.ok,
        streams=len(run.checked),
        events=run.events,
        seconds=round(run.seconds, 3),
        checked=run.checked,
        findings=[finding.to_json() for finding in run.findings],
    )


@dataclass(frozen=True)
class Result:
    """What one verification says: of the whole record, or of one stream. `events` is how many it computed again.

    `compared`: the streams whose seals bear a whole root that was kept outside; `in_part`: those of which its beginning
    was given; `uncompared`: those sealed that bear none of the given ones. All are empty where no root was given.
    """

    at: datetime
    ok: bool
    events: int
    streams: int
    scope: str
    compared: list[str]
    in_part: list[str]
    uncompared: list[str]
    differences: list[Finding]
    warnings: list[Finding]


def last() -> Result | None:
    """The last verification of the whole record, whatever stands in it; None where there was none yet."""
    row = Verification.objects.filter(scope="").order_by("-pk").first()
    return _result(row) if row else None


def last_of(stream: str) -> Result | None:
    """The last verification that came by one stream, with what it says of that stream."""
    row = Verification.objects.filter(checked__has_key=stream).order_by("-pk").first()
    return _result(row, stream) if row else None


def since_last() -> list[Result]:
    """The verifications of single streams after the last one of all, the latest of each: at most a page of them."""
    whole = Verification.objects.filter(scope="").order_by("-pk").first()
    rows = Verification.objects.filter(pk__gt=whole.pk if whole else 0).order_by("-pk")[:100]
    latest: dict[str, Result] = {}
    for row in rows:
        latest.setdefault(row.scope, _result(row))
    return list(latest.values())


def _result(row: Verification, stream: str = "") -> Result:
    findings = [Finding.from_json(stored) for stored in row.findings]
    roots = {key: root for key, root in row.roots.items() if stream in ("", key)}
    differences = [one for one in findings if one.is_difference and (not stream or one.stream in ("", stream))]
    return Result(
        at=row.at,
        ok=not differences,
        events=row.checked[stream]["events"] if stream else row.events,
        streams=1 if stream else row.streams,
        scope=stream or row.scope,
        compared=[key for key, root in roots.items() if len(root) == WHOLE_ROOT],
        in_part=[key for key, root in roots.items() if 0 < len(root) < WHOLE_ROOT],
        uncompared=[key for key, root in roots.items() if not root],
        differences=differences,
        warnings=[one for one in findings if not one.is_difference],
    )
