"""The seven task pages on the demo checkpoints, as a visitor uses them, with real models."""

import pytest

from explorer import demo
from tests.ui.app import errors_of, open_page, settled, text_of
from ui.task_model import PAGES

# What each page must say of its own example.
SAID = {
    "fill-mask": "paris",
    "translation": "Hallo, wie geht es dir?",
    "question-answering": "a tool that democratizes AI",
    "token-classification": "New York City",
    "text-classification": "POSITIVE",
    "feature-extraction": "64 numbers",
}


def open_task(task, **parameters):
    extra = {"task": task} if task == "summarization" else {}
    return open_page(f"demo:{task}", PAGES[task], **extra, **parameters)


def press(app, label):
    return settled(next(button for button in app.button if button.label == label).click().run())


def run(app):
    return press(app, "Run")


def box(app, label):
    return next(area for area in (*app.text_area, *app.text_input) if area.label == label)


@pytest.mark.parametrize("task", [entry.task for entry in demo.entries()])
def test_each_answers_its_example(task):
    app = run(open_task(task))
    assert not errors_of(app)
    assert SAID.get(task, "") in text_of(app)


@pytest.mark.parametrize("task", [entry.task for entry in demo.entries()])
def test_each_says_before_it_runs_that_its_head_is_trained(task):
    said = text_of(open_task(task))
    assert "x-readiness x-ready" in said


def test_a_head_that_is_not_in_the_checkpoint_is_told_before_and_after():
    app = open_page("demo:fill-mask", PAGES["text-classification"])
    assert "classifier.weight" in text_of(app)
    assert "x-untrained-head" in text_of(app)
    assert "The answer is noise" in text_of(run(app))


def test_settings_and_text_come_from_the_address():
    app = run(open_task("fill-mask", text="The capital of Spain is [MASK].", top_k="2"))
    assert "madrid" in text_of(app)
    assert box(app, "Text").value == "The capital of Spain is [MASK]."
    assert text_of(app).count("the capital of spain is") == 2


def test_what_is_typed_is_in_the_address_and_stays_when_it_cannot_be_run():
    app = open_task("fill-mask")
    settled(box(app, "Text").set_value("There is no gap.").run())
    assert app.query_params["text"] == "There is no gap."
    app = run(app)
    assert "There is no mask in the text" in errors_of(app)
    assert box(app, "Text").value == "There is no gap."


@pytest.mark.parametrize(
    ("text", "said"),
    [("  ", "There is no text"), ("a" * 1_000_000, "1,000,000 characters"), ("word " * 400, "longer than")],
)
def test_bad_text_costs_a_message(text, said):
    app = open_task("text-classification")
    settled(box(app, "Texts, one a line").set_value(text).run())
    app = run(app)
    assert said in errors_of(app) or "tokens" in errors_of(app)
    assert box(app, "Texts, one a line").value == text


def test_emoji_and_right_to_left_text_are_answered():
    app = open_task("text-classification")
    settled(box(app, "Texts, one a line").set_value("I love it 🎉\nשלום עולם").run())
    app = run(app)
    assert not errors_of(app)
    assert "שלום עולם" in text_of(app)


def test_an_answer_to_another_text_says_so():
    app = run(open_task("text-classification"))
    settled(box(app, "Texts, one a line").set_value("I hate it.").run())
    assert any("before it was changed" in caption.value for caption in app.caption)
    assert not any("before it was changed" in caption.value for caption in run(app).caption)


def test_a_model_of_another_task_says_what_it_can_do_and_links_there():
    app = open_page("demo:translation", PAGES["fill-mask"])
    assert "has no AutoModelForMaskedLM" in errors_of(app)
    links = [link.proto.label for link in app.get("page_link")]
    assert "Translation, summary" in links
    assert not [button for button in app.button if button.label == "Run"]


def test_a_config_without_a_checkpoint_says_so():
    app = open_page("arch:bert", PAGES["fill-mask"])
    assert any("no weights that could be run" in info.value for info in app.info)
    assert not [button for button in app.button if button.label == "Run"]


def test_a_setting_out_of_its_limits_says_which_they_are():
    app = run(open_task("fill-mask", top_k="999999"))
    assert "It is a whole number between 1 and 1000" in errors_of(app)
    settled(next(found for found in app.number_input if found.label == "Top k").set_value(2).run())
    assert not errors_of(run(app))


@pytest.mark.parametrize("junk", ["", "x", "1e999", "-99999999999999999999999999", "nan"])
def test_no_number_in_the_address_breaks_the_page(junk):
    app = open_task("text-generation", top_k=junk, temperature=junk)
    assert not errors_of(app)
    run(app)


def test_a_demo_of_the_second_task_opens_as_such():
    app = open_page("demo:summarization", PAGES["summarization"])
    assert "The tower of Paris" in box(app, "Text").value
    assert "The tower in Paris is from 1889" in text_of(run(app))


def test_a_box_that_was_not_drawn_for_a_while_holds_its_text_again():
    app = open_task("text-classification", text="I hate it.", given="File of lines")
    settled(app)
    app.query_params["given"] = "Text"
    settled(app.run())
    assert box(app, "Texts, one a line").value == "I hate it."


@pytest.mark.parametrize(("task", "is_language"), [("text-classification", False), ("fill-mask", True)])
def test_what_only_language_models_show_is_offered_to_them_alone(task, is_language):
    groups = run(open_task(task)).segmented_control
    views = next(group.options for group in groups if "Walk" in group.options)
    assert ("Logit lens" in views) == ("Token by token" in views) == is_language


def test_without_a_model_and_without_the_hub_the_page_takes_its_own():
    app = open_page(None, PAGES["fill-mask"])
    assert "A tiny BERT that the project trained" in text_of(app)
    links = [link.proto.label for link in app.get("page_link")]
    assert any("bert" in label for label in links)
    assert "paris" in text_of(run(app))


@pytest.mark.parametrize(
    ("view", "said"),
    [
        ("Walk", "encoder"),
        ("Token by token", "bits"),
        ("Same backbone", "bit for bit"),
        ("Every head", "untrained"),
    ],
)
def test_the_inside_is_shown_on_request(view, said):
    app = run(open_task("fill-mask", view=view))
    assert not errors_of(app)
    assert said in text_of(app)


def test_the_lens_names_its_place_and_the_token_there():
    said = text_of(run(open_task("fill-mask", view="Logit lens")))
    assert "At place 6 of 0 to 8, the token " in said
    assert "[MASK]" in said.partition("At place 6")[2][:80]
    said = text_of(run(open_task("fill-mask", view="Logit lens", position="4")))
    assert "At place 4 of 0 to 8, the token " in said


def test_the_help_tells_the_models_own_mask_once_it_is_loaded():
    app = open_task("fill-mask")
    assert "whatever the model itself calls it" in box(app, "Text").help
    assert "this model calls it \\[MASK\\]" in box(run(app), "Text").help
