"""Hygiene of pipelines: credentials that CI files hand to jobs, and loops that submit jobs without an end."""

import pytest

from nbguard.detect.detectors import is_workflow
from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests import notebook_builder as build
from tests.command_line import nbguard

ENGINE = Engine(Scope(frozenset(("hygiene",))))
IMPORT = "from qiskit_ibm_runtime import SamplerV2\n"


def find(path, text):
    raw = text if isinstance(text, bytes) else text.encode()
    findings = ENGINE.detect(open_document(path, raw)) if ENGINE.screen(raw, path) is not None else []
    return [(found.rule, found.field.text[found.start : found.end]) for found in findings]


@pytest.mark.parametrize("path", [
    ".github/workflows/a.yml", "sub/.github/workflows/b.yaml", ".gitlab-ci.yml", "azure-pipelines.yml",
    "bitbucket-pipelines.yml", ".circleci/config.yml", ".github\\workflows\\a.yml",
    "Jenkinsfile", "ci/Jenkinsfile", "Jenkinsfile.nightly",
])  # fmt: skip
def test_files_of_ci_are_known_by_their_paths(path):
    assert is_workflow(path)


@pytest.mark.parametrize(
    "path",
    ["a.yml", "workflows/a.yml", ".github/workflows/a.md", ".github/dependabot.yml", "Jenkinsfiles", "a/Jenkinsfile/b"],
)
def test_other_files_are_not(path):
    assert not is_workflow(path)


@pytest.mark.parametrize(("line", "rule"), [
    ("  IONQ_API_KEY: ${{ secrets.IONQ }}", "ci-long-lived-key"),
    ('  "IONQ_API_KEY": "${{secrets.IONQ}}"', "ci-long-lived-key"),
    ("  TEST_IONQ_API_KEY: ${{ secrets.IONQ }}", "ci-long-lived-key"),
    ("  DWAVE_API_TOKEN: $(leap)", "ci-long-lived-key"),
    ("  DWAVE_API_TOKEN: ${LEAP}", "ci-long-lived-key"),
    ("  aws-secret-access-key: ${{ secrets.BRAKET }}", "ci-long-lived-key"),
    ("  IONQ_API_KEY: ${{ secrets.PERSONAL_IONQ }}", "ci-personal-key"),
    ("  MY_IONQ_API_KEY: ${{ secrets.IONQ }}", "ci-personal-key"),
])  # fmt: skip
def test_what_a_job_gets_is_found(line, rule):
    found = find(".github/workflows/quantum.yml", f"# braket\nenv:\n{line}\n")
    assert [name for name, _ in found] == [rule]
    assert found[0][1] in line


@pytest.mark.parametrize("line", [
    "  PYPI_TOKEN: ${{ secrets.PYPI }}",
    "  IONQ_API_KEY: none",
    "  # IONQ_API_KEY: ${{ secrets.IONQ }}",
    "  role-to-assume: ${{ secrets.ROLE }}",
    "  IONQ_API_KEY: ${{ steps.vault.outputs.key }}",
])  # fmt: skip
def test_what_is_no_long_lived_credential_is_silent(line):
    assert find(".github/workflows/quantum.yml", f"# braket\nenv:\n{line}\n") == []


@pytest.mark.parametrize(("path", "text", "named"), [
    ("Jenkinsfile", "environment {\n  IONQ_API_KEY = credentials('ionq')\n}\n", ["IONQ_API_KEY"]),
    ("Jenkinsfile", "string(credentialsId: 'x', variable: 'DWAVE_API_TOKEN')\n", ["DWAVE_API_TOKEN"]),
    ("Jenkinsfile", "sh 'job.py --token $IONQ_API_KEY'\n", ["IONQ_API_KEY"]),
    ("Jenkinsfile", "environment {\n  NPM_TOKEN = credentials('npm')\n}\n// $IONQ_API_KEY\n", []),
    (".gitlab-ci.yml", "script:\n  - job.py --token $IONQ_API_KEY\n  - echo ${IONQ_API_KEY}\n", ["IONQ_API_KEY"]),
    (".gitlab-ci.yml", "script:\n  - export IONQ_API_KEY=$(vault kv get x)\n  - job.py $IONQ_API_KEY\n", []),
    (".gitlab-ci.yml", "secrets:\n  IONQ_API_KEY:\n    vault: q/ionq\nscript:\n  - job.py $IONQ_API_KEY\n", []),
    ("azure-pipelines.yml", "- script: job.py --token $(IONQ_API_KEY)\n", ["IONQ_API_KEY"]),
    (".github/workflows/a.yml", "with:\n  api-key: ${{ secrets.IONQ_API_KEY }}\n", ["IONQ_API_KEY"]),
    (".github/workflows/a.yml", "env:\n  IONQ_API_KEY: ${{ secrets.Q }}\nrun: a $IONQ_API_KEY\n", ["IONQ_API_KEY"]),
    (".gitlab-ci.yml", "script:\n  - export IONQ_API_KEY=$IONQ_API_KEY\n  - job.py\n", ["IONQ_API_KEY"]),
    (".gitlab-ci.yml", "script:\n  - IONQ_API_KEY=\"${LAB_KEY}\" job.py\n", ["IONQ_API_KEY"]),
    (".gitlab-ci.yml", "script:\n  - Q=$(vault kv get x)\n  - IONQ_API_KEY=$Q job.py $IONQ_API_KEY\n", []),
    (".gitlab-ci.yml", "script:\n  - job.py --other_IONQ_API_KEY.=$IONQ\n", []),
    (".circleci/config.yml", "- run: job.py --token ${DWAVE_API_TOKEN}\n", ["DWAVE_API_TOKEN"]),
])  # fmt: skip
def test_every_service_has_its_ways_to_hand_a_secret_over(path, text, named):
    assert [name for _, name in find(path, text)] == named


def test_the_same_lines_in_another_file_are_silent():
    assert find("a.yml", "env:\n  IONQ_API_KEY: ${{ secrets.IONQ }}\n") == []


@pytest.mark.parametrize("loop", [
    "while True:\n    sampler.run([c])\n",
    "while 1:\n    job = backend.run(c)\n    print(job)\n",
    "def f():\n    while True:  # for ever\n        if x:\n            d.sample_qubo(q)\n\n        y()\n    return 1\n",
    "while True:\n\tsampler.run([c])\n",
    "while True:\n    sampler.run([c])\n    # break\n",
    "import itertools\nfor i in itertools.count():\n    sampler.run([c])\n",
    "for i in count(1):\n    sampler.run([c])\n",
])  # fmt: skip
def test_a_loop_without_an_end_is_found_in_a_cell_and_in_a_file(loop):
    (found,) = find("a.py", IMPORT + loop)
    assert found[0] == "unbounded-jobs"
    assert found[1].startswith(("while", "for"))
    notebook = build.as_bytes(build.notebook(build.code(IMPORT), build.code(loop)))
    assert find("a.ipynb", notebook) == [found]


@pytest.mark.parametrize("loop", [
    "while True:\n    sampler.run([c])\n    break\n",
    "while True:\n    sampler.run([c])\n    if n > 3: raise Stop\n    if m:\n        return\n",
    "while n < 3:\n    sampler.run([c])\n",
    "while True:\n    print(1)\nsampler.run([c])\n",
    "while True:\n    # sampler.run([c])\n    wait()\n",
])  # fmt: skip
def test_a_loop_with_a_way_out_or_without_a_job_is_silent(loop):
    assert find("a.py", IMPORT + loop) == []
    assert find("b.py", "import asyncio\nwhile True:\n    loop.run(c)\n") == []


def test_only_the_enterprise_profile_reports_it(tmp_path):
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/a.yml").write_text("env:\n  IONQ_API_KEY: ${{ secrets.IONQ }}\n")
    (tmp_path / "a.py").write_text(IMPORT + "while True:\n    sampler.run([c])\n")

    def reported():
        out = nbguard("scan", "--format", "csv", ".", cwd=tmp_path).out
        return {rule for rule in ("ci-long-lived-key", "unbounded-jobs") if rule in out}

    assert reported() == set()
    (tmp_path / "nbguard.toml").write_text('profile = "enterprise"\n')
    assert reported() == {"ci-long-lived-key", "unbounded-jobs"}
