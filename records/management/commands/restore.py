"""manage.py restore: a backup into an empty database and an empty FILES_ROOT, compared and verified."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from records import backup
from records.engines import BackupError


class Command(BaseCommand):
    help = "Restores a backup into an empty place, compares it with what was backed up, and verifies the record."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="one backup: a folder tfportal-<moment>")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            problems = backup.restore(options["folder"], self.stdout.write, self.verify)
        except BackupError as error:
            raise CommandError(str(error)) from error
        if problems:
            lines = "\n".join(f"  {problem}" for problem in problems)
            raise CommandError(f"Everything in the backup was restored, but it was made without some files:\n{lines}")
        self.stdout.write("Restored: the same rows, heads and roots as in the backup.")

    def verify(self) -> None:
        """Recompute the record; BackupError where it does not hold."""
        try:
            call_command("verify_records")
        except SystemExit as error:
            if not error.code:
                return
            raise BackupError(
                "The restored record does not verify, as told above. Before anybody uses this database, see "
                'docs/operations.md, "When verification fails".'
            ) from error
