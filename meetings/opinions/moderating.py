"""What the office decides about an opinion that the public sent, and who sent it: for the office alone."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from ministries.models import User
from tasks.providers import Job

from .. import permissions
from ..models import Channel, Opinion, OpinionSender, OpinionText
from . import removals
from .removals import Removal
from .transitions import possible


@dataclass(frozen=True)
class Moderation:
    """What the page shows to the office. `text`: what was said; `removed_at`: since when it is gone; `removals`: all
    that was removed. `is_shown`: what was heard at a hearing has no sender, whose data could be asked about."""

    opinion: Opinion
    text: str
    sender: OpinionSender | None
    removed_at: datetime | None
    removals: list[Removal]
    is_shown: bool
    can_admit: bool
    can_reject: bool
    can_remove: bool


def of(opinion: Opinion, user: User) -> Moderation | None:
    """None for everybody but the office, and where there is nothing to decide and nobody's data. Three queries."""
    if not permissions.can_run_meetings(user):
        return None
    sender = OpinionSender.objects.filter(opinion=opinion).first()
    words = OpinionText.objects.filter(opinion=opinion).first()
    removed_at = words.removed_at if words else None
    from_public = opinion.channel == Channel.PORTAL
    return Moderation(
        opinion,
        words.text if words else "",
        sender,
        removed_at,
        removals.of(opinion),
        opinion.channel != Channel.HEARING,
        can_admit=from_public and possible("admit_opinion", opinion, by=user),
        can_reject=from_public and possible("reject_opinion", opinion, by=user),
        can_remove=sender is not None or removed_at is None or bool(opinion.organisation),
    )


def jobs(user: User, at: datetime) -> list[Job]:
    """The opinions that nobody of the office has looked at."""
    if not permissions.can_run_meetings(user):
        return []
    number = Opinion.objects.waiting().count()
    return [Job(_("Opinions to look at"), f"{reverse('list_opinions')}?state=waiting", number)]
