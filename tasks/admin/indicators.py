"""이행지표: the indicators of tasks, with their targets by year."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from records.admin import RecordedAdmin
from tfportal.admin import PlainTabular

from ..models import Indicator, IndicatorValue, Target
from .strategy import SOURCE


class TargetInline(PlainTabular):
    model = Target
    fields = ("year", "value")
    extra = 0


@admin.register(Indicator)
class IndicatorAdmin(RecordedAdmin):
    """What a report has spoken of keeps its place, its words and its unit: the sent texts mean these. Its targets and
    its last day may change."""

    list_display = ("task", "order", "title_in_words", "unit_in_words", "every", "is_spoken_of")
    list_display_links = ("title_in_words",)
    list_filter = ("every", "verified")
    list_select_related = ("task",)
    search_fields = ("task__code", "title_ko", "title_en")
    autocomplete_fields = ("task",)
    ordering = ("task__code", "order")
    inlines = (TargetInline,)
    set_once = ("task",)
    kept = ("order", "title_ko", "title_en", "unit_ko", "unit_en")
    fieldsets = (
        (None, {"fields": (("task", "order"), "title_ko", "title_en", ("unit_ko", "unit_en"), ("every", "ended_on"))}),
        SOURCE,
    )
    instead_of_deleting = gettext_lazy("Enter the day from which it is not asked for any more.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        spoken = IndicatorValue.objects.filter(indicator=OuterRef("pk"))
        found: QuerySet[Any] = super().get_queryset(request).annotate(spoken_of=Exists(spoken))
        return found

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        kept = self.kept if obj and obj.values.exists() else ()
        return (*super().get_readonly_fields(request, obj), *kept)

    @admin.display(description=gettext_lazy("title"), ordering="title_ko")
    def title_in_words(self, indicator: Indicator) -> str:
        return indicator.title

    @admin.display(description=gettext_lazy("unit of measure"))
    def unit_in_words(self, indicator: Indicator) -> str:
        return indicator.unit

    @admin.display(description=gettext_lazy("reported"), boolean=True)
    def is_spoken_of(self, indicator: Any) -> bool:
        return bool(indicator.spoken_of)
