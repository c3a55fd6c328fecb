"""What every test of the values' room starts from."""

import pytest

from nbguard.detect.values.classifier import forget_values


@pytest.fixture(autouse=True)
def _fresh_judgements() -> None:
    """No test passes by what another one had judged, and which test reaches which line can be told."""
    forget_values()
