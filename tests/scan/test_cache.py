"""The cache: a second run looks at what is new, and nothing that was found is ever kept."""

import os
import sqlite3

from nbguard.policy.policy_settings import Config
from nbguard.repository.history import select_everything
from nbguard.scan.cache import open_cache, rules_hash
from nbguard.scan.history_scan import HistoryScan
from tests.fake_tokens import FakeTokens
from tests.scan.histories import History, with_dwave, with_ionq

KINDS = frozenset(("credential",))


def scan(history, folder, **settings):
    config = Config(str(history.path), **settings)
    with open_cache(config, KINDS, folder=str(folder)) as cache:
        return HistoryScan(str(history.path), config, KINDS, cache).run(select_everything(str(history.path))).result


def test_a_second_run_loads_only_what_is_new(tmp_path):
    history = History(tmp_path / "r")
    for number in range(5):
        history.commit(**{"a.py": f"x = {number}\n" * 100})
    first = scan(history, tmp_path / "cache").report.summary
    again = scan(history, tmp_path / "cache").report.summary
    assert (first.files, again.files) == (5, 5)
    assert first.bytes == 3000
    assert again.bytes == 0
    history.commit(**{"a.py": "y = 1\n"})
    assert scan(history, tmp_path / "cache").report.summary.bytes == 6


def test_what_was_found_is_found_again_and_not_kept(tmp_path):
    history, tokens = History(tmp_path / "r"), FakeTokens(30)
    token, opaque = tokens.dwave(), tokens.ionq()
    history.commit(**{"a.py": with_dwave(token), "b.ipynb": with_ionq(opaque), "c.py": "clean\n"})
    runs = [scan(history, tmp_path / "cache").report.findings for _ in range(2)]
    assert len(runs[0]) == 2
    assert runs[0] == runs[1]
    kept = b"".join((tmp_path / "cache" / name).read_bytes() for name in os.listdir(tmp_path / "cache"))
    assert token.encode() not in kept
    assert opaque.encode() not in kept
    with sqlite3.connect(tmp_path / "cache" / "clean.sqlite") as connection:
        # One content is clean, and none of the values stands in it.
        assert connection.execute("SELECT count(*) FROM clean").fetchone() == (2,)
    assert os.stat(tmp_path / "cache" / "clean.sqlite").st_mode & 0o077 == 0


def test_a_clean_file_is_read_again_for_a_value_found_later(tmp_path):
    history, token = History(tmp_path / "r"), FakeTokens(31).ionq()
    history.commit(**{"note.txt": f"the value is {token}\n"})
    assert not scan(history, tmp_path / "cache").report.findings
    history.commit(**{"b.ipynb": with_ionq(token)})
    assert {found.path for found in scan(history, tmp_path / "cache").report.findings} == {"note.txt", "b.ipynb"}


def test_other_rules_and_other_names_look_again(tmp_path):
    """Clean under one name, one policy and one kind says nothing of another."""
    token = FakeTokens(32).ibm_legacy()
    history = History(tmp_path / "r")
    content = '{"default": {"token": "' + token + '"}}'
    history.commit(**{"a.txt": content})
    scan(history, tmp_path / "cache")
    history.write(".qiskit/qiskit-ibm.json", content)
    history.commit()
    assert scan(history, tmp_path / "cache").report.findings
    config = Config("/r")
    hashes = {
        rules_hash(config, KINDS),
        rules_hash(config, KINDS | {"hygiene"}),
        rules_hash(config._replace(profile="enterprise"), KINDS),
        rules_hash(config._replace(sample_data={"rows": 3}), KINDS),
        rules_hash(config._replace(disable=("x",)), KINDS),
    }
    assert len(hashes) == 5
    assert rules_hash(config._replace(salt="other"), KINDS) in hashes


def test_a_broken_cache_is_no_cache(tmp_path):
    history = History(tmp_path / "r")
    history.commit(**{"a.py": with_dwave(FakeTokens(33).dwave())})
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "clean.sqlite").write_bytes(b"no database" * 1000)
    assert len(scan(history, tmp_path / "cache").report.findings) == 1
    (tmp_path / "file").write_text("")
    assert len(scan(history, tmp_path / "file").report.findings) == 1
