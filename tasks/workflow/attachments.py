"""첨부: a file comes to a draft, or leaves it. Both are savings of the draft: neither leaves an event or a receipt."""

from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from ministries.models import User
from records.locking import waiting

from .. import content, files
from ..models import Attachment, Report
from ..transitions import permit
from .common import locked, require_version
from .ministry import standing_text, write_draft


def attach(report_id: int, *, by: User, at: datetime, version: int, file: BinaryIO, name: str) -> Report:
    """Add a file to the report's draft; returns the report with its new version.

    The file is judged, written and scanned before any lock is taken, and is on the disk before its row is there.
    Raises Invalid for what may not be attached, `files.NotKept` where it could not be kept, and then keeps nothing.
    """
    with files.arriving(file, name) as kept, waiting(), transaction.atomic():
        report, raw = _for_change(report_id, by=by, at=at, version=version)
        own = content.files_of(report)
        attached = {(own[pk].name, own[pk].sha256) for pk in raw["attachments"] if pk in own}
        if (kept.name, kept.sha256) in attached:  # a form that came twice
            return report
        if len(attached) >= content.FILES_LIMIT:
            raise files.refuse(kept.name, content.too_many_files())
        row = Attachment.objects.create(
            report=report,
            token=kept.token,
            name=kept.name,
            kind=kept.kind,
            size=kept.size,
            sha256=kept.sha256,
            added_by=by,
            added_at=at,
        )
        _save(report, raw, [*raw["attachments"], str(row.pk)], by=by, at=at)
    return report


def detach(attachment: Attachment, *, by: User, at: datetime, version: int) -> Report:
    """Take a file out of the report's draft; returns the report. What a sent text carries keeps its row.

    The file itself is left for the sweep: a backup copies the files before the database and again after it, and one
    that has the row already may come for the file only then.
    """
    with waiting(), transaction.atomic():
        report, raw = _for_change(attachment.report_id, by=by, at=at, version=version)
        left = [pk for pk in raw["attachments"] if pk != str(attachment.pk)]
        if left != raw["attachments"]:
            _save(report, raw, left, by=by, at=at)
            if not attachment.attached.exists():
                attachment.delete()
                files.let_go(attachment.token)
    return report


def _for_change(report_id: int, *, by: User, at: datetime, version: int) -> tuple[Report, content.Raw]:
    """The locked report and its text as it stands; refused as saving the draft would be."""
    (report,) = locked([report_id])
    permit("save_draft", report, by=by, at=at, has_open_return=content.open_return(report) is not None)
    require_version(report, version)
    return report, standing_text(report)


def _save(report: Report, raw: content.Raw, attachments: list[str], *, by: User, at: datetime) -> None:
    target = permit("save_draft", report, by=by, at=at, has_open_return=content.open_return(report) is not None)
    start = content.start_of(report)
    write_draft(report, content.tidy(raw | {"attachments": attachments}), start=start, target=target, by=by, at=at)
