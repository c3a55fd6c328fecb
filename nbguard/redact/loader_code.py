"""Writes the line that loads a table from its file: the object it gives back is the one that stood there.

A frame of plain columns becomes CSV and ``pd.read_csv`` with its dtypes, text that is read with ``StringIO`` a file
that is read, any other literal JSON where that holds it exactly, else the literal's own text.
"""

from __future__ import annotations

import ast
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

VARIABLE = "NBGUARD_DATA"
_DATE = lazy_regex(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d:\d\d)?")
_LARGEST = 2**63
_READERS = frozenset(("read_csv", "read_table", "read_json", "read_fwf"))


class Loading(NamedTuple):
    """What goes to a file, the file's ending, and how it is read back: ``expression`` has ``{}`` for the path.

    ``node`` is what the expression stands for; ``modules`` have to be imported.
    """

    node: ast.expr
    content: str
    ending: str
    expression: str
    modules: tuple[str, ...]

    def __repr__(self) -> str:
        """Shows no content."""
        return f"Loading({len(self.content)} characters, {self.ending})"


def path_expression(folder: str, name: str, home: str) -> str:
    """The path as code: below what ``NBGUARD_DATA`` names, else below the folder that the file was written to."""
    home = home.rstrip("/\\")
    if folder.startswith((f"{home}/", f"{home}{os.sep}")):
        folder = "~" + folder[len(home) :]  # of whoever runs it: a name in a path would be personal too
    import json

    return f'os.path.expanduser(os.environ.get("{VARIABLE}", {json.dumps(folder)}) + "/{name}")'


def loading_of(node: ast.expr, parents: Sequence[ast.AST], text: str) -> Loading | None:
    """How a literal can be loaded; ``parents`` are the nodes around it, the nearest first, ``text`` is its source.
    None where it isn't one.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _loading_of_text(node, parents)
    call = next((parent for parent in parents if isinstance(parent, ast.Call)), None)
    if call is not None and (frame := _loading_of_frame(call)) is not None:
        return frame
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError, MemoryError):
        return None
    import json

    try:
        content = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False)
        same = _is_same(json.loads(content), value)
    except (TypeError, ValueError):
        same = False
    if same:
        return Loading(node, content, "json", 'json.load(open({}, encoding="utf-8"))', ("json",))
    return Loading(node, text, "txt", 'ast.literal_eval(open({}, encoding="utf-8", newline="").read())', ("ast",))


def _loading_of_text(node: ast.Constant, parents: Sequence[ast.AST]) -> Loading | None:
    text = str(node.value)
    if "\r" in text:
        return None
    stream = parents[0] if parents else None
    ending = "json" if text.lstrip()[:1] in ("[", "{") else "csv"
    if isinstance(stream, ast.Call) and _name(stream).endswith("StringIO") and len(stream.args) == 1:
        reader = parents[1] if len(parents) > 1 else None
        if isinstance(reader, ast.Call) and _name(reader).rpartition(".")[2] in _READERS:
            return Loading(stream, text, ending, "{}", ())
    return Loading(node, text, ending, 'open({}, encoding="utf-8", newline="").read()', ())


def _name(call: ast.Call) -> str:
    return ast.unparse(call.func)


def _is_same(one: Any, other: Any) -> bool:
    """Whether two values are equal down to their types."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(_is_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    return bool(one == other)


def _loading_of_frame(call: ast.Call) -> Loading | None:
    """The loading of ``pd.DataFrame(literal)`` whose columns each hold values of one kind; None for any other call."""
    module, _, name = _name(call).rpartition(".")
    columns = _columns_of(call) if name == "DataFrame" and module in ("pd", "pandas") else None
    if not columns:
        return None
    kinds = {header: _kind(values) for header, values in columns.items()}
    if not all(kinds.values()):
        return None
    content = _csv(columns)
    dates = [header for header, kind in kinds.items() if kind == "date"]
    dtypes = {header: kind for header, kind in kinds.items() if kind != "date"}
    expression = f"{module}.read_csv({{}}, dtype={_escaped(dtypes)}"
    if dates:
        expression += f", parse_dates={_escaped(dates)}"
    expression += ', keep_default_na=False, float_precision="round_trip")'
    return Loading(call, content, "csv", expression, ()) if _reads_back(content, columns) else None


def _escaped(value: object) -> str:
    return repr(value).replace("{", "{{").replace("}", "}}")


def _columns_of(call: ast.Call) -> dict[str, list[Any]] | None:
    """The columns of a frame's literal, in order; None where it is no plain table."""
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    if len(call.args) != 1 or keywords.keys() - {"columns"}:
        return None
    try:
        value = _plain(call.args[0])
        names = _plain(keywords["columns"]) if "columns" in keywords else None
    except (ValueError, TypeError, RecursionError, MemoryError):
        return None
    columns = _by_name(value) if names is None else _by_place(value, names)
    if not columns or len(set(map(len, columns.values()))) != 1 or not next(iter(columns.values())):
        return None
    fine = all(isinstance(header, str) and header and not header.isspace() for header in columns)
    return columns if fine else None


def _by_name(value: Any) -> dict[str, list[Any]] | None:
    """The columns of a dict of lists, or of dicts that have the same keys in the same order."""
    if isinstance(value, dict):
        return value if all(isinstance(column, list) for column in value.values()) else None
    if not isinstance(value, list) or not value or not all(isinstance(row, dict) for row in value):
        return None
    same = all(list(row) == list(value[0]) for row in value)
    return {header: [row[header] for row in value] for header in value[0]} if same else None


def _by_place(rows: Any, names: Any) -> dict[str, list[Any]] | None:
    """The columns of rows whose names are given; no name twice."""
    if not isinstance(rows, list) or not isinstance(names, list) or len(set(map(str, names))) != len(names):
        return None
    fits = all(isinstance(row, (tuple, list)) and len(row) == len(names) for row in rows)
    return {header: [row[number] for row in rows] for number, header in enumerate(names)} if fits else None


class Moment(str):
    """What ``pd.Timestamp`` is called with."""

    __slots__ = ()


def _plain(node: ast.expr) -> Any:
    """The value of a literal in which ``pd.Timestamp("…")`` may stand."""
    if isinstance(node, ast.Call):
        if (
            _name(node) in ("pd.Timestamp", "pandas.Timestamp")
            and len(node.args) == 1
            and not node.keywords
            and isinstance(node.args[0], ast.Constant)
            and _DATE.fullmatch(str(node.args[0].value))
        ):
            moment = str(node.args[0].value).replace("T", " ")
            return Moment(moment if " " in moment else f"{moment} 00:00:00")
        raise ValueError("a call")
    if isinstance(node, (ast.List, ast.Tuple)):
        return (list if isinstance(node, ast.List) else tuple)(map(_plain, node.elts))
    if isinstance(node, ast.Dict):
        if any(key is None for key in node.keys):
            raise ValueError("a splat")
        keys = [ast.literal_eval(key) for key in node.keys if key is not None]
        return dict(zip(keys, map(_plain, node.values), strict=True))
    return ast.literal_eval(node)


def _kind(values: Iterable[Any]) -> str:
    """The dtype of a column whose values are of one type; empty where it has none that a file keeps."""
    kinds = set(map(type, values))
    if kinds == {bool}:
        return "bool"
    if kinds == {int}:
        return "int64" if all(-_LARGEST <= value < _LARGEST for value in values) else ""
    if kinds == {float}:
        return "float64" if all(value == value and abs(value) != float("inf") for value in values) else ""
    if kinds == {Moment}:
        return "date"
    if kinds == {str}:
        return "str" if not any("\r" in value or "\0" in value for value in values) else ""
    return ""


def _csv(columns: dict[str, list[Any]]) -> str:
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    # A quoted empty cell keeps a line of nothing else from being skipped.
    rows = zip(*columns.values(), strict=True)
    quoted = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for row in rows:
        (writer if any(str(cell) for cell in row) else quoted).writerow(row)
    return text.getvalue()


def _reads_back(content: str, columns: dict[str, list[Any]]) -> bool:
    """Whether the text holds what it was made of: nothing leaves a notebook that isn't whole elsewhere."""
    import csv
    import io

    try:
        rows = list(csv.reader(io.StringIO(content)))
    except csv.Error:  # a cell that is longer than readers take
        return False
    wanted = [list(map(str, row)) for row in zip(*columns.values(), strict=True)]
    return rows[0] == list(columns) and rows[1:] == wanted
