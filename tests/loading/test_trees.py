import json

import pytest
import torch
import transformers
from transformers import AutoConfig, AutoModelForSeq2SeqLM

from explorer.errors import ConfigError
from explorer.loading.auto_classes import auto_classes
from explorer.loading.configs import load_config
from explorer.loading.defaults import default_config
from explorer.loading.trees import build_model, build_tree, tree_of
from explorer.tree import find, full_name, walk
from tests.loading.sources import SMALL_BERT, pasted


def tensors(tree):
    return {full_name(node, tensor): tensor for node in walk(tree.root) for tensor in node.tensors}


@pytest.mark.parametrize(
    ("model_type", "auto_class"),
    [
        ("bert", "AutoModelForMaskedLM"),
        ("gpt2", "AutoModelForCausalLM"),
        ("t5", "AutoModelForSeq2SeqLM"),
        ("clip", "AutoModel"),
        ("wav2vec2", "AutoModelForCTC"),
        ("mllama", "AutoModelForCausalLM"),
        ("rt_detr", "AutoModelForObjectDetection"),
    ],
)
def test_names_shapes_and_totals_are_those_of_the_model(model_type, auto_class):
    config = default_config(model_type)
    with torch.device("meta"):
        model = getattr(transformers, auto_class).from_config(load_config(config))
    tree = build_tree(config, auto_class)
    found = tensors(tree)
    assert tree.parameter_count == sum(parameter.numel() for parameter in model.parameters())
    assert {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}.items() <= {
        name: tensor.shape for name, tensor in found.items()
    }.items()


def test_a_tied_tensor_names_the_first_of_its_names():
    found = tensors(build_tree(default_config("bert"), "AutoModelForMaskedLM"))
    assert found["cls.predictions.decoder.weight"].tied_to == "bert.embeddings.word_embeddings.weight"
    assert found["bert.embeddings.word_embeddings.weight"].tied_to is None


def test_weights_are_untied_when_the_config_says_so():
    config = pasted(**{**SMALL_BERT, "tie_word_embeddings": False})
    found = tensors(build_tree(config, "AutoModelForMaskedLM"))
    assert found["cls.predictions.decoder.weight"].tied_to is None


@pytest.mark.parametrize("model_type", ["t5", "mt5", "umt5"])
def test_a_head_that_its_config_calls_untied_is_counted_as_a_real_load_has_it(model_type, tmp_path):
    values = {
        "vocab_size": 50,
        "d_model": 16,
        "d_kv": 8,
        "d_ff": 32,
        "num_layers": 1,
        "num_heads": 2,
        "tie_word_embeddings": False,
    }
    made = AutoModelForSeq2SeqLM.from_config(AutoConfig.for_model(model_type, **values))
    made.lm_head.weight = torch.nn.Parameter(torch.randn(50, 16))
    made.save_pretrained(tmp_path)
    text = (tmp_path / "config.json").read_text()
    # transformers writes its own "true" into the config; published checkpoints of this kind say "false".
    published = pasted(**{**json.loads(text), "tie_word_embeddings": False})
    (tmp_path / "config.json").write_text(published.text)
    loaded = AutoModelForSeq2SeqLM.from_pretrained(tmp_path)
    tree = build_tree(published, "AutoModelForSeq2SeqLM")
    assert tree.parameter_count == sum(parameter.numel() for parameter in loaded.parameters())
    assert tensors(tree)["lm_head.weight"].tied_to is None


def test_a_model_is_untied_again_after_its_tree_was_made():
    live = load_config(default_config("marian"))
    model = build_model(live, "AutoModelForSeq2SeqLM")
    before = {name: id(parameter) for name, parameter in model.named_parameters(remove_duplicate=False)}
    tree_of(model, "AutoModelForSeq2SeqLM", live)
    after = {name: id(parameter) for name, parameter in model.named_parameters(remove_duplicate=False)}
    assert before == after
    assert len(set(before.values())) == len(before)


def test_the_dtype_is_the_one_of_the_config():
    found = tensors(build_tree(pasted(**SMALL_BERT, dtype="bfloat16"), "AutoModel"))
    assert found["pooler.dense.weight"].dtype == "bfloat16"


def test_a_dtype_that_no_model_has_is_an_error():
    with pytest.raises(ConfigError):
        build_tree(pasted(**SMALL_BERT, dtype="int8"), "AutoModel")


def test_settings_are_what_a_module_prints_of_itself():
    dense = find(build_tree(pasted(**SMALL_BERT), "AutoModel").root, "pooler.dense")
    assert dense.settings == "in_features=8, out_features=8, bias=True"


@pytest.mark.parametrize(
    ("model_type", "auto_class", "backbone"),
    [
        ("bert", "AutoModel", ""),
        ("bert", "AutoModelForMaskedLM", "bert"),
        ("gpt2", "AutoModelForCausalLM", "transformer"),
        ("t5", "AutoModelForSeq2SeqLM", ""),
        ("t5", "AutoModelForTokenClassification", "transformer"),
        ("clip", "AutoModelForImageClassification", ""),
        ("whisper", "AutoModelForSpeechSeq2Seq", "model"),
    ],
)
def test_the_backbone_is_the_module_that_auto_model_would_give(model_type, auto_class, backbone):
    assert build_tree(default_config(model_type), auto_class).backbone == backbone


def test_auto_model_comes_first_and_the_rest_by_name():
    names = [found.name for found in auto_classes(default_config("bert"))]
    assert names[0] == "AutoModel"
    assert names[1:] == sorted(names[1:])
    assert "AutoModelForMaskedLM" in names


def test_one_of_several_classes_is_chosen_by_the_config():
    name = "DeiTForImageClassificationWithTeacher"
    chosen = {
        found.name: found.model_class
        for found in auto_classes(pasted(model_type="deit", architectures=[name]))
    }
    assert chosen["AutoModelForImageClassification"] == name
    chosen = {found.name: found.model_class for found in auto_classes(pasted(model_type="deit"))}
    assert chosen["AutoModelForImageClassification"] == "DeiTForImageClassification"


def test_an_auto_class_that_does_not_take_the_config_is_an_error():
    with pytest.raises(ConfigError, match="AutoModelForCTC has no model for bert"):
        build_tree(pasted(**SMALL_BERT), "AutoModelForCTC")


def test_a_missing_package_is_named():
    with pytest.raises(ConfigError, match="needs the package natten"):
        build_tree(default_config("dinat"), "AutoModel")
