"""What is done because time has passed, not because someone pressed a button. Apps register here when they start;
`manage.py run_due` does it all. Mail goes last, so that what the others owe leaves in the same run."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import InterfaceError, OperationalError

from . import sending

logger = logging.getLogger(__name__)

Work = Callable[[datetime], str]  # gets the domain's present moment; returns what it did, in a few words, or nothing
_registered: dict[str, Work] = {}


def register(name: str, work: Work) -> None:
    """Add time-driven work; called once from an AppConfig's ready(). It may be called at any time, and again."""
    _registered[name] = work


def run_all(at: datetime) -> Iterator[str]:
    """Do everything that is due; yields what was done. What fails is named, and the rest is done all the same.

    A database that went away ends the run: nothing else would work either.
    """
    for name, work in [*_registered.items(), ("mail", sending.deliver)]:
        try:
            yield work(at)
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # one piece of work must not stand in the way of the others
            logger.exception("%s failed", name)
            yield f"{name}: failed, see the log"
