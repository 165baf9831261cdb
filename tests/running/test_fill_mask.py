"""Fill-mask: the same words as transformers' pipeline, for one mask and several."""

from itertools import chain

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


@pytest.mark.parametrize("top_k", [1, 5, 40])
def test_the_fillings_are_those_of_the_pipeline(model, pipe, top_k):
    assert rounded(fill(model, ONE, top_k=top_k).json) == rounded(pipe(ONE, top_k=top_k))


def bare(sequence):
    """Without what the decoder makes of a token's neighbours."""
    return sequence.replace("##", "").replace(" ", "")


@pytest.mark.parametrize("top_k", [1, 5])
def test_of_several_masks_the_sentences_have_no_tokens_around_them(model, pipe, top_k):
    found, wanted = fill(model, SEVERAL, top_k=top_k).json, pipe(SEVERAL, top_k=top_k)
    for ours, theirs in zip(chain(*found), chain(*wanted), strict=True):
        assert f"[CLS]{bare(ours.pop('sequence'))}[SEP]" == bare(theirs.pop("sequence"))
    assert rounded(found) == rounded(wanted)


def test_of_several_masks_the_others_are_to_be_seen(model):
    found = fill(model, SEVERAL).json
    assert all("[MASK]" in filling["sequence"] for mask in found for filling in mask)


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
