"""The gate in front of a rule pack's regexes leaves out no match that RE2 finds."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.detect.adapters import pack_gate
from nbguard.detect.adapters.pack_gate import RuleGate
from nbguard.detect.adapters.pack_matching import find_by_pack
from nbguard.detect.adapters.rule_packs import RulePack, load_rule_pack
from nbguard.documents.fields import Field, Part

# What PCRE and RE2 read in the same way, and what they don't.
PATTERNS = (
    r"\bab_[0-9a-f]{4}\b",
    r"(?i)key[ \t]{0,3}[=:]\s*['\"]([\w.-]{3,8})(?:['\"\s;]|$)",
    r"(?i)[\w.-]{0,5}?(?:Token)(?:[ \t\w.-]{0,4})[\s'\"]{0,3}(?:=|>|:{1,3}=|\|\||,)([a-z0-9]{4})",
    r"^first\S",
    r"(?m)^line$",
    r"(?m)x\n^",
    r"last$",
    r"last\z",
    r"a.c",
    r"(?s)a.c",
    r"a\sb",
    r"a\Sb",
    r"a\vb",
    r"a[^\v]b",
    r"a\x0bb",
    r"(?i)k",
    r"(?i)\x{17f}",
    r"\p{Lu}b",
    r"\PLb",
    r"[[:alpha:]][[:^digit:]][[:space:]]",
    r"[^a]b",
    r"\Qa.b\E",
    r"(?U)a+b",
    r"(?:x{2}){2}y",
    r"x*",
    r"\101b",
    r"a\Bb|\Bq",
    r"é[a-z]",
    r"(?:a(?i)b|c)d",
)
PLAIN = "aAbBkKxyzq \t\n\x0b\x0c\r.=:'\"_0129éÉ\u212a\u017f\ud800\x85\u00a0"


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> RulePack:
    path: Path = tmp_path_factory.mktemp("pack") / "pack.toml"
    path.write_text("".join(f"[[rules]]\nid = 'r{n}'\nregex = '''{text}'''\n" for n, text in enumerate(PATTERNS)))
    return load_rule_pack(str(path))


@pytest.fixture(scope="module")
def gate(pack: RulePack) -> RuleGate:
    return RuleGate(pack.rules.values())


@pytest.fixture(autouse=True, scope="module")
def from_the_first_text(tmp_path_factory: pytest.TempPathFactory) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pack_gate, "_LITTLE", 0)
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


def found(pack: RulePack, text: str, gate: RuleGate | None) -> list[tuple[str, int, int]]:
    field = Field(text, Part("source", None, "", "", "text", 0, len(text)))
    return [(finding.rule, finding.start, finding.end) for finding in find_by_pack(field, "a.py", pack, gate=gate)]


def matching() -> st.SearchStrategy[str]:
    """Texts that match one of the patterns, as far as Python reads it."""
    readable = [
        re.compile(text, re.ASCII)
        for text in PATTERNS
        if not re.search(r"\[\[:|\\[pPQz]|\\x\{|\(\?U|\}\+|.\(\?i\)", text)
    ]
    return st.one_of([st.from_regex(regex) for regex in readable])


# Where PCRE, as hyperscan reads it, doesn't match.
APART = (
    (r"a[^\v]b", "a\nb"),
    (r"a\Sb", "a\x0bb"),
    (r"a.{2}c", "aééc"),
    (r"(?i)\x{17f}b", "sb"),
    (r"\PLb", "1b"),
)


@pytest.mark.parametrize(("pattern", "text"), APART)
def test_where_the_languages_differ_the_rule_is_tried(tmp_path: Path, pattern: str, text: str) -> None:
    path = tmp_path / "pack.toml"
    path.write_text(f"[[rules]]\nid = 'a'\nregex = '''{pattern}'''\n", encoding="utf-8")
    pack = load_rule_pack(str(path))
    assert found(pack, text, RuleGate(pack.rules.values())) == found(pack, text, None) != []


ODD = st.sampled_from(("line\n", "last\n", "x\n", "firsté", "ab_00ff", "axcd", "aBd", "a.b"))


@given(st.lists(st.one_of(matching(), st.text(PLAIN), ODD), max_size=4))
def test_the_same_is_found_with_the_gate_and_without(pack: RulePack, gate: RuleGate, pieces: list[str]) -> None:
    text = "".join(pieces)
    assert found(pack, text, gate) == found(pack, text, None)


def test_the_gate_leaves_out_rules(pack: RulePack, gate: RuleGate) -> None:
    assert "r0" in gate.may_match("x = ab_00ff")
    assert "r0" not in gate.may_match("x = ab_00")


def test_a_regex_that_hyperscan_cannot_take_is_always_tried(tmp_path: Path) -> None:
    path = tmp_path / "pack.toml"
    path.write_text("[[rules]]\nid = 'a'\nregex = '''(?U:ac)'''\n[[rules]]\nid = 'b'\nregex = 'bb'\n")
    gate = RuleGate(load_rule_pack(str(path)).rules.values())
    assert gate.may_match("nothing") == {"a"}
    assert gate.may_match("bb") == {"a", "b"}


def test_what_serves_other_rules_only_is_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "pack.toml"
    path.write_text("[[rules]]\nid = 'a'\nregex = 'aa'\nskipReport = true\n")
    assert RuleGate(load_rule_pack(str(path)).rules.values()).may_match("aa") == frozenset()
