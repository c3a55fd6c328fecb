"""A sweep finds in each repository what a scan of its history finds, whoever does the work and however it is cut."""

import shutil

import pytest

from nbguard.scan.sweep.executors import PoolExecutor
from tests.fake_tokens import FakeTokens
from tests.scan.histories import History, grow, with_dwave, with_ionq
from tests.scan.sweep.sweeping import history_of, setup_for, sweep


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
def expected(grown):
    repositories = [*(grown / f"r{seed}" for seed in range(3)), grown / "deep" / "fork", grown / "bare.git"]
    found = [history_of(path) for path in repositories]
    assert all(found), "every history holds something"
    return set().union(*found)


def test_a_sweep_finds_what_histories_hold(grown, expected, tmp_path):
    swept = sweep(grown, output=tmp_path / "r.sqlite")
    assert swept.found == expected
    assert swept.skipped == {}
    assert swept.run.targets == 5


def test_processes_find_the_same(grown, expected, tmp_path):
    setup = setup_for()
    executor = PoolExecutor(setup, 2)
    try:
        swept = sweep(grown, output=tmp_path / "r.sqlite", setup=setup, executor=executor)
    finally:
        executor.close()
    assert swept.found == expected


def test_contents_that_forks_share_are_read_once(grown, tmp_path):
    first = sweep(grown / "r0", output=tmp_path / "a.sqlite").run
    fork = sweep(grown / "deep", output=tmp_path / "b.sqlite").run
    both = sweep(grown / "r0", grown / "deep", output=tmp_path / "c.sqlite").run
    assert both.contents == first.contents + 1, "one is the fork's own"
    assert both.known == fork.contents - 1
