"""The app as its users get it: ``streamlit run`` in a process of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Server:
    """A running app: its address and its process."""

    url: str
    pid: int


@contextmanager
def running(
    script: Path = ROOT / "streamlit_app.py", port: int | None = None, folder: Path = ROOT, **environment: str
) -> Iterator[Server]:
    """The app on the port, or on a free one, started in the folder, until the block ends."""
    port = port or _free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    options = ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"]
    # Nobody's token and nobody's Hub, unless the test brings its own.
    inherited = {name: os.environ[name] for name in os.environ if not name.startswith(("HF_", "EXPLORER_"))}
    variables = {"HF_HUB_OFFLINE": "1"} | environment
    process = subprocess.Popen([*command, *options], cwd=folder, env=inherited | variables)
    try:
        server = Server(f"http://127.0.0.1:{port}", process.pid)
        _wait_until_up(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(30)


def _wait_until_up(server: Server, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        if process.poll() is not None:
            raise RuntimeError(f"The app ended with status {process.returncode}.")
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"The app did not answer within {seconds} seconds.")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
