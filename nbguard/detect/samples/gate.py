"""Says from the raw bytes, without decoding, whether a file can hold sample data."""

from __future__ import annotations

# Caseless literals, for the literal database in front of everything. ASCII only: accents are escaped in some files.
GATE_LITERALS = (
    "<table", "<td", "dataresource", "insert into",
    "mail", "phone", "telef", "telno", "mobil", "handy", "celular", "cellul", "contact", "courriel", "correo",
    "first_name", "firstname", "first name", "last_name", "lastname", "last name", "full_name", "fullname",
    "full name", "given", "surname", "family_name", "vorname", "nachname", "nombre", "apellid", "cognome", "nazwisko",
    "achternaam", "voornaam", "efternamn", "fornamn", "sobrenome", "prenom", "nominativ",
    "birth", "geburt", "naissance", "nacim", "nascit", "nascim", "geboort", "urodz", "fodels", "dob",
    "address", "adress", "anschrift", "street", "strasse", "indirizzo", "direccion", "domicil", "endereco", "postcode",
    "customer", "client", "kunde", "klant", "klient", "employee", "mitarbeiter", "salary", "gehalt", "salaire",
    "patient", "pacient", "pazient", "pacjent", "diagnos", "mrn", "medic", "icd", "krank", "allerg", "blood",
    "iban", "card", "karte", "carte", "tarjeta", "konto", "credit", "pan", "visa",
    "ssn", "social", "passport", "passeport", "pasaporte", "reisepass", "national_id", "nationalid", "national id",
    "tax_id", "taxid", "steuer", "nhs", "nino", "nir", "dni", "nie", "nif", "codice", "fiscal", "bsn", "pesel",
    "personn", "aadhaar", "cpf", "licen",
)  # fmt: skip
# Shapes of values, in the part of regex syntax that Vectorscan and re share. Case counts.
GATE_PATTERNS = (r"[\w.]@\w", r"[A-Z]{2}\d\d ?[0-9A-Z]{4} ?[0-9A-Z]{4}", r"\d{13}", r"\d{4}[ -]\d{4}[ -]\d{4}",
                 r"\d{3}[ .-]\d\d\d? ?[.-]?\d{4}", r"\+\d\d")  # fmt: skip

# For the pure-Python gate: every digit becomes 0, every capital A, every small letter a; the rest stays.
_SHAPES = bytes.maketrans(
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", b"0" * 10 + b"A" * 26 + b"a" * 26
)
_SHAPE_LITERALS = (b"a@a", b"0@a", b"AA00", b"0" * 13, b"0000 0000", b"0000-0000", b"000-00-0000", b"+00")
_STEMS = (
    b"<t", b"birth", b"geb", b"naiss", b"nacim", b"nasci", b"urodz", b"phone", b"telef", b"name\\\"", b"surname",
    b"nombre", b"nazwisko", b"naam", b"adress", b"address", b"patient", b"diagnos", b"mrn", b"customer", b"client",
    b"kunde", b"ssn", b"passp", b"social",
)  # fmt: skip


def might_hold_samples(raw: bytes) -> bool:
    """Whether these bytes can hold sample data. Says yes too often, never no for what the detector would find.

    This is the route without Vectorscan; the engine puts GATE_LITERALS and GATE_PATTERNS into its own database.
    """
    shapes = raw.translate(_SHAPES)
    if any(literal in shapes for literal in _SHAPE_LITERALS):
        return True
    small = raw.lower()
    return any(stem in small for stem in _STEMS)
