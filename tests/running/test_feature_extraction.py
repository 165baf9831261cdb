"""Feature extraction: transformers' own hidden states, and what pooling makes of them."""

import numpy
import pytest
import torch
from transformers import AutoModel, AutoTokenizer, pipeline

from explorer.errors import InputError
from explorer.loading.running import feature_extraction
from explorer.tasks.feature_extraction import FeatureExtractionInput, FeatureExtractionParameters
from tests.running import models

TEXTS = ("This is a sample sentence.", "Paris", "Hugging Face Inc. 🤗 is a company", "Berlin")


def features(model, texts=TEXTS, **settings):
    return model.run(FeatureExtractionInput(texts), FeatureExtractionParameters(**settings))


def test_the_features_of_tokens_are_those_of_the_pipeline(loaded):
    folder, model = loaded("feature-extraction", models.bert, "BertForMaskedLM")
    pipe = pipeline("feature-extraction", folder, device="cpu")
    for text, ours in zip(TEXTS, features(model).json, strict=True):
        assert numpy.allclose(pipe(text)[0], ours, atol=1e-4)


@pytest.mark.parametrize("pooling", ["cls", "mean", "max"])
@pytest.mark.parametrize("normalize", [False, True])
def test_pooled_features_leave_padding_out(loaded, pooling, normalize):
    folder, model = loaded("feature-extraction", models.bert, "BertForMaskedLM")
    tokenizer, reference = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder)
    inputs = tokenizer(list(TEXTS), padding=True, return_tensors="pt")
    with torch.no_grad():
        hidden = reference(**inputs).last_hidden_state
    mask = inputs["attention_mask"].unsqueeze(-1)
    expected = {
        "cls": hidden[:, 0],
        "mean": (hidden * mask).sum(1) / mask.sum(1),
        "max": hidden.masked_fill(mask == 0, -torch.inf).amax(1),
    }[pooling]
    if normalize:
        expected = expected / expected.norm(dim=-1, keepdim=True)
    ours = features(model, pooling=pooling, normalize=normalize).json
    assert numpy.allclose(expected, ours, atol=1e-4)


def test_there_is_a_row_for_every_token(loaded):
    _, model = loaded("feature-extraction", models.bert, "BertForMaskedLM")
    for text in features(model).texts:
        assert (text.features.rows, text.features.width) == (len(text.tokens), 32)
        assert text.tokens[0] == "[CLS]"
        assert len(text.features.data) == 4 * text.features.rows * text.features.width


def test_an_encoder_decoder_gives_the_features_of_its_encoder_and_says_so(loaded):
    folder, model = loaded("feature-extraction", models.t5)
    inputs = AutoTokenizer.from_pretrained(folder)("Paris", return_tensors="pt")
    with torch.no_grad():
        expected = AutoModel.from_pretrained(folder).encoder(inputs["input_ids"]).last_hidden_state[0]
    result = features(model, ("Paris",))
    assert numpy.allclose(expected, result.json[0], atol=1e-4)
    assert "encoder" in result.notes[0]


def test_a_pooler_that_nothing_reads_is_not_called_untrained(loaded):
    _, model = loaded("feature-extraction", models.bert, "BertForMaskedLM")
    assert features(model, ("Paris",)).notes == ()


def test_features_that_nobody_could_hold_are_refused_unless_they_are_pooled(loaded, monkeypatch):
    _, model = loaded("feature-extraction", models.bert, "BertForMaskedLM")
    monkeypatch.setattr(feature_extraction, "MOST_BYTES", 1_000)
    with pytest.raises(InputError, match="Choose a pooling"):
        features(model, ("a king loved his library",) * 2)
    pooled = features(model, ("a king loved his library",) * 2, pooling="mean")
    assert [text.features.rows for text in pooled.texts] == [1, 1]
