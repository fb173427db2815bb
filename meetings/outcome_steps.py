"""The steps from a draft outcome to what became of it, each with how far it is: the line above an outcome's page."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tfportal import dates

if TYPE_CHECKING:
    from .outcomes import Outcome


@dataclass(frozen=True)
class Step:
    """One step of the way: `done`, `now` or `ahead`, and in words how far it is."""

    name: str
    label: str
    state: str
    note: str = ""

    @property
    def word(self) -> str:
        return {"done": _("done"), "now": _("now"), "ahead": _("to come")}[self.state]


def steps_of(outcome: "Outcome") -> list[Step]:
    """All of them, in their order."""
    return [step(outcome) for step in (_draft, _comments, _seal, _notice, _rest)]


def _draft(outcome: "Outcome") -> Step:
    words = _("items with a text %(n)d of %(all)d · decisions %(decisions)d")
    note = words % {"n": outcome.written, "all": len(outcome.items), "decisions": len(outcome.decisions)}
    return Step("draft", _("Draft outcome"), "done" if outcome.is_circulated else "now", note)


def _comments(outcome: "Outcome") -> Step:
    label = _("Comments")
    if not outcome.is_circulated:
        return Step("comments", label, "ahead")
    note = outcome.answers
    if waiting := len(outcome.unanswered):
        note += " · " + ngettext("%(n)d to answer", "%(n)d to answer", waiting) % {"n": waiting}
    if outcome.takes_comments and outcome.meeting.comments_until:
        note = _("until %(when)s") % {"when": dates.moment(outcome.meeting.comments_until, year=False)} + " · " + note
    return Step("comments", label, "done" if outcome.is_confirmed else "now", note)


def _seal(outcome: "Outcome") -> Step:
    label = _("Confirmed and sealed")
    if outcome.meeting.frozen_at is None:
        return Step("seal", label, "now" if outcome.can_confirm_now else "ahead")
    return Step("seal", label, "done", f"{dates.moment(outcome.meeting.frozen_at, year=False)} · {outcome.root}")


def _notice(outcome: "Outcome") -> Step:
    label = _("Notified")
    if not outcome.is_confirmed:
        return Step("notice", label, "ahead")
    if not outcome.told:
        return Step("notice", label, "now" if outcome.to_notify else "done", "" if outcome.to_notify else _("nobody"))
    note = _("confirmed %(n)d of %(all)d") % {"n": outcome.agreed, "all": len(outcome.told)}
    if outcome.objections:
        note += " · " + _("objections %(n)d") % {"n": len(outcome.objections)}
    if waiting := sum(row.waits for row in outcome.told):
        note += " · " + ngettext("%(n)d to answer", "%(n)d to answer", waiting) % {"n": waiting}
    return Step("notice", label, "done" if outcome.agreed == len(outcome.told) else "now", note)


def _rest(outcome: "Outcome") -> Step:
    label = _("Follow-up")
    if not outcome.is_confirmed:
        return Step("follow-up", label, "ahead")
    actions = [entry for entry in outcome.decisions if entry.is_action]
    done = sum(entry.is_closed for entry in actions)
    overdue = sum(entry.is_overdue for entry in actions)
    note = _("closed %(n)d of %(all)d") % {"n": done, "all": len(actions)}
    note += " · " + _("overdue %(n)d") % {"n": overdue} if overdue else ""
    return Step("follow-up", label, "done" if done == len(actions) else "now", note)
