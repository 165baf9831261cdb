"""Worker processes on this machine: each job has a deadline, and a crash costs only its own call."""

import errno
import logging
import threading
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, TimeoutError
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from pebble import ProcessExpired, ProcessPool

from explorer.engine import worker
from explorer.engine.forkserver import CONTEXT, start_forkserver
from explorer.engine.settings import EngineSettings
from explorer.errors import ExplorerError, WorkerError

_log = logging.getLogger(__name__)


class LocalEngine:
    """Runs jobs of explorer.loading in a pool of limited worker processes.

    The workers start in the background: making an engine takes no time, and the first result
    comes when torch and transformers are imported.
    """

    def __init__(self, settings: EngineSettings | None = None) -> None:
        self.settings = settings or EngineSettings.from_environment()
        self._replacing = threading.Lock()
        self._is_closed = False
        self._pool = self._start_in_background()

    @property
    def is_ready(self) -> bool:
        """Whether the workers have imported what they need."""
        return self._pool.done()

    def _start_in_background(self) -> Future[ProcessPool]:
        starter = ThreadPoolExecutor(1, "start workers")
        try:
            return starter.submit(self._start)
        finally:
            starter.shutdown(wait=False)

    def _start(self) -> ProcessPool:
        start_forkserver()
        pool = ProcessPool(
            max_workers=self.settings.workers,
            max_tasks=self.settings.jobs_per_worker,
            initializer=worker.start,
            initargs=(self.settings.memory,),
            context=CONTEXT,
        )
        # The pool forks its workers at its first job, and that waits for the imports.
        pool.schedule(worker.call, args=("model_types", ()))
        return pool

    def run(self, job: str, *arguments: Any) -> Any:
        """The result of the job, which may take as long as the deadline.

        Raises the job's own ExplorerError, or WorkerError when it ends without a result.
        """
        return self.result(self.submit(job, *arguments))

    def submit(self, job: str, *arguments: Any) -> Future[Any]:
        """The job as a future, to be given to ``result``."""
        try:
            future: Future[Any] = self._running_pool().schedule(
                worker.call, args=(job, arguments), timeout=self.settings.deadline
            )
        except (BrokenProcessPool, RuntimeError) as error:
            raise _died() from error
        return future

    def _running_pool(self) -> ProcessPool:
        """The pool, or another one when the process died that forks the workers."""
        with self._replacing:
            starting = self._pool
            if starting.done() and not self._is_closed:
                broken = None if starting.exception() else starting.result()
                if broken is None or not broken.active:
                    self._pool = starting = self._start_in_background()
                if broken and not broken.active:
                    broken.stop()  # type: ignore[no-untyped-call]
        return starting.result()

    def result(self, future: Future[Any]) -> Any:
        """What the future's job returned; its errors as those of ``run``."""
        try:
            return future.result()
        except ExplorerError:
            raise
        except TimeoutError as error:
            raise WorkerError(
                f"This took longer than {self.settings.deadline:g} seconds and was stopped.",
                "A config with fewer layers or experts is built faster.",
            ) from error
        except (ProcessExpired, BrokenProcessPool, CancelledError) as error:
            raise _died() from error
        except MemoryError as error:
            raise self._too_large() from error
        except Exception as error:
            if isinstance(error, OSError) and error.errno == errno.ENOMEM:
                raise self._too_large() from error
            _log.exception("A job failed in a way that it should not.")
            raise WorkerError(
                "The analysis of this model failed, and the explorer's log says why.",
                "The config may hold values that its architecture does not expect.",
            ) from error

    def _too_large(self) -> WorkerError:
        return WorkerError(
            f"This needs more than the {self.settings.memory:,} MiB of memory that a worker may use.",
            "Check the config's sizes: layers, experts and label lists take memory.",
        )

    def close(self) -> None:
        """Stop the workers at once."""
        self._is_closed = True
        try:
            pool = self._pool.result()
        except BrokenProcessPool:
            return
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def _died() -> WorkerError:
    return WorkerError(
        "The worker process died while it worked on this model.",
        "Other models are not affected; check the config's sizes.",
    )
