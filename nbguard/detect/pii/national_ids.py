"""Knows government ids by their check digits (python-stdnum), and the words they go by."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import import_module
from typing import NamedTuple


class NationalId(NamedTuple):
    """A country's number: the stdnum module, its shape, and whether shape and check digits speak for themselves."""

    name: str
    module: str
    shape: re.Pattern[str]
    telling: bool


def _id(name: str, module: str, shape: str, telling: bool = False) -> NationalId:
    return NationalId(name, module, re.compile(shape), telling)


NATIONAL_IDS = (
    _id("US social security number", "us.ssn", r"\d{3}-\d{2}-\d{4}|\d{9}"),
    _id("US taxpayer number", "us.itin", r"9\d\d-\d\d-\d{4}"),
    _id("UK NHS number", "gb.nhs", r"\d{3}[ -]?\d{3}[ -]?\d{4}"),
    _id("German tax id", "de.idnr", r"[1-9]\d[ ]?\d{3}[ ]?\d{3}[ ]?\d{3}"),
    _id("French NIR", "fr.nir", r"[12][ ]?\d\d[ ]?\d\d[ ]?\d[\dAB][ ]?\d{3}[ ]?\d{3}[ ]?\d\d", True),
    _id("Spanish DNI", "es.dni", r"\d{8}[ -]?[A-HJ-NP-TV-Z]"),
    _id("Spanish NIE", "es.nie", r"[XYZ][ -]?\d{7}[ -]?[A-HJ-NP-TV-Z]", True),
    _id("Italian codice fiscale", "it.codicefiscale", r"[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z]", True),
    _id("Dutch BSN", "nl.bsn", r"\d{9}|\d{4}[ .]\d{2}[ .]\d{3}"),
    _id("Polish PESEL", "pl.pesel", r"\d{11}"),
    _id("Swedish personal number", "se.personnummer", r"(?:\d\d)?\d{6}[-+]\d{4}", True),
    _id("Indian Aadhaar", "in_.aadhaar", r"[2-9]\d{3}[ -]?\d{4}[ -]?\d{4}"),
    _id("Brazilian CPF", "br.cpf", r"\d{3}\.\d{3}\.\d{3}-\d\d|\d{11}"),
    _id("Finnish identity code", "fi.hetu", r"\d{6}[-+ABCDEFYXWVU]\d{3}[0-9A-Y]", True),
    _id("Danish CPR", "dk.cpr", r"\d{6}-?\d{4}"),
    _id("Norwegian birth number", "no.fodselsnummer", r"\d{6} ?\d{5}"),
    _id("Swiss AHV number", "ch.ssn", r"756\.\d{4}\.\d{4}\.\d\d", True),
    _id("Belgian national number", "be.nn", r"\d\d\.?\d\d\.?\d\d-?\d{3}\.?\d\d"),
    _id("Portuguese NIF", "pt.nif", r"[123]\d{8}"),
    _id("Irish PPS number", "ie.pps", r"\d{7}[A-W][A-IW]?"),
    _id("Romanian CNP", "ro.cnp", r"[1-9]\d{12}"),
    _id("Czech birth number", "cz.rc", r"\d{6}/\d{3,4}", True),
    _id("Turkish identity number", "tr.tckimlik", r"[1-9]\d{10}"),
    _id("Canadian SIN", "ca.sin", r"\d{3}[ -]\d{3}[ -]\d{3}|\d{9}"),
    _id("Mexican CURP", "mx.curp", r"[A-Z]{4}\d{6}[HM][A-Z]{5}[0-9A-Z]\d", True),
    _id("Chinese identity number", "cn.ric", r"\d{17}[\dX]", True),
    _id("South African identity number", "za.idnr", r"\d{13}"),
)
# The letters at the front aren't checked: temporary numbers have prefixes that are never issued.
_NINO = re.compile(r"[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-DT]")
_RVNR = re.compile(r"\d{8}[A-Z]\d{3}")
_PASSPORT = re.compile(r"[A-Z]{0,2}\d{6,9}[A-Z]?|[A-Z][A-Z0-9]{8}")
# Numbers that were published as examples.
_EXAMPLES = frozenset(("078051120", "219099999", "123456789", "111111111", "123456780", "12345678Z", "999999999"))

CONTEXT = re.compile(
    r"(?i)(?<![a-z])(?:ssn|social[ _-]?sec\w*|itin|tax(?:payer)?[ _-]?(?:id|no|number|code)|national[ _-]?(?:id|"
    r"insurance)\w*|"
    r"nino|ni[ _-]number|nhs|steuer[ _-]?(?:id\w*|nummer|nr)|sozialvers\w*|rentenvers\w*|sv[ _-]?nr|nir|"
    r"s[ée]curit[ée] sociale|num[ée]ro[ _-]s[ée]cu\w*|"
    r"dni|nie|nif|codice[ _-]?fiscale|bsn|burgerservicenummer|pesel|person(?:al)?[ _-]?(?:nummer|number|id)|personnr|"
    r"aadha+r|cpf|hetu|cpr|f[oø]dselsnummer|ahv|rijksregister\w*|pps|cnp|rodn[eé][ _]c|tckn|kimlik|"
    r"sin|curp|id[ _-]?card|identity[ _-]?(?:no|number|card)|citizen[ _-]?id|government[ _-]?id|gov[ _-]?id)(?![a-z])"
)


@lru_cache(4096)
def national_id(value: str, telling_only: bool = False) -> str:
    """The name of the government id whose check digits a value has, or empty.

    ``telling_only``: only numbers whose form nothing else has.
    """
    number = value.strip()
    plain = number.replace("-", "").replace(" ", "").replace(".", "")
    if not 8 <= len(number) <= 24 or plain in _EXAMPLES or len(set(plain)) < 4:
        return ""
    for known in NATIONAL_IDS:
        if (known.telling or not telling_only) and known.shape.fullmatch(number) and _is_valid(known.module, number):
            return known.name
    if _NINO.fullmatch(number):
        return "UK national insurance number"
    if not telling_only and _RVNR.fullmatch(number):
        return "German pension insurance number"
    return ""


def module_of(value: str) -> str:
    """The module of python-stdnum that checks a value's digits; empty where none does. What has no check digits goes
    last: nine digits alone can be many countries'.
    """
    number = value.strip()
    if not national_id(number):
        return ""
    modules = [k.module for k in NATIONAL_IDS if k.shape.fullmatch(number) and _is_valid(k.module, number)]
    return min(modules, key=lambda module: module.startswith("us."), default="")


def is_passport(value: str) -> bool:
    """Whether a value is written as passport numbers are."""
    return _PASSPORT.fullmatch(value.strip()) is not None


def _is_valid(module: str, number: str) -> bool:
    return bool(import_module(f"stdnum.{module}").is_valid(number))
