"""What a repository is said to be, and what can be shown of it."""

import re

import pytest

from explorer.hub.config_reading import read_config
from explorer.hub.kind import needs_remote_code, read_kind
from explorer.hub.repository import has_file, open_repository
from explorer.hub.settings import HubSettings
from explorer.source import parse_source

BERT = {"model_type": "bert"}
CUSTOM = {"model_type": "mystery", "auto_map": {"AutoModel": "modeling.MysteryModel"}}
PIPELINE = {
    "_class_name": "StableDiffusionPipeline",
    "unet": ["diffusers", "UNet2DConditionModel"],
    "safety_checker": [None, None],
    "text_encoder": ["transformers", "CLIPTextModel"],
}

KINDS = {
    "transformers": ({"config.json": BERT, "model.safetensors": ""}, r"transformers \(bert\)", "Everything"),
    "transformers without weights": ({"config.json": BERT}, "no weights", "but load reports"),
    "pickled": ({"config.json": BERT, "pytorch_model.bin": ""}, "pickles", "nothing in them is ever run"),
    "gguf with a config": (
        {"config.json": BERT, "a.gguf": ""},
        r"transformers \(bert\).*GGUF",
        "All but load reports",
    ),
    "remote code": ({"config.json": CUSTOM, "modeling.py": ""}, "code of the repository", "never run"),
    "no model type": ({"config.json": {"architecture": "resnet50"}}, "names no model type", "names"),
    "sentence-transformers": (
        {"config.json": BERT, "modules.json": "[]"},
        "sentence-transformers",
        "transformer",
    ),
    "diffusers": (
        {"model_index.json": PIPELINE, "unet/config.json": {}},
        "StableDiffusionPipeline",
        "Each component",
    ),
    "adapter": (
        {
            "adapter_config.json": {"peft_type": "LORA", "base_model_name_or_path": "owner/base"},
            "adapter_model.safetensors": "",
        },
        "adapter of PEFT .LORA. for owner/base",
        "base model",
    ),
    "gguf": ({"model.Q4_K_M.gguf": "", "README.md": ""}, "GGUF", "table"),
    "original": ({"consolidated.00.pth": "", "params.json": "{}"}, "own layout", "table"),
    "other framework": ({"tf_model.h5": "", "onnx/model.onnx": ""}, ".h5, .onnx", "nothing"),
    "weights only": ({"lora.safetensors": ""}, "no config.json", "names"),
    "dataset": ({"data/train.parquet": ""}, "data, not a model", "nothing"),
    "empty": ({"README.md": "", ".gitattributes": ""}, "empty", "nothing"),
    "unknown": ({"main.cpp": ""}, "neither", "nothing"),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_repository_is_said_to_be_what_it_is(hub, name):
    files, what, shown = KINDS[name]
    hub.add("owner/name", files)
    repository = open_repository(parse_source("owner/name"), HubSettings(endpoint=hub.url))
    config = read_config(repository) if has_file(repository, "config.json") else None
    kind = read_kind(repository, config, {"bert"})
    assert kind.name == name.partition(" with")[0]
    assert re.search(what, kind.what)
    assert shown in kind.shown


def test_the_parts_of_a_pipeline_are_listed(hub):
    hub.add("owner/name", {"model_index.json": PIPELINE})
    repository = open_repository(parse_source("owner/name"), HubSettings(endpoint=hub.url))
    assert read_kind(repository, None).parts == (
        "unet: UNet2DConditionModel (diffusers)",
        "text_encoder: CLIPTextModel (transformers)",
    )


def test_a_model_that_transformers_knows_needs_no_code_of_its_repository(hub):
    hub.add("owner/name", {"config.json": CUSTOM})
    repository = open_repository(parse_source("owner/name"), HubSettings(endpoint=hub.url))
    config = read_config(repository)
    assert needs_remote_code(config, {"bert"})
    assert not needs_remote_code(config, {"mystery"})


@pytest.mark.parametrize("broken", ["", "[]", "{", '{"unet": ["a"], "vae": 3}'])
def test_a_broken_list_of_parts_is_no_error(hub, broken):
    hub.add("owner/name", {"model_index.json": broken})
    repository = open_repository(parse_source("owner/name"), HubSettings(endpoint=hub.url))
    assert read_kind(repository, None).parts == ()
