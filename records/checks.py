"""System checks of the record."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.db import connections


@register("database")
def sqlite_serialises_writers(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """SQLite only keeps its promises here with immediate transactions."""
    return [
        Error(
            f"The SQLite database '{alias}' must use transaction_mode IMMEDIATE.",
            hint="Build DATABASES with tfportal.settings.base.database().",
            id="records.E001",
        )
        for alias in databases or ()
        if connections[alias].vendor == "sqlite"
        and connections[alias].settings_dict.get("OPTIONS", {}).get("transaction_mode") != "IMMEDIATE"
    ]
