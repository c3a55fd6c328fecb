"""Whether something stands inside of a span, held against looking into the span; and what nested code costs."""

import cProfile
import pstats

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.detect.dataflow.text_places import Occurrences, places_of
from nbguard.detect.engine import Engine
from nbguard.documents.reading import open_document
from tests.fake_tokens import FakeTokens
from tests.growth import assert_linear
from tests.notebook_builder import as_bytes, code, notebook

HEAD = "from qiskit_ionq import IonQProvider\n"
TOKEN = FakeTokens(5).ionq()


@given(st.text("ab", max_size=30), st.lists(st.text("ab", max_size=3), max_size=3), st.data())
def test_what_is_inside_of_a_span_is_told(source: str, words: list[str], data: st.DataObject) -> None:
    asked = Occurrences(places_of(source, words))
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, len(source)))
    assert asked.within(start, end) == any(word in source[start:end] for word in words)


def look(cell: str) -> int:
    """Looks through a cell; how many functions were called for it, which is the same on any machine."""
    raw = as_bytes(notebook(code(HEAD + cell)))
    profile = cProfile.Profile()
    profile.enable()
    found = Engine().detect(open_document("n.ipynb", raw))
    profile.disable()
    assert [finding.value for finding in found] == [TOKEN]
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


def test_a_chain_of_assignments_costs_as_its_length() -> None:
    def cost(count: int) -> int:
        return look("".join(f"a{number} = " for number in range(count)) + f"{TOKEN!r}\nIonQProvider(a7)")

    cost(10)
    assert cost(1600) < 2.5 * cost(800)


@pytest.mark.slow
def test_a_call_of_a_call_costs_as_its_length() -> None:
    def work(count: int) -> None:
        look("x = a" + "".join(map("(b{0})".format, range(count))) + f"\nIonQProvider(token={TOKEN!r})")

    assert_linear(work, 2000)
