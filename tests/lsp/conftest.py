"""A Vault, and an environment that names no other."""

import os
import threading
from collections.abc import Iterator

import pytest

from tests.openbao_server import OpenBao, openbao, vault_environment  # noqa: F401
from tests.vault.faulty_proxy import FaultyProxy


@pytest.fixture(autouse=True)
def _no_vault(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("VAULT_", "NBGUARD_", "BAO_")):
            monkeypatch.delenv(name)


@pytest.fixture
def slow(vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:  # noqa: F811
    """A Vault that answers nothing until the event is set."""
    proxy, answers = FaultyProxy(vault_environment.port), threading.Event()

    def draw() -> str:
        answers.wait(30)
        return ""

    proxy.draw = draw  # type: ignore[method-assign]
    monkeypatch.setenv("VAULT_ADDR", proxy.address)
    yield answers
    proxy.close()
