"""What tests of calls and candidates begin with."""

import pytest

from ministries.models import Ministry, User
from tasks.models import Call, Candidate
from tests.cast import TaskForce
from tests.tasks import candidates_scene as scene


@pytest.fixture
def call(task_force: TaskForce, coordinator: User, mois: Ministry, motie: Ministry, fsc: Ministry) -> Call:
    """MOIS, MOTIE and FSC are called on, until 26 March at 18:00."""
    return scene.call(mois, motie, fsc, by=coordinator)


@pytest.fixture
def candidate(call: Call, mois: Ministry, mois_officer: User) -> Candidate:
    return scene.propose(call, mois, by=mois_officer)
