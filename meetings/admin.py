"""The T/F's meetings in the admin."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from records.admin import RecordedAdmin
from tfportal.admin import day_column, notices

from .documents import pdf
from .models import Meeting
from .planning import keeps_its_round


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
        (None, {"fields": ("no", "name_ko", "name_en", "round", "chair", "chair_en")}),
        (
            gettext_lazy("Date"),
            {"fields": ("date", ("date_note_ko", "date_note_en"), ("not_before", "not_after"))},
        ),
        (None, {"fields": ("agenda_ko",)}),
        (gettext_lazy("Source"), {"fields": ("source", "verified"), "classes": ("collapse",)}),
    )
    of_the_office = ("no", "chair", "chair_en", "date")  # its pages change these, once it has planned the meeting

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What was planned on the office's pages stands in the meeting's own chain, and changes there alone; so does
        the number under which a frozen round was collected. Of a confirmed outcome nothing changes."""
        fixed = super().get_readonly_fields(request, obj)
        if obj is None or not (obj.version or keeps_its_round(obj)):
            return fixed
        if obj.frozen_at is not None:
            return tuple(flatten_fieldsets(self.fieldsets))
        return (*fixed, *self.of_the_office)

    instead_of_deleting = gettext_lazy("Its round and what was reported for it stay.")


def without_pdf() -> tuple[str, str] | None:
    """The start page's notice where this machine cannot write PDF; there is no list to go to."""
    reason = pdf.why_not()
    return (reason, "") if reason else None


notices.append(without_pdf)
