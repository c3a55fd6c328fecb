"""Which files the save guard looks at, and what it does there."""

from pathlib import Path

import pytest

from nbguard.policy.config import load_config
from nbguard.policy.saving import SavePolicy, is_guarded, refuses_unread, save_policy


def _policy(root: Path, text: str, name: str = "a.ipynb") -> SavePolicy:
    (root / ".git").mkdir(exist_ok=True)
    (root / "nbguard.toml").write_text(text)
    return save_policy(name, load_config(str(root)))


@pytest.mark.parametrize(("profile", "mode"), [("relaxed", "warn"), ("standard", "warn"), ("enterprise", "block")])
def test_without_a_word_the_profile_says_the_mode(tmp_path: Path, profile: str, mode: str) -> None:
    assert _policy(tmp_path, f'profile = "{profile}"') == SavePolicy(mode, mode == "block")


def test_the_setting_goes_before_the_profile_and_the_zone_before_both(tmp_path: Path) -> None:
    text = """
profile = "enterprise"
[jupyter]
save = "strip"
[[zones]]
name = "lab"
paths = ["scratch/"]
save = "off"
[[zones]]
paths = ["strict/"]
profile = "relaxed"
"""
    assert _policy(tmp_path, text).mode == "strip"
    assert _policy(tmp_path, text, "scratch/a.ipynb") == SavePolicy("off", False, "lab")
    assert _policy(tmp_path, text, "strict/a.ipynb") == SavePolicy("strip", False, "strict/")


def test_a_zones_profile_brings_its_mode_where_no_setting_says_another(tmp_path: Path) -> None:
    text = '[[zones]]\npaths = ["pipelines/"]\nprofile = "enterprise"\n'
    assert _policy(tmp_path, text, "pipelines/a.ipynb") == SavePolicy("block", True, "pipelines/")
    assert _policy(tmp_path, text).mode == "warn"


@pytest.mark.parametrize("mode", ["warn", "strip", "block"])
@pytest.mark.parametrize("on_error", ["block", "allow"])
def test_on_error_counts_in_every_mode_that_looks(tmp_path: Path, mode: str, on_error: str) -> None:
    policy = _policy(tmp_path, f'[jupyter]\nsave = "{mode}"\non_error = "{on_error}"\n')
    assert policy == SavePolicy(mode, on_error == "block")


def test_where_nothing_is_looked_at_no_failure_refuses(tmp_path: Path) -> None:
    assert _policy(tmp_path, '[jupyter]\nsave = "off"\non_error = "block"\n') == SavePolicy("off", False)


def test_what_a_scan_leaves_out_is_left_alone(tmp_path: Path) -> None:
    text = 'profile = "enterprise"\nexclude = ["third_party/"]\n'
    assert _policy(tmp_path, text, "third_party/a.ipynb").mode == "off"


def test_notebooks_are_guarded_and_what_is_named(tmp_path: Path) -> None:
    _policy(tmp_path, '[jupyter]\nalso_guard = ["*.py", "secrets/"]\n')
    config = load_config(str(tmp_path))
    assert is_guarded("deep/A.IPYNB", None)
    assert is_guarded("a.ipynb. .", None), "on Windows this is a.ipynb"
    assert is_guarded("deep/a.py", config)
    assert is_guarded("secrets/x", config)
    assert not is_guarded("a.txt", config)
    assert not is_guarded("a.py", None)


@pytest.mark.parametrize(
    ("name", "text", "refuses"),
    [
        ("nbguard.toml", 'profile = "enterprise"\nnonsense', True),
        ("nbguard.toml", "jupyter = { save = 'block' }\n[", True),
        ("nbguard.toml", '[jupyter]\non_error = "block"\nsav = 1', True),
        ("nbguard.toml", '# save = "block"\nnonsense', False),
        ("nbguard.toml", '[jupyter]\nsave = "warn"\nnonsense', False),
        ("pyproject.toml", '[tool.nbguard]\nprofile = "enterprise"\n[', True),
        ("pyproject.toml", '[tool.other]\nprofile = "enterprise"\n[', False),
    ],
)
def test_a_broken_configuration_is_asked_for_what_it_seems_to_want(
    tmp_path: Path, name: str, text: str, refuses: bool
) -> None:
    (tmp_path / name).write_text(text)
    assert refuses_unread(str(tmp_path)) is refuses


def test_strictness_has_an_order() -> None:
    modes = [SavePolicy(mode) for mode in ("off", "warn", "strip", "block")]
    for number, mode in enumerate(modes):
        assert [mode.is_stricter_than(other) for other in modes] == [number > other for other in range(4)]
