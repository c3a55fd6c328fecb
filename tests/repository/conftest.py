"""Real repositories, at a path that is hard on quoting."""

from pathlib import Path

import pytest

from tests.repository.real_git import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """An empty repository in a folder with spaces and both kinds of quotes."""
    return Repository.create(tmp_path / 'it\'s a "team" $HOME é')
