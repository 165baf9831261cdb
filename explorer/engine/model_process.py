"""The server's side of a process that holds a model: a thread of its own, one call at a time."""

import logging
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from queue import SimpleQueue

from explorer.engine.call import Call
from explorer.engine.clock import Clock
from explorer.engine.endings import closing, died, too_late
from explorer.engine.messages import Ask, Done, Event, Failed, Order, Ready, Stop
from explorer.engine.piped_process import PipedProcess
from explorer.engine.settings import RunningSettings
from explorer.errors import WorkerError

_log = logging.getLogger(__name__)
_LOOK_EVERY = 0.1
# A call that is stopped may end by itself within this time, and the model stays loaded.
GRACE = 2.0


class ModelProcess:
    """A model in a process of its own.

    The process starts with the first call, and anew with the next call after it died. ``first`` is
    called before it starts; ``on_ready`` gets the bytes that the model takes.
    """

    def __init__(
        self,
        order: Order,
        settings: RunningSettings,
        first: Callable[[], None],
        on_ready: Callable[[int], None],
    ) -> None:
        self._order = order
        self._settings = settings
        self._first = first
        self._on_ready = on_ready
        self._calls: SimpleQueue[Call | None] = SimpleQueue()
        self._process: PipedProcess | None = None
        self._current: tuple[Call, int] | None = None
        self._numbers = 0
        self._is_closed = False
        # Guards the three above, and the pipe's way in: those who leave write to it too.
        self._changing = threading.Lock()
        self._thread = threading.Thread(target=self._serve, daemon=True, name="model")
        self._thread.start()

    @property
    def is_loaded(self) -> bool:
        """Whether there is a process that holds the model, or is loading it."""
        return self._process is not None and self._process.is_alive

    @property
    def pid(self) -> int | None:
        """The number of the process, while there is one."""
        return self._process.pid if self._process else None

    def submit(self, call: Call) -> None:
        """Answer the call after those that came before it."""
        call.tell("waiting")
        with self._changing:
            if not self._is_closed:
                self._calls.put(call)
                return
        call.tell(Failed(closing()))

    def leave(self, call: Call) -> None:
        """Nobody waits for the answer any more: the model stops within a token, or its process ends."""
        call.is_left.set()
        with self._changing:
            if self._current and self._current[0] is call and self._process:
                self._process.say(Stop(self._current[1]))

    def close(self) -> None:
        """End the process at once; its memory is free when this returns."""
        with self._changing:
            self._is_closed = True
            self._calls.put(None)
            if self._process:
                self._process.kill()
        self._thread.join()

    def _serve(self) -> None:
        self._first()
        # It holds those who left, and they those before them.
        del self._first
        while (call := self._calls.get()) is not None:
            try:
                self._answer(call)
            except WorkerError as error:
                self._end()
                call.tell(Failed(closing() if self._is_closed else error))
            except Exception:  # noqa: BLE001 - whoever waits must hear of it
                _log.exception("A process that holds a model was not understood.")
                self._end()
                call.tell(Failed(died(None)))
        self._end()

    def _answer(self, call: Call) -> None:
        if self._process and not self._process.is_idle:
            self._end()
        if call.is_left.is_set() or not (self._process or self._load(call)):
            return
        call.tell("running")
        process = self._ask(call)
        try:
            self._hear(call, process) if process else None
        finally:
            with self._changing:
                self._current = None

    def _ask(self, call: Call) -> PipedProcess | None:
        """Send the call; None when nobody waits for it any more."""
        with self._changing:
            process = self._process
            if call.is_left.is_set() or process is None:
                return None
            self._numbers += 1
            self._current = call, self._numbers
            process.say(Ask(self._numbers, call.method, call.arguments, call.is_stream))
            return process

    def _hear(self, call: Call, process: PipedProcess) -> None:
        """Pass on the answer to its end."""
        clock = Clock(self._settings.run_deadline)
        grace = None
        while True:
            message = process.heard(_LOOK_EVERY)
            if isinstance(message, Event):
                call.tell(message)
            elif isinstance(message, Done | Failed):
                _log_trace(message)
                # What was stopped because it was late ends like any other call: but it is late.
                call.tell(Failed(too_late(clock, "This")) if grace and clock.is_over else message)
                return
            if grace is None and (call.is_left.is_set() or clock.is_over):
                grace = Clock(GRACE)
                self.leave(call)
            if grace and grace.is_over:
                raise too_late(clock, "This")

    def _load(self, call: Call) -> bool:
        """Start the process and wait for its model; False when nobody wants it any more."""
        call.tell("starting")
        scratch = tempfile.mkdtemp(prefix="model-")
        process = PipedProcess(replace(self._order, scratch=scratch))
        with self._changing:
            self._process = process
            if self._is_closed:
                process.kill()
        call.tell("loading")
        clock = Clock(self._settings.load_deadline)
        while (message := process.heard(_LOOK_EVERY)) is None:
            if clock.is_over:
                raise too_late(clock, "Loading the model")
            if call.is_left.is_set() and self._calls.empty():
                self._end()
                return False
        if isinstance(message, Ready):
            self._on_ready(message.nbytes)
            return True
        self._end()
        if isinstance(message, Failed):
            _log_trace(message)
            call.tell(message)
        return False

    def _end(self) -> None:
        """End the process, if there is one, and forget it."""
        with self._changing:
            process, self._process = self._process, None
        if process:
            process.end()


def _log_trace(message: Done | Failed) -> None:
    if isinstance(message, Failed) and message.trace:
        _log.error("A model failed in a way that it should not.\n%s", message.trace)
