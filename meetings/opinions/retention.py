"""When the purpose of keeping a sender has ended: some time after the answer that they waited for, or when none came.
Of what was not admitted the words go as well."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import OuterRef, Q, Subquery

from records.errors import Busy

from ..models import Disposition, Opinion, OpinionState
from ..workflow.personal_data import end_personal_data

logger = logging.getLogger(__name__)


def ended(at: datetime) -> list[int]:
    """Opinions (primary keys) whose sender is still kept though their time is over: `OPINION_SENDER_DAYS` after the
    last disposition, or for those that were not admitted after the receipt; and `OPINION_UNANSWERED_DAYS` after it
    where no disposition counts, whether nobody looked at it, nobody was given it, nobody answered, or the office opened
    it again."""
    before = at - timedelta(days=settings.OPINION_SENDER_DAYS)
    long_before = at - timedelta(days=settings.OPINION_UNANSWERED_DAYS)
    answers = Disposition.objects.standing().filter(opinion=OuterRef("pk")).order_by("-pk").values("at")
    kept = Opinion.objects.filter(sender__isnull=False).annotate(answered_at=Subquery(answers[:1]))
    over = Q(answered_at__lt=before) | Q(state=OpinionState.REJECTED, received_at__lt=before)
    over |= Q(answered_at__isnull=True, received_at__lt=long_before)
    return list(kept.filter(over).order_by("pk").values_list("pk", flat=True))


def unfit(at: datetime) -> list[int]:
    """Opinions (primary keys) that were not admitted, and of which after `OPINION_SENDER_DAYS` the words or the
    organisation are still kept: that it names people is what one is refused for."""
    before = at - timedelta(days=settings.OPINION_SENDER_DAYS)
    kept = Q(words__removed_at__isnull=True) | ~Q(organisation="")
    found = Opinion.objects.filter(kept, state=OpinionState.REJECTED, received_at__lt=before)
    return list(found.order_by("pk").values_list("pk", flat=True))


def end(at: datetime) -> str:
    """Time-driven work: lets go of every sender, and of the words of what was not admitted, whose time is over. What
    cannot be let go keeps no other."""
    gone, words, kept = 0, 0, []
    for pk, is_words in [*((pk, False) for pk in ended(at)), *((pk, True) for pk in unfit(at))]:
        try:
            end_personal_data(pk, at=at, words=is_words)
            gone, words = gone + (not is_words), words + is_words
        except (OperationalError, InterfaceError, Busy):
            raise  # the others would fare no better, and the next run goes on from here
        except Exception:  # one of them must not stand in the way of the others
            logger.exception("Personal data of opinion %s were not let go", pk)
            kept.append(str(pk))
    said = [f"{gone} let go"] if gone else []
    said += [f"words of {words} not admitted let go"] if words else []
    said += [f"{len(kept)} FAILED: {', '.join(kept)}"] if kept else []
    return f"senders of opinions: {', '.join(said)}" if said else ""
