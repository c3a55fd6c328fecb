"""What the git filter does with a file in the midst of a merge."""

import pytest

from nbguard.errors import UnreadableError
from nbguard.policy.policy_settings import Config
from nbguard.strip.filters import make_clean
from tests.growth import assert_linear

SIDES = b'<<<<<<< ours\n{"cells": []}\n=======\n{"cells": [1]}\n>>>>>>> theirs\n'


@pytest.mark.parametrize("content", [SIDES, b"\n" + SIDES, SIDES.replace(b"\n", b"\r\n"), b'{"a":\n' + SIDES + b"}"])
def test_a_file_with_conflict_markers_passes_with_a_complaint(content: bytes) -> None:
    told: list[str] = []
    clean = make_clean(Config("/r"), lambda path, reason: told.append(f"{path} {reason}"))
    assert clean("a.ipynb", content) is content
    assert told == ["a.ipynb holds conflict markers and was not stripped; resolve them before you commit it"]


def test_marks_that_end_nowhere_take_linear_time() -> None:
    clean = make_clean(Config("/r"), lambda _path, _reason: None)

    def refuse(lines: int) -> None:
        with pytest.raises(UnreadableError):
            clean("a.ipynb", b"<<<<<<< a\n" * lines)

    assert_linear(refuse, 1_500, "of marks")
