"""Which meetings speak of candidate tasks: for the pages of tasks, which know no meetings."""

from collections.abc import Collection

from django.urls import reverse

from tasks.providers import SpokenOf

from .models import AgendaCandidate, Stage


def of_candidates(candidates: Collection[int]) -> dict[int, list[SpokenOf]]:
    """By candidate (primary key), in the order of the meetings; without those that were called off. One query. A
    meeting counts as held from the circulation of its outcome on, or once the item was finished."""
    rows = AgendaCandidate.objects.filter(candidate__in=candidates).select_related("item__meeting")
    found: dict[int, list[SpokenOf]] = {}
    for row in rows.order_by("item__meeting__no", "item__order", "pk"):
        meeting, item = row.item.meeting, row.item
        told = found.setdefault(row.candidate_id, [])
        if meeting.stage is Stage.CANCELLED or any(one.no == meeting.no for one in told):
            continue
        is_held = item.finished_at is not None or meeting.circulated_at is not None
        told.append(SpokenOf(meeting.no, meeting.name, reverse("show_item", args=[meeting.no, item.pk]), is_held))
    return {pk: rows for pk, rows in found.items() if rows}
