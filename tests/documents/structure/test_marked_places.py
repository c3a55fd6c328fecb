"""Each reader's whole record for one value: the marks in a text say where the name and the value stand in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from nbguard.documents.structure.aligned_columns import read_aligned, read_html_cells
from nbguard.documents.structure.assignments import read_assignments
from nbguard.documents.structure.blocks import read_blocks
from nbguard.documents.structure.collected import read_collected, split_several
from nbguard.documents.structure.commands import read_commands
from nbguard.documents.structure.directives import read_directives
from nbguard.documents.structure.http import read_http
from nbguard.documents.structure.json_text import read_json
from nbguard.documents.structure.labels import read_fields, read_labels
from nbguard.documents.structure.login_files import read_keys_in_code
from nbguard.documents.structure.logins import read_logins
from nbguard.documents.structure.pair import Pair
from nbguard.documents.structure.prose import read_prose
from nbguard.documents.structure.sections import read_sections
from nbguard.documents.structure.several import read_several
from nbguard.documents.structure.sql import read_inserts, read_sql
from nbguard.documents.structure.xml_text import read_xml
from nbguard.documents.structure.yaml_text import read_yaml

Reader = Callable[[str], Iterable[Pair]]
V = "q7Zk2LxP9mTb4RwN"
_MARKS = re.compile("[⟦⟧⟪⟫]")


def code(text: str) -> Iterable[Pair]:
    return read_assignments(text, "python")


def shell(text: str) -> Iterable[Pair]:
    return read_sections(text, shell=True)


def marked(text: str) -> tuple[str, Pair]:
    """A text without its marks, and the pair that they mark: the name in ``⟦⟧``, the value in ``⟪⟫``."""
    plain = _MARKS.sub("", text)
    spans = []
    for opening, closing in ("⟦⟧", "⟪⟫"):
        first, last = text.find(opening), text.find(closing)
        spans.append(tuple(len(_MARKS.sub("", text[:at])) if at >= 0 else 0 for at in (first, last)))
    (name_start, name_end), (start, end) = spans
    return plain, Pair(plain[name_start:name_end], plain[start:end], start, end, name_start, name_end)


def bare(form: str, **more: Any) -> dict[str, Any]:
    return {"form": form, **more}


def quoted(form: str, **more: Any) -> dict[str, Any]:
    return {"form": form, "quoted": True, **more}


# Reader, text, and what else the record says. ``W`` is a value that a machine made.
CASES: list[tuple[Reader, str, dict[str, Any]]] = [
    (read_commands, "tool --⟦api-key⟧ ⟪W⟫ -n 3", bare("option")),
    (read_commands, "tool --⟦api-key⟧='⟪W⟫'", quoted("option")),
    (read_commands, 'run(["x", "--⟦token⟧", "⟪W⟫"])', quoted("option")),
    (read_commands, "openssl rsa -⟦passin⟧ pass:⟪W⟫", bare("option")),
    (read_commands, "curl -u svc:⟪W⟫ https://x", bare("user", name="password", path=("svc",))),
    (read_commands, "curl -s -u ⟪W⟫: https://x", bare("user", name="api_key")),
    (read_commands, "gh secret set ⟦API_KEY⟧ --body \"⟪W⟫\"", quoted("command")),
    (read_commands, "echo ⟪W⟫ | gh secret set ⟦API_KEY⟧", bare("command")),
    (read_commands, 'echo "⟪W⟫" > ~/.lab/⟦api_token⟧', quoted("command")),
    (read_commands, 'add_argument("--⟦token⟧", help="x", default="⟪W⟫")', quoted("declared")),
    (read_commands, "aws configure set ⟦aws_secret_access_key⟧ ⟪W⟫", bare("command")),
    (read_commands, "papermill a.ipynb b.ipynb -p ⟦token⟧ ⟪W⟫", bare("option")),
    (read_commands, "jq --arg ⟦token⟧ '⟪W⟫' .", quoted("option")),
    (read_commands, "xsltproc --stringparam ⟦token⟧ ⟪W⟫ a", bare("option")),
    (read_commands, "mysql -h db -p⟪W⟫ lab", bare("command", name="password")),
    (read_commands, "htpasswd -b users ann ⟪W⟫", bare("command", name="password")),
    (read_commands, "cmdkey /user:ann ⟪W⟫", bare("command", name="password")),
    (read_logins, 'requests.get(u, auth=("svc", "⟪W⟫"))', quoted("call", name="password")),
    (read_logins, "requests.get(u, auth=('svc', '⟪W⟫'))", quoted("call", name="password")),
    (read_logins, 'smtp.login("svc", "⟪q7\\"Zk2⟫")', quoted("call", name="password", value='q7"Zk2')),
    (read_logins, 'jwt.encode(body, "⟪W⟫")', quoted("call", name="signing_key")),
    (read_logins, 'c.bearer_auth("⟪W⟫")', quoted("call", name="access_token")),
    (read_logins, "OAuth1('id', '⟪W⟫')", quoted("call", name="consumer_secret")),
    (read_logins, 'btoa("svc:⟪W⟫")', quoted("call", name="password")),
    (read_logins, f'Fernet(b"⟪{"aB3-" * 10}xyz=⟫")', quoted("call", name="encryption_key")),
    (read_keys_in_code, "k = { kty: 'EC', crv: 'P-256', ⟦d⟧: '⟪W⟫' }", quoted("jwk", name="private_key")),
    (read_keys_in_code, "k = { ⟦k⟧: '⟪W⟫', kty: 'oct' }", quoted("jwk", name="private_key")),
    (read_labels, 'st.text_input("⟦API key⟧", value="⟪W⟫")', quoted("labelled")),
    (read_labels, "st.text_input('⟦API key⟧', value='⟪W⟫')", quoted("labelled")),
    (read_labels, 'open("⟦x/lab.token⟧", "w").write("⟪W⟫")', quoted("labelled", name="lab.token")),
    (read_labels, 'with open("⟦token.txt⟧", "w") as f:\n    f.write("⟪W⟫")', quoted("labelled", name="token")),
    (read_labels, 'keyring.set_password("lab", "me", "⟪W⟫")', quoted("labelled", name="password", path=("lab",))),
    (read_labels, "x\n⟦token⟧   str   ⟪W⟫\n", bare("bare")),
    (read_fields, '<input name="⟦api_key⟧" value="⟪W⟫">', quoted("field")),
    (read_fields, "<input id='⟦api_key⟧' value='⟪W⟫'>", quoted("field")),
    (read_fields, '<meta name="⟦api-key⟧" content="⟪W⟫">', quoted("field")),
    (read_fields, '<input type="⟦password⟧" value="⟪W⟫">', quoted("field")),
    (read_fields, '<INPUT TYPE=⟦password⟧ VALUE=⟪W⟫>', quoted("field")),
    (read_fields, '<div class="x" data-⟦api-key⟧="⟪W⟫">', quoted("field")),
    (read_http, '"⟦Authorization⟧": "Bearer ⟪W⟫"', bare("header", scheme="Bearer")),
    (read_http, "⟦X-Auth-Token⟧: ⟪W⟫\r\n", bare("header")),
    (read_http, "x = 'Basic ⟪c3ZjOnBhc3M=⟫'", bare("header", name="Authorization", scheme="Basic")),
    (read_http, "x = 'Bearer ⟪q7Zk2LxP9mTb4RwNq7Zk2L⟫'", bare("header", name="Authorization", scheme="Bearer")),
    (read_http, 'h = "Bearer " + "⟪W⟫"', bare("header", name="Authorization", scheme="Bearer")),
    (read_http, "h = f'Token {\"⟪W⟫\"}'", bare("header", name="Authorization", scheme="Token")),
    (read_sql, "CREATE USER u ⟦IDENTIFIED BY⟧ '⟪W''s⟫'", quoted("sql", name="password", value=f"{V}'s")),
    (read_sql, 'alter role r with ⟦password⟧ "⟪W⟫"', quoted("sql", name="password")),
    (read_inserts, "INSERT INTO u (name, ⟦pw⟧) VALUES ('ann', '⟪W⟫');", quoted("sql")),
    (read_inserts, "insert into u (⟦pw⟧, n) values (null, 1), ('⟪a''b⟫', 2);", quoted("sql", value="a'b")),
    (read_inserts, "insert into u (a, ⟦pw⟧) values (f(1, 'x'), '⟪W⟫');", quoted("sql")),
    (read_several, "user, ⟦token⟧ = 'svc', \"⟪W⟫\"", quoted("assigned")),
    (read_several, "const [user, ⟦token⟧] = ['svc', '⟪W⟫'];", quoted("assigned")),
    (read_several, '⟦token⟧ = os.environ["T"] if ci else "⟪W⟫"', quoted("assigned")),
    (read_several, "x\n⟦token⟧: str = get() or '⟪W⟫'", quoted("assigned")),
    (read_several, 'parametrize(("user", "⟦pw⟧"), [("a", "b"), ("svc", "⟪W⟫")])', quoted("assigned")),
    (read_several, "parametrize('⟦pw⟧', ['x', '⟪W⟫'])", quoted("assigned")),
    (read_collected, '⟦API_KEYS⟧ = ["⟪W⟫", "aB3dE5gH7"]', quoted("collected", path=("API_KEYS",))),
    (read_collected, "⟦tokens⟧ = {'alice': '⟪W⟫'}", quoted("collected", path=("tokens", "alice"))),
    (read_collected, "⟦tokens⟧ = {'alice': ['⟪W⟫']}", quoted("collected", path=("tokens", "alice"))),
    (read_prose, "⟦the password⟧ is ⟪W⟫.", bare("prose")),
    (read_prose, "⟦Lab API key⟧:\n⟪W⟫\n", bare("prose-line")),
    (read_prose, "remove ⟦the lab token⟧ ⟪W⟫ now", bare("words", name="lab token", at="lab token")),
    (read_prose, "Log in by ⟦password⟧ `⟪W⟫`.", quoted("prose")),
    (read_prose, "ann: the ⟦token⟧\n[10:02] ann: ⟪W⟫\n", bare("prose")),
    (read_directives, "user svc ⟦insecure-password⟧ ⟪W⟫", bare("listed")),
    (read_directives, "x\n⟦requirepass⟧ \"⟪W⟫\"", bare("listed")),
    (read_directives, 'a : PSK "⟪W⟫"', bare("listed", name="password")),
    (read_directives, "user ann on >⟪W⟫ ~*", bare("listed", name="password")),
    (code, '⟦token⟧ = "⟪W⟫"', quoted("assigned")),
    (code, "⟦token⟧ = '⟪a\\n\\'b⟫'", quoted("assigned", value="a\n'b")),
    (code, 'x = "{\\"⟦token⟧\\": \\"⟪W⟫\\"}"', quoted("assigned")),
    (code, 'os.environ["⟦TOKEN⟧"] = "⟪W⟫"', quoted("assigned")),
    (code, 'os.getenv("⟦TOKEN⟧", "⟪W⟫")', quoted("listed")),
    (code, "# ⟦token⟧: ⟪W⟫", bare("bare")),
    (code, "⟦token⟧ = ⟪q7Zk2LxP9mTb4RwNq7Zk2L⟫", bare("expression")),
    (code, 'x = ⟦Password⟧("⟪W⟫")', quoted("beside")),
    (code, 'x = "${⟦db.password⟧:⟪W⟫}"', bare("beside")),
    (code, "\nENV ⟦DB_PASSWORD⟧ ⟪W⟫", bare("beside")),
    (read_assignments, "⟦token⟧ = ⟪W⟫", bare("bare")),
    (read_assignments, "the ⟦token⟧ is ⟪W⟫.", bare("prose")),
    (read_assignments, "#define ⟦API_KEY⟧ \"⟪W⟫\"", quoted("beside")),
    (read_assignments, "set ⟦API_KEY⟧ '⟪W⟫'", quoted("beside")),
    (read_assignments, "\\newcommand{\\⟦token⟧}{⟪W⟫}", bare("beside")),
    (read_assignments, "define('⟦NAME⟧', '⟪W⟫');", quoted("assigned")),
    (read_assignments, 'storePassword "⟪W⟫"', quoted("beside", name="storePassword", at="storePassword")),
    (shell, "export ⟦TOKEN⟧=⟪W⟫; run", bare("line", group=1)),
    (read_sections, "ENV ⟦TOKEN⟧ ⟪W⟫", bare("line", group=1)),
    (read_sections, "⟦requirepass⟧ ⟪W⟫", bare("words", group=1)),
    (read_sections, "[db]\n\n# x\na = 1\n⟦pass⟧ = \"⟪a\\\"b⟫\"", quoted("line", path=("db",), group=2, value='a"b')),
    (read_sections, "[a]\n[\"b.c\"]\ndb = { ⟦pass⟧ = '⟪W⟫' }", quoted("line", path=("b.c", "db"))),
    (read_json, '{"a": {"⟦pass⟧": "⟪W⟫"}}', quoted("json", path=("a",), group=2)),
    (read_json, '{"a": [{"x": 1}], // why\n "⟦pass⟧": ⟪12345678⟫}', bare("json", group=1)),
    (read_json, '[{"a": "b"}, {"⟦pass⟧": "⟪W', quoted("json", group=3, open=True)),
    (read_blocks, 'variable "db" {\n  ⟦default⟧ = "⟪W⟫"\n}', quoted("block", path=("db",), group=1)),
    (read_yaml, "a:\n  - ⟦pass⟧: !x '⟪it''s⟫'", quoted("yaml", path=("a",), group=2, value="it's")),
    (read_yaml, "⟦key⟧: |\n  ⟪one\n    two⟫\n\nb: 1", bare("block", group=1, value="one\ntwo")),
    (read_yaml, "a: {b: 1, ⟦pass⟧: \"⟪W⟫\"}", quoted("yaml", path=("a",), group=2)),
    (read_yaml, "⟦a⟧: [1, '⟪W⟫']", quoted("yaml", path=("a",))),
    (read_xml, '<s><e name="⟦KEY⟧"> ⟪a&amp;b⟫ </e></s>', quoted("xml", path=("s",), value="a&b", group=1)),
    (read_xml, "<d><key>⟦KEY⟧</key><string>⟪W⟫</string></d>", quoted("xml", path=("d",), group=1)),
    (read_xml, "<s></x><⟦pass⟧><![CDATA[⟪W⟫]]></pass></s>", quoted("xml", path=("s",), group=1)),
    (read_xml, "<s><a/><b ⟦pass⟧='⟪W⟫'/></s>", quoted("attribute", path=("s", "b"), group=3)),
    (read_aligned, "user   ⟦pass word⟧\nann    ⟪W⟫\n", bare("column")),
    (read_aligned, "   ⟦pass word⟧\n0  ⟪W⟫\n", bare("column")),
    (read_aligned, "0    ⟪W⟫\n    ...\nName: ⟦token⟧, dtype: object", bare("column")),
    (read_html_cells, "|user|⟦token⟧\n\n|ann|⟪W⟫\n\n", bare("column")),
]  # fmt: skip


@pytest.mark.parametrize(("reader", "text", "more"), CASES, ids=[text.splitlines()[0][:40] for _, text, _ in CASES])
def test_the_record_is_what_the_marks_say(reader: Reader, text: str, more: dict[str, Any]) -> None:
    more = dict(more)
    plain, expected = marked(text.replace("W", V) + ("⟫" if more.pop("open", False) else ""))
    if at := more.pop("at", ""):
        place = plain.index(at)
        expected = expected._replace(name_start=place, name_end=place + len(at))
    expected = expected._replace(**more)
    assert expected in list(reader(plain))
    # The same behind other lines, as far behind as they are long.
    before = "one word\n\n"
    by = len(before)
    moved = expected._replace(start=expected.start + by, end=expected.end + by)
    if expected.name_end:
        moved = moved._replace(name_start=expected.name_start + by, name_end=expected.name_end + by)
    assert moved in [pair._replace(group=pair.group and expected.group) for pair in reader(before + plain)]


NOTHING: list[tuple[Reader, str]] = [
    (read_commands, "plain words alone"),
    (read_commands, f"tool x--api-key{V}"),
    (read_commands, f"echo {V} > ~/notes.txt"),
    (read_commands, f"kubectl port-forward -p token {V}"),
    (read_logins, f'print("svc", "{V}")'),
    (read_logins, f'fernet("{V}")'),
    (read_keys_in_code, f"k = {{ kind: 'EC', d: '{V}' }}"),
    (read_keys_in_code, f"d: '{V}' {{ kty: 'EC' }} d: '{V}'"),
    (read_labels, f"token   int   {V}\n"),
    (read_fields, f'<input type="hidden" name="csrf_token" value="{V}">'),
    (read_sql, f"SELECT '{V}'"),
    (read_inserts, f"INSERT INTO u VALUES ('{V}')"),
    (read_several, f"a, b = c, d\nx = '{V}'"),
    (read_several, f"user, token == 'svc', '{V}'"),
    (read_collected, 'KEYS = ["left", "right", "up"]'),
    (read_collected, f'KEY = ["{V}"]'),
    (read_prose, f"a word {V} and others"),
    (read_prose, f"the tokenizer:\n{V}"),
    (read_directives, f"description {V}"),
    (code, f"token = get_{V}()"),
    (code, f"ids[token] = '{V}'"),
    (code, f"assert_equal('token', '{V}')"),
    (code, f"f(token, '{V}')"),
    (code, f"ENVIRONMENT DB_PASSWORD {V}"),
    (read_aligned, f"one word\nb {V}"),
    (read_html_cells, f"no bar {V}"),
    (read_xml, f"text {V}"),
]


@pytest.mark.parametrize(("reader", "text"), NOTHING, ids=[text[:40] for _, text in NOTHING])
def test_what_is_given_to_nothing_is_no_pair(reader: Reader, text: str) -> None:
    # An attribute is a name, too: ``value`` says nothing.
    assert [pair for pair in reader(text) if V in pair.value and pair.name != "value"] == []


def test_several_values_under_a_plural_are_each_one() -> None:
    first, second = "aB3dE5gH7kLm", "zY9xW8vU7tSr"
    text = f"KEYS={first}, {second}"
    pair = Pair("KEYS", text[5:], 5, len(text), 0, 4)
    expected = [
        pair._replace(value=value, start=start, end=start + 12, form="collected", path=("KEYS",))
        for value, start in ((first, 5), (second, 19))
    ]
    assert list(split_several([pair], text)) == expected
    for other in (pair._replace(name="KEY"), pair._replace(value=first), pair._replace(value=f"{first}, short")):
        assert list(split_several([other], text)) == [other]
