"""Question answering, against a plain reference: every span of every window, scored one by one."""

import math

import pytest
import torch
from tokenizers import pre_tokenizers
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from explorer.errors import InputError
from explorer.tasks.question_answering import QuestionAnsweringInput, QuestionAnsweringParameters
from tests.running import models

QUESTION = "What is Hugging Face creating?"
CONTEXT = "Hugging Face is creating a tool, unbelievably, that democratizes AI. 🎉 Paris lies at the Seine."
LONG = " ".join(f"{CONTEXT} It was number {number}." for number in range(5))


def answers(model, context=CONTEXT, **settings):
    return model.run(QuestionAnsweringInput(QUESTION, context), QuestionAnsweringParameters(**settings))


def softmax(logits):
    powers = [math.exp(logit - max(logits)) for logit in logits]
    return [power / sum(powers) for power in powers]


def reference(folder, context, longest, most, stride):
    """Best score of each span of characters, and the least probability of no answer, by brute force."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForQuestionAnswering.from_pretrained(folder)
    asked = tokenizer(QUESTION, add_special_tokens=False)["input_ids"]
    told = tokenizer(context, add_special_tokens=False, return_offsets_mapping=True)
    room, spans, nothing = most - len(asked) - 3, {}, []
    words = told.word_ids()
    starts, ends = {}, {}
    for word, (start, end) in zip(words, told["offset_mapping"], strict=True):
        starts.setdefault(word, start)
        ends[word] = end
    at = 0
    while True:
        part = told["input_ids"][at : at + room]
        ids = [2, *asked, 3, *part, 3]
        kinds = [0] * (len(asked) + 2) + [1] * (len(part) + 1)
        with torch.no_grad():
            out = model(torch.tensor([ids]), token_type_ids=torch.tensor([kinds]))
        first = len(asked) + 2
        begin, end = (
            softmax([logits[0, 0].item(), *logits[0, first : first + len(part)].tolist()])
            for logits in (out.start_logits, out.end_logits)
        )
        nothing.append(begin[0] * end[0])
        for i in range(len(part)):
            for j in range(i, min(i + longest, len(part))):
                span = starts[words[at + i]], ends[words[at + j]]
                spans[span] = max(spans.get(span, 0.0), begin[i + 1] * end[j + 1])
        if at + room >= len(told["input_ids"]):
            return spans, min(nothing)
        at += room - stride


@pytest.fixture(scope="module")
def made(loaded):
    return loaded("question-answering", models.bert, "BertForQuestionAnswering")


@pytest.mark.parametrize(
    ("context", "longest", "stride"),
    [(CONTEXT, 15, 8), (CONTEXT, 2, 8), (LONG, 15, 8), (LONG, 5, 1)],
    ids=["short", "short answers", "windows", "little overlap"],
)
def test_the_best_spans_are_those_of_a_search_through_all(made, context, longest, stride):
    folder, model = made
    spans, _ = reference(folder, context, longest, 64, stride)
    result = answers(model, context, top_k=4, max_answer_len=longest, doc_stride=stride)
    best = sorted(spans.items(), key=lambda item: -item[1])[:4]
    assert [(one.start, one.end) for one in result.answers] == [span for span, _ in best]
    assert [one.score for one in result.answers] == pytest.approx([score for _, score in best], rel=1e-3)
    assert all(one.answer == context[one.start : one.end] for one in result.answers)


def test_no_answer_has_the_least_probability_of_all_windows(made):
    folder, model = made
    spans, nothing = reference(folder, LONG, 15, 64, 8)
    result = answers(model, LONG, top_k=100, doc_stride=8, handle_impossible_answer=True)
    empty = [one for one in result.answers if one.answer == ""]
    assert [one.score for one in empty] == pytest.approx([nothing] if empty else [], rel=1e-3)
    assert bool(empty) == (sum(score > nothing for score in spans.values()) < 100)


def test_the_head_among_all_heads_gives_the_same_score(made):
    given = QuestionAnsweringInput(QUESTION, CONTEXT), QuestionAnsweringParameters()
    (best,) = made[1].run(*given).answers
    found = {one.auto_class: one.answer for one in made[1].every_head(*given, 0, lambda: False)}
    ((_, score),) = found["AutoModelForQuestionAnswering"]
    assert score == pytest.approx(best.score, rel=1e-5)


def test_a_long_context_is_windowed_and_the_reader_is_told(made):
    result = answers(made[1], LONG)
    assert result.windows > 1
    assert f"{result.windows} windows" in result.notes[0]
    # Its tokenizer is trained anew, and is not the same each time: the text is short for every one.
    assert answers(made[1], "Paris lies at the Seine.").notes == ()


def test_the_scores_cover_the_context_in_order(made):
    for context in (CONTEXT, LONG):
        places = answers(made[1], context).places
        assert "".join(context[one.start : one.end] for one in places) == context.replace(" ", "")
        assert all(0 <= one.begins <= 1 and 0 <= one.ends <= 1 for one in places)


def test_an_answer_is_whole_words(made):
    for one in answers(made[1], top_k=50).answers:
        around = CONTEXT[one.start - 1 : one.start], CONTEXT[one.end : one.end + 1]
        edges = CONTEXT[one.start], CONTEXT[one.end - 1]
        assert not any(a.isalnum() and b.isalnum() for a, b in zip(around, edges, strict=True))


def test_a_tokenizer_that_knows_no_words_answers_with_its_tokens(loaded):
    tokenizer = models.sentence_pieces()
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(split=False)
    assert set(tokenizer("two words", add_special_tokens=False).word_ids()) == {0}
    _, model = loaded("question-answering", models.bert, "BertForQuestionAnswering", tokenizer)
    found = answers(model, top_k=50).answers
    assert len({one.answer for one in found}) > 40


def test_a_model_without_a_token_for_no_answer_still_answers(loaded):
    _, model = loaded("question-answering", models.gpt2, "GPT2ForQuestionAnswering")
    result = answers(model, top_k=3, handle_impossible_answer=True)
    assert result.answers[0].answer in CONTEXT
    assert len({(one.start, one.end) for one in result.answers}) == 3


def test_a_question_that_leaves_no_room_is_refused(made):
    with pytest.raises(InputError, match=r"The question has .* Ask a shorter one"):
        made[1].run(QuestionAnsweringInput("what? " * 60, CONTEXT), QuestionAnsweringParameters())
