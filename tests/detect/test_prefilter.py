"""Protects the step everything else stands behind: a literal the prefilter misses is a secret nobody looks for."""

import os
import re

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


@pytest.mark.parametrize("others", [(), ("dev-",)])
def test_a_literal_longer_than_hyperscan_takes_is_found_like_any_other(others):
    """A value that was found is looked for in other files, however long it is."""
    value = "aB3" * 6_000
    raw = b"x" + value.encode() + b" DEV-" + value.encode()
    prefilter = Prefilter((*others, value), cached=False)
    ends = {Hit(len(others), 1 + len(value)), Hit(len(others), len(raw))}
    if others:
        ends.add(Hit(0, 1 + len(value) + 5))
    assert set(prefilter.search(b"")) == set()
    assert set(prefilter.search(raw)) == ends
    assert prefilter.find_present(raw) == {hit.literal for hit in ends}
    prefilter._searched = module._LITTLE
    assert set(prefilter.search(raw)) == ends


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


@pytest.mark.parametrize("size", [0, 100_000])
def test_a_narrowed_literal_is_found_where_its_regex_matches_and_elsewhere_at_most_too_often(size):
    """Below the size from which hyperscan is used every place counts, above it those that the regex matches."""
    narrow = {"://": r"://[^/@:\s]+:[^/@:\s]+@"}
    raw = b"http://a.example/x://y HTTPS://user:word@host token ://u:p" + b" " * size + b"://a:b@c"
    search = Prefilter(["token", "://"], narrow=narrow).search
    hits = {(hit.literal, hit.end) for hit in search(raw)}
    wanted = {(1, raw.index(b"://user") + 3), (1, len(raw) - 5), (0, raw.index(b"token") + 5)}
    assert wanted <= hits
    every = {(1, at + 3) for at in range(len(raw)) if raw.startswith(b"://", at)} | {(0, raw.index(b"token") + 5)}
    assert hits == (wanted if size else every)


def test_a_narrowed_literal_is_found_though_what_follows_holds_it_again():
    raw = b" " * 100_000 + b"path pat12patXY34567ab.0123 patx"
    search = Prefilter(["pat"], narrow={"pat": r"pat[a-z0-9]{14}\.[0-9]"}).search
    assert [(hit.literal, hit.end) for hit in search(raw)] == [(0, raw.index(b"pat12") + 3)]


@pytest.mark.parametrize("apart", [0, 1, 100_000])
@given(text=st.lists(st.sampled_from(['"', '\\"', "a", "7", " ", "+", "\n"]), max_size=60).map("".join))
@settings(max_examples=60, deadline=None)
def test_every_match_of_a_short_literal_is_named_however_dense_they_are(apart, text):
    """One may begin within another; few are looked at one by one, many all at once."""
    narrow = r"\"[ ]{0,4}\\+?[ ]{0,4}\\{0,2}\"[^\s\"]"
    raw = (text * 20).encode() + b" " * apart
    wanted = {found.start() + 1 for found in re.finditer(rb"(?=" + narrow.encode() + rb")", raw)}
    prefilter = Prefilter(['"'], narrow={'"': narrow}, cached=False)
    if apart:
        prefilter._searched = module._LITTLE
    hits = {hit.end for hit in prefilter.search(raw)}
    # Where few are, the place that begins a match is told by where it ends; more may end there.
    assert wanted <= hits if apart == 100_000 else wanted == hits


@pytest.mark.parametrize("apart", [0, 100_000])
@given(text=st.lists(st.sampled_from(["key", "KEY", "k", "_", " ", "=", "\n"]), max_size=60).map("".join))
@settings(max_examples=60, deadline=None)
def test_every_match_of_a_longer_literal_is_named_however_dense_they_are(apart, text):
    narrow = r"key[a-z_]{0,6}[ ]?="
    raw = (text * 20).encode() + b" " * apart
    matches = re.compile(rb"(?i)(?=" + narrow.encode() + rb")")
    prefilter = Prefilter(["key"], narrow={"key": narrow}, cached=False)
    prefilter._searched = module._LITTLE
    hits = {hit.end for hit in prefilter.search(raw)}
    assert {found.start() + 3 for found in matches.finditer(raw)} <= hits
    assert hits <= {found.start() + 3 for found in re.finditer(rb"(?i)key", raw)}


def test_places_close_to_each_other_are_looked_at_all_at_once(monkeypatch):
    prefilter = Prefilter(["sk_"], narrow={"sk_": r"sk_[a-z_]{4,60}"}, cached=False)
    prefilter._searched = module._LITTLE
    monkeypatch.setattr(prefilter, "_at_literals", lambda *_: pytest.fail("each was looked around"))
    assert len(prefilter.search(b"sk_live_" * 1_000)) == 1_000
