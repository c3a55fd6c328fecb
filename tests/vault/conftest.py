"""What every test of the vault room starts from."""

import pytest

from nbguard.vault import lookup
from tests.openbao_server import openbao, vault_environment  # noqa: F401


@pytest.fixture(autouse=True)
def _fresh_lookups() -> None:
    lookup.forget()
