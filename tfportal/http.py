"""The request as our views see it: a signed-in person, htmx details, the moment of arrival."""

from datetime import datetime

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from ministries.models import User


class Request(HttpRequest):
    user: User
    htmx: HtmxDetails
    arrived_at: datetime  # taken at the entry of the middleware, before anything could wait
