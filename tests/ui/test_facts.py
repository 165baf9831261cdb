"""The facts at a glance, under whatever names a config gives them."""

from explorer.config import ConfigField
from ui.facts import Facts, Shape, facts_of


def facts(**values):
    return facts_of(
        ConfigField(name.replace("__", "."), value, None, "dimensions", "") for name, value in values.items()
    )


def test_the_usual_names_are_read():
    assert facts(
        num_hidden_layers=12,
        hidden_size=768,
        num_attention_heads=12,
        vocab_size=30522,
        max_position_embeddings=512,
    ) == Facts(Shape("12", "768", "12"), 30522, 512)


def test_old_names_are_read():
    found = facts(n_layer=12, n_embd=768, n_head=12, n_positions=1024)
    assert found == Facts(Shape("12", "768", "12"), None, 1024)


def test_what_the_config_does_not_say_is_unknown():
    assert facts(model_type="x") == Facts(Shape(None, None, None))
    assert facts(model_type="x").shape.text is None


def test_a_model_without_attention_has_layers_and_a_width():
    assert facts(num_hidden_layers=24, hidden_size=768).shape.text == "24 × 768"


def test_a_model_of_several_parts_is_told_by_its_text_part():
    found = facts(
        vision_config__hidden_size=1024, text_config__hidden_size=4096, text_config__vocab_size=32000
    )
    assert (found.shape.width, found.vocabulary) == ("4096", 32000)


def test_the_other_parts_of_a_model_are_named_with_their_sizes():
    found = facts(
        text_config__num_hidden_layers=32,
        text_config__hidden_size=4096,
        vision_config__num_hidden_layers=24,
        vision_config__hidden_size=1024,
        vision_config__num_attention_heads=16,
    )
    assert found.parts == (("vision", Shape("24", "1024", "16")),)


def test_a_model_whose_only_layers_are_in_a_part_has_that_shape():
    found = facts(backbone_config__num_hidden_layers=12, backbone_config__hidden_size=384)
    assert found.shape.text == "12 × 384"
    assert not found.parts


def test_an_encoder_and_a_decoder_are_both_counted():
    assert facts(is_encoder_decoder=True, encoder_layers=6, decoder_layers=3).shape.layers == "6 + 3"


def test_a_decoder_alone_is_counted():
    assert facts(decoder_layers=12, d_model=8).shape.text == "12 × 8"


def test_the_sizes_of_stages_are_listed():
    assert facts(hidden_sizes=[96, 192, 384], depths=[3, 3, 9]).shape.text == "3–3–9 × 96–192–384"


def test_pictures_have_a_size_and_patches():
    found = facts(image_size=224, patch_size=16)
    assert (found.image, found.patch) == ("224 × 224", "16 × 16")
    assert facts(vision_config__image_size=[224, 196]).image == "224 × 196"


def test_sound_has_mel_bins():
    assert facts(num_mel_bins=80).mel_bins == 80


def test_experts_and_key_value_heads_are_counted():
    found = facts(num_local_experts=8, num_experts_per_tok=2, num_key_value_heads=4)
    assert (found.experts, found.experts_per_token, found.key_value_heads) == (8, 2, 4)


def test_a_value_of_another_kind_is_no_size():
    hostile = facts(vocab_size="<b>", image_size={"a": 1}, num_mel_bins=True, max_position_embeddings=-1)
    assert (hostile.vocabulary, hostile.image, hostile.mel_bins, hostile.context) == (None, None, None, None)
