"""What the server tells the browser to remember, and what it believes of what the browser says."""

import json
from hashlib import sha256

import pytest

from tests.ui.app import HOME, errors_of, open_page
from ui import browser_memory, picker
from ui.browser_memory import LONGEST
from ui.picker import IN_SESSION, LONGEST_IN_URL

BERT = {"model_type": "bert", "hidden_size": 32, "num_attention_heads": 2, "num_hidden_layers": 2}


def told(app):
    """What the browser is told."""
    (element,) = app.get("bidi_component")
    return json.loads(element.proto.json)


def test_a_model_that_was_opened_is_remembered():
    data = told(open_page("arch:gpt2"))
    assert (data["current"], data["label"], data["keeps"]) == ("arch:gpt2", "arch:gpt2", True)


@pytest.mark.parametrize("text", [None, "arch:nothing", "not a model at all"])
def test_what_was_not_opened_is_not_remembered(text):
    app = open_page(text)
    assert bool(errors_of(app)) == (text is not None)
    assert not told(app)["keeps"]


def test_a_pasted_config_is_named_by_its_architecture():
    app = open_page()
    app.text_input(key="typed").input(json.dumps(BERT)).run()
    assert told(app)["label"] == "pasted config (bert)"
    assert told(app)["keeps"]


@pytest.mark.parametrize("text", ["gallery:google-bert/bert-base-uncased", "demo:fill-mask"])
def test_models_of_one_name_are_told_apart(text):
    assert told(open_page(text))["label"] == text


def test_a_long_name_keeps_both_its_ends():
    name = f"/models/{'a' * 90}/bert"
    label = picker._label(name, None)
    assert len(label) == 60
    assert label.startswith("/models/a")
    assert label.endswith("a/bert")


@pytest.mark.parametrize("longer_than", [LONGEST, LONGEST_IN_URL])
def test_a_long_config_is_not_remembered(longer_than):
    labels = {str(number): sha256(b"%d" % number).hexdigest() for number in range(longer_than // 30)}
    app = open_page()
    app.text_input(key="typed").input(json.dumps(BERT | {"id2label": labels})).run()
    assert told(app)["current"].startswith(IN_SESSION) == (longer_than == LONGEST_IN_URL)
    assert not told(app)["keeps"]


def test_the_browser_is_told_nothing_new_by_a_rerun():
    app = open_page("arch:gpt2", HOME)
    before = app.get("bidi_component")[0].proto
    app.run()
    assert app.get("bidi_component")[0].proto == before


@pytest.mark.parametrize(
    "sent", [None, "", 7, ["arch:gpt2"], {"name": "arch:gpt2"}, "x" * (LONGEST + 1), True, b"arch:gpt2"]
)
def test_what_is_no_name_is_not_followed(sent):
    assert browser_memory.clicked({"clicked": sent}) == ""


@pytest.mark.parametrize("state", [None, "arch:gpt2", ["clicked"], {}])
def test_a_state_of_another_form_is_not_followed(state):
    assert browser_memory.clicked(state) == ""


def test_a_name_is_followed():
    assert browser_memory.clicked({"clicked": "arch:gpt2"}) == "arch:gpt2"
