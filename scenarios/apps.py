from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScenariosConfig(AppConfig):
    name = "scenarios"
    verbose_name = _("Scenarios and working group")

    def ready(self) -> None:
        from records import verify
        from tasks import providers

        from . import errands, menu, named_texts, naming, verification

        providers.register_sections(menu.sections)
        naming.register(named_texts.texts)
        # scenarios
        providers.register_errands(errands.owed)
        providers.register_jobs(errands.waiting)
        for area in verification.AREAS:
            verify.register(area)
