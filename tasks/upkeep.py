"""What `manage.py run_due` does for reports because time has passed."""

from datetime import datetime

from . import files


def sweep(at: datetime) -> str:
    """Remove files that no draft and no sent text names any more; says how many, or nothing."""
    count = files.sweep_files()
    return f"files: {count} removed" if count else ""
