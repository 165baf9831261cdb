"""What is known of a model once it is loaded."""

import re

from explorer.inside.loaded_facts import LoadedFacts
from explorer.loading.running.languages import languages_of
from explorer.loading.running.loaded_model import LoadedModel

CLASSIFIERS = ("AutoModelForSequenceClassification", "AutoModelForTokenClassification")
# What transformers calls the labels of a config that names none.
NAMELESS = re.compile(r"LABEL_\d+")


def facts_of(held: LoadedModel) -> LoadedFacts:
    """Where the model runs, and what it and its tokenizer know."""
    return LoadedFacts(
        type(held.model).__name__,
        str(held.model.device),
        str(held.model.dtype).removeprefix("torch."),
        held.nbytes,
        held.token_limit,
        held.tokenizer.mask_token,
        bool(held.tokenizer.chat_template),
        _labels(held),
        languages_of(held) if held.task.name == "translation" else (),
    )


def _labels(held: LoadedModel) -> tuple[str, ...]:
    """The labels of a classifier, in the order of its logits; none where its config only counts them."""
    names = held.config.id2label if held.task.auto_class in CLASSIFIERS else {}
    labels = tuple(str(names[number]) for number in sorted(names))
    return () if all(map(NAMELESS.fullmatch, labels)) else labels
