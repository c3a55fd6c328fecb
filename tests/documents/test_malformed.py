"""Files that call themselves notebooks and are none: the reason helps, and is the same in a scan and in stripping."""

import pytest

from nbguard.documents.notebook import read_notebook
from nbguard.errors import UnreadableError
from nbguard.strip.strip_bytes import strip
from tests.notebook_builder import as_bytes, code, markdown, notebook, stream

_GOOD = as_bytes(notebook(markdown("# T"), code("x = 1\nprint(x)", stream("1\n")), code("é", stream("ü"))))
_UTF_16 = "not UTF-8 but UTF-16, which no notebook is written in; save it as UTF-8"
_NO_OBJECT = "not valid JSON: it doesn't begin with an object (line {})"


def refusals(raw: bytes) -> list[str]:
    """What a scan and stripping say of a file."""
    said = []
    for read in (read_notebook, strip):
        with pytest.raises(UnreadableError) as caught:
            read(raw)
        said.append(str(caught.value))
    return said


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (_GOOD.decode().encode("utf-16"), _UTF_16),
        (_GOOD.decode().encode("utf-16-le"), _UTF_16),
        (_GOOD.decode().encode("utf-16-be"), _UTF_16),
        (b"[]", "valid JSON, but not a notebook: it is a list, not an object"),
        (b"\xef\xbb\xbf [1, {}]\n", "valid JSON, but not a notebook: it is a list, not an object"),
        (b"null\n", "valid JSON, but not a notebook: it is null, not an object"),
        (b'"a"', "valid JSON, but not a notebook: it is a string, not an object"),
        (b"-3", "valid JSON, but not a notebook: it is a number, not an object"),
        (b"[1, 2", _NO_OBJECT.format(1)),
        (b"null null", _NO_OBJECT.format(1)),
        (b"\n// comment\n{}", _NO_OBJECT.format(2)),
        (b'{\n"cells": {}}', "not a notebook: an array is missing where something else is (line 2)"),
        (b'{"cells": [\n3]}', "not a notebook: an object is missing where something else is (line 2)"),
        (b'{"cells": [\n', "not valid JSON: it ends too early, as if it were cut off (line 2)"),
        (
            b'{"cells": [\n<<<<<<< HEAD\n 1\n=======\n 2\n>>>>>>> other\n]}',
            "an unfinished merge: git's conflict markers stand in it (line 2)",
        ),
        (b'{"cells": [\n<<<<<<< HEAD\n]}', "not valid JSON: an object is missing (line 2)"),
        (b'{"cells": [{"source": ["a\n', "not valid JSON: a string doesn't end (line 1)"),
        (b'{"cells": [\n"IonQ', "not valid JSON: a string doesn't end (line 2)"),
        (b"{}", "not a notebook: it has no cells"),
    ],
)
def test_the_reason_is_what_is_wrong(raw: bytes, reason: str) -> None:
    assert refusals(raw) == [reason, reason]


def test_a_file_that_breaks_off_anywhere_is_refused_in_the_same_words() -> None:
    for end in range(1, len(_GOOD.rstrip())):
        scan, stripping = refusals(_GOOD[:end])
        assert scan == stripping
        assert scan.startswith("not valid JSON: ")
        assert "\n" not in scan


def test_the_marks_of_a_merge_count_in_their_order() -> None:
    """Lines that look like them may stand before, as underlines do; the line that is told is the first mark's."""
    marks = b"\n=======\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> other\n<<<<<<< HEAD\n"
    assert refusals(b'{"cells": [' + marks)[0].endswith("conflict markers stand in it (line 3)")
    assert "merge" not in refusals(b'{"cells": [\n=======\n<<<<<<< HEAD\n>>>>>>> other\n')[0]
