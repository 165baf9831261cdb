"""The inside of a model as it is drawn: true numbers, plain words, and strangers' text as text."""

import json
import re
import struct
import zlib
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.inside.every_head import HeadAnswer
from explorer.inside.same_backbone import Comparison, SameBackbone
from tests.ui.app import settled, text_of
from tests.ui.inside_values import (
    HOSTILE,
    TOKENS,
    bert_walk,
    explanation,
    guess,
    lens_row,
    looking_at,
    maps,
    places,
    states,
    step,
)
from ui.inside import (
    attention,
    every_head,
    heat,
    hidden_states,
    lens,
    same_backbone,
    shape_words,
    thumbnail,
    unknown,
    walk,
)
from ui.inside import places as places_view
from ui.inside.words import duration, percent, seen, shape_of


def plain(markup: str) -> str:
    """What a reader sees of the markup."""
    return " ".join(unescape(re.sub("<[^>]*>", " ", markup)).split())


def rows_of(markup: str) -> list[str]:
    """The lines of a walk as a reader sees them."""
    return [plain(row) for row in markup.split('class="x-walk-row"')[1:]]


def row_of(markup: str, label: str) -> str:
    return next(row for row in rows_of(markup) if row.lstrip("> ").startswith(label))


def times_of(markup: str) -> list[str]:
    """How often the folded lines happened."""
    return re.findall(r'class="x-times">× (\d+)<', markup)


# The walk


def test_equal_layers_in_a_row_are_one_line_that_opens_to_each_of_them():
    drawn = walk.walk(explanation(walk=bert_walk(12)))
    assert row_of(drawn, "layer. 0 … layer. 11 × 12")
    assert times_of(drawn) == ["12"]
    assert [f"layer. {number} Layer" in plain(drawn) for number in range(12)] == [True] * 12
    assert "layer. 12" not in plain(drawn)


def test_the_line_of_equal_layers_has_the_time_of_all_of_them():
    row = row_of(walk.walk(explanation(walk=bert_walk(12))), "layer. 0 … layer. 11")
    assert "12.0 ms 75 %" in row


def test_the_inside_of_equal_layers_is_drawn_once():
    drawn = plain(walk.walk(explanation(walk=bert_walk(12))))
    assert drawn.count("attention Attention") == 1
    assert drawn.count("inside as in layer.0") == 11


def test_a_layer_of_another_shape_ends_the_row():
    steps = list(bert_walk(3))
    place = next(number for number, found in enumerate(steps) if found.path == "body.layer.2")
    steps[place] = step("body.layer.2", "Layer", 0.001, depth=2, outputs=((1, 4, 16),))
    drawn = walk.walk(explanation(walk=tuple(steps)))
    assert row_of(drawn, "layer. 0 … layer. 1 × 2")
    assert times_of(drawn) == ["2"]


def test_a_layer_that_is_left_out_ends_the_row():
    skipped = tuple(found for found in bert_walk(5) if not found.path.startswith("body.layer.2"))
    drawn = walk.walk(explanation(walk=skipped))
    assert row_of(drawn, "layer. 3 … layer. 4 × 2")
    assert times_of(drawn) == ["2", "2"]


def test_one_module_that_works_again_and_again_is_one_line():
    again = [step("body.block", "Block", 0.001, depth=2) for _ in range(4)]
    steps = (step("", "Model", 0.006), step("body", "Body", 0.005), *again)
    assert row_of(walk.walk(explanation(walk=steps)), "block × 4")


def test_every_line_says_what_goes_in_and_what_comes_out():
    drawn = walk.walk(explanation(walk=bert_walk(), hidden_states=(states(),)))
    assert "1 × 4 → gives 1 × 4 × 8" in row_of(drawn, "embeddings")
    assert "in: 1 × 4 × 8 (batch × tokens × features); out: 1 × 4 × 8 (batch × tokens × features)" in drawn
    assert "1 × 4 × 8 → gives 1 × 4 × 8 +1" in row_of(drawn, "mlp")


def test_the_parts_and_what_lies_between_add_up_to_the_whole_time():
    drawn = plain(walk.walk(explanation(walk=bert_walk())))
    assert "16.0 ms in all" in drawn
    assert "backbone 13.0 ms, 81 %" in drawn
    assert "head 2.00 ms, 12 %" in drawn or "head 2.00 ms, 13 %" in drawn
    assert "between modules 1.00 ms, 6.2 %" in drawn or "between modules 1.00 ms, 6.3 %" in drawn
    shares = [
        float(part) for part in re.findall(r"flex-grow:([0-9.]+)", walk.walk(explanation(walk=bert_walk())))
    ]
    assert sum(shares) == pytest.approx(1, abs=1e-4)


def test_the_head_stands_behind_the_backbone_in_a_frame_of_its_own():
    drawn = walk.walk(explanation(walk=bert_walk()))
    backbone, head = drawn.index("x-of-backbone"), drawn.index('class="x-group x-walk-stage x-of-head"')
    assert backbone < head
    assert "Head: what the task class adds" in plain(drawn[head:])
    assert "cls" in plain(drawn[head:])
    assert "cls" not in plain(drawn[backbone:head])


def test_an_encoder_and_a_decoder_are_two_lines_of_the_backbone():
    steps = (
        step("", "Model", 0.01),
        step("encoder", "Stack", 0.004, part="backbone"),
        *(step(f"encoder.block.{n}", "Block", 0.002, depth=2, part="backbone") for n in range(2)),
        step("decoder", "Stack", 0.005, part="backbone"),
        *(step(f"decoder.block.{n}", "Block", 0.002, depth=2, part="backbone") for n in range(3)),
        step("cls", "Linear", 0.001),
    )
    drawn = walk.walk(explanation(walk=steps))
    assert drawn.count("x-walk-stage") == 2
    assert times_of(drawn) == ["2", "3"]
    assert row_of(drawn, "encoder Stack")
    assert row_of(drawn, "decoder Stack")


def test_a_head_without_modules_is_said_to_have_none():
    drawn = plain(walk.walk(explanation(walk=tuple(s for s in bert_walk() if s.part != "head"))))
    assert "No module of its own was at work" in drawn
    bare = explanation(walk=(step("", "Body", 0.1, part="backbone"),), auto_class="AutoModel")
    assert "No module of its own" not in plain(walk.walk(bare))


def test_more_lines_than_can_be_drawn_are_counted():
    steps = [step("", "Model", 1.0), step("body", "Body", 0.9)]
    for number in range(500):
        steps.append(step(f"body.m{number}x", f"Class{number}", 0.0001, depth=2))
        steps.append(step(f"body.m{number}x.inner", "Inner", 0.0001, depth=3))
    drawn = walk.walk(explanation(walk=(*steps, step("cls", "Linear", 0.01))))
    count = len(rows_of(drawn))
    assert count == walk.MOST_LINES
    told = re.findall(r"([0-9,]+) more lines? within", plain(drawn))
    assert sum(map(int, told)) == 1_002 - count
    assert "cls" in rows_of(drawn)[-1]


def test_a_clock_that_stands_still_breaks_nothing():
    drawn = plain(walk.walk(explanation(walk=tuple(step(s.path, s.class_name, 0.0) for s in bert_walk(2)))))
    assert "0.000 ms in all" in drawn


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        (((1, 4, 3),), "batch × tokens × scores"),
        (((1, 4, 3), (1, 4, 8)), "batch × tokens × scores"),
        (((1, 4), (1, 4)), "batch × tokens, for start and end"),
        # As many labels as tokens, by chance.
        (((1, 4),), "batch × scores"),
        (((1, 5, 3),), ""),
        (((1,),), ""),
        ((), ""),
    ],
)
def test_the_sizes_of_the_output_are_named_where_they_can_be_told(outputs, words):
    assert shape_words.words_of_scores(outputs, explanation()) == words


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((1, 4), "batch × tokens"),
        ((1, 2), "batch × width"),
        ((1, 4, 2), "batch × tokens × width"),
        ((1, 4, 9), "batch × tokens × features"),
        ((1, 3, 4, 4), "batch × heads × tokens × tokens"),
        ((1, 3, 4, 5), ""),
        ((1, 7), ""),
    ],
)
def test_the_sizes_of_a_tensor_are_named_where_they_can_be_told(shape, words):
    assert shape_words.words_of(shape, explanation(hidden_states=(states(),))) == words


def test_a_text_as_long_as_the_vectors_are_wide_is_not_guessed_at():
    value = explanation(tokens=("a", "b"), hidden_states=(states(),))
    assert shape_words.words_of((1, 2), value) == ""


# Attention


def drawn_with(draw: Callable[..., None], *values: object, **chosen: str) -> AppTest:
    """The view on a page of its own; ``chosen`` is in the address."""

    # Streamlit runs the source of it: no name from around it is known there.
    def page(draw, values):  # type: ignore[no-untyped-def]
        draw(*values)

    app = AppTest.from_function(page, args=(draw, values), default_timeout=60)
    for name, value in chosen.items():
        app.query_params[name.replace("_", "-")] = value
    return settled(app.run())


def figures_of(app: AppTest) -> list[dict[str, object]]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def numbers_of(trace: dict[str, object]) -> np.ndarray:
    z = trace["z"]
    raw = np.frombuffer(b64decode(z["bdata"]), np.dtype(z["dtype"]))
    return raw.reshape([int(size) for size in z["shape"].split(",")])


TWO_HEADS = maps([[looking_at(0), looking_at(1)], [looking_at(2), looking_at(3)]])


def test_the_map_is_that_of_the_layer_and_head_in_the_address():
    value = explanation(attentions=(TWO_HEADS,))
    app = drawn_with(attention.draw_attention, value, attention_layer="1", attention_head="0")
    (trace,) = figures_of(app)[0]["data"]
    assert np.array_equal(numbers_of(trace), np.array(looking_at(2)))
    assert trace["x"] == trace["y"] == ["0 [CLS]", "1 ␣the", "2 ␣cat", "3 [SEP]"]


def test_at_first_the_map_is_the_mean_of_all_heads():
    (trace,) = figures_of(drawn_with(attention.draw_attention, explanation(attentions=(TWO_HEADS,))))[0][
        "data"
    ]
    assert np.array_equal(numbers_of(trace), (np.array(looking_at(0)) + np.array(looking_at(1))) / 2)


def test_attention_comes_with_a_warning_words_for_the_blind_and_a_table():
    app = drawn_with(attention.draw_attention, explanation(attentions=(TWO_HEADS,)), attention_head="1")
    assert "Attention is not explanation" in text_of(app)
    assert "Head 1 of layer 0" in app.get("plotly_chart")[0].proto.alt
    assert "2 ␣cat 1 ␣the 100 %" in plain(text_of(app))


def test_without_special_tokens_each_row_is_made_one_again():
    weights = [[0.5, 0.1, 0.3, 0.1], [0.8, 0.1, 0.1, 0.0], [0.2, 0.6, 0.2, 0.0], [1.0, 0.0, 0.0, 0.0]]
    found = attention.map_of(maps([[weights]]), 0, True)
    assert found.rows == found.columns == ("1 ␣the", "2 ␣cat")
    assert found.heads[0] == pytest.approx(np.array([[0.5, 0.5], [0.75, 0.25]]))


def test_a_row_that_looks_at_special_tokens_alone_has_nothing_left():
    found = attention.map_of(maps([[looking_at(0)]]), 0, True)
    assert np.array_equal(found.heads[0], np.zeros((2, 2)))


def test_a_mask_is_no_token_to_hide():
    assert not attention.SPECIAL.fullmatch("[MASK]")
    assert not attention.SPECIAL.fullmatch("<mask>")
    assert all(map(attention.SPECIAL.fullmatch, ("[CLS]", "</s>", "<|endoftext|>")))


def test_only_so_many_tokens_are_drawn_and_it_is_said():
    tokens = [f"t{number}" for number in range(130)]
    app = drawn_with(
        attention.draw_attention, explanation(attentions=(maps([[looking_at(0, 130)]], tokens),))
    )
    assert "Only the first 128 of 130 tokens are drawn" in text_of(app)
    assert numbers_of(figures_of(app)[0]["data"][0]).shape == (128, 128)


def test_every_head_of_the_layer_has_a_thumbnail_and_the_chosen_one_is_marked():
    drawn = attention.thumbnails(attention.map_of(TWO_HEADS, 0, False), "1", 0)
    assert drawn.count("<img") == 2
    assert drawn.count("(shown above)") == drawn.count("x-is-chosen") == 1
    assert "head 1 (shown above)" in plain(drawn)


def test_a_thumbnail_has_the_shades_of_its_numbers():
    address = thumbnail.picture_of(np.array([[0.0, 0.5, 0.125], [0.25, 0.0, 0.5]]))
    content = b64decode(address.partition(",")[2])
    assert struct.unpack(">II", content[16:24]) == (3, 2)
    start = content.index(b"IDAT")
    (length,) = struct.unpack(">I", content[start - 4 : start])
    lines = zlib.decompress(content[start + 4 : start + 4 + length])
    # Two dots in a byte, a byte before every line; the shade is the root of the share.
    assert lines.hex() == "00" + "0f8" + "0" + "00" + "b0f" + "0"


def test_a_large_map_makes_a_small_picture_that_keeps_what_stands_out():
    values = np.zeros((200, 200))
    values[136:140, 61] = 1
    small = thumbnail._shrunk(thumbnail._shrunk(values, 0), 1)
    assert small.shape == (64, 64)
    assert small.max() == 1


def test_a_large_layer_is_sent_in_less_than_half_a_megabyte():
    random = np.random.default_rng(0).random((1, 32, 128, 128)).astype(np.float32)
    value = maps([[looking_at(0)]], [f"token{number}" for number in range(128)])
    large = type(value)("self", value.row_tokens, value.column_tokens, 1, 32, random.tobytes())
    app = drawn_with(attention.draw_attention, explanation(attentions=(large,)))
    sent = len(text_of(app)) + sum(len(chart.proto.spec) for chart in app.get("plotly_chart"))
    assert 50_000 < sent < 500_000


# Hidden states


def test_lengths_and_cosines_are_drawn_by_layer_and_token():
    app = drawn_with(hidden_states.draw_hidden_states, explanation(hidden_states=(states(),)))
    lengths, cosines, *_ = (figure["data"][0] for figure in figures_of(app))
    assert numbers_of(lengths).tolist() == [[1, 2, 3, 4], [2, 3, 4, 5], [3, 4, 5, 6]]
    assert lengths["y"] == ["embeddings", "layer 0", "layer 1"]
    assert numbers_of(cosines).tolist() == [[0.5] * 4, [0.25] * 4]
    assert cosines["y"] == ["layer 0", "layer 1"]


def test_the_table_of_the_layers_says_the_same_as_the_maps():
    turned = replace(states(), cosines=((1.0,) * 4, (0.5,) * 4, (0.5, 0.25, -0.5, 0.75)))
    drawn = plain(hidden_states.summary(turned))
    assert "layer 1 4.5 3 [SEP] 6 0.250 2 ␣cat -0.500" in drawn
    assert "embeddings 2.5 3 [SEP] 4 – –" in drawn


def test_the_vectors_are_those_of_the_chosen_layer():
    numbers = struct.pack("24f", *range(24))
    value = explanation(hidden_states=(states(vectors=numbers),))
    app = drawn_with(hidden_states.draw_hidden_states, value, hidden_layer="embeddings")
    assert numbers_of(figures_of(app)[3]["data"][0]).tolist() == [[0, 1], [2, 3], [4, 5], [6, 7]]
    app = drawn_with(hidden_states.draw_hidden_states, value)
    assert numbers_of(figures_of(app)[3]["data"][0])[0].tolist() == [16, 17]


def test_a_model_that_gives_no_embeddings_has_none_drawn():
    value = explanation(hidden_states=(replace(states(), layers=("layer 0", "layer 1", "output")),))
    app = drawn_with(hidden_states.draw_hidden_states, value)
    assert figures_of(app)[0]["data"][0]["y"] == ["layer 0", "layer 1", "output"]
    assert "embeddings" not in text_of(app)
    assert app.get("plotly_chart")[2].proto.alt.startswith("4 tokens of the output")
    app = drawn_with(hidden_states.draw_hidden_states, value, hidden_layer="layer 0")
    assert app.get("plotly_chart")[2].proto.alt.startswith("4 tokens after layer 0")


def test_vectors_that_were_not_sent_are_said_to_be_too_many():
    app = drawn_with(hidden_states.draw_hidden_states, explanation(hidden_states=(states(),)))
    assert len(figures_of(app)) == 3
    assert "too many to be sent" in text_of(app)


def test_every_picture_has_words_for_those_who_do_not_see_it():
    value = explanation(hidden_states=(states(vectors=struct.pack("24f", *range(24))),))
    app = drawn_with(hidden_states.draw_hidden_states, value)
    assert len([chart for chart in app.get("plotly_chart") if chart.proto.alt]) == 4


# The lens and surprisal

LENS = (
    lens_row(0, 40, 0.001, guess("a", 0.5, 1), guess("b", 0.25, 2)),
    lens_row(1, 2, 0.25, guess("b", 0.5, 2), guess("z", 0.25, 9)),
    lens_row(2, 1, 0.75, guess("z", 0.75, 9)),
)


def test_the_lens_has_a_row_for_each_layer_with_the_rank_of_what_wins():
    drawn = lens.lens(explanation(lens=LENS, lens_position=1, places=places(1.0, 2.0)))
    assert "embeddings 40 0.1 % a 50.0 % b 25.0 %" in plain(drawn)
    assert "layer 0 2 25.0 % b 50.0 % z 25.0 %" in plain(drawn)
    assert "layer 1 1 75.0 % z 75.0 %" in plain(drawn)
    assert drawn.count("x-is-final") == 2


def test_the_lens_says_where_it_is_put():
    value = explanation(lens=LENS, lens_position=1, places=places(None, 2.0), is_each_hidden=True)
    masked = plain(lens.lens(value))
    assert "At place 1, the token ␣word1 . Rank and probability are those of z" in masked
    written = plain(lens.lens(explanation(lens=LENS, lens_position=1, places=places(None, 2.0))))
    assert "Behind place 1, the token ␣word1" in written


def test_perplexity_is_two_to_the_power_of_the_mean_surprisal():
    drawn = plain(places_view.text_of(explanation(places=places(None, 1.0, 2.0, 6.0))))
    assert "Mean surprisal 3.00 bits over 3 tokens, so the perplexity is 2 to the power of it: 8 ." in drawn


def test_what_was_guessed_with_each_token_hidden_is_called_so():
    drawn = plain(places_view.text_of(explanation(places=places(None, 1.0, 3.0), is_each_hidden=True)))
    assert "each token is hidden in turn" in drawn
    assert "so the pseudo-perplexity is 2 to the power of it: 4 ." in drawn
    assert "hidden" not in plain(places_view.text_of(explanation(places=places(None, 1.0))))


def test_a_perplexity_above_the_vocabulary_is_not_called_a_choice_among_so_many():
    sure = plain(places_view.text_of(explanation(places=places(None, 9.0), vocabulary=512)))
    assert "as if it chose among so many" in sure
    wrong = plain(places_view.text_of(explanation(places=places(None, 9.5), vocabulary=512)))
    assert "A blind choice among all of its 512 tokens would have 9.00 bits" in wrong
    assert "as if it chose" not in wrong


def test_where_no_surprisal_is_known_there_is_no_mean():
    assert places_view.mean_of(places(None)) is None
    assert "No token has a surprisal" in places_view.text_of(explanation(places=places(None)))


def test_a_hopeless_text_has_a_perplexity_too():
    assert "more than 10¹²" in places_view.text_of(explanation(places=places(5_000.0)))


def test_the_colour_of_a_token_grows_with_its_bits():
    drawn = places_view.text_of(explanation(places=places(None, 0.0, 4.0, 16.0, 99.0)))
    shades = [int(shade) for shade in re.findall(r"--bits:(\d+)%\" title=\"place", drawn)]
    assert shades == [0, 25, 100, 100]
    assert 'title="place 2: 4.00 bits; expected first: ␣other"' in drawn


def test_every_place_is_listed_with_what_was_expected():
    drawn = plain(places_view.table_of(places(None, 2.0)))
    assert "0 ␣word0 ? –" in drawn
    assert "1 ␣word1 2.00 ␣other 12.5 %" in drawn


# One backbone

EQUAL = Comparison("last_hidden_state", (1, 4, 8), True, 0.0, ((0.5, -1.25), (0.5, -1.25)))
APART = Comparison("last_hidden_state", (1, 4, 8), False, 0.0123, ((0.5, -1.25), (0.5, -1.26)))
LOGITS = Comparison("logits", (1, 4, 3), True, 0.0, ((1.0,), (1.0,)))
HEAD = (("cls", "Linear(8 → 3)"),)
LESSON = "the head on AutoModel’s features gives the same logits"


def same(features: tuple[Comparison, ...], logits: Comparison | None, *notes: str) -> str:
    return plain(same_backbone.picture(SameBackbone("Body", "Tagger", features, HEAD, logits, notes)))


def test_equal_features_and_logits_are_the_lesson():
    told = same((EQUAL,), LOGITS)
    assert "last_hidden_state 1 × 4 × 8: = equal, bit for bit in all 32 numbers" in told
    assert "logits 1 × 4 × 3: = equal, bit for bit in all 12 numbers" in told
    assert LESSON in told
    assert "not equal" not in told


def test_both_sides_show_their_first_numbers():
    assert same((APART,), None).count("-1.25") == 1
    assert same((EQUAL,), None).count("-1.25") == 2


@pytest.mark.parametrize(
    ("features", "logits"),
    [
        ((APART,), LOGITS),
        ((EQUAL, APART), LOGITS),
        ((EQUAL,), Comparison("logits", (1, 4, 3), False, 0.5, ((1.0,), (1.5,)))),
        ((EQUAL,), None),
        ((), LOGITS),
    ],
)
def test_what_is_not_equal_or_not_shown_is_never_claimed(features, logits):
    assert LESSON not in same(features, logits)


def test_a_difference_is_said_with_its_size():
    told = same((APART,), None, "The head takes more.")
    assert "≠ not equal The greatest difference among 32 numbers is 0.0123." in told
    assert "bit for bit" not in told
    assert "nothing is claimed about its logits" in told
    assert "The head takes more." in told


def test_automodel_itself_is_drawn_without_a_head():
    value = SameBackbone("Body", "Body", (EQUAL,), (), None)
    assert "logits" not in plain(same_backbone.picture(value))


# Every head


def head(name: str, *answer: tuple[str, float | None], **known: object) -> HeadAnswer:
    return HeadAnswer(name, f"{name}Class", None, answer=answer, **known)  # type: ignore[arg-type]


TRAINED = head("A", ("paris", 0.9), output="logits", shape=(1, 3), seconds=0.002)
UNTRAINED = head("B", ("LABEL_0", 0.6), untrained=("classifier.weight",))
FAILED = head("C", error="One text has no choices.")


def card(markup: str, name: str) -> str:
    return next(found for found in markup.split("<article")[1:] if f"<b>{name}</b>" in found)


def test_every_head_is_marked_stored_or_untrained_by_sign_and_word():
    drawn = every_head.cards((TRAINED, UNTRAINED, FAILED), True)
    assert "✓ in the checkpoint" in card(drawn, "A")
    assert "◐ untrained" in card(drawn, "B")
    assert "classifier.weight" in plain(card(drawn, "B")).replace(". ", ".")
    assert "! no answer" in card(drawn, "C")
    assert "One text has no choices." in card(drawn, "C")
    assert "1 head in the checkpoint, 1 untrained, 1 without an answer." in plain(drawn)


def test_a_card_has_the_answer_with_its_score_shape_and_time():
    assert "paris 90.0 % logits: 1 × 3 · 2.00 ms" in plain(card(every_head.cards((TRAINED,), True), "A"))


def test_a_new_seed_changes_the_untrained_and_not_the_trained():
    other = head("B", ("LABEL_0", 0.4), untrained=("classifier.weight",))
    drawn = every_head.cards((TRAINED, other, FAILED), True, (TRAINED, UNTRAINED, FAILED))
    assert "= stays with another seed" in card(drawn, "A")
    assert "changed" not in card(drawn, "A")
    assert "≠ changed with the seed" in card(drawn, "B")
    assert not re.search("stays|changed", card(drawn, "C"))


def test_a_random_backbone_is_told():
    other = replace(UNTRAINED, is_backbone_random=True)
    assert "The backbone is random too" in card(every_head.cards((TRAINED, other), True), "B")
    assert "backbone is random" not in every_head.cards((TRAINED, UNTRAINED), True)


def test_an_answer_that_needs_nothing_untrained_is_partly_untrained():
    drawn = plain(every_head.cards((replace(UNTRAINED, is_answer_trained=True),), True))
    assert "◐ partly untrained" in drawn
    assert "What is told here is trained" in drawn
    assert "0 heads in the checkpoint, 0 untrained, 1 partly untrained." in drawn


def test_a_head_that_was_saved_for_another_task_says_so():
    other = replace(TRAINED, saved_for=("text-classification",))
    assert "saved for text-classification" in every_head.cards((other,), True)
    assert "saved for" not in every_head.cards((TRAINED,), True)
    bare = HeadAnswer("AutoModel", "Body", None, saved_for=("text-classification",))
    assert "saved for" not in every_head.cards((bare,), True)


def test_the_sides_of_an_attention_map_are_named():
    app = drawn_with(attention.draw_attention, explanation(attentions=(TWO_HEADS,)))
    layout = figures_of(app)[0]["layout"]
    assert layout["xaxis"]["title"]["text"] == "looks at →"
    assert layout["yaxis"]["title"]["text"] == "token that looks"


def test_without_another_seed_nothing_is_said_of_it():
    drawn = every_head.cards((TRAINED, UNTRAINED), True)
    assert not re.search("stays|changed", drawn.partition("<article")[2])


def test_more_heads_are_announced_until_all_have_answered():
    assert "more are at work" in every_head.cards((TRAINED,), False)
    assert "more are at work" not in every_head.cards((TRAINED,), True)
    assert "The first head is at work" in every_head.cards((), False)
    assert "supports no head" in every_head.cards((), True)


def test_automodel_is_no_head():
    bare = HeadAnswer("AutoModel", "Body", None)
    alias = HeadAnswer("AutoModelForTextEncoding", "Body", None)
    drawn = every_head.cards((bare, alias, TRAINED), True)
    assert "1 head in the checkpoint, 0 untrained." in plain(drawn)
    assert "x-of-backbone" in card(drawn, "AutoModelForTextEncoding").replace("<wbr></wbr>", "")
    assert "x-of-head" in card(drawn, "A")


# What is missing, and strangers' text


@pytest.mark.parametrize(
    ("draw", "reason"),
    [
        (walk.draw_walk, "The walk: no module was seen."),
        (attention.draw_attention, "There are no attention maps: the model has none."),
        (hidden_states.draw_hidden_states, "The hidden states: the model does not give them."),
        (lens.draw_lens, "Guesses and the logit lens: only a language model guesses."),
        (places_view.draw_places, "Guesses and the logit lens: only a language model guesses."),
    ],
)
def test_an_empty_view_says_why(draw, reason):
    other = "Something else: it is another matter."
    told = text_of(drawn_with(draw, explanation(unknown=(reason, other))))
    assert reason in told
    assert other not in told
    assert "There is nothing to show" in told


@pytest.mark.parametrize(
    ("draw", "parts"),
    [
        (attention.draw_attention, {"attentions": (maps([[[]]], ()),)}),
        (hidden_states.draw_hidden_states, {"hidden_states": (states(()),)}),
    ],
)
def test_of_no_tokens_there_is_nothing_to_draw(draw, parts):
    assert "There is nothing to show" in text_of(drawn_with(draw, explanation(tokens=(), **parts)))


def test_an_empty_view_without_a_reason_of_its_own_gives_all_reasons():
    told = unknown.nothing(explanation(unknown=("It ran out of time.",)), "attention", "attention")
    assert "It ran out of time." in told
    assert "Why is not known." in unknown.nothing(explanation(), "attention", "attention")


def test_what_is_unknown_is_a_notice_each():
    app = drawn_with(unknown.draw_unknown, ("First.", "Second."))
    assert text_of(app).count("x-notice") == 2
    assert not drawn_with(unknown.draw_unknown, ()).get("html")


def hostile_markup() -> str:
    tokens = (HOSTILE, "a", "b", "c")
    found = attention.map_of(maps([[looking_at(0)]], tokens), 0, False)
    place = places_view.PlaceGuesses(0, HOSTILE, 1.0, (guess(HOSTILE, 0.5),))
    lenses = (lens_row(0, 1, 0.5, guess(HOSTILE, 0.5)),)
    value = explanation(
        tokens=tokens,
        walk=(step(HOSTILE, HOSTILE, 0.1, part="head"),),
        lens=lenses,
        lens_position=0,
        places=(place,),
        unknown=(HOSTILE,),
    )
    compared = Comparison(HOSTILE, (1,), True, 0.0, ((1.0,), (1.0,)))
    answer = HeadAnswer(HOSTILE, HOSTILE, HOSTILE, (HOSTILE,), HOSTILE, (1,), ((HOSTILE, 0.5),))
    return "".join(
        (
            walk.walk(value),
            attention.thumbnails(found, HOSTILE, 0),
            attention.most_looked_at(found, found.heads[0], HOSTILE),
            hidden_states.summary(states(tokens)),
            lens.lens(value),
            places_view.text_of(value),
            places_view.table_of((place,)),
            same_backbone.picture(
                SameBackbone(HOSTILE, HOSTILE, (compared,), ((HOSTILE, HOSTILE),), compared, (HOSTILE,))
            ),
            every_head.cards((answer, HeadAnswer(HOSTILE, HOSTILE, None, error=HOSTILE)), True, (answer,)),
            unknown.nothing(value, HOSTILE),
        )
    )


def test_text_of_strangers_is_text_in_every_view():
    drawn = hostile_markup()
    assert "<img src=x" not in drawn
    assert 'onerror="' not in drawn
    assert drawn.count("&lt;img") > 15


def test_text_of_strangers_is_text_in_the_pictures():
    value = heat.Heat(np.zeros((1, 1)), ["<b>%{z}"], [HOSTILE], "%{z}", 0, 1)
    for figure in (heat.figure(value), hidden_states.plane([(0.0, 1.0)], [f"{HOSTILE}%{{x}}"])):
        written = json.dumps(figure.to_dict(), default=list)
        assert "<img" not in written
        assert "<b>%{z}" not in written.replace("&lt;", "")
        assert "&lt;" in written


# Words


def test_numbers_are_written_as_they_are_read():
    assert [duration(s) for s in (0.0000004, 0.000314, 0.00123, 0.0123, 1.5)] == [
        "0.000 ms",
        "0.314 ms",
        "1.23 ms",
        "12.3 ms",
        "1,500 ms",
    ]
    assert [percent(p) for p in (0.0, 0.0001, 0.5, 0.99999, 1.0)] == [
        "0.0 %",
        "< 0.1 %",
        "50.0 %",
        "> 99.9 %",
        "100 %",
    ]
    assert shape_of((1, 30522)) == "1 × 30,522"


def test_white_space_in_a_token_can_be_seen():
    assert [seen(token) for token in ("\n", " a\tb", "", "x" * 99)] == ["⏎", "␣a⇥b", "∅", "x" * 23 + "…"]
    assert seen(TOKENS[1]) == "␣the"
