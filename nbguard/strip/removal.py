"""What to take out of a notebook: spans of bytes with the reason, found without changing anything."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from nbguard.documents.fields import Edit
from nbguard.documents.spans import Member, array_elements, read_object, read_value
from nbguard.errors import UnreadableError
from nbguard.lazy_regex import kept_regex
from nbguard.named_tuple import NamedTuple
from nbguard.strip.keys import StripKeys, cut_members, find_members, strip_keys
from nbguard.strip.outputs import choose_outputs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.strip.laid_out import OutlineCell
    from nbguard.strip.options import StripOptions
    from nbguard.strip.outline import Outline

# Members of a cell that are seldom stripped.
_RARE = ("id", "console")
_HOLDS_NOTHING = ("[]", "{}", "null")
_is_blank_list = kept_regex(r"\[[ \t\r\n]*\]").match
_COUNTS = ("execution_count", "prompt_number")


class Removal(NamedTuple):
    """An edit in an outline's text and why: ``what`` goes, of the cell of this number (None: of the notebook)."""

    edit: Edit
    cell: int | None
    what: str


# Less than half of what calling the class takes.
_new = tuple.__new__
_keys_of = lru_cache(maxsize=8)(strip_keys)


def needs_whole(options: StripOptions) -> bool:
    """Whether an outline has to be read whole to find what these options take out."""
    return bool(options.max_size or options.strip_regex or not options.keep_id or _keys_of(options).cell.ways)


def find_removals(outline: Outline, options: StripOptions) -> list[Removal]:
    """What the options take out, as edits of ``outline.text``, cell by cell (see ``needs_whole``).

    Raises UnreadableError where the markers of a cell contradict each other.
    """
    keys = _keys_of(options)
    text = outline.text
    found: list[Removal] = []
    keep_output = _in_notebook(outline, options, keys, found)
    if not outline.cell_lists and not keep_output:
        from nbguard.strip.zeppelin import find_results

        for paragraph, start, end in find_results(text, outline.members):
            found.append(Removal(Edit(start, end, b"{}"), paragraph, "results"))
    number = -1
    kept = 0
    drops = options.drop_empty_cells or options.drop_tagged_cells
    for cells in outline.cell_lists:
        going = []
        for position, cell in enumerate(cells):
            number += 1
            reason = _why_cell_goes(text, cell, options) if drops else ""
            if reason:
                going.append((position, number, reason))
                continue
            members = cell.members
            if len(members) > 1 or (members and members[0][0] != "source"):
                _in_cell(text, cell, number, kept, bool(keep_output), options, keys, found)
            kept += 1
        if going:
            found += _whole_cells(text, cells, going)
    return found


def _in_notebook(outline: Outline, options: StripOptions, keys: StripKeys, found: list[Removal]) -> bool | None:
    """Adds what goes of the notebook's metadata; returns whether outputs stay, as far as that is said for all cells."""
    text, keep_output = outline.text, options.keep_output
    for name, _, start, _end in outline.members:
        if name == "metadata" and text[start] == "{" and not text.startswith("{}", start):
            value = read_value(text, start)[0]
            if keys.notebook.touch(value):
                for what, spans in find_members(text, start, keys.notebook):
                    found += _cut(spans, None, f"metadata {what}")
            if options.keep_output is None and options.markers and "keep_output" not in keys.notebook.heads:
                keep_output = bool(value["keep_output"]) if "keep_output" in value else None
    return keep_output


def keeps_output(
    metadata: dict[str, Any], default: bool, strip_init_cells: bool, number: int, markers: frozenset[str]
) -> bool:
    """Whether a cell's markers (or else ``default``) say that its outputs stay.

    The markers are nbstripout's: ``init_cell``, ``keep_output``, the tag ``keep_output``; only those in ``markers``
    count. Raises UnreadableError where they contradict each other.
    """
    if "init_cell" in metadata and "init_cell" in markers:
        return bool(metadata["init_cell"]) and not strip_init_cells
    marked = "keep_output" in metadata and "keep_output" in markers
    tagged = "keep_output" in tags_of(metadata) and "tags" in markers
    if not marked:
        return tagged or default
    if tagged and not metadata["keep_output"]:
        raise UnreadableError(
            f"cell {number + 1}: its metadata says keep_output false, its tags say keep_output; take one of them out"
        )
    return bool(metadata["keep_output"])


def tags_of(metadata: dict[str, Any]) -> list[Any]:
    """The tags of a cell; none where they aren't a list."""
    tags = metadata.get("tags")
    return tags if isinstance(tags, list) else []


def _in_cell(
    text: str,
    cell: OutlineCell,
    number: int,
    kept: int,
    keep: bool,
    options: StripOptions,
    keys: StripKeys,
    found: list[Removal],
) -> None:
    metadata = cell.metadata
    members = _without_keys(text, cell, number, keys, found) if keys.cell.ways else cell.members
    for member in members:
        name, _, start, end = member
        if name == "outputs":
            if end - start > 4 or text[start:end] not in _HOLDS_NOTHING:
                if metadata:
                    keep = keeps_output(metadata, keep, options.strip_init_cells, number, keys.markers)
                _all_outputs(text, member, number, keep, options, found)
        elif name in _COUNTS:
            if not options.keep_count and not text.startswith("null", start):
                found.append(_new(Removal, (_new(Edit, (start, end, b"null")), number, "execution count")))
        elif name == "metadata":
            if metadata and text[start] == "{" and keys.cell_metadata.touch(metadata):
                found += _in_metadata(text, start, metadata, number, keys)
        elif name in _RARE:
            found += _in_rare(text, member, number, f'"{kept}"' if not options.keep_id else "", keep)


def _in_rare(text: str, member: Member, number: int, new_id: str, keep: bool) -> Iterator[Removal]:
    name, _, start, end = member
    if name == "id" and new_id and text[start:end] != new_id:
        yield Removal(Edit(start, end, new_id.encode()), number, "cell id")
    elif name == "console" and not keep and _is_printed(text, start):
        yield Removal(Edit(start, end, b"[]"), number, "console")


def _is_printed(text: str, start: int) -> bool:
    """Whether this is what a cell of marimo printed, in the session that it stores beside a notebook."""
    return '"marimo_version"' in text and not _is_blank_list(text, start)


def _without_keys(text: str, cell: OutlineCell, number: int, keys: StripKeys, found: list[Removal]) -> list[Member]:
    """Adds the members of a cell that go by their names; returns those that aren't spoken for."""
    if not keys.cell.touch(member[0] for member in cell.members):
        return cell.members
    for what, spans in find_members(text, cell.start, keys.cell):
        found += _cut(spans, number, what)
    return [member for member in cell.members if member[0] not in keys.cell.heads]


def _all_outputs(
    text: str, member: Member, number: int, keep: bool, options: StripOptions, found: list[Removal]
) -> None:
    _, _, start, end = member
    if _is_blank_list(text, start):
        return
    if keep or options.max_size or options.keep_output_types:
        found += _in_outputs(text, member, number, keep, options)
    else:
        found.append(_new(Removal, (_new(Edit, (start, end, b"[]")), number, "outputs")))


def _in_metadata(text: str, start: int, metadata: dict[str, Any], number: int, keys: StripKeys) -> Iterator[Removal]:
    tagged = "keep_output" in tags_of(metadata)
    for what, spans in find_members(text, start, keys.tagged_metadata if tagged else keys.cell_metadata):
        yield from _cut(spans, number, f"metadata {what}")


def _in_outputs(text: str, member: Member, number: int, keep: bool, options: StripOptions) -> Iterator[Removal]:
    _, _, start, end = member
    if text[start] != "[":
        yield Removal(Edit(start, end, b"[]"), number, "outputs")
        return
    elements = array_elements(text, start)[0]
    going = choose_outputs(text, elements, keep, options)
    if going:
        what = "outputs" if len(going) == len(elements) else f"outputs {', '.join(map(str, going))}"
        yield from _cut(cut_members(elements, going, start, end), number, what)
    if options.keep_count:
        return
    for position, element in enumerate(elements):
        if position in going or text[element.start] != "{":
            continue
        for key, _, value, value_end in read_object(text, element.start)[0]:
            if key in _COUNTS and text[value:value_end] != "null":
                yield Removal(Edit(value, value_end, b"null"), number, f"execution count of output {position}")


def _why_cell_goes(text: str, cell: OutlineCell, options: StripOptions) -> str:
    if options.drop_tagged_cells and cell.metadata:
        tags = tags_of(cell.metadata)
        tag = next((tag for tag in options.drop_tagged_cells if tag in tags), None)
        if tag is not None:
            return f"cell tagged {tag}"
    if options.drop_empty_cells and _is_empty(text, cell, options.blank_cells):
        return "empty cell"
    return ""


def _is_empty(text: str, cell: OutlineCell, blank: bool) -> bool:
    for _, _, start, _end in cell.find("source", "input"):
        value = read_value(text, start)[0]
        lines = value if isinstance(value, list) else [value]
        if any(not isinstance(line, str) or (line.strip() if blank else line) for line in lines):
            return False
    return True


def _whole_cells(text: str, cells: list[OutlineCell], going: list[tuple[int, int, str]]) -> Iterator[Removal]:
    elements = [Member("", cell.start, cell.start, cell.end) for cell in cells]
    start = text.rindex("[", 0, cells[0].start)
    end = text.index("]", cells[-1].end) + 1
    spans = cut_members(elements, [position for position, _, _ in going], start, end)
    for span, (_, number, reason) in zip(spans, going, strict=False):
        yield Removal(Edit(*span, b""), number, reason)
    for _, number, reason in going[len(spans) :]:
        yield Removal(Edit(spans[-1][1], spans[-1][1], b""), number, reason)


def _cut(spans: list[tuple[int, int]], number: int | None, what: str) -> Iterator[Removal]:
    for start, end in spans:
        yield Removal(Edit(start, end, b""), number, what)
