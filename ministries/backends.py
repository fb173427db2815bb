"""Who may sign in."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings


class PostedPeople(AuthenticationBackend):
    """allauth's backend, which also refuses demo accounts outside demo settings: at sign-in, and on every request of a
    session that already stands, because `get_user` asks too."""

    def user_can_authenticate(self, user: Any) -> bool:
        if user is not None and user.is_demo and not settings.DEMO:
            return False
        return bool(super().user_can_authenticate(user))
