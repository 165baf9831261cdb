"""The views Parameters, Modules and torchinfo on every kind of source."""

import json
from html import unescape

import pytest

from explorer.breakdown import breakdown_of
from explorer.components import TITLES
from explorer.reconciliation import Difference
from explorer.source import parse_source
from explorer.tiles import tiles_of
from explorer.torchinfo_summary import TorchinfoSummary
from tests.hub.contents import safetensors
from tests.trees import node, tensor, tree
from tests.ui.app import errors_of, open_page, text_of
from tests.ui.hub_models import bert, bert_tensors
from ui import charts, component_table
from ui.torchinfo_view import sentence

PAGE = "pages/1_Config_and_parameters.py"
BERT = "gallery:google-bert/bert-base-uncased"
PASTED = parse_source(json.dumps({"model_type": "gpt2", "n_embd": 24, "n_head": 2, "vocab_size": 50})).text
VIEWS = ("Parameters", "Modules", "torchinfo")


def view(model, name, **parameters):
    app = open_page(model, PAGE, view=name, **parameters)
    assert not app.error, errors_of(app)
    return app


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("model", [BERT, "arch:t5", PASTED])
def test_every_view_opens_on_every_kind_of_source(model, name):
    view(model, name)


def test_the_class_that_the_checkpoint_was_saved_from_comes_first():
    app = view(BERT, "Parameters")
    assert app.selectbox(key="auto_class").value == "AutoModelForMaskedLM"
    assert "109,514,298 exactly" in text_of(app)


def test_the_class_comes_from_the_address():
    app = view(BERT, "Parameters", auto_class="AutoModelForTokenClassification")
    assert "BertForTokenClassification" in text_of(app)
    assert "1,538 parameters" in text_of(app)


def test_every_component_has_a_row_with_its_share_and_its_exact_count():
    text = text_of(view(BERT, "Parameters"))
    assert "Feed-forward" in text
    assert "52 %" in text
    assert 'title="56,669,184 parameters"' in text
    assert "0–11 × 12" in text


def test_a_token_passes_a_part_of_a_mixture_of_experts():
    text = text_of(view("gallery:deepseek-ai/DeepSeek-V3", "Parameters"))
    assert "A token passes 37.6 B of them (37,552,282,624)" in text
    assert "8 of 256 experts" in text


def test_the_pictures_have_words_for_those_who_do_not_see_them():
    app = view(BERT, "Parameters")
    assert [bool(chart.proto.alt) for chart in app.get("plotly_chart")] == [True, True]


def test_a_model_without_layers_says_so():
    assert "No modules of this model are repeated" in text_of(view("arch:superpoint", "Parameters"))


@pytest.mark.parametrize("name", VIEWS)
def test_an_unknown_architecture_is_shown_by_its_tensors(hub, name):
    files = {"config.json": {"model_type": "novel"}, "model.safetensors": safetensors(bert_tensors())}
    hub.add("unknown/parameters", files)
    app = view("unknown/parameters", name)
    if name == "torchinfo":
        assert "transformers has none" in app.info[-1].value
    if name == "Parameters":
        assert "it is not known which are the head" in text_of(app)
        assert "the files" in text_of(app)


def test_a_repository_without_a_config_is_shown_by_its_tensors(hub):
    hub.add("no/config-parameters", {"model.safetensors": safetensors(bert_tensors())})
    assert "Feed-forward" in text_of(view("no/config-parameters", "Parameters"))


def test_a_model_on_the_hub_is_counted_by_its_config(hub):
    hub.add("parameters/bert", bert())
    assert "BertForMaskedLM" in text_of(view("parameters/bert", "Parameters"))


def test_torchinfos_total_stands_beside_ours_with_the_reason():
    text = text_of(view("gallery:openai-community/gpt2", "torchinfo"))
    assert "124,439,808" in text
    assert "163,037,184" in text
    assert "38,597,376 parameters more than there are" in text
    assert "lm_head.weight is the same as transformer.wte.weight" in text


def test_a_class_on_which_torchinfo_fails_says_so():
    app = open_page("arch:encodec", PAGE, view="torchinfo")
    assert "torchinfo" in errors_of(app)
    assert "the fault is ours" not in errors_of(app)


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_can_be_taken_along(name):
    app = view("gallery:openai-community/gpt2", name)
    assert len(app.get("download_button")) >= 3
    assert "GPT2" in app.code[-1].value or "gpt2" in app.code[-1].value


def hostile():
    name = '<b onclick="alert(1)">x</b>%{y}$1$'
    layers = [node(str(n), node(name, tensor("weight", 2), class_name=name)) for n in range(3)]
    return breakdown_of(tree(node("", node(name, *layers, class_name="ModuleList"))), frozenset())


def test_names_of_strangers_are_text_in_the_pictures():
    found = hostile()
    for figure in (charts._layers(found.layers), charts._tiles(tiles_of(found))):
        written = json.dumps(figure.to_dict(), default=list)
        assert "<b " not in written
        assert "%{y}" not in written
        assert "&lt;b" in written


def test_names_of_strangers_are_text_in_the_tables():
    markup = component_table.layers(hostile())
    assert "<b " not in markup
    assert '<b onclick="alert(1)">' in unescape(markup)


def test_the_axis_of_the_layers_has_the_units_of_the_page():
    layers = [node(str(n), node("mlp", tensor("weight", 700, 9_100), class_name="MLP")) for n in range(3)]
    found = breakdown_of(tree(node("", node("layer", *layers, class_name="ModuleList"))), frozenset())
    axis = charts._layers(found.layers).to_dict()["layout"]["yaxis"]
    assert axis["ticktext"] == ["0", "1 M", "2 M", "3 M", "4 M", "5 M", "6 M", "7 M"]
    assert axis["tickvals"][-1] == 7_000_000


def test_a_long_name_is_shortened_in_the_pictures():
    found = breakdown_of(tree(node("", node("n" * 5_000, tensor("weight", 2)))), frozenset())
    assert len(json.dumps(charts._tiles(tiles_of(found)).to_dict(), default=list)) < 20_000


def test_every_component_has_a_colour_and_a_pattern_of_its_own():
    assert set(charts.COLOURS) == set(charts.PATTERNS) == set(TITLES)
    marks = {(charts.COLOURS[part], charts.PATTERNS[part]) for part in TITLES}
    assert len(marks) == len({colour for colour, _ in marks}) == len(TITLES)


@pytest.mark.parametrize("page", ["#ffffff", "#10151f"])
def test_every_colour_can_be_told_from_a_light_page_and_from_a_dark_one(page):
    for colour in charts.COLOURS.values():
        assert contrast(colour, page) >= 2.9


def test_the_letters_on_every_tile_can_be_read():
    for part, colour in charts.COLOURS.items():
        assert contrast(colour, "#ffffff" if part in charts.DARK else charts.INK) >= 4


def contrast(one, other):
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def luminance(colour):
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def summary(total, differences=(), again=()):
    named = tree(node("")).auto_class
    return TorchinfoSummary(named, "1", 3, "", total, 100, differences, again)


def test_the_sentence_is_made_from_the_differences():
    assert sentence(summary(100)) == "Both totals are equal: torchinfo counts no weight of this class twice."
    again = (Difference("tied weights counted again", 20),)
    names = tuple((f"head.{number}", "body.0") for number in range(5))
    assert sentence(summary(120, again, names)) == (
        "torchinfo counts 20 parameters more than there are: tied weights counted again +20. head.0 is the"
        " same as body.0; head.1 is the same as body.0; head.2 is the same as body.0; and 2 more tensors."
    )
    fewer = (Difference("unexplained", -7),)
    assert "7 parameters fewer than there are: unexplained -7." in sentence(summary(93, fewer))
