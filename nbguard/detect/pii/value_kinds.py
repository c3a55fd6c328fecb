"""Judges single values: is this an e-mail of a person, a real IBAN, a card, a phone number, a birth date, a name?

Check digits are python-stdnum's and phone plans are phonenumbers'; both are imported when a candidate is there.
"""

from __future__ import annotations

import re
from functools import lru_cache

from nbguard.detect.pii.stand_ins import is_reserved_phone

EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+'-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,18}")
_EMAIL_ANY = re.compile(r"[^\s@,;<>\"()]{1,64}@(?:[\w-]{1,63}\.){1,5}[^\W\d_]{2,18}")
# RFC 2606 and RFC 6761, and names that documentation uses as if they were reserved.
_RESERVED_DOMAIN = re.compile(
    r"(?:.*[@.])?(?:example|test|invalid|localhost|local|localdomain|internal|lan)"
    r"|.*[@.](?:(?:example|test|domain|email|yourdomain|mydomain|foo|bar|acme|company|yourcompany|sample|dummy|fake)"
    r"\.[a-z]{2,4}|users\.noreply\.github\.com|noreply\.github\.com)"
)
_NO_DOMAIN = frozenset((
    "png", "jpg", "jpeg", "gif", "svg", "py", "ipynb", "json", "csv", "txt", "md", "html", "js", "css", "ts",
    "yaml", "yml", "toml", "sh", "so", "dll", "git", "npy",
))  # fmt: skip
# Addresses of a function, not of a person (RFC 2142 and common ones).
_ROLE = re.compile(
    r"(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|info|support|admin|administrator|contact|hello|help|office|sales|"
    r"security|"
    r"abuse|postmaster|webmaster|hostmaster|root|git|hg|svn|bot|team|press|privacy|legal|jobs|careers|feedback|service|"
    r"mail|email|user(?:name)?\d*|someone|you|your[-_.]?(?:name|email)|me|name|first\.last|firstname\.lastname|"
    r"test\d*|foo|bar|"
    r"alice|bob|carol|eve|john\.?doe|jane\.?doe|quantum|research|dev|developers?|maintainers?|conduct)(?:\+.*)?",
)
_NAME_TOKEN = re.compile(r"[^\W\d_a-zà-öø-ÿ][^\W\d_]*(?:['’-][^\W\d_]+)*\.?")
_PARTICLE = frozenset((
    "von", "van", "de", "der", "den", "del", "della", "di", "da", "dos", "das", "do", "du", "la", "le", "el",
    "al", "bin", "ibn", "y", "zu", "zum", "af", "av", "ten", "ter", "e", "und", "mc",
))  # fmt: skip
_TITLE = re.compile(
    r"(?:Dr|Prof|Mr|Mrs|Ms|Miss|Mx|Herr|Frau|Ing|Dipl|Univ|Mag|Mgr|Sr|Sra|Sig|Sig\.ra|Dott|Mme|Mlle|pani|pan|Hr|Fr|"
    r"Jr|Sr|II|III|MD|PhD|DDS|DVM|BA|MA|MSc|BSc|B\.\w{1,4}|M\.\w{1,4}|Dipl\.-\w+|Univ\.Prof)\.?(?:-?Ing\.?)?"
)
# Capitalised words that stand in physics, statistics and computing, not in the names of people.
_NOT_NAMES = frozenset((
    "the", "a", "an", "of", "and", "or", "for", "with", "in", "on", "at", "by", "to", "from", "state", "gate",
    "circuit", "quantum", "bell", "pauli", "hadamard", "error", "rate", "mean", "std", "min", "max", "total",
    "time", "depth", "count", "counts", "number", "value", "type", "id", "index", "backend", "device", "job",
    "qubit", "qubits", "energy", "loss", "accuracy", "model", "random", "forest", "linear", "regression",
    "gradient", "descent", "support", "vector", "machine", "neural", "network", "hamiltonian", "ansatz",
    "optimizer", "noise", "fidelity", "readout", "single", "double", "test", "train", "data", "set", "table",
    "figure", "section", "new", "north", "south", "east", "west", "united", "states", "kingdom", "city",
    "street", "road", "san", "los", "las", "saint", "university", "institute", "university", "hospital", "bank",
    "group", "inc", "ltd", "gmbh", "llc", "corp", "company", "phase", "rotation", "angle", "matrix",
    "amplitude", "operator", "basis", "coupling", "map", "result", "results", "shot", "shots", "simulator",
    "true", "false", "none", "yes", "no", "level", "layer", "step", "iteration", "batch", "epoch", "seed",
    "run", "date", "name", "email", "phone", "address", "first", "last", "control", "target", "frequency",
    "amplitude", "pulse", "ground", "excited", "spin", "up", "down", "left", "right", "top", "bottom", "low",
    "high", "medium", "small", "large", "open", "closed", "active", "inactive", "red", "green", "blue", "black",
    "white", "logistic", "decision", "tree", "bayes", "nearest", "neighbors", "neighbours", "classifier",
    "kernel", "logical", "physical", "surface", "code", "standard", "deviation",
))  # fmt: skip
_CAST = re.compile(
    r"(?:alice|bob|charlie|carol|dave|eve|mallory|trent|foo|bar|test|john doe|jane doe|joe bloggs|user|max muster)\b"
)
_DATE = re.compile(
    r"(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?:[T ][\d:.]+Z?)?|"
    r"(?:0?[1-9]|[12]\d|3[01])[-/. ](?:0?[1-9]|1[0-2]|[A-Za-z]{3,9})[-/. ](?:(?:19|20)?\d\d)|"
    r"(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])/(?:19|20)\d\d|"
    r"(?:datetime\.)?(?:date(?:time)?|Timestamp)\(.{6,24}\)|(?:[A-Z][a-z]{2,8}\.? \d{1,2}, (?:19|20)\d\d)"
)
_PHONE = re.compile(r"(?:\+|00)?[\d(][\d ()./-]{5,22}\d(?: ?(?:x|ext\.?) ?\d{1,6})?")
_FICTIONAL_PHONE = re.compile(r".*555[ .-]?01\d\d$|.*(?:123[ .-]?456[ .-]?7890|555[ .-]?\d{4})$|.*(?:0{5}|1{6}|9{6}).*")
_NO_DIGIT, _FICTIONAL_END = re.compile(r"\D"), re.compile(r"55501\d\d\Z")
# The IBAN registry's examples, and those of the standard's own pages (https://www.swift.com/standards/data-standards/iban).
_EXAMPLE_IBANS = frozenset((
    "DE89370400440532013000", "DE91100000000123456789", "GB29NWBK60161331926819", "GB82WEST12345698765432",
    "GB33BUKB20201555555555", "FR1420041010050500013M02606", "FR7630006000011234567890189",
    "ES9121000418450200051332", "IT60X0542811101000000123456", "NL91ABNA0417164300", "BE68539007547034",
    "CH9300762011623852957", "AT611904300234573201", "PL61109010140000071219812874",
    "PT50000201231234567890154", "SE4550000000058398257466", "NO9386011117947", "DK5000400440116243",
    "FI2112345600000785", "IE29AIBK93115212345678", "LU280019400644750000", "CZ6508000000192000145399",
    "GR1601101250000000012300695", "SE3550000000054910000003", "DK0200400440116243",
))  # fmt: skip
_TEST_CARDS = frozenset((
    "4242424242424242", "4111111111111111", "4012888888881881", "4222222222222", "4000056655665556",
    "4000000000000002", "4000002500003155", "5555555555554444", "5105105105105100", "5200828282828210",
    "2223003122003222", "378282246310005", "371449635398431", "378734493671000", "6011111111111117",
    "6011000990139424", "3056930009020004", "30569309025904", "38520000023237", "3566002020360505",
    "3530111333300000", "4917610000000000", "5019717010103742", "6331101999990016", "5425233430109903",
    "4263982640269299", "4917484589897107", "6200000000000005", "5454545454545454", "4444333322221111",
    "4000000000009995", "4000000000000069",
))  # fmt: skip
# Issuer ranges and lengths as ISO/IEC 7812 registers them for the schemes.
_ISSUER = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12})|3[47]\d{13}|"
    r"(?:6011|64[4-9]\d|65\d\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[689]\d)\d{11}|62\d{14}|(?:2131|1800)\d{11}"
)
# What is called a card may be of any issuer, and of any that is to come: the check digit says enough.
_NAMED = re.compile(r"0604\d{8}|[1-6]\d{11,18}")


@lru_cache(4096)
def email_kind(value: str) -> str:
    """``person``, ``role``, ``reserved``, or empty where the value isn't an e-mail address."""
    value = value.strip().lower().removeprefix("mailto:")
    if "@" not in value or not (EMAIL.fullmatch(value) or _EMAIL_ANY.fullmatch(value)):
        return ""
    local, _, domain = value.rpartition("@")
    if domain.rpartition(".")[2] in _NO_DOMAIN:
        return ""
    if _RESERVED_DOMAIN.fullmatch("@" + domain):
        return "reserved"
    return "role" if _ROLE.fullmatch(local) else "person"


@lru_cache(4096)
def iban_kind(value: str) -> str:
    """``real`` for a valid IBAN, ``synthetic`` for an example of the registry, else empty."""
    number = value.replace(" ", "").replace("-", "").upper()
    if not 15 <= len(number) <= 34 or not number[:2].isalpha() or not number[2:4].isdigit() or not number.isascii():
        return ""
    if number in _EXAMPLE_IBANS or number[4:8] in ("0000", "XXXX"):  # no bank has that code
        return "synthetic"
    from stdnum import iban

    # Not the country's own check of the account number: banks' systems go by the IBAN's check digits.
    return "real" if iban.is_valid(number, check_country=False) else ""


@lru_cache(4096)
def card_kind(value: str, named: bool = False) -> str:
    """``real`` for a card number, ``synthetic`` for a test number, else empty; ``named``: a column says card."""
    number = value.replace(" ", "").replace("-", "")
    if not 12 <= len(number) <= 19 or not (number.isascii() and number.isdigit()):
        return ""
    if number in _TEST_CARDS or number.startswith("40000000"):  # where payment services keep their test numbers
        return "synthetic"
    if not (_ISSUER.fullmatch(number) or (named and _NAMED.fullmatch(number))) or len(set(number)) < 4:
        return ""
    from stdnum import luhn

    return "real" if luhn.is_valid(number) else ""


@lru_cache(4096)
def is_person_name(value: str) -> bool:
    """Whether a value is written as people's full names are: two to five capitalised words, no physics in them."""
    if not 4 <= len(value) <= 48 or "  " in value:
        return False
    words = [word for word in value.replace(",", " ").split() if not _TITLE.fullmatch(word)]
    names = [word for word in words if word.lower() not in _PARTICLE]
    if not 2 <= len(names) <= 5 or len(words) > 7:
        return False
    return all(_NAME_TOKEN.fullmatch(word) and word.lower() not in _NOT_NAMES for word in names) and any(
        (len(word) > 2 and not word.isupper()) or (word.isalpha() and len(word) > 3) for word in names
    )


def is_cast(value: str) -> bool:
    """Whether a name is one of those that textbooks, and protocols of cryptography, are played by."""
    small = value.lower()
    return (_CAST.match(small) or _CAST.match(small.rpartition(", ")[2])) is not None


def is_name_part(value: str) -> bool:
    """Whether a value can be a first or a last name."""
    words = value.split()
    return 1 <= len(words) <= 4 and all(
        word.lower() in _PARTICLE or (_NAME_TOKEN.fullmatch(word) and word.lower() not in _NOT_NAMES) for word in words
    )


def is_date(value: str) -> bool:
    """Whether a value is a date as tables write it."""
    return _DATE.fullmatch(value.strip()) is not None


def is_phone(value: str) -> bool:
    """Whether a value is written as phone numbers are; which country's plan it follows isn't asked."""
    value = value.strip()
    if not 6 < sum(map(str.isdigit, value)) < 18 or _PHONE.fullmatch(value) is None:
        return False
    return not is_date(value) and not (value.count(".") == 1 and value.replace(".", "").isdigit())


def is_fictional_phone(value: str) -> bool:
    """Whether a number is reserved for fiction or plainly made up."""
    digits = _NO_DIGIT.sub("", value)
    return (
        _FICTIONAL_PHONE.fullmatch(value.strip()) is not None
        or _FICTIONAL_END.search(digits) is not None
        or is_reserved_phone(digits)
    )


@lru_cache(4096)
def is_dialable(value: str) -> bool:
    """Whether an international number (``+49 …``) is valid in its country's plan."""
    if not value.lstrip().startswith(("+", "00")) or is_fictional_phone(value):
        return False
    import phonenumbers

    number = value.strip()
    number = "+" + number[2:] if number.startswith("00") else number
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return False


def forget_values() -> None:
    """Lets go of the values that were judged: for whoever lives longer than a run."""
    for judged in (email_kind, iban_kind, card_kind, is_person_name, is_dialable):
        judged.cache_clear()
