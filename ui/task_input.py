"""What a task is given: its texts, as a visitor types them."""

from collections.abc import Callable

import streamlit as st

from explorer.inside.loaded_facts import LoadedFacts
from explorer.tasks import Task
from explorer.tasks.feature_extraction import FeatureExtractionInput
from explorer.tasks.fill_mask import FillMaskInput
from explorer.tasks.question_answering import QuestionAnsweringInput
from explorer.tasks.seq2seq import Seq2SeqInput
from explorer.tasks.task import TaskInput
from explorer.tasks.text_classification import TextClassificationInput
from explorer.tasks.text_generation import Message, TextGenerationInput
from explorer.tasks.token_classification import TokenClassificationInput
from ui import session
from ui.markup import plain

# Makes the input of what was typed; raises InputError when there is none in it.
Typed = Callable[[], TaskInput]
SEVERAL = "Texts, one a line"


def draw_input(task: Task, example: TaskInput, facts: LoadedFacts | None) -> Typed:
    """The boxes to type into; they hold the example at first.

    ``facts`` are known once the model is loaded: only then can it be told what its tokenizer knows of.
    """
    if isinstance(example, TextGenerationInput):
        return _generation(example, facts is None or facts.has_chat_template)
    if isinstance(example, FillMaskInput):
        return _mask(example, facts.mask_token if facts else None)
    return _BOXES[type(task.example)](example)


def _text(example: str, label: str = "Text", help_: str | None = None) -> str:
    return session.area(label, "text", example, height=100, help=help_)


def _generation(example: TextGenerationInput, may_chat: bool) -> Typed:
    text = _text(example.text, help_="The model goes on from here.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        about = None if may_chat else "This model's tokenizer has no chat template."
        is_chat = session.toggle(
            "As a message, by the model's chat template", "chat", disabled=not may_chat, help=about
        )
        system = session.line("System message", "system", placeholder="optional") if is_chat else ""
    if not (is_chat and may_chat):
        return lambda: TextGenerationInput(text)
    before = (Message("system", system),) if system.strip() else ()
    return lambda: TextGenerationInput(messages=(*before, Message("user", text)))


def _mask(example: FillMaskInput, own: str | None) -> Typed:
    called = f"this model calls it {own}" if own else "whatever the model itself calls it"
    text = _text(
        example.text, help_=f"`[MASK]` or `<mask>` stands for a gap: {plain(called)}. There may be several."
    )
    return lambda: FillMaskInput(text)


def _seq2seq(example: Seq2SeqInput) -> Typed:
    text = _text(example.text)
    return lambda: Seq2SeqInput(text)


def _question(example: QuestionAnsweringInput) -> Typed:
    question = session.line("Question", "question", example.question)
    context = session.area("Context, in which the answer stands", "context", example.context, height=130)
    return lambda: QuestionAnsweringInput(question, context)


def _tokens(example: TokenClassificationInput) -> Typed:
    text = _text(example.text)
    return lambda: TokenClassificationInput(text)


def _classified(example: TextClassificationInput) -> Typed:
    text = _text("\n".join(example.texts), SEVERAL)
    return lambda: TextClassificationInput(_lines(text))


def _embedded(example: FeatureExtractionInput) -> Typed:
    text = _text("\n".join(example.texts), SEVERAL)
    return lambda: FeatureExtractionInput(_lines(text))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.splitlines() if line.strip())


_BOXES: dict[type, Callable[..., Typed]] = {
    Seq2SeqInput: _seq2seq,
    QuestionAnsweringInput: _question,
    TokenClassificationInput: _tokens,
    TextClassificationInput: _classified,
    FeatureExtractionInput: _embedded,
}
