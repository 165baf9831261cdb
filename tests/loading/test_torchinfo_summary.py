"""torchinfo's summary beside the exact total, and what torchinfo is known to get wrong."""

import pytest
import torch
import torchinfo
from torch import nn
from transformers import BartConfig, BartModel, MixtralConfig, MixtralForCausalLM
from transformers.pytorch_utils import Conv1D

from explorer import gallery
from explorer.errors import ConfigError
from explorer.loading.defaults import default_config
from explorer.loading.torchinfo_summary import ROWS_AT_BEST, torchinfo_summary
from explorer.loading.trees import build_tree
from explorer.parameter_tables import torchinfo_json, totals_table

TOKENS, WIDTH, OUT = 10, 8, 16


def summary(name, auto_class):
    return torchinfo_summary(gallery.find(name), auto_class)


@pytest.mark.parametrize("name", [entry.id for entry in gallery.entries()][::12])
def test_the_differences_explain_all_of_torchinfos_total(name):
    entry = next(entry for entry in gallery.entries() if entry.id == name)
    found = torchinfo_summary(entry.config, entry.auto_class)
    assert found.parameter_count == build_tree(entry.config, entry.auto_class).parameter_count
    assert found.parameter_count + sum(step.elements for step in found.differences) == found.total
    assert "unexplained" not in {step.reason for step in found.differences}


def test_a_tied_weight_is_counted_again():
    found = summary("openai-community/gpt2", "AutoModelForCausalLM")
    assert (found.total, found.parameter_count) == (163_037_184, 124_439_808)
    assert [step.elements for step in found.differences] == [50257 * 768]
    assert found.counted_again == (("lm_head.weight", "transformer.wte.weight"),)


def test_without_tied_weights_both_totals_are_equal():
    found = summary("google-bert/bert-base-uncased", "AutoModel")
    assert (found.total, found.differences, found.counted_again) == (found.parameter_count, (), ())


def test_a_tie_between_modules_that_hold_others_is_explained_too():
    found = torchinfo_summary(default_config("diffusion_gemma"), "AutoModel")
    assert [step.reason for step in found.differences] == ["tied weights counted again"]
    assert found.total - found.parameter_count == found.differences[0].elements


def test_the_text_is_torchinfos_own():
    found = summary("distilbert/distilgpt2", "AutoModelForCausalLM")
    assert "GPT2LMHeadModel (GPT2LMHeadModel)" in found.text
    assert f"Total params: {found.total:,}" in found.text
    assert "Embedding (wte): 2-1" in found.text


@pytest.mark.parametrize(
    ("name", "auto_class"),
    [("Qwen/Qwen3-235B-A22B", "AutoModelForCausalLM"), ("openai-community/gpt2", "AutoModel")],
)
def test_the_text_stays_short_for_a_large_model(name, auto_class):
    found = summary(name, auto_class)
    assert found.text.count("\n") < ROWS_AT_BEST + 20
    assert found.cut_rows == 0


def test_rows_that_no_depth_would_spare_are_left_out_and_counted():
    config = gallery.find("openai-community/gpt2")
    many = type(config).of(config.source, config.values | {"n_layer": 500, "n_embd": 12})
    found = torchinfo_summary(many, "AutoModel")
    assert found.depth < 3
    assert found.text.count("\n") < 450


def test_a_class_on_which_torchinfo_fails_is_a_config_error():
    with pytest.raises(ConfigError, match="torchinfo"):
        torchinfo_summary(default_config("encodec"), "AutoModel")


def test_the_table_and_the_json_add_up():
    found = summary("openai-community/gpt2", "AutoModelForCausalLM")
    *steps, total = (row[1] for row in totals_table(found).rows)
    assert sum(steps) == total
    assert torchinfo_json(found)["differences"] == [
        {"reason": "tied weights counted again", "parameters": 38_597_376}
    ]


# What the page says that torchinfo gets wrong. Where one of these fails, torchinfo has learned it.


def mult_adds(layer):
    data = torch.zeros(1, TOKENS, WIDTH)
    return torchinfo.summary(nn.Sequential(layer), input_data=data, verbose=0).total_mult_adds


def test_torchinfo_ignores_the_length_of_the_sequence_in_a_linear_map():
    assert mult_adds(nn.Linear(WIDTH, OUT, bias=False)) == WIDTH * OUT != TOKENS * WIDTH * OUT


def test_torchinfo_takes_the_linear_map_of_gpt2_for_a_convolution():
    right = TOKENS * (WIDTH + 1) * OUT
    assert mult_adds(Conv1D(OUT, WIDTH)) == OUT * (WIDTH + 1) * OUT != right


def test_torchinfo_gives_stacked_experts_no_mult_adds():
    sizes = {"hidden_size": 8, "intermediate_size": 16, "num_hidden_layers": 1, "vocab_size": 9}
    model = MixtralForCausalLM(MixtralConfig(**sizes, num_attention_heads=2, num_key_value_heads=2))
    found = torchinfo.summary(model, input_data=torch.zeros(1, 3, dtype=torch.long), verbose=0)
    assert [layer.macs for layer in found.summary_list if layer.class_name == "MixtralExperts"] == [0]


def test_torchinfo_cannot_run_bart_without_weights():
    sizes = {"d_model": 8, "encoder_layers": 1, "decoder_layers": 1, "vocab_size": 9}
    with torch.device("meta"):
        model = BartModel(BartConfig(**sizes, encoder_attention_heads=2, decoder_attention_heads=2))
    data = torch.zeros(1, 3, dtype=torch.long, device="meta")
    with pytest.raises(RuntimeError, match="Failed to run torchinfo"):
        torchinfo.summary(model, input_data=data, verbose=0)
