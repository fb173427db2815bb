"""From the posted fields of a correction to its verbs' arguments: reading only, the rules stand in the workflow."""

from django import forms
from django.utils.translation import gettext_lazy

from .forms import TextField
from .models import CorrectionDecision


class AskForm(forms.Form):
    """정정 요청."""

    field = TextField(max_length=20, required=False)
    text = TextField(required=False, label=gettext_lazy("Corrected text"))
    reason = TextField(required=False, label=gettext_lazy("Reason"))


class DecideForm(forms.Form):
    """정정 승인 or 미승인, by the button that was pressed."""

    decision = forms.ChoiceField(
        choices=CorrectionDecision.Decision.choices,
        error_messages={"required": gettext_lazy("Choose: approve or decline.")},
    )
    comment = TextField(required=False)
