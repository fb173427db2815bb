"""The administrator's browser."""

import pytest
from django.test import Client

from ministries.models import User


@pytest.fixture
def admin_client(administrator: User) -> Client:
    """An administrator's browser, in English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(administrator)
    return client
