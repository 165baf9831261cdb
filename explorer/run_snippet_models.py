"""Code for the tasks that transformers has no pipeline for: a model, its tokenizer, and steps of our own."""

from explorer.run_snippet_parts import call, cutting, limit_of, model_part, most_tokens, texts_part
from explorer.snippet_parts import joined, quoted
from explorer.source import ModelSource
from explorer.tasks.feature_extraction import FeatureExtractionInput, FeatureExtractionParameters
from explorer.tasks.question_answering import QuestionAnsweringInput, QuestionAnsweringParameters
from explorer.tasks.seq2seq import Seq2SeqInput, SummarizationParameters, TranslationParameters

# What usual decoders have positions for.
POSITIONS = 500
# The most tokens that a tokenizer puts around a question and a context.
SPECIAL = 8

_FORWARD = """with torch.inference_mode():
    outputs = model(**inputs)
"""
_SCORES = """
inside = torch.tensor([part == 1 for part in inputs.sequence_ids(0)])  # tokens of the context
nothing = inputs["input_ids"][0] == tokenizer.cls_token_id  # the token that stands for no answer
logits = torch.stack([outputs.start_logits[0], outputs.end_logits[0]])
shares = logits.masked_fill(~(inside | nothing), -torch.inf).softmax(-1)
begins, ends = shares * inside
scores = torch.outer(begins, ends).triu().tril({})  # spans of 1 to {} tokens
"""
_BEST_SPAN = """first, last = divmod(scores.argmax().item(), len(scores))
start = inputs.word_to_chars(inputs.token_to_word(first), sequence_index=1).start
end = inputs.word_to_chars(inputs.token_to_word(last), sequence_index=1).end
print(f"{scores.max():.4f}  {start}-{end}  {context[start:end]}")
"""
_BEST_SPANS = """for first, last in scores.nonzero().tolist():
    start = inputs.word_to_chars(inputs.token_to_word(first), sequence_index=1).start
    end = inputs.word_to_chars(inputs.token_to_word(last), sequence_index=1).end
    spans[start, end] = max(spans.get((start, end), 0), scores[first, last].item())
"""
_PRINT_SPANS = """    print(f"{spans[start, end]:.4f}  {start}-{end}  {context[start:end]}")
"""
_TOLD = """
# Some checkpoints say in their config what to put before a text, and how to search.
told = getattr(model.config, "task_specific_params", None) or {}
"""
_PREFIX = 'text = settings.pop("prefix", getattr(model.config, "prefix", None) or "") + text'
_TOKENS = """hasattr(tokenizer, "src_lang"):  # a token for each language, as in mBART, NLLB and M2M100
    tokenizer.src_lang = source
    token_of = getattr(tokenizer, "get_lang_id", tokenizer.convert_tokens_to_ids)
    settings = {"forced_bos_token_id": token_of(target)}
"""
_WORD = """getattr(tokenizer, "supported_language_codes", None):  # a word before the text, as in Marian
    settings, text = {}, f">>{target}<< {text}"
"""
_LONGEST = 'longest = settings.pop("max_length", None) or model.generation_config.max_length or 128'
_LEAST = 'least = settings.get("min_length") or model.generation_config.min_length or 0'
_WRITE = """generated = model.generate(**inputs, **settings)
print(tokenizer.decode(generated[0], skip_special_tokens=True).strip())
"""
_ENCODER = """if model.config.is_encoder_decoder:  # the decoder would need a text of its own
    model = model.get_encoder()
"""
_POOLED = {
    "none": "\nfeatures = outputs.last_hidden_state",
    "cls": "\nfeatures = outputs.last_hidden_state[:, 0]",
    "mean": "\nfeatures = outputs.last_hidden_state.mean(1)",
    "max": "\nfeatures = outputs.last_hidden_state.amax(1)",
}
# Of texts that were padded to one length, only their own tokens count.
_MASK = """
hidden, mask = outputs.last_hidden_state, inputs["attention_mask"].unsqueeze(-1)
features = """
_POOLED_BY_MASK = _POOLED | {
    "mean": f"{_MASK}(hidden * mask).sum(1) / mask.sum(1)",
    "max": f"{_MASK}hidden.masked_fill(mask == 0, -torch.inf).amax(1)",
}
_ROWS = """mask = inputs["attention_mask"].bool()  # which tokens are no padding
features = [rows[own] for rows, own in zip(features, mask, strict=True)]
"""
_PADDING = "tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token  # some have none, as GPT-2"
_PRINT_FEATURES = """for text, rows in zip(texts, features, strict=True):
    print(text, tuple(rows.shape), rows)
"""
_NORMALIZE = "features = torch.nn.functional.normalize(features, dim=-1)"


def answer_code(
    source: ModelSource, inputs: QuestionAnsweringInput, parameters: QuestionAnsweringParameters
) -> str:
    """A search through all spans of the context."""
    limit = min(limit_of(source), parameters.max_seq_len - SPECIAL)
    is_cut = most_tokens(inputs.question, inputs.context) > limit
    most = f"most = min({parameters.max_seq_len}, tokenizer.model_max_length)"
    windows = "  # the rest is left out; the page reads all, in windows"
    cut = ('truncation="only_second"', "max_length=most") if is_cut else ()
    return joined(
        model_part(source, "AutoModelForQuestionAnswering", "import torch"),
        f"\nquestion = {quoted(inputs.question)}",
        f"context = {quoted(inputs.context)}",
        f"{most}{windows}" if is_cut else "",
        call("inputs = tokenizer", "question", "context", *cut, 'return_tensors="pt"'),
        _FORWARD,
        _SCORES.format(parameters.max_answer_len - 1, parameters.max_answer_len),
        _spans(parameters.top_k, parameters.handle_impossible_answer),
    )


def _spans(count: int, has_none: bool) -> str:
    if count == 1 and not has_none:
        return _BEST_SPAN
    none = "{(0, 0): (shares * nothing).sum(1).prod().item()}  # no answer"
    return joined(
        f"spans = {none if has_none else '{}'}",
        _BEST_SPANS,
        f"for start, end in sorted(spans, key=spans.get, reverse=True)[:{count}]:",
        _PRINT_SPANS,
    )


def summary_code(source: ModelSource, inputs: Seq2SeqInput, parameters: SummarizationParameters) -> str:
    """A summary, as the checkpoint's own config says."""
    told = 'settings = dict(told.get("summarization", {}))'
    return _writing(source, inputs, parameters, joined(_TOLD, told, _PREFIX))


def translation_code(source: ModelSource, inputs: Seq2SeqInput, parameters: TranslationParameters) -> str:
    """A translation, with its languages told in each way that there is."""
    from_, to = parameters.src_lang, parameters.tgt_lang
    named = (("source", from_), ("target", to))
    languages = (f"{name} = {quoted(code)}" for name, code in named if code is not None)
    if to is None:
        begins = "translation_" if from_ is None else f"translation_{from_}_to_"
        rest = _pair(f"name.startswith({quoted(begins)})")
    elif from_ is None:
        other = _pair(f"name.endswith({quoted(f'_to_{to}')})")
        rest = joined(f"if {_WORD}", _otherwise(other))
    else:
        other = f"settings = dict(told.get({quoted(f'translation_{from_}_to_{to}')}, {{}}))\n{_PREFIX}"
        rest = joined(f"if {_TOKENS}", f"elif {_WORD}", _otherwise(other))
    return _writing(source, inputs, parameters, joined(*languages, _TOLD, rest))


def _pair(condition: str) -> str:
    """The first pair of languages that the config names and that fits."""
    return joined(
        f"pairs = [own for name, own in told.items() if {condition}]",
        "settings = dict(pairs[0]) if pairs else {}",
        _PREFIX,
    )


def _otherwise(code: str) -> str:
    rows = (f"    {row}" for row in code.splitlines())
    return "\n".join(["else:  # a sentence before the text, as in T5", *rows])


def _writing(
    source: ModelSource,
    inputs: Seq2SeqInput,
    parameters: SummarizationParameters | TranslationParameters,
    preparing: str,
) -> str:
    most = parameters.max_new_tokens
    chosen = {'"do_sample"': "False"}
    if parameters.num_beams:
        chosen['"num_beams"'] = str(parameters.num_beams)
    chosen['"max_new_tokens"'] = str(most or "longest")
    if most:
        chosen['"min_length"'] = f"min(least, {most})"
    listed = ", ".join(f"{name}: {value}" for name, value in chosen.items())
    return joined(
        model_part(source, "AutoModelForSeq2SeqLM"),
        f"\ntext = {quoted(inputs.text)}",
        preparing,
        _LEAST if most else _LONGEST,
        f"settings |= {{{listed}}}",
        "# The page stops where the decoder has no more positions." if most and most > POSITIONS else "",
        call("\ninputs = tokenizer", "text", *cutting(parameters.truncate), 'return_tensors="pt"'),
        _WRITE,
    )


def features_code(
    source: ModelSource, inputs: FeatureExtractionInput, parameters: FeatureExtractionParameters
) -> str:
    """The last hidden states; of several texts, those that are no padding."""
    several, pooling = len(inputs.texts) > 1, parameters.pooling
    padding = ("padding=True", 'padding_side="right"') if several else ()
    normalize = _NORMALIZE if parameters.normalize else ""
    has_rows = several and pooling == "none"
    return joined(
        model_part(source, "AutoModel", "import torch"),
        _ENCODER,
        _PADDING if several else "",
        texts_part(inputs.texts),
        call("inputs = tokenizer", "texts", *padding, *cutting(parameters.truncate), 'return_tensors="pt"'),
        _FORWARD,
        (_POOLED_BY_MASK if several else _POOLED)[pooling],
        normalize,
        _ROWS if has_rows else "",
        _PRINT_FEATURES,
    )
