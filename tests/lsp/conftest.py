"""A Vault, and an environment that names no other."""

import os

import pytest

from tests.openbao_server import openbao, vault_environment  # noqa: F401


@pytest.fixture(autouse=True)
def _no_vault(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("VAULT_", "NBGUARD_", "BAO_")):
            monkeypatch.delenv(name)
