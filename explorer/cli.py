"""The command line: what the pages show, as text or as JSON."""

import argparse
import json
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from huggingface_hub import get_token
from rich.console import Console, RenderableType

from explorer import export, run_command, text
from explorer.answers import Answers
from explorer.errors import ExplorerError, SourceError
from explorer.folding import fold
from explorer.hub.settings import HubSettings
from explorer.hub_address import HUB
from explorer.opening import OpenedModel, config_of
from explorer.source import ModelSource, parse_source
from explorer.terminal import Shown, printable

# Sources worked on at once: enough that no worker waits, few enough that memory stays steady.
AHEAD = 4


# What a command says of one source: JSON when that is asked for, else something to print.
Said = dict[str, Any] | RenderableType
Command = Callable[[Answers, OpenedModel, argparse.Namespace], Said]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command says of one source, and what the source turned out to be."""

    opened: OpenedModel
    said: Said


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return the exit status: 1 when any source failed."""
    options = parse(arguments)
    try:
        # The command line may read what its user may read, with the user's own token.
        settings = replace(HubSettings.from_environment(), local_roots=None)
        answers = Answers(hub=settings, token=get_token())
    except ValueError as error:
        print(f"A setting in the environment cannot be used: {error}", file=sys.stderr)
        return 2
    try:
        return run(answers, options)
    except BrokenPipeError:
        # The reader, such as head, has what it wanted.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    finally:
        answers.close()


def run(answers: Answers, options: argparse.Namespace) -> int:
    """Print what the command says of each source, in order; 1 when any failed, else 0."""
    if options.command == "run":
        return _run_model(answers, options)
    failed = False
    for name, outcome in _in_order(lambda name: _reply(answers, name, options), options.sources):
        failed |= isinstance(outcome, ExplorerError)
        _show(name, outcome, options)
    return int(failed)


def _run_model(answers: Answers, options: argparse.Namespace) -> int:
    if options.source == "-":
        print("Standard input holds texts for a model, and not the model.", file=sys.stderr)
        return 2
    return run_command.run(answers, lambda: read_source(options.source, answers.hub.endpoint), options)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options of the command line; exits with a message when they are not understood."""
    return _parser().parse_args(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m explorer", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (_, summary) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        command.add_argument(
            "sources",
            nargs="+",
            metavar="SOURCE",
            help="a Hub id or URL, arch:NAME, gallery:ID, demo:TASK, a folder, a config.json, or - for stdin",
        )
        command.add_argument("--json", action="store_true", help="one JSON object for each source, on a line")
        command.add_argument(
            "--auto-class",
            metavar="NAME",
            help="such as AutoModelForMaskedLM; by default the checkpoint's own",
        )
        if name == "diff":
            command.add_argument(
                "--left", metavar="NAME", default="AutoModel", help="the class to compare with"
            )
        if name == "tree":
            command.add_argument(
                "--fold",
                action=argparse.BooleanOptionalAction,
                help="equal layers as one; by default in text, not in JSON",
            )
    run_command.add_run(commands)
    return parser


def _in_order(
    work: Callable[[str], "Reply | ExplorerError"], names: Iterable[str]
) -> Iterator[tuple[str, "Reply | ExplorerError"]]:
    """Each name with its outcome, in order, with a few more under way."""
    waiting: deque[tuple[str, Future[Reply | ExplorerError]]] = deque()
    with ThreadPoolExecutor(AHEAD) as threads:
        for name in names:
            waiting.append((name, threads.submit(work, name)))
            if len(waiting) == AHEAD:
                first, future = waiting.popleft()
                yield first, future.result()
        for first, future in waiting:
            yield first, future.result()


def _reply(answers: Answers, name: str, options: argparse.Namespace) -> Reply | ExplorerError:
    try:
        opened = answers.open(read_source(name, answers.hub.endpoint))
        return Reply(opened, COMMANDS[options.command][0](answers, opened, options))
    except ExplorerError as error:
        return error


def read_source(name: str, endpoint: str = HUB) -> ModelSource:
    """The source that a word of the command line names; unlike a page's, it may be any path."""
    if name == "-":
        try:
            return parse_source(sys.stdin.read(), endpoint)
        except UnicodeDecodeError as error:
            raise SourceError("Standard input is not text.", "Give a config.json in UTF-8.") from error
    try:
        # No word at all would be the working directory.
        path = Path(name).expanduser() if name else None
        is_path = path is not None and path.exists()
    except (OSError, RuntimeError, ValueError):
        path, is_path = None, False
    return ModelSource("folder", str(path.absolute())) if path and is_path else parse_source(name, endpoint)


def _show(name: str, outcome: Reply | ExplorerError, options: argparse.Namespace) -> None:
    if isinstance(outcome, ExplorerError):
        if options.json:
            _print_json({"source": name, "error": str(outcome)})
        print(f"{_one_line(name)}: {_one_line(str(outcome))}", file=sys.stderr, flush=True)
    elif isinstance(outcome.said, dict):
        opened = outcome.opened
        identity = {"source": name, "revision": opened.source.revision, "notes": list(opened.notes)}
        _print_json(identity | outcome.said)
    else:
        console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
        for note in outcome.opened.notes:
            console.print(printable(note), style="italic", markup=False)
        console.print(Shown(outcome.said))


def _print_json(values: dict[str, Any]) -> None:
    print(json.dumps(values, ensure_ascii=False), flush=True)


def _one_line(words: str) -> str:
    """The words on one line, with nothing in them that a terminal would obey."""
    return printable(" ".join(words.split()))[:2000]


def _config(answers: Answers, opened: OpenedModel, options: argparse.Namespace) -> Said:
    config, fields = config_of(opened), answers.fields(opened)
    say = export.config_json if options.json else text.config_text
    return say(config, fields)


def _tree(answers: Answers, opened: OpenedModel, options: argparse.Namespace) -> Said:
    tree = answers.tree(opened, options.auto_class)
    folds = not options.json if options.fold is None else options.fold
    say = export.tree_json if options.json else text.tree_text
    return say(fold(tree) if folds else tree)


def _heads(answers: Answers, opened: OpenedModel, options: argparse.Namespace) -> Said:
    say = export.heads_json if options.json else text.heads_text
    return say(answers.heads(opened))


def _diff(answers: Answers, opened: OpenedModel, options: argparse.Namespace) -> Said:
    say = export.diff_json if options.json else text.diff_text
    return say(answers.diff(opened, options.auto_class, options.left))


def _load(answers: Answers, opened: OpenedModel, options: argparse.Namespace) -> Said:
    say = export.load_json if options.json else text.load_text
    return say(answers.load_report(opened, answers.checkpoint(opened), options.auto_class))


def _checkpoint(answers: Answers, opened: OpenedModel, options: argparse.Namespace) -> Said:
    checkpoint = answers.checkpoint(opened)
    reconciliation = answers.reconciliation(opened, checkpoint, options.auto_class)
    stated = opened.repository.stated_parameters if opened.repository else None
    say = export.checkpoint_json if options.json else text.checkpoint_text
    return say(checkpoint, reconciliation, stated)


COMMANDS: dict[str, tuple[Command, str]] = {
    "config": (_config, "The config's fields: value, class default, meaning."),
    "tree": (_tree, "The modules of a class, with their tensors and exact parameter counts."),
    "heads": (_heads, "AutoModel against every AutoModelForXXX of the same checkpoint."),
    "diff": (_diff, "What one class adds to AutoModel, drops, renames and resizes."),
    "load": (_load, "What transformers would report when it loads the checkpoint into a class."),
    "checkpoint": (_checkpoint, "The checkpoint's files and tensors, read from their headers."),
}
