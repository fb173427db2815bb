"""From the posted fields of hearings and opinions to their verbs' arguments: reading only, the rules stand in
`drafting`."""

import re
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy

from ministries.models import Ministry
from records.errors import Invalid
from tasks.forms import TextField

from ..days import DayField
from ..models import Hearing, Opinion, Participant
from .drafting import ROWS, About, Came, HearingDraft, Said

BLANK_ROWS, FOLDED_ROWS = 4, 16  # for more organisations: seen at once, and behind a fold
ROW = re.compile(r"p(0|[1-9][0-9]{0,3})-organisation")
FIELD = re.compile(r"(p.*)-(?:group|organisation|number)", re.DOTALL)
OFFICE = "-"  # where a ministry's code could stand: the office takes it back
CODES = 4000  # characters of one field with codes


class AboutForm(forms.Form):
    """What the office says of an opinion. Tasks come as codes in one field, ministries by their codes."""

    codes = TextField(
        required=False, max_length=CODES, error_messages={"max_length": gettext_lazy("These are too many tasks.")}
    )
    scenario = TextField(required=False)
    decision = forms.CharField(required=False)
    ministry = TextField(required=False)
    due_on = DayField(required=False)

    def clean_decision(self) -> int | None:
        return _number(self.cleaned_data["decision"], gettext_lazy("Choose a decision from the list."))

    def clean_ministry(self) -> int | None:
        return _ministry(self.cleaned_data["ministry"])

    @property
    def about(self) -> About:
        given = self.cleaned_data
        return About(
            codes=codes_of(given["codes"]),
            scenario=given["scenario"].replace("\0", "")[:100],
            decision=given["decision"],
            ministry=given["ministry"],
            due_on=given["due_on"],
        )


class OpinionForm(AboutForm):
    """An opinion as it is entered. The hearing comes by its number. `came`: who said it, of those who came to the
    hearing (primary key), instead of a group and an organisation."""

    came = forms.CharField(required=False)
    group = forms.CharField(required=False)
    channel = forms.CharField(required=False)
    organisation = TextField(required=False)
    hearing = forms.CharField(required=False)
    said_on = DayField(required=False)
    text = TextField(required=False)

    def clean_hearing(self) -> int | None:
        no = _number(self.cleaned_data["hearing"], gettext_lazy("Choose the hearing."))
        if no is None:
            return None
        found = Hearing.objects.filter(no=no).values_list("pk", flat=True).first()
        if found is None:
            raise forms.ValidationError(gettext_lazy("Choose the hearing."))
        return found

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        one = self._participant(given.get("came", ""), given.get("hearing"))
        if one is None:
            return given
        typed = (given.get("group"), given.get("organisation"))
        if any(typed) and typed != (one.group, one.organisation):
            text = gettext_lazy("Choose who it was from the list, or name somebody else: not both.")
            raise forms.ValidationError({"came": text})
        return given | {"group": one.group, "organisation": one.organisation}

    def _participant(self, pk: str, hearing: int | None) -> Participant | None:
        if not pk or hearing is None:
            return None
        found = Participant.objects.filter(hearing=hearing, pk=int(pk)).first() if _is_small(pk) else None
        if found is None:
            text = gettext_lazy("This one did not come to the hearing: choose from the list.")
            raise forms.ValidationError({"came": text})
        return found

    @property
    def said(self) -> Said:
        given = self.cleaned_data
        names = ("group", "channel", "text", "organisation", "hearing", "said_on")
        return Said(**{name: given[name] for name in names}, about=self.about)


class DispositionForm(forms.Form):
    """What comes of an opinion."""

    kind = forms.CharField(required=False)
    reason = TextField(required=False)


class HandBackForm(forms.Form):
    """Why it is not the ministry's own to answer, and whose it might be. The reason has a name of its own: it stands on
    the page of the answer."""

    transfer = TextField(required=False)
    to = TextField(required=False)

    def clean_to(self) -> int | None:
        return _ministry(self.cleaned_data["to"])


class PassOnForm(forms.Form):
    """To whom it goes, until when, and why."""

    to = TextField(required=False)
    due_on = DayField(required=False)
    reason = TextField(required=False)

    def clean_to(self) -> int | None:
        return None if self.cleaned_data["to"] == OFFICE else _ministry(self.cleaned_data["to"], is_needed=True)


class GiveOutForm(forms.Form):
    """To whom several go, and until when."""

    ministry = TextField(required=False)
    due_on = DayField(required=False)

    def clean_ministry(self) -> int | None:
        return _ministry(self.cleaned_data["ministry"], is_needed=True)


class HearingForm(forms.Form):
    """One hearing; who came stands in rows of their own."""

    title_ko = TextField(required=False)
    title_en = TextField(required=False)
    held_on = DayField(required=False)
    place_ko = TextField(required=False)
    place_en = TextField(required=False)
    summary = TextField(required=False)

    def draft(self, post: QueryDict) -> HearingDraft:
        """Raises Invalid where something stands in a row that no page has: it would be left out in silence."""
        rows = _rows(post)
        if any(f"{field[1]}-organisation" not in rows for field in _filled(post)):
            text = gettext("A row of this form cannot be read. Open the page again and enter it anew.")
            raise Invalid({"came": [text]})
        return HearingDraft(**self.cleaned_data, came=posted_came(post))


def posted_came(post: QueryDict) -> tuple[Came, ...]:
    """The rows in which something stands, in the order of the page. What is no number is none. One more than are
    allowed is read, so that too many are told of."""
    numbers = sorted(_rows(post).values())
    made = []
    for number in numbers:
        name = f"p{number}"
        group, organisation = post.get(f"{name}-group", ""), post.get(f"{name}-organisation", "")
        people = post.get(f"{name}-number", "").strip()
        if group or organisation.strip() or people:
            made.append(Came(group, organisation, int(people) if _is_small(people) else None, name))
    return tuple(made[: ROWS + 1])


def codes_of(text: str) -> tuple[str, ...]:
    """The codes of tasks in one field."""
    return tuple(re.split(r"[\s,;·]+", text))


def _ministry(code: str, *, is_needed: bool = False) -> int | None:
    code = code.replace("\0", "")
    found = Ministry.objects.filter(code=code).values_list("pk", flat=True).first() if code else None
    if found is None and (code or is_needed):
        raise forms.ValidationError(gettext_lazy("Choose a ministry."))
    return found


def _rows(post: QueryDict) -> dict[str, int]:
    """The number of each row, by the name of its field for the organisation."""
    return {name: int(found[1]) for name in post if (found := ROW.fullmatch(name))}


def _filled(post: QueryDict) -> list[re.Match[str]]:
    """The fields of rows in which something stands."""
    return [found for name in post if (found := FIELD.fullmatch(name)) and post.get(name, "").strip()]


def _is_small(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 8


def _number(text: str, problem: Any) -> int | None:
    if not text:
        return None
    if not (_is_small(text)):
        raise forms.ValidationError(problem)
    return int(text)


# As inputs show it, under the names of their fields


def shown_about(row: Opinion) -> dict[str, str]:
    """What stands of an opinion."""
    about = About.of(row)
    return {
        "codes": ", ".join(about.codes),
        "scenario": about.scenario,
        "decision": str(about.decision or ""),
        "ministry": row.ministry.code if row.ministry else "",
        "due_on": about.due_on.isoformat() if about.due_on else "",
    }


def shown_hearing(row: Hearing) -> dict[str, str]:
    """What stands of a hearing."""
    draft = HearingDraft.of(row)
    return {name: str(getattr(draft, name) or "") for name in HearingDraft.COLUMNS}


def rows_of(post: QueryDict | None, row: Hearing | None) -> list[dict[str, str]]:
    """The rows of the form: those that were typed, else those that stand, and blank ones."""
    if post is not None:
        found = [
            {"group": one.group, "organisation": one.organisation, "number": post.get(f"{one.field}-number", "")}
            | {"field": one.field}
            for one in posted_came(post)
        ]
    else:
        found = [
            {"group": one.group, "organisation": one.organisation, "number": str(one.number), "field": f"p{number}"}
            for number, one in enumerate(row.participants.all() if row else [])
        ]
    first = max((int(one["field"][1:]) + 1 for one in found), default=0)
    blank = {"group": "", "organisation": "", "number": ""}
    return found + [blank | {"field": f"p{first + more}"} for more in range(BLANK_ROWS + FOLDED_ROWS)]
