"""최종확정: the freeze closes a round for ever and seals what was submitted."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from ministries.directory import Directory
from ministries.models import Role, User
from records.chain import sha256
from records.errors import Conflict, Forbidden, Frozen, WrongState
from records.models import Receipt, Seal, Stream
from records.receipts import once

from . import notices, permissions
from .models import Report, Revision, Round
from .workflow.common import lock_round, receipt_of

MANIFEST_FORMAT = 2  # 1: before there were attachments. A seal keeps the format that it was made in


def freeze(round_id: int, *, by: User, at: datetime, key: UUID, head_seq: int) -> Receipt:
    """Seal each task's last submitted text and close the round. `head_seq` is the sequence that the confirmation page
    showed: if the round moved since, Conflict, and the page is shown again. Unsubmitted text is not sealed."""
    with once("freeze", by=by, at=at, key=key, target=f"round/{round_id}", body=[head_seq]) as attempt:
        if not attempt.repeated:
            if not permissions.can_coordinate(by):
                raise Forbidden(_("The coordination office freezes rounds."))
            round_ = lock_round(round_id, exclusive=True)
            if round_.frozen_at is not None:
                raise Frozen
            if round_.prepared_at is None or at < round_.opens_at:
                raise WrongState(_("This round is not open yet."))
            stream = attempt.lock_head(round_.stream_key)
            if stream.head_seq != head_seq:
                raise Conflict(_("The round changed since you opened this page. Look at it again, then freeze."))
            _copy_names(round_)
            entries = manifest(round_)
            root = sha256(entries)
            data = {"round": round_.no, "root": root, "reports": len(entries["reports"])}
            attempt.record(round_, data, acting_for=by.acts_for((Role.COORDINATOR, None)))
            Seal.objects.create(stream=stream, manifest=entries, root=root, format=MANIFEST_FORMAT, at=at, by=by)
            round_.frozen_at = at
            round_.save(update_fields=("frozen_at",))
            notices.frozen(round_, root, by=by, at=at)
    return receipt_of(attempt)


def head_seq(round_: Round) -> int:
    """The sequence number of the round's last event; 0 before the first."""
    stream = Stream.objects.filter(key=round_.stream_key).first()
    return stream.head_seq if stream else 0


def _copy_names(round_: Round) -> None:
    names = Directory(round_.as_of)
    reports = list(Report.objects.in_round(round_).select_related("task"))
    for report in reports:
        report.lead_name_ko, report.lead_name_en = names[report.lead_id].name_ko, names[report.lead_id].name_en
        report.title_copied_ko, report.title_copied_en = report.task.title_ko, report.task.title_en
    Report.objects.bulk_update(reports, ("lead_name_ko", "lead_name_en", "title_copied_ko", "title_copied_en"))


def manifest(round_: Round, version: int = MANIFEST_FORMAT) -> dict[str, Any]:
    """Every roster row with its last submitted revision, as plain JSON in the order of task codes. Computed again from
    the same rows, in the format `version` that the seal names, it gives the same root."""
    reports = Report.objects.in_round(round_).select_related("task", "lead", "current__submission")
    reports = reports.prefetch_related("current__attached__attachment").order_by("task__code")
    return {
        "format": version,
        "round": round_.no,
        "as_of": round_.as_of.isoformat(),
        "due_at": round_.due_at.isoformat(),
        "reports": [_entry(report, version) for report in reports],
    }


def _entry(report: Report, version: int) -> dict[str, Any]:
    revision = report.current
    return {
        "task": report.task.code,
        "title_ko": report.title_copied_ko,
        "title_en": report.title_copied_en,
        "kind": report.kind,
        "lead": report.lead.code,
        "lead_name_ko": report.lead_name_ko,
        "lead_name_en": report.lead_name_en,
        "accepted": report.accepted_id is not None,
        "office_light": report.office_light,
        "office_reason": report.office_reason,
        "book_text_ko": report.book_text_ko,
        "book_text_en": report.book_text_en,
        "late_microseconds": report.late_by // timedelta(microseconds=1) if report.late_by else 0,
        "revision": {
            "no": revision.no,
            "sha256": revision.sha256,
            "light": revision.light,
            "unchanged": revision.unchanged,
            "submission": revision.submission.number,
        }
        | ({"attachments": _files(revision)} if version >= 2 else {})
        if revision
        else None,
    }


def _files(revision: Revision) -> list[dict[str, Any]]:
    files = sorted((row.attachment for row in revision.attached.all()), key=lambda file: (file.name, file.sha256))
    return [{"name": file.name, "size": file.size, "sha256": file.sha256} for file in files]
