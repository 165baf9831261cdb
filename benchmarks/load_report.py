"""The load report of a checkpoint with DeepSeek-R1's layout: ours against transformers' own loader.

    python -m benchmarks.load_report

Names and shapes only: 91,991 tensors in FP8, 61 layers of which 58 have 256 experts, and the
layer for multi-token prediction. Each side runs in a process of its own.
"""

import json
import os
import pickle
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

from explorer.checkpoint import Checkpoint, Shard
from explorer.config import ModelConfig
from explorer.source import ModelSource
from explorer.tree import TensorSpec

CONFIG = {
    "model_type": "deepseek_v3",
    "vocab_size": 129_280,
    "hidden_size": 7_168,
    "intermediate_size": 18_432,
    "moe_intermediate_size": 2_048,
    "num_hidden_layers": 61,
    "num_nextn_predict_layers": 1,
    "num_attention_heads": 128,
    "num_key_value_heads": 128,
    "n_shared_experts": 1,
    "n_routed_experts": 256,
    "first_k_dense_replace": 3,
    "q_lora_rank": 1_536,
    "kv_lora_rank": 512,
    "qk_nope_head_dim": 128,
    "qk_rope_head_dim": 64,
    "v_head_dim": 128,
}
AUTO_CLASS = "AutoModelForCausalLM"
BLOCK = 128
SIDES = ("ours", "transformers")


def deepseek_checkpoint(config: ModelConfig, shards: int = 163) -> Checkpoint:
    """The tensors that a DeepSeek-V3 or R1 of this config stores."""
    tensors = tuple(_tensors(config.values))
    size = -(-len(tensors) // shards)
    parts = (tensors[start : start + size] for start in range(0, len(tensors), size))
    files = (Shard(f"model-{number:05}.safetensors", 0, part) for number, part in enumerate(parts))
    return Checkpoint(config.source, "safetensors", tuple(files))


def _tensors(config: dict[str, int]) -> Iterator[TensorSpec]:
    hidden, vocabulary, layers = config["hidden_size"], config["vocab_size"], config["num_hidden_layers"]
    yield TensorSpec("model.embed_tokens.weight", (vocabulary, hidden), "bfloat16")
    for layer in range(layers + config["num_nextn_predict_layers"]):
        yield from _layer(config, f"model.layers.{layer}", layer >= config["first_k_dense_replace"])
        if layer >= layers:
            yield from _prediction(f"model.layers.{layer}", hidden, vocabulary)
    yield TensorSpec("model.norm.weight", (hidden,), "bfloat16")
    yield TensorSpec("lm_head.weight", (vocabulary, hidden), "bfloat16")


def _layer(config: dict[str, int], path: str, has_experts: bool) -> Iterator[TensorSpec]:
    hidden, heads, rope = config["hidden_size"], config["num_attention_heads"], config["qk_rope_head_dim"]
    query, value = config["qk_nope_head_dim"], config["v_head_dim"]
    attention = f"{path}.self_attn"
    yield from _fp8(f"{attention}.q_a_proj", config["q_lora_rank"], hidden)
    yield TensorSpec(f"{attention}.q_a_layernorm.weight", (config["q_lora_rank"],), "bfloat16")
    yield from _fp8(f"{attention}.q_b_proj", heads * (query + rope), config["q_lora_rank"])
    yield from _fp8(f"{attention}.kv_a_proj_with_mqa", config["kv_lora_rank"] + rope, hidden)
    yield TensorSpec(f"{attention}.kv_a_layernorm.weight", (config["kv_lora_rank"],), "bfloat16")
    yield from _fp8(f"{attention}.kv_b_proj", heads * (query + value), config["kv_lora_rank"])
    yield from _fp8(f"{attention}.o_proj", hidden, heads * value)
    for norm in ("input_layernorm", "post_attention_layernorm"):
        yield TensorSpec(f"{path}.{norm}.weight", (hidden,), "bfloat16")
    if not has_experts:
        yield from _mlp(f"{path}.mlp", hidden, config["intermediate_size"])
        return
    experts, width = config["n_routed_experts"], config["moe_intermediate_size"]
    yield TensorSpec(f"{path}.mlp.gate.weight", (experts, hidden), "bfloat16")
    yield TensorSpec(f"{path}.mlp.gate.e_score_correction_bias", (experts,), "float32")
    yield from _mlp(f"{path}.mlp.shared_experts", hidden, width * config["n_shared_experts"])
    for expert in range(experts):
        yield from _mlp(f"{path}.mlp.experts.{expert}", hidden, width)


def _mlp(path: str, hidden: int, width: int) -> Iterator[TensorSpec]:
    yield from _fp8(f"{path}.gate_proj", width, hidden)
    yield from _fp8(f"{path}.up_proj", width, hidden)
    yield from _fp8(f"{path}.down_proj", hidden, width)


def _fp8(path: str, rows: int, columns: int) -> Iterator[TensorSpec]:
    yield TensorSpec(f"{path}.weight", (rows, columns), "float8_e4m3fn")
    yield TensorSpec(f"{path}.weight_scale_inv", (-(-rows // BLOCK), -(-columns // BLOCK)), "float32")


def _prediction(path: str, hidden: int, vocabulary: int) -> Iterator[TensorSpec]:
    yield TensorSpec(f"{path}.embed_tokens.weight", (vocabulary, hidden), "bfloat16")
    yield TensorSpec(f"{path}.shared_head.head.weight", (vocabulary, hidden), "bfloat16")
    yield TensorSpec(f"{path}.eh_proj.weight", (hidden, 2 * hidden), "bfloat16")
    for norm in ("enorm", "hnorm", "shared_head.norm"):
        yield TensorSpec(f"{path}.{norm}.weight", (hidden,), "bfloat16")


def deepseek_config(**changes: int) -> ModelConfig:
    """DeepSeek-R1's config, or that of a smaller model of its kind."""
    values = {**CONFIG, **changes}
    return ModelConfig.of(ModelSource("config", "DeepSeek-R1"), values)


def _ours(pickled: bytes) -> tuple[dict[str, float], dict[str, object]]:
    from explorer.loading.load_report import load_report

    started = time.perf_counter()
    checkpoint = pickle.loads(pickled)
    unpickled = time.perf_counter()
    report = load_report(deepseek_config(), AUTO_CLASS, checkpoint)
    made = time.perf_counter()
    answer = pickle.dumps(report)
    seconds = {
        "unpickle": unpickled - started,
        "report": made - unpickled,
        "pickle the report": time.perf_counter() - made,
    }
    mismatched = [[found.name, *map(list, (found.stored, found.expected))] for found in report.mismatched]
    result = {"missing": report.missing, "unexpected": report.unexpected, "mismatched": mismatched}
    return {**seconds, "answer in bytes": len(answer)}, result


def _transformers(pickled: bytes) -> tuple[dict[str, float], dict[str, object]]:
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    values = deepseek_config().values
    config = AutoConfig.for_model(values.pop("model_type"), **values)
    model_class = AutoModelForCausalLM._model_mapping[type(config)]
    tensors = pickle.loads(pickled).tensors
    meta = torch.device("meta")
    stored = {t.name: torch.empty(t.shape, dtype=getattr(torch, t.dtype), device=meta) for t in tensors}
    started = time.perf_counter()
    _, info = model_class.from_pretrained(
        None,
        config=config,
        state_dict=stored,
        device_map="meta",
        ignore_mismatched_sizes=True,
        output_loading_info=True,
    )
    seconds = {"report": time.perf_counter() - started}
    # Without FP8 in the config the scales are left over. With it transformers cannot do it at all on
    # a CPU: it dequantises there, and 576 rows of kv_a_proj_with_mqa are not whole blocks of 128.
    unexpected = [name for name in info["unexpected_keys"] if not name.endswith("_scale_inv")]
    names = {"missing": sorted(info["missing_keys"]), "unexpected": unexpected}
    return seconds, {**names, "mismatched": [list(found) for found in sorted(info["mismatched_keys"])]}


def _measure(side: str) -> None:
    """Run one side in this process and print what it took and what it said."""
    import transformers.models.deepseek_v3.modeling_deepseek_v3  # noqa: F401

    from explorer.loading import load_report  # noqa: F401

    pickled = sys.stdin.buffer.read()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    figures, result = (_ours if side == "ours" else _transformers)(pickled)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    figures |= {"peak in MB": peak / 1024, "above the imports in MB": (peak - before) / 1024}
    print(json.dumps({"figures": figures, "result": result}))


def main() -> None:
    """Both sides, one after the other, and their ratio."""
    pickled = pickle.dumps(deepseek_checkpoint(deepseek_config()))
    print(f"DeepSeek-R1's layout, pickled: {len(pickled):,} bytes")
    answers = {}
    for side in SIDES:
        command = [sys.executable, "-m", "benchmarks.load_report", side]
        environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
        done = subprocess.run(command, input=pickled, stdout=subprocess.PIPE, check=True, env=environment)
        answers[side] = json.loads(done.stdout.splitlines()[-1])
        figures = ", ".join(f"{name} {value:,.2f}" for name, value in answers[side]["figures"].items())
        print(f"{side}: {figures}")
    ours, theirs = answers["ours"], answers["transformers"]
    for kind, names in ours["result"].items():
        same = sorted(names) == sorted(theirs["result"][kind])
        print(f"{kind}: {len(names):,}, {'equal' if same else 'NOT EQUAL'}")
    ratio = theirs["figures"]["report"] / (ours["figures"]["report"] + ours["figures"]["unpickle"])
    print(f"transformers takes {ratio:.1f} times as long")


if __name__ == "__main__":
    if sys.argv[1:]:
        _measure(sys.argv[1])
    else:
        main()
