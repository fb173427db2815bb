"""From posted fields to `raw` texts and verbs' arguments: reading and wording only, the rules stand in `content`."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records.errors import Invalid
from tfportal.fields import NameField
from tfportal.language import normalise

from . import content, numbers
from .models import Field
from .models.reporting import TEXT_LIMIT
from .workflow import MESSAGE_LIMIT, Item

ROW = re.compile(r"r(\d+)-")


def posted_key(post: QueryDict) -> UUID:
    """The form's receipt key. A form without one, or with a mangled one, counts as a new form."""
    try:
        return UUID(post.get("key", ""))
    except ValueError:
        return uuid4()


def posted_number(post: QueryDict, name: str) -> int:
    """A small whole number, such as a version; -1, which matches nothing, for anything else."""
    text = post.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def posted_text(post: QueryDict) -> str:
    """The one text of a small form, as it is stored."""
    return normalise(post.get("text", ""))


def has_row(post: QueryDict, prefix: str) -> bool:
    """Whether the page sent anything of this row. A row without its version counts as one in an unknown version."""
    return any(name.startswith(prefix) for name in post)


def posted_over(post: QueryDict, pk: int) -> int:
    """The version over which the person decided to save their own text of this report; -1 where they did not."""
    report, _colon, version = post.get("over", "").partition(":")
    return int(version) if report == str(pk) and version.isascii() and version.isdigit() and len(version) < 10 else -1


def posted_rows(post: QueryDict) -> set[str]:
    """The reports of which the page sent a row: primary keys, as they were sent."""
    return {found.group(1) for name in post if (found := ROW.match(name))}


def posted_raw(post: QueryDict, prefix: str) -> content.Raw:
    """One row's text as it was typed."""
    raw: dict[str, Any] = {name: post.get(prefix + name, "") for name in content.STRINGS}
    raw["addressed_to"] = post.getlist(prefix + "addressed_to")
    raw["milestones"] = {}
    for name in post:
        if name.startswith(prefix + "m") and name.endswith("-choice"):
            key = name.removeprefix(prefix + "m").removesuffix("-choice")
            raw["milestones"][key] = {
                part: post.get(f"{prefix}m{key}-{part}", "") for part in content.MILESTONE_STRINGS
            }
    raw["indicators"] = _posted_indicators(post, prefix + "i")
    return content.tidy(raw)


def _posted_indicators(post: QueryDict, prefix: str) -> dict[str, dict[str, str]]:
    keys = [name[len(prefix) : -len("-value")] for name in post if name.startswith(prefix) and name.endswith("-value")]
    return {
        key: {part: post.get(f"{prefix}{key}-{part}", "") for part in content.INDICATOR_STRINGS}
        for key in keys
        if key.isascii() and key.isdigit()
    }


def posted_marks(post: QueryDict) -> list[str]:
    """What is ticked, each `report:version`."""
    return post.getlist("changed") + post.getlist("unchanged")


def posted_reports(post: QueryDict) -> set[int]:
    """The reports (primary keys) that are ticked; mangled ones are passed over."""
    texts = (mark.partition(":")[0] for mark in posted_marks(post))
    return {int(text) for text in texts if text.isdecimal() and len(text) <= 18}


def posted_items(post: QueryDict) -> list[Item]:
    """The rows of an answer: `changed` and `unchanged` fields, each `report:version`. Mangled ones are refused."""
    names = (("changed", False), ("unchanged", True))
    return [_item(text, unchanged) for name, unchanged in names for text in post.getlist(name)]


def posted_recalls(post: QueryDict) -> list[Item]:
    """The requests that a button takes back: `report:version`, with blanks between."""
    return [_item(text) for text in post.get("recall", "").split()]


def posted_way(post: QueryDict) -> str:
    """What the pressed button said, `submit` or `ask_sign_off`; empty where the page did not say it yet."""
    return text if (text := post.get("way", "")) in ("submit", "ask_sign_off") else ""


def _item(text: str, unchanged: bool = False) -> Item:
    report, _colon, version = text.partition(":")
    digits = report.isascii() and report.isdigit() and version.isascii() and version.isdigit()
    if not digits or len(report) > 18 or len(version) > 9:
        raise Invalid({"__all__": [_("This page was damaged on its way. Open it again.")]})
    return Item(int(report), int(version), unchanged)


class NumberField(forms.DecimalField):
    """A number as people write and copy it: `1,163.4`, `−55.1` with a true minus; a comma in
    the wrong place is refused."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(numbers.ungrouped(value) if isinstance(value, str) else value)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class TextField(forms.CharField):
    """What was typed, as the portal stores text: composed Hangul, LF line ends."""

    def to_python(self, value: Any) -> str:
        return normalise(super().to_python(value) or "")


class MessageForm(forms.Form):
    """대화."""

    text = TextField(
        label=gettext_lazy("Message"),
        max_length=MESSAGE_LIMIT,
        error_messages={"required": gettext_lazy("Write something first.")},
    )


class SavedFilterForm(forms.Form):
    """조건 저장: what the filters are to be called."""

    name = TextField(
        label=gettext_lazy("Name"),
        max_length=40,
        validators=NameField.default_validators,
        error_messages={"required": gettext_lazy("Give it a name.")},
    )


class LetterForm(forms.Form):
    """What may go with an answer."""

    letter_no = TextField(label=gettext_lazy("Letter number"), max_length=60, required=False)


class LocalDateTimeField(forms.DateTimeField):
    """A moment in Seoul, as `datetime-local` sends it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **kwargs)


class ReturnForm(forms.Form):
    """보완요청. What is written for an acceptance stands in the same form: the verb refuses to drop it."""

    comment = TextField(
        label=gettext_lazy("What is to be mended"),
        max_length=1000,
        error_messages={"required": gettext_lazy("Say what is to be mended.")},
    )
    due_at = LocalDateTimeField(
        label=gettext_lazy("Mend by"),
        error_messages={
            "required": gettext_lazy("Give a due time."),
            "invalid": gettext_lazy("Give a date and a time."),
        },
    )
    fields_returned = forms.MultipleChoiceField(choices=Field.choices, required=False)
    reason = TextField(label=gettext_lazy("Reason"), required=False)
    book_text_ko = TextField(label=gettext_lazy("Book wording (Korean)"), required=False)
    book_text_en = TextField(label=gettext_lazy("Book wording (English)"), required=False)

    def clean_due_at(self) -> datetime:
        value: datetime = self.cleaned_data["due_at"]
        if not 2000 <= value.year <= 2100:  # beyond these, some cannot even be written in UTC
            raise forms.ValidationError(_("Check the year."))
        return value if timezone.is_aware(value) else timezone.make_aware(value)


class AcceptForm(forms.Form):
    """검토완료. What is written for a return stands in the same form: the verb refuses to drop it."""

    light = TextField(label=gettext_lazy("Office's light"), max_length=20, required=False)
    reason = TextField(label=gettext_lazy("Reason"), max_length=TEXT_LIMIT, required=False)
    book_text_ko = TextField(label=gettext_lazy("Book wording (Korean)"), max_length=TEXT_LIMIT, required=False)
    book_text_en = TextField(label=gettext_lazy("Book wording (English)"), max_length=TEXT_LIMIT, required=False)
    comment = TextField(label=gettext_lazy("What is to be mended"), required=False)


class SendBackForm(forms.Form):
    """반려."""

    reason = TextField(
        label=gettext_lazy("What is to be mended"),
        max_length=1000,
        error_messages={"required": gettext_lazy("Say what is to be mended.")},
    )


class ReasonForm(forms.Form):
    """A reason or a comment that a verb demands."""

    reason = TextField(
        label=gettext_lazy("Reason"), max_length=1000, error_messages={"required": gettext_lazy("Give the reason.")}
    )


class FreezeForm(forms.Form):
    """최종확정: it cannot be undone, so that it is asked once more."""

    sure = forms.BooleanField(
        error_messages={"required": gettext_lazy("Tick this if you know that the freeze cannot be undone.")}
    )


def problems_of_forms(*bound: forms.Form) -> content.Problems:
    """The forms' messages by field, as Invalid carries them."""
    return {name: [str(text) for text in texts] for form in bound for name, texts in form.errors.items()}
