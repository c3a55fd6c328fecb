from collections.abc import Iterator

import pytest

from tests.audit.delivery.collector_server import CollectorServer


@pytest.fixture
def collector() -> Iterator[CollectorServer]:
    server = CollectorServer()
    yield server
    server.close()
