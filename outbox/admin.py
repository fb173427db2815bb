"""The outbox in the admin: read-only. post_office's own pages would let administrators write mail."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from post_office.models import Attachment, Email, EmailTemplate, Log

from records.admin import ReadOnlyAdmin
from tfportal.admin import moment_column

from .models import INSIDE_THE_MINISTRY, Notice

admin.site.unregister((Attachment, Email, EmailTemplate, Log))


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    """Who is owed which mail. The texts are the office's to read."""

    list_display = (moment_column("owed_at", gettext_lazy("owed at")), "purpose", "to", "ministry", "about", "problem")
    list_display_links = ("about",)
    list_filter = ("purpose", "problem")
    list_select_related = ("to", "ministry")
    search_fields = ("about", "to__username", "to__name_ko", "to__name_en")
    shown = ("purpose", "to", "ministry", "about", moment_column("owed_at", gettext_lazy("owed at")), "problem")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without what is kept inside a ministry: here it would be seen, searched and filtered by what happened."""
        return super().get_queryset(request).exclude(purpose__in=INSIDE_THE_MINISTRY)
