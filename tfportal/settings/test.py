"""The tests: as near to production as a test can be, on a SQLite file or on DATABASE_URL."""

import os
import tempfile
from pathlib import Path

from .base import *
from .base import STORAGES, VAR_DIR, database

SECRET_KEY = "test-only"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
DATABASES = {"default": database(os.environ.get("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'test.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, never in memory: threads sharing a memory database get "table is locked". One for each process, so that
    # two runs do not meet in it.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / f"test-{os.getpid()}.sqlite3")}
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True  # serves from the finders: nothing has to be collected first
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ACCOUNT_RATE_LIMITS = False
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PORTAL_URL = "https://portal.example"
BOARD_POLL_SECONDS = 1
MEETING_POLL_SECONDS = 1
VAR_DIR.mkdir(exist_ok=True)
FILES_FOLDER = tempfile.TemporaryDirectory(prefix="tfportal-files-")  # goes with the process
FILES_ROOT = Path(FILES_FOLDER.name)
