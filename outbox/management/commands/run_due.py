"""manage.py run_due: everything that is due because time has passed, mail above all. For cron, a timer, or --every."""

import signal
import threading
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError, connections
from django.utils import timezone

from outbox import due, sending
from outbox.turns import turn
from records import clock
from records.errors import Busy


class Command(BaseCommand):
    help = "Sends the mail that is owed and does whatever else is due. May be started at any time, also twice at once."

    def add_arguments(self, parser: CommandParser) -> None:
        ways = parser.add_mutually_exclusive_group()
        ways.add_argument("--every", type=int, metavar="SECONDS", help="go on until Ctrl-C or SIGTERM")
        ways.add_argument(
            "--forget-before",
            metavar="MOMENT",
            help="after a restore: send nothing, and drop the mail that was owed before, e.g. 2021-03-16T05:00:00Z",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        seconds = options["every"]
        if options["forget_before"] is not None:
            self.stdout.write(self.forget(moment(options["forget_before"])))
        elif seconds is None:
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

    def forget(self, before: datetime) -> str:
        """Drop what waits since before the moment; returns the line that says how many mails that were."""
        with turn("run_due") as mine:
            if not mine:
                raise CommandError("Another run is under way: stop it first. Nothing was dropped.")
            number = sending.forget(before)
        return f"{number} dropped: owed before {timezone.localtime(before):%Y-%m-%d %H:%M:%S} and not sent"

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


def moment(text: str) -> datetime:
    """An ISO moment that says its zone, and has passed: guessing a zone would drop hours of mail too many."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError("--forget-before takes a moment such as 2021-03-16T05:00:00Z.") from error
    if timezone.is_naive(found):
        raise CommandError("--forget-before needs the moment's zone, as in 2021-03-16T05:00:00Z or …+09:00.")
    if found > clock.now():
        raise CommandError("--forget-before takes a moment that has passed.")
    return found


def stop_signal() -> threading.Event:
    """Set by the first SIGTERM or Ctrl-C, so that mail under way is finished; the second one ends it at once."""
    stop = threading.Event()

    def ask(number: int, frame: Any) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
    return stop
