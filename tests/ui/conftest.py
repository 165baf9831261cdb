"""The pages under test ask a Hub of our own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer.hub import reach
from tests.hub.server import HubServer


@pytest.fixture(scope="session")
def local_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder below which the operator lets visitors read."""
    return tmp_path_factory.mktemp("models")


# One for all tests: the answers that the pages share keep the settings that they were made with.
@pytest.fixture(autouse=True, scope="session")
def hub(local_root: Path) -> Iterator[HubServer]:
    reach.forget()
    with HubServer() as server, pytest.MonkeyPatch.context() as environment:
        environment.setenv("HF_ENDPOINT", server.url)
        environment.setenv("EXPLORER_LOCAL_ROOTS", str(local_root))
        environment.delenv("HF_HUB_OFFLINE", raising=False)
        yield server
    reach.forget()
