"""The rules for sample data, each with its data class, and what a person should do about a finding."""

from __future__ import annotations

from typing import NamedTuple

# Data classes, from the one that decides first to the one that decides last.
CLASSES = ("health", "government-id", "payment", "personal", "bulk", "synthetic")


class SampleRule(NamedTuple):
    """A kind of sample data. ``explanation`` says what is found and what isn't, ``remedy`` what to do."""

    id: str
    name: str
    severity: str
    data_class: str
    explanation: str
    remedy: str


_TABLE = (
    "Rows of a table, wherever it stands: a list of dicts, a dict of lists, a DataFrame constructor, tuples, CSV or "
    "JSON text, SQL inserts, a Markdown or HTML table, a printed frame, the data of a figure. "
)
_LOAD = "Load the rows from a file outside the repository, and clear the cell's output."

SAMPLE_RULES = (
    SampleRule(
        "sample-table-personal", "rows about people", "medium", "personal",
        _TABLE + "Columns are known by name and by values: names of people together with e-mail, phone, birth date, "
        "address and the like. Reserved domains and fictional phone numbers don't count.",
        _LOAD + " Or make the rows up, with addresses under example.com.",
    ),
    SampleRule(
        "sample-table-payment", "rows with bank accounts or cards", "high", "payment",
        _TABLE + "A column holds IBANs or card numbers whose check digits are right. The card schemes' test numbers "
        "and the IBANs of the standard's examples don't count.",
        _LOAD + " Or use made-up ones: the card schemes' test numbers, the IBANs of the standard's examples.",
    ),
    SampleRule(
        "sample-table-health", "rows about people's health", "high", "health",
        _TABLE + "A column holds diagnoses, medication, record numbers or the like, and another one says whose.",
        _LOAD + " Health data needs an approval before it goes to a quantum cloud.",
    ),
    SampleRule(
        "sample-table-government-id", "rows with government ids", "high", "government-id",
        _TABLE + "A column holds social security, tax, passport or identity card numbers, known by their check digits "
        "or by the column's name.",
        _LOAD,
    ),
    SampleRule(
        "sample-email", "list of e-mail addresses", "medium", "personal",
        "Several different addresses of people. Reserved domains, addresses such as noreply@ and info@, and authors' "
        "credits don't count.",
        "Take the addresses out, or use addresses under example.com.",
    ),
    SampleRule(
        "sample-phone", "list of phone numbers", "medium", "personal",
        "Several different phone numbers that exist in their country's plan. Numbers reserved for fiction don't count.",
        "Take the numbers out, or use numbers reserved for fiction.",
    ),
    SampleRule(
        "sample-email-address", "e-mail address", "low", "personal",
        "One address of a person in a sentence or behind a label, in a notebook's output or in a cell that isn't code. "
        "Addresses in code, in comments, in other files, in credits and of mailing lists don't count.",
        "Take it out, or use an address under example.com.",
    ),
    SampleRule(
        "sample-phone-number", "phone number", "low", "personal",
        "One phone number behind a label or a sentence that says so, in a notebook's output or in a cell that isn't "
        "code.",
        "Take it out, or use a number reserved for fiction.",
    ),
    SampleRule(
        "sample-contact", "personal data of one person", "low", "personal",
        "A record of one or two people with at least three of: name, e-mail, phone, birth date, address.",
        "Make the person up, with an address under example.com.",
    ),
    SampleRule(
        "sample-iban", "IBAN", "high", "payment",
        "A bank account number whose check digits are right. The examples of the IBAN registry don't count.",
        "Take it out, or use the example of the IBAN registry.",
    ),
    SampleRule(
        "sample-card", "payment card number", "high", "payment",
        "A card number of a known issuer whose check digit is right. Test numbers don't count. A bare run of digits "
        "needs a word such as card next to it, or quotes around it.",
        "Take it out, or use a test number of the card scheme.",
    ),
    SampleRule(
        "sample-national-id", "government id", "high", "government-id",
        "A social security, tax or identity number whose check digits are right, with a word next to it that says "
        "what it is, or in a form nothing else has.",
        "Take it out.",
    ),
    SampleRule(
        "sample-patient", "health record number", "high", "health",
        "A medical record or patient number that is named as one.",
        "Take it out.",
    ),
    SampleRule(
        "sample-birth-date", "date of birth", "low", "personal",
        "A full date behind a label such as date_of_birth. The first of January doesn't count.",
        "Take it out, or keep the year only.",
    ),
    SampleRule(
        "sample-passport", "passport number", "high", "government-id",
        "A number in the form of passport numbers behind a label that says so.",
        "Take it out.",
    ),
    SampleRule(
        "sample-name", "name of a customer, patient or employee", "low", "personal",
        "A full name with a common first name behind a label such as patient or customer_name. Alice and Bob, John "
        "Doe and their kind don't count.",
        "Take it out, or use a number instead.",
    ),
    SampleRule(
        "sample-home-path", "home folder with a user's name", "low", "personal",
        "A path below /home, /Users or C:\\Users in source or a file. Accounts of machines, images and courses "
        "(jovyan, runner, ubuntu, username) don't count, nor do outputs: stripping takes them out.",
        "Use a relative path, or pathlib.Path.home().",
    ),
    SampleRule(
        "sample-ip", "public IP address", "low", "personal",
        "A global IPv4 address beside a word such as host or ip. Private, reserved and documentation ranges and public "
        "name servers don't count.",
        "Use a host name, or an address of 192.0.2.0/24.",
    ),
    SampleRule(
        "sample-mac", "MAC address", "low", "personal",
        "The hardware address of a network card, beside a word that says so.",
        "Take it out, or use an address of 00:00:5E:00:53:00/40.",
    ),
    SampleRule(
        "sample-blob", "packed data set", "low", "bulk",
        "A pickle, zip, parquet, npy or other data file written into a cell in base64 or hex, or an attachment that is "
        "one. Pictures don't count. What a reader of the format can see of people is reported as such instead.",
        _LOAD,
    ),
    SampleRule(
        "sample-photo-position", "photograph with a position", "medium", "personal",
        "A JPEG whose EXIF data hold a latitude, in an attachment, an output, a data: URI or a file.",
        "Take the EXIF data out (exiftool -gps:all= FILE).",
    ),
    SampleRule(
        "sample-bulk", "large data set", "low", "bulk",
        "A table above a size (sample_data.bulk_bytes) with a column of sentences, one of many different words, or 3 "
        "of categories, whatever it is about. Numbers, labels of experiments, logs and lists of packages don't count.",
        _LOAD,
    ),
    SampleRule(
        "sample-synthetic", "made-up data", "low", "synthetic",
        "Data that says of itself that it is made up: reserved domains, test numbers. Off by default.",
        "Nothing has to be done.",
    ),
)  # fmt: skip

_BY_ID = {rule.id: rule for rule in SAMPLE_RULES}


def rule_of(rule_id: str) -> SampleRule:
    """The rule of this id. Raises KeyError where there is none."""
    return _BY_ID[rule_id]


def data_class(rule_id: str) -> str:
    """The data class of a rule: health, government-id, payment, personal, bulk or synthetic."""
    return _BY_ID[rule_id].data_class


def rules() -> tuple[SampleRule, ...]:
    """All rules for sample data."""
    return SAMPLE_RULES
