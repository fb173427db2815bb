"""What the record keeps of a call: one chain each, told by its rows (`records/rows.py`)."""

from records.rows import Told

from ..models import Call, CallAddressee, Candidate, NoCandidate, Verdict

PREFIX = "call/"


def _keys() -> list[str]:
    return [f"{PREFIX}{pk}" for pk in Call.objects.values_list("pk", flat=True)]


TOLD = Told(
    prefix=PREFIX,
    root=Call,
    paths={Call: "pk", CallAddressee: "call", NoCandidate: "call", Candidate: "call", Verdict: "candidate__call"},
    keys=_keys,
)
