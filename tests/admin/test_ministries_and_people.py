"""Ministries with their names, people and their postings, in the admin: what may be done, and what is refused with which words."""

from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db.models import CharField
from django.test import Client
from django.urls import reverse

from meetings.models import Meeting
from ministries.models import Ministry, MinistryName, Posting, Sourced, SpecialDay, User
from tasks.models import Lead, Support, Task
from tests import builders
from tests.builders import kst
from tests.cast import TaskForce
from tfportal.fields import NameField

from .common import TODAY, add_name, address, end, ends, events, fields_of, rename, said, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("task_force", "domain_time"), pytest.mark.either]


# Ministries and their names


def test_rename_shows_first_what_it_touches(admin_client: Client, me: Ministry) -> None:
    """From 1 March on: six tasks led, none supported, six reports of round 2 (as of 12 March), two officers."""
    response = rename(admin_client, me)
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
        return [line.count for line in rename(admin_client, ministry, day).context["touched"]]

    assert counts(motie, "2021-04-30") == [0, 2, 0, 1]
    assert counts(motie, "2021-05-01") == [1, 1, 0, 0]
    assert counts(me, "2021-03-12") == [6, 0, 6, 2]
    assert counts(me, "2021-03-13") == [6, 0, 0, 2]


def test_confirmed_rename_adds_a_dated_name(admin_client: Client, me: Ministry) -> None:
    response = rename(admin_client, me, confirmed="1")
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
    response = rename(admin_client, me, again="1")
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
    response = rename(admin_client, me, day, confirmed="1")
    assert response.status_code == 422
    assert reason in words(response)
    assert me.names.count() == 1


def test_names_that_a_frozen_round_shows_stay(admin_client: Client, me: Ministry) -> None:
    """The name of then is neither changed nor deleted by a forged form; a later one is."""
    later = add_name(me, date(2021, 3, 1))
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


# How names are stored


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


def test_many_postings_end_on_a_day(admin_client: Client) -> None:
    page = end(admin_client, ["me_officer", "reader"], index="0")
    assert "2 postings end" in words(page)
    assert ends("me_officer", "reader") == [None, None]
    response = end(admin_client, ["me_officer", "reader"], day="2021-03-31", confirmed="1", shown="2021-03-16")
    assert response.status_code == 302
    assert ends("me_officer", "reader") == [date(2021, 3, 31)] * 2
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
    first = end(admin_client, both, day="2021-03-31", confirmed="1", shown="2021-03-16")
    assert first.status_code == 200
    assert "these 2 ministries have no officer" in words(first)
    assert [name.ministry.code for name in first.context["left"]] == ["ME", "MSIT"]
    assert ends(*both) == [None] * 4
    second = end(admin_client, both, day="2021-03-31", confirmed="1", shown="2021-03-31")
    assert ends(*both) == [date(2021, 3, 31)] * 4
    page = words(admin_client.get(second["Location"]))
    assert "Without an officer from Thu 1 Apr 2021 on: Ministry of Environment, Ministry of Science and ICT." in page


def test_end_today(admin_client: Client) -> None:
    page = end(admin_client, ["reader"], "end_today")
    assert "The last day is Tue 16 Mar 2021" in words(page)
    assert end(admin_client, ["reader"], "end_today", confirmed="1", day="1999-01-01").status_code == 302
    assert ends("reader") == [TODAY]


def test_what_cannot_end_on_the_day_stays(admin_client: Client, administrator: User) -> None:
    Posting.objects.filter(user__username="reader").update(starts_on=date(2021, 5, 1))
    Posting.objects.filter(user__username="me_officer").update(ends_on=date(2021, 1, 31))
    everyone = ["reader", "me_officer", "administrator", "coordinator_2"]
    sent = end(admin_client, everyone, day="2021-03-31", confirmed="1", shown="2021-03-31")
    assert sent.status_code == 302
    assert ends(*everyone) == [None, date(2021, 1, 31), None, date(2021, 3, 31)]
    page = words(end(admin_client, everyone))
    for reason in ("kept by another administrator", "It begins later", "It has ended by then"):
        assert reason in page


def test_bad_day_is_refused(admin_client: Client) -> None:
    response = end(admin_client, ["reader"], day="soon", confirmed="1")
    assert response.status_code == 422
    assert ends("reader") == [None]


def test_locking_out_the_last_officer_is_said(admin_client: Client) -> None:
    person = User.objects.get(username="msit_officer")
    page = address("ministries_user_change", person.pk)
    response = admin_client.post(page, fields_of(admin_client.get(page)) | {"is_active": ""})
    assert response.status_code == 302
    assert "Without an officer from Wed 17 Mar 2021 on: Ministry of Science and ICT." in words(
        admin_client.get(response["Location"])
    )
