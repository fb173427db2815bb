"""What the views of scenarios share: guards, and what a refused form says."""

from typing import Any

from records.errors import Conflict, Invalid, KeyReused, Refused, WrongState
from tasks.forms import posted_key
from tasks.views.common import allowed
from tfportal.http import Request

from .. import permissions

only_office = allowed(permissions.can_edit_scenarios)
only_visitors = allowed(permissions.can_see_scenarios)
REFUSED = (Invalid, WrongState, Conflict, KeyReused)


def who(request: Request) -> dict[str, Any]:
    """The arguments that every verb takes."""
    return {"by": request.user, "at": request.arrived_at, "key": posted_key(request.POST)}


def typed(request: Request, error: Refused | None) -> dict[str, Any]:
    """What a refused form brought along, with its messages by field. It keeps its key, so that it counts once."""
    problems = error.problems if isinstance(error, Invalid) else {"__all__": [str(error)]} if error else {}
    return {
        "problems": problems,
        "posted": request.POST if error else {},
        "key": "" if isinstance(error, KeyReused) else request.POST.get("key", ""),
    }
