"""Data that a format's own writer wrote is read whole: each name and value, where it stands, and under what.

What is right comes from the data, and each span from the format: read back by an independent reader, what stands
between its offsets is the value.
"""

from __future__ import annotations

import configparser
import csv
import io
import json
import netrc
import xml.etree.ElementTree as ElementTree
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from nbguard.documents.structure.blocks import read_blocks
from nbguard.documents.structure.cells import rows_in
from nbguard.documents.structure.columns import read_columns
from nbguard.documents.structure.http import read_http
from nbguard.documents.structure.json_text import read_json
from nbguard.documents.structure.login_files import read_netrc, read_pgpass
from nbguard.documents.structure.sections import read_sections
from nbguard.documents.structure.xml_text import read_xml
from nbguard.documents.structure.yaml_text import read_yaml

if TYPE_CHECKING:
    from nbguard.documents.structure.pair import Pair

# Each name once in a text, so that it says which of the data it belongs to.
NAMES = [f"{word}{number}" for number in range(9) for word in ("Alpha_", "beta-", "gamma.")]
SIGNS = "aZ09 -_.+/=:#'\"\\<>&{}[],;é漢😀"
TEXTS = st.text(st.sampled_from(SIGNS), min_size=1, max_size=12)
SCALARS = st.one_of(TEXTS, st.integers(-(10**12), 10**12), st.sampled_from([True, False, None, 1.5]))


def named(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.lists(inner, max_size=4).map(lambda values: {str(n): value for n, value in enumerate(values)})


DATA = named(
    st.recursive(
        SCALARS,
        lambda inner: st.one_of(named(inner), st.lists(SCALARS, max_size=3), st.lists(named(inner), max_size=3)),
        max_leaves=12,
    )
)


def with_names(value: Any, names: list[str] | None = None) -> Any:
    """The data with another name for each value."""
    names = [*reversed(NAMES)] if names is None else names
    if isinstance(value, dict):
        return {names.pop() if names else f"more_{id(one)}": with_names(one, names) for one in value.values()}
    return [with_names(one, names) for one in value] if isinstance(value, list) else value


def leaves(value: Any, way: tuple[str, ...] = ()) -> Any:
    """Each value that isn't a list or an object, with its name, and the names around; an element has its list's."""
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from leaves(inner, (*way, name))
        elif isinstance(inner, list):
            for one in inner:
                if isinstance(one, dict):
                    yield from leaves(one, (*way, name))
                else:
                    yield name, one, way, False
        else:
            yield name, inner, way, True


def objects(pairs: list[Pair]) -> list[set[str]]:
    """The names that stand in one object, by object."""
    groups: dict[int, set[str]] = {}
    for pair in pairs:
        if pair.group:
            groups.setdefault(pair.group, set()).add(pair.name)
    return sorted(groups.values(), key=sorted)


def objects_of(value: Any) -> list[set[str]]:
    found: list[set[str]] = []

    def walk(one: Any) -> None:
        if isinstance(one, dict):
            members = {name for name, inner in one.items() if not isinstance(inner, dict | list)}
            found.extend([members] if members else [])
        for inner in one.values() if isinstance(one, dict) else one if isinstance(one, list) else ():
            walk(inner)

    walk(value)
    return sorted(found, key=sorted)


@given(DATA.map(with_names), st.sampled_from([None, 1, "\t"]), st.booleans())
def test_json(data: dict[str, Any], indent: int | str | None, ascii_only: bool) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=ascii_only)
    pairs = list(read_json(text))
    expected = [
        (name, value if isinstance(value, str) else json.dumps(value), way if keyed else (*way, name), keyed)
        for name, value, way, keyed in leaves(data)
    ]
    assert [(pair.name, pair.value, pair.path, pair.group > 0) for pair in pairs] == expected
    for pair, (_, value, _, _) in zip(pairs, leaves(data), strict=True):
        assert pair.quoted is isinstance(value, str)
        raw = text[pair.start : pair.end]
        assert json.loads(f'"{raw}"' if pair.quoted else raw) == value
        assert not pair.quoted or text[pair.start - 1] + text[pair.end] == '""'
        assert pair.form == "json"
    assert objects(pairs) == objects_of(data)
    assert all(text[pair.name_start : pair.name_end] == pair.name for pair in pairs)


def test_a_list_of_several_kinds_has_one_name() -> None:
    text = '{"tokens": ["a1", {"x": "b2"}, ["c3"], "d4"], "y": "e5"}'
    pairs = list(read_json(text))
    assert [(pair.name, pair.value) for pair in pairs] == [
        ("tokens", "a1"), ("x", "b2"), ("tokens", "c3"), ("tokens", "d4"), ("y", "e5")
    ]  # fmt: skip
    assert all(text[pair.name_start : pair.name_end] == pair.name for pair in pairs)


@given(st.text(st.sampled_from('ab"\\/\n\té😀'), min_size=1, max_size=8), st.booleans())
def test_a_key_is_decoded_as_its_value_is(key: str, ascii_only: bool) -> None:
    text = json.dumps({key: key}, ensure_ascii=ascii_only)
    (pair,) = read_json(text)
    assert (pair.name, pair.value) == (key, key)
    assert text[pair.name_start : pair.name_end] == text[pair.start : pair.end]


@pytest.mark.parametrize("depth", [1, 39, 40, 41, 60])
def test_what_stands_behind_deep_nesting_is_where_it_was(depth: int) -> None:
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        deep = opening * depth + ' "x"' + closing * depth
        pairs = list(read_json('{"top": {"before": 1, "deep": ' + deep + ', "keys": ["v"], "after": 2}, "end": 3}'))
        told = {pair.name: (pair.value, pair.path) for pair in pairs if pair.value != "x"}
        assert told == {
            "before": ("1", ("top",)), "keys": ("v", ("top", "keys")), "after": ("2", ("top",)), "end": ("3", ()),
        }  # fmt: skip
        assert len({pair.group for pair in pairs if pair.name in ("before", "after")}) == 1


YAML_TEXTS = st.text(st.sampled_from("aZ09 -_.+/=:#'\"\\<>&{}[],é漢"), min_size=1, max_size=12)
YAML_DATA = named(
    st.recursive(
        YAML_TEXTS,
        lambda inner: st.one_of(
            named(inner), st.lists(YAML_TEXTS, max_size=3), st.lists(named(inner).filter(bool), max_size=3)
        ),
        max_leaves=12,
    )
)


@given(
    YAML_DATA.map(with_names),
    st.sampled_from([None, '"', "'"]),
    st.sampled_from([2, 4]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_yaml(data: dict[str, Any], style: str | None, indent: int, newline: str) -> None:
    text = yaml.safe_dump(
        data, default_style=style, indent=indent, width=10**6, allow_unicode=True, sort_keys=False, line_break=newline
    )
    pairs = list(read_yaml(text))
    expected = list(leaves(data))
    assert [(pair.name, pair.value, pair.path, pair.group > 0) for pair in pairs] == expected
    for pair in pairs:
        raw = text[pair.start : pair.end]
        if pair.quoted:
            assert text[pair.start - 1] == text[pair.end] in "'\""
            assert yaml.safe_load(text[pair.start - 1 : pair.end + 1]) == pair.value
        else:
            assert raw == pair.value
        assert text[pair.name_start : pair.name_end].strip("'\"") in (pair.name, "")
        assert pair.form == "yaml"
    assert objects(pairs) == objects_of(data)


XML_NAMES = st.sampled_from(["server", "Lab-1", "a.b", "_x"])
XML_TEXTS = st.text(st.sampled_from("aZ09 -_.+/=:#'\"\\<>&é漢😀"), min_size=1, max_size=12).filter(str.strip)
ATTRIBUTES = st.dictionaries(st.sampled_from(["host", "user.name", "ns-port"]), XML_TEXTS, max_size=2)


@st.composite
def elements(draw: st.DrawFn, depth: int = 3) -> ElementTree.Element:
    made = ElementTree.Element(draw(XML_NAMES), draw(ATTRIBUTES))
    made.text = draw(st.one_of(st.none(), XML_TEXTS))
    if depth:
        made.extend(draw(st.lists(elements(depth - 1), max_size=2)))
    return made


def said_in(element: ElementTree.Element, way: tuple[str, ...] = ()) -> Any:
    inside = (*way, element.tag)
    for name, value in element.attrib.items():
        yield name, value, inside, "attribute"
    if element.text and element.text.strip():
        yield element.tag, element.text.strip(), way, "xml"
    for inner in element:
        yield from said_in(inner, inside)


@given(elements(), st.booleans())
def test_xml(element: ElementTree.Element, indented: bool) -> None:
    expected = list(said_in(element))
    if indented:
        ElementTree.indent(element)
    text = ElementTree.tostring(element, "unicode")
    pairs = list(read_xml(text))
    assert [(pair.name, pair.value, pair.path, pair.form) for pair in pairs] == expected
    for pair in pairs:
        assert ElementTree.fromstring(f"<a>{text[pair.start : pair.end]}</a>").text == pair.value
        assert text[pair.name_start : pair.name_end] == pair.name
        assert pair.quoted
    groups = [pair.group for pair in pairs if pair.form == "attribute"]
    assert len({(pair.group, pair.name) for pair in pairs if pair.form == "attribute"}) == len(groups)
    assert all(groups)


INI_TEXTS = st.text(st.sampled_from("aZ09-_.+/=:é漢{}()"), min_size=1, max_size=12)
INI = st.dictionaries(
    st.sampled_from(["db", "cloud one", "x.y"]),
    st.dictionaries(st.sampled_from(["user", "Pass.word", "api-key", "a/b"]), INI_TEXTS, max_size=3),
    max_size=3,
)


@given(INI, st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_ini(data: dict[str, dict[str, str]], spaces: bool, newline: str) -> None:
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_dict(data)
    written = io.StringIO()
    parser.write(written, space_around_delimiters=spaces)
    text = "; a comment\n# another: one\n" + written.getvalue()
    text = text.replace("\n", newline)
    pairs = [pair for pair in read_sections(text) if not pair.value.startswith("{")]
    assert [(pair.name, pair.value, pair.path) for pair in pairs] == [
        (name, value, (section,))
        for section, values in data.items()
        for name, value in values.items()
        if not value.startswith("{")
    ]
    for pair in pairs:
        assert (text[pair.start : pair.end], text[pair.name_start : pair.name_end]) == (pair.value, pair.name)
        assert (pair.quoted, pair.form) == (False, "line")


@given(st.lists(st.tuples(st.sampled_from(["user", "PASS_2", "key"]), INI_TEXTS), max_size=4), st.sampled_from("'\""))
def test_environment_files(data: list[tuple[str, str]], quote: str) -> None:
    """``export NAME="V"``, with a comment behind it; quotes aren't the value's."""
    text = "".join(f"export {name}={quote}{value}{quote} # why\n" for name, value in data)
    pairs = list(read_sections(text, shell=True))
    assert [(pair.name, pair.value, pair.quoted) for pair in pairs] == [(*one, True) for one in data]
    assert [text[pair.start - 1 : pair.end + 1] for pair in pairs] == [f"{quote}{value}{quote}" for _, value in data]


def test_what_follows_a_value_in_a_shell_is_no_value() -> None:
    for end in (" run", "; run", " # why", "|run", "&& run", ""):
        (pair,) = [pair for pair in read_sections(f"TOKEN=ab12-cd{end}\n", shell=True) if pair.name == "TOKEN"]
        assert pair.value == "ab12-cd"


CELLS = st.text(st.sampled_from('aZ09-_.+/=:é漢 "\n,;\t|'), min_size=1, max_size=8).filter(
    lambda cell: cell == cell.strip() and cell.strip('"') == cell
)
TABLES = st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=4)


@given(
    TABLES,
    st.sampled_from(",;\t|"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_csv(rows: list[list[str]], delimiter: str, quoting: Any, newline: str) -> None:
    head = ["first name", "token", "n"]
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, quoting=quoting, lineterminator=newline).writerows([head, *rows])
    text = written.getvalue()
    pairs = list(read_columns(text, tabular=True))
    assert [(pair.name, pair.value) for pair in pairs] == [
        (name, value) for row in rows for name, value in zip(head, row, strict=True)
    ]
    for pair in pairs:
        raw = text[pair.start : pair.end]
        assert (raw.replace('""', '"') if pair.quoted else raw) == pair.value
        assert pair.quoted is (text[pair.start - 1] == '"' == text[pair.end : pair.end + 1])
        assert text[pair.name_start : pair.name_end] == pair.name
        assert (pair.form, pair.path) == ("column", ())
    chosen = list(read_columns(text, lambda name: name == "token", tabular=True))
    assert chosen == [pair for pair in pairs if pair.name == "token"]


def test_quotes_around_a_line_are_no_cell_s() -> None:
    """As where a table stands in a string of code: the first mark and the last one are the string's."""
    (row,) = rows_in("'a',b',c'", 0, 9, ",")
    assert row == ["a'", "b'", "c"]


MARKDOWN_CELLS = st.text(st.sampled_from("aZ09-_.+/=:é漢"), min_size=1, max_size=8)


@given(
    st.lists(st.lists(MARKDOWN_CELLS, min_size=2, max_size=2), min_size=1, max_size=4), st.sampled_from(["", "`", "**"])
)
def test_markdown(rows: list[list[str]], mark: str) -> None:
    """Two tables with words between them; marks of code and bold letters aren't the value's."""
    table = "| user | api token |\n|:---|---:|\n"
    table += "".join(f"| {mark}{one}{mark} | {mark}{two}{mark} |\n" for one, two in rows)
    text = f"A word.\n\n{table}\nWords | between.\n\n{table}"
    pairs = list(read_columns(text))
    assert [(pair.name, pair.value) for pair in pairs] == 2 * [
        (name, value) for row in rows for name, value in zip(("user", "api token"), row, strict=True)
    ]
    assert [text[pair.start : pair.end] for pair in pairs] == [pair.value for pair in pairs]
    assert [text[pair.name_start : pair.name_end] for pair in pairs] == [pair.name for pair in pairs]
    assert len({pair.name_start for pair in pairs}) == 4


def test_a_table_of_settings_names_its_values() -> None:
    text = "id,name,value\n1,API_KEY,ab12\n2,HOST,h\n3,short\n"
    found = {(pair.name, pair.value) for pair in read_columns(text, lambda name: name == "none", tabular=True)}
    assert found == {("API_KEY", "ab12"), ("HOST", "h")}


@pytest.mark.parametrize("text", ["one\ntwo\n", "a b, c!\n1,2\n", "a,b\n1\n", "no line end", "a | b\n-- x\n", ""])
def test_what_is_no_table_has_no_columns(text: str) -> None:
    assert list(read_columns(text)) == []


BLOCKS = st.dictionaries(
    st.sampled_from(["db", "x.y", "a-b"]),
    st.dictionaries(
        st.sampled_from(["user", "pass_word", "k-1"]), st.text(st.sampled_from('aZ09 -"\\{}#'), max_size=8)
    ),
    max_size=3,
)


@given(BLOCKS)
def test_hcl(data: dict[str, dict[str, str]]) -> None:
    text = '# no "x" { here\nplain = "outside"\n'
    for label, values in data.items():
        lines = "".join(f"    {name} = {json.dumps(value)}\n" for name, value in values.items())
        text += f'resource "kind" "{label}" {{\n  count = 1\n  inner {{\n{lines}  }}\n{lines}}}\n'
    pairs = list(read_blocks(text))
    assert [(pair.name, pair.value, pair.path) for pair in pairs] == [
        (name, value, (label,)) for label, values in data.items() for _ in range(2) for name, value in values.items()
    ]
    for pair in pairs:
        assert json.loads(text[pair.start - 1 : pair.end + 1]) == pair.value
        assert (text[pair.name_start : pair.name_end], pair.quoted, pair.form) == (pair.name, True, "block")
    # Each of them and the block in it is an object of its own.
    assert len({pair.group for pair in pairs}) == 2 * sum(map(bool, data.values()))


LOGINS = st.text(st.sampled_from("aZ09-_.+/=:é!"), min_size=1, max_size=12)


@given(st.dictionaries(st.sampled_from(["a.lab.net", "b.lab.net", "c"]), st.tuples(LOGINS, LOGINS)), st.booleans())
def test_netrc(data: dict[str, tuple[str, str]], over_lines: bool) -> None:
    gap = "\n  " if over_lines else " "
    text = "".join(f"machine {host}{gap}login {user}{gap}password {word}\n" for host, (user, word) in data.items())
    pairs = list(read_netrc(text))
    assert [(pair.path, pair.value) for pair in pairs] == [((host, user), word) for host, (user, word) in data.items()]
    assert all(text[pair.start : pair.end] == pair.value for pair in pairs)
    assert {(pair.name, pair.form, pair.name_end) for pair in pairs} <= {("password", "netrc", 0)}


def test_netrc_is_read_as_python_reads_it(tmp_path: Any) -> None:
    text = "default login me account lab password one2\nmachine h login you password three4"
    (tmp_path / "netrc").write_text(text)
    told = netrc.netrc(str(tmp_path / "netrc")).hosts
    assert {(pair.path[0], pair.value) for pair in read_netrc(text)} == {
        (host, login[2]) for host, login in told.items()
    }


@given(
    st.lists(st.tuples(st.sampled_from(["h1", "10.0.0.1", "*"]), st.sampled_from(["5432", "*"]), LOGINS), max_size=3)
)
def test_pgpass(data: list[tuple[str, str, str]]) -> None:
    text = "# h:1:d:u:comment\n" + "".join(f"{host}:{port}:lab:ann:{word}\n" for host, port, word in data)
    pairs = list(read_pgpass(text))
    assert [(pair.path, pair.value) for pair in pairs] == [((host, "ann"), word) for host, _, word in data]
    assert [text[pair.start : pair.end] for pair in pairs] == [word for _, _, word in data]
    assert {(pair.name, pair.form) for pair in pairs} <= {("password", "pgpass")}


WORDS = st.text(st.sampled_from("abcXYZ0189-_"), min_size=5, max_size=12)


@example(["00000", "00000", "X-X00", "00000"])
@given(st.lists(WORDS, min_size=4, max_size=4))
def test_what_a_request_holds(words: list[str]) -> None:
    header, parameter, user, word = words
    text = f"GET https://{user}x:{word}@lab.net/p?n=1234&key={parameter}#end\r\nX-Lab-Token: {header}\r\n"
    pairs = {(pair.name, pair.value, pair.path, pair.form): pair for pair in read_http(text)}
    assert set(pairs) == {
        ("X-Lab-Token", header, (), "header"),
        ("n", "1234", (), "query"),
        ("key", parameter, (), "query"),
        ("password", word, ("lab.net", f"{user}x"), "address"),
    }
    assert all(text[pair.start : pair.end] == pair.value for pair in pairs.values())
    assert all(text[pair.name_start : pair.name_end] in (pair.name, "") for pair in pairs.values())
