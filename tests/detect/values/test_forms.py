"""Each form of a value, held against the examples and look-alikes beside it."""

import re

import pytest

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.values.forms import form_of

FORMS = load_knowledge("value_forms")
MATCH = {"whole": re.fullmatch, "part": re.search, "beginning": re.match}


@pytest.mark.parametrize("name", FORMS)
def test_examples_have_the_form_and_lookalikes_have_not(name: str) -> None:
    match = MATCH[FORMS[name]["match"]]
    assert [text for text in FORMS[name]["examples"] if match(form_of(name), text) is None] == []
    assert [text for text in FORMS[name]["lookalikes"] if match(form_of(name), text) is not None] == []
