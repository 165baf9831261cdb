"""Options and fixtures of the whole test run."""

import pytest
from hypothesis import HealthCheck, settings

from tests.hub.fixtures import hub as hub

# A busy machine is no fault of the code under test.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden, then read the diff")
