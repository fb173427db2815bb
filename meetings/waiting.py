"""What an outcome asks of ministries: to comment while the time runs, to answer once they are notified. Read-only."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from .models import Attendance, Comment, Notification, NotificationAnswer


def requests(ministries: Collection[int], *, at: datetime) -> QuerySet[Attendance]:
    """The invitations of these ministries to meetings whose outcome they can comment on and said nothing of yet."""
    said = Comment.objects.filter(meeting=OuterRef("meeting"), ministry=OuterRef("ministry"))
    return Attendance.objects.filter(
        ~Exists(said),
        ministry__in=ministries,
        meeting__circulated_at__isnull=False,
        meeting__frozen_at__isnull=True,
        meeting__comments_until__gte=at,
    )


def notices(ministries: Collection[int]) -> QuerySet[Notification]:
    """The notices that these ministries have neither confirmed nor objected to."""
    answered = NotificationAnswer.objects.filter(notification=OuterRef("pk"))
    return Notification.objects.filter(~Exists(answered), ministry__in=ministries)


def count(ministries: Collection[int], *, at: datetime) -> int:
    """How many of both."""
    return requests(ministries, at=at).count() + notices(ministries).count()
