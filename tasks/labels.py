"""Words for the names of posted fields, for the page that gives a refused text back. Read-only."""

import re

from django.http import HttpRequest
from django.utils.translation import gettext as _

from .correction_forms import AskForm, DecideForm
from .duty_forms import DeputyForm
from .forms import ROW, AcceptForm, LetterForm, ReasonForm, ReturnForm
from .models import Field, Report

MILESTONE = re.compile(r"m\d+-(on|reason)")


def of_posted(request: HttpRequest, names: list[str]) -> dict[str, str]:
    """The label of each name that is a field of ours: "ME-03 Results". The code stands there only where the person may
    see the report; who is signed out reads the field's label alone. At most one query."""
    labels = {name: label for name in names if (label := _label(name))}
    codes = _codes(request, {int(found[1]) for name in labels if (found := ROW.match(name))})
    return {name: f"{codes.get(_row(name), '')} {label}".strip() for name, label in labels.items()}


def _row(name: str) -> int:
    found = ROW.match(name)
    return int(found[1]) if found else 0


def _label(name: str) -> str:
    """The field's own label; empty for a name that is none of ours."""
    if found := ROW.match(name):
        return _label_in_row(name[found.end() :])
    if name == "comment":
        return _("Comment")  # as the verdict calls it
    if name == "sentence":
        return _("A sentence of your own")
    fields = AskForm.base_fields | DecideForm.base_fields | LetterForm.base_fields | ReturnForm.base_fields
    fields = DeputyForm.base_fields | fields | AcceptForm.base_fields | ReasonForm.base_fields
    return str(fields[name].label or "") if name in fields else ""


def _label_in_row(name: str) -> str:
    if name in Field.values:
        return str(Field(name).label)
    if found := MILESTONE.fullmatch(name):
        part = {"on": _("Date"), "reason": _("Reason")}[found[1]]
        return f"{Field.MILESTONES.label}: {part}"
    return {"also_reason": _("Also changed"), "completed_on": _("Completed on")}.get(name, "")


def _codes(request: HttpRequest, reports: set[int]) -> dict[int, str]:
    """The task codes of those reports that the person may see."""
    user = getattr(request, "user", None)
    known = {pk for pk in reports if pk < 2**63}  # beyond what a database can look for
    if not known or user is None or not user.is_authenticated:
        return {}
    return dict(Report.objects.visible_to(user).filter(pk__in=known).values_list("pk", "task__code"))
