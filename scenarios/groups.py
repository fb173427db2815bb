"""The one technical working group, and its divisions: whoever speaks of either asks here."""

from django.db.models import QuerySet

from .models import Division, WorkingGroup


def working_group() -> WorkingGroup | None:
    """The group; None where none was set up. The admin adds no second one."""
    return _one().select_related("ministry").first()


def divisions() -> QuerySet[Division]:
    """The group's divisions, in their order."""
    return Division.objects.filter(group=_one().values("pk")).order_by("order")


def _one() -> QuerySet[WorkingGroup]:
    return WorkingGroup.objects.order_by("pk")[:1]
