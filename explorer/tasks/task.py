"""A task: the auto class that does it, what goes in, what can be set, and an example."""

from dataclasses import dataclass

from explorer.tasks.feature_extraction import (
    FeatureExtractionInput,
    FeatureExtractionParameters,
    FeatureExtractionResult,
)
from explorer.tasks.fill_mask import FillMaskInput, FillMaskParameters, FillMaskResult
from explorer.tasks.parameter import Parameter, Parameters, parameters_of
from explorer.tasks.question_answering import (
    QuestionAnsweringInput,
    QuestionAnsweringParameters,
    QuestionAnsweringResult,
)
from explorer.tasks.seq2seq import (
    Seq2SeqInput,
    SummarizationParameters,
    SummarizationResult,
    TranslationParameters,
    TranslationResult,
)
from explorer.tasks.text_classification import (
    TextClassificationInput,
    TextClassificationParameters,
    TextClassificationResult,
)
from explorer.tasks.text_generation import (
    TextGenerationInput,
    TextGenerationParameters,
    TextGenerationResult,
)
from explorer.tasks.token_classification import (
    TokenClassificationInput,
    TokenClassificationParameters,
    TokenClassificationResult,
)

TaskInput = (
    TextGenerationInput
    | FillMaskInput
    | Seq2SeqInput
    | QuestionAnsweringInput
    | TokenClassificationInput
    | TextClassificationInput
    | FeatureExtractionInput
)
TaskResult = (
    TextGenerationResult
    | FillMaskResult
    | TranslationResult
    | SummarizationResult
    | QuestionAnsweringResult
    | TokenClassificationResult
    | TextClassificationResult
    | FeatureExtractionResult
)


_OF_LANGUAGE = ("AutoModelForCausalLM", "AutoModelForMaskedLM", "AutoModelForSeq2SeqLM")


@dataclass(frozen=True, slots=True)
class Task:
    """A task by the Hub's name for it.

    ``checkpoint`` is one on the Hub that does it, ``example`` an input that suits it.
    """

    name: str
    auto_class: str
    checkpoint: str
    example: TaskInput
    settings: type[Parameters]

    @property
    def is_language_model(self) -> bool:
        """Whether the head of its models says which token comes."""
        return self.auto_class in _OF_LANGUAGE

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What can be set."""
        return parameters_of(self.settings)


_CREATING = "What is Hugging Face creating?"
_TOOL = "Hugging Face is creating a tool that democratizes AI."
_ENTITIES = (
    "Hugging Face Inc. is a company based in New York City. Its headquarters are in DUMBO, therefore very"
    " close to the Manhattan Bridge."
)
_TOWER = (
    "The tower is 324 metres tall, about the same height as a building of 81 floors, and the tallest in"
    " Paris. Its base is square, and each side of it is 125 metres long. For 41 years it was the tallest"
    " thing that people had built, until another tower was finished in New York in 1930."
)

# In the order in which they are taught.
TASKS = (
    Task(
        "text-generation",
        "AutoModelForCausalLM",
        "openai-community/gpt2",
        TextGenerationInput("Once upon a time"),
        TextGenerationParameters,
    ),
    Task(
        "fill-mask",
        "AutoModelForMaskedLM",
        "google-bert/bert-base-uncased",
        FillMaskInput("The capital of France is [MASK]."),
        FillMaskParameters,
    ),
    Task(
        "translation",
        "AutoModelForSeq2SeqLM",
        "Helsinki-NLP/opus-mt-en-de",
        Seq2SeqInput("Hello, how are you?"),
        TranslationParameters,
    ),
    Task(
        "summarization",
        "AutoModelForSeq2SeqLM",
        "facebook/bart-large-cnn",
        Seq2SeqInput(_TOWER),
        SummarizationParameters,
    ),
    Task(
        "question-answering",
        "AutoModelForQuestionAnswering",
        "distilbert/distilbert-base-uncased-distilled-squad",
        QuestionAnsweringInput(_CREATING, _TOOL),
        QuestionAnsweringParameters,
    ),
    Task(
        "token-classification",
        "AutoModelForTokenClassification",
        "dbmdz/bert-large-cased-finetuned-conll03-english",
        TokenClassificationInput(_ENTITIES),
        TokenClassificationParameters,
    ),
    Task(
        "text-classification",
        "AutoModelForSequenceClassification",
        "distilbert/distilbert-base-uncased-finetuned-sst-2-english",
        TextClassificationInput(("I love using transformers library!",)),
        TextClassificationParameters,
    ),
    Task(
        "feature-extraction",
        "AutoModel",
        "google-bert/bert-base-uncased",
        FeatureExtractionInput(("This is a sample sentence.",)),
        FeatureExtractionParameters,
    ),
)
