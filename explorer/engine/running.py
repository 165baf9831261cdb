"""Models at work: each in a process of its own, as many at once as there is memory for."""

import contextlib
import weakref
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

from explorer.engine.call import Call, Watch
from explorer.engine.model_folder import read_folder
from explorer.engine.model_process import GRACE, ModelProcess
from explorer.engine.model_room import LoadedModel, ModelRoom
from explorer.engine.settings import RunningSettings
from explorer.errors import StoppedError

LOADER = "explorer.loading.running"


class ModelProcesses:
    """Loads models from local folders and runs them, for any number of callers at once.

    A model does one call after the other: its tokenizer and torch's seed are not made for threads.
    Who asks for the same model shares its process. ``loader`` is the module that loads a model.
    """

    def __init__(self, settings: RunningSettings | None = None, loader: str = LOADER) -> None:
        self.settings = settings or RunningSettings.from_environment()
        self._room = ModelRoom(self.settings, loader)
        # At the interpreter's end as well, and where this is forgotten without being closed.
        self._end = weakref.finalize(self, self._room.close)

    @property
    def models(self) -> tuple[LoadedModel, ...]:
        """The models that have a place in memory, the one used longest ago first."""
        return self._room.models

    def check_size(self, nbytes: int) -> None:
        """TooLargeError when a model of so many bytes can never be loaded here: ask before downloading it."""
        self._room.check_size(nbytes)

    def run(self, folder: str, task: str, inputs: Any, parameters: Any, watch: Watch | None = None) -> Any:
        """What the model in the folder makes of the inputs; errors as those of ``ask``."""
        return self.ask(folder, task, "run", inputs, parameters, watch=watch)

    def ask(self, folder: str, task: str, method: str, *arguments: Any, watch: Watch | None = None) -> Any:
        """What the method of the loaded model gives.

        Raises an ExplorerError, or StoppedError when the watch says so.
        """
        watch, call = watch or Watch(), Call(method, arguments, is_stream=False)
        with self._at_work(folder, task, call, watch):
            return next(call.answers(watch))

    def stream(
        self, folder: str, task: str, inputs: Any, parameters: Any, watch: Watch | None = None
    ) -> Generator[Any, None, None]:
        """The tokens of a text as they are chosen, and the result last, as ``follow`` gives them."""
        return self.follow(folder, task, "stream", inputs, parameters, watch=watch)

    def follow(
        self, folder: str, task: str, method: str, *arguments: Any, watch: Watch | None = None
    ) -> Generator[Any, None, None]:
        """The events of the method's answer, as they come; nothing begins before the first is asked for.

        Closing the iterator stops the model within a token, and so does the watch: then the iterator
        ends with what the model says last.
        """
        watch, call = watch or Watch(), Call(method, arguments, is_stream=True)
        with contextlib.suppress(StoppedError), self._at_work(folder, task, call, watch) as process:
            try:
                yield from call.answers(watch)
            except StoppedError:
                process.leave(call)
                yield from call.last_words(GRACE)

    @contextmanager
    def _at_work(self, folder: str, task: str, call: Call, watch: Watch) -> Iterator[ModelProcess]:
        with self._room.process_of(read_folder(folder, task), watch) as process:
            process.submit(call)
            try:
                yield process
            finally:
                process.leave(call)

    def close(self) -> None:
        """End every process; calls that are on their way get an error."""
        self._end()
