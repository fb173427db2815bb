"""What must hold of the record whatever happened: read from the rows alone, with nothing of the verbs."""

from typing import Any

from django.db.models import Count, F, Q

from records.chain import event_hash
from records.models import GENESIS, Receipt, Stream
from tasks.models import Report, Revision, Submission


def damage() -> list[str]:
    """What is broken or half done in the record as it stands; empty when all is well."""
    return [*_broken_chains(), *_half_done()]


def _broken_chains() -> list[str]:
    found = []
    for stream in Stream.objects.all():
        number, before = 0, GENESIS
        for number, event in enumerate(stream.events.order_by("seq"), 1):
            if (event.seq, event.prev_hash, event.hash) != (number, before, event_hash(event, stream.key)):
                found.append(f"{event} does not follow from what stands before it")
            before = event.hash
        if (stream.head_seq, stream.head_hash) != (number, before):
            found.append(f"the head of {stream} is not its last event")
    return found


def _half_done() -> list[str]:
    """Rows without the rows that are written along with them."""
    events = {
        event.pk: event for stream in Stream.objects.all() for event in stream.events.annotate(proofs=Count("receipts"))
    }
    found = [f"{event} has {event.proofs} receipts" for event in events.values() if event.proofs != 1]
    submissions: Any = Submission.objects.annotate(texts=Count("revisions"))
    found += [
        f"{row.number} has {row.texts} texts, and its event names others"
        for row in submissions
        if row.texts != len(events[row.event_id].data["reports"])
    ]
    numbers = set(submissions.values_list("number", flat=True))
    if numbers != set(Receipt.objects.exclude(number=None).values_list("number", flat=True)):
        found.append("receipts and submissions have different numbers")
    numbered: dict[int, list[int]] = {}
    for report, no in Revision.objects.order_by("report", "no").values_list("report", "no"):
        numbered.setdefault(report, []).append(no)
    found += [f"the texts of {pk} have gaps" for pk, nos in numbered.items() if nos != list(range(1, len(nos) + 1))]
    strangers = Report.objects.filter(current__isnull=False).exclude(current__report=F("pk"))
    found += [f"{report} shows another report's text" for report in strangers.select_related("task")]
    late = Report.objects.filter(
        Q(first_received_at=None, current__isnull=False) | Q(late_by__isnull=False, current=None)
    )
    found += [f"{report} does not know when it arrived" for report in late.select_related("task")]
    if Revision.objects.exclude(submission__round=F("report__round")).exists():
        found.append("a text came with an answer to another round")
    return found
