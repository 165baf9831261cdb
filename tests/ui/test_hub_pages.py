"""Both pages on models of a Hub: verdicts, commits, and what a Hub can refuse."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.hub.contents import Content, safetensors
from tests.hub.repositories import INFO
from tests.ui.app import HEADS, HOME, errors_of, matrix_of, open_page, settled, text_of, tree_of
from tests.ui.hub_models import BERT, bert, bert_tensors


def verdicts(app: AppTest) -> dict[str, str]:
    """The verdict of every class in the head matrix."""
    return {name: row["word"] for name, row in matrix_of(app).items()}


def test_the_facts_of_a_model_on_the_hub_name_the_commit_that_was_read(hub):
    commit = hub.add("facts/bert", bert()).at("main")[0]
    text = text_of(open_page("facts/bert"))
    assert commit[:12] in text
    assert "BertForMaskedLM" in text
    assert "Hugging Face Hub" in text


def test_every_class_has_its_verdict(hub):
    hub.add("verdicts/bert", bert())
    found = verdicts(open_page("verdicts/bert", HEADS))
    assert found["AutoModelForMaskedLM"] == "ready"
    assert found["AutoModelForTokenClassification"] == "untrained head"
    assert len(found) == 10


def test_a_checkpoint_of_another_model_is_the_wrong_one(hub):
    other = {"config.json": dict(BERT), "model.safetensors": safetensors({"transformer.wte.weight": (9, 9)})}
    hub.add("verdicts/other", other)
    assert set(verdicts(open_page("verdicts/other", HEADS)).values()) == {"wrong checkpoint"}


def test_the_load_report_lists_what_would_be_random(hub):
    hub.add("report/bert", bert())
    app = open_page("report/bert", HEADS, auto_class="AutoModelForTokenClassification")
    assert "before training, its answers are random" in text_of(app)
    assert "2 missing" in text_of(app)
    assert "classifier.weight" in text_of(app)


@pytest.mark.parametrize("page", [HOME, HEADS])
def test_an_architecture_that_transformers_does_not_know_is_shown_by_its_tensors(hub, page):
    files = {"config.json": {"model_type": "novel"}, "model.safetensors": safetensors(bert_tensors())}
    hub.add("unknown/novel", files)
    app = open_page("unknown/novel", page)
    assert not app.error
    assert "word_embeddings" in tree_of(app)["name"]


@pytest.mark.parametrize("page", [HOME, HEADS])
def test_a_repository_without_a_config_is_shown_by_its_tensors(hub, page):
    hub.add("no/config", {"model.safetensors": safetensors(bert_tensors())})
    app = open_page("no/config", page)
    assert not app.error
    assert "word_embeddings" in tree_of(app)["name"]


def test_a_repository_with_nothing_to_read_says_so_and_what_to_do(hub):
    hub.add("no/thing", {"README.md": "Nothing here."})
    assert len(open_page("no/thing").error) == 1


def test_a_broken_checkpoint_leaves_the_head_matrix_and_says_what_is_not_known(hub):
    hub.add("half/broken", bert() | {"model.safetensors": b"\xff" * 64})
    app = open_page("half/broken", HEADS)
    assert not app.error
    assert "cannot be read" in app.warning[0].value
    assert "AutoModelForMaskedLM" in text_of(app)


def test_a_gated_model_is_explained(hub):
    hub.add("meta/gated", bert(), gated=True)
    assert "gated" in errors_of(open_page("meta/gated"))


def test_an_unknown_id_stays_in_the_box_beside_its_error():
    app = open_page()
    settled(app.text_input(key="typed").input("nobody/nothing").run())
    assert "nobody/nothing" in errors_of(app)
    assert app.text_input(key="typed").value == "nobody/nothing"


def test_a_fault_of_the_hub_is_over_with_the_next_try(hub):
    repository = hub.add("faulty/bert", bert())
    repository.break_with(INFO, "status", status=500)
    app = open_page("faulty/bert")
    assert len(app.error) == 1
    repository.faults.clear()
    assert "BertForMaskedLM" in text_of(settled(app.run()))


def test_a_copy_shown_for_a_fault_of_the_hub_gives_way_with_the_next_try(hub):
    repository = hub.add("google-t5/t5-small", bert())
    repository.break_with(INFO, "status", status=500)
    app = open_page("google-t5/t5-small")
    assert "T5ForConditionalGeneration" in text_of(app)
    repository.faults.clear()
    assert "BertForMaskedLM" in text_of(settled(app.run()))


def test_an_address_of_the_hub_is_read_as_its_model(hub):
    hub.add("address/bert", bert())
    app = open_page()
    settled(app.text_input(key="typed").input(f"{hub.url}/address/bert/tree/main").run())
    assert "BertForMaskedLM" in text_of(app)


@pytest.mark.parametrize("page", [HOME, HEADS])
def test_a_local_folder_that_the_operator_allows_is_read_like_a_repository(local_root, page):
    folder = local_root / "bert"
    folder.mkdir(exist_ok=True)
    for name, what in bert().items():
        Content.of(what).write(folder / name)
    app = open_page(str(folder), page)
    assert not app.error
    assert "BertForMaskedLM" in text_of(app)
    assert "Local folder" in text_of(app)


def test_any_other_folder_is_refused(tmp_path):
    assert len(open_page(str(tmp_path)).error) == 1
    assert str(tmp_path) in open_page(str(tmp_path)).text_input(key="typed").value
