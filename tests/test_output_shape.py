from explorer.auto_class import AutoClass
from explorer.output_shape import HeadOutputs, OutputShape

MASKED = AutoClass("AutoModelForMaskedLM", "BertForMaskedLM")


def test_dimensions_read_as_a_product_of_symbols_and_numbers():
    assert str(OutputShape("logits", ("batch", "tokens", 30522))) == "logits: batch × tokens × 30,522"


def test_what_is_calculated_stands_in_brackets():
    shape = OutputShape("logits", ("batch", 150, "height / 4", "width / 4"))
    assert shape.text == "batch × 150 × (height / 4) × (width / 4)"


def test_an_output_without_dimensions_is_one_number():
    assert OutputShape("perplexity", ()).text == "one number"


def test_outputs_of_a_head_read_as_one_line_and_unknown_ones_as_their_reason():
    outputs = (
        OutputShape("start_logits", ("batch", "tokens")),
        OutputShape("end_logits", ("batch", "tokens")),
    )
    assert HeadOutputs(MASKED, outputs).text == "start_logits: batch × tokens; end_logits: batch × tokens"
    assert HeadOutputs(MASKED, error="Not today.").text == "Not today."
    assert not HeadOutputs(MASKED, error="Not today.").is_known
