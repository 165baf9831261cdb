"""The Config view on every kind of source: what it sums up, explains, finds and compares."""

import json
import re
from html import unescape

import pytest

from explorer.source import parse_source
from tests.hub.contents import safetensors
from tests.ui.app import open_page, settled, text_of
from tests.ui.hub_models import BERT, bert

CONFIG = "pages/1_Config_and_parameters.py"


def view(model: str, **parameters: str):
    return open_page(parse_source(model).text if model.startswith("{") else model, CONFIG, **parameters)


def pasted(**values):
    return view(json.dumps(values))


def keys_of(text: str) -> list[str]:
    """The keys in sight, as their rows' tooltips name them in full."""
    return re.findall(r'<th scope="row" title="([^"]*)"', text)


def row_of(text: str, key: str) -> str:
    return next(row for row in re.findall(r"<tr class=.*?</tr>", text, re.DOTALL) if f'title="{key}"' in row)


def test_the_sentence_sums_up_the_config_and_what_differs_from_its_class():
    text = text_of(view(json.dumps(BERT)))
    assert "A BertConfig with 32 keys: 2 layers, 32 wide, 2 attention heads, 100 tokens in the voc" in text
    assert "7 of 32 keys differ from BertConfig&#x27;s defaults: hidden_size" in text
    assert "The file states 8 of them, the class fills in 24." in text


def test_an_architecture_is_its_own_default_and_is_not_compared_with_itself():
    app = view("arch:bert")
    assert "nothing differs from the class defaults" in text_of(app)
    assert "Class default" not in text_of(app)
    assert not app.toggle(key="raw").value
    assert [toggle.key for toggle in app.toggle] == ["raw"]


def test_a_model_of_the_gallery_shows_what_its_file_leaves_out():
    text = text_of(view("gallery:google-bert/bert-base-uncased"))
    assert "○ not in the file" in row_of(text, "hidden_act")
    assert "= the same" in row_of(text, "hidden_size")
    assert "≠ " in row_of(text, "architectures")
    assert "<code><bdi>null</bdi></code>" in row_of(text, "architectures")


def test_a_model_of_the_hub_is_read_at_its_commit(hub):
    hub.add("config/bert", bert())
    text = text_of(view("config/bert"))
    assert "7 of 32 keys differ" in text
    assert "<code><bdi>768</bdi></code>" in row_of(text, "hidden_size")


def test_a_key_that_the_class_reads_into_another_is_said_to_be_kept_elsewhere():
    text = text_of(pasted(model_type="llama", rope_theta=5e5, my_own_key=1))
    assert "→ kept elsewhere" in row_of(text, "rope_theta")
    assert "worked out from other keys" in row_of(text, "rope_parameters")
    assert "+ not a key of the class" in row_of(text, "my_own_key")
    assert "The glossary does not have this key yet." in row_of(text, "my_own_key")
    assert "The file has 1 key more that LlamaConfig does not know." in text
    assert "1 key of the file LlamaConfig keeps elsewhere." in text
    assert "rope_theta" not in keys_of(
        text_of(view(json.dumps({"model_type": "llama", "rope_theta": 5e5}), changed="1"))
    )


def test_the_parts_of_a_model_are_sections_that_say_which_part_they_are():
    text = text_of(view("gallery:Salesforce/blip2-opt-2.7b"))
    assert "<h3><code>text_config</code> <small>OPTConfig</small></h3>" in text
    assert "The config of the part that reads images" in text
    assert "those of qformer_config, text_config and vision_config included" in text
    assert "text_config.ffn_dim" in keys_of(text)


def test_every_word_that_is_looked_for_is_in_the_name_the_meaning_or_the_value():
    text = text_of(view("arch:bert", find="dropout"))
    assert set(keys_of(text)) == {"attention_probs_dropout_prob", "hidden_dropout_prob", "classifier_dropout"}
    assert "<mark>dropout</mark>" in text
    assert "30522" in row_of(text_of(view("arch:bert", find="30522")), "vocab_size")
    assert "hidden_size" in keys_of(text_of(view("arch:bert", find="numbers ONE token")))


def test_what_is_typed_goes_into_the_address_and_what_is_deleted_out_of_it():
    app = view("arch:bert")
    settled(app.text_input(key="find").input("vocab").run())
    assert app.query_params["find"] == "vocab"
    settled(app.text_input(key="find").input("").run())
    assert "find" not in app.query_params


def test_a_search_without_a_match_says_so_and_what_to_try():
    text = text_of(view("arch:bert", find="<b>nowhere</b>"))
    assert "None of the 32 keys is among those with “&lt;b&gt;nowhere&lt;/b&gt;”" in text
    assert "Try a part of a word" in text
    assert not keys_of(text)


def test_only_what_differs_can_be_shown_and_searched():
    text = text_of(view(json.dumps(BERT), changed="1"))
    assert "7 of 32 keys: those that differ from the default." in text
    assert "hidden_act" not in keys_of(text)
    both = text_of(view(json.dumps(BERT), changed="1", find="layers"))
    assert "num_hidden_layers" in keys_of(both)
    assert "hidden_act" not in keys_of(both)


def test_groups_that_shape_the_model_are_open_and_a_search_opens_all():
    text = text_of(view("arch:bert"))
    assert re.search(r'<details class="x-config-group" open="open"><summary><b>Dimensions', text)
    assert re.search(r'<details class="x-config-group"><summary><b>Identity', text)
    found = text_of(view("arch:bert", find="architectures"))
    assert re.search(r'<details class="x-config-group" open="open"><summary><b>Identity', found)


def test_a_long_value_is_short_in_sight_and_whole_on_request():
    labels = {str(number): f"class {number}" for number in range(1000)}
    row = row_of(text_of(pasted(**BERT, id2label=labels)), "id2label")
    assert "1,000 entries: 0: class 0, 1: class 1, 2: class 2, …" in row
    assert "&quot;999&quot;: &quot;class 999&quot;" in row


def test_an_unknown_architecture_is_shown_without_defaults(hub):
    config = {"model_type": "quite_new", "hidden_size": 8, "inner_config": {"model_type": "b", "depth": 2}}
    hub.add("config/new", {"config.json": config, "model.safetensors": safetensors({"a.weight": (2, 2)})})
    app = view("config/new")
    text = text_of(app)
    assert "A config with 4 keys: " in text
    assert "no config class for it" in text
    assert "Class default" not in text
    assert "inner_config.depth" in keys_of(text)
    assert [toggle.key for toggle in app.toggle] == ["raw"]


def test_the_code_that_a_config_points_to_is_shown_and_not_run(hub):
    config = BERT | {"auto_map": {"AutoModel": "modeling_evil.EvilModel"}}
    hub.add("config/remote", bert() | {"config.json": config})
    text = text_of(view("config/remote"))
    assert "→ kept elsewhere" in row_of(text, "auto_map")
    assert "Explorer never runs them" in row_of(text, "auto_map")


def test_a_model_without_a_config_says_what_to_do(hub):
    hub.add("config/none", {"model.safetensors": safetensors({"a.weight": (2, 2)})})
    app = view("config/none")
    assert not app.error
    assert "comes without a config" in "".join(info.value for info in app.info)


def test_the_text_is_shown_on_request():
    _, _, listing = text_of(view(json.dumps(BERT), raw="1")).partition('aria-label="The config as JSON"')
    assert json.loads(unescape(re.search("<code>(.*?)</code>", listing, re.DOTALL)[1])) == BERT


@pytest.mark.parametrize(
    "name",
    ["<img src=x onerror=alert(1)>", '"><script>alert(1)</script>', "a\0b", "\u202ereversed", "x" * 20_000],
)
def test_hostile_text_is_shown_as_text(name):
    app = pasted(**BERT | {name: name, "architectures": [name], "id2label": {"0": name}})
    text = text_of(app)
    assert not app.error
    assert "<img" not in text
    assert "<script" not in text
    assert "\0" not in text
    assert "\u202e" not in text


def test_keys_with_dots_and_without_letters_do_no_harm():
    assert not pasted(**BERT, **{"a.b": 1, "": 2, ".": 3, "hidden_size.x": 4}).error


def test_the_view_can_be_taken_along():
    app = view("arch:bert")
    assert {"CSV: Config", "JSON", "Markdown"} <= {button.label for button in app.get("download_button")}
    assert any('AutoConfig.for_model("bert")' in code.value for code in app.code)
