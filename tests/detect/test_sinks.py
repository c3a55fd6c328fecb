"""Credentials by where they go in code: every form people write, and what must stay silent."""

import base64

import pytest

from nbguard.detect.credentials.python_sinks import find_sinks
from nbguard.detect.engine import Engine
from nbguard.detect.providers.provider_rules import load_catalogue
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests.detect.catalogue_examples import as_file, iterate_examples, iterate_lookalikes
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook

FAKE = FakeTokens(7)
TOKEN = FAKE.ionq()
HALF, REST = TOKEN[:12], TOKEN[12:]
IBM = FAKE.ibm_cloud()

# Each form is a list of cells, parted by a line of dashes; TOKEN stands for the credential.
FORMS = {
    "positional": 'provider = IonQProvider("TOKEN")',
    "keyword": "provider = qiskit_ionq.IonQProvider(token='TOKEN')",
    "renamed import": "from qiskit_ionq import IonQProvider as P\n---\nP('TOKEN')",
    "import over lines": "from qiskit_ionq import (\n    IonQProvider as P,\n)\n---\nP(\n    'TOKEN',\n)",
    "name for the class": 'Provider = IonQProvider\n---\nProvider("TOKEN")',
    "name in another cell": 'key = "TOKEN"\n---\nIonQProvider(key)',
    "name through a name": 'key = "TOKEN"\n---\ntoken = key\n---\nIonQProvider(token=token)',
    "name defined below": 'IonQProvider(key)\n---\nkey = "TOKEN"',
    "tuple target": 'user, key = "me", "TOKEN"\n---\nIonQProvider(key)',
    "chained assignment": 'a = b = "TOKEN"\nIonQProvider(b)',
    "walrus": 'IonQProvider(key := "TOKEN")',
    "overwritten": 'key = "TOKEN"\n---\nkey = os.environ["KEY"]\n---\nIonQProvider(key)',
    "branches": 'if local:\n    key = "TOKEN"\nelse:\n    key = os.environ["KEY"]\n---\nIonQProvider(key)',
    "conditional expression": 'key = "TOKEN" if local else ""\nIonQProvider(key)',
    "loop": 'for key in ["TOKEN"]:\n    IonQProvider(key)',
    "comprehension": 'all = [IonQProvider(key) for key in ["TOKEN"]]',
    "comprehension inside": 'all = {n: [IonQProvider(key) for n in m] for key in ("TOKEN",)}',
    "comprehension over a name": 'keys = ["TOKEN"]\n---\nall = tuple(IonQProvider(key) for key in keys)',
    "walrus in a comprehension": 'names = [n for n in m if (key := "TOKEN")]\nIonQProvider(key)',
    "name of a comprehension": 'key = "TOKEN"\n---\nnames = [key for key in counts]\n---\nIonQProvider(key)',
    "name of many comprehensions": (
        'key = "TOKEN"\n---\n' + "s = {key: value for key, value in counts.items()}\n---\n" * 200 + "IonQProvider(key)"
    ),
    "splat": 'options = {"token": "TOKEN"}\n---\nIonQProvider(**options)',
    "splat in splat": 'options = {**{"token": "TOKEN"}, "url": None}\nIonQProvider(**options)',
    "dict call": 'options = dict(token="TOKEN")\nIonQProvider(**options)',
    "dict entry added": 'options = {}\n---\noptions["token"] = "TOKEN"\n---\nIonQProvider(**options)',
    "dict updated": 'options = {}\noptions.update(token="TOKEN")\nIonQProvider(**options)',
    "nested dict": 'c = {"ionq": {"key": "TOKEN"}}\nIonQProvider(c["ionq"]["key"])',
    "dict get": 'c = {"key": "TOKEN"}\nIonQProvider(c.get("key"))',
    "list entry": 'c = ["me", "TOKEN"]\nIonQProvider(c[1])',
    "list splat": 'IonQProvider(*["TOKEN"])',
    "environ": 'os.environ["IONQ_API_KEY"] = "TOKEN"',
    "environ by a name": 'NAME = "IONQ_API_KEY"\nos.environ[NAME] = "TOKEN"',
    "environ setdefault": 'os.environ.setdefault("IONQ_API_KEY", "TOKEN")',
    "environ update": 'os.environ.update({"IONQ_API_KEY": "TOKEN"})',
    "environ update by keyword": 'os.environ.update(IONQ_API_KEY="TOKEN")',
    "putenv": 'os.putenv("IONQ_API_KEY", "TOKEN")',
    "getenv default": 'key = os.getenv("IONQ_API_KEY", "TOKEN")',
    "environ or": 'key = os.environ.get("IONQ_API_KEY") or "TOKEN"',
    "default argument": 'def connect(key="TOKEN"):\n    return IonQProvider(key)',
    "local function": 'def connect(key):\n    return IonQProvider(key)\n---\nconnect("TOKEN")',
    "returned": 'def key():\n    return "TOKEN"\n---\nIonQProvider(key())',
    "class attribute": 'class Config:\n    key = "TOKEN"\n---\nIonQProvider(Config.key)',
    "self": (
        'class A:\n    def __init__(self):\n        self.key = "TOKEN"\n'
        "    def go(self):\n        return IonQProvider(self.key)"
    ),
    "constructor argument": (
        'class A:\n    def __init__(self, key):\n        self.p = IonQProvider(key)\n---\nA("TOKEN")'
    ),
    "attribute of an object": 'config = Config(key="TOKEN")\n---\nIonQProvider(config.key)',
    "attribute of a client": 'client = IonQClient()\n---\nclient.token = "TOKEN"',
    "partial": 'from functools import partial\nmake = partial(IonQProvider, token="TOKEN")',
    "f-string": 'key = "TOKEN"\nheaders = {"Authorization": f"apiKey {key}"}',
    "header": 'headers = {"Authorization": "apiKey TOKEN"}',
    "header entry": 'headers["Authorization"] = "apiKey " + "TOKEN"',
    "percent": 'headers = {"Authorization": "apiKey %s" % "TOKEN"}',
    "format": 'headers = {"Authorization": "apiKey {}".format("TOKEN")}',
    "strip": 'IonQProvider("  TOKEN ".strip())',
    "wrapped": 'key = SecretStr("TOKEN")\nIonQProvider(key.get_secret_value())',
    "device": 'import pennylane as qml\nqml.device("ionq.simulator", wires=2, api_key="TOKEN")',
    "variable's name": 'ionq_api_key = "TOKEN"',
    "magics around": '%pip install qiskit-ionq\nfiles = !ls\nIonQProvider("TOKEN")',
    "half typed": 'circuit = build(\nprovider = IonQProvider("TOKEN"',
    "half-typed cell between": 'key = "TOKEN"\nx = (\n---\nIonQProvider(key)',
    "commented out": '# provider = IonQProvider("TOKEN")',
    "commented out over lines": '# key = "TOKEN"\n# provider = IonQProvider(key)',
    "trailing comment": 'x = 1  # IonQProvider("TOKEN")',
    "other scripts": 'größe = "ü"; é = IonQProvider("TOKEN")  # 量子',
}  # fmt: skip

SILENT = {
    "read from the environment": 'IonQProvider(os.environ["IONQ_API_KEY"])',
    "getenv": 'IonQProvider(os.getenv("IONQ_API_KEY"))',
    "getpass": 'key = getpass("IonQ API key: ")\nIonQProvider(key)',
    "input": 'IonQProvider(input("Paste your IonQ key 12345678"))',
    "our lookup": 'IonQProvider(secret("quantum/ionq#api_key"))',
    "keyring": 'IonQProvider(keyring.get_password("ionq", "quantum-team-2026"))',
    "file": 'IonQProvider(open("/home/me/ionq-key-2026.txt").read())',
    "placeholder": 'IonQProvider("YOUR_API_KEY_HERE")',
    "angle brackets": 'IonQProvider(token="<your-token-2026-here>")',
    "x's": 'IonQProvider("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")',
    "name of a variable": 'IonQProvider("IONQ_API_KEY")',
    "path": 'IonQProvider("~/.config/ionq/key2026")',
    "f-string of a name": 'headers = {"Authorization": f"apiKey {key}"}',
    "SHA-512": f'digest = "{FAKE.ibm_legacy()}"',
    "git SHA": f'commit = "{FAKE.of("0123456789abcdef", 40)}"',
    "bit string": f'counts = {{"{FAKE.of("01", 64)}": 512}}',
    "job id": f'job = provider.retrieve_job("{FAKE.of("0123456789abcdefghijklmnopqrstuv", 20)}")',
    "UUID": 'job = "7f1e3c52-6a0b-4c1e-9d2f-0b8a7c6d5e4f"',
    "another keyword": 'IonQProvider(token=key, url="https://api.ionq.co/v0.3")',
    "generic name without import": f'client = Service(api_key="{TOKEN}")',
}


def forms_of(cells: str, path: str):
    sources = cells.split("\n---\n")
    if path.endswith(".py"):
        return open_document(path, "\n".join(sources).encode())
    return open_document(path, as_bytes(notebook(*map(code, sources))))


def found_in(document):
    return list(find_sinks(document))


@pytest.mark.parametrize("path", ["a.ipynb", "a.py"])
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_value_is_followed_to_its_literal(form, path):
    """The finding sits at the literal and holds the whole value, in a file as in a notebook."""
    findings = found_in(forms_of(form.replace("TOKEN", TOKEN), path))
    assert [(finding.rule, finding.value) for finding in findings] == [("ionq-api-key", TOKEN)]
    finding = findings[0]
    assert finding.field.text[finding.start : finding.end] == TOKEN
    assert finding.cause
    assert TOKEN not in repr(finding) + finding.cause + finding.message + finding.remedy


@pytest.mark.parametrize("path", ["a.ipynb", "a.py"])
@pytest.mark.parametrize("source", SILENT.values(), ids=SILENT)
def test_what_is_no_credential_stays_silent(source, path):
    assert found_in(forms_of(source, path)) == []


@pytest.mark.parametrize(
    "source",
    [
        f'IonQProvider("{HALF}" "{REST}")',
        f'IonQProvider("{HALF}" + "{REST}")',
        f'key = (\n    "{HALF}"\n    "{REST}"\n)\nIonQProvider(key)',
        f'IonQProvider("".join(["{HALF}", "{REST}"]))',
        f'a = "{HALF}"\nIonQProvider(f"{{a}}{REST}")',
    ],
)
def test_joined_literals_give_the_whole_value(source):
    """The finding begins at the first literal and ends at the end of the last."""
    (finding,) = found_in(forms_of(source, "a.ipynb"))
    assert finding.value == TOKEN
    text = finding.field.text
    assert text[finding.start :].startswith(HALF)
    assert text[: finding.end].endswith(REST)


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        (f'base64.b64decode("{base64.b64encode(TOKEN.encode()).decode()}").decode()', base64.b64encode(TOKEN.encode())),
        (f'"{TOKEN[::-1]}"[::-1]', TOKEN[::-1].encode()),
        ('"' + "".join(f"\\x{ord(c):02x}" for c in TOKEN) + '"', "".join(f"\\x{ord(c):02x}" for c in TOKEN).encode()),
    ],
)
def test_disguised_value_is_undone(expression, written):
    """Base64, writing backwards and escapes don't hide a value; the finding covers what is written."""
    (finding,) = found_in(forms_of(f"IonQProvider({expression})", "a.ipynb"))
    assert finding.value == TOKEN
    assert finding.field.text[finding.start : finding.end].encode() == written


def test_cell_and_column_are_those_of_the_literal():
    document = forms_of(f'import os\n---\n\nkey = "{TOKEN}"\n---\nIonQProvider(key)', "a.ipynb")
    (finding,) = found_in(document)
    assert finding.field.part.cell.number == 1
    assert finding.field.text.count("\n", 0, finding.start) == 1
    assert finding.start - finding.field.text.rfind("\n", 0, finding.start) == 8
    assert finding.cause == "IonQProvider(token=…)"


def test_latest_definition_decides_the_provider():
    """One name used for two providers: each value is its own provider's."""
    iqm = FAKE.of("abcdefghijklmnopqrstuvwxyzABCDEF0123456789", 64)
    source = f'token = "{TOKEN}"\nIonQProvider(token)\n---\ntoken = "{iqm}"\nIQMProvider(url, token=token)'
    findings = found_in(forms_of(source, "a.ipynb"))
    assert {(finding.provider, finding.value) for finding in findings} == {("ionq", TOKEN), ("iqm", iqm)}


def test_generic_call_counts_with_an_import_of_the_provider():
    source = f'from cirq_ionq import Service\nclient = Service(api_key="{TOKEN}")'
    assert [finding.rule for finding in found_in(forms_of(source, "a.ipynb"))] == ["ionq-api-key"]


def test_rule_is_chosen_by_the_form_of_the_value():
    """Two rules of a provider share a call: the one whose pattern fits is meant."""
    legacy = FAKE.ibm_legacy()
    for value, expected in ((IBM, "ibm-cloud-api-key"), (legacy, "ibm-quantum-legacy-token")):
        (finding,) = found_in(forms_of(f'QiskitRuntimeService(channel="x", token="{value}")', "a.py"))
        assert finding.rule == expected


EXAMPLES, LOOKALIKES = ([*iterate(1), *iterate(2)] for iterate in (iterate_examples, iterate_lookalikes))


@pytest.mark.parametrize("provider", [provider.id for provider in load_catalogue().providers])
def test_catalogue_examples_are_found_and_lookalikes_are_not(provider):
    """Sinks and names together find every example that has no shape of its own, with the right rule."""
    engine = Engine(Scope(frozenset(("credential",))))
    rules = {rule.id for known in load_catalogue().providers for rule in known.rules}

    def values(example):
        document = open_document(*as_file(example))
        return {(finding.rule, finding.value) for finding in engine.detect(document) if finding.rule in rules}

    examples = [example for example in EXAMPLES if example.provider == provider and not example.structural]
    missed = [example.text for example in examples if values(example) != {(example.rule_id, example.secret)}]
    assert missed == []
    assert [example.text for example in LOOKALIKES if example.provider == provider and values(example)] == []


def test_most_credentials_are_known_by_where_they_go():
    assert len({example.rule_id for example in EXAMPLES if not example.structural}) > 80


@pytest.mark.parametrize(("before", "rule"), [("", "generic-credential"), ("import qibo_client\n", "tii-qibo-token")])
def test_an_attribute_of_what_many_libraries_have_counts_with_the_import_only(before: str, rule: str) -> None:
    """The engine that looks at everything and the one that doesn't agree, too: a ``Client`` is anybody's."""
    text = f'{before}client = Client("x")\nclient.token = "{TOKEN}aONQBDYJ"\n'
    for exhaustive in (False, True):
        engine = Engine(Scope(frozenset(("credential",)), exhaustive=exhaustive))
        document = open_document("a.py", text.encode())
        assert [finding.rule for finding in engine.detect(document)] == [rule]
