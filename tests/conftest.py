"""Options and fixtures of the whole test run."""

import pytest

from tests.hub.fixtures import hub as hub


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden, then read the diff")
