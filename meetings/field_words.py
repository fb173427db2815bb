"""What a refused form says at its top: each problem with the name of its field, which leads there. Read-only."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from .agenda_forms import filled_rows

FIGURE = re.compile(r"(f\d{1,3})-(\w+)")
LANGUAGES = {"ko": gettext_lazy("Korean"), "en": gettext_lazy("English")}

WORDS = {
    # a meeting
    "no": pgettext_lazy("meeting", "Number"),
    "name": gettext_lazy("Name"),
    "date": pgettext_lazy("meeting", "Day"),
    "starts_at": pgettext_lazy("meeting", "Begins at"),
    "place": gettext_lazy("Place"),
    "video_link": gettext_lazy("Video link"),
    "chair": gettext_lazy("Chair"),
    "rank": gettext_lazy("Rank of the members"),
    "round": gettext_lazy("Round"),
    "papers_due_at": gettext_lazy("Papers due"),
    "agenda_closes_at": gettext_lazy("Agenda closes"),
    "reason": gettext_lazy("Reason"),
    "position": gettext_lazy("Position"),
    # an item of its agenda
    "title": gettext_lazy("Title"),
    "kind": gettext_lazy("Kind"),
    "presenter": pgettext_lazy("agenda item", "Presented by"),
    "minutes": gettext_lazy("Minutes"),
    "summary": gettext_lazy("What it is about"),
    "tasks": gettext_lazy("Tasks"),
    # a paper
    "file": gettext_lazy("File"),
    "replaces": pgettext_lazy("paper", "This file is"),
}
OF_A_FIGURE = {
    "number": gettext_lazy("Number"),
    "text": gettext_lazy("What it counts"),
    "since": gettext_lazy("Counted since"),
    "until": gettext_lazy("As of"),
    "precision": gettext_lazy("Exact to"),
    "source": gettext_lazy("Source"),
    "verified": pgettext_lazy("figure", "Verified"),
}
# Where an input is not called as its field.
PLACES = {"tasks": "add_tasks", "file": "paper-file", "replaces": "paper-replaces"}
# The forms of calls and candidates, which call some fields otherwise.
OF_FORMS = {
    "call": {
        "title_ko": gettext_lazy("Title of the call"),
        "title_en": gettext_lazy("Title of the call (English)"),
        "text": gettext_lazy("What is asked"),
        "due_at": gettext_lazy("Due"),
        "ministries": gettext_lazy("Ministries"),
    },
    "call_on": {"ministries": gettext_lazy("Ministry")},
    "remind_of_call": {"ministries": gettext_lazy("Ministries")},
    "none": {"reason": gettext_lazy("Why there is none")},
    "candidate": {
        "kind": gettext_lazy("Kind"),
        "supplements": gettext_lazy("Task that it supplements"),
        "title_ko": gettext_lazy("Task title"),
        "title_en": gettext_lazy("Task title (English)"),
        "sector": gettext_lazy("Sector"),
        "text": gettext_lazy("What is to be done, and what it brings"),
        "planned_until": gettext_lazy("Planned until"),
        "task": gettext_lazy("Task"),
        "meeting_no": gettext_lazy("Decided at"),
        "reason": gettext_lazy("Reason"),
        "comment": gettext_lazy("What is to be mended"),
        "due_at": gettext_lazy("Mend by"),
        "without_meeting": gettext_lazy("Decide without a meeting"),
    },
}
PLACES_OF_FORMS = {
    "call": {"ministries": "whom"},
    "call_on": {"ministries": "ministry"},
    "candidate": {"kind": "kinds"},
}
# Of the four verdicts on one page each has its own inputs.
OF_VERDICTS = {"english": "e-", "adopt": "a-", "merge": "m-", "ask_back": "b-", "decline": "d-"}


@dataclass(frozen=True)
class Line:
    """One problem. `name`: of its field, empty where the text says it itself or it belongs to no field; `place`: the
    id of the input, empty where there is none."""

    name: str
    text: str
    place: str


def lines(
    problems: Mapping[str, list[str]], posted: QueryDict | Mapping[str, str], *, form: str = "", verdict: str = ""
) -> Iterator[Line]:
    """The problems in the order of the form. Figures are numbered as the page numbers them. `form`: which one of
    `OF_FORMS`, if one of these; `verdict`: whose, where it is that of a verdict."""
    rows = filled_rows(posted) if isinstance(posted, QueryDict) else []
    places = PLACES_OF_FORMS.get(form, {}) if form else PLACES
    for field, texts in problems.items():
        name = _worded(field, OF_FORMS[form]) if form else _name(field, rows)
        place = OF_VERDICTS.get(verdict, "") + places.get(field, field) if name else ""
        for text in texts:
            yield Line("" if name.casefold() in text.casefold() else name, text, place)


def _name(field: str, rows: list[str]) -> str:
    if found := FIGURE.fullmatch(field):
        row, part = found.groups()
        name = _worded(part, OF_A_FIGURE)
        return f"{_('Figure %(no)s') % {'no': rows.index(row) + 1}}, {name}" if row in rows else name
    return _worded(field, WORDS)


def _worded(field: str, words: Mapping[str, object]) -> str:
    """The word of a field, with its language where it is one of two; empty where the field is not known."""
    stem, _dash, ending = field.rpartition("_")
    if field not in words and stem in words and ending in LANGUAGES:
        return _("%(field)s (%(language)s)") % {"field": words[stem], "language": LANGUAGES[ending]}
    return str(words.get(field, ""))
