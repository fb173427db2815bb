"""The malware scanner: any program that takes a path. Where one is named, nothing passes without its word."""

import logging
import os
import shlex
import signal
import subprocess
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from .errors import NotKept
from .kinds import refuse

logger = logging.getLogger(__name__)

CLEAN, FOUND = 0, 1  # the exit codes of clamscan and clamdscan; others are the scanner's own troubles


def scan(path: Path, name: str) -> None:
    """Return if the scanner finds nothing, or if there is none. Raises Invalid where it found something, and NotKept
    where it did not say: it fails closed."""
    if not settings.SCAN_COMMAND:
        return
    try:
        code = _run([part.replace("{path}", str(path)) for part in shlex.split(settings.SCAN_COMMAND)])
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        logger.error("The malware scanner could not be asked: %s", error)
        code = -1
    if code == FOUND:
        logger.warning("The malware scanner refused a file")
        raise refuse(name, _("The scanner for malware found something in it. The file was not kept."))
    if code != CLEAN:
        logger.error("The malware scanner did not judge a file: exit code %s", code)
        raise NotKept(_("%(name)s could not be scanned for malware. Try again later.") % {"name": name})


def _run(command: list[str]) -> int:
    """The exit code; no shell, nothing of what it prints. Past its time it is ended with all that it started."""
    process = subprocess.Popen(  # noqa: S603 (the command is the operator's, the path ours)
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return process.wait(settings.SCAN_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
