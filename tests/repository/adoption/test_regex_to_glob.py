"""Expressions over paths as globs: what a glob leaves out, the expression left out."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.policy.globs import matches_any
from nbguard.repository.adoption.regex_to_glob import as_globs


@pytest.mark.parametrize(
    ("regex", "globs"),
    [
        ("package.lock.json", ("package.lock.json",)),
        (r"^package-lock\.json$", ("/package-lock.json",)),
        (r"\.lock$", ("*.lock",)),
        (r".*\.csv$", ("*.csv",)),
        ("^docs/", ("docs/**",)),
        ("^docs/.*", ("docs/**",)),
        ("/a.txt", ("*/**/a.txt",)), (".*/docs/", ("*/**/docs/**",)), ("[^/]*/a", None),
        ("docs/a.txt", ("**/docs/a.txt",)),
        (r"^(a\.txt|b/c\.txt)$", ("/a.txt", "b/c.txt")),
        (r"a\.txt|b\.txt", ("a.txt", "b.txt")),
        ("(?x)^(\n  a.txt|  # one\n  b/.*\n)$", ("/a.txt", "b/**")),
        ("^(?!src/)", None), ("a{2}", None), ("[ab]", None), (".*", None), ("", None), ("^$", None),
        ("(a|b)(c|d)", None), ("a+", None), (r"\d\.txt", None),
    ],
)  # fmt: skip
def test_as_globs(regex, globs):
    assert as_globs(regex) == globs


_PARTS = st.sampled_from(["a", "b", ".", r"\.", "/", ".*", ".+", "[^/]*", "$", "^", "|", "(", ")", "?", "+", "-"])
# As git names them: never with a segment of dots alone.
_SEGMENTS = st.text("ab.-x", min_size=1, max_size=4).filter(lambda name: name not in (".", ".."))
_PATHS = st.lists(_SEGMENTS, min_size=1, max_size=4).map("/".join)


@given(st.lists(_PARTS, max_size=8).map("".join), st.lists(_PATHS, min_size=1, max_size=20))
def test_a_glob_never_leaves_out_more_than_the_expression(regex, paths):
    try:
        search = re.compile(regex).search
    except re.error:
        return
    globs = as_globs(regex)
    for path in paths:
        # A glob doesn't tell a folder from a file of its name, and leaves out what is below: names only differ by that.
        if globs and matches_any(path, globs):
            folders = [path[:at] for at, sign in enumerate(path) if sign == "/"]
            assert any(search(name) for name in (path, f"{path}/", f"{path}/x", *folders)), (regex, globs, path)
