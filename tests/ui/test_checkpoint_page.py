"""The page of a checkpoint, on files of every kind."""

import io

import pytest
import torch

from tests.hub.contents import safetensors, sharded, with_header
from tests.hub.server import HubServer
from tests.loading.gguf_files import gguf_file
from tests.ui.app import errors_of, open_page, settled, text_of
from tests.ui.hub_models import BERT, bert, bert_tensors

PAGE = "pages/3_Checkpoint.py"


def opened(model: str, **parameters: str):
    return open_page(model, PAGE, **parameters)


def test_a_checkpoint_shows_its_file_its_tensors_and_that_it_is_ready(hub: HubServer):
    commit = hub.add("page/bert", bert()).at("main")[0]
    app = opened("page/bert")
    text = text_of(app)
    assert not app.error
    assert f"https://huggingface.co/page/bert/blob/{commit}/model.safetensors" in text
    assert "All 44 tensors of BertForMaskedLM get their values." in text
    assert "42 tensors in 26 rows." in text
    assert "× 2" in text
    assert app.selectbox(key="auto_class").value == "AutoModelForMaskedLM"


def test_the_class_that_is_loaded_into_is_in_the_address(hub: HubServer):
    hub.add("page/head", bert())
    app = opened("page/head", auto_class="AutoModelForTokenClassification")
    assert "of its head (classifier) are newly initialised" in text_of(app)
    assert "parameters of BertForTokenClassification" in text_of(app)


def test_the_statement_adds_up_and_the_figure_of_the_hub_agrees(hub: HubServer):
    hub.add("page/stated", bert(), facts={"safetensors": {"total": 22_148}})
    assert "It agrees with the files." in text_of(opened("page/stated"))


def test_a_figure_of_the_hub_that_nothing_explains_is_called_unexplained(hub: HubServer):
    hub.add("page/misstated", bert(), facts={"safetensors": {"total": 22_150}})
    assert "It is 2 more than the files hold: unexplained." in text_of(opened("page/misstated"))


def test_a_search_finds_tensors_and_counts_them(hub: HubServer):
    hub.add("page/find", bert())
    assert "2 tensors in 1 row with these words." in text_of(opened("page/find", find="self.query weight"))
    app = opened("page/find", find="self.query", rows="One by one")
    assert "bert.<wbr>encoder.<wbr>layer.<wbr>1.<wbr>attention.<wbr>self.<wbr>query.<wbr>bias" in text_of(app)
    assert "4 tensors with these words." in text_of(app)
    assert "No tensor has these words" in text_of(opened("page/find", find="nothing of the kind"))


def test_many_tensors_come_a_page_at_a_time(hub: HubServer):
    tensors = {f"part{number}.weight": (2,) for number in range(450)}
    hub.add("page/many", {"config.json": dict(BERT), "model.safetensors": safetensors(tensors)})
    app = opened("page/many", shown="401–450")
    assert "part449.<wbr>" in text_of(app)
    assert "part0.<wbr>" not in text_of(app)
    settled(app.selectbox(key="shown").select("1–200").run())
    assert "part0.<wbr>" in text_of(app)


def test_shards_are_listed_and_tensors_name_theirs(hub: HubServer):
    hub.add("page/sharded", {"config.json": dict(BERT), **sharded(bert_tensors(), 3)})
    text = text_of(opened("page/sharded"))
    assert "model-00003-of-00003.safetensors" in text
    assert "1 of 3" in text


def test_a_config_that_is_deeper_than_the_file_is_explained(hub: HubServer):
    hub.add("page/deep", bert() | {"config.json": {**BERT, "num_hidden_layers": 4}})
    text = text_of(opened("page/deep"))
    assert "The config asks for 2 more layers in bert.encoder.layer (2 to 3)" in text
    assert "wrong checkpoint" in text


def test_a_pickle_is_read_and_said_to_be_one(hub: HubServer):
    data = io.BytesIO()
    torch.save({name: torch.zeros(shape) for name, shape in bert_tensors().items()}, data)
    hub.add("page/bin", {"config.json": dict(BERT), "pytorch_model.bin": data.getvalue()})
    text = text_of(opened("page/bin"))
    assert "nothing of it is ever run" in text
    assert "All 44 tensors" in text


def test_a_gguf_file_has_tensors_and_totals_but_no_load_report(hub: HubServer):
    hub.add("page/gguf", {"model.gguf": gguf_file({"blk.0.attn_q.weight": ([256, 256], 12)})})
    app = opened("page/gguf")
    assert not app.error
    assert "blk.<wbr>0.<wbr>attn_q.<wbr>weight" in text_of(app)
    assert "Q4_K" in text_of(app)
    assert ">GGUF<" in text_of(app)
    assert "no class can be set beside it" in text_of(app)


def test_a_quantised_file_says_how_and_its_scales_are_accounted_for(hub: HubServer):
    tensors = {
        name: ("F8_E4M3" if len(shape) == 2 else "F32", shape) for name, shape in bert_tensors().items()
    }
    scales = {f"bert.encoder.layer.{n}.output.dense.weight_scale_inv": (1, 1) for n in range(2)}
    config = {**BERT, "quantization_config": {"quant_method": "fp8", "bits": 8}}
    hub.add("page/fp8", {"config.json": config, "model.safetensors": safetensors(tensors | scales)})
    text = text_of(opened("page/fp8"))
    assert "fp8, 8 bits" in text
    assert "quantisation: scales beside the weights" in text
    assert "float8_e4m3fn" in text


def test_an_adapter_is_shown_by_its_tensors(hub: HubServer):
    adapter = {"base_model.model.layers.0.q_proj.lora_A.weight": (8, 32)}
    files = {"adapter_config.json": {"peft_type": "LORA"}, "adapter_model.safetensors": safetensors(adapter)}
    hub.add("page/adapter", files)
    app = opened("page/adapter")
    assert not app.error
    assert "This is an adapter of PEFT (LORA)" in text_of(app)
    assert "transformers has no class for this model" in text_of(app)


def test_an_architecture_that_transformers_does_not_know_keeps_its_files_and_tensors(hub: HubServer):
    hub.add(
        "page/novel",
        {"config.json": {"model_type": "novel"}, "model.safetensors": safetensors(bert_tensors())},
    )
    app = opened("page/novel")
    assert not app.error
    assert "42 tensors" in text_of(app)


def test_a_broken_header_is_an_error_and_the_files_stay(hub: HubServer):
    hub.add("page/broken", bert() | {"model.safetensors": b"\xff" * 64})
    app = opened("page/broken")
    assert "broken" in errors_of(app)
    assert "64 bytes" in text_of(app)


def test_one_broken_shard_is_named_and_the_files_can_be_taken_along(hub: HubServer):
    name = "model-00002-of-00003.safetensors"
    header = b'{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}'
    shards = sharded(bert_tensors(), 3) | {name: with_header(header, 8)}
    hub.add("page/bad-shard", {"config.json": dict(BERT), **shards})
    app = opened("page/bad-shard")
    told = "gives tensor 'a' a shape or a place in the file that cannot be"
    assert f"{name} cannot be read" in errors_of(app)
    assert told in errors_of(app)
    assert "model-00003-of-00003.safetensors" in text_of(app)
    assert "CSV: Files" in [button.label for button in app.get("download_button")]
    assert "get_safetensors_metadata" in "".join(block.value for block in app.code)


def test_an_index_of_files_that_are_not_there_leaves_those_that_are(hub: HubServer):
    shards = sharded(bert_tensors(), 3)
    del shards["model-00002-of-00003.safetensors"]
    hub.add("page/lost-shard", {"config.json": dict(BERT), **shards})
    app = opened("page/lost-shard")
    assert "model-00002-of-00003.safetensors" in errors_of(app)
    assert "model-00003-of-00003.safetensors" in text_of(app)


def test_a_repository_without_a_config_says_once_where_its_tree_comes_from(hub: HubServer):
    hub.add("page/bare", {"model.safetensors": safetensors(bert_tensors())})
    text = text_of(opened("page/bare"))
    assert text.count("the names of its tensors") == 1
    assert text.count("no class") == 1


def test_a_class_that_cannot_be_built_leaves_the_totals(hub: HubServer):
    hub.add("page/odd", bert() | {"config.json": {**BERT, "num_attention_heads": 5}})
    app = opened("page/odd")
    assert len(app.error) == 1
    assert "Totals by dtype" in text_of(app)


@pytest.mark.parametrize("model", ["arch:bert", '{"model_type": "bert"}', "gallery:gpt2"])
def test_without_a_checkpoint_the_page_says_what_would_be_here(model):
    app = opened(model)
    assert not app.error
    assert "No checkpoint." in text_of(app)
    assert "Only headers are read" in text_of(app)


def test_a_gated_model_is_explained(hub: HubServer):
    hub.add("meta/gated", bert(), gated=True)
    assert "gated" in errors_of(opened("meta/gated"))


def test_hostile_names_are_text(hub: HubServer):
    names = {"<img src=x onerror=alert(1)>.weight": (1,), "x" * 300: (1,), "a\"b'c`[d](http://e)": ()}
    hub.add("page/hostile", {"config.json": dict(BERT), "model.safetensors": safetensors(names)})
    for parameters in ({}, {"rows": "One by one"}, {"find": "<img"}):
        text = text_of(opened("page/hostile", **parameters))
        assert "<img" not in text
        assert "&lt;img src=x onerror=alert(1)&gt;" in text
