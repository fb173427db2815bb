"""What every installation shares. demo, test and production build on it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"

DEBUG = False
DEMO = False  # the demo clock, the demo accounts and the demo band

INSTALLED_APPS = [
    "tfportal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "tfportal.apps.PortalStaticFilesConfig",
    "allauth",
    "allauth.account",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "csp",
    "records",
    "ministries",
    "post_office",
    "outbox",
    "tasks",
    "scenarios",
    "meetings",
]

MIDDLEWARE = [
    "tfportal.middleware.Arrival",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tfportal.middleware.Language",
    "tfportal.middleware.PrivateByDefault",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tfportal.middleware.NeverCached",
    "tfportal.middleware.SureForms",
    "tfportal.middleware.Refusals",
]

ROOT_URLCONF = "tfportal.urls"
WSGI_APPLICATION = "tfportal.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "template_partials.templatetags.partials",
                "tfportal.templatetags.ui",
                "tasks.templatetags.reporting",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tfportal.context.shell",
                "tasks.context.navigation",
            ],
        },
    }
]


def database(url: str) -> dict[str, Any]:
    """The settings of one database from its URL, safe for either engine.

    SQLite: WAL with immediate transactions, so that writers queue instead of failing half-way, and synchronous FULL,
    so that an acknowledged submission survives a power cut; recursive triggers, or INSERT OR REPLACE would remove a row
    of the record without asking its triggers. PostgreSQL: health checks, or each worker answers one 500 after the
    database was restarted.
    """
    config: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    if config["ENGINE"].endswith("sqlite3"):
        config["ENGINE"] = "tfportal.sqlite3"
        config["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;",
        }
    return config


DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024  # a megabyte of Hangul is refused at the field, not by a bare 400
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

AUTH_USER_MODEL = "ministries.User"
AUTHENTICATION_BACKENDS = ["ministries.backends.PostedPeople"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ACCOUNT_ADAPTER = "ministries.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
# Strict for one account, loose for one address: a whole ministry sits behind a single address.
# The public's: opinions of one address and of all addresses, mails to one address, numbers that were looked up in vain.
ACCOUNT_RATE_LIMITS: Any = {
    "login": "120/m/ip",
    "login_failed": "60/m/ip,6/5m/key",
    "send_opinion": "5/h/ip",
    "send_opinion_by_all": "100/h/key",
    "mail_opinion": "3/d/key",
    "look_up_opinion": "20/h/ip",
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "tfportal.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Seoul"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS: list[Any] = [
    BASE_DIR / "static",
    ("krds", BASE_DIR / "node_modules" / "krds-uiux" / "resources"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

FILES_ROOT = VAR_DIR / "files"  # attachments; never below what the web server serves
FILE_UPLOAD_HANDLERS = ["tasks.uploads.LimitedUpload"]
SCAN_COMMAND = ""  # a malware scanner such as "clamdscan --fdpass --no-summary {path}"; empty: none. See docs/adr/0009
SCAN_SECONDS = 15  # well below what gunicorn and the proxy wait for an answer: the page has to say what went wrong

# Documents: the mark on how the book, the tables and the outcome are to be handled, on every page.
DOCUMENT_HANDLING = {"ko": "회의용(대외주의)", "en": "For use at the meeting only"}

# Of a book of more tasks no PDF is written while somebody waits: one of 500 takes a minute and 900 MB. It is kept by
# `manage.py keep_documents`, and then answered at once.
PDF_TASKS_AT_ONCE = 100

PDF_WRITER = "auto"  # documents are offered as PDF where the system has pango; "off": nowhere

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

OPINION_SENDER_DAYS = 365  # for so long after its answer the portal keeps who sent an opinion
OPINION_UNANSWERED_DAYS = 730  # and for so long after it came, where nobody answered it, gave it out or looked at it

BOARD_POLL_SECONDS = 15
MEETING_POLL_SECONDS = 5  # note-takers of one meeting wait for each other's entries
ARRIVAL_HEADER = ""  # the header in which a trusted proxy says when it passed the request on, such as X-Request-Start

# Mail. Verbs note what is owed, `manage.py run_due` sends it: a server that hangs holds up that run and nobody else.
PORTAL_URL = "http://127.0.0.1:8000"  # where links in mails lead
DEFAULT_FROM_EMAIL = "portal@localhost"
EMAIL_TIMEOUT = 10  # seconds for each word of the mail server
POST_OFFICE = {
    # A batch is written down when all of it was tried. It is small, so that little is sent twice after a power cut, and
    # with a server that hangs it ends long before the batch's own deadline, which leaves threads behind.
    "BATCH_SIZE": 10,
    "THREADS_PER_PROCESS": 5,
    "BATCH_DELIVERY_TIMEOUT": 120,
    "MAX_RETRIES": 96,
    "RETRY_INTERVAL": timedelta(minutes=15),  # so for a day
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # What could not be sent stands in the database and on the page for the office.
    "loggers": {"post_office": {"handlers": ["console"], "level": "CRITICAL", "propagate": False}},
}
