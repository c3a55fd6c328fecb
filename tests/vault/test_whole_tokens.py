"""A credential is moved whole or not at all, whichever rule found it and whatever stands around it."""

import random
import string
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.detect.catalogue.sample import make_sample
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.documents.reading import open_document
from nbguard.policy.policy_settings import Config
from nbguard.scan.movable import find_movable
from nbguard.scan.scanner import Scanner
from nbguard.vault.references import Reference
from nbguard.vault.rewrite import RewriteTarget, Rewritten, rewrite
from nbguard.vault.style import STYLES, Lookup
from tests.detect import catalogue_examples, generic_examples
from tests.notebook_builder import as_bytes, code, notebook

LOOKUP = Lookup(Reference("secret", "quantum/x", "k"), "X_K")
PIECE = 6
MORE = "Tq9Zk3Vw8"  # what a literal beside the credential's says
TAILS = {
    "nothing": "", "letters": "Qz7", "many": "Ab3dEf6hIj9lMnOpQrStUv", "dash": "-a7K", "underscore": "_Zq4",
    "dots": ".01.7Kq2x", "padding": "==", "plus": "+Kq2x7",
    "accent": "éKq2x7Vw", "escape in text": "\\\\u0041Kq2x7Vw",
}  # fmt: skip
# @ is the credential with its tail. The name `config.ini` is that of a file.
FORMS = {
    "alone": ("a.py", 'f("@")'),
    "single quotes": ("a.py", "x = '@'"),
    "raw": ("a.py", 'x = r"@"'),
    "bytes": ("a.py", 'x = b"@"'),
    "in a longer string": ("a.py", 'x = "use @ here"'),
    "f-string": ("a.py", 'n = 1\nx = f"{n} @"'),
    "f-string, right beside": ("a.py", 'n = 1\nx = f"@{n}"'),
    "joined": ("a.py", 'x = "@" + "Tq9Zk3Vw8"'),
    "joined in front": ("a.py", 'x = "Tq9Zk3Vw8" + "@"'),
    "side by side": ("a.py", 'x = ("@" "Tq9Zk3Vw8")'),
    "escape behind": ("a.py", 'x = "@\\x41Tq9Zk3Vw8"'),
    "line continued": ("a.py", 'x = "@\\\nTq9Zk3Vw8"'),
    "word in front": ("a.py", 'x = "Tq9Zk3Vw8@"'),
    "URL": ("a.py", 'x = "https://api.host.io/v1/run?token=@&n=1"'),
    "password of a URL": ("a.py", 'x = "https://user:@@db.host.io/runs"'.replace(":@@", ":@\0")),
    "header": ("a.py", 'h = {"Authorization": "Bearer @"}'),
    "return": ("a.py", 'def f():\n    return"@"'),
    "comment": ("a.py", "x = 1  # @"),
    ".env": (".env", "SERVICE_TOKEN=@\n"),
    ".env, quoted": (".env", 'SERVICE_TOKEN="@"\n'),
    "YAML": ("a.yaml", "service:\n  token: @\n"),
    "JSON": ("a.json", '{"token": "@"}\n'),
    "INI": ("a.ini", "[service]\ntoken = @\n"),
    "shell": ("a.sh", "export SERVICE_TOKEN=@\n"),
    "shell, single quotes": ("a.sh", "curl -H 'X-Token: @' https://host.io\n"),
    "prose": ("a.md", "The token is @.\n"),
    "cell": ("a.ipynb", 'f("@")'),
    "shell line": ("a.ipynb", "!run --token @"),
    "env magic": ("a.ipynb", "%env SERVICE_TOKEN=@"),
}  # fmt: skip
PACK = """
[[rules]]
id = "lab-key"
regex = '''lab_[a-z0-9]{24}'''
keywords = ["lab_"]
[[rules]]
id = "lab-mixed"
regex = '''(?i)mixed[:=-]([a-z0-9/+]{20})'''
keywords = ["mixed"]
"""


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Scanner:
    pack = tmp_path_factory.mktemp("pack") / "lab.toml"
    pack.write_text(PACK)
    return Scanner(Config("/none", rules=(str(pack),)), frozenset(("credential",)))


@pytest.fixture(scope="module")
def foreign() -> Scanner:
    """With the plugins of detect-secrets in their own words."""
    return Scanner(Config("/none", plugins=("all",)), frozenset(("credential",)))


@cache
def credentials(seed: int) -> dict[str, str]:
    """A credential for each rule whose example is one word."""
    made: dict[str, str] = {}
    for example in catalogue_examples.iterate_examples(seed):
        made.setdefault(example.rule_id, example.secret)
    for generic in generic_examples.examples(seed):
        made.setdefault(generic.rule, generic.value)
    for name, entry in load_knowledge("service_keys").items():
        if "?P<value>" not in entry["shape"]:  # of the others a name is a part of the example
            made.setdefault(name, make_sample(entry["sample"], random.Random(f"{name} {seed}")))
    random_one = random.Random(seed)
    made["lab-key"] = "lab_" + "".join(random_one.choices(string.ascii_lowercase + string.digits, k=24))
    return {rule: value for rule, value in made.items() if not set(value) & set("\n; /")}


def written(form: str, whole: str) -> tuple[str, bytes]:
    path, text = FORMS[form]
    text = text.replace("@", whole).replace("\0", "@")
    return path, as_bytes(notebook(code(text))) if path.endswith(".ipynb") else text.encode()


def moved(scanner: Scanner, path: str, raw: bytes, style: str = "nbguard") -> Rewritten:
    document = open_document(path, raw)
    (findings,) = find_movable([document], scanner)
    # Each value has a key of its own: one lookup never stands for two.
    keys = {value: f"k{number}" if number else "k" for number, value in enumerate({one.value: 0 for one in findings})}
    targets = [RewriteTarget(one, Lookup(Reference("secret", "quantum/x", keys[one.value]), "X_K")) for one in findings]
    return rewrite(document, targets, style)


def pieces_left(text: str, whole: str) -> Iterator[str]:
    """Pieces of the middle and the end of a credential; its beginning is public."""
    if MORE in text:
        yield MORE
    whole = whole.rstrip("=")
    yield from (whole[at : at + PIECE] for at in range(8, len(whole) - PIECE + 1) if whole[at : at + PIECE] in text)


def check(done: Rewritten, raw: bytes, whole: str, what: str) -> None:
    if not done.done:
        assert done.raw == raw, what
        assert all(left.reason for left in done.left), what
        return
    left = [left.finding.value for left in done.left]
    text = done.raw.decode()
    for value in left:
        text = text.replace(value, "")  # said to stay, with the reason
    assert not next(pieces_left(text, whole), ""), what


@pytest.mark.parametrize("form", FORMS)
def test_nothing_of_a_credential_stays_beside_its_lookup(form: str, scanner: Scanner) -> None:
    for rule, value in list(credentials(len(form) % 4).items())[len(form) % 4 :: 4]:
        for name, tail in TAILS.items():
            path, raw = written(form, value + tail)
            check(moved(scanner, path, raw), raw, value + tail, f"{rule}, {form}, {name}")


@pytest.mark.parametrize("form", ["alone", "URL", ".env", "joined", "prose"])
def test_what_detect_secrets_finds_is_moved_whole_or_not_at_all(form: str, foreign: Scanner) -> None:
    for rule, value in list(credentials(2).items())[::6]:
        path, raw = written(form, value + "Qz7")
        check(moved(foreign, path, raw), raw, value + "Qz7", f"{rule}, {form}")


@given(
    st.integers(0, 3),
    st.sampled_from(sorted(FORMS)),
    st.text(string.ascii_letters + string.digits + "-_.~+/=", max_size=40),
    st.text(string.ascii_letters + string.digits + "-_.", max_size=12),
    st.integers(0, 3),
    st.sampled_from(STYLES),
    st.randoms(use_true_random=False),
)
@settings(max_examples=120, deadline=None)
def test_any_tail_and_any_beginning(
    scanner: Scanner, seed: int, form: str, tail: str, head: str, shorter: int, style: str, chance: random.Random
) -> None:
    made = credentials(seed)
    rule = chance.choice(sorted(made))
    whole = head + made[rule][: len(made[rule]) - shorter] + tail
    path, raw = written(form, whole)
    done = moved(scanner, path, raw, style)
    if done.done:
        taken = max((target.finding.value for target in done.done), key=len)
        before, found, behind = whole.partition(taken)
        if not found:
            assert whole in taken, f"{rule} in {form}"  # joined with the literal beside it
            return
        assert not before[-1:].isalnum(), f"{rule} in {form}: {len(before)} characters are left in front"
        assert not behind[:1].isalnum(), f"{rule} in {form}: {len(behind)} characters are left behind"
