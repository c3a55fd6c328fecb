"""The quantum computers that a program names in the calls by which SDKs choose one (``knowledge/devices.toml``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbguard.detect.dataflow.calls import read_call
from nbguard.detect.dataflow.evaluate import flow_of
from nbguard.detect.dataflow.literal_values import text_of
from nbguard.detect.dataflow.program import program_of
from nbguard.detect.dataflow.site import Site
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.values.classifier import is_plausible_token
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.dataflow.literal_values import Value
    from nbguard.documents.fields import Document

# As vendors write them: ibm_fez, ionq_qpu.aria-1, Advantage2_system1.6, qpu:belenos, aws:ionq:qpu:forte-1.
_NAME = lazy_regex(r"[A-Za-z0-9][\w.:-]{0,60}")


def find_devices(document: Document) -> Iterator[str]:
    """The devices that the Python of a document chooses by name. What looks like a token is none."""
    known = load_knowledge("devices")
    program = program_of(document)
    flow = flow_of(program)
    for unit in program.units:
        for name in known.keys() & unit.calls.keys():
            for node in unit.calls[name]:
                for site in _given(Site(unit, node), known[name]):
                    yield from filter(_is_name, (_whole_text(value) for value in flow.values(site)))


def _given(call_site: Site, known: dict[str, Any]) -> list[Site]:
    """The arguments of a call that name the device."""
    call = read_call(call_site)
    if call is None:
        return []
    return call.keyword(*known["keywords"]) + (call.arguments[:1] if known["first"] else [])


def _whole_text(value: Value) -> str:
    return text_of(value) if all(piece.text is not None for piece in value) else ""


def _is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None and not is_plausible_token(text)
