"""The launcher: what stands in its way is said in one sentence, and nothing is done twice."""

import ast
import builtins
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import dev

pytestmark = pytest.mark.either

SOURCE = Path(dev.__file__)


def launch(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(SOURCE), *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_port_in_use_is_told_before_anything_else_happens():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        outcome = launch("run", "--port", str(port))
    assert outcome.returncode == 1
    assert outcome.stdout == ""
    assert outcome.stderr.startswith(f"Port {port} is in use: ")
    assert outcome.stderr.count("\n") == 1


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http"])
def test_bad_port(port: str):
    outcome = launch("run", f"--port={port}")
    assert outcome.returncode == 2
    assert f"'{port}' is not a port" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_unknown_command():
    outcome = launch("rum")
    assert outcome.returncode == 2
    assert "Traceback" not in outcome.stderr


@pytest.mark.parametrize("version", [(3, 6, 15), (3, 9, 2), (3, 10, 14)])
def test_old_python_is_told_in_a_sentence(version: tuple[int, ...]):
    sentence = dev.old_python(version)
    assert sentence is not None
    assert "3.11 or newer" in sentence
    assert f"this is {version[0]}.{version[1]}:" in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 13, 1), (4, 0, 0)])
def test_new_python_is_welcome(version: tuple[int, ...]):
    assert dev.old_python(version) is None


def test_old_python_gets_far_enough_to_say_so():
    """3.6 has to parse the file and to run its definitions, annotations included, with nothing but its own library."""
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 6))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            assert "__future__" not in names
            assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            for part in ast.walk(annotation) if annotation else ():
                assert not isinstance(part, ast.BinOp), f"line {part.lineno}: X | Y needs Python 3.10"
                if isinstance(part, ast.Subscript) and isinstance(part.value, ast.Name):
                    assert not hasattr(builtins, part.value.id), f"line {part.lineno}: list[X] needs Python 3.9"


def test_missing_venv_module(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "ensurepip" else object())
    with pytest.raises(dev.Trouble, match="apt install python3-venv"):
        dev.check_venv_module()


def printing(text: str, code: int) -> list[str]:
    return [sys.executable, "-c", f"import sys; print({text!r}); sys.exit({code})"]


def test_step_that_fails_shows_its_last_lines_and_the_advice(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(dev.Trouble, match="Look under the bonnet"):
        dev.step("Turning the key", printing("\n".join(f"line {n}." for n in range(40)), 3), "Look under the bonnet.")
    out, err = capsys.readouterr()
    assert out == "Turning the key … failed\n"
    assert err.splitlines() == [f"line {n}." for n in range(25, 40)]


def test_step_without_a_network_says_just_that(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(dev.Trouble, match="Fetching things needs the network"):
        dev.step("Fetching things", printing("npm error code EAI_AGAIN", 1), "Look under the bonnet.")
    assert capsys.readouterr().err == ""


def test_step_that_succeeds_is_one_line(capsys: pytest.CaptureFixture[str]):
    assert dev.step("Turning the key", printing("vroom", 0), "").strip() == "vroom"
    out, err = capsys.readouterr()
    assert out.startswith("Turning the key … ")
    assert out.count("\n") == 1
    assert err == ""


def test_design_system_is_installed_again_only_when_its_lock_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    installed: list[Any] = []
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "npm", lambda: ["npm"])
    monkeypatch.setattr(dev, "step", lambda text, command, advice: installed.append(command))
    (tmp_path / "node_modules").mkdir()
    for lock, times in (("one", 1), ("one", 1), ("two", 2), ("two", 2)):
        (tmp_path / "package-lock.json").write_text(lock)
        dev.install_design_system()
        assert len(installed) == times
    assert installed[0] == ["npm", "ci", "--ignore-scripts"]


@pytest.mark.parametrize("arguments", [["-n", "0"], ["-n4"], ["-x", "-p", "no:xdist"], ["--numprocesses=3"], ["--pdb"]])
def test_caller_decides_about_the_cores(arguments: list[str]):
    assert dev.workers(arguments) == []


def test_tests_run_on_several_cores_otherwise():
    assert dev.workers(["tests/test_dev.py", "--postgres", "-k", "port"])[0] == "-n"


def test_no_program_outlives_the_launcher():
    started = time.monotonic()
    with (
        pytest.raises(KeyboardInterrupt),
        dev.child([sys.executable, "-c", "import time; time.sleep(60)"]) as process,
    ):
        raise KeyboardInterrupt
    assert process.returncode is not None
    assert time.monotonic() - started < 10


MANAGE = """
import os, pathlib, socket, sys, time
mail = pathlib.Path(__file__).with_name("mail")
if sys.argv[1] == "runserver":
    host, port = sys.argv[2].split(":")
    with socket.create_server((host, int(port))):
        while not mail.exists():
            time.sleep(0.01)
else:
    beside = mail.with_name("mail.new")
    beside.write_text(f"{os.getpid()} {' '.join(sys.argv[1:])} {os.environ['PORTAL_URL']}")
    beside.rename(mail)
    time.sleep(60)
"""


def test_mail_is_sent_beside_the_server_and_ends_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The mailer starts once the portal answers, knows its address, and is gone as soon as the server has ended."""
    (tmp_path / "manage.py").write_text(MANAGE)
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "PYTHON", sys.executable)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started = time.monotonic()
    dev.serve(port, "nobody")
    pid, *command = (tmp_path / "mail").read_text().split()
    assert command == ["run_due", "--every", "10", f"http://127.0.0.1:{port}"]
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)
    assert time.monotonic() - started < 20
