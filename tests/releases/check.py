"""python -m tests.releases.check: what stands in the database of DATABASE_URL after `migrate`, as JSON.

Everything is recomputed by today's code; test_releases.py compares it with what the release left in expected.json.
"""

import json
import sys
from typing import Any

import django

PEOPLE = ("coordinator", "reader", "me_officer")
ADDRESSES = ("/", "/rounds/", "/rounds/1/", "/rounds/1/record/", "/board/?round=1", "/rounds/2/", "/board/")


def found() -> dict[str, Any]:
    """Heads, roots, what does not recompute, the triggers, and each page that does not answer as it should."""
    from django.db import connection

    from records import triggers
    from records.models import Seal, Stream

    count = installed_triggers(connection)
    return {
        "heads": {row.key: [row.head_seq, row.head_hash] for row in Stream.objects.order_by("key")},
        "roots": {seal.stream.key: seal.root for seal in Seal.objects.select_related("stream")},
        "broken": [*broken_chains(), *broken_seals()],
        "findings": findings(),
        "triggers": count,
        "missing_triggers": triggers.install(connection) - count,
        "pages": pages(),
    }


def installed_triggers(connection: Any) -> int:
    sql = {
        "sqlite": "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'keep@_%' ESCAPE '@'",
        "postgresql": "SELECT COUNT(*) FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'keep@_%' ESCAPE '@'",
    }
    with connection.cursor() as cursor:
        cursor.execute(sql[connection.vendor])
        return int(cursor.fetchone()[0])


def broken_chains() -> list[str]:
    """Each event that does not carry its own hash, or not the one before it; each head that is not the last event's."""
    from records.chain import event_hash
    from records.models import GENESIS, Stream

    broken = []
    for stream in Stream.objects.all():
        before, number = GENESIS, 0
        for number, event in enumerate(stream.events.order_by("seq"), 1):
            if (event.seq, event.prev_hash, event.hash) != (number, before, event_hash(event, stream.key)):
                broken.append(str(event))
            before = event.hash
        if (stream.head_seq, stream.head_hash) != (number, before):
            broken.append(f"head of {stream}")
    return broken


def broken_seals() -> list[str]:
    """Each seal whose manifest is no longer what the rows give, or whose root is not the manifest's."""
    from records.chain import sha256
    from records.models import Seal
    from tasks import freezing
    from tasks.models import Round

    broken = []
    for seal in Seal.objects.select_related("stream"):
        round_ = next(row for row in Round.objects.all() if row.stream_key == seal.stream.key)
        if freezing.manifest(round_, seal.format) != seal.manifest or sha256(seal.manifest) != seal.root:
            broken.append(str(seal))
    return broken


def findings() -> list[str]:
    """What `manage.py verify_records` has to say."""
    from records.verify import Run

    run = Run(every=True)
    for _progress in run.walk():
        pass
    return [finding.line() for finding in run.findings]


def pages() -> list[str]:
    """Each page that does not answer 200 to someone who may see it."""
    from django.test import Client

    from ministries.models import User

    wrong = []
    for name in PEOPLE:
        client = Client()
        client.force_login(User.objects.get(username=name), backend="ministries.backends.PostedPeople")
        own = ADDRESSES if name != "me_officer" else ("/", "/rounds/", "/rounds/1/", "/my-tasks/")
        answers = {address: client.get(address, follow=True).status_code for address in own}
        wrong += [f"{name} {address} {status}" for address, status in answers.items() if status != 200]
    return wrong


if __name__ == "__main__":
    django.setup()
    json.dump(found(), sys.stdout)
