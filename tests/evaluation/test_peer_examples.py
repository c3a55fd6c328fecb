"""Peers' examples are read from their own files: strings of Go, examples of YAML, values made of regexes."""

import random
import re
from pathlib import Path

import pytest

from evaluation.go_values import assigned_values
from evaluation.peer_examples import (
    entropy,
    read_gitleaks,
    read_kingfisher,
    read_shapes,
    scan_with_nbguard,
    write_files,
)
from evaluation.regex_samples import sample_of, sample_of_value

RULE = """
func Made() *config.Rule {
	r := config.Rule{RuleID: "made", Regex: utils.GenerateUniqueTokenRegex(`mk_[a-z0-9]{20}`, false)}
	value := "mk_" + secrets.NewSecret(utils.AlphaNumeric("20")) // a comment, "not a string"
	tps := utils.GenerateSampleSecrets("made", value)
	tps = append(tps,
		`raw "quoted"`,
		"escaped \\"quote\\"\\t" + "and more",
		fmt.Sprintf("key: %s", value),
		unknown.Call("x"), // left out
		"last",
	)
	fps := []string{"none of them", `+"`x`"+`}
	return utils.Validate(r, tps, fps)
}
"""
UTILS = 'samples := map[string]string{"ini": "{i}Token={s}", "env": `{I}_TOKEN="{s}"`}'
RULES = """
rules:
  - name: Made key
    id: kingfisher.made.1
    pattern: '(?xi) \\b ( mk_ [a-z0-9]{24} ) \\b'
    min_entropy: 3.0
    examples: ['made = "mk_1"']
    negative_examples: ['mk_']
  - name: Made public key
    id: kingfisher.made.2
    pattern: 'mp_[a-z]{24}'
"""


@pytest.fixture
def gitleaks(tmp_path: Path) -> Path:
    config = tmp_path / "cmd/generate/config"
    (config / "rules").mkdir(parents=True)
    (config / "utils").mkdir()
    (config / "rules/made.go").write_text(RULE)
    (config / "utils/generate.go").write_text(UTILS)
    return tmp_path


def test_examples_of_gitleaks(gitleaks: Path) -> None:
    examples = list(read_gitleaks(gitleaks, seed=3))
    true = [example.text for example in examples if example.found]
    assert {example.rule for example in examples} == {"made"}
    assert re.fullmatch(r"madeToken=mk_[a-z0-9]{20}", true[0])
    assert re.fullmatch(r'MADE_TOKEN="mk_[a-z0-9]{20}"', true[1])
    assert true[2:4] == ['raw "quoted"', 'escaped "quote"\tand more']
    assert true[4].startswith("key: mk_")
    assert true[5:] == ["last"]
    assert examples == list(read_gitleaks(gitleaks, seed=3))
    assert "none of them" in [example.text for example in examples if not example.found]


def test_examples_and_shapes_of_kingfisher(tmp_path: Path) -> None:
    (tmp_path / "data/rules").mkdir(parents=True)
    (tmp_path / "data/rules/made.yml").write_text(RULES)
    examples = list(read_kingfisher(tmp_path))
    assert [(example.found, example.text) for example in examples] == [(True, 'made = "mk_1"'), (False, "mk_")]
    shapes = list(read_shapes(tmp_path, seed=3))
    assert {example.rule for example in shapes} == {"kingfisher.made.1"}
    for example in shapes:
        found = re.fullmatch(r'made = connect\("(mk_[a-z0-9]{24})"\)', example.text)
        assert found is not None
        assert entropy(found[1]) >= 3


@pytest.mark.parametrize("pattern", [r"a{2,4}[^a-z]\d(?:x|yy)+", r"[\w-]{8}", r"(?i)key_[0-9A-F]{16}\b", r"(?=x)x.?"])
def test_a_sample_matches_its_regex(pattern: str) -> None:
    source = random.Random(5)
    for _ in range(40):
        assert re.fullmatch(pattern, sample_of(pattern, source))


def test_a_sample_of_what_a_regex_captures() -> None:
    assert re.fullmatch(r"k_[0-9]{4}", sample_of_value(r"name[ =]{1,3}(?:x|(k_[0-9]{4}))", random.Random(5)))
    with pytest.raises(ValueError, match="no text can be made"):
        sample_of("(", random.Random(5))


def test_what_is_unknown_is_left_out() -> None:
    assert list(assigned_values('tps := other(1)\ntps = append(tps, "a", b, `c`)', "tps", {})) == [["a", "c"]]


def test_an_example_counts_where_its_file_has_a_credential(tmp_path: Path, gitleaks: Path) -> None:
    examples = [e._replace(text=t) for e, t in zip(read_gitleaks(gitleaks, 3), ("x = 1", 'password = "k3yQ9zLm2wXr"'))]  # noqa: B905
    folder = tmp_path / "made"
    folder.mkdir()
    write_files(folder, examples)
    assert scan_with_nbguard(folder) == {"1.py", "1.ipynb"}
