"""What the sizes of a tensor stand for, where that can be told."""

from collections.abc import Sequence

from explorer.inside.explanation import Explanation, Shape


def words_of(shape: Shape, explanation: Explanation) -> str:
    """Such as ``batch × tokens × width``; nothing where a size could be one or the other."""
    lengths = {len(explanation.tokens), len(explanation.output_tokens)} - {0}
    widths = {states.width for states in explanation.hidden_states}
    if len(shape) == 2 and not lengths & widths:
        last = "tokens" if shape[1] in lengths else "width" if shape[1] in widths else ""
        return f"batch × {last}" if last else ""
    if len(shape) == 3 and shape[1] in lengths:
        return f"batch × tokens × {'width' if shape[2] in widths else 'features'}"
    if len(shape) == 4 and {shape[2], shape[3]} <= lengths:
        return "batch × heads × tokens × tokens"
    return ""


def words_of_scores(outputs: Sequence[Shape], explanation: Explanation) -> str:
    """The same of the first of what a head gives: its last size counts the scores.

    Two alike are the scores of a span's start and of its end, one for each token.
    """
    lengths = {len(explanation.tokens), len(explanation.output_tokens)} - {0}
    shape = outputs[0] if outputs else ()
    if len(shape) == 3 and shape[1] in lengths:
        return "batch × tokens × scores"
    if len(shape) != 2:
        return ""
    is_span = shape[1] in lengths and outputs[1:2] == (shape,)
    return "batch × tokens, for start and end" if is_span else "batch × scores"
