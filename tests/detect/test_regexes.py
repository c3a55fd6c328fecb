"""No regex of the package tries one text in very many ways."""

import random

import pytest

from benchmarks.growth_pieces import find_patterns
from tests.ambiguity import is_ambiguous
from tests.detect import differential
from tests.detect.generated_documents import FORMS


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?:[^<>]{0,60}[<>;m]){1,12}?x",
        "(a+)+b",
        "(?:a|ab|b)*c",
        r"(?:\\.|(?s:.))+'",
        r"(?:\s*x?)*y",
        r"x(?=(?:\w*_*)*z)",
    ],
)
def test_what_may_take_forever_is_known(pattern: str) -> None:
    assert is_ambiguous(pattern)


@pytest.mark.parametrize(
    "pattern",
    [r"(?:[^<>;m]{0,60}[<>;m]){1,12}?x", "(?:a{1,3}b)*", r"\w+\s*=\s*\w+", "(?:a++|b)*", "(?:a*+a*+)*+", "(?:a|ab)*+c"],
)
def test_what_ends_soon_is_let_be(pattern: str) -> None:
    assert not is_ambiguous(pattern)


@pytest.mark.slow
def test_no_regex_tries_one_text_in_very_many_ways() -> None:
    assert [pattern for pattern in find_patterns() if is_ambiguous(pattern)] == []


@pytest.mark.parametrize(
    "text",
    [
        f'token = "a{"_" * 90}!"\n',
        f"token\x1b[39m{'m;m;' * 200}\n",
        f"token: {'</b>' * 200}\n",
        f"password:{chr(10)}{'        ' * 200}\n",
        f"password = {chr(92) * 400}\n",
        f"api_key: {'&x ' * 200}\n",
    ],
)
def test_no_value_is_looked_at_forever(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Looked at by both engines, as a text, as a program and as a cell."""
    for form in ("txt", "py", "string", "stream"):
        document = (form, *FORMS[form](text, random.Random(1)))
        monkeypatch.setattr(differential, "generated", lambda _, document=document: document)
        assert list(differential.run(1, seed=0)) == []
