"""Two attachments with their files, and a file that no row names: what a backup has to bring along."""

import hashlib
from pathlib import Path
from uuid import UUID

from ministries.models import User
from records.stored import path_of
from tasks.models import Attachment, Report
from tests import cast

SMALL, LARGE = (path_of(UUID(int=number)) for number in (1, 2))
LEFT_OVER = "ff/left-over"


def attach(root: Path) -> None:
    """Attach both to ME-01 in round 2, with their files under `root`."""
    report = Report.objects.get(round__no=2, task__code="ME-01")
    for path, content in ((SMALL, b"%PDF-1.7 one"), (LARGE, b"%PDF-1.7 two" * 20_000)):
        Attachment.objects.create(
            report=report,
            token=UUID(path.split("/")[1]),
            name="이행계획.pdf",
            kind="pdf",
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            added_by=User.objects.get(username="me_officer"),
            added_at=cast.AT,
        )
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    (root / LEFT_OVER).parent.mkdir()
    (root / LEFT_OVER).write_bytes(b"?")


def fill(root: Path) -> None:
    """In an empty database, in a process of its own: the tables, the cast, and the attachments. Without the triggers:
    a dump may have lost them, and restoring brings them all the same."""
    from django.core.management import call_command
    from django.db import connection

    from records import triggers

    call_command("migrate", verbosity=0, interactive=False)
    cast.set_up()
    attach(root)
    triggers.drop_all(connection)
