"""The verb of a workbook: many drafts at once, all or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ministries.models import User
from records.errors import Conflict, Forbidden, Invalid
from records.locking import waiting

from .. import content
from ..models import Report, WorkbookUpload
from ..transitions import permit
from .common import lock_round, locked, require_version
from .ministry import standing_text, write_draft


@dataclass(frozen=True)
class Filling:
    """One draft: of which report, in which version its text was seen, and the raw text that it becomes."""

    report_id: int
    version: int
    raw: content.Raw


def fill_drafts(upload: WorkbookUpload, fillings: Sequence[Filling], *, by: User, at: datetime) -> int:
    """Fill the drafts from an uploaded workbook, once: returns how many changed, 0 where it was done before. Leaves
    neither event nor receipt, as saving a draft. What is attached stays attached.

    All or none: Conflict where one moved since it was seen, WrongState where one was sent meanwhile.
    """
    wanted = {filling.report_id: filling for filling in fillings}
    clean = {pk: content.tidy(filling.raw) for pk, filling in wanted.items()}
    for raw in clean.values():
        if problems := content.unstorable(raw):
            raise Invalid(problems)
    if upload.by_id != by.pk or upload.ministry_id not in by.standing.officer_of:
        raise Forbidden(_("You may not fill these drafts."))
    with waiting(), transaction.atomic():
        reports = locked(wanted) if wanted else []
        if not reports:
            lock_round(upload.round_id)
        if not WorkbookUpload.objects.filter(pk=upload.pk, applied_at__isnull=True).update(applied_at=at):
            return 0
        return sum(_fill(row, wanted[row.pk].version, clean[row.pk], upload, by=by, at=at) for row in reports)


def _fill(report: Report, version: int, raw: content.Raw, upload: WorkbookUpload, *, by: User, at: datetime) -> bool:
    """Whether the draft changed."""
    if (report.round_id, report.lead_id) != (upload.round_id, upload.ministry_id):
        raise Conflict(_("%(code)s is not in this workbook.") % {"code": report.task.code}, obj=report)
    target = permit("fill_drafts", report, by=by, at=at, has_open_return=content.open_return(report) is not None)
    require_version(report, version)
    standing = standing_text(report)
    raw = raw | {"attachments": standing["attachments"]}
    if raw == standing:
        return False
    write_draft(report, raw, start=content.start_of(report), target=target, by=by, at=at)
    return True
