"""Models of transformers at work for many callers at once: everybody gets what they would get alone."""

import contextlib
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from explorer.engine.call import Watch
from explorer.engine.running import ModelProcesses
from explorer.engine.settings import RunningSettings
from explorer.errors import WorkerError
from explorer.tasks.text_classification import TextClassificationInput, TextClassificationParameters
from explorer.tasks.text_generation import (
    GenerationStep,
    TextGenerationInput,
    TextGenerationParameters,
    TextGenerationResult,
)
from tests.engine.folders import WORDS, classifier, generator

CLASSIFY, GENERATE = "text-classification", "text-generation"
CALLERS = 8


@pytest.fixture(scope="module")
def processes():
    made = ModelProcesses(RunningSettings(model_memory=1024, run_deadline=60.0))
    yield made
    made.close()


@pytest.fixture(scope="module")
def bert(tmp_path_factory):
    return classifier(tmp_path_factory.mktemp("bert"))


@pytest.fixture(scope="module")
def gpt2(tmp_path_factory):
    return generator(tmp_path_factory.mktemp("gpt2"))


def text(number, words):
    return " ".join(WORDS[(number * 7 + place * 3) % len(WORDS)] for place in range(words))


def classifications():
    """Calls with other texts, other lengths together in one batch, and some cut off."""
    for number in range(24):
        texts = tuple(text(number + row, 1 + (number * 5 + row * 11) % 50) for row in range(1 + number % 4))
        yield TextClassificationInput(texts), TextClassificationParameters()
    for number in range(8):
        # Longer than the model can read.
        yield (
            TextClassificationInput((text(number, 90 + number),)),
            TextClassificationParameters(truncate=True),
        )


def generations():
    """Calls that draw with other seeds, and calls that do not."""
    for number in range(24):
        parameters = TextGenerationParameters(
            max_new_tokens=12, do_sample=bool(number % 4), seed=number, top_n_tokens=2
        )
        yield TextGenerationInput(text(number, 2 + number % 5)), parameters


def test_concurrent_callers_get_what_they_would_get_alone(processes, bert, gpt2):
    calls = [(bert, CLASSIFY, *call) for call in classifications()]
    calls += [(gpt2, GENERATE, *call) for call in generations()]
    alone = [processes.run(*call) for call in calls]
    assert len(set(map(repr, alone))) > len(calls) // 2
    # Other orders for each caller, so that the calls of both models mix.
    orders = [calls[start:] + calls[:start] for start in range(0, len(calls), len(calls) // CALLERS)]
    with ThreadPoolExecutor(CALLERS) as callers:
        found = list(callers.map(lambda order: [processes.run(*call) for call in order], orders[:CALLERS]))
    expected = dict(zip(map(repr, calls), alone, strict=True))
    for order, results in zip(orders, found, strict=False):
        assert results == [expected[repr(call)] for call in order]


def test_concurrent_streams_with_seeds_give_the_texts_that_they_give_alone(processes, gpt2):
    calls = [(gpt2, GENERATE, *call) for call in generations()]
    alone = [list(processes.stream(*call)) for call in calls]
    with ThreadPoolExecutor(CALLERS) as callers:
        assert list(callers.map(lambda call: list(processes.stream(*call)), calls)) == alone


def test_a_stream_gives_each_token_and_the_result_last(processes, gpt2):
    parameters = TextGenerationParameters(max_new_tokens=5)
    *steps, result = processes.stream(gpt2, GENERATE, TextGenerationInput("the cat"), parameters)
    assert [type(step) for step in steps] == [GenerationStep] * 5
    assert isinstance(result, TextGenerationResult)
    assert "".join(step.text for step in steps) == result.text
    assert processes.run(gpt2, GENERATE, TextGenerationInput("the cat"), parameters) == result


def test_a_stop_ends_the_text_within_a_token(processes, gpt2):
    stopped = threading.Event()
    found = []
    stream = processes.stream(
        gpt2,
        GENERATE,
        TextGenerationInput("the cat"),
        TextGenerationParameters(max_new_tokens=400),
        Watch(is_cancelled=stopped.is_set),
    )
    with contextlib.closing(stream):
        for event in stream:
            found.append(event)
            if len(found) == 3:
                stopped.set()
    assert isinstance(found[-1], TextGenerationResult)
    assert found[-1].finish_reason == "cancelled"
    assert len(found[-1].steps) < 100


def test_a_kill_costs_one_call_and_the_next_gives_the_same_answer(processes, gpt2):
    call = gpt2, GENERATE, TextGenerationInput("the cat"), TextGenerationParameters(max_new_tokens=400)
    expected = processes.run(*call)
    stream = processes.stream(*call)
    next(stream)
    pid = next(model.pid for model in processes.models if model.folder == gpt2)
    os.kill(pid, signal.SIGSTOP)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(WorkerError, match="was killed"):
        list(stream)
    assert processes.run(*call) == expected
