"""Protects the provider files: complete, consistent, free of token-like text, and what catalogue.json is made of."""

import json
import os
import subprocess
import sys

import pytest

from nbguard.detect.catalogue import build
from nbguard.detect.catalogue.provider_file import FOLDER, list_provider_files, read_provider_file
from nbguard.detect.credentials.shapes import find_shapes
from nbguard.detect.finding import SEVERITIES
from nbguard.detect.providers import provider_rules
from nbguard.detect.providers.provider_rules import describe, load_catalogue
from nbguard.detect.triggers import load_triggers
from nbguard.detect.values.placeholders import is_placeholder
from nbguard.documents.fields import Field, Part
from nbguard.errors import UsageError
from tests.detect.catalogue_examples import as_file, iterate_examples, iterate_lookalikes
from tests.growth import cpu_seconds

CATALOGUE = load_catalogue()
PROVIDERS = {provider.id: provider for provider in CATALOGUE.providers}

GOOD = """
id = "acme"
name = "Acme"
vault = "quantum/acme"
modules = ["acme"]

[rotate]
documented = false

[[credentials]]
id = "acme-key"
name = "Acme key"
severity = "high"
key = "api_key"
shapes = ["acme_[0-9a-f]{32}"]
literals = ["acme_"]
sample = "acme_[0-9a-f]{32}"
examples = ['connect("{secret}")', 'key = "{secret}"']
lookalikes = ['connect("acme_your_key")']
"""


def build_one(tmp_path, text: str, name: str = "acme.toml") -> str:
    (tmp_path / name).write_text(text)
    return build.build_catalogue(str(tmp_path))


def field_of(text: str) -> Field:
    return Field(text, Part("file", None, "", "text/x-plain", "text", 0, len(text)))


def test_the_generated_file_is_up_to_date():
    with open(provider_rules.CATALOGUE, encoding="utf-8") as file:
        assert file.read() == build.build_catalogue(), "run `python -m nbguard.detect.catalogue.build`"


def test_the_catalogue_holds_ninety_providers_and_all_their_credentials():
    assert len(PROVIDERS) >= 90
    assert len(CATALOGUE.by_rule) >= 110
    assert sum(bool(rule.shapes) for _, rule in CATALOGUE.by_rule.values()) >= 24
    main = "ibm-quantum ionq dwave iqm azure-quantum aws-braket quandela qbraid planqk aqt rigetti-qcs quantinuum"
    assert set(main.split()) <= set(PROVIDERS)


def test_loading_takes_little_more_than_reading_the_json():
    """It takes about 3 times as long (1.2 ms): no regex is compiled, no table made before it is asked for."""
    with open(provider_rules.CATALOGUE, encoding="utf-8") as file:
        text = file.read()
    reading = min(cpu_seconds(lambda: json.loads(text)) for _ in range(20))
    loading = min(cpu_seconds(load_catalogue.__wrapped__) for _ in range(20))
    assert loading < 10 * reading


def test_loading_imports_no_parser_of_toml_and_no_regex_of_a_shape():
    script = (
        "import sys; from nbguard.detect.providers.provider_rules import load_catalogue; load_catalogue();"
        "print(*({'tomllib', 'pathlib', 'dataclasses', 'random', 're'} & set(sys.modules)))"
    )
    bare = "import sys, json; print(*({'tomllib', 'pathlib', 'dataclasses', 'random', 're'} & set(sys.modules)))"

    def modules(code: str) -> set[str]:
        command = [sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}; {code}"]
        return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())

    assert modules(script) <= modules(bare)


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=list(PROVIDERS))
def test_a_provider_says_where_its_credentials_go_and_how_they_are_rotated(provider):
    assert provider.vault_path == f"quantum/{provider.id}"
    assert provider.modules
    assert len(provider.rotation) > 20
    assert provider.rotation.endswith(".")
    if provider.rotation_documented:
        assert provider.rotation_page.startswith("https://")
    for rule in provider.rules:
        assert rule.severity in SEVERITIES
        assert rule.vault_key
        assert rule.shapes or rule.calls or rule.env or rule.headers or rule.files or rule.attributes or rule.commands
        assert describe(rule.id) == (rule.name, provider.rotation)


def test_rules_of_one_provider_that_share_a_vault_key_are_forms_of_one_credential():
    """A later move must not overwrite another credential in Vault. qBraid, Quafu and Azure have several forms."""
    for provider in CATALOGUE.providers:
        keys = [rule.vault_key for rule in provider.rules]
        if provider.id not in ("qbraid", "quafu"):
            assert len(set(keys)) == len(keys), provider.id


def test_no_rule_has_the_id_of_another_detectors_rule():
    from nbguard.detect.rule_list import all_rules

    ids = [rule.id for rule in all_rules()]
    assert sorted(ids) == sorted(set(ids))


def test_the_files_themselves_hold_no_token():
    """Neither the shapes of ours nor what hosting services refuse stands in a provider file or in catalogue.json."""
    shaped = [rule_id for rule_id, (_, rule) in CATALOGUE.by_rule.items() if rule.shapes]
    for path in (*list_provider_files(), provider_rules.CATALOGUE):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        assert [finding.rule for finding in find_shapes(field_of(text), shaped)] == [], path
        assert "BEGIN PRIVATE" + " KEY" not in text


def test_examples_and_lookalikes_change_with_the_seed_and_only_with_it():
    once, again, other = ([example.secret for example in iterate_examples(seed)] for seed in (1, 1, 2))
    assert once == again
    assert not set(once) & set(other)


def test_a_made_value_is_never_taken_for_a_placeholder():
    for seed in range(6):
        for example in iterate_examples(seed):
            provider, _ = CATALOGUE.by_rule[example.rule_id]
            assert not is_placeholder(example.secret, provider), example.rule_id


def test_every_example_that_needs_a_sink_holds_a_literal_of_one():
    """Else the prefilter would keep the file from being looked at. Configuration files are known by their path."""
    for example in iterate_examples(3):
        if example.form != "file" and not example.structural:
            text = as_file(example)[1].decode().lower()
            assert any(literal in text for literal in CATALOGUE.sink_literals), (example.rule_id, example.form)


def test_every_example_of_a_shape_holds_one_of_its_literals_in_the_raw_bytes():
    for example in iterate_examples(4):
        if example.structural and example.form != "file":
            raw = as_file(example)[1].decode().lower()
            literals = CATALOGUE.by_rule[example.rule_id][1].literals
            assert any(literal in raw for literal in literals), (example.rule_id, example.form)


ORDINARY = """
import numpy as np, pandas as pd, matplotlib.pyplot as plt
import requests, os, json, time, logging
from qiskit import QuantumCircuit, transpile
from qiskit.quantum_info import Pauli, SparsePauliOp
from qiskit_aer import AerSimulator
import pennylane as qml
dev = qml.device("default.qubit", wires=2)
from tensorflow.keras import Model
client = Client(address); session = Session(); service = Service(config); user = User(name); token = tokens[0]
api_key, access_token, secret, password, key = load(settings)
headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
response = session.get(url, headers=headers); print(response.status_code)
backend = AerSimulator(); job = backend.run(transpile(qc, backend), shots=1024); counts = job.result().get_counts()
# amplify the covalent bond; register the device, connect to the platform, restore the settings
df = pd.read_csv("data/config.csv"); df.to_json("config.json"); open(".env"); open("credentials.json")
model.save("model"); platform.login(); worker.submit(create_job()); init(); authenticate(user)
%matplotlib inline
!pip install qiskit pennylane
the SDK is installed; see the apikey section, the token, the client and the session of a notebook
Asia, Europe; std-dev; x-api-key
"""


def test_ordinary_notebooks_hold_no_literal_of_a_sink():
    text = ORDINARY.lower()
    assert [literal for literal in CATALOGUE.sink_literals if literal in text] == []
    assert [literal for literal in CATALOGUE.shape_literals if literal in text] in ([], ["dev-"])


def test_literals_are_lower_case_and_long_enough_to_be_rare():
    for literal in (*CATALOGUE.sink_literals, *CATALOGUE.shape_literals, *CATALOGUE.identifier_literals):
        assert literal == literal.lower()
        assert len(literal) >= 4 or (len(literal) == 3 and ("_" in literal or "~" in literal)), literal


def test_lookalikes_are_there_for_every_rule():
    assert {example.rule_id for example in iterate_lookalikes(1)} == set(CATALOGUE.by_rule)


def test_a_good_file_builds(tmp_path):
    assert '"acme-key"' in build_one(tmp_path, GOOD)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (('severity = "high"', 'severity = "hihg"'), "acme-key: severity: must be one of"),
        (('severity = "high"\n', ""), "acme-key: the key `severity` is missing"),
        (('severity = "high"', 'severety = "high"'), "acme-key: there is no key `severety`"),
        (('modules = ["acme"]', 'modules = "acme"'), "modules: must be a list of strings"),
        (('id = "acme"', 'id = "acne"'), "id: must be the file's name"),
        (('literals = ["acme_"]', 'literals = ["acm"]'), "literals: 'acm' must be lower case and at least 4"),
        (('literals = ["acme_"]', 'literals = ["Acme_"]'), "literals: 'Acme_' must be lower case"),
        (('literals = ["acme_"]', 'literals = ["zzzz_"]'), "literals: none stands in an example"),
        (('literals = ["acme_"]\n', ""), "literals: shapes and literals go together"),
        (('[0-9a-f]{32}"]', '[0-9a-f]+"]'), "every * and + needs a bound"),
        (('acme_[0-9a-f]{32}"]', 'acme_(?:[0-9a-f]{1,9}){1,9}"]'), "has a repeat inside a repeat"),
        (('acme_[0-9a-f]{32}"]', 'acme_([0-9a-f]{32}"]'), "isn't a regular expression"),
        (('shapes = ["acme_', 'shapes = ["acne_'), "no shape matches"),
        (('shapes = ["acme_', 'shapes = ["acm(?:e|x)_'), "which acm(?:e|x)_[0-9a-f]{32} may match"),
        (('connect("{secret}")', 'connect("secret")'), "{secret} stands for the credential"),
        (("['connect(\"{secret}\")', ", "["), "at least two are needed"),
        (("acme_your_key", f"acme_{'0' * 32}"), "lookalikes: a shape matches"),
        (('key = "api_key"', 'key = "api-key"'), "key: must be lower case letters, digits and underscores"),
        (("documented = false", "documented = true"), "documented steps need `page` and `steps`"),
        (("[rotate]", "[rotate"), "can't be read as TOML"),
        (('sample = "acme', 'calls = [{ names = ["Client"], keywords = ["k"] }]\nsample = "acme'), "too common a name"),
        (('sample = "acme', 'calls = [{ names = ["Acme"], keyword = ["k"] }]\nsample = "acme'), "no key `keyword`"),
        (('sample = "acme', 'value = "[0-9]{3}"\nsample = "acme'), "value: doesn't match what `sample` makes"),
        (('sample = "acme', 'prefix = "acne_"\nsample = "acme'), "prefix: what `sample` makes doesn't begin"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_the_key(tmp_path, change, complaint):
    assert change[0] in GOOD
    with pytest.raises(UsageError) as refusal:
        build_one(tmp_path, GOOD.replace(*change, 1))
    assert str(refusal.value).startswith("acme.toml: ")
    assert complaint in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_two_files_can_not_share_a_rule(tmp_path):
    build_one(tmp_path, GOOD)
    with pytest.raises(UsageError, match="acme-key stands in acme"):
        build_one(tmp_path, GOOD.replace('id = "acme"', 'id = "other"'), "other.toml")


def once(function):
    """The function with one answer to all questions: what it makes of the same files takes seconds each time."""
    made = []
    return lambda *given: made[0] if made else made.append(function(*given)) or made[0]


def test_the_check_says_whether_the_file_is_stale(tmp_path, monkeypatch, capsys):
    stale = tmp_path / "catalogue.json"
    stale.write_text("{}")
    monkeypatch.setattr(build, "CATALOGUE", str(stale))
    for name in ("build_catalogue", "build_triggers"):
        monkeypatch.setattr(build, name, once(getattr(build, name)))
    assert build.main(["--check"]) == 1
    assert "stale" in capsys.readouterr().err
    assert stale.read_text() == "{}"
    assert build.main([]) == 0
    assert build.main(["--check"]) == 0


def test_every_provider_file_begins_with_what_it_is_about():
    for path in list_provider_files():
        with open(path, encoding="utf-8") as file:
            assert file.readline().startswith("# "), path
        assert read_provider_file(path)["id"] == os.path.basename(path)[: -len(".toml")]
        assert os.path.dirname(path) == FOLDER


def test_a_configuration_file_is_known_by_its_path():
    for example in iterate_examples(5):
        if example.form == "file":
            assert load_triggers().files.is_config_file(example.path), example.path
            assert load_triggers().files.is_config_file(f"home/me/{example.path}"), example.path
    for path in (
        "dwave.conf",
        ".qiskit\\qiskitrc".replace("\\", os.sep),
        "x/my-service-account-7.json",
        "a/.QLAM2/config.json",
    ):
        assert load_triggers().files.is_config_file(path), path
    for path in ("a.ipynb", "config.json", "sdk/config.toml", "src/credentials.json", "mydwave.conf", "notebooks/.env"):
        assert not load_triggers().files.is_config_file(path), path
