# ruff: noqa: E501
"""A value that was cut, at an output's end or in a log, is never stored as a value of its own."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.cli.main import main
from nbguard.documents.reading import open_document
from nbguard.policy.policy_settings import Config
from nbguard.scan.movable import find_movable
from nbguard.scan.scanner import Scanner
from nbguard.vault.pieces import find_pieces
from nbguard.vault.plan import FileToMove, VaultSettings, collect
from nbguard.vault.transaction import make_plan
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook, result, stream
from tests.openbao_server import OpenBao

SCANNER = Scanner(Config("/none"), frozenset(("credential",)))
SETTINGS = VaultSettings(path="{prefix}/{provider}")
SOURCE = 'ionq_api_key = "@"\nprint(settings)'
# What an output shows of the value; it ends with it.
SHOWN = (
    "IONQ_API_KEY=@", "api_key: @", "{'ionq_api_key': '@", '{"ionq_api_key": "@', "Authorization: apiKey @",
    "password=@", "https://user:@", "ionq token is @",
)  # fmt: skip
MARKS = ("", "...", "…", "\n... [12 more lines]", "\n[truncated]", "\nOutput is truncated. View as a scrollable element",
         "\nOutput exceeds the size limit", "\n--More--", " (truncated)")  # fmt: skip


def files(*contents: tuple[str, bytes]) -> list[FileToMove]:
    documents = [open_document(path, raw) for path, raw in contents]
    movable = find_movable(documents, SCANNER)
    return [FileToMove(d.path, d, found) for d, found in zip(documents, movable, strict=True)]


def stored(found: list[FileToMove]) -> set[str]:
    return {credential.value for credential in collect(found, SETTINGS)}


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32), at=st.integers(4, 31), form=st.sampled_from(SHOWN), mark=st.sampled_from(MARKS),
    whole=st.booleans(), place=st.sampled_from(("stream", "result", "log")),
)  # fmt: skip
def test_what_is_cut_is_never_stored(seed: int, at: int, form: str, mark: str, whole: bool, place: str) -> None:
    value = FakeTokens(seed).ionq()
    shown = form.replace("@", value[:at]) + mark
    if place == "log":
        found = files(("a.ipynb", as_bytes(notebook(code(SOURCE.replace("@", value if whole else "x"))))),
                      ("run.log", shown.encode()))  # fmt: skip
    else:
        output = stream(shown) if place == "stream" else result(text__plain=shown)
        found = files(("a.ipynb", as_bytes(notebook(code(SOURCE.replace("@", value if whole else "x"), output)))))
    assert stored(found) == ({value} if whole else set()), (shown.replace(value[:at], "@"), place)


@pytest.mark.parametrize("tail", [False, True])
def test_a_piece_of_a_known_value_stays_and_is_told(tail: bool) -> None:
    value = FakeTokens(3).ionq()
    piece = value[6:] if tail else value[:26]
    output = stream(f"IONQ_API_KEY={piece}\ndone\n")
    found = files(("a.ipynb", as_bytes(notebook(code(SOURCE.replace("@", value), output)))))
    assert stored(found) == {value}
    plan = make_plan(found, SETTINGS, None)
    assert {left.finding.value: left.reason for _, left in plan.left} == {
        piece: "it is a piece of a longer value that is moved; clear it here"
    }
    assert piece.encode() in plan.files[0][1].raw


def test_what_an_output_shows_whole_is_stored() -> None:
    value = FakeTokens(4).ionq()
    for shown in ("IONQ_API_KEY=@\n", "IONQ_API_KEY=@\ndone", "{'ionq_api_key': '@'}", "Authorization: apiKey @\n..."):
        found = files(("a.ipynb", as_bytes(notebook(code("1", stream(shown.replace("@", value)))))))
        assert stored(found) == ({value} if "..." not in shown else set()), shown


def test_of_two_passwords_in_sources_one_may_begin_the_other() -> None:
    first = "Xk9#mQ2vLp!7"
    for path, text in (
        ("a.env", "A_PASSWORD={0}\nB_PASSWORD={0}zW4\n"),
        ("a.py", 'a_password = "{0}"\nb_password = "{0}zW4"\n'),
    ):
        found = files((path, text.format(first).encode()))
        assert stored(found) == {first, first + "zW4"}
        assert find_pieces((item.document, item.findings) for item in found) == {}


def test_vault_gets_the_whole_value_only(
    tmp_path: Path, vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mount = vault_environment.mount()
    (tmp_path / "nbguard.toml").write_text(f'[vault]\nmount = "{mount}"\npath = "{{prefix}}/{{provider}}"\n')
    monkeypatch.chdir(tmp_path)
    value = FakeTokens(5).ionq()
    output = stream(f"IONQ_API_KEY={value[:27]}")
    (tmp_path / "a.ipynb").write_bytes(as_bytes(notebook(code(SOURCE.replace("@", value), output))))
    (tmp_path / "b.ipynb").write_bytes(as_bytes(notebook(code("1", output))))
    before = (tmp_path / "b.ipynb").read_bytes()
    assert main(["vault", "move", "--yes", "--no-trace"]) == 1
    shown = capsys.readouterr()
    assert vault_environment.stored("quantum/ionq", mount) == {"api_key": value}
    assert (tmp_path / "b.ipynb").read_bytes() == before
    assert shown.err.count("it is a piece of a longer value") == 2
    assert value[:27] not in shown.out + shown.err
    (tmp_path / "a.ipynb").unlink()
    assert main(["vault", "move", "--yes", "--no-trace"]) == 1
    assert "it may be cut" in capsys.readouterr().err
    assert (tmp_path / "b.ipynb").read_bytes() == before
