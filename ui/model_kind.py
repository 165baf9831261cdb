"""What kind of model a config makes, in a few words for somebody who has never seen it."""

from collections.abc import Iterable

from explorer.auto_class import AutoClass
from explorer.config import ConfigField
from ui.facts import Facts

# The first that fits is said: pipeline tasks that only models of one kind have.
BY_TASK = (
    ("image-text-to-text", "model that reads images and text"),
    ("zero-shot-image-classification", "model that matches images with text"),
    ("automatic-speech-recognition", "speech model"),
    ("audio-classification", "audio model"),
    ("text-to-speech", "speech synthesiser"),
    ("text-to-audio", "audio generator"),
    ("time-series-forecasting", "time series model"),
    ("image-classification", "vision model"),
    ("image-feature-extraction", "vision model"),
    ("image-segmentation", "vision model"),
    ("object-detection", "vision model"),
    ("depth-estimation", "vision model"),
    ("video-classification", "video model"),
)


def kind_of(
    fields: Iterable[ConfigField], classes: Iterable[AutoClass], facts: Facts, saved: str | None
) -> str | None:
    """The kind, told from the config and its auto classes; None where they do not tell.

    ``saved`` is the task that the checkpoint was saved for.
    """
    values = {field.name: field.value for field in fields}
    tasks = {found.task for found in classes}
    said = next((words for task, words in BY_TASK if task in tasks), None)
    if values.get("is_encoder_decoder") is True:
        return "encoder-decoder for speech" if said == "speech model" else "encoder-decoder"
    if said:
        return said
    experts = "mixture-of-experts " if facts.experts and facts.experts > 1 else ""
    is_decoder = saved == "text-generation" or values.get("is_decoder") is True
    if "fill-mask" in tasks and not is_decoder:
        return f"{experts}encoder"
    if "text-generation" in tasks:
        # Without attention there is no decoder of a transformer.
        return f"{experts}{'decoder' if facts.shape.heads else 'language model'}"
    return None
