"""Stands in for explorer.loading.running in a worker: a model that does what a test tells it to do.

Its folder holds a safetensors file like any other; the inputs say what happens.
"""

import os
import socket
import time
from pathlib import Path

from explorer.errors import InputError

STEP = 0.02


class Loaded:
    def __init__(self, folder):
        self.folder = Path(folder)
        files = list(self.folder.glob("*.safetensors"))
        self.weights = bytearray(b"\1") * sum(file.stat().st_size for file in files)
        self.nbytes = len(self.weights)
        self.made = 0

    def run(self, inputs, parameters):
        verb, argument = inputs
        return getattr(self, verb)(argument)

    def stream(self, inputs, parameters, is_cancelled):
        for number in range(inputs):
            if is_cancelled():
                break
            self.made += 1
            yield number
            time.sleep(parameters)
        yield "cancelled" if is_cancelled() else "all"

    def say(self, what):
        return what

    def pid(self, _):
        return os.getpid()

    def count(self, _):
        """How many events were made so far, by all streams."""
        return self.made

    def wait(self, seconds):
        time.sleep(seconds)
        return seconds

    def refuse(self, what):
        raise InputError(what, "Say something else.")

    def break_down(self, what):
        raise LookupError(what)

    def fill(self, nbytes):
        return len(bytearray(nbytes))

    def read(self, path):
        return Path(path).read_text("utf-8")

    def write(self, path):
        Path(path).write_text("mine", "utf-8")

    def connect(self, address):
        socket.create_connection(tuple(address), timeout=2)

    def start(self, program):
        return os.system(program)

    def surroundings(self, _):
        return dict(os.environ)


def load(folder, task):
    loaded = Loaded(folder)
    if task == "hang":
        time.sleep(3600)
    if task == "crash":
        os.abort()
    if task == "refuse":
        raise InputError("This model cannot be loaded.", "Take another.")
    return loaded
