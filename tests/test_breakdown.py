"""The components and layers of well-known models, added up by hand."""

from explorer import gallery
from explorer.auto_class import BACKBONE
from explorer.breakdown import breakdown_of, runs_of
from explorer.loading.trees import build_tree
from tests.breakdowns import breakdown, stacks


def linear(inputs, outputs):
    return inputs * outputs + outputs


def test_bert():
    found = breakdown("google-bert/bert-base-uncased")
    width, inner, words = 768, 3072, 30522
    assert dict(found.parts) == {
        "embeddings": (words + 512 + 2) * width,
        "attention": 12 * 4 * linear(width, width),
        "feed-forward": 12 * (linear(width, inner) + linear(inner, width)),
        "norm": 25 * 2 * width,
        # Its transform with a norm of its own, and a bias for each word.
        "head": linear(width, width) + 2 * width + words,
    }
    assert stacks(found) == {"bert.encoder.layer": 12}


def test_gpt2_whose_linear_maps_are_called_convolutions():
    found = breakdown("openai-community/gpt2")
    width = 768
    assert dict(found.parts) == {
        "embeddings": (50257 + 1024) * width,
        "attention": 12 * (linear(width, 3 * width) + linear(width, width)),
        "feed-forward": 12 * (linear(width, 4 * width) + linear(4 * width, width)),
        "norm": 25 * 2 * width,
    }


def test_t5_has_an_encoder_and_a_decoder():
    found = breakdown("google-t5/t5-small")
    assert stacks(found) == {"encoder.block": 6, "decoder.block": 6}
    # Of 18 attentions two hold a table of relative positions.
    assert dict(found.parts)["attention"] == 18 * 4 * 512 * 512 + 2 * 32 * 8
    assert dict(found.parts)["embeddings"] == 32128 * 512


def test_deepseek_v3_has_three_layers_without_experts():
    found = breakdown("deepseek-ai/DeepSeek-V3")
    runs = [
        (run[0].number, run[-1].number, [part for part, _ in run[0].parts]) for run in runs_of(found.layers)
    ]
    assert runs == [(0, 2, ["attention", "feed-forward", "norm"]), (3, 60, ["attention", "experts", "norm"])]
    one, width = 3 * 7168 * 2048, 7168
    assert dict(found.parts)["experts"] == 58 * (257 * one + 256 * width)
    assert dict(found.parts)["feed-forward"] == 3 * 3 * width * 18432


def test_mamba_is_made_of_mixers():
    found = breakdown("state-spaces/mamba-130m-hf")
    assert [part for part, _ in found.parts] == ["embeddings", "mixer", "norm"]
    assert stacks(found) == {"backbone.layers": 24}


def test_vit_cuts_patches_with_a_convolution_that_is_an_embedding():
    found = breakdown("google/vit-base-patch16-224")
    assert dict(found.parts)["embeddings"] == linear(3 * 16 * 16, 768) + 197 * 768 + 768
    assert "convolution" not in dict(found.parts)
    assert dict(found.parts)["head"] == linear(768, 1000)


def test_the_layers_of_swin_are_those_of_its_stages():
    found = breakdown("microsoft/swin-tiny-patch4-window7-224")
    assert stacks(found) == {f"swin.encoder.layers.{stage}.blocks": n for stage, n in enumerate((2, 2, 6, 2))}
    # Three times four patches become one.
    assert dict(found.parts)["projection"] == sum(4 * width * 2 * width for width in (96, 192, 384))


def test_clip_has_two_towers_and_two_projections():
    found = breakdown("openai/clip-vit-base-patch32")
    assert stacks(found) == {"text_model.encoder.layers": 12, "vision_model.encoder.layers": 12}
    assert dict(found.parts)["projection"] == 768 * 512 + 512 * 512
    assert dict(found.parts)["other"] == 1


def test_whisper_listens_with_convolutions():
    found = breakdown("openai/whisper-tiny")
    assert dict(found.parts)["convolution"] == linear(3 * 80, 384) + linear(3 * 384, 384)
    assert stacks(found) == {"model.encoder.layers": 4, "model.decoder.layers": 4}


def test_a_model_for_text_and_images_has_a_vision_tower_and_a_projector():
    found = breakdown("llava-hf/llava-1.5-7b-hf")
    assert stacks(found) == {"model.vision_tower.encoder.layers": 24, "model.language_model.layers": 32}
    assert dict(found.parts)["projection"] == linear(1024, 4096) + linear(4096, 4096)


def test_albert_has_one_layer_that_is_used_again():
    found = breakdown("albert/albert-base-v2")
    assert len(found.layers) == 1
    assert dict(found.parts)["feed-forward"] == linear(768, 3072) + linear(3072, 768)


def test_distilbert():
    found = breakdown("distilbert/distilbert-base-uncased")
    assert stacks(found) == {"distilbert.transformer.layer": 6}
    assert dict(found.parts)["attention"] == 6 * 4 * linear(768, 768)


def test_an_embedding_whose_first_name_is_that_of_the_tied_output_is_an_embedding():
    found = breakdown("FacebookAI/xlm-roberta-base")
    assert dict(found.parts)["embeddings"] > 250_002 * 768
    assert "other" not in dict(found.parts)


def test_a_backbone_has_no_head_although_a_word_may_be_in_a_name():
    config = gallery.find("google-bert/bert-base-uncased")
    parts = breakdown_of(build_tree(config, BACKBONE), frozenset()).parts
    assert "head" not in dict(parts)
    assert dict(parts)["projection"] == linear(768, 768)
