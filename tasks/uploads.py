"""How files arrive: a form with a file that is too large, or for which there is no room, keeps all its other fields."""

import tempfile
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from .files import FILE_LIMIT

IN_MEMORY = 256 * 1024  # bytes of one file: a form may bring a hundred


class Upload(UploadedFile):
    """One file of a form. `problem`: empty, `too big` or `no room`; with a problem there is nothing in it."""

    problem = ""


class LimitedUpload(FileUploadHandler):
    """Takes a file in: small ones in memory, larger ones on the disk. Past FILE_LIMIT it throws the rest away instead
    of stopping: what comes after the file in the form is somebody's text."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.problem = ""
        self.spool: Any = tempfile.SpooledTemporaryFile(  # noqa: SIM115 (closed by whoever reads it, with the request)
            max_size=IN_MEMORY, dir=settings.FILE_UPLOAD_TEMP_DIR
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.problem:
            return
        try:
            if start + len(raw_data) > FILE_LIMIT:
                self._give_up("too big")
            else:
                self.spool.write(raw_data)
        except OSError:
            self._give_up("no room")

    def _give_up(self, problem: str) -> None:
        self.problem = problem
        with suppress(OSError):  # what was still to be written finds no room either
            self.spool.close()
        self.spool = tempfile.SpooledTemporaryFile()  # noqa: SIM115 (empty: it never touches the disk)

    def file_complete(self, file_size: int) -> Upload:
        try:
            self.spool.seek(0)  # writes what is left
        except OSError:
            self._give_up("no room")
        upload = Upload(self.spool, self.file_name, self.content_type, file_size, self.charset)
        upload.problem = self.problem
        return upload

    def upload_interrupted(self) -> None:
        if getattr(self, "spool", None) is not None:
            self.spool.close()
