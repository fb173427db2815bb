"""The settings of the tests, for a command in a process of its own: FILES_ROOT comes from the environment."""

import os

from tfportal.settings.test import *

FILES_ROOT = os.environ.get("FILES_ROOT") or None  # type: ignore[assignment]  # None: an installation without
