"""Configs of well-known checkpoints that the project carries, for use without the Hub."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from explorer.config import ModelConfig
from explorer.source import ModelSource

DATA = Path(__file__).parent / "data"
SHELVES = (
    "encoders",
    "decoders",
    "experts",
    "encoder_decoders",
    "recurrent",
    "vision",
    "audio",
    "multimodal",
)


@dataclass(frozen=True, slots=True)
class GalleryEntry:
    """A well-known checkpoint: what a card says of it, and its config.

    ``auto_class`` is the auto class that gives the class named by the checkpoint.
    ``published_total`` is the number of elements that the Hub or the authors publish for it;
    they are those of ``published_class``, which has the heads that the files hold.
    """

    id: str
    aliases: tuple[str, ...]
    family: str
    modality: str
    year: int
    sentence: str
    auto_class: str
    published_total: int | None
    published_class: str
    config: ModelConfig


@cache
def entries() -> tuple[GalleryEntry, ...]:
    """Every checkpoint of the gallery, shelf by shelf, by family and year."""
    texts = ((DATA / f"{shelf}.json").read_text("utf-8") for shelf in SHELVES)
    return tuple(_entry(fields) for text in texts for fields in json.loads(text))


def find(name: str) -> ModelConfig | None:
    """The config of a checkpoint by its Hub id, old or new, in any case; None if it is not here."""
    entry = _by_name().get(name.strip().lower())
    return entry.config if entry else None


@cache
def _by_name() -> dict[str, GalleryEntry]:
    return {name.lower(): entry for entry in entries() for name in (entry.id, *entry.aliases)}


def _entry(fields: dict[str, Any]) -> GalleryEntry:
    source = ModelSource("gallery", fields["id"])
    return GalleryEntry(
        id=fields["id"],
        aliases=tuple(fields.get("aliases", ())),
        family=fields["family"],
        modality=fields["modality"],
        year=fields["year"],
        sentence=fields["sentence"],
        auto_class=fields["auto_class"],
        published_total=fields.get("published_total"),
        published_class=fields.get("published_class", fields["auto_class"]),
        config=ModelConfig.of(source, fields["config"]),
    )
