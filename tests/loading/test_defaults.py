import pytest

from explorer.errors import UnknownArchitectureError
from explorer.loading.defaults import completed, default_config
from explorer.loading.heads import build_heads
from explorer.loading.limits import check_counts
from explorer.loading.mappings import model_types


def test_the_architectures_are_those_that_have_a_model():
    assert len(model_types()) > 550
    assert {"bert", "llama", "vision-encoder-decoder"} <= set(model_types())


def test_a_default_config_says_where_it_is_from():
    config = default_config("bert")
    assert (config.source.kind, config.source.name, config.model_type) == ("arch", "bert", "bert")


def test_an_unknown_architecture_is_an_error():
    with pytest.raises(UnknownArchitectureError):
        default_config("no-such-architecture")


def test_a_misspelt_architecture_is_told_the_nearest_ones():
    with pytest.raises(UnknownArchitectureError, match="Write arch:gpt_neox or arch:gpt_neo"):
        default_config("gpt-neox")


def test_an_architecture_without_an_auto_class_is_not_said_to_be_missing():
    with pytest.raises(UnknownArchitectureError, match="has a config for 'rag', but no auto class"):
        default_config("rag")


@pytest.mark.parametrize("model_type", completed())
def test_every_completed_default_makes_its_models(model_type):
    matrix = build_heads(default_config(model_type), None)
    rows = [row for row in (matrix.backbone, *matrix.heads) if row]
    assert any(row.parameter_count for row in rows) or model_type == "gemma4_assistant"
    assert not any("NoneType" in row.error for row in rows if row.error)


def test_no_default_config_is_too_large():
    for model_type in model_types():
        check_counts(default_config(model_type).values)
