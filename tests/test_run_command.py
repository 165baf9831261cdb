"""The command that runs a model: what it prints, where, and with which exit status."""

import io
import json
import subprocess
import sys

import pytest

from explorer import cli, demo
from explorer.answers import Answers
from explorer.engine.local import LocalEngine
from explorer.hub.settings import HubSettings
from tests.running import models


@pytest.fixture(scope="module")
def answers():
    made = Answers(LocalEngine(), HubSettings(local_roots=None, is_offline=True))
    yield made
    made.close()


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("checkpoints")
    return {
        "gpt2": models.gpt2(root / "gpt2", template=models.TEMPLATE),
        "bert": models.bert(root / "bert", "BertForMaskedLM"),
        "qa": models.bert(root / "qa", "BertForQuestionAnswering"),
        "t5": models.t5(root / "t5"),
    }


@pytest.fixture
def ask(answers, capsys):
    """Run the command; gives the exit status, standard output and standard error."""

    def run(*arguments: str):
        status = cli.run(answers, cli.parse(["run", *arguments]))
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


def test_a_result_is_one_line_in_the_shape_of_the_inference_api(ask, folders):
    text = "The capital of France is [MASK]."
    status, out, err = ask("fill-mask", folders["bert"], text, "--json", "--set", "top_k=2")
    (line,) = out.splitlines()
    found = json.loads(line)
    assert [set(filling) for filling in found] == [{"score", "token", "token_str", "sequence"}] * 2
    assert (status, err) == (0, "")


def test_people_read_a_table(ask, folders):
    status, out, _ = ask("fill-mask", folders["bert"], "Paris is [MASK].", "--set", "top_k=1")
    head, row = out.splitlines()
    assert head.split() == ["score", "word", "text"]
    assert row.split()[2] == "paris"
    assert status == 0


def test_a_text_grows_behind_its_beginning(ask, folders):
    status, out, _ = ask("text-generation", folders["gpt2"], "Once upon", "--set", "max_new_tokens=9")
    _, answer, _ = ask("text-generation", folders["gpt2"], "Once upon", "--set", "max_new_tokens=9", "--json")
    text = json.loads(answer)[0]["generated_text"]
    shown = "".join(letter if letter.isprintable() or letter == "\n" else "�" for letter in text)
    assert out == f"Once upon{shown}\n"
    assert status == 0


def test_a_question_is_answered_from_its_context(ask, folders):
    context = "Paris lies at the Seine."
    status, out, _ = ask("question-answering", folders["qa"], "Where?", "--context", context, "--json")
    answer = json.loads(out)
    assert answer["answer"] == context[answer["start"] : answer["end"]]
    assert status == 0
    status, out, _ = ask("question-answering", folders["qa"], "Where?", "--context", context)
    assert answer["answer"] in out


def test_each_line_of_standard_input_has_its_line(ask, folders, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("The king\n\nParis 🎉\n"))
    status, out, err = ask("translation", folders["t5"], "-", "--json", "--set", "max_new_tokens=4")
    first, second, third = map(json.loads, out.splitlines())
    assert set(first[0]) == set(third[0]) == {"translation_text"}
    assert second == {"error": "There is no text. Type one.", "error_type": "validation"}
    unknown = "1 part of the text is unknown to the tokenizer: 🎉\n"
    assert (status, err) == (1, f"There is no text. Type one.\n{unknown}")


def test_an_explanation_comes_behind_the_answer(ask, folders):
    status, out, _ = ask("fill-mask", folders["bert"], "Paris is [MASK].", "--explain")
    answer, _, inside = out.partition("BertForMaskedLM: the walk")
    assert "score" in answer
    assert "layer.0 … layer.1 × 2  BertLayer" in inside
    assert "logit lens at token 3 ('[MASK]')" in inside
    assert "surprisal, bits" in inside
    assert status == 0


def test_an_explanation_comes_behind_a_text_that_grew(ask, folders):
    settings = ("--set", "max_new_tokens=3")
    _, plain, _ = ask("text-generation", folders["gpt2"], "Once upon", *settings)
    status, out, _ = ask("text-generation", folders["gpt2"], "Once upon", *settings, "--explain")
    assert out.startswith(plain)
    assert "GPT2LMHeadModel: the walk" in out.removeprefix(plain)
    assert status == 0


def test_a_result_and_its_explanation_are_one_line_of_json(ask, folders):
    text, settings = "The capital of France is [MASK].", ("--json", "--set", "top_k=2")
    _, plain, _ = ask("fill-mask", folders["bert"], text, *settings)
    status, out, err = ask("fill-mask", folders["bert"], text, *settings, "--explain")
    (line,) = out.splitlines()
    found = json.loads(line)
    assert found["result"] == json.loads(plain)
    inside = found["explanation"]
    assert [step["path"] for step in inside["walk"]][:2] == ["", "bert"]
    assert inside["lens"][-1]["guesses"][0]["token"] == found["result"][0]["token"]
    assert inside["lens"][-1]["probability"] == pytest.approx(found["result"][0]["score"], abs=1e-4)
    means = inside["attentions"][0]["mean"]
    assert [len(row) for row in means] == [len(inside["tokens"])] * len(inside["tokens"])
    assert [sum(row) for row in means] == pytest.approx([1.0] * len(means), abs=1e-4)
    assert (status, err) == (0, "")


def test_what_must_be_known_of_an_answer_is_said_beside_it(ask, folders):
    status, out, err = ask("text-classification", folders["bert"], "Paris", "--json")
    assert [set(label) for label in json.loads(out)[0]] == [{"label", "score"}] * 2
    assert "classifier.weight" in err
    assert status == 0


def test_a_conversation_is_answered_by_the_chat_template(ask, folders):
    settings = ("--json", "--set", "max_new_tokens=3")
    _, plain, _ = ask("text-generation", folders["gpt2"], "Hi", *settings)
    _, chat, _ = ask("text-generation", folders["gpt2"], "Hi", "--chat", *settings)
    lengths = [json.loads(found)[0]["details"]["input_length"] for found in (plain, chat)]
    assert lengths[0] < lengths[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("question-answering", "qa", "Who?"), "Give it with --context."),
        (("fill-mask", "bert", "[MASK]", "--context", "Paris"), "takes no context"),
        (("fill-mask", "bert", "[MASK]", "--chat"), "no conversation"),
        (("fill-mask", "bert", "[MASK]", "--set", "top_k=0"), "between 1 and 1000"),
        (("fill-mask", "bert", "[MASK]", "--set", "colour=red"), "top_k, targets, truncate"),
        (("fill-mask", "bert", "Paris"), "There is no mask in the text."),
        (("fill-mask", "bert", "[MASK] " * 200), "the model reads at most 64"),
        (("translation", "bert", "Paris"), "It was saved for fill-mask."),
        (("fill-mask", "arch:bert", "[MASK]"), "no checkpoint behind this config"),
        (("fill-mask", "not a model", "[MASK]"), "cannot be the name of a model"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(ask, folders, arguments, said):
    task, source, *rest = arguments
    status, out, err = ask(task, folders.get(source, source), *rest)
    assert (status, out) == (1, "")
    assert said in err
    assert len(err.splitlines()) <= 2


def test_standard_input_is_not_the_model(ask):
    assert ask("fill-mask", "-", "[MASK]")[0] == 2


def test_a_task_that_does_not_exist_lists_those_that_do(capsys):
    with pytest.raises(SystemExit):
        cli.parse(["run", "fortune-telling", "gpt2", "Hi"])
    assert "token-classification" in capsys.readouterr().err


@pytest.mark.parametrize("entry", demo.entries(), ids=lambda entry: entry.task)
def test_every_demo_checkpoint_answers_its_task(ask, entry):
    context = ("--context", "Hugging Face is creating a tool that democratizes AI.")
    texts = {
        "fill-mask": "The capital of France is [MASK].",
        "token-classification": "Hugging Face Inc. is a company based in New York City.",
    }
    text = texts.get(entry.task, "I love using this library!")
    more = context if entry.task == "question-answering" else ()
    status, out, _ = ask(entry.task, f"demo:{entry.task}", text, "--json", *more)
    assert json.loads(out)
    assert status == 0


def test_the_process_of_the_command_line_never_imports_torch(folders):
    code = (
        "import sys\n"
        "from explorer import cli\n"
        f"status = cli.main(['run', 'fill-mask', {folders['bert']!r}, '[MASK]', '--json'])\n"
        "assert not {'torch', 'transformers'} & set(sys.modules)\n"
        "sys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert (done.returncode, len(json.loads(done.stdout))) == (0, 5), done.stderr
