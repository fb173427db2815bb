"""The portal's own account, in whose name stands what the public does without one. Nobody signs in with it."""

from django.contrib.auth.hashers import make_password
from django.db import transaction

from records.locking import lock

from .models import User

USERNAME = "portal:public"  # no form takes a colon in a user name, so that nobody else ever has it


def account() -> User:
    """The account; made where it is needed for the first time."""
    return User.objects.filter(username=USERNAME).first() or _made()


def _made() -> User:
    names = {"name_ko": "국민 의견 접수", "name_en": "Public opinions"}
    with transaction.atomic():
        lock("account:public")
        closed = {"is_active": False, "password": make_password(None)}
        return User.objects.get_or_create(username=USERNAME, defaults=names | closed)[0]
