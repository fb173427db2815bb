"""manage.py simulate: fill an empty database with a simulated portal of any size."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from meetings import simulation
from meetings.simulation.plan import OFFICE, bodies
from meetings.simulation.world import PASSWORD


class Command(BaseCommand):
    help = (
        "Fills an empty database with simulated ministries, tasks and rounds, the last of them open. "
        "The same numbers give the same portal. Under demo settings only."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--ministries", type=int, default=16)
        parser.add_argument(
            "--tasks", type=int, default=30, help="on the roster of each round; for completed ones others join"
        )
        parser.add_argument("--rounds", type=int, default=3, help="the last one is open, all before it are frozen")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--by-verbs", action="store_true", help="verb by verb: slow, for comparing")

    def handle(self, *args: Any, **options: Any) -> None:
        size = simulation.Size(options["ministries"], options["tasks"], options["rounds"], options["seed"])
        if problems := size.problems():
            raise CommandError("\n".join(problems))
        started = time.monotonic()
        try:
            for built in simulation.simulate(size, through_verbs=options["by_verbs"]):
                state = "frozen" if built.is_frozen else "open"
                self.stdout.write(
                    f"round {built.no:>3} {state:<7}{built.reports:>7,} reports {built.deeds:>8,} deeds"
                    f" {built.seconds:>7.1f} s"
                )
                self.stdout.flush()
        except simulation.NotADemo as error:
            raise CommandError("A simulated portal is built under demo settings only.") from error
        except simulation.Occupied as error:
            raise CommandError("The database is not empty: a simulated portal is built in one of its own.") from error
        self.stdout.write(f"Simulated data, built in {time.monotonic() - started:.1f} s.")
        self.print_accounts(size)

    def print_accounts(self, size: simulation.Size) -> None:
        listed = bodies(size)
        officers = [body.officer for body in listed if body.has_officer]
        approvers = [body.approver for body in listed if body.sign_off]
        self.stdout.write(f"Accounts, all with the password {PASSWORD}:")
        self.stdout.write(f"  {', '.join(OFFICE)}, reader, admin")
        self.stdout.write(f"  {officers[0]} … {officers[-1]}")
        if approvers:
            self.stdout.write(f"  {approvers[0]} … {approvers[-1]}")
