"""The glossary: what config keys mean, and the honest answer for those that it does not know."""

import re

from explorer import gallery, glossary
from explorer.config import fields_of


def test_it_knows_at_least_700_keys():
    assert len(glossary.terms()) >= 700


def test_every_key_has_one_entry():
    names = [term.name for term in glossary.terms()]
    assert len(names) == len(set(names))


def test_every_meaning_is_one_to_three_short_sentences():
    for term in glossary.terms():
        assert re.fullmatch(r"[A-Z].+\.", term.meaning), term.name
        assert len(term.meaning) <= 160, term.name
        assert term.meaning.count(". ") <= 2, term.name


def test_the_groups_come_as_a_reader_thinks_and_the_unknown_last():
    assert glossary.groups()[:4] == ("identity", "dimensions", "attention", "sequence and tokens")
    assert {"regularisation", "generation", "task labels"} < set(glossary.groups())
    assert glossary.groups()[-1] == "other"


def test_a_nested_key_is_known_by_its_last_part():
    assert glossary.look_up("text_config.hidden_size") == glossary.look_up("hidden_size")


def test_an_unknown_key_is_said_to_be_unknown():
    assert glossary.look_up("made_up.key") == glossary.Term("key", "other", "")


def test_a_synonym_names_the_usual_word():
    for synonym, usual in [
        ("n_embd", "hidden_size"),
        ("d_model", "hidden_size"),
        ("n_layer", "num_hidden_layers"),
        ("n_heads", "num_attention_heads"),
        ("num_kv_heads", "num_key_value_heads"),
        ("d_ff", "intermediate_size"),
        ("n_positions", "max_position_embeddings"),
        ("num_experts", "num_local_experts"),
        ("hidden_activation", "hidden_act"),
    ]:
        assert usual in glossary.look_up(synonym).meaning, synonym


def test_a_key_that_a_meaning_refers_to_is_in_the_glossary():
    names = {term.name for term in glossary.terms()}
    for term in glossary.terms():
        for other in re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b", term.meaning):
            assert other in names | {"full_attention", "sliding_attention", "linear_attention"}, term.name


def test_every_key_in_the_gallery_is_known():
    for entry in gallery.entries():
        for field in fields_of(entry.config.values, {}):
            assert field.meaning, f"{entry.id}: {field.name}"
