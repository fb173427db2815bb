"""Real gunicorn workers before a real database, and the browsers of many people, with the standard library alone."""

import http.client
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from ministries.models import User
from tests.pages import filled, page
from tests.postgres import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 30  # seconds after which a server that does not answer fails the test
BROKEN = (http.client.HTTPException, ConnectionError)  # what a browser sees of a worker that died


def address_of_database() -> str:
    """DATABASE_URL of the very database that this test works in; what it has committed, the server sees."""
    config = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{config['NAME']}"
    user, password = quote(config["USER"]), quote(config["PASSWORD"])
    return f"postgres://{user}:{password}@{config['HOST']}:{config['PORT']}/{config['NAME']}"


class Portal:
    """`with Portal(...) as portal:` has gunicorn serving on a free port of this machine's loopback address.

    `moment`: what the domain's clock shows when the server starts; it runs on from there. Leaving ends every worker.
    """

    def __init__(
        self, moment: datetime, *, database: str = "", workers: int = 1, threads: int = 1, env: Mapping[str, str] = {}
    ) -> None:
        self.port = free_port()
        self.log = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as the server)
        options = [f"--bind=127.0.0.1:{self.port}", f"--workers={workers}", "--keep-alive=60", "--no-control-socket"]
        if threads > 1:
            options += ["--worker-class=gthread", f"--threads={threads}"]
        # Loaded once, before the workers: one that was killed is back in a moment.
        self.command = [sys.executable, "-m", "gunicorn", "tests.faults.wsgi", "--preload", *options]
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tfportal.settings.test",
            "DATABASE_URL": database or address_of_database(),
            "TFPORTAL_TEST_MOMENT": moment.isoformat(),
            **env,
        }

    def __enter__(self) -> Self:
        self.server = subprocess.Popen(
            self.command, cwd=ROOT, env=self.env, stdout=self.log, stderr=self.log, start_new_session=True
        )
        deadline = time.monotonic() + PATIENCE
        try:
            while not self.answers():
                if self.server.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f"gunicorn does not serve:\n{self.printed()}")
                time.sleep(0.05)
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.end()

    def end(self) -> None:
        """End the server and its workers, the stuck ones too."""
        self.server.terminate()
        try:
            self.server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()

    def answers(self) -> bool:
        try:
            return Browser(self).get("/accounts/login/").status == 200
        except OSError:
            return False

    def cpu_seconds(self) -> float:
        """What the server and its workers have used of the processor so far; 0 where there is no /proc."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                columns = stat.read_text().rpartition(")")[2].split()
            except OSError:  # ended in between
                continue
            if int(columns[2]) == self.server.pid:  # its process group
                ticks += int(columns[11]) + int(columns[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def printed(self) -> str:
        """What the server and the application wrote to their log so far."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")


@dataclass(frozen=True)
class Answer:
    """What came back. `seconds`: how long it took, connecting included."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    seconds: float

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


class Browser:
    """One window of one person: its cookies, and one connection that stays open as long as the server lets it.

    With a user it has been signed in from the start, by a session that was written into the database directly.
    """

    def __init__(self, portal: Portal, user: User | None = None) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=PATIENCE)
        self.origin = f"http://127.0.0.1:{portal.port}"
        self.cookies = {"django_language": "en"}
        if user is not None:
            self.cookies["sessionid"] = session_of(user)

    def get(self, path: str) -> Answer:
        return self.send("GET", path)

    def post(self, path: str, fields: Mapping[str, Any], **headers: str) -> Answer:
        """Send a form; it brings the token of the cookie where the page gave none."""
        self.cookies.setdefault("csrftoken", "t" * 32)
        sent = {"csrfmiddlewaretoken": self.cookies["csrftoken"], **fields}
        return self.send("POST", path, urlencode(sent, doseq=True), **headers)

    def send(self, method: str, path: str, body: str | None = None, **headers: str) -> Answer:
        """One request. Raises one of BROKEN where the worker dies, and then connects anew for the next one."""
        began = time.perf_counter()
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Origin": self.origin}
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.connection.request(
                method, path, body, sent | {name.replace("_", "-"): v for name, v in headers.items()}
            )
            came = self.connection.getresponse()
            content = came.read()
        except BROKEN:
            self.connection.close()
            raise
        for line in came.headers.get_all("set-cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        known = {name.lower(): value for name, value in came.headers.items()}
        return Answer(came.status, known, content, time.perf_counter() - began)

    def sign_in(self, username: str, password: str) -> Self:
        """Through the page, as a person does."""
        form = filled(page(self.get("/accounts/login/")), "/accounts/login/")
        answer = self.post("/accounts/login/", form | {"login": [username], "password": [password]})
        assert answer.status == 302, answer.content.decode()
        return self


def session_of(user: User) -> str:
    """The key of a new session in which the person is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def others_at_work() -> float:
    """The share of this machine's processors that is busy while we do nothing, 0 to 1; 0 where there is no /proc."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return 0.0
    samples = []
    for _ in range(2):
        samples.append([int(ticks) for ticks in stat.read_text().splitlines()[0].split()[1:9]])
        time.sleep(0.5)
    spent = [after - before for before, after in zip(*samples, strict=True)]
    return 1 - float(spent[3] + spent[4]) / max(1.0, float(sum(spent)))  # idle, and waiting for a disk


def share(values: Sequence[float], part: float) -> float:
    """The value below which that part of the values lies, such as 0.95."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def until(is_so: Callable[[], object]) -> None:
    """Look again and again until it is so; what never comes fails the test instead of hanging it."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)
