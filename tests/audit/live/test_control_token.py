"""Controls: of the same shape, never the value."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.audit.live.control_token import make_control


@given(st.text(string.ascii_letters + string.digits + "-_.+/=é", min_size=1, max_size=60))
def test_a_control_has_the_shape_of_the_value_and_is_another(value):
    made = make_control(value)
    assert made != value
    if re.search("[a-zA-Z0-9]", value):
        assert len(made) == len(value)
        assert re.sub("[A-Z]", "A", re.sub("[a-z]", "a", re.sub("[0-9]", "0", made))) == re.sub(
            "[A-Z]", "A", re.sub("[a-z]", "a", re.sub("[0-9]", "0", value))
        )


@pytest.mark.parametrize(("value", "keep", "shape"), [
    ("gh" + "p_" + "aB3" * 12, "gh[pousr]_", "ghp_[A-Za-z0-9]{36}"),
    ("DEV-" + "0a1f" * 10, "[A-Za-z0-9]{2,4}-", "DEV-[0-9a-f]{40}"),
    ("0123-4567-89ab", "", "[0-9]{4}-[0-9]{4}-[0-9]{2}[a-f]{2}"),
])  # fmt: skip
def test_what_is_public_stays_and_hexadecimal_stays_hexadecimal(value, keep, shape):
    for _ in range(50):
        assert re.fullmatch(shape, make_control(value, keep))
