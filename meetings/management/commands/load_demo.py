"""manage.py load_demo: fill an empty database with the demo."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from meetings import demo


class Command(BaseCommand):
    help = "Loads the demo into an empty database. Under demo settings only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fresh", action="store_true", help="throw everything away first, records included")
        parser.add_argument(
            "--after-meeting",
            action="store_true",
            help="go on until the second meeting was held: round 2 frozen, attendance, remarks and decisions entered",
        )
        parser.add_argument("--accounts", action="store_true", help="only print the accounts and their password")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo is loaded under demo settings only.")
        if options["accounts"]:
            self.print_accounts()
        elif options["fresh"]:
            demo.start_over(after_meeting=options["after_meeting"])
            self.stdout.write("The demo was loaded anew.")
        elif demo.load(after_meeting=options["after_meeting"]):
            self.stdout.write("The demo was loaded.")
        else:
            self.stdout.write("There are rounds already, so nothing was loaded (--fresh starts over).")

    def print_accounts(self) -> None:
        self.stdout.write(f"Demo accounts, all with the password {demo.PASSWORD}:")
        for person in demo.accounts():
            self.stdout.write(f"  {person['username']:<14}{person['name_en']:<18}{person['name_ko']}")
