"""Where a model comes from: the value that every other value is asked about."""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, unquote

from explorer.auto_class import TASKS
from explorer.errors import ConfigError, SourceError
from explorer.hub_address import (
    HUB,
    NAME_ADVICE,
    check_revision,
    is_model_id,
    read_address,
    refuse_other_things,
    split_address,
)
from explorer.json_text import canonical_text, parse_object
from explorer.packed_text import pack, unpack
from explorer.pasted_text import AROUND, bare, name_in

SourceKind = Literal["hub", "folder", "config", "arch", "gallery", "demo"]

MAXIMUM_CONFIG = 4_000_000
MAXIMUM_NAME = 4_000

_FORMS = "Paste a model's name (owner/name), its address on the Hub, a config.json, or arch:NAME."
_NAMED_KINDS: dict[str, SourceKind] = {"arch": "arch", "gallery": "gallery", "demo": "demo"}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,95}", re.ASCII)
_FILE_ENDING = re.compile(r".*\.(json|safetensors|bin|gguf|pth?|ckpt|h5|msgpack|onnx|txt|py|md|ya?ml)", re.I)
_TASK_NAMES = {task for task in TASKS.values() if task} | {
    "summarization",
    "translation",
    "sentence-similarity",
}


@dataclass(frozen=True, slots=True)
class ModelSource:
    """A model by name: where it comes from, what it is called there, and at which revision.

    ``name`` is the Hub id (``hub``, ``gallery``), the folder's path (``folder``), the model
    type (``arch``), the demo's task (``demo``) or the config's own JSON text (``config``).
    """

    kind: SourceKind
    name: str
    revision: str | None = None

    @property
    def url(self) -> str | None:
        """The address of the model's page on the Hub, at its revision; None where it has none."""
        if self.kind not in ("hub", "gallery"):
            return None
        page = f"{HUB}/{self.name}"
        return f"{page}/tree/{quote(self.revision, safe='')}" if self.revision else page

    def file_url(self, name: str) -> str | None:
        """The address of one of the model's files on the Hub, at its revision; None where it has none."""
        if self.kind != "hub":
            return None
        return f"{HUB}/{self.name}/blob/{quote(self.revision or 'main', safe='')}/{quote(name)}"

    @property
    def location(self) -> str:
        """What from_pretrained finds the model by; for a demo checkpoint its folder in the project."""
        return f"explorer/demo/checkpoints/{self.name}" if self.kind == "demo" else self.name

    @property
    def text(self) -> str:
        """The shortest text that parse_source reads as this source; it fits in a URL."""
        if self.kind == "config":
            return f"config:{pack(self.name)}"
        name = f"{self.name}@{self.revision}" if self.revision else self.name
        return name if self.kind in ("hub", "folder") else f"{self.kind}:{name}"


def parse_source(text: str, endpoint: str = HUB) -> ModelSource:
    """The model that a pasted text names; SourceError says what else it is and what to do.

    ``endpoint`` is the Hub that is in use: addresses there are addresses of models too.
    Nothing is read: a name that is well formed need not exist.
    """
    if text.lstrip(AROUND).startswith("{"):
        return ModelSource("config", _canonical_config(text))
    if len(text) > MAXIMUM_CONFIG:
        raise SourceError("The text is too long for the name of a model.", _FORMS)
    text = bare(text)
    if text.startswith("config:"):
        return ModelSource("config", _unpacked_config(text.removeprefix("config:")))
    if not text:
        raise SourceError("There is no text.", _FORMS)
    if len(text) > MAXIMUM_NAME:
        raise SourceError("The text is too long for the name of a model.", _FORMS)
    return _parse_name(name_in(text), endpoint)


def _parse_name(text: str, endpoint: str) -> ModelSource:
    prefix, colon, rest = text.partition(":")
    if colon and prefix in _NAMED_KINDS:
        return _named(_NAMED_KINDS[prefix], rest)
    if text.startswith(("/", "~", "./", "../")) or text in (".", ".."):
        return ModelSource("folder", _checked_path(text))
    if "\\" in text:
        raise SourceError("The text looks like a path on Windows.", "Write it with slashes: ./folder/name.")
    if (address := split_address(text, endpoint)) is not None:
        return _at_address(address)
    return _hub_id(text)


def _named(kind: SourceKind, text: str) -> ModelSource:
    name, at, revision = text.partition("@")
    fits = is_model_id(name) if kind == "gallery" else bool(_NAME.fullmatch(name))
    if not fits or (at and kind != "gallery"):
        raise SourceError(f"{text[:100]!r} cannot be a name after {kind}:.", f"Write {kind}: and one name.")
    return ModelSource(kind, name, check_revision(revision) if at else None)


def _hub_id(text: str) -> ModelSource:
    name, at, revision = text.partition("@")
    parts = name.split("/")
    if name in _TASK_NAMES:
        raise SourceError(f"{name!r} is a task, not a model.", "Paste the name of a model that does it.")
    if name in TASKS:
        raise SourceError(f"{name!r} is an auto class, not a model.", "Paste the name of a model to load.")
    # With an owner it may be a repository: there are some whose names end in .gguf or .bin.
    if name.endswith((".json", ".safetensors")) or (len(parts) == 1 and _FILE_ENDING.fullmatch(name)):
        raise SourceError(
            f"{name[:200]!r} is the name of a file.",
            "Paste owner/name for a model on the Hub, or ./ and the path for a local folder or config.json.",
        )
    if len(parts) > 1:
        refuse_other_things(parts)
    if len(parts) > 2:
        name, found = read_address(parts)
        return ModelSource("hub", name, check_revision(revision) if at else found)
    if not is_model_id(name):
        raise SourceError(f"{name[:200]!r} cannot be the name of a model on the Hub.", NAME_ADVICE)
    return ModelSource("hub", name, check_revision(revision) if at else None)


def _at_address(parts: list[str]) -> ModelSource:
    # Split first, then decoded: an encoded slash belongs to a revision such as refs%2Fpr%2F1.
    name, revision = read_address([unquote(part) for part in parts])
    return ModelSource("hub", name, revision)


def _checked_path(text: str) -> str:
    """The path without its last slash; SourceError when it climbs up again after its beginning."""
    path = text.rstrip("/" + AROUND) or "/"
    parts = path.split("/")
    climbing = [index for index, part in enumerate(parts) if part == ".."]
    if climbing != list(range(len(climbing))):
        raise SourceError("The path leads back up through '..'.", "Write the path that it leads to.")
    return path


def _canonical_config(text: str) -> str:
    try:
        canonical = canonical_text(parse_object(text.strip(AROUND))) if len(text) <= MAXIMUM_CONFIG else text
    except ValueError as error:
        raise ConfigError(
            f"The pasted config cannot be read: {error}.", "Paste a whole config.json."
        ) from error
    # Canonical text can be longer than what was pasted: 1e9 becomes 1000000000.0.
    if len(canonical.encode(errors="replace")) > MAXIMUM_CONFIG:
        raise ConfigError("The pasted config is larger than 4 MB.", "Paste the config.json of a model.")
    return canonical


def _unpacked_config(packed: str) -> str:
    try:
        return _canonical_config(unpack(packed, MAXIMUM_CONFIG))
    except ValueError as error:
        raise SourceError(
            f"The config in this address cannot be read: {error}.",
            "Copy the whole address, or paste the config.",
        ) from error
