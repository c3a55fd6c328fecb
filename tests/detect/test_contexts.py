"""Credentials by what stands around them: magics, files, outputs, metadata, text in any language."""

import json

import pytest

from nbguard.detect.credentials.named_pairs import find_named_pairs
from nbguard.detect.credentials.python_sinks import find_sinks
from nbguard.detect.credentials.text_contexts import find_contexts
from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.decode import decode
from nbguard.documents.reading import open_document
from tests.fake_tokens import FakeTokens
from tests.growth import assert_linear
from tests.notebook_builder import as_bytes, code, error, markdown, notebook, result, stream

ENGINE = Engine(Scope(frozenset(("credential",)), exhaustive=True))
FAKE = FakeTokens(11)
TOKEN = FAKE.ionq()
EXPECTED = {("ionq-api-key", TOKEN)}


def everything_in(document):
    """The credentials of a document, from every detector, without a shortcut."""
    return ENGINE.detect(document)


def surroundings_of(document):
    """What sinks, names and values say of a document, whatever raw bytes showed."""
    findings = list(find_sinks(document)) if document.language == "python" else []
    for part in document.parts:
        for field in decode(document, part):
            findings += [*find_contexts(field, document), *find_named_pairs(field, document)]
    return findings


def check(document, plain=True):
    findings = everything_in(document)
    assert {(finding.rule, finding.value) for finding in findings} == EXPECTED
    if plain:
        assert {finding.field.text[finding.start : finding.end] for finding in findings} == {TOKEN}


def tagged(tag, source):
    """A cell as papermill has it."""
    return code(source) | {"metadata": {"tags": [tag]}}


CELLS = {
    "env magic": "%env IONQ_API_KEY=TOKEN",
    "env magic with a space": "%env IONQ_API_KEY TOKEN",
    "set_env": "%set_env IONQ_API_KEY=TOKEN",
    "prefixed variable": "%env my_lab_IONQ_API_KEY=TOKEN",
    "export": "!export IONQ_API_KEY=TOKEN && python run.py",
    "variable before a command": "!IONQ_API_KEY=TOKEN python run.py",
    "bash cell": '%%bash\nexport IONQ_API_KEY="TOKEN"\n',
    "written env file": "%%writefile .env\nIONQ_API_KEY=TOKEN\n",
    "written config file": '%%writefile ~/.config/pytket/config.json\n{"extensions": {"ionq": {"api_key": "TOKEN"}}}',
    "written Python file": '%%writefile a.py\nIonQProvider("TOKEN")',
    "here document": '!cat > ~/.config/pytket/config.json <<EOF\n{"extensions": {"ionq": {"api_key": "TOKEN"}}}\nEOF',
    "curl": '!curl -H "Authorization: apiKey TOKEN" https://api.ionq.co',
    "curl over lines": "%%bash\ncurl \\\n  -H 'Authorization: apiKey TOKEN' \\\n  https://api.ionq.co",
    "commented export": "# export IONQ_API_KEY=TOKEN",
    "papermill -p": "!papermill in.ipynb out.ipynb -p shots 100 -p ionq_api_key TOKEN",
    "papermill -r": "!papermill in.ipynb out.ipynb \\\n  --parameters_raw ionq_api_key TOKEN",
    "papermill -y": "!papermill in.ipynb out.ipynb -y 'ionq_api_key: TOKEN'",
    "papermill -y of lines": '%%bash\npapermill in.ipynb out.ipynb -y "\nshots: 100\nionq_api_key: TOKEN"',
    "papermill --parameters_yaml": "!papermill in.ipynb out.ipynb --parameters_yaml '{ionq_api_key: TOKEN, shots: 3}'",
    "papermill in a list": 'run(["papermill", "in.ipynb", "out.ipynb", "-p", "ionq_api_key", "TOKEN"])',
    "papermill from Python": 'pm.execute_notebook("in.ipynb", "out.ipynb", parameters={"ionq_api_key": "TOKEN"})',
    "papermill with names": 'pm.execute_notebook("in.ipynb", "out.ipynb", parameters=dict(ionq_api_key="TOKEN"))',
    "%%ai cell": "%%ai anthropic:claude\nOur IONQ_API_KEY=TOKEN, write a circuit.",
    "%ai line": "%ai chatgpt 'our IONQ_API_KEY is TOKEN'",
    "%run with an option": "%run connect.py --ionq_api_key TOKEN",
    "%run with a pair": "%run -i connect.py ionq_api_key=TOKEN",
    "docstring": '"""\n>>> IonQProvider("TOKEN")\n"""',
    "string with a command": 'os.system("export IONQ_API_KEY=TOKEN")',
    "password in an address": 'url = "https://user:TOKEN@api.ionq.co/v0.3"',
    "query of an address": 'url = "https://api.ionq.co/v0.3/jobs?api_key=TOKEN"',
}

COLOURED = (
    "\x1b[0;32m----> 1\x1b[0;31m \x1b[0mp\x1b[0m \x1b[0;34m=\x1b[0m \x1b[0mIonQProvider\x1b[0m\x1b[0;34m(\x1b[0m"
    "\x1b[0;34m'TOKEN'\x1b[0m\x1b[0;34m)\x1b[0m"
)
NOTEBOOKS = {
    "Markdown": notebook(markdown('Call `IonQProvider("TOKEN")`.')),
    "fenced block": notebook(markdown('```python\nkey = "TOKEN"\nIonQProvider(key)\n```')),
    "Markdown prose": notebook(markdown("Our IONQ_API_KEY is TOKEN, keep it.")),
    "Markdown table": notebook(markdown("| IONQ_API_KEY | TOKEN |")),
    "raw cell": notebook({"cell_type": "raw", "metadata": {}, "source": "IONQ_API_KEY=TOKEN"}),
    "stream": notebook(code("x", stream("IONQ_API_KEY=TOKEN\n"))),
    "account's repr": notebook(code("x", result(text__plain="{'ionq': {'token': 'TOKEN', 'url': None}}"))),
    "repr after an import": notebook(code("import qiskit_ionq", result(text__plain="{'token': 'TOKEN'}"))),
    "traceback": notebook(code("x", error("ValueError", "bad", "", COLOURED))),
    "traceback over lines": notebook(
        code("x", error("ValueError", "", '      2 p = IonQProvider(\n----> 3     token="TOKEN",\n      4 )\n'))
    ),
    "HTML table": notebook(code("x", result(text__html="<table><tr><td>IONQ_API_KEY</td><td>TOKEN</td></tr></table>"))),
    "HTML entities": notebook(code("x", result(text__html="<pre>IonQProvider(&quot;TOKEN&quot;)</pre>"))),
    "JSON output": notebook(code("x", result(application__json={"IONQ_API_KEY": "TOKEN"}))),
    "papermill": notebook(code("x", papermill={"parameters": {"ionq_api_key": "TOKEN"}})),
    "injected parameters": notebook(tagged("injected-parameters", '# Parameters\nionq_api_key = "TOKEN"\n')),
    "parameters": notebook(tagged("parameters", 'ionq_api_key = "TOKEN"')),
    "injected into R": notebook(tagged("injected-parameters", 'ionq_api_key = "TOKEN"'), language="R"),
    "notebook metadata": notebook(code("import qiskit_ionq"), papermill={"parameters": {"token": "TOKEN"}}),
    "Julia": notebook(code('ENV["IONQ_API_KEY"] = "TOKEN"'), language="julia"),
    "R": notebook(code('Sys.setenv(IONQ_API_KEY = "TOKEN")'), language="R"),
}

FILES = {
    ".env": "IONQ_API_KEY=TOKEN\n",
    ".config/pytket/config.json": '{"extensions": {"ionq": {"api_key": "TOKEN"}}}',
    "ci.yaml": "env:\n  IONQ_API_KEY: TOKEN\n",
    "settings.yml": 'ionq:\n  token: "TOKEN"\n',
    "settings.toml": '[ionq]\nIONQ_API_KEY = "TOKEN"\n',
    "settings.ini": "[ionq]\ntoken = TOKEN\n",
    "Dockerfile": "FROM python\nENV IONQ_API_KEY TOKEN\nRUN make\n",
    "run.sh": 'export IONQ_API_KEY="TOKEN"\n',
    "data.json": '{"IONQ_API_KEY": "TOKEN"}',
    "notes.md": '# Notes\n```python\nkey = "TOKEN"\nIonQProvider(key)\n```\n',
    "page.qmd": '```{python}\nIonQProvider("TOKEN")\n```\n',
    "percent.py": "# %%\n# !export IONQ_API_KEY=TOKEN\n",
}

SILENT = {
    "job ids in an output": notebook(code("x", stream("job 7f1e3c52-6a0b-4c1e-9d2f-0b8a7c6d5e4f on ionq_qpu done\n"))),
    "counts": notebook(code("import qiskit_ionq", result(text__plain="{'" + FAKE.of("01", 64) + "': 1024}"))),
    "hash in an output": notebook(code("import qiskit_ionq", stream(f"sha512 {FAKE.ibm_legacy()}\n"))),
    "placeholder in Markdown": notebook(markdown("Set `IONQ_API_KEY=YOUR_API_KEY` first, see IonQProvider.")),
    "reference in Markdown": notebook(markdown('`os.environ["IONQ_API_KEY"] = secret("quantum/ionq#api_key")`')),
    "variable in shell": notebook(code("!export IONQ_API_KEY=$KEY_FROM_VAULT")),
    "command in shell": notebook(code("%%bash\nexport IONQ_API_KEY=$(vault kv get -field=api_key secret/ionq)")),
    "papermill with a variable": notebook(code("!papermill in.ipynb out.ipynb -p ionq_api_key $IONQ -p shots 100")),
    "papermill of another kind": notebook(code("!papermill in.ipynb out.ipynb -p backend ionq_simulator_aria_1")),
    "token of somebody else": notebook(code("x", result(text__plain=f"{{'token': '{TOKEN}'}}"))),
}


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
def test_cells(cell):
    check(open_document("a.ipynb", as_bytes(notebook(code(cell.replace("TOKEN", TOKEN))))))


@pytest.mark.parametrize("raw", NOTEBOOKS.values(), ids=NOTEBOOKS)
def test_outputs_metadata_and_text(raw):
    check(open_document("a.ipynb", json.dumps(raw).replace("TOKEN", TOKEN).encode()))


@pytest.mark.parametrize("path", FILES)
def test_files(path):
    check(open_document(path, FILES[path].replace("TOKEN", TOKEN).encode()))


@pytest.mark.parametrize("raw", SILENT.values(), ids=SILENT)
def test_what_is_no_providers_credential_stays_silent(raw):
    findings = everything_in(open_document("a.ipynb", as_bytes(raw)))
    assert [finding for finding in findings if finding.provider] == []


def test_tags_and_colours_hide_nothing():
    """A value cut in two by a tag is found whole, and its span covers both halves."""
    page = f"<pre>IonQProvider('{TOKEN[:9]}<b>{TOKEN[9:]}</b>')</pre>"
    document = open_document("a.ipynb", as_bytes(notebook(code("x", result(text__html=page)))))
    findings = everything_in(document)
    assert {(finding.rule, finding.value) for finding in findings} == EXPECTED
    assert {finding.field.text[finding.start : finding.end] for finding in findings} == {TOKEN[:9] + "<b>" + TOKEN[9:]}


def test_long_python_is_read_as_text():
    """Beyond the parser's limit a literal at its sink is still found."""
    source = "x = 0\n" * 100_000 + f'IonQProvider("{TOKEN}")\n'
    check(open_document("a.py", source.encode()))


@pytest.mark.slow
@pytest.mark.parametrize(
    "source",
    [
        "IonQProvider(" + '"' * 100_000,
        "IonQProvider(" + "(" * 100_000,
        "IonQProvider(" * 70_000,
        "IONQ_API_KEY=" * 70_000,
        "Authorization=" * 70_000,
        "api.ionq.co?" * 70_000,
        "x='" + "a" * 1_000_000 + "';IonQProvider(x)",
        "# IonQProvider(x)\n" * 20_000,
        "def f(x):\n    return f(x + f(x))\nIonQProvider(f(f('abc')))\n" * 100,
        "t = 'ab'\n" + "t = t + t\n" * 60 + "IonQProvider(t)\n",
        "t = 'ab'\nIonQProvider(t)\n" * 4_000,
        "x = 1 # IonQProvider(t)\n" * 20_000,
        " " * 1_000_000 + "IonQProvider(",
    ],
    ids=[
        "quotes",
        "brackets",
        "calls",
        "variables",
        "headers",
        "addresses",
        "long",
        "comments",
        "recursion",
        "doubling",
        "redefinitions",
        "trailing comments",
        "spaces",
    ],
)
@pytest.mark.parametrize("path", ["a.py", "a.txt"])
def test_adversarial_input_takes_linear_time(path, source):
    """A megabyte of anything takes seconds, not minutes; there is nothing to find in it."""
    assert surroundings_of(open_document(path, source.encode())) == []
    assert_linear(lambda size: surroundings_of(open_document(path, source[:size].encode())), len(source) // 8)
