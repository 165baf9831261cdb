"""Both pages on every kind of source that needs no network."""

import json

import pytest

from explorer.answers import Answers
from explorer.source import parse_source
from tests.ui.app import (
    HEADS,
    HOME,
    address_of,
    chosen_of,
    errors_of,
    matrix_of,
    open_page,
    settled,
    text_of,
    tree_of,
)

BERT = "gallery:google-bert/bert-base-uncased"
SMALL_BERT = {
    "model_type": "bert",
    "architectures": ["BertForSequenceClassification"],
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "vocab_size": 100,
}


def test_without_a_model_the_home_page_shows_the_gallery():
    app = open_page()
    assert "Paste the name of any model" in text_of(app)
    assert "Gallery" in [heading.value for heading in app.subheader]
    assert not app.error


def test_without_a_model_a_page_says_how_to_choose_one():
    app = open_page(page=HEADS)
    assert "No model is chosen yet" in app.info[0].value
    assert not app.selectbox(key="from_gallery").value


def test_the_facts_of_a_bundled_model_are_exact_and_rounded():
    text = text_of(open_page(BERT))
    for fact in (
        "BertForMaskedLM",
        "109,514,298 exactly",
        "110 M",
        "12 × 768 × 12",
        "30,522",
        "512",
        "438 MB",
    ):
        assert fact in text


def test_a_bundled_copy_is_labelled_as_one():
    app = open_page(BERT)
    assert "copy of the config that the explorer carries" in text_of(app)
    assert "Bundled copy" in text_of(app)


@pytest.mark.parametrize("page", [HOME, HEADS])
def test_an_architecture_opens_with_its_default_config(page):
    app = open_page("arch:gpt2", page)
    assert not app.error
    assert "GPT2LMHeadModel" in text_of(app)


@pytest.mark.parametrize("page", [HOME, HEADS])
def test_a_pasted_config_opens_on_both_pages(page):
    app = open_page(parse_source(json.dumps(SMALL_BERT)).text, page)
    assert not app.error
    assert "BertForSequenceClassification" in text_of(app)


def test_a_config_pasted_into_the_box_goes_into_the_address_in_its_short_form():
    app = open_page()
    settled(app.text_input(key="typed").input(json.dumps(SMALL_BERT)).run())
    assert address_of(app).startswith("config:")
    assert "Pasted config" in text_of(app)


def test_the_head_matrix_has_every_class_and_what_it_adds_and_drops():
    rows = matrix_of(open_page(BERT, HEADS))
    assert len(rows) == 10
    assert rows["AutoModelForQuestionAnswering"]["added"] == ["qa_outputs"]
    assert rows["AutoModelForQuestionAnswering"]["removed"] == ["pooler"]
    assert rows["AutoModelForQuestionAnswering"]["head"] == "+ 1,538 (0.0014 %)"
    assert rows["AutoModelForQuestionAnswering"]["exact"] == "108,893,186 parameters"


@pytest.mark.parametrize(
    ("model", "auto_class"),
    [
        ("arch:t5", "AutoModelForSeq2SeqLM"),
        ("arch:bert", "AutoModelForMaskedLM"),
        ("arch:whisper", "AutoModelForSpeechSeq2Seq"),
        ("gallery:Salesforce/blip2-opt-2.7b", "AutoModelForImageTextToText"),
    ],
)
def test_the_class_that_a_model_is_mostly_made_for_is_compared_first(model, auto_class):
    assert chosen_of(open_page(model, HEADS)) == auto_class


def test_a_class_in_the_address_that_there_is_not_is_named():
    app = open_page("arch:gpt2", HEADS, auto_class="AutoModelForNonsense")
    assert "AutoModelForNonsense is none of the choices here" in app.caption[0].value


def test_a_model_without_automodel_is_shown_all_the_same():
    app = open_page("gallery:depth-anything/Depth-Anything-V2-Small-hf", HEADS)
    assert "no AutoModel for this config" in text_of(app)
    assert tree_of(app)
    assert app.get("download_button")


def test_the_chosen_class_goes_along_to_the_other_pages():
    app = open_page("arch:bert", HEADS, auto_class="AutoModelForTokenClassification")
    links = [link.proto.query_string for link in app.get("page_link")]
    assert any("auto_class=AutoModelForTokenClassification" in link for link in links)


def test_only_what_a_checkpoint_was_saved_from_is_called_so():
    assert "saved" not in text_of(open_page("arch:bert"))
    assert "saved with the head" in text_of(open_page("gallery:google-bert/bert-base-uncased"))


def test_the_class_that_the_checkpoint_was_saved_from_is_compared_first():
    app = open_page(BERT, HEADS)
    assert chosen_of(app) == "AutoModelForMaskedLM"
    assert "BertForMaskedLM is BertModel plus cls" in text_of(app)


def test_the_compared_class_comes_from_the_address():
    app = open_page(BERT, HEADS, auto_class="AutoModelForTokenClassification")
    assert chosen_of(app) == "AutoModelForTokenClassification"
    assert "classifier (Linear 768 → 2), without pooler" in text_of(app)
    assert "1,538 parameters of its own, 0.0014 % of the model" in text_of(app)


def test_a_class_in_the_address_that_the_model_does_not_have_is_ignored():
    app = open_page("arch:gpt2", HEADS, auto_class="AutoModelForMaskedLM")
    assert chosen_of(app) == "AutoModelForCausalLM"


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("arch:no_such_architecture", "no_such_architecture"),
        ("https://huggingface.co/datasets/squad", "dataset"),
        ("../../etc/passwd", ""),
        ('{"model_type": ', "config"),
        ('{"model_type": "bert", "hidden_size": "<script>alert(1)</script>"}', ""),
        ("gallery:nobody/nothing", "nobody/nothing"),
    ],
)
def test_a_bad_input_is_explained_and_stays_in_the_box(typed, complaint):
    app = open_page()
    settled(app.text_input(key="typed").input(typed).run())
    assert app.text_input(key="typed").value == typed
    assert complaint in errors_of(app)
    assert "the fault is ours" not in errors_of(app)
    assert len(app.error) == 1


def test_the_model_in_the_address_is_in_the_box():
    assert open_page("arch:gpt2", HEADS).text_input(key="typed").value == "arch:gpt2"


def test_the_gallery_in_the_picker_opens_a_model():
    app = open_page()
    settled(app.selectbox(key="from_gallery").select("openai-community/gpt2").run())
    assert address_of(app) == "gallery:openai-community/gpt2"
    assert "GPT2LMHeadModel" in text_of(app)


def test_a_config_in_the_address_is_legible_in_the_box_and_can_be_explored_again():
    text = parse_source(json.dumps(SMALL_BERT)).text
    app = open_page(text)
    assert json.loads(app.text_input(key="typed").value) == SMALL_BERT
    settled(app.button[0].click().run())
    assert address_of(app) == text
    assert json.loads(app.text_input(key="typed").value) == SMALL_BERT


def test_a_click_that_still_has_the_old_address_does_not_undo_what_was_typed():
    app = open_page()
    app.text_input(key="typed").input("arch:gpt2").run()
    del app.query_params["model"]
    explore = next(button for button in app.button if button.label == "Explore")
    settled(explore.click().run())
    assert "GPT2LMHeadModel" in text_of(app)


def test_emptying_the_box_leads_back_to_the_start():
    app = open_page("arch:gpt2")
    settled(app.text_input(key="typed").input("").run())
    assert "model" not in app.query_params
    assert "Paste the name of any model" in text_of(app)


def test_a_config_too_long_for_an_address_stays_in_its_session():
    labels = {str(number): f"label {hash((number, 7)):x}" for number in range(4_000)}
    app = open_page()
    settled(app.text_input(key="typed").input(json.dumps(SMALL_BERT | {"id2label": labels})).run())
    address = address_of(app)
    assert len(address) < 100
    assert "BertForSequenceClassification" in text_of(app)
    assert "pasted in another session" in errors_of(open_page(address))


def test_a_fault_of_ours_is_one_plain_sentence(monkeypatch, caplog):
    def fail(self, opened):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Answers, "auto_classes", fail)
    app = open_page("arch:albert")
    assert "the fault is ours" in errors_of(app)
    assert "secret detail" not in errors_of(app)
    assert "secret detail" in caplog.text


def test_names_in_a_config_are_shown_as_text_and_never_as_markup():
    config = SMALL_BERT | {"architectures": ["<img src=x onerror=alert(1)>"]}
    assert "<img" not in text_of(open_page(parse_source(json.dumps(config)).text))
