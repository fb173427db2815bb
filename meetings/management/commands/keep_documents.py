"""manage.py keep_documents: make a meeting's final documents outside of any request, and keep them as given out.

A book of five hundred tasks takes longer as a PDF than a web server waits; once it is kept, it is answered at once.
"""

import time
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError, CommandParser

from meetings import permissions, workflow
from meetings.documents import making
from meetings.documents.apart import NotWritten
from meetings.documents.making import Wanted
from meetings.models import DocumentKind, Meeting
from ministries.models import User
from records import clock
from records.errors import Refused


class Command(BaseCommand):
    help = "Makes the final book and status tables of a meeting in both languages, and keeps them as given out."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("meeting", type=int, help="the meeting's number")
        parser.add_argument("--by", required=True, help="the user name of whoever of the office keeps them")

    def handle(self, *args: Any, **options: Any) -> None:
        meeting = Meeting.objects.select_related("round__previous").filter(no=options["meeting"]).first()
        user = User.objects.filter(username=options["by"], is_active=True).first()
        if meeting is None:
            raise CommandError(f"There is no meeting {options['meeting']}.")
        if user is None or not permissions.can_run_meetings(user):
            raise CommandError(f"{options['by']} is nobody of the coordination office.")
        for language in ("ko", "en"):
            for kind in (DocumentKind.BOOK, DocumentKind.TABLES):
                self._keep(Wanted(kind, meeting, language), user)

    def _keep(self, wanted: Wanted, user: User) -> None:
        for ending in wanted.formats:
            started = time.monotonic()
            try:
                receipt = workflow.keep_document(wanted, ending, by=user, at=clock.now(), key=uuid4())
            except (Refused, making.NotMade) as error:
                raise CommandError(str(error) or "There is no such document.") from error
            except NotWritten as error:
                raise CommandError("The file could not be written; the log says why.") from error
            said = "kept" if receipt is not None else "kept before, and says the same"
            self.stdout.write(f"{wanted.file_name(ending)}: {said} ({time.monotonic() - started:.1f} s)")
