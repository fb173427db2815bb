"""Whom the verbs write to: people with a posting in force, and whoever stands in for them, by their primary keys. Pure
queries."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from ministries.models import Delegation, Ministry, Posting, Role
from ministries.querysets import DelegationQuerySet, PostingQuerySet

from .models import Draft
from .signers import of_ministry


def posted(roles: Iterable[Role], ministries: Iterable[int], *, at: datetime) -> dict[int, set[int]]:
    """Who holds one of the roles in each of the ministries (primary keys) on that day, or stands in for who does; an
    empty set where none does."""
    found: dict[int, set[int]] = {ministry: set() for ministry in ministries}
    rows = _in_force(at).filter(role__in=list(roles), ministry__in=found)
    lent = _deputies(at).filter(posting__role__in=list(roles), posting__ministry__in=found)
    pairs = [*rows.values_list("ministry_id", "user_id"), *lent.values_list("posting__ministry_id", "to_user_id")]
    for ministry, user in pairs:
        if ministry is not None:
            found[ministry].add(user)
    return found


def unreached(roles: Iterable[Role], ministries: Iterable[int], *, at: datetime) -> set[int]:
    """Those of the ministries (primary keys) in which no mail to these roles reaches anybody: nobody holds one, and
    there is no fall-back contact."""
    nobody = {ministry for ministry, people in posted(roles, ministries, at=at).items() if not people}
    return set(Ministry.objects.filter(pk__in=nobody, fallback_email="").values_list("pk", flat=True))


def of_postings(postings: Iterable[int], *, at: datetime) -> dict[int, set[int]]:
    """Whose each of the postings (primary keys) is, and who stands in for them; an empty set where it has ended."""
    found: dict[int, set[int]] = {posting: set() for posting in postings}
    own = _in_force(at).filter(pk__in=found).values_list("pk", "user_id")
    lent = _deputies(at).filter(posting__in=found).values_list("posting_id", "to_user_id")
    for posting, user in [*own, *lent]:
        found[posting].add(user)
    return found


def officers(ministry: int, *, at: datetime) -> set[int]:
    """Who reports for the ministry."""
    return posted([Role.OFFICER], [ministry], at=at)[ministry]


def signers(ministry: int, drafts: Iterable[Draft | None], *, at: datetime) -> set[int]:
    """Who may sign off at least one of the ministry's drafts: approvers and their deputies."""
    present, waiting = of_ministry(ministry, timezone.localdate(at)), list(drafts)
    return {signer.person.pk for signer in present if any(signer.may_sign(draft) for draft in waiting)}


def still_there(people: Iterable[int | None], ministry: int, *, at: datetime) -> set[int]:
    """Those of the people who still work for the ministry: what happens there is nobody else's business. No query
    for nobody."""
    wanted = {person for person in people if person is not None}
    return wanted and wanted & posted([Role.OFFICER, Role.APPROVER], [ministry], at=at)[ministry]


def coordinators(*, at: datetime) -> set[int]:
    """The coordination office."""
    deputies = set(_deputies(at).filter(posting__role=Role.COORDINATOR).values_list("to_user_id", flat=True))
    return deputies | set(_in_force(at).filter(role=Role.COORDINATOR).values_list("user_id", flat=True))


def _in_force(at: datetime) -> PostingQuerySet:
    return Posting.objects.in_force(timezone.localdate(at)).filter(user__is_active=True)


def _deputies(at: datetime) -> DelegationQuerySet:
    return Delegation.objects.effective(timezone.localdate(at)).order_by()
