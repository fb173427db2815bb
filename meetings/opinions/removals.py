"""What was removed of an opinion's personal data, and when, as its events tell: never what it was."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy, pgettext_lazy

from records.models import Event

from ..models import Opinion
from .contents import OPINION

WHAT = {
    "sender": gettext_lazy("name and e-mail address"),
    "words": pgettext_lazy("removed of an opinion", "the words"),
    "organisation": pgettext_lazy("removed of an opinion", "the organisation"),
}
VERBS = ("remove_personal_data", "end_personal_data")


@dataclass(frozen=True)
class Removal:
    """`kinds`: keys of `WHAT`; `is_asked`: whether somebody asked for it, or its time was over."""

    at: datetime
    kinds: tuple[str, ...]
    is_asked: bool

    @property
    def what(self) -> str:
        """In words."""
        return ", ".join(str(WHAT[kind]) for kind in self.kinds)


def of(opinion: Opinion) -> list[Removal]:
    """The earliest first. One query."""
    events = Event.objects.filter(stream__key=f"{OPINION.prefix}{opinion.pk}", verb__in=VERBS).order_by("seq")
    rows = ((row, tuple(kind for kind in row.data.get("removed", ()) if kind in WHAT)) for row in events)
    return [Removal(row.at, kinds, row.verb == VERBS[0]) for row, kinds in rows if kinds]
