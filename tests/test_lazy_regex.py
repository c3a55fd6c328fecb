"""A regex that is compiled later, or taken from the cache folder, is the one that `re.compile` gives."""

import os
import random
import re

import pytest

from benchmarks.growth_pieces import find_patterns
from nbguard.kept_regexes import KEPT, KeptRegexes
from nbguard.lazy_regex import LazyRegex, lazy_regex
from tests.command_line import nbguard
from tests.detect.generated_documents import generated
from tests.fake_tokens import FakeTokens

TEXTS = [generated(seed)[2].decode("latin-1")[:600] for seed in range(8)]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def spans(regex, text):
    return [found.regs for found in regex.finditer(text)]


def kept_file(tmp_path):
    (file,) = (tmp_path / "cache" / "nbguard").glob("regexes-*.bin")
    return file


def test_a_lazy_one_is_compiled_when_it_is_used():
    regex = lazy_regex(r"(?P<a>x+)y", re.IGNORECASE)
    assert isinstance(regex, LazyRegex)
    assert regex._compiled is None
    assert regex.pattern == r"(?P<a>x+)y"
    assert regex.search("_XXY").group("a") == "XX"
    assert regex.groupindex == {"a": 1}
    assert "match" not in vars(regex)
    assert regex.match("xy") is not None
    assert "match" in vars(regex)


def test_an_error_in_a_pattern_comes_at_its_first_use():
    with pytest.raises(re.error):
        lazy_regex("(").match("")
    with pytest.raises(AttributeError):
        _ = lazy_regex("x").nothing


@pytest.mark.parametrize("flags", [0, re.IGNORECASE | re.DOTALL, re.MULTILINE, re.ASCII])
def test_what_is_kept_finds_what_is_compiled_anew(tmp_path, flags):
    patterns = [p for p in find_patterns() if random.Random(p).random() < 0.08]
    assert len(patterns) > 40
    first = KeptRegexes()
    for pattern in patterns:
        first.compile(pattern, flags)
    first.write()
    assert kept_file(tmp_path).stat().st_size > 10_000
    again = KeptRegexes()
    for pattern in patterns:
        kept, anew = again.compile(pattern, flags), re.compile(pattern, flags)
        assert (kept.pattern, kept.flags, kept.groups, kept.groupindex) == (
            anew.pattern, anew.flags, anew.groups, anew.groupindex,
        )  # fmt: skip
        for text in TEXTS:
            assert spans(kept, text) == spans(anew, text), pattern
    assert not again._added


def test_bytes_and_texts_of_one_spelling_are_two_regexes():
    kept = KeptRegexes()
    assert kept.compile("a.c").match("abc") is not None
    assert kept.compile(b"a.c").match(b"abc") is not None
    assert kept.compile("a.c", re.IGNORECASE).match("ABC") is not None
    assert kept.compile("a.c").match("ABC") is None


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe nonsense", b"cut", b"other code"])
def test_a_damaged_file_costs_nothing_but_time(tmp_path, damage):
    first = KeptRegexes()
    first.compile("(a)(?P<b>b)")
    first.write()
    file = kept_file(tmp_path)
    whole = file.read_bytes()
    file.write_bytes({b"cut": whole[:-9], b"other code": whole.replace(b"\0\0\0", b"\xff\0\0", 3)}.get(damage, damage))
    again = KeptRegexes()
    assert again.compile("(a)(?P<b>b)").match("ab").group("b") == "b"
    again.write()
    third = KeptRegexes()
    assert third.compile("(a)(?P<b>b)").match("ab").group("b") == "b"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_file_that_others_may_write_counts_for_nothing(tmp_path):
    first = KeptRegexes()
    first.compile("(a)")
    first.write()
    kept_file(tmp_path).chmod(0o666)
    again = KeptRegexes()
    again.compile("(a)")
    assert again._added


def test_two_processes_keep_what_each_of_them_needed(tmp_path):
    one, other = KeptRegexes(), KeptRegexes()
    one.compile("(one)")
    other.compile("(other)")
    one.write()
    other.write()
    third = KeptRegexes()
    third.compile("(one)")
    third.compile("(other)")
    assert not third._added


def test_no_value_that_was_found_comes_into_the_cache(tmp_path, monkeypatch):
    token = FakeTokens(3).dwave()
    (tmp_path / "a.py").write_text(f"from dwave.system import DWaveSampler\ns = DWaveSampler(token='{token}')\n")
    assert nbguard("scan", "a.py", cwd=tmp_path).status == 1
    files = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert any(path.name.startswith("regexes-") for path in files)
    for path in files:
        assert token.encode() not in path.read_bytes()
        assert token[8:24].encode() not in path.read_bytes()


def test_the_ones_of_this_process_say_no_pattern():
    assert repr(KEPT).startswith("KeptRegexes(")


def test_a_file_that_grew_too_large_begins_anew(tmp_path, monkeypatch):
    first = KeptRegexes()
    first.compile("(an old one)")
    first.write()
    monkeypatch.setattr("nbguard.kept_regexes._MOST", 20)
    again = KeptRegexes()
    again.compile("(a new one)")
    again.write()
    third = KeptRegexes()
    third.compile("(a new one)")
    assert not third._added
    third.compile("(an old one)")
    assert third._added
