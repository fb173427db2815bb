"""A report's history: what each may see of it; and where the last verification is shown."""

from contextlib import suppress
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ministries.models import User
from records import triggers
from records.models import Event, Seal
from tasks import histories
from tasks.models import Report
from tests import builders
from tests.cast import AT
from tests.pages import Element, page, visitor
from tests.tasks import record_scene


@pytest.fixture
def who(db: None, domain_time) -> dict[str, Any]:
    record_scene.OPEN.restore()
    return record_scene.people()


def report(code: str, no: int = 2) -> Report:
    return Report.objects.get(task__code=code, round__no=no)


def story(user: Any, of: Report, *, language: str = "en") -> Element:
    answer = visitor(user, language=language).get(f"/reports/{of.pk}/history/")
    assert answer.status_code == 200
    return page(answer).one("ol", class_="story")


def steps(found: Element) -> list[Element]:
    """Files are listed within a step, as items of their own."""
    return [row for row in found.all("li") if row["id"].startswith("step-")]


def heads(found: Element) -> list[str]:
    return [row.text for row in found.all("h2")]


def test_every_step_with_who_in_what_office_and_what_changed(who):
    found = story(who["coordinator"], report("ME-01"))
    assert heads(found) == [
        "Submitted", "Opened for review", "Returned", "Submitted", "Opened for review", "Accepted Review needed",
        "Request answered",
    ]  # fmt: skip
    first, _opened, returned, second, *_rest = steps(found)
    assert "Kim Haneul, Officer, Environment · Receipt 2-ME-0001" in first.text
    assert "compared with the last round" in first.text
    assert "근거를 보완 바람" in returned.text
    assert "Results, Next steps · due" in returned.text
    assert "Text 2 · compared with text 1" in second.text
    assert [row.text for row in second.all("b", class_="name")] == ["Results"]
    assert "근거를 덧붙임" in second.one("ins").text


def test_it_is_told_in_korean(who):
    found = story(who["coordinator"], report("ME-01"), language="ko")
    assert heads(found)[0] == "제출"


def test_each_event_leads_to_its_row_in_the_record(who):
    browser = visitor(who["coordinator"])
    links = [row for row in story(who["coordinator"], report("ME-01")).all("a") if "download" not in row]
    assert len(links) == 7
    for link in links:
        address, _hash, row = link["href"].partition("#")
        assert len(page(browser.get(address)).all("tr", id=row)) == 1


def test_what_was_taken_back_stays_in_the_ministry(who):
    of = report("ME-03")
    builders.submit(of, by=who["me_officer"], at=AT + timedelta(minutes=9))
    office, inside = story(who["coordinator"], of), story(who["me_officer"], of)
    assert "only the ministry sees it" in steps(office)[0].text
    assert not steps(office)[0].all("ins")
    assert steps(inside)[0].all("ins")
    assert heads(office) == heads(inside) == ["Submitted withdrawn later", "Withdrawn", "Submitted"]
    assert "compared with the last round" in steps(office)[2].text  # never with a text that is not the office's
    assert "compared with text 1" in steps(inside)[2].text


def test_what_went_on_inside_a_ministry_is_its_own(who):
    of = report("FSC-01")
    assert heads(story(who["coordinator"], of)) == ["Signed off and submitted"]
    inside = story(who["fsc_officer"], of)
    assert "Sent back by the approver" in heads(inside)
    assert "근거 보완" in inside.text


def test_people_are_called_as_they_were_then_and_in_the_readers_language(who):
    """The record keeps the Korean name of that day; who has the same one still has their English one in English."""
    assert "Kim Haneul, Officer" in story(who["coordinator"], report("ME-01")).text
    User.objects.filter(username="me_officer").update(name_ko="김하나", name_en="Kim Hana")
    found = story(who["coordinator"], report("ME-01")).text
    assert "김하늘, Officer" in found
    assert "Kim Hana," not in found


def test_outside_only_frozen_texts_without_comments_and_names(who):
    of = report("ME-01")
    for name in ("msit_officer", "motie_officer", "reader"):
        assert visitor(who[name]).get(f"/reports/{of.pk}/history/").status_code in (403, 404)
    record_scene.freeze()
    found = story(who["msit_officer"], of)
    assert heads(found) == ["Submitted", "Submitted", "Accepted Review needed"]
    assert not any(
        words in found.text for words in ("근거를 보완 바람", "일정 지연", "김하늘", "조아라", "Kim Haneul", "Cho Ara")
    )
    assert [row for row in found.all("a") if "download" not in row] == []
    assert "Kim Haneul" in story(who["reader"], of).text
    assert "근거를 보완 바람" not in story(who["reader"], of).text


def test_an_acceptance_that_was_taken_back_is_the_offices_affair(who):
    of = report("ME-02")
    assert heads(story(who["coordinator"], of)) == [
        "Submitted",
        "Opened for review",
        "Accepted On track",
        "Acceptance reopened",
    ]
    record_scene.freeze()
    assert heads(story(who["msit_officer"], of)) == ["Submitted"]


def test_older_events_do_not_tell_the_office(who):
    triggers.drop_all(connection)
    event = Event.objects.get(verb="reopen")
    event.data.pop("as")
    event.save()
    assert "Coordinator" not in steps(story(who["coordinator"], report("ME-02")))[-1].text


def test_the_queries_do_not_grow_with_the_steps(who):
    of = Report.objects.with_texts().get(pk=report("ME-01").pk)
    with CaptureQueriesContext(connection) as captured:
        assert len(histories.read(of, user=who["coordinator"]).steps) == 7
    assert len(captured) <= 10


def test_it_is_linked_from_the_review_the_report_and_back(who):
    of, browser = report("ME-01"), visitor(who["coordinator"])
    for address in (f"/review/{of.pk}/", f"/reports/{of.pk}/"):
        assert len(page(browser.get(address)).all("a", href=f"/reports/{of.pk}/history/")) == 1


# The last verification


def verify(*arguments: str) -> None:
    with suppress(SystemExit):
        call_command("verify_records", *arguments, stdout=StringIO(), stderr=StringIO())


def boxes(user: Any, address: str, *, language: str = "en") -> list[str]:
    found = page(visitor(user, language=language).get(address))
    return [row.text for row in found.walk() if "verified" in row["class"].split()]


def test_never_verified(who):
    assert boxes(who["coordinator"], "/rounds/") == [
        "Never verified yet. Ask whoever runs the portal to verify the record, as every night."
    ]
    assert boxes(who["coordinator"], "/rounds/2/record/") == [
        "Never verified yet. Ask whoever runs the portal to verify the record, as every night."
    ]
    assert boxes(who["reader"], "/rounds/1/record/") == ["Never verified yet."]
    assert boxes(who["reader"], "/rounds/") == []


def test_no_difference(who):
    verify()
    (text,) = boxes(who["coordinator"], "/rounds/")
    assert text.startswith("Verified ")
    assert text.endswith(f"{Event.objects.count()} events, no difference.")
    count = Event.objects.filter(stream__key="round/1").count()
    for name in ("coordinator", "reader", "msit_officer"):
        (text,) = boxes(who[name], "/rounds/1/record/")
        assert text.endswith(f"{count} events, no difference.")
    verify("--round", "2")
    assert len(boxes(who["coordinator"], "/rounds/")) == 2
    assert boxes(who["coordinator"], "/rounds/")[1].startswith("Reporting round 2 · Verified")


def test_which_rounds_were_compared_with_a_root(who):
    """The office reads which round only shows its own consistency; others, where theirs is proven."""
    record_scene.freeze()
    first, second = Seal.objects.order_by("pk").values_list("root", flat=True)
    verify("--root", second)
    compared = "Compared with the root kept outside: Reporting round 2."
    alone = "Not compared with a root kept outside, so only its own consistency is shown: Reporting round 1."
    for address, told in (
        ("/rounds/", f"{compared} {alone}"),
        ("/rounds/1/record/", alone),
        ("/rounds/2/record/", compared),
    ):
        (text,) = boxes(who["coordinator"], address)
        assert text.endswith(f"events, no difference. {told}")
    (text,) = boxes(who["reader"], "/rounds/1/record/")
    assert text.endswith("no difference.")
    (text,) = boxes(who["reader"], "/rounds/2/record/")
    assert text.endswith("no difference. The root kept outside was the stored one.")
    verify("--root", first[:8], "--root", second)
    (text,) = boxes(who["coordinator"], "/rounds/")
    beginning = "Compared with the beginning of the root kept outside, which proves less: Reporting round 1."
    assert text.endswith(f"{compared} {beginning}")


def test_a_round_that_was_rewritten_whole(who):
    """Compared with the roots of both rounds, it is named; without its own, the page says so and no more."""
    record_scene.freeze()
    connection.check_constraints()
    first, second = Seal.objects.order_by("pk").values_list("root", flat=True)
    triggers.drop_all(connection)
    record_scene.rewrite("round/1")
    triggers.install(connection)
    verify("--root", second)
    (text,) = boxes(who["coordinator"], "/rounds/1/record/")
    assert text.endswith("so only its own consistency is shown: Reporting round 1.")
    verify("--root", first, "--root", second)
    (text,) = boxes(who["coordinator"], "/rounds/1/record/")
    assert "the record differs." in text
    assert "the seal of round/1: The root that was kept outside is another one." in text
    (text,) = boxes(who["coordinator"], "/rounds/2/record/")
    assert text.endswith("no difference. Compared with the root kept outside: Reporting round 2.")


def test_a_difference_in_full_for_the_office_and_in_a_word_for_others(who):
    triggers.drop_all(connection)
    Report.objects.filter(round__no=1, task__code="ME-03").update(office_light="completed")
    triggers.install(connection)
    verify()
    finding = "round 1, ME-03: the office's light is not what was sealed. Expected attention Found completed"
    for address in ("/rounds/", "/rounds/1/record/"):
        (text,) = boxes(who["coordinator"], address)
        assert "the record differs." in text
        assert finding in text
    (text,) = boxes(who["msit_officer"], "/rounds/1/record/")
    assert text.startswith("Verified")
    assert text.endswith("the record differs.")
    (text,) = boxes(who["coordinator"], "/rounds/2/record/")
    assert text.endswith("no difference.")
