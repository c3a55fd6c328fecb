"""Finds values outside tables: lists of e-mails and phone numbers, IBANs, cards, government ids, record numbers."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.pii.national_ids import CONTEXT, national_id
from nbguard.detect.pii.stand_ins import stands_for_another
from nbguard.detect.pii.value_kinds import EMAIL, card_kind, email_kind, iban_kind, is_dialable
from nbguard.detect.samples.hits import AROUND, SampleHit, Spans, free, gather, near_shapes
from nbguard.detect.samples.remarks import Remarks, in_drawing, in_session, is_mailing_list
from nbguard.documents.occurrences import occurrences
from nbguard.lazy_regex import kept_regex, lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.detect.samples.settings import SampleSettings
    from nbguard.tables.signals import Signals


_TELLING_SHAPES = (
    b"AA00A00A000A", b"000 00 0000", b"A0000000A", b"A 0000000", b"000.000.000 00", b"000.0000.0000", b"AAAA000000A",
)  # fmt: skip
_CARD_SHAPES = (b"0" * 12, b"0000 0000", b"000000 0000")
_IBAN = lazy_regex(r"[A-Z]{2}\d\d(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,3})?(?![0-9A-Za-z])")
_SMALL_IBAN = lazy_regex(r"[a-z]{2}\d\d[0-9a-z]{11,30}(?![0-9A-Za-z])")
# A digit first, so that the search passes over everything else quickly.
_DIGITS = lazy_regex(r"\d(?<!\d\d)(?<!\d[ -]\d)(?:[ -]?\d){11,18}(?!\w|\.\d)(?!-\d)")
# What stands before and after a number of a row: another number, or the letter of a step in a path of SVG.
_ROW_BEFORE = lazy_regex(
    r"""[\d.,][ \t\r\n]+\Z|(?:[\d.][ \t\r\n,]*|["'`=][ \t\r\n]*|[zZ][ \t]*)[MmLlHhVvCcSsQqTtAa][ \t\r\n,]*-?\Z|"""
    r"""(?:points|viewBox|transform|translate|matrix|\bd)\s*=?\s*[("'\\]+[ \t]*\Z"""
)
_ROW_AFTER = lazy_regex(r",?[ \t\r\n]+-?\d|,-?\d|[ \t]*[MmLlHhVvCcSsQqTtAaZz](?:[ \t\r\n,]*[-\d.]|[\\\"'`]|\Z)")
_CARD_CONTEXT = lazy_regex(rf"(?i){'|'.join(load_knowledge('prose')['card_words'])}")
_CREDITS = lazy_regex(rf"(?i){'|'.join(load_knowledge('credits')['words'])}")
_PHONE = lazy_regex(r"\+\d(?:(?!  )[\d ()./-]){7,18}\d")  # two blanks part the columns of a printed frame
_CODE_POINT = lazy_regex(r"[uU]\Z|[-,0-9a-fA-F]\Z")  # as in U+4E00 and in ranges of them
_ID = lazy_regex(r"(?<![\w.-])[0-9A-Z](?:[ ./+-]?[0-9A-Z]){7,20}(?![\w-])")
# The beginning of every match of _ID.
_ID_BEGINS = lazy_regex(r"[0-9A-Z](?:[ ./+-]?[0-9A-Z]){7}")
_TELLING = lazy_regex(
    r"(?<![\w.-])(?:[A-Z]{6}\d\d[A-Z]\d\d[A-Z]\d{3}[A-Z]|\d{3}-\d\d-\d{4}|[XYZ]-?\d{7}-?[A-Z]|756\.\d{4}\.\d{4}\.\d\d|"
    r"\d{3}\.\d{3}\.\d{3}-\d\d|[A-Z]{4}\d{6}[HM][A-Z]{5}[0-9A-Z]\d)(?![\w-])"
)
_PATH_THERE = lazy_regex(r":[\w.~-]{0,40}/[\w.~-]")
_RECORD = lazy_regex(
    r"(?i)\b(?:mrn|medical record (?:no|number)|patient(?:en)?[ _-]?(?:"
    r"number))[\"']?\s*[.:=#]+\s*[\"']?([A-Z]{0,4}-?\d{5,12})\b"
)
# Characters before a value in which a word that names it must stand.
_BEFORE = 48


def values_in(
    text: str, signals: Signals, taken: Spans, settings: SampleSettings, is_file: bool = False
) -> list[SampleHit]:
    """The values of a text that stand outside the spans in ``taken``; values of a kind near each other are one hit.

    In a file that isn't a notebook (``is_file``) the examples of its documentation don't count, nor do addresses and
    phone numbers in comments.
    """
    hits = _single_values(text, signals, taken, settings, Remarks(text) if is_file else None)
    return gather(hit for hit in hits if not (is_file and in_session(text, hit.start)))


def _single_values(
    text: str, signals: Signals, taken: Spans, settings: SampleSettings, remarks: Remarks | None
) -> Iterator[SampleHit]:
    shapes = signals.shapes
    if "@" in text:
        yield from _emails(text, taken, settings, remarks)
    if b"AA00" in shapes or b"aa00" in shapes:
        yield from _ibans(text, shapes, taken)
    yield from _cards(text, shapes, taken)
    if b"+0" in shapes:
        yield from _phones(text, taken, settings, remarks)
    yield from _national_ids(text, signals, taken)
    if "MRN" in text or "mrn" in text or "atient" in text or "edical" in text:
        for found in _RECORD.finditer(text):
            if free(found.start(), taken) and not stands_for_another("mrn", found[1]):
                yield SampleHit("sample-patient", found.start(1), found.end(1), found[1], "a patient's record number")


def _emails(text: str, taken: Spans, settings: SampleSettings, remarks: Remarks | None) -> Iterator[SampleHit]:
    found = _people_in(text, taken, remarks)
    yield from _as_list(text, "sample-email", found, settings.emails, "e-mail addresses of people")


def _people_in(text: str, taken: Spans, remarks: Remarks | None = None) -> list[tuple[int, int, str]]:
    """The addresses of people, in small letters, with their places."""
    found: list[tuple[int, int, str]] = []
    at = text.find("@")
    while at >= 0:
        start = at
        while start > 0 and at - start < 64 and (text[start - 1].isalnum() or text[start - 1] in "._%+'-"):
            start -= 1
        match = EMAIL.match(text, start) if start < at else None
        if match is None and start < at and not text[start].isalnum():
            start += 1
            match = EMAIL.match(text, start)
        if match is not None and free(start, taken) and _is_persons(match, text):
            found += [(start, match.end(), match.group().lower())] if not (remarks and remarks.hold(start)) else ()
        at = text.find("@", match.end() if match is not None else at + 1)
    return found


def lone_values(text: str, taken: Spans) -> Iterator[SampleHit]:
    """The addresses and numbers of people in a text, however few: in the cells of a notebook they may be a list."""
    lists = (
        ("sample-email", _people_in(text, taken) if "@" in text else []),
        ("sample-phone", _numbers_in(text, taken) if "+" in text else []),
    )
    for rule, found in lists:
        yield from _as_list(text, rule, found, 1, "")


def _as_list(text: str, rule: str, found: Sequence[tuple[int, int, str]], least: int, what: str) -> Iterator[SampleHit]:
    """Places of values as one hit, where there are so many different ones and nobody is credited with them.

    ``what`` they are is for the message; empty where nobody reads it.
    """
    values = sorted({value for _, _, value in found})
    if values and len(values) >= least and not is_credits(text, found[0][0]):
        message = f"{len(values)} {what}" if what else ""
        yield SampleHit(rule, found[0][0], found[-1][1], "\x1f".join(values), message)


def _is_persons(found: re.Match[str], text: str) -> bool:
    """Whether an address is a person's; with a path behind it, it is a login on a host (`me@host:a/b.git`)."""
    address = found.group().lower()
    return (
        email_kind(address) == "person"
        and not is_mailing_list(address)
        and _PATH_THERE.match(text, found.end()) is None
    )


def is_credits(text: str, at: int, before: int = 240) -> bool:
    """Whether a word within ``before`` characters in front of people says that they are credited."""
    return _CREDITS.search(text, max(0, at - before), at) is not None


def _ibans(text: str, shapes: bytes, taken: Spans) -> Iterator[SampleHit]:
    for at in sorted([*occurrences(shapes, b"AA00"), *occurrences(shapes, b"aa00")]):
        if at > 0 and text[at - 1].isalnum() and text[at - 2 : at] != "\\n":
            continue
        if text[at].islower() and "iban" not in text[max(0, at - AROUND) : at].lower():
            continue  # most such words are parts of checksums
        match = (_IBAN if text[at].isupper() else _SMALL_IBAN).match(text, at)
        number = _longest_iban(match.group()) if match is not None else ""
        if number and free(at, taken):
            plain = number.replace(" ", "").upper()
            yield SampleHit("sample-iban", at, at + len(number), plain, "an IBAN with right check digits")


def _longest_iban(run: str) -> str:
    """The IBAN at the beginning of a run: words in capitals may follow it."""
    while len(run) >= 15:
        kind = iban_kind(run)
        if kind:
            return run if kind == "real" else ""
        run = run.rpartition(" ")[0]
    return ""


@cache
def _said_to_be_card() -> re.Pattern[str]:
    known = load_knowledge("prose")
    return kept_regex(rf"(?i)(?<![a-z])(?:{'|'.join(known['card_before'])}){known['card_between']}\Z")


def _cards(text: str, shapes: bytes, taken: Spans) -> Iterator[SampleHit]:
    for found in near_shapes(shapes, _CARD_SHAPES, _DIGITS, text):
        start, end = found.span()
        before = "" if text[max(0, start - 2) : start] == "\\n" else text[start - 1 : start]
        if (
            before.isalnum()
            or before in (".", "-", "_")
            or not free(start, taken)
            or card_kind(found.group(), bool(said := _said_to_be_card().search(text, max(0, start - _BEFORE), start)))
            != "real"
        ):
            continue
        if (
            _ROW_BEFORE.search(text, max(0, start - 24), start)
            or _ROW_AFTER.match(text, end)
            or in_drawing(text, start)
        ):
            continue  # a row of numbers, such as the path of a glyph
        number = found.group()
        groups = [len(group) for group in re.split("[ -]", number)]
        quoted = before in ("'", '"') and text[end : end + 1] == before
        grouped = groups in ([4, 4, 4, 4], [4, 6, 5], [4, 6, 4])
        if (
            said
            or grouped
            or (quoted and len(number) in (15, 16))
            or _CARD_CONTEXT.search(text, max(0, start - _BEFORE), start)
        ):
            plain = number.replace(" ", "").replace("-", "")
            yield SampleHit("sample-card", start, end, plain, "a payment card number with right check digit")


def _phones(text: str, taken: Spans, settings: SampleSettings, remarks: Remarks | None) -> Iterator[SampleHit]:
    yield from _as_list(text, "sample-phone", _numbers_in(text, taken, remarks), settings.rows, "phone numbers")


def _numbers_in(text: str, taken: Spans, remarks: Remarks | None = None) -> list[tuple[int, int, str]]:
    """The phone numbers that exist in their country's plan, as digits, with their places."""
    return [
        (*match.span(), re.sub(r"\D", "", match.group()))
        for match in _PHONE.finditer(text)
        if free(match.start(), taken)
        and is_dialable(match.group())
        and not (remarks and remarks.hold(match.start()))
        and not _CODE_POINT.search(text, max(0, match.start() - 4), match.start())
    ]


def _national_ids(text: str, signals: Signals, taken: Spans) -> Iterator[SampleHit]:
    shapes = signals.shapes
    seen: list[tuple[int, int]] = []
    for found in near_shapes(shapes, _TELLING_SHAPES, _TELLING, text):
        name = national_id(found.group())
        if name and not stands_for_another("national_id", found.group()) and free(found.start(), taken):
            seen.append(found.span())
            yield _id_hit(name, found)
    if not signals.ids:
        return
    for word in _words_for_ids(text):
        number = _ID.search(text, word.end(), word.end() + _BEFORE)
        if number is not None and free(number.start(), taken) and free(number.start(), seen):
            name = national_id(number.group())
            if name and not stands_for_another("national_id", number.group()):
                seen.append(number.span())
                yield _id_hit(name, number)


def _words_for_ids(text: str) -> Iterator[re.Match[str]]:
    """The words for government ids in lines that a number could follow closely: most texts have few such lines.

    No word goes over a line end, so lines are searched as the whole text would be.
    """
    done = 0
    for run in _ID_BEGINS.finditer(text):
        start = max(done, text.rfind("\n", 0, max(0, run.start() - _BEFORE)) + 1)
        end = text.find("\n", run.end())
        end = len(text) if end < 0 else end
        if end > start:
            yield from CONTEXT.finditer(text, start, end)
            done = end


def _id_hit(name: str, found: re.Match[str]) -> SampleHit:
    plain = re.sub(r"[ ./+-]", "", found.group())
    return SampleHit("sample-national-id", found.start(), found.end(), plain, f"a {name}")
