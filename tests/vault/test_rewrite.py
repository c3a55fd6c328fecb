"""A rewritten cell does what it did before, with the value coming from the lookup, and nothing else in it changes."""

import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from nbguard.documents.reading import open_document
from nbguard.vault import lookup
from nbguard.vault.references import parse_reference
from nbguard.vault.rewrite import RewriteTarget, Rewritten, rewrite
from nbguard.vault.style import Lookup
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, markdown, notebook
from tests.vault.planted import find, sources_of

VALUE = FakeTokens(7).ionq()
REFERENCE = "quantum/ionq#api_key"
LOOKUP = Lookup(parse_reference(REFERENCE), "IONQ_API_KEY")
CALL = f'secret("{REFERENCE}")'

# Cells that give a value to ``sink``. V stands for the value, v1 and v2 for its halves.
FORMS = {
    "positional": 'sink("V")',
    "single quotes": "sink('V')",
    "keyword": 'sink(1, token="V", other=2)',
    "assignment": 'token = "V"\nsink(token)',
    "annotated assignment": 'token: str = "V"\nsink(token)',
    "two names": 'a = b = "V"\nsink(a, b)',
    "tuple": 'a, b = "V", "other"\nsink(a, b)',
    "dict entry": 'd = {"token": "V", "url": "https://x"}\nsink(**d)',
    "dict call": 'sink(**dict(token="V"))',
    "nested": 'sink({"auth": [{"token": ("V",)}]})',
    "default argument": 'def make(token="V"):\n    return token\nsink(make())',
    "keyword-only default": 'def make(*, token: str = "V") -> str:\n    return token\nsink(make())',
    "lambda default": 'sink((lambda t="V": t)())',
    "class attribute": 'class C:\n    token = "V"\nsink(C.token)',
    "attribute": 'class C: pass\nc = C()\nc.token = "V"\nsink(c.token)',
    "conditional": 'sink("V" if True else None)',
    "or": 'sink(None or "V")',
    "walrus": 'sink(x := "V")',
    "comparison": 'def token_of(): return "no"\nsink("V" == token_of(), "V" != "V")',
    "return": 'def f():\n    return "V"\nsink(f())',
    "yield": 'def f():\n    yield "V"\nsink(*f())',
    "await-free comprehension": 'sink([x for x in ["V"]])',
    "subscript": 'd = {}\nd["k"] = "V"\nsink(d)',
    "method": 'sink("V".upper(), " V ".strip())',
    "raw": 'sink(r"V")',
    "unicode prefix": 'sink(u"V")',
    "bytes": 'sink(b"V")',
    "bytes inside": 'sink(b"apiKey V!")',
    "raw bytes inside": 'sink(rb"a\\d V")',
    "escaped, behind": 'sink("V\\n")',
    "escaped": 'sink("\\x4bV"[1:])',
    "inside": 'sink("apiKey V")',
    "inside, braces": 'sink("{a} V {{b}}")',
    "inside, escapes": 'sink("a\\tb\\n V \\\\ \\" \\u00e9")',
    "inside, raw": 'sink(r"\\d{2} V")',
    "inside, single quotes": "sink('say \"V\"')",
    "inside, unicode prefix": 'sink(u"apiKey V")',
    "twice inside": 'sink("V and V")',
    "f-string part": 'x = 1\nsink(f"{x} V {x!r:>5}")',
    "f-string whole": 'sink(f"V")',
    "f-string, raw": 'x = 1\nsink(rf"\\d V {x}")',
    "f-string hole": "sink(f\"{'V'}\")",
    "f-string hole, other quotes": "sink(f'{\"V\"}')",
    "format": 'sink("{} V".format(1))',
    "percent": 'sink("%s V" % 1)',
    "percent argument": 'sink("apiKey %s" % "V")',
    "plus": 'sink("apiKey " + "V")',
    "plus, name": 'p = "apiKey "\nsink(p + "V" + "!")',
    "halves": 'sink("v1" + "v2")',
    "halves in a chain": 'sink("a " + "v1" + "v2" + " b")',
    "halves side by side": 'sink("v1" "v2")',
    "halves in brackets": 'sink(\n    "v1"\n    "v2"\n)',
    "side by side": 'sink("apiKey " "V")',
    "side by side, three": 'sink("a " "V" " b")',
    "side by side, f-string": 'x = 1\nsink(f"{x} " "V")',
    "side by side, method": 'sink(("a " "V").upper())',
    "side by side, times": 'sink("a " "V" * 2)',
    "halves inside": 'sink("apiKey v1" "v2!")',
    "halves inside plus": 'sink("apiKey v1" + "v2!")',
    "continued line": 'sink("v1\\\nv2")',
    "backslash": 'token = \\\n    "V"\nsink(token)',
    "triple": 'sink("""V""")',
    "triple, lines": 'sink("""\nV\n""".strip())',
    "triple, single": "sink('''\n  a: V\n''')",
    "join": 'sink("".join(["V"]))',
    "non-ASCII around": 'é = "ß" + "V" + "日本"\nsink(é, "é V 😀")',
    "environ": 'import os\nos.environ["NBG_T"] = "V"\nsink(os.environ["NBG_T"])',
    "environ update": 'import os\nos.environ.update(NBG_T="V")\nsink(os.environ["NBG_T"])',
    "getenv default": 'import os\nsink(os.getenv("NBG_UNSET", "V"))',
    "%env": '%env NBG_T=V\nimport os\nsink(os.environ["NBG_T"])',
    "%env with a space": '%env NBG_T V\nimport os\nsink(os.environ["NBG_T"])',
    "%set_env": 'x = 1\n%set_env NBG_T=V\nimport os\nsink(os.environ["NBG_T"])',
    "%env in a block": 'import os\nif True:\n    %env NBG_T=V\n    pass\nsink(os.environ["NBG_T"])',
    "%env in quotes, which count": '%env NBG_T="V"\nimport os\nsink(os.environ["NBG_T"])',
    "%env in other quotes": "%env NBG_T='V'\nimport os\nsink(os.environ['NBG_T'])",
    "%env with blanks around the sign": '%env NBG_T = "V" \nimport os\nsink(os.environ["NBG_T"])',
    "%env, inside": '%env NBG_T=apiKey-V\nimport os\nsink(os.environ["NBG_T"])',
    "shell": '!echo "apiKey V" > $NBG_FILE\nsink(open(os.environ["NBG_FILE"]).read())',
    "shell, single quotes": "!echo 'apiKey V' 'V' > $NBG_FILE\nsink(open(os.environ['NBG_FILE']).read())",
    "shell, braces": "out = !echo '{\"a\": 1}' \"V\" V\nsink(list(out))",
    "shell assignment": "out = !echo V\nsink(list(out))",
    "%%time": '%%time\nimport os\nsink("V")',
    "%%capture": '%%capture out\nsink("V")',
    "%time": '%time sink("V")',
    "%time assignment": '%time x = "V"\nsink(x)',
    "from __future__": 'from __future__ import annotations\nimport os\nsink("V")',
    "docstring": '"""What this does."""\nsink("V")',
    "comment on top": '# What this does.\n\nsink("V")',
    "semicolons": 'import os; sink("V")',
    "own name secret": 'secret = "V"\nsink(secret)',
    "parameter named secret": 'def f(secret): return secret\nsink(f("V"))',
    "imported already": 'from nbguard import secret\nsink("V")',
    "imported as": 'from nbguard import secret as s\nsink("V")',
    "imported, then rebound": 'from nbguard import secret\nsecret = "V"\nsink("V", secret)',
    "imported as, then rebound": 'from nbguard import secret as s\nsink("V")\ns = "V"\nsink("V", s)',
    "imported too late": 'sink("V")\nfrom nbguard import secret',
    "comment": 'sink(1)  # was "V"',
    "commented-out": '# sink("V")\nsink(1)',
    "bare string": '"V is old"\nsink(1)',
    "bare f-string": 'x = 1\nf"{x} V"\nsink(1)',
    "bare f-string in brackets": '(f"V")\nsink(1)',
    "bare f-string beside another": 'x = 1\n"V " f"{x}"\nsink(1)',
    "decorator": 'def d(t):\n    return lambda f: sink(t)\n@d("V")\ndef g(): pass',
    "assert": 'assert sink("V") is None, "no"',
    "try": 'try:\n    raise KeyError("V")\nexcept KeyError as e:\n    sink(*e.args)',
    "with": 'import contextlib\nwith contextlib.nullcontext("V") as t:\n    sink(t)',
    "star": 'sink(*["V"], **{"k": "V"})',
    "string with a magic": 'x = """\n%env A=1\n"""\nsink(x, "V")',
    "CRLF-free tabs": 'if True:\n\tsink("V")',
}  # fmt: skip
PROSE = {"comment", "commented-out", "bare string"}


def write(source: str) -> str:
    half = len(VALUE) // 2
    return source.replace("v1", VALUE[:half]).replace("v2", VALUE[half:]).replace("V", VALUE)


def rewritten(*sources: str, style: str = "nbguard", language: str = "python", **layout: Any) -> Rewritten:
    raw = as_bytes(notebook(*[code(source, count=None) for source in sources], language=language), **layout)
    return _rewrite("a.ipynb", raw, style)


def _rewrite(path: str, raw: bytes, style: str = "nbguard") -> Rewritten:
    document = open_document(path, raw)
    return rewrite(document, [RewriteTarget(finding, LOOKUP) for finding in _find(document)], style)


def _find(document: Any) -> list[Any]:
    """The value, and where it is written in halves: from the first half to the end of the second."""
    half = len(VALUE) // 2
    found = list(find(document, {VALUE: "ionq"}))
    for first in find(document, {VALUE[:half]: "ionq"}):
        if any(f.field == first.field and f.start <= first.start < f.end for f in found):
            continue
        end = first.field.text.find(VALUE[half:], first.end)
        if end >= 0:
            found.append(first._replace(end=end + len(VALUE) - half, value=VALUE))
    return found


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Runs cells in IPython; ``secret`` reads rendered files. Gives what the sink was called with."""
    folder = tmp_path_factory.mktemp("secrets")
    (folder / "quantum/ionq").mkdir(parents=True)
    (folder / "quantum/ionq/api_key").write_text(VALUE)
    (folder / "bin").mkdir()
    (folder / "bin/nbguard").write_text(f'#!/bin/sh\nPYTHONPATH={os.getcwd()} exec {sys.executable} -m nbguard "$@"\n')
    (folder / "bin/nbguard").chmod(0o755)
    ip = InteractiveShell.instance()
    at_first = set(ip.user_ns)
    old = dict(os.environ)

    def play(*sources: str) -> list[Any]:
        calls: list[Any] = []
        for name in set(ip.user_ns) - at_first:
            del ip.user_ns[name]
        os.environ.clear()
        os.environ.update(
            old,
            NBGUARD_SECRETS_DIR=str(folder),
            NBG_FILE=str(folder / "out"),
            IONQ_API_KEY=VALUE,
            HOME=str(folder),
            PATH=f"{folder}/bin:{old['PATH']}",
        )
        ip.user_ns["sink"] = lambda *a, **k: calls.append((a, k))
        lookup.forget()
        for source in sources:
            if source.startswith(("%%bash", "%%writefile")):
                continue
            with capture_output():
                result = ip.run_cell("import os\n" + source if "$NBG_FILE" in source else source, silent=True)
            result.raise_error()
        return calls

    yield play
    os.environ.clear()
    os.environ.update(old)


@pytest.mark.parametrize("form", FORMS)
def test_the_sink_gets_the_very_same_value(form: str, shell: Any) -> None:
    source = write(FORMS[form])
    done = rewritten(source)
    assert not done.left
    (after,) = sources_of(done.raw)
    assert VALUE not in after
    assert VALUE[: len(VALUE) // 2] not in after
    if form in PROSE:
        assert f"nbguard:{REFERENCE}" in after
    else:
        assert REFERENCE in after
        assert f"nbguard:{REFERENCE}" not in after
    assert shell(after) == shell(source)


@pytest.mark.parametrize("form", FORMS)
def test_the_env_style_gives_the_same_without_nbguard(form: str, shell: Any) -> None:
    source = write(FORMS[form])
    (after,) = sources_of(rewritten(source, style="env").raw)
    assert VALUE not in after
    if "nbguard" not in source:
        assert "import secret" not in after
    assert shell(after) == shell(source)


@pytest.mark.parametrize("form", FORMS)
def test_a_second_run_changes_nothing(form: str) -> None:
    once = rewritten(write(FORMS[form])).raw
    assert _rewrite("a.ipynb", once).raw is once


@pytest.mark.parametrize("form", FORMS)
def test_other_lines_keep_their_bytes(form: str) -> None:
    """Whatever line holds no piece of the value is there afterwards, in its order."""
    source = write(FORMS[form])
    (after,) = sources_of(rewritten(source).raw)
    half = len(VALUE) // 2
    kept = [line for line in source.split("\n") if VALUE[:half] not in line and VALUE[half:] not in line]
    if form in ("halves in brackets", "halves inside"):
        kept = kept[:0]
    lines = iter(after.split("\n"))
    for line in kept:
        if line.startswith("sink(") and form.startswith("triple"):
            continue  # the opening line gets the f
        assert any(line == other or other.endswith(line) for other in lines), line


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.sampled_from([f for f in sorted(FORMS) if "__future__" not in f]), min_size=1, max_size=5),
    st.sampled_from([None, 0, 1, 2, 4]),
    st.booleans(),
)
def test_notebooks_of_many_forms_do_what_they_did(
    shell: Any, forms: list[str], indent: int | None, ascii_only: bool
) -> None:
    sources = [write(FORMS[form]) for form in forms]
    done = rewritten(*sources, indent=indent, ascii_only=ascii_only)
    assert not done.left
    assert VALUE.encode() not in done.raw
    after = sources_of(done.raw)
    assert shell(*after) == shell(*sources)
    assert _rewrite("a.ipynb", done.raw).raw is done.raw


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.text("\"'\\{}()+ \n#%!=xf€\t" + "V", max_size=30), min_size=1, max_size=3), st.sampled_from([None, 1])
)
def test_no_text_makes_it_fail_or_touch_other_cells(pieces: list[str], indent: int | None) -> None:
    """Half-typed code is rewritten or left, and what was changed parses as well as before."""
    from nbguard.vault.python_source import count_errors

    sources = [piece.replace("V", VALUE) for piece in pieces]
    done = rewritten(*sources, indent=indent)
    after = sources_of(done.raw)
    assert len(after) == len(sources)
    for old, new in zip(sources, after, strict=True):
        imported = new.removeprefix("import os\n").removeprefix("from nbguard import secret\n").removeprefix("\n")
        assert new == old or count_errors(imported) <= count_errors(old)
        if VALUE not in old and not new.startswith(("from nbguard", "import os")):
            assert new == old
    assert len(done.done) + len(done.left) == sum(source.count(VALUE) for source in sources)


def test_the_import_goes_into_the_first_cell_that_needs_it() -> None:
    after = sources_of(rewritten("import a\n", f'x = "{VALUE}"\n', f'y = "{VALUE}"\n').raw)
    assert after == ["import a\n", f"from nbguard import secret\n\nx = {CALL}\n", f"y = {CALL}\n"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('import a\nfrom b import c\n\nx = "V"\n', 'import a\nfrom b import c\nfrom nbguard import secret\n\nx = {}\n'),
        ('%%time\nx = "V"\n', "%%time\nfrom nbguard import secret\n\nx = {}\n"),
        ('%load_ext a\nimport a\nx = "V"\n', "%load_ext a\nimport a\nfrom nbguard import secret\nx = {}\n"),
        ('%pip install nbguard\nx = "V"', "%pip install nbguard\nfrom nbguard import secret\n\nx = {}"),
        (
            '"""Doc."""\nfrom __future__ import annotations\n\nx = "V"\n',
            '"""Doc."""\nfrom __future__ import annotations\nfrom nbguard import secret\n\nx = {}\n',
        ),
        ('# Keys\nx = "V"\n', "from nbguard import secret\n\n# Keys\nx = {}\n"),
    ],
)  # fmt: skip
def test_the_import_stands_where_imports_stand(source: str, expected: str) -> None:
    assert sources_of(rewritten(source.replace("V", VALUE)).raw) == [expected.format(CALL)]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ('match x:\n    case "V":\n        pass', "no call may stand"),
        ('%%javascript\nlet x = "V"', "%%javascript"),
        ('%load_ext {"a"} V', "braces"),
        ('x = f"{a:V}"', "format spec"),
        ('%%px --key V\nx = 1', "line of a cell magic"),
    ],
)  # fmt: skip
def test_what_cannot_be_rewritten_is_left_with_the_reason(source: str, reason: str) -> None:
    done = rewritten(source.replace("V", VALUE))
    assert [reason in left.reason for left in done.left] == [True]
    assert VALUE not in done.left[0].reason
    assert done.edits == ()


@pytest.mark.parametrize("magic", ["%%bash", "%%!"])
def test_bash_cells_ask_nbguard(magic: str) -> None:
    (after,) = sources_of(rewritten(f"{magic}\nexport A={VALUE}\ncurl -H 'k: {VALUE}' \"x {VALUE}\" '{VALUE}'\n").raw)
    call = f"$(nbguard vault get '{REFERENCE}')"
    assert after == f'{magic}\nexport A="{call}"\ncurl -H \'k: \'"{call}" "x {call}" "{call}"\n'


def test_written_files_get_what_their_kind_needs() -> None:
    after = sources_of(
        rewritten(
            f'%%writefile a.py\nimport x\nt = "{VALUE}"\n',
            f"%%writefile .env\nT={VALUE}\n",
            f'%%writefile a.json\n{{"t": "{VALUE}"}}\n',
        ).raw
    )  # fmt: skip
    assert after == [
        f"%%writefile a.py\nimport x\nfrom nbguard import secret\nt = {CALL}\n",
        f"%%writefile .env\nT=nbguard:{REFERENCE}\n",
        f'%%writefile a.json\n{{"t": "nbguard:{REFERENCE}"}}\n',
    ]


@pytest.mark.parametrize(
    ("language", "source", "expected"),
    [
        ("julia", 't = "V" # key\n', 't = ENV["IONQ_API_KEY"] # key\n'),
        ("R", "t <- 'V'\n", 't <- Sys.getenv("IONQ_API_KEY")\n'),
        ("julia", 'ENV["IONQ_API_KEY"] = "V"\nf()\n', f"# IONQ_API_KEY: nbguard:{REFERENCE}\nf()\n"),
        (
            "julia",
            'if a\n  ENV["IONQ_API_KEY"]="V"; # key\nend',
            f"if a\n  # IONQ_API_KEY: nbguard:{REFERENCE} # key\nend",
        ),
        ("julia", 'ENV["OTHER"] = "V"\n', 'ENV["OTHER"] = ENV["IONQ_API_KEY"]\n'),
        ("julia", 'ENV["IONQ_API_KEY"] = "V"; f()\n', 'ENV["IONQ_API_KEY"] = ENV["IONQ_API_KEY"]; f()\n'),
        ("julia", 'a = f(\nENV["IONQ_API_KEY"] = "V"\n)', 'a = f(\nENV["IONQ_API_KEY"] = ENV["IONQ_API_KEY"]\n)'),
        ("R", "library(ionq)\nSys.setenv(IONQ_API_KEY = 'V')", f"library(ionq)\n# IONQ_API_KEY: nbguard:{REFERENCE}"),
        (
            "R",
            'f <- function() {\n  Sys.setenv("IONQ_API_KEY"="V");\n}',
            f"f <- function() {{\n  # IONQ_API_KEY: nbguard:{REFERENCE}\n}}",
        ),
        (
            "R",
            'if (a)\n  Sys.setenv(IONQ_API_KEY = "V")',
            'if (a)\n  Sys.setenv(IONQ_API_KEY = Sys.getenv("IONQ_API_KEY"))',
        ),
        (
            "R",
            'Sys.setenv(IONQ_API_KEY = "V", B = "c")',
            'Sys.setenv(IONQ_API_KEY = Sys.getenv("IONQ_API_KEY"), B = "c")',
        ),
        ("julia", '# t = "V"\n', f'# t = "nbguard:{REFERENCE}"\n'),
    ],
)
def test_other_kernels_read_the_environment(language: str, source: str, expected: str) -> None:
    source = source.replace('"V"', f'"{VALUE}"').replace("'V'", f"'{VALUE}'")
    assert sources_of(rewritten(source, language=language).raw) == [expected]


@pytest.mark.parametrize(
    ("path", "source", "expected"),
    [
        ("a.env", "A=1\nT=V # c\n", f"A=1\nT=nbguard:{REFERENCE} # c\n"),
        ("a.yaml", "t: V\nu: 'V'\n", f"t: nbguard:{REFERENCE}\nu: 'nbguard:{REFERENCE}'\n"),
        ("a.json", '{"t":"V"}', f'{{"t":"nbguard:{REFERENCE}"}}'),
        ("a.toml", 't = "V"\r\nx = 1\r\n', f't = "nbguard:{REFERENCE}"\r\nx = 1\r\n'),
        ("a.ini", "[x]\nt = V\n", f"[x]\nt = nbguard:{REFERENCE}\n"),
        (
            "a.py",
            '#!/usr/bin/env python\n"""Doc."""\n\nimport a\n\nx = "V"\n',
            f'#!/usr/bin/env python\n"""Doc."""\n\nimport a\nfrom nbguard import secret\n\nx = {CALL}\n',
        ),
        ("a.py", 'x = "V"\r\n', f"from nbguard import secret\r\n\r\nx = {CALL}\r\n"),
        ("a.sh", "export A=V\n", f"export A=\"$(nbguard vault get '{REFERENCE}')\"\n"),
        ("a.md", "Key: `V`.\n", f"Key: `nbguard:{REFERENCE}`.\n"),
    ],
)  # fmt: skip
def test_files_keep_everything_else(path: str, source: str, expected: str) -> None:
    assert _rewrite(path, source.replace("V", VALUE).encode()).raw == expected.encode()


def test_markdown_and_metadata_get_the_reference() -> None:
    raw = as_bytes(notebook(markdown(f"Key: {VALUE}"), code("x = 1", note={"k": VALUE}), note=f"a {VALUE} b"))
    done = _rewrite("a.ipynb", raw)
    assert done.raw == raw.replace(VALUE.encode(), f"nbguard:{REFERENCE}".encode())


def test_two_credentials_in_one_string_are_both_replaced(shell: Any) -> None:
    other = FakeTokens(8).ionq()
    raw = as_bytes(notebook(code(f'sink("{VALUE}:{other}")', count=None)))
    document = open_document("a.ipynb", raw)
    second = Lookup(parse_reference("quantum/ionq#other"), "OTHER")
    targets = [
        RewriteTarget(f, LOOKUP if f.value == VALUE else second) for f in find(document, {VALUE: "ionq", other: "ionq"})
    ]
    done = rewrite(document, targets)
    assert sources_of(done.raw) == [
        f"from nbguard import secret\n\nsink(f\"{{secret('{REFERENCE}')}}:{{secret('quantum/ionq#other')}}\")"
    ]


def test_the_hvac_style_needs_no_nbguard(openbao: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    openbao.store("quantum/ionq", api_key=VALUE)
    (after,) = sources_of(rewritten(f'x = "{VALUE}"', style="hvac").raw)
    assert "nbguard" not in after
    for name, value in openbao.environment.items():
        monkeypatch.setenv(name, value)
    space: dict[str, Any] = {}
    exec(after, space)
    assert space["x"] == VALUE


@pytest.mark.parametrize(
    ("language", "value"),
    [
        ("julia", "V$name"), ("julia", "V$(f(x))"), ("julia", 'V"""'), ("r", 'V"""'),
        ("ruby", "V#{name}"), ("ruby", "V#@name"), ("ruby", "V#$name"),
    ],
)  # fmt: skip
def test_a_literal_of_which_parts_are_filled_in_stays(language: str, value: str) -> None:
    """Whoever finds a value takes it to end at the quotation mark, whatever the language makes of what is in it."""
    literal = f'"""{value}' if value.endswith('"""') else f'"{value}"'
    value = value.removesuffix('"""').replace("V", VALUE)
    raw = as_bytes(notebook(code(f"t = {literal.replace('V', VALUE)}\n", count=None), language=language))
    document = open_document("a.ipynb", raw)
    done = rewrite(document, [RewriteTarget(found, LOOKUP) for found in find(document, {value: "ionq"})])
    assert done.left
    assert not done.edits


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("!export A=V && run\n", f"!export A={{{CALL}}} && run\n"),
        ("!export A=V; run\n", f"!export A={{{CALL}}}; run\n"),
        ("!export A=V B=2\n", f"!export A={{{CALL}}} B=2\n"),
        ("!export B=2 A=V\n", f"!export B=2 A={{{CALL}}}\n"),
        ("!export A=V # a comment\n", f"!export A={{{CALL}}} # a comment\n"),
        ("!export A=V | cat\n", f"!export A={{{CALL}}} | cat\n"),
        ("!export A=V&\n", f"!export A={{{CALL}}}&\n"),
        ("!export A=V\n", f'os.environ["A"] = {CALL}\n'),
        ("!export A='V'\n", f'os.environ["A"] = {CALL}\n'),
        # All behind the name is the value: https://ipython.readthedocs.io/en/stable/interactive/magics.html#magic-env
        ("%env A=V && run\n", f'os.environ["A"] = f"{{{CALL}}} && run"\n'.replace(CALL, CALL.replace('"', "'"))),
    ],
)
def test_only_a_line_that_sets_a_variable_and_nothing_else_becomes_python(line: str, expected: str) -> None:
    (after,) = sources_of(rewritten(line.replace("V", VALUE)).raw)
    assert after.endswith(expected)
