"""Where tensors are stored, against real loads of files in which every tensor has a number of its own."""

from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers

from benchmarks.load_report import deepseek_checkpoint, deepseek_config
from explorer.checkpoint import Checkpoint, Shard
from explorer.config import ModelConfig
from explorer.errors import CheckpointError, ConfigError
from explorer.loading import stored_in as module
from explorer.loading.stored_in import stored_in
from explorer.source import ModelSource
from explorer.stored_in import Origin, StoredIn
from explorer.tree import TensorSpec
from tests.loading import families
from tests.loading.families import FAMILIES, State, config_of

SOURCE = ModelSource("config", "test")


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], State]:
    """The tensors of a family's checkpoint."""
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()

    @cache
    def save(family: str) -> State:
        folder = tmp_path_factory.mktemp(family)
        families.save_model(config_of(family), FAMILIES[family][0], folder)
        return families.stored_state(folder)

    return save


def gamma_and_beta(name: str) -> str:
    return name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")


def numbered(state: State, rename: Callable[[str], str]) -> State:
    """The same names and shapes; every tensor is filled with a number of its own."""
    return {
        rename(name): torch.full_like(value, number, dtype=torch.float32)
        for number, (name, value) in enumerate(state.items(), start=1)
    }


CASES: dict[str, tuple[str, str, Callable[[str], str]]] = {
    "legacy names": ("bert", "AutoModelForMaskedLM", gamma_and_beta),
    "a tied head": ("bert", "AutoModelForMaskedLM", str),
    "a head that is new": ("bert", "AutoModelForSequenceClassification", str),
    "no prefix": ("gpt2", "AutoModelForCausalLM", lambda name: name.removeprefix("transformer.")),
    "a prefix": ("gpt2", "AutoModel", str),
    "fused experts": ("mixtral", "AutoModelForCausalLM", str),
    "fused experts of another layout": ("qwen3_moe", "AutoModelForCausalLM", str),
    "an encoder only": ("t5", "AutoModelForTextEncoding", str),
    "a backbone of two": ("t5", "AutoModel", str),
    "a tied embedding": ("qwen3", "AutoModelForCausalLM", str),
    "only the tied head": (
        "qwen3",
        "AutoModelForCausalLM",
        lambda name: name.replace("model.embed_tokens", "lm_head"),
    ),
    "parametrisations": ("wav2vec2", "AutoModelForCTC", str),
    "nested names": ("gemma3", "AutoModelForImageTextToText", str),
}


@pytest.mark.parametrize("case", CASES)
def test_the_stored_tensors_are_those_whose_numbers_a_real_load_gives(
    case: str, saved: Callable[[str], State], tmp_path: Path
) -> None:
    family, auto_class, rename = CASES[case]
    state = numbered(saved(family), rename)
    folder = families.save_state(state, config_of(family), tmp_path / "numbered")
    real = load(folder, auto_class)
    told = stored_in(config_of(family), auto_class, families.checkpoint_in(folder), "")
    assert {origin.tensor.name for origin in told.origins if origin.fate != "computed"} == set(real)
    for origin in told.origins:
        if origin.fate in ("loaded", "tied"):
            numbers = {float(state[name].flatten()[0]) for name in names_of(origin, state)}
            assert set(real[origin.tensor.name].flatten().tolist()) == numbers, origin
        else:
            assert not origin.stored, origin


def load(folder: Path, auto_class: str) -> State:
    model = getattr(transformers, auto_class).from_pretrained(str(folder), dtype=torch.float32)
    state: State = model.state_dict()
    return state


def names_of(origin: Origin, state: State) -> set[str]:
    found = {
        name
        for stored in origin.stored
        for name in state
        if fnmatchcase(name, stored.name) and tuple(state[name].shape) == stored.shape
    }
    assert len(found) == origin.stored_count
    return found


def of(told: StoredIn, name: str) -> Origin:
    return next(origin for origin in told.origins if origin.tensor.name == name)


def checkpoint_of(*tensors: TensorSpec) -> Checkpoint:
    half = len(tensors) // 2
    shards = Shard("a.safetensors", 0, tensors[:half]), Shard("b.safetensors", 0, tensors[half:])
    return Checkpoint(SOURCE, "safetensors", shards)


def ask(family: str, path: str, *tensors: TensorSpec, auto_class: str = "", **changes: Any) -> StoredIn:
    config = config_of(family, **changes)
    return stored_in(config, auto_class or FAMILIES[family][0], checkpoint_of(*tensors), path)


EXPERTS = [
    TensorSpec(f"model.layers.0.block_sparse_moe.experts.{number}.{name}.weight", (12, 8))
    for number in range(4)
    for name in ("w1", "w3")
]


def test_fused_experts_are_one_entry_for_each_matrix_and_name_every_shard() -> None:
    (origin,) = (
        origin for origin in ask("mixtral", "model.layers.0.mlp.experts", *EXPERTS).origins if origin.stored
    )
    assert [(stored.name, stored.count) for stored in origin.stored] == [
        ("model.layers.0.block_sparse_moe.experts.*.w1.weight", 4),
        ("model.layers.0.block_sparse_moe.experts.*.w3.weight", 4),
    ]
    assert origin.steps == ("stacked", "joined")
    assert {shard for stored in origin.stored for shard in stored.shards} == {
        "a.safetensors",
        "b.safetensors",
    }


def test_experts_that_cannot_be_fused_say_why() -> None:
    wrong = TensorSpec(EXPERTS[0].name, (11, 8))
    told = ask("mixtral", "model.layers.0.mlp.experts", wrong, *EXPERTS[1:])
    origin = of(told, "model.layers.0.mlp.experts.gate_up_proj")
    assert origin.fate == "failed"
    assert origin.problem in origin.sentence
    assert origin.problem


def test_a_weight_of_another_shape_is_named_with_the_one_that_is_stored() -> None:
    stored = TensorSpec("transformer.wte.weight", (31, 8))
    told = ask("gpt2", "transformer.wte", stored)
    (origin,) = told.origins
    assert origin.fate == "another shape"
    assert origin.stored[0].shape == (31, 8)
    assert told.shards == ("b.safetensors",)


def test_a_packed_weight_is_all_its_parts() -> None:
    parts = [
        TensorSpec("model.norm.weight", (8,)),
        TensorSpec("model.layers.0.self_attn.q_proj.qweight", (1, 8), "int32"),
        TensorSpec("model.layers.0.self_attn.q_proj.qzeros", (1, 1), "int32"),
        TensorSpec("model.layers.0.self_attn.q_proj.scales", (1, 8), "float16"),
        TensorSpec("model.layers.0.self_attn.q_proj.g_idx", (8,), "int32"),
    ]
    (origin,) = ask("llama", "model.layers.0.self_attn.q_proj", *parts).origins
    assert (origin.fate, origin.steps) == ("loaded", ("quantised",))
    assert {stored.name for stored in origin.stored} == {tensor.name for tensor in parts[1:]}


def test_experts_in_fp8_come_with_their_scales() -> None:
    config = deepseek_config(n_routed_experts=4, hidden_size=256, num_hidden_layers=4)
    told = stored_in(
        config, "AutoModelForCausalLM", deepseek_checkpoint(config, 3), "model.layers.3.mlp.experts"
    )
    origin = of(told, "model.layers.3.mlp.experts.gate_up_proj")
    assert origin.steps == ("quantised", "stacked", "joined")
    assert origin.stored_count == 4 * 2 * 2
    assert "model.layers.3.mlp.experts.*.up_proj.weight_scale_inv" in {found.name for found in origin.stored}


def test_a_tensor_that_is_cast_says_so_only_when_the_config_has_a_dtype() -> None:
    stored = TensorSpec("model.norm.weight", (8,), "float32")
    assert ask("llama", "model.norm", stored, dtype="bfloat16").origins[0].steps == ("cast",)
    half = TensorSpec("model.norm.weight", (8,), "float16")
    assert ask("llama", "model.norm", half).origins[0].steps == ()


def test_a_module_with_many_tensors_is_told_in_part_and_counted_in_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_ORIGINS", 3)
    told = ask("bert", "bert.encoder")
    assert len(told.origins) == 3
    assert told.count == 32
    assert told.fates == (("new", 32),)


def test_what_is_never_saved_is_computed() -> None:
    told = ask("llama", "model.rotary_emb")
    assert {origin.fate for origin in told.origins} == {"computed"}


def test_a_module_without_tensors_has_no_origins() -> None:
    told = ask("bert", "bert.encoder.layer.0.attention.self.dropout")
    assert (told.origins, told.count, told.shards) == ((), 0, ())


def test_a_module_that_the_class_does_not_have_is_an_error() -> None:
    with pytest.raises(ConfigError, match="no module"):
        ask("bert", "bert.nowhere")


def test_a_gguf_file_cannot_be_asked() -> None:
    with pytest.raises(CheckpointError, match="GGUF"):
        stored_in(_config(), "AutoModel", Checkpoint(SOURCE, "gguf", ()), "")


def _config() -> ModelConfig:
    return config_of("llama")
