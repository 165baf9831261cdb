"""The pages under test ask a Hub of our own."""

from collections.abc import Iterator

import pytest

from explorer.hub import reach
from tests.hub.server import HubServer


# One for all tests: the answers that the pages share keep the address that they were made with.
@pytest.fixture(autouse=True, scope="session")
def hub() -> Iterator[HubServer]:
    reach.forget()
    with HubServer() as server, pytest.MonkeyPatch.context() as environment:
        environment.setenv("HF_ENDPOINT", server.url)
        environment.delenv("HF_HUB_OFFLINE", raising=False)
        yield server
    reach.forget()
