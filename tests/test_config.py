"""A config's fields: values beside class defaults, nested configs under dotted names."""

from typing import Any

from explorer.config import ConfigField, fields_of


def fields(values: dict[str, Any], defaults: dict[str, Any]) -> dict[str, ConfigField]:
    return {field.name: field for field in fields_of(values, defaults)}


def test_a_value_stands_beside_its_default_and_its_meaning():
    field = fields({"hidden_size": 384}, {"hidden_size": 768})["hidden_size"]
    assert (field.value, field.default, field.group) == (384, 768, "dimensions")
    assert "width" in field.meaning
    assert field.is_changed


def test_a_value_equal_to_the_default_is_not_changed():
    assert not fields({"hidden_size": 768}, {"hidden_size": 768})["hidden_size"].is_changed


def test_a_key_that_the_values_leave_out_has_its_default():
    field = fields({}, {"hidden_size": 768})["hidden_size"]
    assert field.value == 768
    assert not field.is_changed


def test_a_key_that_the_class_does_not_know_has_no_default_and_is_a_change():
    field = fields({"head_dim": 128}, {})["head_dim"]
    assert field.default is None
    assert not field.has_default
    assert field.is_changed


def test_values_are_compared_as_json_keeps_them():
    for value, default in [(1, 1.0), ([1, 2], (1, 2)), ({"0": "NO"}, {0: "NO"}), ({"a": [1]}, {"a": (1,)})]:
        assert not ConfigField("name", value, default, "other", "").is_changed
    for value, default in [(True, 1), (0, False), (None, 0), ("1", 1), ([1, 2], [2, 1]), ([True], [1])]:
        assert ConfigField("name", value, default, "other", "").is_changed


def test_the_config_of_a_part_becomes_dotted_names():
    values = {"text_config": {"model_type": "llama", "hidden_size": 4096}}
    defaults = {"text_config": {"model_type": "llama", "hidden_size": 2048}}
    field = fields(values, defaults)["text_config.hidden_size"]
    assert (field.value, field.default, field.group) == (4096, 2048, "dimensions")


def test_a_plain_dict_stays_one_value():
    found = fields(
        {"id2label": {"0": "NEGATIVE", "1": "POSITIVE"}, "rope_parameters": {"rope_theta": 1e4}}, {}
    )
    assert found["id2label"].value == {"0": "NEGATIVE", "1": "POSITIVE"}
    assert found["rope_parameters"].value == {"rope_theta": 1e4}


def test_a_part_that_the_checkpoint_does_not_have_is_one_field():
    found = fields({"text_config": None}, {"text_config": {"model_type": "llama", "hidden_size": 2048}})
    assert list(found) == ["text_config"]
    assert found["text_config"].value is None


def test_a_part_that_the_class_does_not_have_by_default_has_no_defaults():
    found = fields({"text_config": {"model_type": "llama", "hidden_size": 2048}}, {"text_config": None})
    assert set(found) == {"text_config.model_type", "text_config.hidden_size"}
    assert not found["text_config.hidden_size"].has_default


def test_fields_are_ordered_by_group_and_then_by_name():
    values = {"unheard_of": 1, "vocab_size": 9, "dropout": 0.1, "hidden_size": 8, "model_type": "bert"}
    names = [field.name for field in fields_of(values, {})]
    assert names == ["model_type", "hidden_size", "vocab_size", "dropout", "unheard_of"]


def test_a_field_says_where_its_value_comes_from():
    stated = {"hidden_size": 8, "vocab_size": 9, "rope_theta": 1e4, "my_own_key": 1}
    values = {"hidden_size": 8, "vocab_size": 9, "hidden_act": "gelu", "head_dim": 4, "my_own_key": 1}
    defaults = {"hidden_size": 768, "vocab_size": 9, "hidden_act": "gelu", "head_dim": None}
    found = {field.name: field.status for field in fields_of(values, defaults, stated)}
    assert found == {
        "hidden_size": "changed",
        "vocab_size": "same",
        "hidden_act": "left out",
        "head_dim": "worked out",
        "my_own_key": "extra",
        "rope_theta": "set aside",
    }


def test_a_key_that_is_kept_elsewhere_is_no_change():
    field = fields_of({"rope_parameters": {}}, {"rope_parameters": {}}, {"rope_theta": 1e4})[0]
    assert (field.name, field.is_changed) == ("rope_parameters", False)
    field = fields_of({}, {}, {"rope_theta": 1e4})[0]
    assert (field.name, field.value, field.is_changed) == ("rope_theta", 1e4, False)


def test_a_part_that_the_file_states_without_its_model_type_is_still_a_part():
    values = {"text_config": {"model_type": "clip_text_model", "hidden_size": 8, "vocab_size": 9}}
    found = {field.name: field for field in fields_of(values, values, {"text_config": {"hidden_size": 8}})}
    assert found["text_config.hidden_size"].is_stated
    assert not found["text_config.vocab_size"].is_stated
    assert "text_config" not in found
