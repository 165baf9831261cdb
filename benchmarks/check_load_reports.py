"""Our load report against a real load, for every model type that transformers can build small.

    python -m benchmarks.check_load_reports [--output FILE] [--seconds N] [MODEL_TYPE ...]

Each model type runs in a process of its own, with a limit on memory and time. The output has a
line of JSON for each; what it holds already is not run again. Three checkpoints of each type,
as save_pretrained writes them from the backbone and from another class, and a damaged one, are
loaded into every class that takes the config.
"""

import argparse
import contextlib
import json
import multiprocessing
import os
import resource
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MEMORY = 8_000_000_000
SECONDS_PER_TYPE = 60
OUTPUT = Path("artefacts/check_load_reports.jsonl")


def main() -> None:
    """Every model type that is not in the output yet; then the totals of all that is."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--output", type=Path, default=OUTPUT)
    arguments.add_argument(
        "--seconds", type=float, default=float("inf"), help="start no more types after these"
    )
    arguments.add_argument("model_types", nargs="*")
    options = arguments.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"
    import explorer.loading.jobs  # noqa: F401  (the children are forked from a process that has it)
    from explorer.loading.mappings import model_types

    options.output.parent.mkdir(parents=True, exist_ok=True)
    done = {line["model_type"] for line in _lines(options.output)}
    wanted = options.model_types or list(model_types())
    deadline = time.monotonic() + options.seconds
    with options.output.open("a", encoding="utf-8") as output:
        for model_type in wanted:
            if model_type not in done and time.monotonic() < deadline:
                output.write(json.dumps(_in_child(model_type)) + "\n")
                output.flush()
    _print_totals(_lines(options.output))


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


def _in_child(model_type: str) -> dict[str, Any]:
    """What the check of one type found, from a forked process."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(model_type, sender))
    child.start()
    sender.close()
    found: dict[str, Any] = {"model_type": model_type, "skipped": f"no answer in {SECONDS_PER_TYPE} s"}
    try:
        if receiver.poll(SECONDS_PER_TYPE):
            found = receiver.recv()
    except EOFError:
        child.join()
        found["skipped"] = f"the process ended with {child.exitcode}"
    child.kill()
    child.join()
    return found


def _child(model_type: str, sender: Any) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    import torch
    import transformers

    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        found = _check(model_type, Path(folder))
    sender.send({"model_type": model_type, **found})


def _check(model_type: str, folder: Path) -> dict[str, Any]:
    from benchmarks.small_configs import small_config
    from explorer.errors import ExplorerError
    from explorer.loading.auto_classes import classes_for
    from explorer.loading.configs import load_config
    from explorer.loading.defaults import default_config
    from explorer.loading.trees import build_model
    from tests.loading.families import save_model, save_state, stored_state

    try:
        default = default_config(model_type)
        names = [auto_class.name for auto_class in classes_for(load_config(default))]
        config = small_config(default, lambda small: _largest(small, names))
    except ExplorerError as error:
        return {"skipped": str(error)}
    live = load_config(config)
    results: list[dict[str, Any]] = []
    saved: list[str] = []
    failures = []
    for name in names:
        if len(saved) == 2:
            break
        try:
            model_class = type(build_model(live, name)).__name__
            if model_class not in saved:
                save_model(config, name, folder / name)
                saved.append(model_class)
        except Exception as error:  # noqa: BLE001  (whatever transformers raises is a figure here)
            failures.append(f"{name}: {type(error).__name__}: {error}"[:300])
            continue
        if (folder / name).exists():
            results.extend(_compare(config, folder / name, name))
    if not saved:
        return {"skipped": failures[0] if failures else "no class can be built"}
    source = next(folder / name for name in reversed(names) if (folder / name / "config.json").exists())
    damaged = save_state(damage(stored_state(source)), config, folder / "damaged")
    results.extend(_compare(config, damaged, "damaged"))
    return {"config": config.text, "results": results}


def _largest(config: Any, names: list[str]) -> int:
    """Elements of the largest class of a config that can be built; raises ConfigError if AutoModel cannot."""
    from benchmarks.small_configs import MOST_ELEMENTS
    from explorer.errors import ConfigError
    from explorer.loading.configs import load_config
    from explorer.loading.trees import build_model

    live = load_config(config)
    sizes, errors = [], []
    for name in names:
        try:
            sizes.append(sum(tensor.numel() for tensor in build_model(live, name).state_dict().values()))
        except ConfigError as error:
            errors.append(error)
    if not sizes or len(errors) > len(sizes):
        raise errors[0] if errors else ConfigError("No class.")
    if max(sizes) <= MOST_ELEMENTS:
        _make(live, names)
    return max(sizes)


def _make(live: Any, names: list[str]) -> None:
    """Make the first class that can be built, with weights; raises ConfigError if its weights cannot be."""
    from explorer.errors import ConfigError
    from explorer.loading.auto_classes import config_for, model_class_of
    from explorer.loading.plain_words import config_errors
    from explorer.loading.trees import build_model

    for name in names:
        with contextlib.suppress(ConfigError):
            build_model(live, name)
            break
    model_class = model_class_of(live, name)
    with config_errors():
        model_class(config_for(live, model_class))


def damage(state: dict[str, Any]) -> dict[str, Any]:
    """The checkpoint with tensors absent, too many, of other shapes and under older names."""
    import torch

    changed = {}
    for number, (name, value) in enumerate(sorted(state.items())):
        if number % 7 == 3:
            continue
        if number % 11 == 5 and value.ndim:
            value = torch.cat([value, value[:1]])
        if number % 13 == 6:
            name = f"module.{name}"
        name = name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")
        changed[name] = value
    extra = {
        "embeddings.position_ids": torch.arange(4),
        "added.weight": torch.zeros(2, 3),
        "scalar": torch.tensor(1.0),
    }
    return {**changed, **extra}


def _compare(config: Any, folder: Path, saved: str) -> Iterator[dict[str, Any]]:
    """For every class: the real load's answer, ours, and whether they are equal."""
    from tests.loading.families import accounted, answer_of, checkpoint_in, real_answer, reports

    for auto_class, report, size in reports(config, checkpoint_in(folder)):
        found = {"saved": saved, "auto_class": auto_class.name, "model_class": auto_class.model_class}
        ours: Any = None if report.conversion_errors else answer_of(report)
        if accounted(report) != size:
            found["count"] = [accounted(report), size]
        try:
            with contextlib.redirect_stdout(None):
                theirs = real_answer(folder, auto_class)
        except Exception as error:  # noqa: BLE001  (a load that fails for another reason is not compared)
            yield {**found, "not loaded": f"{type(error).__name__}: {error}"[:300]}
            continue
        found["equal"] = theirs == ours
        found["entries"] = sum(map(len, theirs)) if theirs else -1
        if theirs != ours:
            found |= {"theirs": theirs, "ours": ours, "errors": report.conversion_errors[:3]}
        yield found


def _print_totals(lines: list[dict[str, Any]]) -> None:
    results = [(line["model_type"], result) for line in lines for result in line.get("results", ())]
    compared = [(model_type, result) for model_type, result in results if "equal" in result]
    equal = [result for _, result in compared if result["equal"]]
    heads = {(model_type, result["model_class"]) for model_type, result in compared}
    print(
        f"model types: {len(lines)}, of which {sum('results' in line for line in lines)} can be built small"
    )
    print(f"classes: {len(heads)}; loads compared: {len(compared)}, equal: {len(equal)}")
    print(f"equal and not empty: {sum(bool(result['entries']) for result in equal)}", end=", ")
    print(f"failed conversions on both sides: {sum(result['entries'] == -1 for result in equal)}")
    for model_type, result in compared:
        if not result["equal"]:
            print(f"NOT EQUAL {model_type} {result['model_class']} from {result['saved']}")
    for model_type, result in results:
        if "count" in result:
            print(f"COUNT {model_type} {result['model_class']} {result['count']}")
    print("not loaded by transformers itself:", sum("not loaded" in result for _, result in results))
    reasons = Counter(line["skipped"][:90] for line in lines if "skipped" in line)
    for reason, count in reasons.most_common():
        print(f"skipped {count}: {reason}")


if __name__ == "__main__":
    main()
