"""What can be told of the inside of each kind of architecture, and what is said where it cannot."""

import pytest
import torch
import transformers

from explorer import tasks
from explorer.errors import ConfigError
from explorer.loading import running
from explorer.tasks.fill_mask import FillMaskInput
from explorer.tasks.question_answering import QuestionAnsweringInput
from explorer.tasks.seq2seq import Seq2SeqInput
from explorer.tasks.text_classification import TextClassificationInput
from explorer.tasks.text_generation import TextGenerationInput
from tests.running import models

INPUTS = {
    "fill-mask": FillMaskInput("The capital of [MASK] is Paris."),
    "text-generation": TextGenerationInput("Once upon a time"),
    "translation": Seq2SeqInput("The king loved his library."),
    "summarization": Seq2SeqInput("The king loved his library."),
    "text-classification": TextClassificationInput(("The king loved Paris.",)),
    "question-answering": QuestionAnsweringInput("Who loved Paris?", "The king loved Paris."),
}
SHORT = {"text-generation": {"max_new_tokens": 4}, "translation": {"max_new_tokens": 4}}
SHORT["summarization"] = SHORT["translation"]
ENDS = {"eos_token_id": 0, "bos_token_id": 0, "pad_token_id": 0}
PIECES = {"vocab_size": len(models.word_pieces()), "max_position_embeddings": 64}
BYTES = {"vocab_size": len(models.byte_pairs())}
SMALL = models.SIZES


def explain(folder, task):
    model = running.load(str(folder), task)
    settings = tasks.find(task).settings(**SHORT.get(task, {}))
    answer = model.run(INPUTS[task], settings)
    found = model.explain(INPUTS[task], settings)
    assert model.run(INPUTS[task], settings) == answer
    return found


def made(folder, class_name, config_name, tokenizer, task, **settings):
    """The explanation of a small model of the class."""
    config = getattr(transformers, config_name)(**settings)
    return explain(models.save(folder, class_name, config, tokenizer), task)


def paths(found, part):
    return [step.path for step in found.walk if step.part == part]


def is_within(path, outer):
    return path == outer or path.startswith(f"{outer}.")


@pytest.mark.parametrize(
    ("make", "arguments", "task", "backbone", "head"),
    [
        (models.bert, ("BertForMaskedLM",), "fill-mask", {"bert"}, {"cls"}),
        (
            models.bert,
            ("BertForSequenceClassification",),
            "text-classification",
            {"bert"},
            {"dropout", "classifier"},
        ),
        (models.gpt2, (), "text-generation", {"transformer"}, {"lm_head"}),
        (models.llama, (), "text-generation", {"model"}, {"lm_head"}),
        (models.bart, (), "summarization", {"model"}, {"lm_head"}),
        # T5 has no module of its own that is the backbone.
        (models.t5, (), "translation", {"encoder", "decoder"}, {"lm_head"}),
        (models.t5, (), "feature-extraction", {"encoder"}, set()),
    ],
)
def test_every_module_is_of_the_backbone_or_of_the_head(checkpoint, make, arguments, task, backbone, head):
    model = running.load(checkpoint(make, *arguments), task)
    inputs = INPUTS.get(task, tasks.find(task).example)
    found = model.explain(inputs, tasks.find(task).settings(**SHORT.get(task, {})))
    for step in found.walk:
        top = step.path.partition(".")[0]
        expected = "backbone" if top in backbone else "head" if top in head else None
        assert (step.part, step.path) == (expected, step.path)
    assert {path.partition(".")[0] for path in paths(found, "head")} == head
    assert [step.path for step in found.walk if step.part is None] in ([""], [])


def test_the_shapes_of_the_walk_are_those_of_the_config(checkpoint):
    found = explain(checkpoint(models.bert, "BertForMaskedLM"), "fill-mask")
    count, words = len(found.tokens), len(models.word_pieces())
    steps = {step.path: step for step in found.walk}
    assert steps[""].outputs == ((1, count, words),)
    assert steps["bert.embeddings.word_embeddings"].inputs == ((1, count),)
    assert steps["bert.embeddings.word_embeddings"].outputs == ((1, count, 32),)
    assert steps["bert.encoder.layer.1.intermediate.dense"].outputs == ((1, count, 48),)
    assert steps["bert.encoder.layer.1.attention.self"].outputs == ((1, count, 32), (1, 4, count, count))
    assert steps["cls.predictions.decoder"].inputs == ((1, count, 32),)
    nested = ["", "bert", "bert.encoder", "bert.encoder.layer.0"]
    assert [steps[path].depth for path in nested] == [0, 1, 2, 3]
    assert all(step.seconds > 0 for step in found.walk)
    inside = sum(step.seconds for step in found.walk if step.depth == 1)
    assert 0 < inside <= steps[""].seconds


def test_the_order_of_the_walk_is_that_of_the_calls(checkpoint):
    found = explain(checkpoint(models.t5), "translation")
    order = [step.path for step in found.walk if step.depth == 1]
    assert order == ["encoder", "decoder", "lm_head"]
    assert found.output_tokens[0] == "<pad>"
    assert [maps.name for maps in found.attentions] == [
        "encoder self-attention",
        "decoder self-attention",
        "cross-attention",
    ]
    crossed = found.attentions[2]
    assert (crossed.row_tokens, crossed.column_tokens) == (found.output_tokens, found.tokens)


def test_a_shared_layer_appears_at_each_of_its_calls(tmp_path):
    tokenizer = models.word_pieces()
    found = made(
        tmp_path, "AlbertForMaskedLM", "AlbertConfig", tokenizer, "fill-mask",
        **{**SMALL, **PIECES, "num_hidden_layers": 3, "embedding_size": 16},
    )  # fmt: skip
    groups = [step for step in found.walk if step.class_name == "AlbertLayerGroup"]
    assert [step.path for step in groups] == ["albert.encoder.albert_layer_groups.0"] * 3
    assert len(found.lens) == 4
    assert found.unknown == ()


@pytest.mark.parametrize("is_tied", [True, False])
def test_a_lens_on_scaled_states_is_right_too(tmp_path, is_tied):
    found = explain(models.t5(tmp_path, tie_word_embeddings=is_tied), "translation")
    assert len(found.lens) == 3
    assert found.unknown == ()


@pytest.mark.parametrize(
    ("class_name", "config", "tokenizer", "task", "settings"),
    [
        ("DistilBertForMaskedLM", "DistilBertConfig", models.word_pieces, "fill-mask",
         {"dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 48, **PIECES}),
        ("ElectraForMaskedLM", "ElectraConfig", models.word_pieces, "fill-mask",
         {**SMALL, "embedding_size": 16, **PIECES}),
        ("DebertaV2ForMaskedLM", "DebertaV2Config", models.word_pieces, "fill-mask",
         {**SMALL, "relative_attention": True, "pos_att_type": ["p2c", "c2p"], **PIECES}),
        ("ModernBertForMaskedLM", "ModernBertConfig", models.word_pieces, "fill-mask",
         {**SMALL, "pad_token_id": 0, **PIECES}),
        ("GPTNeoXForCausalLM", "GPTNeoXConfig", models.byte_pairs, "text-generation",
         {**SMALL, **BYTES, "eos_token_id": 0, "bos_token_id": 0}),
        # Its logits are capped, so that a head by itself would say other things.
        ("Gemma2ForCausalLM", "Gemma2Config", models.byte_pairs, "text-generation",
         {**SMALL, "head_dim": 8, "num_key_value_heads": 2, **BYTES, **ENDS}),
        # Its layers give lists.
        ("OpenAIGPTLMHeadModel", "OpenAIGPTConfig", models.byte_pairs, "text-generation",
         {"n_positions": 64, "n_embd": 32, "n_layer": 2, "n_head": 4, **BYTES}),
        # It remembers the shape of what it reads.
        ("GPTBigCodeForCausalLM", "GPTBigCodeConfig", models.byte_pairs, "text-generation",
         {"n_positions": 64, "n_embd": 32, "n_layer": 2, "n_head": 4, **BYTES, **ENDS}),
        ("MixtralForCausalLM", "MixtralConfig", models.byte_pairs, "text-generation",
         {**SMALL, "num_key_value_heads": 2, "num_local_experts": 4, **BYTES, **ENDS}),
    ],
)  # fmt: skip
def test_nothing_is_unknown_of_usual_language_models(tmp_path, class_name, config, tokenizer, task, settings):
    found = made(tmp_path, class_name, config, tokenizer(), task, **settings)
    assert found.unknown == ()
    assert len(found.lens) == 3
    assert len(found.attentions[0].data) == 4 * 2 * 4 * len(found.tokens) ** 2
    assert all(len(states.lengths) == 3 for states in found.hidden_states)


def test_a_model_without_attention_says_so_and_has_a_lens(tmp_path):
    found = made(
        tmp_path, "MambaForCausalLM", "MambaConfig", models.byte_pairs(), "text-generation",
        hidden_size=32, num_hidden_layers=2, state_size=8, **BYTES, **ENDS,
    )  # fmt: skip
    assert found.attentions == ()
    assert "no attention maps" in found.unknown[0]
    assert len(found.lens) == 3


def test_states_that_begin_with_the_first_layer_are_called_so(tmp_path):
    found = made(
        tmp_path, "MambaForCausalLM", "MambaConfig", models.byte_pairs(), "text-generation",
        hidden_size=32, num_hidden_layers=2, state_size=8, **BYTES, **ENDS,
    )  # fmt: skip
    assert any("begin with the first layer" in note for note in found.notes)
    (states,) = found.hidden_states
    assert states.layers == ("layer 0", "layer 1", "output")
    model = transformers.AutoModelForCausalLM.from_pretrained(tmp_path)
    gave = []
    model.backbone.layers[0].register_forward_hook(lambda _, __, output: gave.append(output.norm(dim=-1)[0]))
    text = INPUTS["text-generation"].text
    ids = transformers.AutoTokenizer.from_pretrained(tmp_path)(text, return_tensors="pt")["input_ids"]
    model(ids)
    # What was written comes after it.
    own = torch.tensor(states.lengths[0][: ids.shape[1]])
    torch.testing.assert_close(own, gave[0], atol=1e-4, rtol=1e-4)


def test_a_model_with_attention_in_some_layers_says_in_how_many(tmp_path):
    found = made(
        tmp_path, "JambaForCausalLM", "JambaConfig", models.byte_pairs(), "text-generation",
        **{**SMALL, "num_hidden_layers": 4}, num_key_value_heads=2, attn_layer_period=2, attn_layer_offset=1,
        use_mamba_kernels=False, num_experts=2, mamba_d_state=4, **BYTES, **ENDS,
    )  # fmt: skip
    assert found.attentions[0].layers == 2
    assert any("2 of 4 layers have attention" in note for note in found.notes)


def test_attention_that_also_goes_elsewhere_is_noted(tmp_path):
    found = made(
        tmp_path, "GptOssForCausalLM", "GptOssConfig", models.byte_pairs(), "text-generation",
        **{**SMALL, **BYTES, **ENDS}, head_dim=8, num_key_value_heads=2, num_local_experts=4,
        num_experts_per_tok=2,
    )  # fmt: skip
    assert any("adds up to 1" in note for note in found.notes)


@pytest.mark.parametrize(
    ("class_name", "config", "tokenizer", "task", "settings", "unknown"),
    [
        ("XLNetLMHeadModel", "XLNetConfig", models.sentence_pieces, "text-generation",
         {"vocab_size": 150, "d_model": 32, "n_layer": 2, "n_head": 4, "d_inner": 48}, {"logit lens"}),
        ("FunnelForMaskedLM", "FunnelConfig", models.word_pieces, "fill-mask",
         {"vocab_size": PIECES["vocab_size"], "d_model": 32, "n_head": 4, "d_head": 8, "d_inner": 48,
          "block_sizes": [1, 1, 1]}, {"hidden states", "logit lens"}),
        ("LongformerForMaskedLM", "LongformerConfig", models.word_pieces, "fill-mask",
         {**SMALL, "vocab_size": PIECES["vocab_size"], "attention_window": 16, "pad_token_id": 0,
          "max_position_embeddings": 200}, {"maps", "logit lens"}),
        ("FNetForMaskedLM", "FNetConfig", models.word_pieces, "fill-mask",
         {"hidden_size": 32, "num_hidden_layers": 2, "intermediate_size": 48, **PIECES}, {"maps"}),
        ("BartForQuestionAnswering", "BartConfig", models.word_pieces, "question-answering",
         {"vocab_size": PIECES["vocab_size"], "d_model": 32, "encoder_layers": 2, "decoder_layers": 2,
          "encoder_attention_heads": 4, "decoder_attention_heads": 4, "max_position_embeddings": 64},
         {"logit lens"}),
    ],
)  # fmt: skip
def test_what_an_odd_architecture_does_not_show_is_said(
    tmp_path, class_name, config, tokenizer, task, settings, unknown
):
    found = made(tmp_path, class_name, config, tokenizer(), task, **settings)
    assert found.walk[0].class_name == class_name
    assert len(found.unknown) == len(unknown)
    assert all(any(word in said for said in found.unknown) for word in unknown)
    assert all(said.endswith(".") for said in found.unknown)


def test_every_part_of_a_config_is_as_before(tmp_path):
    config = transformers.MptConfig(d_model=32, n_heads=4, n_layers=2, max_seq_len=64, **BYTES, **ENDS)
    folder = models.save(tmp_path, "MptForCausalLM", config, models.byte_pairs())
    model = running.load(folder, "text-generation")

    def attention():
        whole = model._held.config
        return whole._attn_implementation, whole.attn_config._attn_implementation

    before = attention()
    found = model.explain(INPUTS["text-generation"], tasks.find("text-generation").settings(max_new_tokens=3))
    assert found.attentions
    assert attention() == before


def test_of_pooled_layers_the_maps_of_all_tokens_are_shown(tmp_path):
    found = made(
        tmp_path, "FunnelForMaskedLM", "FunnelConfig", models.word_pieces(), "fill-mask",
        vocab_size=PIECES["vocab_size"], d_model=32, n_head=4, d_head=8, d_inner=48, block_sizes=[1, 1, 1],
    )  # fmt: skip
    (maps,) = found.attentions
    assert maps.layers > 0
    assert any(f"{maps.layers} of 5 layers have a weight for every pair" in note for note in found.notes)


def test_without_an_auto_model_backbone_and_head_cannot_be_told(tmp_path, monkeypatch):
    folder = models.t5(tmp_path)
    model = running.load(folder, "translation")

    def none(*_):
        raise ConfigError("AutoModel has no model for this.", "Choose another.")

    monkeypatch.setattr("explorer.loading.running.inside.parts.build_model", none)
    found = model.explain(INPUTS["translation"], tasks.find("translation").settings(max_new_tokens=3))
    assert {step.part for step in found.walk} == {None}
    assert "no AutoModel" in found.unknown[0]


def test_a_lens_that_does_not_end_with_what_the_model_says_is_not_shown(checkpoint):
    model = running.load(checkpoint(models.bert, "BertForMaskedLM"), "fill-mask")
    # This head says other things of one token than of several.
    model._held.model.cls.register_forward_hook(lambda _, given, gave: gave * given[0].shape[1])
    found = model.explain(INPUTS["fill-mask"], tasks.find("fill-mask").settings())
    assert (found.lens, found.lens_position) == ((), None)
    assert "does not say what the model says" in found.unknown[0]


def test_a_decoder_that_reads_what_the_encoder_reads_has_tokens_too(tmp_path):
    model = running.load(
        models.save(
            tmp_path, "BartForQuestionAnswering",
            models._bart_config(PIECES["vocab_size"]), models.word_pieces(),
        ),
        "question-answering",
    )  # fmt: skip
    found = model.explain(INPUTS["question-answering"], tasks.find("question-answering").settings())
    read = found.attentions[1].row_tokens
    # Each token one place later, behind the one that the decoder begins with.
    assert read[1:] == found.tokens[:-1]
    assert found.output_tokens == ()


def test_the_facts_of_a_model_are_known(checkpoint):
    facts = running.load(checkpoint(models.bert, "BertForMaskedLM"), "fill-mask").facts()
    assert (facts.class_name, facts.device, facts.dtype) == ("BertForMaskedLM", "cpu", "float32")
    assert (facts.token_limit, facts.mask_token, facts.has_chat_template) == (64, "[MASK]", False)
    assert (facts.labels, facts.languages) == ((), ())
    model = transformers.AutoModelForMaskedLM.from_pretrained(checkpoint(models.bert, "BertForMaskedLM"))
    assert facts.nbytes >= model.get_memory_footprint() > 0


def test_only_labels_that_mean_something_are_facts(checkpoint):
    task, name = "text-classification", "BertForSequenceClassification"
    nameless = running.load(checkpoint(models.bert, name), task).facts()
    labelled = checkpoint(models.bert, name, id2label={0: "bad", 1: "good"})
    assert (nameless.labels, running.load(labelled, task).facts().labels) == ((), ("bad", "good"))


def test_chat_templates_and_languages_are_facts(checkpoint):
    folder = checkpoint(models.gpt2, template=models.TEMPLATE)
    assert running.load(folder, "text-generation").facts().has_chat_template
    languages = running.load(checkpoint(models.many_languages), "translation").facts().languages
    assert {"en_XX", "de_DE"} <= set(languages)
    pairs = {"translation_en_to_de": {"prefix": "German: "}, "translation_en_to_fr": {"prefix": "French: "}}
    folder = checkpoint(models.t5, task_specific_params=pairs)
    assert running.load(folder, "translation").facts().languages == ("en", "de", "fr")
