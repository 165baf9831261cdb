"""One text through every class that a config supports: what is told, and what the seed changes."""

import pickle
import weakref
from contextlib import closing
from dataclasses import replace
from importlib import import_module

import pytest
import torch
import transformers

from explorer import demo, tasks
from explorer.engine.running import ModelProcesses
from explorer.errors import InputError
from explorer.loading import running
from explorer.loading.auto_classes import classes_for
from explorer.tasks.fill_mask import FillMaskInput, FillMaskParameters
from explorer.tasks.question_answering import QuestionAnsweringInput
from explorer.tasks.text_classification import TextClassificationInput
from explorer.tasks.text_generation import TextGenerationInput
from tests.running import models

# The package has a function of this name.
MODULE = import_module("explorer.loading.running.every_head")
MASKED = FillMaskInput("The capital of France is [MASK].")
LONG = FillMaskInput("Paris [MASK] " * 100)


def heads(model, inputs, seed=0):
    answers = model.every_head(inputs, model._held.task.settings(), seed, lambda: False)
    return {answer.auto_class: answer for answer in answers}


def alike(answers):
    return {name: replace(answer, seconds=0.0) for name, answer in answers.items()}


@pytest.fixture(scope="module")
def bert(bert_folder):
    return running.load(bert_folder, "fill-mask")


@pytest.fixture(scope="module")
def found(bert):
    return heads(bert, MASKED)


def test_every_auto_class_of_the_config_has_an_answer(bert, bert_folder, found):
    classes = classes_for(transformers.AutoConfig.from_pretrained(bert_folder))
    assert list(found) == [one.name for one in classes]
    assert [answer.error for answer in found.values()] == [None] * len(classes)
    assert all(answer.answer and answer.output and answer.shape for answer in found.values())
    assert next(iter(found)) == "AutoModel"


def test_what_is_untrained_is_what_transformers_calls_missing(bert_folder, found):
    for name, answer in found.items():
        _, info = getattr(transformers, name).from_pretrained(bert_folder, output_loading_info=True)
        # A pooler that nothing reads is not loaded.
        missing = {one for one in info["missing_keys"] if not one.startswith("pooler.")}
        assert set(answer.untrained) == missing
        assert answer.is_trained == (not missing)


def test_the_same_seed_gives_the_same_answers(bert, found):
    assert alike(heads(bert, MASKED)) == alike(found)


def test_another_seed_changes_untrained_heads_only(bert, found):
    other = heads(bert, MASKED, seed=1)
    trained = {name for name, answer in found.items() if answer.is_trained}
    assert {"AutoModel", "AutoModelForMaskedLM"} <= trained < set(found)
    for name, answer in found.items():
        # BertForPreTraining tells of its trained half.
        is_same = name in trained or name == "AutoModelForPreTraining"
        assert (other[name].answer == answer.answer) == is_same, name
        assert (other[name].untrained, other[name].shape) == (answer.untrained, answer.shape)


def test_the_random_numbers_of_others_are_left_alone(bert):
    torch.manual_seed(7)
    before = torch.get_rng_state()
    heads(bert, MASKED)
    assert torch.equal(torch.get_rng_state(), before)


def test_the_tokens_at_the_mask_are_those_of_transformers(bert_folder, found):
    tokenizer = models.word_pieces()
    inputs = tokenizer(MASKED.text, return_tensors="pt")
    place = inputs["input_ids"][0].tolist().index(tokenizer.mask_token_id)
    with torch.no_grad():
        logits = transformers.AutoModelForMaskedLM.from_pretrained(bert_folder)(**inputs).logits
    best = logits[0, place].softmax(-1).topk(5)
    answer = found["AutoModelForMaskedLM"]
    assert answer.output == "logits at [MASK]"
    assert [score for _, score in answer.answer] == pytest.approx(best.values.tolist(), abs=1e-5)
    assert answer.answer[0][0] == tokenizer.decode([best.indices[0]]).strip()
    assert answer.shape == tuple(logits.shape)


def test_the_labels_and_the_vectors_are_those_of_transformers(bert_folder, found):
    inputs = models.word_pieces()(MASKED.text, return_tensors="pt")
    with torch.no_grad():
        hidden = transformers.AutoModel.from_pretrained(bert_folder)(**inputs).last_hidden_state
    first = ", ".join(f"{number:.4f}".replace("-", "−") for number in hidden[0, 1, :4].tolist())
    assert found["AutoModel"].answer[0][0] == f"the: {first}, …"
    labels = found["AutoModelForSequenceClassification"].answer
    assert sorted(name for name, _ in labels) == ["LABEL_0", "LABEL_1"]
    assert sum(score for _, score in labels) == pytest.approx(1)


def test_of_labelled_tokens_those_with_a_label_are_told():
    entry = next(entry for entry in demo.entries() if entry.task == "token-classification")
    task = tasks.find(entry.task)
    model = running.load(str(entry.folder), entry.task)
    answer = heads(model, task.example)["AutoModelForTokenClassification"]
    assert answer.is_trained
    assert all(": B-" in words or ": I-" in words for words, _ in answer.answer)
    entities = model.run(task.example, task.settings()).entities
    assert answer.answer[0][0].endswith(entities[0].label)


def test_a_span_is_the_answer_of_the_task():
    entry = next(entry for entry in demo.entries() if entry.task == "question-answering")
    task = tasks.find(entry.task)
    model = running.load(str(entry.folder), entry.task)
    answer = heads(model, task.example)["AutoModelForQuestionAnswering"]
    (best,) = model.run(task.example, task.settings()).answers
    assert answer.answer[0][0].replace(" ", "") == best.answer.lower().replace(" ", "").rstrip(".")
    assert answer.answer[0][1] == pytest.approx(best.score, abs=0.1)


def test_auto_classes_with_one_model_class_load_it_once(loaded, monkeypatch):
    _, model = loaded("text-generation", models.gpt2)
    loads = []
    real = MODULE.load_weights
    monkeypatch.setattr(MODULE, "load_weights", lambda *a, **k: loads.append(a[2]) or real(*a, **k))
    found = heads(model, TextGenerationInput("Once upon a time"))
    assert len(loads) == len({answer.class_name for answer in found.values()}) < len(found)
    one, other = found["AutoModelForCausalLM"], found["AutoModelForPreTraining"]
    assert one.class_name == other.class_name == "GPT2LMHeadModel"
    assert (one.answer, one.task, other.task) == (other.answer, "text-generation", None)


def test_it_stops_between_two_classes(bert):
    asked = iter([False, False, True])
    assert len(list(bert.every_head(MASKED, FillMaskParameters(), 0, lambda: next(asked)))) == 2


def test_one_class_after_the_other_is_in_memory(bert, monkeypatch):
    real, alive = MODULE.load_weights, []

    def load(*arguments, **settings):
        assert [one for one in alive if one() is not None] == []
        model, random = real(*arguments, **settings)
        alive.append(weakref.ref(model))
        return model, random

    monkeypatch.setattr(MODULE, "load_weights", load)
    heads(bert, MASKED)
    assert len(alive) > 5
    assert [one for one in alive if one() is not None] == []


@pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")
@pytest.mark.parametrize("make", [models.t5, models.bart, models.marian, models.many_languages])
def test_encoders_with_a_decoder_tell_the_first_token_that_they_write(loaded, make):
    _, model = loaded("summarization", make)
    found = heads(model, tasks.find("translation").example)
    assert [answer.error for answer in found.values()] == [None] * len(found)
    answer = found["AutoModelForSeq2SeqLM"]
    assert answer.output == "logits at the first token that it writes"
    assert answer.shape[:2] == (1, 1)
    assert found["AutoModel"].output == "encoder_last_hidden_state"
    assert found["AutoModel"].is_trained


@pytest.mark.parametrize(
    ("make", "inputs"),
    [(models.llama, TextGenerationInput("Once upon a time")), (models.gpt2, TextGenerationInput("Once"))],
)
def test_decoders_answer_with_each_of_their_heads(loaded, make, inputs):
    _, model = loaded("text-generation", make)
    found = heads(model, inputs)
    assert [answer.error for answer in found.values()] == [None] * len(found)
    ids = model._held.tokenizer(inputs.text, return_tensors="pt")["input_ids"]
    with torch.no_grad():
        best = model._held.model(ids).logits[0, -1].softmax(-1).topk(5).values.tolist()
    assert [score for _, score in found["AutoModelForCausalLM"].answer] == pytest.approx(best, abs=1e-5)


def test_a_head_of_another_size_than_the_stored_one_is_untrained(checkpoint):
    folder = checkpoint(models.bert, "BertForTokenClassification", num_labels=5)
    task = tasks.find("token-classification")
    found = heads(running.load(folder, task.name), task.example)
    assert [answer.error for answer in found.values()] == [None] * len(found)
    assert "classifier.weight" in found["AutoModelForMultipleChoice"].untrained
    # A config with five labels is none for the two numbers of a span.
    assert found["AutoModelForQuestionAnswering"].shape[0] == 1


def test_a_class_that_reads_no_text_says_so(loaded, monkeypatch):
    _, model = loaded("fill-mask", models.bert, "BertForMaskedLM")
    strange = {
        "AutoModelForMaskedLM": transformers.ViTForMaskedImageModeling,
        "AutoModelForCausalLM": transformers.TapasModel,
    }
    real = MODULE.model_class_of
    monkeypatch.setattr(MODULE, "model_class_of", lambda live, name: strange.get(name) or real(live, name))
    monkeypatch.setattr(strange["AutoModelForCausalLM"], "forward", lambda self, input_ids, boxes: None)
    found = heads(model, MASKED)
    assert found["AutoModelForMaskedLM"].error == "It reads no text, but pixel_values."
    assert found["AutoModelForCausalLM"].error == "It needs more than text: boxes."
    assert not found["AutoModelForMaskedLM"].is_trained
    assert found["AutoModelForTokenClassification"].error is None


def test_too_long_a_text_and_another_tasks_input_are_refused_at_once(bert, loaded):
    with pytest.raises(InputError, match="reads at most 64"):
        heads(bert, LONG)
    with pytest.raises(TypeError):
        heads(bert, TextClassificationInput(("Paris",)))


def test_too_long_a_text_is_cut_where_that_is_asked_for(bert):
    found = next(bert.every_head(LONG, FillMaskParameters(truncate=True), 0, lambda: False))
    assert found.shape == (1, 64, 32)


def test_a_question_is_read_with_its_context_by_every_head(loaded):
    _, model = loaded("question-answering", models.bert, "BertForQuestionAnswering")
    found = heads(model, QuestionAnsweringInput("Who loved his library?", "A king loved his library."))
    size = len(models.word_pieces()("Who loved his library?", "A king loved his library.")["input_ids"])
    assert found["AutoModel"].shape == (1, size, 32)
    assert found["AutoModelForQuestionAnswering"].is_trained


def test_answers_travel_between_processes(found):
    answers = list(found.values())
    assert pickle.loads(pickle.dumps(answers)) == answers


def test_the_model_answers_as_before(bert, found):
    task = tasks.find("fill-mask")
    before = bert.run(MASKED, task.settings())
    heads(bert, MASKED, seed=3)
    assert bert.run(MASKED, task.settings()) == before


def test_a_models_own_process_answers_one_class_at_a_time(bert_folder, found):
    with closing(ModelProcesses()) as processes:
        answers = list(
            processes.follow(bert_folder, "fill-mask", "every_head", MASKED, FillMaskParameters(), 0)
        )
        shown = processes.ask(bert_folder, "fill-mask", "same_backbone", MASKED, FillMaskParameters())
    assert [answer.error for answer in answers] == [None] * len(found)
    assert [answer.untrained for answer in answers] == [answer.untrained for answer in found.values()]
    assert shown.logits.is_equal


def test_a_class_that_looks_for_other_names_has_a_random_backbone():
    entry = next(entry for entry in demo.entries() if entry.task == "text-generation")
    found = heads(running.load(str(entry.folder), entry.task), tasks.find(entry.task).example)
    assert [name for name, answer in found.items() if answer.is_backbone_random] == [
        "AutoModelForQuestionAnswering"
    ]
    assert "transformer.embed_tokens.weight" in found["AutoModelForQuestionAnswering"].untrained
    assert found["AutoModelForSequenceClassification"].untrained == ("score.weight",)


def test_a_pooler_that_is_missing_is_no_random_backbone(found):
    assert "bert.pooler.dense.weight" in found["AutoModelForSequenceClassification"].untrained
    assert not any(answer.is_backbone_random for answer in found.values())


def test_an_answer_is_trained_where_another_seed_does_not_change_it(bert, found):
    other = heads(bert, MASKED, seed=1)
    same = {name for name, answer in found.items() if other[name].answer == answer.answer}
    assert {name for name, answer in found.items() if answer.is_answer_trained} == same
    assert not found["AutoModelForPreTraining"].is_trained
    assert found["AutoModelForPreTraining"].is_answer_trained


def test_a_head_of_a_checkpoint_that_was_saved_for_another_task_says_for_which():
    entry = next(entry for entry in demo.entries() if entry.task == "text-classification")
    found = heads(running.load(str(entry.folder), entry.task), tasks.find(entry.task).example)
    assert found["AutoModelForTokenClassification"].is_trained
    assert found["AutoModelForTokenClassification"].saved_for == ("text-classification",)
    assert found["AutoModelForSequenceClassification"].saved_for == ()
