"""manage.py run_due: everything that is due because time has passed, mail above all. For cron, a timer, or --every."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError, connections
from django.utils import timezone

from outbox import due
from outbox.turns import turn
from records import clock
from records.errors import Busy


class Command(BaseCommand):
    help = "Sends the mail that is owed and does whatever else is due. May be started at any time, also twice at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=int, metavar="SECONDS", help="go on until Ctrl-C or SIGTERM")

    def handle(self, *args: Any, **options: Any) -> None:
        seconds = options["every"]
        if seconds is None:
            self.stdout.write(self.run_once())
        elif seconds < 1:
            raise CommandError("--every takes a number of seconds, at least 1.")
        else:
            self.run_on(seconds, stop=stop_signal())

    def run_once(self) -> str:
        """Do what is due; returns the line that says what was done."""
        with turn("run_due") as mine:
            done = "; ".join(filter(None, due.run_all(clock.now()))) if mine else "another run is under way"
        return f"{timezone.localtime():%Y-%m-%d %H:%M:%S} {done}"

    def run_on(self, seconds: int, *, stop: threading.Event) -> None:
        """Again and again. A database that restarts is waited for: a new connection each time."""
        while not stop.is_set():
            try:
                self.stdout.write(self.run_once())
            except (OperationalError, InterfaceError, Busy) as error:
                self.stderr.write(f"The database did not answer, next try in {seconds} s: {error}".rstrip())
            finally:
                connections.close_all()
            stop.wait(seconds)


def stop_signal() -> threading.Event:
    """Set by the first SIGTERM or Ctrl-C, so that mail under way is finished; the second one ends it at once."""
    stop = threading.Event()

    def ask(number: int, frame: Any) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
    return stop
