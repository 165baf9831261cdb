"""JSON from strangers: what is read, what is refused and in which words, and the one text of equal values."""

import math

import pytest

from explorer.json_text import MAXIMUM_DEPTH, canonical_text, parse_object

REFUSED = {
    "[1]": "a list, not an object",
    "null": "null, not an object",
    "true": "true or false, not an object",
    "{": "not JSON",
    '{"a": NaN}': "NaN",
    '{"a": ' + "9" * 101 + "}": "too many digits",
    '{"a": "\\ud800"}': "not Unicode",
    '{"a": ' * MAXIMUM_DEPTH + "{}" + "}" * MAXIMUM_DEPTH: "nested too deeply",
    '{"a": ' * 100_000: "nested too deeply",
    b'{"a": "\xff"}': "not UTF-8",
}


def test_canonical_text_is_equal_for_equal_values():
    assert canonical_text({"b": 1, "a": "é"}) == canonical_text({"a": "é", "b": 1}) == '{"a":"é","b":1}'


@pytest.mark.parametrize("text", ['\ufeff{"a": 1}', b'\xef\xbb\xbf{"a": 1}'])
def test_a_mark_of_the_byte_order_is_no_part_of_the_json(text):
    assert parse_object(text) == {"a": 1}


def test_infinity_is_read_as_published_configs_hold_it():
    assert parse_object('{"time_step_limit": [0.0, Infinity]}') == {"time_step_limit": [0.0, math.inf]}


@pytest.mark.parametrize(("text", "why"), REFUSED.items(), ids=REFUSED.values())
def test_what_is_no_object_is_refused_in_words(text, why):
    with pytest.raises(ValueError, match=why):
        parse_object(text)
