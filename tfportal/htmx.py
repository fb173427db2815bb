"""The one place that decides between a whole page and a part of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def respond(
    request: HttpRequest, template: str, context: dict[str, Any], *, partial: str = "", status: int = 200
) -> HttpResponse:
    """The page, or its named partial when htmx asked for a part (not boosted, not restoring history).

    The partial's name comes from the view, never from the request. Messages travel along out of band.
    """
    htmx = request.htmx  # type: ignore[attr-defined]
    part = bool(partial and htmx and not htmx.boosted and not htmx.history_restore_request)
    response = render(
        request, f"{template}#{partial}" if part else template, context | {"is_part": part}, status=status
    )
    patch_vary_headers(response, ("HX-Request", "HX-Boosted", "HX-History-Restore-Request"))
    return response
