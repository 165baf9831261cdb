"""What a checkpoint may say of how it generates: a choice of plain settings."""

from typing import Any

from transformers import GenerationConfig, PreTrainedModel

# Left out are those that cost without limit, load or compile something, or return other things.
ALLOWED = frozenset(
    {
        "begin_suppress_tokens",
        "bos_token_id",
        "decoder_start_token_id",
        "early_stopping",
        "encoder_no_repeat_ngram_size",
        "eos_token_id",
        "forced_bos_token_id",
        "forced_eos_token_id",
        "length_penalty",
        "max_length",
        "min_length",
        "no_repeat_ngram_size",
        "num_beams",
        "pad_token_id",
        "repetition_penalty",
        "suppress_tokens",
    }
)
MOST_BEAMS = 16


def safe_generation_config(model: PreTrainedModel) -> GenerationConfig:
    """The settings of the checkpoint's own that are plain numbers, in bounds."""
    stated = getattr(model, "generation_config", None)
    return GenerationConfig(**allowed(vars(stated)) if stated is not None else {})


def allowed(values: dict[str, Any]) -> dict[str, Any]:
    """Of what a checkpoint says, the settings that may be used."""
    found = {name: value for name, value in values.items() if name in ALLOWED and value is not None}
    beams = found.get("num_beams")
    if beams is not None and not (isinstance(beams, int) and 0 < beams <= MOST_BEAMS):
        del found["num_beams"]
    return found
