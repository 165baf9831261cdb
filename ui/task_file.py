"""A file of lines, run one after the other: a table that grows, and can be downloaded."""

import pickle
from collections.abc import Sequence
from functools import partial

import streamlit as st

from explorer.batch import batch_json, batch_tables
from explorer.errors import InputError
from explorer.inside.loaded_facts import LoadedFacts
from explorer.opening import OpenedModel
from explorer.tasks import Task
from explorer.tasks.lines import Line, inputs_from_file
from explorer.tasks.parameter import Parameters
from explorer.tasks.question_answering import QuestionAnsweringInput
from ui import errors, exports, picker, run_view, runs, task_settings
from ui.figures import counted, size
from ui.runs import Run
from ui.table_view import draw_table

# What all results of a file may hold: they are kept for as long as their reader looks at them.
MOST_BYTES = 64_000_000
KINDS = ("txt", "csv", "tsv")


def draw_file(model: OpenedModel, task: Task, facts: LoadedFacts | None) -> None:
    """The upload, its run line by line, and the table of what came of it."""
    is_question = type(task.example) is QuestionAnsweringInput
    columns = "the columns *question* and *context*" if is_question else "a column *text*"
    uploaded = st.file_uploader("A file of lines", KINDS, key=f"lines:{task.name}")
    st.caption(f"A text on each line, or a table with {columns}, in CSV or TSV.")
    settings = task_settings.draw_settings(task, facts)
    is_wanted = st.button(
        "Run the file",
        type="primary",
        icon=":material/play_arrow:",
        disabled=not uploaded,
        on_click=picker.confirm,
    )
    place = f"{task.name}:file"
    with errors.shown():
        if uploaded and is_wanted:
            inputs = inputs_from_file(task, uploaded.name, uploaded.getvalue())
            parameters = settings()
            asked = (model.source, len(inputs))
            runs.begin(place, asked, lambda run: _work(run, model, task, inputs, parameters))
        run = runs.current(place)
        if run and run.asked[0] == model.source:
            _draw_run(run)


def _work(run: Run, model: OpenedModel, task: Task, inputs: Sequence[Line], parameters: Parameters) -> None:
    """Every line by itself, so that one that cannot be run costs only itself."""
    folder, nbytes = run.folder(model, task), 0
    for number, one in enumerate(inputs, 1):
        try:
            found = run.ask(folder, task, "run", one.inputs, parameters)
        except InputError as error:
            found = error
        run.parts.append((one, found))
        run.share = number / len(inputs)
        nbytes += len(pickle.dumps(found))
        if nbytes > MOST_BYTES:
            raise InputError(
                f"The results of {counted(number, 'line')} take {size(nbytes)}, and no more are kept.",
                "Take what is here, and run the other lines as a file of their own.",
            )


def _draw_run(run: Run) -> None:
    count: int = run.asked[1]
    if not run.is_over:
        run_view.wait(run, lambda: _draw_done(run))
    done = tuple(run.parts)
    if run.is_lost:
        st.info(f"It was stopped after {counted(len(done), 'line')} of {count:,}.")
    tables, document = batch_tables(done), partial(batch_json, done)
    if tables:
        named = {table.title: lambda table=table: table for table in tables}
        exports.draw_exports("file", named, document)
    for table in tables:
        draw_table(table)
    run.result()


def _draw_done(run: Run) -> None:
    st.caption(f"{counted(len(run.parts), 'line')} of {run.asked[1]:,}")
