"""The T/F's meetings in the admin."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from records.admin import RecordedAdmin
from tfportal.admin import day_column

from .models import Meeting


@admin.register(Meeting)
class MeetingAdmin(RecordedAdmin):
    """Which round is collected for which meeting is decided where rounds are prepared, not here."""

    list_display = ("no", "name_ko", "name_en", day_column("date", gettext_lazy("date")), "round", "verified")
    list_filter = ("verified",)
    list_select_related = ("round",)
    search_fields = ("=no", "name_ko", "name_en", "chair", "agenda_ko")
    ordering = ("-no",)
    readonly_fields = ("round",)
    fieldsets = (
        (None, {"fields": ("no", "name_ko", "name_en", "round", "chair")}),
        (
            gettext_lazy("Date"),
            {"fields": ("date", ("date_note_ko", "date_note_en"), ("not_before", "not_after"))},
        ),
        (None, {"fields": ("agenda_ko",)}),
        (gettext_lazy("Source"), {"fields": ("source", "verified"), "classes": ("collapse",)}),
    )
    instead_of_deleting = gettext_lazy("Its round and what was reported for it stay.")
