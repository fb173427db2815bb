"""From what is owed to what was sent. Owed notices become queued e-mails, one for each; post_office sends what is
queued and tries again. Called by `run_due`, never by a request."""

import logging
import re
from datetime import datetime
from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.mail import send_queued
from post_office.models import PRIORITY, STATUS, Email, Log

from records.errors import WrongState

from .letters import Unwritable, write
from .models import Delivery, Notice, Problem

logger = logging.getLogger(__name__)

# Written by a machine: no answers from other machines.
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
WAITING = (STATUS.queued, STATUS.requeued)
FOR_GOOD = re.compile(r"\(5\d\d, ")  # how smtplib words that an address was refused, and not only for now


def deliver(at: datetime) -> str:
    """Queue what is owed and send what is due; says what was done."""
    queued, stuck = queue_owed()
    sent, failed = send_due()
    return f"mail: {queued} queued, {sent} sent, {failed} failed, {stuck} cannot be sent"


def queue_owed() -> tuple[int, int]:
    """Make an e-mail of each owed notice, each in its own transaction. Returns how many were queued and how many cannot
    be sent."""
    queued = stuck = 0
    for pk in list(Notice.objects.in_state(Delivery.OWED).order_by("pk").values_list("pk", flat=True)):
        state = queue(pk)
        queued += state == Delivery.QUEUED
        stuck += state == Delivery.STUCK
    return queued, stuck


def queue(pk: int) -> Delivery | None:
    """Make the e-mail of one notice. None where someone else is at it or has done it."""
    with transaction.atomic():
        notice = _locked().filter(pk=pk).in_state(Delivery.OWED).first()
        if notice is None:
            return None
        try:
            with transaction.atomic():
                notice.email, notice.problem = _email(notice), ""
        except Unsendable as error:
            notice.problem = error.problem
        notice.save(update_fields=("email", "problem"))
        return Delivery(notice.state)


def _locked() -> Any:
    """Notices, locked for this transaction; what another one holds is passed over (SQLite has one writer at a time)."""
    if connection.features.has_select_for_update_skip_locked:
        return Notice.objects.select_for_update(skip_locked=True, of=("self",))
    return Notice.objects.all()


class Unsendable(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def _email(notice: Notice) -> Email:
    """The e-mail, in the queue. Made row by row: post_office's own `send()` would read our texts as templates."""
    address = _address(notice)
    try:
        letter = write(notice)
    except Unwritable as error:
        logger.exception("The mail %s could not be written", notice.pk)
        raise Unsendable(Problem.NOT_WRITTEN) from error
    email = Email(
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address],
        subject=letter.subject,
        message=letter.body,
        status=STATUS.queued,
        priority=PRIORITY.medium,
        # The same in every attempt: a mail that arrives twice after all can be known by it.
        message_id=make_msgid(domain=urlsplit(settings.PORTAL_URL).hostname),
        headers=HEADERS,
    )
    try:
        email.save()
    except ValidationError as error:
        raise Unsendable(Problem.BAD_ADDRESS) from error
    return email


def _address(notice: Notice) -> str:
    """Where it goes; raises Unsendable with the reason why nowhere."""
    if notice.to is not None and not notice.to.is_active:
        raise Unsendable(Problem.CLOSED)
    address = notice.address()
    if not address:
        raise Unsendable(Problem.NO_ADDRESS)
    if "," in address:  # post_office reads a list there, and would write to somebody else
        raise Unsendable(Problem.BAD_ADDRESS)
    return address


def send_due() -> tuple[int, int]:
    """Send what is queued and due. Returns how many were sent and how many were not.

    When not one of a batch could be sent, the server is down or hangs: the rest waits for the next run, so that a run
    ends in bounded time.
    """
    sent = failed = 0
    while True:
        started = timezone.now()
        gone, given_up, later = send_queued(log_level=2)
        sent, failed = sent + gone, failed + given_up + later
        _give_up_refused(started)
        if not gone:
            return sent, failed


def _give_up_refused(since: datetime) -> None:
    """An address that the server refuses for good is not tried again until someone has mended it."""
    refusals = Log.objects.filter(date__gte=since, status=STATUS.failed, exception_type="SMTPRecipientsRefused")
    final = [email for email, text in refusals.values_list("email", "message") if FOR_GOOD.search(text)]
    Email.objects.filter(pk__in=final, status=STATUS.requeued).update(status=STATUS.failed, scheduled_time=None)


def forget(before: datetime) -> int:
    """Drop what was owed before the moment and still waits; returns how many mails that were.

    For a restored database, which does not know what was sent after its backup. The e-mail leaves the queue, the notice
    remains: *Send again* writes it anew. To be called in the turn of `run_due`, so that nobody is sending meanwhile.
    """
    waits = Q(email__isnull=True, problem="") | Q(email__status__in=WAITING)
    with transaction.atomic():
        found = Notice.objects.filter(waits, owed_at__lt=before).select_related("email")
        dropped = list(found.select_for_update(of=("self",)))
        for notice in dropped:
            email, notice.email, notice.problem = notice.email, None, Problem.DROPPED
            notice.save(update_fields=("email", "problem"))
            if email is not None:
                email.delete()
        # What outsiders were written has no notice (outsiders.py), and nobody writes it anew.
        to_outsiders = Email.objects.filter(notice__isnull=True, status__in=WAITING, created__lt=before)
        written = len(to_outsiders)
        to_outsiders.delete()
    return len(dropped) + written


def send_again(pk: int) -> None:
    """Queue once more what failed, could not be sent or was dropped, to the address that stands there now. What waits
    already goes on waiting; what was sent raises WrongState: there is one mail for each purpose, person and object."""
    with transaction.atomic():
        notice = Notice.objects.select_for_update().get(pk=pk)
        if notice.state == Delivery.SENT:
            raise WrongState(_("This mail was sent already."))
        if notice.state in (Delivery.STUCK, Delivery.DROPPED):
            notice.problem = ""
            notice.save(update_fields=("problem",))
        if notice.state == Delivery.FAILED:
            # Only as long as it has not been sent meanwhile by a run that is under way.
            Email.objects.filter(pk=notice.email_id, status__in=(STATUS.failed, STATUS.requeued)).update(
                status=STATUS.queued, scheduled_time=None, number_of_retries=0, to=[_address_now(notice)]
            )


def _address_now(notice: Notice) -> str:
    assert notice.email is not None  # noqa: S101 (only mails that were queued fail)
    now = notice.address()
    return now if now and "," not in now else notice.email.to[0]
