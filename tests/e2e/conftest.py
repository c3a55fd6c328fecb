"""One snapshot of the project and one pre-commit cache for all end-to-end tests, so that the hooks are built once."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from nbguard.cli.demo.server import Server, run_server
from tests.e2e.lab import Lab, Snapshot, take_snapshot

_NUMBERS = count()


@pytest.fixture(scope="session")
def pre_commit_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return take_snapshot(tmp_path_factory.mktemp("nbguard"))


@pytest.fixture
def lab(tmp_path: Path, pre_commit_home: Path) -> Lab:
    return Lab(tmp_path / f"lab{next(_NUMBERS)}", pre_commit_home)


@pytest.fixture
def vault_server(tmp_path: Path) -> Iterator[Server]:
    with run_server(str(tmp_path)) as server:
        yield server
