"""What stands in base64 in an attachment, a ``data:`` URI or a Secret is found as it is in a file, in its place."""

import base64
import json
import random

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests.detect.catalogue_examples import iterate_examples, iterate_lookalikes
from tests.detect.differential import disagreement, found
from tests.detect.generated_documents import generated
from tests.detect.rule_examples import rule_examples
from tests.fake_tokens import ALPHANUMERIC, FakeTokens
from tests.notebook_builder import as_bytes, code, markdown, notebook

ENGINE = Engine(Scope(frozenset(("credential",))))
TOKENS = FakeTokens(41)
WORD = TOKENS.of(ALPHANUMERIC, 24)


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def decoded(signs: str, shift: int) -> bytes:
    """What signs of base64 say that begin at a place modulo 4; whatever stands beside them."""
    run = "A" * shift + "".join(signs.split())
    return base64.b64decode(run + "A" * (-len(run) % 4))


def attached(text: str, name: str = "notes.txt", mime: str = "text/plain") -> tuple[str, bytes]:
    cell = markdown(f"![notes](attachment:{name})") | {"attachments": {name: {mime: b64(text)}}}
    return "a.ipynb", as_bytes(notebook(cell))


def linked(text: str) -> tuple[str, bytes]:
    return "a.ipynb", as_bytes(notebook(markdown(f"[notes](data:text/plain;base64,{b64(text)})")))


def embedded(text: str) -> tuple[str, bytes]:
    html = f'<a download="notes" href="data:text/plain;charset=utf-8;base64,{b64(text)}">notes</a>'
    data = {"output_type": "display_data", "metadata": {}, "data": {"text/html": [html]}}
    return "a.ipynb", as_bytes(notebook(code("show()", data)))


def secret(text: str) -> tuple[str, bytes]:
    return "a.yaml", f"apiVersion: v1\nkind: Secret\ndata:\n  notes: {b64(text)}\n".encode()


PLACES = {"attachment": attached, "data URI in Markdown": linked, "data URI in HTML": embedded, "Secret": secret}
EXAMPLES = [*iterate_examples(5), *rule_examples(5)]
TEXTS = sorted({example.text.strip("\n") + "\n" for example in EXAMPLES})
LOOKALIKES = sorted({example.text.strip("\n") + "\n" for example in iterate_lookalikes(5)})


def values(place: tuple[str, bytes]) -> set[str]:
    return {finding.value for finding in found(ENGINE, *place)}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("share", range(4))
def test_every_example_is_found_in_base64_as_in_a_file(place: str, share: int) -> None:
    looked_at = 0
    for text in TEXTS[share::4]:
        plain = values(("notes", text.encode()))
        looked_at += bool(plain)
        assert plain <= values(PLACES[place](text)), text
    assert looked_at > 50


@pytest.mark.parametrize("place", PLACES)
def test_no_lookalike_is_found_in_base64(place: str) -> None:
    for text in LOOKALIKES:
        assert values(PLACES[place](text)) <= values(("notes", text.encode())), text


@pytest.mark.parametrize("place", PLACES)
def test_the_exhaustive_engine_says_the_same(place: str) -> None:
    for text in (*TEXTS[::9], *LOOKALIKES[::9]):
        assert disagreement(*PLACES[place](text)) == (set(), set()), text


def test_a_notebook_whose_attachments_are_pictures_is_not_opened_for_them() -> None:
    picture = {"image/png": b64("\x89PNG" * 40)}
    for attachments in ({}, {"a.png": picture}, {"a.png": picture, "b c.jpeg": {"image/jpeg": "/9j/4AAQ\n"}}):
        raw = as_bytes(
            notebook(markdown("a picture") | {"attachments": attachments}, markdown("b") | {"attachments": {}})
        )
        for written in (raw, json.dumps(json.loads(raw)).encode()):
            assert ENGINE.screen(written, "a.ipynb") is None


def test_what_may_be_more_than_a_picture_is_looked_at() -> None:
    """Beside pictures, under a picture's type, in a drawing, in a list of lines, as an attachment's name."""
    leak = b64(TEXTS[0] + f'api_key = "{WORD}"\n')
    picture = {"image/png": b64("\x89PNG" * 40)}
    looked_into = 0
    for attachments in (
        {"a.png": picture, "notes.txt": {"text/plain": leak}},
        {"a.png": picture | {"text/plain": leak}},
        {"a.svg": {"image/svg+xml": leak}},
        {"a.png": {"image/png": f"-{leak}"}},
        {"a.txt": {"text/plain": [leak]}},
        {leak: picture},
        {"a.png": leak},
        [leak],
    ):
        raw = as_bytes(notebook(markdown("text") | {"attachments": attachments}))
        assert disagreement("a.ipynb", raw) == (set(), set()), attachments
        looked_into += WORD in values(("a.ipynb", raw))
    assert looked_into >= 4


def test_each_of_several_credentials_has_its_own_place() -> None:
    """Accepting one doesn't hide the other; the place is the base64 of the value, over lines too."""
    values = [TOKENS.of(ALPHANUMERIC, 24) for _ in range(3)]
    text = "".join(f'password_{number} = "{value}"\n# more\n' for number, value in enumerate(values))
    lines = base64.encodebytes(text.encode()).decode()
    for path, raw in (
        attached(text),
        linked(text),
        (
            "a.yaml",
            f"kind: Secret\ndata:\n  notes.ini: |\n    {lines.strip().replace(chr(10), chr(10) + '    ')}\n".encode(),
        ),
        ("a.json", json.dumps({"encoding": "base64", "content": lines}).encode()),
    ):
        document = open_document(path, raw)
        findings = [finding for finding in ENGINE.detect(document) if finding.value in values]
        assert [finding.value for finding in findings] == values
        for finding in findings:
            signs = finding.field.text[finding.start : finding.end].replace("\\n", "")
            assert any(finding.value.encode() in decoded(signs, shift) for shift in (0, 1, 2)), path
            assert finding.cause.endswith("in base64")


ANNOUNCED = {
    "b64decode": 'cfg = base64.b64decode("{}")',
    "b64decode over lines": 'cfg = b64decode(\n    b"{}"\n)',
    "atob": "const cfg = atob('{}')",
    "Node": 'const cfg = Buffer.from("{}", "base64")',
    ".NET": 'var cfg = Convert.FromBase64String("{}");',
    "cloud-init": "write_files:\n- encoding: b64\n  content: {}\n  path: /etc/x",
    "HAR": '{{"text": "{}", "encoding": "base64"}}',
    "binary in YAML": "body: !!binary |\n  {}\nstatus: 200",
    "PowerShell": "powershell -NoProfile -EncodedCommand {}",
    "shell": "echo {} | base64 -d > ~/.netrc",
    "here string": "base64 -d <<< {}",
    "a Secret in JSON": '{{"kind": "Secret", "data": {{"app.ini": "{}"}}}}',
    "a Secret, its kind behind": "data:\n  app.ini: {}\nkind: Secret\n",
    "a slash with an escape": '{{"href": "data:text\\/plain;base64,{}"}}',
    "no media type": "<a href='data:;base64,{}'>",
}


@pytest.mark.parametrize("form", ANNOUNCED)
def test_what_announces_base64(form: str) -> None:
    text = f'# settings\npassword = "{WORD}"\nuser = "ingest"\n'
    written = ANNOUNCED[form].format(b64(text).replace("/", "\\/") if "slash" in form else b64(text))
    for path, raw in (("a.txt", written.encode()), ("a.ipynb", as_bytes(notebook(code(written))))):
        assert WORD in values((path, raw))
        assert disagreement(path, raw) == (set(), set())


def test_a_notebook_in_an_attachment() -> None:
    inner = as_bytes(notebook(code(f'password = "{WORD}"'))).decode()
    assert WORD in values(attached(inner, "old.ipynb", "application/octet-stream"))


def test_base64_in_base64_is_looked_at_to_a_depth() -> None:
    text, found_in = f"password = {WORD!r}\n", []
    for _ in range(6):
        text = f"data:text/plain;base64,{b64(text)}"
        found_in.append(WORD in values(("a.md", text.encode())))
    assert found_in[:2] == [True, True]
    assert not found_in[-1]


def test_utf_16_in_base64() -> None:
    encoded = base64.b64encode(f'$password = "{WORD}"\r\n'.encode("utf-16-le")).decode()
    assert WORD in values(("a.ps1", f"powershell -enc {encoded}".encode()))


def test_damaged_documents_in_base64_are_read_by_both_engines_alike() -> None:
    for seed in range(60):
        _, _, raw = generated(seed)
        source = random.Random(seed)
        text = raw.decode("utf-8", "replace")
        path, outer = PLACES[source.choice(tuple(PLACES))](text)
        at = source.randrange(len(outer))
        for damaged in (outer, outer[:at] + source.choice((b"\n", b"=", b'"', b"\\", b"%2B", b" ")) + outer[at:]):
            assert disagreement(path, damaged) == (set(), set()), seed
