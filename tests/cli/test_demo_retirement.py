"""`make demo-lifecycle`: the story of a pilot goes as it is told, and shows no token."""

import io

from nbguard.cli.demo import retirement
from nbguard.cli.demo.telling import Teller


def test_a_pilot_goes_from_its_first_token_to_its_end(tmp_path):
    told = io.StringIO()
    retirement.play(str(tmp_path), Teller(told))
    text = told.getvalue()
    assert retirement._TOKEN not in text
    for line in ("overdue", "unpinned", "still: notes.md:1", "checkpoints", "Nothing is left"):
        assert line in text, line
    assert len(text.splitlines()) < 140
