"""How a loaded model is used for its pipeline task: the shortest code that shows what comes out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Use:
    """The class that prepares the input, and code that uses it and ``model``."""

    processor: str
    code: str
    imports: tuple[str, ...] = ("import torch",)

    @property
    def variable(self) -> str:
        """What the code calls the object that prepares the input."""
        return "tokenizer" if self.processor == "AutoTokenizer" else "processor"


_FORWARD = """
with torch.inference_mode():
    outputs = model(**inputs)
"""
_GENERATE = """
inputs = tokenizer("{text}", return_tensors="pt")
generated = model.generate(**inputs, max_new_tokens=20)
print(tokenizer.batch_decode(generated, skip_special_tokens=True)[0])
"""
_LABEL = """print(model.config.id2label[outputs.logits[0].argmax().item()])
"""
_SOUND = """
sound = torch.zeros(processor.sampling_rate).numpy()  # a second of silence: put your own here
inputs = processor(sound, sampling_rate=processor.sampling_rate, return_tensors="pt")"""
_PICTURE = """
inputs = processor(Image.open("picture.png").convert("RGB"), return_tensors="pt")"""
_WITH_PICTURE = ("import torch", "from PIL import Image")

# By the name of the pipeline task.
USES = {
    "fill-mask": Use(
        "AutoTokenizer",
        """
inputs = tokenizer(f"Paris is the {tokenizer.mask_token} of France.", return_tensors="pt")"""
        + _FORWARD
        + """masked = inputs["input_ids"][0] == tokenizer.mask_token_id
print(tokenizer.convert_ids_to_tokens(outputs.logits[0, masked][0].topk(5).indices.tolist()))
""",
    ),
    "text-generation": Use("AutoTokenizer", _GENERATE.format(text="The capital of France is"), ()),
    "text2text-generation": Use(
        "AutoTokenizer", _GENERATE.format(text="translate English to German: Good morning."), ()
    ),
    "text-classification": Use(
        "AutoTokenizer",
        '\ninputs = tokenizer("A film that I would see again.", return_tensors="pt")' + _FORWARD + _LABEL,
    ),
    "token-classification": Use(
        "AutoTokenizer",
        '\ninputs = tokenizer("Ada Lovelace was born in London.", return_tensors="pt")'
        + _FORWARD
        + """for token, label in zip(inputs["input_ids"][0], outputs.logits[0].argmax(-1), strict=True):
    print(tokenizer.decode(token), model.config.id2label[label.item()])
""",
    ),
    "question-answering": Use(
        "AutoTokenizer",
        '\ninputs = tokenizer("Where was she born?", "Ada Lovelace was born in London.", return_tensors="pt")'
        + _FORWARD
        + """start, end = outputs.start_logits.argmax(), outputs.end_logits.argmax()
print(tokenizer.decode(inputs["input_ids"][0, start : end + 1]))
""",
    ),
    "image-classification": Use("AutoImageProcessor", _PICTURE + _FORWARD + _LABEL, _WITH_PICTURE),
    "depth-estimation": Use(
        "AutoImageProcessor",
        _PICTURE + _FORWARD + "print(outputs.predicted_depth.shape)\n",
        _WITH_PICTURE,
    ),
    "object-detection": Use(
        "AutoImageProcessor",
        _PICTURE
        + _FORWARD
        + """for found in processor.post_process_object_detection(outputs, threshold=0.5):
    print([model.config.id2label[label.item()] for label in found["labels"]], found["boxes"])
""",
        _WITH_PICTURE,
    ),
    "audio-classification": Use("AutoFeatureExtractor", _SOUND + _FORWARD + _LABEL),
}
