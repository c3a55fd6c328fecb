"""Values given to a name that holds a provider's, in every form of file; and what only looks like one."""

from pathlib import Path

import pytest

from nbguard.detect.catalogue.build import name_providers
from nbguard.detect.catalogue.provider_file import FOLDER, read_provider_file
from nbguard.detect.engine import Engine
from nbguard.detect.triggers import load_triggers
from nbguard.documents.reading import open_document
from nbguard.errors import UsageError
from tests.fake_tokens import ALPHANUMERIC, HEX, URL_SAFE, FakeTokens
from tests.growth import assert_linear
from tests.notebook_builder import as_bytes, code, markdown, notebook, stream

FAKE = FakeTokens(29)
IONQ = FAKE.ionq()
IBM = FAKE.of(URL_SAFE, 43) + "a"
SECRETS = {"IONQ-TOKEN": ("ionq", IONQ), "IBM-TOKEN": ("ibm-quantum", IBM)}
ENGINE = Engine()

CODE = {
    "variable": 'IONQ_KEY = "IONQ-TOKEN"',
    "variable in lower case": 'ibm_key = "IBM-TOKEN"',
    "variable with a hump": 'ionqApiKey = "IONQ-TOKEN"',
    "provider behind": 'KEY_IONQ = "IONQ-TOKEN"',
    "provider alone": 'IONQ = "IONQ-TOKEN"',
    "another alone": "IBM = 'IBM-TOKEN'",
    "typed": 'ionq_key: str = "IONQ-TOKEN"',
    "dictionary": 'TOKENS = {"ibm": "IBM-TOKEN", "other": ""}',
    "dictionary, second": 'TOKENS = {"other": "", "ionq": "IONQ-TOKEN"}',
    "dictionary below": 'cfg = {\n    "ionq": {\n        "url": "x",\n        "api_key": "IONQ-TOKEN",\n    }\n}',
    "parameter": 'def run(ionq_key="IONQ-TOKEN"):\n    pass',
    "argparse": 'parser.add_argument("--ionq-token", default="IONQ-TOKEN")',
    "argparse with more": 'parser.add_argument("--ionq-token", type=str, help="the key",\n    default="IONQ-TOKEN")',
    "click": '@click.option("--ionq-key", default="IONQ-TOKEN")\ndef run(ionq_key): ...',
    "environment": 'os.environ["MY_IBM_KEY"] = "IBM-TOKEN"',
    "comment": "x = 1  # ionq key: IONQ-TOKEN",
}

FILES = {
    "settings.ini": "[ibm]\ntoken=IBM-TOKEN\n",
    "longer.ini": "[ibm]\nurl = https://x.y\nchannel = ibm_cloud\n; the key\ntoken = IBM-TOKEN\n",
    "a.yaml": "ionq:\n  api_key: IONQ-TOKEN\n",
    "b.yaml": 'providers:\n  ionq:\n    url: x\n    token: "IONQ-TOKEN"\n',
    "c.json": '{"ionq": {"api_key": "IONQ-TOKEN"}}',
    "d.json": '{\n  "ionq": {\n    "url": "x",\n    "api_key": "IONQ-TOKEN"\n  }\n}\n',
    "e.toml": '[providers.ionq]\napi_key = "IONQ-TOKEN"\n',
    "f.md": "My IonQ key: IONQ-TOKEN\n",
    "g.md": "IBM token: `IBM-TOKEN`\n",
    "h.md": "**IonQ API key**: IONQ-TOKEN\n",
    "i.md": "| IonQ key | IONQ-TOKEN |\n",
    "j.md": "Our IBM token is IBM-TOKEN\n",
    "Makefile": "IONQ_API_KEY ?= IONQ-TOKEN\nall:\n\techo\n",
    "main.rs": 'fn main() {\n    let key = "IONQ-TOKEN";\n    env::set_var("IONQ_API_KEY", key);\n}\n',
    "main.go": 'func main() {\n\tkey := "IONQ-TOKEN"\n\tos.Setenv("IONQ_API_KEY", key)\n}\n',
    "ionq_key.txt": "IONQ-TOKEN\n",
    ".ibm-token": "IBM-TOKEN",
}

DIGEST, SUM, RANDOM = FAKE.of(HEX, 40), FAKE.of(HEX, 64), FAKE.ibm_cloud()
UUID = "-".join(FAKE.of(HEX, length) for length in (8, 4, 4, 4, 12))
SILENT = {
    "job id": f'ionq_job_id = "{RANDOM}"',
    "job key": f'ionq_job_key = "{RANDOM}"',
    "job id of IBM": f'ibm_job = "d{FAKE.of("abcdefghijklmnopqrstuvwxyz0123456789", 19)}"',
    "checksum alone": f'sums = {{"ibm": "{SUM}", "ionq": "{DIGEST}"}}',
    "commit": f'dwave_sha = "{DIGEST}"',
    "name of a hash": f'ibm_token_hash = "{RANDOM}"',
    "UUID alone": f'jobs = {{"ionq": "{UUID}"}}',
    "backend": 'ibm_backend = "ibm_kingston_r2_heron_127_qubits"',
    "backends": 'ibm = "ibm_brisbane_2024_calibration_run_0001"',
    "public key": f'ibm_public_key = "{RANDOM}"',
    "cache key": f'ionq_cache_key = "{DIGEST}"',
    "placeholder": 'IONQ_KEY = "YOUR_IONQ_API_KEY_GOES_HERE_0123456789"',
    "reference": 'IBM_TOKEN = os.environ["QISKIT_IBM_TOKEN_OF_ACCOUNT_2024x"]',
    "look-up": 'IONQ_KEY = secret("quantum/ionq#api_key")',
    "path": 'ibm_key_path = "/home/me/.qiskit/ibm_key_20240101.json"',
    "key in a file": 'ibm_key = "credentials/ibm/Key20240101Account7.json"',
    "word that goes on": f'ibmmq_key_of = x; visionq = "{IONQ}"',
    "another section": f"[ibm]\nurl = x\n[mine]\nkey_sum_of_all = {DIGEST}\n",
    "identifier in a section": f"[ibm]\njob_id = {RANDOM}\n",
    "prose": "The IonQ key results: 29 qubits reached 0.9937 fidelity in run 20240101T000000Z_b.",
    "prose about tokens": "IBM token: see https://quantum.cloud.ibm.com/docs/en/guides/Hello-World-2024 for more.",
    "sentence": "Your IBM key is explained in Section3_OfTheTutorialNumber2Chapter.",
    "bearer of a variable": 'headers = {"Authorization": f"Bearer {token_of_account_2024_abcdefgh}"}',
    "bearer in prose": f"The bearer {RANDOM} may pass.",
    "placeholder for Hugging Face": 'login("hf_' + "x" * 34 + '")',
    "commit in wandb": f'wandb.init(project="a", config={{"commit": "{DIGEST}"}})',
}


def credentials(path: str, raw: bytes) -> list[tuple[str | None, str]]:
    """Provider and value of the credentials that a scan finds."""
    findings = ENGINE.detect(open_document(path, raw))
    assert all(f.field.text[f.start : f.end] == f.value for f in findings if f.kind == "credential")
    return [(finding.provider, finding.value) for finding in findings if finding.kind == "credential"]


def filled(text: str) -> tuple[str, list[tuple[str, str]]]:
    """A text with its value, and what is to be found."""
    mark = next(mark for mark in SECRETS if mark in text)
    return text.replace(mark, SECRETS[mark][1]), [SECRETS[mark]]


@pytest.mark.parametrize("text", CODE.values(), ids=CODE)
def test_code(text: str) -> None:
    text, expected = filled(text)
    assert credentials("a.py", text.encode()) == expected
    assert credentials("a.ipynb", as_bytes(notebook(code(text)), 1)) == expected
    assert credentials("a.ipynb", as_bytes(notebook(code("show()", stream(text + "\n"))))) == expected


@pytest.mark.parametrize("path", FILES)
def test_files(path: str) -> None:
    text, expected = filled(FILES[path])
    assert credentials(path, text.encode()) == expected
    if path.endswith(".md"):
        assert credentials("a.ipynb", as_bytes(notebook(markdown(text)))) == expected


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_what_only_looks_like_one_is_silent(text: str) -> None:
    assert credentials("a.py", text.encode()) == []
    assert credentials("a.md", text.encode()) == []
    assert credentials("a.ipynb", as_bytes(notebook(code(text), markdown(text)), 1)) == []


def test_a_value_that_a_lambda_returns_is_followed() -> None:
    raw = f'get = lambda: "{IONQ}"\nIonQProvider(get())\n'.encode()
    assert credentials("a.py", raw) == [("ionq", IONQ)]
    assert credentials("a.py", raw.replace(b"IonQProvider(get())", b"show(get())")) == []


def test_a_bearer_token_counts_without_an_address() -> None:
    token = FAKE.of(ALPHANUMERIC, 44)
    raw = f'headers = {{"Authorization": "Bearer {token}"}}\n'.encode()
    assert credentials("a.py", raw) == [(None, token)]


@pytest.mark.parametrize("path", ["ionq_key.txt", "keys/IBM_TOKEN", "a/.ionq.token", "my-ibm-key.txt"])
def test_a_file_for_one_key_is_told_by_its_name(path: str) -> None:
    assert load_triggers().files.provider_of_key_file(path) in ("ionq", "ibm-quantum")


@pytest.mark.parametrize("path", ["ionq.txt", "key.txt", "visionq_key.txt", "ibm_public.key", "ionq_notes.md"])
def test_other_files_are_not(path: str) -> None:
    assert load_triggers().files.provider_of_key_file(path) == ""


def test_text_in_a_file_for_one_key_is_silent() -> None:
    assert credentials("ionq_key.txt", b"Ask Anna for the key of 2026, it is in the vault.\n") == []


@pytest.mark.parametrize("name", ["IonQ", "io", "_ionq", "ion q"])
def test_a_nickname_that_would_fire_everywhere_or_never_is_refused(name: str, tmp_path: Path) -> None:
    """The prefilter's literals are in lower case, and two letters stand in every file."""
    text = (
        Path(FOLDER, "ionq.toml").read_text(encoding="utf-8").replace('nicknames = ["ionq"]', f'nicknames = ["{name}"]')
    )
    (tmp_path / "ionq.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"ionq\.toml: nicknames"):
        read_provider_file(str(tmp_path / "ionq.toml"))


def test_two_providers_cannot_have_one_nickname() -> None:
    with pytest.raises(UsageError, match=r"b\.toml: nicknames: acme stands in a\.toml too"):
        name_providers([{"id": "a", "nicknames": ["acme"]}, {"id": "b", "nicknames": ["acme"]}])


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    ["ibm: ", "ionq_key ", "[ibm]\n", "ionq:\n  a: b\n", '"ibm": {', "ionq key is ", "ibm_", "hf_", "bearer ",
     "wandb login ",
     '"--ionq-token", type=str, ', 'set_var("IONQ_API_KEY", key)\n', "ibm = a1" + "a" * 30 + "."],
)  # fmt: skip
def test_hostile_text_takes_linear_time(piece: str) -> None:
    def scan(size: int) -> None:
        text = piece * (size // len(piece))
        ENGINE.detect(open_document("a.txt", text.encode()))
        ENGINE.detect(open_document("a.ipynb", as_bytes(notebook(markdown(text)))))

    assert_linear(scan, 40_000, piece)


def test_a_value_far_down_a_table_of_its_provider_is_found() -> None:
    """What was learnt at one row about long words ahead doesn't hide those behind it."""
    row = "ibm_torino,q17,0.00123,0.99\n"
    text = row * 2_000 + f'ibm_key = "{IBM}"\n' + row * 2_000 + f'ionq_key = "{IONQ}"\n' + row
    assert credentials("a.csv", text.encode()) == [("ibm-quantum", IBM), ("ionq", IONQ)]


@pytest.mark.slow
def test_rows_that_name_a_provider_cost_what_they_are_long() -> None:
    assert_linear(lambda size: ENGINE.screen(b"ibm_torino,q17,0.00123,0.99,2026-01-01\n" * size, "a.csv"), 20_000)
