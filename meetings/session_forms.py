"""From what is posted at the meeting to its verbs' arguments: reading only, the rules stand in the workflow."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict

from ministries.directory import Directory
from tasks.forms import TextField, posted_number
from tfportal.language import normalise

from .days import DayField
from .models import Decision, DecisionKind
from .session import Person, marked
from .workflow import Decided, Mark, Said

REMARK = re.compile(r"remark-(\d{1,3})-(?:ko|en|source)")
NOBODY = -1  # a ministry or an item that is not on the list: no row has this key


class DecisionForm(forms.Form):
    """지시·결정사항. Ministries come by their codes."""

    kind = forms.CharField(required=False, max_length=20)
    text_ko = TextField(required=False)
    text_en = TextField(required=False)
    lead = forms.CharField(required=False, max_length=20)
    due_on = DayField(required=False)
    codes = forms.CharField(required=False)

    def decided(self, names: Directory, supporting: Iterable[str], item: int | None) -> Decided:
        """As the verb takes it. Of an exhortation the fields that its form hides are left out."""
        given, by_code = self.cleaned_data, names.by_code()
        is_action = given["kind"] != DecisionKind.EXHORTATION
        keys = {code: ministry.pk for code, ministry in by_code.items()}
        return Decided(
            kind=given["kind"],
            text_ko=given["text_ko"],
            text_en=given["text_en"],
            lead=keys.get(given["lead"], NOBODY) if is_action and given["lead"] else None,
            due_on=given["due_on"] if is_action else None,
            supporting=tuple(keys.get(code, NOBODY) for code in supporting),
            codes=tuple(re.split(r"[\s,;·]+", given["codes"].strip())),
            item=item,
        )


def blank(query: QueryDict) -> dict[str, Any]:
    """The form for the next decision. Lead and day of the last one stay (in the address, where there is no script)."""
    kind = query.get("kind", "")
    return {
        "kind": kind if kind in DecisionKind.values else DecisionKind.ACTION.value,
        "lead": query.get("lead", ""),
        "due_on": query.get("due_on", ""),
        "supporting": [],
    }


def of_post(post: QueryDict) -> dict[str, Any]:
    """What was typed."""
    named = {name: post.get(name, "") for name in ("kind", "text_ko", "text_en", "lead", "due_on", "codes")}
    return named | {"supporting": post.getlist("supporting")}


def of_decided(decided: Decided, names: Directory) -> dict[str, Any]:
    """What stands there."""
    codes = {pk: name.ministry.code for pk, name in names.by_id.items()}
    return {
        "kind": decided.kind,
        "text_ko": decided.text_ko,
        "text_en": decided.text_en,
        "lead": codes.get(decided.lead or 0, ""),
        "due_on": decided.due_on.isoformat() if decided.due_on else "",
        "supporting": [codes[pk] for pk in decided.supporting if pk in codes],
        "codes": ", ".join(decided.codes),
    }


def of_decision(row: Decision, names: Directory) -> dict[str, Any]:
    return of_decided(Decided.of(row), names)


def posted_item(post: QueryDict) -> int | None:
    """The item that a decision is about; None where it is about none, NOBODY's number where nothing is called so."""
    return posted_number(post, "item") if post.get("item") else None


def posted_marks(post: QueryDict, people: Iterable[Person]) -> list[Mark]:
    """Those ministries of which something else came than the page showed, and than stands there now."""
    marks = []
    for person in people:
        p, row = person.prefix, person.row
        position = normalise(post.get(f"{p}position", ""))
        is_present, is_deputy = f"{p}present" in post, f"{p}deputy" in post
        told = marked(is_present, is_deputy, position)
        if f"{p}version" in post and told not in (post.get(f"{p}was", ""), person.was):
            version = posted_number(post, f"{p}version")
            english = row.position_en if position == row.position_ko else ""  # it speaks of another one by now
            marks.append(Mark(row.ministry_id, version, is_present, is_deputy, position, english))
    return marks


def posted_remarks(post: QueryDict, stands: Iterable[Said]) -> list[Said]:
    """The list as it was posted. What was seen in a source stays so while its words and its source stay."""
    numbers = sorted({int(found[1]) for name in post if (found := REMARK.fullmatch(name))})
    known = {(one.text_ko, one.source): one.verified for one in stands}
    given = (Said(*(post.get(f"remark-{no}-{part}", "") for part in ("ko", "en", "source"))).tidy for no in numbers)
    return [
        Said(one.text_ko, one.text_en, one.source, known.get((one.text_ko, one.source), one.verified)) for one in given
    ]
