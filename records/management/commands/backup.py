"""manage.py backup: the database and the files, in a new folder."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from records import backup
from records.engines import BackupError


class Command(BaseCommand):
    help = "Backs up the database and the files into FOLDER/tfportal-<moment>. People may go on working."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where the backups are kept; it has to exist")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = backup.make(options["folder"], self.stdout.write)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{made.folder}  {made.size / 1_000_000:,.1f} MB")
        if made.problems:
            problems = "\n".join(f"  {problem}" for problem in made.problems)
            raise CommandError(
                f"The backup was kept, but files are wrong; run it again, then see docs/operations.md:\n{problems}"
            )
