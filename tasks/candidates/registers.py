"""후보과제: every candidate that a person may see, under the filters of the address. Read-only; each number is the
count of the list that its link opens."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from ministries.directory import Directory
from ministries.models import User
from tfportal.language import normalise

from ..models import Candidate, CandidateKind, CandidateState, Sector
from ..selecting import LONGEST_QUERY
from .reading import Entry, Number, entries, with_parts


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; as it stands in the address."""

    call: str = ""
    ministry: str = ""
    state: str = ""
    kind: str = ""
    sector: str = ""
    q: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str], known: Mapping[str, Iterable[str]]) -> "Filters":
        """From an address. A value that names nothing known is left out, as if it had not been asked."""
        asked = {name: query.get(name, "") for name in known if query.get(name, "") in known[name]}
        return cls(**asked, q=normalise(query.get("q", "").replace("\0", ""))[:LONGEST_QUERY].strip())

    @property
    def asked(self) -> dict[str, str]:
        return {entry.name: value for entry in fields(self) if (value := getattr(self, entry.name))}

    @property
    def query(self) -> str:
        return "?" + urlencode(self.asked)

    def takes(self, entry: Entry) -> bool:
        """Whether the candidate belongs to the list."""
        row = entry.row
        told = {
            "call": str(row.call.no),
            "ministry": entry.name.ministry.code,
            "state": row.state,
            "kind": row.kind,
            "sector": row.sector.code,
        }
        if any(told[name] != value for name, value in self.asked.items() if name in told):
            return False
        words = "\n".join((row.number, row.title_ko, row.title_en, row.text, entry.name.name_ko, entry.name.name_en))
        return self.q.casefold() in normalise(words).casefold()


@dataclass(frozen=True)
class Register:
    """Every candidate that the person may see, and those that the filters leave."""

    entries: list[Entry] = field(repr=False)
    filters: Filters
    choices: dict[str, list[tuple[str, str]]]

    @cached_property
    def found(self) -> list[Entry]:
        return [entry for entry in self.entries if self.filters.takes(entry)]

    @property
    def numbers(self) -> list[Number]:
        """By state, under the other filters as they stand."""
        made = []
        labels = [("", _("All"))] + [(state.value, str(state.label)) for state in CandidateState]
        for value, label in labels:
            filters = replace(self.filters, state=value)
            count = sum(filters.takes(entry) for entry in self.entries)
            if count or not value or value == self.filters.state:
                css = "due" if count and value == CandidateState.SUBMITTED else "" if count else "zero"
                made.append(Number(label, count, filters.query, value == self.filters.state, css))
        return made


def read(query: Mapping[str, str], *, user: User, at: datetime) -> Register:
    """The candidates under the filters of the address, the last call's first. A constant number of queries."""
    names = Directory(timezone.localdate(at))
    rows = with_parts(Candidate.objects.visible_to(user)).order_by("-call__no", "no")
    found = entries(rows, names, user=user)
    there = sorted({entry.name for entry in found}, key=lambda name: (name.ministry.order, name.ministry.code))
    calls_there = {str(entry.row.call.no): entry.row.call.title for entry in found}
    choices = {
        "call": [(no, f"{no} {title}") for no, title in calls_there.items()],
        "ministry": [(name.ministry.code, name.abbr) for name in there],
        "state": [(state.value, str(state.label)) for state in CandidateState],
        "kind": [(kind.value, str(kind.label)) for kind in CandidateKind],
        "sector": [(sector.code, sector.name) for sector in Sector.objects.all()],
    }
    known = {name: [value for value, _label in pairs] for name, pairs in choices.items()}
    return Register(found, Filters.of(query, known), choices)
