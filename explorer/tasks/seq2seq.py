"""Translation and summarization: a text becomes another."""

from dataclasses import dataclass

from explorer.tasks.parameter import Parameters, flag, whole, word
from explorer.tasks.text import check_text


@dataclass(frozen=True, slots=True)
class Seq2SeqInput:
    """The text to translate or to summarize."""

    text: str

    def __post_init__(self) -> None:
        check_text(self.text)


@dataclass(frozen=True, slots=True)
class SummarizationParameters(Parameters):
    """How the summary is searched for; by default as the checkpoint's own config says."""

    num_beams: int | None = whole(None, 1, 16, "How many texts to follow at once.")
    max_new_tokens: int | None = whole(None, 1, 1024, "How many tokens to write at most.")
    truncate: bool = flag("Cut the end of a text that is longer than the model can read.")


@dataclass(frozen=True, slots=True)
class TranslationParameters(Parameters):
    """From which language into which, where the model has several, and how the text is searched for."""

    src_lang: str | None = word("The language of the text, as the model names it.")
    tgt_lang: str | None = word("The language to translate into, as the model names it.")
    num_beams: int | None = whole(None, 1, 16, "How many texts to follow at once.")
    max_new_tokens: int | None = whole(None, 1, 1024, "How many tokens to write at most.")
    truncate: bool = flag("Cut the end of a text that is longer than the model can read.")


@dataclass(frozen=True, slots=True)
class Seq2SeqText:
    """The text that the decoder wrote, and how many tokens went in and came out."""

    text: str
    input_tokens: int
    output_tokens: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TranslationResult(Seq2SeqText):
    """A translation."""

    @property
    def json(self) -> list[dict[str, str]]:
        """The result in the shape of the Inference API."""
        return [{"translation_text": self.text}]


@dataclass(frozen=True, slots=True)
class SummarizationResult(Seq2SeqText):
    """A summary."""

    @property
    def json(self) -> list[dict[str, str]]:
        """The result in the shape of the Inference API."""
        return [{"summary_text": self.text}]
