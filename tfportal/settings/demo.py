"""The demo: real tasks and ministries, sample texts, known passwords. Loopback only."""

import os

from .base import *
from .base import MIDDLEWARE, VAR_DIR, database

DEMO = True
MIDDLEWARE = ["tfportal.middleware.LoopbackOnly", *MIDDLEWARE]
SECRET_KEY = "demo-only-" + "not-a-secret" * 4  # the passwords are printed on the start page as well
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]  # a demo reached by any other name answers 400
DATABASES = {"default": database(os.environ.get("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'demo.sqlite3'}")}
# Each demo's own: what has no row in one database may be the other one's.
FILES_ROOT = VAR_DIR / ("files" if DATABASES["default"]["ENGINE"].endswith("sqlite3") else "files-postgresql")
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # no mail leaves the machine: it is read in the browser
PORTAL_URL = os.environ.get("PORTAL_URL") or "http://127.0.0.1:8000"
