"""What happens to every request, in the order of the settings."""

import ipaddress
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django_htmx.http import HttpResponseClientRedirect

from records import clock
from records.errors import Refused

from . import errors

logger = logging.getLogger(__name__)

Respond = Callable[[HttpRequest], HttpResponseBase]


class LoopbackOnly:
    """Demo only: known passwords are for this machine. Whoever comes from another one is turned away."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not ipaddress.ip_address(request.META.get("REMOTE_ADDR") or "127.0.0.1").is_loopback:
            return HttpResponse("The demo answers on its own machine only.", status=403, content_type="text/plain")
        return self.get_response(request)


class Arrival:
    """Stamps the moment of arrival: it, not the moment of writing, decides whether a report is late.

    Where a trusted proxy says when it passed the request on (`ARRIVAL_HEADER`), that counts: on a deadline's evening a
    request may wait for a worker. The proxy has to overwrite the header, or the browser could write it.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.arrived_at = clock.now() - _waited(request)  # type: ignore[attr-defined]
        return self.get_response(request)


LONGEST_WAIT = timedelta(seconds=120)  # no proxy holds a request longer; beyond it, its clock or the header is wrong


def _waited(request: HttpRequest) -> timedelta:
    """How long ago the proxy passed the request on (`t=<seconds since 1970>`); nothing without a believable header."""
    text = request.headers.get(settings.ARRIVAL_HEADER, "") if settings.ARRIVAL_HEADER else ""
    if not text:
        return timedelta()
    found = re.fullmatch(r"(?:t=)?(\d{10})(?:\.(\d{1,6}))?", text.strip())
    if found:
        fraction = int((found.group(2) or "").ljust(6, "0"))
        taken_in = datetime.fromtimestamp(int(found.group(1)), UTC) + timedelta(microseconds=fraction)
        waited = timezone.now() - taken_in
        if timedelta() <= waited <= LONGEST_WAIT:
            return waited
    logger.warning("%s is not believable: %.60r. The request counts as arriving now", settings.ARRIVAL_HEADER, text)
    return timedelta()


class Language:
    """The person's own language where they chose one, else the cookie's, else the browser's."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = request.user.language if request.user.is_authenticated else ""
        language = chosen or translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response


class PrivateByDefault(LoginRequiredMiddleware):
    """Every page asks for a signed-in person unless its view says otherwise. What was typed is never thrown away."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        if request.method == "POST":
            return errors.signed_out(request)
        if request.headers.get("HX-Request") == "true":
            # Back to the page that the person looks at, not to the part of it that was asked for.
            return HttpResponseClientRedirect(
                f"{resolve_url('account_login')}?{urlencode({REDIRECT_FIELD_NAME: _page(request)})}"
            )
        return super().handle_no_permission(request, view_func)


def _page(request: HttpRequest) -> str:
    """Where the person stands, as htmx says it; the start page where that is nothing of ours."""
    try:
        page = request.htmx.current_url_abs_path  # type: ignore[attr-defined]
    except ValueError:  # the header is no address at all
        page = None
    return page if page and url_has_allowed_host_and_scheme(page, allowed_hosts=None) else resolve_url("home")


class NeverCached:
    """Private pages leave no copy behind, in no cache and no history."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers["Cache-Control"] = "no-store, private"
        return response


class SureForms:
    """Tells the script that sends a form for sure (static/js/send.js) where to go on: of a redirect it would only see
    the page behind it, whose messages were then used up."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.headers.get("X-Sure") == "1" and response.status_code in (301, 302, 303):
            return HttpResponseClientRedirect(response.headers["Location"])
        return response


class Refusals:
    """Turns a verb's refusal that no view has worded into its page: 403, 409, 422 or 503, with the reason. A form's
    address that is opened as a page answers with a page as well."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code == 405 and request.method in ("GET", "HEAD"):
            allowed = response.headers.get("Allow", "")
            response = errors.wrong_method(request)
            response.headers["Allow"] = allowed
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return errors.refused(request, exception)
        if isinstance(exception, OperationalError | InterfaceError):
            # The database went away or is restarting: nothing was written, and the same request may come again.
            logger.error("The database did not answer", exc_info=exception)
            return errors.without_database(request)
        return None
