"""What a version is to say: as a form brings it, and what is wrong with it. Reads the database for the sectors that it
names and for who must not be named in it, and writes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tasks.models import Sector
from tasks.problems import Problems, line_problem, text_problem
from tfportal.language import normalise

from . import naming
from .models import ScenarioVersion, SectorFigure

ROWS_LIMIT = 60
NAME_LIMIT, ENGLISH_NAME_LIMIT = 60, 100  # characters, as their columns hold
VINTAGE_LIMIT, ENGLISH_VINTAGE_LIMIT = 150, 200
BELOW = Decimal(10) ** 6  # MtCO2eq: far beyond what the world emits
TEXTS = ("name_ko", "name_en", "vintage_ko", "vintage_en", "source")


@dataclass(frozen=True)
class FigureDraft:
    """One row. `pk`: of the figure that it is already; `sector`: its code, empty for what is no sector; `field`: what
    the form calls the row."""

    pk: int | None = None
    sector: str = ""
    name_ko: str = ""
    name_en: str = ""
    value: Decimal | None = None
    vintage_ko: str = ""
    vintage_en: str = ""
    source: str = ""
    verified: str = SectorFigure.Verified.BACKGROUND
    field: str = "f0"

    def tidied(self, sectors: dict[str, Sector]) -> "FigureDraft":
        """As it is stored: a row of a sector has the sector's name where none was typed."""
        texts: dict[str, Any] = {name: normalise(getattr(self, name)) for name in TEXTS}
        sector = sectors.get(self.sector)
        if sector is not None:
            texts["name_ko"] = texts["name_ko"] or sector.name_ko
            texts["name_en"] = texts["name_en"] or sector.name_en
        texts["name_en"] = texts["name_en"] or texts["name_ko"]
        value = Decimal("0.0") if self.value is not None and self.value.is_zero() else self.value
        return replace(self, value=value, **texts)

    @property
    def columns(self) -> dict[str, Any]:
        names = ("name_ko", "name_en", "value", "vintage_ko", "vintage_en", "source", "verified")
        return {name: getattr(self, name) for name in names}

    @property
    def plain(self) -> list[str]:
        return [str(self.pk), self.sector, *(str(value) for value in self.columns.values())]


def is_unchecked(row: FigureDraft, stands: FigureDraft) -> bool:
    """Whether a row claims for another value what was seen of the one that stands: with neither another source nor
    another word on the check, nobody can have seen it there."""
    was_seen = row.verified == stands.verified == SectorFigure.Verified.SEEN
    return was_seen and row.value != stands.value and row.source == stands.source


@dataclass(frozen=True)
class VersionDraft:
    """A version's own words, what it states its figures sum to, and the figures in their order."""

    note_ko: str = ""
    note_en: str = ""
    stated_total: Decimal | None = None
    stated_gross: Decimal | None = None
    figures: tuple[FigureDraft, ...] = ()

    def tidied(self) -> "VersionDraft":
        sectors = {row.code: row for row in Sector.objects.all()}
        return replace(
            self,
            note_ko=normalise(self.note_ko),
            note_en=normalise(self.note_en),
            figures=tuple(row.tidied(sectors) for row in self.figures),
        )

    @property
    def columns(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("note_ko", "note_en", "stated_total", "stated_gross")}

    @property
    def body(self) -> list[Any]:
        """Everything that was posted, for the receipt."""
        return [*(str(value) for value in self.columns.values()), [row.plain for row in self.figures]]


def with_checks_reset(draft: VersionDraft, stands: VersionDraft) -> tuple[VersionDraft, list[str]]:
    """The draft with every unchecked row as background knowledge, and the Korean names of these rows."""
    known = {row.pk: row for row in stands.figures}
    unchecked = [row for row in draft.figures if row.pk in known and is_unchecked(row, known[row.pk])]
    figures = tuple(
        replace(row, verified=SectorFigure.Verified.BACKGROUND) if row in unchecked else row for row in draft.figures
    )
    return replace(draft, figures=figures), [row.name_ko for row in unchecked]


def draft_of(version: ScenarioVersion, figures: Iterable[SectorFigure]) -> VersionDraft:
    """As it stands."""
    rows = tuple(
        FigureDraft(
            pk=row.pk,
            sector=row.sector.code if row.sector else "",
            name_ko=row.name_ko,
            name_en=row.name_en,
            value=row.value,
            vintage_ko=row.vintage_ko,
            vintage_en=row.vintage_en,
            source=row.source,
            verified=row.verified,
            field=f"f{place}",
        )
        for place, row in enumerate(figures)
    )
    totals = {"stated_total": version.stated_total, "stated_gross": version.stated_gross}
    return VersionDraft(version.note_ko, version.note_en, **totals, figures=rows)


def head_problems(draft: VersionDraft) -> Problems:
    """What is wrong with a version's own words and totals; empty lists where nothing is."""
    return {
        "note_ko": text_problem(draft.note_ko) or naming.problem(draft.note_ko),
        "note_en": text_problem(draft.note_en) or naming.problem(draft.note_en),
        "stated_total": number_problem(draft.stated_total),
        "stated_gross": number_problem(draft.stated_gross),
    }


def problems(draft: VersionDraft, known: dict[str, Sector]) -> Problems:
    """What is wrong with a tidied draft, by field."""
    found = head_problems(draft)
    stood = [row.pk for row in draft.figures if row.pk is not None]
    if len(stood) != len(set(stood)):  # no page sends that: of two such rows one would be lost
        found["figures"] = [_("One figure stands in two rows of this form. Open the page again.")]
    if not draft.figures:
        found["figures"] = [_("Leave at least one figure.")]
    if len(draft.figures) > ROWS_LIMIT:
        found["figures"] = [_("At most %(most)d figures.") % {"most": ROWS_LIMIT}]
    for place, row in enumerate(draft.figures):
        found |= _row_problems(row, known, draft.figures[:place])
    return found


def _row_problems(row: FigureDraft, known: dict[str, Sector], before: Sequence[FigureDraft]) -> Problems:
    name = row.field
    found = {
        f"{name}-name_ko": line_problem(row.name_ko, NAME_LIMIT, empty=_("Choose a sector, or give the row a name.")),
        f"{name}-name_en": line_problem(row.name_en, ENGLISH_NAME_LIMIT),
        f"{name}-value": number_problem(row.value),
        f"{name}-vintage_ko": line_problem(
            row.vintage_ko, VINTAGE_LIMIT, empty=_("Say from which inventory the figure is.")
        ),
        f"{name}-vintage_en": line_problem(row.vintage_en, ENGLISH_VINTAGE_LIMIT),
        f"{name}-source": text_problem(row.source, empty=_("Give the figure’s source.")),
    }
    if row.sector and row.sector not in known:
        found[f"{name}-sector"] = [_("Choose a sector.")]
    elif row.sector and any(row.sector == one.sector for one in before):
        found[f"{name}-sector"] = [_("This sector has a row already.")]
    elif not row.sector and any(row.name_ko == one.name_ko and not one.sector for one in before):
        found[f"{name}-name_ko"] = [_("There is a row of this name already.")]
    if row.verified not in SectorFigure.Verified.values:
        found[f"{name}-verified"] = [_("Choose whether it was seen in its source.")]
    return found


def number_problem(number: Decimal | None) -> list[str]:
    """Why it is no figure of a scenario: these have one decimal, as their sources do."""
    if number is None:
        return []
    if not number.is_finite() or number.copy_abs() >= BELOW:
        return [_("Give a number of at most six digits before the point.")]
    if number != number.quantize(Decimal("0.1")):
        return [_("Give a number with one place behind the point.")]
    return []
