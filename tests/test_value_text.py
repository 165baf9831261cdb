"""Values in short and in full; nothing in them hides or turns the text around it."""

from explorer import value_text


def test_a_short_value_is_json_and_the_same_in_full():
    for value, text in [(768, "768"), (None, "null"), (True, "true"), ("gelu", '"gelu"'), ([1, 2], "[1, 2]")]:
        assert value_text.short(value) == value_text.whole(value) == text


def test_a_long_dict_says_how_many_entries_it_has_and_the_first():
    labels = {str(number): f"class {number}" for number in range(1000)}
    assert value_text.short(labels) == "1,000 entries: 0: class 0, 1: class 1, 2: class 2, …"


def test_a_long_list_of_few_kinds_counts_them():
    layers = ["sliding_attention", "full_attention"] * 20
    assert value_text.short(layers) == "40 values: 20 × sliding_attention, 20 × full_attention"


def test_a_long_list_of_many_kinds_shows_the_first():
    assert value_text.short(list(range(100, 200))) == "100 values: 100, 101, 102, …"


def test_parts_of_parts_are_cut_too():
    assert len(value_text.short([["x" * 10_000] * 5] * 9)) < 150
    assert len(value_text.short({"x" * 10_000: "y" * 10_000})) < 150


def test_the_whole_of_a_long_value_has_one_part_a_line():
    assert value_text.whole({"name": "x" * 50}).split("\n")[1] == f'  "name": "{"x" * 50}"'


def test_what_cannot_be_seen_is_written_as_its_number():
    assert value_text.visible("a\0b\u202ec\nd") == "a\\u0000b\\u202ec\\u000ad"
    assert "\u202e" not in value_text.whole("\u202e") + value_text.short("\u202e" * 100)


def test_a_long_name_is_cut_and_an_empty_one_can_be_seen():
    assert value_text.name("x" * 1000) == "x" * 120 + "…"
    assert value_text.name("") == '""'
