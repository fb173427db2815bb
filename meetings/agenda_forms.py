"""From the posted fields of an agenda item to its draft, and from an item or a suggestion to the fields of its form:
reading and wording only, the rules stand in `drafting` and in the workflow."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from records.errors import Invalid
from tasks.forms import NumberField, TextField, problems_of_forms
from tfportal.language import normalise

from .days import DayField
from .drafting import FigureDraft, ItemDraft
from .models import AgendaItem, Figure
from .reasons import Reason

ROW = re.compile(r"f(\d{1,3})-text_ko")
EMPTY_ROWS = 2  # always offered, so that a figure can be added without a script
MOST_ROWS = 60
FIELDS = ("number", "text_ko", "text_en", "since", "until", "precision", "source", "verified")


class ItemForm(forms.Form):
    """One item without its tasks and figures."""

    kind = forms.CharField(required=False, max_length=20)
    title_ko = TextField(required=False)
    title_en = TextField(required=False)
    summary_ko = TextField(required=False)
    summary_en = TextField(required=False)
    presenter = forms.CharField(required=False, max_length=20)
    minutes = forms.IntegerField(
        required=False, error_messages={"invalid": gettext_lazy("Give a whole number of minutes.")}
    )


class FigureForm(forms.Form):
    """One figure."""

    number = NumberField(required=False, error_messages={"invalid": gettext_lazy("Give a number.")})
    text_ko = TextField(required=False)
    text_en = TextField(required=False)
    since = DayField(required=False)
    until = DayField(required=False)
    precision = forms.CharField(required=False, max_length=8)
    source = TextField(required=False)
    verified = forms.CharField(required=False, max_length=1)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed into the row: what is chosen in it means nothing then."""
        return not any(self.data.get(self.add_prefix(name), "").strip() for name in FIELDS if name not in CHOSEN)

    @property
    def draft(self) -> FigureDraft:
        given = {name: self.cleaned_data[name] for name in FIELDS}
        given["precision"] = given["precision"] or "day"
        given["verified"] = given["verified"] or Figure.Verified.BACKGROUND
        return FigureDraft(**given, field=self.prefix or "")


CHOSEN = ("precision", "verified")


def posted_draft(post: QueryDict, *, reason: Reason | None = None) -> ItemDraft:
    """The item as it was typed. Raises Invalid for what is no number or no day."""
    form, figures = ItemForm(post), [row for row in _rows(post) if not row.is_empty]
    if problems := problems_of_forms(form) | _problems(figures):
        raise Invalid(problems)
    drafts = tuple(row.draft for row in figures)
    numbers = tuple(post.getlist("candidate"))
    return ItemDraft(**form.cleaned_data, tasks=posted_codes(post), figures=drafts, reason=reason, candidates=numbers)


def posted_codes(post: QueryDict) -> tuple[str, ...]:
    """The codes of the tasks: those that are ticked, and those that were typed, with blanks or commas between."""
    typed = re.split(r"[\s,;·]+", normalise(post.get("add_tasks", "")))
    return tuple(code.upper() for code in (*post.getlist("task"), *typed) if code)


def _rows(post: QueryDict) -> list[FigureForm]:
    numbers = sorted(int(found[1]) for name in post if (found := ROW.fullmatch(name)))
    return [FigureForm(post, prefix=f"f{number}") for number in numbers[:MOST_ROWS]]


def filled_rows(post: QueryDict) -> list[str]:
    """The prefixes of the figures that were typed, in the order in which the form shows them again."""
    return [row.prefix or "" for row in _rows(post) if not row.is_empty]


def _problems(rows: Iterable[FigureForm]) -> dict[str, list[str]]:
    found = {row: problems_of_forms(row) for row in rows if not row.is_valid()}
    return {row.add_prefix(name): texts for row, problems in found.items() for name, texts in problems.items()}


def posted_order(post: QueryDict) -> tuple[list[int], list[int]]:
    """The order that the page showed, and the one that is asked for: one item up or down by one place (`up-12`)."""
    seen = [
        int(text) for text in post.get("seen", "").split(",") if text.isascii() and text.isdigit() and len(text) < 18
    ]
    way, _dash, text = post.get("move", "").partition("-")
    order = list(seen)
    if text.isascii() and text.isdigit() and len(text) < 18 and (pk := int(text)) in order and way in ("up", "down"):
        place = order.index(pk)
        other = place - 1 if way == "up" else place + 1
        if 0 <= other < len(order):
            order[place], order[other] = order[other], order[place]
    return seen, order


@dataclass(frozen=True)
class Sheet:
    """What stands in the fields of an item's form: `values` by name, `codes` of the tasks that are ticked, `typed` ones
    beside them, and the rows of its figures, with empty ones after them."""

    values: dict[str, str]
    codes: list[str]
    typed: str
    rows: list[tuple[str, dict[str, str]]]
    candidates: list[str] = field(default_factory=list)  # the numbers of those that are ticked

    @property
    def filled(self) -> list[tuple[str, dict[str, str]]]:
        return self.rows[:-EMPTY_ROWS]

    @property
    def empty(self) -> list[tuple[str, dict[str, str]]]:
        return self.rows[-EMPTY_ROWS:]


def sheet_of_post(post: QueryDict) -> Sheet:
    """As it was typed."""
    values = {name: post.get(name, "") for name in ItemForm.base_fields}
    rows = [(row.prefix or "", {name: post.get(row.add_prefix(name), "") for name in FIELDS}) for row in _rows(post)]
    filled = [row for row in rows if any(value for name, value in row[1].items() if name not in CHOSEN)]
    codes, numbers = post.getlist("task"), post.getlist("candidate")
    return Sheet(values, codes, post.get("add_tasks", ""), _with_empty(filled), numbers)


def sheet_of_item(item: AgendaItem, *, codes: list[str], presenter: str) -> Sheet:
    """As it stands."""
    values = {name: str(getattr(item, name)) for name in ("kind", "title_ko", "title_en", "summary_ko", "summary_en")}
    values |= {"presenter": presenter, "minutes": str(item.minutes or "")}
    rows = [(f"f{no}", _row(figure)) for no, figure in enumerate(item.figures.all())]
    numbers = [row.candidate.number for row in item.of_candidates.all()]
    return Sheet(values, codes, "", _with_empty(rows), numbers)


def sheet_of_draft(draft: ItemDraft) -> Sheet:
    """As a suggestion proposes it."""
    names = ("kind", "title_ko", "title_en", "summary_ko", "summary_en", "presenter")
    values = {name: str(getattr(draft, name)) for name in names} | {"minutes": ""}
    return Sheet(values, list(draft.tasks), "", _with_empty([]), list(draft.candidates))


def _row(figure: Figure) -> dict[str, str]:
    number = "" if figure.number is None else f"{figure.number.normalize():f}"
    given = {name: str(getattr(figure, name) or "") for name in FIELDS if name != "number"}
    return {"number": number, **given}


def _with_empty(rows: list[tuple[str, dict[str, str]]]) -> list[tuple[str, dict[str, str]]]:
    first = max((int(name[1:]) for name, _row in rows), default=-1) + 1
    return rows + [(f"f{first + no}", dict.fromkeys(FIELDS, "")) for no in range(EMPTY_ROWS)]
