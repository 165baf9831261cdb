"""The gallery: every bundled config is the real one, to the last parameter."""

import pytest

from explorer import gallery
from explorer.json_text import canonical_text
from explorer.loading.auto_classes import model_class_of
from explorer.loading.configs import load_config
from explorer.loading.trees import build_tree
from tests.published import explain


def test_a_checkpoint_is_found_by_its_hub_id():
    config = gallery.find("google-bert/bert-base-uncased")
    assert config is not None
    assert config.source.kind == "gallery"
    assert config.source.name == "google-bert/bert-base-uncased"
    assert config.source.revision is None
    assert config.model_type == "bert"


def test_a_checkpoint_is_found_by_its_old_name_in_any_case():
    for name in ("gpt2", "GPT2", "OpenAI-Community/gpt2", " gpt2 "):
        assert gallery.find(name) == gallery.find("openai-community/gpt2") is not None


def test_an_unknown_name_finds_nothing():
    assert gallery.find("nobody/nothing") is None


def test_every_file_of_the_gallery_is_read():
    assert {file.stem for file in gallery.DATA.iterdir()} == set(gallery.SHELVES)


def test_no_name_means_two_checkpoints():
    names = [name.lower() for entry in gallery.entries() for name in (entry.id, *entry.aliases)]
    assert sorted(names) == sorted(set(names))


def test_every_card_says_what_the_checkpoint_is_in_one_sentence():
    for entry in gallery.entries():
        assert entry.sentence.endswith("."), entry.id
        assert ". " not in entry.sentence, entry.id
        assert len(entry.sentence) < 130, entry.id
        assert 2015 <= entry.year <= 2026, entry.id


def test_every_config_names_its_class_and_its_architecture():
    for entry in gallery.entries():
        assert entry.config.model_type, entry.id
        assert len(entry.config.architectures) == 1, entry.id


def test_config_text_is_canonical():
    for entry in gallery.entries():
        assert entry.config.text == canonical_text(entry.config.values), entry.id


def test_classifiers_know_their_labels():
    labels = gallery.find("dbmdz/bert-large-cased-finetuned-conll03-english").values["id2label"]
    assert list(labels.values())[:3] == ["O", "B-MISC", "I-MISC"]
    assert len(labels) == 9
    sentiment = gallery.find("distilbert-base-uncased-finetuned-sst-2-english").values["id2label"]
    assert sentiment == {"0": "NEGATIVE", "1": "POSITIVE"}


PUBLISHED = [entry for entry in gallery.entries() if entry.published_total is not None]


def test_nearly_every_checkpoint_has_a_published_total():
    assert len(PUBLISHED) > 0.98 * len(gallery.entries())


@pytest.mark.parametrize("entry", PUBLISHED, ids=lambda entry: entry.id)
def test_the_published_total_comes_out_to_the_last_parameter(entry):
    tree = build_tree(entry.config, entry.published_class)
    assert explain(tree, entry.published_total) is not None


@pytest.mark.parametrize("entry", gallery.entries(), ids=lambda entry: entry.id)
def test_the_auto_class_gives_the_class_that_the_checkpoint_names(entry):
    found = model_class_of(load_config(entry.config), entry.auto_class).__name__
    # Some checkpoints name their class with other capitals than transformers does.
    assert found.lower() == entry.config.architectures[0].lower()


def test_a_total_that_counts_the_tied_head_twice_is_explained():
    entry = next(entry for entry in gallery.entries() if entry.id == "Qwen/Qwen3-0.6B")
    tree = build_tree(entry.config, entry.auto_class)
    assert explain(tree, 596_049_920) == ()
    assert explain(tree, 751_632_384) == ("copy of model.embed_tokens.weight",)
    assert explain(tree, 600_000_000) is None
