"""The demo checkpoints that are committed: whole, small, as good as their model cards say."""

import json
import re
from functools import cache

import pytest
from safetensors import safe_open
from transformers import AutoTokenizer

from explorer import demo
from explorer.demo.training import recipe

TASKS = [entry.task for entry in demo.entries()]
FILES = {"README.md", "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}
# Another processor rounds otherwise, and an answer that was close may turn.
TOLERANCE = 0.02

every_task = pytest.mark.parametrize("task", TASKS)


@cache
def measured(task):
    return recipe.find(task).measure(demo.find(task).folder)


@every_task
def test_it_passes_its_gates(task):
    assert [figure for figure in measured(task) if not figure.passes] == []


@every_task
def test_some_gate_is_on_held_out_templates_and_another_on_the_sentence_of_the_tutorial(task):
    gated = {figure.name for figure in measured(task) if figure.least is not None}
    assert any(name.startswith("Held-out templates") for name in gated)
    assert any(name.startswith("The sentence of the tutorial") for name in gated)


@every_task
def test_its_card_says_what_is_measured(task):
    card = (demo.find(task).folder / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| (.+?) \| [\d,]+ of ([\d,]+) \| ([\d.]+)% \|", card, re.MULTILINE)
    said = {name: (int(total.replace(",", "")), float(share) / 100) for name, total, share in rows}
    assert set(said) == {figure.name for figure in measured(task)}
    for figure in measured(task):
        total, share = said[figure.name]
        assert (total, share) == (
            pytest.approx(figure.total, rel=0.05),
            pytest.approx(figure.share, abs=TOLERANCE),
        )


@every_task
def test_its_card_says_what_it_is_what_it_cannot_do_and_how_to_make_it_again(task):
    folder = demo.find(task).folder
    card = (folder / "README.md").read_text("utf-8")
    assert card.startswith("---\nlicense: apache-2.0\n")
    assert demo.find(task).sentence.startswith("A tiny ")
    assert card.count("\n* ") >= 3
    assert f"python -m explorer.demo train {task}" in card


@every_task
def test_it_is_small_and_whole(task):
    folder = demo.find(task).folder
    assert {path.name for path in folder.iterdir()} >= FILES
    assert sum(path.stat().st_size for path in folder.glob("*.safetensors")) < recipe.LARGEST
    assert sum(path.stat().st_size for path in folder.iterdir()) < 1.5 * recipe.LARGEST


@every_task
def test_its_config_names_the_class_that_it_was_saved_from_and_nothing_of_the_machine(task):
    folder = demo.find(task).folder
    config = json.loads((folder / "config.json").read_text("utf-8"))
    assert len(config["architectures"]) == 1
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        assert not re.search(r'"(/home|/root|/tmp|/work|/Users)', (folder / name).read_text("utf-8"))


@every_task
def test_its_weights_are_finite_numbers(task):
    with safe_open(demo.find(task).folder / "model.safetensors", "pt") as file:
        assert all(file.get_tensor(name).isfinite().all() for name in file.keys())  # noqa: SIM118


@every_task
def test_its_tokenizer_knows_where_every_token_lies(task):
    tokenizer = AutoTokenizer.from_pretrained(demo.find(task).folder)
    text = "The movie was great, and I don't know Zürich!"
    encoded = tokenizer(text, return_offsets_mapping=True)
    places = [(start, end) for start, end in encoded["offset_mapping"] if end > start]
    assert "".join(text[start:end] for start, end in places) == text.replace(" ", "")
    assert max(encoded["input_ids"]) < len(tokenizer)


@every_task
def test_its_tokenizer_gives_words_back_that_it_knows(task):
    tokenizer = AutoTokenizer.from_pretrained(demo.find(task).folder)
    special = set(tokenizer.all_special_tokens)
    words = [word for word in sorted(tokenizer.get_vocab()) if word.isalpha() and word not in special][:200]
    for word in words:
        ids = tokenizer(word)["input_ids"]
        assert tokenizer.decode(ids, skip_special_tokens=True) == word
    assert tokenizer.unk_token_id not in tokenizer(" ".join(words))["input_ids"]
