from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = "Official record"

    def ready(self) -> None:
        from . import checks, triggers  # noqa: F401 (registers the system check)

        # SQLite rebuilds a table when a column changes and silently drops its triggers, so they are put back each time.
        post_migrate.connect(triggers.install_after_migrate, dispatch_uid="records.triggers")
