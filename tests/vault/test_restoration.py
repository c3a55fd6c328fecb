"""`vault undo` puts a file back byte by byte, from the references in the journal and never from a stored value."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nbguard.documents.reading import open_document
from nbguard.errors import NbguardError
from nbguard.vault import journal
from nbguard.vault.client import Vault
from nbguard.vault.plan import FileToMove
from nbguard.vault.restoration import undo, undoable
from nbguard.vault.vault_errors import RefusedError
from tests.openbao_server import OpenBao
from tests.vault.planted import find, sources_of, write_notebook
from tests.vault.test_rewrite import FORMS
from tests.vault.test_transaction import DWAVE, IONQ, IONQ2, move

LIMIT = 10_000_000
VALUES = {IONQ: "ionq", IONQ2: "ionq", DWAVE: "dwave"}


@pytest.fixture
def mount(vault_environment: OpenBao) -> str:
    return vault_environment.mount()


def fingerprint(rule: str, value: str) -> str:
    return f"fp-{rule}-{len(value)}"


def take_back(root: Path) -> None:
    for done in undoable(str(root)):
        undo(done, str(root), Vault(), fingerprint, LIMIT)


@pytest.mark.parametrize(
    "source",
    [
        'p("{a}")\n',
        'p("apiKey {a}", x={{1: "{b}"}})\n%env D={c}\n# {a}',
        'x = 1\nf"{{x}} {a}"\nb"{a}!"\n"{{}}{b}".format(1)\n',
        '!curl -H "k: {a}" $URL\ny = "é" + "{c}"',
    ],
)
@pytest.mark.parametrize("style", ["nbguard", "env", "hvac"])
def test_the_file_is_what_it_was(
    source: str,
    style: str,
    tmp_path: Path,
    vault_environment: OpenBao,
    mount: str,
) -> None:
    found = write_notebook(tmp_path / "a.ipynb", source.format(a=IONQ, b=IONQ2, c=DWAVE), "x", values=VALUES)
    move([found], tmp_path, mount, style=style)
    assert (tmp_path / "a.ipynb").read_bytes() != found.document.raw
    take_back(tmp_path)
    assert (tmp_path / "a.ipynb").read_bytes() == found.document.raw
    assert undoable(str(tmp_path)) == []


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(sorted(form for form in FORMS if "v1" not in FORMS[form])), min_size=1, max_size=5))
def test_every_form_is_undone(
    tmp_path: Path,
    vault_environment: OpenBao,
    mount: str,
    forms: list[str],
) -> None:
    sources = [FORMS[form].replace("V", IONQ) for form in forms]
    found = write_notebook(tmp_path / "a.ipynb", *sources, values={IONQ: "ionq"})
    move([found], tmp_path, mount)
    take_back(tmp_path)
    assert (tmp_path / "a.ipynb").read_bytes() == found.document.raw


def test_a_value_in_pieces_comes_back_in_one(tmp_path: Path, vault_environment: OpenBao, mount: str) -> None:
    found = write_notebook(tmp_path / "a.ipynb", f'p("{IONQ[:9]}" + "{IONQ[9:]}")\n"{IONQ}".lower()', values=VALUES)
    whole = found.findings[0]
    first = whole._replace(start=3, end=3 + len(IONQ) + 5)
    move([found._replace(findings=(first, whole))], tmp_path, mount)
    assert IONQ[:9] not in (tmp_path / "a.ipynb").read_text()
    assert IONQ[:9] not in Path(journal.journal_path(str(tmp_path))).read_text()
    take_back(tmp_path)
    assert sources_of((tmp_path / "a.ipynb").read_bytes()) == [f'p("{IONQ}")\n"{IONQ}".lower()']


def test_a_notebook_that_ran_since_is_put_back_too(tmp_path: Path, vault_environment: OpenBao, mount: str) -> None:
    found = write_notebook(tmp_path / "a.ipynb", f'x\np("a {IONQ}")', f'q("{DWAVE}")', values=VALUES)
    move([found], tmp_path, mount)
    path = tmp_path / "a.ipynb"
    ran = path.read_bytes().replace(
        b'"outputs": []', b'"outputs": [{"output_type": "stream", "name": "stdout", "text": []}]'
    )
    path.write_bytes(ran)
    take_back(tmp_path)
    assert sources_of(path.read_bytes()) == sources_of(found.document.raw)


def test_a_changed_line_is_not_overwritten(tmp_path: Path, vault_environment: OpenBao, mount: str) -> None:
    move([write_notebook(tmp_path / "a.ipynb", f'p("{IONQ}")', values=VALUES)], tmp_path, mount)
    path = tmp_path / "a.ipynb"
    path.write_bytes(path.read_bytes().replace(b"secret(", b"other("))
    before = path.read_bytes()
    with pytest.raises(NbguardError, match="changed since it was moved"):
        take_back(tmp_path)
    assert path.read_bytes() == before


def test_an_updated_secret_gives_its_old_version(tmp_path: Path, vault_environment: OpenBao, mount: str) -> None:
    found = write_notebook(tmp_path / "a.ipynb", f'p("{IONQ}")', values=VALUES)
    move([found], tmp_path, mount)
    vault_environment.store("quantum/ionq/analysis", mount, api_key="rotated")
    take_back(tmp_path)
    assert (tmp_path / "a.ipynb").read_bytes() == found.document.raw


def test_another_value_in_vault_is_not_put_into_the_file(tmp_path: Path, vault_environment: OpenBao) -> None:
    mount = vault_environment.mount(version=1)
    move([write_notebook(tmp_path / "a.ipynb", f'p("{IONQ}")', values=VALUES)], tmp_path, mount)
    client = vault_environment.root().secrets.kv.v1
    client.create_or_update_secret("quantum/ionq/analysis", {"api_key": "rotated"}, mount_point=mount)
    with pytest.raises(NbguardError, match="another value"):
        take_back(tmp_path)


BACKSLASH, MARK, TEMPLATE = "Kx7\\bq!zP9kkQw3", "Kx7\"q!'zP9kk\\Qw3", "Kx7{q}!zP9kkQw3"


@pytest.mark.parametrize("notebook", [False, True])
@pytest.mark.parametrize(
    ("value", "written", "code", "back"),
    [
        (BACKSLASH, r"Kx7\\bq!zP9kkQw3", 'x = f("@")\n', None),
        (BACKSLASH, r"Kx7\\bq!zP9kkQw3", "x = f('@')\n", None),
        (BACKSLASH, BACKSLASH, 'x = f(r"@")\n', None),
        (BACKSLASH, r"\x4bx7\x5cbq!zP9kkQw3", 'x = f("@")\n', 'x = f("Kx7\\\\bq!zP9kkQw3")\n'),
        (MARK, r"Kx7\"q!'zP9kk\\Qw3", 'x = f("@", "é")\n', None),
        (MARK, r"Kx7\"q!'zP9kk\\Qw3", 'x = b"@"\n', None),
        (MARK, r"Kx7" + '"q!' + r"\'zP9kk\\Qw3", "x = f('@')\n", None),
        (MARK, r"Kx7\"q!\'zP9kk\\Qw3", "x = f('@')\n", r"""x = f("Kx7\"q!'zP9kk\\Qw3")""" + "\n"),
        (TEMPLATE, r"\x4bx7{q}!zP9kkQw3", 'x = f("@")\n', 'x = f("Kx7{q}!zP9kkQw3")\n'),
        (TEMPLATE, r"Kx7{{q}}!zP9kkQw3", 'x = f"@"\n', 'x = "Kx7{q}!zP9kkQw3"\n'),
        (IONQ, f"\\x{ord(IONQ[0]):02x}{IONQ[1:]}", 'x = f("@")\n', f'x = f("{IONQ}")\n'),
    ],
)
def test_a_value_with_escapes_comes_back(
    value: str,
    written: str,
    code: str,
    back: str | None,
    notebook: bool,
    tmp_path: Path,
    vault_environment: OpenBao,
    mount: str,
) -> None:
    at = code.index("@")
    code = code.replace("@", written)
    if notebook:
        found = write_notebook(tmp_path / "a.ipynb", code, values={written: "ionq"})
    else:
        (tmp_path / "a.py").write_text(code)
        document = open_document("a.py", code.encode())
        found = FileToMove(str(tmp_path / "a.py"), document, find(document, {written: "ionq"}))
    (finding,) = (one for one in found.findings if one.start == at)
    moved = move([found._replace(findings=(finding._replace(value=value),))], tmp_path, mount)
    path = Path(found.file)
    assert not moved.left
    assert path.read_bytes() != found.document.raw
    kept = Path(journal.journal_path(str(tmp_path))).read_text()
    assert "zP9kk" not in kept
    assert IONQ[1:] not in kept
    take_back(tmp_path)
    if back is None:
        assert path.read_bytes() == found.document.raw
    else:
        assert (sources_of(path.read_bytes()) if notebook else [path.read_text()]) == [back]


@pytest.mark.parametrize(
    "source",
    [
        "%env PAIR={a},{b}\n", 'x = "{a},{b}"\n', 'x = "{b}:{a}"\n',
        'x = "user:{b}:{a}"\n', "!run {b} '{a}' {b}\n", 'x = f"{{y}} {b} {a}" + "{b}"\n', 'x = "{b},{a}" "{b}"\n',
    ],
)  # fmt: skip
@pytest.mark.parametrize("style", ["nbguard", "hvac"])
def test_the_journal_holds_nothing_of_what_stays_beside(
    source: str, style: str, tmp_path: Path, vault_environment: OpenBao, mount: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A value that Vault refuses, in the literal or the line of one that is moved."""
    write = Vault.write

    def refusing(self: Vault, at: str, path: str, data: dict[str, str], expected: int) -> None:
        if DWAVE in data.values():
            raise RefusedError("Vault refused the request")
        write(self, at, path, data, expected)

    monkeypatch.setattr(Vault, "write", refusing)
    values = {IONQ: "ionq", DWAVE: "dwave"}
    found = write_notebook(tmp_path / "a.ipynb", source.format(a=IONQ, b=DWAVE), values=values)
    move([found], tmp_path, mount, style=style)
    after = (tmp_path / "a.ipynb").read_text()
    assert IONQ not in after
    assert DWAVE in after
    kept = Path(journal.journal_path(str(tmp_path))).read_text()
    assert DWAVE not in kept
    assert IONQ not in kept
    take_back(tmp_path)
    assert (tmp_path / "a.ipynb").read_bytes() == found.document.raw


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(("name", "text"), [("a.py", 'x = "{}"\r\nf("é {}")\r\n'), ("a.env", "A={}\n# é\nB={}\n")])
def test_whatever_the_file_is_written_in(
    encoding: str, name: str, text: str, tmp_path: Path, vault_environment: OpenBao, mount: str
) -> None:
    raw = text.format(IONQ, DWAVE).encode(encoding)
    (tmp_path / name).write_bytes(raw)
    document = open_document(name, raw)
    move([FileToMove(str(tmp_path / name), document, find(document, VALUES))], tmp_path, mount)
    after = (tmp_path / name).read_bytes()
    assert not any(value in after.decode(encoding) for value in VALUES)
    kept = journal.journal_path(str(tmp_path))
    assert not any(value in Path(kept).read_text().replace("\\u0000", "") for value in VALUES)
    take_back(tmp_path)
    assert (tmp_path / name).read_bytes() == raw
