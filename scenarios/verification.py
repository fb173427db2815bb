"""Verifying the working group and the scenarios: their rows against the events; and of experts, that their personal
data are those that were entered, as long as they are kept."""

from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from records.chain import sha256
from records.findings import Finding
from records.rows import RowsChecker
from records.verify import Area

from .contents import GROUP, SCENARIO
from .models import ExpertPerson


def digest_of(person: ExpertPerson) -> str:
    """The salted SHA-256 of who an expert is, as the event keeps it: without the salt it tells nothing."""
    return sha256([person.salt, person.name, person.affiliation, person.position, person.email])


class GroupChecker(RowsChecker):
    """The working group's stream."""

    def __init__(self, key: str) -> None:
        super().__init__(GROUP, key)

    def end(self) -> Iterator[Finding]:
        yield from super().end()
        for person in ExpertPerson.objects.select_related("expert").order_by("pk"):
            if digest_of(person) != person.expert.digest:
                yield self.finding(
                    f"expert/{person.expert_id}", _("The personal data are not those that were entered.")
                )


AREAS = (Area(GROUP.prefix, GROUP.keys, GroupChecker), SCENARIO.area())
