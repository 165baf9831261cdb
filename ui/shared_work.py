"""What does the work, once for the whole server: the workers, what asks them, and the threads that wait."""

import gc
from concurrent.futures import ThreadPoolExecutor

import streamlit as st

from explorer.answers import Answers
from explorer.engine.local import LocalEngine
from explorer.hub.settings import HubSettings

# They wait for the Hub or for a worker, and compute nothing themselves.
WAITING_THREADS = 32
# Runs that are on their way at once, over all visitors; each waits for its model in a thread.
RUNNING_THREADS = 32


def workers_are_ready() -> bool:
    """Whether the workers have imported what they need; asking starts them in the background."""
    return _engine().is_ready


@st.cache_resource(show_spinner=False)
def _engine() -> LocalEngine:
    return LocalEngine()


@st.cache_resource(show_spinner=False)
def answers() -> Answers:
    """The answers that all visitors share.

    No token is used: what one visitor may see would be shown to all.
    """
    # Streamlit collects all garbage after every run. Collecting it in between too would take half of the
    # time in which a large tree is read: it is looked through again with every quarter that it grows.
    gc.set_threshold(10_000, 10, 1_000)
    return Answers(_engine(), HubSettings.from_environment())


@st.cache_resource(show_spinner=False, ttl=60)
def tidy() -> None:
    """Take all that lives out of the garbage collector's sight, once a minute.

    Streamlit collects garbage after every run, and would look at each value in these caches again. A
    value that leaves them has no cycles and needs no collector; what has some is found a minute later.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


@st.cache_resource(show_spinner=False)
def waiting_threads() -> ThreadPoolExecutor:
    """Threads for what pages ask of models: they wait for the Hub or for a worker."""
    return ThreadPoolExecutor(WAITING_THREADS, "waiting for answers")


@st.cache_resource(show_spinner=False)
def running_threads() -> ThreadPoolExecutor:
    """Threads for what visitors let models do: they wait for a download or for a model's process."""
    return ThreadPoolExecutor(RUNNING_THREADS, "waiting for a model")
