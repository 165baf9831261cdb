"""The side of the process that holds a model: it loads it, then answers one call after the other."""

import importlib
import os
import shutil
import threading
import traceback
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any

from explorer.engine import worker
from explorer.engine.confinement import confine
from explorer.engine.messages import Ask, Done, Event, Failed, Order, Ready, Stop
from explorer.errors import ExplorerError, WorkerError

# What one run may need besides the model: logits of a long text over a large vocabulary.
ROOM_TO_WORK = 2 * 2**30


def serve(connection: Connection, order: Order) -> None:
    """Load the model and answer calls, until the other side closes the pipe."""
    # Twice: where a dtype is changed, both copies are there for a while.
    worker.start((worker.held_memory() + 2 * order.nbytes + ROOM_TO_WORK) // 2**20)
    worker.die_before_the_server()
    confine(order.folder, order.scratch)
    try:
        from explorer.loading.threads import use_threads

        use_threads(order.threads)
        model = importlib.import_module(order.loader).load(order.folder, order.task)
        connection.send(Ready(model.nbytes))
    except Exception as error:  # noqa: BLE001 - whatever it is, someone waits for an answer
        connection.send(_failed(error))
        return
    mailbox = _Mailbox(connection, order.scratch)
    while True:
        connection.send(_answer(model, mailbox.next(), mailbox))


class _Mailbox:
    """What the other side says, heard at once, even while the model works."""

    def __init__(self, connection: Connection, scratch: str) -> None:
        self.connection = connection
        self._scratch = scratch
        self._asked: SimpleQueue[Ask] = SimpleQueue()
        self._stopped = 0
        threading.Thread(target=self._listen, daemon=True, name="listen").start()

    def next(self) -> Ask:
        """The next call, as soon as there is one."""
        return self._asked.get()

    def is_stopped(self, ask: Ask) -> bool:
        """Whether nobody waits for the answer."""
        return self._stopped >= ask.number

    def _listen(self) -> None:
        while True:
            try:
                message = self.connection.recv()
            except (EOFError, OSError):
                # Nobody is there any more, so whatever is going on is in vain.
                shutil.rmtree(self._scratch, ignore_errors=True)
                os._exit(0)
            if isinstance(message, Stop):
                self._stopped = message.number
            else:
                self._asked.put(message)


def _answer(model: Any, ask: Ask, mailbox: _Mailbox) -> Done | Failed:
    """The end of the answer; what comes before it is sent on the way."""
    try:
        method = getattr(model, ask.method)
        if not ask.is_stream:
            return Done(method(*ask.arguments))
        for value in method(*ask.arguments, lambda: mailbox.is_stopped(ask)):
            mailbox.connection.send(Event(value))
        return Done()
    except Exception as error:  # noqa: BLE001 - whatever it is, someone waits for an answer
        return _failed(error)


def _failed(error: Exception) -> Failed:
    if isinstance(error, ExplorerError):
        return Failed(error)
    if isinstance(error, MemoryError) or "can't allocate memory" in str(error):
        return Failed(
            WorkerError(
                "This needs more memory than the model's process may use.",
                "Try a shorter text, fewer of them at once, or a smaller checkpoint.",
            )
        )
    unexpected = WorkerError(
        "The model failed on this, and the explorer's log says why.",
        "Its files may not fit its config, or its architecture does not do this task.",
    )
    return Failed(unexpected, "".join(traceback.format_exception(error)))
