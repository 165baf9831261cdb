"""The committed checkpoints answer as transformers does when it is used directly."""

import pytest
import torch
from transformers import (
    AutoModelForCausalLM,
    AutoModelForQuestionAnswering,
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    pipeline,
)

from explorer import demo, tasks
from explorer.loading import running

IN_PIPELINES = {"fill-mask", "token-classification", "text-classification", "feature-extraction"}


def entries(names):
    return [pytest.param(entry, id=entry.task) for entry in demo.entries() if entry.task in names]


def run(entry, **settings):
    task = tasks.find(entry.task)
    model = running.load(str(entry.folder), task.name)
    return model.run(entry.example, task.settings(**settings))


def rounded(found):
    if isinstance(found, dict):
        return {name: rounded(value) for name, value in found.items()}
    if isinstance(found, list | tuple):
        return [rounded(part) for part in found]
    return pytest.approx(float(found), abs=1e-4) if isinstance(found, float) else found


@pytest.mark.parametrize("entry", entries(IN_PIPELINES))
def test_the_answer_is_that_of_the_pipeline(entry):
    example = entry.example
    more = {
        "text-classification": {"top_k": None},
        "token-classification": {"aggregation_strategy": "simple"},
    }
    pipe = pipeline(entry.task, str(entry.folder), device="cpu", **more.get(entry.task, {}))
    theirs = pipe(list(example.texts) if hasattr(example, "texts") else example.text)
    if entry.task == "feature-extraction":
        theirs = theirs[0]
    if entry.task == "token-classification":
        theirs = [{**entity, "score": float(entity["score"])} for entity in theirs]
    result = run(entry)
    assert result.json == rounded(theirs)
    # Not every demo knows every word of the examples of larger models.
    assert [note for note in result.notes if "unknown to the tokenizer" not in note] == []


@pytest.mark.parametrize("entry", entries({"text-generation"}))
def test_the_text_is_what_generate_writes(entry):
    tokenizer = AutoTokenizer.from_pretrained(entry.folder)
    model = AutoModelForCausalLM.from_pretrained(entry.folder)
    prompt = tokenizer(entry.example.text, return_tensors="pt")["input_ids"]
    whole = model.generate(prompt, attention_mask=torch.ones_like(prompt), do_sample=False, max_new_tokens=30)
    steps = run(entry, max_new_tokens=30).steps
    assert [step.token.id for step in steps] == whole[0, prompt.shape[1] :].tolist()


@pytest.mark.parametrize("entry", entries({"translation", "summarization"}))
def test_the_other_text_is_what_generate_writes(entry):
    tokenizer = AutoTokenizer.from_pretrained(entry.folder)
    model = AutoModelForSeq2SeqLM.from_pretrained(entry.folder)
    inputs = tokenizer(entry.example.text, return_tensors="pt")
    taken = {name: inputs[name] for name in ("input_ids", "attention_mask")}
    written = model.generate(**taken, do_sample=False, num_beams=1, max_new_tokens=40)[0]
    found = run(entry, num_beams=1, max_new_tokens=40)
    assert found.text == tokenizer.decode(written, skip_special_tokens=True).strip() != ""


@pytest.mark.parametrize("entry", entries({"question-answering"}))
def test_the_answer_is_where_the_logits_are_highest(entry):
    example = entry.example
    tokenizer = AutoTokenizer.from_pretrained(entry.folder)
    model = AutoModelForQuestionAnswering.from_pretrained(entry.folder)
    inputs = tokenizer(example.question, example.context, return_tensors="pt", return_offsets_mapping=True)
    places = inputs.pop("offset_mapping")[0].tolist()
    own = [place for place, of in enumerate(inputs.sequence_ids()) if of == 1]
    with torch.no_grad():
        outputs = model(**inputs)
    begins, ends = outputs.start_logits[0], outputs.end_logits[0]
    _, first, last = max((float(begins[i] + ends[j]), i, j) for i in own for j in own if i <= j < i + 15)
    (answer,) = run(entry).answers
    assert answer.start <= places[first][0] <= places[last][1] <= answer.end
    assert answer.answer == example.context[answer.start : answer.end]
