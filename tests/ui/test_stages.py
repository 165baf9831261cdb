"""Pages that are drawn with what is known, and again when the rest has come."""

import threading
import time
from concurrent.futures import Future

import pytest
from streamlit.testing.v1 import AppTest

from ui import stages
from ui.stages import Work


def page(work):
    """Shows how often it was drawn, and what it knew each time."""
    import streamlit as st

    from ui.stages import Stages

    waiting = Stages()
    st.session_state.setdefault("drawn", []).append(waiting.so_far(work, "Reading 2 headers"))
    waiting.catch_up()


def opened(work):
    return AppTest.from_function(page, default_timeout=30, args=(work,)).run()


def test_an_answer_that_is_there_is_drawn_at_once():
    done = Future()
    done.set_result("known")
    assert opened(Work(done)).session_state["drawn"] == ["known"]


def test_a_page_is_drawn_without_an_answer_and_then_with_it():
    coming = Future()
    threading.Timer(0.3, coming.set_result, ("known",)).start()
    app = opened(Work(coming))
    assert app.session_state["drawn"] == [None, "known"]
    assert not app.caption


def test_a_failure_is_raised_where_the_answer_is_asked_for():
    failed = Future()
    failed.set_exception(ValueError("no such thing"))
    assert len(opened(Work(failed)).exception) == 1


@pytest.mark.parametrize(("age", "is_kept"), [(0, True), (stages.FAILURE_LASTS + 1, False)])
def test_a_failure_is_kept_only_as_long_as_its_page_needs_it(age, is_kept):
    failed = Future()
    failed.set_exception(ValueError())
    work = Work(failed, begun=time.monotonic() - 1_000)
    work.ended -= age
    assert work.is_kept() is is_kept


def test_work_that_goes_on_is_kept():
    assert Work(Future(), 0.0).is_kept()
