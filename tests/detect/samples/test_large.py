"""Data sets of any content above a size are found wherever they stand; large results of experiments never are."""

from __future__ import annotations

import csv
import io
import json
import random
from typing import Any

import pandas as pd
import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.samples.settings import SampleSettings
from nbguard.detect.samples.sizes import BULK, large_places
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests.growth import assert_linear
from tests.notebook_builder import as_bytes, code, notebook, result, stream

ENGINE = Engine(Scope(frozenset(("sample-data",))))
_TEXT = (
    "the battery lasts two days but screen is dim and delivery took ages would buy again great value poor packaging "
    "service was friendly room clean noisy breakfast cold coffee excellent staff helpful price high quality low"
)
WORDS = _TEXT.split()
_TOWNS = "Berlin Paris Rome Madrid Lyon Turin Bonn Nice Porto Ghent Malmo Oslo Bergen Graz Linz Basel Delft"
PLACES = _TOWNS.split()


def scan(raw: bytes, path: str = "a.ipynb") -> list[str]:
    return [finding.rule for finding in ENGINE.detect(open_document(path, raw))]


def in_notebook(*cells: dict[str, Any]) -> bytes:
    return as_bytes(notebook(code("x = 1"), *cells, code("y")))


def reviews(count: int) -> list[dict[str, Any]]:
    rng = random.Random(count)
    return [
        {
            "item": number,
            "review": " ".join(rng.choices(WORDS, k=rng.randint(15, 60))).capitalize() + ".",
            "stars": rng.randint(1, 5),
        }
        for number in range(count)
    ]


def orders(count: int) -> list[dict[str, Any]]:
    rng = random.Random(count)
    return [
        {"order": 10_000 + number, "city": rng.choice(PLACES), "amount": round(rng.uniform(1, 99), 2)}
        for number in range(count)
    ]


def as_csv(rows: list[dict[str, Any]], delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def tuples(rows: list[dict[str, Any]]) -> str:
    return "rows = [\n" + "".join(f"    {tuple(row.values())!r},\n" for row in rows) + "]\n"


def frame(rows: list[dict[str, Any]], write: str) -> str:
    with pd.option_context("display.max_colwidth", None, "display.width", None, "display.max_rows", None):
        return str(getattr(pd.DataFrame(rows), write)())


FORMS = {
    "frame": lambda rows: code(f"df = pd.DataFrame({ {key: [row[key] for row in rows] for key in rows[0]}!r})"),
    "dicts": lambda rows: code(f"data = {rows!r}\ndf = pd.DataFrame(data)"),
    "tuples": lambda rows: code(tuples(rows)),
    "list of texts": lambda rows: code("texts = [\n" + "".join(f"  {row['review']!r},\n" for row in rows) + "]"),
    "CSV in a string": lambda rows: code(f'df = pd.read_csv(StringIO("""{as_csv(rows)}"""))'),
    "CSV with escapes": lambda rows: code(f"text = {as_csv(rows)!r}\ndf = pd.read_csv(StringIO(text))"),
    "writefile": lambda rows: code(f"%%writefile reviews.csv\n{as_csv(rows)}"),
    "JSON in a string": lambda rows: code(f"data = json.loads('''{json.dumps(rows)}''')"),
    "inserts": lambda rows: code(
        "%%sql\n" + "".join(f"INSERT INTO r (n, text) VALUES ({row['item']}, '{row['review']}');\n" for row in rows)
    ),
    "HTML": lambda rows: code("df", result(text__html=frame(rows, "to_html").splitlines(keepends=True))),
    "printed": lambda rows: code("print(df)", stream(frame(rows, "to_string"))),
    "shown": lambda rows: code("df", result(text__plain=frame(rows, "to_string"))),
    "data resource": lambda rows: code("df", result(**{"application__vnd.dataresource+json": {"data": rows}})),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_large_data_set_is_found_once(form: str) -> None:
    """Texts of no person are reported for their size, in source and in outputs; few of them aren't."""
    assert scan(in_notebook(FORMS[form](reviews(1200)))) == ["sample-bulk"]
    assert scan(in_notebook(FORMS[form](reviews(40)))) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("reviews.csv", as_csv(reviews(1200))),
        ("reviews.tsv", as_csv(reviews(1200), "\t")),
        ("reviews", as_csv(reviews(1200), ";")),
        ("reviews.jsonl", "".join(json.dumps(row) + "\n" for row in reviews(1200))),
        ("reviews.json", json.dumps(reviews(1200))),
        ("reviews.json", json.dumps(reviews(1200), indent=2)),
        ("reviews.py", "REVIEWS = " + tuples(reviews(1200))),
        ("orders.csv", as_csv(orders(6000))),
    ],
)
def test_a_large_data_file_is_found(name: str, text: str) -> None:
    """Whatever it is called, and also where its words are names of places instead of sentences."""
    assert scan(text.encode(), name) == ["sample-bulk"]


def test_two_megabytes_of_html_are_counted() -> None:
    """Rows past the sample are counted, not read."""
    raw = in_notebook(code("df", result(text__html=frame(reviews(7000), "to_html"))))
    (finding,) = ENGINE.detect(open_document("a.ipynb", raw))
    assert finding.rule == "sample-bulk"
    assert "7000 rows" in finding.message


def test_rows_with_line_ends_in_quotes_are_rows() -> None:
    """A CSV file may break a quoted text over lines."""
    rows = [row | {"review": row["review"].replace(" ", "\n", 2)} for row in reviews(1200)]
    assert scan(as_csv(rows).encode(), "reviews.csv") == ["sample-bulk"]


def _physics() -> dict[str, Any]:
    rng = random.Random(7)
    bits = ["".join(rng.choices("01", k=16)) for _ in range(9000)]
    paulis = ["".join(rng.choices("IXYZ", k=12)) for _ in range(5000)]
    numbers = [rng.random() for _ in range(9000)]
    calibration = [
        {"date": "2026-01-02T03:04:05+00:00", "name": rng.choice(("T1", "T2", "readout_error")), "unit": "us",
         "value": rng.random()} for _ in range(1500)
    ]  # fmt: skip
    gates = [
        {"gate": rng.choice(("cx", "sx", "rz")), "name": f"cx{n}_{n + 1}", "qubits": [n, n + 1],
         "parameters": [{"name": "gate_error", "unit": "", "value": rng.random()}]} for n in range(1200)
    ]  # fmt: skip
    runs = [
        {"backend": rng.choice(("ibm_sherbrooke", "ibm_torino")), "optimizer": rng.choice(("cobyla", "spsa", "adam")),
         "ansatz": rng.choice(("efficient", "hardware", "real")), "depth": n, "energy": -rng.random()}
        for n in range(3000)
    ]  # fmt: skip
    curve = [{"epoch": n, "loss": rng.random(), "accuracy": rng.random(), "phase": "train"} for n in range(3000)]
    qasm = 'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[20];\n' + "".join(
        f"rz({rng.random():.6f}) q[{rng.randrange(20)}];\ncx q[{rng.randrange(20)}],q[{rng.randrange(20)}];\n"
        for _ in range(3000)
    )
    drawing = "\n".join(f"q_{n}: ─" + "┤ H ├──■──┤ Rz(π/2) ├" * 60 for n in range(120))
    log = "".join(f"2026-01-02 03:04:{n % 60:02d}  INFO  job {n} is queued at position {n % 7}\n" for n in range(3000))
    return {
        "angles": code(f"angles = {numbers!r}"),
        "counts": code(f"counts = { {bit: rng.randrange(99) for bit in bits}!r}"),
        "shown counts": code("counts", result(text__plain=repr({bit: rng.randrange(99) for bit in bits}))),
        "Hamiltonian": code(
            f"op = SparsePauliOp.from_list({[(p, n) for p, n in zip(paulis, numbers, strict=False)]!r})"
        ),
        "coupling map": code(f"coupling = {[[rng.randrange(999), rng.randrange(999)] for _ in range(12000)]!r}"),
        "calibration": code(f"properties = {calibration!r}"),
        "gates": code(f"gates = {gates!r}"),
        "shown calibration": code("p", result(application__json={"qubits": [calibration], "gates": gates})),
        "QASM": code(f'qasm = """{qasm}"""'),
        "printed QASM": code("print(qasm)", stream(qasm)),
        "geometry": code(f"atoms = {[('H', (n, n, n)) for n in numbers]!r}"),
        "drawing": code("print(circuit)", stream(drawing)),
        "log": code("run()", stream(log)),
        "described": code("df.describe()", result(text__html=frame([dict.fromkeys("abcdefgh", 0.5)] * 900, "to_html"))),
        "benchmark": code("df", result(text__html=frame(runs, "to_html"), text__plain=frame(runs, "to_string"))),
        "benchmark in source": code(f"runs = {runs!r}"),
        "learning curve": code(f'text = """{as_csv(curve)}"""'),
        "statevector": code("state", result(text__plain=str([complex(n, n) for n in numbers]))),
    }


PHYSICS = _physics()


@pytest.mark.parametrize("what", PHYSICS)
def test_large_results_are_no_data_set(what: str) -> None:
    """Each is larger than a data set that counts, and holds labels beside its numbers."""
    raw = in_notebook(PHYSICS[what])
    assert len(raw) > BULK
    assert scan(raw) == []


@pytest.mark.parametrize("rows", ["benchmark", "curve", "counts"])
def test_large_files_of_results_are_no_data_set(rows: str) -> None:
    """CSV files of experiments, with names of machines and methods in them."""
    rng = random.Random(8)
    made = {
        "benchmark": [
            {"device": rng.choice(("Aria-1", "Forte", "Ankaa")), "circuit": f"qaoa_{n}", "job_id": f"{rng.random()}",
             "status": "COMPLETED", "fidelity": rng.random()} for n in range(3000)
        ],
        "curve": [{"step": n, "train_loss": rng.random(), "val_loss": rng.random()} for n in range(4000)],
        "counts": [{"bitstring": f"{n:020b}", "count": n} for n in range(6000)],
    }[rows]  # fmt: skip
    text = as_csv(made)
    assert len(text) > BULK
    assert scan(text.encode(), "results.csv") == []


@pytest.mark.parametrize("name", ["poetry.lock.json", "third-party-licenses.json", "bom.cdx.json", "openapi.json"])
def test_inventories_of_software_are_no_data_set(name: str) -> None:
    """What programs write about packages has descriptions in it."""
    packages = [{"name": f"package{n}", "description": row["review"]} for n, row in enumerate(reviews(1200))]
    raw = json.dumps({"packages": packages}).encode()
    assert scan(raw, name) == []
    assert scan(raw, "texts.json") == ["sample-bulk"]


def test_the_size_is_a_setting() -> None:
    """Also for one zone, and the class can be left out."""
    raw = in_notebook(code(tuples(reviews(40))))
    smaller = Engine(Scope(frozenset(("sample-data",)), {"bulk_bytes": 5000}))
    assert [finding.rule for finding in smaller.detect(open_document("a.ipynb", raw))] == ["sample-bulk"]
    zoned = Engine(
        Scope(
            frozenset(("sample-data",)),
            sample_data_at=lambda path: {"bulk_bytes": 5000} if path.startswith("strict/") else {},
            bulk_from=5000,
        )
    )
    assert [len(zoned.detect(open_document(path, raw))) for path in ("strict/a.ipynb", "a.ipynb")] == [1, 0]
    without = Engine(Scope(frozenset(("sample-data",)), {"classes": ["personal"]}))
    assert without.detect(open_document("a.ipynb", in_notebook(code(tuples(reviews(1200)))))) == []


def test_pictures_and_code_are_no_places_for_a_data_set() -> None:
    """So that a file of these isn't read; a part that is large enough has a place in it, wherever it stands."""
    picture = "iVBORw0KGgo" * 40_000
    svg = [f'<path d="M {n} 2 L 3 4"/>\n' for n in range(20_000)]
    drawn = {"image/png": picture, "text/plain": "<Figure>"}, {"image/svg+xml": svg, "text/plain": "x"}
    outputs = [{"output_type": "display_data", "data": data, "metadata": {}} for data in drawn]
    assert large_places(as_bytes(notebook(code("plot()", *outputs), code("plot()", *outputs))), BULK) == []
    assert large_places(b"def run(self):\n    return self.circuit\n\n" * 20_000, BULK) == []
    for size in (BULK, 3 * BULK):
        raw = as_bytes(notebook(code("plot()", *outputs), code("é" + "x" * size), code("plot()", *outputs)))
        start = raw.index(b"xxx") - 2
        assert any(start <= place < start + size for place in large_places(raw, BULK))


@pytest.mark.slow
def test_time_grows_with_size() -> None:
    """Brackets without end, quotes without end, short lines, deep nesting."""
    for piece in (
        "([{",
        "('",
        '"""',
        "'",
        '\\"',
        "x '",
        '["a',
        "a,b\n",
        "[[[[[[[[]]]]]]]]",
        "{'a': 1}\n",
        "<table><tr><td>",
    ):
        assert_linear(lambda times, piece=piece: scan(in_notebook(code(piece * times))), 40_000, piece)


def test_classes_can_be_told_apart_by_size_only_with_bulk() -> None:
    """A data set of people is reported as that, not for its size."""
    rows = [row | {"email": f"keller{row['item']}@posteo.de", "name": "Anna Keller"} for row in reviews(1200)]
    assert scan(in_notebook(code(tuples(rows)))) != ["sample-bulk"]
    assert SampleSettings().bulk_bytes == BULK
