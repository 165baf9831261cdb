"""Opening demo:TASK: a checkpoint on this machine, with no Hub and where no folder may be read."""

import json

import pytest

from explorer import cli, demo, snippets
from explorer.answers import Answers
from explorer.engine.local import LocalEngine
from explorer.errors import ModelNotFoundError
from explorer.hub.settings import HubSettings
from explorer.source import ModelSource, parse_source

CLASSES = {
    "text-generation": "AutoModelForCausalLM",
    "fill-mask": "AutoModelForMaskedLM",
    "translation": "AutoModelForSeq2SeqLM",
    "summarization": "AutoModelForSeq2SeqLM",
    "question-answering": "AutoModelForQuestionAnswering",
    "token-classification": "AutoModelForTokenClassification",
    "text-classification": "AutoModelForSequenceClassification",
    "feature-extraction": "AutoModel",
}
every_task = pytest.mark.parametrize("task", [entry.task for entry in demo.entries()])


@pytest.fixture(scope="module")
def answers():
    made = Answers(LocalEngine(), HubSettings(local_roots=(), is_offline=True))
    yield made
    made.close()


@pytest.fixture
def ask(answers, capsys):
    """Run a command with --json; gives the exit status, what it says, and standard error."""

    def run(*arguments: str):
        status = cli.run(answers, cli.parse([*arguments, "--json"]))
        printed = capsys.readouterr()
        return status, [json.loads(line) for line in printed.out.splitlines()], printed.err

    return run


@every_task
def test_it_opens_with_its_checkpoint_and_says_what_it_is(answers, task):
    opened = answers.open(parse_source(f"demo:{task}"))
    assert opened.source == ModelSource("demo", task)
    assert opened.notes == (demo.find(task).sentence,)
    assert opened.is_known
    assert opened.has_checkpoint


@every_task
def test_its_own_class_is_ready_to_load(ask, task):
    status, [said], _ = ask("load", f"demo:{task}")
    assert (status, said["auto_class"], said["verdict"]) == (0, CLASSES[task], "ready")


@every_task
def test_its_files_are_read(ask, task):
    _, [said], _ = ask("checkpoint", f"demo:{task}")
    assert [file["name"] for file in said["files"]] == ["model.safetensors"]


def test_another_head_would_be_untrained(ask):
    _, [said], _ = ask("heads", "demo:text-classification")
    verdicts = {row["auto_class"]: row["verdict"] for row in said["heads"]}
    assert verdicts["AutoModelForSequenceClassification"] == "ready"
    assert verdicts["AutoModelForMaskedLM"] == "untrained head"


def test_a_name_that_is_not_there_says_which_are(answers):
    with pytest.raises(ModelNotFoundError) as caught:
        answers.open(parse_source("demo:poetry"))
    assert "demo:text-classification" in caught.value.advice


def test_it_has_no_address_on_the_hub():
    source = ModelSource("demo", "fill-mask")
    assert (source.url, source.file_url("config.json"), source.text) == (None, None, "demo:fill-mask")


def test_code_loads_it_from_its_folder(answers):
    config = answers.open(parse_source("demo:fill-mask")).config
    line = snippets.load_line(config, "AutoModelForMaskedLM")
    assert '"explorer/demo/checkpoints/fill-mask"' in line
