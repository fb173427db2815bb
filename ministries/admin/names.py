"""How ministries and people are named in the lists and choices of the administration."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import ForeignKey
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from records import clock
from tfportal.admin import ChoiceFilter

from .. import public
from ..directory import Directory
from ..models import Ministry, MinistryName, Posting, User


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


def describe(posting: Posting) -> str:
    """`환경부 담당자`."""
    role = str(posting.get_role_display())
    return f"{short(posting.ministry)} {role}" if posting.ministry else role


def with_person(posting: Posting) -> str:
    """`김하늘 · 환경부 담당자`."""
    return f"{posting.user} · {describe(posting)}"


class MinistryChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return named(obj)


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """`me_officer · 김하늘`: the user name first, by which the list is sorted and by which one types into it."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.username} · {obj}"


class PlainNames:
    """For admins and inlines: a ministry is chosen by its name of today, a person by user name and name."""

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is Ministry:
            kwargs |= {"form_class": MinistryChoice, "queryset": Ministry.objects.prefetch_related("names")}
        if db_field.related_model is User:
            kwargs = {"form_class": PersonChoice, "queryset": User.objects.exclude(username=public.USERNAME)} | kwargs
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class MinistryFilter(ChoiceFilter):
    """By ministry, named as today and in the ministries' order."""

    title = gettext_lazy("ministry")
    parameter_name = "ministry"

    def choices_for_today(self) -> list[tuple[str, Any]]:
        return [(str(name.ministry_id), name.name) for name in Directory(clock.today()).in_order()]
