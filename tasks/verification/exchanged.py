"""The rows of what ministries told each other in one round, as far as verification needs them: texts as hashes only."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop as _

from records.chain import sha256
from records.findings import Finding, Words, words

from ..models import Answer, Contribution, ContributionCall, Round
from .rows import Row
from .told import without_event

ACT = ("by_id", "acting_for_id", "at")


class Exchanged:
    """By what their events call them. Three queries."""

    def __init__(self, round_: Round) -> None:
        of_round = {"report__round": round_}
        written = Contribution.objects.filter(**of_round).order_by("pk")
        self.contributions: dict[tuple[str, str, int], Row] = {
            (row["report__task__code"], row["ministry__code"], row["no"]): _hashed(row)
            for row in written.values("report__task__code", "ministry__code", "no", "text", *ACT)
        }
        called = ContributionCall.objects.filter(**of_round).order_by("pk")
        self.calls: dict[tuple[str, str, datetime], Row] = {
            (row["report__task__code"], row["ministry__code"], row["at"]): row
            for row in called.values("report__task__code", "ministry__code", *ACT)
        }
        said = Answer.objects.filter(request__revision__report__round=round_).order_by("pk")
        names = (
            "request__revision__report__task__code",
            "request__revision__no",
            "request__addressed_to__code",
        )
        self.answers: dict[tuple[str, int, str, datetime], Row] = {
            (*(row[name] for name in names), row["at"]): _hashed(row) for row in said.values("text", *names, *ACT)
        }

    def left_over(self, key: str) -> Iterator[Finding]:
        """Rows that no event tells of."""
        for code, ministry, no in self.contributions:
            yield without_event(key, "tasks.Contribution", of_contribution(code, ministry, no))
        for code, ministry, _at in self.calls:
            yield without_event(key, "tasks.ContributionCall", of_call(code, ministry))
        for code, text, ministry, _at in self.answers:
            yield without_event(key, "tasks.Answer", of_answer(code, text, ministry))


def _hashed(row: dict[str, Any]) -> Row:
    return {name: value for name, value in row.items() if name != "text"} | {"sha256": sha256(row["text"])}


def of_contribution(code: str, ministry: str, no: object) -> Words:
    return words(_("contribution %(no)s of %(ministry)s to %(code)s"), no=no, ministry=ministry, code=code)


def of_call(code: str, ministry: str) -> Words:
    return words(_("the call to %(ministry)s for a contribution to %(code)s"), ministry=ministry, code=code)


def of_answer(code: str, no: object, ministry: str) -> Words:
    return words(_("the answer of %(ministry)s to text %(no)s of %(code)s"), ministry=ministry, no=no, code=code)
