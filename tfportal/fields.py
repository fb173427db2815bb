"""Columns of a kind that several apps have."""

import re
from typing import TYPE_CHECKING, Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    CharField = models.CharField[str, str]
else:
    CharField = models.CharField

# Controls and line ends, and what turns the direction of all that follows: with these a name passes for another one.
UNSEEMLY = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

NOT_ONE_LINE = _("Write it in one line: without line breaks, control characters and marks that turn the direction.")


class NameField(CharField):
    """A name or title: one line that reads as it is stored. To the database, and so to migrations, any text."""

    default_validators = (
        RegexValidator(
            UNSEEMLY,
            NOT_ONE_LINE,
            inverse_match=True,
        ),
    )

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
