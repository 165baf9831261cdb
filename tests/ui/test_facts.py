"""The facts at a glance, under whatever names a config gives them."""

from explorer.config import ConfigField
from ui.facts import Facts, facts_of


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
    ) == Facts("12", "768", "12", 30522, 512)


def test_old_names_are_read():
    assert facts(n_layer=12, n_embd=768, n_head=12, n_positions=1024) == Facts("12", "768", "12", None, 1024)


def test_what_the_config_does_not_say_is_unknown():
    assert facts(model_type="x") == Facts(None, None, None, None, None)


def test_a_model_of_several_parts_is_told_by_its_text_part():
    found = facts(
        vision_config__hidden_size=1024, text_config__hidden_size=4096, text_config__vocab_size=32000
    )
    assert (found.width, found.vocabulary) == ("4096", 32000)


def test_an_encoder_and_a_decoder_are_both_counted():
    assert facts(is_encoder_decoder=True, encoder_layers=6, decoder_layers=3).layers == "6 + 3"


def test_the_sizes_of_stages_are_listed():
    assert facts(hidden_sizes=[96, 192, 384], depths=[3, 3, 9]).width == "96–192–384"
