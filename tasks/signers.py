"""Who signs off in a ministry: its approvers, and whoever is their deputy. Nobody signs off what is their own."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, TextChoices
from django.utils.translation import gettext_lazy

from ministries.models import Delegation, Posting, Role, User
from tfportal.language import on_behalf

from .models import Draft, Report, Round


class Bar(TextChoices):
    """Why a person does not sign off a draft."""

    ASKED = "asked", gettext_lazy("You asked for this sign-off yourself: someone else has to give it.")
    EDITED = "edited", gettext_lazy("You wrote this text last yourself: someone else has to sign it off.")


def bar(draft: Draft | None, person: int, acting_for: int | None) -> Bar | None:
    """What keeps a person (primary keys), who may act as somebody's deputy, from signing the draft off.

    Who asked, and whom they asked for, signs off neither in person nor through a deputy. Who typed last does not sign
    what nobody else has read: that holds for the person alone, so a deputy may, and so may any other approver.
    """
    if draft is None:
        return None
    if not {draft.asked_by_id, draft.asked_for_id}.isdisjoint({person, *([acting_for] if acting_for else [])}):
        return Bar.ASKED
    return Bar.EDITED if draft.edited_by_id == person else None


@dataclass(frozen=True)
class Signer:
    """One person who may sign off for a ministry, be it as the deputy of its approver."""

    person: User
    acts_for: User | None = None

    def __str__(self) -> str:
        return on_behalf(self.person, self.acts_for)

    def may_sign(self, draft: Draft | None) -> bool:
        return bar(draft, self.person.pk, self.acts_for.pk if self.acts_for else None) is None


def of_ministry(ministry: int, day: date) -> list[Signer]:
    """Who may sign off for the ministry on that day: approvers first, each person once. Two queries."""
    return of_ministries([ministry], day)[ministry]


def of_ministries(ministries: Iterable[int], day: date) -> dict[int, list[Signer]]:
    """The same for each of them. Two queries."""
    wanted = list(ministries)
    deputies = Delegation.objects.effective(day).select_related("to_user")
    mine: dict[int, list[Posting]] = {ministry: [] for ministry in wanted}
    rows = Posting.objects.approving(wanted, day).select_related("user")
    for row in rows.prefetch_related(Prefetch("delegations", deputies)).order_by("pk"):
        mine[row.ministry_id or 0].append(row)
    return {ministry: _signers(postings) for ministry, postings in mine.items()}


def _signers(postings: list[Posting]) -> list[Signer]:
    own = [Signer(row.user) for row in postings]
    lent = [Signer(deputy.to_user, row.user) for row in postings for deputy in row.delegations.all()]
    found: dict[int, Signer] = {}
    for signer in own + lent:
        found.setdefault(signer.person.pk, signer)
    return list(found.values())


def able(signers: Iterable[Signer], draft: Draft | None) -> list[Signer]:
    """Those of them who may sign off this draft."""
    return [signer for signer in signers if signer.may_sign(draft)]


def number_waiting(user: User) -> int:
    """How many reports await a sign-off that this person may give. Two queries."""
    return waiting_of(user, Round.objects.current()).total()


def waiting_of(user: User, round_: Round | None) -> Counter[int]:
    """The same by ministry (primary key). One query."""
    reports = Report.objects.filter(round=round_).led_by(user.standing.approver_of)
    drafts = Draft.objects.filter(report__in=reports.awaiting_sign_off()).select_related("report")
    named = drafts.only("report__lead", "asked_by", "asked_for", "edited_by")
    holders = {pk: user.acts_for((Role.APPROVER, pk)) for pk in user.standing.approver_of}
    leads = ((draft.report.lead_id, draft) for draft in named)
    return Counter(lead for lead, draft in leads if Signer(user, holders[lead]).may_sign(draft))
