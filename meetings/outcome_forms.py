"""The forms of an outcome and of decisions: validation and wording only."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ministries import working_days
from tasks.models.reporting import TEXT_LIMIT

from .workflow import Written

SENDABLE = 2 * TEXT_LIMIT  # what is longer is no text that anybody typed: the verb says how long it may be
YES_NO = {"yes": True, "no": False}
DAYS_FOR_COMMENTS, OFFICE_CLOSES = 3, time(18)  # what is suggested


class TimeForm(forms.Form):
    """Until when comments can be made, in Seoul."""

    comments_until = forms.DateTimeField(
        required=False, error_messages={"invalid": _("Enter a date and a time such as 2021-03-19T18:00.")}
    )
    version = forms.IntegerField(min_value=0, max_value=2**31)
    has_empty = forms.BooleanField(required=False)
    is_ahead = forms.BooleanField(required=False)


class TextForm(forms.Form):
    """A text, or none."""

    text = forms.CharField(required=False, strip=False, max_length=SENDABLE)


def posted_choice(posted: Any, name: str) -> bool | None:
    """What of two was chosen; None where neither was."""
    return YES_NO.get(posted.get(name, ""))


def posted_texts(posted: Any) -> list[Written]:
    """What the page brings of each item: `version-<item>`, `ko-<item>`, `en-<item>`."""
    found = []
    for name, value in posted.items():
        item = name.removeprefix("version-")
        if name.startswith("version-") and _is_number(item) and _is_number(value):
            texts = (posted.get(f"{language}-{item}", "") for language in ("ko", "en"))
            found.append(Written(int(item), int(value), *texts))
    return found


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def suggested_until(at: datetime) -> datetime:
    """Until when comments could be made: three working days from now, at the end of office hours."""
    day = working_days.calendar().shift(timezone.localdate(at), DAYS_FOR_COMMENTS)
    return timezone.make_aware(datetime.combine(day, OFFICE_CLOSES))
