"""What a page that polls the board compares, and what it reads out when something changed. Read-only."""

from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import ngettext

from ministries.models import User
from records.models import Event

from .board import FOLDED_FROM, Board
from .freezing import head_seq
from .models import Report, Round, State
from .tiles import BETWEEN_VERBS, OPEN_VERBS, TEAM_VERBS, codes_of

NAMED_CHANGES = 3  # so many are read out by name, more are counted


def position(round_: Round, *, user: User, at: datetime) -> str:
    """What a poll compares: it changes whenever something on the board does. Two queries.

    Saved drafts leave no event, so that the office's position counts them; nobody else learns of them.
    """
    seen = f"{round_.no}-{head_seq(round_)}-{round_.phase(at).value}"
    if not user.standing.is_coordinator:
        return seen
    drafts = Report.objects.in_round(round_).aggregate(
        drafts=Count("pk", filter=Q(state=State.DRAFT)), awaiting=Count("pk", filter=Q(state=State.AWAITING))
    )
    return f"{seen}-{drafts['drafts']}-{drafts['awaiting']}"


def seen_events(position: str) -> int | None:
    """The sequence number in a position that came back with a poll; None where it was damaged."""
    parts = position.split("-")
    known = len(parts) > 1 and parts[1].isascii() and parts[1].isdigit() and len(parts[1]) < 10
    return int(parts[1]) if known else None


def news(board: Board, since: int | None) -> str:
    """What changed after that event, to be read out: `MSIT-02 Submitted, ME-03 Accepted`; a count when it is much."""
    if since is None:
        return ""
    events = Event.objects.filter(stream__key=board.round.stream_key, seq__gt=since).order_by("seq")
    events = events.exclude(verb__in=(*BETWEEN_VERBS, *TEAM_VERBS))
    if not board.viewer.is_office:
        events = events.filter(verb__in=OPEN_VERBS)
    codes = {code for event in events[:FOLDED_FROM] for code in codes_of(event)}
    changed = [tile for tile in board.tiles if tile.code in codes]
    if len(changed) > NAMED_CHANGES:
        return ngettext("%(n)d task changed", "%(n)d tasks changed", len(changed)) % {"n": len(changed)}
    return ", ".join(f"{tile.code} {tile.word}" for tile in changed)
