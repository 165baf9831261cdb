"""How many parameters a token passes through."""

import pytest

from explorer.active_parameters import routing_of
from explorer.loading.trees import build_tree
from explorer.tree import walk
from tests.breakdowns import classes
from tests.trees import node, tensor, tree


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
