import pickle
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers

from benchmarks.load_report import deepseek_checkpoint, deepseek_config
from explorer.auto_class import AutoClass
from explorer.checkpoint import Checkpoint, Shard
from explorer.config import ModelConfig
from explorer.errors import CheckpointError
from explorer.loading.auto_classes import config_for, model_class_of
from explorer.loading.configs import load_config
from explorer.loading.load_report import load_report, report_for
from explorer.loading.trees import build_model
from explorer.source import ModelSource
from explorer.tree import TensorSpec
from tests.loading import families
from tests.loading.families import FAMILIES, State, config_of

SOURCE = ModelSource("config", "test")


@pytest.fixture(scope="session", autouse=True)
def _quiet_transformers() -> None:
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a family's checkpoint, saved once."""

    @cache
    def save(family: str) -> Path:
        folder = tmp_path_factory.mktemp(family)
        families.save_model(config_of(family), FAMILIES[family][0], folder)
        return folder

    return save


def assert_equal_to_real_loads(config: ModelConfig, folder: Path) -> None:
    heads = list(families.reports(config, families.checkpoint_in(folder)))
    assert heads
    for auto_class, report, size in heads:
        ours = None if report.conversion_errors else families.answer_of(report)
        assert ours == families.real_answer(folder, auto_class), auto_class
        assert families.accounted(report) == size, auto_class


@pytest.mark.parametrize("family", FAMILIES)
def test_the_report_is_that_of_a_real_load_for_every_head(family: str, saved: Callable[[str], Path]) -> None:
    assert_equal_to_real_loads(config_of(family), saved(family))


def renamed(old: str, new: str) -> Callable[[State], State]:
    return lambda state: {name.replace(old, new): value for name, value in state.items()}


def without(*parts: str) -> Callable[[State], State]:
    return lambda state: {name: value for name, value in state.items() if not any(p in name for p in parts)}


def adding(**tensors: torch.Tensor) -> Callable[[State], State]:
    return lambda state: {**state, **{name.replace("__", "."): value for name, value in tensors.items()}}


def with_reshaped(part: str) -> Callable[[State], State]:
    return lambda state: {
        name: torch.cat([value, value[:1]]) if part in name else value for name, value in state.items()
    }


def gamma_and_beta(state: State) -> State:
    return renamed("LayerNorm.bias", "LayerNorm.beta")(renamed("LayerNorm.weight", "LayerNorm.gamma")(state))


def weight_g_and_v(state: State) -> State:
    state = renamed("parametrizations.weight.original0", "weight_g")(state)
    return renamed("parametrizations.weight.original1", "weight_v")(state)


def with_tied_head(equal: bool) -> Callable[[State], State]:
    def add(state: State) -> State:
        embedding = state["model.embed_tokens.weight"]
        return {**state, "lm_head.weight": embedding.clone() if equal else embedding + 1}

    return add


def only_the_head(state: State) -> State:
    return renamed("model.embed_tokens.weight", "lm_head.weight")(state)


def with_next_token_layer(state: State) -> State:
    last = {name: value for name, value in state.items() if name.startswith("model.layers.2.")}
    extra = {name.replace("layers.2.", "layers.3."): value.clone() for name, value in last.items()}
    return {**state, **extra, "model.layers.3.eh_proj.weight": torch.zeros(8, 16)}


def prefixed(prefix: str) -> Callable[[State], State]:
    return lambda state: {prefix + name: value for name, value in state.items()}


def one_prefix_less(state: State) -> State:
    return {name.partition(".")[2]: value for name, value in state.items()}


# For each variant: the family, what it does to the stored tensors, and what it changes in the config.
VARIANTS: dict[str, tuple[str, Callable[[State], State], dict[str, Any]]] = {
    "gamma and beta": ("bert", gamma_and_beta, {}),
    "gamma and beta without prefix": ("electra", lambda state: one_prefix_less(gamma_and_beta(state)), {}),
    "weight_g and weight_v": ("wav2vec2", weight_g_and_v, {}),
    "no prefix": ("bert", one_prefix_less, {}),
    "no prefix in a decoder": ("gpt2", renamed("transformer.", ""), {}),
    "the prefix module.": ("roberta", prefixed("module."), {}),
    "the prefix model.": ("llama", prefixed("model."), {}),
    "a prefix on a backbone": ("dinov2", prefixed("dinov2."), {}),
    "mask buffers": (
        "gpt2",
        adding(
            h__0__attn__bias=torch.ones(1, 1, 4, 4), transformer__h__1__attn__masked_bias=torch.tensor(-1e4)
        ),
        {},
    ),
    "position ids": ("bert", adding(bert__embeddings__position_ids=torch.arange(16)[None]), {}),
    "position ids of two parts": (
        "clip",
        adding(text_model__embeddings__position_ids=torch.arange(16)[None]),
        {},
    ),
    "rotary buffers": ("llama", adding(model__layers__0__self_attn__rotary_emb__inv_freq=torch.ones(2)), {}),
    "other labels": ("vit", lambda state: state, {"id2label": {str(n): str(n) for n in range(5)}}),
    "another vocabulary": ("gpt2", lambda state: state, {"vocab_size": 33}),
    "a vocabulary that is tied": ("marian", lambda state: state, {"vocab_size": 33}),
    "a deeper config": ("llama", lambda state: state, {"num_hidden_layers": 4}),
    "a shallower config": ("bart", lambda state: state, {"decoder_layers": 1}),
    "fewer experts in the config": ("mixtral", lambda state: state, {"num_local_experts": 3}),
    "the tied head twice": ("qwen3", with_tied_head(equal=True), {}),
    "a tied head that differs": ("qwen3", with_tied_head(equal=False), {}),
    "only the tied head": ("qwen3", only_the_head, {}),
    "neither of two tied": ("qwen3", without("embed_tokens"), {}),
    "neither of many tied": ("t5", without("shared"), {}),
    "untied by the config": ("qwen3", lambda state: state, {"tie_word_embeddings": False}),
    "tied by the config": ("llama", lambda state: state, {"tie_word_embeddings": True}),
    "an absent expert": ("mixtral", without("experts.2."), {}),
    "an absent matrix of an expert": ("qwen3_moe", without("experts.2.up_proj"), {}),
    "a wrong matrix of an expert": ("mixtral", with_reshaped("experts.2.w1"), {}),
    "no down projections": ("deepseek_v3", without("down_proj"), {}),
    "a layer for multi-token prediction": ("deepseek_v3", with_next_token_layer, {}),
    "an absent layer": ("gpt_oss", without("layers.1."), {}),
    "an absent decoder": ("t5", without("decoder"), {}),
    "wrong biases": ("whisper", with_reshaped("bias"), {}),
    "a scalar and an empty tensor": ("vit", adding(scalar=torch.tensor(1.0), empty=torch.zeros(0, 4)), {}),
    "nothing that fits": ("bert", prefixed("x."), {}),
    "names with digits of their own": ("segformer", renamed("dense1", "dense01"), {}),
    "llava's old names": (
        "llava",
        lambda state: renamed("model.vision_tower.", "vision_tower.")(
            renamed("model.multi_modal_projector", "multi_modal_projector")(
                renamed("lm_head.", "language_model.lm_head.")(
                    renamed("model.language_model.", "language_model.model.")(state)
                )
            )
        ),
        {},
    ),
    "gemma3's old names": (
        "gemma3",
        lambda state: renamed("model.vision_tower.", "vision_tower.")(
            renamed("model.multi_modal_projector", "multi_modal_projector")(
                renamed("model.language_model.", "language_model.model.")(state)
            )
        ),
        {},
    ),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_report_is_that_of_a_real_load_of_other_names(
    variant: str, saved: Callable[[str], Path], tmp_path: Path
) -> None:
    family, change, settings = VARIANTS[variant]
    config = config_of(family, **settings)
    state = families.stored_state(saved(family))
    assert_equal_to_real_loads(config, families.save_state(change(state), config, tmp_path / "variant"))


@pytest.mark.parametrize("family", ["mixtral", "qwen3_moe", "deepseek_v3", "llava", "gemma3", "vit"])
def test_names_of_the_model_itself_load_as_well_as_those_of_the_hub(family: str, tmp_path: Path) -> None:
    config = config_of(family)
    live = load_config(config)
    model_class = model_class_of(live, FAMILIES[family][0])
    state = model_class(config_for(live, model_class)).state_dict()
    untied = {name: value.clone() for name, value in state.items()}
    assert_equal_to_real_loads(config, families.save_state(untied, config, tmp_path / "fused"))


def test_shards_are_one_checkpoint(tmp_path: Path) -> None:
    families.save_model(config_of("mixtral"), "AutoModelForCausalLM", tmp_path, max_shard_size=2000)
    assert len(families.checkpoint_in(tmp_path).shards) > 3
    assert_equal_to_real_loads(config_of("mixtral"), tmp_path)


@pytest.mark.parametrize("family", ["bert", "qwen3", "mixtral", "t5", "wav2vec2", "gemma3"])
def test_the_public_loader_says_the_same_of_tensors_without_data(
    family: str, saved: Callable[[str], Path]
) -> None:
    config, checkpoint = config_of(family), families.checkpoint_in(saved(family))
    live = load_config(config)
    stored = {tensor.name: torch.empty(tensor.shape, device="meta") for tensor in checkpoint.tensors}
    for auto_class, report, _ in families.reports(config, checkpoint):
        model_class = model_class_of(live, auto_class.name)
        _, info = model_class.from_pretrained(
            None,
            config=config_for(load_config(config), model_class),
            state_dict=dict(stored),
            device_map="meta",
            ignore_mismatched_sizes=True,
            output_loading_info=True,
        )
        assert set(report.missing) == info["missing_keys"]
        assert set(report.unexpected) == info["unexpected_keys"]


def test_one_report_by_name_is_the_one_of_the_head_matrix(saved: Callable[[str], Path]) -> None:
    report = load_report(config_of("bert"), "AutoModelForMaskedLM", families.checkpoint_in(saved("bert")))
    assert report.auto_class == AutoClass("AutoModelForMaskedLM", "BertForMaskedLM")
    assert report.verdict == "ready"
    assert report.tied == ("cls.predictions.decoder.bias", "cls.predictions.decoder.weight")
    assert "bert.pooler.dense.weight" in report.unexpected


def test_a_failed_conversion_is_one_line() -> None:
    config = config_of("mixtral")
    shapes = {f"model.layers.0.block_sparse_moe.experts.{n}.w2.weight": (8, 12 + n) for n in range(4)}
    report = load_report(config, "AutoModelForCausalLM", checkpoint_of(shapes))
    (line,) = report.conversion_errors
    assert line.startswith("model.layers.0.mlp.experts.down_proj: ")
    assert "\n" not in line
    assert "model.layers.0.mlp.experts.down_proj" in report.missing
    assert report.verdict == "wrong checkpoint"


def checkpoint_of(shapes: dict[str, tuple[int, ...]]) -> Checkpoint:
    tensors = tuple(TensorSpec(name, shape) for name, shape in shapes.items())
    return Checkpoint(SOURCE, "safetensors", (Shard("model.safetensors", 0, tensors),))


STRANGE = ["", ".", "..", "²", "layers.²", "1" * 300, "model.layers." + "9" * 200, "a(b", "[", "*", "a b\n"]
STRANGE += ["\\1", "bert.", "model", "transformer.h.0.", "^x", "(?P<g0>x)", "mlp.experts." * 25]


@pytest.mark.parametrize("name", STRANGE)
@pytest.mark.parametrize("family", ["bert", "mixtral", "gemma3"])
def test_a_strange_name_is_left_over(family: str, name: str) -> None:
    for auto_class, report, size in families.reports(config_of(family), checkpoint_of({name: (1,)})):
        assert len(report.unexpected) + len(report.ignored_unexpected) == 1, auto_class
        assert report.loaded == 0
        assert families.accounted(report) == size


def test_an_expert_without_a_number_is_a_failed_conversion() -> None:
    checkpoint = checkpoint_of({"model.layers.0.mlp.experts.x.w1.weight": (1,)})
    for _, report, size in families.reports(config_of("mixtral"), checkpoint):
        assert len(report.conversion_errors) == 1
        assert report.loaded == 0
        assert families.accounted(report) == size


def test_an_empty_checkpoint_loads_nothing() -> None:
    for _, report, size in families.reports(config_of("qwen3"), checkpoint_of({})):
        assert report.verdict == "wrong checkpoint"
        assert len(report.missing) == size


def test_a_gguf_file_has_no_report() -> None:
    checkpoint = Checkpoint(SOURCE, "gguf", ())
    with pytest.raises(CheckpointError, match="GGUF"):
        load_report(config_of("llama"), "AutoModel", checkpoint)


def test_tied_weights_of_the_model_do_not_change_its_report(saved: Callable[[str], Path]) -> None:
    checkpoint = families.checkpoint_in(saved("t5"))
    live = load_config(config_of("t5"))
    auto_class = AutoClass("AutoModelForSeq2SeqLM", "T5ForConditionalGeneration")
    untied, tied = build_model(live, auto_class.name), build_model(live, auto_class.name)
    tied.tie_weights()
    assert report_for(untied, auto_class, checkpoint) == report_for(tied, auto_class, checkpoint)


def test_a_large_layout_of_experts_is_loaded_whole() -> None:
    config = deepseek_config(n_routed_experts=16, hidden_size=256)
    checkpoint = deepseek_checkpoint(config)
    report = load_report(config, "AutoModelForCausalLM", checkpoint)
    assert (report.missing, report.unexpected, report.mismatched) == ((), (), ())
    assert all(name.startswith("model.layers.61.") for name in report.ignored_unexpected)
    assert report.verdict == "ready"


def test_a_pickled_checkpoint_is_the_same_checkpoint() -> None:
    shapes = {f"layers.{n}.weight": (n, 4) for n in range(5)}
    checkpoint = checkpoint_of(shapes)
    empty = Checkpoint(SOURCE, "safetensors", (Shard("empty.safetensors", 8, ()),))
    assert pickle.loads(pickle.dumps(checkpoint)) == checkpoint
    assert pickle.loads(pickle.dumps(empty)) == empty
