"""The register of credentials, on histories whose generator knows what is true of each of them."""

import os
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.audit.commit_dates import moment_of
from nbguard.audit.register import Credential, make_register
from nbguard.audit.repository_reading import read_repository
from nbguard.policy.config import load_config
from nbguard.policy.fingerprint import find_salt, fingerprint
from tests.audit.generated_histories import GeneratedHistory
from tests.command_line import assert_no_secret, nbguard
from tests.fake_tokens import FakeTokens
from tests.scan.histories import History, with_dwave

TODAY = date(2026, 3, 1)


def differences(seed: int) -> list[str]:
    """What the register says of a generated history that isn't so, and what it leaves out."""
    with tempfile.TemporaryDirectory(prefix="nbguard-") as folder:
        history = GeneratedHistory(Path(folder, "r"), seed)
        os.environ["XDG_CACHE_HOME"] = str(Path(folder, "cache"))
        config = load_config(str(history.path))
        register = make_register([read_repository(config)], config, TODAY)
        assert_no_secret(repr(register))
        wrong = [] if not register.skipped else [f"{seed}: skipped {register.skipped}"]
        salt = find_salt(config).key
        for value, truth in history.truths().items():
            found = entry_of(value, salt, register.credentials)
            exists = bool(truth.writes or truth.files)
            if not exists or len(found) != 1:
                if exists or found:
                    wrong.append(f"{seed}: {len(found)} entries for {truth}")
                continue
            wrong += [f"{seed}: {what}" for what in compare(found[0], truth, history)]
        known = sum(bool(truth.writes or truth.files) for truth in history.truths().values())
        return wrong if len(register.credentials) == known else [*wrong, f"{seed}: more entries than values"]


def entry_of(value: str, salt: bytes, credentials: tuple[Credential, ...]) -> list[Credential]:
    rule = "dwave-sapi-token" if value.startswith("DEV-") else "ionq-api-key"
    return [credential for credential in credentials if credential.fingerprint == fingerprint(rule, value, salt)]


def compare(entry, truth, history):
    stays = {(stay.path, history.marks[stay.first_commit]) for stay in entry.history}
    paths = {path for path, _ in truth.writes}
    if not stays <= truth.writes or {path for path, _ in stays} != paths:
        yield f"history {stays} for {truth.writes}"
    if sum(stay.commits for stay in entry.history) != len(truth.writes):
        yield f"{sum(stay.commits for stay in entry.history)} writes for {len(truth.writes)}"
    if {ref.removeprefix("refs/heads/") for ref in entry.refs} - {"made"} != truth.branches:
        yield f"refs {entry.refs} for {truth.branches}"
    if {place.path for place in entry.now} != truth.files:
        yield f"files {entry.now} for {truth.files}"
    if (moment_of(entry.first_seen or ""), moment_of(entry.last_seen or "")) != (truth.first, truth.last):
        yield f"{entry.first_seen} to {entry.last_seen} for {truth.first} to {truth.last}"


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000_000))
def test_nothing_is_missed_and_nothing_made_up(seed):
    assert differences(seed) == []


@pytest.mark.slow
def test_nothing_is_missed_in_many_histories():
    """NBGUARD_HISTORIES asks for more."""
    count = int(os.environ.get("NBGUARD_HISTORIES", "40"))
    wrong = [what for seed in range(count) for what in differences(seed)]
    assert wrong == []


def test_a_value_of_a_submodule_has_the_dates_of_its_commits(tmp_path):
    """Its commits are in no ref of the repository around it, and git lists nothing where it is asked for them."""
    inner, outer, tokens = History(tmp_path / "inner"), History(tmp_path / "r"), FakeTokens(307)
    values = tokens.dwave(), tokens.dwave()
    written = inner.commit(**{"a.py": with_dwave(values[0])})
    outer.write("b.py", with_dwave(values[1]))
    outer.git("submodule", "--quiet", "add", str(inner.path), "sub")
    outer.commit()
    config = load_config(str(outer.path))
    register = make_register([read_repository(config)], config, TODAY)
    found = {entry.history[0].path: entry for entry in register.credentials}
    assert set(found) == {"sub/a.py", "b.py"}
    assert found["sub/a.py"].history[0].first_commit == written
    assert str(found["sub/a.py"].first_seen).startswith("2023-11-1")
    assert (found["sub/a.py"].refs, found["b.py"].refs) == ((), ("refs/heads/main",))
    told = nbguard("trace", found["sub/a.py"].fingerprint, cwd=outer.path)
    assert "Ada Q" in told.out
