"""Opening a source: what it turns out to be, and what the reader is told of it."""

from dataclasses import replace

import pytest

from explorer.answers import Answers
from explorer.engine.local import LocalEngine
from explorer.errors import AccessError, CheckpointError, ConfigError, HubError, ModelNotFoundError
from explorer.hub.settings import HubSettings
from explorer.source import ModelSource
from tests.hub.contents import safetensors

BERT = {"model_type": "bert", "hidden_size": 32, "num_attention_heads": 2, "num_hidden_layers": 1}
GPT2 = ModelSource("hub", "openai-community/gpt2")
SHARDS = {"blocks.0.weight": (4, 4), "blocks.1.weight": (4, 4), "embed.weight": (10, 4)}


@pytest.fixture(scope="module")
def engine():
    made = LocalEngine()
    yield made
    made.close()


@pytest.fixture
def answers(engine, hub):
    return Answers(engine, HubSettings(endpoint=hub.url))


def test_a_model_on_the_hub_is_pinned_to_the_commit_that_was_read(answers, hub):
    repository = hub.add("owner/name", {"config.json": BERT, "model.safetensors": safetensors(SHARDS)})
    opened = answers.open(ModelSource("hub", "owner/name"))
    assert opened.source.revision == repository.at("main")[0]
    assert (opened.is_known, opened.has_checkpoint, opened.notes) == (True, True, ())


def test_a_gated_model_of_the_gallery_is_shown_from_its_copy(answers, hub):
    hub.add(GPT2.name, {"config.json": BERT}, gated=True)
    opened = answers.open(GPT2)
    assert opened.config.model_type == "gpt2"
    assert opened.source.kind == "gallery"
    assert "gated" in opened.notes[0]
    assert not opened.is_stand_in
    assert "copy" in opened.notes[0]


def test_a_gated_model_that_no_copy_is_known_of_says_so(answers, hub):
    hub.add("owner/gated", {"config.json": BERT}, gated=True)
    with pytest.raises(AccessError):
        answers.open(ModelSource("hub", "owner/gated"))


def test_a_model_that_is_not_on_the_hub_is_not_taken_from_the_gallery(answers):
    with pytest.raises(ModelNotFoundError):
        answers.open(GPT2)


def test_without_a_network_the_gallery_stands_in_and_others_are_errors(engine, hub):
    offline = Answers(engine, replace(HubSettings(endpoint=hub.url), is_offline=True))
    assert offline.open(GPT2).source.kind == "gallery"
    assert offline.open(GPT2).is_stand_in
    with pytest.raises(HubError):
        offline.open(ModelSource("hub", "owner/unheard-of"))
    assert "of v1" in offline.open(replace(GPT2, revision="v1")).notes[0]


def test_a_copy_has_no_checkpoint_and_says_why_it_is_a_copy(engine, hub):
    offline = Answers(engine, replace(HubSettings(endpoint=hub.url), is_offline=True))
    with pytest.raises(CheckpointError) as caught:
        offline.checkpoint(offline.open(GPT2))
    assert "copy" in caught.value.what


def test_an_unknown_architecture_is_shown_by_the_names_of_its_tensors(answers, hub):
    config = {"model_type": "nobody-knows", "auto_map": {"AutoModel": "modeling.NobodyKnows"}}
    code = "raise SystemExit('this code was run')"
    files = {"config.json": config, "modeling.py": code, "model.safetensors": safetensors(SHARDS)}
    hub.add("owner/remote", files)
    opened = answers.open(ModelSource("hub", "owner/remote"))
    tree = answers.tree(opened)
    assert not opened.is_known
    assert any("never run" in note for note in opened.notes)
    assert (tree.parameter_count, tree.root.class_name) == (72, "unknown")
    assert "modeling.py" not in [served.path.rpartition("/")[2] for served in hub.served]


def test_a_checkpoint_is_read_once_to_be_reconciled(answers, hub):
    hub.add("owner/once", {"config.json": BERT, "model.safetensors": safetensors(SHARDS)})
    opened = answers.open(ModelSource("hub", "owner/once"))
    checkpoint = answers.checkpoint(opened)
    before = len(hub.served)
    found = answers.reconciliation(opened, checkpoint, "AutoModel")
    assert found.elements == 72
    assert len(hub.served) == before


def test_an_adapter_names_its_base_model_and_shows_its_tensors(answers, hub):
    adapter = {"peft_type": "LORA", "base_model_name_or_path": "owner/base"}
    hub.add(
        "owner/adapter", {"adapter_config.json": adapter, "adapter_model.safetensors": safetensors(SHARDS)}
    )
    opened = answers.open(ModelSource("hub", "owner/adapter"))
    assert "owner/base" in opened.notes[0]
    assert len(list(answers.checkpoint(opened).tensors)) == 3


def test_a_pipeline_of_diffusers_lists_its_components(answers, hub):
    index = {"_class_name": "StableDiffusionPipeline", "unet": ["diffusers", "UNet2DConditionModel"]}
    hub.add(
        "owner/pipeline",
        {"model_index.json": index, "unet/diffusion_pytorch_model.safetensors": safetensors(SHARDS)},
    )
    opened = answers.open(ModelSource("hub", "owner/pipeline"))
    assert any("unet: UNet2DConditionModel" in note for note in opened.notes)
    assert answers.tree(opened).parameter_count == 72


def test_a_repository_with_nothing_to_show_says_what_it_is(answers, hub):
    hub.add("owner/data", {"train.parquet": b"PAR1"})
    with pytest.raises(ConfigError) as caught:
        answers.open(ModelSource("hub", "owner/data"))
    assert "data" in caught.value.what
    assert caught.value.advice


def test_a_broken_checkpoint_is_an_error_and_its_config_can_still_be_shown(answers, hub):
    hub.add("owner/broken", {"config.json": BERT, "model.safetensors": b"\xff" * 64})
    opened = answers.open(ModelSource("hub", "owner/broken"))
    assert answers.tree(opened).parameter_count
    assert answers.fields(opened)
    matrix = answers.heads(opened)
    assert matrix.checkpoint_error
    assert matrix.backbone.parameter_count
    assert matrix.backbone.report is None
