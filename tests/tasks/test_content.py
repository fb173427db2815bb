"""Content: what was typed, tidied; what cannot be stored; what may be sent (product.md "The cycle", quality.md 14)."""

import json
import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.chain import sha256
from tasks import content
from tasks.content import Rules
from tasks.models import Attachment, Field, Indicator, Light, Milestone, Return, ReturnedField
from tests.builders import raw

pytestmark = pytest.mark.either

AS_OF = date(2021, 3, 12)
AHEAD = Milestone(pk=1, order=1, title_ko="고시", title_en="Notice", current_on=date(2021, 6, 30))
DUE = Milestone(pk=2, order=2, title_ko="초안", title_en="Draft", current_on=AS_OF)
MEASURE = Indicator(pk=5, order=1, title_ko="보급 대수", title_en="Vehicles")
RULES = Rules(as_of=AS_OF, milestones=(AHEAD,), codes={"MOTIE": 7, "MSIT": 8}, indicators=(MEASURE,))


def problems(rules: Rules = RULES, **overrides: Any) -> content.Problems:
    """What is wrong with valid content after these changes."""
    return content.problems_of(content.tidy(raw(**overrides)), rules)


def checked(rules: Rules = RULES, **overrides: Any) -> content.Content:
    return content.check(content.tidy(raw(**overrides)), rules)


def answer(choice: str = "move", on: Any = "2021-07-31", cause: Any = "budget", reason: Any = "예산") -> dict[str, Any]:
    return {"choice": choice, "on": on, "cause": cause, "reason": reason}


def test_the_builders_content_keeps_every_rule():
    """The control of all refusals below."""
    assert problems() == {}


# Texts


@pytest.mark.parametrize("name", ["results", "plans"])
@pytest.mark.parametrize("text", ["", "  \n\t ", None, 7, 1.5, True, ["ㅇ 초안"], {"ko": "ㅇ 초안"}])
def test_results_and_plans_must_be_texts(name, text):
    """Empty ones are refused, and what is no string counts as empty."""
    assert list(problems(**{name: text})) == [name]


@pytest.mark.parametrize("name", ["results", "plans", "issues"])
def test_a_text_has_3000_characters_at_most(name):
    """Characters, not bytes: Hangul and emoji count one each (quality.md 14)."""
    assert problems(RULES, **{name: "가" * 2999 + "😀"}) == {}
    assert list(problems(RULES, **{name: "가" * 3001})) == [name]


@pytest.mark.parametrize("name", ["results", "plans", "issues"])
def test_a_draft_keeps_more_than_may_be_sent_but_not_a_megabyte(name):
    """Typing beyond the limit loses nothing; a text beyond all measure is refused with one clear answer."""
    assert content.unstorable(content.tidy(raw(**{name: "가" * 20_000}))) == {}
    too_much = content.tidy(raw(**{name: "가" * 1_000_000}))
    assert list(content.unstorable(too_much)) == [name]
    assert len(content.problems_of(too_much, RULES)[name]) == 1


@pytest.mark.parametrize("name", ["light", "progress", "results", "plans", "issues", "completed_on", "also_reason"])
def test_what_no_database_takes_is_refused_at_its_field(name):
    """PostgreSQL refuses NUL in text and JSON, UTF-8 refuses half a surrogate pair: never a 500 (quality.md 14)."""
    for unstorable in ("ㅇ 가\x00나", "ㅇ 가\ud83d나"):
        assert name in content.unstorable(content.tidy(raw(**{name: unstorable})))


@pytest.mark.parametrize(
    "overrides",
    [
        {"addressed_to": ["MO\x00TIE"]},
        {"addressed_to": ["\udc00"]},
        {"addressed_to": ["M" * 2001]},
        {"addressed_to": [str(number) for number in range(1001)]},
        {"milestones": {"1": answer(reason="가\x00")}},
        {"milestones": {"1": answer(reason="가" * 2001)}},
        {"milestones": {"1\x00": answer()}},
        {"milestones": {"1" * 2001: answer()}},
        {"milestones": {str(number): answer() for number in range(1001)}},
    ],
)
def test_what_cannot_be_stored_is_refused_in_lists_and_milestones_too(overrides):
    assert content.unstorable(content.tidy(raw(**overrides)))
    assert problems(**overrides)


def test_stored_text_is_composed_with_plain_line_ends():
    """macOS sends decomposed Hangul, and then no search finds it; Windows sends CRLF."""
    decomposed = unicodedata.normalize("NFD", "ㅇ 배출권거래제\r\n개편 😀\r끝 ")
    clean = content.tidy(raw(results=decomposed, milestones={"1": answer(reason=decomposed)}))
    assert clean["results"] == "ㅇ 배출권거래제\n개편 😀\n끝"
    assert clean["milestones"]["1"]["reason"] == clean["results"]


def test_unknown_fields_are_ignored():
    """Extra fields posted to a form change nothing (quality.md 18)."""
    assert content.tidy(raw(state="accepted", office_light="completed", ministry=1)) == content.tidy(raw())


# Light and progress


@pytest.mark.parametrize("light", ["", "green", "ON_TRACK", "On track", None, 1, ["on_track"], {"light": "on_track"}])
def test_there_are_five_lights_and_no_other(light):
    assert list(problems(light=light)) == ["light"]


@pytest.mark.parametrize("light", Light.values)
def test_attention_and_review_needed_demand_an_issue(light):
    """product.md: light *attention* or *review needed* demands an issue text. The others do not."""
    wanted = ["issues"] if light in ("attention", "review_needed") else []
    assert list(problems(light=light, completed_on="2021-03-10")) == wanted
    assert problems(light=light, completed_on="2021-03-10", issues="ㅇ 예산 부족") == {}


@pytest.mark.parametrize(
    ("typed", "wanted"), [("", None), ("0", 0), ("100", 100), ("45%", 45), (" 45 % ", 45), (None, None), (45, None)]
)
def test_progress_is_a_whole_percentage_or_nothing(typed, wanted):
    """A number is no string: forms send strings, so it counts as nothing typed."""
    assert checked(progress=typed).progress == wanted


@pytest.mark.parametrize(
    "typed", ["101", "-1", "+5", "1e3", "45.5", "4,5", "७", "५०", "⁵", "½", "0x10", "반", "1_0", "%"]
)
def test_other_progress_is_refused(typed):
    wanted = [] if typed == "%" else ["progress"]
    assert list(problems(progress=typed)) == wanted


# Dates


def completed(on: Any) -> content.Problems:
    return problems(light="completed", completed_on=on)


@pytest.mark.parametrize("on", ["2021-03-12", "2020-02-29", "2000-01-01"])
def test_a_day_of_completion_up_to_the_as_of_date(on):
    assert completed(on) == {}
    assert checked(light="completed", completed_on=on).completed_on == date.fromisoformat(on)


@pytest.mark.parametrize(
    "on",
    [
        "",  # a completed task was completed on a day
        "2021-03-13",  # after the as-of date: nobody speaks of the future
        "2021-02-29",  # no leap year
        "10000-01-01",
        "1999-12-31",
        "0001-01-01",
        "-2021-03-01",
        "2021-3-1",
        "12.03.2021",
        "어제",
        "２０２１-03-01",
        "2021-03-01T10:00",
        None,
        20210301,
        ["2021-03-01"],
    ],
)
def test_other_days_of_completion_are_refused(on):
    assert list(completed(on)) == ["completed_on"]


def test_a_day_of_completion_belongs_to_the_light_completed():
    """Under another light it is left out, and not even read."""
    assert checked(light="on_track", completed_on="어제").completed_on is None


# Requests to ministries


def test_known_ministries_may_be_asked():
    assert checked(issues="ㅇ 협의 요청", addressed_to=["MSIT", "MOTIE", "MSIT"]).addressed_to == ("MOTIE", "MSIT")


@pytest.mark.parametrize("codes", [["XX"], ["ME"], ["MOTIE", "XX"], ["motie"], [""], [None], [7], [["MOTIE"]]])
def test_unknown_ministries_and_the_own_one_cannot_be_asked(codes):
    """ME leads the task: `Rules.of` leaves it out (see test_workflow_rules), so it is as unknown as XX."""
    assert list(problems(issues="ㅇ 협의 요청", addressed_to=codes)) == ["addressed_to"]


def test_whoever_is_asked_is_told_what():
    assert list(problems(issues="", addressed_to=["MOTIE"])) == ["issues"]


@pytest.mark.parametrize("codes", [None, "MOTIE", 7, {"MOTIE": True}])
def test_addressed_to_that_is_no_list_is_nobody(codes):
    assert content.tidy(raw(addressed_to=codes))["addressed_to"] == []


# Milestones


@pytest.mark.parametrize("kept", [{}, {"1": {"choice": "keep", "on": "2021-07-31"}}, {"1": {"choice": ""}}, {"1": {}}])
def test_a_milestone_ahead_may_be_kept(kept):
    assert checked(milestones=kept).milestones == ()


@pytest.mark.parametrize("junk", [None, [], "done", 5, {"1": None}, {"1": ["done"]}, {"1": "done"}])
def test_milestones_that_are_no_answers_are_none(junk):
    assert content.tidy(raw(milestones=junk))["milestones"] == {}


def test_a_milestone_that_fell_due_cannot_be_kept():
    """Due on the as-of date itself is due. Done or moved settles it."""
    rules = Rules(as_of=AS_OF, milestones=(AHEAD, DUE), codes={})
    assert list(problems(rules)) == ["milestone-2"]
    assert problems(rules, milestones={"2": answer("done", "2021-03-12")}) == {}
    assert problems(rules, milestones={"2": answer("move", "2021-03-13")}) == {}


@pytest.mark.parametrize(
    "given_answer",
    [
        answer("done", ""),
        answer("done", "2021-03-13"),  # done after the as-of date
        answer("done", "2021-02-30"),
        answer("move", "2021-03-12"),  # moved to a day that has come
        answer("move", "2021-06-30"),  # moved to where it stands
        answer("move", "2101-01-01"),
        answer("move", "10000-01-01"),
        answer("move", None),
        answer("move", cause=""),  # a moved date needs a cause and a reason
        answer("move", cause="weather"),
        answer("move", cause=["budget"]),
        answer("move", reason=""),
        answer("move", reason="   "),
        answer("forget"),
        {"choice": ["move"]},
        {"choice": "move"},
    ],
)
def test_wrong_answers_to_a_milestone_are_refused_at_that_milestone(given_answer):
    assert list(problems(milestones={"1": given_answer})) == ["milestone-1"]


@pytest.mark.parametrize("foreign", ["3", "0", "-1", "1 ", "one", "01", "9" * 60])
def test_a_milestone_of_another_task_is_refused(foreign):
    assert list(problems(milestones={foreign: answer()})) == ["milestones"]


def test_answers_are_kept_as_dates():
    (moved,) = checked(milestones={"1": answer()}).milestones
    assert (moved.milestone, moved.done, moved.on, moved.cause) == (AHEAD, False, date(2021, 7, 31), "budget")


# Fields that were not returned

UNLOCKED = {  # product.md: the fields returned unlock together with those that their rules depend on
    Field.LIGHT: {Field.LIGHT, Field.ISSUES, Field.ADDRESSED_TO, Field.MILESTONES},
    Field.RESULTS: {Field.RESULTS, Field.ATTACHMENTS},
    Field.PLANS: {Field.PLANS},
    Field.ISSUES: {Field.ISSUES, Field.ADDRESSED_TO},
    Field.ADDRESSED_TO: {Field.ADDRESSED_TO},
    Field.MILESTONES: {Field.MILESTONES, Field.LIGHT, Field.ISSUES, Field.ADDRESSED_TO},
    Field.INDICATORS: {Field.INDICATORS},
    Field.ATTACHMENTS: {Field.ATTACHMENTS},
    Field.PROGRESS: {Field.PROGRESS},
}
SENT = raw(issues="ㅇ 협의 중", addressed_to=["MSIT"])
MENDED: dict[Field, dict[str, Any]] = {
    Field.LIGHT: {"light": "review_needed"},
    Field.RESULTS: {"results": "ㅇ 다시 씀"},
    Field.PLANS: {"plans": "ㅇ 다시 씀"},
    Field.ISSUES: {"issues": "ㅇ 다시 씀"},
    Field.ADDRESSED_TO: {"addressed_to": ["MOTIE"]},
    Field.MILESTONES: {"milestones": {"1": answer()}},
    Field.INDICATORS: {"indicators": {"5": {"value": "12.5"}}},
    Field.ATTACHMENTS: {"attachments": ["1"]},
    Field.PROGRESS: {"progress": "50"},
}


def returned(*fields: Field) -> Rules:
    """The rules after a return of these fields (of the whole report where none is named)."""
    row = Return(pk=1)
    row._prefetched_objects_cache = {"fields": [ReturnedField(of=row, field=field) for field in fields]}  # type: ignore[attr-defined]
    own = {"1": Attachment(pk=1, name="근거.pdf", sha256="ab" * 32)}
    return Rules(AS_OF, (AHEAD,), RULES.codes, returned=row, sent=content.tidy(SENT), files=own, indicators=(MEASURE,))


@pytest.mark.parametrize("field", list(Field))
@pytest.mark.parametrize("changed", list(Field))
def test_a_change_that_was_not_asked_for_needs_a_reason(field, changed):
    """ "Also change": what was not returned and does not depend on it may be mended too, with a reason."""
    mended = SENT | MENDED[changed]
    wanted = [] if changed in UNLOCKED[field] else ["also_reason"]
    assert list(problems(returned(field), **mended)) == wanted
    reasoned = checked(returned(field), **mended | {"also_reason": "수치 오기 발견"})
    assert reasoned.also_reason == ("수치 오기 발견" if wanted else "")


def test_where_the_whole_report_is_returned_all_may_change():
    everything = SENT | {name: value for change in MENDED.values() for name, value in change.items()}
    assert problems(returned(), **everything) == {}


# Any input at all

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["done", "move", "1"])
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)
answers = st.dictionaries(st.sampled_from(["choice", "on", "cause", "reason", "x"]), values)
anything = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(content.STRINGS, values)
    | {
        "addressed_to": values | st.lists(st.sampled_from(["MOTIE", "ME", "XX"])),
        "milestones": values | st.dictionaries(st.sampled_from(["1", "2", "3"]), answers | values),
        "indicators": values
        | st.dictionaries(
            st.sampled_from(["5", "6"]),
            values | st.fixed_dictionaries({"value": st.text() | st.decimals().map(str), "note": values}),
        ),
    },
) | st.dictionaries(st.text(), values)


@settings(max_examples=150, deadline=None)
@given(anything)
def test_whatever_is_sent_is_content_or_invalid(sent):
    """tidy() and check() raise nothing but Invalid, and what they let through can be stored and hashed."""
    clean = content.tidy(sent)
    assert content.tidy(clean) == clean
    assert json.loads(json.dumps(clean)) == clean
    problems = content.problems_of(clean, RULES)
    assert all(problems.values()), "a field without a message"
    if not problems:
        assert sha256(content.check(clean, RULES).hashed())


# Attachments

BEFORE_ATTACHMENTS = "c4b579a95ad89b8ff96d99912a1140bbe62c088a18fdad5ed75d89fd0e200836"


def test_a_text_without_attachments_hashes_as_it_always_did():
    """Sealed roots and revisions from before there were any must stay what they are."""
    assert sha256(checked().hashed()) == BEFORE_ATTACHMENTS
    assert "attachments" not in checked().hashed()


def with_files(*rows: tuple[str, str]) -> Rules:
    own = {str(pk): Attachment(pk=pk, name=name, sha256=digest) for pk, (name, digest) in enumerate(rows, 1)}
    return Rules(AS_OF, (AHEAD,), RULES.codes, files=own)


def test_names_and_contents_of_attachments_are_hashed_in_an_order_of_their_own():
    one, other = (("나.pdf", "1" * 64), ("가.pdf", "2" * 64)), (("가.pdf", "2" * 64), ("나.pdf", "1" * 64))
    hashed = checked(with_files(*one), attachments=["1", "2"]).hashed()
    assert hashed["attachments"] == [{"name": "가.pdf", "sha256": "2" * 64}, {"name": "나.pdf", "sha256": "1" * 64}]
    assert hashed == checked(with_files(*other), attachments=["2", "1"]).hashed()
    assert sha256(hashed) != BEFORE_ATTACHMENTS


@pytest.mark.parametrize("foreign", [["2"], ["1", "2"], ["0"], ["-1"], [" 1"], ["x" * 60], [1.5], [None]])
def test_an_attachment_of_another_report_is_refused(foreign):
    assert list(problems(with_files(("가.pdf", "1" * 64)), attachments=foreign)) == ["attachments"]


def test_ten_attachments_are_enough():
    rules = with_files(*[(f"{number}.pdf", "1" * 64) for number in range(11)])
    assert problems(rules, attachments=list(rules.files)[:10]) == {}
    assert list(problems(rules, attachments=list(rules.files))) == ["attachments"]


# Indicators


def measured(*, owed: bool = False) -> Rules:
    """The rules of a report with one indicator."""
    return Rules(AS_OF, (), {}, indicators=(MEASURE,), owed=frozenset({5} if owed else ()))


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("12.5", "12.5"),
        ("12.50", "12.5"),
        ("007", "7"),
        ("1,234,567.8901", "1234567.8901"),
        ("999999999999.9999", "999999999999.9999"),
        ("-3", "-3"),
        ("\u22123.5", "-3.5"),  # the minus that a word processor writes
        ("-0", "0"),
        ("0.00", "0"),
        ("1.00000000", "1"),
        ("  8 ", "8"),
    ],
)
def test_a_value_is_a_number_in_one_writing(typed, wanted):
    """Commas part thousands; what is written differently and is the same number is no change, and has one hash."""
    given = content.tidy(raw(indicators={"5": {"value": typed}}))
    assert given["indicators"] == {"5": {"value": wanted, "note": ""}}
    assert content.check(given, measured()).hashed()["indicators"] == [{"indicator": 1, "value": wanted, "note": ""}]


@pytest.mark.parametrize(
    "typed",
    ["12 천 대", "12%", "1,5", "12,34", "1234,567", ".5", "5.", "1e3", "１２", "٣", "+5", "--5", "½", "NaN", "Infinity",
     "1_000", "1.23456", "1234567890123", "0x10"],
)  # fmt: skip
def test_other_values_are_refused_at_their_indicator(typed):
    """Never read as something else: `1,5` is not 15, and no digit is dropped. What was typed stays."""
    assert list(problems(measured(), indicators={"5": {"value": typed}})) == ["indicator-5"]
    assert content.tidy(raw(indicators={"5": {"value": typed}}))["indicators"]["5"]["value"] == typed


@pytest.mark.parametrize(
    ("answer_given", "refused"),
    [({}, True), ({"value": " ", "note": ""}, True), ({"value": "0"}, False), ({"note": "집계 중"}, False)],
)
def test_what_is_owed_is_a_value_or_why_there_is_none(answer_given, refused):
    assert list(problems(measured(owed=True), indicators={"5": answer_given})) == (["indicator-5"] if refused else [])
    assert problems(measured(), indicators={"5": answer_given}) == {}


@pytest.mark.parametrize("foreign", ["6", "0", "-5", "05", "five", "9" * 60])
def test_an_indicator_of_another_task_is_refused(foreign):
    assert list(problems(measured(), indicators={foreign: {"value": "1"}})) == ["indicators"]


@pytest.mark.parametrize("junk", [None, [], "12", 5, {"5": None}, {"5": ["12"]}, {"5": "12"}, {"5": {}}])
def test_indicators_that_are_no_answers_are_none(junk):
    assert content.tidy(raw(indicators=junk))["indicators"] == {}


def test_a_note_has_500_characters_and_nothing_that_cannot_be_stored():
    assert problems(measured(), indicators={"5": {"note": "가" * 500}}) == {}
    assert list(problems(measured(), indicators={"5": {"note": "가" * 501}})) == ["indicator-5"]
    for broken in ({"5": {"note": "가\x00"}}, {"5": {"value": "1\ud83d"}}, {"5\x00": {"value": "1"}}):
        assert "indicators" in content.unstorable(content.tidy(raw(indicators=broken)))


def test_a_text_without_indicators_hashes_as_it_always_did():
    assert sha256(content.check(content.tidy(raw()), measured()).hashed()) == BEFORE_ATTACHMENTS
