"""What a worker holds before its first job; importing this module is the preparation.

The forkserver imports it once and forks every worker from there, so that a worker starts in a
third of a second with torch and transformers at hand. The server never imports it.
"""

import gc
import multiprocessing.spawn
import os
import signal

# Ctrl-C in a terminal reaches every process: these end without a word, and the first one says it.
signal.signal(signal.SIGINT, signal.SIG_DFL)

# The forkserver's process, as a rule: a worker sees by it whether its parent still lives.
IMPORTED_BY = os.getpid()

# Streamlit puts the page's script in __main__, and a worker would run that page as its own.
multiprocessing.spawn._fixup_main_from_path = lambda main_path: None  # type: ignore[attr-defined]
multiprocessing.spawn._fixup_main_from_name = lambda mod_name: None  # type: ignore[attr-defined]

for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
    os.environ.pop(name, None)
os.environ.update(
    # Threads that wait for each other by spinning: six times slower as soon as another process computes.
    GOMP_SPINCOUNT="0",
    # Had this process asked CUDA itself for its devices, its forks could not use them.
    PYTORCH_NVML_BASED_CUDA_CHECK="1",
    DISABLE_SAFETENSORS_CONVERSION="1",
    HF_DEACTIVATE_ASYNC_LOAD="1",
    HF_HUB_DISABLE_IMPLICIT_TOKEN="1",  # noqa: S106
    HF_HUB_DISABLE_TELEMETRY="1",
    HF_HUB_OFFLINE="1",
    HF_TOKEN_PATH=os.devnull,
    TOKENIZERS_PARALLELISM="false",
    TRANSFORMERS_VERBOSITY="error",
)

# Only now: both libraries read these variables when they are imported.
from explorer.loading import jobs, running  # noqa: E402, F401 - what runs models is there as well
from explorer.loading.threads import use_threads  # noqa: E402

# A fork has none of its parent's threads: had this process computed with several, its forks would hang.
use_threads(1)
jobs.warm_up()
# What is imported stays: a collection need not look at it, and a fork need not copy it.
gc.collect()
gc.freeze()
