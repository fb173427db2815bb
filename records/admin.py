"""The record in the admin: read-only; and what administrators change in reference data, written into the record."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, ClassVar

from django.contrib import admin
from django.db import models, transaction
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tfportal import dates
from tfportal.admin import Column, LabelledRows, PlainModelAdmin, Words, moment_column

from .chain import append, lock_head
from .locking import waiting
from .models import REFERENCE, Event, Receipt, Seal, Stream, Verification

NAMED_ONE_BY_ONE = 20  # so many selected rows get a reason each; beyond it they share one


class ReadOnlyAdmin(PlainModelAdmin):
    """To be looked at. The record is made by the portal's verbs and changed by nobody."""

    actions = None
    show_full_result_count = False
    shown: ClassVar[tuple[str | Column, ...]] = ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.shown or super().get_fields(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.shown

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RecordedAdmin(PlainModelAdmin):
    """Reference data. Whatever is added, changed or deleted leaves an event, in the transaction that does it."""

    personal: ClassVar[bool] = False  # of people nothing but the key and the fields' names goes into a hashed event
    set_once: ClassVar[tuple[str, ...]] = ()  # fields that a row is given when it is made, and then keeps
    instead_of_deleting: ClassVar[Words] = ""
    delete_confirmation_template = "admin/portal_delete_confirmation.html"
    delete_selected_confirmation_template = "admin/portal_delete_selected_confirmation.html"

    @contextmanager
    def recorded(self, request: HttpRequest) -> Iterator[None]:
        """The transaction of one POST. The head of the chain is locked at its end, as the last lock of all."""
        if request.method != "POST":
            yield
            return
        notes: list[tuple[str, models.Model, dict[str, Any]]] = []
        with waiting(), transaction.atomic():
            request.reference_notes = notes  # type: ignore[attr-defined]
            yield
            if notes:
                stream, at = lock_head(REFERENCE), request.arrived_at  # type: ignore[attr-defined]
                for verb, obj, data in notes:
                    append(stream, verb, by=request.user, at=at, obj=obj, data=data)  # type: ignore[arg-type]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), *(self.set_once if obj else ()))

    def note(self, request: HttpRequest, verb: str, obj: models.Model, data: dict[str, Any]) -> None:
        """Keep an event for the end of the transaction; deletion takes the key from `obj`, so a stand-in carries it."""
        if not self.personal:
            with translation.override("ko"):
                data = {"object": str(obj), **data}
        request.reference_notes.append((verb, type(obj)(pk=obj.pk), data))  # type: ignore[attr-defined]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        with self.recorded(request):
            return super().changelist_view(request, extra_context)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with self.recorded(request):
            return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with self.recorded(request):
            return super().delete_view(request, *args, **kwargs)

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        request.reference_changes = changes(form, formsets)  # type: ignore[attr-defined]
        return super().construct_change_message(request, form, formsets, add)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self.note(request, "reference_added", obj, request.reference_changes)  # type: ignore[attr-defined]
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Saving without a change is logged by Django, but it is no event."""
        found = request.reference_changes  # type: ignore[attr-defined]
        if found["fields"] or found.get("rows"):
            self.note(request, "reference_changed", obj, found)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            self.note(request, "reference_deleted", obj, {})
        return super().log_deletions(request, queryset)

    def call(self, obj: Any) -> str:
        """How pages name one of these rows."""
        return str(obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Refuses, before anything is collected, what others still need; the reason counts them by kind."""
        if not kept_by(objs):
            return super().get_deleted_objects(objs, request)
        refusal = Refusal(self.call(objs[0]), self.instead_of_deleting)
        if len(objs) > NAMED_ONE_BY_ONE:
            refusal += reasons(kept_by(objs))
        else:
            for obj in objs:
                if found := kept_by([obj]):
                    refusal += [self.call(obj), reasons(found)] if len(objs) > 1 else reasons(found)
        return [], {}, set(), refusal


class Refusal(list[Any]):
    """The reasons against a deletion, nested for Django's `unordered_list`, with what to do instead."""

    def __init__(self, first: str, instead: Words) -> None:
        super().__init__()
        self.first = first
        self.instead = instead


def changes(form: Any, formsets: Any) -> dict[str, Any]:
    """The names of the fields that a form changed, and the rows of its inlines: never their values."""
    rows = []
    for formset in formsets or ():
        for done, found in (
            ("added", [(row, []) for row in formset.new_objects]),
            ("changed", formset.changed_objects),
            ("deleted", [(row, []) for row in formset.deleted_objects]),
        ):
            model = formset.model._meta.label_lower
            rows += [{"row": f"{model}/{row.pk}", "verb": done, "fields": list(names)} for row, names in found]
    return {"fields": list(form.changed_data)} | ({"rows": rows} if rows else {})


def kept_by(objs: Any) -> Counter[type[models.Model]]:
    """How many rows of which model protect these rows, or what would be deleted with them."""
    found: Counter[type[models.Model]] = Counter()
    if not len(objs):
        return found
    for relation in objs[0]._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)):
            continue
        rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": objs})
        if relation.on_delete is models.PROTECT:
            found[relation.related_model] += rows.count()
        elif relation.on_delete is models.CASCADE:
            found += kept_by(rows)
    return +found


def reasons(found: Counter[type[models.Model]]) -> list[str]:
    """`Status reports: 12`, the most frequent first."""
    return [
        _("%(things)s: %(count)d") % {"things": capfirst(model._meta.verbose_name_plural), "count": count}
        for model, count in found.most_common()
    ]


class KeptRows(LabelledRows):
    """Dated rows, of which those that a frozen round shows stay as they are: they cannot be changed, moved or deleted,
    and no other row can be put before the round's day."""

    dated = "valid_from"
    kept_fields: tuple[str, ...] = ()

    def last_frozen_day(self) -> date | None:
        """The as-of date of the last frozen round that shows such rows."""
        raise NotImplementedError

    @cached_property
    def kept_until(self) -> date | None:
        return self.last_frozen_day() if self.instance.pk else None

    def is_kept(self, row: Any) -> bool:
        return bool(row.pk and self.kept_until and getattr(row, self.dated) <= self.kept_until)

    def add_fields(self, form: Any, index: Any) -> None:
        super().add_fields(form, index)
        if self.is_kept(form.instance):
            for name in (*self.kept_fields, DELETION_FIELD_NAME):
                if name in form.fields:
                    form.fields[name].disabled = True

    def clean(self) -> None:
        """Judged by the disabled field: the row itself bears the posted day by now."""
        super().clean()
        for form in self.forms:
            day = getattr(form, "cleaned_data", {}).get(self.dated)
            if day and self.kept_until and day <= self.kept_until and not form.fields[self.dated].disabled:
                form.add_error(self.dated, too_early(self.kept_until))


def too_early(kept_until: date) -> str:
    return _("A round is frozen as of %(day)s: choose a later day.") % {"day": dates.day(kept_until)}


@admin.register(Stream)
class StreamAdmin(ReadOnlyAdmin):
    list_display = ("key", "head_seq", "head_hash")
    search_fields = ("key",)
    ordering = ("key",)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """What the events of rounds say stays closed to administrators; those of reference data they may read."""

    list_display = (
        "seq",
        moment_column("at", gettext_lazy("at")),
        "stream",
        "verb",
        "actor_name",
        "object_type",
        "object_id",
    )
    list_display_links = ("seq",)
    list_filter = ("stream", "verb")
    list_select_related = ("stream",)
    search_fields = ("verb", "actor_name", "object_type", "=object_id", "=hash")
    ordering = ("-pk",)
    shown = (
        "stream",
        "seq",
        moment_column("at", gettext_lazy("at")),
        "verb",
        "actor_name",
        "acting_for",
        "object_type",
        "object_id",
        "changed",
        "prev_hash",
        "hash",
    )

    @admin.display(description=gettext_lazy("changed"))
    def changed(self, event: Event) -> str:
        if event.stream.key != REFERENCE:
            return "–"
        rows: Iterable[dict[str, Any]] = event.data.get("rows", ())
        parts = [
            *event.data.get("fields", ()),
            *(f"{row['row']} ({', '.join(row['fields']) or row['verb']})" for row in rows),
        ]
        return ", ".join(parts) or "–"


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyAdmin):
    list_display = ("number", "verb", "object", "user")
    list_display_links = ("verb",)
    list_select_related = ("user",)
    search_fields = ("number", "object", "user__username", "user__name_ko", "user__name_en")
    shown = ("user", "verb", "object", "number", "key", "event")
    ordering = ("-pk",)


@admin.register(Seal)
class SealAdmin(ReadOnlyAdmin):
    """The root, without the manifest: that holds the record's contents."""

    list_display = ("stream", moment_column("at", gettext_lazy("at")), "by", "root")
    list_select_related = ("stream", "by")
    shown = ("stream", moment_column("at", gettext_lazy("at")), "by", "root", "format")
    ordering = ("-at",)


@admin.register(Verification)
class VerificationAdmin(ReadOnlyAdmin):
    """When the record was verified, and with what outcome. What a finding quotes is the office's to read."""

    list_display = (moment_column("at", gettext_lazy("at")), "scope", "ok", "streams", "events", "seconds")
    shown = (moment_column("at", gettext_lazy("at")), "scope", "roots", "ok", "streams", "events", "seconds")
    list_filter = ("ok",)
    ordering = ("-pk",)
