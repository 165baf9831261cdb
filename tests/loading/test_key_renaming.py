from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers.core_model_loading import GroupWeightRename, WeightRenaming, rename_source_key

from explorer.loading.configs import load_config
from explorer.loading.key_renaming import KeyRenaming, outline_table, renaming_of
from explorer.loading.trees import build_model
from tests.loading.families import FAMILIES, config_of


@cache
def model_of(family: str) -> Any:
    return build_model(load_config(config_of(family)), FAMILIES[family][0])


def plain_rename(model: Any, key: str) -> tuple[str, str | None]:
    """What transformers' loader does with a key."""
    made, state = renaming_of(model), model.state_dict()
    prefix = model.base_model_prefix
    renamed = rename_source_key(key, made.renamings, made.converters, prefix, state)
    if renamed[0] not in state and key in state:
        return rename_source_key(key, [], [], prefix, state)
    return renamed


WORDS = """model layers h bert transformer encoder layer weight bias LayerNorm gamma beta mlp experts w1 w2
    w3 gate_proj up_proj language_model vision_tower block_sparse_moe block dense1 dense2 layer_norm_1
    output intermediate dense weight_g weight_v lm_head segformer self_attn norm 0 1 2 3 11 17 203 fc1"""
parts = st.sampled_from(WORDS.split())


@pytest.mark.parametrize("family", ["bert", "mixtral", "llava", "gemma3", "segformer", "deepseek_v3", "vit"])
@settings(max_examples=60)
@given(keys=st.lists(st.lists(parts, min_size=1, max_size=8).map(".".join), min_size=1, max_size=8))
def test_a_key_is_renamed_as_transformers_renames_it(family: str, keys: list[str]) -> None:
    model = model_of(family)
    renaming = renaming_of(model)
    # The same outlines with other digits take what was learnt from the first.
    others = [
        key.translate(str.maketrans("0123", digits)) for key in keys for digits in ("0123", "4560", "9871")
    ]
    for key in others:
        assert renaming.rename(key) == plain_rename(model, key)


def transform(pattern: str, scope: str | None = None) -> Any:
    made = WeightRenaming(pattern, "x")
    made.scope_prefix, made.base_model_prefix = scope, scope
    return made


@pytest.mark.parametrize(
    ("pattern", "alike"),
    [
        (r"layers\.(\d+)\.norm", "0123456789"),
        (r"block[0-9]+", "0123456789"),
        (r"fc1", "023456789"),
        (r"mlp\.0\.", "123456789"),
        (r"layers\.[1-4]\.", ""),
        (r"[+-5]x", ""),
        (r"\x31", ""),
        (r"a{2}", "013456789"),
    ],
)
def test_digits_that_an_expression_tells_apart_are_kept(pattern: str, alike: str) -> None:
    table = outline_table([transform(pattern)])
    assert sorted(map(chr, table)) == sorted(alike)
    assert len(set(table.values())) <= 1


def test_digits_of_a_scope_are_kept() -> None:
    assert "7" not in map(chr, outline_table([transform("norm", scope="towers.7")]))


def test_a_match_that_is_not_the_first_text_of_its_kind_is_asked_about() -> None:
    # transformers replaces the first text that is equal to the match, here 1 or 2.
    renaming = KeyRenaming([WeightRenaming(r"(?<=b)\d", "x")], "model", ())
    assert renaming.rename("a1b1") == ("axb1", None)
    assert renaming.rename("a1b2") == ("a1bx", None)
    assert renaming.rename("a2b2") == ("axb2", None)


def test_a_transform_with_a_state_is_asked_about_every_key() -> None:
    group = GroupWeightRename([r"(\d+)\.norm0", r"(\d+)\.norm1"], [r"\1.norm1", r"\1.norm2"])
    renaming = KeyRenaming([group], "model", ())
    assert not renaming.is_stateless
    keys = ["7.norm1", "8.norm0", "9.norm1"]
    assert [renaming.rename(key)[0] for key in keys] == ["7.norm1", "8.norm1", "9.norm2"]


def test_a_key_of_the_model_is_not_renamed() -> None:
    renaming = KeyRenaming([WeightRenaming("old", "new")], "model", ["old.weight", "model.norm.weight"])
    assert renaming.rename("old.weight") == ("old.weight", None)
    assert renaming.rename("norm.weight") == ("model.norm.weight", None)
    assert renaming.rename("older.weight") == ("older.weight", None)
