"""Text generation: the text of ``generate``, told token by token, stopped within one, the same for a seed."""

import math
import threading

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, pipeline

from explorer.errors import InputError
from explorer.loading import running
from explorer.loading.running.token_texts import TokenTexts
from explorer.tasks.text_generation import (
    GenerationStep,
    Message,
    TextGenerationInput,
    TextGenerationParameters,
    TextGenerationResult,
)
from tests.running import models

PROMPT = "Once upon a time"
SAMPLING = {"do_sample": True, "temperature": 0.7, "top_p": 0.9, "top_k": 30, "seed": 7}


@pytest.fixture(scope="module")
def made(loaded):
    return loaded("text-generation", models.gpt2)


def write(model, text=PROMPT, **settings):
    return model.run(TextGenerationInput(text), TextGenerationParameters(**settings))


def theirs(folder, text=PROMPT, seed=0, **settings):
    """What transformers' own generate writes behind the text, with the process's own seed."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder)
    inputs = tokenizer(text, return_tensors="pt")
    taken = {name: inputs[name] for name in ("input_ids", "attention_mask")}
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        whole = model.generate(**taken, **{"do_sample": False, **settings})
    return whole[0, inputs["input_ids"].shape[1] :].tolist()


def ids(result):
    return [step.token.id for step in result.steps]


@pytest.mark.parametrize(
    "settings",
    [
        {"max_new_tokens": 30},
        {"max_new_tokens": 30, "repetition_penalty": 1.5},
        {"max_new_tokens": 20, "num_beams": 4},
        {"max_new_tokens": 30, **SAMPLING},
        {"max_new_tokens": 30, "do_sample": True, "top_k": 0, "seed": 1},
    ],
    ids=["greedy", "penalty", "beams", "sampling", "all tokens"],
)
@pytest.mark.parametrize("prompt", [PROMPT, "日本語 🎉 مرحبا"])
def test_the_tokens_are_those_that_generate_writes(made, settings, prompt):
    folder, model = made
    assert ids(write(model, prompt, **settings)) == theirs(folder, prompt, **settings)


@pytest.mark.parametrize("seed", range(3))
def test_a_llama_writes_the_same_tokens_too(loaded, seed):
    folder, model = loaded("text-generation", models.llama, seed=seed)
    settings = {"max_new_tokens": 25, **SAMPLING, "seed": seed}
    assert ids(write(model, **settings)) == theirs(folder, **settings)


def test_the_text_is_that_of_the_pipeline(made):
    folder, model = made
    pipe = pipeline("text-generation", folder, device="cpu")
    found = pipe(PROMPT, max_new_tokens=30, do_sample=False, return_full_text=False)
    assert write(model, max_new_tokens=30).text == found[0]["generated_text"]


def test_each_token_has_the_models_own_probability_and_its_alternatives(made):
    folder, model = made
    tokenizer, reference = AutoTokenizer.from_pretrained(folder), AutoModelForCausalLM.from_pretrained(folder)
    prompt = tokenizer(PROMPT)["input_ids"]
    for settings in ({"max_new_tokens": 8}, {"max_new_tokens": 8, "num_beams": 3}):
        result = write(model, **settings, top_n_tokens=4)
        with torch.no_grad():
            logits = reference(torch.tensor([[*prompt, *ids(result)]])).logits[0]
        for place, step in enumerate(result.steps):
            own = logits[len(prompt) - 1 + place].softmax(-1)
            assert step.token.probability == pytest.approx(own[step.token.id].item(), abs=1e-4)
            assert [one.id for one in step.alternatives] == own.topk(4).indices.tolist()


def test_chances_are_what_sampling_draws_from(made):
    result = write(made[1], max_new_tokens=20, **SAMPLING | {"top_k": 3}, top_n_tokens=50)
    for step in result.steps:
        chances = [one.chance for one in step.alternatives]
        assert sum(chances) == pytest.approx(1.0, abs=1e-4)
        assert sum(chance > 0 for chance in chances) <= 3
        assert step.token.chance > 0
    greedy = write(made[1], max_new_tokens=5)
    assert [step.token.chance for step in greedy.steps] == [1.0] * 5


def test_a_seed_gives_one_text_whatever_else_draws(made):
    folder, model = made
    expected = write(model, max_new_tokens=30, **SAMPLING)
    others = [running.load(folder, "text-generation") for _ in range(3)]
    found = {}

    def work(number, other):
        torch.manual_seed(number)
        found[number] = [write(other, max_new_tokens=30, **SAMPLING) for _ in range(4)]

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(others)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [result for results in found.values() for result in results] == [expected] * 12
    assert write(model, max_new_tokens=30, **SAMPLING | {"seed": 8}).text != expected.text


def test_a_stream_tells_each_token_and_then_the_whole(made):
    settings = TextGenerationParameters(max_new_tokens=30, **SAMPLING)
    *steps, last = made[1].stream(TextGenerationInput("日本 🎉"), settings, lambda: False)
    assert all(isinstance(step, GenerationStep) for step in steps)
    assert last == made[1].run(TextGenerationInput("日本 🎉"), settings)
    assert "".join(step.text for step in steps) == last.text


def test_a_stream_stops_within_one_token(made):
    seen = []
    settings = TextGenerationParameters(max_new_tokens=50)
    for event in made[1].stream(TextGenerationInput(PROMPT), settings, lambda: len(seen) >= 3):
        seen.append(event)
    *steps, last = seen
    assert (len(steps), last.finish_reason) == (3, "cancelled")
    assert last.steps == tuple(steps)


def test_a_stream_that_is_closed_leaves_the_model_as_it_was(made):
    before = write(made[1], max_new_tokens=10)
    stream = made[1].stream(TextGenerationInput(PROMPT), TextGenerationParameters(), lambda: False)
    next(stream)
    stream.close()
    assert not torch.is_inference_mode_enabled()
    assert write(made[1], max_new_tokens=10) == before


def test_beams_that_are_stopped_give_what_there_is(made):
    settings = TextGenerationParameters(num_beams=3)
    asked = []
    events = list(
        made[1].stream(TextGenerationInput(PROMPT), settings, lambda: bool(asked.append(1)) or len(asked) > 3)
    )
    assert [type(event) for event in events] == [TextGenerationResult]
    assert events[0].finish_reason == "cancelled"


@pytest.mark.parametrize("make", ["gpt2", "llama"])
def test_the_texts_of_the_steps_are_the_text_without_half_letters(loaded, make):
    folder, model = loaded("text-generation", getattr(models, make))
    result = write(model, max_new_tokens=40, do_sample=True, temperature=3.0)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    prompt = tokenizer(PROMPT)["input_ids"]
    whole = tokenizer.decode([*prompt, *ids(result)], skip_special_tokens=True)
    assert whole == tokenizer.decode(prompt, skip_special_tokens=True) + result.text
    assert "".join(step.text for step in result.steps) == result.text


def test_a_token_is_shown_with_the_space_before_it(loaded):
    for make in (models.gpt2, models.llama):
        tokenizer = AutoTokenizer.from_pretrained(loaded("text-generation", make)[0])
        texts = TokenTexts(tokenizer)
        tokens = tokenizer(" the king", add_special_tokens=False)["input_ids"]
        assert "".join(texts.of(token) for token in tokens) == " the king"


def test_a_text_that_ends_says_so(loaded):
    model = made_again(loaded("text-generation", models.gpt2)[0])
    assert write(model, max_new_tokens=3).finish_reason == "length"
    model._held.model.generation_config.eos_token_id = list(range(400))
    result = write(model)
    assert (len(result.steps), result.finish_reason) == (1, "eos_token")


def made_again(folder):
    return running.load(folder, "text-generation")


def test_what_does_not_fit_behind_a_long_text_is_told(made):
    result = write(made[1], "é" * 29, max_new_tokens=50)
    assert (result.prompt_tokens, len(result.steps)) == (58, 6)
    assert result.notes == ("Only 6 tokens fit behind the 58 of the text.",)


def test_a_text_that_is_too_long_is_refused_or_its_end_is_read(made):
    with pytest.raises(InputError, match=r"has 80 tokens, and the model reads at most 63"):
        write(made[1], "é" * 40)
    cut = write(made[1], "é" * 40, truncate=True)
    assert cut.prompt_tokens == 63
    assert cut.notes[0] == "The text has 80 tokens; only the last 63 of them were read."


def test_a_conversation_goes_through_the_chat_template(loaded):
    folder, model = loaded("text-generation", models.gpt2, template=models.TEMPLATE)
    chat = TextGenerationInput(messages=(Message("system", "Short!"), Message("user", "Who are you?")))
    result = model.run(chat, TextGenerationParameters(max_new_tokens=10))
    assert result.prompt == "<system> Short!\n<user> Who are you?\n<assistant>"
    assert ids(result) == theirs(folder, result.prompt, max_new_tokens=10)


def test_a_conversation_needs_a_template(made):
    with pytest.raises(InputError, match="no chat template"):
        made[1].run(TextGenerationInput(messages=(Message("user", "Hi"),)), TextGenerationParameters())


@pytest.mark.parametrize(
    "template",
    [
        "{{ messages[0].__class__.__mro__[1].__subclasses__() }}",
        "{{ raise_exception('No such role') }}",
        "{{ 1 / 0 }}",
        "{% for",
    ],
)
def test_a_template_that_does_harm_is_an_error_of_its_own(loaded, template):
    _, model = loaded("text-generation", models.gpt2, template=template)
    with pytest.raises(InputError, match="The chat template refuses this"):
        model.run(TextGenerationInput(messages=(Message("user", "Hi"),)), TextGenerationParameters())


def test_an_error_of_the_model_reaches_the_reader_of_the_stream(made):
    model = made_again(made[0])

    def fail(*arguments, **settings):
        raise RuntimeError("The weights are on strike")

    model._held.model.transformer.forward = fail
    with pytest.raises(InputError, match="weights are on strike"):
        list(model.stream(TextGenerationInput(PROMPT), TextGenerationParameters(), lambda: False))


def test_logarithms_in_json_are_numbers(made):
    for token in write(made[1], max_new_tokens=5).json[0]["details"]["tokens"]:
        assert math.isfinite(token["logprob"])
