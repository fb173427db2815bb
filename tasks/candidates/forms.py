"""From the posted fields of calls and candidates to their drafts: reading and wording only, the rules stand in
`drafting` and in the workflow."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..forms import LocalDateTimeField, TextField
from ..models import Call, Candidate
from .drafting import YEARS, Adoption, CallDraft, CandidateDraft

NO_DAY = {"invalid": gettext_lazy("Give a date.")}
NO_MOMENT = {"invalid": gettext_lazy("Give a date and a time.")}


class CallForm(forms.Form):
    """발굴 요청."""

    title_ko = TextField(required=False)
    title_en = TextField(required=False)
    text = TextField(required=False)
    due_at = LocalDateTimeField(required=False, error_messages=NO_MOMENT)

    def clean_due_at(self) -> datetime | None:
        return _moment(self.cleaned_data["due_at"])

    @property
    def draft(self) -> CallDraft:
        return CallDraft(**self.cleaned_data)

    @staticmethod
    def values_of(call: Call) -> dict[str, Any]:
        """What stands in the fields of a call that is there."""
        due = timezone.localtime(call.due_at).strftime("%Y-%m-%dT%H:%M")
        return {"title_ko": call.title_ko, "title_en": call.title_en, "text": call.text, "due_at": due}


class CandidateForm(forms.Form):
    """후보과제."""

    kind = forms.CharField(required=False, max_length=20)
    title_ko = TextField(required=False)
    title_en = TextField(required=False)
    text = TextField(required=False)
    sector = forms.CharField(required=False, max_length=8)
    supplements = TextField(required=False, max_length=40)
    planned_until = forms.DateField(required=False, input_formats=["%Y-%m-%d"], error_messages=NO_DAY)

    @property
    def draft(self) -> CandidateDraft:
        return CandidateDraft(**self.cleaned_data)

    @staticmethod
    def values_of(row: Candidate) -> dict[str, Any]:
        """What stands in the fields of a candidate that is there."""
        return {
            "kind": row.kind,
            "title_ko": row.title_ko,
            "title_en": row.title_en,
            "text": row.text,
            "sector": row.sector.code,
            "supplements": row.supplements.code if row.supplements else "",
            "planned_until": _day(row.planned_until),
        }


class VerdictForm(forms.Form):
    """What every verdict may carry: a reason, and the meeting that decided."""

    reason = TextField(required=False)
    meeting_no = forms.IntegerField(required=False, min_value=0, max_value=32767)


class AdoptionForm(VerdictForm):
    """채택."""

    title_ko = TextField(required=False)
    title_en = TextField(required=False)
    sector = forms.CharField(required=False, max_length=8)
    planned_until = forms.DateField(required=False, input_formats=["%Y-%m-%d"], error_messages=NO_DAY)
    joins = forms.IntegerField(required=False, min_value=1, max_value=32767)
    without_meeting = forms.BooleanField(required=False)

    @property
    def adoption(self) -> Adoption:
        return Adoption(**self.cleaned_data)


class AskBackForm(forms.Form):
    """보완요청."""

    comment = TextField(required=False)
    due_at = LocalDateTimeField(required=False, error_messages=NO_MOMENT)

    def clean_due_at(self) -> datetime | None:
        return _moment(self.cleaned_data["due_at"])


class MergeForm(VerdictForm):
    """병합."""

    task = TextField(required=False, max_length=40)


def _moment(value: datetime | None) -> datetime | None:
    """The moment in Seoul; raises ValidationError for a year beyond which some cannot even be written in UTC."""
    if value is None:
        return None
    if value.year not in YEARS:
        raise forms.ValidationError(_("Check the year."))
    return value if timezone.is_aware(value) else timezone.make_aware(value)


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""
