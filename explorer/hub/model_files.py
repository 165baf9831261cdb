"""Which files of a repository are needed to run its model: weights as safetensors, data, no code."""

import re

from explorer.errors import CheckpointError, ConfigError
from explorer.hub.checkpoint_files import find_checkpoint
from explorer.hub.checkpoint_reading import names_in_index
from explorer.hub.deadline import Deadline
from explorer.hub.repository import CONFIG, Repository, RepositoryFile, has_file

WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"
# What transformers reads beside the weights. A tokenizer may have more files than it needs.
_BESIDE = re.compile(
    r"config\.json|generation_config\.json"
    r"|tokenizer\.json|tokenizer_config\.json|special_tokens_map\.json|added_tokens\.json"
    r"|vocab\.(txt|json|bpe)|(source|target)_vocab\.json|merges\.txt|bpe\.codes|tekken\.json"
    r"|[A-Za-z0-9_.-]+\.(model|spm)"
    r"|chat_template\.(jinja|json)|additional_chat_templates/[A-Za-z0-9_.-]+\.jinja"
)


def is_beside_weights(name: str) -> bool:
    """Whether transformers may read a file of this name when it loads a model or a tokenizer."""
    return bool(_BESIDE.fullmatch(name))


def files_to_run(repository: Repository) -> tuple[RepositoryFile, ...]:
    """The config, the tokenizer's files and the weights; CheckpointError where there are none to be run.

    Reads the index of a checkpoint in several files.
    """
    if not has_file(repository, CONFIG):
        raise ConfigError(
            f"{repository.source.text} has no config.json.", "Choose a checkpoint of transformers."
        )
    check_weights(repository)
    weights = _weights(repository)
    return tuple(file for file in repository.files if file.name in weights or is_beside_weights(file.name))


def _weights(repository: Repository) -> frozenset[str]:
    if has_file(repository, WEIGHTS):
        return frozenset({WEIGHTS})
    deadline = Deadline.after(repository.settings.deadline)
    return frozenset({INDEX, *names_in_index(repository, INDEX, deadline)})


def check_weights(repository: Repository) -> None:
    """Refuse a repository without weights as safetensors, which no others are loaded from; reads nothing."""
    if has_file(repository, WEIGHTS) or has_file(repository, INDEX):
        return
    found = find_checkpoint(repository)
    name = repository.source.text
    if found is None:
        raise CheckpointError(f"{name} has no weights.", "Choose another checkpoint.")
    if found.format == "pickle":
        raise CheckpointError(
            f"The weights of {name} are pickles, which are programs, and no such file is loaded.",
            "Choose a checkpoint that has model.safetensors; the Hub has such a copy of many in @refs/pr/N.",
        )
    raise CheckpointError(
        f"{name} has no weights that transformers loads: there is no {WEIGHTS}.",
        "Choose another checkpoint.",
    )
