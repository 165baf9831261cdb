"""The command that runs a model: one text, or each line of standard input."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from typing import Any

from rich.console import Console

from explorer import tasks
from explorer.answers import Answers
from explorer.errors import ExplorerError, InputError
from explorer.hub.progress import DownloadProgress
from explorer.run_text import result_text
from explorer.source import ModelSource
from explorer.tasks.parameter import Parameters, parameters_from_text
from explorer.tasks.question_answering import QuestionAnsweringInput
from explorer.tasks.task import Task, TaskInput, TaskResult
from explorer.tasks.text_generation import GenerationStep, Message, TextGenerationInput
from explorer.terminal import Shown, printable

SUMMARY = "What a model makes of a text: its weights are loaded, and downloaded first where need be."


def add_run(commands: Any) -> None:
    """Add the command to the parser."""
    command = commands.add_parser("run", help=SUMMARY, description=SUMMARY)
    command.add_argument("task", choices=tasks.NAMES, metavar="TASK", help=", ".join(tasks.NAMES))
    command.add_argument("source", metavar="SOURCE", help="a Hub id or URL, demo:TASK, or a folder")
    command.add_argument("text", metavar="TEXT", help="the text, or - for each line of standard input")
    command.add_argument("--context", metavar="TEXT", help="the text in which question-answering looks")
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        dest="settings",
        help="a setting of the task, such as top_k=3; a name that is not known lists those that are",
    )
    command.add_argument(
        "--chat", action="store_true", help="text-generation answers TEXT, by the model's chat template"
    )
    command.add_argument(
        "--json", action="store_true", help="the result as the Inference API gives it, a line for each text"
    )


def run(answers: Answers, read: Callable[[], ModelSource], options: argparse.Namespace) -> int:
    """Print what the model makes of each text; 1 when any failed, else 0.

    ``read`` gives the source, or raises what is wrong with it.
    """
    task, failed, folder = tasks.find(options.task), False, None
    try:
        parameters = parameters_from_text(task.settings, options.settings)
        opened = answers.open(read())
        _note(opened.notes)
        folder = answers.folder_to_run(opened, task, _Progress())
    except ExplorerError as error:
        _fail(error, options)
        return 1
    for text in _texts(options.text):
        try:
            inputs = inputs_of(task, text, options)
            if isinstance(inputs, TextGenerationInput) and not options.json:
                _stream(answers, folder, task, inputs, parameters)
            else:
                _show(answers.run(folder, task, inputs, parameters), options)
        except ExplorerError as error:
            failed = True
            _fail(error, options)
    return int(failed)


def inputs_of(task: Task, text: str, options: argparse.Namespace) -> TaskInput:
    """The input of the task that the words of the command line make."""
    kind = type(task.example)
    if options.context is not None and kind is not QuestionAnsweringInput:
        raise InputError(f"{task.name} takes no context.", "Leave it out.")
    if options.chat and kind is not TextGenerationInput:
        raise InputError(f"{task.name} is no conversation.", "Leave --chat out.")
    if kind is QuestionAnsweringInput:
        if options.context is None:
            raise InputError("The question has no context.", "Give it with --context.")
        return QuestionAnsweringInput(text, options.context)
    if options.chat:
        return TextGenerationInput(messages=(Message("user", text),))
    several = "texts" in kind.__dataclass_fields__
    return kind((text,) if several else text)  # type: ignore[arg-type, call-arg]


def _texts(text: str) -> Iterable[str]:
    return (line.rstrip("\r\n") for line in sys.stdin) if text == "-" else [text]


def _stream(
    answers: Answers, folder: str, task: Task, inputs: TextGenerationInput, parameters: Parameters
) -> None:
    """The text as it grows, behind the one that was given."""
    print(printable(inputs.text), end="", flush=True)
    for event in answers.models.stream(folder, task.name, inputs, parameters):
        if isinstance(event, GenerationStep):
            print(printable(event.text), end="", flush=True)
        else:
            print(flush=True)
            _note(event.notes)


def _show(result: TaskResult, options: argparse.Namespace) -> None:
    _note(result.notes)
    if options.json:
        print(json.dumps(result.json, ensure_ascii=False), flush=True)
        return
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    # Not wrapped: a translation in lines would not be the text that was written.
    console.print(Shown(result_text(result)), soft_wrap=True)


def _note(notes: Iterable[str]) -> None:
    """Beside the result, which other programs may read."""
    for note in notes:
        print(printable(note), file=sys.stderr, flush=True)


def _fail(error: ExplorerError, options: argparse.Namespace) -> None:
    if options.json:
        kind = "validation" if isinstance(error, InputError) else "generation"
        print(json.dumps({"error": str(error), "error_type": kind}, ensure_ascii=False), flush=True)
    _note([str(error)])


class _Progress:
    """Says on a terminal how far a download is."""

    def __call__(self, progress: DownloadProgress) -> None:
        if sys.stderr.isatty():
            done = f"{progress.fetched / 1e6:,.1f} of {progress.total / 1e6:,.1f} MB"
            end = "\n" if progress.fetched == progress.total else ""
            print(f"\rDownloading {done}", end=end, file=sys.stderr, flush=True)
