"""A browser test that cannot run must say so."""

import pytest

from tests.browser import chromium
from tests.browser.chromium import NoChromiumError, find_chromium


def test_the_browser_named_in_the_environment_is_taken(monkeypatch, tmp_path):
    named = tmp_path / "chromium"
    named.touch()
    monkeypatch.setenv("CHROMIUM", str(named))
    assert find_chromium() == str(named)


def test_a_named_browser_that_is_not_there_is_an_error(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(NoChromiumError, match="/nowhere/chromium"):
        find_chromium()


def test_without_any_browser_the_error_says_what_to_do(monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "_candidates", lambda: iter(()))
    with pytest.raises(NoChromiumError, match="make browser"):
        find_chromium()
