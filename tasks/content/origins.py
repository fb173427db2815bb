"""What a report's text holds of the supporting ministries': what was taken over, and not written out of it since."""

import re
from collections.abc import Mapping

from ..models import Contribution
from .raw import TEXTS, Raw

BULLET = re.compile(r"[ㅇ○◦□■▪•·∙※]|[*–-](?= )")  # what a line of such texts begins with; no minus sign
NAMES = re.compile(r"(?:\[[^\]]*\]\s*(?=\S))*")  # whose a line is, as `[산업부]`


def taken_over(raw: Raw, known: Mapping[str, Contribution]) -> tuple[Contribution, ...]:
    """The contributions that were taken over into the text and of which at least one line stands there yet: who writes
    them out of it has not taken them over. `known`: the report's own, by their ids."""
    named = [known[pk] for pk in raw["contributions"] if pk in known]
    lines = _lines("\n".join(raw[name] for name in TEXTS)) if named else set()
    return tuple(row for row in named if lines & _lines(row.text))


def _lines(text: str) -> set[str]:
    """What each line says, without its bullet and the name under which it stands."""
    said = (NAMES.sub("", BULLET.sub("", line.strip(), count=1).strip(), count=1) for line in text.splitlines())
    return {line for line in said if line}
