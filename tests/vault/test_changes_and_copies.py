"""The pieces of a move one by one: changes of text, where imports go, where copies are, what a program sees."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from nbguard.detect.dataflow import syntax
from nbguard.detect.dataflow.syntax import parse_cell
from nbguard.documents.fields import Field, Part
from nbguard.documents.reading import open_document
from nbguard.errors import UsageError
from nbguard.vault.copies import Copy, find_copies
from nbguard.vault.imports import Need, changes_for_imports
from nbguard.vault.marked_references import open_in_memory, read_env_file, resolve, resolve_file
from nbguard.vault.own_variables import keep_variables_apart
from nbguard.vault.plan import VaultSettings
from nbguard.vault.program_values import as_program_sees
from nbguard.vault.python_source import Source
from nbguard.vault.references import Reference
from nbguard.vault.refused_requests import describe_answer
from nbguard.vault.rewrite import RewriteTarget, rewrite
from nbguard.vault.stored_secret import StoredSecret
from nbguard.vault.style import Lookup
from nbguard.vault.text_changes import CannotRewriteError, TextChange, apply_changes, check_alone, check_neighbours
from nbguard.vault.usage import places_of
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, markdown, notebook
from tests.policy.findings import find

VALUE = FakeTokens(41).ionq()
LIMIT = 1_000_000


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("f('V')", False), ("f('V'.strip())", False), ("f('V'in x)", True), ("f('V'_x)", True), ("f('V'0)", True),
        ("f('V' in x)", False),
    ],
)  # fmt: skip
def test_behind_a_whole_literal_no_word_may_go_on(text: str, refused: bool) -> None:
    start, end = text.index("'V'"), text.index("'V'") + 3
    if refused:
        with pytest.raises(CannotRewriteError, match="stand right beside"):
            check_alone(text, [TextChange(start, end, "secret()")])
        check_alone(text, [TextChange(start, end, "secret() ")])
    else:
        check_alone(text, [TextChange(start, end, "secret()")])
    check_alone(text, [TextChange(start, start, "x"), TextChange(start, end, "")])


def test_beside_a_bare_value_no_character_of_a_token_may_stand() -> None:
    for text in ("aV", "Va", "V-b", "0V"):
        at = text.index("V")
        with pytest.raises(CannotRewriteError):
            check_alone(text, [TextChange(at, at + 1, "x")])
    check_alone("aV", [TextChange(1, 2, " x")])
    check_alone("(V)", [TextChange(1, 2, "x")])


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [
        (None, None, False), ("a", None, True), (None, "a", True), (b"a", None, True), ("a ", " b", False),
        ("", "", False), (None, b"_", True), ("é", None, False), ("a.", "-", True),
    ],
)  # fmt: skip
def test_joined_literals_must_not_go_on_with_the_token(
    before: str | bytes | None, after: str | bytes | None, refused: bool
) -> None:
    if refused:
        with pytest.raises(CannotRewriteError, match="a piece of the credential would be left"):
            check_neighbours(before, after)
    else:
        check_neighbours(before, after)


def test_changes_are_made_in_order_and_never_over_each_other() -> None:
    changes = {TextChange(4, 5, "E"), TextChange(0, 1, "A"), TextChange(1, 1, "+")}
    assert apply_changes("abcdef", changes) == "A+bcdEf"
    assert apply_changes("ab", [TextChange(0, 2, "")]) == ""
    with pytest.raises(CannotRewriteError, match="it overlaps with another credential"):
        apply_changes("abcdef", [TextChange(0, 3, "x"), TextChange(2, 4, "y")])


def with_imports(*texts: str, needs: list[Need] | None = None) -> list[str]:
    sources = [Source(text) for text in texts]
    done = list(texts)
    for number, change in changes_for_imports(sources, needs or [Need("nbguard", 0, len(texts[0]))], "secret"):
        done[number] = apply_changes(done[number], [change])
    return done


LINE = "from nbguard.vault.lookup import secret"


def test_an_import_goes_below_the_imports_and_ends_a_line_that_has_no_end() -> None:
    (below,) = with_imports("import a\nx = 1\n", needs=[Need("env", 0, 9)])
    assert below == "import a\nimport os\nx = 1\n"
    (at_the_end,) = with_imports("import a\n", needs=[Need("env", 0, 9)])
    assert at_the_end == "import a\nimport os\n"
    (no_end,) = with_imports("import a", needs=[Need("env", 0, 8)])
    assert no_end == "import os\n\nimport a"
    (on_top,) = with_imports("x = 1\n", needs=[Need("env", 0, 0)])
    assert on_top == "import os\n\nx = 1\n"
    (after_docstring,) = with_imports('"""Doc."""\n\nx = 1\n', needs=[Need("env", 0, 12)])
    assert after_docstring == '"""Doc."""\nimport os\n\nx = 1\n'


def test_an_import_that_is_there_above_is_not_made_again() -> None:
    needs = [Need("env", 1, 0), Need("env", 0, 20)]
    assert with_imports("import os\nx = 1\ny = 2\n", "z = 1\n", needs=needs) == ["import os\nx = 1\ny = 2\n", "z = 1\n"]
    first, second = with_imports("x = 1\n", "import os\nz = 1\n", needs=[Need("env", 0, 0), Need("env", 1, 10)])
    assert (first, second) == ("import os\n\nx = 1\n", "import os\nz = 1\n")


def test_variables_of_one_name_are_numbered_in_turn() -> None:
    """Four references whose variables would all be A_B: the first keeps its own, the others are counted up."""
    references = [Reference("secret", "q/a", key) for key in ("b", "b-", "b.", "b_")]
    lookups = {str(number): Lookup(one, "A_B") for number, one in enumerate(references)}
    names = [lookup.variable for lookup in keep_variables_apart(lookups).values()]
    assert sorted(names) == ["A_B", "A_B_2", "A_B_3", "A_B_4"]


def test_without_uses_the_path_template_is_the_place() -> None:
    assert places_of((), VaultSettings()) == [("secret", "quantum/+/notebooks")]
    settings = VaultSettings(mount="lab", path="q/{provider}/{rule}")
    assert places_of((), settings) == [("lab", "q/+/+")]


@pytest.mark.parametrize(
    ("style", "call"),
    [
        ("env", "$(printenv A_B)"),
        ("hvac", "$(vault kv get -mount=lab -field=b q/a)"),
        ("nbguard", "$(nbguard vault get 'lab:q/a#b')"),
    ],
)
def test_a_shell_asks_in_the_style_that_was_said(style: str, call: str) -> None:
    """In a script, in a cell of the shell, and in the line of a cell."""
    lookup = Lookup(Reference("lab", "q/a", "b"), "A_B")
    script = open_document("a.sh", f"export T={VALUE}\n".encode())
    done = rewrite(script, [RewriteTarget(find(script, VALUE), lookup)], style)
    assert done.raw == f'export T="{call}"\n'.encode()
    for line in ("%%bash\nexport T=", "!export Y='{}'; export T="):
        document = open_document("a.ipynb", as_bytes(notebook(code(line + VALUE))))
        done = rewrite(document, [RewriteTarget(find(document, VALUE), lookup)], style)
        assert json.loads(done.raw)["cells"][0]["source"] == (line + f'"{call}"').splitlines(keepends=True)


def test_what_a_shell_would_fill_in_is_not_moved_from_a_line_of_a_cell() -> None:
    for value in ("abc$x9def", "abc\\x9def", "abc`x9`def"):
        document = open_document("a.ipynb", as_bytes(notebook(code(f"!tool --key {value}"))))
        done = rewrite(document, [RewriteTarget(find(document, value), Lookup(Reference("m", "p", "k"), "K"))])
        assert done.raw == document.raw
        assert [reason for _, reason in done.left] == [
            "the value is written with escapes, or with parts that are filled in, so something else would be stored"
        ]


def test_an_answer_that_is_none_is_told_with_the_address() -> None:
    page = SimpleNamespace(headers={"Content-Type": "text/html; charset=utf-8"})
    assert str(describe_answer(page, "https://v.lab")).startswith("a web page answers at https://v.lab, not Vault")
    assert str(describe_answer(object(), "https://v.lab")) == "the answer of https://v.lab broke off"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


def copies(folder: Path, *moved: str, largest: int = LIMIT) -> list[Copy]:
    return list(find_copies([VALUE], str(folder), [str(folder / name) for name in moved], largest))


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_each_kind_of_copy_is_named_with_what_removes_it(folder: Path) -> None:
    put(folder, "a b/.ipynb_checkpoints/c.ipynb", VALUE)
    put(folder, "other.txt", f"x {VALUE}")
    put(folder, "sub/.jupyter_ystore.db", "anything")
    put(folder, ".git/nbguard/outputs/ab/c", VALUE)
    assert copies(folder) == [
        Copy(".git/nbguard/outputs/ab/c", "outputs that the filter keeps", "rm -- .git/nbguard/outputs/ab/c"),
        Copy("a b/.ipynb_checkpoints/c.ipynb", "a checkpoint of Jupyter's", "rm -- 'a b/.ipynb_checkpoints/c.ipynb'"),
        Copy("other.txt", "another file", "nbguard vault move other.txt"),
        Copy(
            "sub/.jupyter_ystore.db", "the store of real-time collaboration, which keeps what was typed",
            "rm -- sub/.jupyter_ystore.db    (stop Jupyter first)",
        ),
    ]  # fmt: skip


def test_what_is_no_copy_is_not_named(folder: Path) -> None:
    """The file it was moved from, a link, a file that is too large, and folders that nobody keeps anything in."""
    put(folder, "moved.py", VALUE)
    put(folder, "node_modules/a.js", VALUE)
    put(folder, ".venv/a.py", VALUE)
    put(folder, "large.txt", VALUE + "x" * 100)
    (folder / "link").symlink_to(folder / "moved.py")
    assert copies(folder, "moved.py", largest=len(VALUE) + 99) == []
    assert [copy.path for copy in copies(folder, "moved.py", largest=len(VALUE) + 100)] == ["large.txt"]
    assert list(find_copies([], str(folder), [], LIMIT)) == []


def test_a_value_is_found_as_json_writes_it(folder: Path) -> None:
    value = 'a"é\\b' + VALUE
    put(folder, "a.json", '"a\\"\\u00e9\\\\b' + VALUE + '"')
    put(folder, "b.json", '"a\\"é\\\\b' + VALUE + '"')
    put(folder, "c.txt", value)
    assert [copy.path for copy in find_copies([value], str(folder), [], LIMIT)] == ["a.json", "b.json", "c.txt"]


def test_what_git_still_keeps_is_named_by_what_leads_to_it(folder: Path) -> None:
    def git(*command: str) -> None:
        subprocess.run(["git", "-C", str(folder), *command], check=True, capture_output=True)

    path = put(folder, "a.txt", VALUE)
    git("add", "a.txt")
    assert copies(folder, "a.txt") == [Copy("a.txt", "what is staged for the next commit", "git add -- a.txt")]
    path.write_text("clean")
    git("add", "a.txt")
    told = "    (with everything else that nothing leads to)"
    lost = "1 object that was staged, and to which nothing leads any more"
    assert copies(folder, "a.txt") == [Copy(".git/objects", lost, f"git prune --expire=now{told}")]
    put(folder, "b.txt", f"{VALUE} more")
    git("add", "b.txt")
    git("commit", "-qm", "x")
    (folder / "b.txt").unlink()
    git("rm", "-q", "--cached", "b.txt")
    git("commit", "-qm", "y", "--amend")
    expire = "git reflog expire --expire-unreachable=now --all && git prune --expire=now"
    logged = "1 object that only the reflog leads to, as after an amended commit"
    assert copies(folder, "a.txt") == [
        Copy(".git/objects", logged, expire + told), Copy(".git/objects", lost, f"git prune --expire=now{told}"),
    ]  # fmt: skip
    path.write_text(f"{VALUE} again")
    git("add", "a.txt")
    path.write_text("clean")
    git("add", "a.txt")
    lost = "2 objects that were staged, and to which nothing leads any more"
    assert copies(folder, "a.txt")[1] == Copy(".git/objects", lost, f"git prune --expire=now{told}")


def test_where_git_refuses_that_is_told(folder: Path) -> None:
    """Nobody looked at what is staged: saying nothing would mean that there is nothing."""
    put(folder, ".git/index", "not an index")
    found = copies(folder)
    assert {copy.path for copy in found} == {".git"}
    assert all("weren't looked for" in copy.what and "index" in copy.what for copy in found)


@pytest.mark.parametrize(
    ("path", "text", "written", "seen"),
    [
        ("a.py", "k = 'W'", "made-up\\nvalue", "made-up\nvalue"),
        ("a.py", "k = r'W'", "made-up\\nvalue", "made-up\\nvalue"),
        ("a.py", "# k = 'W'", "made-up\\nvalue", "made-up\\nvalue"),
        ("a.json", '{"k": "W"}', "made-up\\u0041\\n", "made-upA\n"),
        ("a.json", '{"k": "W"}', "made-up\\q", "made-up\\q"),
        ("a.yaml", 'k: "W"', "made-up\\nvalue", "made-up\\nvalue"),
        ("a.py", "k = 'W'", "plain-value", "plain-value"),
    ],
)
def test_a_program_sees_escapes_undone(path: str, text: str, written: str, seen: str) -> None:
    document = open_document(path, text.replace("W", written).encode())
    finding = find(document, written)
    assert next(as_program_sees([finding], document)).value == seen
    joined = finding._replace(value="other\\n")
    assert next(as_program_sees([joined], document)) == joined


def test_a_text_is_parsed_once_for_all_that_was_found_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of values with escapes in one cell took time as their square."""
    values = [f"made-up{number}\\nvalue" for number in range(200)]
    document = open_document("a.py", "".join(f"k = '{value}'\n" for value in values).encode())
    parsed = []
    monkeypatch.setattr(syntax, "parse_cell", lambda text: parsed.append(text) or parse_cell(text))
    found = list(as_program_sees([find(document, value) for value in values], document))
    assert [finding.value for finding in found] == [value.replace("\\n", "\n") for value in values]
    assert len(parsed) == 1


def test_only_code_of_a_notebook_is_a_program() -> None:
    document = open_document("a.ipynb", as_bytes(notebook(code("k = 'up\\nvalue1'"), markdown("k = 'up\\nvalue2'"))))
    assert next(as_program_sees([find(document, "up\\nvalue1")], document)).value == "up\nvalue1"
    assert next(as_program_sees([find(document, "up\\nvalue2")], document)).value == "up\\nvalue2"


def test_an_env_file_is_read_as_most_readers_do(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(
        "\ufeff# comment\n\nA=1\nexport B = 'x # y' z\nC=\"a\\n\\\"b\\$\\q\" # c\nD=plain # c\nE=a#b\nF=\nG='open\n",
        encoding="utf-8",
    )
    assert read_env_file(str(path)) == {
        "A": "1", "B": "x # y", "C": 'a\n"b$\\q', "D": "plain", "E": "a#b", "F": "", "G": "'open",
    }  # fmt: skip
    path.write_bytes("A=one\u2028two\x0cthree\r\nB=4".encode())
    assert read_env_file(str(path)) == {"A": "one\u2028two\x0cthree", "B": "4"}
    path.write_text("A=1\nno pair\n")
    with pytest.raises(UsageError, match=r"\.env: line 2 is no NAME=value$"):
        read_env_file(str(path))
    path.write_bytes(b"A=\xff")
    with pytest.raises(UsageError, match=r"\.env: not utf-8$"):
        read_env_file(str(path))
    with pytest.raises(UsageError, match=r"missing: no such file or directory$"):
        read_env_file(str(tmp_path / "missing"))


@pytest.mark.parametrize(
    ("language", "text", "value", "expected"),
    [
        ("json", '{"a": "W"}', 'x"y\n', '{"a": "x\\"y\\n"}'),
        ("toml", 'a = "W"', 'x"y', 'a = "x\\"y"'),
        ("toml", "a = 'W'", "x\\y", "a = 'x\\y'"),
        ("yaml", 'a: "W"', 'x"y', 'a: "x\\"y"'),
        ("yaml", "a: 'W'", "it's", "a: 'it''s'"),
        ("yaml", "a: W", "plain-value1", "a: plain-value1"),
        ("yaml", "a: W", "1234", 'a: "1234"'),
        ("yaml", "a: W", "Yes", 'a: "Yes"'),
        ("yaml", "a: W", "ends-", 'a: "ends-"'),
        ("ini", "a = W", 'x"y', 'a = x"y'),
    ],
)
def test_a_value_is_written_as_its_language_needs(language: str, text: str, value: str, expected: str) -> None:
    marked = text.replace("W", "nbguard:quantum/ionq#key")
    asked: list[str] = []

    def look_up(reference: str) -> str:
        asked.append(reference)
        return value

    assert resolve_file(marked, language, look_up) == expected
    assert asked == ["quantum/ionq#key"]
    assert resolve(marked, lambda _: "V") == text.replace("W", "V")
    assert resolve_file("nothing", language, look_up) == "nothing"


def test_a_text_in_memory_can_be_read_by_its_path_and_lies_on_no_disk() -> None:
    path = open_in_memory("é made up")
    assert Path(path).read_text(encoding="utf-8") == "é made up"
    assert path.startswith(("/proc/self/fd/", "/dev/fd/"))
    os.close(int(path.rpartition("/")[2]))


def test_records_show_no_value() -> None:
    shown = repr(StoredSecret({"key": VALUE}, 3)) + repr(TextChange(1, 2, VALUE))
    assert shown == "StoredSecret(1 keys, version 3)TextChange(1, 2)"
    assert VALUE not in repr(Field(VALUE, Part("file", None, "", "", "text", 0, 1)))
