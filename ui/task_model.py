"""The model of a task page: which one it is, whether it can do the task, and what running it takes."""

import streamlit as st

from explorer import demo
from explorer.errors import TooLargeError
from explorer.hub.model_files import check_weights
from explorer.hub.settings import HubSettings
from explorer.loaded_size import loaded_bytes
from explorer.opening import OpenedModel, buildable_config_of
from explorer.readiness import readiness
from explorer.tasks import TASKS, Task
from explorer.tasks.fitting import check_class, saved_for
from ui import cache, errors, frame, picker, shared_work
from ui.figures import size
from ui.markup import draw, plain, tag
from ui.stages import Stages

PAGES = {
    "text-generation": "pages/4_Text_generation.py",
    "fill-mask": "pages/5_Fill_mask.py",
    "translation": "pages/6_Translation_and_summarization.py",
    "summarization": "pages/6_Translation_and_summarization.py",
    "question-answering": "pages/7_Question_answering.py",
    "token-classification": "pages/8_Named_entities.py",
    "text-classification": "pages/9_Text_classification.py",
    "feature-extraction": "pages/10_Feature_extraction.py",
}


def default(task: Task) -> str:
    """The model that stands for the task: a well-known one, or our own where the Hub is out of reach."""
    return task.checkpoint if cache.hub_is_there() else f"demo:{task.name}"


def is_able(model: OpenedModel, task: Task) -> bool:
    """Whether there is a model here that can be run for the task; else the page says what to do instead."""
    able = False
    with errors.shown():
        config = buildable_config_of(model)
        check_class(task, config.model_type, config.architectures, cache.auto_classes(model))
        if model.repository is None:
            st.info("This is a config without a checkpoint: it has no weights that could be run.")
        else:
            check_weights(model.repository)
            able = True
    if not able:
        _draw_others(model, task)
        _draw_offers(model, task)
    return able


def draw_model(model: OpenedModel, task: Task, stages: Stages) -> None:
    """Whether the head is in the checkpoint, and what has to be downloaded and loaded to run it."""
    if not picker.chosen():
        _draw_offers(model, task)
    report = stages.so_far(cache.load_report_soon(model, task.auto_class), "Reading the checkpoint's headers")
    if report:
        architectures = buildable_config_of(model).architectures
        found = readiness(report, task, saved_for(architectures, cache.auto_classes(model)))
        kind = f"x-readiness x-{found.kind.replace(' ', '-')}"
        draw(tag("p", found.sentence, " ", tag("span", _cost(model), class_="x-note"), class_=kind))
        _draw_size(model)
    if model.source.kind == "demo":
        with st.expander("The model card: what it was trained on, how well it does, where it fails"):
            st.markdown(_card(model.source.name))


def _cost(model: OpenedModel) -> str:
    tensors = cache.checkpoint(model).future.result().tensors
    here = model.source.kind != "hub"
    files = sum(file.nbytes or 0 for file in model.weight_files)
    download = "" if here or not files else f"Its weights are a download of {size(files)}, once. "
    return f"{download}In memory it takes {size(loaded_bytes(tensors))}."


def _draw_size(model: OpenedModel) -> None:
    nbytes = loaded_bytes(cache.checkpoint(model).future.result().tensors)
    try:
        shared_work.answers().models.check_size(nbytes)
    except TooLargeError as error:
        st.warning(f"{plain(error.what)} {plain(error.advice)}", icon=":material/memory:")


def _draw_others(model: OpenedModel, task: Task) -> None:
    """Links to the pages of what the model can do."""
    names = {found.name for found in cache.auto_classes(model)} if model.is_known and model.repository else ()
    able = dict.fromkeys(PAGES[other.name] for other in TASKS if other.auto_class in names)
    if able:
        with st.container(horizontal=True, key="able"):
            st.caption("This model can be run here:")
            for page in able:
                frame.link(page, frame.TITLES[page])


def _draw_offers(model: OpenedModel, task: Task) -> None:
    """Links to the models that stand for the task; without the Hub, to our own alone."""
    offered = [f"demo:{entry.task}" for entry in demo.entries() if entry.task == task.name]
    if not HubSettings.from_environment().is_offline:
        own = [model.source.name] if model.source.kind == "gallery" else []
        offered = list(dict.fromkeys([*own, task.checkpoint, *offered]))
    with st.container(horizontal=True, key="offers"):
        st.caption(f"For {task.name} take any model, or:")
        for text in offered:
            if text != model.source.text.partition("@")[0]:
                frame.link(PAGES[task.name], plain(text), model=text, task=task.name)


def _card(name: str) -> str:
    text = (demo.find(name).folder / "README.md").read_text("utf-8")
    # Its metadata is for the Hub.
    return text.split("\n---\n", 1)[-1].replace("\n# ", "\n### ").replace("\n## ", "\n#### ")
