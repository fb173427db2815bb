"""When the purpose of keeping a sender has ended: some time after the answer that they waited for."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import Max, Q

from records.errors import Busy

from ..models import Opinion, OpinionState
from ..workflow.personal_data import end_personal_data

logger = logging.getLogger(__name__)


def ended(at: datetime) -> list[int]:
    """Opinions (primary keys) whose sender is still kept though their last disposition, or for those that were not
    admitted the receipt, lies longer back than `OPINION_SENDER_DAYS`."""
    before = at - timedelta(days=settings.OPINION_SENDER_DAYS)
    kept = Opinion.objects.filter(sender__isnull=False).annotate(answered_at=Max("dispositions__at"))
    over = Q(answered_at__lt=before) | Q(state=OpinionState.REJECTED, received_at__lt=before)
    return list(kept.filter(over).order_by("pk").values_list("pk", flat=True))


def end(at: datetime) -> str:
    """Time-driven work: lets go of every sender whose time is over. One that cannot be let go keeps no other."""
    gone, kept = 0, []
    for pk in ended(at):
        try:
            end_personal_data(pk, at=at)
            gone += 1
        except (OperationalError, InterfaceError, Busy):
            raise  # the others would fare no better, and the next run goes on from here
        except Exception:  # one of them must not stand in the way of the others
            logger.exception("The sender of opinion %s was not let go", pk)
            kept.append(str(pk))
    said = [f"{gone} let go"] if gone else []
    said += [f"{len(kept)} FAILED: {', '.join(kept)}"] if kept else []
    return f"senders of opinions: {', '.join(said)}" if said else ""
