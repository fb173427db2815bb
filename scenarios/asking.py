"""What the scenarios ask of the reader now, as their pages say it first: to comment, to answer, to sign off or to
circulate. Read-only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ministries.models import User

from . import errands
from .models import ScenarioVersion, Stage
from .permissions import can_edit_scenarios
from .standing import Standing
from .version_pages import Page


@dataclass(frozen=True)
class Asked:
    """One thing, where it is done, and until when."""

    words: str
    url: str
    until: datetime | None = None


def of_all(user: User, versions: Iterable[ScenarioVersion], at: datetime) -> list[Asked]:
    """Over all scenarios: what ministries owe, what waits for the office, and its drafts."""
    found = [Asked(one.text, one.url, one.due_at) for one in errands.owed(user, at)]
    found += [Asked(f"{one.text} ({one.number})", one.url) for one in errands.waiting(user, at)]
    if can_edit_scenarios(user):
        said = _("%(scenario)s, version %(no)d is a draft: no ministry sees it yet")
        found += [
            Asked(said % {"scenario": row.scenario.name, "no": row.no}, _address(row))
            for row in versions
            if row.stage == Stage.DRAFT
        ]
    return found


def of_version(page: Page) -> list[Asked]:
    """Of one version."""
    found = []
    if page.speaks_for:
        found.append(Asked(_("Comment on it, if your ministry wants to"), "#comment", page.version.comments_until))
    if page.is_office and page.version.stage in (Stage.DRAFT, Stage.CIRCULATED):
        found += _of_office(page.standing, is_draft=page.version.stage == Stage.DRAFT)
    return found


def _of_office(standing: Standing, *, is_draft: bool) -> list[Asked]:
    found = []
    if waiting := len(standing.waiting):
        text = ngettext("Answer %(n)d comment of a ministry", "Answer %(n)d comments of ministries", waiting)
        found.append(Asked(text % {"n": waiting}, "#comments"))
    if left := len(standing.unsigned):
        text = ngettext("Enter the word of %(n)d division", "Enter the words of %(n)d divisions", left)
        found.append(Asked(text % {"n": left}, "#sign-off"))
    if is_draft:
        found.append(Asked(_("Circulate it, so that ministries can comment"), "#circulate"))
    return found


def _address(version: ScenarioVersion) -> str:
    return reverse("show_version", args=[version.scenario.code, version.no])
