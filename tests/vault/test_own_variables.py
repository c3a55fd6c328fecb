"""Two references never share an environment variable: a program would get the other one's value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from nbguard.errors import UsageError
from nbguard.vault.marked_references import build_environment
from nbguard.vault.own_variables import keep_variables_apart
from nbguard.vault.references import Reference
from nbguard.vault.style import Lookup
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens

if TYPE_CHECKING:
    from pathlib import Path

    from tests.openbao_server import OpenBao


def test_the_first_reference_keeps_the_variable_and_the_others_get_their_own() -> None:
    references = [Reference("secret", "quantum/dwave/a", key) for key in ("token", "token_2")]
    references.append(Reference("secret", "quantum/dwave/b", "token"))
    lookups = {str(number): Lookup(one, "DWAVE_API_TOKEN") for number, one in enumerate(references)}
    apart = keep_variables_apart(lookups)
    assert apart["0"].variable == "DWAVE_API_TOKEN"
    assert len({lookup.variable for lookup in apart.values()}) == 3
    assert [lookup.reference for lookup in apart.values()] == references


def test_one_variable_for_two_references_is_refused() -> None:
    found = {"quantum/dwave#a": "A", "quantum/dwave#b": "B"}
    pairs = ["DWAVE_API_TOKEN=quantum/dwave#a", "DWAVE_API_TOKEN=quantum/dwave#b"]
    assert build_environment({}, [], pairs[:1] * 2, found.__getitem__) == {"DWAVE_API_TOKEN": "A"}
    with pytest.raises(UsageError, match="DWAVE_API_TOKEN is given twice"):
        build_environment({}, [], pairs, found.__getitem__)


@pytest.mark.slow
@pytest.mark.parametrize("order", [("a.py", "b.py"), ("b.py", "a.py"), ("a.py b.py",)], ids=str)
def test_two_values_of_one_provider_get_two_variables(
    tmp_path: Path,
    openbao: OpenBao,
    monkeypatch: pytest.MonkeyPatch,
    order: tuple[str, ...],
) -> None:
    """One is stored under the provider's key, the other under the name that code gives it: at once, or in turns."""
    openbao.empty()
    for name, value in openbao.environment.items():
        monkeypatch.setenv(name, value)
    tokens = FakeTokens(1206)
    (tmp_path / "a.py").write_text(f's = DWaveSampler(token="{tokens.dwave()}")\n')
    (tmp_path / "b.py").write_text(f'dwave_api_token = "{tokens.dwave()}"\n')
    for files in order:
        nbguard("vault", "move", "--yes", "--style", "env", *files.split(), cwd=tmp_path)
    variables = [re.findall(r'environ\["(\w+)"\]', (tmp_path / name).read_text()) for name in ("a.py", "b.py")]
    assert all(len(found) == 1 for found in variables)
    assert variables[0] != variables[1]
