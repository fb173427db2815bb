"""What the office decides about an opinion, on its page."""

from typing import Any

from django import template

from ..models import Opinion
from ..opinions import moderating

register = template.Library()


@register.simple_tag(takes_context=True)
def moderation_of(context: dict[str, Any], opinion: Opinion) -> moderating.Moderation | None:
    """For the office alone, see `moderating.of`."""
    return moderating.of(opinion, context["request"].user)
