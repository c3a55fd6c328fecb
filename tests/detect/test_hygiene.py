"""Protects the hygiene rules: calls that store a credential, files made for credentials, installs without a version."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.detect.engine import Engine
from nbguard.detect.hygiene import HYGIENE_RULES
from nbguard.detect.hygiene.installs import find_installs
from nbguard.detect.hygiene.saved_accounts import saving_literals
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.providers.provider_rules import load_catalogue
from nbguard.detect.rule_list import all_rules
from nbguard.detect.scope import Scope
from nbguard.detect.sdk_names import is_quantum_sdk
from nbguard.detect.triggers import load_triggers
from nbguard.documents.decode import decode
from nbguard.documents.reading import open_document
from nbguard.policy.policy_settings import REPORTED
from nbguard.policy.verdict import at_least
from tests import notebook_builder as build
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens

ENGINE = Engine(Scope(frozenset(("hygiene",))))
TOKENS = FakeTokens(31)
KEY = TOKENS.ibm_cloud()
SERVICE = "QiskitRuntimeService"
IMPORT = f"from qiskit_ibm_runtime import {SERVICE}\n"
SAVE = f"{SERVICE}.save_account"


def find(path, raw):
    return ENGINE.detect(open_document(path, raw.encode() if isinstance(raw, str) else raw))


def found_in_cell(*sources, language="python"):
    """Rule and text of each finding in a notebook with these code cells."""
    notebook = build.as_bytes(build.notebook(*map(build.code, sources), language=language))
    return [(found.rule, found.field.text[found.start : found.end]) for found in find("a.ipynb", notebook)]


def stored(source):
    """The calls that are found, the same in a cell and in a file."""
    in_cell = found_in_cell(source)
    assert in_cell == [(found.rule, found.field.text[found.start : found.end]) for found in find("a.py", source)]
    assert all(rule == "save-account" for rule, _ in in_cell)
    return [text for _, text in in_cell]


# --- save-account


@pytest.mark.parametrize(
    ("source", "call"),
    [
        (f'{IMPORT}{SAVE}(channel="ibm_cloud", token="{KEY}")', SAVE),
        (f"{IMPORT}{SAVE}(token=os.environ['IBM_TOKEN'])", SAVE),
        (f"{IMPORT}token = getpass()\n{SAVE}(token=token)", SAVE),
        (f"{IMPORT}{SAVE}(**{{'token': '{KEY}'}})", SAVE),
        ('from nbguard import secret\nIBMQ.save_account(secret("quantum/ibm#key"))', "IBMQ.save_account"),
        (f"import qiskit\nqiskit.IBMQ.save_account('{KEY}', overwrite=True)", "qiskit.IBMQ.save_account"),
        ("from pytket.extensions.qiskit import set_ibmq_config\nset_ibmq_config(ibmq_api_token=t)", "set_ibmq_config"),
        ("import haiqu.sdk as haiqu\nhaiqu.save_iqm_credentials(iqm_token=t)", "haiqu.save_iqm_credentials"),
        ("from quafu import User\nUser().save_apitoken(t)", "User().save_apitoken"),
        ("from tensorcircuit.cloud import apis\napis.set_token(t)", "apis.set_token"),
        (f"{IMPORT.strip()} as Q\nQ.save_account(token=t)", "Q.save_account"),
        (f"{IMPORT}if True\n    x = (1,\n{SAVE}(token=t)", SAVE),
    ],
)
def test_a_call_that_stores_a_credential_is_found(source, call):
    assert stored(source) == [call]


@pytest.mark.parametrize(
    "source",
    [
        f'{IMPORT}# {SAVE}(token="{KEY}")',
        f'{IMPORT}{SAVE}(token="YOUR_API_TOKEN")',
        f'{IMPORT}token = "<API TOKEN HERE>"\n{SAVE}(token=token)',
        f"{IMPORT}{SAVE}(token=None)",
        f"{IMPORT}{SAVE}(overwrite=True)",
        f'{IMPORT}QiskitRuntimeService(channel="ibm_cloud", token=tok)',
        f"{IMPORT}QiskitRuntimeService.saved_accounts()",
        f"{IMPORT}def save_account(token): ...",
        "bank.save_account(customer)",
        "tokenizer.set_token(token)",
        "model.save(token)",
    ],
)
def test_what_stores_none_is_not_found(source):
    assert stored(source) == []


def test_neither_markdown_nor_an_output_stores_anything():
    text = f"```python\n{IMPORT}{SAVE}(token='{KEY}')\n```"
    cells = build.markdown(text), build.code("run()", build.stream(text))
    assert find("a.ipynb", build.as_bytes(build.notebook(*cells))) == []


def test_the_finding_names_the_call_and_holds_no_credential():
    (found,) = find("a.py", f'import qiskit\nqiskit.IBMQ.save_account("{KEY}")')
    assert (found.provider, found.value, found.severity) == ("ibm-quantum", "IBMQ.save_account", "medium")
    assert KEY not in repr(tuple(found)[:4]) + found.value + found.cause + found.message + found.remedy


def test_the_same_call_is_the_same_finding_however_it_was_imported():
    ways = (
        "from qiskit import IBMQ\nIBMQ.save_account(t)", "import qiskit\nqiskit.IBMQ.save_account(t)",
        "from qiskit import IBMQ as Q\nQ.save_account(t)",
    )  # fmt: skip
    assert {find("a.py", way)[0].value for way in ways} == {"IBMQ.save_account"}


def test_every_storing_call_of_the_catalogue_opens_the_gate():
    """A call whose literal isn't in the table of triggers is never looked at."""
    asking = ((trigger.literal, ask.detector) for trigger in load_triggers().table for ask in trigger.asks)
    literals = {literal for literal, detector in asking if detector == "saved-account"}
    assert literals == {literal.lower() for literal in saving_literals(load_catalogue())}
    assert {"save_account", "save_iqm_credentials", "set_ibmq_config"} <= literals


# --- credential-file

PASSWORD = TOKENS.of("abcdefghkmnpqrstuvwxyz23456789", 14)
FILES = {
    "home/.qiskit/qiskit-ibm.json": f'{{"default": {{"channel": "ibm_cloud", "token": "{KEY}"}}}}',
    "conf/dwave.conf": f"[defaults]\nregion = na-west-1\ntoken = {TOKENS.dwave()}\n",
    ".aws/credentials": f"[default]\naws_access_key_id = {TOKENS.aws_access_key()}\n"
    f"aws_secret_access_key = {TOKENS.aws_secret_key()}\n",
    ".qbraid/qbraidrc": f"[default]\napi-key = {TOKENS.of('abcdef0123456789', 40)}\n",
    ".env": f"PORT=8000\nIONQ_API_KEY={TOKENS.ionq()}\n",
    "deploy/.env.production": f"export DB_PASSWORD='{PASSWORD}'\n",
    "web/prod.env": f"DATABASE_URL=postgres://app:{PASSWORD}@db.corp.net/x\n",
    ".netrc": f"machine api.acme.com\n  login bot\n  password {PASSWORD}\n",
    ".pypirc": f"[pypi]\nusername = __token__\npassword = {PASSWORD}\n",
    ".npmrc": f"//registry.acme.com/:_authToken={TOKENS.of('abcdef0123456789', 36)}\n",
    ".git-credentials": f"https://bot:{PASSWORD}@git.acme.com\n",
    ".pgpass": f"db.acme.com:5432:app:bot:{PASSWORD}\n",
    ".vault-token": TOKENS.of("abcdefghijklmnopqrstuvwxyzABCDEF0123456789", 28) + "\n",
}  # fmt: skip


@pytest.mark.parametrize("path", FILES)
def test_a_credential_file_is_found_once_at_its_first_line(path):
    (found,) = find(path, FILES[path])
    assert (found.rule, found.severity, found.value) == ("credential-file", "medium", path)
    assert found.start == 0
    assert "\n" not in found.field.text[: found.end]


@pytest.mark.parametrize(
    ("path", "provider"),
    [("home/.qiskit/qiskit-ibm.json", "ibm-quantum"), ("conf/dwave.conf", "dwave"), (".netrc", None)],
)
def test_a_providers_file_names_the_provider(path, provider):
    assert find(path, FILES[path])[0].provider == provider


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("home/.qiskit/qiskit-ibm.json", '{"default": {"channel": "ibm_cloud", "token": "YOUR_API_TOKEN"}}'),
        ("conf/dwave.conf", "[defaults]\nregion = na-west-1\n# token = \n"),
        (".env", "PORT=8000\nDEBUG=true\nLOG_LEVEL=info\n"),
        (".env", "IONQ_API_KEY=\nDB_PASSWORD=<your password>\nAPI_TOKEN=changeme\n"),
        (".env", "DB_PASSWORD=${VAULT_DB_PASSWORD}\nAPI_TOKEN=vault:secret/data/app#token\nTOKEN_FILE=/run/token\n"),
        (
            ".env",
            "MAX_TOKEN=4096\nPUBLIC_KEY=abcdefgh12345678\nTOKEN_URL=https://auth.acme.com/token\nPASSWORD_MIN=12\n",
        ),
        (".env", ""),
        (".env.example", FILES[".env"]),
        (".netrc", "machine api.acme.com\n  login bot\n"),
        (".npmrc", "registry=https://registry.acme.com\n//registry.acme.com/:_authToken=${NPM_TOKEN}\n"),
        ("settings.py", FILES[".env"]),
        ("notes/env", FILES[".env"]),
    ],
)
def test_a_file_without_a_value_or_by_another_name_is_not_found(path, text):
    assert find(path, text) == []


def test_a_value_in_a_file_from_windows_is_found():
    (found,) = find("conf/dwave.conf", FILES["conf/dwave.conf"].replace("\n", "\r\n"))
    assert found.field.text[: found.end] in ("[defaults]", "[defaults]\r")
    assert len(find(".env", FILES[".env"].encode("utf-16"))) == 1


@given(st.text(max_size=200), st.sampled_from(sorted(FILES)))
def test_no_file_raises(text, path):
    assert len(find(path, text.encode("utf-8", "replace"))) <= 1


# --- unpinned-sdk


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("%pip install qiskit", ["qiskit"]),
        ("!pip install qiskit numpy pennylane", ["qiskit", "pennylane"]),
        ("try:\n    import cirq\nexcept ImportError:\n    !pip install --quiet cirq", ["cirq"]),
        ("!pip3 install -U 'qiskit[visualization]'", ["qiskit"]),
        ('!{sys.executable} -m pip install "qiskit-aer>=0.13"', ["qiskit-aer"]),
        ("!pip -q install dwave-ocean-sdk", ["dwave-ocean-sdk"]),
        ("pip install amazon_braket_sdk", ["amazon_braket_sdk"]),
        (
            "%%bash\nset -e\npip install qsharp && python -m pip install \\\n  azure-quantum",
            ["qsharp", "azure-quantum"],
        ),
        ("!pip install numpy \\\n    qiskit-ionq", ["qiskit-ionq"]),
        ("!pip install qiskit==1.0 pennylane  # qutip", ["pennylane"]),
        ("!pip install Qiskit; pip install stim==1.13", ["Qiskit"]),
        ("!pip install perceval-quandela", ["perceval-quandela"]),
        ("!pip install --index-url https://pypi.acme.com/simple qiskit", ["qiskit"]),
    ],
)
def test_an_install_without_a_version_is_found_at_the_name(source, names):
    assert found_in_cell("x = 1", source) == [("unpinned-sdk", name) for name in names]


@pytest.mark.parametrize(
    "source",
    [
        "%pip install qiskit==2.1.1",
        "%pip install 'qiskit[visualization] == 2.1.1' \"pennylane~=0.40\"",
        "!pip install qiskit @ git+https://github.com/Qiskit/qiskit@1.0",
        "!pip install 'qiskit @ git+https://github.com/Qiskit/qiskit@1.0'",
        "!pip install qiskit-aer@https://host/qiskit_aer.whl",
        "!pip install 'qiskit>=1.0,<2' 'cirq<2,>=1.3'",
        "!pip install -r requirements.txt qiskit",
        "!pip install qiskit --constraint constraints.txt",
        "!pip install qiskit -cconstraints.txt",
        '!pip install "qiskit"==1.0',
        "!pip install ./qiskit-textbook-src",
        "!pip install git+https://github.com/Qiskit/qiskit-aer",
        "!pip install dist/qiskit_aer_gpu-0.15-cp311.whl qiskit_aer_gpu.whl",
        "!pip install numpy boto3 qiskitten-food",
        "!pip uninstall qiskit",
        "!pip freeze | grep qiskit  # pip install qiskit",
        "# !pip install qiskit",
        "#   %pip install qiskit",
        'print("run: pip install qiskit")',
        "!echo done # pip install qiskit",
    ],
)
def test_pinned_installs_other_packages_and_mere_words_are_not_found(source):
    assert found_in_cell("x = 1", source) == []


def test_installs_count_in_code_cells_only():
    install = "!pip install qiskit"
    cells = build.markdown(f"```\n{install}\n```"), build.code("run()", build.stream(install))
    assert find("a.ipynb", build.as_bytes(build.notebook(*cells))) == []
    assert find("README.md", install) == []
    assert found_in_cell(install, language="julia") == [("unpinned-sdk", "qiskit")]


@pytest.mark.parametrize("indent", [None, 1])
def test_an_install_is_found_however_the_notebook_is_written_down(indent):
    sources = ["!pip install numpy \\\n  scipy \\\r\n  qiskit", "x\n!pip install \\\n  'cirq'\n"]
    notebook = build.notebook(*map(build.code, sources))
    as_lists = find("a.ipynb", build.as_bytes(notebook, indent=indent))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    as_strings = find("a.ipynb", build.as_bytes(notebook, indent=indent))
    assert [found.value for found in as_lists] == ["pip install qiskit", "pip install cirq"]
    assert [found.value for found in as_strings] == ["pip install qiskit", "pip install cirq"]


PIECES = [
    "pip install ",
    "\t",
    "!",
    "%",
    "#",
    "\\\n",
    "\\\r\n",
    "\n",
    '"',
    "'",
    "==1",
    ">=1",
    "@",
    ";",
    "&&",
    "-r ",
    " ",
    "qiskit",
    "cirq",
]


@pytest.mark.parametrize("indent", [None, 1])
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=14))
def test_the_quick_look_at_raw_bytes_never_hides_an_install(indent, pieces):
    """What the line-wise look says no to isn't parsed, so it must not say no to a finding."""
    text = "".join(["!pip install numpy", *pieces])
    document = open_document("a.ipynb", build.as_bytes(build.notebook(build.code(text)), indent=indent))
    fields = [field for part in document.parts for field in decode(document, part)]
    expected = [finding for field in fields for finding in find_installs(field, {})]
    assert [(f.start, f.end) for f in ENGINE.detect(document)] == [(f.start, f.end) for f in expected]
    assert all(is_quantum_sdk(text[found.start : found.end]) for found in expected)


def test_the_sdks_are_those_of_the_catalogue_and_the_open_ones():
    for name in (
        "Qiskit",
        "qiskit_ibm_runtime",
        "qbraid",
        "dwave.ocean.sdk",
        "pyquil",
        "mitiq",
        *load_knowledge("sdks")["families"],
    ):
        assert is_quantum_sdk(name)
    for name in ("numpy", "boto3", "azure-identity", "torch", "qiskitx", "ibm-cloud-sdk-core"):
        assert not is_quantum_sdk(name)


# --- all


def test_the_standard_profile_reports_what_isnt_noise():
    floor = REPORTED["standard"]["hygiene"]
    assert {rule.id for rule in HYGIENE_RULES.values() if at_least(rule.severity, floor)} == {
        "save-account", "credential-file", "policy-weakened",
    }  # fmt: skip


def test_the_rules_are_listed():
    assert [rule.id for rule in all_rules() if rule.kind == "hygiene"] == [rule.id for rule in HYGIENE_RULES.values()]


def test_nobody_looks_for_hygiene_unless_asked():
    raw = build.as_bytes(build.notebook(build.code("%pip install qiskit")))
    assert Engine(Scope(frozenset(("credential",)))).screen(raw, "a.ipynb") is None
    engine = Engine(Scope(frozenset(("credential",))))
    document = open_document(".netrc", FILES[".netrc"].encode())
    assert {finding.kind for finding in engine.detect(document)} == {"credential"}


@pytest.mark.slow
def test_a_long_install_takes_linear_time():
    def seconds(count):
        source = "!pip install " + "qiskit'" * count + "\n!pip install " * count
        start = time.process_time()
        found_in_cell(source)
        return time.process_time() - start

    seconds(100)
    small, large = seconds(2_000), seconds(20_000)
    assert large < 40 * max(small, 0.005)


def test_the_command_reports_by_profile_and_in_full_where_asked(tmp_path):
    (tmp_path / ".env").write_text(FILES[".env"])
    notebook = build.notebook(build.code("%pip install qiskit"), build.code(f"{IMPORT}{SAVE}(token=t)"))
    (tmp_path / "a.ipynb").write_bytes(build.as_bytes(notebook))

    def reported(*arguments):
        run = nbguard("scan", *arguments, "--format", "csv", ".", cwd=tmp_path)
        return {rule.id for rule in HYGIENE_RULES.values() if rule.id in run.out}

    assert reported() == {"save-account", "credential-file"}
    assert reported("--only", "hygiene") == {"save-account", "credential-file", "unpinned-sdk"}
    assert reported("--only", "credentials") == set()
    (tmp_path / "nbguard.toml").write_text('profile = "enterprise"\n')
    assert reported() == {"save-account", "credential-file", "unpinned-sdk"}
    (tmp_path / "nbguard.toml").write_text('disable = ["unpinned-sdk"]\n')
    assert reported("--only", "hygiene") == {"save-account", "credential-file"}
