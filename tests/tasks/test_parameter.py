"""Settings of tasks: defaults, limits, and what is said of a value outside them."""

import pytest

from explorer import tasks
from explorer.errors import InputError
from explorer.tasks.parameter import parameters_from_text, parameters_of
from explorer.tasks.text_classification import TextClassificationParameters
from explorer.tasks.text_generation import TextGenerationParameters
from explorer.tasks.token_classification import TokenClassificationParameters


@pytest.mark.parametrize("task", tasks.TASKS, ids=lambda task: task.name)
def test_every_setting_has_a_meaning_and_a_default_that_fits(task):
    assert task.settings() == task.settings(**{one.name: one.default for one in task.parameters})
    assert all(one.meaning.endswith(".") for one in task.parameters)


@pytest.mark.parametrize("task", tasks.TASKS, ids=lambda task: task.name)
def test_limits_are_kept(task):
    for one in task.parameters:
        if one.kind in ("whole", "real"):
            assert task.settings(**{one.name: one.least})
            assert task.settings(**{one.name: one.most})
            for wrong in (one.least - 1, one.most + 1, "7", True, float("nan")):
                with pytest.raises(InputError, match=f"{one.name} cannot be"):
                    task.settings(**{one.name: wrong})
        if one.kind == "choice":
            with pytest.raises(InputError, match=one.choices[0]):
                task.settings(**{one.name: "another"})


def test_words_become_settings():
    made = parameters_from_text(TextGenerationParameters, ["do-sample=yes", "temperature= 0.5", "top_k=3"])
    assert made == TextGenerationParameters(do_sample=True, temperature=0.5, top_k=3)
    left_out = parameters_from_text(TokenClassificationParameters, ["ignore_labels=O, MISC"])
    assert left_out.ignore_labels == ("O", "MISC")
    assert parameters_from_text(TokenClassificationParameters, ["ignore_labels="]).ignore_labels == ()


@pytest.mark.parametrize(
    "given", ["top_k", "colour=red", "=3", "top_k=", "top_k=many", "function_to_apply=x"]
)
def test_words_that_set_nothing_are_refused_with_what_there_is(given):
    with pytest.raises(InputError) as caught:
        parameters_from_text(TextClassificationParameters, [given])
    assert caught.value.advice


def test_beams_do_not_draw():
    with pytest.raises(InputError, match="do_sample or num_beams"):
        TextGenerationParameters(do_sample=True, num_beams=2)


def test_the_names_are_those_of_the_inference_api():
    """Ours beside those: what the API has no name for."""
    from huggingface_hub.inference._generated import types

    kinds = {
        "text-generation": types.TextGenerationInputGenerateParameters,
        "fill-mask": types.FillMaskParameters,
        "translation": types.TranslationParameters,
        "summarization": types.SummarizationParameters,
        "question-answering": types.QuestionAnsweringParameters,
        "token-classification": types.TokenClassificationParameters,
        "text-classification": types.TextClassificationParameters,
        "feature-extraction": types.FeatureExtractionInput,
    }
    ours = {
        task.name: {one.name for one in parameters_of(task.settings)}
        - set(kinds[task.name].__dataclass_fields__)
        for task in tasks.TASKS
    }
    searched = {"num_beams", "max_new_tokens", "truncate"}
    assert ours == {
        "text-generation": {"num_beams"},
        "fill-mask": {"truncate"},
        "translation": searched,
        "summarization": searched,
        "question-answering": set(),
        "token-classification": set(),
        "text-classification": {"truncate"},
        "feature-extraction": {"pooling"},
    }
