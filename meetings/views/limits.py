"""How often the public may do something: counted as attempts to sign in are, in the cache that all workers share, for
the address that the proxy names. The numbers stand in the settings (`ACCOUNT_RATE_LIMITS`)."""

from allauth.core import ratelimit
from django.utils.translation import gettext as _

from records.errors import Refused
from tfportal.http import Request


class TooMany(Refused):
    """More than one address, or everybody together, may do within the hour."""

    status = 429


def spend_opinion(request: Request) -> None:
    """Count one opinion of the address, and one of everybody; raises TooMany."""
    spend_address(request)
    if not ratelimit.consume(request, action="send_opinion_by_all", key="everybody"):
        raise TooMany(
            _(
                "So many opinions come in at this moment that the portal takes no more for an hour. Nothing was sent; "
                "your text stands below. Please send it later, or write a letter to the coordination office."
            )
        )


def spend_address(request: Request) -> None:
    """Count one opinion of the address alone; raises TooMany."""
    if not ratelimit.consume(request, action="send_opinion"):
        raise TooMany(
            _(
                "Your network address has sent as many opinions as are taken within an hour. Nothing was sent; your "
                "text stands below. Please send it in an hour, or write a letter to the coordination office."
            )
        )


def may_mail(request: Request, email: str) -> bool:
    """Count one mail to the address; whether it may go out."""
    return bool(email) and ratelimit.consume(request, action="mail_opinion", key=email.casefold())


def may_look_up(request: Request) -> None:
    """Raises TooMany where the address has tried too many wrong numbers."""
    if not ratelimit.consume(request, action="look_up_opinion", dry_run=True):
        raise TooMany(_("Too many numbers were tried from your network address. Please try again in an hour."))


def count_wrong(request: Request) -> None:
    """One number that was looked up in vain."""
    ratelimit.consume(request, action="look_up_opinion")
