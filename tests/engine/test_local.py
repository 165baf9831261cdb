"""The local engine: jobs run apart, and what goes wrong in one costs only its own call."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest

from explorer.config import ModelConfig
from explorer.engine.local import LocalEngine
from explorer.engine.settings import EngineSettings
from explorer.errors import ExplorerError, UnknownArchitectureError, WorkerError
from explorer.source import ModelSource

SMALL = {"model_type": "bert", "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
# Within every limit that is checked before building, and far more than four seconds of work.
SLOW = {"model_type": "bart", "encoder_layers": 2000, "decoder_layers": 2000}


def config(values: dict[str, object]) -> ModelConfig:
    text = json.dumps(values)
    return ModelConfig(ModelSource("config", text), text)


@pytest.fixture(scope="module")
def engine():
    made = LocalEngine(EngineSettings(workers=2, deadline=4.0, memory=1024))
    made.run("model_types")
    yield made
    made.close()


def workers() -> list[psutil.Process]:
    """The worker processes: the forkserver's children."""
    forkserver = [p for p in psutil.Process().children() if "forkserver" in " ".join(p.cmdline())]
    return [worker for server in forkserver for worker in server.children()]


def busiest() -> psutil.Process:
    """The worker that is at work on the job that was submitted last."""
    found = workers()
    for worker in found:
        worker.cpu_percent()
    time.sleep(0.3)
    return max(found, key=lambda worker: worker.cpu_percent())


def test_a_job_gives_a_value(engine):
    tree = engine.run("build_tree", config(SMALL), "AutoModel")
    assert tree.root.class_name == "BertModel"


def test_the_process_that_asks_never_imports_torch(engine):
    program = (
        "import sys; from explorer.engine.local import LocalEngine\n"
        "if __name__ == '__main__':\n"
        "    engine = LocalEngine(); engine.run('model_types'); engine.close()\n"
        "    print(sorted({'torch', 'transformers'} & set(sys.modules)))"
    )
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert finished.stdout.strip() == "[]", finished.stderr


def test_an_error_of_the_model_reaches_the_caller_as_it_is(engine):
    with pytest.raises(UnknownArchitectureError) as caught:
        engine.run("build_tree", config({"model_type": "no-such-architecture"}), "AutoModel")
    assert "no-such-architecture" in caught.value.what


def test_a_config_with_a_billion_layers_gets_an_answer_at_once(engine):
    with pytest.raises(ExplorerError) as caught:
        engine.run("build_heads", config({**SMALL, "num_hidden_layers": 10**9}), None)
    assert caught.value.advice


def test_endless_work_is_stopped_at_its_deadline_while_others_are_served(engine):
    slow = engine.submit("build_heads", config(SLOW), None)
    assert engine.run("build_tree", config(SMALL), "AutoModel").parameter_count
    assert not slow.done()
    with pytest.raises(WorkerError) as caught:
        engine.result(slow)
    assert "4 seconds" in caught.value.what


def test_a_job_that_needs_too_much_memory_gets_a_clear_error():
    small = LocalEngine(EngineSettings(workers=1, deadline=60.0, memory=512))
    try:
        with pytest.raises(WorkerError) as caught:
            small.run("build_heads", config(SLOW), None)
        assert "memory" in caught.value.what
        assert small.run("build_tree", config(SMALL), "AutoModel").parameter_count
    finally:
        small.close()


@pytest.mark.parametrize("how", [signal.SIGSEGV, signal.SIGKILL], ids=["crash", "kill"])
def test_a_worker_that_dies_costs_only_its_own_call(engine, how):
    doomed = engine.submit("build_heads", config(SLOW), None)
    victim = busiest()
    os.kill(victim.pid, how)
    with pytest.raises(WorkerError) as caught:
        engine.result(doomed)
    assert "died" in caught.value.what
    for _ in range(4):
        assert engine.run("build_tree", config(SMALL), "AutoModel").parameter_count
    assert victim.pid not in [worker.pid for worker in workers()]


def test_many_callers_get_their_own_answers(engine):
    sizes = range(32, 32 + 8 * 2, 2)
    found: dict[int, int] = {}

    def ask(size: int) -> None:
        tree = engine.run("build_tree", config({**SMALL, "hidden_size": size}), "AutoModel")
        found[size] = tree.root.children[0].children[0].tensors[0].shape[1]

    threads = [threading.Thread(target=ask, args=(size,)) for size in sizes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {size: size for size in sizes}


def test_settings_come_from_the_environment():
    found = EngineSettings.from_environment({"EXPLORER_WORKERS": "3", "EXPLORER_DEADLINE": "1.5"})
    assert (found.workers, found.deadline, found.memory) == (3, 1.5, EngineSettings().memory)


@pytest.mark.parametrize("text", ["0", "-1", "many"])
def test_a_setting_that_is_no_positive_number_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011  int()'s own words do for a number that is none
        EngineSettings.from_environment({"EXPLORER_WORKERS": text})


def test_the_workers_come_back_when_the_process_dies_that_forks_them():
    engine = LocalEngine(EngineSettings(workers=2, deadline=20.0, memory=1024))
    try:
        engine.run("model_types")
        before = workers()
        for server in {worker.parent() for worker in before}:
            server.kill()
        # None outlives it, and once the loss is noticed there are others.
        psutil.wait_procs(before, timeout=10)
        assert not any(worker.is_running() for worker in before)
        assert "bert" in patiently(engine, "model_types")
    finally:
        engine.close()


def patiently(engine, job):
    """The job's result, after calls that fail because the pool is not whole."""
    for _ in range(100):
        try:
            return engine.run(job)
        except WorkerError:
            time.sleep(0.1)
    raise AssertionError("The workers did not come back.")


@pytest.mark.parametrize("seconds", [0.5, 6.0])
def test_ctrl_c_ends_every_process_without_a_word(seconds, tmp_path):
    path = tmp_path / "slow.json"
    path.write_text(json.dumps(SLOW))
    program = [sys.executable, "-m", "explorer", "tree", str(path)]
    process = subprocess.Popen(program, stderr=subprocess.PIPE, text=True, start_new_session=True)
    time.sleep(seconds)
    children = psutil.Process(process.pid).children(recursive=True)
    # A terminal sends it to the whole group.
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate(timeout=60)[1] == ""
    assert process.returncode == 130
    _, alive = psutil.wait_procs(children, timeout=10)
    assert not alive
