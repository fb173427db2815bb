"""Which meetings speak of candidate tasks: for the pages of tasks, which know no meetings."""

from collections.abc import Collection

from django.urls import reverse

from ministries.models import User
from tasks.providers import SpokenOf

from .models import AgendaCandidate, AgendaItem, Stage


def of_candidates(candidates: Collection[int], user: User | None) -> dict[int, list[SpokenOf]]:
    """By candidate (primary key), in the order of the meetings; without those that were called off. A meeting counts as
    held from the circulation of its outcome on, or once the item was finished. Who is not invited, or was not shown the
    agenda yet, gets no address. One query, and one about the reader."""
    rows = AgendaCandidate.objects.filter(candidate__in=candidates).select_related("item__meeting")
    open_to = None if user is None else set(AgendaItem.objects.visible_to(user).values_list("pk", flat=True))
    found: dict[int, list[SpokenOf]] = {}
    for row in rows.order_by("item__meeting__no", "item__order", "pk"):
        meeting, item = row.item.meeting, row.item
        told = found.setdefault(row.candidate_id, [])
        if meeting.stage is Stage.CANCELLED or any(one.no == meeting.no for one in told):
            continue
        held_at = item.finished_at or meeting.circulated_at
        url = reverse("show_item", args=[meeting.no, item.pk]) if open_to is None or item.pk in open_to else ""
        told.append(SpokenOf(meeting.no, meeting.name, url, held_at is not None, held_at))
    return {pk: rows for pk, rows in found.items() if rows}
