"""What `manage.py run_due` does for reports because time has passed."""

import time
from datetime import datetime
from pathlib import Path

from django.conf import settings

from . import files, workbooks
from .models import WorkbookUpload

DAY = 24 * 60 * 60  # seconds


def sweep(at: datetime) -> str:
    """Once a day, remove files that no draft and no sent text has named for long; says how many, or nothing."""
    mark = Path(settings.FILES_ROOT) / ".swept"
    if not mark.parent.is_dir() or (mark.exists() and time.time() - mark.stat().st_mtime < DAY):
        return ""
    mark.touch(mode=0o600)
    count = files.sweep_files()
    return f"files: {count} removed" if count else ""


def sweep_workbooks(at: datetime) -> str:
    """Remove workbooks that were uploaded and read longer ago than they are kept."""
    count, _each = WorkbookUpload.objects.before(at - workbooks.KEPT_FOR).delete()
    return f"workbooks: {count} removed" if count else ""
