"""Ministries, people and postings in the admin."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.admin import widgets
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Count, ForeignKey, OuterRef, Prefetch, QuerySet, Subquery
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
from tfportal.admin import ChoiceFilter, PlainModelForm, PlainStacked, PlainTabular, Words, day_column, notices

from .directory import Directory
from .models import Delegation, Ministry, MinistryName, Posting, Role, User

# There are no groups here, and nobody confirms an address: what people may do comes from their postings.
admin.site.unregister((Group, EmailAddress))


@dataclass(frozen=True)
class Touched:
    """One line of what a new name reaches from its first day on."""

    what: Words
    count: int


# What higher apps know about ministries; they register when their admin is loaded, because this app may not look up.
touched_by_a_name: list[Callable[[Ministry, date], list[Touched]]] = []
last_frozen_days: list[Callable[[], date | None]] = []


def last_frozen_day() -> date | None:
    """The as-of date of the last frozen round: names in force by then are history."""
    return max((day for find in last_frozen_days if (day := find())), default=None)


def people_posted(ministry: Ministry, day: date) -> list[Touched]:
    people = Posting.objects.in_force(day).filter(ministry=ministry).values("user").distinct().count()
    return [Touched(gettext_lazy("People posted there"), people)]


touched_by_a_name.append(people_posted)


def name_on(ministry: Ministry, day: date) -> MinistryName | None:
    """The ministry's name on a day by the rule of `Directory`, from names that are prefetched."""
    names = sorted(ministry.names.all(), key=lambda name: name.valid_from)
    return next((name for name in reversed(names) if name.valid_from <= day), names[0] if names else None)


def named(ministry: Ministry) -> str:
    """`환경부 (ME)`: how lists and choices of the admin call a ministry."""
    name = name_on(ministry, clock.today())
    return f"{name.name} ({ministry.code})" if name else ministry.code


def short(ministry: Ministry) -> str:
    name = name_on(ministry, clock.today())
    return name.abbr if name else ministry.code


class MinistryChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return named(obj)


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """`me_officer · 김하늘`: the user name first, by which the list is sorted and by which one types into it."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.username} · {obj}"


class PostingChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return with_person(obj)


class PlainNames:
    """For admins and inlines: a ministry is chosen by its name of today, a person by user name and name."""

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is Ministry:
            kwargs |= {"form_class": MinistryChoice, "queryset": Ministry.objects.prefetch_related("names")}
        if db_field.related_model is User:
            kwargs = {"form_class": PersonChoice, "queryset": User.objects.all()} | kwargs
        if db_field.related_model is Posting:
            postings = Posting.objects.select_related("user", "ministry").prefetch_related("ministry__names")
            kwargs |= {"form_class": PostingChoice, "queryset": postings.order_by("user__username", "starts_on")}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class MinistryFilter(ChoiceFilter):
    """By ministry, named as today and in the ministries' order."""

    title = gettext_lazy("ministry")
    parameter_name = "ministry"

    def choices_for_today(self) -> list[tuple[str, Any]]:
        return [(str(name.ministry_id), name.name) for name in Directory(clock.today()).in_order()]


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
    readonly_fields = ("signs_off",)
    fieldsets = (
        (None, {"fields": ("code", "order", "fallback_email", "abolished_on")}),
        (
            gettext_lazy("Sign-off"),
            {
                "fields": ("signs_off",),
                "description": gettext_lazy("Sign-off is switched on together with the approvers' workplace."),
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


# People and postings


def served(day: date) -> set[int]:
    """Primary keys of the existing ministries for which somebody can report on that day."""
    return set(Ministry.objects.existing_on(day).with_officer(day).values_list("pk", flat=True))


def warn_of(request: HttpRequest, ministries: set[int], day: date) -> None:
    """The message that these ministries are without an officer from that day on."""
    names = ", ".join(name.name for name in Directory(day).named(ministries))
    text = _("Without an officer from %(day)s on: %(ministries)s. Nobody can report for them.")
    messages.warning(request, text % {"day": dates.day(day), "ministries": names})


class WatchesOfficers(RecordedAdmin):
    """A change after which nobody can report for a ministry is carried out, but not silently."""

    personal = True

    @contextmanager
    def recorded(self, request: HttpRequest) -> Iterator[None]:
        tomorrow = clock.today() + timedelta(days=1)
        before = served(tomorrow) if request.method == "POST" else set()
        with super().recorded(request):
            yield
        if before and not hasattr(request, "officers_checked") and (gone := before - served(tomorrow)):
            warn_of(request, gone, tomorrow)


class PostingInline(PlainNames, PlainStacked):
    model = Posting
    fields = (("role", "ministry"), ("unit_ko", "unit_en", "telephone"), ("starts_on", "ends_on"))
    extra = 0
    classes = ("postings",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(obj != request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(obj != request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(obj != request.user)


class PostedFilter(ChoiceFilter):
    """By the role of a posting in force."""

    title = gettext_lazy("posting in force")
    parameter_name = "posted"

    def choices_for_today(self) -> list[tuple[str, Any]]:
        return [*Role.choices, ("none", _("No posting in force"))]

    def narrow(self, queryset: Any, value: str) -> Any:
        postings = Posting.objects.in_force(clock.today())
        if value == "none":
            return queryset.exclude(pk__in=postings.values("user"))
        return queryset.filter(pk__in=postings.filter(role=value).values("user"))


class PersonMinistryFilter(MinistryFilter):
    def narrow(self, queryset: Any, value: str) -> Any:
        posted = Posting.objects.in_force(clock.today()).filter(ministry_id=int(value))
        return queryset.filter(pk__in=posted.values("user"))


class PasswordWords:
    """Django's own help is put together when it is loaded, and stays in the language of that moment."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["usable_password"].help_text = _(  # type: ignore[attr-defined]
            "Whether the person signs in with a password here. Without one, single sign-on is the only way in."
        )


class NewPersonForm(PasswordWords, AdminUserCreationForm):
    pass


class PasswordForm(PasswordWords, AdminPasswordChangeForm):  # type: ignore[type-arg]
    pass


@admin.register(User)
class PersonAdmin(WatchesOfficers, DjangoUserAdmin):  # type: ignore[type-arg]
    list_display = ("username", "name_ko", "name_en", "posted", "email", "is_active")
    list_filter = (PostedFilter, PersonMinistryFilter, "is_active", "is_demo")
    search_fields = ("username", "name_ko", "name_en", "email")
    search_help_text = gettext_lazy("User name, name in Korean or English, or address")
    filter_horizontal = ()
    add_form = NewPersonForm
    change_password_form = PasswordForm
    change_form_template = "admin/ministries/user/change_form.html"
    inlines = (PostingInline,)
    fieldsets = (
        (None, {"fields": ("username", ("name_ko", "name_en"), "email", "language")}),
        (gettext_lazy("Access"), {"fields": ("is_active", "is_demo", "last_login")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", ("name_ko", "name_en"), "email", "language")}),
        (gettext_lazy("Password"), {"fields": ("usable_password", "password1", "password2")}),
    )
    instead_of_deleting = gettext_lazy(
        "End the postings, or take away the tick at “active” instead: the person can no longer sign in, and what they "
        "did keeps their name."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        in_force = Posting.objects.in_force(clock.today()).select_related("ministry")
        in_force = in_force.prefetch_related("ministry__names")
        return super().get_queryset(request).prefetch_related(Prefetch("postings", in_force, to_attr="postings_today"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Nobody locks themselves out."""
        return ("is_demo", "last_login", *(("is_active",) if obj == request.user else ()))

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        with self.recorded(request):
            return super().user_change_password(request, id, form_url)

    @admin.display(description=gettext_lazy("postings today"))
    def posted(self, person: Any) -> str:
        return ", ".join(describe(posting) for posting in person.postings_today) or "–"


def describe(posting: Posting) -> str:
    """`환경부 담당자`."""
    role = str(posting.get_role_display())
    return f"{short(posting.ministry)} {role}" if posting.ministry else role


def with_person(posting: Posting) -> str:
    """`김하늘 · 환경부 담당자`."""
    return f"{posting.user} · {describe(posting)}"


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
            kwargs["queryset"] = User.objects.exclude(username=request.user.get_username())
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


@admin.register(Delegation)
class DelegationAdmin(PlainNames, RecordedAdmin):
    personal = True
    list_display = (
        "posting",
        "to_user",
        day_column("starts_on", gettext_lazy("from")),
        day_column("ends_on", gettext_lazy("until")),
        "reason",
    )
    list_select_related = ("posting__user", "posting__ministry", "to_user")
    search_fields = (
        *("posting__user__username", "posting__user__name_ko", "posting__user__name_en"),
        *("to_user__username", "to_user__name_ko", "to_user__name_en", "reason"),
    )
    ordering = ("-starts_on", "pk")
