"""Who may sign in."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings

from . import public


class PostedPeople(AuthenticationBackend):
    """allauth's backend, which also refuses demo accounts outside demo settings: at sign-in, and on every request of a
    session that already stands, because `get_user` asks too. The public's account is nobody's, whatever its row says.
    """

    def user_can_authenticate(self, user: Any) -> bool:
        if user is not None and user.is_demo and not settings.DEMO:
            return False
        if user is not None and user.username == public.USERNAME:
            return False
        return bool(super().user_can_authenticate(user))
