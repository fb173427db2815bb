"""협조부처 작성분: the lead asks for it, a supporting ministry writes it, the lead takes it over into its draft."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ministries.directory import Directory
from ministries.models import Ministry, User
from records.chain import sha256
from records.errors import Conflict, Invalid, WrongState
from records.locking import waiting
from records.models import Receipt
from records.receipts import once
from tfportal.language import normalise

from .. import content, notices, teamwork
from ..models import Contribution, ContributionCall, Report
from ..transitions import permit, permit_beside
from .common import deputised, locked, locked_place, receipt_of, record_for, require_text
from .ministry import standing_text, write_draft


def call_contributions(report_id: int, *, by: User, at: datetime, key: UUID) -> Receipt:
    """Ask the supporting ministries that have written nothing in this round, but those that were asked within a day."""
    with once("call_contributions", by=by, at=at, key=key, target=f"report/{report_id}", body=[]) as attempt:
        if not attempt.repeated:
            report = locked_place(report_id)
            permit_beside("call_contributions", report, by=by, at=at, ministry=report.lead_id)
            called = teamwork.to_call(report, at)
            if not called:
                raise WrongState(_("Nobody is left to be asked: whoever is silent was asked within a day."))
            deputy_of = deputised(attempt, report, ministry=report.lead_id)
            ContributionCall.objects.bulk_create(
                ContributionCall(report=report, ministry_id=ministry, by=by, acting_for=deputy_of, at=at)
                for ministry in called
            )
            codes = Ministry.objects.filter(pk__in=called).order_by("code").values_list("code", flat=True)
            data = {"report": report.task.code, "ministries": list(codes)}
            event = record_for(attempt, [report], data, ministry=report.lead_id)
            notices.contributions_asked(report, called, by=by, event=event)
    return receipt_of(attempt)


def contribute(report_id: int, *, by: User, at: datetime, key: UUID, ministry: int, text: str) -> Receipt:
    """Write the ministry's own text for a report that it supports. Further ones may follow: the last one counts."""
    text = normalise(text)
    body = [ministry, text]
    with once("contribute", by=by, at=at, key=key, target=f"report/{report_id}", body=body) as attempt:
        if not attempt.repeated:
            report = locked_place(report_id)
            permit_beside("contribute", report, by=by, at=at, ministry=ministry)
            require_text(text, empty=_("Enter your ministry's text."))
            own = teamwork.written_by(report, ministry)
            if own and own[-1].text == text:
                raise Invalid({"text": [_("This is word for word what you sent last. It is there: nothing was lost.")]})
            row = Contribution.objects.create(
                report=report,
                ministry_id=ministry,
                no=len(own) + 1,  # under the report's lock
                text=text,
                by=by,
                acting_for=deputised(attempt, report, ministry=ministry),
                at=at,
            )
            event = record_for(attempt, [report], told(row), ministry=ministry)
            notices.contributed(report, row, by=by, event=event)
    return receipt_of(attempt)


def told(row: Contribution) -> dict[str, Any]:
    """What the record's event says of it: not the text, which not everyone may read who reads the record."""
    return {
        "report": row.report.task.code,
        "ministry": row.ministry.code,
        "no": row.no,
        "sha256": sha256(row.text),
    }


def take_contribution(contribution_id: int, *, by: User, at: datetime, version: int, into: str = "results") -> Report:
    """Append a contribution to one text of the lead's draft, under its ministry's name; the draft keeps where it came
    from. A saving of the draft: neither event nor receipt. Where that text holds it already, nothing is appended.

    Another version raises Conflict with what stands there.
    """
    if into not in content.TEXTS:
        raise Invalid({"into": [_("Choose the text into which it is to go.")]})
    with waiting(), transaction.atomic():
        report_id = Contribution.objects.values_list("report", flat=True).get(pk=contribution_id)
        (report,) = locked([report_id])
        target = permit("save_draft", report, by=by, at=at, has_open_return=content.open_return(report) is not None)
        row, standing = _of(report, contribution_id), standing_text(report)
        grown = _with(row, standing, into)
        if grown == standing:
            return report
        if report.version != version:
            message = _("%(code)s was changed by someone else while you were typing.") % {"code": report.task.code}
            raise Conflict(message, theirs=standing, obj=report)
        raw = content.tidy(grown)
        if problems := content.unstorable(raw):
            raise Invalid(problems)
        write_draft(report, raw, start=content.start_of(report), target=target, by=by, at=at)
    return report


def is_taken_over(report: Report, contribution_id: int, *, mine: content.Raw, into: str) -> bool:
    """Whether the draft is what taking over makes of `mine`: then the same form arrived a second time."""
    standing = standing_text(report)
    own = mine | {name: standing[name] for name in content.UNTYPED}
    return content.tidy(_with(_of(report, contribution_id), own, into)) == standing


def _of(report: Report, contribution_id: int) -> Contribution:
    return next(row for row in report.contributions.all() if row.pk == contribution_id)


def _with(row: Contribution, standing: content.Raw, into: str) -> content.Raw:
    """The draft grown by the contribution; the same one where its text stands there already."""
    name = Directory(row.report.round.as_of)[row.ministry_id].abbr_ko
    text = normalise(teamwork.under_name(row.text, name))
    held = f"\n{text}\n" in f"\n{standing[into]}\n"
    grown = standing[into] if held else "\n".join(part for part in (standing[into], text) if part)
    named = standing["contributions"]
    return standing | {into: grown, "contributions": named if str(row.pk) in named else [*named, str(row.pk)]}
