"""The command that runs a model: one text, or each line of standard input."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from rich.console import Console, RenderableType

from explorer import tasks
from explorer.answers import Answers
from explorer.errors import ExplorerError, InputError
from explorer.hub.progress import DownloadProgress
from explorer.inside.explanation import Explanation
from explorer.inside_json import explanation_json
from explorer.inside_text import explanation_text
from explorer.run_text import result_text
from explorer.source import ModelSource
from explorer.tasks.parameter import Parameters, parameters_from_text
from explorer.tasks.plain_inputs import input_of
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
    command.add_argument(
        "--explain",
        action="store_true",
        help="behind the result what goes on inside: the way through the modules, and a language model's"
        ' guesses; with --json a line is {"result": ..., "explanation": {...}}',
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
            _print_answer(
                _Question(answers, folder, task, inputs_of(task, text, options), parameters), options
            )
        except ExplorerError as error:
            failed = True
            _fail(error, options)
    return int(failed)


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of the model in the folder."""

    answers: Answers
    folder: str
    task: Task
    inputs: TaskInput
    parameters: Parameters

    def result(self) -> TaskResult:
        return self.answers.run(self.folder, self.task, self.inputs, self.parameters)

    def events(self) -> Iterator[Any]:
        return self.answers.models.stream(self.folder, self.task.name, self.inputs, self.parameters)

    def explanation(self) -> Explanation:
        asked = (self.folder, self.task.name, "explain", self.inputs, self.parameters)
        found: Explanation = self.answers.models.ask(*asked)
        return found


def inputs_of(task: Task, text: str, options: argparse.Namespace) -> TaskInput:
    """The input of the task that the words of the command line make."""
    kind = type(task.example)
    if options.context is not None and kind is not QuestionAnsweringInput:
        raise InputError(f"{task.name} takes no context.", "Leave it out.")
    if options.chat and kind is not TextGenerationInput:
        raise InputError(f"{task.name} is no conversation.", "Leave --chat out.")
    if options.context is None and kind is QuestionAnsweringInput:
        raise InputError("The question has no context.", "Give it with --context.")
    if options.chat:
        return TextGenerationInput(messages=(Message("user", text),))
    return input_of(task, text, options.context or "")


def _texts(text: str) -> Iterable[str]:
    return (line.rstrip("\r\n") for line in sys.stdin) if text == "-" else [text]


def _print_answer(question: _Question, options: argparse.Namespace) -> None:
    """The result, and the explanation where one is asked for."""
    if options.json:
        result = question.result()
        _note(result.notes)
        found: Any = result.json
        if options.explain:
            found = {"result": found, "explanation": explanation_json(question.explanation())}
        print(json.dumps(found, ensure_ascii=False), flush=True)
        return
    if isinstance(question.inputs, TextGenerationInput):
        _stream(question.inputs.text, question.events())
    else:
        result = question.result()
        _note(result.notes)
        _print(result_text(result))
    if options.explain:
        _print(explanation_text(question.explanation()))


def _stream(prompt: str, events: Iterable[Any]) -> None:
    """The text as it grows, behind the one that was given."""
    print(printable(prompt), end="", flush=True)
    for event in events:
        if isinstance(event, GenerationStep):
            print(printable(event.text), end="", flush=True)
        else:
            print(flush=True)
            _note(event.notes)


def _print(shown: RenderableType) -> None:
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    # Not wrapped: a translation in lines would not be the text that was written.
    console.print(Shown(shown), soft_wrap=True)


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
