"""What a page that polls the board compares, and what it reads out when something changed. Read-only."""

from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import ngettext

from ministries.models import User
from records.models import Event

from .board import FOLDED_FROM, Board
from .candidates import arriving
from .freezing import head_seq
from .models import Report, Round, State
from .tiles import BETWEEN_VERBS, OPEN_VERBS, TEAM_VERBS, codes_of

ANSWERS = 5  # where the office's position counts the answers to calls
NAMED_CHANGES = 3  # so many are read out by name, more are counted


def position(round_: Round, *, user: User, at: datetime) -> str:
    """What a poll compares: it changes whenever something on the board does. Four queries at the most.

    Saved drafts leave no event, so that the office's position counts them; nobody else learns of them. Answers to calls
    stand in chains of their own, and in what waits for the office.
    """
    seen = f"{round_.no}-{head_seq(round_)}-{round_.phase(at).value}"
    if not user.standing.is_coordinator:
        return seen
    drafts = Report.objects.in_round(round_).aggregate(
        drafts=Count("pk", filter=Q(state=State.DRAFT)), awaiting=Count("pk", filter=Q(state=State.AWAITING))
    )
    answers, to_judge = arriving.counted()
    return f"{seen}-{drafts['drafts']}-{drafts['awaiting']}-{answers}-{to_judge}"


def seen_events(position: str) -> int | None:
    """The sequence number in a position that came back with a poll; None where it was damaged."""
    return _number(position, 1)


def _number(position: str, place: int) -> int | None:
    parts = position.split("-")
    known = len(parts) > place and parts[place].isascii() and parts[place].isdigit() and len(parts[place]) < 10
    return int(parts[place]) if known else None


def news(board: Board, position: str) -> str:
    """What changed since that position, to be read out: `MSIT-02 Submitted, ME-03 Accepted`; a count when it is much.
    For the office also who answered a call."""
    said = [_of_reports(board, seen_events(position))]
    if board.viewer.is_office:
        said.append(arriving.news(_number(position, ANSWERS)))
    return ", ".join(text for text in said if text)


def _of_reports(board: Board, since: int | None) -> str:
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
