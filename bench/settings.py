"""Production's settings with the floors beside the portal's pages: for `python3 dev.py bench`, on loopback alone.

`bench.building.environment` has what production takes from its environment. `DEMO` is on because the simulated people
may sign in, and the simulated clock holds, nowhere else; it also puts the demo's band on every page, the floors too.
"""

from tfportal.settings.production import *
from tfportal.settings.production import INSTALLED_APPS, MIDDLEWARE

BENCH = True
DEMO = True
INSTALLED_APPS = [*INSTALLED_APPS, "bench"]
MIDDLEWARE = ["tfportal.middleware.LoopbackOnly", "bench.middleware.Counted", *MIDDLEWARE]
ROOT_URLCONF = "bench.urls"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
# Everybody comes from one address here, and signs in within seconds.
ACCOUNT_RATE_LIMITS = False
