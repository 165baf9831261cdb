"""From the config to the files: every element has a reason, and the reasons add up."""

import pytest

from benchmarks.load_report import CONFIG, deepseek_checkpoint
from explorer import gallery
from explorer.checkpoint import Checkpoint, Shard
from explorer.config import ModelConfig
from explorer.loading.load_report import load_report
from explorer.loading.reconcile import reconcile
from explorer.loading.trees import build_tree
from explorer.reconciliation import BUFFERS, COPIES, LAYERS, MISSING, PACKING, UNUSED, Reconciliation
from explorer.source import ModelSource
from explorer.tree import TensorSpec, full_name, walk
from tests.loading.families import config_of

SOURCE = ModelSource("config", "test")
GPT2 = gallery.find("openai-community/gpt2")
DEEPSEEK = ModelConfig.of(SOURCE, CONFIG)
SMALL_DEEPSEEK = config_of("deepseek_v3")


def checkpoint_of(tensors: list[TensorSpec]) -> Checkpoint:
    return Checkpoint(SOURCE, "safetensors", (Shard("model.safetensors", 0, tuple(tensors)),))


def stored(config: ModelConfig, auto_class: str, *more: TensorSpec) -> Checkpoint:
    """The parameters of the class, each once, and more tensors."""
    tree = build_tree(config, auto_class)
    found = [
        TensorSpec(full_name(node, tensor), tensor.shape)
        for node in walk(tree.root)
        for tensor in node.tensors
        if tensor.kind == "parameter" and not tensor.tied_to
    ]
    return checkpoint_of([*found, *more])


def reasons(found: Reconciliation) -> dict[str, int]:
    assert found.parameters + sum(step.elements for step in found.differences) == found.elements
    return {step.reason: step.elements for step in found.differences}


@pytest.mark.parametrize("auto_class", ["AutoModel", "AutoModelForCausalLM"])
def test_masks_that_older_versions_saved_are_buffers(auto_class: str) -> None:
    assert GPT2
    masks = (TensorSpec(f"h.{number}.attn.bias", (1, 1, 1024, 1024)) for number in range(12))
    found = reconcile(GPT2, auto_class, stored(GPT2, "AutoModel", *masks))
    assert (found.parameters, found.elements) == (124_439_808, 137_022_720)
    assert reasons(found) == {BUFFERS: 12_582_912}
    assert found.differences[0].names == ("h.*.attn.bias",)


@pytest.mark.parametrize(
    ("family", "name", "shape", "dtype"),
    [
        ("gpt2", "transformer.h.1.attn.masked_bias", (), "float32"),
        ("gpt_neox", "gpt_neox.layers.0.attention.bias", (1, 1, 16, 16), "uint8"),
        ("llama", "model.layers.0.self_attn.rotary_emb.inv_freq", (2,), "float32"),
        ("bert", "bert.embeddings.position_ids", (1, 16), "int64"),
    ],
)
def test_what_a_class_now_makes_itself_is_a_buffer(
    family: str, name: str, shape: tuple[int, ...], dtype: str
) -> None:
    config = config_of(family)
    checkpoint = stored(config, "AutoModel", TensorSpec(name, shape, dtype))
    assert set(reasons(reconcile(config, "AutoModel", checkpoint))) == {BUFFERS}


@pytest.mark.parametrize("name", ["cls.weight", "lm_head.weight", "encoder.extra.bias", "scale"])
def test_a_weight_of_another_class_is_no_buffer(name: str) -> None:
    config = config_of("bert")
    found = reconcile(config, "AutoModel", stored(config, "AutoModel", TensorSpec(name, (3, 3))))
    assert reasons(found) == {UNUSED: 9}


@pytest.mark.parametrize("auto_class", ["AutoModel", "AutoModelForCausalLM"])
def test_a_layer_for_multi_token_prediction_is_one_beyond_the_config(auto_class: str) -> None:
    checkpoint = deepseek_checkpoint(DEEPSEEK)
    found = reasons(reconcile(DEEPSEEK, auto_class, checkpoint))
    layer = [tensor for tensor in checkpoint.tensors if ".layers.61." in tensor.name]
    scales = sum(tensor.size for tensor in layer if tensor.name.endswith("_scale_inv"))
    assert found[LAYERS] == sum(tensor.size for tensor in layer) - scales
    assert found[PACKING] > scales
    assert set(found) == {BUFFERS, PACKING, LAYERS} | ({UNUSED} if auto_class == "AutoModel" else set())


def test_the_tensors_that_are_not_used_are_counted_as_the_files_hold_them() -> None:
    checkpoint = deepseek_checkpoint(DEEPSEEK)
    report = load_report(DEEPSEEK, "AutoModelForCausalLM", checkpoint)
    assert len(report.unexpected + report.ignored_unexpected) == 22
    in_layer = sum(".layers.61." in tensor.name for tensor in checkpoint.tensors)
    assert report.unused_stored == in_layer == 1_564


@pytest.mark.parametrize("number", ["2", "9", "9" * 5000])
def test_a_layer_of_any_number_is_told_from_those_of_the_class(number: str) -> None:
    config = config_of("llama")
    extra = TensorSpec(f"model.layers.{number}.mlp.up_proj.weight", (12, 8))
    found = reasons(reconcile(config, "AutoModel", stored(config, "AutoModel", extra)))
    assert sum(found.values()) == 96
    assert set(found) <= {LAYERS, UNUSED}
    assert (LAYERS in found) == (len(number) < 10)


def test_a_shallower_config_and_a_deeper_one_add_up() -> None:
    deep, shallow = config_of("gpt2", n_layer=4), config_of("gpt2", n_layer=1)
    found = reconcile(shallow, "AutoModelForCausalLM", stored(deep, "AutoModelForCausalLM"))
    assert set(reasons(found)) == {LAYERS}
    found = reconcile(deep, "AutoModelForCausalLM", stored(shallow, "AutoModelForCausalLM"))
    assert set(reasons(found)) == {MISSING}
    assert all(".h." in name for step in found.differences for name in step.names)


def test_a_tied_weight_that_is_stored_twice_is_a_copy() -> None:
    config = config_of("qwen3")
    head = TensorSpec("lm_head.weight", (30, 8))
    found = reconcile(config, "AutoModelForCausalLM", stored(config, "AutoModelForCausalLM", head))
    assert reasons(found) == {COPIES: 240}
