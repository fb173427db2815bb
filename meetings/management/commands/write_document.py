"""manage.py write_document: the other half of `documents/apart.py`. From a document on standard input to its file on
standard output; for no terminal."""

import pickle
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from meetings.documents import making


class Command(BaseCommand):
    help = "Writes a document that the portal hands over, in a process of its own. Not for use by hand."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ending", choices=("hwpx", "pdf"))

    def handle(self, *args: Any, **options: Any) -> None:
        document = pickle.load(sys.stdin.buffer)  # noqa: S301 (from the portal's own process, over a pipe)
        sys.stdout.buffer.write(making.write(document, options["ending"]))
