"""Hypothesis strategies for notebooks as files: any layout, escapes, duplicate keys, byte order mark, line ends.

A notebook is drawn as data first, with objects as lists of pairs (so that order and duplicates count), and then
written down in a drawn layout.
"""

import json
import random
from typing import Any

from hypothesis import strategies as st


class Pairs(list[tuple[str, Any]]):
    """An object as the pairs of its file, in order, duplicates included."""


def read_pairs(raw: bytes) -> Any:
    """Parses a file into Pairs; numbers stay text, so that NaN and 1.0 compare by how they are written."""
    text = raw.decode("utf-8-sig", "surrogatepass")
    keep = {"parse_int": str, "parse_float": str, "parse_constant": str}
    return json.loads(text, object_pairs_hook=Pairs, **keep)  # type: ignore[arg-type]


_texts = st.text(
    st.sampled_from('ab \\"/[]{}:,\n\t\x00é€😀\ud83d\udc00') | st.characters(exclude_categories=[]), max_size=12
)
_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-99, 10**20),
    st.floats(),
    _texts,
    st.just("A" * 700),
    st.just("x\\" + "B" * 600),
)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.lists(st.tuples(_texts, inner), max_size=3).map(Pairs),
    max_leaves=6,
)
_metadata_keys = st.sampled_from(
    ["collapsed", "scrolled", "hidden", "execution", "ExecuteTime", "heading_collapsed", "tags", "a", "a.b", "nbguard"]
)
_metadata = st.lists(st.tuples(_metadata_keys | _texts.filter(lambda key: key not in _MARKERS), _values), max_size=5)
_MARKERS = ("keep_output", "init_cell", "tags")
_plain_metadata = _metadata.map(lambda pairs: Pairs([pair for pair in pairs if pair[0] != "tags"]))
_markers = st.sampled_from(
    [("keep_output", True), ("keep_output", False), ("init_cell", True), ("tags", ["keep_output"])]
)
_marked_metadata = st.tuples(_plain_metadata, _markers).map(lambda drawn: Pairs([*drawn[0], drawn[1]]))
_pictures = st.sampled_from(["image/png", "image/svg+xml", "text/plain", "application/x+json"])
_outputs = st.lists(
    st.builds(
        lambda kind, data, count, extra: Pairs([("output_type", kind), ("data", data), *count, *extra]),
        st.sampled_from(["stream", "execute_result", "error"]),
        st.lists(st.tuples(_pictures, _scalars), max_size=2).map(Pairs),
        st.lists(st.tuples(st.just("execution_count"), st.none() | st.integers(0, 9)), max_size=1),
        st.lists(
            st.tuples(_texts.filter(lambda key: key not in ("execution_count", "prompt_number")), _values), max_size=1
        ),
    ),
    max_size=3,
)
_cells = st.builds(
    lambda members, order: Pairs(order.sample(members, len(members))),
    st.lists(
        st.one_of(
            st.tuples(st.just("outputs"), _outputs | _values),
            st.tuples(st.just("execution_count"), _scalars),
            st.tuples(st.just("metadata"), _plain_metadata | _marked_metadata),
            st.tuples(st.just("source"), _texts | st.lists(_texts, max_size=2)),
            st.tuples(st.sampled_from(["id", "cell_type", "attachments", "x"]), _values),
        ),
        max_size=6,
        unique_by=lambda pair: pair[0] if pair[0] == "metadata" else id(pair),
    ),
    st.randoms(use_true_random=False),
)


def notebooks() -> st.SearchStrategy[Pairs]:
    """Notebooks of nbformat 4 and 3 as data."""
    top = st.lists(st.tuples(st.sampled_from(["nbformat", "nbformat_minor", "x"]), _values), max_size=2)
    metadata = st.lists(
        st.tuples(st.sampled_from(["widgets", "signature", "kernelspec", "a"]), _values), max_size=4
    ).map(lambda pairs: [("metadata", Pairs(pairs))])
    cells = st.lists(_cells, max_size=4)
    sheets = st.lists(cells.map(lambda cells: Pairs([("cells", cells), ("metadata", Pairs())])), max_size=2)
    body = cells.map(lambda cells: [("cells", cells)]) | sheets.map(lambda sheets: [("worksheets", sheets)])
    return st.tuples(top, metadata, body, top).map(lambda drawn: Pairs(pair for pairs in drawn for pair in pairs))


class Layout:
    """Writes data as JSON in a layout of its own: indented, compact or wild."""

    def __init__(self, choices: random.Random) -> None:
        self._choices = choices
        self._style = choices.choice(["indented", "compact", "wild"])
        self._indent = choices.choice([" ", "  ", "    ", "\t"])
        self._line_end = choices.choice(["\n", "\n", "\r\n"])
        self._escape = choices.choice([True, False])
        self._mark = choices.choice([b"", b"", b"\xef\xbb\xbf"])

    def write(self, value: Any) -> bytes:
        """The bytes of a file. Lone surrogates are escaped, as no other form of them is UTF-8."""
        text = self._value(value, 0)
        tail = self._choices.choice(["", self._line_end, " " + self._line_end * 2])
        return self._mark + (text + tail).encode()

    def _value(self, value: Any, depth: int) -> str:
        if isinstance(value, Pairs):
            parts = [
                f"{self._string(key)}{self._space()}:{self._space(' ')}{self._value(inner, depth + 1)}"
                for key, inner in value
            ]
            return self._enclose("{", parts, "}", depth)
        if isinstance(value, list):
            return self._enclose("[", [self._value(inner, depth + 1) for inner in value], "]", depth)
        return self._string(value) if isinstance(value, str) else json.dumps(value)

    def _enclose(self, left: str, parts: list[str], right: str, depth: int) -> str:
        if not parts:
            return left + self._space() + right
        if self._style == "indented":
            line = self._line_end + self._indent * (depth + 1)
            return f"{left}{line}{(',' + line).join(parts)}{self._line_end}{self._indent * depth}{right}"
        text = left + self._space() + parts[0]
        for part in parts[1:]:
            text += f"{self._space()},{self._space()}{part}"
        return text + self._space() + right

    def _space(self, usual: str = "") -> str:
        if self._style == "indented":
            return usual
        return "" if self._style == "compact" else self._choices.choice(["", "", " ", "\t", self._line_end + "  "])

    def _string(self, text: str) -> str:
        written = json.dumps(text, ensure_ascii=self._escape)
        if not self._escape:
            return "".join(f"\\u{ord(c):04x}" if "\ud800" <= c <= "\udfff" else c for c in written)
        if "A" in text and len(text) < 100:
            return written.replace("A", "\\u0041")
        return written


def written(data: st.SearchStrategy[Pairs] | None = None) -> st.SearchStrategy[bytes]:
    """Notebooks as files."""
    choices = st.randoms(use_true_random=False)
    return st.builds(lambda data, choices: Layout(choices).write(data), notebooks() if data is None else data, choices)
