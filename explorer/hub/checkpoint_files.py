"""Which of a repository's files are its checkpoint, told from their names alone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from explorer.checkpoint import Format
from explorer.hub.repository import Repository

_SHARD = re.compile(r"(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.(?P<ending>\w+)")
# As people store them; what transformers itself would load comes first, in its order.
_OF_TRANSFORMERS = ("model.safetensors", "pytorch_model.bin")
_OF_OTHERS = ("adapter_model.safetensors", "adapter_model.bin", "consolidated.safetensors")
# State of a training run: pickles, but of no model.
_NO_WEIGHTS = re.compile(r"(training_args|optimizer|scheduler|rng_state|scaler|random_states)", re.I)
# Other precisions of the same weights, and projectors and statistics beside a GGUF model.
_VARIANT = re.compile(r"\.(fp16|bf16|fp32|non_ema)[.-]")
_BESIDE_GGUF = re.compile(r"mmproj|imatrix", re.I)
_FORMATS: dict[str, Format] = {
    "safetensors": "safetensors",
    "bin": "pickle",
    "pt": "pickle",
    "pth": "pickle",
    "gguf": "gguf",
}


@dataclass(frozen=True, slots=True)
class CheckpointFiles:
    """The files that hold a checkpoint; or the index that names them, where their names do not tell."""

    format: Format
    names: tuple[str, ...]
    index: str | None = None


def find_checkpoint(repository: Repository) -> CheckpointFiles | None:
    """The files of the checkpoint that transformers would load, or else of what there is; or None."""
    names = tuple(file.name for file in repository.files)
    listed = set(names)
    for name in _OF_TRANSFORMERS:
        if found := _single_or_sharded(name, listed):
            return found
    if "model_index.json" in listed and (parts := _parts_of_diffusers(names)):
        return CheckpointFiles("safetensors", parts)
    for name in _OF_OTHERS:
        if found := _single_or_sharded(name, listed):
            return found
    return _anything(names)


def _single_or_sharded(name: str, listed: set[str]) -> CheckpointFiles | None:
    stem, _, ending = name.rpartition(".")
    form = _FORMATS[ending]
    if name in listed:
        return CheckpointFiles(form, (name,))
    index = f"{name}.index.json"
    if index not in listed:
        return None
    # The index of a large model is nearly as large as all headers: it is read only if it must be.
    sets = [
        shards
        for shards in _shard_sets(listed)
        if shards[0].startswith(f"{stem}-") and _format(shards) == form
    ]
    return CheckpointFiles(form, sets[0]) if len(sets) == 1 else CheckpointFiles(form, (), index)


def _parts_of_diffusers(names: Iterable[str]) -> tuple[str, ...]:
    """The weights of every component, in the precision that has no name."""
    return tuple(
        name
        for name in sorted(names)
        if "/" in name and _ending(name) == "safetensors" and not _VARIANT.search(name)
    )


def _anything(names: tuple[str, ...]) -> CheckpointFiles | None:
    """The first complete set of files that hold tensors: the best format, the highest folder."""
    for ending in ("safetensors", "gguf", "bin", "pth", "pt"):
        fitting = [name for name in names if _ending(name) == ending and not _NO_WEIGHTS.search(name)]
        if not fitting:
            continue
        first = min(fitting, key=_how_far)
        shards = next((shards for shards in _shard_sets(set(fitting)) if first in shards), (first,))
        return CheckpointFiles(_FORMATS[ending], shards)
    return None


def _how_far(name: str) -> tuple[bool, int, bool, str]:
    return bool(_BESIDE_GGUF.search(name)), name.count("/"), bool(_VARIANT.search(name)), name


def _shard_sets(listed: set[str]) -> list[tuple[str, ...]]:
    """Every complete set of numbered shards, each in order."""
    found = []
    for name in sorted(listed):
        match = _SHARD.fullmatch(name)
        if match and int(match["number"]) == 1:
            numbers = range(1, int(match["count"]) + 1)
            shards = tuple(
                f"{match['stem']}-{number:05}-of-{match['count']}.{match['ending']}" for number in numbers
            )
            if listed.issuperset(shards):
                found.append(shards)
    return found


def _format(shards: tuple[str, ...]) -> Format | None:
    return _FORMATS.get(_ending(shards[0]))


def _ending(name: str) -> str:
    return name.rpartition(".")[2]
