"""Says cheaply whether bytes can hold sample data, and where: words that columns are named with, shapes of values.

What has a shape of its own (an ``@`` between letters, IBANs, long runs of digits) is known by its shape; everything
else needs a word, for a table of such values says what they are. Words are searched by the literal prefilter, shapes
by mapping every digit to ``0`` and every letter to ``A`` or ``a`` and searching for literals in the result.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.prefilter import Prefilter

# Caseless and ASCII only, because accents are escaped in some files.
ID_LITERALS = (
    "ssn", "social", "taxpayer", "tax_id", "tax id", "national_i", "national i", "nhs", "nino", "steuer", "sozialvers",
    "rentenvers", "numero_sec", "dni", "codice", "fiscal", "bsn", "burgerserv", "pesel", "personn", "personal_",
    "personal n", "personal i", "aadhaar", "aadhar", "cpf", "hetu", "cpr", "rijksreg", "curp", "kimlik", "identity",
    "id card", "id_card", "gov_id", "government", "itin", "insee",
)  # fmt: skip
COLUMN_LITERALS = (
    "phone", "telef", "mobil", "cellul", "celular", "handynummer", "rufnummer",
    "birth", "geburt", "geboren", "naissance", "nacim", "nascit", "nascim", "geboort", "urodz", "delsedat", "dob",
    "address", "adress", "anschrift", "street", "strasse", "indirizz", "direcc", "domicil", "endere", "postcode",
    "postal", "plz", "zip_code", "zipcode", "first_name", "firstname", "first name", "last_name", "lastname",
    "last name", "full_name", "fullname", "full name", "given_name", "given name", "surname", "family_name",
    "vorname", "nachname", "apellid", "cognome", "nazwisk", "achternaam", "voornaam", "efternamn", "sobrenome", "prenom",
    "nom_complet", "nombre", "nominativ", "patient", "pacient", "pazient", "pacjent", "diagn", "maladie", "enfermedad",
    "malatt", "krankheit", "befund", "condition", "medica", "icd10", "icd_", "icd-", "mrn", "blood", "blut", "allerg",
    "passport", "passeport", "pasaporte", "reisepass", "passnummer", "passaport", "paspoort", "paszport", "licen",
    "customer", "client", "employee", "kunde", "klant", "klient", "mitarbeiter", "holder", "salary", "gehalt",
    "salaire", "gender", "geschlecht",
)  # fmt: skip
_WORDS = (*ID_LITERALS, *COLUMN_LITERALS)

# Digits become 0, capitals A, small letters a; quotes, white space and marks between values become a blank. What
# base64 is made of, and the dot of a decimal number, stay apart: pictures and results have no such shapes.
_SHAPES = bytearray(range(256))
_SHAPES[ord("0") : ord("9") + 1] = b"0" * 10
_SHAPES[ord("A") : ord("Z") + 1] = b"A" * 26
_SHAPES[ord("a") : ord("z") + 1] = b"a" * 26
for _mark in b" \t\r\n\"'`,;:|<>()[]{}=#-":
    _SHAPES[_mark] = ord(" ")
SHAPES = bytes(_SHAPES)
# A digit run; cards and phones in groups; US and Nordic ids; IBANs, also after an escaped line end.
_NEEDLES = (
    b" 0000000000000",
    b"0000 0000",
    b"000 00 0000",
    b"000000 0000",
    b" AA00",
    b"\\aAA00",
    b"+00 ",
    b"+00000000",
)
# A capital letter, digits and a capital letter of one word: Spanish and Italian ids.
_ID_NEEDLES = (b" 00000000A", b" A0000000A", b"AA00A00A000A", b"000.000.000 00", b" 000.0000.0000.00")
# A string that is written as a full name, or two capitalised ones in a row: rows without column names.
_NAME = re.compile(
    rb"""["'](?:[A-Z][^"',;:()<>{}=0-9_\n ]{0,24}[ ,]{1,2}){1,4}[A-Z][^"',;:()<>{}=0-9_\n]{1,24}["'\\]"""
    rb"""|["'][A-Z][a-z][^"'0-9_\n ]{0,20}\\?["'],\s*+\\?["'][A-Z][a-z][^"'0-9_\n]{0,20}\\?["']"""
)
# Bytes that are searched at a time, so that a long file with a signal at its beginning is decided at once.
_CHUNK = 1 << 18


class Signals(NamedTuple):
    """Where in a text something points at sample data: offsets, sorted. ``ids``: a word for a government id is
    there; ``shapes``: the text as SHAPES maps it.
    """

    offsets: list[int]
    ids: bool
    shapes: bytes

    def between(self, start: int, end: int) -> bool:
        """Whether there is a signal from ``start`` on and before ``end``."""
        from bisect import bisect_left

        place = bisect_left(self.offsets, start)
        return place < len(self.offsets) and self.offsets[place] < end


@cache
def _prefilter() -> Prefilter:
    from nbguard.detect.prefilter import Prefilter

    return Prefilter(_WORDS)


def might_hold_samples(raw: bytes) -> bool:
    """Whether these bytes can hold sample data: yes too often, never no for what the detector would find."""
    for start in range(0, len(raw), _CHUNK):
        chunk = raw[max(0, start - 32) : start + _CHUNK]
        if _has_address(chunk):
            return True
        shapes = chunk.translate(SHAPES)
        if any(needle in shapes for needle in (*_NEEDLES, *_ID_NEEDLES)) or _prefilter().search(chunk):
            return True
        if next(_names(chunk, shapes), -1) >= 0:
            return True
    return False


def find_signals(text: str) -> Signals | None:
    """The signals in a decoded text; None where there is none."""
    raw = text.encode("ascii", "replace")
    words = _prefilter().search(raw)
    shapes = raw.translate(SHAPES)
    offsets = [hit.end - 1 for hit in words]
    offsets += _all(raw, b"@")
    for needle in (*_NEEDLES, *_ID_NEEDLES):
        offsets += _all(shapes, needle)
    offsets += _names(raw, shapes)
    if shapes.startswith((b"0", b"A")):
        offsets.append(0)
    if not offsets:
        return None
    offsets.sort()
    return Signals(offsets, any(hit.literal < len(ID_LITERALS) for hit in words), shapes)


def _all(raw: bytes, needle: bytes) -> list[int]:
    found, at = [], raw.find(needle)
    while at >= 0:
        found.append(at)
        at = raw.find(needle, at + len(needle))
    return found


def _names(raw: bytes, shapes: bytes) -> Iterator[int]:
    """Where quoted names stand, or two capitalised strings one after the other."""
    at = shapes.find(b" Aa")
    while at >= 0:
        if raw[at] in b"\"'" and _NAME.match(raw, at):
            yield at
        at = shapes.find(b" Aa", at + 3)


def _has_address(raw: bytes) -> bool:
    """Whether an ``@`` stands between letters or digits."""
    at = raw.find(b"@")
    while at >= 0:
        if raw[at - 1 : at].isalnum() and raw[at + 1 : at + 2].isalnum():
            return True
        at = raw.find(b"@", at + 1)
    return False
