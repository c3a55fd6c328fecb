"""What a literal needs elsewhere in a file is there or not, whichever way it is looked for."""

from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.detect import raw_file
from nbguard.detect.engine import Engine
from nbguard.detect.raw_file import RawFile
from nbguard.detect.triggers import load_triggers, words_needed

NEEDS = sorted(
    {ask.needs for trigger in load_triggers().table.for_detectors(("sinks", "")) for ask in trigger.asks if ask.needs}
)
WORDS = sorted({word for needs in NEEDS for need in needs for word in need.split("&")})
PIECES = st.one_of(
    st.sampled_from(WORDS).map(str.encode),
    st.sampled_from(WORDS).map(lambda word: word.upper().encode()),
    st.sampled_from(WORDS).map(lambda word: word[:-1].encode()),
    st.sampled_from([b" ", b"\n", b"\xff", "ſK".encode(), b"\0"]),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=30).map(b"".join))
def test_a_large_file_has_the_words_that_a_small_one_has(raw: bytes) -> None:
    lowered = raw.lower()
    words = words_needed(Engine()._table.all_asks())
    assert set(WORDS) <= set(words)
    small, large = RawFile("a.py", raw), RawFile("a.py", raw, asked=lambda: words)
    threshold, raw_file.LARGE = raw_file.LARGE, 0
    try:
        for needs in NEEDS:
            there = any(all(word.encode() in lowered for word in need.split("&")) for need in needs)
            assert large.meets(needs) == there
        assert "_asked_here" in large.__dict__
    finally:
        raw_file.LARGE = threshold
    assert [small.meets(needs) for needs in NEEDS] == [large.meets(needs) for needs in NEEDS]


def test_words_that_nobody_announced_are_looked_for_one_by_one() -> None:
    raw = b"here it is: dozent" + b" " * raw_file.LARGE
    file = RawFile("a.py", raw, asked=lambda: ("other", "words"))
    assert file.meets(("dozent",))
    assert not file.meets(("absent",))
