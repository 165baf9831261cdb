"""The sentence that says what a head is."""

from explorer.auto_class import AutoClass
from explorer.head import Head
from explorer.heads import HeadMatrix, HeadRow
from explorer.source import ModelSource
from explorer.tree import ModuleNode, TensorSpec
from ui.sentences import head_sentence

BASE = HeadRow(AutoClass("AutoModel", "Base"), 100)
TASK = AutoClass("AutoModelForMaskedLM", "Task")
CLASSIFIER = ModuleNode("classifier", "Linear", (TensorSpec("weight", (2, 768)), TensorSpec("bias", (2,))))
DROPOUT = ModuleNode("dropout", "Dropout")
POOLER = ModuleNode(
    "pooler", "Pooler", (), (ModuleNode("pooler.dense", "Linear", (TensorSpec("weight", (8, 8)),)),)
)


def sentence(head, count=1000):
    row = HeadRow(TASK, count, head)
    return head_sentence(HeadMatrix(ModelSource("arch", "x"), BASE, (row,)), row)


def test_it_says_what_is_added_and_how_big_it_is():
    assert sentence(Head((DROPOUT, CLASSIFIER), (), 10, 0)) == (
        "Task is Base plus dropout and classifier (Linear 768 → 2): "
        "10 parameters of its own, 1.0 % of the model."
    )


def test_it_says_what_is_dropped():
    assert "without pooler (Pooler with Linear 8 → 8)" in sentence(Head((CLASSIFIER,), (POOLER,), 10, 64))


def test_a_head_that_shares_its_weights_has_no_parameters_of_its_own():
    tied = ModuleNode("lm_head", "Linear", (TensorSpec("weight", (9, 4), tied_to="wte.weight"),))
    assert sentence(Head((tied,), (), 0, 0)).endswith("no parameters of its own, since it shares wte.weight.")


def test_an_auto_class_that_gives_the_backbone_says_so():
    row = HeadRow(AutoClass("AutoModelForTextEncoding", "Base"), 100, Head((), (), 0, 0))
    found = head_sentence(HeadMatrix(ModelSource("arch", "x"), BASE, (row,)), row)
    assert found == "AutoModelForTextEncoding gives Base, the backbone itself: nothing is added."


def test_a_class_that_adds_nothing_says_so():
    assert "with no module added" in sentence(Head((), (), 0, 0))


def test_many_modules_are_counted_instead_of_named():
    assert "and 3 more modules" in sentence(Head((DROPOUT,) * 7, (), 0, 0))
