"""What opening a repository finds out: its commit, its files, and why it cannot be opened."""

import pytest

from explorer.errors import AccessError, ConfigError, HubError, ModelNotFoundError, SourceError
from explorer.hub.config_reading import read_config
from explorer.hub.deadline import Deadline
from explorer.hub.repository import open_repository
from explorer.hub.settings import HubSettings
from explorer.source import ModelSource, parse_source
from tests.hub.server import HubServer


def settings_of(hub: HubServer) -> HubSettings:
    return HubSettings(endpoint=hub.url, deadline=20.0)


def opened(hub: HubServer, text: str, token: str | None = None):
    return open_repository(parse_source(text), settings_of(hub), token)


def test_a_model_is_pinned_to_the_commit_that_was_read(hub):
    served = hub.add("owner/name", {"config.json": {"model_type": "bert"}})
    repository = opened(hub, "owner/name")
    served.set_files({"config.json": {"model_type": "gpt2"}})
    assert repository.source == ModelSource("hub", "owner/name", repository.source.revision)
    with pytest.raises(ModelNotFoundError):
        # The test Hub forgets what is not on a branch; what counts is that nothing newer is read.
        read_config(repository)
    assert read_config(opened(hub, "owner/name")).model_type == "gpt2"


@pytest.mark.parametrize("revision", ["v1", "refs/pr/1", "feature/x"])
def test_a_revision_is_read(hub, revision):
    served = hub.add("owner/name", {"config.json": {"model_type": "bert"}})
    commit = served.set_files({"config.json": {"model_type": "gpt2"}}, revision)
    config = read_config(opened(hub, f"owner/name@{revision}"))
    assert (config.model_type, config.source.revision) == ("gpt2", commit)
    assert read_config(opened(hub, f"owner/name@{commit}")) == config


def test_a_name_without_an_owner_is_read_and_gets_its_new_name(hub):
    hub.add("openai-community/gpt2", {"config.json": {"model_type": "gpt2"}})
    hub.moved["gpt2"] = "openai-community/gpt2"
    assert read_config(opened(hub, "gpt2")).source.name == "openai-community/gpt2"


def test_what_the_hub_says_of_the_model_is_kept(hub):
    hub.add("owner/name", {"a.bin": b"123"}, facts={"safetensors": {"total": 12}})
    repository = opened(hub, "owner/name")
    assert repository.stated_parameters == 12
    assert [(file.name, file.nbytes) for file in repository.files] == [("a.bin", 3)]
    assert repository.is_public


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("owner/absent", ModelNotFoundError, "no model owner/absent that is public"),
        ("owner/private", ModelNotFoundError, "if it is private, use the command line"),
        ("owner/name@absent", ModelNotFoundError, "no such revision"),
    ],
)
def test_what_is_not_there_is_said_to_be_so(hub, text, error, said):
    hub.add("owner/name")
    hub.add("owner/private", private=True, readers={"hf_reader"})
    with pytest.raises(error, match=said):
        opened(hub, text)


def test_a_private_model_is_read_with_its_token_and_is_not_public(hub):
    hub.add("owner/name", {"config.json": {"model_type": "bert"}}, private=True, readers={"hf_reader"})
    repository = opened(hub, "owner/name", "hf_reader")
    assert read_config(repository).model_type == "bert"
    assert not repository.is_public


def test_a_gated_model_says_how_to_get_in(hub):
    hub.add("owner/name", {"config.json": {}}, gated=True, readers={"hf_reader"})
    hub.tokens.add("hf_stranger")
    for token, said in ((None, "with your own token"), ("hf_stranger", "this token has none")):
        repository = opened(hub, "owner/name", token)
        assert not repository.is_public
        with pytest.raises(AccessError, match=said):
            read_config(repository)
    read_config(opened(hub, "owner/name", "hf_reader"))


def test_a_bad_token_is_said_to_be_one(hub):
    hub.add("owner/name")
    with pytest.raises(AccessError, match="does not accept this token"):
        opened(hub, "owner/name", "hf_unknown")


@pytest.mark.parametrize("name", ["../other", "owner/../../api", "a/b/c", "owner/name?x", ""])
def test_a_name_that_was_not_checked_is_not_asked_for(hub, name):
    with pytest.raises(SourceError):
        open_repository(ModelSource("hub", name), settings_of(hub))
    with pytest.raises(SourceError):
        open_repository(ModelSource("hub", "owner/name", f"../{name}"), settings_of(hub))
    assert hub.served == []


@pytest.mark.parametrize(
    "answer", ["[]", "null", "{}", '{"sha": "main"}', '{"sha": ["x"]}', "junk", '{"a":' * 5000 + "1"]
)
def test_metadata_of_another_form_is_a_fault_of_the_hub(hub, answer):
    hub.add("owner/name").info = lambda *_: answer
    with pytest.raises(HubError, match="answered with"):
        opened(hub, "owner/name")


def test_files_with_names_that_lead_elsewhere_are_left_out(hub):
    hub.add("owner/name", {"a/b.json": "", "../c": "", "/d": "", "e/../f": "", "g\nh": "", "i\\j": ""})
    repository = opened(hub, "owner/name")
    assert [file.name for file in repository.files] == ["a/b.json"]
    with pytest.raises(ModelNotFoundError):
        repository.open("../c", Deadline.after(5))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1]", "a list"),
        ("", "not JSON"),
        ("{", "not JSON"),
        (b"\xff\xfe{}", "not UTF-8"),
        ('{"a": NaN}', "NaN"),
        ('{"a": ' + "9" * 5000 + "}", "too many digits"),
        ('{"a": ' * 5000, "nested too deeply"),
    ],
)
def test_a_broken_config_is_said_to_be_broken(hub, text, said):
    hub.add("owner/name", {"config.json": text})
    with pytest.raises(ConfigError, match=said):
        read_config(opened(hub, "owner/name"))


def test_a_config_may_begin_with_a_byte_order_mark(hub):
    hub.add("owner/name", {"config.json": b'\xef\xbb\xbf{"model_type": "bert"}'})
    assert read_config(opened(hub, "owner/name")).text == '{"model_type":"bert"}'


def test_a_config_of_50_megabytes_is_not_read(hub):
    hub.add("owner/name", {"config.json": b"{" + b" " * 50_000_000 + b"}"})
    with pytest.raises(HubError, match="larger than 4 MB"):
        read_config(opened(hub, "owner/name"))
    assert hub.data_bytes < 10_000_000


def test_no_config_is_said_to_be_none(hub):
    hub.add("owner/name", {"README.md": ""})
    with pytest.raises(ConfigError, match="no config"):
        read_config(opened(hub, "owner/name"))
