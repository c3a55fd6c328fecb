"""Sample data that reaches a call which submits it: the finding says to whom."""

from __future__ import annotations

import pytest

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.providers.provider_rules import load_catalogue
from nbguard.detect.samples.document_search import find_samples
from nbguard.documents.reading import open_document
from tests.notebook_builder import as_bytes, code, notebook

ROWS = (
    'customers = [{"name": "Hannelore Wirth", "city": "Bonn", "phone": "+49 228 9096214"},\n'
    ' {"name": "Detlef Krüger", "city": "Ulm", "phone": "+49 731 4033187"},\n'
    ' {"name": "Swantje Thomsen", "city": "Kiel", "phone": "+49 431 5301842"}]'
)
DWAVE = "from dwave.system import DWaveSampler, EmbeddingComposite\nsampler = EmbeddingComposite(DWaveSampler())"
IBM = "from qiskit_ibm_runtime import QiskitRuntimeService, SamplerV2\nbackend = QiskitRuntimeService().least_busy()"
ADDRESS = "hannelore.wirth@kanzlei-wirth.de"
SENT = {
    "filled in a loop": (
        "dwave",
        [DWAVE, ROWS, "Q = {}\nfor r in customers:\n    Q[r['name'], r['name']] = -1", "sampler.sample_qubo(Q)"]
    ),
    "by a function": (
        "dwave",
        [ROWS, "def build(df):\n    return {r['name']: 1 for r in df}", "sampler.sample_qubo(build(customers))"]
    ),
    "a method fills it": (
        "dwave",
        [DWAVE, ROWS, "bqm = new()\nfor r in customers:\n    bqm.add_linear(r['name'], 1)\nsampler.sample(bqm)"]
    ),
    "in a frame": ("ibm-quantum", [IBM, ROWS, "df = pd.DataFrame(customers)\nbackend.run(encode(df), shots=10)"]),
    "primitive": ("ibm-quantum", [IBM, ROWS, "s = SamplerV2(mode=backend)\njob = s.run([circuit(customers)])"]),
    "function": ("ibm-quantum", [IBM, ROWS, "from qiskit import execute\nexecute(circuit(customers), backend)"]),
    "attribute": (
        "dwave",
        [DWAVE, ROWS, "class Run:\n  def __init__(self):\n    self.q = customers\n  def go(self):\n"
         "    return sampler.sample_qubo(self.q)"],
    ),
    "request": ("ionq", [ROWS, "requests.post('https://api.ionq.co/v0.4/jobs', json={'input': customers})"]),
    "job tag": ("aws-braket", ["from braket.aws import AwsDevice\nd = AwsDevice('arn:1')",
                               f"d.run(c, tags={{'owner': '{ADDRESS}'}})"]),
    "job name": ("ionq", [f"import qiskit_ionq\nb = qiskit_ionq.IonQProvider().get_backend('qpu')\nwho = '{ADDRESS}'",
                          "b.run(c, name=f'for {who}')"]),
}  # fmt: skip
KEPT = {
    "not given to it": [DWAVE, ROWS, "sampler.sample_qubo(Q)"],
    "another value by then": [DWAVE, ROWS, "customers = angles()", "sampler.sample_qubo(customers)"],
    "a sampler of this machine": [ROWS, "import neal\nneal.SimulatedAnnealingSampler().sample_qubo(f(customers))"],
    "a simulator under a provider's module": [
        "from qiskit_aer import AerSimulator\nbackend = AerSimulator()", ROWS, "backend.run(f(customers))"
    ],
    "nobody knows whose": [ROWS, "backend.run(f(customers))"],
    "commented out": [DWAVE, ROWS, "# sampler.sample_qubo(customers)"],
    "the same name in a function": [
        DWAVE, ROWS, "def other(customers):\n    return sampler.sample_qubo(customers)\nother(angles)"
    ],
}  # fmt: skip


def _findings(cells):
    return list(find_samples(open_document("a.ipynb", as_bytes(notebook(*map(code, cells))))))


@pytest.mark.parametrize("name", SENT)
def test_data_that_is_sent_says_to_whom(name):
    provider, cells = SENT[name]
    found = [finding for finding in _findings(cells) if finding.provider]
    assert [finding.provider for finding in found] == [provider]
    names = {known.id: known.name for known in load_catalogue().providers}
    assert f"submitted to {names[provider]} by " in found[0].message
    assert ADDRESS not in found[0].message + found[0].cause


@pytest.mark.parametrize("name", KEPT)
def test_data_that_stays_says_nothing(name):
    found = _findings(KEPT[name])
    assert found
    assert not [finding for finding in found if finding.provider or "submitted" in finding.message]


def test_one_address_counts_only_where_it_is_sent():
    assert not _findings([f"owner = '{ADDRESS}'", "print(1)"])


def test_it_is_so_in_a_python_file():
    raw = "\n".join([DWAVE, ROWS, "sampler.sample_qubo(f(customers))"]).encode()
    assert [f.provider for f in find_samples(open_document("a.py", raw))] == ["dwave"]


@pytest.mark.parametrize("half_typed", ["sampler.sample_qubo(f(customers)", "x = (\nsampler.sample_qubo(f(customers))"])
def test_a_line_that_is_half_typed_hides_nothing(half_typed):
    assert [f.provider for f in _findings([DWAVE, ROWS, half_typed])] == ["dwave"]


def test_much_code_ends():
    lines = [f"a{n} = g(a{n - 1}, a{n - 2}, customers)" for n in range(2, 3000)]
    assert _findings([DWAVE, ROWS, "a0 = a1 = customers", "\n".join(lines), "sampler.sample_qubo(a2999)"])


def test_every_call_has_its_source():
    known = load_knowledge("submissions")
    ids = {provider.id for provider in load_catalogue().providers}
    for kind in ("methods", "functions", "requests"):
        for name, said in known[kind].items():
            assert said["source"].startswith("https://"), name
            assert said.get("provider", "dwave") in ids
