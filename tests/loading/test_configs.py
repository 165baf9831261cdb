import json

import pytest
import torch
from transformers import AutoConfig

from explorer.errors import ConfigError, ExplorerError, UnknownArchitectureError
from explorer.loading.configs import config_classes, default_values, effective_values, load_config
from explorer.loading.jobs import config_fields
from explorer.loading.trees import build_tree
from tests.loading.sources import SMALL_BERT, pasted


def test_a_config_is_read_as_auto_config_reads_it(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(SMALL_BERT))
    expected = AutoConfig.from_pretrained(tmp_path, trust_remote_code=False)
    assert load_config(pasted(**SMALL_BERT)).to_dict() == {**expected.to_dict(), "_name_or_path": ""}


@pytest.mark.parametrize(
    "key",
    ["auto_map", "_attn_implementation", "quantization_config", "fusion_config", "transformers_weights"],
)
def test_what_is_unsafe_never_reaches_transformers(key):
    values = {**SMALL_BERT, key: {"AutoConfig": "evil.Config", "quant_method": "evil"}}
    assert key not in load_config(pasted(**values)).to_dict()


def test_what_is_unsafe_is_dropped_from_nested_configs_too():
    text = {"model_type": "gemma3_text", "_attn_implementation": "evil/kernel", "hidden_size": 16}
    live = load_config(pasted(model_type="gemma3", text_config=text))
    assert live.text_config.hidden_size == 16
    assert live.text_config._attn_implementation != "evil/kernel"


@pytest.mark.parametrize("name", ["owner/backbone", "/etc", "../secrets"])
def test_a_backbone_in_another_repository_or_folder_is_not_read(name):
    with pytest.raises(ConfigError, match="another repository"):
        load_config(pasted(model_type="detr", use_timm_backbone=False, backbone=name))


def test_a_backbone_of_timm_is_known_by_its_name_alone():
    live = load_config(pasted(model_type="detr", use_timm_backbone=True, backbone="resnet50"))
    assert live.backbone_config.backbone == "resnet50"


def test_a_folder_of_the_machine_is_not_in_the_config():
    assert "_name_or_path" not in effective_values(pasted(**SMALL_BERT))


def test_the_model_type_is_taken_from_the_model_class_when_it_is_missing():
    values = {key: value for key, value in SMALL_BERT.items() if key != "model_type"}
    assert load_config(pasted(**values, architectures=["BertForMaskedLM"])).model_type == "bert"


@pytest.mark.parametrize("values", [{}, {"hidden_size": 8}, {"model_type": "no-such"}, {"model_type": None}])
def test_an_unknown_architecture_says_so(values):
    with pytest.raises(UnknownArchitectureError):
        load_config(pasted(**values))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '"bert"',
        "[" * 100_000,
        '{"model_type": "bert", "hidden_size": "wide"}',
        '{"model_type": "bert", "num_hidden_layers": 1e400}',
        '{"model_type": "bert", "id2label": 7}',
        '{"model_type": "bert", "dtype": "int8x"}',
        '{"model_type": "gemma3", "text_config": []}',
        '{"model_type": "llama", "rope_parameters": "fast"}',
        '{"model_type": ["bert"]}',
    ],
)
def test_a_broken_config_is_an_error_for_its_reader(text):
    with pytest.raises(ExplorerError) as caught:
        build_tree(pasted(text), "AutoModel")
    assert "\n" not in caught.value.what
    assert "Traceback" not in caught.value.what


@pytest.mark.parametrize(
    "values",
    [
        {"num_hidden_layers": 10**9},
        {"model_type": "swin", "depths": [2, 2, 10**8, 2]},
        {"model_type": "mixtral", "num_local_experts": 10**7},
        {"model_type": "gemma3", "text_config": {"model_type": "gemma3_text", "num_hidden_layers": 10**6}},
        {"num_labels": 10**9},
    ],
)
def test_a_config_that_is_too_large_is_refused_before_it_is_read(values):
    with pytest.raises(ConfigError, match="is more than the"):
        load_config(pasted(**{**SMALL_BERT, **values}))


def test_a_build_of_too_many_modules_is_stopped(monkeypatch):
    monkeypatch.setattr("explorer.loading.limits.MODULES", 50)
    with pytest.raises(ConfigError, match="more than 50 modules"):
        build_tree(pasted(**{**SMALL_BERT, "num_hidden_layers": 12}), "AutoModel")
    assert not torch.nn.modules.module._global_module_registration_hooks


def test_wide_models_are_not_refused():
    tree = build_tree(pasted(**{**SMALL_BERT, "vocab_size": 10**9}), "AutoModel")
    assert tree.parameter_count > 8 * 10**9


def test_effective_values_hold_what_the_class_adds_and_what_it_does_not_know():
    values = effective_values(pasted(**SMALL_BERT, my_own_key="kept"))
    assert (values["my_own_key"], values["hidden_size"], values["hidden_act"]) == ("kept", 8, "gelu")


def test_a_key_that_the_class_reads_into_another_is_shown_as_set_aside():
    values = {"model_type": "llama", "rope_theta": 5e5, "hidden_size": 4096, "my_own_key": 1}
    found = {field.name: field.status for field in config_fields(pasted(**values))}
    assert (found["rope_theta"], found["rope_parameters"]) == ("set aside", "worked out")
    assert (found["hidden_size"], found["vocab_size"], found["my_own_key"]) == ("same", "left out", "extra")


def test_a_part_of_another_architecture_has_the_defaults_of_its_own_class():
    values = {"model_type": "llava", "text_config": {"model_type": "mistral", "sliding_window": 4096}}
    fields = {field.name: field for field in config_fields(pasted(**values))}
    assert fields["text_config.sliding_window"].status == "same"
    assert (
        fields["text_config.num_key_value_heads"].default == default_values("mistral")["num_key_value_heads"]
    )
    assert "text_config.pretraining_tp" not in fields


def test_the_config_class_of_every_part_is_known():
    found = config_classes(pasted(model_type="llava", text_config={"model_type": "mistral"}))
    assert (found[""], found["text_config"]) == ("LlavaConfig", "MistralConfig")


def test_default_values_are_those_of_the_class():
    assert default_values("bert")["hidden_size"] == 768


@pytest.mark.parametrize(
    "values",
    [
        {"hidden_size": 768.5},
        {"id2label": {"x": "y"}},
        {"hidden_size": 30, "num_attention_heads": 7},
        {"dtype": "load"},
    ],
    ids=str,
)
def test_what_is_wrong_with_a_value_is_said_in_whole_sentences(values):
    with pytest.raises(ConfigError) as caught:
        build_tree(pasted(**{**SMALL_BERT, **values}), "AutoModel")
    assert caught.value.what.endswith(".")
    assert "int()" not in caught.value.what
    assert "out of range" not in caught.value.what
