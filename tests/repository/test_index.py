"""What is staged is read whole, or said to be missing."""

import os
import subprocess
from pathlib import Path

import pytest

from nbguard.repository.git_errors import GitError
from nbguard.repository.index import list_staged, read_blobs


def test_a_staged_content_that_is_gone_is_named(tmp_path: Path) -> None:
    """As in a partial clone, where git answers that it has none of this."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text(name)
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    first, second = staged = list_staged(str(tmp_path))
    os.unlink(tmp_path / ".git" / "objects" / second.blob[:2] / second.blob[2:])
    read = read_blobs(str(tmp_path), staged)
    assert next(read) == (first, b"a.py")
    with pytest.raises(GitError, match=r"b\.py: git doesn't have this content"):
        next(read)
