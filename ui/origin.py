"""Which model a page is about, and where it was read."""

from explorer.opening import OpenedModel
from explorer.source import ModelSource
from ui.markup import Markup, draw, tag

KINDS = {
    "hub": "Hugging Face Hub",
    "folder": "Local folder",
    "config": "Pasted config",
    "arch": "Architecture with its default config",
    "gallery": "Bundled copy of a well-known config",
    "demo": "Demo checkpoint",
}


def draw_origin(model: OpenedModel) -> None:
    """The model's name, and beside it where it was read and at which commit."""
    source = model.source
    name = KINDS["config"] if source.kind == "config" else source.name
    chips = [] if source.kind == "config" else [_chip(KINDS[source.kind])]
    if source.revision:
        chips.append(_commit(source))
    if model.config and model.config.model_type:
        chips.append(_chip("model type ", tag("code", model.config.model_type)))
    draw(tag("div", tag("h2", name), *chips, class_="x-origin"))


def _commit(source: ModelSource) -> Markup:
    revision = source.revision or ""
    shown = tag("code", revision[:12], title=revision)
    link = tag("a", shown, href=source.url, target="_blank", rel="noopener") if source.url else shown
    return _chip("commit ", link)


def _chip(*content: object) -> Markup:
    return tag("span", *content, class_="x-chip")
