"""What administrators may do in the admin, what it refuses and with which words, and what it leaves in the record."""

from datetime import date, datetime
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any
from unicodedata import normalize

import polib
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.db.models import CharField
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags

from meetings.models import Meeting
from ministries import working_days
from ministries.models import Ministry, MinistryName, Posting, Sourced, SpecialDay, User
from records.chain import event_hash
from records.models import Event, Stream
from tasks.models import Indicator, Lead, Milestone, Report, Round, Support, Task
from tests import builders
from tests.builders import kst
from tests.cast import TaskForce
from tfportal.admin import OUR_WORDS
from tfportal.fields import NameField

TODAY = date(2021, 3, 16)
NOT_OPEN_TO_ADMINISTRATORS = ("coordinator", "me_officer", "fsc_approver", "reader", "stranger")
READ_ONLY = (
    "records_stream",
    "records_event",
    "records_receipt",
    "records_seal",
    "tasks_report",
    "tasks_submission",
    "tasks_assignment",
    "ministries_delegation",
    "outbox_notice",
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("task_force", "domain_time")]


@pytest.fixture
def admin_client(administrator: User) -> Client:
    """An administrator's browser, in English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(administrator)
    return client


def address(name: str, *args: Any) -> str:
    return reverse(f"admin:{name}", args=args)


def words(response: Any) -> str:
    """The page as a person reads it."""
    return " ".join(unescape(strip_tags(response.content.decode())).split())


def rows(response: Any) -> list[str]:
    """What a list shows, by the objects' names."""
    with translation.override("en"):
        return [str(row) for row in response.context["cl"].result_list]


def fields_of(response: Any) -> dict[str, Any]:
    """What a browser would send back from a change page on which nobody typed."""
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    sent: dict[str, Any] = {}
    for form in forms:
        for bound in form:
            value = bound.value()
            if not bound.field.disabled and value is not None and value is not False:
                sent[bound.html_name] = value.isoformat() if isinstance(value, date) else value
    return sent


def events(verb: str = "") -> list[Event]:
    found = Event.objects.filter(stream__key="reference").order_by("seq")
    return list(found.filter(verb=verb) if verb else found)


def said(event: Event) -> dict[str, Any]:
    """What an event says beside the office that its actor held."""
    assert event.data["as"] == [{"role": "administrator"}]
    return {name: value for name, value in event.data.items() if name != "as"}


# Who gets in


def test_only_chosen_models_are_registered() -> None:
    """Drafts, revisions and returns are never shown here, nor are groups, permissions and confirmed addresses."""
    shown = {model._meta.label for model in admin.site._registry}
    assert shown == {
        *("records.Stream", "records.Event", "records.Receipt", "records.Seal", "records.Verification"),
        *("ministries.Ministry", "ministries.User", "ministries.Posting", "ministries.Delegation"),
        *("ministries.SpecialDay", "outbox.Notice", "tasks.Assignment"),
        *("tasks.Sector", "tasks.Strategy", "tasks.Direction", "tasks.StrategyItem", "tasks.Task"),
        *("tasks.Indicator", "tasks.Round", "tasks.Report", "tasks.Submission", "meetings.Meeting"),
    }


@pytest.mark.parametrize("name", NOT_OPEN_TO_ADMINISTRATORS)
def test_others_are_refused(client: Client, task_force: TaskForce, name: str) -> None:
    client.force_login(task_force.people[name])
    for page in ("index", "ministries_ministry_changelist", "ministries_user_add", "login", "jsi18n"):
        assert client.get(address(page)).status_code == 403, page
    posted = client.post(address("ministries_ministry_rename", task_force.ministries["ME"].pk), {})
    assert posted.status_code == 403


def test_nobody_signed_in_is_sent_to_the_portals_sign_in(client: Client) -> None:
    page = address("ministries_ministry_changelist")
    for _ in range(3):
        response = client.get(page)
        assert response.status_code == 302
        page = response["Location"]
        if page.startswith(reverse("account_login")):
            return
    pytest.fail(f"Never reached the sign-in page: {page}")


def test_signing_in_leads_back_into_the_admin_and_nowhere_else(admin_client: Client) -> None:
    inside = address("tasks_task_changelist")
    assert admin_client.get(address("login"), {"next": inside})["Location"] == inside
    assert admin_client.get(address("login"), {"next": "https://example.com/"})["Location"] == address("index")


def test_administrator_whose_posting_ended_is_out(admin_client: Client, administrator: User) -> None:
    Posting.objects.filter(user=administrator).update(ends_on=date(2021, 3, 15))
    assert admin_client.get(address("index")).status_code == 403


def test_start_page_says_what_is_missing(admin_client: Client, msit: Ministry) -> None:
    assert "no officer today" not in words(admin_client.get(address("index")))
    Posting.objects.filter(ministry=msit).update(ends_on=date(2021, 3, 15))
    assert "1 ministry has no officer today" in words(admin_client.get(address("index")))


# Every page answers, in both languages, with a constant number of queries


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_list_and_form_opens(admin_client: Client, language: str) -> None:
    admin_client.cookies["django_language"] = language
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        assert admin_client.get(address(f"{name}_changelist")).status_code == 200, name
        assert admin_client.get(address(f"{name}_add")).status_code in (200, 403), name
        if row := model._default_manager.first():
            page = admin_client.get(address(f"{name}_change", row.pk))
            assert page.status_code == 200, name
            assert " style=" not in page.content.decode(), name
            assert admin_client.get(address(f"{name}_history", row.pk)).status_code == 200, name


@pytest.mark.parametrize("name", ["ministries_ministry", "ministries_user", "ministries_posting", "tasks_task"])
def test_lists_take_no_more_queries_for_more_rows(
    admin_client: Client, django_assert_num_queries: Any, task_force: TaskForce, name: str
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    page = address(f"{name}_changelist")
    admin_client.get(page)
    with CaptureQueriesContext(
        connection,
    ) as few:
        admin_client.get(page)
    for number in range(5):
        made = builders.ministry(f"X{number}")
        builders.posting(User.objects.create(username=f"x{number}"), "officer", made)
        builders.task(f"X{number}-01", made, ko="과제", en="Task")
    with django_assert_num_queries(len(few)):
        admin_client.get(page)


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=%ED%99%98%00", "ministry=%00", "officer=%00", "o=%00", "p=%00", "role__exact=%00", "e%00=1", "id=%00"],
)
def test_nul_in_an_address_is_no_error(admin_client: Client, query: str) -> None:
    for name in ("ministries_ministry", "ministries_posting", "tasks_task", "records_event"):
        response = admin_client.get(f"{address(name + '_changelist')}?{query}", follow=True)
        assert response.status_code in (200, 400), name
    terms = {"app_label": "ministries", "model_name": "posting", "field_name": "user", "term": "\0"}
    assert admin_client.get(address("autocomplete"), terms).status_code == 200


@pytest.mark.parametrize("ticked", ["\0", "abc", "9" * 40, "-1"])
def test_odd_ticks_are_a_bad_request(admin_client: Client, ticked: str) -> None:
    for action in ("delete_selected", "end_on"):
        sent = {"action": action, "_selected_action": [ticked], "index": "0"}
        assert admin_client.post(address("ministries_posting_changelist"), sent).status_code == 400


def test_huge_and_odd_keys_are_not_found(admin_client: Client) -> None:
    for key in ("9" * 40, "abc", "%00"):
        response = admin_client.get(f"/admin/tasks/task/{key}/change/", follow=True)
        assert response.status_code in (200, 404)


def test_our_words_are_djangos() -> None:
    """A sentence that Django words anew would silently fall back to Django's Korean."""
    folder = Path(admin.__file__).parent / "locale" / "ko" / "LC_MESSAGES"
    known = {entry.msgid for entry in polib.pofile(str(folder / "django.po"))}
    assert [sentence for sentence in OUR_WORDS if sentence not in known] == []


# Searching and filtering


@pytest.mark.parametrize(
    ("name", "wanted", "found"),
    [
        ("ministries_ministry", "환경", ["ME"]),
        ("ministries_ministry", "environment", ["ME"]),
        ("ministries_ministry", "과기정통부", ["MSIT"]),
        ("ministries_ministry", normalize("NFD", "환경"), ["ME"]),  # as macOS sends it
        ("ministries_user", "김하늘", ["Kim Haneul"]),
        ("ministries_user", "haneul", ["Kim Haneul"]),
        ("ministries_posting", "강나래", ["Kang Narae · Officer · MOTIE"]),
        ("ministries_posting", "Financial", ["Jung Maru · Approver · FSC", "Choi Sol · Officer · FSC"]),
        ("tasks_task", "미래차", ["ME-03 Strategy for future vehicles"]),
        ("tasks_task", "vehicles", ["ME-03 Strategy for future vehicles"]),
        ("tasks_task", "fsc-0", ["FSC-01 Climate risk supervision plan", "FSC-02 2021 green finance plan"]),
    ],
)
def test_search_reads_both_languages(admin_client: Client, name: str, wanted: str, found: list[str]) -> None:
    assert rows(admin_client.get(address(f"{name}_changelist"), {"q": wanted})) == found


def test_old_names_are_found_too(admin_client: Client, me: Ministry) -> None:
    _add_name(me, date(2021, 3, 1))
    page = address("ministries_ministry_changelist")
    assert rows(admin_client.get(page, {"q": "환경부"})) == ["ME"]
    assert rows(admin_client.get(page, {"q": "기후환경부"})) == ["ME"]
    assert "Ministry of Climate" in words(admin_client.get(page))


def test_no_officer_filter(admin_client: Client, me: Ministry, motie: Ministry, msit: Ministry) -> None:
    """No officer is: one whose posting ended, one who cannot sign in, an approver. Abolished ministries need none."""
    Posting.objects.filter(ministry=me).update(ends_on=date(2021, 3, 15))
    User.objects.filter(username="motie_officer").update(is_active=False)
    Posting.objects.filter(ministry=msit).update(ends_on=TODAY)  # the last day is included
    builders.ministry("GONE", abolished_on=date(2021, 1, 1))
    page = address("ministries_ministry_changelist")
    assert rows(admin_client.get(page, {"officer": "none"})) == ["ME", "MOTIE"]
    assert rows(admin_client.get(page, {"officer": "some"})) == ["MSIT", "FSC"]
    assert rows(admin_client.get(page, {"existing": "no"})) == ["GONE"]
    assert "GONE" not in rows(admin_client.get(page, {"existing": "yes"}))


def test_people_and_postings_by_what_is_in_force(admin_client: Client, me_officer: User) -> None:
    Posting.objects.filter(user=me_officer).update(ends_on=date(2021, 3, 15))
    people, postings = address("ministries_user_changelist"), address("ministries_posting_changelist")
    assert rows(admin_client.get(people, {"posted": "none"})) == ["Kim Haneul", "Han Nuri"]
    assert rows(admin_client.get(people, {"posted": "reader"})) == ["Jang Hanbyeol"]
    me = str(me_officer.postings.get().ministry_id)
    assert rows(admin_client.get(people, {"ministry": me})) == ["Lee Bada"]
    assert rows(admin_client.get(postings, {"in_force": "ended"})) == ["Kim Haneul · Officer · ME"]
    assert rows(admin_client.get(postings, {"in_force": "yes", "ministry": me})) == ["Lee Bada · Officer · ME"]


def test_tasks_by_the_ministry_that_leads_today(admin_client: Client, me: Ministry, motie: Ministry) -> None:
    Lead.objects.create(task=Task.objects.get(code="ME-01"), ministry=motie, valid_from=date(2021, 3, 1))
    Lead.objects.create(task=Task.objects.get(code="ME-02"), ministry=motie, valid_from=date(2021, 4, 1))
    found = rows(admin_client.get(address("tasks_task_changelist"), {"lead": motie.pk}))
    assert found == ["ME-01 2021 plan"]
    assert len(rows(admin_client.get(address("tasks_task_changelist"), {"lead": me.pk}))) == 5


# The record is to be looked at


@pytest.mark.parametrize("name", READ_ONLY)
def test_records_are_read_only(admin_client: Client, task_force: TaskForce, at: datetime, name: str) -> None:
    officer = task_force.people["me_officer"]
    builders.assign({"ME-01": officer.postings.get()}, task_force.ministries["ME"], by=officer, at=at)
    builders.deputise(officer, task_force.people["me_officer_2"], at=at)
    model = next(m for m in admin.site._registry if f"{m._meta.app_label}_{m._meta.model_name}" == name)
    row, before = model._default_manager.first(), model._default_manager.count()
    assert row is not None
    assert admin_client.get(address(f"{name}_change", row.pk)).status_code == 200
    for page in (address(f"{name}_add"), address(f"{name}_change", row.pk), address(f"{name}_delete", row.pk)):
        assert admin_client.post(page, {"post": "yes", "key": "changed"}).status_code == 403
    listed = admin_client.post(
        address(f"{name}_changelist"), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    )
    assert listed.status_code == 200  # the list, unmoved: it has no actions
    assert model._default_manager.count() == before


def test_no_word_of_a_report_is_shown(admin_client: Client, reports: dict[str, Report]) -> None:
    """Not its texts, its lights, its drafts; not the manifest of a seal, nor what events of a round say."""
    Report.objects.filter(pk=reports["ME-01"].pk).update(book_text_ko="비밀 문구", office_reason="비밀 사유")
    builders.write(reports["ME-01"], by=User.objects.get(username="me_officer"), at=builders.kst(2021, 3, 16, 13))
    shown = ""
    for name in (*READ_ONLY, "tasks_round"):
        model = next(m for m in admin.site._registry if f"{m._meta.app_label}_{m._meta.model_name}" == name)
        shown += admin_client.get(address(f"{name}_changelist")).content.decode()
        for row in model._default_manager.all():
            shown += admin_client.get(address(f"{name}_change", row.pk)).content.decode()
    assert "ME-01" in shown
    for secret in ("비밀", "추진계획을 세우고", "ㅇ ", "attention", "on_track", "Attention", "manifest"):
        assert secret not in shown, secret


# Ministries and their names


def _rename(client: Client, ministry: Ministry, day: str = "2021-03-01", **more: str) -> Any:
    sent = {
        "valid_from": day,
        "name_ko": "기후환경부",
        "name_en": "Ministry of Climate",
        "abbr_ko": "기후부",
        "abbr_en": "Climate",
    }
    return client.post(address("ministries_ministry_rename", ministry.pk), sent | more)


def _add_name(ministry: Ministry, day: date) -> MinistryName:
    return MinistryName.objects.create(
        ministry=ministry,
        valid_from=day,
        name_ko="기후환경부",
        name_en="Ministry of Climate",
        abbr_ko="기후부",
        abbr_en="Climate",
    )


def test_rename_shows_first_what_it_touches(admin_client: Client, me: Ministry) -> None:
    """From 1 March on: six tasks led, none supported, six reports of round 2 (as of 12 March), two officers."""
    response = _rename(admin_client, me)
    assert response.status_code == 200
    for line in ("Tasks led6", "Tasks supported0", "Reports of the open round6", "People posted there2"):
        assert line in words(response)
    assert "Frozen rounds, the last as of Fri 29 Jan 2021, keep the name of then." in words(response)
    assert me.names.count() == 1
    assert events() == []


def test_preview_counts_by_the_day(admin_client: Client, motie: Ministry, me: Ministry, me_officer: User) -> None:
    """Not counted: a lead that begins later, a support or posting that ended, a round as of an earlier day."""
    Lead.objects.create(task=Task.objects.get(code="ME-01"), ministry=motie, valid_from=date(2021, 5, 1))
    Support.objects.filter(ministry=motie, task__code="ME-06").update(valid_until=date(2021, 4, 30))
    Posting.objects.filter(ministry=motie).update(ends_on=date(2021, 4, 30))

    def counts(ministry: Ministry, day: str) -> list[int]:
        return [line.count for line in _rename(admin_client, ministry, day).context["touched"]]

    assert counts(motie, "2021-04-30") == [0, 2, 0, 1]
    assert counts(motie, "2021-05-01") == [1, 1, 0, 0]
    assert counts(me, "2021-03-12") == [6, 0, 6, 2]
    assert counts(me, "2021-03-13") == [6, 0, 0, 2]


def test_confirmed_rename_adds_a_dated_name(admin_client: Client, me: Ministry) -> None:
    response = _rename(admin_client, me, confirmed="1")
    assert response.status_code == 302
    assert [(name.valid_from, name.name_ko) for name in me.names.order_by("valid_from")] == [
        (builders.SINCE, "환경부"),
        (date(2021, 3, 1), "기후환경부"),
    ]
    page = words(admin_client.get(response["Location"]))
    assert "From Mon 1 Mar 2021 on it is called Ministry of Climate. Tasks led 6," in page
    [event] = events()
    assert (event.verb, event.object_type, event.object_id) == ("reference_changed", "ministries.ministry", str(me.pk))
    assert event.data["rows"][0]["verb"] == "added"
    assert LogEntry.objects.filter(object_id=me.pk).count() == 1


def test_entries_can_be_changed_after_the_preview(admin_client: Client, me: Ministry) -> None:
    response = _rename(admin_client, me, again="1")
    assert response.context["touched"] is None
    assert 'value="기후환경부"' in response.content.decode()


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("2019-12-31", "The present name is valid from Wed 1 Jan 2020"),
        ("2020-01-01", "The present name is valid from Wed 1 Jan 2020"),
        ("2021-01-29", "A round is frozen as of Fri 29 Jan 2021"),
        ("", "This field is required."),
        ("soon", "Enter a valid date."),
    ],
)
def test_names_are_not_put_into_the_past(admin_client: Client, me: Ministry, day: str, reason: str) -> None:
    response = _rename(admin_client, me, day, confirmed="1")
    assert response.status_code == 422
    assert reason in words(response)
    assert me.names.count() == 1


def test_names_that_a_frozen_round_shows_stay(admin_client: Client, me: Ministry) -> None:
    """The name of then is neither changed nor deleted by a forged form; a later one is."""
    later = _add_name(me, date(2021, 3, 1))
    page = address("ministries_ministry_change", me.pk)
    sent = fields_of(admin_client.get(page))
    assert "names-0-name_ko" not in sent
    forged = sent | {
        "names-0-name_ko": "다른 이름",
        "names-0-valid_from": "2021-02-01",
        "names-0-DELETE": "on",
        "names-1-name_ko": "기후에너지환경부",
    }
    assert admin_client.post(page, forged).status_code == 302
    assert [name.name_ko for name in me.names.order_by("valid_from")] == ["환경부", "기후에너지환경부"]
    moved = admin_client.post(page, sent | {"names-1-valid_from": "2021-01-20"})
    assert "A round is frozen as of Fri 29 Jan 2021" in words(moved)
    assert admin_client.post(page, sent | {"names-1-DELETE": "on"}).status_code == 302
    assert not MinistryName.objects.filter(pk=later.pk).exists()


def test_ministry_begins_and_stays_with_a_name(admin_client: Client) -> None:
    page = address("ministries_ministry_add")
    sent = fields_of(admin_client.get(page)) | {"code": "NEW", "order": "9"}
    assert admin_client.post(page, sent).status_code == 200
    assert not Ministry.objects.filter(code="NEW").exists()
    name = {"valid_from": "2021-03-10", "name_ko": "새부", "name_en": "New", "abbr_ko": "새부", "abbr_en": "New"}
    sent |= {f"names-0-{field}": value for field, value in name.items()}
    assert admin_client.post(page, sent).status_code == 302
    made = Ministry.objects.get(code="NEW")
    change = address("ministries_ministry_change", made.pk)
    response = admin_client.post(change, fields_of(admin_client.get(change)) | {"names-0-DELETE": "on"})
    assert response.status_code == 200
    assert made.names.count() == 1


def test_sign_off_is_switched_with_a_word_on_what_is_half_way(admin_client: Client, task_force: TaskForce) -> None:
    """ADR 14: what waits goes on waiting, and the form says so before it is saved. The record names the switch."""
    fsc, report = task_force.ministries["FSC"], task_force.reports["FSC-01"]
    people = {"officer": task_force.people["fsc_officer"], "coordinator": task_force.people["coordinator"]}
    builders.report_in("awaiting", report, at=kst(2021, 3, 16, 14), **people)
    page = address("ministries_ministry_change", fsc.pk)
    opened = admin_client.get(page)
    assert "1 report awaits sign-off. It goes on waiting" in words(opened)
    assert "no approver today" not in words(opened)
    other = address("ministries_ministry_change", task_force.ministries["ME"].pk)
    assert "no approver today" in words(admin_client.get(other))
    sent = fields_of(opened)
    del sent["sign_off"]
    assert admin_client.post(page, sent).status_code == 302
    fsc.refresh_from_db()
    assert fsc.sign_off is False
    assert said(events()[-1]) == {"object": "FSC", "fields": ["sign_off"]}
    assert builders.fresh(report).state == "awaiting"


def test_sign_off_is_not_switched_in_the_list(admin_client: Client, me: Ministry) -> None:
    listed = admin_client.get(address("ministries_ministry_changelist"))
    formset = listed.context["cl"].formset
    sent = {bound.html_name: bound.value() for form in formset.forms for bound in form}
    sent |= {bound.html_name: bound.value() for bound in formset.management_form}
    sent |= {f"form-{place}-sign_off": "on" for place in range(4)} | {"form-0-order": "40", "_save": "Save"}
    assert admin_client.post(address("ministries_ministry_changelist"), sent).status_code == 302
    me.refresh_from_db()
    assert (me.sign_off, me.order) == (False, 40)
    assert said(events()[-1]) == {"object": "ME", "fields": ["order"]}


def test_merging_and_splitting_are_explained(admin_client: Client, me: Ministry) -> None:
    assert "Merging and splitting ministries is not possible yet" in words(
        admin_client.get(address("ministries_ministry_change", me.pk))
    )


# Deleting


@pytest.mark.parametrize(
    ("name", "which", "reasons", "instead"),
    [
        ("ministries_ministry", {"code": "ME"}, ["Leads: 6", "Postings: 2"], "day of its abolition"),
        ("ministries_user", {"username": "me_officer"}, ["Postings: 1", "Events: "], "can no longer sign in"),
        ("tasks_task", {"code": "ME-01"}, ["Status reports: 2"], "Its reports stay"),
        ("tasks_sector", {"code": "CCU"}, ["Tasks: 1"], ""),
    ],
)
def test_deleting_what_has_records_is_refused_with_the_reason(
    admin_client: Client, name: str, which: dict[str, str], reasons: list[str], instead: str
) -> None:
    model = next(m for m in admin.site._registry if f"{m._meta.app_label}_{m._meta.model_name}" == name)
    row = model._default_manager.get(**which)
    ticked = {"action": "delete_selected", "_selected_action": [row.pk], "index": "0"}
    for response in (
        admin_client.get(address(f"{name}_delete", row.pk)),
        admin_client.post(address(f"{name}_delete", row.pk), {"post": "yes"}),
        admin_client.post(address(f"{name}_changelist"), ticked),
        admin_client.post(address(f"{name}_changelist"), ticked | {"post": "yes"}),
    ):
        page = words(response)
        for reason in (*reasons, instead):
            assert reason in page
    assert model._default_manager.filter(pk=row.pk).exists()
    assert events() == []


def test_refusing_many_names_each(admin_client: Client, task_force: TaskForce) -> None:
    unused = builders.ministry("NEW")
    ticked = [unused.pk, task_force.ministries["ME"].pk, task_force.ministries["MOTIE"].pk]
    sent = {"action": "delete_selected", "_selected_action": ticked, "post": "yes"}
    page = words(admin_client.post(address("ministries_ministry_changelist"), sent))
    assert "Nothing was deleted" in page
    assert "Ministry of Environment (ME) Status reports: 1" in page
    assert "(NEW)" not in page
    assert Ministry.objects.filter(pk=unused.pk).exists()


def test_what_nobody_needs_can_be_deleted(admin_client: Client) -> None:
    unused = builders.ministry("NEW")
    deleted = admin_client.post(address("ministries_ministry_delete", unused.pk), {"post": "yes"})
    assert deleted.status_code == 302
    assert not Ministry.objects.filter(code="NEW").exists()
    [event] = events("reference_deleted")
    assert (event.object_id, said(event)) == (str(unused.pk), {"object": "NEW"})


# Tasks


def test_leads_that_a_frozen_round_shows_stay(admin_client: Client, motie: Ministry) -> None:
    task = Task.objects.get(code="ME-01")
    page = address("tasks_task_change", task.pk)
    sent = fields_of(admin_client.get(page))
    forged = sent | {"leads-0-ministry": motie.pk, "leads-0-valid_from": "2021-02-01", "leads-0-DELETE": "on"}
    assert admin_client.post(page, forged).status_code == 302
    assert [row.ministry.code for row in task.leads.all()] == ["ME"]
    later = {"leads-TOTAL_FORMS": "2", "leads-1-ministry": motie.pk, "leads-1-task": task.pk}
    refused = admin_client.post(page, sent | later | {"leads-1-valid_from": "2021-01-29"})
    assert "A round is frozen as of Fri 29 Jan 2021" in words(refused)
    assert admin_client.post(page, sent | later | {"leads-1-valid_from": "2021-04-01"}).status_code == 302
    assert [row.ministry.code for row in task.leads.all()] == ["ME", "MOTIE"]


def test_milestones_that_a_frozen_round_shows_stay(admin_client: Client) -> None:
    """Their words stay as they were sealed, and their dates move by reports alone."""
    task = Task.objects.get(code="ME-01")
    page = address("tasks_task_change", task.pk)
    sent = fields_of(admin_client.get(page))
    forged = {"order": "7", "title_ko": "다른 일정", "title_en": "Plan", "current_on": "2021-12-31", "DELETE": "on"}
    typed = sent | {f"milestones-0-{name}": value for name, value in forged.items()}
    assert admin_client.post(page, typed).status_code == 302
    milestone = Milestone.objects.get(task=task)
    assert (milestone.order, milestone.title_ko, milestone.title_en) == (1, "세부일정 1", "Milestone 1")
    assert milestone.current_on == date(2021, 6, 30)
    assert events() == []


def test_milestones_that_no_frozen_round_shows_can_be_changed(admin_client: Client) -> None:
    """MSIT-02 is new in round 2, which is open."""
    milestone = Milestone.objects.create(
        task=Task.objects.get(code="MSIT-02"),
        title_ko="로드맵",
        title_en="Roadmap",
        baseline_on=date(2021, 6, 30),
        current_on=date(2021, 6, 30),
    )
    page = address("tasks_task_change", milestone.task_id)
    typed = fields_of(admin_client.get(page)) | {"milestones-0-title_en": "Plan"}
    assert admin_client.post(page, typed).status_code == 302
    milestone.refresh_from_db()
    assert milestone.title_en == "Plan"
    [event] = events()
    assert event.data["rows"] == [{"row": f"tasks.milestone/{milestone.pk}", "verb": "changed", "fields": ["title_en"]}]


@pytest.mark.parametrize(
    "name", ["환경부\r\nBcc: a@example.org", "한글\u202e", "\u2066환경부\u2069", "탭\t", "환경\u2028부"]
)
def test_a_name_reads_as_it_is_stored(admin_client: Client, stranger: User, me: Ministry, name: str) -> None:
    """No second line, and nothing that turns the direction of what follows. What it is, is said at the field."""
    name += "."  # blanks at the end are cut off anyway
    page = address("ministries_user_change", stranger.pk)
    response = admin_client.post(page, fields_of(admin_client.get(page)) | {"name_ko": name})
    assert "한 줄로 입력하세요" in response.context["adminform"].form.errors["name_ko"][0]
    page = address("tasks_task_change", Task.objects.get(code="ME-01").pk)
    sent = fields_of(admin_client.get(page)) | {"title_ko": name}
    response = admin_client.post(page, sent)
    assert "한 줄로 입력하세요" in response.context["adminform"].form.errors["title_ko"][0]
    assert events() == []


def test_every_name_of_the_reference_data_is_of_that_kind() -> None:
    """Also those of a model that is added later."""
    texts = [
        field
        for model in apps.get_models()
        if issubclass(model, (Sourced, User, Posting, SpecialDay, Meeting))
        for field in model._meta.concrete_fields
        if isinstance(field, CharField) and field.name.endswith(("_ko", "_en"))
    ]
    assert len(texts) > 20
    assert [str(field) for field in texts if not isinstance(field, NameField)] == []


@pytest.mark.parametrize(("name", "code"), [("tasks_task", "ME-01"), ("ministries_ministry", "ME")])
def test_codes_are_given_once(admin_client: Client, name: str, code: str) -> None:
    """The manifests of frozen rounds name tasks and ministries by them."""
    model = next(m for m in admin.site._registry if f"{m._meta.app_label}_{m._meta.model_name}" == name)
    row = model._default_manager.get(code=code)
    page = address(f"{name}_change", row.pk)
    sent = fields_of(admin_client.get(page))
    assert "code" not in sent
    assert admin_client.post(page, sent | {"code": "OTHER"}).status_code == 302
    row.refresh_from_db()
    assert row.code == code  # type: ignore[attr-defined]
    assert events() == []


def test_task_needs_a_lead(admin_client: Client, me: Ministry) -> None:
    page = address("tasks_task_add")
    filled = {"code": "ME-99", "title_ko": "새 과제", "title_en": "New task", "sector": Task.objects.all()[0].sector_id}
    sent = fields_of(admin_client.get(page)) | filled
    assert admin_client.post(page, sent).status_code == 200
    lead = {"leads-0-ministry": me.pk, "leads-0-valid_from": "2021-03-01"}
    assert admin_client.post(page, sent | lead).status_code == 302
    assert Task.objects.get(code="ME-99").loaded_digest == ""


# Rounds


THIRD = {
    "observes_from": "2021-03-12",
    "as_of": "2021-06-04",
    "opens_at_0": "2021-06-01",
    "opens_at_1": "09:00:00",
    "due_at_0": "2021-06-10",
    "due_at_1": "18:00:00",
}


@pytest.fixture
def planned(task_force: TaskForce) -> Round:
    """Round 3, whose roster nobody has fixed yet."""
    return builders.round_(3, as_of=date(2021, 6, 4), opens_at=kst(2021, 6, 1, 9), due_at=kst(2021, 6, 10, 18))


def test_round_is_planned_after_the_last_one(admin_client: Client, round_2: Round) -> None:
    page = address("tasks_round_add")
    offered = admin_client.get(page).context["adminform"].form.initial
    assert offered == {"no": 3, "previous": round_2.pk, "observes_from": round_2.as_of}
    sent = THIRD | {"no": "3", "previous": str(round_2.pk)}
    assert admin_client.post(page, sent).status_code == 302
    made = Round.objects.get(no=3)
    assert (made.previous, made.opens_at, made.due_at) == (round_2, kst(2021, 6, 1, 9), kst(2021, 6, 10, 18))
    assert (made.prepared_at, made.frozen_at) == (None, None)
    [event] = events("reference_added")
    assert (event.object_type, event.object_id, event.data["object"]) == ("tasks.round", str(made.pk), "3")


def test_the_first_round_of_all_follows_none(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Round, "objects", Round.objects.none())
    assert admin_client.get(address("tasks_round_add")).context["adminform"].form.initial == {"no": 1}


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"no": "5"}, "The next round is number 3."),
        ({"no": "2"}, "The next round is number 3."),
        ({"previous": ""}, "A round follows the last one."),
        ({"due_at_0": "2021-06-01", "due_at_1": "09:00:00"}, "It is due before it opens."),
        ({"observes_from": "2021-06-05"}, "It lies after the as-of date."),
        ({"as_of": "2021-03-12"}, "The round before is as of Fri 12 Mar 2021: choose a later day."),
        ({"opens_at_0": "0001-01-01"}, "Check the year."),
        ({"due_at_0": "9999-12-31"}, "Check the year."),
        ({"due_at_1": "soon"}, "Enter a valid time."),
    ],
)
def test_rounds_that_do_not_follow_are_refused(
    admin_client: Client, round_2: Round, typed: dict[str, str], reason: str
) -> None:
    sent = THIRD | {"no": "3", "previous": str(round_2.pk)} | typed
    response = admin_client.post(address("tasks_round_add"), sent)
    assert response.status_code == 200
    assert reason in words(response)
    assert not Round.objects.filter(no__gt=2).exists()
    assert events() == []


def test_planned_round_can_be_changed_but_not_renumbered(admin_client: Client, planned: Round) -> None:
    page = address("tasks_round_change", planned.pk)
    assert "no" not in admin_client.get(page).context["adminform"].form.fields
    typed = THIRD | {"no": "9", "previous": "", "due_at_0": "2021-06-11", "prepared_at_0": "2021-06-01"}
    assert admin_client.post(page, typed).status_code == 302
    planned.refresh_from_db()
    assert (planned.no, planned.previous_id is None, planned.due_at) == (3, False, kst(2021, 6, 11, 18))
    assert planned.prepared_at is None
    assert set(events()[-1].data["fields"]) == {"observes_from", "due_at"}


def test_planned_round_stays_between_its_neighbours(admin_client: Client, planned: Round) -> None:
    builders.round_(4, as_of=date(2021, 9, 3), opens_at=kst(2021, 9, 1, 9), due_at=kst(2021, 9, 10, 18))
    response = admin_client.post(address("tasks_round_change", planned.pk), THIRD | {"as_of": "2021-09-03"})
    assert "The round after is as of Fri 3 Sep 2021: choose an earlier day." in words(response)


def test_planned_round_can_be_deleted(admin_client: Client, planned: Round) -> None:
    """The last one first: those after it lean on it."""
    fourth = builders.round_(4)
    refused = admin_client.post(address("tasks_round_delete", planned.pk), {"post": "yes"})
    assert "Reporting rounds: 1" in words(refused)
    for round_ in (fourth, planned):
        assert admin_client.post(address("tasks_round_delete", round_.pk), {"post": "yes"}).status_code == 302
    assert Round.objects.count() == 2
    assert [event.data["object"] for event in events("reference_deleted")] == ["4", "3"]


@pytest.mark.parametrize("no", [1, 2])
def test_of_a_prepared_round_only_the_guide_can_be_worded_until_the_freeze(admin_client: Client, no: int) -> None:
    round_ = Round.objects.get(no=no)
    page, is_frozen = address("tasks_round_change", round_.pk), no == 1
    opened = admin_client.get(page)
    assert "Prepared" in words(opened)
    assert set(opened.context["adminform"].form.fields) == (set() if is_frozen else {"guide_ko", "guide_en"})
    saved = admin_client.post(page, THIRD | {"guide_ko": "기준일을 밝혀 주십시오."})
    assert saved.status_code == (403 if is_frozen else 302)
    assert Round.objects.get(no=no).guide_ko == ("" if is_frozen else "기준일을 밝혀 주십시오.")
    assert [event.data["fields"] for event in events()] == ([] if is_frozen else [["guide_ko"]])
    assert admin_client.post(address("tasks_round_delete", round_.pk), {"post": "yes"}).status_code == 403
    ticked = {"action": "delete_selected", "_selected_action": [round_.pk], "post": "yes"}
    assert admin_client.post(address("tasks_round_changelist"), ticked).status_code == 200  # it has no actions
    assert admin_client.post(address("tasks_round_history", round_.pk)).status_code == 200
    unchanged = Round.objects.get(no=no)
    assert (unchanged.as_of, unchanged.prepared_at) == (round_.as_of, round_.prepared_at)


# Indicators

MEASURE = {
    "title_ko": "보급 대수", "title_en": "Vehicles", "unit_ko": "천 대", "unit_en": "thousand", "order": "1",
    "every": "year", "ended_on": "", "source": "", "verified": "B",
}  # fmt: skip


def targets(*rows: tuple[str, str], known: Any = ()) -> dict[str, str]:
    """The inline's fields."""
    sent = {"targets-TOTAL_FORMS": str(len(rows)), "targets-INITIAL_FORMS": str(len(known))}
    for place, (year, value) in enumerate(rows):
        sent |= {f"targets-{place}-year": year, f"targets-{place}-value": value}
        sent[f"targets-{place}-id"] = str(known[place].pk) if place < len(known) else ""
    return sent


def test_an_indicator_is_added_with_its_targets(admin_client: Client, task_force: TaskForce) -> None:
    task = task_force.reports["ME-01"].task
    sent = MEASURE | targets(("2021", "15"), ("2022", "20.5")) | {"task": str(task.pk)}
    assert admin_client.post(address("tasks_indicator_add"), sent).status_code == 302
    made = Indicator.objects.get()
    assert [(row.year, row.value) for row in made.targets.all()] == [(2021, Decimal(15)), (2022, Decimal("20.5"))]
    [event] = events("reference_added")
    assert event.object_type == "tasks.indicator"
    assert admin_client.get(address("tasks_indicator_changelist")).status_code == 200


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ((("2021", "15"), ("2021", "16")), "Please correct the duplicate data for year."),
        ((("21", "15"),), "Check the year."),
        ((("2021", "1e30"),), "no more than"),
        ((("2021", "15.00001"),), "no more than 4 decimal places"),
        ((("2021", "many"),), "Enter a number."),
    ],
)
def test_targets_that_cannot_be_are_refused(
    admin_client: Client, task_force: TaskForce, rows: Any, reason: str
) -> None:
    sent = MEASURE | targets(*rows) | {"task": str(task_force.reports["ME-01"].task.pk)}
    response = admin_client.post(address("tasks_indicator_add"), sent)
    assert response.status_code == 200
    assert reason in response.content.decode()
    assert not Indicator.objects.exists()


def test_what_a_report_spoke_of_keeps_its_words(admin_client: Client, task_force: TaskForce) -> None:
    """Sent values mean this unit; and the hash of a sent text names the indicator by its place."""
    report, officer = task_force.reports["ME-01"], task_force.people["me_officer"]
    made = builders.indicator(report.task, targets={2021: "15"})
    page, known = address("tasks_indicator_change", made.pk), list(made.targets.all())
    sent = MEASURE | targets(("2021", "18"), known=known) | {"unit_ko": "만 대", "order": "4", "ended_on": "2021-12-31"}
    assert admin_client.post(page, sent | {"unit_ko": "백 대"}).status_code == 302
    made.refresh_from_db()
    assert (made.unit_ko, made.order) == ("백 대", 4), "nobody has spoken of it yet"
    builders.write(report, by=officer, at=kst(2021, 3, 16, 13), indicators={str(made.pk): {"value": "7"}})
    builders.submit(report, by=officer, at=kst(2021, 3, 16, 14))
    assert admin_client.post(page, sent | {"order": "9"}).status_code == 302
    made.refresh_from_db()
    assert (made.unit_ko, made.order, made.ended_on) == ("백 대", 4, date(2021, 12, 31))
    assert made.targets.get().value == 18
    refused = admin_client.post(address("tasks_indicator_delete", made.pk), {"post": "yes"})
    assert "Enter the day from which it is not asked for any more." in words(refused)
    assert Indicator.objects.exists()


# People and postings


def test_persons_rights_are_not_given_here(admin_client: Client, stranger: User) -> None:
    page = address("ministries_user_change", stranger.pk)
    opened = admin_client.get(page)
    names = ("is_superuser", "is_staff", "groups", "user_permissions", "password", "is_demo")
    assert not [name for name in names if f'name="{name}"' in opened.content.decode()]
    sent = fields_of(opened) | dict.fromkeys(names, "1") | {"name_en": "Han N."}
    assert admin_client.post(page, sent).status_code == 302
    stranger.refresh_from_db()
    assert (stranger.name_en, stranger.is_superuser, stranger.is_staff, stranger.is_demo) == ("Han N.", *[False] * 3)
    assert said(events()[-1]) == {"fields": ["name_en"]}  # of a person not the name, only what changed


def test_person_is_made_with_password_and_posting(admin_client: Client, client: Client, motie: Ministry) -> None:
    page = address("ministries_user_add")
    typed: dict[str, Any] = {"username": "fresh", "name_ko": "새사람", "usable_password": "true"}
    typed |= dict.fromkeys(("password1", "password2"), " 띄어쓰기 있는 긴 암호 ")
    posting = {"role": "officer", "ministry": motie.pk, "starts_on": "2021-03-01"}
    typed |= {"postings-TOTAL_FORMS": "1"} | {f"postings-0-{field}": value for field, value in posting.items()}
    assert admin_client.post(page, fields_of(admin_client.get(page)) | typed).status_code == 302
    made = User.objects.get(username="fresh")
    assert made.check_password(" 띄어쓰기 있는 긴 암호 ")
    assert made.postings.get().ministry == motie
    [event] = events()
    assert event.verb == "reference_added"
    assert "새사람" not in str(event.data)


def test_password_is_set(admin_client: Client, me_officer: User) -> None:
    page = reverse("admin:auth_user_password_change", args=[me_officer.pk])
    assert "single sign-on" in words(admin_client.get(page))
    new = dict.fromkeys(("password1", "password2"), "탄소중립-2050-길") | {"usable_password": "true"}
    assert admin_client.post(page, new | {"set-password": "1"}).status_code == 302
    me_officer.refresh_from_db()
    assert me_officer.check_password("탄소중립-2050-길")
    assert said(events()[-1]) == {"fields": ["password"]}


def test_password_is_set_for_whoever_had_none(admin_client: Client, me_officer: User) -> None:
    """Who signed in by single sign-on alone."""
    me_officer.set_unusable_password()
    me_officer.save()
    page = reverse("admin:auth_user_password_change", args=[me_officer.pk])
    assert "password1" in admin_client.get(page).content.decode()
    assert admin_client.post(page, dict.fromkeys(("password1", "password2"), "탄소중립-2050-길")).status_code == 302
    me_officer.refresh_from_db()
    assert me_officer.check_password("탄소중립-2050-길")


def test_nobody_gives_themselves_a_role(admin_client: Client, administrator: User, me: Ministry) -> None:
    """An administrator keeps reference data, never the records: another one has to give the posting."""
    person = address("ministries_user_change", administrator.pk)
    typed = {"postings-0-role": "coordinator", "postings-0-starts_on": "2021-01-01", "is_active": ""}
    admin_client.post(person, fields_of(admin_client.get(person)) | typed | {"postings-TOTAL_FORMS": "1"})
    own = administrator.postings.get()
    assert admin_client.post(address("ministries_posting_change", own.pk), {"role": "coordinator"}).status_code == 403
    assert admin_client.post(address("ministries_posting_delete", own.pk), {"post": "yes"}).status_code == 403
    new = {"user": administrator.pk, "role": "coordinator", "starts_on": "2021-01-01"}
    assert admin_client.post(address("ministries_posting_add"), new).status_code == 200
    administrator.refresh_from_db()
    assert administrator.is_active
    assert [posting.role for posting in administrator.postings.all()] == ["administrator"]


def test_officer_without_ministry_is_refused(admin_client: Client, stranger: User) -> None:
    sent = {"user": stranger.pk, "role": "officer", "starts_on": "2021-03-01"}
    response = admin_client.post(address("ministries_posting_add"), sent)
    assert "An officer or approver needs a ministry." in words(response)


def _end(client: Client, users: list[str], action: str = "end_on", **more: str) -> Any:
    ticked = list(Posting.objects.filter(user__username__in=users).values_list("pk", flat=True))
    return client.post(address("ministries_posting_changelist"), {"action": action, "_selected_action": ticked, **more})


def _ends(*users: str) -> list[date | None]:
    return [Posting.objects.get(user__username=name).ends_on for name in users]


def test_many_postings_end_on_a_day(admin_client: Client) -> None:
    page = _end(admin_client, ["me_officer", "reader"], index="0")
    assert "2 postings end" in words(page)
    assert _ends("me_officer", "reader") == [None, None]
    response = _end(admin_client, ["me_officer", "reader"], day="2021-03-31", confirmed="1", shown="2021-03-16")
    assert response.status_code == 302
    assert _ends("me_officer", "reader") == [date(2021, 3, 31)] * 2
    page = words(admin_client.get(response["Location"]))
    assert "2 postings end on Wed 31 Mar 2021." in page
    assert "Without an officer" not in page
    assert [(event.verb, event.object_type, said(event)) for event in events()] == [
        ("reference_changed", "ministries.posting", {"fields": ["ends_on"]})
    ] * 2


def test_ending_warns_of_ministries_left_without_an_officer(admin_client: Client) -> None:
    """The day that was entered has to have been shown with its warning; only then it is done."""
    both = ["me_officer", "me_officer_2", "msit_officer", "fsc_officer"]
    builders.posting(User.objects.get(username="stranger"), "officer", Ministry.objects.get(code="FSC"))
    first = _end(admin_client, both, day="2021-03-31", confirmed="1", shown="2021-03-16")
    assert first.status_code == 200
    assert "these 2 ministries have no officer" in words(first)
    assert [name.ministry.code for name in first.context["left"]] == ["ME", "MSIT"]
    assert _ends(*both) == [None] * 4
    second = _end(admin_client, both, day="2021-03-31", confirmed="1", shown="2021-03-31")
    assert _ends(*both) == [date(2021, 3, 31)] * 4
    page = words(admin_client.get(second["Location"]))
    assert "Without an officer from Thu 1 Apr 2021 on: Ministry of Environment, Ministry of Science and ICT." in page


def test_end_today(admin_client: Client) -> None:
    page = _end(admin_client, ["reader"], "end_today")
    assert "The last day is Tue 16 Mar 2021" in words(page)
    assert _end(admin_client, ["reader"], "end_today", confirmed="1", day="1999-01-01").status_code == 302
    assert _ends("reader") == [TODAY]


def test_what_cannot_end_on_the_day_stays(admin_client: Client, administrator: User) -> None:
    Posting.objects.filter(user__username="reader").update(starts_on=date(2021, 5, 1))
    Posting.objects.filter(user__username="me_officer").update(ends_on=date(2021, 1, 31))
    everyone = ["reader", "me_officer", "administrator", "coordinator_2"]
    sent = _end(admin_client, everyone, day="2021-03-31", confirmed="1", shown="2021-03-31")
    assert sent.status_code == 302
    assert _ends(*everyone) == [None, date(2021, 1, 31), None, date(2021, 3, 31)]
    page = words(_end(admin_client, everyone))
    for reason in ("kept by another administrator", "It begins later", "It has ended by then"):
        assert reason in page


def test_bad_day_is_refused(admin_client: Client) -> None:
    response = _end(admin_client, ["reader"], day="soon", confirmed="1")
    assert response.status_code == 422
    assert _ends("reader") == [None]


def test_locking_out_the_last_officer_is_said(admin_client: Client) -> None:
    person = User.objects.get(username="msit_officer")
    page = address("ministries_user_change", person.pk)
    response = admin_client.post(page, fields_of(admin_client.get(page)) | {"is_active": ""})
    assert response.status_code == 302
    assert "Without an officer from Wed 17 Mar 2021 on: Ministry of Science and ICT." in words(
        admin_client.get(response["Location"])
    )


# What is left in the record


def test_changes_leave_events_in_a_chain(admin_client: Client, administrator: User, at: datetime) -> None:
    sector = Task.objects.get(code="ME-01").sector
    page = address("tasks_sector_change", sector.pk)
    sent = fields_of(admin_client.get(page))
    assert admin_client.post(page, sent).status_code == 302  # nothing changed: no event
    assert events() == []
    admin_client.post(page, sent | {"name_en": "Cross-cutting"})
    new = {"code": "X", "order": "99", "name_ko": "새", "name_en": "New", "verified": "B"}
    admin_client.post(address("tasks_sector_add"), new)
    changed, added = events()
    assert (changed.verb, changed.data["fields"], changed.at) == ("reference_changed", ["name_en"], at)
    assert (added.verb, added.seq, added.prev_hash) == ("reference_added", 2, changed.hash)
    assert {changed.actor, added.actor} == {administrator}
    assert added.hash == event_hash(added, "reference")
    assert Stream.objects.get(key="reference").head_seq == 2


def test_special_days_are_kept_and_recorded(admin_client: Client) -> None:
    """A declared holiday, corrected and deleted again: each time the calendar obeys at once, and an event says so."""
    page, day = address("ministries_specialday_add"), date(2021, 3, 19)
    sent = {"day": "2021-03-19", "name_ko": "임시공휴일", "name_en": "Special holiday"}
    assert admin_client.post(page, sent).status_code == 302
    assert not working_days.calendar().is_working_day(day)
    assert admin_client.post(page, sent).status_code == 200, "one row for a day"
    row = SpecialDay.objects.get()
    change = address("ministries_specialday_change", row.pk)
    admin_client.post(change, fields_of(admin_client.get(change)) | {"is_working_day": "on"})
    assert working_days.calendar().is_working_day(day)
    listed = words(admin_client.get(address("ministries_specialday_changelist") + "?when=ahead"))
    assert "Fri 19 Mar 2021임시공휴일Special holidayworking day" in listed, "with what it would be without the row"
    assert rows(admin_client.get(address("ministries_specialday_changelist") + "?when=past")) == []
    admin_client.post(address("ministries_specialday_delete", row.pk), {"post": "yes"})
    verbs = ["reference_added", "reference_changed", "reference_deleted"]
    assert [(event.verb, event.data["object"]) for event in events()] == [
        (verb, "2021-03-19 임시공휴일") for verb in verbs
    ]


def test_refused_form_leaves_no_event(admin_client: Client) -> None:
    assert admin_client.post(address("tasks_sector_add"), {"code": "X"}).status_code == 200
    assert events() == []


def test_no_event_no_change(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both stand in one transaction: where the event cannot be written, the change is not made either."""

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("no event")

    monkeypatch.setattr("records.admin.append", broken)
    unused = builders.ministry("NEW")
    with pytest.raises(RuntimeError, match="no event"):
        _rename(admin_client, unused, "2021-03-20", confirmed="1")
    with pytest.raises(RuntimeError, match="no event"):
        _end(admin_client, ["reader"], "end_today", confirmed="1")
    sent = {"action": "delete_selected", "_selected_action": [unused.pk], "post": "yes"}
    with pytest.raises(RuntimeError, match="no event"):
        admin_client.post(address("ministries_ministry_changelist"), sent)
    assert unused.names.count() == 1
    assert _ends("reader") == [None]


# In the browser


def _complaints(page: Any) -> list[str]:
    """What the browser says against the page from now on: violations of the content security policy above all."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture
def signed_in(page: Any, settings: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    """A page of the administrator's browser; `page.base` is the server's address, which serves what was collected."""
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)
    server = request.getfixturevalue("live_server")
    client = Client()
    client.force_login(User.objects.get(username="administrator"))
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}])
    page.context.set_extra_http_headers({"accept-language": "en"})
    page.base = server.url
    return page


@pytest.mark.browser
@pytest.mark.either
@pytest.mark.django_db(transaction=True)
def test_browser_has_nothing_against_any_page(signed_in: Any) -> None:
    """Scripts and styles run under the strict policy, axe finds nothing, and no page is wider than a phone."""
    complaints = _complaints(signed_in)
    examined = signed_in.context.new_page()  # axe tries styles of its own, of which the browser complains as well
    me, person = Ministry.objects.get(code="ME").pk, User.objects.get(username="me_officer").pk
    task = Task.objects.get(code="ME-01").pk
    for path in (
        address("index"),
        *(address(f"{name}_changelist") for name in ("ministries_ministry", "ministries_posting", "records_event")),
        *(address("ministries_ministry_change", me), address("ministries_ministry_delete", me)),
        *(address("ministries_ministry_rename", me), address("ministries_user_change", person)),
        *(reverse("admin:auth_user_password_change", args=[person]), address("ministries_user_add")),
        *(address("ministries_posting_add"), address("tasks_task_change", task), address("tasks_task_add")),
    ):
        for width in (1280, 390):
            signed_in.set_viewport_size({"width": width, "height": 800})
            assert signed_in.goto(signed_in.base + path).status == 200, path
            assert signed_in.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
        assert complaints == [], path
        examined.goto(signed_in.base + path)
        assert [found["id"] for found in Axe().run(examined).response["violations"]] == [], path


@pytest.mark.browser
@pytest.mark.either
@pytest.mark.django_db(transaction=True)
def test_postings_are_ended_in_the_browser(signed_in: Any) -> None:
    """With the admin's own scripts: tick, choose, pick the day, read the warning, confirm."""
    complaints = _complaints(signed_in)
    signed_in.goto(signed_in.base + address("ministries_posting_changelist") + "?q=박가람")
    signed_in.check("#result_list tbody input.action-select")
    signed_in.select_option("select[name=action]", "end_on")
    signed_in.click("button[name=index]")
    signed_in.fill("#id_day", "2021-03-31")
    signed_in.click("input[name=confirmed]")
    assert "Ministry of Science and ICT" in signed_in.inner_text("[role=alert]")
    signed_in.click("input[name=confirmed]")
    assert "1 posting ends on Wed 31 Mar 2021." in signed_in.inner_text(".messagelist")
    assert _ends("msit_officer") == [date(2021, 3, 31)]
    assert complaints == []
