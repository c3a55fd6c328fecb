"""Parts of notebooks that are looked at once: what is found is the same as without the memory."""

import random

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from nbguard.scan.known_parts import KnownParts
from tests.notebook_builder import as_bytes, code, notebook, stream

_ROWS = "\n".join(f"Anna{n} Berg,anna{n}.berg@kunden-haus.de,+49 30 9018{n:04d}" for n in range(30))
SOURCES = [
    "x = 1  # call +49 30 901820 or mail a@b.example",
    f"text = '''name,email,phone\n{_ROWS}'''",
    "rows = [{'name': 'Ada Berg', 'email': 'ada.berg@kunden-haus.de'}] * 3",
    "print('nothing')",
    "customers = load('address')",
]


def test_findings_are_the_same_with_and_without(tmp_path):
    chance, engine, parts = random.Random(7), Engine(Scope(frozenset(("credential", "sample-data")))), KnownParts()
    found = spared = 0
    for _ in range(60):
        cells = [code(s, stream(s)) if chance.random() < 0.5 else code(s) for s in chance.choices(SOURCES, k=4)]
        document = open_document("a.ipynb", as_bytes(notebook(*cells)))
        screening = engine.screen(document.raw, "a.ipynb")
        if screening is None:
            continue
        reduced, unknown = parts.leave_out(document, screening, "")
        findings = engine.detect(document, reduced)
        parts.learn(unknown, findings)
        assert findings == engine.detect(document, screening)
        found += len(findings)
        spared += reduced != screening
    assert found > 20
    assert spared > 20


def test_other_thresholds_look_again():
    document = open_document("a.ipynb", as_bytes(notebook(code(SOURCES[1]))))
    screening = Engine(Scope(frozenset(("sample-data",)))).screen(document.raw, "a.ipynb")
    parts = KnownParts()
    _, unknown = parts.leave_out(document, screening, "a")
    assert unknown
    parts.learn(unknown, [])
    assert parts.leave_out(document, screening, "a")[1] == {}
    assert parts.leave_out(document, screening, "b")[1]
