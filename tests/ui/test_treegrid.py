"""The grid as Python sends it, and the details of the module that the address names."""

import json

from explorer.source import parse_source
from tests.ui.app import HEADS, open_page, text_of, tree_of

BERT = "gallery:google-bert/bert-base-uncased"
MASKED = "AutoModelForMaskedLM"


def test_the_browser_gets_each_line_of_the_aligned_trees_once():
    columns = tree_of(open_page(BERT, HEADS, auto_class=MASKED))
    assert columns["titles"] == ["BertModel", "BertForMaskedLM"]
    assert len(columns["name"]) == len(columns["kind"]) == len(columns["right"]["size"]) == 38
    assert columns["right"]["size"][0] == 109_514_298
    at = columns["count"].index(12)
    assert (columns["name"][at], columns["right"]["size"][at]) == ("0", 7_087_872)


def test_the_same_view_is_the_same_bytes():
    one, other = (open_page(BERT, HEADS, auto_class=MASKED, module=path) for path in ("cls", "bert"))
    assert tree_of(one) == tree_of(other)


def test_a_module_in_the_address_shows_its_details():
    text = text_of(open_page(BERT, HEADS, auto_class=MASKED, module="cls.predictions.decoder"))
    assert "Added by the head: only BertForMaskedLM has it." in text
    assert "in_features=768, out_features=30522, bias=True" in text
    assert "23,440,896" in text
    assert "tied to <code>bert.embeddings.word_embeddings.weight</code>" in text.replace("<wbr></wbr>", "")


def test_one_of_many_equal_layers_has_details_of_its_own():
    text = text_of(open_page(BERT, HEADS, auto_class=MASKED, module="bert.encoder.layer.7"))
    assert "<code>bert.encoder.layer.7</code>" in text
    assert "7,087,872, 6.5 % of the model" in text
    assert "<code>encoder.layer.7</code>" in text


def test_a_run_of_layers_says_how_much_each_has_and_all_have():
    text = text_of(open_page(BERT, HEADS, auto_class=MASKED, module="bert.encoder.layer.0–11"))
    assert "7,087,872, 6.5 % of the model" in text
    assert "85,054,464, 78 % of the model" in text


def test_what_is_dropped_is_found_in_the_backbone():
    text = text_of(open_page(BERT, HEADS, auto_class=MASKED, module="-pooler.dense"))
    assert "Dropped from the backbone: only BertModel has it." in text
    assert "590,592" in text


def test_a_module_that_the_tree_does_not_have_is_no_error():
    app = open_page(BERT, HEADS, auto_class=MASKED, module="nowhere.<b>")
    assert not app.error
    text = text_of(app)
    assert "There is no module <code>nowhere.&lt;b&gt;</code> in either of these models." in text
    assert "Choose a module" in text


def test_the_legend_counts_what_the_head_adds_as_the_sentence_does():
    legend = text_of(open_page(BERT, HEADS, auto_class="AutoModelForSequenceClassification"))
    assert "plus dropout and classifier" in legend
    assert "<b>+</b> 2 added by the head" in legend
    assert "<b>○</b> 1 around the backbone" in legend
    legend = text_of(open_page(BERT, HEADS, auto_class=MASKED))
    assert 'title="1 module, 7 modules with all that is in them"><b>+</b> 1 added by the head' in legend
    assert "<b>−</b> 1 dropped from the backbone" in legend


def test_every_module_is_in_the_plain_table_when_it_is_asked_for():
    assert not open_page(BERT, HEADS, auto_class=MASKED).dataframe
    table = open_page(BERT, HEADS, auto_class=MASKED, flat="1").dataframe[0].value
    assert len(table) == 236
    assert "right path" in table.columns


def test_names_in_a_config_are_text_in_the_details():
    config = {"model_type": "bert", "architectures": ["<b>Bert</b>"], "num_hidden_layers": 1}
    text = text_of(open_page(parse_source(json.dumps(config)).text, HEADS, module="."))
    assert "<b>Bert</b>" not in text
