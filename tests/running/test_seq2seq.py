"""Translation and summarization: what ``generate`` writes when it is told what the checkpoint says."""

import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from explorer.errors import InputError
from explorer.tasks.seq2seq import Seq2SeqInput, SummarizationParameters, TranslationParameters
from tests.running import models

TEXT = "The king loved his library."
TOLD = {
    "summarization": {"prefix": "summarize: ", "num_beams": 3, "max_length": 12, "no_repeat_ngram_size": 2},
    "translation_en_to_de": {"prefix": "to German: ", "num_beams": 2, "max_length": 9},
    "translation_en_to_fr": {"prefix": "to French: ", "num_beams": 1, "max_length": 9},
}


def theirs(folder, text, **settings):
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModelForSeq2SeqLM.from_pretrained(folder)
    inputs = tokenizer(text, return_tensors="pt")
    taken = {name: inputs[name] for name in ("input_ids", "attention_mask")}
    with torch.no_grad():
        written = model.generate(**taken, do_sample=False, **settings)
    return tokenizer.decode(written[0], skip_special_tokens=True).strip()


def translate(model, text=TEXT, **settings):
    return model.run(Seq2SeqInput(text), TranslationParameters(**settings))


@pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")
@pytest.mark.parametrize("beams", [1, 3])
@pytest.mark.parametrize("text", [TEXT, "schläft 🎉 مرحبا"])
@pytest.mark.parametrize("make", [models.t5, models.bart, models.marian])
def test_the_translation_is_what_generate_writes(loaded, make, beams, text):
    folder, model = loaded("translation", make)
    found = translate(model, text, num_beams=beams, max_new_tokens=20)
    assert found.text == theirs(folder, text, num_beams=beams, max_new_tokens=20)
    assert 0 < found.output_tokens <= 20


def test_a_summary_is_made_as_the_config_says(loaded):
    folder, model = loaded("summarization", models.t5, task_specific_params=TOLD)
    found = model.run(Seq2SeqInput(TEXT), SummarizationParameters())
    expected = theirs(folder, f"summarize: {TEXT}", num_beams=3, max_new_tokens=12, no_repeat_ngram_size=2)
    assert found.text == expected
    shorter = model.run(Seq2SeqInput(TEXT), SummarizationParameters(num_beams=1, max_new_tokens=4))
    assert shorter.output_tokens <= 4


def test_a_pair_of_languages_is_chosen_by_the_names_of_the_config(loaded):
    folder, model = loaded("translation", models.t5, task_specific_params=TOLD)
    french = translate(model, tgt_lang="fr")
    assert french.text == theirs(folder, f"to French: {TEXT}", num_beams=1, max_new_tokens=9)
    assert french.notes == ()
    first = translate(model)
    assert first.text == theirs(folder, f"to German: {TEXT}", num_beams=2, max_new_tokens=9)
    assert first.notes == ("Translated from en to de; ask for another pair, or en to fr.",)
    with pytest.raises(InputError, match="It knows en to de, en to fr"):
        translate(model, src_lang="de")


def test_a_tokenizer_of_many_languages_begins_the_translation_with_a_code(loaded):
    folder, model = loaded("translation", models.many_languages)
    found = translate(model, src_lang="en_XX", tgt_lang="de_DE", max_new_tokens=15)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    start = tokenizer.convert_tokens_to_ids("de_DE")
    tokenizer.src_lang = "en_XX"
    reference = AutoModelForSeq2SeqLM.from_pretrained(folder)
    written = reference.generate(
        **tokenizer(TEXT, return_tensors="pt"), forced_bos_token_id=start, max_new_tokens=15, num_beams=1
    )
    assert written[0, 1] == start
    assert found.text == tokenizer.decode(written[0], skip_special_tokens=True).strip()
    other = translate(model, src_lang="en_XX", tgt_lang="fr_XX", max_new_tokens=15)
    assert other != found
    assert translate(model, src_lang="en_XX", tgt_lang="de_DE", max_new_tokens=15) == found


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "needs src_lang"),
        ({"src_lang": "en_XX"}, "needs tgt_lang"),
        ({"src_lang": "en_XX", "tgt_lang": "klingon"}, "does not know the language 'klingon'. It knows"),
    ],
)
def test_languages_that_are_not_known_are_refused_with_those_that_are(loaded, given, said):
    _, model = loaded("translation", models.many_languages)
    with pytest.raises(InputError, match=said):
        translate(model, **given)


def test_a_model_of_one_pair_says_that_it_has_no_other(loaded):
    _, model = loaded("translation", models.t5)
    assert "one pair of languages" in translate(model, tgt_lang="fr", max_new_tokens=3).notes[0]


def test_a_text_that_is_too_long_is_refused_or_cut_aloud(loaded):
    _, model = loaded("translation", models.t5)
    with pytest.raises(InputError, match="the model reads at most 64"):
        translate(model, TEXT * 20)
    cut = translate(model, TEXT * 20, truncate=True, max_new_tokens=3)
    assert cut.input_tokens == 64
    assert "only 64 of them were read" in cut.notes[0]


def test_no_more_is_written_than_the_decoder_has_positions_for(loaded):
    _, model = loaded("translation", models.bart)
    assert translate(model, max_new_tokens=1000, num_beams=1).output_tokens <= 63
