"""Mail to somebody who has no account, such as the sender of an opinion. It is part of the verb that owes it and goes
with the queue, as other mail; there is no notice of it, so that the address stands in the queue and nowhere else."""

from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from post_office.models import PRIORITY, STATUS, Email

from .letters import one_line
from .sending import HEADERS

MARK = "X-Portal-About"  # by this header the mails about one thing are found again


def write_to(address: str, template: str, facts: dict[str, Any], *, about: str, language: str) -> None:
    """Queue the letter of a template: its first line is the subject. `about`: by what `forget` finds it again."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("write_to() belongs into the transaction of its verb")
    with translation.override(language):
        text = render_to_string(template, facts | {"portal": settings.PORTAL_URL})
    subject, _line, body = text.strip().partition("\n")
    Email(
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address],
        subject=one_line(subject),
        message=body.strip() + "\n",
        status=STATUS.queued,
        priority=PRIORITY.medium,
        message_id=make_msgid(domain=urlsplit(settings.PORTAL_URL).hostname),
        headers=HEADERS | {MARK: about},
    ).save()


def forget(about: str) -> int:
    """Take out of the queue whatever was written to outsiders about one thing, sent or not, with what the mail server
    answered; returns how many mails those were."""
    found = Email.objects.filter(notice__isnull=True, **{f"headers__{MARK}": about})
    number = len(found)
    found.delete()
    return number
