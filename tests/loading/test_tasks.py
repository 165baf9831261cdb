"""The table of tasks against transformers' own list of pipelines."""

from transformers.pipelines import SUPPORTED_TASKS

from explorer.auto_class import TASKS
from explorer.loading.mappings import mappings

# For these the Hub has no task: what a model was pretrained on, a part of a model, or too rare.
WITHOUT_A_TASK = {
    "AutoBackbone",
    "AutoModelForAudioFrameClassification",
    "AutoModelForAudioTokenization",
    "AutoModelForAudioXVector",
    "AutoModelForNextSentencePrediction",
    "AutoModelForNormalEstimation",
    "AutoModelForPointmapEstimation",
    "AutoModelForPreTraining",
    "AutoModelForTableRecognition",
    "AutoModelForTextEncoding",
}


def test_every_auto_class_has_its_task_or_a_reason():
    assert set(mappings()) == set(TASKS) | WITHOUT_A_TASK


def test_the_task_of_a_class_is_one_that_transformers_gives_it():
    # The Hub's name for what transformers calls text-to-audio.
    known = {("AutoModelForTextToSpectrogram", "text-to-speech")}
    pipelines = {(found.__name__, task) for task, entry in SUPPORTED_TASKS.items() for found in entry["pt"]}
    with_pipeline = {name for name, _ in pipelines}
    ours = {(name, task) for name, task in TASKS.items() if name in with_pipeline}
    assert ours <= pipelines | known
