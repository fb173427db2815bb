"""From the posted fields of an extension to its verbs' arguments: reading only, the rules stand in the workflow."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .forms import LocalDateTimeField, TextField
from .models import Extension


class UntilForm(forms.Form):
    """A new due time; what it may be, the workflow knows."""

    until = LocalDateTimeField(required=False, error_messages={"invalid": gettext_lazy("Give a date and a time.")})

    def clean_until(self) -> datetime | None:
        value: datetime | None = self.cleaned_data["until"]
        if value is None:
            return None
        if not 2000 <= value.year <= 2100:  # beyond these, some cannot even be written in UTC
            raise forms.ValidationError(_("Check the year."))
        return value if timezone.is_aware(value) else timezone.make_aware(value)


class AskForm(UntilForm):
    """연장 요청."""

    reason = TextField(required=False)


class GivenForm(AskForm):
    """An extension that nobody asked for. The ministry is chosen by its code."""

    ministry = forms.ChoiceField(
        choices=(),
        error_messages={
            "required": gettext_lazy("Choose a ministry."),
            "invalid_choice": gettext_lazy("Choose a ministry."),
        },
    )

    def __init__(self, *args: Any, codes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ministry"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]


class RevokeForm(forms.Form):
    """Why an extension is taken back."""

    reason = TextField(required=False)


class DecideForm(UntilForm):
    """Granted or declined, by the button that was pressed."""

    decision = forms.ChoiceField(
        choices=[(one.value, one.label) for one in (Extension.Decision.GRANTED, Extension.Decision.DECLINED)],
        error_messages={"required": gettext_lazy("Choose: grant or decline.")},
    )
    comment = TextField(required=False)
