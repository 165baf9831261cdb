"""Every snippet of a task page is run as it is printed, and says what the page says."""

import ast
import copy
import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
import transformers

from explorer import demo, tasks
from explorer.hub import reach
from explorer.loading import running
from explorer.run_snippets import run_code
from explorer.source import ModelSource
from explorer.tasks.feature_extraction import POOLINGS, FeatureExtractionInput
from explorer.tasks.fill_mask import FillMaskInput, FillMaskResult
from explorer.tasks.question_answering import QuestionAnsweringInput, QuestionAnsweringResult
from explorer.tasks.seq2seq import Seq2SeqInput
from explorer.tasks.text_classification import TextClassificationInput
from explorer.tasks.text_generation import Message, TextGenerationInput
from explorer.tasks.token_classification import (
    STRATEGIES,
    TokenClassificationInput,
    TokenClassificationResult,
)
from tests.hub.server import HubServer
from tests.running import models
from tests.snippet_runner import run

pytestmark = pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")

ROOT = Path(__file__).parents[1]
HOSTILE = """'); open('pwned', 'w'); ("\\\n#[MASK]{text}"""
KING = "Once upon a time there was a king who loved his library."
TOLD = {
    "summarization": {"prefix": "summarize: ", "num_beams": 3, "max_length": 12, "no_repeat_ngram_size": 2},
    "translation_en_to_de": {"prefix": "to German: ", "num_beams": 2, "max_length": 9},
    "translation_en_to_fr": {"prefix": "to French: ", "num_beams": 1, "max_length": 9},
}
ENTITIES = TokenClassificationInput(tasks.find("token-classification").example.text * 6)
CHAT = TextGenerationInput(messages=(Message("system", "Be kind."), Message("user", "Who loved a king?")))
PREFILLED = TextGenerationInput(messages=(Message("user", "Who?"), Message("assistant", "The king")))
SAMPLING = {"do_sample": True, "temperature": 0.8, "top_k": 20, "top_p": 0.9, "max_new_tokens": 30}


@dataclass(frozen=True)
class Case:
    """One input of a task with settings, for a model: the name of a demo, or of one that is made here."""

    task: str
    model: str
    inputs: object
    settings: tuple[tuple[str, object], ...] = ()

    @property
    def name(self) -> str:
        return f"{self.task} of {self.model} {dict(self.settings)} {str(self.inputs)[:40]}"


def case(task, model="demo", inputs=None, **settings):
    return Case(task, model, inputs or tasks.find(task).example, tuple(settings.items()))


LONG = " ".join([KING] * 10)
LONG_CHAT = TextGenerationInput(messages=(Message("user", LONG[:450]),))
TEXTS = ("I love it!", "It was terrible, and we never saw the king again.", "Fine.")
BOWLS = QuestionAnsweringInput("Where is the king?", f"{KING} The king is in his library in Paris.")
CASES = (
    *(case(entry.task) for entry in demo.entries()),
    case("text-generation", "gpt2", max_new_tokens=20),
    case("text-generation", "gpt2", num_beams=3, max_new_tokens=20),
    case("text-generation", "gpt2", repetition_penalty=1.5, max_new_tokens=20),
    case("text-generation", "gpt2", CHAT, max_new_tokens=10),
    case("text-generation", "gpt2", PREFILLED, max_new_tokens=10),
    case("text-generation", "llama", max_new_tokens=20),
    case("text-generation", "stubborn", max_new_tokens=20),
    case("text-generation", "gpt2", seed=7, **SAMPLING),
    case("text-generation", "gpt2", seed=8, **SAMPLING),
    case("text-generation", "long", TextGenerationInput(LONG), max_new_tokens=200),
    case("text-generation", "long", TextGenerationInput(LONG * 4), truncate=True),
    case("text-generation", "long", TextGenerationInput(KING), truncate=True, max_new_tokens=10),
    case("text-generation", "long", LONG_CHAT, max_new_tokens=100),
    case("text-generation", "long", CHAT, truncate=True),
    case("fill-mask", inputs=FillMaskInput("The capital of France is <mask>."), top_k=3),
    case("fill-mask", targets=("paris", "london", "rome")),
    case("fill-mask", inputs=FillMaskInput("The capital of France is [MASK]. " + LONG), truncate=True),
    case("translation", num_beams=3, max_new_tokens=10),
    case("translation", inputs=Seq2SeqInput(LONG), truncate=True),
    case("translation", "told", Seq2SeqInput(KING)),
    case("translation", "told", Seq2SeqInput(KING), src_lang="en", tgt_lang="fr"),
    case("translation", "told", Seq2SeqInput(KING), tgt_lang="fr", num_beams=2),
    case("translation", "told", Seq2SeqInput(KING), src_lang="en"),
    case("translation", "many", Seq2SeqInput(KING), src_lang="fr_XX", tgt_lang="de_DE", max_new_tokens=15),
    case("translation", "marian", Seq2SeqInput("I love it!"), max_new_tokens=15),
    case("translation", "marian", Seq2SeqInput("I love it!"), tgt_lang="deu", max_new_tokens=15),
    case(
        "translation", "marian", Seq2SeqInput("I love it!"), src_lang="eng", tgt_lang="deu", max_new_tokens=15
    ),
    case("summarization", "told", Seq2SeqInput(KING)),
    case("summarization", "told", Seq2SeqInput(KING), num_beams=1, max_new_tokens=7),
    case("summarization", "bart", Seq2SeqInput(KING)),
    case("summarization", "bart", Seq2SeqInput(KING), num_beams=2, max_new_tokens=5),
    case("question-answering", inputs=BOWLS, top_k=5),
    case("question-answering", inputs=BOWLS, top_k=3, handle_impossible_answer=True),
    case("question-answering", inputs=BOWLS, max_answer_len=1, handle_impossible_answer=True),
    case("question-answering", "gpt2 spans", BOWLS, top_k=3, handle_impossible_answer=True),
    *(case("token-classification", aggregation_strategy=strategy) for strategy in STRATEGIES),
    case("token-classification", ignore_labels=()),
    case("token-classification", ignore_labels=("LOC", "O"), aggregation_strategy="first"),
    case("text-classification", inputs=TextClassificationInput(TEXTS), top_k=1),
    case("text-classification", inputs=TextClassificationInput(TEXTS), function_to_apply="sigmoid"),
    case("text-classification", "half", inputs=TextClassificationInput(TEXTS), function_to_apply="none"),
    case("text-classification", inputs=TextClassificationInput((LONG,)), truncate=True),
    *(
        case("feature-extraction", model, FeatureExtractionInput(texts), pooling=pooling, normalize=long)
        for pooling in POOLINGS
        for model, texts, long in (
            ("demo", TEXTS, True),
            ("demo", TEXTS[:1], False),
            ("gpt2 base", TEXTS, False),
            ("told", TEXTS, False),
        )
    ),
)

SEEDED = case("text-generation", "gpt2", seed=7, **SAMPLING)
# Several masks, and what may be one.
MASKS = (
    case("fill-mask", inputs=FillMaskInput("The [MASK] of France is [MASK].")),
    case("fill-mask", inputs=FillMaskInput("The capital of <mask> is <mask>."), top_k=2),
    case("fill-mask", inputs=FillMaskInput("The capital of France is [MASK], not <mask>.")),
)
# Longer than their models read at once.
LONG_CONTEXT = case(
    "question-answering", inputs=QuestionAnsweringInput("Where is the king?", LONG * 3), top_k=3
)
LONG_TEXT = case("token-classification", inputs=ENTITIES)
LONG_TOKENS = case("token-classification", inputs=ENTITIES, aggregation_strategy="none")
HALF = case("text-classification", "half", TextClassificationInput(TEXTS))


def save_long(folder):
    """A GPT-2 that reads 200 tokens."""
    tokenizer = copy.deepcopy(models.byte_pairs(200))
    tokenizer.chat_template = models.TEMPLATE
    config = transformers.GPT2Config(
        vocab_size=len(tokenizer), n_positions=200, n_embd=32, n_layer=2, n_head=4, initializer_range=0.6,
        bos_token_id=0, eos_token_id=0,
    )  # fmt: skip
    return models.save(folder, "GPT2LMHeadModel", config, tokenizer)


def change(folder, file, **values):
    """The folder of a model, with these values in a file of its own."""
    path = Path(folder) / file
    path.write_text(json.dumps(json.loads(path.read_text()) | values))
    return folder


def save_marian(folder):
    """A Marian that is told the language by a word before the text."""
    models.marian(folder)
    path = folder / "vocab.json"
    pieces = list(json.loads(path.read_text()))
    names = {piece: place for place, piece in enumerate(pieces)}
    names[">>deu<<"] = names.pop(pieces[-2])
    path.write_text(json.dumps(names))
    return str(folder)


def save_half(folder):
    """A classifier whose weights are stored in bfloat16."""
    models.bert(folder, "BertForSequenceClassification", num_labels=3)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.bfloat16)
    model.save_pretrained(folder)
    return str(folder)


MODELS = {
    "gpt2": lambda folder: models.gpt2(folder, template=models.TEMPLATE),
    # A checkpoint that wants other settings than the page's.
    "stubborn": lambda folder: change(
        models.gpt2(folder), "generation_config.json", do_sample=True, repetition_penalty=1.8, num_beams=2
    ),
    "long": save_long,
    "llama": models.llama,
    "told": lambda folder: models.t5(folder, task_specific_params=TOLD),
    "bart": lambda folder: change(
        change(models.bart(folder), "config.json", prefix=" the "),
        "generation_config.json",
        max_length=20,
        min_length=9,
    ),
    "many": models.many_languages,
    "marian": save_marian,
    "gpt2 spans": lambda folder: models.gpt2(folder, "GPT2ForQuestionAnswering"),
    "gpt2 base": lambda folder: models.gpt2(folder, "GPT2Model"),
    "half": save_half,
}


def source_of(one, folder):
    if one.model == "demo":
        return ModelSource("demo", one.task)
    return ModelSource("folder", str(folder / one.model))


def code_of(one, source):
    task = tasks.find(one.task)
    return run_code(source, task, one.inputs, task.settings(**dict(one.settings)))


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Small models are slower with more."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The models that are made here."""
    transformers.logging.disable_progress_bar()
    folder = tmp_path_factory.mktemp("models")
    for name, make in MODELS.items():
        make(folder / name)
    return folder


@pytest.fixture(scope="module")
def said(folder):
    """What the snippets say: of every case, and of a model on a Hub."""
    reach.forget()
    codes = {
        str(one): code_of(one, source_of(one, folder))
        for one in (*CASES, *MASKS, LONG_CONTEXT, LONG_TEXT, LONG_TOKENS)
    }
    codes["again"] = codes[str(SEEDED)]
    with HubServer() as hub:
        hub.add_folder("owner/half", folder / "half")
        commit = hub.by_name["owner/half"].at("main")[0]
        codes["hub"] = code_of(HALF, ModelSource("hub", "owner/half", commit))
        found = run(codes, ROOT, HF_ENDPOINT=hub.url, HF_HUB_OFFLINE="0", HF_HOME=str(folder / "cache"))
    reach.forget()
    return found


@pytest.fixture(scope="module")
def answer(folder):
    """What the page says of a case."""
    known = {}

    def of(one):
        path = ROOT / source_of(one, folder).location
        if (path, one.task) not in known:
            known[path, one.task] = running.load(str(path), one.task)
        return known[path, one.task].run(one.inputs, tasks.find(one.task).settings(**dict(one.settings)))

    return of


def scored(score, *more):
    return pytest.approx(score, abs=1.01e-4), *more


def expected_lines(result):
    """What is printed of the result, with the scores as numbers."""
    if isinstance(result, FillMaskResult):
        return [scored(one.score, one.token_str) for one in result.masks[0]]
    if isinstance(result, QuestionAnsweringResult):
        return [scored(one.score, f"{one.start}-{one.end}  {one.answer}") for one in result.answers]
    if isinstance(result, TokenClassificationResult):
        return [
            scored(one.score, f"{one.label}  {one.start}-{one.end}  {one.word}") for one in result.entities
        ]
    return [scored(one.score, one.label) for labels in result.texts for one in labels]


def lines(printed):
    """The lines that begin with a score."""
    found = (re.fullmatch(r" *(-?\d+\.\d{4})  (.*)", line) for line in printed.splitlines())
    return [(float(match[1]), match[2]) for match in found if match]


def cases(*names):
    return pytest.mark.parametrize(
        "one", [pytest.param(one, id=one.name) for one in CASES if one.task in names]
    )


@cases("text-generation", "translation", "summarization")
def test_the_text_is_that_of_the_page(said, answer, one):
    expected = answer(one).text
    assert expected.strip()
    # The pipeline decodes what is new by itself, and some decoders drop the space before the first word.
    assert said[str(one)].printed.lstrip(" ") == f"{expected}\n".lstrip(" ")


@cases("question-answering", "token-classification", "text-classification", "fill-mask")
def test_the_scores_and_what_they_are_of_are_those_of_the_page(said, answer, one):
    result = answer(one)
    assert expected_lines(result)
    assert lines(said[str(one)].printed) == expected_lines(result)


@pytest.mark.parametrize("one", MASKS, ids=str)
def test_the_fillings_of_several_masks_are_those_of_the_page(said, answer, one):
    printed = [ast.literal_eval(line) for line in said[str(one)].printed.splitlines()]
    masks = printed if len(answer(one).masks) > 1 else [printed]
    # The pipeline leaves the special tokens of a text with several masks in its sentences.
    for filling in (filling for mask in masks for filling in mask):
        filling["sequence"] = filling["sequence"].removeprefix("[CLS] ").removesuffix(" [SEP]")
    assert [[(one["score"], one["token_str"], one["sequence"]) for one in mask] for mask in masks] == [
        [scored(one.score, one.token_str, one.sequence) for one in mask] for mask in answer(one).masks
    ]


@cases("feature-extraction")
def test_the_features_are_those_of_the_page(said, answer, one):
    result = answer(one)
    found = said[str(one)].features
    assert len(found) == len(one.inputs.texts)
    for rows, text in zip(found, result.texts, strict=True):
        expected = torch.tensor(text.features.values)
        torch.testing.assert_close(torch.tensor(rows).reshape(expected.shape), expected, atol=1e-4, rtol=0)


def test_a_seed_gives_one_text(said):
    assert said["again"] == said[str(SEEDED)]


def test_a_model_on_the_hub_is_read_at_its_revision(said, answer):
    assert lines(said["hub"].printed) == expected_lines(answer(HALF))


def test_of_a_long_context_the_beginning_is_searched(said, answer):
    (_, span), *_ = lines(said[str(LONG_CONTEXT)].printed)
    assert span in [found for _, found in expected_lines(answer(LONG_CONTEXT))]


def test_a_long_text_is_labelled_to_its_end_where_tokens_are_joined(said, answer):
    found, expected = lines(said[str(LONG_TEXT)].printed), expected_lines(answer(LONG_TEXT))
    assert (found[0], found[-1]) == (expected[0], expected[-1])
    found, expected = lines(said[str(LONG_TOKENS)].printed), expected_lines(answer(LONG_TOKENS))
    assert found[:80] == expected[:80]
    assert len(found) < len(expected)


HUB = ModelSource("hub", "owner/name", "main")


@pytest.mark.parametrize("task", tasks.TASKS, ids=lambda task: task.name)
def test_the_code_is_short_and_pins_the_revision(task):
    code = run_code(HUB, task, task.example, task.settings())
    assert len(code.splitlines()) <= 30
    assert max(len(line) for line in code.splitlines() if "text" not in line) <= 110
    assert code.count("revision=revision") == (1 if "pipeline" in code else 2)
    assert "trust_remote_code" not in code


def test_the_longest_code_is_short_too():
    asked = QuestionAnsweringInput("Where is the king?", LONG)
    answering, translating = tasks.find("question-answering"), tasks.find("translation")
    every = answering.settings(top_k=3, handle_impossible_answer=True)
    known = translating.settings(src_lang="en", tgt_lang="fr", num_beams=2, max_new_tokens=600)
    assert len(run_code(HUB, answering, asked, every).splitlines()) <= 30
    assert len(run_code(HUB, translating, translating.example, known).splitlines()) <= 30


def test_what_is_set_as_it_is_anyway_is_not_written():
    task = tasks.find("fill-mask")
    assert "fillings = fill(text)\n" in run_code(HUB, task, task.example, task.settings())
    assert "truncation" not in run_code(HUB, task, task.example, task.settings())


@pytest.mark.parametrize(
    ("task", "settings", "said"),
    [
        ("question-answering", {}, "the page reads all, in windows"),
        ("token-classification", {}, "stride=64"),
        ("token-classification", {"stride": 1000}, "stride=250"),
        ("token-classification", {"aggregation_strategy": "none"}, "the page reads all of it, in windows"),
        ("text-generation", {}, "min(50, room)"),
    ],
)
def test_what_is_otherwise_with_a_long_text_is_said(task, settings, said):
    task = tasks.find(task)
    texts = [LONG] * len(type(task.example).__slots__)
    inputs = TextGenerationInput(LONG) if task.name == "text-generation" else type(task.example)(*texts)
    assert said in run_code(HUB, task, inputs, task.settings(**settings))
    assert said not in run_code(HUB, task, task.example, task.settings(**settings))


def hostile_inputs(task, text):
    if isinstance(task.example, TextGenerationInput):
        return TextGenerationInput(text), TextGenerationInput(messages=(Message(text, text),))
    if "texts" in type(task.example).__slots__:
        return (type(task.example)((text, text)),)
    return (type(task.example)(*[text] * len(type(task.example).__slots__)),)


def hostile_settings(task, text):
    """Every word that can be typed as a setting."""
    values = {"word": text, "words": (text, text)}
    return task.settings(**{one.name: values[one.kind] for one in task.parameters if one.kind in values})


@pytest.mark.parametrize("task", tasks.TASKS, ids=lambda task: task.name)
def test_nothing_that_a_visitor_typed_becomes_code(task):
    def without_text(name, text):
        source = ModelSource("hub", name, name)
        return [
            [type(node).__name__ for node in ast.walk(ast.parse(code))]
            for inputs in hostile_inputs(task, text)
            for code in [run_code(source, task, inputs, hostile_settings(task, text))]
        ]

    assert without_text(HOSTILE, HOSTILE) == without_text("x", "x [MASK]")


@pytest.mark.parametrize("kind", ["config", "arch"])
def test_without_weights_there_is_nothing_to_run(kind):
    task = tasks.find("fill-mask")
    with pytest.raises(ValueError, match="no weights"):
        run_code(ModelSource(kind, "bert"), task, task.example, task.settings())
