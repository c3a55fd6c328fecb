"""The map of trust boundaries: which file uses which SDK, endpoint, device, bucket and path in Vault. No values.

Only what stands in the code is on it: an import, an address, an ARN, a reference. What a program is told when it runs
isn't.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from nbguard.audit.named_devices import find_devices
from nbguard.audit.register import NotRead
from nbguard.audit.sdk.code import find_uses as find_sdks
from nbguard.detect.providers.provider_rules import load_catalogue
from nbguard.detect.sdk_files.uses import catalogue_packages
from nbguard.documents.decode import decode
from nbguard.documents.plain import plain
from nbguard.report.map_picture import DrawnMap
from nbguard.scan.open_files import open_documents
from nbguard.vault.references import format_reference
from nbguard.vault.usage import find_uses as find_references

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.documents.fields import Document
    from nbguard.policy.policy_settings import Config

SCHEMA = "nbguard-map/1"
# From left to right; between a file and what is outside of this machine lies a boundary.
KINDS = ("file", "sdk", "endpoint", "device", "bucket", "vault")
# https://docs.aws.amazon.com/braket/latest/developerguide/braket-devices.html
_DEVICE = re.compile(r"arn:aws:braket:[a-z0-9-]*::device/[a-z-]{1,40}/[A-Za-z0-9._-]{1,60}/[A-Za-z0-9._-]{1,60}")
# With an @ further on, what stands here may be a part of a login: a secret key has slashes and percent signs in it.
_BUCKET = re.compile(
    r"\b(?P<scheme>s3|gs|az|abfss?)://(?P<name>[A-Za-z0-9][A-Za-z0-9.@_-]{1,120})(?![\w:@.-]|[^\s\"'`<>]*@)"
)
_READ = frozenset(("source", "file"))


class MapNode(Struct, frozen=True, order=True):
    """Something on the map: its kind (one of KINDS) and its name."""

    kind: str
    name: str


class MapEdge(Struct, frozen=True, order=True):
    """That one thing uses another."""

    source: MapNode
    target: MapNode


class TrustMap(Struct, frozen=True):
    """The nodes and edges, sorted, and what couldn't be read."""

    schema: str
    nodes: tuple[MapNode, ...]
    edges: tuple[MapEdge, ...]
    skipped: tuple[NotRead, ...]


def draw_map(paths: Sequence[str], config: Config) -> TrustMap:
    """The map of files and folders; none means the repository."""
    edges: set[MapEdge] = set()
    skipped = []
    for opened in open_documents(paths, config):
        if opened.document is None:
            skipped.append(NotRead(opened.path, opened.problem))
        else:
            edges.update(_edges(opened.document))
    nodes = {node for edge in edges for node in (edge.source, edge.target)}
    ordered = sorted(nodes, key=lambda node: (KINDS.index(node.kind), node))
    return TrustMap(SCHEMA, tuple(ordered), tuple(sorted(edges)), tuple(sorted(skipped)))


def _edges(document: Document) -> Iterator[MapEdge]:
    file = MapNode("file", document.path)
    uses = list(find_sdks(document))
    for use in uses:
        sdk = MapNode("sdk", use.package)
        yield MapEdge(file, sdk)
        if provider := catalogue_packages().get(use.package):
            yield MapEdge(sdk, MapNode("endpoint", provider))
    # The calls that choose a device have names that other programs use, too.
    if any(use.how == "import" for use in uses):
        yield from (MapEdge(file, MapNode("device", name)) for name in find_devices(document))
    if document.kind != "notebook" and not document.path.endswith((".py", ".sh", ".yml", ".yaml", ".toml", ".env")):
        return
    for reference in {use.reference._replace(version=None) for use in find_references(document)}:
        yield MapEdge(file, MapNode("vault", format_reference(reference)))
    for part in document.parts:
        if part.where in _READ:
            for field in decode(document, part):
                yield from (MapEdge(file, node) for node in _named(field.text))


def _named(text: str) -> Iterator[MapNode]:
    for provider in load_catalogue().providers:
        if any(host in text for host in provider.hosts):
            yield MapNode("endpoint", provider.id)
    for found in _DEVICE.finditer(text):
        yield MapNode("device", found.group())
    for found in _BUCKET.finditer(text):
        # What stands before an @ is a container, or a login.
        yield MapNode("bucket", f"{found['scheme']}://{found['name'].rpartition('@')[2]}")


def as_picture(drawn: TrustMap) -> DrawnMap:
    """The map for the picture of it."""
    nodes = tuple((node.kind, node.name) for node in drawn.nodes)
    edges = tuple(((edge.source.kind, edge.source.name), (edge.target.kind, edge.target.name)) for edge in drawn.edges)
    return DrawnMap(nodes, edges)


def as_mermaid(drawn: TrustMap) -> str:
    """The map as a flowchart of Mermaid (https://mermaid.js.org/syntax/flowchart.html)."""
    numbers = {node: f"n{number}" for number, node in enumerate(drawn.nodes)}
    lines = ["flowchart LR"]
    for kind in KINDS:
        if here := [node for node in drawn.nodes if node.kind == kind]:
            lines.append(f"  subgraph {kind}")
            lines += [f'    {numbers[node]}["{_mermaid(node.name)}"]' for node in here]
            lines.append("  end")
    lines += [f"  {numbers[edge.source]} --> {numbers[edge.target]}" for edge in drawn.edges]
    return "\n".join(lines) + "\n"


def as_dot(drawn: TrustMap) -> str:
    """The map in Graphviz' language (https://graphviz.org/doc/info/lang.html)."""
    numbers = {node: f"n{number}" for number, node in enumerate(drawn.nodes)}
    lines = ["digraph trust {", "  rankdir=LR;"]
    for kind in KINDS:
        if here := [node for node in drawn.nodes if node.kind == kind]:
            lines += [f"  subgraph cluster_{kind} {{", f'    label="{kind}";']
            lines += [f"    {numbers[node]} [label={json.dumps(node.name, ensure_ascii=False)}];" for node in here]
            lines.append("  }")
    lines += [f"  {numbers[edge.source]} -> {numbers[edge.target]};" for edge in drawn.edges]
    return "\n".join(lines) + "\n}\n"


def _mermaid(text: str) -> str:
    """A label that stays text: Mermaid writes signs as numbers between # and ;."""
    return re.sub(r'[#"<>&\\`\[\]{}|]', lambda found: f"#{ord(found.group())};", plain(text))
