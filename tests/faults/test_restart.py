"""PostgreSQL is restarted while people work (quality.md 5): a server of the test's own, with a copy of the cast."""

import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg2
import pytest
from django.contrib.sessions.models import Session

from ministries.models import User
from tests import builders
from tests.cast import AT, TaskForce
from tests.faults.serving import BROKEN, Answer, Browser, Portal, address_of_database, until
from tests.postgres import Cluster

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WORKERS = 3
OFFICERS = 6
TEXT = "ㅇ 협의체 2회 개최"


@pytest.fixture
def cluster(task_force: TaskForce) -> Iterator[Cluster]:
    """Another server than that of the tests, holding a copy of what this test has committed."""
    me, people = task_force.ministries["ME"], task_force.people
    for number in range(OFFICERS):
        people[f"officer_{number}"] = builders.person(f"officer_{number}", "officer", me)
    with Cluster() as own:
        dump = [str(own.programs / "pg_dump"), "--no-owner", "--dbname", address_of_database()]
        load = [str(own.programs / "psql"), "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", own.url()]
        copied = subprocess.run(dump, check=True, capture_output=True).stdout
        subprocess.run(load, check=True, input=copied, stdout=subprocess.DEVNULL)
        yield own


def browser_of(portal: Portal, cluster: Cluster, user: User) -> Browser:
    """A browser whose session stands in the cluster: it was made in the database of the tests, and is copied over."""
    browser = Browser(portal, user)
    row = Session.objects.values_list("session_key", "session_data", "expire_date").get(pk=browser.cookies["sessionid"])
    with closing(psycopg2.connect(cluster.url())) as there, there, there.cursor() as cursor:
        cursor.execute("INSERT INTO django_session (session_key, session_data, expire_date) VALUES (%s, %s, %s)", row)
    return browser


class Writer:
    """An officer who keeps pressing "Save draft", each time with another text, until told to stop."""

    def __init__(self, browser: Browser, report_id: int, version: int) -> None:
        self.browser, self.report_id, self.version = browser, report_id, version
        self.acknowledged = 0
        self.refused: list[Answer] = []
        self.cut = 0

    def save(self) -> Answer:
        """One press; the page's version goes up with each one that was acknowledged."""
        prefix = f"r{self.report_id}-"
        form = {
            f"{prefix}version": self.version,
            f"{prefix}results": f"{TEXT} {self.version}",
            f"{prefix}light": "on_track",
        }
        answer = self.browser.post(f"/reports/{self.report_id}/draft/", form)
        if answer.status == 302:
            self.acknowledged += 1
            self.version += 1
        else:
            self.refused.append(answer)
        return answer

    def work(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                self.save()
            except BROKEN:
                self.cut += 1


def test_the_database_restarts_under_load(task_force, cluster, reports):
    """While it is away every answer is 503 with the text on it, never 500; once it is back, each worker recovers by
    itself with at most one more failure; what was acknowledged is there, and nothing else."""
    people = task_force.people
    codes = ("ME-01", "ME-02", "ME-03", "ME-04", "ME-05", "ME-06")
    with Portal(AT, database=cluster.url(), workers=WORKERS) as portal:
        browsers = [browser_of(portal, cluster, people[f"officer_{number}"]) for number in range(OFFICERS)]
        writers = [
            Writer(browser, reports[code].pk, reports[code].version)
            for browser, code in zip(browsers, codes, strict=True)
        ]
        stop = threading.Event()
        with ThreadPoolExecutor(OFFICERS) as pool:
            running = [pool.submit(writer.work, stop) for writer in writers]
            until(lambda: all(writer.acknowledged > 3 for writer in writers))
            cluster.stop()
            until(lambda: sum(len(writer.refused) for writer in writers) > 20)
            away = [answer for writer in writers for answer in writer.refused]
            cluster.start()
            up = [len(writer.refused) for writer in writers]
            had = [writer.acknowledged for writer in writers]
            until(lambda: all(writer.acknowledged > before + 3 for writer, before in zip(writers, had, strict=True)))
            stop.set()
            [one.result() for one in running]
        after = sum(len(writer.refused) for writer in writers) - sum(up)
        assert {answer.status for answer in away} == {503}, portal.printed()
        assert all(TEXT in answer.content.decode() for answer in away)
        assert {answer.status for writer in writers for answer in writer.refused} == {503}
        assert after <= WORKERS, f"{after} failures after the server was back"
        assert sum(writer.cut for writer in writers) == 0
        with closing(psycopg2.connect(cluster.url())) as there, there.cursor() as cursor:
            cursor.execute("SELECT id, version FROM tasks_report")
            versions = dict(cursor.fetchall())
        assert [versions[writer.report_id] for writer in writers] == [writer.version for writer in writers]


def test_idle_workers_recover(task_force, cluster, reports):
    """Nobody was at work while the server restarted: the first request afterwards is answered as if nothing was."""
    with Portal(AT, database=cluster.url(), workers=WORKERS) as portal:
        browsers = [browser_of(portal, cluster, task_force.people["officer_0"]) for _ in range(WORKERS * 2)]
        assert {browser.get("/my-tasks/").status for browser in browsers} == {200}
        cluster.stop()
        cluster.start()
        assert [browser.get("/my-tasks/").status for browser in browsers] == [200] * len(browsers), portal.printed()
