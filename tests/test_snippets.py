"""Every snippet is run as it is printed, and says what our own answers say."""

import ast
import json
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import (
    BertConfig,
    BertForMaskedLM,
    GPT2Config,
    GPT2LMHeadModel,
    PreTrainedTokenizerFast,
    Wav2Vec2Config,
    Wav2Vec2FeatureExtractor,
    Wav2Vec2ForSequenceClassification,
)

from explorer import snippets
from explorer.checkpoint import Checkpoint, Shard
from explorer.config import ModelConfig
from explorer.diff import diff_trees
from explorer.head import head_of
from explorer.hub import reach
from explorer.loading.trees import build_tree
from explorer.source import ModelSource
from explorer.tree import full_name, walk
from tests.hub.server import HubServer
from tests.snippet_runner import run

BERT = {
    "model_type": "bert",
    "architectures": ["BertForMaskedLM"],
    "vocab_size": 50,
    "hidden_size": 8,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 16,
}
HOSTILE = """'); open('pwned', 'w'); ("\\\n#"""


def pasted(**more):
    text = json.dumps(BERT | more)
    return ModelConfig(ModelSource("config", text), text)


def arch(name, **values):
    return ModelConfig.of(ModelSource("arch", name), {"model_type": name, **values})


def printed(codes, folder, **environment):
    """What each snippet prints."""
    found = run(codes, folder, HF_HOME=str(folder), **environment)
    return {name: said.printed for name, said in found.items()}


def save_tokenizer(folder):
    words = ["[UNK]", "[MASK]", "[PAD]", "Paris", "is", "France", "Ada", "was", "born", "London", "."]
    tokenizer = Tokenizer(WordLevel({word: number for number, word in enumerate(words)}, "[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="[UNK]", mask_token="[MASK]", pad_token="[PAD]"
    ).save_pretrained(folder)


def save_models(folder: Path):
    """A BERT, a GPT-2 and an audio model with real weights and what prepares their input."""
    torch.manual_seed(0)
    BertForMaskedLM(BertConfig(**BERT)).save_pretrained(folder / "bert")
    save_tokenizer(folder / "bert")
    tiny = GPT2Config(vocab_size=50, n_embd=8, n_layer=2, n_head=2, bos_token_id=0, eos_token_id=0)
    GPT2LMHeadModel(tiny).save_pretrained(folder / "gpt2", max_shard_size="10KB")
    save_tokenizer(folder / "gpt2")
    sound = Wav2Vec2Config(
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        conv_dim=(8,) * 7,
        num_conv_pos_embeddings=4,
        num_conv_pos_embedding_groups=2,
        classifier_proj_size=8,
    )
    Wav2Vec2ForSequenceClassification(sound).save_pretrained(folder / "sound")
    Wav2Vec2FeatureExtractor().save_pretrained(folder / "sound")
    torch.save(torch.load(_pickle_of(folder / "bert")), folder / "bert" / "old.bin")


def _pickle_of(folder):
    path = folder / "state.bin"
    torch.save({"a.weight": torch.zeros(2, 3)}, path)
    return path


def tree_of(config, auto_class):
    return build_tree(config, auto_class)


def parameters_of(config, auto_class):
    """Every parameter of our tree that is not another name of one: its name, shape and dtype."""
    return [
        f"{full_name(node, tensor)} {list(tensor.shape)} torch.{tensor.dtype}"
        for node in walk(tree_of(config, auto_class).root)
        for tensor in node.tensors
        if tensor.kind == "parameter" and not tensor.tied_to
    ]


CONFIGS = {
    "pasted": pasted(),
    "long": pasted(id2label={str(number): f"label {number}" for number in range(2_000)}),
    "hostile": pasted(**{HOSTILE: HOSTILE, "endless": float("inf"), "id2label": {"0": HOSTILE}}),
    "gpt2": arch("gpt2"),
    "t5": arch("t5"),
    "clip": arch("clip"),
}
DIFFS = (
    ("pasted", "AutoModelForMaskedLM"),
    ("pasted", "AutoModelForTokenClassification"),
    ("gpt2", "AutoModelForCausalLM"),
    ("t5", "AutoModelForTokenClassification"),
    ("t5", "AutoModelForSeq2SeqLM"),
    ("clip", "AutoModelForImageClassification"),
)


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What the snippets say that need no network."""
    folder = tmp_path_factory.mktemp("snippets")
    (folder / "config.json").write_text(CONFIGS["long"].text)
    codes = {f"config {name}": snippets.config_code(config) for name, config in CONFIGS.items()}
    codes |= {f"tree {name}": snippets.tree_code(config, "AutoModel") for name, config in CONFIGS.items()}
    codes |= {
        f"diff {name} {auto_class}": snippets.diff_code(CONFIGS[name], auto_class)
        for name, auto_class in DIFFS
    }
    codes["parameters"] = snippets.parameters_code(CONFIGS["gpt2"], "AutoModelForCausalLM")
    codes["heads"] = snippets.heads_code(CONFIGS["pasted"], ("AutoModel", "AutoModelForMaskedLM"))
    codes["line pasted"] = snippets.load_line(CONFIGS["long"], "AutoModel") + "print(type(model))"
    codes["line arch"] = snippets.load_line(CONFIGS["gpt2"], "AutoModel") + "print(type(model))"
    codes["load"] = snippets.load_code(CONFIGS["pasted"], "AutoModelForMaskedLM")
    found = printed(codes, folder)
    assert not (folder / "pwned").exists()
    return found


@pytest.mark.parametrize("name", ["pasted", "long", "hostile"])
def test_the_config_is_read_and_what_differs_from_the_class_is_marked(said, name):
    lines = said[f"config {name}"].splitlines()
    assert "hidden_size = 8  (default: 768)" in lines
    assert "hidden_act = 'gelu'" in lines


@pytest.mark.parametrize("name", list(CONFIGS))
def test_the_tree_has_the_tensors_of_ours(said, name):
    lines = said[f"tree {name}"].splitlines()
    expected = parameters_of(CONFIGS[name], "AutoModel")
    assert lines[-1 - len(expected) : -1] == expected
    assert lines[-1] == f"{tree_of(CONFIGS[name], 'AutoModel').parameter_count:,} parameters"


@pytest.mark.parametrize(("name", "auto_class"), DIFFS)
def test_what_a_class_adds_and_drops_is_what_our_head_says(said, name, auto_class):
    left, right = tree_of(CONFIGS[name], "AutoModel"), tree_of(CONFIGS[name], auto_class)
    head = head_of(diff_trees(left, right))
    *lines, total = said[f"diff {name} {auto_class}"].splitlines()
    sizes = {"+": 0, "-": 0}
    for line in lines:
        sizes[line[0]] += torch.Size(json.loads(line[line.index("[") :])).numel()
    assert sizes == {"+": head.parameter_count, "-": head.removed_parameter_count}
    assert total == f"{left.parameter_count:,} → {right.parameter_count:,} parameters"


def test_the_parameters_of_the_layers_add_up_to_our_total(said):
    *lines, total = said["parameters"].splitlines()
    counts = {line.split()[-1]: int(line.split()[0].replace(",", "")) for line in lines}
    tree = tree_of(CONFIGS["gpt2"], "AutoModelForCausalLM")
    assert sum(counts.values()) == tree.parameter_count == int(total.split()[0].replace(",", ""))
    layer = next(node for node in walk(tree.root) if node.path == "transformer.h.11")
    assert counts["transformer.h.11"] == layer.parameter_count


def test_the_heads_have_our_totals(said):
    assert said["heads"].splitlines() == [
        f"{name} {model_class} {tree_of(CONFIGS['pasted'], name).parameter_count:,}"
        for name, model_class in (("AutoModel", "BertModel"), ("AutoModelForMaskedLM", "BertForMaskedLM"))
    ]


def test_without_weights_there_is_a_model_without_weights(said):
    assert said["load"].startswith("BertForMaskedLM(")


def test_the_fewest_lines_give_the_model(said):
    assert "BertModel" in said["line pasted"]
    assert "GPT2Model" in said["line arch"]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """What the snippets say that read from a Hub and from a folder, and the folder."""
    folder = tmp_path_factory.mktemp("hub")
    save_models(folder)
    reach.forget()
    with HubServer() as hub:
        for name in ("bert", "gpt2", "sound"):
            hub.add_folder(f"owner/{name}", folder / name)
        commit = hub.by_name["owner/bert"].at("main")[0]
        at_hub, in_folder = (
            ModelSource("hub", "owner/bert", commit),
            ModelSource("folder", str(folder / "bert")),
        )
        codes = {"raw": snippets.config_code(config_at(at_hub), is_known=False)}
        for name, source in (("hub", at_hub), ("folder", in_folder)):
            config = config_at(source)
            files = Checkpoint(source, "safetensors", (Shard("model.safetensors", 0, ()),))
            codes[f"config {name}"] = snippets.config_code(config)
            codes[f"tree {name}"] = snippets.tree_code(config, "AutoModelForMaskedLM")
            codes[f"checkpoint {name}"] = snippets.checkpoint_code(files, "AutoModelForTokenClassification")
            codes[f"pickle {name}"] = snippets.checkpoint_code(
                Checkpoint(source, "pickle", (Shard("old.bin", 0, ()),))
            )
            for auto_class in ("AutoModel", "AutoModelForMaskedLM"):
                codes[f"load {name} {auto_class}"] = snippets.load_code(config, auto_class)
        shards = tuple(Shard(path.name, 0, ()) for path in sorted((folder / "gpt2").glob("*.safetensors")))
        sharded = Checkpoint(ModelSource("hub", "owner/gpt2"), "safetensors", shards)
        codes["checkpoint sharded"] = snippets.checkpoint_code(sharded)
        codes["checkpoint other name"] = snippets.checkpoint_code(
            Checkpoint(ModelSource("hub", "owner/gpt2"), "safetensors", tuple(reversed(shards)))
        )
        codes["line"] = snippets.load_line(config_at(at_hub), "AutoModelForMaskedLM") + "print(type(model))"
        for name, auto_class in (
            ("bert", "AutoModelForSequenceClassification"),
            ("bert", "AutoModelForTokenClassification"),
            ("bert", "AutoModelForQuestionAnswering"),
            ("gpt2", "AutoModelForCausalLM"),
            ("sound", "AutoModelForAudioClassification"),
        ):
            codes[f"use {auto_class}"] = snippets.load_code(
                config_at(ModelSource("hub", f"owner/{name}")), auto_class
            )
        yield printed(codes, folder, HF_ENDPOINT=hub.url, HF_HUB_OFFLINE="0")
    reach.forget()


def config_at(source):
    return ModelConfig.of(source, BERT)


def test_the_config_of_an_architecture_that_nobody_knows_is_read_as_json(loaded):
    assert "hidden_size = 8" in loaded["raw"].splitlines()


@pytest.mark.parametrize("place", ["hub", "folder"])
def test_a_model_on_the_hub_or_in_a_folder_gives_the_tree_of_ours(loaded, place):
    expected = parameters_of(CONFIGS["pasted"], "AutoModelForMaskedLM")
    assert loaded[f"tree {place}"].splitlines()[-1 - len(expected) : -1] == expected


@pytest.mark.parametrize("place", ["hub", "folder"])
def test_the_tensors_of_the_files_and_the_load_report_are_printed(loaded, place):
    text = loaded[f"checkpoint {place}"]
    assert "bert.embeddings.word_embeddings.weight F32 [50, 8]" in text
    missing = text[text.index("missing_keys") : text.index("unexpected_keys")]
    assert missing.split() == ["missing_keys", "classifier.bias", "classifier.weight"]


@pytest.mark.parametrize("place", ["hub", "folder"])
def test_a_pickle_is_read_without_running_it(loaded, place):
    assert "a.weight torch.float32 [2, 3]" in loaded[f"pickle {place}"]


def test_every_shard_is_read_whatever_the_files_are_called(loaded):
    lines = set(loaded["checkpoint sharded"].splitlines())
    assert len(lines) == len(set(loaded["checkpoint other name"].splitlines())) > 20
    assert len({line.split()[0] for line in lines}) > 1


@pytest.mark.parametrize("place", ["hub", "folder"])
def test_a_loaded_model_does_its_task(loaded, place):
    assert len(ast.literal_eval(loaded[f"load {place} AutoModelForMaskedLM"])) == 5
    assert loaded[f"load {place} AutoModel"].startswith("BertModel(")
    assert "BertForMaskedLM" in loaded["line"]


@pytest.mark.parametrize(
    ("auto_class", "shown"),
    [
        ("AutoModelForSequenceClassification", "LABEL_"),
        ("AutoModelForTokenClassification", "Ada LABEL_"),
        ("AutoModelForQuestionAnswering", "\n"),
        ("AutoModelForCausalLM", "\n"),
        ("AutoModelForAudioClassification", "LABEL_"),
    ],
)
def test_each_task_shows_what_comes_out(loaded, auto_class, shown):
    assert shown in loaded[f"use {auto_class}"]


@pytest.mark.parametrize(
    "source",
    [
        ModelSource("hub", HOSTILE, HOSTILE),
        ModelSource("folder", HOSTILE),
        ModelSource("arch", HOSTILE),
        ModelSource("gallery", HOSTILE),
        ModelSource("config", HOSTILE),
    ],
)
def test_nothing_that_a_visitor_wrote_becomes_code(source):
    def without_text(code):
        return [type(node).__name__ for node in ast.walk(ast.parse(code))]

    config = ModelConfig.of(source, {HOSTILE: HOSTILE})
    plain = ModelSource(source.kind, "x", "x" if source.revision else None)
    harmless = ModelConfig.of(plain, {"x": "x"})
    for form in ("safetensors", "pickle", "gguf"):
        names = [Checkpoint(at, form, (Shard(at.name, 0, ()),)) for at in (source, plain)]
        for auto_class in (None, "AutoModel"):
            ours, theirs = (snippets.checkpoint_code(files, auto_class) for files in names)
            assert without_text(ours) == without_text(theirs)
    for write in (
        snippets.tree_code,
        snippets.parameters_code,
        snippets.diff_code,
        snippets.load_code,
        snippets.load_line,
    ):
        assert without_text(write(config, "AutoModel")) == without_text(write(harmless, "AutoModel"))
    assert without_text(snippets.config_code(config)) == without_text(snippets.config_code(harmless))


@pytest.mark.parametrize("write", [snippets.tree_code, snippets.diff_code, snippets.load_code])
def test_only_a_class_can_be_named_as_one(write):
    with pytest.raises(ValueError, match="not the name of a class"):
        write(CONFIGS["pasted"], "AutoModel; import os")


def test_remote_code_is_never_asked_for():
    for write in (snippets.tree_code, snippets.load_code, snippets.diff_code):
        assert "trust_remote_code" not in write(CONFIGS["pasted"], "AutoModel")
        assert "trust_remote_code" not in write(config_at(ModelSource("hub", "a/b")), "AutoModel")
