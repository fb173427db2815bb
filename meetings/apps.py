from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = _("Meetings")

    def ready(self) -> None:
        from outbox import due
        from records import verify
        from tasks import providers

        from . import carrying_out, errands, facts, menu, reminders, verification

        providers.register_round_facts(facts.of_round)
        providers.register_menu(menu.items)
        providers.register_decisions(carrying_out.PROVIDER)
        providers.register_errands(errands.of_user)
        due.register("reminders of meetings", reminders.remind)
        verify.register(verification.AREA)
