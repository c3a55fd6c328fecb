"""Rule packs mean here what they mean in gitleaks, and what can't be honoured is refused by name."""

import builtins
from collections.abc import Callable
from pathlib import Path

import pytest

from nbguard.detect.adapters.pack_matching import find_by_pack, find_by_path
from nbguard.detect.adapters.rule_packs import RulePack, load_rule_pack
from nbguard.documents.fields import Field, Part
from nbguard.errors import UsageError
from tests.fake_tokens import ALPHANUMERIC, HEX, FakeTokens
from tests.growth import assert_linear

Load = Callable[..., RulePack]

ACME = """
title = "acme"
[[rules]]
id = "acme-key"
description = "Acme key"
regex = '''acme_[[:alnum:]]{16}'''
keywords = ["ACME_"]
"""
TOKENS = FakeTokens(3)
KEY = "acme_" + TOKENS.of(ALPHANUMERIC, 16)


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def write(text: str, name: str = "pack.toml") -> RulePack:
        path = tmp_path / name
        path.write_text(text)
        return load_rule_pack(str(path))

    return write


def found(pack: RulePack, text: str, path: str = "src/a.py", commit: str = "") -> list[tuple[str, str]]:
    field = Field(text, Part("source", None, "", "", "text", 0, len(text)))
    findings = list(find_by_pack(field, path, pack, commit))
    for finding in findings:
        assert field.text[finding.start : finding.end] == finding.value
    return [(finding.rule, finding.value) for finding in findings]


def test_a_rule_finds_its_match_at_its_place(load: Load) -> None:
    pack = load(ACME)
    assert found(pack, f"é = 1\nk = '{KEY}'; l = '{KEY}x'") == [("acme-key", KEY), ("acme-key", KEY)]
    assert found(pack, "nothing here") == []
    assert (pack.title, pack.keywords, pack.everywhere) == ("acme", frozenset({"acme_"}), False)


def test_without_its_keyword_a_rule_is_not_tried(load: Load) -> None:
    pack = load(ACME.replace('"ACME_"', '"roadrunner"'))
    assert found(pack, KEY) == []
    assert found(pack, f"RoadRunner {KEY}") == [("acme-key", KEY)]


def test_a_pack_with_a_rule_without_keywords_says_so(load: Load) -> None:
    assert load(ACME.replace("keywords", "tags")).everywhere


@pytest.mark.parametrize(
    ("group", "secret"),
    [("", "first1"), ("secretGroup = 2", "second2"), ("secretGroup = 1", "first1")],
)
def test_the_secret_is_the_named_group_or_the_first_that_holds_something(load: Load, group: str, secret: str) -> None:
    pack = load(f"[[rules]]\nid = 'g'\nregex = '''(?:x(zzz)?)?(first\\d)=(second\\d)'''\n{group}".replace("(zzz)?", ""))
    assert found(pack, "a xfirst1=second2 b") == [("g", secret)]


def test_line_feeds_around_a_match_are_no_part_of_it(load: Load) -> None:
    pack = load("[[rules]]\nid = 'n'\nregex = '''\\s+k=\\d+\\s'''")
    assert found(pack, "a\n\nk=12\nb") == [("n", "k=12")]


def test_entropy_has_to_be_above_the_limit(load: Load) -> None:
    pack = load(ACME.replace("[[:alnum:]]{16}", "([a-z]{8})") + "entropy = 2\n")
    assert found(pack, "acme_abcdabcd acme_abcdefgh") == [("acme-key", "abcdefgh")]


def test_a_path_limits_a_rule(load: Load) -> None:
    pack = load(ACME + "path = '''\\.py$'''\n")
    assert found(pack, KEY, "a.py") == [("acme-key", KEY)]
    assert found(pack, KEY, "a.txt") == []


def test_a_rule_with_a_path_only_finds_the_file(load: Load) -> None:
    pack = load("[[rules]]\nid = 'p12'\ndescription = 'Key store'\npath = '''\\.p12$'''\n")
    assert found(pack, KEY, "a.p12") == []
    assert [(finding.rule, finding.value) for finding in find_by_path("etc/a.p12", pack)] == [("p12", "etc/a.p12")]
    assert list(find_by_path("etc/a.py", pack)) == []


ALLOW = {
    "secret": (f"regexes = ['''^{KEY}$''']", True),
    "other secret": ("regexes = ['''^nothing$''']", False),
    "the match": ("regexTarget = 'match'\nregexes = ['''key=acme''']", True),
    "the secret isn't the match": ("regexes = ['''key=acme''']", False),
    "the line": ("regexTarget = 'line'\nregexes = ['''# a test$''']", True),
    "not the next line": ("regexTarget = 'line'\nregexes = ['''next''']", False),
    "stopword": (f"stopwords = ['{KEY[7:12].upper()}']", True),
    "other stopword": ("stopwords = ['zzzzzzzz']", False),
    "path": ("paths = ['''^src/''']", True),
    "other path": ("paths = ['''^tests/''']", False),
    "commit": ("commits = ['ABC1']", True),
    "or": ("paths = ['''^tests/''']\nstopwords = ['acme']", True),
    "and, one": ("condition = 'AND'\npaths = ['''^tests/''']\nstopwords = ['acme']", False),
    "and, both": ("condition = '&&'\npaths = ['''^src/''']\nstopwords = ['acme']", True),
    "and, commit": ("condition = 'and'\ncommits = ['zzz']\nregexes = ['''acme''']", False),
}


@pytest.mark.parametrize(("allow", "allowed"), ALLOW.values(), ids=ALLOW.keys())
@pytest.mark.parametrize("table", ["[[rules.allowlists]]", "[rules.allowlist]", "[[allowlists]]", "[allowlist]"])
def test_allowlists(load: Load, table: str, allow: str, allowed: bool) -> None:
    pack = load(ACME.replace("'''acme", "'''key=(acme").replace("{16}'''", "{16})'''") + f"{table}\n{allow}\n")
    text = f"x = 1\nkey={KEY}  # a test\nnext = 2\n"
    assert found(pack, text, commit="abc1") == ([] if allowed else [("acme-key", KEY)])


def test_an_allowlist_may_aim_at_some_rules(load: Load) -> None:
    second = ACME.replace('title = "acme"', "").replace('"acme-key"', '"acme-two"')
    pack = load(ACME + second + "[[allowlists]]\ntargetRules = ['acme-key']\nstopwords = ['acme']\n")
    assert found(pack, KEY) == [("acme-two", KEY)]


PAIR = """
[[rules]]
id = "secret"
regex = '''secret=(\\w+)'''
[[rules.required]]
id = "user"
{near}
[[rules]]
id = "user"
regex = '''user=(\\w+)'''
skipReport = true
"""


@pytest.mark.parametrize(
    ("near", "text", "counts"),
    [
        ("", "user=bob\n\n\n\nsecret=abc1", True),
        ("", "secret=abc1", False),
        ("withinLines = 2", "user=bob\n\nsecret=abc1", True),
        ("withinLines = 2", "user=bob\n\n\nsecret=abc1", False),
        ("withinColumns = 5", "user=bob\nsecret=abc1", True),
        ("withinColumns = 5", "user=bob\n            secret=abc1", False),
        ("withinLines = 1\nwithinColumns = 0", "secret=abc1\nuser=bob", True),
    ],
)
def test_required_rules(load: Load, near: str, text: str, counts: bool) -> None:
    assert found(load(PAIR.format(near=near)), text) == ([("secret", "abc1")] if counts else [])


def test_a_pack_extends_another(load: Load) -> None:
    load(
        ACME + "[[rules]]\nid = 'other'\nregex = '''other'''\n[[rules]]\nid = 'off'\nregex = '''acme'''\n", "base.toml"
    )
    pack = load(
        "[extend]\npath = 'base.toml'\ndisabledRules = ['off']\n"
        "[[rules]]\nid = 'acme-key'\ndescription = 'Ours'\nkeywords = ['coyote']\n"
        "[[rules.allowlists]]\nstopwords = ['zzz']\n[[rules]]\nid = 'own'\nregex = '''own'''\n",
    )
    assert set(pack.rules) == {"acme-key", "other", "own"}
    merged = pack.rules["acme-key"]
    assert (merged.description, merged.keywords) == ("Ours", ("acme_", "coyote"))
    assert found(pack, f"{KEY} own other") == [("acme-key", KEY), ("own", "own"), ("other", "other")]
    assert found(pack, "acme_zzz" + KEY[8:]) == []


def test_use_default_means_the_pack_that_is_named(load: Load, tmp_path: Path) -> None:
    load(ACME + "[[rules]]\nid = 'off'\nregex = '''off'''\n", "theirs.toml")
    own = "[extend]\nuseDefault = true\ndisabledRules = ['off']\n[[rules]]\nid = 'own'\nregex = '''own'''\n"
    (tmp_path / "own.toml").write_text(own)
    pack = load_rule_pack(str(tmp_path / "own.toml"), str(tmp_path / "theirs.toml"))
    assert set(pack.rules) == {"acme-key", "own"}
    assert sorted(found(pack, f"{KEY} own off")) == [("acme-key", KEY), ("own", "own")]


@pytest.mark.parametrize(
    ("default", "says"), [("own.toml", "useDefault leads in a circle"), ("gone.toml", "no such file")]
)
def test_a_default_that_cannot_be_had_is_refused(load: Load, tmp_path: Path, default: str, says: str) -> None:
    (tmp_path / "own.toml").write_text("[extend]\nuseDefault = true\n")
    with pytest.raises(UsageError, match=says):
        load_rule_pack(str(tmp_path / "own.toml"), str(tmp_path / default))


BROKEN = {
    "no TOML": ("[[rules", "isn't TOML"),
    "unknown key": (ACME + "entropi = 3", "'entropi' is no key of gitleaks v8 (did you mean 'entropy'?)"),
    "unknown table": (ACME + "[settings]\na = 1", "'settings' is no key"),
    "built-in rules": ("[extend]\nuseDefault = true", "name it in the setting default_rules"),
    "two bases": ("[extend]\nuseDefault = true\npath = 'base.toml'", "both path and useDefault"),
    "built-in of a wrong type": ("[extend]\nuseDefault = 'yes'", "usedefault has a value of the wrong type"),
    "address": ("[extend]\nurl = 'https://x.io/a.toml'", "extend.url can't be honoured"),
    "missing base": ("[extend]\npath = 'nowhere.toml'", "can't be read"),
    "itself": ("[extend]\npath = 'pack.toml'", "in a circle"),
    "look-ahead": (ACME.replace("acme_[", "(?=acme_)["), "rule 'acme-key': a regex isn't RE2"),
    "no id": ("[[rules]]\nregex = 'a'", "rule number 1 has no id"),
    "nothing to match": ("[[rules]]\nid = 'a'", "neither a regex nor a path"),
    "group": (ACME + "secretGroup = 3", "secretGroup 3, but 0 groups"),
    "condition": (ACME + "[[rules.allowlists]]\ncondition='xor'\nstopwords=['a']", "neither 'and' nor 'or'"),
    "target": (ACME + "[[rules.allowlists]]\nregexTarget='mtach'\nstopwords=['a']", "regexTarget 'mtach'"),
    "empty allowlist": (ACME + "[[rules.allowlists]]\ndescription='a'", "needs commits, paths, regexes or stopwords"),
    "both allowlists": (ACME + "[rules.allowlist]\nstopwords=['a']\n[[rules.allowlists]]\nstopwords=['a']", "both"),
    "aimed at nothing": (ACME + "[[allowlists]]\ntargetRules=['x']\nstopwords=['a']", "targetRules names 'x'"),
    "requires nothing": (ACME + "[[rules.required]]\nid='x'", "requires 'x'"),
    "wrong type": (ACME + "entropy = 'much'", "entropy has a value of the wrong type"),
    "keywords": (ACME.replace('["ACME_"]', "[1]"), "keywords must be a list of strings"),
}


@pytest.mark.parametrize(("text", "says"), BROKEN.values(), ids=BROKEN.keys())
def test_what_cannot_be_honoured_is_refused_by_name(load: Load, text: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(text)
    message = str(caught.value)
    assert says in message
    assert ".toml" in message
    assert "\n" not in message


def test_without_re2_it_says_what_to_install(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name == "re2":
            raise ImportError
        return real(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError, match=r"pip install 'nbguard\[rules\] @ git"):
        load(ACME)


@pytest.mark.slow
def test_a_pathological_regex_takes_linear_time(load: Load) -> None:
    pack = load("[[rules]]\nid = 'evil'\nregex = '''(a*)*(a|a)*$b'''\n")
    assert found(pack, "a" * 1000) == []
    assert_linear(lambda size: found(pack, "a" * size), 50_000)


def test_findings_show_no_secret() -> None:
    field = Field(KEY, Part("source", None, "", "", "text", 0, 0))
    pack = load_rule_pack(str(Path(__file__).with_name("packs") / "quantum_lab.toml"))
    finding = next(find_by_pack(field._replace(text=f"lab_{TOKENS.of(HEX, 32)}"), "a.py", pack))
    assert finding.value not in f"{finding!r} {finding.message} {finding.remedy}"
