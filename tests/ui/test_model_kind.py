"""What kind of model it is, told from the config and its auto classes."""

import pytest

from explorer.auto_class import AutoClass
from explorer.config import ConfigField
from ui.facts import Facts, Shape
from ui.model_kind import kind_of

ATTENTION, NO_ATTENTION = Facts(Shape("2", "8", "2")), Facts(Shape("2", "8", None))
EXPERTS = Facts(Shape("2", "8", "2"), experts=8)


def kind(*names, facts=ATTENTION, saved=None, **values):
    fields = [ConfigField(name, value, None, "other", "") for name, value in values.items()]
    return kind_of(fields, [AutoClass(name, "Model") for name in names], facts, saved)


@pytest.mark.parametrize(
    ("expected", "names", "more"),
    [
        ("encoder", ("AutoModelForMaskedLM", "AutoModelForCausalLM"), {}),
        ("decoder", ("AutoModelForMaskedLM", "AutoModelForCausalLM"), {"saved": "text-generation"}),
        ("decoder", ("AutoModelForMaskedLM", "AutoModelForCausalLM"), {"is_decoder": True}),
        ("decoder", ("AutoModelForCausalLM",), {}),
        ("mixture-of-experts decoder", ("AutoModelForCausalLM",), {"facts": EXPERTS}),
        ("language model", ("AutoModelForCausalLM",), {"facts": NO_ATTENTION}),
        ("encoder-decoder", ("AutoModelForSeq2SeqLM",), {"is_encoder_decoder": True}),
        ("encoder-decoder for speech", ("AutoModelForSpeechSeq2Seq",), {"is_encoder_decoder": True}),
        ("vision model", ("AutoModelForImageClassification",), {}),
        ("speech model", ("AutoModelForCTC", "AutoModelForAudioClassification"), {}),
        ("model that reads images and text", ("AutoModelForImageTextToText", "AutoModelForCausalLM"), {}),
        (None, ("AutoModel",), {}),
        (None, (), {}),
    ],
)
def test_the_kind_is_told_where_the_classes_tell_it(expected, names, more):
    assert kind(*names, **more) == expected
