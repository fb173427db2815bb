"""Writing a large document in a process of its own: what the writers take of memory goes with that process, and the
worker that answered stays as small as it was."""

import pickle
import subprocess
import sys

from django.conf import settings

from .blocks import Document

PATIENCE = 100  # seconds; below what gunicorn and the proxy wait


def write(document: Document, ending: str) -> bytes:
    """The document as a file, as `making.write` gives it, under the same settings. Raises CalledProcessError or
    TimeoutExpired where the other process failed."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "write_document", ending]
    done = subprocess.run(  # noqa: S603 (our own command, without anything that was typed)
        command, input=pickle.dumps(document), capture_output=True, timeout=PATIENCE, check=True
    )
    return done.stdout
