"""시나리오 안: from a draft over its circulation to its publication. Each verb holds its scenario, reads the version
after that, and leaves one event.

`version` counts what a version says: its figures, totals and notes. Circulating it, taking it back or publishing it
leaves that as it is, so that a division's sign-off holds until somebody changes a figure.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from ministries.models import Ministry, User
from records.errors import Conflict, Invalid, WrongState
from records.locking import lock
from records.models import Event, Receipt
from records.receipts import Attempt, once
from records.rows import name_of
from records.rows import tell as tell_rows
from tasks.models import Precision, Sector
from tasks.problems import refuse, text_problem
from tfportal import dates as words
from tfportal.language import normalise

from .. import drafting, naming, notices, standing, sums, trail
from ..contents import SCENARIO
from ..drafting import FigureDraft, VersionDraft
from ..models import (
    CommentAnswer,
    Division,
    Scenario,
    ScenarioComment,
    ScenarioVersion,
    SectorFigure,
    SignedOff,
    Uptake,
)
from ..querysets import by_code
from ..transitions import permit

COMMENT_LIMIT, REASON_LIMIT = 3000, 1000
ASIDE = 1000  # orders are moved out of each other's way by so much, far beyond the most rows
LATEST_YEAR = 2100  # a later moment cannot even be written in UTC


def draft_version(scenario_id: int, head: VersionDraft, *, by: User, at: datetime, key: UUID) -> Receipt:
    """A new version of a scenario, with the figures of its last one. `head`: note and totals; its figures are passed
    over. The receipt's event is about the new version. Raises Invalid with messages by field."""
    head = head.tidied()
    body = head.body[:-1]
    with once("draft_version", by=by, at=at, key=key, target=f"scenario/{scenario_id}", body=body) as attempt:
        if not attempt.repeated:
            scenario = _locked(scenario_id)
            holder = permit(attempt.verb, by=by)
            refuse(drafting.head_problems(head))
            versions = ScenarioVersion.objects.filter(scenario=scenario).order_by("no")
            last = versions.last()
            stands = versions.filter(withdrawn_at__isnull=True).last() or last
            no = last.no + 1 if last else 1
            made = ScenarioVersion.objects.create(
                scenario=scenario, code=f"{scenario.code}-{no}", no=no, version=1, **head.columns
            )
            copied = [_copied(row, made) for row in stands.figures.order_by("order")] if stands else []
            source = {"from": stands.code} if stands else {}
            _tell(attempt, made, made, rows=[made, *copied], acting_for=holder, **source)
    return _receipt_of(attempt)


def _copied(row: SectorFigure, into: ScenarioVersion) -> SectorFigure:
    names = ("order", "name_ko", "name_en", "value", "vintage_ko", "vintage_en", "source", "verified")
    columns = {name: getattr(row, name) for name in names}
    return SectorFigure.objects.create(of=into, sector_id=row.sector_id, **columns)


def change_figures(version_id: int, draft: VersionDraft, *, by: User, at: datetime, key: UUID, version: int) -> Receipt:
    """What a draft says: its note, its totals, and its figures in this order; a figure that the draft does not name
    leaves. A figure with another value and the same source counts as background knowledge again; the event names it in
    `unchecked`. Raises Invalid with messages by field, Conflict where somebody changed it since."""
    draft = draft.tidied()
    body = [version, *draft.body]
    with once("change_figures", by=by, at=at, key=key, target=f"version/{version_id}", body=body) as attempt:
        if not attempt.repeated:
            row = _locked_version(version_id)
            holder = permit(attempt.verb, row, by=by)
            _require(row, version)
            sectors = {one.code: one for one in Sector.objects.all()}
            refuse(drafting.problems(draft, sectors))
            stands = {figure.pk: figure for figure in row.figures.order_by("order")}
            before = drafting.draft_of(row, stands.values())
            if draft == before:
                raise Invalid({"__all__": [_("Nothing in it is another one.")]})
            draft, unchecked = drafting.with_checks_reset(draft, before)
            told = {"unchecked": unchecked} if unchecked else {}
            rows, gone = _written(row, draft.figures, stands, sectors)
            row.version += 1
            for name, value in draft.columns.items():
                setattr(row, name, value)
            row.save(update_fields=("version", *draft.columns))
            _tell(attempt, row, row, rows=[row, *rows], gone=gone, acting_for=holder, **told)
    return _receipt_of(attempt)


def _written(
    of: ScenarioVersion, drafts: Iterable[FigureDraft], stands: dict[int, SectorFigure], sectors: dict[str, Sector]
) -> tuple[list[SectorFigure], list[str]]:
    """The version's figures as they now stand, and the names of those that left."""
    kept = {draft.pk for draft in drafts}
    left = [figure for pk, figure in stands.items() if pk not in kept]
    gone = [name_of(figure) for figure in left]
    SectorFigure.objects.filter(pk__in=[figure.pk for figure in left]).delete()
    of.figures.update(order=F("order") + ASIDE)  # no two may stand in one place, not even for a moment
    rows = []
    for order, draft in enumerate(drafts, 1):
        figure = stands.get(draft.pk or 0) or SectorFigure(of=of)
        figure.order, figure.sector = order, sectors.get(draft.sector)
        for name, value in draft.columns.items():
            setattr(figure, name, value)
        figure.save()
        rows.append(figure)
    return rows, gone


def sign_off_version(
    version_id: int, division_id: int, *, by: User, at: datetime, key: UUID, agrees: bool, text: str, version: int
) -> Receipt:
    """What a division says of the figures as they stand: that it agrees, or not and why. The office enters it in its
    name. Raises Conflict where the figures are others by now."""
    text = normalise(text)
    body = [division_id, agrees, text, version]
    with once("sign_off_version", by=by, at=at, key=key, target=f"version/{version_id}", body=body) as attempt:
        if not attempt.repeated:
            row = _locked_version(version_id)
            holder = permit(attempt.verb, row, by=by)
            _require(row, version)
            division = Division.objects.filter(pk=division_id).first()
            empty = "" if agrees else _("Say what the division does not agree with.")
            if division is None:
                raise Invalid({"division": [_("Choose a division.")]})
            refuse({"text": _words_problem(text, empty)})
            said = SignedOff.objects.create(
                of=row,
                division=division,
                agrees=agrees,
                text=text,
                version_no=version,
                by=by,
                at=at,
                acting_for=holder,
            )
            _tell(attempt, row, row, rows=[said], acting_for=holder)
    return _receipt_of(attempt)


def circulate_version(
    version_id: int, *, by: User, at: datetime, key: UUID, until: datetime, version: int, seen: datetime | None
) -> Receipt:
    """Ask the ministries for their comments until then, or move that time. `seen`: the time that stood on the page.
    Their officers and approvers are told by mail."""
    body = [until.isoformat(), version, seen and seen.isoformat()]
    with once("circulate_version", by=by, at=at, key=key, target=f"version/{version_id}", body=body) as attempt:
        if not attempt.repeated:
            row = _locked_version(version_id)
            holder = permit(attempt.verb, row, by=by)
            _require(row, version)
            if row.comments_until != seen:
                raise Conflict(_("This was changed meanwhile. Look at it again."), obj=row)
            refuse({"until": _until_problem(row, until, at)})
            is_changed = bool(trail.of_version(row).since_circulated)
            row.circulated_at = row.circulated_at or at
            row.comments_until = until
            row.save(update_fields=("circulated_at", "comments_until"))
            event = _tell(attempt, row, row, rows=[row], acting_for=holder)
            notices.circulated(row, is_changed=is_changed, by=by, event=event)
    return _receipt_of(attempt)


def _until_problem(row: ScenarioVersion, until: datetime, at: datetime) -> list[str]:
    if not row.figures.exists():
        return [_("There is no figure to comment on yet.")]
    if until <= at:
        return [_("Choose a time that lies ahead.")]
    if until.year > LATEST_YEAR:
        return [_("Check the year.")]
    return [_("This is the time that stands already.")] if until == row.comments_until else []


def recall_version(version_id: int, *, by: User, at: datetime, key: UUID, version: int, reason: str) -> Receipt:
    """A draft again, to be changed, with the reason: ministries see no figure of it any more. What they said of it
    stays, and they are told by mail."""
    reason = normalise(reason)
    body = [version, reason]
    with once("recall_version", by=by, at=at, key=key, target=f"version/{version_id}", body=body) as attempt:
        if not attempt.repeated:
            row = _locked_version(version_id)
            holder = permit(attempt.verb, row, by=by)
            _require(row, version)
            refuse({"reason": _words_problem(reason, _("Give the reason."))})
            row.circulated_at = row.comments_until = None
            row.save(update_fields=("circulated_at", "comments_until"))
            event = _tell(attempt, row, row, rows=[row], acting_for=holder, reason=reason)
            notices.recalled(row, by=by, event=event)
    return _receipt_of(attempt)


def comment_on_version(
    version_id: int, *, by: User, at: datetime, key: UUID, ministry: int, sector: str, text: str
) -> Receipt:
    """What a ministry says of a circulated version, about one sector (its code) or the whole (empty). The moment in
    which comments end is still in time; after it WrongState is raised."""
    text = normalise(text)
    body = [ministry, sector, text]
    with once("comment_on_version", by=by, at=at, key=key, target=f"version/{version_id}", body=body) as attempt:
        if not attempt.repeated:
            row = _locked_version(version_id)
            holder = permit(attempt.verb, row, by=by, ministry=ministry)
            if row.comments_until is None or at > row.comments_until:
                when = {"when": words.moment(row.comments_until) if row.comments_until else "–"}
                raise WrongState(_("The time for comments ended %(when)s.") % when)
            about = by_code(Sector.objects.all(), sector) if sector else None
            refuse(
                {
                    "text": text_problem(text, empty=_("Write the comment."), limit=COMMENT_LIMIT),
                    "sector": [_("Choose a sector.")] if sector and about is None else [],
                }
            )
            whose = Ministry.objects.get(pk=ministry)
            said = ScenarioComment.objects.create(
                of=row, ministry=whose, sector=about, text=text, by=by, at=at, acting_for=holder
            )
            _tell(attempt, row, row, rows=[said], acting_for=holder, ministry=whose.code)
    return _receipt_of(attempt)


def answer_scenario_comment(
    comment_id: int, *, by: User, at: datetime, key: UUID, kind: str, reason: str, seen: int
) -> Receipt:
    """What the office does with a comment, and why. Answered again, the last answer counts; `seen` is the one that the
    page showed (0 for none). The ministry is told by mail."""
    reason = normalise(reason)
    body, target = [kind, reason, seen], f"comment/{comment_id}"
    with once("answer_scenario_comment", by=by, at=at, key=key, target=target, body=body) as attempt:
        if not attempt.repeated:
            said = ScenarioComment.objects.select_related("ministry", "sector").get(pk=comment_id)
            row = said.of = _locked_version(said.of_id)
            holder = permit(attempt.verb, row, by=by)
            if (said.answers.order_by("pk").values_list("pk", flat=True).last() or 0) != seen:
                raise Conflict(_("Somebody else answered it meanwhile. Look at it again."), obj=said)
            refuse(
                {
                    "kind": [] if kind in Uptake.values else [_("Choose what is done with it.")],
                    "reason": _words_problem(reason, _("Give the reason.")),
                }
            )
            answer = CommentAnswer.objects.create(
                comment=said, kind=kind, reason=reason, by=by, at=at, acting_for=holder
            )
            event = _tell(attempt, row, row, rows=[answer], acting_for=holder, ministry=said.ministry.code)
            notices.answered(said, by=by, event=event)
    return _receipt_of(attempt)


def publish_version(
    version_id: int, *, by: User, at: datetime, key: UUID, version: int, seen: list[str], reason: str
) -> Receipt:
    """Publish it today: closed for ever. `seen`: what the page said is still open (`standing.Standing.open`); Conflict
    where that is something else by now. Raises Invalid where something is open and no reason is given."""
    reason = normalise(reason)
    body = [version, seen, reason]
    with once("publish_version", by=by, at=at, key=key, target=f"version/{version_id}", body=body) as attempt:
        if not attempt.repeated:
            row = _locked_version(version_id)
            holder = permit(attempt.verb, row, by=by)
            _require(row, version)
            stands = standing.read(row, at=at)
            if stands.mark != seen:
                raise Conflict(_("What is still open changed since you opened this page. Look at it again."), obj=row)
            empty = _("Say why it is published all the same.") if stands.open else ""
            refuse({"reason": _words_problem(reason, empty)})
            row.is_published, row.published_on, row.precision = True, timezone.localdate(at), Precision.DAY
            row.frozen_at = at
            row.save(update_fields=("is_published", "published_on", "precision", "frozen_at"))
            net = {"net": sums.written(stands.sums.net.computed), "open": seen, "reason": reason}
            _tell(attempt, row, row, rows=[row], acting_for=holder, **net)
    return _receipt_of(attempt)


def withdraw_version(version_id: int, *, by: User, at: datetime, key: UUID, version: int, reason: str) -> Receipt:
    """Given up, with the reason. It keeps its number, and the office can still read it."""
    reason = normalise(reason)
    body = [version, reason]
    with once("withdraw_version", by=by, at=at, key=key, target=f"version/{version_id}", body=body) as attempt:
        if not attempt.repeated:
            row = _locked_version(version_id)
            holder = permit(attempt.verb, row, by=by)
            _require(row, version)
            refuse({"reason": _words_problem(reason, _("Give the reason."))})
            row.withdrawn_at = at
            row.save(update_fields=("withdrawn_at",))
            _tell(attempt, row, row, rows=[row], acting_for=holder, reason=reason)
    return _receipt_of(attempt)


# What they share


def _locked(scenario_id: int) -> Scenario:
    """The scenario, read after its lock: numbers of versions are given out here."""
    lock(f"scenario:{scenario_id}")
    return Scenario.objects.get(pk=scenario_id)


def _locked_version(version_id: int) -> ScenarioVersion:
    """The version, read after its scenario's lock."""
    found = ScenarioVersion.objects.values_list("scenario", flat=True).get(pk=version_id)
    lock(f"scenario:{found}")
    return ScenarioVersion.objects.select_related("scenario").get(pk=version_id)


def _require(row: ScenarioVersion, version: int) -> None:
    if row.version != version:
        raise Conflict(_("This was changed meanwhile. Look at it again."), obj=row)


def _words_problem(text: str, empty: str) -> list[str]:
    """What is wrong with words of the office, which ministries read or the record keeps."""
    return text_problem(text, empty=empty, limit=REASON_LIMIT) or naming.problem(text)


def _tell(
    attempt: Attempt,
    version: ScenarioVersion,
    about: models.Model,
    *,
    rows: Iterable[models.Model] = (),
    gone: Iterable[str] = (),
    acting_for: User | None = None,
    **data: Any,
) -> Event:
    """The verb's one event in the chain of its scenario."""
    told: dict[str, Any] = {"version": version.code} | data
    return tell_rows(attempt, SCENARIO, version.scenario, about, rows=rows, gone=gone, acting_for=acting_for, **told)


def _receipt_of(attempt: Attempt) -> Receipt:
    assert attempt.receipt is not None  # noqa: S101 (once() leaves a receipt or raises)
    return attempt.receipt
