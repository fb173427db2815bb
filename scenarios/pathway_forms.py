"""From the posted fields of a version to what its verbs take, and from a version to the fields of its form: reading and
wording only, the rules stand in `drafting` and in the workflow."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records.errors import Invalid
from tasks.forms import LocalDateTimeField, NumberField, TextField, problems_of_forms
from tasks.problems import Problems
from tfportal.language import pick

from . import sums
from .drafting import FigureDraft, VersionDraft, number_problem
from .models import ScenarioVersion, SectorFigure

ROW = re.compile(r"f(\d{1,3})-name_ko")
MOST_ROWS = 90
EMPTY_ROWS = 2  # always offered, so that a figure can be added without a script
FIELDS = ("pk", "sector", "name_ko", "name_en", "value", "vintage_ko", "vintage_en", "source", "verified")
CHOSEN = ("pk", "verified")  # these mean nothing where nothing else was typed


NO_NUMBER = {"invalid": gettext_lazy("Give a number.")}
NO_MOMENT = {"required": gettext_lazy("Give a date and a time."), "invalid": gettext_lazy("Give a date and a time.")}


class HeadForm(forms.Form):
    """A version's note and totals."""

    note_ko = TextField(required=False)
    note_en = TextField(required=False)
    stated_total = NumberField(required=False, error_messages=NO_NUMBER)
    stated_gross = NumberField(required=False, error_messages=NO_NUMBER)


class FigureForm(forms.Form):
    """One figure."""

    pk = forms.IntegerField(required=False, min_value=1, max_value=2**31)
    sector = forms.CharField(required=False, max_length=20)
    name_ko = TextField(required=False)
    name_en = TextField(required=False)
    value = NumberField(required=False, error_messages=NO_NUMBER)
    vintage_ko = TextField(required=False)
    vintage_en = TextField(required=False)
    source = TextField(required=False)
    verified = forms.CharField(required=False, max_length=1)

    @property
    def is_empty(self) -> bool:
        """Whether the row is to leave: it is ticked so, or nothing was typed into it."""
        gone = self.data.get(self.add_prefix("gone"), "")
        typed = (self.data.get(self.add_prefix(name), "").strip() for name in FIELDS if name not in CHOSEN)
        return bool(gone) or not any(typed)

    @property
    def draft(self) -> FigureDraft:
        given = {name: self.cleaned_data[name] for name in FIELDS}
        given["verified"] = given["verified"] or SectorFigure.Verified.BACKGROUND
        return FigureDraft(**given, field=self.prefix or "")


class UntilForm(forms.Form):
    """Until when ministries can comment, and the time that the page showed."""

    until = LocalDateTimeField(error_messages=NO_MOMENT)
    seen = forms.CharField(required=False, max_length=40)

    def clean_until(self) -> datetime:
        value: datetime = self.cleaned_data["until"]
        if not 2000 <= value.year <= 2100:  # beyond these, some cannot even be written in UTC
            raise forms.ValidationError(gettext_lazy("Check the year."))
        return value if timezone.is_aware(value) else timezone.make_aware(value)

    def clean_seen(self) -> datetime | None:
        try:
            return datetime.fromisoformat(self.cleaned_data["seen"]) if self.cleaned_data["seen"] else None
        except ValueError:
            return datetime.max.replace(tzinfo=timezone.get_current_timezone())  # no page showed that: a conflict


class WordForm(forms.Form):
    """What a division says, as the office enters it."""

    division = forms.IntegerField(
        min_value=1,
        max_value=2**31,
        error_messages={"required": gettext_lazy("Choose a division."), "invalid": gettext_lazy("Choose a division.")},
    )
    agrees = forms.ChoiceField(
        choices=[("yes", ""), ("no", "")],
        error_messages={"required": gettext_lazy("Say whether it agrees.")},
    )
    text = TextField(required=False)


def posted_head(post: QueryDict) -> VersionDraft:
    """Note and totals as they were typed. Raises Invalid for what is no number."""
    form = HeadForm(post)
    if not form.is_valid():
        raise Invalid(problems_of_forms(form))
    return VersionDraft(**form.cleaned_data)


def posted_version(post: QueryDict) -> VersionDraft:
    """The version as it was typed, its rows in the order of the page. Raises Invalid for what is no number."""
    form, rows = HeadForm(post), [row for row in _rows(post) if not row.is_empty]
    if problems := problems_of_forms(form) | _problems(rows):
        raise Invalid(problems)
    return VersionDraft(**form.cleaned_data, figures=tuple(row.draft for row in rows))


@dataclass(frozen=True)
class Counted:
    """What the fields of a version's form sum to. `problems`: by field, of what is no number and so not in the sum."""

    sums: sums.Sums
    problems: Problems


def counted_of_post(post: QueryDict) -> Counted:
    """As it was typed so far: whatever else is missing or wrong, the numbers are summed."""
    problems: Problems = {}

    def number(form: forms.Form, name: str) -> Decimal | None:
        form.is_valid()
        value: Decimal | None = form.cleaned_data.get(name)
        found = [str(text) for text in form.errors.get(name, [])] or number_problem(value)
        if found:
            problems[form.add_prefix(name)] = found
        return None if found else value

    head, rows = HeadForm(post), [row for row in _rows(post) if not row.is_empty]
    figures = tuple(FigureDraft(value=number(row, "value")) for row in rows)
    stated = VersionDraft(stated_total=number(head, "stated_total"), stated_gross=number(head, "stated_gross"))
    return Counted(sums.of(stated, figures), problems)


def counted_of_version(version: ScenarioVersion) -> Counted:
    """As it stands."""
    return Counted(sums.of(version, version.figures.all()), {})


def _rows(post: QueryDict) -> list[FigureForm]:
    numbers = sorted(int(found[1]) for name in post if (found := ROW.fullmatch(name)))
    return [FigureForm(post, prefix=f"f{number}") for number in numbers[:MOST_ROWS]]


def _problems(rows: Iterable[FigureForm]) -> dict[str, list[str]]:
    found = {row: problems_of_forms(row) for row in rows if not row.is_valid()}
    return {row.add_prefix(name): texts for row, problems in found.items() for name, texts in problems.items()}


@dataclass(frozen=True)
class SheetRow:
    """What stands in the fields of one figure. `names`: what each field is called in the form."""

    prefix: str
    values: dict[str, str]
    is_gone: bool = False

    @property
    def name(self) -> str:
        """The figure's, in the reader's language; empty where none was typed yet."""
        return pick(self.values["name_ko"].strip(), self.values["name_en"].strip())

    @property
    def vintage(self) -> str:
        return pick(self.values["vintage_ko"].strip(), self.values["vintage_en"].strip())

    @property
    def names(self) -> dict[str, str]:
        return {name: f"{self.prefix}-{name}" for name in (*FIELDS, "gone")}


@dataclass(frozen=True)
class Sheet:
    """What stands in the fields of a version's form; `empty`: rows for figures that are to come."""

    head: dict[str, str]
    rows: list[SheetRow]

    @property
    def empty(self) -> list[SheetRow]:
        first = max((int(row.prefix[1:]) for row in self.rows), default=-1) + 1
        return [SheetRow(f"f{first + place}", dict.fromkeys(FIELDS, "")) for place in range(EMPTY_ROWS)]

    def named(self, problems: Problems) -> list[tuple[str, str, str]]:
        """Every problem with its field and the name of the figure that it is of, empty where it is of none."""
        names = {row.prefix: row.name or _("New figure") for row in (*self.rows, *self.empty)}
        return [
            (name, names.get(name.rpartition("-")[0], ""), text) for name, texts in problems.items() for text in texts
        ]

    def unfolded(self, problems: Problems) -> set[str]:
        """The rows (by their prefixes) whose folded fields have to be looked at."""
        return {name.rpartition("-")[0] for name in problems if not name.endswith("-value")}


def sheet_of_post(post: QueryDict) -> Sheet:
    """As it was typed."""
    head = {name: post.get(name, "") for name in HeadForm.base_fields}
    rows = []
    for row in _rows(post):
        values = {name: post.get(row.add_prefix(name), "") for name in FIELDS}
        if any(value.strip() for name, value in values.items() if name not in CHOSEN):
            rows.append(SheetRow(row.prefix or "", values, bool(post.get(row.add_prefix("gone")))))
    return Sheet(head, rows)


def sheet_of_draft(draft: VersionDraft) -> Sheet:
    """As it stands."""
    head = {name: _text(value) for name, value in draft.columns.items()}
    rows = [
        SheetRow(f"f{place}", {name: _text(getattr(row, name)) for name in FIELDS})
        for place, row in enumerate(draft.figures)
    ]
    return Sheet(head, rows)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.1f}" if isinstance(value, Decimal) else str(value)
