"""Fuzzed: what is in files beyond their text. Programs that are followed, archives that are unpacked, rule packs."""

import os
import tempfile

from nbguard.detect.adapters.rule_packs import load_rule_pack
from nbguard.detect.dataflow.evaluate import flow_of
from nbguard.detect.dataflow.literal_values import text_of
from nbguard.detect.dataflow.program import Program, program_of, split_broken
from nbguard.detect.dataflow.site import Site
from nbguard.documents.reading import open_document
from nbguard.errors import UnreadableError, UsageError
from nbguard.scan.archives import unpack_members
from nbguard.scan.blobs import Blob

_NAMES = ("a.zip", "a.tar", "a.tar.gz", "a.whl", "a.docx", "a.gz", "a.tar.bz2", "a.xlsx")
_LIMIT = 1 << 20


def dataflow(raw: bytes) -> None:
    """Every value lies inside of its text, and what stands there word for word is the value."""
    try:
        document = open_document("a.py", raw)
    except UnreadableError:
        return
    program = program_of(document)
    flow = flow_of(program)
    for unit in [*program.units, *program.shadows]:
        for chunk in split_broken(unit):
            for kind in ("call", "assignment", "dictionary", "string"):
                for node in chunk.nodes(kind):
                    for value in flow.values(Site(chunk, node)):
                        _check(value)
    assert Program(document).aliases == program.aliases


def _check(value: tuple[object, ...]) -> None:
    assert isinstance(text_of(value), str)  # type: ignore[arg-type]
    for piece in value:
        field = piece.unit.field.text  # type: ignore[attr-defined]
        assert 0 <= piece.start <= piece.end <= len(field)  # type: ignore[attr-defined]
        if piece.verbatim and piece.text is not None:  # type: ignore[attr-defined]
            assert field[piece.start : piece.end] == piece.text  # type: ignore[attr-defined]


def archives(raw: bytes) -> None:
    """Each member has a path inside of the archive and its bytes, or a problem that is told."""
    name = _NAMES[raw[0] % len(_NAMES)] if raw else "a.zip"
    members = unpack_members(Blob(name, raw[1:]), _LIMIT)
    for member in members or ():
        assert member.path.startswith(name)
        assert len(member.raw) <= _LIMIT
        assert member.packed


def rule_packs(raw: bytes) -> None:
    """A pack is read, or a mistake is named; nothing else comes of any file."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "pack.toml")
        for pack in (raw, b"[[rules]]\nid = 'a'\nregex = '''" + raw + b"'''\n"):
            with open(path, "wb") as file:
                file.write(pack)
            try:
                loaded = load_rule_pack(path)
            except UsageError as error:
                if not str(error).startswith(path):
                    raise AssertionError("the mistake is said without its file") from error
            else:
                assert loaded.rules.keys() == {rule.id for rule in loaded.rules.values()}
