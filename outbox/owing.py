"""Owing a mail: part of a verb, so that there is a mail exactly where there is a deed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from ministries.models import Ministry

from .models import Delivery, Notice, Purpose


def owe(
    purpose: Purpose,
    people: Iterable[int],
    *,
    about: str,
    facts: dict[str, Any],
    at: datetime,
    ministry: Ministry | int | None = None,
) -> None:
    """Note a mail to each of the people (primary keys) about one object, such as `submission/2-ME-0007`.

    What is owed already stays as it is. Where there are no people, the mail is owed to the ministry itself; without
    one, to nobody. Raises TransactionManagementError outside a transaction: a mail must not outlive its verb.
    `facts`: JSON that the text needs. Texts in both languages are {"ko": …, "en": …}, moments are ISO under names that
    end in `_at`. No texts of reports: mails name things, the portal shows them.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("owe() belongs into the transaction of its verb")
    whose = ministry.pk if isinstance(ministry, Ministry) else ministry
    to: list[int | None] = [*sorted(set(people))]  # in one order, so that two verbs cannot wait for each other
    if not to and whose is not None:
        to = [None]
    Notice.objects.bulk_create(
        [
            Notice(purpose=purpose, to_id=person, ministry_id=whose, about=about, facts=facts, owed_at=at)
            for person in to
        ],
        ignore_conflicts=True,
    )


def take_back(purpose: Purpose, ministry: int, *, within: str, owed_at: datetime) -> None:
    """Owe a mail no more that a verb of this moment owed about an event of the round's chain `within`: what it tells of
    was undone, and nobody has read it. What `run_due` has made an e-mail of is on its way, and stays."""
    about = f"{within}/event/"
    found = Notice.objects.filter(purpose=purpose, ministry=ministry, about__startswith=about, owed_at=owed_at)
    found.in_state(Delivery.OWED).delete()
