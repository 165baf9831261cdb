"""The pages under test ask no Hub, unless a test brings one of its own."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="session")
def no_hub() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("HF_HUB_OFFLINE", "1")
        yield
