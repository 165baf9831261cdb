"""The worker's side: what a worker may not do."""

import subprocess
import sys

PROGRAM = """
import socket, urllib.request
from explorer.engine import worker
worker.start(memory=2048)
import os
for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
    print(name in os.environ)
from huggingface_hub import get_token
print(get_token())
server = socket.socket(); server.bind(("127.0.0.1", 0)); server.listen()
for attempt in (
    lambda: socket.create_connection(server.getsockname(), timeout=2),
    lambda: socket.getaddrinfo("localhost", 80),
    lambda: urllib.request.urlopen(f"http://127.0.0.1:{server.getsockname()[1]}", timeout=2),
):
    try:
        attempt()
    except Exception as error:
        print("network" in str(error))
    else:
        print("went through")
try:
    bytearray(4 * 2**30)
except MemoryError:
    print("limited")
try:
    worker.call("warm_up", ())
except ValueError as error:
    print(error)
"""


def test_a_worker_has_no_token_no_network_and_little_memory(tmp_path):
    token = tmp_path / "token"
    token.write_text("hf_secret")
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        timeout=120,
        env={"PATH": "", "HF_TOKEN": "hf_secret", "HF_HOME": str(tmp_path), "PYTHONPATH": ":".join(sys.path)},
    )
    assert finished.stdout.split("\n") == [
        *["False"] * 2,
        "None",
        *["True"] * 3,
        "limited",
        "No job 'warm_up'",
        "",
    ], finished.stderr
