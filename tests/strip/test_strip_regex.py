"""Of outputs that are kept, those go whose text a pattern matches; the pattern can't stall a commit."""

import json

import pytest

from nbguard.errors import UsageError
from nbguard.strip.options import StripOptions
from nbguard.strip.strip_bytes import find_volatile, strip
from tests.growth import assert_linear
from tests.notebook_builder import as_bytes, code, error, notebook, result, stream


def _kept(raw: bytes, pattern: str, **options: object) -> list[str]:
    stripped = strip(raw, StripOptions(keep_output=True, strip_regex=pattern, **options))  # type: ignore[arg-type]
    return [output["output_type"] for output in json.loads(stripped)["cells"][0]["outputs"]]


def test_only_outputs_whose_text_matches_go() -> None:
    raw = as_bytes(notebook(code("1", stream("WARNING: 3 shots\n"), result(text__plain="42"), error("E", "é failed"))))
    assert _kept(raw, r"WARNING: \d+ shots") == ["execute_result", "error"]
    assert _kept(raw, "^42$") == ["stream", "error"]
    assert _kept(raw, "é fail") == ["stream", "execute_result"]
    assert _kept(raw, "nothing of this") == ["stream", "execute_result", "error"]


def test_text_of_several_lines_is_matched_across_them() -> None:
    raw = as_bytes(notebook(code("1", stream("first\nsecond\n"))))
    assert _kept(raw, r"first\nsecond") == []
    assert _kept(raw, r"(?m)^second$") == []


def test_pictures_are_no_text_and_types_are_not_matched() -> None:
    raw = as_bytes(notebook(code("1", result(image__png="iVBORw0KGgo="), stream("x"))))
    assert _kept(raw, "iVBOR|stream|stdout|execute_result") == ["execute_result", "stream"]


def test_outputs_kept_by_size_or_type_go_too_when_they_match() -> None:
    raw = as_bytes(notebook(code("1", stream("a token"), stream("b"))))
    stripped = strip(raw, StripOptions(max_size=100, strip_regex="token"))
    assert [output["text"] for output in json.loads(stripped)["cells"][0]["outputs"]] == [["b"]]


def test_check_says_which_output_goes() -> None:
    raw = as_bytes(notebook(code("1", stream("keep"), stream("drop"), count=None)))
    options = StripOptions(keep_output=True, strip_regex="drop")
    assert [str(volatile) for volatile in find_volatile(raw, options)] == ["cell 1: outputs 1"]


def test_text_that_is_no_utf_8_is_matched_and_not_raised_over() -> None:
    lone, broken = (
        as_bytes(notebook(code("1", stream("\ud800 match"))), ascii_only=True),
        as_bytes(notebook(code("1", stream("X match")))),
    )
    for raw in (lone, broken.replace(b"X match", b"\xff match")):
        assert b"match" in raw
        assert b"match" not in strip(raw, StripOptions(keep_output=True, strip_regex="match"))
        assert strip(raw, StripOptions(keep_output=True, keep_count=True, strip_regex="other")) is raw


@pytest.mark.parametrize("pattern", ["(", "(?=ahead)", r"(a)\1"])
def test_a_pattern_that_re2_has_not_is_refused_in_one_line(pattern: str, capfd: pytest.CaptureFixture[str]) -> None:
    raw = as_bytes(notebook(code("1", stream("x"))))
    with pytest.raises(UsageError, match="is no RE2 pattern"):
        strip(raw, StripOptions(keep_output=True, strip_regex=pattern))
    assert capfd.readouterr().err == ""


@pytest.mark.slow
def test_a_pattern_that_stalls_other_engines_takes_linear_time() -> None:
    def keep(size: int) -> None:
        assert _kept(as_bytes(notebook(code("1", stream("a" * size + "!")))), "(a+)+$") == ["stream"]

    assert_linear(keep, 20_000)
