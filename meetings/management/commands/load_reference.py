"""manage.py load_reference: bring the reference data up to the file."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from meetings import reference

COLUMNS = {"added": "added", "changed": "changed", "left_alone": "left alone", "edited_here": "edited here"}


class Command(BaseCommand):
    help = "Loads ministries, sectors, the strategy, tasks and meetings. Rows that were edited here stay as they are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, default=reference.REFERENCE, help="another file of the same form")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = reference.load(options["file"])
        except reference.ReferenceFileError as error:
            problems = "\n".join(f"  {problem}" for problem in error.problems)
            raise CommandError(f"Nothing was loaded. {options['file'].name} contradicts itself:\n{problems}") from error
        self.stdout.write(" " * 12 + "".join(f"{title:>13}" for title in COLUMNS.values()))
        for name, tally in outcome.tables.items():
            self.stdout.write(f"{name:<12}" + "".join(f"{asdict(tally)[key]:>13}" for key in COLUMNS))
        if outcome.edited:
            self.stdout.write("\nEdited here, and left as they are:")
        for row in outcome.edited:
            self.stdout.write(f"  {row.place}: {', '.join(row.fields)}")
