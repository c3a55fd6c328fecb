"""Generated histories that several modules sweep."""

import pytest

from tests.fake_tokens import FakeTokens
from tests.scan.histories import History, grow, with_dwave
from tests.scan.sweep.sweeping import history_of


@pytest.fixture(scope="session")
def grown(tmp_path_factory):
    """Three generated histories, a fork of one that went on alone, and a bare copy."""
    folder = tmp_path_factory.mktemp("grown")
    for seed in range(3):
        grow(History(folder / f"r{seed}"), seed + 50)
    fork = History(folder / "deep" / "fork")
    fork.git("fetch", "-q", str(folder / "r0"), "+refs/heads/*:refs/heads/*", "--update-head-ok")
    fork.git("reset", "-q", "--hard", "main")
    fork.commit("apart", **{"apart.py": with_dwave(FakeTokens(99).dwave())})
    fork.git("clone", "-q", "--bare", str(folder / "r1"), str(folder / "bare.git"))
    return folder


@pytest.fixture(scope="session")
def expected(grown):
    """All that a scan of each history finds."""
    repositories = [*(grown / f"r{seed}" for seed in range(3)), grown / "deep" / "fork", grown / "bare.git"]
    found = [history_of(path) for path in repositories]
    assert all(found), "every history holds something"
    return set().union(*found)
