"""Shapes without weights against forwards of real models, layer by layer, with real inputs."""

import re

import pytest
import torch

from explorer.errors import ExplorerError
from explorer.loading.auto_classes import config_for, model_class_of
from explorer.loading.configs import load_config
from explorer.loading.defaults import default_config
from explorer.loading.output_shapes import output_shapes
from tests.loading.families import BERT, FAMILIES, LLAMA, config_of
from tests.loading.sources import pasted

# Other sizes than those that are measured with.
SIZES = {
    "batch": 3,
    "tokens": 7,
    "decoder tokens": 5,
    "choices": 6,
    "texts": 3,
    "images": 4,
    "height": 64,
    "width": 96,
    "audio samples": 400,
}
PIXELS = {"vit": (3, 8, 8), "dinov2": (3, 8, 8), "segformer": (3, 64, 96)}
TEXT_ONLY = {"AutoModelForCausalLM", "AutoModelForTextEncoding"}
# The decoder's tokens come from the input's where these classes have a decoder.
OWN_DECODER_TOKENS = {"AutoModelForQuestionAnswering", "AutoModelForSequenceClassification"}
WITHOUT_DECODER = {"AutoModelForTokenClassification", "AutoModelForAudioClassification"}


def real_inputs(family, auto_class):
    """What one would give the class by hand."""
    ids = torch.randint(3, 20, (3, 7))
    ids[:, -1] = 1 if family == "t5" else 2
    if family in PIXELS:
        return {"pixel_values": torch.rand(3, *PIXELS[family])}
    if family == "wav2vec2":
        return {"input_values": torch.rand(3, 400)}
    if auto_class == "AutoModelForMultipleChoice":
        return {"input_ids": ids[:, None].repeat(1, 6, 1)}
    if family == "clip" and auto_class == "AutoModelForImageClassification":
        return {"pixel_values": torch.rand(3, 3, 8, 8)}
    if family == "clip":
        return {"input_ids": ids, "pixel_values": torch.rand(4, 3, 8, 8)}
    given = {"input_ids": ids}
    if family == "whisper" and auto_class not in TEXT_ONLY:
        given = {"input_features": torch.rand(3, 4, 16)}
    if family in ("t5", "bart", "marian", "whisper") and auto_class not in (
        TEXT_ONLY | OWN_DECODER_TOKENS | WITHOUT_DECODER
    ):
        given["decoder_input_ids"] = ids[:, :5]
    return given


def real_shapes(config, auto_class, inputs):
    live = load_config(config)
    model_class = model_class_of(live, auto_class)
    live._experts_implementation = "eager"
    if getattr(live, "pad_token_id", 0) is None:
        live.pad_token_id = 0
    model = model_class(config_for(live, model_class)).eval()
    with torch.no_grad():
        outputs = model(**inputs, return_dict=True)
    lists = {name: value for name, value in outputs.items() if isinstance(value, tuple)}
    parts = {f"{name}[{place}]": part for name, value in lists.items() for place, part in enumerate(value)}
    every = {**outputs, **parts}
    return {name: value.shape for name, value in every.items() if isinstance(value, torch.Tensor)}


def number(dimension):
    """The dimension for our sizes."""
    if isinstance(dimension, int):
        return dimension
    text = re.sub(r"(\d),(\d)", r"\1\2", dimension)
    for symbol, size in sorted(SIZES.items(), key=lambda pair: -len(pair[0])):
        text = text.replace(symbol, str(size))
    return eval(text.replace("×", "*").replace("−", "-"), {})


@pytest.mark.parametrize("family", FAMILIES)
def test_every_class_gives_back_what_the_real_model_does(family):
    config = config_of(family)
    for head in output_shapes(config):
        assert head.is_known, (head.auto_class, head.error)
        real = real_shapes(config, head.auto_class.name, real_inputs(family, head.auto_class.name))
        for output in head.outputs:
            shape = tuple(map(number, output.dimensions))
            if output.name in real:
                assert shape == tuple(real[output.name]), (head.auto_class, output)
        assert head.outputs[0].name in real, head.auto_class


@pytest.mark.parametrize("layers", [1, 2, 5])
@pytest.mark.parametrize(("family", "values"), [("bert", BERT), ("llama", LLAMA)])
def test_the_number_of_equal_layers_changes_no_shape(family, values, layers):
    deep = output_shapes(config_of(family, **{**values, "num_hidden_layers": layers}))
    assert [head.outputs for head in deep] == [head.outputs for head in output_shapes(config_of(family))]


SHAPES = {
    "bert": {
        "AutoModel": "last_hidden_state: batch × tokens × 768; pooler_output: batch × 768",
        "AutoModelForMaskedLM": "logits: batch × tokens × 30,522",
        "AutoModelForQuestionAnswering": "start_logits: batch × tokens; end_logits: batch × tokens",
        "AutoModelForSequenceClassification": "logits: batch × 2",
        "AutoModelForMultipleChoice": "logits: batch × choices",
    },
    "t5": {"AutoModelForSeq2SeqLM": "logits: batch × decoder tokens × 32,128"},
    "vit": {
        "AutoModel": "last_hidden_state: batch × 197 × 768; pooler_output: batch × 768",
        "AutoModelForImageClassification": "logits: batch × 2",
    },
    "detr": {"AutoModelForObjectDetection": "logits: batch × 100 × 3; pred_boxes: batch × 100 × 4"},
    "segformer": {"AutoModelForSemanticSegmentation": "logits: batch × 2 × (height / 4) × (width / 4)"},
    "whisper": {"AutoModelForSpeechSeq2Seq": "logits: batch × decoder tokens × 51,865"},
    "wav2vec2": {"AutoModelForCTC": "logits: batch × (audio samples / 320 − 1) × 32"},
    "mixtral": {"AutoModelForCausalLM": "logits: batch × tokens × 32,000"},
}


@pytest.mark.parametrize("model_type", SHAPES)
def test_dimensions_are_the_symbols_that_a_reader_knows(model_type):
    found = {head.auto_class.name: head.text for head in output_shapes(default_config(model_type))}
    assert {name: found[name] for name in SHAPES[model_type]} == SHAPES[model_type]


def test_texts_and_images_are_counted_apart_where_they_are_compared():
    backbone = output_shapes(default_config("clip"))[0]
    assert backbone.text.startswith("logits_per_image: images × texts; logits_per_text: texts × images")


def test_labels_of_the_config_are_in_the_shape():
    labels = {str(place): f"label {place}" for place in range(91)}
    config = config_of("bert", id2label=labels, label2id={name: int(place) for place, name in labels.items()})
    found = {head.auto_class.name: head.text for head in output_shapes(config)}
    assert found["AutoModelForSequenceClassification"] == "logits: batch × 91"


def test_a_class_that_cannot_be_built_or_run_says_why():
    found = {head.auto_class.name: head for head in output_shapes(default_config("qwen2"))}
    assert "is made from a JevConfig" in found["AutoModelForDecision"].error
    assert found["AutoModel"].is_known
    (backbone, *_) = output_shapes(default_config("bark"))
    assert backbone.error == "This class has no forward of its own: it only generates."


@pytest.mark.parametrize(
    "values",
    [
        {"model_type": "vit", "image_size": 10**9},
        {"model_type": "vit", "image_size": 0},
        {"model_type": "vit", "patch_size": 0},
        {"model_type": "vit", "num_channels": 10**12},
        {"model_type": "bert", **BERT, "num_labels": 10**9},
        {"model_type": "bert", **BERT, "vocab_size": 0},
        {"model_type": "bert", **BERT, "vocab_size": 10**15},
        {"model_type": "bert", **BERT, "hidden_size": 0},
        {"model_type": "bert", **BERT, "num_attention_heads": 0},
        {"model_type": "bert", **BERT, "max_position_embeddings": 1},
        {"model_type": "bert", **BERT, "max_position_embeddings": 0},
        {"model_type": "bert", **BERT, "num_hidden_layers": 0},
        {"model_type": "bert", **BERT, "eos_token_id": 10**30, "pad_token_id": None, "return_dict": False},
        {"model_type": "whisper", "max_source_positions": 10**9},
        {"model_type": "autoformer", "prediction_length": 24, "lags_sequence": ["x"]},
    ],
    ids=lambda values: ", ".join(f"{key} {value}" for key, value in values.items() if key not in BERT)[:60],
)
def test_a_hostile_config_ends_in_shapes_or_in_a_reason(values):
    try:
        found = output_shapes(pasted(**values))
    except ExplorerError:
        return
    assert all(bool(head.outputs) != bool(head.error) for head in found)
