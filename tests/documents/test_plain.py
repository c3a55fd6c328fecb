"""Text that is safe to print: what could paint a terminal or fake a line is written as an escape."""

import pytest

from nbguard.documents.plain import plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("naïve/ø 量子.ipynb", "naïve/ø 量子.ipynb"),
        ("a\n::error::", "a\\n::error::"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\udcff.ipynb", "\\xff.ipynb"),
        ("\udc80\udc7f\udd00", "\\x80\\udc7f\\udd00"),
        ("a\u202egpj", "a\\u202egpj"),
    ],
)
def test_plain(text: str, shown: str) -> None:
    assert plain(text) == shown
