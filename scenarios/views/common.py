"""What the views of scenarios share: guards, and what a refused form says."""

from tasks.views.common import REFUSED, allowed, typed, who

from .. import permissions

__all__ = ("REFUSED", "only_office", "only_visitors", "typed", "who")

only_office = allowed(permissions.can_edit_scenarios)
only_visitors = allowed(permissions.can_see_scenarios)
