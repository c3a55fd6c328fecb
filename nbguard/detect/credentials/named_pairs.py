"""Credentials by the name that a text gives them, in any format: a provider's name first, then what any may be called.

The names and values come from ``documents.structure``; which provider a name is of, from the catalogue; what a value
is, from the classifier.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from nbguard.detect.credentials.name_meaning import core_of_name, meaning_of, says_password
from nbguard.detect.credentials.named_for_provider import choose_for_provider, provider_called
from nbguard.detect.credentials.pair_windows import windows
from nbguard.detect.credentials.provider_of_name import NameReader
from nbguard.detect.finding import RANK_SINK, RANK_SINK_WITH_SHAPE
from nbguard.detect.generic.assigned_secrets import judge_assigned, judge_collected, make_assigned_finding
from nbguard.detect.generic.credential_names import PASSWORD, SECRET, class_of_name, names_member, names_service
from nbguard.detect.generic.credential_names import TOKEN as TOKEN_NAME
from nbguard.detect.text_memory import TextMemory
from nbguard.detect.values.attribution import choose_rule, make_finding
from nbguard.detect.values.classifier import (
    HASH,
    SIGNED_TOKEN,
    TOKEN,
    UUID,
    classify,
    is_plausible_password,
    is_plausible_token,
    is_random_password,
)
from nbguard.detect.values.indirect_values import is_name_in_store, is_store_reference
from nbguard.documents.structure.pair_reader import read_pairs
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document, Field
    from nbguard.documents.structure.pair import Pair

_LONGEST = 4_096
_SHORTEST, _SHORTEST_IN_PROSE, _DIGITS = 6, 10, 3
# Under these keys values are encrypted for whoever deploys them.
_ENCRYPTED = frozenset(("encryptedData", "remoteRef", "secretKeyRef"))
_WEAK_FORMS = frozenset(("prose", "listed"))
# What a sentence says right before a value: `logged in with token V`. Of keys there are many kinds.
_SPOKEN = frozenset((PASSWORD, TOKEN_NAME, SECRET))
# What nobody writes between words or at the end of one.
_SIGNS = lazy_regex(r"[!#$%^&*+=@~|]")
# Reading is most of the work. What is read hangs on the text and the hint alone.
_read_texts: TextMemory[tuple[Pair, ...]] = TextMemory()


def find_named_pairs(field: Field, document: Document, claimed: bool = False) -> Iterator[Finding]:
    """Yields the credentials among the names and values of a field. Takes time linear in its text.

    ``claimed``: by its path, the file is there to hold credentials, whatever words are in it.
    """
    if field.part.where == "attachment":
        return
    reader = NameReader(document, shown=field.part.where not in ("source", "file"))
    best: dict[tuple[int, int], Finding] = {}
    strings: set[tuple[int, int]] = set()
    pointers: list[tuple[int, int]] = []
    for pair, base in _pairs(field, document, claimed):
        if is_store_reference(pair.value) or not _ENCRYPTED.isdisjoint(pair.path):
            pointers.append((base + pair.start, base + pair.end))
            continue
        finding = _judge(pair, base, field, reader)
        if finding is None:
            continue
        span = finding.start, finding.end
        if pair.quoted:
            strings.add(span)
        if span not in best or best[span].rank < finding.rank:
            best[span] = finding
    yield from _outside(best.values(), pointers, strings)


def _outside(
    findings: Iterable[Finding], pointers: list[tuple[int, int]], strings: set[tuple[int, int]]
) -> Iterator[Finding]:
    """The findings that are no piece of what points to a store: `secret:ionq` stands in the name of one.

    ``strings`` in it have quotation marks of their own: a statement that begins with a look-up holds such.
    """
    pointers.sort()
    starts = [start for start, _ in pointers]
    furthest = list(accumulate((end for _, end in pointers), max))
    known = set(pointers)
    for finding in findings:
        before = bisect_right(starts, finding.start) - 1
        span = finding.start, finding.end
        if before < 0 or furthest[before] < finding.end or (span in strings and span not in known):
            yield finding


def _pairs(field: Field, document: Document, claimed: bool) -> Iterator[tuple[Pair, int]]:
    """The names and values of a field, with the offset that their spans count from."""
    hint = _hint(field, document)
    for text, base in windows(field.text, document.path if field.part.where == "file" else "", claimed):
        for pair in _read_texts.answer(text, hint, lambda text=text: _read(text, hint)):  # type: ignore[misc]
            yield pair, base
    value = field.text.strip() if field.key and len(field.text) <= _LONGEST else ""
    if value:
        from nbguard.documents.structure.pair import Pair

        start = field.text.index(value)
        yield Pair(field.key, value, start, start + len(value), quoted=True, form="json"), 0


def _read(text: str, hint: str) -> tuple[Pair, ...]:
    return tuple(read_pairs(text, hint, wanted=lambda name: bool(meaning_of(name))))


def _hint(field: Field, document: Document) -> str:
    part = field.part
    if part.where == "file":
        return document.path
    if part.where == "source" and part.cell is not None and part.cell.type == "code":
        return document.language or "python"
    if part.mime in ("text/html", "image/svg+xml"):
        return "html"
    return "markdown" if part.where == "source" else ""


def _judge(pair: Pair, base: int, field: Field, reader: NameReader) -> Finding | None:
    value = pair.value
    if not _SHORTEST <= len(value) <= _LONGEST or (pair.form == "expression" and not _is_made(value)):
        return None
    start, end = base + pair.start, base + pair.end
    if is_name_in_store(field.text, start):
        return None
    uses = reader.uses_of(pair)
    if uses:
        choice = choose_rule(uses, value)
        if choice is not None and is_plausible_token(value[choice.start : choice.end]):
            if end - start == len(value):
                start, end = start + choice.start, start + choice.end
            rank = RANK_SINK_WITH_SHAPE if choice.shaped else RANK_SINK
            secret = value[choice.start : choice.end]
            return make_finding(choice, field, start, end, secret, f"{pair.name} = …", rank - 2)
    called = provider_called(pair)
    choice = choose_for_provider(called, value) if called is not None else None
    if choice is not None:
        return make_finding(choice, field, start, end, value, f"{pair.name} = …", RANK_SINK - 2)
    return _of_anybody(pair, field, start, end) if _may_be_generic(pair) else None


def _of_anybody(pair: Pair, field: Field, start: int, end: int) -> Finding | None:
    """The finding of a value that stands at these places, by what its name and its form say."""
    value, scheme = pair.value, f"{pair.scheme} " if pair.scheme else ""
    name = _collection_of(pair)
    member = pair.path[1] if pair.form == "collected" and len(pair.path) > 1 else pair.name
    if name and not names_service(member):
        assigned = judge_collected(name, value)
    else:
        assigned = judge_assigned("api_key" if name else core_of_name(pair.name), scheme + value)
    if assigned is None:
        return None
    if end - start != len(value) or pair.form == "login":
        # The value is written in another way than it reads: the finding spans what is written.
        written = field.text[start:end] if pair.form == "login" else (scheme + value)[assigned.start : assigned.end]
        at = field.text.find(written, start, end)
        start, end = (at, at + len(written)) if at >= 0 else (start, end)
        finding = make_assigned_finding(field, start, assigned)
        return finding._replace(start=start, end=end, value=written)
    return make_assigned_finding(field, start - len(scheme), assigned)


def _collection_of(pair: Pair) -> str:
    """The name of the list or dictionary that a pair is a member of, where its own name says nothing."""
    if pair.form == "collected":
        return pair.name
    if (
        names_member(pair.name)
        and pair.path
        and pair.path[-1][-1:] in ("s", "S")
        and not meaning_of(pair.name)
        and class_of_name(pair.path[-1])
    ):
        return pair.path[-1]
    return ""


def _is_made(value: str) -> bool:
    """Whether what stands in code without quotes can only be a value: no one calls a variable so."""
    return classify(value).kind in (TOKEN, HASH, SIGNED_TOKEN, UUID) and sum(map(str.isdigit, value)) >= _DIGITS


def _may_be_generic(pair: Pair) -> bool:
    """Whether a pair may be a credential of anybody's: two words side by side, or in a list, say less than a sign."""
    if pair.form == "address":
        return False
    if pair.form == "words":
        return " " not in pair.value and _is_made(pair.value) and class_of_name(pair.name) in _SPOKEN
    if pair.form == "collected" and len(pair.path) > 1 and not names_member(pair.path[1]):
        return False
    return pair.form not in _WEAK_FORMS or (
        len(pair.value) >= _SHORTEST_IN_PROSE
        and (_is_guarded(pair.value) if says_password(pair.name) else is_plausible_token(pair.value))
    )


def _is_guarded(password: str) -> bool:
    """Whether a password is a machine's, or has all kinds of characters, as words beside a name haven't."""
    return is_random_password(password) or (
        is_plausible_password(password)
        and any(map(str.isdigit, password))
        and password.lower() != password
        and _SIGNS.search(password) is not None
    )
