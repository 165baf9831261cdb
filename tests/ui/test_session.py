"""What is chosen goes from page to page."""

import pytest

from tests.ui.app import HEADS, HOME, open_page, settled


@pytest.mark.parametrize("pages", [(HEADS,), (HEADS, HOME), (HEADS, HOME, HEADS)])
def test_the_box_shows_the_model_on_every_page_that_follows(pages):
    app = open_page("arch:gpt2")
    for page in pages:
        app.switch_page(page)
        app.query_params["model"] = "arch:gpt2"
        settled(app.run())
        assert app.text_input(key="typed").value == "arch:gpt2"
