"""Eight processes write to one SQLite file (quality.md 10): nobody is told that it is locked, and nothing is lost."""

import json
import os
import subprocess
import sys

import pytest

from records.models import Receipt
from tasks.models import Submission
from tests import builders, record
from tests.builders import fresh
from tests.faults.serving import ROOT, address_of_database

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

WRITERS = 8
SECONDS = float(os.environ.get("TFPORTAL_WRITE_SECONDS", "60"))


def test_eight_processes_write_for_a_minute(task_force, me, me_officer, at, capsys):
    """Each has a report of its own and goes round and round: draft, submission, withdrawal. All on one chain."""
    builders.freeze(task_force.round_2, by=task_force.people["coordinator"], at=at)
    for number in range(WRITERS):
        builders.task(f"W-{number}", me, first_round_no=3)
    roster = builders.prepare(builders.round_(3), by=task_force.people["coordinator"], at=at)
    reports = [builders.write(roster[f"W-{number}"], by=me_officer, at=at) for number in range(WRITERS)]
    env = os.environ | {"DATABASE_URL": address_of_database(), "DJANGO_SETTINGS_MODULE": "tfportal.settings.test"}
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.faults.writer", str(SECONDS), str(report.pk), str(report.version)],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for report in reports
    ]
    told = []
    for writer in writers:
        printed, complaint = writer.communicate(timeout=SECONDS + 60)
        assert writer.returncode == 0, complaint.decode()
        told.append(json.loads(printed))
    receipts = {key for one in told for key in one["receipts"]}
    slowest = max(one["slowest"] for one in told)
    with capsys.disabled():
        print(f"\n{WRITERS} writers, {SECONDS:.0f} s: {len(receipts)} receipts, the slowest verb took {slowest:.2f} s")  # noqa: T201
    assert [one["refused"] for one in told] == [[]] * WRITERS
    assert min(len(one["receipts"]) for one in told) > 3, "one of them hardly came to write"
    assert receipts == {str(key) for key in Receipt.objects.values_list("key", flat=True)} & receipts
    assert [fresh(report).version for report in reports] == [one["version"] for one in told]
    assert Submission.objects.filter(round__no=3).count() == sum((len(one["receipts"]) + 1) // 2 for one in told)
    assert record.damage() == []
