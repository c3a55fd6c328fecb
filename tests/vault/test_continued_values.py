# ruff: noqa: E501
"""A value that goes on in another line or literal is moved as a parser of the format reads it, or it stays."""

import random
import shutil
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.cli.main import main
from nbguard.documents.reading import open_document
from nbguard.policy.policy_settings import Config
from nbguard.scan.movable import find_movable
from nbguard.scan.scanner import Scanner
from nbguard.vault import lookup
from nbguard.vault.continued_values import check_ended
from nbguard.vault.references import Reference, find_marked, format_reference, parse_reference
from nbguard.vault.rewrite import RewriteTarget, Rewritten, rewrite
from nbguard.vault.style import Lookup
from nbguard.vault.text_changes import CannotRewriteError
from tests.fake_tokens import ALPHANUMERIC, FakeTokens
from tests.openbao_server import OpenBao
from tests.vault.spellings import JOINED, SPELLINGS, Spelling, read_by_java, read_properties

LOOKUP = Lookup(Reference("secret", "quantum/ionq", "api_key"), "IONQ_API_KEY")
MARK = format_reference(LOOKUP.reference, marked=True)
SCANNER = Scanner(Config("/none"), frozenset(("credential",)))
# Between a token's letters and digits; the first and the last of a piece are letters or digits.
SIGNS = "-_./+"


def pieces_of(seed: int, count: int) -> list[str]:
    """Pieces of a value, none of them with a sign at its ends; the first is long enough to be found alone."""
    rng = random.Random(seed)
    made = []
    for number in range(count):
        length = rng.randint(18, 32) if number == 0 or rng.random() < 0.5 else rng.randint(3, 12)
        middle = "".join(rng.choice(ALPHANUMERIC if rng.random() < 0.95 else SIGNS) for _ in range(length))
        made.append(rng.choice(string.ascii_letters) + middle + rng.choice(string.digits))
    return made


def moved(path: str, text: str) -> Rewritten:
    document = open_document(path, text.encode())
    (findings,) = find_movable([document], SCANNER)
    return rewrite(document, [RewriteTarget(finding, LOOKUP) for finding in findings])


def is_readable(spelling: Spelling) -> bool:
    """Whether a parser of the format is here; JavaScript's is node."""
    return spelling.path != "a.js" or shutil.which("node") is not None


def test_what_follows_an_escape_is_a_part_of_a_value() -> None:
    text = "ionq.api.key=ons9S45e92YkScCqLaWeykGcf06pw5\\:GzT4jSZomGzwH9K2/52p3\n"
    assert moved("a.properties", text).raw == text.encode()


@pytest.mark.parametrize("number", [number for number, spelling in enumerate(SPELLINGS) if is_readable(spelling)])
@settings(max_examples=3)
@given(seed=st.integers(0, 2**32))
def test_a_value_is_moved_as_its_parser_reads_it_or_stays(number: int, seed: int) -> None:
    spelling = SPELLINGS[number]
    text = spelling.write(pieces_of(seed, spelling.pieces))
    value = spelling.read(text)
    done = moved(spelling.path, text)
    if not done.edits:
        assert done.raw == text.encode()
        assert not (spelling.whole and done.left), f"{spelling.text!r} stays: {[left.reason for left in done.left]}"
        return
    stored = {target.finding.value for target in done.done}
    assert stored == {value.strip()}, f"{spelling.path}: {spelling.text!r}"
    after = spelling.read(done.raw.decode())
    assert find_marked(after), f"{spelling.path}: {spelling.text!r}"
    assert after.replace(MARK, value.strip()) == value, f"{spelling.path}: {spelling.text!r}"


@pytest.mark.parametrize("path", JOINED)
def test_a_part_of_joined_literals_stays(path: str) -> None:
    for text in JOINED[path]:
        pieces = pieces_of(7, 2)
        whole = text.replace("{0}", pieces[0]).replace("{1}", pieces[1])
        done = moved(path, whole)
        assert done.raw == whole.encode(), f"{path}: {text!r}"


@pytest.mark.skipif(shutil.which("java") is None, reason="no Java here")
@pytest.mark.slow
def test_the_reading_of_properties_is_that_of_java() -> None:
    for number, spelling in enumerate(SPELLINGS):
        if spelling.path == "a.properties":
            text = spelling.write(pieces_of(number, spelling.pieces))
            assert read_properties(text) == read_by_java(text), spelling.text


def test_what_vault_holds_is_what_the_parser_read(
    tmp_path: Path, vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mount = vault_environment.mount()
    (tmp_path / "nbguard.toml").write_text(f'[vault]\nmount = "{mount}"\npath = "{{prefix}}/{{provider}}"\n')
    monkeypatch.chdir(tmp_path)
    before: dict[Path, tuple[Spelling, str, str]] = {}
    for number, spelling in enumerate(SPELLINGS):
        if not is_readable(spelling):
            continue
        folder = tmp_path / f"n{number}"
        folder.mkdir()
        text = spelling.write(pieces_of(number + 500, spelling.pieces))
        (folder / spelling.path).write_bytes(text.encode())
        before[folder / spelling.path] = (spelling, text, spelling.read(text))
    assert main(["vault", "move", "--yes", "--no-trace"]) == 1
    capsys.readouterr()
    lookup.forget()
    for path, (spelling, text, value) in before.items():
        after = path.read_bytes()
        if after == text.encode():
            assert not spelling.whole
            continue
        marked = spelling.read(after.decode())
        (reference,) = {reference for _, _, reference in find_marked(marked)} or {parse_reference(marked)}
        assert str(lookup.secret(str(reference))) == value.strip(), f"{spelling.path}: {spelling.text!r}"


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("yaml", "run: |\n  export A=@\n  export B=1\n"),
        ("yaml", "- name: a\n  token: @\n  other: 1\n"),
        ("yaml", "env: [\n  @,\n  b\n]\n"),
        ("yaml", 'a: {"token": "@",\n    "b": 1}\n'),
        ("ini", "[a]\nconnection = host=x password=@ user=y\n"),
        ("env", "A=@  # why\n"),
        ("ini", "[a]\n    token = @\n    b = 1\n"),
        ("shell", 'curl -H "X-Token: @" \\\n  https://host.io\n'),
        ("shell", 'curl -d \'{"token": "@", "b": 1}\' https://host.io\n'),
        ("shell", "mysql -p'@' db\n"),
        ("shell", 'run "@" "more"\n'),
        ("toml", 'list = [\n  "@",\n  "b",\n]\n'),
        ("code", 'f("@", "more")\n'),
        ("code", 'x = ["@", "more"]\n'),
        ("code", 'x = "Bearer " + "@";\n'),
        ("code", 'x = {"a": "@",\n  "b": "more"}\n'),
        ("xml", "<a>\n  <!-- why -->\n  <b>@</b>\n  <c>d</c>\n</a>\n"),
        ("", "@\nmore\n"),
    ],
)
def test_what_stands_beside_a_whole_value_is_no_part_of_it(form: str, text: str) -> None:
    value = FakeTokens(5).ionq()
    at = text.index("@")
    check_ended(text.replace("@", value), at, at + len(value), form)


@pytest.mark.parametrize("form", ["yaml", "ini", "shell", "toml", "code", "xml", "hcl", "env", "properties"])
def test_a_further_line_is_no_value_of_its_own(form: str) -> None:
    first, last = pieces_of(3, 2)
    texts = {
        "yaml": f"a: |\n  {first}\n  {last}\n", "ini": f"a = {first}\n  {last}\n", "shell": f"A='{first}\n{last}'\n",
        "toml": f"a = '''\n{first}\n{last}'''\n", "code": f"a = `{first}\n{last}`;\n", "xml": f"<a>{first}\n{last}</a>\n",
        "hcl": f"a = <<E\n{first}\n{last}\nE\n", "env": f'A="{first}\n{last}"\n', "properties": f"a={first}\\\n  {last}\n",
    }  # fmt: skip
    text = texts[form]
    for piece in (first, last):
        with pytest.raises(CannotRewriteError, match="another line"):
            check_ended(text, text.index(piece), text.index(piece) + len(piece), form)
