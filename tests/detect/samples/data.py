"""Made-up people, physics, and the ways both are written into notebooks. All from a seed; no generator of others."""

from __future__ import annotations

import csv
import io
import json
import random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FIRST = [
    "Anna", "Ben", "Carla", "David", "Emma", "Felix", "Greta", "Hugo", "Ines", "Jonas", "Klara", "Leon", "Marie",
    "Noah", "Olga", "Paul", "Rosa", "Simon", "Tessa", "Viktor",
]  # fmt: skip
LAST = [
    "Schmidt", "Keller", "Vogt", "Lindner", "Brandt", "Hartmann", "Winkler", "Seidel", "Krause", "Lorenz", "Dupont",
    "Moreau", "Garcia", "Romero", "Rossi", "Bianchi", "Jansen", "Visser", "Kowalska", "Nowak",
]  # fmt: skip
MAILERS = [
    "gmx.de",
    "web.de",
    "orange.fr",
    "libero.it",
    "ziggo.nl",
    "wp.pl",
    "telia.se",
    "hotmail.co.uk",
    "yahoo.com",
    "posteo.de",
]
STREETS = ["Hauptstr.", "Lindenweg", "Rue Victor Hugo", "Calle Mayor", "Via Roma", "Dorpsstraat", "Station Road"]
DIAGNOSES = [
    "I10 Hypertension",
    "E11.9 Type 2 diabetes",
    "J45 Asthma",
    "F32.1 Depressive episode",
    "C50.9 Breast cancer",
]

Row = dict[str, Any]


def _luhn_complete(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def card_number(rng: random.Random) -> str:
    return _luhn_complete("45" + "".join(rng.choices("0123456789", k=13)))


def german_iban(rng: random.Random) -> str:
    # No bank code begins with 0: 0000 would make it a stand-in.
    account = rng.choice("123456789") + "".join(rng.choices("0123456789", k=17))
    return f"DE{98 - int(account + '131400') % 97:02d}{account}"


def us_ssn(rng: random.Random) -> str:
    return f"{rng.randint(200, 600)}-{rng.randint(10, 98)}-{rng.randint(1000, 9998)}"


def people(kind: str, rows: int, seed: int = 1) -> list[Row]:
    """Rows of one data class: personal, payment, health or government-id."""
    rng = random.Random(f"{kind}-{rows}-{seed}")
    made: list[Row] = []
    for _ in range(rows):
        first, last = rng.choice(FIRST), rng.choice(LAST)
        mail = f"{first}.{last}{rng.randint(1, 99)}@{rng.choice(MAILERS)}".lower()
        birth = f"{rng.randint(1940, 2004)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        row: Row = {"name": f"{first} {last}"}
        if kind == "personal":
            row |= {"email": mail, "phone": f"+49 30 90{rng.randint(10000, 99999)}", "birth_date": birth}
        elif kind == "payment":
            row |= {"iban": german_iban(rng), "card_number": card_number(rng)}
        elif kind == "health":
            row |= {"mrn": f"MRN{rng.randint(100000, 999999)}", "diagnosis": rng.choice(DIAGNOSES), "birth_date": birth}
        else:
            row |= {"ssn": us_ssn(rng), "address": f"{rng.choice(STREETS)} {rng.randint(1, 99)}"}
        made.append(row)
    return made


def _columns(rows: Sequence[Row]) -> list[str]:
    return list(rows[0])


def _cells(rows: Sequence[Row]) -> list[list[str]]:
    return [[str(value) for value in row.values()] for row in rows]


def list_of_dicts(rows: Sequence[Row]) -> str:
    return "customers = [\n" + "".join(f"    {row!r},\n" for row in rows) + "]\n"


def dict_of_lists(rows: Sequence[Row]) -> str:
    return f"import pandas as pd\ndf = pd.DataFrame({ {name: [row[name] for row in rows] for name in rows[0]}!r})\n"


def tuples_with_columns(rows: Sequence[Row]) -> str:
    body = ",\n".join(f"    {tuple(row.values())!r}" for row in rows)
    return f"df = pd.DataFrame([\n{body},\n], columns={_columns(rows)!r})\n"


def tuples_without_columns(rows: Sequence[Row]) -> str:
    return "people = [\n" + "".join(f"    {tuple(row.values())!r},\n" for row in rows) + "]\n"


def dict_of_dicts(rows: Sequence[Row]) -> str:
    return "people = {\n" + "".join(f"    {number}: {row!r},\n" for number, row in enumerate(rows, 100)) + "}\n"


def csv_text(rows: Sequence[Row], delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(_columns(rows))
    writer.writerows(_cells(rows))
    return text.getvalue()


def csv_in_string(rows: Sequence[Row]) -> str:
    return f'data = """{csv_text(rows)}"""\ndf = pd.read_csv(StringIO(data))\n'


def csv_in_one_line(rows: Sequence[Row]) -> str:
    return f"df = pd.read_csv(StringIO({csv_text(rows, ';')!r}), sep=';')\n"


def tsv_in_string(rows: Sequence[Row]) -> str:
    return f"raw = '''\n{csv_text(rows, chr(9))}'''\n"


def writefile(rows: Sequence[Row]) -> str:
    return f"%%writefile people.csv\n{csv_text(rows)}"


def json_in_string(rows: Sequence[Row]) -> str:
    return f"rows = json.loads('''{json.dumps(rows, indent=1)}''')\n"


def json_lines_in_string(rows: Sequence[Row]) -> str:
    return 'lines = """' + "\n".join(json.dumps(row) for row in rows) + '\n"""\n'


def sql_inserts(rows: Sequence[Row]) -> str:
    head = f"INSERT INTO people ({', '.join(_columns(rows))}) VALUES"
    return "%%sql\n" + "\n".join(f"{head} ({', '.join(repr(cell) for cell in row)});" for row in _cells(rows)) + "\n"


def sql_one_insert(rows: Sequence[Row]) -> str:
    body = ",\n".join(f"({', '.join(repr(cell) for cell in row)})" for row in _cells(rows))
    return f'cur.execute("""INSERT INTO people ({", ".join(_columns(rows))})\nVALUES {body}""")\n'


def markdown_table(rows: Sequence[Row]) -> str:
    lines = [_columns(rows), ["---"] * len(rows[0]), *_cells(rows)]
    return "Our customers:\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def printed_frame(rows: Sequence[Row]) -> str:
    """As pandas prints a frame: columns right-aligned, two spaces between, the index first."""
    table = [_columns(rows), *_cells(rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in table]
    return (
        "\n".join(f"{index}  {line}" for index, line in zip([" ", *map(str, range(len(rows)))], lines, strict=True))
        + "\n"
    )


def html_frame(rows: Sequence[Row]) -> str:
    """As pandas shows a frame in a notebook."""
    head = "".join(f"      <th>{name}</th>\n" for name in ["", *_columns(rows)])
    body = "".join(
        f"    <tr>\n      <th>{index}</th>\n" + "".join(f"      <td>{cell}</td>\n" for cell in row) + "    </tr>\n"
        for index, row in enumerate(_cells(rows))
    )
    return (
        '<div>\n<table border="1" class="dataframe">\n  <thead>\n    <tr style="text-align: right;">\n'
        f"{head}    </tr>\n  </thead>\n  <tbody>\n{body}  </tbody>\n</table>\n</div>"
    )


def data_resource(rows: Sequence[Row]) -> dict[str, Any]:
    fields = [{"name": "index", "type": "integer"}, *({"name": name, "type": "string"} for name in rows[0])]
    return {
        "schema": {"fields": fields, "primaryKey": ["index"]},
        "data": [{"index": n, **r} for n, r in enumerate(rows)],
    }


def plotly(rows: Sequence[Row]) -> dict[str, Any]:
    names = _columns(rows)
    hover = "".join(f"{name}=%{{customdata[{number}]}}<br>" for number, name in enumerate(names))
    trace = {"type": "scatter", "hovertemplate": f"x=%{{x}}<br>{hover}<extra></extra>", "x": list(range(len(rows))),
             "y": [number * 1.5 for number in range(len(rows))], "customdata": _cells(rows)}  # fmt: skip
    return {"data": [trace], "layout": {"title": {"text": "people"}}}


def vega(rows: Sequence[Row]) -> dict[str, Any]:
    return {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "data": {"name": "data-1"},
            "mark": "point", "datasets": {"data-1": list(rows)}}  # fmt: skip


SOURCES: dict[str, Callable[[Sequence[Row]], str]] = {
    function.__name__: function
    for function in (
        list_of_dicts, dict_of_lists, tuples_with_columns, tuples_without_columns, dict_of_dicts, csv_in_string,
        csv_in_one_line, tsv_in_string, writefile, json_in_string, json_lines_in_string, sql_inserts, sql_one_insert,
        markdown_table,
    )
}  # fmt: skip
PRINTED: dict[str, tuple[str, Callable[[Sequence[Row]], str]]] = {
    "printed_frame": ("text/plain", printed_frame),
    "html_frame": ("text/html", html_frame),
}
PAYLOADS: dict[str, tuple[str, Callable[[Sequence[Row]], dict[str, Any]]]] = {
    "data_resource": ("application/vnd.dataresource+json", data_resource),
    "plotly": ("application/vnd.plotly.v1+json", plotly),
    "vega": ("application/vnd.vegalite.v5+json", vega),
}


def physics(seed: int) -> list[str]:
    """Cells and outputs as a clean quantum notebook has them."""
    rng = random.Random(seed)
    bits = ["".join(rng.choices("01", k=5)) for _ in range(12)]
    counts = {key: rng.randint(1, 900) for key in bits}
    angles = [round(rng.uniform(-3.15, 3.15), rng.choice((4, 8, 16))) for _ in range(24)]
    pauli = [("".join(rng.choices("IXYZ", k=5)), round(rng.gauss(0, 1), 6)) for _ in range(8)]
    coupling = [[n, n + 1] for n in range(20)]
    calibration = "qubit,T1 (us),T2 (us),frequency (GHz),readout error,sx error,operational\n" + "".join(
        f"Q{n},{rng.uniform(50, 300):.3f},{rng.uniform(20, 200):.3f},{rng.uniform(4.5, 5.2):.6f},"
        f"{rng.uniform(0, 0.1):.2e},{rng.uniform(0, 0.001):.3e},Yes\n" for n in range(8)
    )  # fmt: skip
    describe = "             T1          T2  readout_error\ncount  27.000000   27.000000      27.000000\n" + "".join(
        f"{name:5}  {rng.uniform(90, 120):.6f}   {rng.uniform(60, 100):.6f}       {rng.uniform(0, 0.1):.6f}\n"
        for name in ("mean", "std", "min", "25%", "50%", "75%", "max")
    )
    curve = "".join(f"epoch {n:3d}  loss {rng.random():.6f}  accuracy {rng.random():.4f}\n" for n in range(12))
    sha = "".join(rng.choices("0123456789abcdef", k=40))
    runs = [{"name": f"run {n}", "backend": rng.choice(("ibm_brisbane", "ionq_aria")), "shots": 1024,
             "date": f"2024-05-{n + 1:02d}", "energy": rng.gauss(0, 1)} for n in range(6)]  # fmt: skip
    return [
        f"counts = {counts!r}\nplot_histogram(counts)",
        f"angles = {angles!r}\nqc.rx(angles[0], 0)",
        f"H = SparsePauliOp.from_list({pauli!r})\nansatz = TwoLocal(5, ['ry', 'rz'], 'cz', reps=3)",
        f"coupling_map = CouplingMap({coupling!r})\nbasis_gates = ['cx', 'id', 'rz', 'sx', 'x']",
        f'calibration = """{calibration}"""\ndf = pd.read_csv(io.StringIO(calibration))',
        describe,
        curve,
        'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[3];\ncreg c[3];\nh q[0];\ncx q[0],q[1];\nmeasure q -> c;\n',
        f"# git {sha}\nseed = {rng.randrange(10**15, 10**16)}\nt = 1716{rng.randrange(10**15):015d}\n"
        "__version__ = '1.26.4'",
        "[1] M. A. Nielsen and I. L. Chuang, ISBN 978-1-107-00217-3; doi:10.1103/PhysRevA.52.3457, arXiv:1411.4028\n",
        f"results = {runs!r}\npd.DataFrame(results)",
        html_frame(
            [
                {"gate": g, "qubits": q, "error": f"{rng.random() / 100:.3e}", "length": rng.randint(30, 600)}
                for g, q in (("cx", "0, 1"), ("sx", "0"), ("rz", "1"), ("ecr", "1, 2"))
            ]
        ),
        markdown_table(
            [
                {"Algorithm": a, "Qubits": n, "Authors": w}
                for a, n, w in (("Shor", 9, "Peter Shor"), ("Grover", 4, "Lov Grover"), ("VQE", 6, "Alberto Peruzzo"))
            ]
        ),
        f"job_ids = ['c{sha[:20]}', 'd{sha[3:23]}']\nfidelity = {{'mean': {rng.random()}, 'std': {rng.random()}}}",
        "A = rng.normal(size=(4, 4))\nB = A@A.T\nx = np.linalg.solve(A, b)\nassert (A@x == b).all()  # 0123456789012",
        f"Q = {{(i, j): w for i, j, w in edges}}\n"
        f"bqm = {{('x0', 'x1'): {angles[0]}, ('x1', 'x2'): {angles[1]}, ('x2', 'x3'): 1.0}}",
    ]
