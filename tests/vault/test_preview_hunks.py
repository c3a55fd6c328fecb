"""What is shown of a change is a diff that holds: the old text with its hunks is the new one, values masked in both."""

import random
import re
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.vault import preview
from nbguard.vault.text_changes import TextChange, apply_changes

VALUES = ("V0abcdef", "V0abcdefg", "V1xyzabc", "V2two\nlines")
PIECES = ("\n", "\n", "a", "b = ", "x", "", *VALUES)
HEAD = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


def patched(old: Sequence[str], hunks: Sequence[str]) -> list[str]:
    """Lines with a diff's hunks carried out; each has to stand where it says, in both texts."""
    new: list[str] = []
    at = 0
    lines = iter(hunks)
    for line in lines:
        head = HEAD.fullmatch(line)
        assert head is not None
        first, new_first = int(head[1]), int(head[3])
        count, new_count = (1 if number is None else int(number) for number in (head[2], head[4]))
        start = first - (count > 0)
        new += old[at:start]
        assert len(new) == new_first - (new_count > 0)
        assert [next(lines) for _ in range(count)] == [f"-{gone}" for gone in old[start : start + count]]
        new += [next(lines).removeprefix("+") for _ in range(new_count)]
        at = start + count
    return [*new, *old[at:]]


@given(st.integers(0, 2**32), st.integers(2, 4))
@settings(max_examples=300, deadline=None)
def test_the_hunks_make_the_new_text_of_the_old_one(seed: int, known: int) -> None:
    rng = random.Random(seed)
    masked = preview._Masked({value: value[:2] + "…" for value in VALUES[:known]})
    text = "".join(rng.choices(PIECES, k=rng.randint(0, 30)))
    cuts = sorted(rng.sample(range(len(text) + 1), min(len(text) + 1, 2 * rng.randint(0, 4)) // 2 * 2))
    new = ("L()", "p\nq", "", "import z\n")
    changes = [TextChange(start, end, rng.choice(new)) for start, end in zip(cuts[::2], cuts[1::2], strict=True)]
    hunks = list(preview._hunks(text, changes, masked))
    old = masked.mask(preview._masked_old(text, changes, masked)).splitlines()
    assert patched(old, hunks) == masked.mask(apply_changes(text, changes)).splitlines()
