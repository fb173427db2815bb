"""The vocabulary of reading: notices."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from post_office.models import STATUS, Log

from ministries.models import User

if TYPE_CHECKING:
    from .models import Notice  # noqa: F401 (named in the bases)

STATES = {  # the same six as `Notice.state`
    "owed": Q(email__isnull=True, problem=""),
    "queued": Q(email__status=STATUS.queued),
    "sent": Q(email__status=STATUS.sent),
    "failed": Q(email__status__in=(STATUS.failed, STATUS.requeued)),
    "stuck": ~Q(problem__in=("", "dropped")),
    "dropped": Q(problem="dropped"),
}


class NoticeQuerySet(models.QuerySet["Notice"]):
    def in_state(self, state: str) -> "NoticeQuerySet":
        """Those that are so far, by the value of a `Delivery`."""
        return self.filter(STATES[state])

    def visible_to(self, user: User) -> "NoticeQuerySet":
        """The office sees every mail; in the demo, where no mail arrives anywhere, everyone sees their own."""
        if user.standing.is_coordinator:
            return self.all()
        return self.filter(to=user) if settings.DEMO else self.none()

    def for_page(self) -> "NoticeQuerySet":
        """With all that a page shows of them, and why the last attempt failed (`failure`, `failure_text`)."""
        last = Log.objects.filter(email=OuterRef("email"), status=STATUS.failed).order_by("-pk")
        return self.select_related("to", "ministry", "email").annotate(
            failure=Subquery(last.values("exception_type")[:1]), failure_text=Subquery(last.values("message")[:1])
        )

    def counts(self) -> dict[str, int]:
        """How many are in each state, in one query."""
        tally: dict[str, Any] = {state: Count("pk", filter=condition) for state, condition in STATES.items()}
        return self.order_by().aggregate(**tally)
