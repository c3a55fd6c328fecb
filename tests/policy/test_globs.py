"""Globs of zones and exclusions: what they match, and that no glob takes long."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.policy.globs import matches, matches_any
from tests.growth import assert_linear


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("experiments/a.ipynb", "experiments/"),
        ("experiments/deep/er/a.ipynb", "experiments"),
        ("x/experiments/a.ipynb", "experiments"),
        ("a.ipynb", "*.ipynb"),
        ("x/y/a.ipynb", "*.ipynb"),
        ("x/y/a.ipynb", "**/*.ipynb"),
        ("a.ipynb", "**/*.ipynb"),
        ("x/y/z/a.py", "x/**/a.py"),
        ("x/a.py", "x/**/a.py"),
        ("xay/q/xby/z", "**/x*y/z"),
        ("a.ipynb", "/a.ipynb"),
        ("a1.py", "a[0-9].py"),
        ("x/y", "**"),
    ],
)
def test_matches(path, pattern):
    assert matches(path, pattern)


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("x/a.ipynb", "/a.ipynb"),
        ("x/experiments/a.ipynb", "/experiments/"),
        ("y/x/a.py", "x/*.py"),
        ("x/deep/a.py", "x/*.py/"),
        ("experiments2/a.py", "experiments"),
        ("A.py", "a.py"),
        ("", "**"),
    ],
)
def test_does_not_match(path, pattern):
    assert not matches(path, pattern)


@pytest.mark.slow
def test_hostile_glob_is_fast():
    """A glob comes from a file in the repository: it must not be a way to stall a scan."""
    assert_linear(lambda size: matches("a" * size, "*a" * 60 + "b"), 250)
    assert_linear(lambda size: matches("/".join("a" * size), "**/a/" * 60 + "b"), 25)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "a.py", "x y", "[", "*"]), min_size=1, max_size=6).map("/".join))
def test_every_path_is_matched_by_everything_and_by_its_first_folder(path):
    assert matches_any(path, ["nothing", "**"])
    first = path.split("/")[0]
    if first.isalnum():
        assert matches(path, "/" + first)
