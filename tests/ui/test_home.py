"""Home on every kind of source: what it is, how big, what it can do, and which class to use."""

import json
import re

import pytest

from explorer.source import parse_source
from tests.hub.contents import Content, safetensors
from tests.loading.gguf_files import gguf_file
from tests.ui.app import open_page, settled, text_of
from tests.ui.hub_models import BERT, bert, bert_tensors

BUNDLED = "gallery:google-bert/bert-base-uncased"


def sentence(app):
    """The first sentence, without its markup."""
    found = re.search(r'<p class="x-sentence">(.*?)</p>', text_of(app))
    return re.sub(r"<[^>]+>", "", found[1])


def test_the_first_sentence_says_what_it_is_how_big_and_which_class_to_use():
    assert sentence(open_page(BUNDLED)) == (
        "BertForMaskedLM is a 110 M-parameter encoder, saved with the head for fill-mask. "
        "Load it with AutoModelForMaskedLM."
    )


def test_an_architecture_has_no_weights_to_load():
    app = open_page("arch:bert")
    assert "Build it with AutoModel. Without a checkpoint, all its weights are random." in sentence(app)
    assert "saved" not in sentence(app)
    assert 'AutoConfig.for_model("bert")' in app.code[0].value


def test_a_class_that_nobody_knows_is_named_as_text():
    config = BERT | {"architectures": ["<b>Evil</b>" + "x" * 500]}
    app = open_page(parse_source(json.dumps(config)).text)
    assert "which no auto class gives" in sentence(app)
    assert "<b>Evil" not in text_of(app)
    assert "x" * 100 not in sentence(app)


def test_the_line_that_loads_it_is_there_to_copy():
    assert "<code>from transformers import AutoModelForMaskedLM\n" in text_of(open_page(BUNDLED))


def test_every_precision_has_its_size_and_every_tile_its_unit():
    text = text_of(open_page(BUNDLED))
    for fact in ("438 MB", "219 MB", "110 MB", "54.8 MB", "109,514,298 exactly", "tokens", "positions"):
        assert fact in text


@pytest.mark.parametrize(
    ("model", "facts"),
    [
        ("gallery:google/vit-base-patch16-224", ("224 × 224", "patches of 16 × 16", "vision model")),
        ("gallery:openai/clip-vit-base-patch32", ("12 × 512 × 8", "vision: 12 × 768 × 12")),
        ("gallery:openai/whisper-tiny", ("4 + 4 × 384 × 6", "80", "mel bands")),
        ("gallery:state-spaces/mamba-130m-hf", ("Layers × width", "24 × 768", "language model")),
        ("gallery:google-t5/t5-small", ("unknown", "the config does not say")),
        ("arch:dia", ("18 × 2,048 × 16", "decoder; encoder: 12 × 1,024 × 16")),
        ("gallery:meta-llama/Llama-3.2-1B", ("8 key-value heads", "131,072")),
    ],
)
def test_each_kind_of_model_has_the_facts_of_its_kind(model, facts):
    text = text_of(open_page(model))
    for fact in facts:
        assert fact in text


def test_a_vision_model_is_not_said_to_have_an_unknown_vocabulary():
    assert "Vocabulary" not in text_of(open_page("gallery:google/vit-base-patch16-224"))


def test_every_task_has_a_verdict_where_the_checkpoint_was_read(hub):
    hub.add("home/bert", bert())
    text = text_of(open_page("home/bert"))
    assert text.count("✓ ready") == 2
    assert "◐ untrained head" in text


def test_without_a_checkpoint_there_are_no_verdicts():
    assert "This checkpoint" not in text_of(open_page(BUNDLED))


def test_a_checkpoint_that_cannot_be_read_leaves_the_rest_and_says_so(hub):
    hub.add("home/broken", bert() | {"model.safetensors": b"\xff" * 64})
    app = open_page("home/broken")
    assert not app.error
    assert "AutoModelForMaskedLM" in text_of(app)
    assert "? not read" in text_of(app)
    assert "cannot be read" in app.warning[0].value


def test_each_architecture_page_is_one_click_away_with_the_model():
    links = open_page("arch:bert").get("page_link")
    pages = [
        link.proto.page for link in links if "**" in link.proto.label and "model=arch" in str(link.proto)
    ]
    assert pages[:3] == ["Backbone_and_head", "Config_and_parameters", "Checkpoint"]


def test_an_unknown_architecture_says_what_is_not_known(hub):
    hub.add(
        "home/novel",
        {"config.json": {"model_type": "novel"}, "model.safetensors": safetensors(bert_tensors())},
    )
    text = text_of(open_page("home/novel"))
    assert "transformers has no class for novel" in text
    assert "22,148 exactly, in 42 tensors" in text


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (
            {"config.json": {"model_type": "novel"}, "model.safetensors": safetensors(bert_tensors())},
            "get_safetensors_metadata",
        ),
        ({"model.gguf": gguf_file({"blk.0.attn_q.weight": ((8, 8), 0)})}, "GGUFReader"),
    ],
    ids=["unknown", "gguf"],
)
def test_what_has_no_class_can_be_taken_along_too(hub, files, code):
    hub.add(f"along/{code}", files)
    app = open_page(f"along/{code}")
    labels = [button.proto.label for button in app.get("download_button")]
    assert labels == ["CSV: Files", "CSV: Tensors", "CSV: Modules", "JSON", "Markdown"]
    assert code in app.code[-1].value


@pytest.mark.parametrize(
    "files",
    [
        {"model.gguf": gguf_file({"blk.0.attn_q.weight": ((8, 8), 0)})},
        {
            "adapter_config.json": {"peft_type": "LORA"},
            "adapter_model.safetensors": safetensors({"a.b": (2, 3)}),
        },
        {
            "model_index.json": {"_class_name": "Pipeline", "unet": ["diffusers", "UNet"]},
            "unet/diffusion.safetensors": safetensors({"a.b": (2, 3)}),
        },
    ],
    ids=["gguf", "adapter", "diffusers"],
)
def test_what_is_no_plain_checkpoint_is_shown_as_far_as_it_is_known(hub, files):
    hub.add("home/other", files)
    app = open_page("home/other")
    assert not app.error
    assert "unknown" in text_of(app)


def test_a_folder_is_read_like_a_repository(local_root):
    folder = local_root / "home"
    folder.mkdir(exist_ok=True)
    for name, what in bert().items():
        Content.of(what).write(folder / name)
    assert "Load it with AutoModelForMaskedLM" in sentence(open_page(str(folder)))


def test_a_first_visitor_is_told_what_this_is_for_and_where_to_begin():
    app = open_page()
    text = text_of(app)
    assert "which class to load it with" in text
    assert "AutoModelForXXX" in text
    labels = [link.proto.label for link in app.get("page_link")]
    assert [label for label in labels if label.startswith(("**An encoder", "**A large", "**A vision"))]


def cards(app):
    """The ids on the gallery's cards."""
    labels = [link.proto.label.replace("\\", "") for link in app.get("page_link")]
    return [label.split("**")[1] for label in labels if " · " in label and "/" in label.split("**")[1]]


def test_the_gallery_is_searched_by_every_word():
    app = open_page(find="vit image 2020")
    assert "google/vit-large-patch16-224" in cards(app)
    assert all("Llama" not in name for name in cards(app))


def test_a_search_without_a_match_says_what_to_do():
    app = open_page(find="nothing like this")
    assert not cards(app)
    assert "pasted above" in app.info[-1].value


def test_the_gallery_is_sorted_by_size():
    assert cards(open_page(order="Largest"))[0] == "zai-org/GLM-5.1"
    assert cards(open_page(order="Smallest"))[0] == "nvidia/segformer-b0-finetuned-ade-512-512"


def test_the_family_is_in_the_address():
    app = open_page(family="GPT-2")
    assert set(cards(app)) >= {"openai-community/gpt2", "distilbert/distilgpt2"}
    assert len(cards(app)) == 5
    settled(app.text_input(key="find").input("gpt2-large").run())
    assert cards(app) == ["openai-community/gpt2-large"]
