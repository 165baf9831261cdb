"""Which parameter is for what, and in which layer it lies."""

from collections import Counter

import pytest
from hypothesis import given

from explorer import gallery
from explorer.active_parameters import routing_of
from explorer.auto_class import BACKBONE, AutoClass, class_of_checkpoint
from explorer.breakdown import breakdown_of, runs_of
from explorer.components import TITLES, components_of
from explorer.head import head_of, head_parameters
from explorer.loading.auto_classes import auto_classes
from explorer.loading.heads import build_diff
from explorer.loading.trees import build_tree
from explorer.named_tree import UNKNOWN
from explorer.parameter_tables import breakdown_json, components_table, layers_table
from explorer.tiles import tiles_of
from explorer.tree import ModuleTree, full_name, walk
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


def classes(name):
    config = gallery.find(name)
    return config, class_of_checkpoint(config.architectures, auto_classes(config))


def diff_of(name, right=None):
    config, own = classes(name)
    return build_diff(config, BACKBONE, right or own)


def breakdown(name, right=None):
    diff = diff_of(name, right)
    return breakdown_of(diff.right, head_parameters(diff))


def stacks(found):
    return dict(Counter(layer.stack for layer in found.layers))


@given(models())
def test_every_parameter_is_in_one_component_and_in_one_layer_at_most(root):
    found = breakdown_of(tree(root), frozenset())
    in_layers = sum(layer.parameter_count for layer in found.layers)
    assert sum(size for _, size in found.parts) == root.parameter_count
    assert sum(size for _, size in found.outside) + in_layers == root.parameter_count


@given(models())
def test_the_tiles_inside_a_tile_are_never_larger_than_it(root):
    tiles = {tile.path: tile for tile in tiles_of(breakdown_of(tree(root), frozenset()))}
    inside = Counter()
    for tile in tiles.values():
        if tile.above is not None:
            inside[tile.above] += tile.size
    assert all(size <= tiles[path].size for path, size in inside.items())


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


def linear(inputs, outputs):
    return inputs * outputs + outputs


def test_bert():
    found = breakdown("google-bert/bert-base-uncased")
    width, inner, words = 768, 3072, 30522
    assert dict(found.parts) == {
        "embeddings": (words + 512 + 2) * width,
        "attention": 12 * 4 * linear(width, width),
        "feed-forward": 12 * (linear(width, inner) + linear(inner, width)),
        "norm": 25 * 2 * width,
        # Its transform with a norm of its own, and a bias for each word.
        "head": linear(width, width) + 2 * width + words,
    }
    assert stacks(found) == {"bert.encoder.layer": 12}


def test_gpt2_whose_linear_maps_are_called_convolutions():
    found = breakdown("openai-community/gpt2")
    width = 768
    assert dict(found.parts) == {
        "embeddings": (50257 + 1024) * width,
        "attention": 12 * (linear(width, 3 * width) + linear(width, width)),
        "feed-forward": 12 * (linear(width, 4 * width) + linear(4 * width, width)),
        "norm": 25 * 2 * width,
    }


def test_t5_has_an_encoder_and_a_decoder():
    found = breakdown("google-t5/t5-small")
    assert stacks(found) == {"encoder.block": 6, "decoder.block": 6}
    # Of 18 attentions two hold a table of relative positions.
    assert dict(found.parts)["attention"] == 18 * 4 * 512 * 512 + 2 * 32 * 8
    assert dict(found.parts)["embeddings"] == 32128 * 512


def test_deepseek_v3_has_three_layers_without_experts():
    found = breakdown("deepseek-ai/DeepSeek-V3")
    runs = [
        (run[0].number, run[-1].number, [part for part, _ in run[0].parts]) for run in runs_of(found.layers)
    ]
    assert runs == [(0, 2, ["attention", "feed-forward", "norm"]), (3, 60, ["attention", "experts", "norm"])]
    one, width = 3 * 7168 * 2048, 7168
    assert dict(found.parts)["experts"] == 58 * (257 * one + 256 * width)
    assert dict(found.parts)["feed-forward"] == 3 * 3 * width * 18432


def test_mamba_is_made_of_mixers():
    found = breakdown("state-spaces/mamba-130m-hf")
    assert [part for part, _ in found.parts] == ["embeddings", "mixer", "norm"]
    assert stacks(found) == {"backbone.layers": 24}


def test_vit_cuts_patches_with_a_convolution_that_is_an_embedding():
    found = breakdown("google/vit-base-patch16-224")
    assert dict(found.parts)["embeddings"] == linear(3 * 16 * 16, 768) + 197 * 768 + 768
    assert "convolution" not in dict(found.parts)
    assert dict(found.parts)["head"] == linear(768, 1000)


def test_the_layers_of_swin_are_those_of_its_stages():
    found = breakdown("microsoft/swin-tiny-patch4-window7-224")
    assert stacks(found) == {f"swin.encoder.layers.{stage}.blocks": n for stage, n in enumerate((2, 2, 6, 2))}
    # Three times four patches become one.
    assert dict(found.parts)["projection"] == sum(4 * width * 2 * width for width in (96, 192, 384))


def test_clip_has_two_towers_and_two_projections():
    found = breakdown("openai/clip-vit-base-patch32")
    assert stacks(found) == {"text_model.encoder.layers": 12, "vision_model.encoder.layers": 12}
    assert dict(found.parts)["projection"] == 768 * 512 + 512 * 512
    assert dict(found.parts)["other"] == 1


def test_whisper_listens_with_convolutions():
    found = breakdown("openai/whisper-tiny")
    assert dict(found.parts)["convolution"] == linear(3 * 80, 384) + linear(3 * 384, 384)
    assert stacks(found) == {"model.encoder.layers": 4, "model.decoder.layers": 4}


def test_a_model_for_text_and_images_has_a_vision_tower_and_a_projector():
    found = breakdown("llava-hf/llava-1.5-7b-hf")
    assert stacks(found) == {"model.vision_tower.encoder.layers": 24, "model.language_model.layers": 32}
    assert dict(found.parts)["projection"] == linear(1024, 4096) + linear(4096, 4096)


def test_albert_has_one_layer_that_is_used_again():
    found = breakdown("albert/albert-base-v2")
    assert len(found.layers) == 1
    assert dict(found.parts)["feed-forward"] == linear(768, 3072) + linear(3072, 768)


def test_distilbert():
    found = breakdown("distilbert/distilbert-base-uncased")
    assert stacks(found) == {"distilbert.transformer.layer": 6}
    assert dict(found.parts)["attention"] == 6 * 4 * linear(768, 768)


def test_an_embedding_whose_first_name_is_that_of_the_tied_output_is_an_embedding():
    found = breakdown("FacebookAI/xlm-roberta-base")
    assert dict(found.parts)["embeddings"] > 250_002 * 768
    assert "other" not in dict(found.parts)


def test_a_backbone_has_no_head_although_a_word_may_be_in_a_name():
    config = gallery.find("google-bert/bert-base-uncased")
    parts = breakdown_of(build_tree(config, BACKBONE), frozenset()).parts
    assert "head" not in dict(parts)
    assert dict(parts)["projection"] == linear(768, 768)


@pytest.mark.parametrize(
    ("name", "experts", "used", "active"),
    [
        ("mistralai/Mixtral-8x7B-v0.1", 8, 2, 12_879_925_248),
        ("deepseek-ai/DeepSeek-V3", 256, 8, 37_552_282_624),
        ("databricks/dbrx-base", 16, 4, 36_469_708_800),
        ("openai/gpt-oss-20b", 32, 4, 4_187_440_704),
    ],
)
def test_a_token_passes_the_experts_that_it_is_sent_to(name, experts, used, active):
    config, own = classes(name)
    found = build_tree(config, own)
    # The authors say 12.9, 37, 36 and 3.6 B; the last without the embeddings.
    routing = routing_of(found, config.values)
    assert (routing.experts, routing.used, routing.active) == (experts, used, active)
    stacked = [part for part in walk(found.root) if part.name == "experts"]
    left_out = sum(part.parameter_count for part in stacked) * (experts - used) // experts
    assert routing.active == found.parameter_count - left_out


@pytest.mark.parametrize("name", ["google-bert/bert-base-uncased", "zai-org/GLM-4.5V"])
def test_without_experts_or_with_parts_for_images_nothing_is_said_of_a_token(name):
    config, own = classes(name)
    assert routing_of(build_tree(config, own), config.values) is None


def test_numbers_of_experts_that_do_not_fit_the_tensors_say_nothing():
    experts = node("experts", tensor("up", 6, 4), class_name="Experts")
    model = tree(node("", node("mlp", experts)))
    assert routing_of(model, {"num_experts": 3, "num_experts_per_tok": 1}).active == 8
    for values in (
        {"num_experts": 4, "num_experts_per_tok": 1},
        {"num_experts": 3, "num_experts_per_tok": 4},
        {"num_experts": 3, "num_experts_per_tok": "many"},
        {"num_experts": 3, "n_routed_experts": 6, "num_experts_per_tok": 1},
        {"num_experts": 3},
    ):
        assert routing_of(model, values) is None


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


def test_the_tiles_are_the_largest_modules_and_say_what_they_are():
    tiles = {tile.path: tile for tile in tiles_of(breakdown("google-bert/bert-base-uncased"))}
    assert tiles[""].size == 109_514_298
    layers = next(tile for tile in tiles.values() if tile.above == "bert" and "×" in tile.label)
    assert (layers.label, layers.size, layers.component) == ("encoder.layer.0–11 × 12", 85_054_464, None)
    assert tiles["bert.embeddings.word_embeddings"].component == "embeddings"
    assert {tile.component for tile in tiles.values() if tile.path.startswith("cls")} == {"head"}


def test_a_model_of_very_many_modules_has_few_tiles():
    parts = [node(f"part_{number}", tensor("weight", number + 1)) for number in range(2_000)]
    tiles = tiles_of(breakdown_of(tree(node("", *parts)), frozenset()))
    assert len(tiles) == 300
    assert min(tile.size for tile in tiles) > 1_600


def test_a_model_without_parameters_has_nothing_to_show():
    found = breakdown_of(ModuleTree(AutoClass(BACKBONE, "Empty"), "", node("")), frozenset())
    assert (found.parts, found.layers, tiles_of(found)) == ((), (), ())


def test_every_component_has_a_title():
    assert set(TITLES) >= {part for name in SOME[:3] for part, _ in breakdown(name).parts}
