"""Who did something, wherever a page or a mail names them: "A", or "A for B" where A was B's deputy."""

import re

from django.conf import settings

from tasks.models import CorrectionDecision, Draft
from tests import builders
from tests.cast import AT
from tests.pages import filled, page, visitor
from tests.tasks.test_extensions import in_the_office_of


def test_every_template_names_actors_in_the_one_wording():
    """Nobody who did something stands on a page, or in a mail, but through {% person %}, which knows of deputies."""
    # An entry's number, a span, stakeholders, a group's head, and whoever names deputies: nobody does that as somebody's deputy.
    actor = r"(?:\w+\.)*(?!replaced_by|late_by|named_by|mend_by|said_by|led_by)(?:\w+_)?by"
    alone = re.compile(rf"\{{\{{\s*{actor}\s*(?:\||\}}\}})|=\s*(?!figures\.){actor}\b(?!_)")
    files = sorted((settings.BASE_DIR / "templates").rglob("*.*"))
    assert len(files) > 100
    assert [path.name for path in files if alone.search(path.read_text())] == []
    without = re.compile(r"\{% person [\w.]*by %\}")  # nobody names a deputy as somebody's deputy
    assert [path.name for path in files if without.search(path.read_text())] == ["deputy_named.txt"]


def test_a_draft_names_the_deputy_with_the_officer(domain_time, reports, me_officer, me_officer_2, motie_officer):
    """On the row, over another text, and where it awaits or was taken back: whoever wrote it for whom."""
    report, reader = reports["ME-01"], visitor(me_officer)
    both = f"{motie_officer.name_en} for {me_officer_2.name_en}"
    deputy = in_the_office_of(me_officer_2, motie_officer)
    form = filled(page(reader.get("/my-tasks/?open=ME-01")), "/my-tasks/")
    builders.write(report, by=deputy, at=AT)
    assert f"Draft saved 16 Mar 14:00 by {both}" in page(reader.get("/my-tasks/?open=ME-01")).text
    answer = reader.post("/my-tasks/", form | {f"r{report.pk}-results": ["ㅇ 다른 글"]})
    assert answer.status_code == 409
    assert f"{both} saved another text meanwhile" in page(answer).text
    builders.submit(report, by=deputy, at=AT)
    builders.withdraw(report, by=deputy, at=AT)
    assert Draft.objects.get(report=report).edited_for == me_officer_2


def test_the_offices_deputy_stands_with_the_holder(
    domain_time, round_2, reports, me_officer, motie_officer, coordinator, coordinator_2
):
    """Who opened a report, who froze the round, who decided on a correction; and who wrote for a supporting ministry."""
    deputy, both = in_the_office_of(coordinator, coordinator_2), "Yoon Seul for Cho Ara"
    ministry = motie_officer.postings.get().ministry
    writer = in_the_office_of(motie_officer, builders.person("motie_approver", "approver", ministry))
    builders.contribute(reports["ME-06"], by=writer, at=AT)
    for path, reader in (("/my-tasks/?open=ME-06", me_officer), ("/my-tasks/", motie_officer)):
        assert f"motie_approver for {motie_officer.name_en}" in page(visitor(reader).get(path)).text, path
    builders.write(reports["ME-01"], by=me_officer, at=AT)
    builders.submit(reports["ME-01"], by=me_officer, at=AT)
    builders.open_for_review(reports["ME-01"], by=deputy, at=AT)
    office = visitor(coordinator)
    assert both in page(office.get("/review/")).one("table").text
    builders.freeze(round_2, by=deputy, at=AT)
    assert both in page(office.get("/rounds/2/record/")).one("section", class_="receipt seal").text
    asked = builders.ask_correction(reports["ME-01"], by=me_officer, at=AT)
    builders.decide_correction(asked, by=deputy, at=AT)
    assert CorrectionDecision.objects.get(correction=asked).acting_for == coordinator
    for path in ("/rounds/2/corrections/", f"/reports/{reports['ME-01'].pk}/"):
        assert both in page(office.get(path)).text, path
