"""What kind of model a config makes, in a few words for somebody who has never seen it."""

from collections.abc import Iterable

from explorer.auto_class import AutoClass
from explorer.config import ConfigField
from ui.facts import Facts

# The first that fits is said: pipeline tasks that only models of one kind have.
BY_TASK = (
    ("image-text-to-text", "a model that reads images and text"),
    ("zero-shot-image-classification", "a model that matches images with text"),
    ("automatic-speech-recognition", "a speech model"),
    ("audio-classification", "an audio model"),
    ("text-to-speech", "a speech synthesiser"),
    ("text-to-audio", "an audio generator"),
    ("time-series-forecasting", "a time series model"),
    ("image-classification", "a vision model"),
    ("image-feature-extraction", "a vision model"),
    ("image-segmentation", "a vision model"),
    ("object-detection", "a vision model"),
    ("depth-estimation", "a vision model"),
    ("video-classification", "a video model"),
)


def kind_of(
    fields: Iterable[ConfigField], classes: Iterable[AutoClass], facts: Facts, saved: str | None
) -> str | None:
    """The kind with its article, told from the config and its auto classes; None where they do not tell.

    ``saved`` is the task that the checkpoint was saved for.
    """
    values = {field.name: field.value for field in fields}
    tasks = {found.task for found in classes}
    said = next((words for task, words in BY_TASK if task in tasks), None)
    if values.get("is_encoder_decoder") is True:
        return "an encoder-decoder for speech" if said == "a speech model" else "an encoder-decoder"
    if said:
        return said
    experts = "mixture-of-experts " if facts.experts and facts.experts > 1 else ""
    is_decoder = saved == "text-generation" or values.get("is_decoder") is True
    if "fill-mask" in tasks and not is_decoder:
        return f"{'a ' if experts else 'an '}{experts}encoder"
    if "text-generation" in tasks:
        # Without attention there is no decoder of a transformer.
        return f"a {experts}decoder" if facts.shape.heads else f"a {experts}language model"
    return None
