"""Who may sign off, who is told, and who is named to the officer who waits (product.md "The cycle")."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from ministries.models import Ministry, Posting, User
from outbox.models import Notice
from records.errors import Forbidden
from tasks import signers, workflow
from tasks.models import Report
from tests import builders
from tests.builders import fresh, key
from tests.pages import Element, page, visitor

DAY = date(2021, 3, 16)

pytestmark = pytest.mark.usefixtures("domain_time")


def again(user: User) -> User:
    """The person as the next request knows them."""
    return User.objects.get(pk=user.pk)


@pytest.fixture
def cast(fsc: Ministry, fsc_officer: User, fsc_approver: User) -> dict[str, User]:
    """O writes, P as well, A signs off; B is both; D has no office of their own, and N none at all."""
    both = builders.person("both", "officer", fsc)
    builders.posting(both, "approver", fsc)
    people = {"O": fsc_officer, "P": builders.person("P", "officer", fsc), "A": fsc_approver, "B": both}
    return people | {"D": builders.person("D"), "N": builders.person("N")}


# Who deputises for whom, in which office · who wrote last, who asked · who signs off, who sends back.
# `yes`, `asked` (theirs to ask was it), `edited` (they wrote last), `no` (it is not their office).
TABLE = """
deputies        wrote asked   by   signs   sends_back
-               O     O       A    yes     yes
-               O     O       B    yes     yes
-               O     B       B    asked   asked
-               O     B       A    yes     yes
-               B     O       B    edited  yes
-               B     O       A    yes     yes
-               B     B       B    asked   asked
D:A:approver    O     O       D    yes     yes
D:B:approver    O     B       D    asked   asked
D:B:approver    B     O       D    yes     yes
A:O:officer     O     A       A    asked   asked
A:O:officer     A     O       A    edited  yes
A:O:officer     P     A       B    yes     yes
A:B:officer     O     A       B    asked   asked
D:O:officer,D:A:approver  O  D  D  asked   asked
D:O:officer,D:A:approver  D  O  D  edited  yes
D:O:officer,D:A:approver  D  O  A  yes     yes
-               O     O       O    no      no
-               O     O       N    no      no
"""
CASES = [line.split() for line in TABLE.strip().splitlines()[1:]]


@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_nobody_signs_off_what_is_their_own(cast, reports, fsc_officer, at, case):
    """Neither in person nor through a deputy, whoever holds which posting. The pages name just those who may."""
    deputies, wrote, asked, by, *wanted = case
    for text in deputies.split(",") if deputies != "-" else ():
        deputy, of, role = text.split(":")
        builders.deputy(cast[of], cast[deputy], role)
    report = reports["FSC-01"]
    builders.write(report, by=again(cast[wrote]), at=at)
    builders.ask_sign_off(report, by=again(cast[asked]), at=at)
    assert [_outcome(verb, report, again(cast[by]), at) for verb in ("sign_off", "send_back")] == wanted
    draft, present = fresh(report).draft, signers.of_ministry(report.lead_id, DAY)
    named = {signer.person.pk for signer in signers.able(present, draft)}
    assert (cast[by].pk in named) is (wanted[0] == "yes")
    assert signers.number_waiting(again(cast[by])) == (wanted[0] == "yes"), "what the menu says"


def _outcome(verb: str, report: Report, by: User, at: Any) -> str:
    seen = builders.item(report)
    with transaction.atomic():
        try:
            if verb == "sign_off":
                workflow.sign_off([seen], by=by, at=at, key=key())
            else:
                workflow.send_back(report.pk, by=by, at=at, key=key(), version=seen.version, comment="다시")
            came = "yes"
        except Forbidden as refusal:
            why = {str(bar.label): bar.value for bar in signers.Bar}
            came = why.get(str(refusal), "no")
        transaction.set_rollback(True)
    return came


def test_who_wrote_last_locks_nobody_out(cast, reports, fsc_officer, fsc_approver, at):
    """The only approver wrote it: an officer's own save, or a deputy for a day, lets it go."""
    fsc_approver.postings.update(ends_on=date(2021, 3, 15))
    report, both = reports["FSC-01"], again(cast["B"])
    builders.write(report, by=both, at=at)
    builders.ask_sign_off(report, by=fsc_officer, at=at)
    assert signers.able(signers.of_ministry(report.lead_id, DAY), fresh(report).draft) == []
    builders.deputy(both, cast["D"], "approver")
    assert _outcome("sign_off", report, again(cast["D"]), at) == "yes"
    builders.recall(report, by=fsc_officer, at=at)
    builders.write(report, by=fsc_officer, at=at, results="ㅇ 담당자가 다시 봄")
    builders.ask_sign_off(report, by=fsc_officer, at=at)
    assert _outcome("sign_off", report, again(cast["B"]), at) == "yes"


# Who is told


def told(purpose: str = "sign_off_asked") -> list[str]:
    """Who is written to in round 2."""
    rows = Notice.objects.filter(purpose=purpose, about__startswith="round/2/").order_by("pk")
    return sorted(row.to.username if row.to else f"contact of {row.ministry}" for row in rows)


def _no_approver(fsc_approver: User) -> None:
    Posting.objects.filter(user=fsc_approver).update(ends_on=date(2021, 3, 15))


def _closed_account(fsc_approver: User) -> None:
    User.objects.filter(pk=fsc_approver.pk).update(is_active=False)


@pytest.mark.parametrize("gone", [_no_approver, _closed_account], ids=["none posted", "account closed"])
def test_nobody_can_sign_off(reports, fsc, fsc_officer, fsc_approver, at, gone):
    """The fall-back contact is written to; My tasks and the check page say so, with what helps. A closed account's
    deputy is none either."""
    Ministry.objects.filter(pk=fsc.pk).update(fallback_email="fsc@example.org")
    builders.deputy(fsc_approver, builders.person("vice"), "approver")
    gone(fsc_approver)
    for code in ("FSC-01", "FSC-02"):
        builders.ask_sign_off(reports[code], by=fsc_officer, at=at, unchanged=True)
    assert told() == ["contact of FSC", "contact of FSC"]
    officer = visitor(fsc_officer)
    for path in ("/my-tasks/", "/my-tasks/check/"):
        text = page(officer.get(path)).text
        assert "Nobody can sign it off now." in text, path
        assert "The fall-back contact was written to: fsc@example.org" in text, path


def test_deputies_in_force_are_told_and_named(reports, fsc_officer, fsc_approver, coordinator, at):
    """ "B for A"; who is away tomorrow only, or was taken back, is not. The office learns the state alone."""
    vice, later, ended = (builders.person(name, name_en=f"Deputy {name}") for name in ("vice", "later", "ended"))
    builders.deputy(fsc_approver, vice, "approver")
    builders.deputy(fsc_approver, later, "approver", on=date(2021, 3, 17))
    builders.deputy(fsc_approver, ended, "approver", cancelled_at=at)
    builders.ask_sign_off(reports["FSC-01"], by=fsc_officer, at=at, unchanged=True)
    assert told() == ["fsc_approver", "vice"]
    officer, office = visitor(fsc_officer), visitor(coordinator)
    found = page(officer.get("/my-tasks/?open=FSC-01"))
    assert "Jung Maru, Deputy vice for Jung Maru" in found.one("section", class_="note-box awaiting").text
    assert row_of(found, "FSC-01").one("span", class_="todo").text == "with Jung Maru, Deputy vice for Jung Maru"
    assert "Jung Maru, Deputy vice for Jung Maru" in page(officer.get("/my-tasks/check/?leave=FSC-02")).text
    for path in (f"/reports/{reports['FSC-01'].pk}/", "/board/", "/rounds/2/record/"):
        assert "Deputy vice" not in office.get(path).content.decode(), path


def row_of(found: Element, code: str) -> Element:
    summary = found.one("summary", id=code)
    assert summary.parent is not None
    return summary.parent


def test_who_asked_is_not_written_to(cast, reports, at):
    """Nor the deputy who would sign off in their name; where nobody else is left, the ministry is."""
    builders.deputy(cast["B"], cast["D"], "approver")
    Posting.objects.filter(user=cast["A"]).update(ends_on=date(2021, 3, 15))
    builders.ask_sign_off(reports["FSC-01"], by=again(cast["B"]), at=at, unchanged=True)
    assert told() == ["contact of FSC"]
    for path in ("/sign-off/", "/submissions/"):
        items = {item.url: item.number for item in visitor(again(cast["B"])).get(path).context["navigation"]}
        assert items["/sign-off/"] == 0, "nothing that they could sign off"


# Asked in time


def test_the_page_says_what_was_asked_in_time(reports, round_2, fsc_officer, fsc_approver, at, monkeypatch):
    """Past due: each report says when it was due and when it was asked; a return's own due time counts."""
    due = round_2.due_at
    for code, asked in (("FSC-01", due), ("FSC-02", due + timedelta(minutes=5))):
        builders.write(reports[code], by=fsc_officer, at=asked)
        builders.ask_sign_off(reports[code], by=fsc_officer, at=asked)
    monkeypatch.setattr("records.clock.now", lambda: due + timedelta(hours=1))
    found = page(visitor(fsc_approver).get("/sign-off/"))
    bodies = {
        row.one("span", class_="code").text: row.text
        for row in found.one("table", class_="tb stack signing").all("tbody")
    }
    assert "Due passed Fri 19 Mar, 18:00; asked in time Fri 19 Mar, 18:00" in bodies["FSC-01"]
    assert "Due passed Fri 19 Mar, 18:00; asked late Fri 19 Mar, 18:05" in bodies["FSC-02"]


def test_each_report_of_an_answer_has_its_own_asking(
    reports, round_2, fsc_officer, fsc_approver, coordinator, monkeypatch
):
    """One asked in time, one late, both signed off at once: receipt, board and mail tell the two apart."""
    due, one, other = round_2.due_at, reports["FSC-01"], reports["FSC-02"]
    for report, asked in ((one, due), (other, due + timedelta(minutes=5))):
        builders.write(report, by=fsc_officer, at=asked)
        builders.ask_sign_off(report, by=fsc_officer, at=asked)
    later = due + timedelta(hours=1)
    receipt = builders.sign_off(one, other, by=fsc_approver, at=later)
    monkeypatch.setattr("records.clock.now", lambda: later)
    office = visitor(coordinator)
    rows = page(office.get(f"/submissions/{receipt.number}/")).one("section", aria_labelledby="what").all("tr")[1:]
    assert ["asked in time" in row.text for row in rows] == [True, False]
    assert [page(office.get(f"/reports/{row.pk}/")).text.count("asked in time") for row in (one, other)] == [1, 0]
    assert "Late, sign-off asked in time1" in page(office.get("/board/")).one("main").text
    listed = page(office.get("/board/?also=asked_in_time")).one("div", id="board-table")
    addresses = {row["href"] for row in listed.all("a")}
    assert [f"/review/{row.pk}/" in addresses for row in (one, other)] == [True, False]
    facts = Notice.objects.filter(purpose="receipt").latest("pk").facts
    assert (facts["late"], facts["asked_in_time"], facts["asked_at"]) == (2, 1, due.isoformat())
