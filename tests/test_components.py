"""Which parameter is for what."""

import pytest
from hypothesis import given

from explorer import gallery
from explorer.auto_class import BACKBONE, AutoClass
from explorer.breakdown import breakdown_of, runs_of
from explorer.components import TITLES, components_of
from explorer.head import head_of, head_parameters
from explorer.named_tree import UNKNOWN
from explorer.parameter_tables import breakdown_json, components_table, layers_table
from explorer.tiles import tiles_of
from explorer.tree import ModuleTree, full_name, walk
from tests.breakdowns import breakdown, diff_of
from tests.trees import models, node, tensor, tree

IDS = [entry.id for entry in gallery.entries()]
# Each tenth, and what is of an unusual build.
SOME = sorted(
    {
        *IDS[::10],
        "openai/clip-vit-base-patch32",
        "google-t5/t5-small",
        "microsoft/swin-tiny-patch4-window7-224",
        "facebook/convnext-tiny-224",
        "microsoft/resnet-50",
        "FacebookAI/xlm-roberta-base",
        "Qwen/Qwen3-30B-A3B",
    }
)


@given(models())
def test_every_parameter_is_in_one_component_and_in_one_layer_at_most(root):
    found = breakdown_of(tree(root), frozenset())
    in_layers = sum(layer.parameter_count for layer in found.layers)
    assert sum(size for _, size in found.parts) == root.parameter_count
    assert sum(size for _, size in found.outside) + in_layers == root.parameter_count


@pytest.mark.parametrize("name", SOME)
def test_the_sums_are_those_of_the_tree_and_of_the_head(name):
    diff = diff_of(name)
    found = breakdown_of(diff.right, head_parameters(diff))
    parts, in_layers = dict(found.parts), sum(layer.parameter_count for layer in found.layers)
    assert sum(parts.values()) == diff.right.parameter_count
    assert sum(size for _, size in found.outside) + in_layers == diff.right.parameter_count
    assert parts.get("head", 0) == head_of(diff).parameter_count


@pytest.mark.parametrize("name", SOME)
def test_hardly_a_parameter_of_a_well_known_model_is_of_no_component(name):
    found = breakdown(name)
    assert dict(found.parts).get("other", 0) < 0.01 * found.parameter_count


def test_names_alone_tell_the_components_of_a_model_without_classes():
    names = {
        "tok_embeddings.weight": "embeddings",
        "layers.0.attention.wq.weight": "attention",
        "layers.0.attention_norm.weight": "norm",
        "layers.0.feed_forward.w1.weight": "feed-forward",
        "layers.0.mlp.experts.0.up_proj.weight": "experts",
        "layers.0.mlp.shared_experts.up_proj.weight": "experts",
        "layers.0.mamba.in_proj.weight": "mixer",
        "vision.conv1.weight": "convolution",
        "multi_modal_projector.weight": "projection",
        "output.weight": "other",
    }
    parts = [chain(name) for name in names]
    model = ModuleTree(UNKNOWN, "", node("", *parts))
    assert components_of(model) == names


def chain(name):
    *modules, last = name.split(".")
    found = tensor(last, 2)
    for module in reversed(modules):
        found = node(module, found, class_name="unknown")
    return found


def test_a_block_that_is_named_after_its_norm_is_no_norm():
    block = node("norm_attn_norm", node("attn", tensor("q", 2)), node("norm_1", tensor("weight", 3)))
    assert dict(breakdown_of(tree(node("", block)), frozenset()).parts) == {"attention": 2, "norm": 3}


def test_numbered_linear_maps_are_no_layers():
    two = node("classifier", node("0", tensor("weight", 2)), node("1", tensor("weight", 2)))
    assert breakdown_of(tree(node("", two)), frozenset()).layers == ()


def test_equal_layers_are_one_run_and_others_are_not():
    layers = [node(str(n), node("attn", tensor("q", 2 + (n == 2)))) for n in range(4)]
    found = breakdown_of(tree(node("", node("h", *layers))), frozenset())
    assert [[layer.number for layer in run] for run in runs_of(found.layers)] == [[0, 1], [2], [3]]


def test_the_parameters_of_the_head_are_named():
    diff = diff_of("google-bert/bert-base-uncased")
    names = head_parameters(diff)
    assert "cls.predictions.bias" in names
    assert all(name.startswith("cls.") for name in names)
    owned = {full_name(part, t): t.size for part in walk(diff.right.root) for t in part.tensors}
    assert sum(owned[name] for name in names) == head_of(diff).parameter_count


def test_the_tables_and_the_json_say_the_same():
    found = breakdown("openai-community/gpt2")
    table, layers, document = components_table(found), layers_table(found), breakdown_json(found, None)
    assert {row[0]: row[1] for row in table.rows} == document["components"] == dict(found.parts)
    assert sum(row[2] for row in table.rows) == pytest.approx(1)
    assert layers.columns == ("stack", "layer", "parameter_count", "attention", "feed-forward", "norm")
    assert all(row[2] == sum(row[3:]) for row in layers.rows)
    assert sum(row[2] for row in layers.rows) + sum(document["outside_of_layers"].values()) == 124_439_808


def test_a_model_without_parameters_has_nothing_to_show():
    found = breakdown_of(ModuleTree(AutoClass(BACKBONE, "Empty"), "", node("")), frozenset())
    assert (found.parts, found.layers, tiles_of(found)) == ((), (), ())


def test_every_component_has_a_title():
    assert set(TITLES) >= {part for name in SOME[:3] for part, _ in breakdown(name).parts}
