"""Protects the step everything else stands behind: a literal the prefilter misses is a secret nobody looks for."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.detect import prefilter as module
from nbguard.detect.prefilter import Hit, Prefilter
from nbguard.detect.triggers import load_triggers

LITERALS = ("dev-", "ionqprovider", "x-auth-token", "_t_")
STEMS = ("dev-", "prov", "tok", "_t_")


def places(raw: bytes) -> set[Hit]:
    lowered = raw.lower()
    return {
        Hit(number, at + len(literal))
        for number, literal in enumerate(LITERALS)
        for at in range(len(raw))
        if lowered.startswith(literal.encode(), at)
    }


PIECES = st.sampled_from(
    [b"DEV-", b"dev-dev-", b"IonQProvider", b"_T__T_", b"x", b" ", b"\xff", b"\n", b"X-AUTH-TOKEN"]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=20).map(b"".join))
def test_both_engines_name_every_place(tmp_path_factory, raw):
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.getbasetemp() / "cache")
    literal_by_literal = Prefilter(LITERALS)
    assert set(literal_by_literal.search(raw)) == places(raw)
    assert literal_by_literal._database is None
    assert set(Prefilter(LITERALS, stems=STEMS).search(raw)) == places(raw)
    in_one_pass = Prefilter(LITERALS)
    in_one_pass._searched = module._LITTLE
    assert set(in_one_pass.search(raw + b" ")) == places(raw + b" ")
    assert in_one_pass._database is not None


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "nbguard"


def big(text: bytes) -> bytes:
    return text + b" " * (module._LITTLE + 1)


def test_the_compiled_database_is_kept_and_used_again(cache):
    Prefilter(LITERALS).search(big(b"DEV-"))
    (kept,) = cache.iterdir()
    written = kept.stat().st_mtime_ns
    assert Prefilter(LITERALS).search(big(b"DEV-")) == [Hit(0, 4)]
    assert kept.stat().st_mtime_ns == written


def test_other_literals_have_another_database(cache):
    Prefilter(LITERALS).search(big(b""))
    Prefilter((*LITERALS, "more")).search(big(b""))
    assert len(list(cache.iterdir())) == 2


def test_a_damaged_database_is_made_anew(cache):
    Prefilter(LITERALS).search(big(b""))
    (kept,) = cache.iterdir()
    kept.write_bytes(b"not a database")
    assert Prefilter(LITERALS).search(big(b"DEV-")) == [Hit(0, 4)]
    assert kept.read_bytes() != b"not a database"


def test_without_a_cache_folder_it_works_all_the_same(monkeypatch, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert Prefilter(LITERALS).search(big(b"DEV-")) == [Hit(0, 4)]


def test_values_are_never_written_to_disk(cache):
    """Echoes are searched with the values themselves as literals."""
    assert Prefilter(["hush-hush-value"], cached=False).search(big(b"HUSH-hush-value")) == [Hit(0, 15)]
    assert not cache.exists()


def test_a_stem_stands_in_each_of_its_literals():
    """Else a literal would never be searched."""
    assert [trigger.literal for trigger in load_triggers().table if trigger.stem not in trigger.literal] == []
