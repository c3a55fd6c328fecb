"""The same content gives the same findings, whether it is a script, a notebook, or a notebook kept as text."""

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests.detect.catalogue_examples import iterate_examples, iterate_lookalikes
from tests.fake_tokens import ALPHANUMERIC, FakeTokens
from tests.notebook_builder import as_bytes, code, markdown, notebook

ENGINE = Engine(Scope(frozenset(("credential",))))
TOKENS = FakeTokens(31)
EXAMPLES = [example for example in iterate_examples(17) if example.form == "py"]
LOOKALIKES = [example for example in iterate_lookalikes(17) if example.form == "py"]


def found(path, raw):
    document = open_document(path, raw)
    assert not document.problem
    return sorted((finding.rule, finding.value) for finding in ENGINE.detect(document))


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{e.rule_id}-{n}" for n, e in enumerate(EXAMPLES)])
def test_an_example_is_the_same_in_a_script_and_in_a_notebook(example):
    text = example.text.strip("\n") + "\n"
    script = found("a.py", text.encode())
    assert script == found("a.ipynb", as_bytes(notebook(code(text))))
    assert (example.rule_id, example.secret) in script or any(example.secret in value for _, value in script)


@pytest.mark.parametrize("example", LOOKALIKES, ids=[f"{e.rule_id}-{n}" for n, e in enumerate(LOOKALIKES)])
def test_a_lookalike_is_the_same_in_a_script_and_in_a_notebook(example):
    text = example.text.strip("\n") + "\n"
    assert found("a.py", text.encode()) == found("a.ipynb", as_bytes(notebook(code(text))))


def percent_script(cells):
    return "".join(f"# %%{'' if kind == 'code' else ' [markdown]'}\n{text}\n\n" for kind, text in as_script(cells))


def as_script(cells):
    """The cells with Markdown as comments, as jupytext writes them into a script."""
    for kind, text in cells:
        yield kind, text if kind == "code" else "\n".join(f"# {line}" for line in text.splitlines())


def markdown_document(cells, fence):
    return "\n".join(f"```{fence}\n{text}\n```\n" if kind == "code" else text + "\n" for kind, text in cells)


KEY, WORD = TOKENS.of(ALPHANUMERIC, 32), TOKENS.of(ALPHANUMERIC, 44)
STORIES = {
    "across cells": [
        ("code", f"key = '{KEY}'"),
        ("markdown", "Now we connect."),
        ("code", "from qiskit_ionq import IonQProvider\nprovider = IonQProvider(key)"),
    ],
    "a dictionary and a splat": [
        ("code", "from qiskit_ibm_runtime import QiskitRuntimeService"),
        ("code", f"settings = {{'channel': 'ibm_quantum_platform', 'token': '{WORD}'}}"),
        ("code", "service = QiskitRuntimeService(**settings)"),
    ],
    "environment": [("code", f"import os\nos.environ['IONQ_API_KEY'] = '{KEY}'")],
    "shape": [("code", f"sampler = DWaveSampler(token='{TOKENS.dwave()}')")],
    "nothing": [("code", "import os\nkey = os.environ['IONQ_API_KEY']"), ("markdown", "Set `IONQ_API_KEY` first.")],
}
HEADER = "---\njupyter:\n  jupytext:\n    text_representation:\n      format_name: {}\n---\n\n"


@pytest.mark.parametrize("story", STORIES, ids=list(STORIES))
def test_a_notebook_kept_as_text_is_the_same_as_the_notebook(story):
    """What jupytext and Quarto write: py:percent, Markdown, qmd."""
    cells = STORIES[story]
    kinds = {"code": code, "markdown": markdown}
    expected = found("a.ipynb", as_bytes(notebook(*[kinds[kind](text) for kind, text in cells])))
    assert len(expected) == (0 if story == "nothing" else 1)
    header = "".join(f"# {line}\n" for line in HEADER.format("percent").splitlines())
    assert found("a.py", (header + percent_script(cells)).encode()) == expected
    assert found("a.md", (HEADER.format("markdown") + markdown_document(cells, "python")).encode()) == expected
    assert found("a.qmd", ("---\ntitle: a\n---\n\n" + markdown_document(cells, "{python}")).encode()) == expected
