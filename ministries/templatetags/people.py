"""People on pages."""

from django import template
from django.conf import settings
from django.db.models import QuerySet

from ministries.models import User

register = template.Library()


@register.simple_tag
def demo_accounts() -> "QuerySet[User]":
    """The demo's accounts that one can sign in with; none outside demo settings."""
    if not settings.DEMO:
        return User.objects.none()
    usable = User.objects.filter(is_demo=True, is_active=True).exclude(password__startswith="!")  # noqa: S106
    return usable.order_by("pk")
