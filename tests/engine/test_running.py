"""Models at work: right answers for many callers, and what goes wrong costs only its own call."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest

from explorer.engine.call import Watch
from explorer.engine.running import ModelProcesses
from explorer.engine.settings import RunningSettings
from explorer.errors import (
    CheckpointError,
    InputError,
    ModelNotFoundError,
    StoppedError,
    TooLargeError,
    WorkerError,
)
from tests.engine.folders import blank

TASK = "anything"
MIB = 2**20


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return blank(tmp_path_factory.mktemp("blank"))


@pytest.fixture
def made():
    """Makes model processes for the stand-in, and ends them."""
    with contextlib.ExitStack() as stack:

        def make(**settings):
            defaults = {"model_memory": 1024, "model_threads": 1, "load_deadline": 60.0}
            processes = ModelProcesses(RunningSettings(**{**defaults, **settings}), "tests.engine.stand_in")
            stack.callback(processes.close)
            return processes

        yield make


@pytest.fixture
def processes(made):
    return made()


class Caller(threading.Thread):
    """Someone else who asks at the same time, and what came of it."""

    def __init__(self, ask):
        super().__init__(daemon=True)
        self.ask, self.found, self.error = ask, None, None
        self.start()

    def run(self):
        try:
            self.found = self.ask()
        except Exception as error:  # noqa: BLE001
            self.error = error

    def result(self):
        self.join(60)
        if self.error:
            raise self.error
        return self.found


def pid_of(processes, folder, task=TASK):
    return processes.run(folder, task, ("pid", None), None)


def until(is_so):
    for _ in range(600):
        if is_so():
            return
        time.sleep(0.02)
    raise AssertionError("It did not come to that.")


def is_gone(pid):
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_model_is_loaded_once_and_says_how_far_it_is(processes, folder):
    stages = []
    watch = Watch(on_stage=stages.append)
    first = processes.run(folder, TASK, ("pid", None), None, watch)
    assert processes.run(folder, TASK, ("pid", None), None, watch) == first
    assert stages == ["waiting", "starting", "loading", "running", "waiting", "running"]
    assert [(model.folder, model.task, model.is_in_use, model.pid) for model in processes.models] == [
        (folder, TASK, False, first)
    ]


def test_callers_of_the_same_model_share_its_process_from_the_beginning(processes, folder):
    callers = [Caller(lambda: pid_of(processes, folder)) for _ in range(6)]
    assert len({caller.result() for caller in callers}) == 1


def test_a_checkpoint_that_is_written_anew_is_another_model(processes, tmp_path):
    folder = blank(tmp_path / "model")
    before = pid_of(processes, folder)
    blank(tmp_path / "model", 2000)
    assert pid_of(processes, folder) != before


def test_an_error_of_the_model_reaches_the_caller_and_the_model_stays(processes, folder):
    before = pid_of(processes, folder)
    with pytest.raises(InputError, match="no text"):
        processes.run(folder, TASK, ("refuse", "no text"), None)
    with pytest.raises(WorkerError, match="log says why"):
        processes.run(folder, TASK, ("break_down", "bug"), None)
    assert pid_of(processes, folder) == before


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV], ids=["kill", "crash"])
def test_a_process_that_dies_in_a_run_costs_that_call_only(processes, folder, how):
    victim = pid_of(processes, folder)
    running = Caller(lambda: processes.run(folder, TASK, ("wait", 30), None))
    until(lambda: processes.models[0].is_in_use)
    waiting = Caller(lambda: pid_of(processes, folder))
    time.sleep(0.2)
    os.kill(victim, how)
    with pytest.raises(WorkerError, match=r"that held the model (was killed|crashed)"):
        running.result()
    # Who waited behind it is served by the next process.
    assert waiting.result() not in (None, victim)
    assert pid_of(processes, folder) == waiting.result()


def test_a_process_that_dies_in_a_stream_costs_that_stream_only(processes, folder):
    victim = pid_of(processes, folder)
    stream = processes.stream(folder, TASK, 1000, 0.01)
    assert [next(stream), next(stream)] == [0, 1]
    os.kill(victim, signal.SIGKILL)
    with pytest.raises(WorkerError, match="was killed"):
        list(stream)
    assert list(processes.stream(folder, TASK, 3, 0.0)) == [0, 1, 2, "all"]


def test_a_process_that_died_between_two_calls_is_not_noticed(processes, folder):
    victim = pid_of(processes, folder)
    os.kill(victim, signal.SIGKILL)
    until(lambda: not processes.models)
    assert pid_of(processes, folder) not in (None, victim)


def test_too_much_memory_costs_that_call_only(processes, folder):
    before = pid_of(processes, folder)
    with pytest.raises(WorkerError, match="more memory"):
        processes.run(folder, TASK, ("fill", 8 * 2**30), None)
    assert pid_of(processes, folder) == before


def test_a_closed_stream_stops_within_a_token_and_frees_the_model(processes, folder):
    stream = processes.stream(folder, TASK, 100_000, 0.005)
    for _ in range(5):
        last = next(stream)
    made = last + 1
    stream.close()
    # What is asked next is answered as soon as the model is free.
    assert processes.run(folder, TASK, ("count", None), None) <= made + 3
    assert not processes.models[0].is_in_use


def test_a_stream_that_nobody_holds_any_more_stops(processes, folder):
    stream = processes.stream(folder, TASK, 100_000, 0.005)
    next(stream)
    del stream
    until(lambda: not processes.models[0].is_in_use)
    assert processes.run(folder, TASK, ("count", None), None) < 200


def test_a_stream_that_is_cancelled_ends_with_what_the_model_says_last(processes, folder):
    cancelled = threading.Event()
    found = []
    for value in processes.stream(folder, TASK, 100_000, 0.005, Watch(is_cancelled=cancelled.is_set)):
        found.append(value)
        if len(found) == 5:
            cancelled.set()
    assert found[-1] == "cancelled"
    assert len(found) < 12


def test_a_run_that_is_cancelled_does_not_go_on(made, folder):
    processes = made()
    victim = pid_of(processes, folder)
    cancelled, stages = threading.Event(), []
    watch = Watch(stages.append, cancelled.is_set)
    running = Caller(lambda: processes.run(folder, TASK, ("wait", 3000), None, watch))
    until(lambda: "running" in stages)
    time.sleep(0.2)
    cancelled.set()
    with pytest.raises(StoppedError):
        running.result()
    until(lambda: is_gone(victim))
    assert pid_of(processes, folder) != victim


def test_who_leaves_the_queue_is_not_served(processes, folder):
    running = Caller(lambda: processes.run(folder, TASK, ("wait", 1.0), None))
    until(lambda: processes.models and processes.models[0].is_in_use)
    cancelled = threading.Event()
    stream = processes.stream(folder, TASK, 10, 0.0, Watch(is_cancelled=cancelled.is_set))
    waiting = Caller(lambda: list(stream))
    time.sleep(0.2)
    cancelled.set()
    assert waiting.result() == []
    assert running.result() == 1.0
    assert processes.run(folder, TASK, ("count", None), None) == 0


def test_a_load_that_nobody_waits_for_ends(made, folder):
    processes = made()
    cancelled = threading.Event()
    loading = threading.Event()
    watch = Watch(lambda stage: loading.set() if stage == "loading" else None, cancelled.is_set)
    caller = Caller(lambda: processes.run(folder, "hang", None, None, watch))
    assert loading.wait(60)
    until(lambda: processes.models[0].pid)
    pid = processes.models[0].pid
    cancelled.set()
    with pytest.raises(StoppedError):
        caller.result()
    until(lambda: is_gone(pid))
    assert processes.models == ()


def test_a_load_that_hangs_ends_at_its_deadline(made, folder):
    processes = made(load_deadline=1.0)
    with pytest.raises(WorkerError, match="Loading the model took longer than 1 seconds"):
        processes.run(folder, "hang", None, None)
    assert processes.models == ()


@pytest.mark.parametrize(
    ("task", "error", "said"),
    [("crash", WorkerError, "crashed"), ("refuse", InputError, "cannot be loaded")],
)
def test_a_model_that_cannot_be_loaded_keeps_no_memory(processes, folder, task, error, said):
    for _ in range(2):
        with pytest.raises(error, match=said):
            processes.run(folder, task, None, None)
    assert processes.models == ()


def test_a_run_that_takes_too_long_is_stopped_and_the_next_is_served(made, folder):
    processes = made(run_deadline=0.5)
    with pytest.raises(WorkerError, match=r"took longer than 0\.5 seconds"):
        processes.run(folder, TASK, ("wait", 60), None)
    assert processes.run(folder, TASK, ("say", "here"), None) == "here"


def test_a_stream_that_takes_too_long_is_stopped_and_its_model_stays(made, folder):
    processes = made(run_deadline=0.5)
    before = pid_of(processes, folder)
    with pytest.raises(WorkerError, match=r"took longer than 0\.5 seconds"):
        list(processes.stream(folder, TASK, 100_000, 0.01))
    assert pid_of(processes, folder) == before


def test_the_model_used_longest_ago_leaves_and_its_memory_is_free(made, tmp_path):
    # Two of these fit, three do not.
    processes = made(model_memory=500)
    folders = [blank(tmp_path / name, 30 * MIB) for name in "abc"]
    first, second = (pid_of(processes, folder) for folder in folders[:2])
    assert psutil.Process(first).memory_info().rss > 120 * MIB
    pid_of(processes, folders[0])
    third = pid_of(processes, folders[2])
    # It was gone before the third was loaded.
    assert is_gone(second)
    assert [model.pid for model in processes.models] == [first, third]
    assert pid_of(processes, folders[0]) == first


def test_a_model_in_use_does_not_leave(made, tmp_path):
    processes = made(model_memory=300, room_deadline=0.5)
    used, other = (blank(tmp_path / name, 30 * MIB) for name in "ab")
    stream = processes.stream(used, TASK, 100_000, 0.01)
    next(stream)
    with pytest.raises(TooLargeError, match=r"take 184 MiB .* of the 300 MiB .* 185 MiB are in use"):
        pid_of(processes, other)
    stream.close()
    assert pid_of(processes, other)


def test_who_waits_for_memory_gets_it_when_it_is_free(made, tmp_path):
    processes = made(model_memory=300)
    used, other = (blank(tmp_path / name, 30 * MIB) for name in "ab")
    running = Caller(lambda: processes.run(used, TASK, ("wait", 1.0), None))
    until(lambda: processes.models and processes.models[0].is_in_use)
    assert pid_of(processes, other)
    assert running.result() == 1.0


def test_a_model_that_can_never_fit_is_refused_before_it_is_loaded(made, tmp_path):
    processes = made(model_memory=100)
    with pytest.raises(TooLargeError, match=r"take 264 MiB .* together may take 100 MiB") as caught:
        pid_of(processes, blank(tmp_path, 50 * MIB))
    assert "EXPLORER_MODEL_MEMORY" in caught.value.advice
    with pytest.raises(TooLargeError):
        processes.check_size(50 * MIB)
    processes.check_size(30 * MIB)
    assert processes.models == ()


def test_a_folder_without_safetensors_is_refused(processes, tmp_path):
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(CheckpointError, match="no weights as safetensors"):
        pid_of(processes, str(tmp_path))
    with pytest.raises(ModelNotFoundError):
        pid_of(processes, str(tmp_path / "absent"))


def test_a_model_reads_its_own_folder_only_and_knows_no_token(processes, tmp_path, monkeypatch):
    folder = blank(tmp_path / "model")
    (tmp_path / "model" / "note.txt").write_text("inside")
    (tmp_path / "secret.txt").write_text("outside")
    assert processes.run(folder, TASK, ("read", f"{folder}/note.txt"), None) == "inside"
    for verb, what in [
        ("read", str(tmp_path / "secret.txt")),
        ("read", f"{folder}/../secret.txt"),
        ("read", "/etc/passwd"),
        ("write", f"{folder}/note.txt"),
        ("start", "true"),
        ("connect", ("127.0.0.1", 9)),
    ]:
        with pytest.raises(WorkerError):
            processes.run(folder, TASK, (verb, what), None)
    assert (tmp_path / "model" / "note.txt").read_text() == "inside"
    surroundings = processes.run(folder, TASK, ("surroundings", None), None)
    assert surroundings["HF_HUB_OFFLINE"] == "1"
    assert "HF_TOKEN" not in surroundings


def test_closing_leaves_no_process_no_thread_no_file_and_no_caller_behind(made, folder, tmp_path):
    warm = made()
    pid_of(warm, folder)
    warm.close()
    me = psutil.Process()
    files, threads = me.num_fds(), threading.active_count()
    processes = made()
    pids = [pid_of(processes, blank(tmp_path / name)) for name in "abc"]
    with pytest.raises(WorkerError):
        processes.run(folder, "crash", None, None)
    running = Caller(lambda: processes.run(folder, TASK, ("wait", 60), None))
    waiting = Caller(lambda: processes.run(folder, TASK, ("wait", 60), None))
    until(lambda: any(model.is_in_use and model.pid for model in processes.models))
    time.sleep(0.2)
    processes.close()
    for caller in (running, waiting):
        with pytest.raises(WorkerError, match="is closing"):
            caller.result()
    assert all(map(is_gone, pids))
    with pytest.raises(WorkerError, match="is closing"):
        pid_of(processes, folder)
    assert (me.num_fds(), threading.active_count()) == (files, threads)


def test_models_that_nobody_closes_end_with_the_program(folder, tmp_path):
    program = (
        "from explorer.engine.running import ModelProcesses\n"
        "if __name__ == '__main__':\n"
        "    processes = ModelProcesses(loader='tests.engine.stand_in')\n"
        f"    print(processes.run({folder!r}, 'x', ('pid', None), None))\n"
    )
    around = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": ":".join(sys.path)}
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=around, timeout=120
    )
    assert finished.stderr == ""
    assert is_gone(int(finished.stdout))
    assert not list(tmp_path.glob("model-*"))


def test_models_end_with_the_process_that_runs_them(folder, tmp_path):
    program = (
        "import os, signal\n"
        "from explorer.engine.running import ModelProcesses\n"
        "if __name__ == '__main__':\n"
        "    processes = ModelProcesses(loader='tests.engine.stand_in')\n"
        f"    print(processes.run({folder!r}, 'x', ('pid', None), None), flush=True)\n"
        f"    processes.run({folder!r}, 'x', ('wait', 3000), None)\n"
    )
    scratch = {"TMPDIR": str(tmp_path), "PYTHONPATH": ":".join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env={**os.environ, **scratch}
    ) as server:
        pid = int(server.stdout.readline())
        time.sleep(0.3)
        server.kill()
    until(lambda: is_gone(pid))
    assert not list(tmp_path.glob("model-*"))


def test_settings_of_models_come_from_the_environment():
    found = RunningSettings.from_environment({"EXPLORER_MODEL_MEMORY": "500", "EXPLORER_RUN_DEADLINE": "1.5"})
    assert (found.model_memory, found.run_deadline) == (500, 1.5)
    assert found.model_threads == RunningSettings().model_threads >= 1
