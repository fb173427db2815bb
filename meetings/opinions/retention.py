"""When the purpose of keeping a sender has ended: some time after the answer that they waited for."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max, Q

from ..models import Opinion, OpinionState
from ..workflow.personal_data import end_personal_data


def ended(at: datetime) -> list[int]:
    """Opinions (primary keys) whose sender is still kept though their last disposition, or for those that were not
    admitted the receipt, lies longer back than `OPINION_SENDER_DAYS`."""
    before = at - timedelta(days=settings.OPINION_SENDER_DAYS)
    kept = Opinion.objects.filter(sender__isnull=False).annotate(answered_at=Max("dispositions__at"))
    over = Q(answered_at__lt=before) | Q(state=OpinionState.REJECTED, received_at__lt=before)
    return list(kept.filter(over).order_by("pk").values_list("pk", flat=True))


def end(at: datetime) -> str:
    """Time-driven work: lets go of every sender whose time is over."""
    found = ended(at)
    for pk in found:
        end_personal_data(pk, at=at)
    return f"senders of opinions: {len(found)} let go" if found else ""
