"""The portal as gunicorn serves it in these tests: at the moment that the environment names, and able to die.

A request may ask that its worker be killed, with the header `X-Die`: the name of a model, for the moment after such a
row was written and before anything is committed, or `answer`, for the moment after the commit and before the answer.
"""

import os
import signal
import threading
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db.models.signals import post_save
from django.utils import timezone

from records import clock

doomed = threading.local()
portal = get_wsgi_application()

if moment := os.environ.get("TFPORTAL_TEST_MOMENT"):
    shift = datetime.fromisoformat(moment) - timezone.now()
    clock.shift = lambda: shift  # type: ignore[assignment]


def die_at(place: str) -> None:
    """What a power cut, the kernel out of memory, or an impatient person does: no handler runs, nothing is tidied."""
    if getattr(doomed, "place", "") == place:
        os.kill(os.getpid(), signal.SIGKILL)


def after_save(sender: type, **_more: Any) -> None:
    die_at(sender.__name__)


post_save.connect(after_save)


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    doomed.place = environ.get("HTTP_X_DIE", "")
    answer: Iterable[bytes] = portal(environ, start_response)
    die_at("answer")
    return answer
