"""Local folders: what is read of them, and that nothing outside the allowed ones is."""

import json
import os

import pytest

from explorer.errors import AccessError, ConfigError, HubError, ModelNotFoundError
from explorer.hub.checkpoint_reading import read_checkpoint
from explorer.hub.config_reading import read_config
from explorer.hub.repository import open_repository
from explorer.hub.settings import HubSettings
from explorer.source import parse_source
from tests.hub.contents import safetensors

ANYWHERE = HubSettings(local_roots=None)


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "models" / "bert"
    path.mkdir(parents=True)
    (path / "config.json").write_text('{"model_type": "bert"}')
    safetensors({"weight": (2, 3)}).write(path / "model.safetensors")
    return path


def below(folder) -> HubSettings:
    return HubSettings(local_roots=(str(folder.parent),))


def opened(path, settings=ANYWHERE):
    return open_repository(parse_source(str(path)), settings)


def test_a_folder_gives_its_config_and_its_tensors(folder):
    for path in (folder, folder / "config.json"):
        repository = opened(path, below(folder))
        assert read_config(repository).model_type == "bert"
        (tensor,) = read_checkpoint(repository, None).tensors
        assert (tensor.name, tensor.shape) == ("weight", (2, 3))


def test_a_config_under_another_name_stands_alone(folder):
    (folder / "other.json").write_text('{"model_type": "gpt2"}')
    repository = opened(folder / "other.json")
    assert read_config(repository).model_type == "gpt2"
    assert [file.name for file in repository.files] == ["other.json"]


def test_the_hubs_cache_can_be_read_through_its_links(folder, tmp_path):
    blobs = tmp_path / "blobs"
    blobs.mkdir()
    (folder / "config.json").rename(blobs / "0a1b")
    (folder / "config.json").symlink_to(blobs / "0a1b")
    for path in (folder, folder / "config.json"):
        assert read_config(opened(path)).model_type == "bert"


def test_nothing_is_read_where_no_folder_is_allowed(folder):
    with pytest.raises(AccessError, match="may not be read here"):
        opened(folder, HubSettings())


@pytest.mark.parametrize("path", ["/etc", "/etc/passwd", "/", "/nowhere", "~", "."])
def test_nothing_outside_the_allowed_folders_is_read_or_told_of(folder, path):
    with pytest.raises(AccessError, match="outside the folders"):
        opened(path, below(folder))


def test_a_neighbour_whose_name_begins_alike_is_outside(folder, tmp_path):
    (tmp_path / "models-private").mkdir()
    with pytest.raises(AccessError, match="outside"):
        opened(tmp_path / "models-private", below(folder))


def test_links_that_lead_outside_are_not_followed(folder, tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "config.json").write_text('{"secret": 1}')
    (folder / "config.json").unlink()
    (folder / "config.json").symlink_to(secret / "config.json")
    (folder.parent / "linked").symlink_to(secret)
    for path in (folder / "config.json", folder.parent / "linked", folder.parent / "linked" / "config.json"):
        with pytest.raises((AccessError, ConfigError)):
            read_config(opened(path, below(folder)))
    with pytest.raises(ConfigError, match="no config"):
        read_config(opened(folder, below(folder)))


def test_a_file_that_becomes_a_link_after_it_was_listed_is_not_read(folder, tmp_path):
    repository = opened(folder, below(folder))
    (tmp_path / "secret.json").write_text('{"secret": 1}')
    (folder / "config.json").unlink()
    (folder / "config.json").symlink_to(tmp_path / "secret.json")
    with pytest.raises(AccessError):
        read_config(repository)


def test_pipes_and_folders_that_may_not_be_read_are_left_out(folder):
    os.mkfifo(folder / "pipe.json")
    (folder / "circle").symlink_to(folder)
    assert [file.name for file in opened(folder).files] == ["config.json", "model.safetensors"]


def test_a_path_that_is_not_there_is_said_so(folder):
    with pytest.raises(ModelNotFoundError, match="no folder"):
        opened(folder / "absent")


def test_a_config_that_is_too_large_is_not_read(folder):
    (folder / "config.json").write_text(json.dumps({"a": "x" * 5_000_000}))
    with pytest.raises(HubError, match="larger than 4 MB"):
        read_config(opened(folder))


def test_settings_allow_only_the_folders_that_the_operator_names():
    assert HubSettings.from_environment({}).local_roots == ()
    named = HubSettings.from_environment(
        {"EXPLORER_LOCAL_ROOTS": "/srv/a:/srv/b", "HF_ENDPOINT": "http://hub/"}
    )
    assert (named.local_roots, named.endpoint) == (("/srv/a", "/srv/b"), "http://hub")
