"""What each parameter of a model is for: embeddings, attention, feed-forward, and so on.

The head is known from the diff with AutoModel. All else is told by the names of modules and of their
classes, from one table of the field's own words; what no word fits is ``other``.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from explorer.tree import ModuleNode, ModuleTree, full_name

Component = Literal[
    "embeddings",
    "attention",
    "mixer",
    "feed-forward",
    "experts",
    "convolution",
    "projection",
    "norm",
    "head",
    "other",
]

# In the order in which a table, a bar and a legend show them.
TITLES: dict[Component, str] = {
    "embeddings": "Embeddings",
    "attention": "Attention",
    "mixer": "State-space and other mixers",
    "feed-forward": "Feed-forward",
    "experts": "Experts and router",
    "convolution": "Convolutions",
    "projection": "Projections and poolers",
    "norm": "Norms and scales",
    "head": "Head",
    "other": "Other",
}

# How a class name ends, because it begins with the model's name; then what a module's own name is.
# The class tells more, so all classes are tried first; of each, the first line that fits counts.
WORDS: tuple[tuple[Component, str, str], ...] = (
    ("norm", r"norm(\dd)?|layerscale", r"\w*norm\w*|(\w*_)?ln(_?\w+)?|layer_?scale\w*|lambda_\d"),
    (
        "experts",
        r"experts?|moe(block|layer)?|sparsemlp|router",
        r"\w*experts?\w*|\w*router\w*|(\w*_)?moe",
    ),
    (
        "attention",
        r"attention(v?\d|subsample)?|attn(block)?|selfoutput|indexer",
        r"\w*attentions?|\w*attn\w*|att(_\w+)?",
    ),
    (
        "mixer",
        r"mixer\d?|mambalayer|ssm|lstm|gru(cell)?|recurrentblock|deltanet|modulation",
        r"(\w*_)?(mixer|ssm|mamba|recurrent)|m?lstm(_layer)?|slstm",
    ),
    ("embeddings", r"embed(der|ding|dings)?", r"\w*embed\w*|w[tp]e|\w*_tokens?|\w*position\w*"),
    (
        "feed-forward",
        r"mlp(block|layer)?|feedforward|ffn?|intermediate|output|dense(gated)?actdense",
        r"mlp\d?|\w*ffn\w*|ff(_\w+)?\d?|\w*feed_forward\d?|(\w*_)?fc_?\d*|intermediate|lin(ear)?_?\d",
    ),
    (
        "convolution",
        r"conv([123]d|layer|block|module)?|convolution(module)?|convtranspose[123]d",
        r"(\w*_)?[dp]?w?conv(s|[123]d|olutions?)?\d*(_\w+)?",
    ),
    (
        "projection",
        r"project(or|ion)|merg(er|ing)|pool(er|ing)(head)?|resampler|adapter|connector",
        r"\w*pool(er|ing)?|\w*project\w*|(\w*_)?proj\d?|\w*downsample\w*|merger|bottleneck",
    ),
)


def components_of(tree: ModuleTree, head: frozenset[str] = frozenset()) -> dict[str, Component]:
    """The component of every parameter by its full name, tied ones once; ``head`` names those of the head."""
    found: dict[str, Component] = {}
    for name, owner, component in _named_parameters(tree.root, None):
        # A tied tensor is told by any of its names: an embedding may come first as the tied output.
        if found.get(owner or name, "other") == "other":
            found[owner or name] = component
    return found | dict.fromkeys(head, "head")


def component_at(node: ModuleNode, above: Component | None) -> Component | None:
    """What a module is that lies in ``above``: what is outermost says so, with two exceptions.

    A norm is one wherever it lies, and experts and their router may lie in what is called feed-forward.
    """
    found = _told(node.class_name) or _called(node.name)
    if found == "norm" and node.children:
        # A whole block may be called after the norm that it begins with.
        found = None
    if above is None or found == "norm" or (found == "experts" and above == "feed-forward"):
        return found or above
    return above


def _named_parameters(
    node: ModuleNode, above: Component | None
) -> Iterator[tuple[str, str | None, Component]]:
    """Name, owner where it is tied, and component of every parameter at or below the node."""
    component = component_at(node, above)
    for tensor in node.tensors:
        if tensor.kind == "parameter":
            told = component or _called(tensor.name) or "other"
            yield full_name(node, tensor), tensor.tied_to, told
    for child in node.children:
        yield from _named_parameters(child, component)


@lru_cache(maxsize=4096)
def _told(class_name: str) -> Component | None:
    """What the name of a module's class says it is."""
    found = (part for part, ends, _ in WORDS if re.search(rf"({ends})$", class_name, re.IGNORECASE))
    return next(found, None)


@lru_cache(maxsize=4096)
def _called(name: str) -> Component | None:
    """What the name of a module or of a tensor says it is."""
    found = (part for part, _, names in WORDS if re.fullmatch(names, name, re.IGNORECASE))
    return next(found, None)
