"""What was moved out of which file, so that it can be undone: references and fingerprints, never a value.

One JSON object a line, in ``.git/nbguard/journal.jsonl``, or ``.nbguard-journal.jsonl`` outside of git. An edit's old
text is kept in pieces, with the number of the secret that stands between them.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.named_files import read_inside
from nbguard.errors import NbguardError, UnreadableError
from nbguard.vault.possible_values import PossibleValues
from nbguard.vault.references import format_reference
from nbguard.vault.spellings import spellings_of, way_between
from nbguard.whole_files import append_lines, open_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nbguard.documents.fields import Edit
    from nbguard.vault.style import Lookup

# Bytes of a journal, and of the file that says where the repository is.
_LARGEST = 100_000_000
_LONGEST_PATH = 65_536
# What a literal can't hold as it is, or an f-string.
_SPECIAL = re.compile(r"[\"'\\\n\r\t{}]")


Piece = str | int | tuple[int, str]


class MovedSecret(NamedTuple):
    """A value that was moved: its reference with the version, the rule that found it, its fingerprint."""

    reference: str
    rule: str
    fingerprint: str


class Undo(NamedTuple):
    """How to take an edit back: at byte ``start`` of the new file stands ``new``; ``old`` stood there before.

    ``old`` is text, and numbers of secrets where their values were, with the way of writing where that had escapes
    (spellings). Where a value was written in pieces, it is the new text with a literal in the place of the lookup;
    None where not even that can be written.
    """

    start: int
    new: str
    old: tuple[Piece, ...] | None


class Move(NamedTuple):
    """A file's move. ``file`` is relative to the repository's root; ``after`` is the SHA-256 of the new content."""

    id: str
    time: str
    file: str
    after: str
    secrets: tuple[MovedSecret, ...]
    edits: tuple[Undo, ...]


def journal_path(root: str) -> str:
    """Where the journal of the repository (or folder) ``root`` is."""
    git = os.path.join(root, ".git")
    if os.path.isfile(git):
        try:
            pointer = (read_inside(root, ".git", _LONGEST_PATH) or b"").decode("utf-8", "surrogateescape")
            git = os.path.join(root, pointer.removeprefix("gitdir:").strip())
        except UnreadableError as error:
            raise NbguardError(f"{git}: {error}") from None
    if os.path.isdir(git):
        return os.path.join(git, "nbguard", "journal.jsonl")
    return os.path.join(root, ".nbguard-journal.jsonl")


def check(root: str) -> None:
    """Raises NbguardError where the journal can't be written."""
    path = journal_path(root)
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        os.close(open_lines(path))
    except OSError as error:
        raise _unwritable(path, error) from None


def append(root: str, state: str, move: Move) -> None:
    """Notes that a move is about to happen (``planned``), happened (``done``) or was ``undone``.

    Raises NbguardError where the journal can't be written.
    """
    path = journal_path(root)
    if state == "planned":
        record = {
            "state": state,
            **move._asdict(),
            "secrets": [secret._asdict() for secret in move.secrets],
            "edits": [edit._asdict() for edit in move.edits],
        }
    else:
        record = {"state": state, "id": move.id}
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        handle = open_lines(path)
        try:
            append_lines(handle, json.dumps(record).encode() + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise _unwritable(path, error) from None


def read(root: str) -> list[tuple[Move, str]]:
    """The moves, oldest first, each with its last state. A line that was cut short is left out."""
    moves: dict[str, tuple[Move, str]] = {}
    folder, name = os.path.split(journal_path(root))
    try:
        raw = read_inside(folder, name, _LARGEST)
    except UnreadableError as error:
        raise NbguardError(f"the journal can't be read ({error})") from None
    lines = (raw or b"").decode("utf-8", "replace").split("\n")
    for line in lines:
        try:
            record = json.loads(line)
            if record["state"] == "planned":
                moves[record["id"]] = _move(record), "planned"
            elif record["id"] in moves:
                moves[record["id"]] = moves[record["id"]][0], record["state"]
        except (ValueError, LookupError, TypeError, RecursionError):
            continue
    return list(moves.values())


def undo_edits(
    raw: bytes,
    edits: Sequence[Edit],
    values: Sequence[str],
    lookups: Sequence[Lookup],
    is_json: bool,
    staying: Iterable[str] = (),
) -> tuple[Undo, ...]:
    """What takes ``edits`` of ``raw`` back, with each of the ``values`` replaced by its number.

    ``lookups`` are what took the values' places, in the same order. ``staying`` are credentials that stay in the file:
    an edit around one is noted as two, beside it.
    """
    encoding = next((encoding_of(edit.replacement) for edit in edits if edit.replacement), "utf-8")

    def written(value: str) -> Iterator[tuple[str, bytes]]:
        for way, text in spellings_of(value, is_json):
            yield way, text.encode(encoding, "surrogatepass" if encoding != "utf-8" else "surrogateescape")

    spellings: dict[bytes, int | tuple[int, str]] = {}
    for number, value in enumerate(values):
        for way, text in written(value):
            spellings.setdefault(text, (number, way) if way else number)
    possible = PossibleValues(spellings)
    others = PossibleValues({text for value in staying for _, text in written(value)})
    references = [format_reference(lookup.reference) for lookup in lookups]
    undone, shift = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        for start, old, new in _beside(edit, raw, others, possible):
            pieces = _without_values(old, {text: spellings[text] for text in possible.in_text(old)})
            if pieces is None:
                # The value was in pieces, and a piece of a secret is one too: nothing of the old text is kept.
                pieces = _literal_for_lookup(_text(new), values, lookups, references)
            hidden = _standing(others, old) or _standing(others, new)
            undone.append(Undo(start + shift, "", None) if hidden else Undo(start + shift, _text(new), pieces))
            shift += len(new) - len(old)
    return tuple(undone)


def _beside(
    edit: Edit, raw: bytes, others: PossibleValues[bytes], possible: PossibleValues[bytes]
) -> Iterator[tuple[int, bytes, bytes]]:
    """An edit as where it begins, what stood there and what stands there; without what stays in the midst of it."""
    start, old, new = edit.start, raw[edit.start : edit.end], edit.replacement
    whole = True
    while staying := [(new.find(text), -len(text), text) for text in _standing(others, new) if text in old]:
        text = min(staying)[2]
        (before, _, old), (ahead, _, new) = old.partition(text), new.partition(text)
        yield from _changed(start, before, ahead, possible)
        start, whole = start + len(before) + len(text), False
    yield from [(start, old, new)] if whole else _changed(start, old, new, possible)


def _changed(start: int, old: bytes, new: bytes, possible: PossibleValues[bytes]) -> Iterator[tuple[int, bytes, bytes]]:
    """A part of an edit, or what is different in it where no value stood; nothing where nothing is."""
    if not _standing(possible, old):
        same = _in_common(old, new)
        start, old, new = start + same, old[same:], new[same:]
        same = _in_common(old[::-1], new[::-1])
        old, new = old[: len(old) - same], new[: len(new) - same]
    if old or new:
        yield start, old, new


def _in_common(one: bytes, other: bytes) -> int:
    """With how many bytes both begin."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (here, there) in pairs if here != there), min(len(one), len(other)))


def _standing(values: PossibleValues[bytes], text: bytes) -> list[bytes]:
    return [value for value in values.in_text(text) if value in text]


def encoding_of(raw: bytes) -> str:
    """The encoding of what was written into a file: UTF-8, or by its zeros UTF-16, as code and references are ASCII."""
    if b"\0" not in raw[:2]:
        return "utf-8"
    return "utf-16-be" if raw[:1] == b"\0" else "utf-16-le"


def _without_values(old: bytes, spellings: Mapping[bytes, int | tuple[int, str]]) -> tuple[Piece, ...] | None:
    pieces: list[Piece] = []
    rest = old
    while True:
        hits = [(rest.find(text), -len(text), text) for text in spellings if text in rest]
        if not hits:
            break
        at, length, text = min(hits)
        pieces += [_text(rest[:at]), spellings[text]]
        rest = rest[at - length :]
    return (*pieces, _text(rest)) if pieces or len(rest) <= 1 else None


def _literal_for_lookup(
    new: str, values: Sequence[str], lookups: Sequence[Lookup], references: Sequence[str]
) -> tuple[Piece, ...] | None:
    for number, (value, lookup, reference) in enumerate(zip(values, lookups, references, strict=True)):
        if reference not in new and lookup.variable not in new:
            continue
        ways = rf"\w+\((\\?[\"']){re.escape(reference)}\1\)|os\.environ\[(\\?[\"']){lookup.variable}\2\]"
        found = re.search(ways, new)
        if found is None:
            continue
        quote = found[1] or found[2]
        way = way_between(quote[-1]) if _SPECIAL.search(value) else ""
        if not way or not new[: found.start()].endswith("{"):  # in an f-string's braces no escape may stand
            return (new[: found.start()] + quote, (number, way) if way else number, quote + new[found.end() :])
    return None


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _move(record: Mapping[str, object]) -> Move:
    secrets = tuple(MovedSecret(**secret) for secret in record["secrets"])  # type: ignore[attr-defined]
    edits = tuple(
        Undo(edit["start"], edit["new"], None if edit["old"] is None else tuple(map(_piece, edit["old"])))
        for edit in record["edits"]  # type: ignore[attr-defined]
    )
    move_id, time, file, after = (str(record[name]) for name in ("id", "time", "file", "after"))
    return Move(move_id, time, file, after, secrets, edits)


def _piece(read: str | int | list[int | str]) -> Piece:
    return (int(read[0]), str(read[1])) if isinstance(read, list) else read


def _unwritable(path: str, error: OSError) -> NbguardError:
    return NbguardError(f"{path}: the journal can't be written ({(error.strerror or 'error').lower()})")
