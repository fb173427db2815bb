"""A frozen round against its seal: the manifest made again from the rows, entry by entry."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_noop as _

from records.findings import Finding, Words, words
from records.models import Seal

from .. import freezing
from ..models import Round
from .told import column, of_round, plain

Entry = dict[str, Any]


def against_seal(round_: Round) -> Iterator[Finding]:
    """What differs between the rows and the seal: a missing or additional report, or the key of an entry."""
    key, kind = round_.stream_key, "tasks.Round"
    seal = Seal.objects.filter(stream__key=key).first()
    if seal is None or round_.frozen_at is None:
        if seal is not None:
            yield Finding(key, kind, of_round(round_.no), words(_("It is sealed, but not marked as frozen.")))
        elif round_.frozen_at is not None:
            yield Finding(key, kind, of_round(round_.no), words(_("It is marked as frozen, but has no seal.")))
        return
    made, sealed = freezing.manifest(round_, seal.format), seal.manifest
    rows, entries = _by_task(made), _by_task(sealed)
    for code in sorted(rows.keys() | entries.keys()):
        row = words(_("round %(no)s, %(code)s"), no=round_.no, code=code)
        if code not in rows:
            yield Finding(key, "tasks.Report", row, words(_("It was sealed, and is missing now.")))
        elif code not in entries:
            yield Finding(key, "tasks.Report", row, words(_("It stands here, but was not sealed.")))
        else:
            yield from _differing(key, "tasks.Report", row, rows[code], entries[code])
    rest = made.keys() | sealed.keys()
    heads = [{name: manifest.get(name) for name in rest if name != "reports"} for manifest in (made, sealed)]
    yield from _differing(key, kind, of_round(round_.no), *heads)


def _by_task(manifest: Entry) -> dict[str, Entry]:
    return {entry["task"]: entry for entry in manifest["reports"]}


def _differing(stream: str, kind: str, row: Words, now: Entry, then: Entry) -> Iterator[Finding]:
    """One finding for each key; the keys of what stands within one are named themselves."""
    for name in sorted(now.keys() | then.keys()):
        value, sealed = now.get(name), then.get(name)
        if value == sealed:
            continue
        if isinstance(value, dict) and isinstance(sealed, dict):
            yield from _differing(stream, kind, row, value, sealed)
            continue
        problem = words(_("%(what)s is not what was sealed."), what=column(name))
        yield Finding(stream, kind, row, problem, _quoted(sealed), _quoted(value))


def _quoted(value: Any) -> str:
    return plain(value["sha256"] if isinstance(value, dict) and "sha256" in value else value)
