"""Postings: who does what from when to when, ended many at once."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import widgets
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from records import clock
from tfportal import dates
from tfportal.admin import ChoiceFilter, day_column

from .. import public
from ..directory import Directory
from ..models import Posting, Role, User
from .names import MinistryFilter, PlainNames, short, with_person
from .people import WatchesOfficers, served, warn_of


class InForceFilter(ChoiceFilter):
    title = gettext_lazy("in force")
    parameter_name = "in_force"

    def choices_for_today(self) -> list[tuple[str, Any]]:
        return [("yes", _("In force today")), ("ended", _("Ended")), ("later", _("Not yet begun"))]

    def narrow(self, queryset: Any, value: str) -> Any:
        today = clock.today()
        if value == "yes":
            return queryset.filter(pk__in=Posting.objects.in_force(today))
        return queryset.filter(**({"ends_on__lt": today} if value == "ended" else {"starts_on__gt": today}))


class PostingMinistryFilter(MinistryFilter):
    def narrow(self, queryset: Any, value: str) -> Any:
        return queryset.filter(ministry_id=int(value))


class EndForm(forms.Form):
    day = forms.DateField(label=gettext_lazy("Last day"), widget=widgets.AdminDateWidget)


class Ending:
    """What ending postings on a day would do."""

    def __init__(self, postings: QuerySet[Any], day: date, by: Any) -> None:
        self.day = day
        self.ending: list[Posting] = []
        self.untouched: list[tuple[str, str]] = []  # who and where, and why not
        for posting in postings.select_related("user", "ministry").prefetch_related("ministry__names"):
            reason = self._reason_against(posting, by)
            if reason:
                self.untouched.append((with_person(posting), reason))
            else:
                self.ending.append(posting)
        self.listed = [with_person(posting) for posting in self.ending]
        self.left = self._left_without_officer()

    def _reason_against(self, posting: Posting, by: Any) -> str:
        if posting.user_id == by.pk:
            return _("Your own postings are kept by another administrator.")
        if posting.starts_on > self.day:
            return _("It begins later: delete it instead.")
        if posting.ends_on and posting.ends_on <= self.day:
            return _("It has ended by then.")
        return ""

    def _left_without_officer(self) -> set[int]:
        """Ministries with an officer on the day after, who would have none any more."""
        after = self.day + timedelta(days=1)
        ending = [posting.pk for posting in self.ending]
        others = Posting.objects.in_force(after).filter(role=Role.OFFICER, user__is_active=True).exclude(pk__in=ending)
        touched = {posting.ministry_id for posting in self.ending if posting.role == Role.OFFICER}
        return {pk for pk in served(after) if pk in touched} - set(others.values_list("ministry", flat=True))


@admin.register(Posting)
class PostingAdmin(PlainNames, WatchesOfficers):
    list_display = (
        "user",
        "ministry_today",
        "unit_in_words",
        "role",
        day_column("starts_on", gettext_lazy("from")),
        day_column("ends_on", gettext_lazy("until")),
        "in_force",
    )
    list_filter = (InForceFilter, "role", PostingMinistryFilter)
    search_fields = (
        *("user__username", "user__name_ko", "user__name_en", "unit_ko", "unit_en", "telephone"),
        *("ministry__code", "ministry__names__name_ko", "ministry__names__name_en"),
        *("ministry__names__abbr_ko", "ministry__names__abbr_en"),
    )
    search_help_text = gettext_lazy("Person, unit or ministry, Korean or English")
    ordering = ("ministry__order", "role", "starts_on", "pk")
    fields = ("user", ("role", "ministry"), ("unit_ko", "unit_en"), "telephone", ("starts_on", "ends_on"))
    actions = ("end_today", "end_on")
    instead_of_deleting = gettext_lazy("End it instead.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("user", "ministry").prefetch_related("ministry__names")

    def call(self, obj: Any) -> str:
        return with_person(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody gives themselves a role, or takes away the one by which they stand here."""
        return super().has_change_permission(request, obj) and (obj is None or obj.user_id != request.user.pk)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.user_id != request.user.pk)

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = User.objects.exclude(username__in=[request.user.get_username(), public.USERNAME])
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("ministry"), ordering="ministry__order")
    def ministry_today(self, posting: Posting) -> str:
        return short(posting.ministry) if posting.ministry else "–"

    @admin.display(description=gettext_lazy("unit"))
    def unit_in_words(self, posting: Posting) -> str:
        return posting.unit or "–"

    @admin.display(description=gettext_lazy("in force today"), boolean=True)
    def in_force(self, posting: Posting) -> bool:
        return posting.is_in_force(clock.today())

    @admin.action(description=gettext_lazy("End today…"), permissions=["change"])
    def end_today(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return self.end(request, queryset, "end_today", clock.today())

    @admin.action(description=gettext_lazy("End on…"), permissions=["change"])
    def end_on(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return self.end(request, queryset, "end_on", None)

    def end(self, request: HttpRequest, postings: Any, action: str, fixed: date | None) -> HttpResponse | None:
        """The page that says what ending does, then the deed. Where a ministry would be left without an officer it is
        done only after the page has shown that for the very day."""
        confirmed = "confirmed" in request.POST
        form = EndForm(request.POST if confirmed and not fixed else None, initial={"day": clock.today()})
        day = fixed or (form.cleaned_data["day"] if confirmed and form.is_valid() else None)
        plan = Ending(postings, day or clock.today(), request.user)
        shown = request.POST.get("shown") == plan.day.isoformat()
        if confirmed and day and plan.ending and (shown or not plan.left):
            self.carry_out(request, plan)
            return None
        context = self.admin_site.each_context(request) | {
            "title": _("End postings"),
            "opts": self.opts,
            "media": self.media + form.media,
            "action": action,
            "form": None if fixed else form,
            "plan": plan,
            "left": Directory(plan.day).named(plan.left),
            "postings": postings,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/ministries/posting/end.html", context, status=status)

    def carry_out(self, request: HttpRequest, plan: Ending) -> None:
        for posting in plan.ending:
            posting.ends_on = plan.day
            posting.save(update_fields=("ends_on",))
            request.reference_changes = {"fields": ["ends_on"]}  # type: ignore[attr-defined]
            self.log_change(request, posting, [{"changed": {"fields": ["Until"]}}])
        count = len(plan.ending)
        text = ngettext("%(count)d posting ends on %(day)s.", "%(count)d postings end on %(day)s.", count)
        self.message_user(request, text % {"count": count, "day": dates.day(plan.day)}, messages.SUCCESS)
        request.officers_checked = True  # type: ignore[attr-defined]
        if plan.left:
            warn_of(request, plan.left, plan.day + timedelta(days=1))
