"""A lookup at a cursor, in every kind of place; ``|`` is the cursor, two of them are a selection."""

import ast
import json

import pytest

from nbguard.documents.decode import decode
from nbguard.documents.reading import open_document
from nbguard.vault.insertion import insert_lookup
from nbguard.vault.references import parse_reference
from nbguard.vault.style import Lookup, variable_name
from nbguard.vault.text_changes import CannotRewriteError, apply_changes

REFERENCE = "quantum/ionq#api_key"
CALL = 'secret("quantum/ionq#api_key")'
IMPORT = "from nbguard import secret\n"


def inserted(marked: str, *, above: str = "", kind: str = "code", language: str = "python", style: str = "nbguard"):
    """The sources of two cells, the second with the cursor in it, after the insertion."""
    cells = [cell("code", above), cell(kind, marked.replace("|", ""))]
    metadata = {"language_info": {"name": language}}
    raw = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}).encode()
    document = open_document("a.ipynb", raw)
    parts = [part for part in document.parts if part.where == "source"]
    return change(document, parts, marked, style)


def cell(kind: str, source: str) -> dict[str, object]:
    more: dict[str, object] = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "id": f"c{len(source)}", "metadata": {}, "source": source, **more}


def in_file(name: str, marked: str) -> str:
    document = open_document(name, marked.replace("|", "").encode())
    return change(document, document.parts, marked, "nbguard")[-1]


def change(document, parts, marked, style):
    fields = [next(decode(document, part)) for part in parts]
    reference = parse_reference(REFERENCE)
    start = marked.index("|")
    end = marked.rindex("|") - 1 if marked.count("|") > 1 else start
    done = insert_lookup(document, fields[-1], start, end, Lookup(reference, variable_name(reference)), style)
    changes = {field.part: own for field, own in done.changes}
    return [apply_changes(field.text, changes.get(field.part, ())) for field in fields]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("p = IonQProvider(|)", f"p = IonQProvider({CALL})"),
        ("p = IonQProvider(token=|)", f"p = IonQProvider(token={CALL})"),
        ("p = IonQProvider(token=|", f"p = IonQProvider(token={CALL}"),
        ("key = |", f"key = {CALL}"),
        ('key = "|"', f"key = {CALL}"),
        ('key = "|paste here|"', f"key = {CALL}"),
        ("key = |'paste here'|", f"key = {CALL}"),
        ("d = {'token': |, 'n': 1}", f"d = {{'token': {CALL}, 'n': 1}}"),
        ("|", f"api_key = {CALL}"),
        ("x = 1\n|", f"x = 1\napi_key = {CALL}"),
        ("|x = 1", f"api_key = {CALL}\nx = 1"),
        ("if x:\n    |", f"if x:\n    api_key = {CALL}"),
        ("if x:\n|    y()", f"if x:\n    api_key = {CALL}\n    y()"),
        ("%env TOKEN=|", f"%env TOKEN={{{CALL}}}"),
        ("# as |", "# as nbguard:quantum/ionq#api_key"),
    ],
)
def test_in_python(marked: str, expected: str) -> None:
    """The import stands above, once; what parsed before parses after."""
    above, new = inserted(marked)
    body = new.removeprefix(IMPORT).removeprefix("\n")
    assert body == expected
    assert above == ""
    assert new.startswith(IMPORT) == ("nbguard:" not in new)
    if not expected.startswith(("%", "#")) and expected.count("(") == expected.count(")"):
        ast.parse(new)


def test_an_import_that_is_there_is_used_under_its_name() -> None:
    above, new = inserted("key = |", above="from nbguard import secret as look_up\n")
    assert (above, new) == ("from nbguard import secret as look_up\n", 'key = look_up("quantum/ionq#api_key")')


def test_a_name_that_is_taken_isn_t_used() -> None:
    """The notebook has a ``secret`` of its own."""
    above, new = inserted("key = |", above="secret = 1\n")
    assert above == "secret = 1\n"
    assert new.endswith('key = vault_secret("quantum/ionq#api_key")')
    assert "from nbguard import secret as vault_secret\n" in new


@pytest.mark.parametrize(
    "marked",
    ['key = "abc|def"', 'key = "abc|de|f"', "toke|n", "IonQProvider|", "%%time|\nx = 1", "a b|"],
)
def test_where_no_lookup_can_stand_it_is_said(marked: str) -> None:
    with pytest.raises(CannotRewriteError):
        inserted(marked)


def test_in_text_shells_and_other_languages() -> None:
    mark = "nbguard:quantum/ionq#api_key"
    assert inserted("the key is |.", kind="markdown")[1] == f"the key is {mark}."
    assert inserted("%%bash\ncurl -H |")[1] == "%%bash\ncurl -H \"$(nbguard vault get 'quantum/ionq#api_key')\""
    assert inserted("key <- |", language="r")[1] == 'key <- Sys.getenv("IONQ_API_KEY")'
    with pytest.raises(CannotRewriteError, match="no lookup for the language"):
        inserted("key = |", language="cobol")
    assert in_file("settings.yaml", "token: |") == f"token: {mark}"
    assert in_file(".env", "IONQ_API_KEY=|") == f"IONQ_API_KEY={mark}"
    assert in_file("run.py", "key = |\n") == f"{IMPORT}\nkey = {CALL}\n"


def test_other_styles() -> None:
    assert inserted("key = |", style="env")[1] == 'import os\n\nkey = os.environ["IONQ_API_KEY"]'
    new = inserted("key = |", style="hvac")[1]
    assert new.startswith("import hvac\n\nkey = hvac.Client()")
