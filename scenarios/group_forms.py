"""From the posted fields of the working group to its verbs' arguments: reading only, the rules stand in `workflow`."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from ministries.models import Ministry
from tasks.forms import TextField

from .models import Division, DivisionMeeting, Expert, ExpertPerson
from .querysets import by_code
from .workflow import Held, Serving, Who

NO_DAY = gettext_lazy("Give a date.")
NO_NUMBER = gettext_lazy("Give a number.")
NUMBERED = dict.fromkeys(("invalid", "max_value", "min_value"), NO_NUMBER)


class DayField(forms.DateField):
    """A day as a date input sends it. Digits of other scripts, which Python would read as well, are no day."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            input_formats=["%Y-%m-%d"], error_messages=dict.fromkeys(("required", "invalid"), NO_DAY), **more
        )

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and not value.isascii():
            raise ValidationError(NO_DAY, code="invalid")
        return super().to_python(value)


class CodeField(forms.CharField):
    """A code, as the primary key of the row that has it; 0, which no row has, for any other word: the verb says so."""

    def __init__(self, model: type[Division] | type[Ministry], **more: Any) -> None:
        self.model = model
        super().__init__(required=False, **more)

    def clean(self, value: Any) -> int:
        found = by_code(self.model._default_manager.all(), str(value or "")[:40])
        return found.pk if found else 0


class WhoForm(forms.Form):
    """Personal data of an expert."""

    name = TextField(required=False)
    affiliation = TextField(required=False)
    position = TextField(required=False)
    email = TextField(required=False)

    def who(self) -> Who:
        return Who(**self.cleaned_data)


class ServingForm(forms.Form):
    """An expert's seat."""

    division = CodeField(Division)
    ministry = CodeField(Ministry)
    starts_on = DayField()
    ends_on = DayField(required=False)

    def serving(self) -> Serving:
        given = self.cleaned_data
        return Serving(given["division"], given["ministry"], given["starts_on"], given["ends_on"])


class EndForm(forms.Form):
    """The last day of an expert; none where an end is taken back."""

    ends_on = DayField(required=False)


class HeldForm(forms.Form):
    """A division's meeting; who was there comes as ticks."""

    no = forms.IntegerField(required=False, min_value=1, max_value=999, error_messages=NUMBERED)
    held_on = DayField()
    topic_ko = TextField(required=False)
    topic_en = TextField(required=False)
    outcome = TextField(required=False)
    others = forms.IntegerField(required=False, min_value=0, max_value=999, error_messages=NUMBERED)

    def held(self, division: Division) -> Held:
        given = self.cleaned_data
        ticks = self.data.getlist("attended")  # type: ignore[attr-defined]
        there = frozenset(int(pk) for pk in ticks if pk.isascii() and pk.isdigit() and len(pk) < 18)
        texts = {name: given[name] for name in ("topic_ko", "topic_en", "outcome")}
        return Held(division.pk, given["held_on"], **texts, no=given["no"], others=given["others"] or 0, attended=there)


# What a form shows before anything was typed


def shown_expert(expert: Expert, person: ExpertPerson | None) -> dict[str, Any]:
    """The values of the form as the rows say them."""
    who = {name: getattr(person, name) for name in ("name", "affiliation", "position", "email")} if person else {}
    return who | {
        "division": expert.division.code,
        "ministry": expert.ministry.code,
        "starts_on": str(expert.starts_on),
        "ends_on": str(expert.ends_on or ""),
    }


def shown_meeting(meeting: DivisionMeeting) -> dict[str, Any]:
    """The same of a meeting."""
    return {
        "no": str(meeting.no),
        "held_on": str(meeting.held_on),
        "topic_ko": meeting.topic_ko,
        "topic_en": meeting.topic_en,
        "outcome": meeting.outcome,
        "others": str(meeting.others or ""),
        "attended": {str(pk) for pk in meeting.seats.values_list("expert", flat=True)},
    }
