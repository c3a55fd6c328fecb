"""People by name and nothing else: the keys of a QUBO, the nodes of a graph, the rows of a plan."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import pytest

from nbguard.detect.knowledge.loading import FOLDER
from nbguard.detect.pii.first_names import first_names, has_first_name
from nbguard.detect.samples.document_search import find_samples
from nbguard.documents.reading import open_document
from tests.notebook_builder import as_bytes, code, notebook

PEOPLE = {
    "en": ["Brittany Walsh", "Todd Hammond", "Kelsey Ortega", "Dustin Frye"],
    "de": ["Hannelore Wirth", "Detlef Krüger", "Swantje Thomsen", "Jörg Böhm"],
    "fr": ["Thierry Delmas", "Éloïse Marchand", "Noémie Roussel", "Gaëlle Perrot"],
    "es": ["Álvaro Quintana", "Begoña Ferrer", "Íñigo Solís", "Rocío Cuesta"],
    "it": ["Gianluca Ferri", "Ilaria Monti", "Salvatore Greco", "Loredana Bassi"],
    "pl": ["Małgorzata Wrona", "Zbigniew Sowa", "Katarzyna Wilk", "Paweł Dudek"],
}
FORMS = {
    "QUBO": lambda names: dict.fromkeys(itertools.combinations_with_replacement(names, 2), 1.5),
    "linear": lambda names: dict.fromkeys(names, -0.5),
    "plan": lambda names: {name: [0, 3, 5] for name in names},
    "rows by name": lambda names: {name: dict.fromkeys(names, 1) for name in names},
    "edges": lambda names: list(itertools.combinations(names, 2)),
}
KEYS = [
    ["Bell State", "Werner State", "Cluster State", "Dicke State"],
    ["New York", "San Diego", "Santa Fe", "Los Angeles"],
    ["Random Forest", "Naive Bayes", "Support Vector", "Decision Tree"],
    ["Alice Smith", "Bob Jones", "Carol White", "Eve Brown"], ["Power Plant", "Wind Park", "Solar Farm", "Gas Turbine"],
    ["Alpha Centauri", "Barnard Star", "Wolf 359", "Sirius A"],
]  # fmt: skip


def rules_in(value: object) -> list[str]:
    raw = as_bytes(notebook(code(f"data = {value!r}\n")))
    return [finding.rule for finding in find_samples(open_document("a.ipynb", raw))]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("locale", PEOPLE)
def test_people_are_found_by_their_names(form: str, locale: str) -> None:
    assert rules_in(FORMS[form](PEOPLE[locale])) == ["sample-table-personal"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("names", KEYS, ids=lambda names: names[0])
def test_things_and_the_cast_of_protocols_are_nobody(form: str, names: list[str]) -> None:
    assert rules_in(FORMS[form](names)) == []


def test_the_names_of_each_language_are_known_once_and_without_accents() -> None:
    lists = tomllib.loads(Path(FOLDER, "first_names.toml").read_text(encoding="utf-8"))
    words = [word for text in lists.values() for word in text.split()]
    assert len(words) == len(set(words)) == len(first_names())
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words)
    assert all(has_first_name(name) for people in PEOPLE.values() for name in people)
    assert not {"bell", "grover", "hadamard", "pauli", "max", "grace", "florence", "virginia", "state"} & set(words)


STATEMENTS = {
    "subscripts": lambda names: "".join(f"h[{name!r}] = -1\n" for name in names),
    "pairs": lambda names: "".join(f"Q[({a!r}, {b!r})] += 2\n" for a, b in itertools.combinations(names, 2)),
    "variables": lambda names: "".join(f"bqm.add_variable({name!r}, 0.5)\n" for name in names),
    "edges": lambda names: "".join(f"G.add_edge({a!r}, {b!r})\n" for a, b in itertools.combinations(names, 2)),
}


@pytest.mark.parametrize("form", STATEMENTS)
@pytest.mark.parametrize("locale", PEOPLE)
def test_people_are_found_in_statements(form: str, locale: str) -> None:
    raw = as_bytes(notebook(code(STATEMENTS[form](PEOPLE[locale]))))
    found = list(find_samples(open_document("a.ipynb", raw)))
    assert [finding.rule for finding in found] == ["sample-name"]
    assert found[0].value.split("\x1f") == sorted(PEOPLE[locale])


@pytest.mark.parametrize("form", STATEMENTS)
@pytest.mark.parametrize("names", KEYS, ids=lambda names: names[0])
def test_things_in_statements_are_nobody(form: str, names: list[str]) -> None:
    assert list(find_samples(open_document("a.ipynb", as_bytes(notebook(code(STATEMENTS[form](names))))))) == []


def test_comparing_a_name_is_no_statement_about_people() -> None:
    text = "".join(f"if row[{name!r}] == 1: pass\n" for name in PEOPLE["en"])
    assert list(find_samples(open_document("a.ipynb", as_bytes(notebook(code(text)))))) == []
