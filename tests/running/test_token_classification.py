"""Token classification: the entities of transformers' pipeline, and long texts read in windows."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from transformers import TokenClassificationPipeline, pipeline

from explorer.tasks.token_classification import (
    STRATEGIES,
    TokenClassificationInput,
    TokenClassificationParameters,
)
from tests.running import models

NAMES = {
    "id2label": dict(enumerate(models.LABELS)),
    "label2id": {label: number for number, label in enumerate(models.LABELS)},
}
TEXTS = (
    "Hugging Face Inc. is a company based in New York City.",
    "Its headquarters are in DUMBO, therefore very close to the (Manhattan) Bridge!",
    "日本 schläft 🎉 dort; مرحبا بالعالم",
    "Paris",
)


def label(model, text, strategy="simple", **settings):
    given = TokenClassificationParameters(aggregation_strategy=strategy, **settings)
    return model.run(TokenClassificationInput(text), given)


def rounded(entities):
    return [{**entity, "score": round(float(entity["score"]), 4)} for entity in entities]


@pytest.mark.filterwarnings("ignore:Tokenizer does not support real words")
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("make", ["bert", "gpt2"])
def test_the_entities_are_those_of_the_pipeline(loaded, make, strategy, text):
    class_name = {"bert": "BertForTokenClassification", "gpt2": "GPT2ForTokenClassification"}[make]
    folder, model = loaded("token-classification", getattr(models, make), class_name, **NAMES)
    pipe = pipeline("token-classification", folder, device="cpu", aggregation_strategy=strategy)
    assert rounded(label(model, text, strategy).json) == rounded(pipe(text))
    everything = label(model, text, strategy, ignore_labels=())
    assert rounded(everything.json) == rounded(pipe(text, ignore_labels=[]))


@pytest.fixture(scope="module")
def blind(loaded):
    """A model whose label of a token depends on the token alone, so that windows must change nothing."""
    _, model = loaded("token-classification", models.bert, "BertForTokenClassification", **NAMES)
    for layer in model._held.model.bert.encoder.layer:
        for module in (layer.attention.output.dense, layer.output.dense):
            torch.nn.init.zeros_(module.weight)
    torch.nn.init.zeros_(model._held.model.bert.embeddings.position_embeddings.weight)
    return model


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("stride", [0, 7, 1000])
def test_a_long_text_is_read_in_windows_that_leave_no_trace(blind, strategy, stride):
    sentence = "Hugging Face Inc. is a company based in New York City. "
    short = label(blind, sentence, strategy, ignore_labels=()).entities
    long = label(blind, sentence * 9, strategy, ignore_labels=(), stride=stride)
    assert long.windows > 1
    assert f"read in {long.windows} windows" in long.notes[0]
    # Where two sentences meet, entities of one kind are joined.
    inside = [entity for entity in short if entity.start > 4 and entity.end < len(sentence) - 8]
    for number in range(9):
        places = {(entity.label, entity.start, entity.end) for entity in long.entities}
        for entity in inside:
            at = number * len(sentence)
            assert (entity.label, entity.start + at, entity.end + at) in places


@pytest.mark.filterwarnings("ignore:Token indices sequence length")
@pytest.mark.parametrize("strategy", ["simple", "first", "average", "max"])
def test_windows_that_agree_give_what_the_pipeline_joins_of_the_whole_text(blind, strategy):
    held = blind._held
    pipe = TokenClassificationPipeline(
        model=held.model, tokenizer=held.tokenizer, aggregation_strategy=strategy
    )
    text = "Hugging Face Inc. is a company based in New York City. " * 40
    encoding = held.tokenizer(text, return_offsets_mapping=True, return_special_tokens_mask=True)
    ids = encoding["input_ids"]
    with torch.no_grad():
        alone = [held.model(torch.tensor([[token]])).logits[0, 0].softmax(-1).numpy() for token in ids]
    given = np.array(ids), np.array(alone), encoding["offset_mapping"]
    tokens = pipe.gather_pre_entities(text, *given, np.array(encoding["special_tokens_mask"]), strategy)
    wanted = [one for one in pipe.aggregate(tokens, strategy) if one["entity_group"] != "O"]
    assert rounded(label(blind, text, strategy, stride=8).json) == rounded(wanted)


def test_every_character_of_a_long_text_is_labelled_once(blind):
    text = "Hugging Face Inc. is a company based in New York City. " * 20
    entities = label(blind, text, "none", ignore_labels=()).entities
    assert all(one.end <= other.start for one, other in pairwise(entities))
    covered = "".join(text[entity.start : entity.end] for entity in entities)
    assert covered == text.replace(" ", "")
    assert [entity.index for entity in entities] == list(range(1, len(entities) + 1))
