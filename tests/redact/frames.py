"""Rows about made-up people in the forms that trip over, and every way of putting them into a notebook that runs."""

from __future__ import annotations

import csv
import io
import json
import random
from typing import TYPE_CHECKING, Any

from tests.detect.samples import data

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Row = dict[str, Any]

NAMES = ["Anna Keller", "Łukasz Żółw", "José García Pérez", "Søren Ångström", "Ève d'Arc", "Jürgen Groß",
         "Nadia El Amrani", "Marie-Claire Dupont", "Siobhán O'Brien", "Tomáš Dvořák",
         "Ana Sofia Costa", "Ivan van der Berg"]  # fmt: skip
CITIES = ["Berlin", "Zürich", "São Paulo", "Łódź", "Paris", "New York"]
NOTES = ['said "maybe", later', "two\nlines", "plain", "semi;colon", "tab\tbed", ""]
DATES = ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d %B %Y", "%b %d, %Y", "%Y/%m/%d"]
DIAGNOSES = ["E11.9 Type 2 diabetes", "I10 Hypertension", "J45.0 Asthma", "F32.1 Depressive episode"]
# Columns whose values are replaced one to one, and those that stay as they are.
ONE_TO_ONE = (
    "customer_id",
    "name",
    "email",
    "phone",
    "iban",
    "card_number",
    "postcode",
    "city",
    "mrn",
    "address",
    "diagnosis",
)
KEPT = ("amount", "segment", "weight")


def rows_of(seed: int, count: int = 0) -> list[Row]:
    """Between three and nine rows; the same columns in each."""
    import datetime

    rng = random.Random(seed)
    names = rng.sample(NAMES, rng.randint(3, 9))
    names = names if not count else [_another(rng, n) for n in range(count)]
    date, number = rng.choice(DATES), rng.choice(("int", "padded", "code", "float"))
    rows: list[Row] = []
    for place, name in enumerate(names):
        key = 204_001 + 7 * place
        born = datetime.date(rng.randint(1940, 2004), rng.randint(1, 12), rng.randint(1, 28))
        rows.append({
            "customer_id": {"int": key, "padded": f"{key:09}", "code": f"C{key}", "float": float(key)}[number],
            "name": name,
            "email": f"{place}.{''.join(filter(str.isascii, name.split()[0])).lower()}@{rng.choice(data.MAILERS)}",
            "phone": rng.choice(("+49 30 90{:05}", "030/90{:05}", "0049 30 90{:05}")).format(rng.randint(0, 99999)),
            "birth_date": born.strftime(date),
            "iban": data.german_iban(rng),
            "card_number": int(data.card_number(rng)),
            "postcode": f"{rng.randint(1000, 99999):05}",
            "city": rng.choice(CITIES),
            "age": rng.randint(18, 99),
            "gender": rng.choice("MF"),
            "mrn": f"MRN{rng.randint(100000, 998999)}",
            "address": f"{rng.choice(data.STREETS)} {place + 1}, {rng.choice(CITIES)}",
            "diagnosis": rng.choice(DIAGNOSES),
            "amount": round(rng.uniform(0, 99_999), 2),
            "segment": rng.choice("ABC"),
            "weight": 50.5 + place,
            "note": rng.choice(NOTES),
        })  # fmt: skip
    return rows


def _another(rng: random.Random, number: int) -> str:
    return f"{rng.choice(data.FIRST)} {rng.choice(data.LAST)}{chr(97 + number // 26)}{chr(97 + number % 26)}"


def _csv(rows: Sequence[Row], delimiter: str = ",", quoting: Any = csv.QUOTE_MINIMAL) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], delimiter=delimiter, lineterminator="\n", quoting=quoting)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _plain(rows: Sequence[Row]) -> list[Row]:
    return [{name: value for name, value in row.items() if name != "note"} for row in rows]


HEAD = "import json, sqlite3\nimport pandas as pd, numpy as np\nfrom io import StringIO\n"


def dict_of_lists(rows: Sequence[Row]) -> list[str]:
    return [f"df = pd.DataFrame({ {name: [row[name] for row in rows] for name in rows[0]}!r})\n"]


def dict_of_arrays(rows: Sequence[Row]) -> list[str]:
    body = "".join(f"    {name!r}: np.array({[row[name] for row in rows]!r}),\n" for name in rows[0])
    return [f"df = pd.DataFrame({{\n{body}}})\n"]


def list_of_dicts(rows: Sequence[Row]) -> list[str]:
    return ["people = [\n" + "".join(f"    {row!r},\n" for row in rows) + "]\n", "df = pd.DataFrame(people)\n"]


def nested_dicts(rows: Sequence[Row]) -> list[str]:
    nested = [
        {"customer_id": row["customer_id"], "person": {n: v for n, v in row.items() if n != "customer_id"}}
        for row in rows
    ]
    return [f"people = {nested!r}\n", "df = pd.json_normalize(people)\ndf.columns = [c.split('.')[-1] for c in df]\n"]


def tuples(rows: Sequence[Row]) -> list[str]:
    body = ",\n".join(f"    {tuple(row.values())!r}" for row in rows)
    return [f"df = pd.DataFrame([\n{body},\n], columns={list(rows[0])!r})\n"]


def dict_of_dicts(rows: Sequence[Row]) -> list[str]:
    return [f"df = pd.DataFrame.from_dict({dict(enumerate(rows))!r}, orient='index')\n"]


def parallel_lists(rows: Sequence[Row]) -> list[str]:
    lines = "".join(f"{name} = {[row[name] for row in rows]!r}\n" for name in rows[0])
    return [lines, f"df = pd.DataFrame({{{', '.join(f'{name!r}: {name}' for name in rows[0])}}})\n"]


def csv_in_string(rows: Sequence[Row]) -> list[str]:
    text = _csv(rows)
    return [f"data = '''{text}'''\ndf = pd.read_csv(StringIO(data))\n"]


def csv_all_quoted(rows: Sequence[Row]) -> list[str]:
    return [f"data = '''\n{_csv(rows, quoting=csv.QUOTE_ALL)}'''\ndf = pd.read_csv(StringIO(data))\n"]


def csv_in_one_line(rows: Sequence[Row]) -> list[str]:
    text = _csv(_plain(rows), ";")
    return [f"df = pd.read_csv(StringIO({text!r}), sep=';', dtype={{'postcode': str}})\n"]


def tsv_in_string(rows: Sequence[Row]) -> list[str]:
    return [f"raw = '''{_csv(_plain(rows), chr(9))}'''\ndf = pd.read_csv(StringIO(raw), sep='\\t')\n"]


def writefile(rows: Sequence[Row]) -> list[str]:
    return [f"%%writefile people.csv\n{_csv(rows)}", "df = pd.read_csv('people.csv')\n"]


def json_in_string(rows: Sequence[Row]) -> list[str]:
    text = json.dumps(_plain(rows), ensure_ascii=False, indent=1)
    return [f"df = pd.read_json(StringIO('''{text}'''))\n"]


def json_lines(rows: Sequence[Row]) -> list[str]:
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in _plain(rows))
    return [f"lines = '''{text}'''\ndf = pd.read_json(StringIO(lines), lines=True)\n"]


def _sql(value: Any) -> str:
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)


def sql_inserts(rows: Sequence[Row]) -> list[str]:
    head = f"INSERT INTO people ({', '.join(rows[0])}) VALUES"
    body = "\n".join(f"{head} ({', '.join(map(_sql, row.values()))});" for row in _plain(rows))
    head_row = ", ".join(_plain(rows)[0])
    body = body.replace(f"({', '.join(rows[0])})", f"({head_row})")
    return [
        f"db = sqlite3.connect(':memory:')\ndb.execute('create table people ({head_row})')\n",
        f'db.executescript("""\n{body}\n""")\ndf = pd.read_sql("select * from people", db)\n',
    ]


def sql_one_insert(rows: Sequence[Row]) -> list[str]:
    plain = _plain(rows)
    body = ",\n".join(f"({', '.join(map(_sql, row.values()))})" for row in plain)
    columns = ", ".join(plain[0])
    return [
        f"db = sqlite3.connect(':memory:')\ndb.execute('create table people ({columns})')\n"
        f'db.execute("""INSERT INTO people ({columns})\nVALUES {body}""")\n'
        'df = pd.read_sql("select * from people", db)\n',
    ]


FORMS: dict[str, Callable[[Sequence[Row]], list[str]]] = {
    form.__name__: form
    for form in (
        dict_of_lists, dict_of_arrays, list_of_dicts, nested_dicts, tuples, dict_of_dicts, parallel_lists,
        csv_in_string, csv_all_quoted, csv_in_one_line, tsv_in_string, writefile, json_in_string, json_lines,
        sql_inserts, sql_one_insert,
    )
}  # fmt: skip


def run(cells: Sequence[str], folder: str) -> dict[str, Any]:
    """Runs cells one after the other in ``folder``, with ``%%writefile`` as IPython does it. Returns their names."""
    import os

    names: dict[str, Any] = {}
    before = os.getcwd()
    os.chdir(folder)
    try:
        exec(HEAD, names)
        for cell in cells:
            if cell.startswith("%%writefile "):
                line, _, body = cell.partition("\n")
                with open(line.split()[1], "w", encoding="utf-8", newline="") as file:
                    file.write(body)
            else:
                exec(cell, names)
    finally:
        os.chdir(before)
    return names
