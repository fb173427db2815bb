"""The parts of Django that the portal configures."""

from django.contrib.admin.apps import AdminConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class PortalAdminConfig(AdminConfig):
    default_site = "tfportal.admin.PortalAdminSite"


class PortalStaticFilesConfig(StaticFilesConfig):
    """Collects of KRDS what the pages use. Its component.css has broken addresses, its scripts bind once at load, its
    cdn folder points to other hosts."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "component.css",
        "common.css",
        "plugin",
        "cdn",
        "html",
        "scss",
        "*.scss",
        "*.map",
        "*.ttf",
        "*.otf",
        "*.woff",
    ]
