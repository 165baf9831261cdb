"""The Python that does what a task page did, by public calls of transformers.

What the library does anyway is left out; what a checkpoint may want otherwise than the page is written.
"""

from collections.abc import Callable
from typing import Any

from explorer.run_snippet_models import answer_code, features_code, summary_code, translation_code
from explorer.run_snippet_parts import (
    call,
    cutting,
    limit_of,
    list_of,
    most_tokens,
    pipeline_part,
    texts_part,
)
from explorer.snippet_parts import joined, quoted
from explorer.source import ModelSource
from explorer.tasks import Task
from explorer.tasks.fill_mask import FillMaskInput, FillMaskParameters
from explorer.tasks.parameter import Parameters
from explorer.tasks.task import TaskInput
from explorer.tasks.text_classification import TextClassificationInput, TextClassificationParameters
from explorer.tasks.text_generation import TextGenerationInput, TextGenerationParameters
from explorer.tasks.token_classification import TokenClassificationInput, TokenClassificationParameters

# What people write for a mask, whatever the tokenizer calls it.
MASKS = ("[MASK]", "<mask>")

_ROOM = """tokenizer = generator.tokenizer
tokens = {tokens}
room = tokenizer.model_max_length - len(tokens["input_ids"])  # no more fits behind the text
"""
_END = """tokenizer = generator.tokenizer
tokenizer.truncation_side = "left"  # the end of a text says the most of how it goes on
tokenizer.model_max_length -= 1  # a token is to fit behind it
tokens = {tokens}
room = tokenizer.model_max_length + 1 - len(tokens["input_ids"])
"""
_SPACE = "  # a space that it begins with may be missing"
_OWN_MASK = """if fill.tokenizer.mask_token not in text:
    text = text.replace("[MASK]", fill.tokenizer.mask_token).replace("<mask>", fill.tokenizer.mask_token)
"""
_FILLINGS = """for filling in fillings:
    print(f"{filling['score']:.4f}  {filling['token_str']}")
"""
_FILLINGS_OF_MASKS = """for filling in fillings:  # of each mask, where there are several
    print(filling)
"""
_ENTITIES = """for entity in entities:
    place = f"{{entity['start']}}-{{entity['end']}}"
    print(f"{{entity['score']:.4f}}  {{entity['{label}']}}  {{place}}  {{entity['word']}}")
"""
_LABELS = """for text, labels in zip(texts, found, strict=True):
    print(text)
    for label in labels:
        print(f"    {label['score']:.4f}  {label['label']}")
"""


def run_code(source: ModelSource, task: Task, inputs: TaskInput, parameters: Parameters) -> str:
    """The script that runs the model for the task on the input, with these settings."""
    if source.kind in ("config", "arch"):
        raise ValueError(f"{source.kind}: no weights to run")
    return _CODE[task.name](source, inputs, parameters)


def _generation(
    source: ModelSource, inputs: TextGenerationInput, parameters: TextGenerationParameters
) -> str:
    turns = [
        f'    {{"role": {quoted(message.role)}, "content": {quoted(message.content)}}},'
        for message in inputs.messages
    ]
    text = "\n".join(["\nmessages = [", *turns, "]"]) if turns else f"\ntext = {quoted(inputs.text)}"
    seed = f"set_seed({parameters.seed})  # on a CPU these are the draws of the page"
    return joined(
        pipeline_part(
            source, "text-generation", "generator", *(("set_seed",) if parameters.do_sample else ())
        ),
        text,
        *_room(source, inputs, parameters),
        seed if parameters.do_sample else "",
        call("outputs = generator", *_generator_arguments(source, inputs, parameters)),
        'print(outputs[0]["generated_text"])' + ("" if turns else _SPACE),
    )


def _room(
    source: ModelSource, inputs: TextGenerationInput, parameters: TextGenerationParameters
) -> tuple[str, ...]:
    """How many tokens fit behind a long text."""
    if _fits(source, inputs, parameters):
        return ()
    cut = ", ".join(("", *cutting(parameters.truncate)))
    tokens = (
        f"tokenizer.apply_chat_template(messages, add_generation_prompt=True{cut})"
        if inputs.messages
        else f"tokenizer(text{cut})"
    )
    return ((_END if parameters.truncate else _ROOM).format(tokens=tokens),)


def _fits(source: ModelSource, inputs: TextGenerationInput, parameters: TextGenerationParameters) -> bool:
    texts = [f"{message.role} {message.content}" for message in inputs.messages] or [inputs.text]
    most = most_tokens(*texts) + parameters.max_new_tokens
    return not parameters.truncate and most <= limit_of(source)


def _generator_arguments(
    source: ModelSource, inputs: TextGenerationInput, parameters: TextGenerationParameters
) -> list[str]:
    """All that the page sets: what is left out, a checkpoint's own generation config would say."""
    most = str(parameters.max_new_tokens)
    found = ["messages" if inputs.messages else "text", "return_full_text=False"]
    if inputs.messages and inputs.messages[-1].role == "assistant":
        found.append("continue_final_message=False")
    found += cutting(parameters.truncate)
    found.append(f"max_new_tokens={most if _fits(source, inputs, parameters) else f'min({most}, room)'}")
    names = ["do_sample", "num_beams", "repetition_penalty"]
    names += ["temperature", "top_k", "top_p"] if parameters.do_sample else []
    return found + [f"{name}={getattr(parameters, name)!r}" for name in names]


def _filling(source: ModelSource, inputs: FillMaskInput, parameters: FillMaskParameters) -> str:
    masks = [mask for mask in MASKS if mask in inputs.text]
    # Where there are both, one of them is likely to be a mask, and the other to be text.
    own = f".replace({quoted(masks[0])}, fill.tokenizer.mask_token)" if len(masks) == 1 else ""
    is_one = len(masks) == 1 and inputs.text.count(masks[0]) == 1
    arguments = [
        *([f"top_k={parameters.top_k}"] if parameters.top_k != FillMaskParameters().top_k else []),
        *([f"targets={list_of(parameters.targets)}"] if parameters.targets else []),
        *(['tokenizer_kwargs={"truncation": True}'] if parameters.truncate else []),
    ]
    return joined(
        pipeline_part(source, "fill-mask", "fill"),
        f"\ntext = {quoted(inputs.text)}{own}",
        _OWN_MASK if len(masks) > 1 else "",
        call("fillings = fill", "text", *arguments),
        _FILLINGS if is_one else _FILLINGS_OF_MASKS,
    )


def _labelling(
    source: ModelSource, inputs: TokenClassificationInput, parameters: TokenClassificationParameters
) -> str:
    strategy, ignored = parameters.aggregation_strategy, parameters.ignore_labels
    is_joined, is_long = strategy != "none", most_tokens(inputs.text) > limit_of(source)
    # The pipeline refuses what is not much less than a window.
    stride = min(parameters.stride, limit_of(source) // 2)
    windows = "# Of a text of several windows the page takes each token from where most is around it."
    beginning = "# Of a long text this reads the beginning; the page reads all of it, in windows."
    arguments = [
        *([f"aggregation_strategy={quoted(strategy)}"] if is_joined else []),
        *([f"ignore_labels={list_of(ignored)}"] if ignored != ("O",) else []),
        *([f"stride={stride}"] if is_joined and is_long else []),
    ]
    return joined(
        pipeline_part(source, "token-classification", "label"),
        f"\ntext = {quoted(inputs.text)}",
        (windows if is_joined else beginning) if is_long else "",
        call("entities = label", "text", *arguments),
        _ENTITIES.format(label="entity_group" if is_joined else "entity"),
    )


def _classification(
    source: ModelSource, inputs: TextClassificationInput, parameters: TextClassificationParameters
) -> str:
    function = parameters.function_to_apply
    arguments = [
        f"top_k={parameters.top_k}",
        *([f"function_to_apply={quoted(function)}"] if function else []),
        *cutting(parameters.truncate),
    ]
    return joined(
        pipeline_part(source, "text-classification", "classify"),
        texts_part(inputs.texts),
        call("found = classify", "texts", *arguments),
        _LABELS,
    )


_CODE: dict[str, Callable[[ModelSource, Any, Any], str]] = {
    "text-generation": _generation,
    "fill-mask": _filling,
    "translation": translation_code,
    "summarization": summary_code,
    "question-answering": answer_code,
    "token-classification": _labelling,
    "text-classification": _classification,
    "feature-extraction": features_code,
}
