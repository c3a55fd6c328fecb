"""Documents made from seeds: every example in every form of file and notebook, joined, mutated and damaged."""

import json
import random
import re
import string
from collections.abc import Callable, Iterator
from functools import cache
from html import escape
from typing import Any

from nbguard.detect.knowledge.loading import load_knowledge
from tests.detect.catalogue_examples import iterate_examples, iterate_lookalikes
from tests.detect.generic_examples import examples, private_key
from tests.detect.joined_forms import joined_texts
from tests.detect.rule_examples import rule_examples
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code, notebook, stream

# --- forms of one text ---


def _dump(document: Any, indent: int | None = 1, ascii_only: bool = False) -> bytes:
    return json.dumps(document, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")


def _cell(source: Any) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": 1, "id": "a1", "metadata": {}, "outputs": [], "source": source}


def _pieces(text: str, source: random.Random) -> list[str]:
    cuts = sorted(source.sample(range(len(text) + 1), min(len(text), source.randint(1, 6))))
    return [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]


def _escaped(text: str, source: random.Random) -> bytes:
    """A notebook in which letters of the text are written as escapes."""
    raw = _dump(notebook(code("@@")), 1)
    share = source.choice((0.05, 0.5, 1.0))
    written = "".join(
        f"\\u{ord(c):04x}" if ord(c) < 0x10000 and source.random() < share else json.dumps(c)[1:-1] for c in text
    )
    return raw.replace(b"@@", written.encode())


def _v3(text: str) -> dict[str, Any]:
    cell = {
        "cell_type": "code", "collapsed": False, "input": text.splitlines(keepends=True), "language": "python",
        "metadata": {}, "outputs": [{"output_type": "stream", "stream": "stdout", "text": [text]}], "prompt_number": 1,
    }  # fmt: skip
    return {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": [cell]}]}


def _output(kind: str, **members: Any) -> dict[str, Any]:
    return notebook(code("show()", {"output_type": kind, "metadata": {}, "execution_count": 1} | members))


def _coloured(text: str) -> str:
    """As IPython colours code in a traceback: each word and sign on its own."""
    return "".join(piece if piece.isspace() else f"\x1b[38;5;28m{piece}\x1b[39m" for piece in _tokens(text))


def _highlighted(text: str) -> str:
    """As Pygments writes code in HTML."""
    spans = (escape(piece) if piece.isspace() else f'<span class="n">{escape(piece)}</span>' for piece in _tokens(text))
    return f"<pre>{''.join(spans)}</pre>"


def _tokens(text: str) -> list[str]:
    """The words, strings and signs of a text."""
    return re.findall(r"\w+|\s+|\"[^\"\n]*\"|'[^'\n]*'|.", text, re.DOTALL)


def _attached(text: str) -> dict[str, Any]:
    cell = {"cell_type": "markdown", "id": "m1", "metadata": {}, "source": ["![x](attachment:a.txt)"]}
    return notebook(cell | {"attachments": {"a.txt": {"text/plain": text}}})


def _odd_place(text: str, source: random.Random) -> dict[str, Any]:
    """The text where the format has a key, a name, an id, or an object."""
    made = notebook(code("1", _output("display_data", data={"text/plain": "1"})["cells"][0]["outputs"][0]))
    cell = made["cells"][0]
    odd = source.choice((text, [text], {text: 1}, [[1, {text: [text]}]], {"a": {text: {"b": text}}}))
    inner, key = source.choice(
        (
            (made, "metadata"), (made, "nbformat"), (made, "added"), (made, text), (cell, "id"), (cell, "cell_type"),
            (cell, "metadata"), (cell, "added"), (cell, text), (cell, "execution_count"), (cell, "attachments"),
            (cell["outputs"][0], "data"), (cell["outputs"][0], "metadata"), (cell["outputs"][0], "name"),
            (cell["outputs"][0]["data"], "image/png"), (cell["outputs"][0]["data"], text),
        )
    )  # fmt: skip
    inner[key] = odd
    return made


def _spoilt(text: str, source: random.Random) -> bytes:
    """A notebook that isn't whole: something among the cells that is none, a missing or added mark, a cut, depth."""
    cell = _cell(text.splitlines(keepends=True)) | {"outputs": [None, stream(text)][source.randrange(2) :]}
    cells = [code("1"), None, cell, 7, code("2")][source.randrange(3) :]
    raw = _dump(notebook(code("0")) | {"cells": cells}, source.choice((1, None)))
    for _ in range(source.choice((0, 1, 1, 2))):
        at = source.randrange(len(raw))
        marks = (b'"', b"\\", b"{", b"]", b",", b'","', b"[" * 300, b'"cells": 1,', b"\\q", b"")
        raw = raw[:at] + source.choice(marks) + raw[at + source.randint(0, 2) :]
    return raw if source.random() < 0.7 else raw[: source.randrange(len(raw))]


def _mixed(text: str, source: random.Random) -> bytes:
    """The text in two encodings, behind a mark that is wrong, or with NULs in it."""
    pieces = text.splitlines(keepends=True)
    cut = source.randrange(len(pieces) + 1)
    encodings = [source.choice(("utf-8", "utf-8", "utf-16-le", "utf-16-be")) for _ in range(2)]
    halves = ("".join(pieces[:cut]), "".join(pieces[cut:]))
    raw = b"".join(half.encode(name, "surrogatepass") for half, name in zip(halves, encodings, strict=True))
    raw = (
        source.choice((b"", b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff", b"\xff\xfe\0\0", b"\xef\xbb\xbf", b"+/v8-"))
        + raw
    )
    for _ in range(source.choice((0, 0, 1, 4))):
        at = source.randrange(len(raw) + 1)
        raw = raw[:at] + b"\0" + raw[at:]
    return raw


FORMS: dict[str, Callable[[str, random.Random], tuple[str, bytes]]] = {
    "py": lambda text, _: ("a.py", text.encode("utf-8", "surrogatepass")),
    "txt": lambda text, _: ("a.txt", text.encode("utf-8", "surrogatepass")),
    "string": lambda text, _: ("a.ipynb", _dump(notebook(_cell(text)))),
    "lines": lambda text, _: ("a.ipynb", _dump(notebook(_cell(text.splitlines(keepends=True))))),
    "one line": lambda text, _: ("a.ipynb", _dump(notebook(_cell(text.splitlines(keepends=True))), None)),
    "split": lambda text, source: ("a.ipynb", _dump(notebook(_cell(_pieces(text, source))))),
    "ascii": lambda text, _: ("a.ipynb", _dump(notebook(_cell(text.splitlines(keepends=True))), 1, True)),
    "escapes": lambda text, source: ("a.ipynb", _escaped(text, source)),
    "slashes": lambda text, _: ("a.ipynb", _dump(notebook(_cell([text]))).replace(b"/", b"\\/")),
    "v3": lambda text, _: ("a.ipynb", _dump(_v3(text))),
    "metadata": lambda text, _: ("a.ipynb", _dump(notebook(code("1"), note=text))),
    "cell metadata": lambda text, _: ("a.ipynb", _dump(notebook(code("1", papermill={"parameters": {"x": text}})))),
    "stream": lambda text, _: ("a.ipynb", _dump(notebook(code("show()", stream(text))))),
    "plain": lambda text, _: ("a.ipynb", _dump(_output("execute_result", data={"text/plain": [text]}))),
    "html": lambda text, _: ("a.ipynb", _dump(_output("display_data", data={"text/html": f"<pre>{text}</pre>"}))),
    "json": lambda text, _: ("a.ipynb", _dump(_output("display_data", data={"application/json": {"k": [text, 1]}}))),
    "traceback": lambda text, _: (
        "a.ipynb",
        _dump(_output("error", ename="E", evalue=text[:80], traceback=["---", *text.splitlines()])),
    ),
    "coloured": lambda text, _: (
        "a.ipynb",
        _dump(_output("error", ename="E", evalue="e", traceback=["---", _coloured(text)]), ascii_only=True),
    ),
    "highlighted": lambda text, _: (
        "a.ipynb",
        _dump(_output("display_data", data={"text/html": [_highlighted(text)]})),
    ),
    "log": lambda text, _: ("a.log", _coloured(text).encode("utf-8", "surrogatepass")),
    "attachment": lambda text, _: ("a.ipynb", _dump(_attached(text))),
    "odd place": lambda text, source: ("a.ipynb", _dump(_odd_place(text, source), source.choice((1, None)))),
    "spoilt": lambda text, source: (source.choice(("a.ipynb", "a.json")), _spoilt(text, source)),
    "mixed": lambda text, source: (source.choice(("a.py", "a.txt", "a.ipynb", "a.bin", ".env")), _mixed(text, source)),
    "utf-16": lambda text, _: ("a.txt", text.encode("utf-16", "surrogatepass")),
}  # fmt: skip


# --- texts ---


def place_texts(tokens: FakeTokens) -> Iterator[str]:
    """Places and calls where no name says what a value is, with their look-alikes, and names of many languages."""
    password, token = "kZ3#" + tokens.of(string.ascii_letters, 9) + "8", tokens.of(string.ascii_letters, 30) + "74"
    for place in load_knowledge("known_places")["places"].values():
        for text in (*place["examples"], *place["lookalikes"]):
            yield re.sub(r"\bT\b", token, re.sub(r"\bP\b", password, text)) + "\n"
    for call in load_knowledge("known_calls")["calls"]:
        for text in (call["example"], call["lookalike"]):
            body = text.replace("\\n", "\n").replace("{P}", f'"{password}"').replace("{T}", f'"{token}"')
            yield f"import {call['module']}\n{body}\n"
    for name in ("passwort", "mot_de_passe", "contraseña", "hasło", "пароль", "密码", "パスワード", "KAGGLE_KEY"):
        yield f'{name} = "{password}"\n'
        yield f"user: lab\n{name}: {token}\n"
    yield f'API_KEYS = ["{token}", "{token[::-1]}"]\ntokens = {{"alice": "{token}", "bob": "{token[::-1]}"}}\n'
    yield f"api_keys:\n  - {token}\n  - {token[::-1]}\n"


@cache
def texts(seed: int = 1) -> tuple[str, ...]:
    """Examples and look-alikes of the catalogue, the generic rules and the knowledge, and what samples are known by."""
    known = [example.text for example in (*iterate_examples(seed), *iterate_lookalikes(seed)) if example.form != "file"]
    known += [example.text for example in examples(seed)]
    known += [example.text for example in rule_examples(seed)]
    tokens = FakeTokens(seed)
    known += [f'KEY = """{private_key(tokens, kind)}"""\n' for kind in ("", "RSA ", "EC ", "OPENSSH ", "DSA ")]
    known += joined_texts(tokens)
    known += list(place_texts(tokens))
    known += _SAMPLES
    return tuple(dict.fromkeys(known))


_SAMPLES = (
    'people = [("Anna Ostrowska", "anna.ostrowska@posteo.de"), ("Jan Kowal", "j.kowal@wp.pl"), '
    '("Ute Beck", "ute@gmx.de")]\n',
    "name,email,phone\nAnna Ostrowska,anna.o@posteo.de,+49 151 2345678\nJan Kowal,jan@wp.pl,+48 601 234 567\n"
    "Ute Beck,ute@gmx.de,+49 171 5554433\n",
    'customer = {"first_name": "Anna", "last_name": "Ostrowska", "iban": "DE89370400440532013000"}\n',
    "card = '4539 1488 0343 6467'\nssn = '536-22-8741'\n",
    "open('/home/anna.ostrowska/data.csv')\nhost = '10.12.7.33'\n",
    "patient_id;diagnosis\n1234567;E11.9\n2345678;I10.0\n3456789;J45.1\n4567890;C50.9\n",
)  # fmt: skip
_NOISE = (
    "import qiskit\n", "# token\n", "x = 1\n", "provider = IonQProvider()\n", "password = ", "'", '"', "\\", "\n",
    "\t", " = ", ": ", "é", "ſ", "\u212a", "😀", "\u2028", "\x1b[31m", "</td><td>", "{", "}", "(", ")", "%env ",
    "!pip install qiskit\n", "Bearer ", "://", "eyJ", "BEGIN ", "job_id: ", "\\n", "\\u0041", "None", "\0", "ibm", "=",
    "==", ",",
)  # fmt: skip


def generated(seed: int) -> tuple[str, str, bytes]:
    """A form's name, a path and a document, made from a seed: a mutated example or two in a form."""
    source = random.Random(seed)
    known = texts(seed % 7)
    text = source.choice(known)
    if source.random() < 0.3:
        text = text + source.choice(("\n", "\n\n# next\n", " ")) + source.choice(known)
    for _ in range(source.choice((0, 1, 1, 2, 3, 6))):
        text = _mutated(text, source)
    form = source.choice(tuple(FORMS))
    path, raw = FORMS[form](text, source)
    if source.random() < 0.1:
        at = source.randrange(len(raw) + 1)
        raw = raw[:at] + bytes(source.choices(range(256), k=source.randint(0, 3))) + raw[at + source.randint(0, 2) :]
    return form, path, raw


def _mutated(text: str, source: random.Random) -> str:
    at = source.randrange(len(text) + 1)
    kind = source.randrange(7)
    if kind == 0:
        return text[:at] + source.choice(_NOISE) + text[at:]
    if kind == 1:
        return text[:at] + text[at + source.randint(1, 3) :]
    if kind == 2:
        return text[:at] + source.choice(string.printable) + text[at + 1 :]
    if kind == 3:
        return (
            text.swapcase()
            if source.random() < 0.3
            else text.replace(*source.choice((("'", '"'), ('"', "'"), (" ", "  "), ("=", ": "))))
        )
    if kind == 4:
        return source.choice(_NOISE) + text
    if kind == 5:
        start, end = sorted((at, source.randrange(len(text) + 1)))
        return text[:end] + text[start:end][:200] + text[end:]
    lines = text.splitlines(keepends=True)
    source.shuffle(lines)
    return "".join(lines)
