"""Verifying rounds: their rows against their events, their texts against their hashes, their seals against their rows.

`records/verify.py` walks the chain and hands over each event. What the events say is played again (`replay.py`, a
function for each verb in `verbs.py`) and compared with what stands in the tables (`rows.py`); a frozen round's manifest
is made again (`sealed.py`). A new verb joins with a function in its own module, as those of `corrections.py` do.
"""

from collections.abc import Iterable

from records.verify import Area

from ..candidates.contents import TOLD
from ..models import Round
from . import claims, corrections, duties, exchange, extensions, messages, reminders, replay, rounds, verbs

for module in (verbs, claims, rounds, corrections, messages, extensions, exchange, reminders):
    replay.VERBS.update(module.VERBS)
    replay.TARGETS.update(module.TARGETS)


def keys() -> Iterable[str]:
    """The streams that have to be there: those of rounds whose roster is fixed."""
    return [row.stream_key for row in Round.objects.prepared()]


AREA = Area("round/", keys, replay.RoundChecker)
AREAS = (AREA, duties.AREA, TOLD.area())
