"""Translation and summarization: the text beside the one that it was made of."""

from explorer.tasks.seq2seq import Seq2SeqInput, Seq2SeqText
from ui.figures import counted
from ui.markup import Markup, draw, tag


def draw_seq2seq(result: Seq2SeqText, inputs: Seq2SeqInput, title: str) -> None:
    """The source and the result side by side, with their tokens."""
    source = _side("Text", inputs.text, f"{counted(result.input_tokens, 'token')} in", "x-source")
    written = result.text or "(The model wrote nothing.)"
    made = _side(title, written, f"{counted(result.output_tokens, 'token')} out", "x-made")
    draw(tag("div", source, made, class_="x-two-texts"))


def _side(title: str, text: str, count: str, kind: str) -> Markup:
    head = tag("h3", title, " ", tag("small", count))
    body = tag(
        "div",
        tag("p", text, dir="auto"),
        class_=f"x-result-text {kind}",
        role="region",
        aria_label=title,
        tabindex="0",
    )
    return tag("section", head, body)
