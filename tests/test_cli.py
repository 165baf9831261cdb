"""The command line: what it prints, in which order, and what it does with a source that fails."""

import json
import os
import subprocess
import sys

import pytest

from explorer import cli
from explorer.answers import Answers
from explorer.engine.local import LocalEngine
from explorer.hub.settings import HubSettings

BERT = {
    "model_type": "bert",
    "architectures": ["BertForMaskedLM"],
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "vocab_size": 100,
}


@pytest.fixture(scope="module")
def answers():
    made = Answers(LocalEngine(), HubSettings(local_roots=None, is_offline=True))
    yield made
    made.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A checkpoint of a masked language model, saved by transformers."""
    from transformers import BertConfig, BertForMaskedLM

    path = tmp_path_factory.mktemp("checkpoint")
    BertForMaskedLM(BertConfig(**BERT)).save_pretrained(path)
    return path


@pytest.fixture
def ask(answers, capsys):
    """Run a command with --json; gives the exit status, the objects printed, and standard error."""

    def run(*arguments: str):
        status = cli.run(answers, cli.parse([*arguments, "--json"]))
        printed = capsys.readouterr()
        return status, [json.loads(line) for line in printed.out.splitlines()], printed.err

    return run


@pytest.fixture
def config_file(tmp_path):
    path = tmp_path / "some-config.json"
    path.write_text(json.dumps(BERT))
    return str(path)


def test_config_tells_each_field_with_its_default_and_meaning(ask, config_file):
    status, [said], _ = ask("config", config_file)
    width = next(field for field in said["fields"] if field["name"] == "hidden_size")
    assert (width["value"], width["default"], width["is_changed"]) == (32, 768, True)
    assert width["group"] == "dimensions"
    assert "width" in width["meaning"]
    assert (status, said["model_type"], said["architectures"]) == (0, "bert", ["BertForMaskedLM"])


def tensors(node, times=1):
    """Every tensor of a tree in JSON, with how often it is there."""
    times *= node["count"]
    yield from ((times, tensor) for tensor in node["tensors"])
    for child in node["children"]:
        yield from tensors(child, times)


@pytest.mark.parametrize("flags", [[], ["--fold"]], ids=["whole", "folded"])
def test_the_tensors_of_a_tree_add_up_to_its_parameters(ask, config_file, flags):
    _, [tree], _ = ask("tree", config_file, "--auto-class", "AutoModelForMaskedLM", *flags)
    total = 0
    for times, tensor in tensors(tree["root"]):
        if tensor["kind"] == "parameter" and not tensor["tied_to"]:
            size = 1
            for side in tensor["shape"]:
                size *= side
            total += times * size
    assert total == tree["parameter_count"] == tree["root"]["parameter_count"]


def test_a_tree_is_whole_in_json_and_folded_in_text(ask, answers, config_file, capsys):
    _, [tree], _ = ask("tree", config_file)
    encoder = next(
        child for child in tree["root"]["children"][0]["children"] if child["path"].endswith("encoder")
    )
    assert len(encoder["children"][0]["children"]) == 2
    cli.run(answers, cli.parse(["tree", config_file]))
    assert "0–1 × 2" in capsys.readouterr().out


def test_the_class_of_the_checkpoint_is_the_default(ask, config_file):
    _, [tree], _ = ask("tree", config_file)
    assert (tree["auto_class"], tree["model_class"]) == ("AutoModelForMaskedLM", "BertForMaskedLM")


def test_heads_have_one_entry_for_every_other_auto_class(ask, config_file):
    _, [said], _ = ask("heads", config_file)
    rows = {row["auto_class"]: row for row in said["heads"]}
    assert "AutoModel" not in rows
    assert said["backbone"]["model_class"] == "BertModel"
    masked = rows["AutoModelForMaskedLM"]
    assert (masked["added"], masked["removed"], masked["task"]) == (["cls"], ["pooler"], "fill-mask")
    backbone = said["backbone"]["parameter_count"]
    for row in rows.values():
        change = row["head_parameter_count"] - row["removed_parameter_count"]
        assert row["parameter_count"] == backbone + change
        assert row["verdict"] == "unknown"


def test_a_checkpoint_gives_verdicts(ask, folder):
    _, [said], _ = ask("heads", str(folder))
    verdicts = {row["auto_class"]: row["verdict"] for row in said["heads"]}
    assert verdicts["AutoModelForMaskedLM"] == "ready"
    assert verdicts["AutoModelForSequenceClassification"] == "untrained head"


def test_a_class_that_cannot_be_built_has_its_error_and_nulls_and_the_rest_still_come(ask):
    # One config cannot be a decoder for the one class and an encoder for the other.
    status, [said], _ = ask("heads", "arch:reformer")
    failed = [row for row in said["heads"] if row["error"]]
    assert status == 0
    assert 0 < len(failed) < len(said["heads"])
    for row in failed:
        figures = ("parameter_count", "head_parameter_count", "added", "removed", "verdict")
        assert [row[figure] for figure in figures] == [None] * 5


def test_a_model_type_that_only_the_architectures_tell_is_announced(ask, tmp_path):
    path = tmp_path / "config.json"
    path.write_text(json.dumps({key: value for key, value in BERT.items() if key != "model_type"}))
    _, [tree], _ = ask("tree", str(path))
    assert tree["model_class"] == "BertForMaskedLM"
    assert any("told from its architectures" in note for note in tree["notes"])
    assert not any("cannot build" in note for note in tree["notes"])


def test_diff_counts_every_kind_and_lists_what_differs(ask, config_file):
    _, [said], _ = ask("diff", config_file, "--auto-class", "AutoModelForMaskedLM")
    assert set(said["counts"]) == {"same", "renamed", "resized", "added", "removed"}
    kinds = {(node["kind"], (node["right"] or node["left"])["path"]) for node in said["nodes"]}
    assert ("removed", "pooler") in kinds
    assert ("added", "cls") in kinds
    assert all(node["kind"] != "same" for node in said["nodes"])


def test_load_tells_what_is_missing_by_its_full_names(ask, folder):
    _, [said], _ = ask("load", str(folder), "--auto-class", "AutoModelForSequenceClassification")
    assert "classifier.weight" in said["missing"]
    assert said["verdict"] == "untrained head"
    assert said["mismatched"] == []


def test_checkpoint_reconciles_the_files_with_the_config(ask, folder):
    _, [said], _ = ask("checkpoint", str(folder), "--auto-class", "AutoModelForSequenceClassification")
    found = said["reconciliation"]
    assert (
        found["parameters"] + sum(step["elements"] for step in found["differences"])
        == found["elements_in_files"]
    )
    assert {step["reason"] for step in found["differences"]} <= {
        "parameters that the files do not hold",
        "tensors that this class does not use",
    }
    assert said["totals"]["elements"] == sum(tensor["size"] for tensor in said["tensors"])


def test_an_error_for_one_source_does_not_stop_the_rest(ask, config_file):
    status, said, errors = ask("tree", config_file, "/no/such/folder", "arch:no-such-type", config_file)
    assert status == 1
    assert [line["source"] for line in said] == [
        config_file,
        "/no/such/folder",
        "arch:no-such-type",
        config_file,
    ]
    assert ["error" in line for line in said] == [False, True, True, False]
    assert len(errors.splitlines()) == 2
    assert "Traceback" not in errors


def test_many_sources_come_in_their_order(ask, tmp_path):
    paths = []
    for width in range(8, 8 + 2 * 30, 2):
        path = tmp_path / f"{width}.json"
        path.write_text(json.dumps({**BERT, "hidden_size": width}))
        paths.append(str(path))
    status, said, _ = ask("tree", *paths, "--auto-class", "AutoModel")
    assert (status, [line["source"] for line in said]) == (0, paths)
    widths = [line["root"]["children"][0]["children"][0]["tensors"][0]["shape"][1] for line in said]
    assert widths == list(range(8, 8 + 2 * 30, 2))


def test_the_gallery_stands_in_when_the_hub_cannot_be_reached(ask):
    status, [said], _ = ask("tree", "gpt2")
    assert (status, said["parameter_count"]) == (0, 124_439_808)
    assert any("copy" in note for note in said["notes"])


def test_what_a_terminal_would_obey_is_not_printed(ask):
    _, _, errors = ask("tree", "owner/\x1b[31mred")
    assert "\x1b" not in errors


def test_it_runs_as_a_module_with_a_config_on_standard_input():
    finished = subprocess.run(
        [sys.executable, "-m", "explorer", "tree", "-", "--json"],
        input=json.dumps(BERT),
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
    )
    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout)["model_class"] == "BertForMaskedLM"
    assert finished.stderr == ""


def test_an_empty_word_is_not_the_working_directory(ask):
    status, [said], _ = ask("tree", "")
    assert (status, said["error"].partition(".")[0]) == (1, "There is no text")


def test_an_address_of_the_hub_that_is_in_use_is_a_model():
    source = cli.read_source("http://127.0.0.1:81/owner/name/tree/dev", "http://127.0.0.1:81")
    assert (source.kind, source.name, source.revision) == ("hub", "owner/name", "dev")


def test_a_model_type_that_no_auto_class_takes_is_told_apart_from_a_missing_config(ask):
    status, [said], _ = ask("tree", json.dumps({"model_type": "rag"}))
    assert (status, "no auto class" in said["error"]) == (1, True)


def test_a_model_without_a_backbone_class_has_a_tree_all_the_same(ask):
    _, [tree], _ = ask("tree", "arch:depth_anything")
    assert tree["auto_class"] == "AutoModelForDepthEstimation"


@pytest.mark.parametrize("command", ["heads", "diff", "load"])
def test_an_unknown_architecture_says_what_can_still_be_shown(ask, folder, tmp_path, command):
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "zork"}))
    (tmp_path / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes())
    _, [said], _ = ask(command, str(tmp_path))
    assert "'zork'" in said["error"]
    assert "names of its tensors" in said["error"]


def test_a_question_about_a_config_that_is_not_there_says_what_the_source_is(ask, tmp_path):
    (tmp_path / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA"}))
    (tmp_path / "adapter_model.safetensors").write_bytes(b"\x02" + bytes(7) + b"{}")
    _, [said], _ = ask("heads", str(tmp_path))
    assert "adapter of PEFT" in said["error"]


@pytest.mark.parametrize("name", ["EXPLORER_DEADLINE", "EXPLORER_WORKERS", "HF_ENDPOINT"])
@pytest.mark.parametrize("value", ["nan", "-3", "many"])
def test_a_setting_that_cannot_be_used_is_said_in_one_line(name, value, monkeypatch, capsys):
    monkeypatch.setenv(name, value)
    assert cli.main(["config", "gallery:gpt2"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_what_a_config_says_cannot_reach_the_terminal(answers, config_file, capsys):
    hostile = {**BERT, "name\x1b]0;title\x07": "\x1b[2J\u202egnp [bold]", "architectures": ["X\x1b[5m"]}
    cli.run(answers, cli.parse(["config", json.dumps(hostile)]))
    printed = capsys.readouterr().out
    assert not any(sign in printed for sign in "\x1b\x07\u202e")
    assert "[bold]" in printed
