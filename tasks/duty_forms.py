"""From posted fields to the verbs of duties: reading and wording only."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records.errors import Invalid

from .deputies import Page
from .forms import TextField
from .workflow import Given


class DeputyForm(forms.Form):
    """업무대행 지정."""

    posting = forms.TypedChoiceField(
        label=gettext_lazy("For whom"),
        coerce=int,
        error_messages={"required": gettext_lazy("Choose whose deputy it is.")},
    )
    to_user = forms.TypedChoiceField(
        label=gettext_lazy("Deputy"), coerce=int, error_messages={"required": gettext_lazy("Choose the deputy.")}
    )
    starts_on = forms.DateField(
        label=gettext_lazy("First day"),
        input_formats=["%Y-%m-%d"],
        error_messages={"required": gettext_lazy("Give the first day."), "invalid": gettext_lazy("Give a date.")},
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        input_formats=["%Y-%m-%d"],
        error_messages={"required": gettext_lazy("Give the last day."), "invalid": gettext_lazy("Give a date.")},
    )
    reason = TextField(
        label=gettext_lazy("Reason"), max_length=200, error_messages={"required": gettext_lazy("Give the reason.")}
    )

    def __init__(self, data: QueryDict, page: Page) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["posting"].choices = [(choice.posting.pk, "") for choice in page.choices]
        fields["to_user"].choices = [(person.pk, "") for house in page.houses for person in house.people]


def posted_given(post: QueryDict) -> list[Given]:
    """The lines of the page that hands out tasks: `task-<code>` is whose it is to be, `was-<code>` whose it was shown
    as. What is no number of a posting is refused: nobody typed it."""
    codes = [name.removeprefix("task-") for name in post if name.startswith("task-")]
    return [Given(code, _number(post.get(f"task-{code}", "")), _number(post.get(f"was-{code}", ""))) for code in codes]


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Invalid({"__all__": [_("This page was damaged on its way. Open it again.")]})
    return int(text)
