"""Writing a document in a process of its own: what the writers take of memory goes with that process, and the worker
that answered stays as small as it was."""

import logging
import pickle
import subprocess
import sys

from django.conf import settings

from .blocks import Document

logger = logging.getLogger(__name__)

PATIENCE = 100  # seconds; below what gunicorn and the proxy wait


class NotWritten(Exception):
    """The other process failed, or took too long."""


def write(document: Document, ending: str) -> bytes:
    """The document as a file, as `making.write` gives it, under the same settings. Raises NotWritten."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "write_document", ending]
    try:
        done = subprocess.run(  # noqa: S603 (our own command, without anything that was typed)
            command, input=pickle.dumps(document), capture_output=True, timeout=PATIENCE, check=True
        )
    except subprocess.SubprocessError as error:
        said = (getattr(error, "stderr", None) or b"").decode(errors="replace")
        logger.error("%s was not written as %s: %s\n%s", document.title, ending, error, said)
        raise NotWritten from error
    return done.stdout
