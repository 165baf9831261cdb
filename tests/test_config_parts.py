"""The fields of a config part by part, group by group, and those that match a search."""

from explorer.config import ConfigField, fields_of
from explorer.config_parts import key_of, matching, parts_of

CONFIG = {
    "model_type": "llava",
    "vision_config": {"model_type": "clip_vision_model", "patch_size": 14},
    "text_config": {"model_type": "llama", "vocab_size": 9, "num_hidden_layers": 2, "hidden_size": 8},
}
FIELDS = fields_of(CONFIG, {})


def names(fields: tuple[ConfigField, ...]) -> list[str]:
    return [field.name for field in fields]


def test_the_whole_comes_first_and_then_its_parts():
    assert parts_of(FIELDS)[0].name == ""
    assert {part.name for part in parts_of(FIELDS)} == {"", "text_config", "vision_config"}


def test_a_part_says_what_it_is_for():
    text = next(part for part in parts_of(FIELDS) if part.name == "text_config")
    assert "text" in text.meaning


def test_every_field_is_in_one_group_of_one_part():
    found = [field for part in parts_of(FIELDS) for field in part.fields]
    assert sorted(names(tuple(found))) == sorted(names(FIELDS))


def test_a_group_begins_with_what_is_best_known():
    text = next(part for part in parts_of(FIELDS) if part.name == "text_config")
    dimensions = next(group for group in text.groups if group.name == "dimensions")
    assert list(map(key_of, dimensions.fields)) == ["hidden_size", "num_hidden_layers", "vocab_size"]


def test_every_word_must_be_found_in_the_name_the_group_the_meaning_or_the_value():
    assert names(matching(FIELDS, "PATCH 14")) == ["vision_config.patch_size"]
    assert names(matching(FIELDS, "text_config dimensions stacked")) == ["text_config.num_hidden_layers"]
    assert matching(FIELDS, "patch 15") == ()


def test_without_words_every_field_matches():
    assert matching(FIELDS, "  ") == FIELDS
