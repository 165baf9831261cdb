"""Results as a visitor sees them: texts with what was found in them, scores, and nothing that is not true."""

import time

import pytest

from explorer.tasks.fill_mask import Filling, FillMaskInput, FillMaskResult
from explorer.tasks.question_answering import (
    Answer,
    PlaceScore,
    QuestionAnsweringInput,
    QuestionAnsweringResult,
)
from explorer.tasks.seq2seq import Seq2SeqInput, TranslationResult
from explorer.tasks.text_classification import (
    LabelScore,
    TextClassificationInput,
    TextClassificationResult,
)
from explorer.tasks.text_generation import (
    GenerationStep,
    TextGenerationInput,
    TextGenerationResult,
    Token,
)
from explorer.tasks.token_classification import Entity, TokenClassificationInput, TokenClassificationResult
from tests.ui.app import text_of
from tests.ui.drawn_results import cells, drawn, elements, of_class, parsed, words
from ui.results.answer_chart import that_matter
from ui.results.fill_mask import place_of, shared
from ui.results.text_generation import text_markup
from ui.results.token_classification import tints_of

HOSTILE = "<img src=x onerror=alert(1)>\"'&"


def step(index: int, text: str, probability: float = 0.5, chance: float = 1.0) -> GenerationStep:
    token = Token(index, text, probability, chance, False)
    other = Token(10_000, " other", 0.25, 0.0, False)
    best = sorted((token, other), key=lambda one: -one.probability)
    return GenerationStep(index, token, tuple(best), text)


def generated(*steps: GenerationStep, prompt: str = "Once", reason: str = "length") -> TextGenerationResult:
    return TextGenerationResult(prompt, 1, "".join(one.text for one in steps), steps, reason, 7)


def page(result, inputs, labels=()):
    return elements(drawn(result, inputs, labels))


def test_what_is_to_be_said_of_a_result_stands_first():
    shown = page(TranslationResult("Hallo", 1, 1, ("Cut <b>.",)), Seq2SeqInput("Hello"))
    assert words(shown[0]) == "Note Cut <b>."
    assert shown[0].get("class") == "x-notice"


# Text generation


def test_the_text_is_the_prompt_and_all_that_was_added():
    shown = parsed(text_markup(HOSTILE, [step(0, " <b>"), step(1, "\n&amp;")], is_finished=True))
    (text,) = of_class(shown, "x-generated")
    assert words(text) == f"{HOSTILE} <b>\n&amp;"


@pytest.mark.parametrize(
    ("probability", "kind"),
    [(1.0, 0), (0.9, 0), (0.89, 1), (0.5, 1), (0.1, 2), (0.01, 3), (0.009, 4), (0.0, 4)],
)
def test_a_token_is_of_the_level_of_its_probability(probability, kind):
    shown = parsed(text_markup("a", [step(0, " b", probability)], is_finished=True))
    (token,) = (one for one in of_class(shown, "x-new-token") if words(one) == " b")
    assert token.get("class") == f"x-new-token x-level{kind}"


def test_a_token_says_its_probability_in_words_too():
    shown = parsed(text_markup("a", [step(0, " b", 0.1234)], is_finished=True))
    assert of_class(shown, "x-new-token")[0].get("title") == "token 1: 12.3 %"


def test_only_a_text_that_still_grows_has_a_cursor():
    growing, done = (parsed(text_markup("a", [], is_finished=done)) for done in (False, True))
    assert (len(of_class(growing, "x-cursor")), len(of_class(done, "x-cursor"))) == (1, 0)


def test_of_a_long_prompt_only_the_end_is_sent_with_every_token():
    shown = parsed(text_markup("a" * 3_000 + "b", [], is_finished=False))
    assert words(of_class(shown, "x-prompt")[0]) == "a" * 1_999 + "b"
    assert "[1,001 characters before]" in words(shown)


def test_a_text_of_500_tokens_is_written_in_less_than_20_milliseconds():
    steps = [step(number, f" word{number}", 0.3) for number in range(500)]

    def seconds() -> float:
        start = time.perf_counter()
        text_markup("Once", steps, is_finished=False)
        return time.perf_counter() - start

    assert min(seconds() for _ in range(5)) < 0.02


def test_a_finished_text_says_why_it_ends_and_what_went_in_and_out():
    shown = words(
        page(generated(step(0, " a"), step(1, " b"), reason="eos_token"), TextGenerationInput("Once"))
    )
    assert "The model ended the text itself" in shown
    assert "1 token of prompt, 2 tokens added, seed 7." in shown


def test_the_table_tells_each_token_with_its_rank_and_the_others():
    shown = page(generated(step(0, " a", 0.75), step(1, "\n", 0.1)), TextGenerationInput("Once"))
    (table,) = of_class(shown, "x-token-table")
    assert cells(table) == [
        ["1", "␣a", "75.0 %", "1", "␣a ✓ 75.0 %␣other 25.0 %"],
        ["2", "⏎", "10.0 %", "2", "␣other 25.0 %⏎ ✓ 10.0 %"],
    ]


def test_chances_are_told_where_tokens_were_drawn():
    shown = page(generated(step(0, " a", 0.75, chance=0.875)), TextGenerationInput("Once"))
    assert cells(of_class(shown, "x-token-table")[0])[0][2:4] == ["75.0 %", "87.5 %"]


def test_of_many_tokens_the_table_has_the_first_and_says_so():
    steps = (step(number, f" {number}") for number in range(500))
    shown = page(generated(*steps), TextGenerationInput("Once"))
    assert len(cells(of_class(shown, "x-token-table")[0])) == 50
    assert "The first 50 of 500 tokens are shown." in words(shown)


# Fill-mask


def filling(word: str, sequence: str, score: float = 0.5) -> Filling:
    return Filling(score, 1, word, sequence)


def emphasised(text: str, *fillings: Filling) -> list[str]:
    ends = shared([one.sequence for one in fillings], text)
    places = [place_of(one, ends) for one in fillings]
    return [
        f"{one.sequence[:start]}*{one.sequence[start:end]}*{one.sequence[end:]}"
        for one, (start, end) in zip(fillings, places, strict=True)
    ]


def test_a_word_is_emphasised_where_the_mask_was_though_it_stands_elsewhere_too():
    first = filling("cat", "the cat saw a cat and a cat")
    second = filling("cow", "the cat saw a cow and a cat")
    assert emphasised("The cat saw a [MASK] and a cat", first, second) == [
        "the cat saw a *cat* and a cat",
        "the cat saw a *cow* and a cat",
    ]


def test_a_word_on_its_own_is_found_by_the_text_that_was_typed():
    assert emphasised("The cat saw a [MASK].", filling("cat", "the cat saw a cat.")) == [
        "the cat saw a *cat*."
    ]


def test_a_part_of_a_word_is_emphasised_by_what_differs():
    found = emphasised("Play[MASK]", filling("##ing", "playing"), filling("##er", "player"))
    assert found == ["play*ing*", "play*er*"]


def test_words_after_an_emoji_are_emphasised_by_python_s_characters():
    shown = page(
        FillMaskResult(((filling(" Paris", "🤗 in Paris!", 0.75), filling(" Rome", "🤗 in Rome!")),)),
        FillMaskInput("🤗 in <mask>!"),
    )
    assert [words(one) for one in shown.iter("strong")] == ["Paris", "Rome"]
    assert [words(one) for one in of_class(shown, "x-number")] == ["75.0 %", "50.0 %"]


def test_each_of_several_masks_has_its_own_list():
    masks = ((filling("a", "a [MASK]"),), (filling("b", "[MASK] b"),))
    shown = page(FillMaskResult(masks), FillMaskInput("[MASK] [MASK]"))
    assert [words(title) for title in shown.iter("h3")] == ["Mask 1", "Mask 2"]


def test_of_many_words_the_first_are_shown():
    many = tuple(filling(f"w{number}", f"a w{number}", 0.001) for number in range(1000))
    shown = page(FillMaskResult((many,)), FillMaskInput("a [MASK]"))
    assert len(list(shown.iter("li"))) == 100
    assert "The first 100 of 1,000 words are shown." in words(shown)


# Translation


def test_both_texts_are_shown_with_their_tokens():
    shown = page(TranslationResult(HOSTILE, 7, 1), Seq2SeqInput("Hello <b>"))
    source, made = of_class(shown, "x-result-text")
    assert (words(source), words(made)) == ("Hello <b>", HOSTILE)
    assert [words(title) for title in shown.iter("h3")] == ["Text 7 tokens in", "Translation 1 token out"]


def test_a_text_that_is_written_from_right_to_left_is_shown_so():
    shown = page(TranslationResult("שלום", 1, 1), Seq2SeqInput("Hello"))
    assert [text.get("dir") for text in shown.iter("p")] == ["auto", "auto"]


# Question answering


def answered(context: str, *answers: Answer, places: tuple[PlaceScore, ...] = ()):
    return page(QuestionAnsweringResult(answers, places, 1), QuestionAnsweringInput("Who?", context))


def test_the_answer_is_marked_where_it_stands():
    context = "🤗🤗 Anna <b> and Anna."
    shown = answered(context, Answer(0.9, 16, 20, "Anna"))
    (text,) = of_class(shown, "x-result-text")
    (mark,) = text.iter("mark")
    assert (words(text), words(mark), mark.tail) == (context, "Anna", ".")


def test_no_answer_is_said_plainly():
    shown = answered("Anna.", Answer(0.8, 0, 0, ""), Answer(0.1, 0, 4, "Anna"))
    assert "No answer. The model finds that the context has none: 80.0 %." in words(shown)
    (excerpt,) = of_class(shown, "x-result-text")
    assert not list(excerpt.iter("mark"))
    assert cells(of_class(shown, "x-answers")[0])[0][1] == "no answer"


def test_nothing_found_is_not_said_to_be_the_model_s_finding():
    assert "found no part of the context" in words(answered("Anna.", Answer(0.0, 0, 0, "")))


def test_an_answer_in_a_long_context_stands_among_its_nearest_words():
    context = "before " * 700 + "Anna" + " after" * 500
    shown = answered(context, Answer(0.9, 4_900, 4_904, "Anna"))
    excerpt, whole = of_class(shown, "x-result-text")
    assert len(words(excerpt)) < 370
    assert words(excerpt).startswith("[4,753 characters before]…before before")
    assert words(excerpt).endswith("after after…[2,856 characters after]")
    assert [words(mark) for mark in excerpt.iter("mark")] == ["Anna"]
    (folded,) = of_class(shown, "x-result-more")
    assert folded.get("open") is None
    assert words(folded[0]) == "The whole context: 7,904 characters"
    assert (words(whole), [words(mark) for mark in whole.iter("mark")]) == (context, ["Anna"])


def test_a_context_without_spaces_is_cut_between_letters():
    context = "あ" * 1_000 + "東京" + "い" * 1_000
    excerpt = of_class(answered(context, Answer(0.9, 1_000, 1_002, "東京")), "x-result-text")[0]
    assert words(excerpt) == (f"[850 characters before]…{'あ' * 150}東京{'い' * 150}…[850 characters after]")


def test_a_short_context_is_not_told_twice():
    assert len(of_class(answered("Anna and Tom", Answer(0.5, 0, 4, "Anna")), "x-result-text")) == 1


def test_the_best_answers_are_a_table():
    shown = answered("Anna and Tom", Answer(0.5, 0, 4, "Anna"), Answer(0.25, 9, 12, "Tom"))
    (table,) = of_class(shown, "x-answers")
    assert cells(table) == [
        ["1", "AnnaAnna and Tom", "", "50.0 %", "0 to 4"],
        ["2", "TomAnna and Tom", "", "25.0 %", "9 to 12"],
    ]
    assert [words(mark) for mark in table.iter("mark")] == ["Anna", "Tom"]


def test_each_of_the_best_answers_has_its_own_words_about_it():
    context = "Anna " + "and so on " * 300 + "Tom"
    best = Answer(0.5, 0, 4, "Anna"), Answer(0.25, len(context) - 3, len(context), "Tom")
    rows = cells(of_class(answered(context, *best), "x-answers")[0])
    assert rows[0][1].endswith("and so…") or rows[0][1].endswith("on…")
    assert rows[1][1].startswith("Tom…")
    assert rows[1][1].endswith("so on Tom")
    assert all(len(row[1]) < 70 for row in rows)


def test_the_chart_has_a_table_that_says_the_same_of_every_token():
    places = (PlaceScore(0, 4, 0.75, 0.25), PlaceScore(5, 8, 0.0, 0.0), PlaceScore(9, 11, 0.125, 0.5))
    shown = answered("Anna and Tom", Answer(0.5, 0, 4, "Anna"), places=places)
    assert cells(of_class(shown, "x-places")[0]) == [
        ["Anna", "75.0 %", "25.0 %", "0"],
        ["and", "0 %", "0 %", "5"],
        ["To", "12.5 %", "50.0 %", "9"],
    ]
    assert "All 3 tokens of the context, in their order." in words(shown)


@pytest.mark.parametrize(("count", "shown"), [(80, 80), (81, 1)])
def test_all_tokens_are_charted_while_they_have_room(count, shown):
    places = [PlaceScore(n, n + 1, 0.5 if n == 7 else 0.0, 0.0) for n in range(count)]
    assert len(that_matter(places)) == shown


def test_of_400_tokens_the_highest_are_charted_in_the_order_of_the_text():
    places = [PlaceScore(n, n + 1, 0.5 + (n * 7 % 400) / 1000, 0.0) for n in range(400)]
    shown = that_matter(places)
    assert len(shown) == 30
    assert shown == sorted(shown)
    assert {places[n].begins for n in shown} == set(sorted(place.begins for place in places)[-30:])


def test_scores_that_are_all_nothing_are_not_charted():
    places = (PlaceScore(0, 4, 0.0009, 0.0001),)
    app = drawn(
        QuestionAnsweringResult((Answer(0.9, 0, 0, ""),), places, 1), QuestionAnsweringInput("Who?", "Anna")
    )
    assert not app.get("plotly_chart")
    assert "No token reaches 0.10 %" in text_of(app)


# Named entities


def labelled(text: str, *entities: Entity, labels: tuple[str, ...] = ()):
    return page(TokenClassificationResult(entities, 1), TokenClassificationInput(text), labels)


def without_labels(text) -> str:
    for mark in text.iter("mark"):
        mark.remove(mark.find("small"))
    return words(text)


def test_entities_are_marked_by_python_s_characters_with_their_labels_behind():
    text = "🤗👩‍🚀 Ünal in <Berlin>"
    start, place = text.index("Ünal"), text.index("Berlin")
    shown = labelled(
        text, Entity("PER", 0.9, "Ünal", start, start + 4), Entity("LOC", 0.8, "Berlin", place, place + 6)
    )
    (box,) = of_class(shown, "x-entities")
    assert [words(mark) for mark in box.iter("mark")] == ["ÜnalPER", "BerlinLOC"]
    assert without_labels(box) == text


def test_a_label_is_only_text():
    shown = labelled("Anna", Entity(HOSTILE, 0.9, HOSTILE, 0, 4))
    assert words(next(of_class(shown, "x-entities")[0].iter("small"))) == HOSTILE


def test_parts_that_overlap_repeat_nothing_of_the_text():
    entities = (Entity("A", 0.9, "ab", 0, 2), Entity("B", 0.9, "bc", 1, 3), Entity("C", 0.9, "c", 2, 3))
    (box,) = of_class(labelled("abcd", *entities), "x-entities")
    assert [words(mark) for mark in box.iter("mark")] == ["abA", "cB", "C"]
    assert without_labels(box) == "abcd"


def test_a_text_from_right_to_left_decides_its_direction_itself():
    text = "آنا تعيش في برلين"
    shown = labelled(text, Entity("LOC", 0.9, "برلين", 12, 17))
    (box,) = of_class(shown, "x-entities")
    assert box.find("p").get("dir") == "auto"
    assert words(next(box.iter("mark"))) == "برلينLOC"


def test_a_label_has_its_colour_by_the_checkpoint_s_order():
    labels = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")
    loc = tints_of(labels, [Entity("LOC", 0.9, "", 0, 1)])["LOC"]
    assert loc == tints_of(labels, [])["B-LOC"] == tints_of(labels, [])["I-LOC"] == "x-tint2"


def test_labels_beyond_the_palette_begin_anew():
    tints = tints_of(tuple(f"L{number}" for number in range(20)), [])
    assert (tints["L7"], tints["L8"]) == ("x-tint8", "x-tint1")


def test_the_legend_counts_all_parts_and_the_rest_is_said_to_be_more():
    text = "ab " * 500
    entities = tuple(Entity("X", 0.9, "ab", 3 * number, 3 * number + 2) for number in range(500))
    shown = labelled(text, *entities)
    assert words(of_class(shown, "x-entity-legend")[0]) == "500 labelled parts:X 500"
    assert len(cells(of_class(shown, "x-entity-table")[0])) == 200
    assert len(list(of_class(shown, "x-entities")[0].iter("mark"))) == 200
    assert "The first 200 of 500 labelled parts are shown." in words(shown)
    # Behind the last part that is shown.
    assert f"[{1500 - 599} characters after]" in words(shown)


def test_a_text_without_entities_is_shown_all_the_same():
    shown = labelled("nobody here")
    assert "No part of the text has a label" in words(shown)
    assert words(of_class(shown, "x-entities")[0]) == "nobody here"


# Text classification


def classified(function: str, *texts: tuple[LabelScore, ...]):
    inputs = TextClassificationInput(tuple(f"text {number}" for number in range(len(texts))))
    return page(TextClassificationResult(texts, function), inputs)


GOOD = (LabelScore("GOOD", 0.75), LabelScore("BAD", 0.25))


@pytest.mark.parametrize(
    ("function", "said"),
    [("softmax", "One label is right"), ("sigmoid", "Each label by itself"), ("none", "the logits")],
)
def test_it_is_said_what_the_scores_mean(function, said):
    assert said in words(classified(function, GOOD))


def test_each_label_has_its_score_as_a_bar_and_a_number():
    items = list(classified("softmax", GOOD).iter("li"))
    assert [words(item) for item in items] == ["GOOD75.0 %", "BAD25.0 %"]
    assert [item.find(".//i").get("style") for item in items] == [
        "left:0.00%;width:75.00%",
        "left:0.00%;width:25.00%",
    ]


def test_a_logit_below_zero_goes_to_the_left_of_zero():
    shown = classified("none", (LabelScore("A", 3.0), LabelScore("B", -1.0)))
    assert [bar.get("style") for bar in shown.iter("i")] == [
        "left:25.00%;width:75.00%",
        "left:0.00%;width:25.00%",
    ]
    assert [words(item) for item in shown.iter("li")] == ["A3.00", "B−1.00"]
    assert len(of_class(shown, "x-below")) == 1


def test_few_texts_are_blocks_and_many_a_table():
    few, many = classified("softmax", *[GOOD] * 5), classified("softmax", *[GOOD] * 6)
    assert (len(list(few.iter("section"))), len(of_class(few, "x-classes"))) == (5, 0)
    assert cells(of_class(many, "x-classes")[0])[5] == ["6", "text 5", "GOOD", "", "75.0 %"]


def test_of_300_texts_200_are_shown():
    shown = classified("softmax", *[GOOD] * 300)
    assert len(cells(of_class(shown, "x-classes")[0])) == 200
    assert "The first 200 of 300 texts are shown." in words(shown)


def test_of_many_labels_the_best_are_shown():
    labels = tuple(LabelScore(f"L{number}", 0.001) for number in range(1000))
    shown = classified("softmax", labels)
    assert len(list(shown.iter("li"))) == 20
    assert "The first 20 of 1,000 labels are shown." in words(shown)
