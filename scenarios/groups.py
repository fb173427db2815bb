"""The one technical working group, and its divisions: whoever speaks of either asks here."""

from django.db.models import QuerySet

from .models import Division, WorkingGroup


def working_group() -> WorkingGroup | None:
    """The group; None where none was set up. The database takes no second one."""
    return WorkingGroup.objects.select_related("ministry").first()


def divisions() -> QuerySet[Division]:
    """The group's divisions, in their order."""
    return Division.objects.order_by("order")
