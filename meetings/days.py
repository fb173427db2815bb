"""A day, as the forms of meetings take it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy


class DayField(forms.DateField):
    """A day as a date input sends it. Digits of other scripts, which Python would read as well, are no day."""

    default_error_messages = {"invalid": gettext_lazy("Give a date.")}

    def __init__(self, **more: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **more)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and not value.isascii():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)
