"""Fingerprints: stable, keyed, and telling nothing."""

import hashlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.errors import UsageError
from nbguard.policy.fingerprint import DEFAULT_SALT, find_salt, fingerprint
from nbguard.policy.policy_settings import Config


@pytest.fixture(autouse=True)
def _no_salt_around(monkeypatch):
    monkeypatch.delenv("NBGUARD_SALT", raising=False)


def test_it_is_the_hash_that_the_docs_describe():
    """Written out again from the description: other tools may have to compute it."""
    expected = hashlib.blake2b(b"ionq-api-key\0value", digest_size=16, key=b"pepper", person=b"nbguard/1").hexdigest()
    assert fingerprint("ionq-api-key", "value", b"pepper") == expected


@settings(deadline=None)
@given(st.text(), st.text(), st.binary(min_size=1, max_size=200))
def test_any_value_and_salt_has_one(rule, value, salt):
    """Also a value with lone surrogates, and a salt longer than the hash takes as a key."""
    found = fingerprint(rule, value, salt)
    assert re.fullmatch("[0-9a-f]{32}", found)
    assert found == fingerprint(rule, value, salt)


@settings(deadline=None)
@given(st.text(), st.text(), st.binary(min_size=1), st.binary(min_size=1))
def test_rule_value_and_salt_all_count(one, other, salt, pepper):
    if one != other:
        assert fingerprint("r", one, salt) != fingerprint("r", other, salt)
        assert fingerprint(one.replace("\0", "0"), "v", salt) != fingerprint(other.replace("\0", "1") + "x", "v", salt)
    # A key is padded with zero bytes, so keys that differ only there are the same key.
    if salt.rstrip(b"\0") != pepper.rstrip(b"\0"):
        assert fingerprint("r", "v", salt) != fingerprint("r", "v", pepper)


def test_where_the_salt_comes_from(tmp_path, monkeypatch):
    config = Config(str(tmp_path))
    assert find_salt(config) == (DEFAULT_SALT, "default")
    (tmp_path / ".nbguard-salt").write_text("from the file\n")
    assert find_salt(config) == (b"from the file", "file")
    config = config._replace(salt="from the settings")
    assert find_salt(config) == (b"from the settings", "configuration")
    monkeypatch.setenv("NBGUARD_SALT", "from the environment")
    assert find_salt(config) == (b"from the environment", "environment")
    assert "from the env" not in repr(find_salt(config))


def test_an_empty_salt_is_none(tmp_path, monkeypatch):
    (tmp_path / ".nbguard-salt").write_text("\n")
    monkeypatch.setenv("NBGUARD_SALT", " ")
    assert find_salt(Config(str(tmp_path))).origin == "default"


def test_a_salt_that_cannot_be_read_is_an_error(tmp_path):
    """With another salt every waiver would silently stop to match."""
    (tmp_path / ".nbguard-salt").mkdir()
    with pytest.raises(UsageError, match=r"^\.nbguard-salt: is a directory"):
        find_salt(Config(str(tmp_path)))
