"""Django admin in the portal's dress, for administrators."""

from collections.abc import Callable
from functools import update_wrapper
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import models
from django.forms import BaseInlineFormSet, BaseModelFormSet, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from . import dates
from .language import normalise

Words = str | Promise
Column = Callable[[Any], str]

# Django's own Korean has wrong particles in these, or says another thing. Named here they stand in our own catalogue,
# which is asked first.
OUR_WORDS = (
    gettext_noop("Delete selected %(verbose_name_plural)s"),
    gettext_noop("Successfully deleted %(count)d %(items)s."),
    gettext_noop("Cannot delete %(name)s"),
    gettext_noop("The {name} “{obj}” was added successfully."),
    gettext_noop("The {name} “{obj}” was added successfully. You may add another {name} below."),
    gettext_noop("The {name} “{obj}” was changed successfully."),
    gettext_noop("The {name} “{obj}” was changed successfully. You may edit it again below."),
    gettext_noop("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    gettext_noop("The %(name)s “%(obj)s” was deleted successfully."),
    gettext_noop(
        'Are you sure you want to delete the %(object_name)s "%(escaped_object)s"? All of the following related items '
        "will be deleted:"
    ),
    gettext_noop(
        "Are you sure you want to delete the selected %(objects_name)s? All of the following objects and their related "
        "items will be deleted:"
    ),
    gettext_noop("Save and add another"),
    gettext_noop("None available"),
    gettext_noop("View %s"),
    gettext_noop("Action:"),
)

# What apps find missing: a sentence and the address of its list, empty where there is none. They register when
# their admin is loaded.
notices: list[Callable[[], tuple[str, str] | None]] = []

LONGEST_ID = 18  # digits: what either database can hold

if TYPE_CHECKING:  # generic for the type checker only
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
    StackedInline = admin.StackedInline[Any, Any]
    PlainFormSet = BaseInlineFormSet[Any, Any, Any]
    PlainModelForm = ModelForm[Any]
else:
    ModelAdmin, TabularInline, StackedInline = admin.ModelAdmin, admin.TabularInline, admin.StackedInline
    PlainFormSet, PlainModelForm = BaseInlineFormSet, ModelForm


class PlainChoices:
    """Choosing a row of another table is just that: no icons beside it that add, change or delete it in a pop-up."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


class PlainModelAdmin(PlainChoices, ModelAdmin):
    """What all lists share: the things' own name as the heading, and filters without counts."""

    show_facets = admin.ShowFacets.NEVER

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_formset(request, formset=LabelledList, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        heading = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, heading | (extra_context or {}))


class Labelled:
    """Fields in the cells of a table have no label of their own: the column's heading becomes their name."""

    def add_fields(self, form: Any, index: Any) -> None:
        super().add_fields(form, index)  # type: ignore[misc]
        for field in form.fields.values():
            field.widget.attrs.setdefault("aria-label", capfirst(field.label or ""))


class LabelledRows(Labelled, PlainFormSet):
    pass


class LabelledList(Labelled, BaseModelFormSet):  # type: ignore[type-arg]
    pass


class PlainTabular(PlainChoices, TabularInline):
    formset = LabelledRows


class PlainStacked(PlainChoices, StackedInline):
    pass


class PortalAdminSite(AdminSite):
    site_title = _("Carbon Neutrality T/F Portal")
    site_header = _("Carbon Neutrality T/F Portal")
    index_title = _("Ministries, people and reference data")
    index_template = "admin/portal_index.html"
    enable_nav_sidebar = False  # the bar below the header takes less room, and is there on phones

    def has_permission(self, request: HttpRequest) -> bool:
        """Administrators by their posting in force today."""
        user = request.user
        return bool(user.is_authenticated and user.is_active and user.standing.is_administrator)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Django's sends everyone who may not enter to the sign-in page; whoever is signed in gets a plain 403."""
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            clean(request)
            response: HttpResponseBase = guarded(request, *args, **kwargs)
            return response

        return update_wrapper(inner, guarded)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The portal has one sign-in page; whoever is signed in already, but no administrator, gets a plain 403."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next", request.path), "account_login")
        if not self.has_permission(request):
            raise PermissionDenied
        back = request.GET.get("next", "")
        safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
        return redirect(back if safe else "admin:index")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The portal has one way out, which also clears what the browser keeps."""
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_change_password")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Apps and models as they are registered: by their weight, not by the alphabet of the reader's language."""
        order = {model: place for place, model in enumerate(self._registry)}
        listed = super().get_app_list(request, app_label)
        for app in listed:
            app["models"].sort(key=lambda entry: order[entry["model"]])
        # The records come last: there is nothing to do in them.
        return sorted(listed, key=lambda app: (app["app_label"] == "records", order[app["models"][0]["model"]]))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The start page says first what is missing."""
        found = [notice for look in notices if (notice := look())]
        return super().index(request, {"notices": found, **(extra_context or {})})


class ChoiceFilter(admin.SimpleListFilter):
    """A filter of which only the choices and the meaning of the chosen one have to be said."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return self.choices_for_today()

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        return self.narrow(queryset, value) if value in dict(self.lookup_choices) else None

    def choices_for_today(self) -> list[tuple[str, Any]]:
        raise NotImplementedError

    def narrow(self, queryset: Any, value: str) -> Any:
        raise NotImplementedError


def clean(request: HttpRequest) -> None:
    """Brings what was typed into the form that is stored and searched: composed Hangul, LF line ends.

    NUL is dropped from addresses, because PostgreSQL answers it with a 500; in forms the fields refuse it in words.
    Ticked rows must be numbers, because Django's actions take them for such without looking.
    """
    request.GET = _normalised(request.GET, drop="\0")  # type: ignore[assignment]
    if request.method == "POST":
        request.POST = _normalised(request.POST)  # type: ignore[assignment]
        ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(value.isdecimal() and len(value) <= LONGEST_ID for value in ticked):
            raise SuspiciousOperation("Ticked rows are numbers")


def _normalised(given: QueryDict, drop: str = "") -> QueryDict:
    """The same values, normalised; passwords stay as they are, whatever is in them."""
    result = QueryDict(mutable=True)
    for name, values in given.lists():
        kept = values if "password" in name else [normalise(value) for value in values]
        result.setlist(name.replace(drop, ""), [value.replace(drop, "") if drop else value for value in kept])
    result._mutable = False
    return result


def day_column(field: str, label: Words) -> Column:
    """A list's column with a day as the portal writes it."""

    def column(row: models.Model) -> str:
        value = getattr(row, field)
        return dates.day(value) if value else "–"

    return _named(column, field, label)


def moment_column(field: str, label: Words) -> Column:
    """A list's column with a day and a time of day in Seoul."""

    def column(row: models.Model) -> str:
        value = getattr(row, field)
        return dates.moment(value, seconds=True) if value else "–"

    return _named(column, field, label)


def _named(column: Column, field: str, label: Words) -> Column:
    column.__name__ = field
    displayed: Column = admin.display(description=label, ordering=field)(column)  # type: ignore[arg-type]
    return displayed
