"""Protects the way of a value from its literal to the call it goes to, through what people write in between."""

import pytest

from nbguard.detect.engine import Engine
from nbguard.documents.reading import open_document
from tests.fake_tokens import FakeTokens
from tests.growth import assert_linear

HEAD = "from qiskit_ionq import IonQProvider\n"
FLOWS = {
    "argparse default": """
p.add_argument("--token", default="@@")
args = p.parse_args()
IonQProvider(args.token)""",
    "argparse with dest": """
p.add_argument("--ionq-token", dest="tok", default="@@")
IonQProvider(p.parse_args().tok)""",
    "click option": """
@click.command()
@click.option("--token", default="@@")
def main(token):
    IonQProvider(token)""",
    "typer option": """
def main(token: str = typer.Option("@@")):
    IonQProvider(token)""",
    "JSON in a string": """
cfg = json.loads('{"k": "@@"}')
IonQProvider(cfg["k"])""",
    "nested JSON": """
cfg = json.loads('{"ionq": {"k": "@@", "n": 1}}')
IonQProvider(cfg["ionq"]["k"])""",
    "property": """
class Settings:
    @property
    def token(self):
        return "@@"
IonQProvider(Settings().token)""",
    "dataclass field": """
@dataclass
class Settings:
    token: str = field(default="@@")
IonQProvider(Settings().token)""",
    "attrs": """
@attr.s
class Settings:
    token = attr.ib(default="@@")
IonQProvider(Settings().token)""",
    "enumeration": """
class Keys(Enum):
    IONQ = "@@"
IonQProvider(Keys.IONQ.value)""",
    "dict of zip": """
keys = dict(zip(["a", "ionq"], ["x", "@@"]))
IonQProvider(keys["ionq"])""",
    "dict comprehension": """
keys = {k: v for k, v in {"ionq": "@@"}.items()}
for v in keys.values():
    IonQProvider(v)""",
    "list comprehension": """
[IonQProvider(t) for t in ["@@"]]""",
    "global": """
TOKEN = None
def setup():
    global TOKEN
    TOKEN = "@@"
IonQProvider(TOKEN)""",
    "getattr default": """
IonQProvider(getattr(settings, "tok", "@@"))""",
    "next of iter": """
IonQProvider(next(iter(["@@"])))""",
    "items in a loop": """
for name, tok in {"me": "@@"}.items():
    IonQProvider(tok)""",
    "zip in a loop": """
for name, tok in zip(["me"], ["@@"]):
    IonQProvider(tok)""",
    "streamlit input": """
tok = st.text_input("Your input", value="@@")
IonQProvider(tok)""",
    "widget": """
w = widgets.Text(value="@@")
IonQProvider(w.value)""",
    "dictionary of accounts": """
ACCOUNTS = {"lab": {"t": "@@"}, "home": {"t": "x"}}
IonQProvider(ACCOUNTS["lab"]["t"])""",
    "namedtuple": """
Account = namedtuple("Account", "name tok")
a = Account("me", "@@")
IonQProvider(a.tok)""",
    "fields by position": """
@dataclass
class Account:
    name: str
    tok: str
IonQProvider(Account("me", "@@").tok)""",
    "pytest fixture": """
@pytest.fixture
def tok():
    return "@@"
def test_it(tok):
    IonQProvider(tok)""",
    "marimo cells": """
import marimo
app = marimo.App()
@app.cell
def _():
    tok = "@@"
    return (tok,)
@app.cell
def _(tok):
    IonQProvider(tok)""",
}


def scan(text):
    engine = Engine()
    document = open_document("a.py", text.encode())
    screening = engine.screen(document.raw, "a.py")
    return [] if screening is None else engine.detect(document, screening)


@pytest.mark.parametrize("form", FLOWS)
def test_a_value_is_followed_to_its_call(form):
    token = FakeTokens(7).ionq()
    found = scan(HEAD + FLOWS[form].replace("@@", token))
    assert [(f.rule, f.value, f.field.text[f.start : f.end]) for f in found] == [("ionq-api-key", token, token)]


@pytest.mark.parametrize(
    "source",
    [
        'p.add_argument("--other", default="@@")\nIonQProvider(p.parse_args().token)',
        'for name, tok in {"@@": name}.items():\n    IonQProvider(tok)',
        'def f():\n    value = "@@"\nvalue = None\nIonQProvider(other)',
        'cfg = json.loads(\'{"k": "@@"}\')\nIonQProvider(cfg["other"])',
    ],
)
def test_what_goes_elsewhere_isnt(source):
    assert scan(HEAD + source.replace("@@", FakeTokens(7).ionq())) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        'p.add_argument("--t", default=a.b)\nIonQProvider(p.parse_args().t)\n',
        "for a, b in zip(c, d):\n    IonQProvider(b)\n",
    ],
)
def test_the_time_is_linear_in_the_code(piece):
    assert_linear(lambda size: scan(HEAD + piece * size), 40, piece)
