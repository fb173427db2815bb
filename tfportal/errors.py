"""Answers to requests that cannot be carried out. Each says how to go on, and gives back what was typed."""

import sys
from collections.abc import Callable
from urllib.parse import urlsplit

from django.contrib.auth.models import AnonymousUser
from django.db import Error as DatabaseTrouble
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token, rotate_token
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from records.errors import Busy, KeyReused, Refused

NOT_TYPED = {"csrfmiddlewaretoken", "login", "key"}  # and whatever is named a password
SHOWN_FROM = 2  # characters: shorter values are switches and numbers, kept but not shown

Labels = Callable[[HttpRequest, list[str]], dict[str, str]]
_labels: list[Labels] = []


def register_labels(provider: Labels) -> None:
    """Add a provider of words for the names of posted fields; called once from an AppConfig's ready().

    It gets the request and the names and returns the label of each that it knows, as far as the person may know it.
    """
    if provider not in _labels:
        _labels.append(provider)


def _labels_of(request: HttpRequest, names: list[str]) -> dict[str, str]:
    """The labels that the apps know; none while the database is away: the texts count for more than their names."""
    try:
        return {name: label for provider in _labels for name, label in provider(request, names).items()}
    except DatabaseTrouble:
        return {}


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What the form held, for it to be sent again; passwords are never written onto a page."""
    names = [name for name in request.POST if name not in NOT_TYPED and "password" not in name]
    return [(name, value) for name in names for value in request.POST.getlist(name)]


def _in_place(request: HttpRequest) -> bool:
    """Whether the page's script asks: then the form stays where it is, and the answer is shown above it."""
    return request.headers.get("HX-Request") == "true" or request.headers.get("X-Sure") == "1"


def _is_text(value: str) -> bool:
    """Whether a person typed it as a text, so that they should see it; codes, versions and choices are kept unseen."""
    return len(value) >= SHOWN_FROM and not (value.isascii() and value.replace("-", "").replace("_", "").isalnum())


def _page(
    request: HttpRequest,
    status: int,
    title: str,
    advice: str,
    *,
    keep: bool = False,
    copy: bool = False,
    fresh_key: bool = False,
) -> HttpResponse:
    """`keep`: with what was typed, to be sent again; `copy`: with its texts, where sending again would not help."""
    request.is_refused = True  # type: ignore[attr-defined]  # the menu then counts nothing
    kept = _typed(request) if keep else []
    in_place = _in_place(request)
    typed = _typed(request) if copy else kept
    shown = [] if in_place else [(name, value) for name, value in typed if _is_text(value)]
    labels = _labels_of(request, [name for name, _value in shown]) if shown else {}
    context = {
        "title": title,
        "advice": advice,
        "kept": kept,
        "key": request.POST.get("key", "") if keep and not fresh_key else "",
        "texts": [(labels.get(name, ""), value) for name, value in shown],
        "address": request.get_full_path(),
        "status": status,
    }
    template = "errors/refused_part.html" if in_place else "errors/refused.html"
    response = HttpResponse(_rendered(request, template, context), status=status)
    if in_place:
        response.headers["X-Part"] = "1"  # tells the page's script that it may show this answer as it is
        # What htmx itself swaps (409, 422) stands there too: a row that is being typed in swaps nothing of its own.
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#alerts", "innerHTML"
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response


def _rendered(request: HttpRequest, template: str, context: dict[str, object]) -> str:
    """The page in its shell; without menu and name where these cannot be had from the database: the text must come back
    just then."""
    try:
        return render_to_string(template, context, request)
    except DatabaseTrouble:
        return render_to_string(template, context | {"csrf_token": get_token(request)})


def refused(request: HttpRequest, exception: Refused) -> HttpResponse:
    """The page of a verb's refusal, with the text that was sent."""
    titles = {
        403: _("Not allowed"),
        409: _("This has changed meanwhile"),
        410: _("The file is not there"),
        503: _("Please send it again"),
        507: _("The file could not be stored"),
    }
    title = titles.get(exception.status, _("This could not be sent"))
    # Under a key that is used up it would be refused for ever.
    used_up = isinstance(exception, KeyReused)
    return _page(request, exception.status, title, str(exception), keep=request.method == "POST", fresh_key=used_up)


def signed_out(request: HttpRequest) -> HttpResponse:
    """401 for a form that arrives after the session ended: the text stays on the page."""
    advice = _("Nothing was sent yet, and nothing is lost. Sign in in a new tab, then press Send again here.")
    if _in_place(request):
        advice = _("Nothing was sent yet, and nothing is lost. Sign in in a new tab, then go on here.")
    return _page(request, 401, _("Your session has ended"), advice, keep=True)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is old, as after signing in anew in another tab; one press sends it again.

    A form from elsewhere gets nothing back: under "Send again" a stranger's text would go out in the person's name.
    """
    if not _came_from_here(request):
        return _page(
            request,
            403,
            _("This form did not come from the portal"),
            _("Nothing was changed. Open the page in the portal and fill it in there."),
        )
    rotate_token(request)
    response = _page(
        request,
        403,
        _("This page was open for too long"),
        _("Nothing was sent yet, and nothing is lost. Press Send again."),
        keep=True,
    )
    # For the page's script, which goes on by itself if it is still the same person: another one's name is not lent.
    response.headers["X-CSRF-Token"] = get_token(request)
    response.headers["X-Person"] = str(getattr(getattr(request, "user", None), "pk", None) or "")
    return response


def _came_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that the form stood on one of our own pages."""
    try:
        source = urlsplit(request.headers.get("Origin") or request.headers.get("Referer", ""))
    except ValueError:
        return False
    return (source.scheme, source.netloc) == (request.scheme, request.get_host())


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400, _("The portal could not read this request"), _("Go back and try again."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        403,
        _("This page is not for your role"),
        str(exception) if exception and str(exception) else _("Ask the coordination office if you need it."),
        copy=_is_own_form(request),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        404,
        _("There is nothing here"),
        _("The address is wrong, or what stands there is not open to you."),
        copy=_is_own_form(request),
    )


def _is_own_form(request: HttpRequest) -> bool:
    """Whether a form of ours brought what was typed: its token was checked. A stranger's text is not shown as own."""
    return request.method == "POST" and getattr(request, "csrf_processing_done", False)


def wrong_method(request: HttpRequest) -> HttpResponse:
    """405 for the address of a form that was opened as a page, as from the browser's history."""
    return _page(
        request,
        405,
        _("There is no page at this address"),
        _("It only takes what a form sends. Begin at the start page."),
    )


def without_database(request: HttpRequest) -> HttpResponse:
    """503 while the database is away or full, with the text that was sent. The page asks the database for nothing: it
    leaves out who is signed in, the menu and the messages, and takes the language from the browser."""
    request.user = AnonymousUser()
    request.__dict__.pop("_messages", None)
    with translation.override(translation.get_language_from_request(request)):
        request.LANGUAGE_CODE = translation.get_language()
        return refused(request, Busy())


def server_error(request: HttpRequest) -> HttpResponse:
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):  # from a middleware, before any view
        return without_database(request)
    return _page(
        request,
        500,
        _("Something went wrong in the portal"),
        _("It is our fault, not yours. Press Send again, or copy your text before you leave this page."),
        keep=request.method == "POST",
    )
