"""Which checkpoints are loaded, how, and what is said of those that are not."""

import json
import pickle
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
import torch
import transformers

from explorer import tasks
from explorer.errors import CheckpointError, ConfigError, ExplorerError, InputError, ModelNotFoundError
from explorer.loading import running
from explorer.tasks.fill_mask import FillMaskInput, FillMaskParameters
from explorer.tasks.text_classification import TextClassificationInput, TextClassificationParameters
from tests.running import models


@pytest.fixture
def copy(bert_folder, tmp_path):
    """A masked language model whose files may be spoilt."""
    return Path(shutil.copytree(bert_folder, tmp_path / "copy"))


def change(folder, name="config.json", **values):
    path = folder / name
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_the_bytes_are_those_of_the_tensors_with_tied_ones_once(bert_folder):
    model = transformers.AutoModelForMaskedLM.from_pretrained(bert_folder)
    tensors = {id(tensor): tensor for tensor in [*model.parameters(), *model.buffers()]}
    expected = sum(tensor.nbytes for tensor in tensors.values())
    assert running.load(bert_folder, "fill-mask").nbytes == expected


def test_a_checkpoint_in_half_precision_runs_in_full_on_a_processor(bert_folder, tmp_path):
    model = transformers.AutoModelForMaskedLM.from_pretrained(bert_folder)
    model.half().save_pretrained(tmp_path)
    models.word_pieces().save_pretrained(tmp_path)
    loaded = running.load(str(tmp_path), "fill-mask")
    assert {tensor.dtype for tensor in loaded._held.model.parameters()} == {torch.float32}


def test_a_head_that_is_not_in_the_checkpoint_is_named_in_every_answer(bert_folder):
    model = running.load(bert_folder, "text-classification")
    result = model.run(TextClassificationInput(("Paris",)), TextClassificationParameters())
    assert "classifier.weight" in result.notes[0]
    assert "noise" in result.notes[0]
    again = running.load(bert_folder, "text-classification")
    assert again.run(TextClassificationInput(("Paris",)), TextClassificationParameters()) == result


@pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")
def test_positions_that_the_class_computes_are_not_called_untrained(checkpoint):
    assert running.load(checkpoint(models.marian), "feature-extraction")._held.notes == ()


def test_a_checkpoint_of_another_task_with_all_weights_says_so(bert_folder):
    model = running.load(bert_folder, "text-generation")
    found = model.run(tasks.find("text-generation").example, tasks.find("text-generation").settings())
    assert found.notes[0].startswith("This checkpoint was saved for fill-mask")


def test_a_model_that_cannot_do_the_task_says_what_it_can_do(bert_folder, checkpoint):
    with pytest.raises(InputError, match=r"cannot do translation\. It was saved for fill-mask\. It can do: "):
        running.load(bert_folder, "translation")
    with pytest.raises(InputError, match="It can do: text-generation, "):
        running.load(checkpoint(models.gpt2), "fill-mask")


def test_a_task_that_does_not_exist_names_those_that_do(bert_folder):
    with pytest.raises(InputError, match="text-generation, fill-mask"):
        running.load(bert_folder, "fortune-telling")


def test_another_tasks_input_is_a_mistake_of_the_caller(bert_folder):
    model = running.load(bert_folder, "fill-mask")
    with pytest.raises(TypeError):
        model.run(TextClassificationInput(("Paris",)), FillMaskParameters())
    with pytest.raises(InputError, match="no tokens to wait for"):
        next(model.stream(FillMaskInput("[MASK]"), FillMaskParameters(), lambda: False))


def test_a_folder_without_a_config_is_refused(tmp_path):
    with pytest.raises(ModelNotFoundError, match=r"no config\.json"):
        running.load(str(tmp_path), "fill-mask")


def test_a_config_that_is_broken_is_refused(copy):
    (copy / "config.json").write_text("{")
    with pytest.raises(ConfigError, match=r"config\.json cannot be read"):
        running.load(str(copy), "fill-mask")


def test_pickled_weights_are_never_loaded(copy):
    (copy / "model.safetensors").unlink()
    torch.save({}, copy / "pytorch_model.bin")
    with pytest.raises(CheckpointError, match="a pickle can run code"):
        running.load(str(copy), "fill-mask")


def test_an_index_leads_nowhere_else(copy):
    (copy / "model.safetensors").rename(copy.parent / "elsewhere.safetensors")
    index = {"weight_map": {"bert.embeddings.word_embeddings.weight": "../elsewhere.safetensors"}}
    (copy / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(CheckpointError, match="elsewhere"):
        running.load(str(copy), "fill-mask")


def test_weights_of_other_sizes_are_refused(copy):
    change(copy, hidden_size=64)
    with pytest.raises(CheckpointError, match="cannot be loaded into AutoModelForMaskedLM"):
        running.load(str(copy), "fill-mask")


def test_weights_that_are_cut_off_are_refused(copy):
    weights = copy / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(CheckpointError, match="cannot be loaded"):
        running.load(str(copy), "fill-mask")


def test_quantised_weights_are_refused_by_name(copy):
    change(copy, quantization_config={"quant_method": "gptq", "bits": 4})
    with pytest.raises(CheckpointError, match=r"quantised \(gptq\)"):
        running.load(str(copy), "fill-mask")


def test_an_adapter_is_refused(copy):
    (copy / "adapter_config.json").write_text("{}")
    with pytest.raises(CheckpointError, match="adapter"):
        running.load(str(copy), "fill-mask")


def test_a_folder_without_a_tokenizer_is_refused(copy):
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (copy / name).unlink()
    with pytest.raises(ModelNotFoundError, match="no tokenizer"):
        running.load(str(copy), "fill-mask")


def test_code_beside_the_weights_is_never_run(copy):
    (copy / "evil.py").write_text("open('touched', 'w')\nraise SystemExit")
    named = {
        "AutoConfig": "evil.Config",
        "AutoModelForMaskedLM": "evil.Model",
        "AutoTokenizer": ["evil.T", None],
    }
    change(copy, auto_map=named)
    running.load(str(copy), "fill-mask")
    change(copy, "tokenizer_config.json", auto_map=named)
    with suppress(CheckpointError):
        running.load(str(copy), "fill-mask")
    assert not Path("touched").exists()


def test_a_tokenizer_of_another_model_is_noticed(copy):
    change(copy, vocab_size=20)
    config = transformers.BertConfig.from_pretrained(copy)
    with torch.random.fork_rng():
        transformers.BertForMaskedLM(config).save_pretrained(copy)
    model = running.load(str(copy), "fill-mask")
    with pytest.raises(CheckpointError, match="embeddings for 20"):
        model.run(FillMaskInput("Paris is the capital of [MASK]"), FillMaskParameters())


def test_positions_below_the_padding_are_not_counted_as_room(checkpoint):
    folder = checkpoint(models.roberta)
    assert running.load(folder, "fill-mask")._held.token_limit == 64 - 2


@pytest.mark.parametrize("task", tasks.TASKS, ids=lambda task: task.name)
def test_inputs_settings_and_results_travel_between_processes(checkpoint, bert_folder, task):
    makers = {"text-generation": models.gpt2, "translation": models.t5, "summarization": models.t5}
    folder = checkpoint(makers[task.name]) if task.name in makers else bert_folder
    settings = {"truncate": True} if "truncate" in {one.name for one in task.parameters} else {}
    parameters = task.settings(**settings)
    inputs, parameters = pickle.loads(pickle.dumps((task.example, parameters)))
    result = running.load(folder, task.name).run(inputs, parameters)
    assert pickle.loads(pickle.dumps(result)) == result
    json.dumps(result.json, allow_nan=False)


LONG = "word " * 19_999
NAMES = ["long", "emoji", "right to left", "control", "special"]
STRANGE = ("🎉" * 300, "\u202eשלום עולם مرحبا" * 20, "\x00\x01\u200b[MASK]", "[MASK] [SEP] [PAD] [CLS]" * 30)


@pytest.mark.parametrize(
    "text", [LONG, *STRANGE], ids=["long", "emoji", "right to left", "control", "special"]
)
@pytest.mark.parametrize("task", tasks.TASKS, ids=lambda task: task.name)
def test_every_strange_text_ends_in_a_result_or_a_clear_error(checkpoint, bert_folder, task, text):
    makers = {"text-generation": models.gpt2, "translation": models.t5, "summarization": models.t5}
    folder = checkpoint(makers[task.name]) if task.name in makers else bert_folder
    kind = type(task.example)
    fields = {name: getattr(task.example, name) for name in kind.__slots__}
    place = "context" if "context" in fields else "texts" if "texts" in fields else "text"
    inputs = kind(**fields | {place: (text,) if place == "texts" else text})
    try:
        result = running.load(folder, task.name).run(inputs, task.settings())
    except ExplorerError as error:
        said = error
    else:
        said = None
        json.dumps(result.json, allow_nan=False)
    assert said is None or (said.what and said.advice)
