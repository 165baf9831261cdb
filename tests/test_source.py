"""What can be pasted, and what each text is taken for."""

import json
import zlib
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import ConfigError, ExplorerError, SourceError
from explorer.hub_address import is_file_name, is_model_id, is_revision
from explorer.source import ModelSource, parse_source

SHA = "86b5e0934494bd15c9632b12f734a8a67f723594"


def hub(name: str, revision: str | None = None) -> ModelSource:
    return ModelSource("hub", name, revision)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("gpt2", hub("gpt2")),
        ("google-bert/bert-base-uncased", hub("google-bert/bert-base-uncased")),
        ("  'gpt2'\n", hub("gpt2")),
        ("“gpt2”", hub("gpt2")),
        ("\ufeffgpt2\u200b", hub("gpt2")),
        ("owner//name/", hub("owner/name")),
        ("gpt2@main", hub("gpt2", "main")),
        (f"gpt2@{SHA}", hub("gpt2", SHA)),
        ("gpt2@refs/pr/1", hub("gpt2", "refs/pr/1")),
        ("owner/name@feature/x", hub("owner/name", "feature/x")),
        ("https://huggingface.co/gpt2", hub("gpt2")),
        ("https://huggingface.co/owner/name/", hub("owner/name")),
        ("http://www.huggingface.co/owner/name", hub("owner/name")),
        ("HTTPS://HuggingFace.co/owner/name", hub("owner/name")),
        ("huggingface.co/owner/name", hub("owner/name")),
        ("hf.co/owner/name?library=transformers#usage", hub("owner/name")),
        ("https://huggingface.co/owner/name/tree/v1.0", hub("owner/name", "v1.0")),
        ("https://huggingface.co/owner/name/tree/main/onnx", hub("owner/name", "main")),
        ("https://huggingface.co/gpt2/tree/main", hub("gpt2", "main")),
        ("https://huggingface.co/gpt2/resolve/main/config.json", hub("gpt2", "main")),
        (f"https://huggingface.co/owner/name/blob/{SHA}/config.json", hub("owner/name", SHA)),
        ("https://huggingface.co/owner/name/blob/refs%2Fpr%2F12/a.bin", hub("owner/name", "refs/pr/12")),
        ("https://huggingface.co/owner/name/tree/refs/pr/12/onnx", hub("owner/name", "refs/pr/12")),
        ("https://huggingface.co/owner/name/tree/feature%2Fx", hub("owner/name", "feature/x")),
        (f"https://huggingface.co/owner/name/commit/{SHA}", hub("owner/name", SHA)),
        ("https://huggingface.co/owner/name/discussions/3", hub("owner/name")),
        ("https://huggingface.co/owner/name/resolve/main/a.bin?download=true", hub("owner/name", "main")),
        ("https://huggingface.co/api/models/owner/name/revision/main", hub("owner/name", "main")),
        ("hf://owner/name", hub("owner/name")),
        ("hf://models/owner/name@v1", hub("owner/name", "v1")),
        ("https://hub.local:8080/hf/owner/name/tree/v1", hub("owner/name", "v1")),
        ("hub.local:8080/hf/owner/name", hub("owner/name")),
        ("git clone https://huggingface.co/owner/name", hub("owner/name")),
        ("model = AutoModel.from_pretrained('owner/name')", hub("owner/name")),
        ('AutoModel.from_pretrained(\n  "owner/name",\n  revision="v1",\n)', hub("owner/name", "v1")),
        ('pipeline("fill-mask", model="owner/name")', hub("owner/name")),
        ("arch:bert", ModelSource("arch", "bert")),
        ("gallery:openai-community/gpt2", ModelSource("gallery", "openai-community/gpt2")),
        ("demo:tiny-news", ModelSource("demo", "tiny-news")),
        ("/srv/models/bert/", ModelSource("folder", "/srv/models/bert")),
        ("./config.json", ModelSource("folder", "./config.json")),
        ("../../bert", ModelSource("folder", "../../bert")),
        ("~/models/bert base", ModelSource("folder", "~/models/bert base")),
        (' {"b": 1, "a": [2]} ', ModelSource("config", '{"a":[2],"b":1}')),
    ],
)
def test_a_text_names_a_model(text, source):
    assert parse_source(text, endpoint="https://hub.local:8080/hf") == source


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no text"),
        (" \n\t ", "no text"),
        ('""', "no text"),
        ("https://huggingface.co/", "the Hub itself"),
        ("https://huggingface.co/datasets/squad", "a dataset"),
        ("https://huggingface.co/datasets/rajpurkar/squad/tree/main", "a dataset"),
        ("datasets/squad", "a dataset"),
        ("https://huggingface.co/spaces/owner/demo", "a Space"),
        ("https://huggingface.co/collections/owner/some-123", "a collection"),
        ("https://huggingface.co/docs/transformers/index", "documentation"),
        ("https://huggingface.co/papers/1706.03762", "a paper"),
        ("https://huggingface.co/models?search=bert", "a list of models"),
        ("https://example.com/owner/name", "'example.com', not of the Hub"),
        ("https://huggingface.co.evil.example/owner/name", "not of the Hub"),
        ("https://user:word@huggingface.co/owner/name", "not of the Hub"),
        ("https://huggingface.co:99999999/owner/name", "not an address"),
        ("ftp://huggingface.co/owner/name", "not of the Hub"),
        ("file:///etc/passwd", "not of the Hub"),
        ("https://huggingface.co/owner/name/xyz", "no part of a model's address"),
        ("config.json", "name of a file"),
        ("model-00001-of-00002.safetensors", "name of a file"),
        ("owner/config.json", "name of a file"),
        ("fill-mask", "a task"),
        ("AutoModelForMaskedLM", "an auto class"),
        ("..", None),
        ("owner/..", "cannot be the name"),
        ("owner/../other", "no part|cannot"),
        ("/srv/../etc/passwd", "leads back up"),
        ("./models/../../etc", "leads back up"),
        ("https://huggingface.co/owner/%2e%2e", "cannot be the name"),
        ("https://huggingface.co/owner%2Fname%2F../x", "cannot be the name"),
        ("https://huggingface.co/owner/name/tree/..%2F..%2Fetc", "cannot be a revision"),
        ("owner/name@../../other", "cannot be a revision"),
        ("owner/name@", "cannot be a revision"),
        ("owner/name@a b", "cannot be a revision"),
        ("owner/-name", "cannot be the name"),
        ("owner/na--me", "cannot be the name"),
        ("owner/na\u202eme", r"U\+202E"),
        ("owner/na\x00me", r"U\+0000"),
        ("owner/naïve", "cannot be the name"),
        ("bert base", "cannot be the name"),
        ("C:\\models\\bert", "Windows"),
        ("x" * 97, "cannot be the name"),
        ("x/" * 5000, "too long"),
        ("arch:", "cannot be a name"),
        ("arch:../bert", "cannot be a name"),
        ("demo:a@b", "cannot be a name"),
        ("config:!!!", "cannot be read"),
        ("config:", "cannot be read"),
    ],
)
def test_what_is_no_model_is_refused_in_words(text, said):
    if said is None:
        assert parse_source(text).kind == "folder"
        return
    with pytest.raises(SourceError, match=said) as caught:
        parse_source(text)
    assert caught.value.advice.endswith((".", "name"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ('{"a": 1', "not JSON"),
        ('{"a": NaN}', "NaN"),
        ('{"a": ' + "[" * 200_000, "nested too deeply"),
        ('{"a": ' + "[" * 150 + "]" * 150 + "}", "nested too deeply"),
        ('{"a": ' + "9" * 6000 + "}", "too many digits"),
        ('{"a": "\\ud800"}', "not Unicode"),
        ('{"a": "' + "x" * 4_000_001 + '"}', "larger than 4 MB"),
    ],
)
def test_a_broken_config_is_refused_in_words(text, said):
    with pytest.raises(ConfigError, match=said):
        parse_source(text)


def test_infinity_is_kept_because_real_configs_hold_it():
    assert parse_source('{"time_step_limit": [0.0, Infinity]}').name == '{"time_step_limit":[0.0,Infinity]}'


def test_a_bomb_in_an_address_never_expands():
    bomb = urlsafe_b64encode(zlib.compress(b"{" + b" " * 50_000_000, 9)).decode().rstrip("=")
    with pytest.raises(SourceError, match="too large"):
        parse_source(f"config:{bomb}")


PARTS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}[A-Za-z0-9]", fullmatch=True)
IDS = st.one_of(PARTS, st.tuples(PARTS, PARTS).map("/".join))
REVISIONS = st.one_of(st.none(), st.text("abc019._-+/", min_size=1, max_size=20))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=10,
)


@given(IDS, REVISIONS)
def test_the_text_of_a_hub_source_names_it(name, revision):
    text = f"{name}@{revision}" if revision else name
    try:
        source = parse_source(text)
    except SourceError:
        return
    assert parse_source(source.text) == source
    assert parse_source(source.url) == source


@given(st.dictionaries(st.text(), VALUES))
def test_the_text_of_a_pasted_config_names_it(values):
    source = parse_source(json.dumps(values))
    assert json.loads(source.name) == values
    assert parse_source(source.text) == source


@given(st.one_of(st.text(), st.text("./~@:ab \"'{}\\%hf#?-"), st.text("/. a\"'").map("./".__add__)))
def test_any_text_is_a_source_that_names_itself_or_an_error_for_the_reader(text):
    try:
        source = parse_source(text)
    except ExplorerError:
        return
    assert parse_source(source.text) == source


@given(st.text(), st.text("ab./-_%\\"))
def test_no_name_leads_out_of_its_place(text, path):
    for name in (text, path):
        if is_model_id(name) or is_revision(name) or is_file_name(name):
            assert ".." not in name.split("/")
            assert not name.startswith("/")
            assert "\\" not in name
