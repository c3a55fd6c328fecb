"""A notebook is laid out to the byte as nbformat's own writer does, and nbformat isn't imported for it."""

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import versions

from nbguard.strip.layout import normalize
from nbguard.strip.layout_v4 import write_v4
from tests.notebook_builder import as_bytes, code, markdown, notebook, stream

TEXT = st.text('ab\n\r\u2028é"\\ ', max_size=12)
LINES = st.one_of(TEXT, st.lists(TEXT, max_size=3))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.floats(allow_nan=False), TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=6,
)
METADATA = st.dictionaries(st.sampled_from(["trusted", "tags", "signature", "orig_nbformat", "x"]), VALUES, max_size=3)
MIMES = st.sampled_from(
    ["text/plain", "text/html", "image/png", "image/svg+xml", "application/json", "application/x+json",
     "application/javascript", "application/pdf"]
)  # fmt: skip
BUNDLES = st.dictionaries(MIMES, st.one_of(LINES, VALUES), max_size=3)
OUTPUTS = st.one_of(
    st.fixed_dictionaries(
        {"output_type": st.sampled_from(["display_data", "execute_result"])},
        optional={"data": BUNDLES, "metadata": METADATA},
    ),
    st.fixed_dictionaries({"output_type": st.just("stream")}, optional={"text": st.one_of(LINES, VALUES)}),
    st.fixed_dictionaries({"output_type": st.just("error")}, optional={"traceback": VALUES, "text": LINES}),
    st.fixed_dictionaries({}, optional={"output_type": st.sampled_from(["pyout", ""]), "text": LINES}),
)
CELLS = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw"]),
        "metadata": METADATA,
        "source": st.one_of(LINES, VALUES),
        "attachments": st.dictionaries(TEXT, BUNDLES, max_size=2),
        "outputs": st.lists(OUTPUTS, max_size=3),
        "id": TEXT,
    },
)
NOTEBOOKS = st.fixed_dictionaries(
    {"nbformat": st.just(4)},
    optional={"metadata": METADATA, "cells": st.lists(CELLS, max_size=3), "nbformat_minor": st.integers(0, 5)},
)


@pytest.mark.slow
@settings(max_examples=600, deadline=None)
@given(NOTEBOOKS)
def test_whatever_is_laid_out_here_is_laid_out_as_nbformat_does(content: dict[str, Any]) -> None:
    ours = write_v4(json.loads(json.dumps(content)))
    if ours is not None:
        version = versions[4]
        assert ours == version.writes_json(version.to_notebook_json(json.loads(json.dumps(content))))


def test_ordinary_notebooks_are_laid_out_here() -> None:
    made = notebook(code("x = 1\nprint(x)", stream("1\n")), markdown("# a\n"))
    for cell in made["cells"]:
        cell["source"] = "".join(cell["source"])
    assert write_v4(made) is not None
    laid_out = normalize(as_bytes(made))
    assert laid_out.endswith(b"}\n")
    assert normalize(laid_out) is laid_out


def test_compat_nbstripout_does_not_import_nbformat(tmp_path: Any) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(as_bytes(notebook(code("x = 1", stream("1\n"), count=3))))
    script = (
        "import sys\n"
        "from nbguard.cli.main import main\n"
        "status = main(['strip', '--compat', 'nbstripout', sys.argv[1]])\n"
        "heavy = {'nbformat', 'jsonschema'} & set(sys.modules)\n"
        "sys.exit(status or bool(heavy))\n"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=True, cwd=tmp_path, env=_environment())
    assert json.loads(path.read_bytes())["cells"][0]["outputs"] == []


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
