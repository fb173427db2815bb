"""What the page of a version shows beside its figures: where it stands, what may be done with it, how it came to be.
Read-only."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ministries.directory import Directory
from ministries.models import MinistryName, User
from records.models import Event

from . import pathways, permissions, standing, trail, work
from .models import ScenarioVersion, SectorFigure, Stage
from .pathways import Column, Table
from .standing import DivisionWord, Said, Standing
from .trail import Change, Trail
from .transitions import possible
from .work import Counts

VERBS = (
    "change_figures",
    "circulate_version",
    "recall_version",
    "sign_off_version",
    "answer_scenario_comment",
    "publish_version",
    "withdraw_version",
    "draft_version",
)


@dataclass(frozen=True)
class Deed:
    """One event of a version's history, in words. `text`: the reason that was given with it; `changes`: what became of
    its figures."""

    event: Event
    what: str
    text: str
    changes: list[Change]


@dataclass(frozen=True)
class Page:
    """One version as one person sees it."""

    column: Column
    siblings: list[Column]
    standing: Standing
    user: User
    names: Directory

    @property
    def version(self) -> ScenarioVersion:
        return self.column.version

    @property
    def table(self) -> Table:
        return pathways.table([self.column])

    @property
    def is_office(self) -> bool:
        return permissions.can_edit_scenarios(self.user)

    @property
    def before(self) -> Column | None:
        """The last version of the scenario before this one that the person may see, withdrawn ones aside."""
        stand = [one for one in self.siblings if one.version.no < self.version.no and one.stage != Stage.WITHDRAWN]
        return stand[-1] if stand else None

    @cached_property
    def may(self) -> dict[str, bool]:
        """Which verbs have a button. A version is published only when its comments can have ended: the verb asks why
        otherwise."""
        return {verb: possible(verb, self.version, by=self.user) for verb in VERBS}

    @cached_property
    def trail(self) -> Trail:
        return trail.of_version(self.version)

    @property
    def work(self) -> Counts:
        """How far it has come, in numbers."""
        return work.counts_of(self.standing, self.names)

    @property
    def left_open(self) -> list[str]:
        """What was still open when it was published, in words; the reason stands in the event (`trail.publication`)."""
        event = self.trail.publication
        return standing.left_open(event.data.get("open", [])) if event else []

    @property
    def outdated(self) -> list[SectorFigure]:
        """The figures whose source was given for an earlier value."""
        return [figure for figure in self.column.figures if figure.pk in self.trail.outdated_sources]

    @property
    def said(self) -> list[tuple[Said, list[Change]]]:
        """The comments, each with what has changed since: one about earlier figures says so. What a draft changes is
        the office's until it is circulated."""
        is_told = self.is_office or self.version.stage != Stage.DRAFT
        return [(said, self.trail.since(said.comment) if is_told else []) for said in self.comments]

    @property
    def words(self) -> list[tuple[DivisionWord, list[Change]]]:
        """What each division said, with what has changed since."""
        return [(word, self.trail.since(word.last) if word.last else []) for word in self.standing.divisions]

    @cached_property
    def comments(self) -> list[Said]:
        """All for the office; for a ministry its own, for nobody else's what it said in confidence."""
        own = self.user.standing.ministries
        return [said for said in self.standing.comments if self.is_office or said.comment.ministry_id in own]

    @cached_property
    def speaks_for(self) -> list[MinistryName]:
        """The ministries in whose name the person can comment now."""
        if not self.standing.takes_comments:
            return []
        own = self.user.standing.ministries
        may = [pk for pk in own if possible("comment_on_version", self.version, by=self.user, ministry=pk)]
        return self.names.named(may)

    @cached_property
    def silent(self) -> list[MinistryName]:
        """Ministries that did not comment, in their order: that is no fault, only to be known."""
        spoke = {said.comment.ministry_id for said in self.standing.comments}
        return [name for name in self.names.in_order() if name.ministry_id not in spoke]

    @cached_property
    def spoke_before(self) -> list[MinistryName]:
        """Ministries that commented on earlier figures alone: they are asked again."""
        spoke = {said.comment.ministry_id for said in self.standing.comments}
        now = {said.comment.ministry_id for said in self.standing.comments if not self.trail.since(said.comment)}
        return self.names.named(sorted(spoke - now))

    @cached_property
    def history(self) -> list[Deed]:
        """The events about this version, the latest first: for the office, which did them, and once it is published for
        all; without comments of others."""
        if not self.is_office and self.version.stage != Stage.PUBLISHED:
            return []
        inside = () if self.is_office else ("comment_on_version", "answer_scenario_comment")
        named = said_by_verb()
        told = [
            Deed(
                step.event,
                named.get(step.event.verb, step.event.verb),
                step.event.data.get("reason", "") or "",
                self.trail.changes(place),
            )
            for place, step in enumerate(self.trail.steps)
            if step.event.verb not in inside
        ]
        return told[::-1]


def said_by_verb() -> dict[str, str]:
    """What each verb did, as histories say it."""
    return {
        "draft_version": _("Drafted"),
        "change_figures": _("Figures changed"),
        "sign_off_version": _("A division’s word entered"),
        "circulate_version": _("Circulated for comments"),
        "recall_version": _("Taken back to be changed"),
        "comment_on_version": _("Comment of a ministry"),
        "answer_scenario_comment": _("Comment answered"),
        "publish_version": pgettext("scenario", "Published"),
        "withdraw_version": pgettext("scenario", "Withdrawn"),
    }


def read(version: ScenarioVersion, *, user: User, at: datetime, today: date) -> Page:
    """The page's content; `version` with its figures (`pathways.with_all`)."""
    siblings = ScenarioVersion.objects.visible_to(user).filter(scenario=version.scenario)
    return Page(
        pathways.column(version, today),
        pathways.columns(siblings, today),
        standing.read(version, at=at),
        user,
        Directory(today),
    )
