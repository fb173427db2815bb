"""Ministries and their dated names: renaming shows first what it touches."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import widgets
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from records import clock
from records.admin import KeptRows, RecordedAdmin, too_early
from tfportal import dates
from tfportal.admin import ChoiceFilter, PlainModelForm, PlainTabular, Words, notices

from ..models import Ministry, MinistryName, Posting, Role
from .names import name_on, named, short


@dataclass(frozen=True)
class Touched:
    """One line of what a new name reaches from its first day on."""

    what: Words
    count: int


# What higher apps know about ministries; they register when their admin is loaded, because this app may not look up.
touched_by_a_name: list[Callable[[Ministry, date], list[Touched]]] = []
waiting_for_sign_off: list[Callable[[Ministry], int]] = []
last_frozen_days: list[Callable[[], date | None]] = []


def last_frozen_day() -> date | None:
    """The as-of date of the last frozen round: names in force by then are history."""
    return max((day for find in last_frozen_days if (day := find())), default=None)


def people_posted(ministry: Ministry, day: date) -> list[Touched]:
    people = Posting.objects.in_force(day).filter(ministry=ministry).values("user").distinct().count()
    return [Touched(gettext_lazy("People posted there"), people)]


touched_by_a_name.append(people_posted)


class ExistingFilter(ChoiceFilter):
    title = gettext_lazy("existence")
    parameter_name = "existing"

    def choices_for_today(self) -> list[tuple[str, Any]]:
        return [("yes", _("Existing today")), ("no", _("Abolished"))]

    def narrow(self, queryset: Any, value: str) -> Any:
        existing = Ministry.objects.existing_on(clock.today())
        return queryset.filter(pk__in=existing) if value == "yes" else queryset.exclude(pk__in=existing)


class OfficerFilter(ChoiceFilter):
    title = gettext_lazy("officer")
    parameter_name = "officer"

    def choices_for_today(self) -> list[tuple[str, Any]]:
        return [("none", _("No officer today")), ("some", _("With an officer"))]

    def narrow(self, queryset: Any, value: str) -> Any:
        """Nobody misses an officer of an abolished ministry."""
        today = clock.today()
        existing = queryset.existing_on(today)
        return existing.without_officer(today) if value == "none" else existing.with_officer(today)


class NameRows(KeptRows):
    kept_fields = ("valid_from", "name_ko", "name_en", "abbr_ko", "abbr_en")

    def last_frozen_day(self) -> date | None:
        return last_frozen_day()

    def clean(self) -> None:
        super().clean()
        going = [form for form in self.forms if getattr(form, "cleaned_data", {}).get("DELETE")]
        if self.instance.pk and len(going) >= self.initial_form_count() > 0:
            raise forms.ValidationError(_("A ministry keeps at least one name."))


class NameInline(PlainTabular):
    model = MinistryName
    formset = NameRows
    fields = ("valid_from", "name_ko", "name_en", "abbr_ko", "abbr_en")
    verbose_name_plural = gettext_lazy("names over time")
    extra = 0

    def get_min_num(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 1 if obj is None else 0

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, validate_min=True, **kwargs)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Later names come by "Rename", which shows first what they touch."""
        return obj is None


class RenameForm(PlainModelForm):
    class Meta:
        model = MinistryName
        fields = ("valid_from", "name_ko", "abbr_ko", "name_en", "abbr_en")
        widgets = {"valid_from": widgets.AdminDateWidget} | dict.fromkeys(fields[1:], widgets.AdminTextInputWidget)

    def clean_valid_from(self) -> date:
        """The next name begins after the latest one, and after every day of which a frozen round speaks."""
        day: date = self.cleaned_data["valid_from"]
        latest = self.instance.ministry.names.order_by("valid_from").last()
        if latest and day <= latest.valid_from:
            raise forms.ValidationError(
                _("The present name is valid from %(day)s: choose a later day.") % {"day": dates.day(latest.valid_from)}
            )
        frozen = last_frozen_day()
        if frozen and day <= frozen:
            raise forms.ValidationError(too_early(frozen))
        return day


@admin.register(Ministry)
class MinistryAdmin(RecordedAdmin):
    list_display = ("code", "order", "name_today", "short_today", "officers", "signs_off", "fallback_email")
    list_editable = ("order",)
    list_filter = (OfficerFilter, ExistingFilter)
    search_fields = ("code", "names__name_ko", "names__name_en", "names__abbr_ko", "names__abbr_en")
    search_help_text = gettext_lazy("Code or name, Korean or English, of today or of old")
    ordering = ("order", "code")
    inlines = (NameInline,)
    readonly_fields = ("switching",)
    set_once = ("code",)  # the manifests of frozen rounds name the ministry by it
    fieldsets = (
        (None, {"fields": ("code", "order", "fallback_email", "abolished_on")}),
        (
            gettext_lazy("Sign-off"),
            {
                "fields": ("sign_off", "switching"),
                "description": gettext_lazy(
                    "With sign-off an approver of the ministry lets its reports go; without it its officers submit."
                ),
            },
        ),
        (gettext_lazy("Source"), {"fields": ("source", "verified"), "classes": ("collapse",)}),
    )
    instead_of_deleting = gettext_lazy(
        "Enter the day of its abolition instead: from then on it is offered nowhere, and what it did stays."
    )
    change_form_template = "admin/ministries/ministry/change_form.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        officers = Posting.objects.in_force(clock.today()).filter(
            ministry=OuterRef("pk"), role=Role.OFFICER, user__is_active=True
        )
        counted = officers.order_by().values("ministry").annotate(n=Count("user", distinct=True)).values("n")
        rows = super().get_queryset(request).prefetch_related("names")
        return rows.annotate(officers_today=Coalesce(Subquery(counted), 0))

    def call(self, obj: Any) -> str:
        return named(obj)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Headed by its name, which is not its own."""
        ministry = self.get_object(request, object_id)
        heading = {"subtitle": named(ministry)} if ministry else {}
        return super().change_view(request, object_id, form_url, heading | (extra_context or {}))

    @admin.display(description=gettext_lazy("name today"))
    def name_today(self, ministry: Ministry) -> str:
        name = name_on(ministry, clock.today())
        words = name.name if name else "–"
        if ministry.abolished_on:
            day = dates.day(ministry.abolished_on)
            return format_html('{}<br><span class="quiet">{}</span>', words, _("Abolished on %(day)s") % {"day": day})
        return words

    @admin.display(description=gettext_lazy("short name"))
    def short_today(self, ministry: Ministry) -> str:
        return short(ministry)

    @admin.display(description=gettext_lazy("officers today"), ordering="officers_today")
    def officers(self, ministry: Any) -> str:
        if not ministry.officers_today and not ministry.abolished_on:
            return format_html('<strong class="lacking">{}</strong>', _("none"))
        return str(ministry.officers_today)

    @admin.display(description=gettext_lazy("sign-off"))
    def signs_off(self, ministry: Ministry) -> str:
        return _("on") if ministry.sign_off else _("off")

    @admin.display(description=gettext_lazy("if it is switched now"))
    def switching(self, ministry: Any) -> str:
        """What becomes of reports that are half-way, in words; and who could not be asked."""
        if ministry.pk is None:
            return "–"
        n = sum(find(ministry) for find in waiting_for_sign_off)
        waiting = ngettext(
            "%(n)d report awaits sign-off. It goes on waiting: it can be signed off, sent back or taken back.",
            "%(n)d reports await sign-off. They go on waiting: they can be signed off, sent back or taken back.",
            n,
        )
        words = [waiting % {"n": n}] if n else [_("No report awaits sign-off.")]
        words.append(_("What was not asked for yet follows the new setting at once."))
        if not Posting.objects.in_force(clock.today()).filter(
            ministry=ministry, role=Role.APPROVER, user__is_active=True
        ):
            words.append(_("The ministry has no approver today: requests would go to its fall-back contact."))
        return " ".join(words)

    def get_urls(self) -> list[URLPattern]:
        rename = self.admin_site.admin_view(self.rename_view)
        return [path("<int:object_id>/rename/", rename, name="ministries_ministry_rename"), *super().get_urls()]

    def rename_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Two steps: the new name with its day, then what it touches and the confirmation."""
        ministry = self.get_object(request, str(object_id))
        if ministry is None:
            raise Http404
        if not self.has_change_permission(request, ministry):
            raise PermissionDenied
        with self.recorded(request):
            form = RenameForm(request.POST or None, instance=MinistryName(ministry=ministry))
            checked = form.is_valid() and "again" not in request.POST
            if checked and "confirmed" in request.POST:
                self.add_name(request, ministry, form)
                return redirect("admin:ministries_ministry_change", ministry.pk)
        day = form.cleaned_data["valid_from"] if checked else None
        context = self.admin_site.each_context(request) | {
            "title": _("Rename %(name)s") % {"name": named(ministry)},
            "form": form,
            "opts": self.opts,
            "ministry": ministry,
            "present": name_on(ministry, day or clock.today()),
            "media": self.media + form.media,
            "touched": what_it_touches(ministry, day) if day else None,
            "frozen": last_frozen_day(),
        }
        return TemplateResponse(
            request, "admin/ministries/ministry/rename.html", context, status=422 if form.errors else 200
        )

    def add_name(self, request: HttpRequest, ministry: Ministry, form: RenameForm) -> None:
        """Saves the new name beside the earlier ones; the message repeats what it touches."""
        name = form.save()
        row = {"row": f"{name._meta.label_lower}/{name.pk}", "verb": "added", "fields": list(RenameForm.Meta.fields)}
        request.reference_changes = {"fields": [], "rows": [row]}  # type: ignore[attr-defined]
        self.log_change(request, ministry, [{"added": {"name": "name", "object": str(name)}}])
        touched = what_it_touches(ministry, name.valid_from)
        words = {
            "day": dates.day(name.valid_from),
            "name": name.name,
            "touched": ", ".join(f"{line.what} {line.count}" for line in touched),
        }
        self.message_user(
            request,
            _("From %(day)s on it is called %(name)s. %(touched)s. Frozen rounds keep the name of then.") % words,
            messages.SUCCESS,
        )


def without_officer() -> tuple[str, str] | None:
    """The start page's notice, with the list of those ministries."""
    today = clock.today()
    count = Ministry.objects.existing_on(today).without_officer(today).count()
    words = ngettext("%(count)d ministry has no officer today", "%(count)d ministries have no officer today", count)
    return (
        (words % {"count": count}, reverse("admin:ministries_ministry_changelist") + "?officer=none") if count else None
    )


notices.append(without_officer)


def what_it_touches(ministry: Ministry, day: date) -> list[Touched]:
    """What bears the ministry's name from that day on."""
    return [line for find in touched_by_a_name for line in find(ministry, day)]
