"""Outlines of whole models, to be read in a review like documentation; --update-golden rewrites them."""

from pathlib import Path

import pytest

from explorer.loading.defaults import default_config
from explorer.loading.trees import build_tree
from tests.golden.outline import outline, wrong_sums

FOLDER = Path(__file__).parent

MODELS = {
    "albert": "AutoModelForMaskedLM",
    "bart": "AutoModelForSeq2SeqLM",
    "bert": "AutoModelForMaskedLM",
    "blip-2": "AutoModelForImageTextToText",
    "bloom": "AutoModelForCausalLM",
    "clip": "AutoModelForImageClassification",
    "convnext": "AutoModelForImageClassification",
    "deberta-v2": "AutoModelForTokenClassification",
    "deepseek_v3": "AutoModelForCausalLM",
    "detr": "AutoModelForObjectDetection",
    "dinov2": "AutoModel",
    "distilbert": "AutoModelForQuestionAnswering",
    "electra": "AutoModelForPreTraining",
    "falcon_mamba": "AutoModelForCausalLM",
    "gemma3": "AutoModelForImageTextToText",
    "gpt2": "AutoModelForCausalLM",
    "gpt_oss": "AutoModelForCausalLM",
    "llama": "AutoModelForSequenceClassification",
    "llava": "AutoModelForImageTextToText",
    "mamba": "AutoModelForCausalLM",
    "marian": "AutoModelForSeq2SeqLM",
    "mixtral": "AutoModelForCausalLM",
    "modernbert": "AutoModelForMaskedLM",
    "opt": "AutoModelForCausalLM",
    "perceiver": "AutoModelForMaskedLM",
    "qwen3": "AutoModelForCausalLM",
    "qwen3_moe": "AutoModelForCausalLM",
    "resnet": "AutoModelForImageClassification",
    "roberta": "AutoModelForMultipleChoice",
    "segformer": "AutoModelForSemanticSegmentation",
    "swin": "AutoModel",
    "t5": "AutoModelForTokenClassification",
    "vision-encoder-decoder": "AutoModelForImageTextToText",
    "vit": "AutoModelForImageClassification",
    "wav2vec2": "AutoModelForCTC",
    "whisper": "AutoModelForSpeechSeq2Seq",
    "xlnet": "AutoModelForCausalLM",
}


@pytest.mark.parametrize(("model_type", "auto_class"), MODELS.items(), ids=MODELS)
def test_the_outline_is_the_golden_one(model_type, auto_class, request):
    found = outline(build_tree(default_config(model_type), auto_class))
    path = FOLDER / f"{model_type}.txt"
    if request.config.getoption("--update-golden"):
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_the_columns_add_up(path):
    assert wrong_sums(path.read_text(encoding="utf-8")) == []


def test_every_golden_outline_has_its_model():
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(MODELS)
