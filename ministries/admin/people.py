"""People: their accounts, and their postings in one place."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm
from django.contrib.auth.models import Group
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records import clock
from records.admin import RecordedAdmin
from tfportal import dates
from tfportal.admin import ChoiceFilter, PlainStacked

from .. import public
from ..directory import Directory
from ..models import Ministry, Posting, Role, User
from .names import MinistryFilter, PlainNames, describe

# There are no groups here, and nobody confirms an address: what people may do comes from their postings.
admin.site.unregister((Group, EmailAddress))


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
    """Django's own help is put together when it is loaded, and stays in the language of that moment. For somebody who
    has no password there is nothing to choose: setting one is the choice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("usable_password"):  # type: ignore[attr-defined]
            field.help_text = _(
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
        people = (
            super().get_queryset(request).exclude(username=public.USERNAME)
        )  # nobody: there is nothing to keep right
        return people.prefetch_related(Prefetch("postings", in_force, to_attr="postings_today"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Nobody locks themselves out."""
        return ("is_demo", "last_login", *(("is_active",) if obj == request.user else ()))

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        with self.recorded(request):
            return super().user_change_password(request, id, form_url)

    @admin.display(description=gettext_lazy("postings today"))
    def posted(self, person: Any) -> str:
        return ", ".join(describe(posting) for posting in person.postings_today) or "–"
