"""What a person sees in a cell's editor: squiggles, gutter marks, the tip, and what its buttons do."""

import time

from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code


def test_typed_token_is_underlined_within_a_second(open_notebook: OpenNotebook) -> None:
    token = FakeTokens(seed=701).ionq()
    notebook = open_notebook("typed.ipynb", code("1 + 1"), code("", count=None))
    notebook.write(1, f'from qiskit_ionq import IonQProvider\nIonQProvider(token="{token}')
    started = time.perf_counter()
    notebook.page.keyboard.type('")')
    expect(notebook.marks(1)).to_have_count(1)
    assert time.perf_counter() - started < 1
    assert notebook.marks(1).inner_text() == token
    notebook.picture("squiggle")
    notebook.hover(notebook.marks(1))
    notebook.picture("hover")
