"""The gallery: every bundled config is the real one, to the last parameter."""

from explorer import gallery
from explorer.config import canonical_text


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


def test_no_name_means_two_checkpoints():
    names = [name.lower() for entry in gallery.entries() for name in (entry.id, *entry.aliases)]
    assert sorted(names) == sorted(set(names))


def test_every_card_says_what_the_checkpoint_is_in_one_sentence():
    for entry in gallery.entries():
        assert entry.sentence.endswith("."), entry.id
        assert ". " not in entry.sentence, entry.id
        assert len(entry.sentence) < 130, entry.id
        assert 2018 <= entry.year <= 2026, entry.id


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
