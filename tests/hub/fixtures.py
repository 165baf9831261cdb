"""The test Hub as a fixture, for every test that needs one."""

from collections.abc import Iterator

import pytest

from explorer.hub import reach
from tests.hub.server import HubServer


@pytest.fixture
def hub() -> Iterator[HubServer]:
    """A Hub of its own for the test, without any model."""
    reach.forget()
    with HubServer() as server:
        yield server
    reach.forget()
