"""The working group's divisions, what was published of it, and the published scenarios: reference data. Experts,
meetings and drafts are the coordination office's, on its own pages."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from records.admin import RecordedAdmin
from tfportal.admin import PlainTabular, day_column

from . import groups
from .models import Division, PublishedFigure, Scenario, ScenarioVersion, SectorFigure, WorkingGroup

SOURCE: Any = (gettext_lazy("Source"), {"fields": ("source", "verified"), "classes": ("collapse",)})


class DivisionInline(PlainTabular):
    model = Division
    fields = ("code", "order", "name_ko", "name_en", "sector")
    extra = 0


@admin.register(WorkingGroup)
class WorkingGroupAdmin(RecordedAdmin):
    list_display = ("code", "name_ko", "name_en", "led_by_ko")
    fieldsets = (
        (None, {"fields": ("code", ("name_ko", "name_en"), ("led_by_ko", "led_by_en"), "ministry")}),
        SOURCE,
    )
    inlines = (DivisionInline,)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """There is one group: a second one would be counted, and prepare nothing."""
        return super().has_add_permission(request) and groups.working_group() is None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(PublishedFigure)
class PublishedFigureAdmin(RecordedAdmin):
    list_display = ("code", "counts", "number", day_column("as_of", gettext_lazy("as of")), "occasion_ko", "verified")
    list_filter = ("counts", "verified")
    fieldsets = (
        (None, {"fields": ("group", ("code", "order"), ("counts", "number"), ("since", "as_of", "precision"))}),
        (None, {"fields": ("occasion_ko", "occasion_en")}),
        SOURCE,
    )


@admin.register(Scenario)
class ScenarioAdmin(RecordedAdmin):
    list_display = ("code", "order", "kind", "year", "name_ko", "name_en")
    list_filter = ("kind",)
    fieldsets = ((None, {"fields": (("code", "order"), ("kind", "year"), ("name_ko", "name_en"))}), SOURCE)


class FigureInline(PlainTabular):
    model = SectorFigure
    fields = ("order", "sector", "name_ko", "name_en", "value", "vintage_ko", "vintage_en", "source", "verified")
    extra = 0


@admin.register(ScenarioVersion)
class ScenarioVersionAdmin(RecordedAdmin):
    """Those that were loaded. What is drafted and published here changes on its own pages alone."""

    list_display = ("code", "scenario", "no", "stated_total", day_column("published_on", gettext_lazy("published on")))
    list_select_related = ("scenario",)
    list_filter = ("scenario",)
    set_once = ("scenario", "code", "no")
    fieldsets = (
        (None, {"fields": ("scenario", ("code", "no"), ("stated_total", "stated_gross"))}),
        (None, {"fields": (("published_on", "precision"), "note_ko", "note_en")}),
        SOURCE,
    )
    inlines = (FigureInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ScenarioVersion]:
        loaded: QuerySet[ScenarioVersion] = super().get_queryset(request).exclude(loaded_digest="")
        return loaded

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
