"""Production. Everything secret or local comes from the environment; what is missing or unsafe stops the start."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from .base import *
from .base import STATIC_ROOT, database


def required(name: str, meaning: str) -> str:
    """The environment variable, or a start-up error that says what it is for."""
    if value := os.environ.get(name, "").strip():
        return value
    raise ImproperlyConfigured(f"Set {name}: {meaning}.")


def switched_on(name: str) -> bool:
    """Whether the environment variable says yes."""
    return os.environ.get(name, "").strip().lower() not in {"", "0", "false", "no", "off"}


if switched_on("DEBUG"):
    raise ImproperlyConfigured("DEBUG is set. Production never runs with DEBUG: unset it.")

SECRET_KEY = required("SECRET_KEY", "at least 50 random characters that sign the sessions")
ALLOWED_HOSTS = [
    host.strip() for host in required("ALLOWED_HOSTS", "the host names, by commas").split(",") if host.strip()
]
DATABASES = {"default": database(required("DATABASE_URL", "postgres://user:password@host/name"))}
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts, and may not be '*'.")

ARRIVAL_HEADER = os.environ.get("ARRIVAL_HEADER", "").strip()  # only one that the proxy overwrites
FILES_ROOT = Path(required("FILES_ROOT", "the folder of the attachments, which no web server serves")).resolve()
if FILES_ROOT.is_relative_to(STATIC_ROOT.resolve()) or STATIC_ROOT.resolve().is_relative_to(FILES_ROOT):
    raise ImproperlyConfigured("FILES_ROOT and the static root may not lie in each other: attachments are not public.")
SCAN_COMMAND = os.environ.get("SCAN_COMMAND", "").strip()

# Attempts are counted for each address, and that is the proxy's unless it says whose request it passes on: the last of
# so many entries of X-Forwarded-For, which the proxies write.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXY_COUNT", "").strip() or 1)

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = "__Host-session", "__Host-csrf", "__Host-language"
LANGUAGE_COOKIE_SECURE = True

PORTAL_URL = required("PORTAL_URL", "the portal's own address for links in mails, such as https://portal.example")
if not PORTAL_URL.startswith("https://") or PORTAL_URL.endswith("/"):
    raise ImproperlyConfigured("PORTAL_URL must start with https:// and have no slash at its end.")
EMAIL_HOST = required("EMAIL_HOST", "the mail server")
DEFAULT_FROM_EMAIL = required("DEFAULT_FROM_EMAIL", "the sender of the portal's mails")
EMAIL_USE_TLS = switched_on("EMAIL_USE_TLS")  # STARTTLS
EMAIL_USE_SSL = switched_on("EMAIL_USE_SSL")  # TLS from the first byte
EMAIL_PORT = int(os.environ.get("EMAIL_PORT") or (465 if EMAIL_USE_SSL else 587 if EMAIL_USE_TLS else 25))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")

# Sign-in attempts are counted in the cache: it has to be one that all workers share.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"}}
