"""Counts the queries of a request that asks for it."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

ASKS, QUERIES, IN_DATABASE = "X-Bench-Count", "X-Bench-Queries", "X-Bench-Database-Ms"


class Counted:
    """A request with the header `X-Bench-Count` is answered with the number of its queries, session and transaction
    handling apart from BEGIN and COMMIT included, and with the milliseconds that it waited for them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if ASKS not in request.headers:
            return self.get_response(request)
        count, seconds = 0, 0.0

        def counted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal count, seconds
            began = time.perf_counter()
            try:
                return execute(sql, params, many, context)
            finally:
                count, seconds = count + 1, seconds + time.perf_counter() - began

        with connection.execute_wrapper(counted):
            response = self.get_response(request)
        response.headers[QUERIES], response.headers[IN_DATABASE] = str(count), f"{1000 * seconds:.1f}"
        return response
