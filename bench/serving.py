"""Real gunicorn workers, and the browsers of many people, with the standard library alone."""

import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode
from uuid import uuid4

from .cluster import free_port

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 30  # seconds after which a server that does not answer is given up
BROKEN = (http.client.HTTPException, ConnectionError)  # what a browser sees of a worker that died
LOGIN = "/accounts/login/"


class Server:
    """`with Server(...) as server:` has gunicorn serving on a free port of this machine's loopback address.

    `env`: what the application reads from its environment. `headers`: what the proxy in front would put on a request.
    Leaving ends every worker.
    """

    def __init__(
        self,
        application: str,
        *,
        env: Mapping[str, str],
        options: Sequence[str] = (),
        headers: Mapping[str, str] = {},
    ) -> None:
        self.port = free_port()
        self.log = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as the server)
        own = [f"--bind=127.0.0.1:{self.port}", "--no-control-socket"]
        self.command = [sys.executable, "-m", "gunicorn", application, *own, *options]
        self.env, self.headers = dict(env), dict(headers)

    def __enter__(self) -> Self:
        self.server = subprocess.Popen(
            self.command, cwd=ROOT, env=self.env, stdout=self.log, stderr=self.log, start_new_session=True
        )
        deadline = time.monotonic() + PATIENCE
        try:
            while not self.answers():
                if self.server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"gunicorn does not serve:\n{self.printed()}")
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
            return Browser(self).get(LOGIN).status == 200
        except OSError:
            return False

    def workers(self) -> list[int]:
        """The processes of its workers; none where there is no /proc."""
        children = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children")
        return [int(pid) for pid in children.read_text().split()] if children.exists() else []

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

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")


@dataclass(frozen=True)
class CookieNames:
    """How the settings call the portal's cookies."""

    session: str = "sessionid"
    csrf: str = "csrftoken"
    language: str = "django_language"


class Browser:
    """One window of one person: its cookies, and one connection that stays open as long as the server lets it.

    With the key of a session it has been signed in from the start.
    """

    def __init__(self, server: Server, session: str = "", *, names: CookieNames = CookieNames()) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        self.headers, self.names = server.headers, names
        scheme, host = self.headers.get("X-Forwarded-Proto", "http"), f"127.0.0.1:{server.port}"
        self.origin = f"{scheme}://{self.headers.get('Host', host)}"
        self.cookies = {names.language: "en"}
        if session:
            self.cookies[names.session] = session

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, **headers)

    def post(self, path: str, fields: Mapping[str, Any], **headers: str) -> Answer:
        """Send a form; it brings the token of the cookie where the page gave none."""
        return self.send("POST", path, urlencode(self._with_token(fields), doseq=True), **headers)

    def post_multipart(self, path: str, fields: Mapping[str, Any], **headers: str) -> Answer:
        """The same, as a form that may carry files is sent."""
        boundary = uuid4().hex
        body = as_multipart(self._with_token(fields), boundary)
        return self.send("POST", path, body, Content_Type=f"multipart/form-data; boundary={boundary}", **headers)

    def _with_token(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        self.cookies.setdefault(self.names.csrf, "t" * 32)
        return {"csrfmiddlewaretoken": self.cookies[self.names.csrf], **fields}

    def send(self, method: str, path: str, body: str | bytes | None = None, **headers: str) -> Answer:
        """One request; `_` in the name of a header is `-`. Raises one of BROKEN where the worker dies, and then
        connects anew for the next one."""
        began = time.perf_counter()
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Origin": self.origin}
        sent |= self.headers
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
        """Through the page, as a person does: with the fields that its form hides."""
        form = re.search(rf'<form[^>]*action="{LOGIN}".*?</form>', self.get(LOGIN).text, re.DOTALL)
        if form is None:
            raise RuntimeError("There is no form for signing in.")
        answer = self.post(LOGIN, hidden_fields(form.group()) | {"login": username, "password": password})
        if answer.status != 302:
            raise RuntimeError(f"{username} cannot sign in: {answer.status}\n{answer.text}")
        return self


def hidden_fields(html: str) -> dict[str, str]:
    """The hidden inputs in a piece of a page, by their names."""
    found = {}
    for tag in re.findall(r'<input[^>]*type="hidden"[^>]*>', html):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        found[attributes["name"]] = attributes.get("value", "")
    return found


def as_multipart(fields: Mapping[str, Any], boundary: str) -> bytes:
    """The fields as a form that may carry files sends them."""
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, values in fields.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    return "".join([*parts, f"--{boundary}--\r\n"]).encode()


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
