"""`kill -9` of a worker in the middle of its work (quality.md 4). Real gunicorn, real SIGKILL, real database."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.hashers import make_password

from ministries.models import User
from records.models import Event, Receipt
from tasks.models import Draft, Report, Revision, Submission
from tests import builders, record
from tests.builders import fresh
from tests.cast import AT, TaskForce
from tests.faults.serving import BROKEN, Browser, Portal
from tests.pages import Fields, filled, page

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "Nebel 2050!"
# After which row the worker dies, in the order in which a submission writes them. `answer`: after the commit.
PLACES = {"Event": "ME-01", "Submission": "ME-03", "Revision": "ME-04", "Report": "ME-05", "Receipt": "ME-06"}


@pytest.fixture
def portal(task_force: TaskForce) -> Iterator[Portal]:
    """Two workers, so that another one can trip over what the dead one left."""
    User.objects.filter(username="me_officer").update(password=make_password(PASSWORD))
    with Portal(AT, workers=2) as running:
        yield running


@pytest.fixture
def officer(portal: Portal) -> Browser:
    return Browser(portal).sign_in("me_officer", PASSWORD)


def rows() -> list[int]:
    return [model.objects.count() for model in (Event, Receipt, Submission, Revision)]


def typed(browser: Browser, report: Report) -> Fields:
    """The page's whole form, with a text for this one report."""
    form = filled(page(browser.get("/my-tasks/")), "/my-tasks/")
    texts = {"results": "ㅇ 지침서 마련", "plans": "ㅇ 확정", "light": "on_track"}
    return form | {f"r{report.pk}-{name}": [text] for name, text in texts.items()}


def die(browser: Browser, path: str, form: Fields, place: str) -> None:
    with pytest.raises(BROKEN):
        browser.post(path, form, X_Die=place)


def test_a_worker_dies_before_it_has_committed(portal, officer, reports):
    """Wherever it dies, nothing of the submission is there, the draft that was saved before it is; whoever comes next
    does not wait, and the same form sent again is one submission with its one receipt."""
    for number, (place, code) in enumerate(PLACES.items(), 1):
        report, before = reports[code], rows()
        builders.write(
            report, by=User.objects.get(username="me_officer_2"), at=AT, results="ㅇ 지침서 마련", plans="ㅇ 확정"
        )
        form, send = typed(officer, report), f"/reports/{report.pk}/submit/"
        die(officer, send, form, place)
        assert rows() == before, f"{place}: the dead worker left something behind"
        assert (fresh(report).state, record.damage()) == ("draft", [])
        again = officer.post(send, form)
        assert (again.status, again.location) == (302, f"/submissions/2-ME-{number:04d}/"), place
        assert again.seconds < 3, f"{place}: the dead worker's locks were in the way"
        assert officer.post(send, form).location == again.location
        assert rows() == [count + 1 for count in before]
        assert (fresh(report).state, record.damage()) == ("submitted", [])


def test_a_worker_dies_between_commit_and_answer(portal, officer, reports):
    """The officer sees a broken connection, and the submission stands. The same form once more leads to its receipt."""
    report, before = reports["ME-05"], rows()
    form, send = typed(officer, report), f"/reports/{report.pk}/submit/"
    die(officer, send, form, "answer")
    assert rows() == [count + 1 for count in before]
    assert (fresh(report).state, record.damage()) == ("submitted", [])
    again = officer.post(send, form)
    assert (again.status, again.location) == (302, "/submissions/2-ME-0001/")
    assert again.seconds < 3
    assert rows() == [count + 1 for count in before]
    assert officer.get(again.location).status == 200


def test_a_worker_dies_while_a_draft_is_saved(portal, officer, reports):
    """The version stays that of the page, so that the retry is no conflict with oneself."""
    report = reports["ME-05"]
    form, save = typed(officer, report), f"/reports/{report.pk}/draft/"
    die(officer, save, form, "Draft")
    assert not Draft.objects.exists()
    assert fresh(report).version == report.version
    die(officer, save, form, "answer")
    assert fresh(report).version == report.version + 1
    assert officer.post(save, form, HX_Request="true").status == 200
    assert (fresh(report).version, Draft.objects.get().content["results"]) == (report.version + 1, "ㅇ 지침서 마련")
