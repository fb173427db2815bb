"""A throw-away PostgreSQL server from the machine's own programs, for measurements and for tests.

The tests need it before Django reads its settings: nothing here may import Django or the application.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

SUPERUSER = "postgres"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
}
# For tests: the data has to survive its own processes, not the machine. Measurements keep what a server has of itself.
FORGETFUL = {"fsync": "off", "full_page_writes": "off"}


def programs() -> Path | None:
    """The folder with the newest server's programs, or None. Debian keeps them off PATH, one folder a version."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True
    )
    if postgres := shutil.which("postgres"):
        folders.append(Path(postgres).resolve().parent)
    if pg_config := shutil.which("pg_config"):
        answer = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        folders.append(Path(answer.stdout.strip()))
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def account() -> tuple[int, int] | None:
    """Whom the server runs as, (user, group), when we are root: PostgreSQL refuses that. None: as ourselves."""
    if os.name == "nt" or os.geteuid() != 0:
        return None
    import pwd  # not on Windows

    known = {entry.pw_name: (entry.pw_uid, entry.pw_gid) for entry in pwd.getpwall()}
    return known.get(SUPERUSER) or known["nobody"]


class Cluster:
    """`with Cluster() as cluster:` has an empty server on a free port of this machine; leaving it removes every trace.

    stop() and start() in between are what a restart of the server looks like to the application. `settings`: the
    server's own, beside those that every such server needs.
    """

    def __init__(self, settings: Mapping[str, str] = {}) -> None:
        found = programs()
        if found is None:
            raise RuntimeError("PostgreSQL's server programs (initdb, postgres) are not on this machine.")
        self.programs = found
        self.settings = SETTINGS | dict(settings)
        self.account = account()
        self.port = free_port()
        self.password = secrets.token_urlsafe(16)
        self.server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="tfportal-postgres-"))
        self.log = self.folder / "log"
        try:
            self.create()
            self.start()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.remove()

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases, as DATABASE_URL takes it."""
        return f"postgres://{SUPERUSER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def create(self) -> None:
        """Write the data folder. The password keeps this machine's other users out of a superuser's account."""
        secret = self.folder / "password"
        secret.write_text(self.password)
        if self.account:
            for path in (self.folder, secret):
                os.chown(path, *self.account)
        who = ["--username", SUPERUSER, "--pwfile", str(secret), "--auth", "scram-sha-256"]
        if self.launch("initdb", *who, "--encoding", "UTF8", "--locale", "C", "--no-sync").wait():
            raise RuntimeError(f"initdb failed:\n{self.log.read_text(errors='replace')}")

    def start(self) -> None:
        """Start the server on the data that is there and wait until it accepts connections."""
        settings = [f"--{name}={value}" for name, value in self.settings.items()]
        self.server = self.launch("postgres", "-p", str(self.port), *settings)
        status = self.folder / "data" / "postmaster.pid"  # its last line tells when the server is ready
        deadline = time.monotonic() + 60
        while not (status.exists() and status.read_text().rstrip().endswith("ready")):
            if self.server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{self.log.read_text(errors='replace')}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End the server at once, whoever is connected. The data stays."""
        if self.server is None:
            return
        self.server.send_signal(signal.SIGINT)  # PostgreSQL's "fast" shutdown
        try:
            self.server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.server.kill()
            self.server.wait()
        self.server = None

    def remove(self) -> None:
        """Stop the server and delete its files."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, program: str, *options: str) -> None:
        """One of PostgreSQL's programs for clients, such as createdb."""
        where = ["--host", "127.0.0.1", "--port", str(self.port), "--username", SUPERUSER]
        env = os.environ | {"PGPASSWORD": self.password}
        subprocess.run([str(self.programs / program), *where, *options], env=env, check=True)

    def launch(self, program: str, *options: str) -> "subprocess.Popen[bytes]":
        """Start one of PostgreSQL's programs on the data folder; what it prints goes to the log."""
        user, group = self.account or (None, None)
        with self.log.open("ab") as output:
            return subprocess.Popen(
                [str(self.programs / program), "-D", str(self.folder / "data"), *options],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C ends the tests first, and they end the server
                user=user,
                group=group,
                extra_groups=[] if self.account else None,
            )
