from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = _("Official record")

    def ready(self) -> None:
        from . import checks, triggers  # noqa: F401 (registers the system check)

        # SQLite rebuilds a table when a column changes: that fails where another table's trigger reads it, and silently
        # drops its own triggers. So all of them step aside, and are put back each time.
        pre_migrate.connect(triggers.make_way_for_migrations, dispatch_uid="records.triggers")
        post_migrate.connect(triggers.install_after_migrate, dispatch_uid="records.triggers")
