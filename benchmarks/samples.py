"""Measures the sample-data detector on generated notebooks: recall by form and by class, false positives, speed.

usage: python -m benchmarks.samples [--seed N] [--notebooks N] [--show N] [--peers DIR]
       python -m benchmarks.samples --corpus DIR    findings and speed on notebooks of yours, to judge by hand

Two thirds of the notebooks get one cell with rows of made-up people (Faker, six locales, headers in the locale's
language or in English) in one of the forms below, among cells of clean physics; the others stay clean. A planted
cell counts as found when a finding lies in it, its class as right when the finding's class is the planted one.

``--peers`` names a virtual environment with presidio-analyzer: its recognisers see the same cells, without a language
model.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.detect.samples.document_search import find_samples
from nbguard.detect.samples.sample_rules import data_class
from nbguard.detect.samples.signal_search import signals_in_file
from nbguard.documents.decode import decode
from nbguard.documents.reading import open_document
from tests.detect.samples import data
from tests.notebook_builder import as_bytes, code, markdown, notebook, result, stream

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document

LOCALES = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT")
CLASSES = ("personal", "payment", "health", "government-id")
HEADERS = {
    "name": {
        "en": "name|full_name|customer_name|Patient",
        "de": "Name|Kunde|Patient",
        "fr": "nom|nom_complet|client",
        "es": "nombre|nombre_completo|cliente",
        "it": "nome|nominativo|cliente",
    },
    "first": {
        "en": "first_name|FirstName|given name",
        "de": "Vorname",
        "fr": "prénom|prenom",
        "es": "nombre",
        "it": "nome",
    },
    "last": {
        "en": "last_name|surname|LastName",
        "de": "Nachname",
        "fr": "nom de famille|nom_famille",
        "es": "apellidos|apellido",
        "it": "cognome",
    },
    "email": {
        "en": "email|e-mail|EmailAddress|mail",
        "de": "E-Mail|mail",
        "fr": "courriel|email",
        "es": "correo|email",
        "it": "email|posta_elettronica",
    },
    "phone": {
        "en": "phone|phone_number|mobile",
        "de": "Telefon|Telefonnummer|Handy",
        "fr": "téléphone|tel",
        "es": "teléfono|telefono",
        "it": "telefono|cellulare",
    },
    "birth": {
        "en": "date_of_birth|dob|BirthDate",
        "de": "Geburtsdatum|geboren_am",
        "fr": "date_de_naissance|naissance",
        "es": "fecha_nacimiento|fecha de nacimiento",
        "it": "data_di_nascita|data_nascita",
    },
    "street": {
        "en": "address|street",
        "de": "Adresse|Straße|Anschrift",
        "fr": "adresse|rue",
        "es": "dirección|calle",
        "it": "indirizzo|via",
    },
    "city": {
        "en": "city|town",
        "de": "Ort|Stadt",
        "fr": "ville",
        "es": "ciudad",
        "it": "città|comune",
    },
    "iban": {
        "en": "iban|IBAN",
        "de": "IBAN",
        "fr": "IBAN",
        "es": "iban",
        "it": "IBAN",
    },
    "card": {
        "en": "card_number|credit_card|CardNo",
        "de": "Kreditkarte|Kartennummer",
        "fr": "numero_carte|carte_bancaire",
        "es": "tarjeta|numero_tarjeta",
        "it": "carta|carta_di_credito",
    },
    "mrn": {
        "en": "mrn|MRN|patient_id",
        "de": "Patientennummer|Fallnummer",
        "fr": "ipp|numero_dossier",
        "es": "historia_clinica",
        "it": "cartella_clinica",
    },
    "diagnosis": {
        "en": "diagnosis|condition|icd10",
        "de": "Diagnose|Befund",
        "fr": "diagnostic|maladie",
        "es": "diagnóstico|enfermedad",
        "it": "diagnosi|malattia",
    },
    "ssn": {
        "en": "ssn|SSN|national_insurance|social_security_number",
        "de": "Sozialversicherungsnummer|sv_nummer",
        "fr": "NIR|num_secu",
        "es": "seguridad_social|ssn",
        "it": "codice_fiscale|CF",
    },
    "passport": {
        "en": "passport|passport_no",
        "de": "Reisepass|Passnummer",
        "fr": "passeport",
        "es": "pasaporte",
        "it": "passaporto",
    },
}


COLUMNS = {
    "personal": ("name email phone", "first last birth street", "name birth city", "name phone street city",
                 "email phone birth", "first last email"),
    "payment": ("name iban", "first last card", "name email iban", "iban", "card"),
    "health": ("name diagnosis", "mrn birth diagnosis", "first last mrn diagnosis"),
    "government-id": ("name ssn", "first last ssn birth", "name passport"),
}  # fmt: skip


class Planted(NamedTuple):
    """A notebook, and where the rows were put: the cell's number (None: clean), form, class."""

    raw: bytes
    cell: int | None
    form: str
    kind: str
    locale: str


def make_rows(fake: Any, rng: random.Random, kind: str, locale: str) -> list[data.Row]:
    """Three to fifteen rows of one class, under headers of the locale's language or English."""
    language = locale[:2] if rng.random() < 0.7 else "en"
    wanted = rng.choice(COLUMNS[kind]).split()
    names = {field: rng.choice(HEADERS[field][language].split("|")) for field in wanted}
    write_date = rng.choice(("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"))
    makers: dict[str, Callable[[], Any]] = {
        "name": fake.name, "first": fake.first_name, "last": fake.last_name, "email": fake.free_email,
        "phone": fake.phone_number, "birth": lambda: fake.date_of_birth(minimum_age=18).strftime(write_date),
        "street": lambda: fake.street_address().replace("\n", ", "), "city": fake.city, "iban": fake.iban,
        "card": lambda: fake.credit_card_number(rng.choice(("visa16", "mastercard", "amex"))),
        "mrn": lambda: f"{rng.choice(('MRN', 'P', ''))}{rng.randint(100000, 9999999)}",
        "diagnosis": lambda: rng.choice(data.DIAGNOSES), "ssn": fake.ssn, "passport": fake.passport_number,
    }  # fmt: skip
    extra: dict[str, Callable[[], Any]] = {
        "amount": lambda: round(rng.uniform(1, 9999), 2),
        "score": lambda: rng.random(),
        "segment": lambda: rng.choice("ABC"),
    }
    beside = dict(rng.sample(sorted(extra.items()), rng.randint(0, 2)))
    return [
        {**{names[field]: makers[field]() for field in wanted}, **{name: make() for name, make in beside.items()}}
        for _ in range(rng.randint(3, 15))
    ]


def make_values(fake: Any, rng: random.Random, kind: str) -> str:
    """A cell with single values of one class and no table."""
    if kind == "personal":
        return f"send_to({', '.join(repr(fake.free_email()) for _ in range(rng.randint(3, 6)))})\n"
    if kind == "payment":
        iban = fake.iban()
        spaced = " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))
        card = fake.credit_card_number(rng.choice(("visa16", "mastercard")))
        return rng.choice((f'account = "{iban}"\n', f"# pay to {spaced}\n", f'pay(card="{card}", cvv=123)\n'))
    if kind == "health":
        return f"# MRN: {rng.randint(100000, 9999999)}\nload_image('scan.dcm')\n"
    return f"# SSN {rng.randint(200, 600)}-{rng.randint(10, 98)}-{rng.randint(1000, 9998)}\ncheck(person)\n"


def _written(write: Callable[[Sequence[data.Row]], str], rows: Sequence[data.Row]) -> dict[str, Any]:
    return code(write(rows))


def _displayed(mime: str, write: Callable[[Sequence[data.Row]], Any], rows: Sequence[data.Row]) -> dict[str, Any]:
    return code("df", result(**{mime.replace("/", "__"): write(rows)}))


FORMS: dict[str, Callable[[Sequence[data.Row]], dict[str, Any]]] = {
    **{name: partial(_written, write) for name, write in data.SOURCES.items()},
    "markdown_table": lambda rows: markdown(data.markdown_table(rows)),
    "printed_stream": lambda rows: code("print(df)", stream(data.printed_frame(rows))),
    "repr_of_list": lambda rows: code("rows", result(text__plain=repr(list(rows)))),
    **{name: partial(_displayed, mime, write) for name, (mime, write) in data.PRINTED.items()},
    **{name: partial(_displayed, mime, write) for name, (mime, write) in data.PAYLOADS.items()},
}  # fmt: skip


def make_notebooks(seed: int, count: int) -> list[Planted]:
    """The notebooks of a seed."""
    from faker import Faker

    rng = random.Random(seed)
    fakes = {locale: Faker(locale) for locale in LOCALES}
    for fake in fakes.values():
        fake.seed_instance(rng.randrange(10**6))
    made = []
    for number in range(count):
        texts = rng.sample(data.physics(rng.randrange(10**6)), 6)
        cells = [rng.choice((code(text), code("x", stream(text)), markdown(text))) for text in texts]
        if number % 3 == 2:
            made.append(Planted(as_bytes(notebook(*cells)), None, "clean", "", ""))
            continue
        locale, kind = rng.choice(LOCALES), rng.choice(CLASSES)
        form = rng.choice([*sorted(FORMS), "single_values"])
        at = rng.randrange(len(cells))
        if form == "single_values":
            cells[at] = code(make_values(fakes[locale], rng, kind))
        else:
            cells[at] = FORMS[form](make_rows(fakes[locale], rng, kind, locale))
        made.append(Planted(as_bytes(notebook(*cells)), at, form, kind, locale))
    return made


def scan(raw: bytes) -> list[Finding]:
    if not signals_in_file(raw).any():
        return []
    document = open_document("a.ipynb", raw)
    return list(find_samples(document))


# Scores from which Presidio's hits count.
_THRESHOLDS = (0.4, 0.8)


class Score:
    """Found and planted by form, class and locale; clean cells and how many of them were flagged."""

    def __init__(self) -> None:
        self.planted: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.right_class = self.clean = self.flagged = 0
        self.missed: list[Planted] = []
        self.wrong: list[tuple[Planted, int]] = []
        self.misjudged: list[tuple[Planted, str]] = []

    def add(self, notebook_: Planted, flagged: dict[int, str], cells: int = 6) -> None:
        """``flagged``: the class found, by number of cell."""
        for number in range(cells):
            if number != notebook_.cell:
                self.clean += 1
                if number in flagged:
                    self.flagged += 1
                    self.wrong.append((notebook_, number))
        if notebook_.cell is None:
            return
        hit = notebook_.cell in flagged
        for key in ("all", f"form  {notebook_.form}", f"class {notebook_.kind}", f"place {notebook_.locale}"):
            self.planted[key] += 1
            self.found[key] += hit
        if not hit:
            self.missed.append(notebook_)
        elif flagged[notebook_.cell] == notebook_.kind:
            self.right_class += 1
        else:
            self.misjudged.append((notebook_, flagged[notebook_.cell]))

    def show(self, name: str, with_class: bool = True) -> None:
        found, planted = self.found["all"], self.planted["all"]
        print(
            f"{name}: recall {found / max(planted, 1):.3f} ({found} of {planted} cells), "
            + (f"class right {self.right_class / max(found, 1):.3f}, " if with_class else "")
            + f"clean cells flagged {self.flagged} of {self.clean}"
        )

    def show_details(self, others: Sequence[Score] = ()) -> None:
        """Recall by form, class and locale; behind it that of others on the same cells."""
        print(
            "  recall by form, class and locale".ljust(36)
            + "nbguard"
            + "".join(f"  presidio >= {threshold}" for threshold, _ in zip(_THRESHOLDS, others, strict=False))
        )
        for key in sorted(self.planted):
            if key != "all":
                rest = "".join(f"{other.found[key] / self.planted[key]:17.3f}" for other in others)
                print(f"  {key:32} {self.found[key] / self.planted[key]:8.3f}{rest}  of {self.planted[key]}")


def measure_ours(notebooks: Sequence[Planted]) -> Score:
    score = Score()
    for made in notebooks:
        # Where a cell has several findings, the class that is named most often is the cell's.
        by_cell: dict[int, Counter[str]] = {}
        for finding in scan(made.raw):
            if finding.field.part.cell is not None:
                by_cell.setdefault(finding.field.part.cell.number, Counter())[data_class(finding.rule)] += 1
        score.add(made, {number: classes.most_common(1)[0][0] for number, classes in by_cell.items()})
    return score


# What Presidio's entities are here. Addresses of pages, dates and numbers of things are nobody's data.
_ENTITIES = {
    "CREDIT_CARD": "payment", "IBAN_CODE": "payment", "US_BANK_NUMBER": "payment", "MEDICAL_LICENSE": "health",
    "URL": "", "DATE_TIME": "", "UUID": "", "CRYPTO": "", "DE_PLZ": "", "DE_KFZ": "", "DE_HANDELSREGISTER": "",
    "DE_VAT_ID": "", "IT_VAT_CODE": "", "UK_POSTCODE": "", "UK_VEHICLE_REGISTRATION": "",
    "EMAIL_ADDRESS": "personal", "PHONE_NUMBER": "personal",
    "IP_ADDRESS": "personal", "MAC_ADDRESS": "personal",
}  # fmt: skip


def ask_presidio(notebooks: Sequence[Planted], peers: str) -> tuple[list[Any], float, int] | None:
    """What Presidio finds in the cells of the notebooks, as decoded text: for each notebook, the entities and scores in
    each cell; seconds and characters. None where it isn't installed in the environment ``peers``.
    """
    python = Path(peers) / "bin" / "python"
    probe = [str(python), "-c", "import presidio_analyzer"]
    if not python.exists() or subprocess.run(probe, capture_output=True, check=False).returncode:
        return None
    lines, size = [], 0
    for made in notebooks:
        document = open_document("a.ipynb", made.raw)
        texts = [""] * 6
        for part in document.parts:
            if part.cell is not None:
                texts[part.cell.number] += "".join(f"{field.text}\n\n" for field in decode(document, part))
        lines.append(json.dumps(texts))
        size += sum(map(len, texts))
    script = Path(__file__).with_name("presidio_cells.py")
    done = subprocess.run(
        [str(python), str(script)], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True
    )
    *answers, seconds = done.stdout.splitlines()
    return [json.loads(answer) for answer in answers], float(seconds), size


def score_presidio(notebooks: Sequence[Planted], answers: Sequence[Any], threshold: float) -> Score:
    """The score of Presidio's answers; the class found most often is the cell's."""
    score = Score()
    for made, cells in zip(notebooks, answers, strict=True):
        flagged: dict[int, str] = {}
        for number, hits in enumerate(cells):
            kinds = Counter(
                kind for name, value in hits if value >= threshold and (kind := _ENTITIES.get(name, "government-id"))
            )
            if kinds:
                flagged[number] = kinds.most_common(1)[0][0]
        score.add(made, flagged)
    return score


def measure_speed(notebooks: Sequence[Planted]) -> None:
    """Megabytes a second: the gate on raw bytes, the detector on decoded text of notebooks with and without data."""
    clean = b"".join(made.raw for made in notebooks if made.cell is None)
    seconds = _best(lambda: signals_in_file(clean).any())
    print(f"gate, clean notebooks:           {len(clean) / seconds / 1e6:7.1f} MB/s")
    for name, chosen in (
        ("clean", [n for n in notebooks if n.cell is None]),
        ("planted", [n for n in notebooks if n.cell is not None]),
    ):
        opened = []
        for made in chosen[:200]:
            document = open_document("a.ipynb", made.raw)
            opened.append(document)
        parts = [(document, part) for document in opened for part in document.parts]
        size = sum(len(field.text) for document, part in parts for field in decode(document, part))
        seconds = _best(partial(_find_all, opened))
        print(f"detector, {name} cells:".ljust(33) + f"{size / seconds / 1e6:7.1f} MB/s of decoded text")


def measure_corpus(folder: str) -> None:
    """Lists the findings in real notebooks by rule and place, without values, and the speed on them."""
    counts: Counter[str] = Counter()
    files = passed = size = text = 0
    in_gate = in_detector = 0.0
    for path in sorted(Path(folder).rglob("*.ipynb")):
        raw = path.read_bytes()
        files, size = files + 1, size + len(raw)
        start = time.process_time()
        signals = signals_in_file(raw)
        in_gate += time.process_time() - start
        if not (signals.offsets or signals.traces):
            continue
        document = open_document(path.name, raw)
        fields = [field for part in document.parts for field in decode(document, part)]
        passed, text = passed + 1, text + sum(len(field.text) for field in fields)
        start = time.process_time()
        findings = list(find_samples(document, signals=signals))
        in_detector += time.process_time() - start
        for finding in findings:
            counts[finding.rule] += 1
            number = finding.field.part.cell.number + 1 if finding.field.part.cell else "-"
            print(f"{path}: cell {number} {finding.field.part.where} {finding.rule}: {finding.message}")
    print(f"{files} notebooks, {size / 1e6:.0f} MB; {passed} passed the gate; findings: {dict(counts)}")
    gate, detector = size / max(in_gate, 1e-9) / 1e6, text / max(in_detector, 1e-9) / 1e6
    print(f"gate {gate:.0f} MB/s, detector {detector:.1f} MB/s of decoded text")


def _find_all(documents: Sequence[Document]) -> list[list[Finding]]:
    return [list(find_samples(document)) for document in documents]


def _best(work: Callable[[], Any]) -> float:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--notebooks", type=int, default=900)
    parser.add_argument(
        "--show", type=int, default=0, metavar="N", help="show N cells that were missed or wrongly flagged"
    )
    parser.add_argument("--peers", metavar="DIR", help="a virtual environment with presidio-analyzer in it")
    parser.add_argument("--corpus", metavar="DIR", help="scan the notebooks below DIR instead")
    options = parser.parse_args()
    if options.corpus:
        measure_corpus(options.corpus)
        return
    notebooks = make_notebooks(options.seed, options.notebooks)
    score = measure_ours(notebooks)
    score.show("nbguard")
    asked = ask_presidio(notebooks, options.peers) if options.peers else None
    theirs = [score_presidio(notebooks, asked[0], threshold) for threshold in _THRESHOLDS] if asked else []
    for threshold, other in zip(_THRESHOLDS, theirs, strict=False):
        other.show(f"presidio, score >= {threshold}")
    if asked:
        print(f"presidio: {asked[2] / max(asked[1], 1e-9) / 1e6:.3f} MB/s of decoded text")
    else:
        print("presidio: not measured; --peers names an environment with presidio-analyzer")
    score.show_details(theirs)
    measure_speed(notebooks)
    if options.show:
        _show(score, options.show)


def _show(score: Score, count: int) -> None:
    for made in score.missed[:count]:
        print(f"--- missed: {made.form}, {made.kind}, {made.locale}")
        print(json.dumps(json.loads(made.raw)["cells"][made.cell], ensure_ascii=False)[:1500])
    for made, number in score.wrong[:count]:
        print(f"--- wrongly flagged: {[f.message for f in scan(made.raw)]}")
        print(json.dumps(json.loads(made.raw)["cells"][number], ensure_ascii=False)[:1500])
    for made, kind in score.misjudged[:count]:
        print(f"--- {made.kind} called {kind}: {made.form}, {made.locale} {[f.message for f in scan(made.raw)]}")


if __name__ == "__main__":
    main()
