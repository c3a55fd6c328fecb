"""The sessions that marimo stores beside a notebook: outputs and what was printed go, every other byte stays."""

import json
import subprocess

from hypothesis import given
from hypothesis import strategies as st

from nbguard.strip.strip_bytes import find_volatile, strip
from tests.command_line import nbguard

SESSION = b"""{
  "version": "1",
  "metadata": {"marimo_version": "0.13.15"},
  "cells": [
    {
      "id": "Hbol",
      "code_hash": "1d0db38904205bec4d6f6f6a1f6cec3e",
      "outputs": [{"type": "data", "data": {"text/plain": "shown"}}],
      "console": [{"type": "stream", "name": "stdout", "text": "printed", "mimetype": "text/plain"}]
    },
    {"id": "MJUe", "code_hash": null, "outputs": [ ], "console": []}
  ]
}
"""
SHOWN = b'[{"type": "data", "data": {"text/plain": "shown"}}]'
PRINTED = b'[{"type": "stream", "name": "stdout", "text": "printed", "mimetype": "text/plain"}]'


def test_outputs_and_console_go_and_every_other_byte_stays():
    assert strip(SESSION) == SESSION.replace(SHOWN, b"[]").replace(PRINTED, b"[]")
    assert [str(what) for what in find_volatile(SESSION)] == ["cell 1: outputs", "cell 1: console"]
    stripped = strip(SESSION)
    assert strip(stripped) is stripped


@given(
    st.lists(st.tuples(st.booleans(), st.lists(st.text(max_size=9), max_size=3)), max_size=5),
    st.sampled_from([None, 1, 4]),
)
def test_what_is_left_is_the_session_without_them(cells, indent):
    session = {"version": "1", "metadata": {"marimo_version": "0"}, "cells": [
        {"id": str(number), "code_hash": "x" if known else None, "outputs": [], "console": [
            {"type": "stream", "name": "stdout", "text": text} for text in texts
        ]} for number, (known, texts) in enumerate(cells)
    ]}  # fmt: skip
    got = json.loads(strip(json.dumps(session, indent=indent).encode()))
    for cell in session["cells"]:
        cell["console"] = []
    assert got == session


def test_a_console_of_another_kind_of_cell_is_no_output():
    raw = b'{"cells": [{"cell_type": "code", "console": [1], "outputs": [], "source": ""}], "nbformat": 4}'
    assert strip(raw) is raw


def test_the_command_finds_sessions_in_a_folder_and_in_the_index(tmp_path):
    place = tmp_path / "lab" / "__marimo__" / "session" / "bell.py.json"
    place.parent.mkdir(parents=True)
    place.write_bytes(SESSION)
    other = tmp_path / "lab" / "session.json"
    other.write_bytes(SESSION)
    checked = nbguard("strip", "--check", tmp_path)
    assert checked.status == 1
    assert "bell.py.json: cell 1: console" in checked.out.replace("\\", "/")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "-A"], cwd=tmp_path, check=True)
    nbguard("strip", "--staged", cwd=tmp_path)
    kept = subprocess.run(
        ["git", "show", ":lab/__marimo__/session/bell.py.json"], cwd=tmp_path, check=True, capture_output=True
    ).stdout
    assert b"printed" not in kept
    assert place.read_bytes() == SESSION, "the work tree keeps them"
    assert other.read_bytes() == SESSION
