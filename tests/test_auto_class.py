"""Which auto class a checkpoint was saved from."""

from explorer.auto_class import AutoClass, class_of_checkpoint

BACKBONE = AutoClass("AutoModel", "BertModel")
MASKED = AutoClass("AutoModelForMaskedLM", "BertForMaskedLM")
PRETRAINING = AutoClass("AutoModelForPreTraining", "BertForMaskedLM")
CLASSES = (BACKBONE, PRETRAINING, MASKED)


def test_the_class_that_the_config_names_comes_before_the_backbone():
    assert class_of_checkpoint(("BertForMaskedLM",), CLASSES) == "AutoModelForMaskedLM"
    assert class_of_checkpoint((), (BACKBONE, MASKED)) == "AutoModel"


def test_a_model_without_a_backbone_class_has_the_first_of_its_classes():
    assert class_of_checkpoint((), (MASKED,)) == "AutoModelForMaskedLM"
