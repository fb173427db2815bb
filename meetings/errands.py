"""What waits for a person in meetings, as the homes of ministries and of the office show it. Read-only.

Registered with `tasks.providers`, because tasks may not look upwards.
"""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from ministries.directory import Directory
from ministries.models import User
from tasks.providers import Errand

from . import waiting
from .waiting import Waiting


def of_user(user: User, at: datetime) -> list[Errand]:
    """What waits for the person's ministries, and for the office. One query where there is nothing."""
    rows = waiting.of_user(user, at=at)
    several = len(user.standing.ministries) > 1
    names = Directory(timezone.localdate(at)) if rows and several else None
    return [Errand(_named(row, names), row.url, row.until) for row in rows]


def _named(row: Waiting, names: Directory | None) -> str:
    """The meeting and what is to be done; whose it is where the person works for several ministries."""
    said = _("%(meeting)s: %(what)s") % {"meeting": row.name, "what": row.text}
    return f"{said} ({names[row.ministry].abbr})" if names and row.ministry else said
