import pytest

from explorer.loading.defaults import default_config
from explorer.loading.heads import build_diff, build_heads

# ALBERT's pooler is a layer and its activation, side by side in the model.
POOLER = ["pooler", "pooler_activation"]

# Auto class, modules added and dropped, and their parameters, read in the model classes.
HEADS = {
    "bert": [
        ("AutoModelForMaskedLM", ["cls"], 622_650, ["pooler"], 590_592),
        ("AutoModelForQuestionAnswering", ["qa_outputs"], 1_538, ["pooler"], 590_592),
        ("AutoModelForSequenceClassification", ["dropout", "classifier"], 1_538, [], 0),
    ],
    "gpt2": [
        ("AutoModelForCausalLM", ["lm_head"], 0, [], 0),
        ("AutoModelForSequenceClassification", ["score"], 1_536, [], 0),
    ],
    "t5": [
        ("AutoModelForSeq2SeqLM", ["lm_head"], 0, [], 0),
        ("AutoModelForTokenClassification", ["dropout", "classifier"], 1_026, ["decoder"], 25_175_808),
    ],
    "bart": [
        ("AutoModelForSeq2SeqLM", ["lm_head"], 0, [], 0),
        ("AutoModelForCausalLM", ["lm_head"], 0, ["shared", "encoder"], 152_207_360),
    ],
    "marian": [("AutoModelForSeq2SeqLM", ["lm_head"], 0, [], 0)],
    "vit": [("AutoModelForImageClassification", ["classifier"], 1_538, ["pooler"], 590_592)],
    "whisper": [("AutoModelForSpeechSeq2Seq", ["proj_out"], 0, [], 0)],
    "wav2vec2": [("AutoModelForCTC", ["dropout", "lm_head"], 24_608, [], 0)],
    "llama": [("AutoModelForQuestionAnswering", ["qa_outputs"], 8_194, [], 0)],
    "mamba": [("AutoModelForCausalLM", ["lm_head"], 0, [], 0)],
    "albert": [("AutoModelForTokenClassification", ["dropout", "classifier"], 8_194, POOLER, 16_781_312)],
}


@pytest.mark.parametrize("model_type", HEADS)
def test_each_head_is_what_the_task_model_adds_and_drops(model_type):
    rows = {row.auto_class.name: row for row in build_heads(default_config(model_type), None).heads}
    for name, added, parameters, removed, removed_parameters in HEADS[model_type]:
        head = rows[name].head
        assert [node.path for node in head.added] == added, name
        assert [node.path for node in head.removed] == removed, name
        assert (head.parameter_count, head.removed_parameter_count) == (parameters, removed_parameters), name


@pytest.mark.parametrize(
    "model_type", ["bert", "bart", "clip", "llava", "blip-2", "deberta", "xlnet", "mllama", "mixtral"]
)
def test_backbone_and_head_less_what_was_dropped_is_the_task_model(model_type):
    matrix = build_heads(default_config(model_type), None)
    for row in matrix.heads:
        whole = matrix.backbone.parameter_count + row.head.parameter_count - row.head.removed_parameter_count
        assert whole == row.parameter_count


@pytest.mark.parametrize("model_type", ["llama4", "mllama", "qwen3_5", "emu3"])
def test_a_text_model_of_a_composite_keeps_the_text_part_of_the_backbone(model_type):
    matrix = build_heads(default_config(model_type), None)
    row = next(row for row in matrix.heads if row.auto_class.name == "AutoModelForCausalLM")
    assert row.head.parameter_count < row.parameter_count / 5


def test_a_class_that_cannot_be_built_says_why_and_the_rest_still_come():
    rows = {row.auto_class.name: row for row in build_heads(default_config("reformer"), None).heads}
    assert "is_decoder" in rows["AutoModelForCausalLM"].error
    assert rows["AutoModelForCausalLM"].parameter_count is None
    assert rows["AutoModelForMaskedLM"].parameter_count


def test_a_class_for_another_config_says_so():
    rows = {row.auto_class.name: row for row in build_heads(default_config("qwen2"), None).heads}
    assert (
        rows["AutoModelForDecision"].error
        == "JevForDecision is made from a JevConfig, and this is a Qwen2Config."
    )


def test_a_model_without_a_backbone_still_has_its_heads():
    matrix = build_heads(default_config("musicgen"), None)
    assert matrix.backbone.error
    assert any(row.parameter_count and row.head is None for row in matrix.heads)


def test_auto_classes_of_one_model_class_have_equal_rows():
    rows = {row.auto_class.name: row for row in build_heads(default_config("gpt2"), None).heads}
    assert rows["AutoModelForPreTraining"].head == rows["AutoModelForCausalLM"].head
    assert rows["AutoModelForPreTraining"].auto_class.name == "AutoModelForPreTraining"


def test_any_two_classes_can_be_compared():
    diff = build_diff(default_config("bert"), "AutoModelForMaskedLM", "AutoModelForTokenClassification")
    assert [child.kind for child in diff.root.children] == ["same", "removed", "added", "added"]
