"""The pages of a demo checkpoint: all that a model of the Hub has, without the Hub."""

import pytest

from explorer import demo
from tests.ui.app import HEADS, HOME, errors_of, matrix_of, open_page, text_of

PAGES = (HOME, HEADS, "pages/1_Config_and_parameters.py", "pages/3_Checkpoint.py")
MODEL = "demo:text-classification"


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_and_says_that_the_model_is_tiny(page):
    app = open_page(MODEL, page)
    assert not app.error
    assert "A tiny BERT that the project trained" in text_of(app)
    assert "Demo checkpoint" in text_of(app)
    assert "huggingface.co/text-classification" not in text_of(app)


@pytest.mark.parametrize("task", [entry.task for entry in demo.entries()])
def test_the_checkpoint_page_of_each_shows_its_file(task):
    app = open_page(f"demo:{task}", "pages/3_Checkpoint.py")
    assert not app.error
    assert "model.safetensors" in text_of(app)


def test_the_matrix_tells_the_trained_head_from_the_others():
    rows = matrix_of(open_page(MODEL, HEADS))
    assert "ready" in str(rows["AutoModelForSequenceClassification"])
    assert "untrained" in str(rows["AutoModelForMaskedLM"])


def test_an_unknown_demo_says_which_there_are():
    assert "demo:text-classification" in errors_of(open_page("demo:poetry"))


def test_the_welcome_links_to_one():
    links = [element.proto.label for element in open_page().get("page_link")]
    assert any(MODEL in label for label in links)
