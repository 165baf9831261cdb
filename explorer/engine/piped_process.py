"""A process that loads a model, and the pipe to it."""

import logging
import shutil
from multiprocessing.connection import Connection

from explorer.engine.endings import died
from explorer.engine.forkserver import CONTEXT, STARTING, start_forkserver
from explorer.engine.messages import Ask, Done, Event, Failed, Order, Ready, Stop
from explorer.engine.model_worker import serve

_log = logging.getLogger(__name__)
_SECONDS_TO_DIE = 10.0


class PipedProcess:
    """A process and the pipe to it."""

    def __init__(self, order: Order) -> None:
        self._scratch = order.scratch
        self._connection: Connection
        self._connection, theirs = CONTEXT.Pipe()
        with STARTING, theirs:
            start_forkserver()
            self._process = CONTEXT.Process(target=serve, args=(theirs, order), daemon=True)
            self._process.start()

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        with STARTING:
            return self._process.is_alive()

    @property
    def is_idle(self) -> bool:
        """Whether the process can be asked: between two calls, all that comes is the end of its pipe."""
        return self.is_alive and not self._connection.poll(0)

    @property
    def pid(self) -> int | None:
        """Its number."""
        return self._process.pid

    def say(self, message: Ask | Stop) -> None:
        """Send the message; that nobody is there is noticed where the answer is awaited."""
        try:
            self._connection.send(message)
        except OSError:
            _log.debug("A process that holds a model was gone before it was asked.")

    def heard(self, seconds: float) -> Ready | Event | Done | Failed | None:
        """The next message, if it comes in time; WorkerError when none can come."""
        try:
            if not self._connection.poll(seconds):
                return None
            message: Ready | Event | Done | Failed = self._connection.recv()
            return message
        except (EOFError, OSError) as error:
            raise died(self._exit_code()) from error

    def _exit_code(self) -> int | None:
        with STARTING:
            self._process.join(_SECONDS_TO_DIE)
            return self._process.exitcode

    def kill(self) -> None:
        """Let it end, without waiting for that."""
        with STARTING:
            self._process.kill()

    def end(self) -> None:
        """End it, and give back all that it held."""
        with STARTING:
            self._process.kill()
            self._process.join(_SECONDS_TO_DIE)
            if not self._process.is_alive():
                self._process.close()
        self._connection.close()
        shutil.rmtree(self._scratch, ignore_errors=True)
