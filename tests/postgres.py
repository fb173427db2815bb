"""pytest's option to run everything on a throw-away PostgreSQL server.

pyproject.toml loads this file as a plugin, ahead of any conftest: the server has to run, and DATABASE_URL has to name
it, before Django reads its settings. So nothing here may import Django or the application.
"""

import os
import signal
from collections.abc import Generator
from typing import Any

import pytest

from bench import cluster
from bench.cluster import FORGETFUL, free_port, programs

__all__ = ["Cluster", "free_port", "programs"]


class Cluster(cluster.Cluster):
    """A server that need not outlive a power cut: it spares the tests the waiting for a disk."""

    def __init__(self) -> None:
        super().__init__(FORGETFUL)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgres", action="store_true", help="run the tests on a throw-away PostgreSQL server")


@pytest.hookimpl(wrapper=True)  # wrappers go first: pytest-django reads the settings in the same hook
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, Any, Any]:
    """Start the server for --postgres, unless DATABASE_URL names one: then it is the caller's, or the controller's."""
    given = os.environ.get("DATABASE_URL", "").startswith("postgres")
    if early_config.known_args_namespace.postgres and not given:
        start_for_session(early_config)
    return (yield)


def start_for_session(config: pytest.Config) -> None:
    """Start a server that lives as long as this run of pytest, its parallel workers included."""
    try:
        server = Cluster().__enter__()
    except RuntimeError as error:
        raise pytest.UsageError(f"--postgres is not possible here: {error}") from None
    config.add_cleanup(server.remove)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # being killed cleans up like Ctrl-C
    os.environ["DATABASE_URL"] = server.url("tfportal")
