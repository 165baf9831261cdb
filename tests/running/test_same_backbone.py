"""AutoModel and a task model on one input: the same features, and the same answer from them."""

import pickle
from dataclasses import replace

import pytest
import torch
import transformers

from explorer import demo, tasks
from explorer.errors import ExplorerError, InputError
from explorer.loading import running
from explorer.loading.running.same_backbone import NO_HEAD
from explorer.tasks.feature_extraction import FeatureExtractionInput
from explorer.tasks.text_classification import TextClassificationInput, TextClassificationParameters
from tests.running import models

# A task of each kind of head, on models that hold their backbone in each of the ways that there are.
CASES = [
    ("fill-mask", models.bert, ("BertForMaskedLM",)),
    ("text-classification", models.bert, ("BertForSequenceClassification",)),
    ("token-classification", models.bert, ("BertForTokenClassification",)),
    ("question-answering", models.bert, ("BertForQuestionAnswering",)),
    ("feature-extraction", models.bert, ("BertForMaskedLM",)),
    ("fill-mask", models.roberta, ()),
    ("text-generation", models.gpt2, ()),
    ("text-classification", models.gpt2, ("GPT2ForSequenceClassification",)),
    ("text-generation", models.llama, ()),
    ("translation", models.t5, ()),
    ("summarization", models.t5, ()),
    ("translation", models.marian, ()),
    ("summarization", models.bart, ()),
    ("feature-extraction", models.t5, ()),
    ("feature-extraction", models.bart, ()),
    ("question-answering", models.t5, ()),
    ("token-classification", models.t5, ()),
    ("text-classification", models.t5, ()),
    ("question-answering", models.bart, ()),
]
NAMES = [f"{task} {make.__name__}" for task, make, _ in CASES]


def example(task, **settings):
    found = tasks.find(task)
    known = {one.name for one in found.parameters}
    given = {"max_new_tokens": 4, "truncate": True, "max_seq_len": 48} | settings
    return found.example, found.settings(**{name: value for name, value in given.items() if name in known})


@pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")
@pytest.mark.parametrize(("task", "make", "arguments"), CASES, ids=NAMES)
def test_features_and_logits_are_equal_bit_for_bit(loaded, task, make, arguments):
    _, model = loaded(task, make, *arguments)
    found = model.same_backbone(*example(task))
    assert found.features
    assert all(one.is_equal and one.greatest_difference == 0 for one in found.features)
    assert all(one.samples[0] == one.samples[1] for one in found.features)
    if task == "feature-extraction":
        assert found.logits is None
        assert NO_HEAD in found.notes
        assert found.head_modules == ()
    else:
        assert found.logits.is_equal
        assert found.head_modules
    assert pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize("entry", [pytest.param(entry, id=entry.task) for entry in demo.entries()])
def test_the_demo_checkpoints_show_it(entry):
    task = tasks.find(entry.task)
    found = running.load(str(entry.folder), entry.task).same_backbone(task.example, task.settings())
    assert [one.is_equal for one in found.features]
    assert all(one.is_equal for one in found.features)
    assert found.logits is None if entry.task == "feature-extraction" else found.logits.is_equal


def opt(folder):
    sizes = {"hidden_size": 32, "word_embed_proj_dim": 32, "num_hidden_layers": 2, "ffn_dim": 48}
    config = transformers.OPTConfig(
        **sizes, vocab_size=150, num_attention_heads=4, max_position_embeddings=64, init_std=0.6
    )
    return models.save(folder, "OPTForCausalLM", config, models.word_pieces())


def funnel(folder):
    sizes = {"d_model": 32, "n_head": 4, "d_head": 8, "d_inner": 48, "num_decoder_layers": 1}
    config = transformers.FunnelConfig(**sizes, vocab_size=150, block_sizes=[1, 1])
    return models.save(folder, "FunnelForSequenceClassification", config, models.word_pieces())


@pytest.mark.parametrize(
    ("task", "make", "part"),
    [("text-generation", opt, "decoder"), ("text-classification", funnel, "encoder")],
)
def test_a_head_that_passes_by_its_backbone_is_compared_by_the_part_that_it_calls(loaded, task, make, part):
    _, model = loaded(task, make)
    found = model.same_backbone(*example(task))
    assert [(one.name, one.is_equal) for one in found.features] == [(f"{part}.last_hidden_state", True)]
    assert found.logits.is_equal
    assert found.notes[-1].endswith(f"its parts are compared: {part}.")


def test_the_numbers_are_those_of_transformers_used_directly(loaded):
    folder, model = loaded("text-classification", models.bert, "BertForSequenceClassification")
    found = model.same_backbone(TextClassificationInput(("Paris is in New York",)), settings())
    inputs = models.word_pieces()("Paris is in New York", return_tensors="pt")
    with torch.no_grad():
        bare = transformers.AutoModel.from_pretrained(folder)(**inputs)
        whole = transformers.AutoModelForSequenceClassification.from_pretrained(folder)(**inputs)
    hidden, pooled = found.features
    assert (hidden.name, hidden.shape) == ("last_hidden_state", tuple(bare.last_hidden_state.shape))
    assert hidden.samples[0] == tuple(bare.last_hidden_state.flatten()[:6].tolist())
    assert (pooled.name, pooled.samples[0]) == ("pooler_output", tuple(bare.pooler_output[0, :6].tolist()))
    assert found.logits.samples[0] == tuple(whole.logits.flatten().tolist())
    assert (found.backbone_class, found.task_class) == ("BertModel", "BertForSequenceClassification")


def test_the_translation_is_compared_along_what_is_written(loaded):
    folder, model = loaded("translation", models.t5)
    inputs, parameters = example("translation", num_beams=1)
    found = model.same_backbone(inputs, parameters)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    direct = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder)
    ids = tokenizer(inputs.text, return_tensors="pt")["input_ids"]
    written = direct.generate(ids, do_sample=False, num_beams=1, max_new_tokens=4)[:, :-1]
    with torch.no_grad():
        logits = direct(input_ids=ids, decoder_input_ids=written).logits
    assert found.logits.shape == tuple(logits.shape)
    assert found.logits.samples[0] == pytest.approx(logits.flatten()[:6].tolist(), abs=1e-4)
    assert [one.name for one in found.features] == ["encoder.last_hidden_state", "decoder.last_hidden_state"]


@pytest.mark.parametrize(
    ("task", "make", "arguments"), [CASES[0], CASES[6], CASES[9]], ids=[NAMES[0], NAMES[6], NAMES[9]]
)
def test_another_backbone_is_found_out(checkpoint, task, make, arguments):
    model = running.load(checkpoint(make, *arguments), task)
    with torch.no_grad():
        weights = [
            one for name, one in model._held.model.named_parameters() if "layer" in name or "h.1" in name
        ]
        weights[0].flatten()[0] += 1
    found = model.same_backbone(*example(task))
    assert not all(one.is_equal for one in found.features)
    assert max(one.greatest_difference for one in found.features) > 0
    assert not found.logits.is_equal


def test_another_head_changes_no_feature_and_is_the_same_head_on_both_sides(checkpoint):
    folder = checkpoint(models.bert, "BertForSequenceClassification")
    model = running.load(folder, "text-classification")
    before = model.same_backbone(TextClassificationInput(("Paris",)), settings())
    with torch.no_grad():
        model._held.model.classifier.bias += 1
    after = model.same_backbone(TextClassificationInput(("Paris",)), settings())
    assert after.features == before.features
    assert after.logits.is_equal
    assert after.logits.samples != before.logits.samples


def test_the_model_answers_as_before(loaded):
    for task, make, arguments in (CASES[1], CASES[6], CASES[9]):
        _, model = loaded(task, make, *arguments)
        inputs, parameters = example(task)
        before = model.run(inputs, parameters)
        model.same_backbone(inputs, parameters)
        assert model.run(inputs, parameters) == before
        assert [name for name, module in model._held.model.named_modules() if "forward" in vars(module)] == []
        assert not any(module._forward_hooks for module in model._held.model.modules())


def test_a_head_that_fails_leaves_no_trace(checkpoint, monkeypatch):
    model = running.load(checkpoint(models.bert, "BertForSequenceClassification"), "text-classification")
    inputs = TextClassificationInput(("Paris",))
    before = model.run(inputs, settings())
    count = 0

    def fail(module, given):
        nonlocal count
        count += 1
        if count == 2:
            raise RuntimeError("no more")

    handle = model._held.model.classifier.register_forward_pre_hook(fail)
    with pytest.raises(InputError, match="No more"):
        model.same_backbone(inputs, settings())
    handle.remove()
    assert model.run(inputs, settings()) == before


def test_weights_that_no_file_has_are_the_same_on_both_sides(bert_folder):
    model = running.load(bert_folder, "text-classification")
    found = model.same_backbone(TextClassificationInput(("Paris",)), settings())
    assert [one.name for one in found.features] == ["last_hidden_state", "pooler_output"]
    assert all(one.is_equal for one in found.features)
    assert "drew them at random: pooler.dense.bias, pooler.dense.weight" in found.notes[1]


def test_features_that_chance_tells_apart_are_told_with_the_reason(loaded):
    # transformers does not find the embeddings of an encoder-decoder for its decoder alone.
    _, model = loaded("text-generation", models.bart)
    found = model.same_backbone(*example("text-generation"))
    assert [one.name for one in found.features] == ["decoder.last_hidden_state"]
    assert not found.features[0].is_equal
    assert "decoder.embed_tokens.weight" in found.notes[0]


def test_only_the_first_of_several_texts_is_compared(loaded):
    _, model = loaded("feature-extraction", models.bert, "BertForMaskedLM")
    parameters = tasks.find("feature-extraction").settings()
    found = model.same_backbone(FeatureExtractionInput(("Paris", "New York")), parameters)
    alone = model.same_backbone(FeatureExtractionInput(("Paris",)), parameters)
    assert found.features == alone.features
    assert found.notes[0] == "Of the 2 texts, this is the first."


def test_of_both_scores_of_a_question_the_second_is_in_the_notes(loaded):
    _, model = loaded("question-answering", models.bert, "BertForQuestionAnswering")
    found = model.same_backbone(*example("question-answering"))
    assert found.logits.name == "start_logits"
    assert "Its end_logits are equal too, bit for bit." in found.notes


def test_the_head_is_told_by_its_modules(loaded):
    _, model = loaded("text-classification", models.bert, "BertForSequenceClassification")
    found = model.same_backbone(TextClassificationInput(("Paris",)), settings())
    assert ("classifier", "Linear(32 → 2)") in found.head_modules
    _, model = loaded("fill-mask", models.bert, "BertForMaskedLM")
    found = model.same_backbone(*example("fill-mask"))
    size = len(models.word_pieces())
    assert found.head_modules == (("cls", f"BertOnlyMLMHead: Linear(32 → 32), Linear(32 → {size})"),)


def test_a_folder_that_is_gone_is_an_error_with_advice(bert_folder):
    model = running.load(bert_folder, "fill-mask")
    model._held = replace(model._held, folder=model._held.folder / "gone")
    with pytest.raises(ExplorerError) as caught:
        model.same_backbone(*example("fill-mask"))
    assert caught.value.advice


def settings():
    return TextClassificationParameters()
