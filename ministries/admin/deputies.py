"""Deputies, to be looked at: who names them and ends them does so in the portal, where the record tells of it."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from records.admin import ReadOnlyAdmin
from tfportal.admin import day_column, moment_column

from ..models import Delegation


@admin.register(Delegation)
class DelegationAdmin(ReadOnlyAdmin):
    """Without the reason: why somebody is away is for the ministry alone."""

    list_display = (
        "to_user",
        "posting",
        day_column("starts_on", gettext_lazy("from")),
        day_column("ends_on", gettext_lazy("until")),
        moment_column("cancelled_at", gettext_lazy("ended early")),
    )
    list_select_related = ("to_user", "posting__user", "posting__ministry")
    search_fields = (
        *("to_user__username", "to_user__name_ko", "to_user__name_en"),
        *("posting__user__username", "posting__user__name_ko", "posting__user__name_en", "posting__ministry__code"),
    )
    ordering = ("-starts_on", "-pk")
    shown = (
        *("to_user", "posting", "named_by"),
        day_column("starts_on", gettext_lazy("from")),
        day_column("ends_on", gettext_lazy("until")),
        moment_column("cancelled_at", gettext_lazy("ended early")),
    )
