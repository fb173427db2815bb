"""What meetings ask of people. Of ministries: to name whom they send, to comment on an outcome while the time runs, and
to answer the notice of it. Of the office: to write, confirm and send out outcomes, to answer what ministries say of
them, and to close what was carried out. Read-only, and one query each, also where there is nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.db.models import Exists, F, OuterRef, QuerySet, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ministries.models import User
from tfportal.language import pick

from . import permissions
from .models import (
    Attendance,
    Comment,
    Decision,
    Meeting,
    Notification,
    NotificationAnswer,
)

LAST_MINUTE = time(23, 59)  # the whole day is in time


class Kind(models.TextChoices):
    """What waits. Its order is the one in which it is named."""

    DELEGATE = "delegate"
    COMMENT = "comment"
    NOTICE = "notice"
    WRITE = "write"
    ANSWER = "answer"
    CONFIRM = "confirm"
    NOTIFY = "notify"
    OBJECTION = "objection"
    CLOSE = "close"


@dataclass(frozen=True)
class Waiting:
    """Something of one meeting that waits; `number`: how many of it. `ministry`: whose answer it is, None for what
    waits for the office, and `code`, its code. `until`: until when it can be done."""

    kind: Kind
    meeting: int
    no: int
    name: str
    ministry: int | None = None
    until: datetime | None = None
    number: int = 1
    code: str = ""

    @property
    def text(self) -> str:
        """What is to be done."""
        n = self.number
        texts = {
            Kind.DELEGATE: _("Name your delegate"),
            Kind.COMMENT: _("Comment on the outcome"),
            Kind.NOTICE: _("Answer the notice of the outcome"),
            Kind.WRITE: _("Write the outcome and circulate it"),
            Kind.ANSWER: ngettext("Answer %(n)d comment", "Answer %(n)d comments", n) % {"n": n},
            Kind.CONFIRM: _("Confirm the outcome"),
            Kind.NOTIFY: _("Notify the ministries of the outcome"),
            Kind.OBJECTION: ngettext("Answer %(n)d objection", "Answer %(n)d objections", n) % {"n": n},
            Kind.CLOSE: ngettext("Close %(n)d decision", "Close %(n)d decisions", n) % {"n": n},
        }
        return texts[self.kind]

    @property
    def url(self) -> str:
        """Where it is done."""
        if self.kind is Kind.CLOSE:
            return f"{reverse('list_decisions')}?meeting={self.no}&state=to_close"
        if self.kind is Kind.DELEGATE:
            return f"{reverse('name_delegate', args=[self.no])}?{urlencode({'ministry': self.code})}"
        anchors = {
            Kind.COMMENT: "#comments",
            Kind.WRITE: "#draft",
            Kind.ANSWER: "#comments",
            Kind.CONFIRM: "#seal",
            Kind.NOTIFY: "#notice",
            Kind.OBJECTION: "#notice",
        }
        return reverse("show_outcome", args=[self.no]) + anchors.get(self.kind, "")


# Of ministries


def delegates(ministries: Collection[int], *, at: datetime) -> QuerySet[Attendance]:
    """The invitations of these ministries that name nobody, to meetings whose day is fixed and not over. Who was there
    needs no naming."""
    return Attendance.objects.filter(
        ministry__in=ministries,
        position_ko="",
        position_en="",
        is_present__isnull=True,
        meeting__date__gte=timezone.localdate(at),
        meeting__cancelled_at__isnull=True,
        meeting__circulated_at__isnull=True,
    )


def requests(ministries: Collection[int], *, at: datetime) -> QuerySet[Attendance]:
    """The invitations of these ministries to meetings whose outcome they can comment on and said nothing of yet, since
    it was circulated."""
    of_theirs = Comment.objects.filter(meeting=OuterRef("meeting"), ministry=OuterRef("ministry"))
    said = of_theirs.filter(at__gte=OuterRef("meeting__circulated_at"))
    return Attendance.objects.filter(
        ~Exists(said),
        ministry__in=ministries,
        meeting__circulated_at__isnull=False,
        meeting__frozen_at__isnull=True,
        meeting__comments_until__gte=at,
    )


def unanswered() -> QuerySet[Notification]:
    """The notices that their ministries have neither confirmed nor objected to."""
    return Notification.objects.filter(~Exists(NotificationAnswer.objects.filter(notification=OuterRef("pk"))))


def of_ministries(ministries: Collection[int], *, at: datetime) -> list[Waiting]:
    """What waits for these ministries (primary keys), the latest meeting's last."""
    if not ministries:
        return []
    return _read(
        _rows(delegates(ministries, at=at), Kind.DELEGATE, "meeting", ministry="ministry"),
        _rows(requests(ministries, at=at), Kind.COMMENT, "meeting", ministry="ministry"),
        _rows(unanswered().filter(ministry__in=ministries), Kind.NOTICE, "meeting", ministry="ministry"),
    )


# Of the office


def comments() -> QuerySet[Comment]:
    """Those that wait for the office: not those whose ministry said afterwards that it has none, nor what was said of a
    circulation that was taken back."""
    took_back = Comment.objects.filter(
        meeting=OuterRef("meeting"), ministry=OuterRef("ministry"), pk__gt=OuterRef("pk"), text=""
    )
    rows = Comment.objects.filter(answer__isnull=True, at__gte=F("meeting__circulated_at")).exclude(text="")
    return rows.exclude(Exists(took_back))


def objections() -> QuerySet[NotificationAnswer]:
    """The last words of ministries that object, and that the office has not answered."""
    later = NotificationAnswer.objects.filter(notification=OuterRef("notification"), pk__gt=OuterRef("pk"))
    return NotificationAnswer.objects.filter(~Exists(later), agrees=False, answer__isnull=True)


def carried_out() -> QuerySet[Decision]:
    """The open decisions of which their owners said last that they were carried out."""
    return Decision.objects.carried_out()


def _to_write(at: datetime) -> QuerySet[Meeting]:
    """Held, as the portal knows by who was there, and nothing was circulated."""
    there = Attendance.objects.filter(meeting=OuterRef("pk"), is_present=True)
    day = timezone.localdate(at)
    rows = Meeting.objects.standing().filter(circulated_at__isnull=True, frozen_at__isnull=True, date__lte=day)
    return rows.filter(Exists(there))


def _to_confirm(at: datetime) -> QuerySet[Meeting]:
    """The time for comments is over and every one is answered."""
    waits = comments().filter(meeting=OuterRef("pk"))
    rows = Meeting.objects.standing().filter(circulated_at__isnull=False, frozen_at__isnull=True)
    return rows.filter(~Exists(waits), comments_until__lt=at, date__lte=timezone.localdate(at))


def _to_notify() -> QuerySet[Meeting]:
    """Confirmed with a decision, and nobody was told of it."""
    told = Notification.objects.filter(meeting=OuterRef("pk"))
    decided = Decision.objects.standing().filter(meeting=OuterRef("pk"))
    return Meeting.objects.filter(~Exists(told), Exists(decided), frozen_at__isnull=False)


def of_office(at: datetime) -> list[Waiting]:
    """What waits for the office, the latest meeting's last."""
    return _read(
        _rows(_to_write(at), Kind.WRITE),
        _rows(comments().filter(meeting__frozen_at__isnull=True), Kind.ANSWER, "meeting"),
        _rows(_to_confirm(at), Kind.CONFIRM),
        _rows(_to_notify(), Kind.NOTIFY),
        _rows(objections(), Kind.OBJECTION, "notification__meeting"),
        _rows(carried_out(), Kind.CLOSE, "meeting"),
    )


def of_user(user: User, *, at: datetime) -> list[Waiting]:
    """Both, as far as they are the person's. No query where neither is."""
    mine = of_ministries(user.standing.ministries, at=at)
    return mine + (of_office(at) if permissions.can_run_meetings(user) else [])


def count(user: User, *, at: datetime) -> int:
    """How many of all that."""
    return sum(row.number for row in of_user(user, at=at))


def _rows(found: Any, kind: Kind, meeting: str = "", *, ministry: str = "") -> Any:
    """The rows as parts of one query: all with the same columns, in the same order."""
    whose = F(ministry) if ministry else Value(None, output_field=models.BigIntegerField())
    of: dict[str, Any] = {"of": F(f"{meeting}__pk" if meeting else "pk")}
    of["code"] = F(f"{ministry}__code") if ministry else Value("")
    names = {f"of_{name}": F(f"{meeting}__{name}" if meeting else name) for name in _COLUMNS}
    kept = found.order_by().annotate(waits=Value(kind.value), whose=whose, **of, **names)
    return kept.values_list("waits", "whose", *of, *names)


_COLUMNS = ("no", "name_ko", "name_en", "comments_until", "date", "starts_at")


def _read(first: Any, *others: Any) -> list[Waiting]:
    """All of them at once; what waits more than once in a meeting, and for nobody in particular, is counted."""
    numbers: dict[tuple[Any, ...], int] = {}
    for row in first.union(*others, all=True):
        numbers[row] = numbers.get(row, 0) + 1
    made = [
        Waiting(Kind(kind), pk, no, pick(ko, en), whose, _until(kind, until, day, starts), number, code)
        for (kind, whose, pk, code, no, ko, en, until, day, starts), number in numbers.items()
    ]
    order = list(Kind)
    return sorted(made, key=lambda row: (row.no, order.index(row.kind), row.ministry or 0))


def _until(kind: str, comments_until: datetime | None, day: date | None, starts: time | None) -> datetime | None:
    """Comments end at their time; a delegate can be named until the meeting, where its hour is unknown all day."""
    if kind == Kind.DELEGATE and day is not None:
        return timezone.make_aware(datetime.combine(day, starts or LAST_MINUTE))
    return comments_until if kind == Kind.COMMENT else None
