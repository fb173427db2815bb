"""The main menu: each role's pages, with what waits there."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ministries.models import User

from . import corrections, permissions, providers, signers
from .content import TEXTS
from .models import Cause, Field, Light, Report, Round

ANALYSIS = ("show_charts", "compare_rounds", "list_slippage", "list_lights", "show_task", "show_ministry")
WORKBOOK = ("upload_workbook", "fill_from_workbook")


@dataclass(frozen=True)
class Item:
    label: str
    url: str
    here: bool
    number: int | None = None


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The items of the main menu for the person who is signed in, and the words that forms choose from."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {
        # A part of a page has no menu: its numbers are counted where one is drawn.
        "navigation": SimpleLazyObject(lambda: _items(request, user)),
        "sections": SimpleLazyObject(lambda: _sections(request, user)),
        "sees_board": permissions.can_see_board(user),
        "stands_in_for": sorted({str(row.user) for row in user.offices if row.user_id != user.pk}),
        "lights": list(Light),
        "causes": Cause.choices,
        "text_fields": TEXTS,
        "labels": {field.value: field.label for field in Field},
    }


def _items(request: HttpRequest, user: User) -> list[Item]:
    here = request.resolver_match.url_name if request.resolver_match else ""
    # The page of a refusal leads on, and counts nothing: it stands where things go wrong, and comes in floods.
    counted = not getattr(request, "is_refused", False)
    standing = user.standing
    items: list[Item] = []

    def add(label: str, name: str, others: tuple[str, ...] = (), count: Callable[[], int | None] | None = None) -> None:
        items.append(Item(label, reverse(name), here in (name, *others), count() if counted and count else None))

    if standing.officer_of:
        pages = ("check_answer", "submit_answer", "ask_extension", "withdraw_extension", *WORKBOOK)
        reading = ("list_earlier_rounds", "show_guide", "show_earlier_reports")
        add(_("My tasks"), "list_my_tasks", (*pages, *reading))
    if permissions.can_see_board(user):
        add(_("Board"), "show_board", ("remind_ministries", "preview_reminders", "save_filter"))
    if standing.is_coordinator:
        add(_("Review"), "list_reviews", ("review_report",), _waiting)
    if standing.approver_of:
        add(_("Sign-off"), "list_sign_offs", (), partial(signers.number_waiting, user))
    if permissions.can_see_receipts(user):
        add(pgettext("menu", "Receipts"), "list_submissions", ("show_submission",))
    if permissions.can_see_frozen(user):
        first = "show_charts" if permissions.can_see_board(user) else "compare_rounds"
        add(pgettext("menu", "Analysis"), first, ANALYSIS)
        others = (
            "show_round",
            "show_round_charts",
            "show_briefing",
            "show_record",
            "freeze_round",
            *("prepare_round", "move_dates", "open_early", "show_roster", "add_to_roster", "remove_from_roster"),
            "list_corrections",
            "list_extensions",
            "grant_extension",
            "revoke_extension",
            "list_reminders",
        )
        add(_("Rounds"), "list_rounds", others, _to_decide if standing.is_coordinator else None)
    sections = providers.sections(user)
    if sections:
        grown = tuple(page for item in sections for page in (item.name, *item.pages))
        add(pgettext("menu", "Strategy"), sections[0].name, grown, partial(_together, sections))
    for item in providers.menu_items(user):
        add(item.label, item.name, item.pages, item.number)
    if permissions.has_deputies(user):
        if standing.ministries:
            add(pgettext("menu", "Assignments"), "list_assignments", ("list_deputies", "show_hand_over"))
        else:
            add(_("Deputies"), "list_deputies", ("show_hand_over",))
    if standing.is_administrator:
        items.append(Item(_("Administration"), reverse("admin:index"), False))
    return items


def _sections(request: HttpRequest, user: User) -> list[Item]:
    """The pages beside the one that is shown, under *Strategy*."""
    here = request.resolver_match.url_name if request.resolver_match else ""
    return [
        Item(item.label, reverse(item.name), here in (item.name, *item.pages), item.number())
        for item in providers.sections(user)
    ]


def _together(sections: list[providers.MenuItem]) -> int | None:
    return sum(item.number() or 0 for item in sections) or None


def _waiting() -> int:
    return Report.objects.filter(round=Round.objects.current()).waiting_for_review().count()


def _to_decide() -> int | None:
    """Corrections that wait for the office. They are rare: where there are none, the menu says nothing of them."""
    return corrections.number_waiting() or None
