"""Special days: the calendar of working days put right."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records import clock
from records.admin import RecordedAdmin
from tfportal.admin import ChoiceFilter, day_column

from ..models import SpecialDay
from ..working_days import Calendar


class WhenFilter(ChoiceFilter):
    title = gettext_lazy("when")
    parameter_name = "when"

    def choices_for_today(self) -> list[tuple[str, Any]]:
        return [("ahead", _("Today and later")), ("past", _("Past"))]

    def narrow(self, queryset: Any, value: str) -> Any:
        today = clock.today()
        return queryset.filter(**({"day__gte": today} if value == "ahead" else {"day__lt": today}))


@admin.register(SpecialDay)
class SpecialDayAdmin(RecordedAdmin):
    """What reminders and proposed due times count by from the next minute on."""

    list_display = (day_column("day", gettext_lazy("day")), "name_ko", "name_en", "is_working_day", "without_it")
    list_filter = (WhenFilter, "is_working_day")
    search_fields = ("name_ko", "name_en")
    ordering = ("-day",)
    fields = ("day", ("name_ko", "name_en"), "is_working_day")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        help_texts = {
            "is_working_day": gettext_lazy("Tick it where a holiday is worked on; leave it for a day off"),
            "day": gettext_lazy("Week-ends, public and substitute holidays are known already"),
        }
        return super().get_form(request, obj, change=change, **({"help_texts": help_texts} | kwargs))

    @admin.display(description=gettext_lazy("otherwise"))
    def without_it(self, row: SpecialDay) -> str:
        """What the day would be without this row."""
        return Calendar({}).day_off(row.day) or _("working day")
