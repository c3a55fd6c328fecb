"""Protects the choice between notebook and text, and the quick check that says what the full reader says."""

import json

import pytest

from nbguard.documents.reading import NotebookChecker, open_document
from tests.notebook_builder import as_bytes, code, notebook, result

GOOD = as_bytes(notebook(code("x", result(image__png="A" * 1000, text__plain="1"))))
FILES = [
    GOOD,
    b"\xef\xbb\xbf" + GOOD,
    GOOD.replace(b"\n", b"\r\n"),
    GOOD[:-40],
    GOOD + b"x",
    GOOD.replace(b'"x"', b'"\xff"'),
    json.dumps({"worksheets": [{"cells": []}], "nbformat": 3}).encode(),
    b'{"cells": [], "metadata": {"a": NaN}}',
    b'{"cells": [], "metadata": {"a": }}',
    b'{"metadata": {}}',
    b"[]",
    b'{"cells": [',
    b"",
]


@pytest.mark.parametrize("raw", FILES, ids=range(len(FILES)))
def test_the_quick_check_says_what_the_full_reader_says(raw):
    checker = NotebookChecker()
    checker._checked = NotebookChecker._LITTLE
    assert checker.find_problem(raw + b" ") == open_document("a.ipynb", raw + b" ").problem
    assert checker._decode is not None


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("a.py", "python"),
        ("A.PY", "python"),
        ("conf/.env", "env"),
        (".env.local", "env"),
        ("Dockerfile", "shell"),
        ("Dockerfile.gpu", "shell"),
        ("x.conf", "ini"),
        ("notes", ""),
        ("a.jl", "julia"),
    ],
)
def test_the_language_comes_from_the_name(path, language):
    assert open_document(path, b"x").language == language


@pytest.mark.parametrize("path", ["a.json", "a.ipynb.bak", "a.ipynb.orig", "a.ipynb~", "a", "A.IPYNB"])
def test_a_notebook_is_one_whatever_its_name(path):
    assert open_document(path, GOOD).kind == "notebook"


def test_what_only_mentions_notebooks_is_text_and_no_problem():
    for raw in (b'{"nbformat": 4, "cells": 1}', b'{"nbformat": 4, "cells": [', b'x = {"nbformat": 4, "cells": []}'):
        document = open_document("a.json", raw)
        assert (document.kind, document.problem) == ("text", "")
