"""Names that a reader may have meant."""

import pytest

from explorer.near_names import near_names

NAMES = ("bert", "gpt_neo", "gpt_neox", "GPT2", "t5")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("gpt-neox", "arch:gpt_neox or arch:gpt_neo"),
        ("BERT", "arch:bert"),
        ("gpt-2", "arch:GPT2"),
        ("nothing like it", ""),
        ("", ""),
        ("x" * 1_000_000, ""),
    ],
)
def test_names_that_look_alike_are_told_with_their_prefix(text, told):
    assert near_names(text, NAMES, "arch:") == told
