from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TasksConfig(AppConfig):
    name = "tasks"
    verbose_name = _("Strategy, tasks and reports")

    def ready(self) -> None:
        from outbox import due
        from records import verify
        from tfportal import errors

        from . import freeze_warnings, labels, providers, reminders, upkeep, verification
        from .candidates import menu, owed, reminding

        errors.register_labels(labels.of_posted)
        for area in verification.AREAS:
            verify.register(area)
        providers.register_sections(menu.sections)
        providers.register_errands(owed.errands)
        providers.register_jobs(owed.jobs)
        due.register("files", upkeep.sweep)
        due.register("reminders", reminders.remind)
        due.register("reminders of calls", reminding.remind)
        due.register("freeze warnings", freeze_warnings.warn)
        due.register("workbooks", upkeep.sweep_workbooks)
