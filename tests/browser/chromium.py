"""Find a Chromium for the browser tests; run as a module, install one where there is none."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


class NoChromiumError(RuntimeError):
    """There is no Chromium, and the browser tests must not be skipped."""


def find_chromium() -> str:
    """The executable: the one in CHROMIUM, one on the PATH, or Playwright's own."""
    if named := os.environ.get("CHROMIUM"):
        if not Path(named).is_file():
            raise NoChromiumError(f"CHROMIUM names {named!r}, which is not a file.")
        return named
    if found := next(_candidates(), None):
        return found
    raise NoChromiumError("No Chromium was found. Run `make browser`, or name one in the variable CHROMIUM.")


def install_chromium() -> None:
    """Debian's package where this user may install packages, else Playwright's own build."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update"], check=False)
        if subprocess.run(["apt-get", "install", "--yes", "chromium"], check=False).returncode == 0:
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


def _candidates() -> Iterator[str]:
    yield from filter(None, map(shutil.which, NAMES))
    with sync_playwright() as playwright:
        if Path(playwright.chromium.executable_path).is_file():
            yield playwright.chromium.executable_path


if __name__ == "__main__":
    try:
        print(find_chromium())
    except NoChromiumError as error:
        print(error, "Installing one.", file=sys.stderr)
        install_chromium()
        print(find_chromium())
