"""Small models of many families, their checkpoints as the Hub has them, and real loads of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors.torch import load_file, save_file

from explorer.auto_class import AutoClass
from explorer.checkpoint import Checkpoint, LoadReport, Shard
from explorer.config import ModelConfig
from explorer.errors import ConfigError
from explorer.loading.auto_classes import classes_for, config_for, model_class_of
from explorer.loading.configs import load_config
from explorer.loading.load_report import report_for
from explorer.loading.trees import build_model
from explorer.source import ModelSource
from explorer.tree import TensorSpec

# What differs between the names of the same things in different configs.
BERT = {
    "hidden_size": 8,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 12,
    "vocab_size": 30,
    "max_position_embeddings": 16,
    "pad_token_id": 0,
}
LLAMA = {
    "hidden_size": 8,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 4,
    "intermediate_size": 12,
    "vocab_size": 30,
    "max_position_embeddings": 16,
    "pad_token_id": 0,
}
EXPERTS = {"moe_intermediate_size": 6, "num_experts_per_tok": 2}
SEQ2SEQ = {
    "d_model": 8,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 12,
    "decoder_ffn_dim": 12,
    "vocab_size": 30,
    "max_position_embeddings": 16,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "decoder_start_token_id": 0,
    "forced_eos_token_id": 2,
}
VISION = {
    "hidden_size": 8,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 12,
    "image_size": 8,
    "patch_size": 4,
}
SPEECH = {
    **BERT,
    "conv_dim": [8, 8],
    "conv_kernel": [3, 3],
    "conv_stride": [2, 2],
    "num_feat_extract_layers": 2,
    "num_conv_pos_embeddings": 4,
    "num_conv_pos_embedding_groups": 2,
    "classifier_proj_size": 6,
    "codevector_dim": 8,
    "proj_codevector_dim": 8,
    "num_codevectors_per_group": 4,
    "tdnn_dim": [8, 8],
    "tdnn_kernel": [3, 1],
    "tdnn_dilation": [1, 1],
    "xvector_output_dim": 8,
}
T5 = {
    "d_model": 8,
    "d_kv": 4,
    "d_ff": 12,
    "num_layers": 2,
    "num_decoder_layers": 2,
    "num_heads": 2,
    "vocab_size": 30,
    "pad_token_id": 0,
    "decoder_start_token_id": 0,
}
DEEPSEEK = {
    **LLAMA,
    **EXPERTS,
    "num_key_value_heads": 2,
    "n_routed_experts": 4,
    "n_shared_experts": 1,
    "first_k_dense_replace": 1,
    "num_hidden_layers": 3,
    "n_group": 2,
    "topk_group": 1,
    "q_lora_rank": 4,
    "kv_lora_rank": 4,
    "qk_nope_head_dim": 4,
    "qk_rope_head_dim": 4,
    "v_head_dim": 4,
    "head_dim": 4,
}

# For each family: the class that the checkpoint is saved from, and the config.
FAMILIES: dict[str, tuple[str, dict[str, Any]]] = {
    "bert": ("AutoModelForPreTraining", BERT),
    "roberta": ("AutoModelForMaskedLM", BERT),
    "albert": ("AutoModelForMaskedLM", {**BERT, "embedding_size": 4}),
    "electra": ("AutoModelForPreTraining", {**BERT, "embedding_size": 4}),
    "distilbert": (
        "AutoModelForMaskedLM",
        {
            "dim": 8,
            "n_layers": 2,
            "n_heads": 2,
            "hidden_dim": 12,
            "vocab_size": 30,
            "max_position_embeddings": 16,
        },
    ),
    "modernbert": ("AutoModelForMaskedLM", BERT),
    "gpt2": (
        "AutoModelForCausalLM",
        {"n_embd": 8, "n_layer": 2, "n_head": 2, "vocab_size": 30, "n_positions": 16},
    ),
    "gpt_neox": ("AutoModelForCausalLM", BERT),
    "bloom": ("AutoModelForCausalLM", {"hidden_size": 8, "n_layer": 2, "n_head": 2, "vocab_size": 30}),
    "llama": ("AutoModelForCausalLM", LLAMA),
    "qwen3": ("AutoModelForCausalLM", {**LLAMA, "tie_word_embeddings": True}),
    "mamba": (
        "AutoModelForCausalLM",
        {"hidden_size": 8, "num_hidden_layers": 2, "vocab_size": 30, "state_size": 4},
    ),
    "mixtral": ("AutoModelForCausalLM", {**LLAMA, "num_local_experts": 4}),
    "qwen3_moe": ("AutoModelForCausalLM", {**LLAMA, **EXPERTS, "num_experts": 4}),
    "deepseek_v3": ("AutoModelForCausalLM", DEEPSEEK),
    "gpt_oss": (
        "AutoModelForCausalLM",
        {**LLAMA, "num_local_experts": 4, "num_experts_per_tok": 2, "layer_types": ["full_attention"] * 2},
    ),
    "t5": ("AutoModelForSeq2SeqLM", T5),
    "bart": ("AutoModelForSeq2SeqLM", SEQ2SEQ),
    "marian": ("AutoModelForSeq2SeqLM", SEQ2SEQ),
    "whisper": (
        "AutoModelForSpeechSeq2Seq",
        {**SEQ2SEQ, "num_mel_bins": 4, "max_source_positions": 8, "max_target_positions": 8},
    ),
    "wav2vec2": ("AutoModelForCTC", SPEECH),
    "vit": ("AutoModelForImageClassification", VISION),
    "dinov2": ("AutoModel", VISION),
    "segformer": (
        "AutoModelForSemanticSegmentation",
        {
            "hidden_sizes": [4, 4, 8, 8],
            "depths": [1, 1, 1, 1],
            "decoder_hidden_size": 8,
            "num_attention_heads": [1, 1, 2, 2],
        },
    ),
    "clip": (
        "AutoModel",
        {"projection_dim": 6, "text_config": BERT, "vision_config": VISION},
    ),
    "llava": (
        "AutoModelForImageTextToText",
        {
            "text_config": {"model_type": "llama", **LLAMA},
            "vision_config": {"model_type": "clip_vision_model", **VISION},
            "image_token_index": 29,
        },
    ),
    "gemma3": (
        "AutoModelForImageTextToText",
        {
            "text_config": {"model_type": "gemma3_text", **LLAMA},
            "vision_config": {"model_type": "siglip_vision_model", **VISION},
            "mm_tokens_per_image": 4,
        },
    ),
}

State = dict[str, torch.Tensor]


def config_of(family: str, **changes: Any) -> ModelConfig:
    """The family's small config."""
    values = {"model_type": family, **FAMILIES[family][1], **changes}
    return ModelConfig.of(ModelSource("config", family), values)


def save_model(config: ModelConfig, auto_class: str, folder: Path, **settings: Any) -> None:
    """A checkpoint with random weights, as ``save_pretrained`` writes it."""
    live = load_config(config)
    model_class = model_class_of(live, auto_class)
    torch.manual_seed(0)
    model = model_class(config_for(live, model_class))
    model.save_pretrained(folder, **settings)
    # A text model of a composite config would leave its text part there.
    _save_config(config, folder)


def stored_state(folder: Path) -> State:
    """The tensors in the folder's files."""
    return {
        name: value
        for file in sorted(folder.glob("*.safetensors"))
        for name, value in load_file(file).items()
    }


def save_state(state: State, config: ModelConfig, folder: Path) -> Path:
    """A checkpoint of these very tensors and names, beside the config."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: value.contiguous() for name, value in state.items()}, folder / "model.safetensors")
    _save_config(config, folder)
    return folder


def _save_config(config: ModelConfig, folder: Path) -> None:
    # Without this key some auto classes fail: they look for the class that it names.
    values = {
        "architectures": [],
        **{key: value for key, value in config.values.items() if value is not None},
    }
    (folder / "config.json").write_text(json.dumps(values), encoding="utf-8")


def checkpoint_in(folder: Path) -> Checkpoint:
    """The names and shapes in the folder's files, read from their headers."""
    shards = tuple(
        Shard(file.name, file.stat().st_size, tuple(_header(file)))
        for file in sorted(folder.glob("*.safetensors"))
    )
    return Checkpoint(ModelSource("folder", str(folder)), "safetensors", shards)


DTYPES = {
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "I64": "int64",
    "I32": "int32",
    "I8": "int8",
    "U8": "uint8",
    "BOOL": "bool",
    "F8_E4M3": "float8_e4m3fn",
    "F64": "float64",
}


def _header(file: Path) -> Iterator[TensorSpec]:
    with file.open("rb") as opened:
        header = json.loads(opened.read(int.from_bytes(opened.read(8), "little")))
    for name, entry in header.items():
        if name != "__metadata__":
            yield TensorSpec(name, tuple(entry["shape"]), DTYPES[entry["dtype"]])


def reports(config: ModelConfig, checkpoint: Checkpoint) -> Iterator[tuple[AutoClass, LoadReport, int]]:
    """Our report for every class of the config that can be built, and how many tensors the class has."""
    live = load_config(config)
    for auto_class in classes_for(live):
        try:
            model = build_model(live, auto_class.name)
        except ConfigError:
            continue
        size = len(model.state_dict())
        yield auto_class, report_for(model, auto_class, checkpoint), size


Answer = tuple[list[str], list[str], list[tuple[str, tuple[int, ...], tuple[int, ...]]]]


def answer_of(report: LoadReport) -> Answer:
    """What transformers reports, out of our report."""
    mismatched = [(found.name, found.stored, found.expected) for found in report.mismatched]
    return sorted(report.missing), sorted(report.unexpected), sorted(mismatched)


def real_answer(folder: Path, auto_class: AutoClass, **settings: Any) -> Answer | None:
    """What a real load of the folder reports; None where it fails because of conversions."""
    # AutoBackbone takes ids of the Hub only; the class that it gives takes folders.
    name = auto_class.model_class if auto_class.name == "AutoBackbone" else auto_class.name
    try:
        _, info = getattr(transformers, name).from_pretrained(
            str(folder),
            output_loading_info=True,
            ignore_mismatched_sizes=True,
            trust_remote_code=False,
            **settings,
        )
    except RuntimeError as error:
        if "automatic conversion of the weights" in str(error):
            return None
        raise
    mismatched = [
        (name, tuple(stored), tuple(expected)) for name, stored, expected in info["mismatched_keys"]
    ]
    return sorted(info["missing_keys"]), sorted(info["unexpected_keys"]), sorted(mismatched)


def accounted(report: LoadReport) -> int:
    """The model's tensors that the report says something of, which must be all of them."""
    mismatched: set[str] = {found.name for found in report.mismatched}
    return (
        report.loaded + len(report.missing) + len(mismatched) + len(report.tied) + len(report.ignored_missing)
    )
