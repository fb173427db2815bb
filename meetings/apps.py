from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = _("Meetings")

    def ready(self) -> None:
        from outbox import due
        from records import verify
        from scenarios import naming
        from tasks import providers

        from . import carrying_out, errands, facts, menu, reminders, spoken, verification
        from .opinions import hearings, moderating, retention
        from .opinions import menu as opinion_menu
        from .opinions import owing as opinion_owing
        from .opinions import reminding as opinion_reminding
        from .opinions import verification as opinion_verification

        providers.register_round_facts(facts.of_round)
        providers.register_menu(menu.items)
        providers.register_sections(opinion_menu.sections)
        providers.register_decisions(carrying_out.PROVIDER)
        providers.register_jobs(carrying_out.jobs)
        providers.register_errands(errands.of_user)
        providers.register_agendas(spoken.of_candidates)
        due.register("reminders of meetings", reminders.remind)
        # stakeholders' opinions
        providers.register_errands(opinion_owing.errands)
        providers.register_jobs(opinion_owing.jobs)
        providers.register_jobs(moderating.jobs)
        naming.register(hearings.texts)
        providers.register_opinions(opinion_owing.on_task)
        due.register("opinions", opinion_reminding.remind)
        due.register("senders of opinions", retention.end)
        for area in (verification.AREA, *opinion_verification.AREAS):
            verify.register(area)
