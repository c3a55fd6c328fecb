"""The JSON of `nbguard policy` and of the checklist is what the published schemas say, on policies of every kind."""

import json

import jsonschema
import pytest

from nbguard.audit.schemas import FOLDER, schema_texts
from nbguard.policy.policy_settings import BUNDLE_NAME
from tests.cli.test_gate import STRICT, UNSET
from tests.command_line import nbguard
from tests.scan.histories import History
from tests.signing_keys import Keys, address

LOOSE = 'profile = "relaxed"\n[waivers]\nlongest_days = 400\n'


def held(text: str) -> dict:
    """The JSON, held against the schema of its name as it is published."""
    body = json.loads(text)
    name = f"{body['schema'].replace('/', '-')}.schema.json"
    with open(f"{FOLDER}/{name}", encoding="utf-8") as file:
        published = json.load(file)
    assert published == json.loads(schema_texts()[name])
    jsonschema.Draft202012Validator.check_schema(published)
    jsonschema.validate(body, published)
    # Nothing is left out and nothing is there that the schema doesn't know.
    record = published["$defs"][published["$ref"].rpartition("/")[2]]
    assert set(body) == set(record["properties"]) == set(record["required"])
    return body


@pytest.fixture
def repository(tmp_path):
    keys = Keys(tmp_path)
    history = History(tmp_path / "r")
    (tmp_path / "signers").write_text(keys.line("alice") + "\n")
    (tmp_path / "loose.toml").write_text(LOOSE)
    listed = f"[approvers]\nsecurity = {json.dumps([keys.line('alice')])}\nrevoked = {json.dumps([keys.public('bob')])}"
    policy = f'[sample_data.policy]\nhealth = "prohibited"\n{listed}\n'
    history.commit(**{"a.py": "x = 1\n", "nbguard.toml": STRICT + policy})
    return history, keys, tmp_path


def test_the_policy_as_it_is_shown(repository):
    history, _, folder = repository
    for options in ((), ("--config", str(folder / "loose.toml"))):
        run = nbguard("policy", "show", "--format", "json", *options, cwd=history.path, env=UNSET)
        body = held(run.out)
        assert body["schema"] == "nbguard-policy-show/1"
    assert held(nbguard("policy", "show", "--format", "json", cwd=folder, env=UNSET).out)["profile"] == "standard"


def test_what_is_shown_to_people_has_no_word_without_a_value(repository):
    history, _, folder = repository
    (folder / "zones.toml").write_text('[[zones]]\nname = "lab"\npaths = ["lab/", "old/"]\nprofile = "relaxed"\n')
    told = nbguard("policy", "show", "--config", str(folder / "zones.toml"), cwd=history.path, env=UNSET).out
    assert "zones: name lab, paths lab/; old/, profile relaxed\n" in told
    assert "None" not in told
    assert "approvers" not in told


def test_what_helps_nobody(repository):
    history, _, folder = repository
    (folder / "alone.toml").write_text('[sample_data.policy]\npayment = "approval"\n')
    for config, doubts in ((folder / "alone.toml", 2), (folder / "loose.toml", 0)):
        words = ("policy", "check", "--format", "json", "--config", str(config))
        assert len(held(nbguard(*words, cwd=history.path, env=UNSET).out)["doubts"]) == doubts


def test_what_is_weaker(repository):
    history, _, folder = repository
    for new, status in (("nbguard.toml", 0), (str(folder / "loose.toml"), 1)):
        run = nbguard("policy", "diff", "nbguard.toml", new, "--format", "json", cwd=history.path, env=UNSET)
        assert run.status == status
        assert bool(held(run.out)["weaker"]) == bool(status)


def test_whether_a_bundle_counts(repository):
    history, keys, folder = repository
    named = ("--issuer", address("alice"), "--version", "7", "-o", BUNDLE_NAME)
    for signed in (("--key", keys.path("alice")), ("--key", keys.path("eve")), ("--unsigned",)):
        made = nbguard("policy", "bundle", "nbguard.toml", *named, *signed, cwd=history.path, env=UNSET)
        assert made.status == 0, made.err
        verify = ("policy", "verify", BUNDLE_NAME, "--signers", str(folder / "signers"), "--format", "json")
        run = nbguard(*verify, cwd=history.path, env=UNSET)
        body = held(run.out)
        assert (body["verified"], body["issuer"]) == (run.status == 0, address("alice"))
        assert body["verified"] is not bool(body["problem"])


def test_the_checklist(repository):
    history, _, _ = repository
    run = nbguard("doctor", "--checklist", "--format", "json", cwd=history.path, env=UNSET)
    assert len(held(run.out)["demands"]) == 30
