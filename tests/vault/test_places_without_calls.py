"""Where no call may stand nothing is rewritten; and a name that comes from elsewhere isn't taken."""

import pytest

from nbguard.documents.reading import open_document
from nbguard.vault.references import Reference
from nbguard.vault.rewrite import RewriteTarget, Rewritten, rewrite
from nbguard.vault.style import Lookup
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook
from tests.vault.planted import find, sources_of

VALUE = FakeTokens(12).ionq()
LOOKUP = Lookup(Reference("secret", "quantum/ionq", "api_key"), "IONQ_API_KEY")


def rewritten(*sources: str) -> Rewritten:
    raw = as_bytes(notebook(*(code(source.replace("V", VALUE), count=None) for source in sources)))
    document = open_document("a.ipynb", raw)
    return rewrite(document, [RewriteTarget(finding, LOOKUP) for finding in find(document, {VALUE: "ionq"})])


@pytest.mark.parametrize(
    "source",
    [
        'x: Literal["V"] = y',
        'def f(a: Literal["V", "b"]): pass',
        'def f() -> typing.Literal["V"]: pass',
        'T = Literal["V"]',
        'T = typing.Literal["V"]',
        'T: TypeAlias = "V"',
        'T: typing.TypeAlias = "V"',
        'type T = "V"',
        'x: "V" = 1',
        'def f(a: "V"): pass',
        'def f() -> "V": pass',
        'class C:\n    x: "V"',
        'match x:\n    case "V":\n        pass',
    ],
)
def test_a_type_and_a_pattern_stay_as_they_are(source: str) -> None:
    done = rewritten(source)
    assert not done.edits
    assert [left.reason for left in done.left] != [""]
    assert done.left


@pytest.mark.parametrize(
    "source", ['x: str = "V"', 'x: Literal["a"] = "V"', 'def f(a: str = "V"): pass', 'd["Literal"] = "V"', 'x = a["V"]']
)
def test_beside_a_type_a_value_is_rewritten(source: str) -> None:
    (after,) = sources_of(rewritten(source).raw)
    assert VALUE not in after
    assert 'secret("quantum/ionq#api_key")' in after


def test_a_word_right_beside_a_literal_stays_a_word() -> None:
    (after,) = sources_of(rewritten('def f(x):\n    return"V"if x else"V"').raw)
    compile(after, "cell", "exec")
    assert 'return secret("quantum/ionq#api_key") if x else secret("quantum/ionq#api_key")' in after


@pytest.mark.parametrize(
    "sources",
    [
        ("from tools import *\nsink('V')\nsecret('other')",),
        ("from tools import *", "sink('V')", "y = [secret(name) for name in names]"),
        ("secret('given by whoever runs this')\nsink('V')",),
    ],
)
def test_a_name_from_elsewhere_keeps_its_meaning(sources: tuple[str, ...]) -> None:
    text = "\n".join(sources_of(rewritten(*sources).raw))
    assert "from nbguard import secret as vault_secret" in text
    assert "sink(vault_secret(" in text


@pytest.mark.parametrize("source", ["from tools import *\nsink('V')", "sink('V', secret=1)\nx.secret('y')"])
def test_a_name_that_nobody_reads_is_free(source: str) -> None:
    (after,) = sources_of(rewritten(source).raw)
    assert "from nbguard import secret\n" in after


def _rewritten_file(path: str, text: str) -> Rewritten:
    document = open_document(path, text.replace("V", VALUE).encode())
    return rewrite(document, [RewriteTarget(finding, LOOKUP) for finding in find(document, {VALUE: "ionq"})])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Makefile", "all:\n\tcurl -u x:V https://a.example\n"),
        ("sub/GNUmakefile", "export IONQ_API_KEY=V\n"),
        ("Dockerfile", "FROM a\nENV IONQ_API_KEY=V\n"),
        ("docker/Dockerfile.dev", "FROM a\nRUN curl -u x:V https://a.example\n"),
        ("a.sh", "cat > .env <<'EOF'\nIONQ_API_KEY=V\nEOF\n"),
        ("a.sh", "cat > .env <<EOF\nIONQ_API_KEY=V\nEOF\n"),
        ("a.sh", "\tcat <<-\"END\" > b\n\ta: 'V'\n\tEND\n"),
        ("a.sh", "echo $'V\\n'\n"),
    ],
)
def test_where_no_shell_would_run_the_lookup_nothing_is_rewritten(path: str, text: str) -> None:
    done = _rewritten_file(path, text)
    assert not done.edits
    assert done.left
    assert all(left.reason for left in done.left)


@pytest.mark.parametrize(
    "text",
    [
        "cat > .env <<'EOF'\nA=b\nEOF\nexport IONQ_API_KEY=V\n",
        "cat <<EOF <<OTHER\na\nEOF\nb\nOTHER\nexport IONQ_API_KEY=V\n",
        'grep a <<< "b"\nexport IONQ_API_KEY=V\n',
        "x=$((1 << 3))\nexport IONQ_API_KEY='V'\n",
        "echo 'a' $ 'V'\n",
    ],
)
def test_behind_a_here_document_a_shell_runs_it(text: str) -> None:
    done = _rewritten_file("a.sh", text)
    assert VALUE.encode() not in done.raw
    assert b"nbguard vault get 'quantum/ionq#api_key'" in done.raw


def test_a_cell_of_bash_with_a_here_document_is_left() -> None:
    assert not rewritten("%%bash\ncat > .env <<'EOF'\nIONQ_API_KEY=V\nEOF").edits


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.js", "const ionq_api_key = 'V';\n"),
        ("a.go", 'var ionq_api_key = "V"\n'),
        ("a.sql", "SELECT 'V';\n"),
        ("a.ps1", '$env:IONQ_API_KEY = "V"\n'),
        ("run.sbatch", "#!/bin/bash\nexport IONQ_API_KEY=V\n"),
        ("a.ipy", "!echo V\n"),
        ("Snakefile", 'key = "V"\n'),
        ("tool", '#!/usr/bin/env python3\nkey = "V"\n'),
        ("Jenkinsfile", "env.IONQ_API_KEY = 'V'\n"),
        ("Gemfile", 'ionq_api_key = "V"\n'),
        ("CMakeLists.txt", 'set(IONQ_API_KEY "V")\n'),
        ("a.ksh", "IONQ_API_KEY=V\n"),
        # Languages that nobody listed, one of which looks like YAML.
        ("a.nix", '{ ionq_api_key = "V"; }\n'),
        ("a.exs", 'config :ionq,\n  url: "x",\n  api_key: "V"\n'),
        ("a.f90", 'ionq_api_key = "V"\n'),
        ("a.neverheardof", 'ionq_api_key = "V"\n'),
    ],
)
def test_in_a_program_without_a_lookup_a_value_stays(name: str, text: str) -> None:
    """A reference in it would be the text that the program sends as its token."""
    done = rewritten_file(name, text)
    assert not done.edits
    assert "program" in done.left[0].reason


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "ionq_api_key: V\n"),
        (".env", "IONQ_API_KEY=V\n"),
        ("a.md", "the key is V\n"),
        (".curlrc", "ionq_api_key = V\n"),
        ("crontab", "IONQ_API_KEY=V\n"),
        ("a.neverheardof", '{"ionq_api_key": "V"}\n'),
        ("a.html", "<script>let x = 1</script><pre>ionq_api_key = V</pre>\n"),
    ],
)
def test_in_configuration_and_prose_a_reference_takes_its_place(name: str, text: str) -> None:
    assert b"quantum/ionq#api_key" in rewritten_file(name, text).raw


@pytest.mark.parametrize("text", ["<script>let ionq_api_key = 'V';</script>", "<p><SCRIPT type=module>\nkey('V')\n"])
def test_what_a_browser_runs_stays(text: str) -> None:
    for done in (rewritten_file("a.html", text), rewritten(f"%%html\n{text}")):
        assert not done.edits
        assert "script" in done.left[0].reason


def test_a_cell_that_writes_an_image_s_instructions_stays() -> None:
    done = rewritten("%%writefile Dockerfile\nFROM python\nENV IONQ_API_KEY=V\n")
    assert not done.edits
    assert "image" in done.left[0].reason


def rewritten_file(name: str, text: str) -> Rewritten:
    document = open_document(name, VALUE.join(text.rsplit("V", 1)).encode())
    return rewrite(document, [RewriteTarget(finding, LOOKUP) for finding in find(document, {VALUE: "ionq"})])
