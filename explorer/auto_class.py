"""The auto classes: their names, and the pipeline task that each is for."""

from dataclasses import dataclass

BACKBONE = "AutoModel"

# The pipeline task as the Hub names it. transformers 5 dropped the pipelines of question
# answering, translation and summarization, but their auto classes and their tasks remain.
TASKS = {
    "AutoModel": "feature-extraction",
    "AutoModelForAudioClassification": "audio-classification",
    "AutoModelForCTC": "automatic-speech-recognition",
    "AutoModelForCausalLM": "text-generation",
    "AutoModelForDecision": "decision",
    "AutoModelForDepthEstimation": "depth-estimation",
    "AutoModelForDocumentQuestionAnswering": "document-question-answering",
    "AutoModelForImageClassification": "image-classification",
    "AutoModelForImageMatting": "image-segmentation",
    "AutoModelForImageSegmentation": "image-segmentation",
    "AutoModelForImageTextToText": "image-text-to-text",
    "AutoModelForImageToImage": "image-to-image",
    "AutoModelForInstanceSegmentation": "image-segmentation",
    "AutoModelForKeypointDetection": "keypoint-detection",
    "AutoModelForKeypointMatching": "keypoint-matching",
    "AutoModelForMaskGeneration": "mask-generation",
    "AutoModelForMaskedImageModeling": "image-feature-extraction",
    "AutoModelForMaskedLM": "fill-mask",
    "AutoModelForMultimodalLM": "any-to-any",
    "AutoModelForMultipleChoice": "multiple-choice",
    "AutoModelForObjectDetection": "object-detection",
    "AutoModelForPoseEstimation": "keypoint-detection",
    "AutoModelForQuestionAnswering": "question-answering",
    "AutoModelForRNNT": "automatic-speech-recognition",
    "AutoModelForSemanticSegmentation": "image-segmentation",
    "AutoModelForSeq2SeqLM": "text2text-generation",
    "AutoModelForSequenceClassification": "text-classification",
    "AutoModelForSpeechSeq2Seq": "automatic-speech-recognition",
    "AutoModelForTDT": "automatic-speech-recognition",
    "AutoModelForTableQuestionAnswering": "table-question-answering",
    "AutoModelForTextRecognition": "image-to-text",
    "AutoModelForTextToSpectrogram": "text-to-speech",
    "AutoModelForTextToWaveform": "text-to-audio",
    "AutoModelForTimeSeriesPrediction": "time-series-forecasting",
    "AutoModelForTokenClassification": "token-classification",
    "AutoModelForUniversalSegmentation": "image-segmentation",
    "AutoModelForVideoClassification": "video-classification",
    "AutoModelForVisualQuestionAnswering": "visual-question-answering",
    "AutoModelForZeroShotImageClassification": "zero-shot-image-classification",
    "AutoModelForZeroShotObjectDetection": "zero-shot-object-detection",
}


@dataclass(frozen=True, slots=True)
class AutoClass:
    """An auto class and the model class that it gives for one config.

    >>> AutoClass("AutoModelForMaskedLM", "BertForMaskedLM").task
    'fill-mask'
    """

    name: str
    model_class: str

    @property
    def task(self) -> str | None:
        """The pipeline task that the auto class is for; None where there is none."""
        return TASKS.get(self.name)

    @property
    def is_backbone(self) -> bool:
        """Whether this is AutoModel, the model without a head."""
        return self.name == BACKBONE


def class_of_checkpoint(architectures: tuple[str, ...], classes: tuple[AutoClass, ...]) -> str:
    """The auto class that the checkpoint was saved from; where its config does not say, the first one.

    That is AutoModel for all but a few models, which have none.

    A model class can have several auto classes; one with a pipeline task tells more than the
    class that only says what the model was pretrained on.
    """
    named = [found for found in classes if found.model_class in architectures]
    best = min(named, key=lambda found: found.task is None, default=None)
    first = classes[0].name if classes else BACKBONE
    return best.name if best else first
