"""An explanation is what transformers says when it is asked directly, and leaves the model as it was."""

import gc
import math
import weakref
from array import array

import pytest
import torch
import transformers

from explorer import demo, tasks
from explorer.engine.running import ModelProcesses
from explorer.errors import InputError
from explorer.loading import running
from explorer.loading.running.inside.reading import most_tokens
from explorer.tasks.feature_extraction import FeatureExtractionInput
from explorer.tasks.fill_mask import FillMaskInput
from explorer.tasks.question_answering import QuestionAnsweringInput
from explorer.tasks.seq2seq import Seq2SeqInput
from explorer.tasks.text_classification import TextClassificationInput
from explorer.tasks.text_generation import TextGenerationInput
from explorer.tasks.token_classification import TokenClassificationInput
from tests.running import models

MASKED = FillMaskInput("The capital of [MASK] is Paris.")
PROMPT = TextGenerationInput("Once upon a time")
SOURCE = Seq2SeqInput("The king loved his library.")
CASES = {
    "bert": ("fill-mask", models.bert, ("BertForMaskedLM",), MASKED, {}),
    "gpt2": ("text-generation", models.gpt2, (), PROMPT, {"max_new_tokens": 5}),
    "llama": ("text-generation", models.llama, (), PROMPT, {"max_new_tokens": 5}),
    "t5": ("translation", models.t5, (), SOURCE, {"max_new_tokens": 5}),
    "bart": ("summarization", models.bart, (), SOURCE, {"max_new_tokens": 5}),
}
NO_LANGUAGE_MODELS = {
    "question-answering",
    "token-classification",
    "text-classification",
    "feature-extraction",
}
every_case = pytest.mark.parametrize("name", CASES)


@pytest.fixture
def explained(loaded):
    """The folder of a case's checkpoint, and the explanation of its input."""

    def explain(name, position=None):
        task, make, arguments, inputs, settings = CASES[name]
        folder, model = loaded(task, make, *arguments)
        return folder, model.explain(inputs, tasks.find(task).settings(**settings), position)

    return explain


@pytest.fixture
def direct(loaded):
    """A model of the case loaded anew with eager attention, and what it gives for the same tokens."""

    def run(name):
        task, make, arguments, inputs, settings = CASES[name]
        folder, model = loaded(task, make, *arguments)
        auto = getattr(transformers, tasks.find(task).auto_class)
        fresh = auto.from_pretrained(folder, attn_implementation="eager").eval()
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        ids = tokenizer(inputs.text, return_tensors="pt")["input_ids"]
        given = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
        if task == "text-generation":
            ids = fresh.generate(**given, do_sample=False, max_new_tokens=5, min_length=0)
            given = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
        elif task != "fill-mask":
            whole = tasks.find(task).settings(**settings)
            text = model.run(inputs, whole).text
            written = fresh.generate(**given, do_sample=False, num_beams=1, max_new_tokens=5)
            assert tokenizer.decode(written[0], skip_special_tokens=True).strip() == text
            given["decoder_input_ids"] = written
        with torch.no_grad():
            return fresh, given, fresh(**given, output_attentions=True, output_hidden_states=True)

    return run


def numbers(data: bytes, *shape: int) -> torch.Tensor:
    return torch.tensor(array("f", data)).view(*shape)


@every_case
def test_attention_maps_are_those_of_a_model_loaded_with_eager_attention(explained, direct, name):
    _, found = explained(name)
    _, _, outputs = direct(name)
    fields = {
        "self-attention": "attentions",
        "encoder self-attention": "encoder_attentions",
        "decoder self-attention": "decoder_attentions",
        "cross-attention": "cross_attentions",
    }
    assert {fields[maps.name] for maps in found.attentions} == {
        field for field in fields.values() if outputs.get(field)
    }
    for maps in found.attentions:
        theirs = torch.cat(outputs[fields[maps.name]])
        rows, columns = len(maps.row_tokens), len(maps.column_tokens)
        ours = numbers(maps.data, maps.layers, maps.heads, rows, columns)
        torch.testing.assert_close(ours, theirs)
        assert maps.of(1, 2) == ours[1, 2].tolist()


@every_case
def test_hidden_states_are_those_of_transformers(explained, direct, name):
    _, found = explained(name)
    _, _, outputs = direct(name)
    fields = ["encoder_hidden_states", "decoder_hidden_states"] if "decoder_attentions" in outputs else []
    for states, field in zip(found.hidden_states, fields or ["hidden_states"], strict=True):
        theirs = torch.cat(outputs[field])
        ours = numbers(states.vectors, len(states.lengths), len(states.tokens), states.width)
        torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(torch.tensor(states.lengths), theirs.norm(dim=-1), atol=1e-4, rtol=1e-4)
        along = torch.nn.functional.cosine_similarity(theirs[2], theirs[1], dim=-1)
        torch.testing.assert_close(torch.tensor(states.cosines[2]), along, atol=1e-4, rtol=1e-4)
        assert set(states.cosines[0]) == {1.0}
        assert states.layers == ("embeddings", *(f"layer {number}" for number in range(len(theirs) - 1)))


def test_points_keep_as_much_of_the_distances_as_a_plane_can(explained):
    _, found = explained("bert")
    (states,) = found.hidden_states
    vectors = numbers(states.vectors, len(states.lengths), len(states.tokens), states.width)
    for layer, points in zip(vectors, states.points, strict=True):
        _, variances, _ = torch.pca_lowrank(layer, q=len(states.tokens), niter=8)
        kept = torch.tensor(points).square().sum(0)
        torch.testing.assert_close(kept, variances[:2].square(), rtol=1e-3, atol=1e-3)
        assert torch.tensor(points).sum(0).abs().max() < 1e-3


def test_a_single_token_lies_in_the_middle_of_the_plane(loaded):
    _, model = loaded("text-generation", models.gpt2)
    settings = tasks.find("text-generation").settings
    tokenizer = model._held.tokenizer
    (text,) = [tokenizer.decode(token) for token in tokenizer("T")["input_ids"]]
    found = model.explain(TextGenerationInput(text), settings(max_new_tokens=1))
    assert len(found.tokens) == 2
    encoder = running.load(loaded("feature-extraction", models.gpt2)[0], "feature-extraction")
    one = encoder.explain(FeatureExtractionInput((text,)), tasks.find("feature-extraction").settings())
    assert one.hidden_states[0].points == (((0.0, 0.0),),) * 3


def own_lens(fresh, outputs, position):
    """What each architecture's head says of each layer, by its own modules; the last state is normed."""
    layers = [
        layer[0, position] for layer in outputs.get("decoder_hidden_states", outputs.get("hidden_states"))
    ]
    heads = {
        "BertForMaskedLM": lambda state: fresh.cls(state),
        "GPT2LMHeadModel": lambda state: fresh.lm_head(fresh.transformer.ln_f(state)),
        "LlamaForCausalLM": lambda state: fresh.lm_head(fresh.model.norm(state)),
        "T5ForConditionalGeneration": lambda state: fresh.lm_head(
            fresh.decoder.final_layer_norm(state) * fresh.model_dim**-0.5
        ),
        "BartForConditionalGeneration": lambda state: fresh.lm_head(state) + fresh.final_logits_bias[0],
    }
    with torch.no_grad():
        return [heads[type(fresh).__name__](layer).softmax(-1) for layer in layers[:-1]]


@every_case
@pytest.mark.parametrize("position", [None, 0, 1])
def test_the_lens_ends_with_what_the_model_says_and_begins_with_the_head_on_each_layer(
    explained, direct, name, position
):
    _, found = explained(name, position)
    fresh, _, outputs = direct(name)
    place = found.lens_position
    assert place == (position if position is not None else place)
    final = outputs.logits[0, place].softmax(-1)
    token = int(final.argmax())
    expected = [*own_lens(fresh, outputs, place), final]
    assert [row.layer for row in found.lens] == [0, 1, 2]
    for row, chances in zip(found.lens, expected, strict=True):
        best = chances.topk(5)
        assert [guess.probability for guess in row.guesses] == pytest.approx(best.values.tolist(), abs=1e-4)
        assert row.guesses[0].token == int(best.indices[0])
        assert row.probability == pytest.approx(float(chances[token]), abs=1e-4)
        assert row.rank == 1 + int((chances > chances[token]).sum())
    assert found.lens[-1].rank == 1


def test_the_lens_looks_at_the_first_mask_and_else_at_the_last_word(explained):
    _, masked = explained("bert")
    assert masked.tokens[masked.lens_position] == "[MASK]"
    _, written = explained("gpt2")
    assert written.lens_position == len(written.tokens) - 1
    _, translated = explained("t5")
    assert 0 < translated.lens_position < len(translated.output_tokens)


@pytest.mark.parametrize("position", [-1, 99])
def test_a_place_that_does_not_exist_is_refused(explained, position):
    with pytest.raises(InputError, match="no token"):
        explained("bert", position)


@pytest.mark.parametrize("name", [name for name in CASES if name != "bert"])
def test_surprisal_is_the_logarithm_of_the_probability_of_what_stands_there(explained, direct, name):
    _, found = explained(name)
    _, given, outputs = direct(name)
    ids = given.get("decoder_input_ids", given["input_ids"])[0].tolist()
    assert [place.position for place in found.places] == list(range(len(ids)))
    assert (found.positions, found.is_each_hidden) == (len(ids), False)
    assert found.vocabulary == outputs.logits.shape[-1]
    assert (found.places[0].surprisal, found.places[0].guesses) == (None, ())
    chances = outputs.logits[0].double().softmax(-1)
    for place, token, row in zip(found.places[1:], ids[1:], chances[:-1], strict=True):
        check_place(place, token, row)


def check_place(place, token, row):
    """The place is what the row of probabilities says of the token."""
    assert place.surprisal == pytest.approx(-math.log2(float(row[token])), rel=1e-3, abs=1e-3)
    assert place.guesses[0].token == int(row.argmax())
    assert [guess.probability for guess in place.guesses] == pytest.approx(
        row.topk(5).values.tolist(), abs=1e-4
    )


@pytest.mark.parametrize("size", [1, 3, 16])
def test_a_masked_model_is_asked_for_each_token_while_it_is_hidden(explained, direct, monkeypatch, size):
    monkeypatch.setattr("explorer.loading.running.inside.places.MOST_TEXTS", size)
    _, found = explained("bert")
    fresh, given, outputs = direct("bert")
    tokenizer = models.word_pieces()
    assert (found.positions, found.is_each_hidden) == (given["input_ids"].shape[1], True)
    for place, token in zip(found.places, given["input_ids"][0].tolist(), strict=True):
        if token in (tokenizer.cls_token_id, tokenizer.sep_token_id):
            assert (place.surprisal, place.guesses) == (None, ())
            continue
        hidden = given["input_ids"].clone()
        hidden[0, place.position] = tokenizer.mask_token_id
        with torch.no_grad():
            row = fresh(**{**given, "input_ids": hidden}).logits[0, place.position].double().softmax(-1)
        if token == tokenizer.mask_token_id:
            assert place.surprisal is None
            assert torch.equal(hidden, given["input_ids"])
            assert place.guesses[0].token == int(row.argmax())
        else:
            check_place(place, token, row)
            seen = float(outputs.logits[0, place.position].softmax(-1)[token])
            assert abs(place.surprisal + math.log2(seen)) > 1e-3


@every_case
def test_the_model_answers_bit_for_bit_as_before(loaded, name):
    task, make, arguments, inputs, settings = CASES[name]
    _, loaded_model = loaded(task, make, *arguments)
    model, parameters = loaded_model._held.model, tasks.find(task).settings(**settings)
    ids = {"input_ids": torch.tensor([[5, 6, 7, 8]])}
    if model.config.is_encoder_decoder:
        ids["decoder_input_ids"] = torch.tensor([[0, 9]])

    def state():
        with torch.inference_mode():
            logits = model(**ids).logits
        return logits, model.config._attn_implementation, torch.random.get_rng_state()

    before, answer = state(), loaded_model.run(inputs, parameters)
    first, second = (loaded_model.explain(inputs, parameters) for _ in range(2))
    after = state()
    assert before[1] == after[1] == "sdpa"
    assert torch.equal(before[0], after[0])
    assert torch.equal(before[2], after[2])
    assert loaded_model.run(inputs, parameters) == answer
    assert [maps.data for maps in first.attentions] == [maps.data for maps in second.attentions]
    assert [(places.token, places.surprisal) for places in first.places] == [
        (places.token, places.surprisal) for places in second.places
    ]


def ours(hook):
    return "explorer" in getattr(getattr(hook, "func", hook), "__module__", "")


def test_no_hook_stays_and_none_keeps_the_model(checkpoint):
    loaded_model = running.load(checkpoint(models.bert, "BertForMaskedLM"), "fill-mask")
    seen = []
    handle = loaded_model._held.model.register_forward_hook(lambda *_: seen.append("a hook"))
    loaded_model.explain(MASKED, tasks.find("fill-mask").settings())
    assert seen
    handle.remove()
    model = loaded_model._held.model
    hooks = [hook for module in model.modules() for hook in module._forward_hooks.values()]
    before = [hook for module in model.modules() for hook in module._forward_pre_hooks.values()]
    assert not [hook for hook in (*hooks, *before) if ours(hook)]
    gone = weakref.ref(model)
    del model, loaded_model, hooks, before, handle
    gc.collect()
    assert gone() is None


def test_hooks_are_gone_where_the_model_fails(checkpoint):
    loaded_model = running.load(checkpoint(models.bert, "BertForMaskedLM"), "fill-mask")
    model = loaded_model._held.model

    def fail(*_):
        raise RuntimeError("broken")

    handle = model.cls.register_forward_hook(fail)
    with pytest.raises(InputError, match="Broken"):
        loaded_model.explain(MASKED, tasks.find("fill-mask").settings())
    handle.remove()
    assert not [hook for module in model.modules() for hook in module._forward_hooks.values() if ours(hook)]
    assert model.config._attn_implementation == "sdpa"


def test_what_is_drawn_is_what_is_explained(loaded):
    _, model = loaded("text-generation", models.gpt2)
    settings = tasks.find("text-generation").settings(max_new_tokens=8, do_sample=True, seed=3)
    steps = model.run(PROMPT, settings).steps
    found = model.explain(PROMPT, settings)
    assert found.output_tokens == found.tokens[-8:]
    surprisals = [place.surprisal for place in found.places[-8:]]
    assert surprisals == pytest.approx([-math.log2(step.token.probability) for step in steps], rel=1e-3)
    assert [place.guesses[0].token for place in found.places[-8:]] == [
        step.alternatives[0].id for step in steps
    ]


def test_a_long_text_is_explained_from_its_beginning_and_says_so(loaded):
    _, model = loaded("text-classification", models.bert, "BertForSequenceClassification")
    long = TextClassificationInput(("The king loved Paris. " * 40, "Another."))
    found = model.explain(long, tasks.find("text-classification").settings())
    assert len(found.tokens) == 64
    assert (found.tokens[0], found.tokens[-1]) == ("[CLS]", "[SEP]")
    assert "Of 2 texts, the first is explained." in found.notes
    assert any("only 64 of them are explained" in note for note in found.notes)


def test_a_long_prompt_is_explained_from_its_end(loaded):
    _, model = loaded("text-generation", models.gpt2)
    settings = tasks.find("text-generation").settings(truncate=True)
    found = model.explain(TextGenerationInput("Once upon a time there was a king. " * 30), settings)
    assert (len(found.tokens), len(found.output_tokens)) == (64, 32)
    assert any("only the last 32 of them are explained" in note for note in found.notes)
    assert any("the first 32 tokens that it writes are explained" in note for note in found.notes)


def test_of_a_long_context_the_first_window_is_explained(loaded):
    _, model = loaded("question-answering", models.bert, "BertForQuestionAnswering")
    settings = tasks.find("question-answering").settings()
    found = model.explain(QuestionAnsweringInput("Where?", "Paris lies at the Seine. " * 40), settings)
    assert len(found.tokens) == 64
    assert any("windows" in note and "first of them" in note for note in found.notes)
    assert found.lens == found.places == ()


def test_a_mask_that_is_too_far_away_is_refused(loaded):
    _, model = loaded("fill-mask", models.bert, "BertForMaskedLM")
    with pytest.raises(InputError, match="no mask among the 64 tokens"):
        model.explain(FillMaskInput("king " * 100 + "[MASK]"), tasks.find("fill-mask").settings())


@pytest.mark.parametrize(
    ("layers", "heads", "tokens"), [(12, 12, 128), (24, 16, 125), (32, 32, 76), (80, 64, 34), (None, 12, 128)]
)
def test_so_many_tokens_are_explained_that_their_maps_are_not_too_large(layers, heads, tokens):
    config = transformers.PreTrainedConfig(num_hidden_layers=layers, num_attention_heads=heads)
    assert most_tokens(config) == tokens
    assert 4 * (layers or 1) * heads * tokens**2 <= 24_000_000


def test_vectors_that_are_too_many_are_left_out_and_it_is_said(loaded, monkeypatch):
    monkeypatch.setattr("explorer.loading.running.inside.explaining.MOST_BYTES", 1_000)
    _, model = loaded("text-classification", models.bert, "BertForSequenceClassification")
    found = model.explain(
        TextClassificationInput(("The king.",)), tasks.find("text-classification").settings()
    )
    assert found.attentions
    assert found.hidden_states[0].vectors is None
    assert found.hidden_states[0].lengths
    assert any("too many to be kept" in note for note in found.notes)


def test_explanations_come_through_the_process_of_a_model(checkpoint, bert_folder):
    settings = tasks.find("fill-mask").settings()
    here = running.load(bert_folder, "fill-mask").explain(MASKED, settings, 2)
    processes = ModelProcesses()
    try:
        there = processes.ask(bert_folder, "fill-mask", "explain", MASKED, settings, 2)
        facts = processes.ask(bert_folder, "fill-mask", "facts")
    finally:
        processes.close()
    assert there.tokens == here.tokens
    assert there.lens_position == 2
    assert [(step.path, step.inputs, step.outputs) for step in there.walk] == [
        (step.path, step.inputs, step.outputs) for step in here.walk
    ]
    assert [row.guesses[0].token for row in there.lens] == [row.guesses[0].token for row in here.lens]
    assert there.attentions[0].of(1, 0)[2] == pytest.approx(here.attentions[0].of(1, 0)[2], abs=1e-5)
    assert facts.class_name == "BertForMaskedLM"


@pytest.mark.parametrize("entry", demo.entries(), ids=lambda entry: entry.task)
def test_every_demo_checkpoint_is_explained(entry):
    task = tasks.find(entry.task)
    found = running.load(str(entry.folder), task.name).explain(task.example, task.settings())
    assert found.attentions
    assert found.hidden_states
    assert bool(found.lens) == bool(found.places) == (task.name not in NO_LANGUAGE_MODELS)
    assert len(found.unknown) == int(task.name in NO_LANGUAGE_MODELS)


NO_LANGUAGE_MODELS = {
    "question-answering",
    "token-classification",
    "text-classification",
    "feature-extraction",
}


def test_the_tokens_of_named_entities_are_the_texts_own(loaded):
    _, model = loaded("token-classification", models.bert, "BertForTokenClassification")
    found = model.explain(
        TokenClassificationInput("Paris lies at the Seine."), tasks.find("token-classification").settings()
    )
    tokenizer = models.word_pieces()
    assert list(found.tokens) == tokenizer.convert_ids_to_tokens(
        tokenizer("Paris lies at the Seine.")["input_ids"]
    )
    assert any(token.startswith("##") for token in found.tokens)


def test_the_spaces_that_tokens_hold_are_kept(explained):
    _, found = explained("gpt2")
    assert "".join(found.tokens).startswith(PROMPT.text)


def test_a_masked_model_guesses_each_token_only_where_that_is_asked_for(loaded):
    _, model = loaded("fill-mask", models.bert, "BertForMaskedLM")
    settings = tasks.find("fill-mask").settings()
    asked, left = (model.explain(MASKED, settings, None, is_hiding) for is_hiding in (True, False))
    assert len(asked.places) == len(asked.tokens)
    assert left.places == ()
    assert [row.guesses for row in left.lens] == [row.guesses for row in asked.lens]
    assert left.unknown == asked.unknown == ()
