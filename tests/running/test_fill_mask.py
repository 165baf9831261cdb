"""Fill-mask: the same words as transformers' pipeline, for one mask and several."""

import pytest
from transformers import pipeline

from explorer.errors import InputError
from explorer.tasks.fill_mask import FillMaskInput, FillMaskParameters
from tests.running import models

ONE = "The capital of France is [MASK]."
SEVERAL = "[MASK] capital of [MASK] is Paris, 🎉 [MASK]"


@pytest.fixture(scope="module")
def model(loaded):
    return loaded("fill-mask", models.bert, "BertForMaskedLM")[1]


@pytest.fixture(scope="module")
def pipe(bert_folder):
    return pipeline("fill-mask", bert_folder, device="cpu")


def fill(model, text, **settings):
    return model.run(FillMaskInput(text), FillMaskParameters(**settings))


def rounded(found):
    if isinstance(found, list):
        return [rounded(part) for part in found]
    return found | {"score": round(found["score"], 5)}


@pytest.mark.parametrize("text", [ONE, SEVERAL], ids=["one", "several"])
@pytest.mark.parametrize("top_k", [1, 5, 40])
def test_the_fillings_are_those_of_the_pipeline(model, pipe, text, top_k):
    assert rounded(fill(model, text, top_k=top_k).json) == rounded(pipe(text, top_k=top_k))


@pytest.mark.filterwarnings("ignore")
def test_targets_alone_are_scored(model, pipe):
    targets = ("paris", "the", "zebra")
    found = fill(model, ONE, targets=targets)
    assert rounded(found.json) == rounded(pipe(ONE, targets=list(targets)))
    assert [note.split()[0] for note in found.notes] == ["'zebra'"]


def test_a_usual_mask_stands_for_the_tokenizers_own(model):
    assert fill(model, ONE.replace("[MASK]", "<mask>")) == fill(model, ONE)


def test_without_a_mask_the_tokenizers_own_is_named(model):
    with pytest.raises(InputError, match=r"no mask in the text\. Write \[MASK\]"):
        fill(model, "The capital of France is Paris.")


def test_more_fillings_than_words_are_all_words(model):
    assert len(fill(model, ONE, top_k=1000).masks[0]) == len(models.word_pieces())


def test_a_mask_behind_the_cut_is_missed_aloud(model):
    with pytest.raises(InputError, match="no mask in the text that is left"):
        fill(model, "Paris " * 100 + "[MASK]", truncate=True)
