"""A task page: what goes in, what comes out, and on request what goes on inside."""

import streamlit as st

from explorer import demo, tasks
from explorer.errors import InputError
from explorer.inside.loaded_facts import LoadedFacts
from explorer.opening import OpenedModel
from explorer.tasks import Task
from explorer.tasks.task import TaskInput
from explorer.tasks.text_generation import TextGenerationInput
from ui import (
    errors,
    frame,
    picker,
    results,
    run_view,
    runs,
    session,
    task_file,
    task_input,
    task_inside,
    task_model,
    task_settings,
)
from ui.runs import Run
from ui.stages import Stages
from ui.task_run import Asked, answer, facts_of

TEXT, FILE = "Text", "File of lines"


def draw_page(title: str, *names: str) -> None:
    """The whole page, for one task or for several to choose from."""

    def default() -> str:
        wanted = session.chosen("task")
        return task_model.default(tasks.find(wanted if wanted in names else names[0]))

    with frame.open_page(title, default=default) as model:
        task = names[0]
        if len(names) > 1:
            # A demo checkpoint is called after the task that it was trained for.
            look = {"format_func": str.capitalize, "label_visibility": "visible"}
            task = session.switch("Task", "task", names, model.source.name, **look)
        _draw_task(model, tasks.find(task))


def _draw_task(model: OpenedModel, task: Task) -> None:
    if not task_model.is_able(model, task):
        return
    stages = Stages()
    task_model.draw_model(model, task, stages)
    place = f"{task.name}:answer"
    facts = facts_of(runs.current(place), model)
    if session.switch("What to run", "given", (TEXT, FILE)) == TEXT:
        _draw_text(model, task, place, facts)
    else:
        task_file.draw_file(model, task, facts)
    stages.catch_up()


def _draw_text(model: OpenedModel, task: Task, place: str, facts: LoadedFacts | None) -> None:
    typed = task_input.draw_input(task, _example(model, task), facts)
    settings = task_settings.draw_settings(task, facts)
    is_wanted = st.button("Run", type="primary", icon=":material/play_arrow:", on_click=picker.confirm)
    asked, problem = None, None
    try:
        asked = Asked(model.source, task.name, typed(), settings())
    except InputError as error:
        problem = error
    with errors.shown():
        if is_wanted and problem:
            raise problem
        if is_wanted and asked:
            runs.begin(place, asked, lambda run: answer(run, model, task, asked))
        run = runs.current(place)
        if run and run.asked.model == model.source:
            _draw_answer(model, task, run, asked)


def _example(model: OpenedModel, task: Task) -> TaskInput:
    """What stands in the boxes at first; a demo checkpoint has an example that it knows words of."""
    own = demo.find(model.source.name).example if model.source.kind == "demo" else None
    return own if isinstance(own, type(task.example)) else task.example


def _draw_answer(model: OpenedModel, task: Task, run: Run, asked: Asked | None) -> None:
    inputs = run.asked.inputs

    def draw_so_far() -> None:
        results.draw_text(inputs.text, run.parts, is_finished=False)

    if not run.is_over:
        run_view.wait(run, draw_so_far if isinstance(inputs, TextGenerationInput) else None)
    answered = run.result()
    if answered is None or answered.result is None:
        st.info("It was stopped before there was an answer.")
        return
    if run.asked != asked:
        st.caption(":material/info: This answers what stood above before it was changed. Run it again.")
    task_inside.draw_answer(model, task, run, answered)
